"""Outcomes: published definitions of return to work, staying at work, entering work and the career ahead, as SQL."""
