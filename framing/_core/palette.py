"""Palette: one colour per frame in figures and on pages, and the contrast of colours."""

from collections.abc import Sequence

# After Paul Tol's high-contrast scheme, in even steps of lightness. No colour is too pale for a
# line on white. Colour-blind readers can distinguish them, also in grey.
COLOURS = {
    "peace": "#003F82",
    "concession": "#BD8A0E",
    "sovereignty": "#B04558",
    "skepticism": "#181818",
}
OTHER_COLOURS = (
    "#2E9DBF", "#228833", "#AA3377", "#8A8A2E", "#4477AA", "#EE6677",
    "#332288", "#B35900", "#661100", "#2D7DFF", "#0A5C36", "#9A5BD0",
)  # fmt: skip
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">", "p", "h")
# Steps on the way from a colour to black or white.
STEPS = 50


def frame_style(frames: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return colour and marker of each frame; those of the package's frames are fixed."""
    rest = iter([frame for frame in frames if frame not in COLOURS])
    other = {frame: OTHER_COLOURS[n % len(OTHER_COLOURS)] for n, frame in enumerate(rest)}
    order = [*COLOURS, *other]
    return {
        frame: (COLOURS.get(frame) or other[frame], MARKERS[order.index(frame) % len(MARKERS)])
        for frame in frames
    }


def frame_letters(frames: Sequence[str]) -> list[str]:
    """Return one label per frame: the first letter of its name that is still free, or a number."""
    letters: list[str] = []
    for number, frame in enumerate(frames, start=1):
        capitals = [character.upper() for character in frame if character.isalpha()]
        letters.append(next((letter for letter in capitals if letter not in letters), str(number)))
    return letters


def contrast_ratio(colour: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """Return the colour that has ``share`` (0 to 1) of the first and the rest of the second."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02X}" for a, b in pairs)


def readable(colour: str, ground: str, ratio: float) -> str:
    """Return the colour, darkened or lightened until its contrast with the ground is ``ratio``."""
    end = max("#000000", "#FFFFFF", key=lambda extreme: contrast_ratio(extreme, ground))
    shades = (mix(end, colour, step / STEPS) for step in range(STEPS + 1))
    return next((shade for shade in shades if contrast_ratio(shade, ground) >= ratio), end)


def _channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of "#RRGGBB", 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2.2)."""
    shares = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
