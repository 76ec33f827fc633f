"""Claims: scores and their summaries, contrasts, voices, regressions, trends, the multiverse."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub("framing", __file__)
