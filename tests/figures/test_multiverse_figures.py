from dataclasses import replace

import numpy as np
import pytest
from support.multiverse import LEXICON, SMALL, TWO, planted

import framing as fr
from framing.figures.drawing import COLOURS
from framing.figures.multiverse import PALE


@pytest.fixture(scope="module")
def lexicon():
    return fr.make_lexicon(LEXICON, name="planted")


@pytest.mark.parametrize("limit", [2, 400])
def test_the_curve_says_what_it_shows(lexicon, limit):
    own = fr.multiverse(planted(1), lexicon, TWO, choices=SMALL, seed=1, limit=limit)
    figure = fr.plot_multiverse(own, frame="peace")
    above, below = figure.axes
    count = (own.table["frame"] == "peace").sum()
    assert f"{count} specifications" in above.get_title(loc="left").replace("\n", " ") + (
        above.get_title().replace("\n", " ")
    )
    labels = [label.get_text() for label in below.get_yticklabels()]
    assert any(label.startswith("kind (") for label in labels)
    assert "95% intervals" in figure._supxlabel.get_text()
    # What holds is told by more than its colour, for grey print.
    table = own.table[(own.table["frame"] == "peace") & own.table["log_ratio"].notna()]
    filled = sum(
        len(line.get_xdata())
        for line in above.lines
        if line.get_color() == line.get_markerfacecolor() == COLOURS["peace"]
    )
    assert filled == (table["p"] < 0.05).sum()
    # Both numbers of the title are of all specifications, or say of how many they are.
    title = above.get_title(loc="left").replace("\n", " ")
    assert f"{filled} also with p < .05" in title
    # The curve is of ratios, so its title is no difference.
    assert title.startswith("peace: A / B 400 specifications".replace("400", str(count)))
    assert "%" not in title
    sizes = {
        line.get_color(): line.get_markersize() for line in above.lines if line.get_marker() == "o"
    }
    assert sizes[COLOURS["peace"]] > 1.5 * sizes[PALE]
    with pytest.raises(fr.InputError, match="Say which frame to draw"):
        fr.plot_multiverse(own)
    with pytest.raises(fr.InputError, match="comparison='B - A' is not known"):
        fr.plot_multiverse(own, frame="war", comparison="B - A")


def test_below_the_curve_is_the_median_with_and_without_each_option(lexicon):
    own = fr.multiverse(planted(1), lexicon, TWO, choices=SMALL, seed=1)
    _, below = fr.plot_multiverse(own, frame="peace").axes
    table = own.table[(own.table["frame"] == "peace") & own.table["log_ratio"].notna()]
    names = [label.get_text().removesuffix(" ◆") for label in below.get_yticklabels()]
    row = names.index("rate")
    drawn = {
        line.get_markerfacecolor(): float(line.get_xdata()[0])
        for line in below.lines
        if line.get_marker() == "o" and float(line.get_ydata()[0]) == row
    }
    assert drawn["#333333"] == pytest.approx(
        np.exp(np.log(table.loc[table["kind"] == "rate", "ratio"]).median())
    )
    assert drawn["white"] == pytest.approx(
        np.exp(np.log(table.loc[table["kind"] != "rate", "ratio"]).median())
    )


def test_a_reason_why_choices_do_not_vary_stands_once(lexicon):
    own = fr.multiverse(planted(1), lexicon, TWO, choices=SMALL, seed=1, limit=2)
    dropped = {"nested": "no text.", "weights": "all are 1.", "furniture": "no text."}
    own = replace(own, settings=own.settings | {"dropped": dropped})
    note = fr.describe_figure(fr.plot_multiverse(own, frame="peace"))
    assert "Not varied: nested and furniture (2 choices; no text), weights (all are 1). " in note
