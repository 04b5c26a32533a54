"""Regression models with covariates: an event history and a design in, a ``Fit`` out."""
