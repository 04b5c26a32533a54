"""Seeded synthetic data with planted truth, always labelled synthetic."""
