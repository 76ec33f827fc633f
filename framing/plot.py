"""Figures: one function per kind of result; matplotlib is imported with the first of them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub("framing", __file__)
