"""Text as characters, segments and tokens, with offsets into the article as given."""
