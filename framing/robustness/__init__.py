"""Robustness: a contrast under other defensible choices."""
