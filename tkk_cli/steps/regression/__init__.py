"""``tkk regress``: one module a model, between the options and the tables of the result."""
