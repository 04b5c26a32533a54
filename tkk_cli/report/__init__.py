"""Results to text, Markdown, CSV, JSON, HTML and figures, in Finnish, Swedish and English."""
