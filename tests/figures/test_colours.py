"""The colours, as they look to the colour-blind, in grey and on paper."""

from itertools import combinations

import numpy as np
import pytest
from support.colours import XYZ, contrast, linear

import framing as fr
from framing.figures.drawing import (
    COLOURS,
    GREY,
    OTHER_COLOURS,
    PLAIN,
    PLAIN_BAR,
    frame_style,
)
from framing.figures.keyness import SIDES

# Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1.0, in linear RGB.
VISION = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# Distances in CIE Lab (1976), of which about 2.3 can just be seen. In grey only lightness is left.
COLOUR_APART, GREY_APART = 25.0, 15.0


def lab(rgb):
    ratio = XYZ @ rgb / XYZ.sum(axis=1)
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def seen(colour, vision):
    """Return a colour as it looks, in linear RGB."""
    rgb = linear(colour)
    if vision == "grey":
        return np.full(3, XYZ[1] @ rgb)
    return rgb if vision == "typical" else np.clip(np.array(VISION[vision]) @ rgb, 0, 1)


def distance(one, other, vision):
    return float(np.linalg.norm(lab(seen(one, vision)) - lab(seen(other, vision))))


def test_the_simulation_knows_what_is_known():
    assert contrast("black") == pytest.approx(21)
    assert contrast("#777777") == pytest.approx(4.48, abs=0.01)
    assert lab(linear("red")) == pytest.approx([53.24, 80.09, 67.20], abs=0.1)
    # White stays white; red and green of one lightness come near each other, blue does not.
    for vision in VISION:
        assert seen("white", vision) == pytest.approx([1, 1, 1], abs=0.001)
    assert distance("#B05050", "#607A30", "typical") > 3 * distance("#B05050", "#607A30",
                                                                    "deuteranopia")  # fmt: skip
    assert distance("black", "white", "grey") == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize("vision", ["typical", *VISION, "grey"])
def test_frames_stay_apart_for_every_eye_and_in_grey(vision):
    least = GREY_APART if vision == "grey" else COLOUR_APART
    for one, other in combinations(COLOURS, 2):
        apart = distance(COLOURS[one], COLOURS[other], vision)
        assert apart >= least, f"{one} and {other} are {apart:.1f} apart"


@pytest.mark.parametrize("colour", [*COLOURS.values(), *OTHER_COLOURS, *SIDES, PLAIN, PLAIN_BAR,
                                    GREY])  # fmt: skip
def test_a_line_can_be_seen_on_white(colour):
    # WCAG 2.1, 1.4.11: graphics need 3:1.
    assert contrast(colour) >= 3


def test_what_is_no_frame_has_the_colour_of_none():
    for colour in (PLAIN, PLAIN_BAR, *SIDES):
        assert min(distance(colour, frame, "typical") for frame in COLOURS.values()) >= 25


def test_frames_differ_in_colour_or_marker_beside_any_others():
    for frames in (
        [*COLOURS, *(f"frame {number}" for number in range(8))],
        [f"frame {number}" for number in range(12)],
    ):
        looks = frame_style(frames).values()
        assert len({marker for _, marker in looks}) == len({colour for colour, _ in looks}) == 12


def test_the_order_of_frames_is_that_of_the_lexicon_and_of_the_colours():
    study = fr.load_study("articles")
    assert list(study.hits.frames) == list(COLOURS)
    figures = [
        fr.plot_scores(fr.score(study.hits)),
        fr.plot_entries(fr.count_entries(study.hits)),
        fr.plot_drop_one(fr.drop_one(study.hits, fr.score(study.hits))),
    ]
    for figure in figures:
        heads = [axes.get_title(loc="left").split(":")[0] for axes in figure.axes]
        assert heads == list(COLOURS)
