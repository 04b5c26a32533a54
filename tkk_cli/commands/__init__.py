"""Typer subcommands, one thin module each: flags in, one call, one rendering out."""
