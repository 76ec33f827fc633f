"""The paper: results with keys, Markdown, typesetting."""
