"""Text as characters, segments and tokens, with offsets in the unchanged article."""
