"""Pure functions on arrays: numpy in, frozen dataclass out."""
