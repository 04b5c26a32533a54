"""The outside world comes in here: file formats, dialects, dates, labels, codebook, cohort, checks."""
