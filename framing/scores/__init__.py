"""Scores: hits per unit of text, the groups and periods of units, summaries."""
