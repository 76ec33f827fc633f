"""Words: counts of terms, phrases, keyness, word shifts, collocations."""
