"""Datasets larger than memory: scored partition by partition, and read lazily."""
