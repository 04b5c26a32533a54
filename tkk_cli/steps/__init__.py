"""One module an analysis: its options, stated once, and the function that runs it on a cohort file or frame."""
