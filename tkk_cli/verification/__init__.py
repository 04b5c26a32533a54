"""The same numbers by independent ways: brute force, R, and the package ``survival``."""
