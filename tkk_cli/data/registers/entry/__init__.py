"""Who enters the cohort, when, and what is known of them before: ``cohort.toml`` as stages."""
