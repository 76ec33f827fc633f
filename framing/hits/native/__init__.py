"""The native engine: the search for a lexicon in C, with the numpy engine as its reference."""
