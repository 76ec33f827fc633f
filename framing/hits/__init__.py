"""Hits: the matches of a lexicon in a corpus, one by one, with their context."""
