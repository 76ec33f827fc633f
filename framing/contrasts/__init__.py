"""Contrasts: differences of scores between groups, and the voices that carry a frame."""
