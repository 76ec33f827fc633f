"""Scores over time: trends, change points, interruptions."""
