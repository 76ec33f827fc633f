"""Figures, one file per family; the only room that imports matplotlib."""
