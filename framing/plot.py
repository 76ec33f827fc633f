"""Figures: one function per kind of result; matplotlib is imported with the first of them.

Each has a short name too: ``fr.plot.scores`` is ``fr.plot.plot_scores``.
"""

import lazy_loader

_load, __dir__, __all__ = lazy_loader.attach_stub("framing", __file__)


def __getattr__(name: str) -> object:
    return _load(f"plot_{name}" if f"plot_{name}" in __all__ else name)
