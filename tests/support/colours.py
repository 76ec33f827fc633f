"""Colours by the definitions of the standards, to hold the palette against."""

import numpy as np
from matplotlib.colors import to_rgb

# Linear sRGB to XYZ; the second row is the luminance.
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(colour):
    share = np.array(to_rgb(colour))
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one, other="white"):
    """Return the ratio of the luminances of two colours, as WCAG 2 defines it."""
    low, high = sorted(float(XYZ[1] @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)
