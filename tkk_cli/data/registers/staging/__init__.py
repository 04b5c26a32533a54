"""From the files and tables of a source to Parquet: ``tables`` opens them, ``parquet`` writes what is wanted."""
