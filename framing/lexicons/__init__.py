"""Lexicons: the grammar of entries, actors, and the file formats of this and other programs."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
