"""Lexicons: the grammar of entries, actors, and the file formats of this and other programs."""
