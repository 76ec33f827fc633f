"""The corpus: documents from files or tables, their dates, page furniture, near-duplicates."""
