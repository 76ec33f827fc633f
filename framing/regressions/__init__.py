"""Regressions of scores on properties of the documents."""
