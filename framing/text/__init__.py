"""Text as characters, sentences and tokens, with offsets in the unchanged article."""
