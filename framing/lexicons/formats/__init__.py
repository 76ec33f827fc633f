"""One file per lexicon format."""
