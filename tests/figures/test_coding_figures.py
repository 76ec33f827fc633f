"""The figures of coding: agreement, validation, correction, entries."""

import pandas as pd
import pytest
from support.figures import assert_readable

import framing as fr

FRAMES = ["peace", "concession", "sovereignty", "skepticism"]


@pytest.fixture(scope="module")
def tables():
    testbed = fr.load_testbed("briefings")
    hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    sample = fr.sample_for_coding(hits, testbed.corpus, 420, seed=1)
    validation = fr.validate(hits, testbed.codes)
    articles = fr.load_study("articles").hits
    return {
        "agreement": fr.agreement(testbed.codes, draws=50, seed=1),
        "validation": validation.table,
        "entries": validation.entries,
        "correction": fr.correct(hits, testbed.codes, sample),
        "dropped": fr.drop_one(articles, fr.score(articles)),
    }


def drawn(tables):
    return {
        "agreement": fr.plot_agreement(tables["agreement"]),
        "validation": fr.plot_validation(tables["validation"]),
        "entries": fr.plot_entry_precision(tables["entries"]),
        "correction": fr.plot_correction(tables["correction"]),
        "dropped": fr.plot_drop_one(tables["dropped"]),
    }


def test_every_figure_can_be_read_at_the_size_of_the_page(tables):
    for name, figure in drawn(tables).items():
        assert_readable(figure)
        assert figure.get_figwidth() <= 6.3, name
        assert figure.get_figheight() <= 8.3, name


def test_long_names_and_many_entries_can_be_read(tables):
    long = "a frame that is called by more words than one"
    dropped = tables["dropped"].assign(unit_id="The unit of a long and winding name, 2025")
    names = dict(zip(FRAMES, [long, *FRAMES[1:]], strict=True))
    dropped["frame"] = dropped["frame"].cat.rename_categories(names)
    figure = fr.plot_drop_one(dropped, top=9)
    assert_readable(figure)
    assert_readable(fr.plot_entry_precision(tables["entries"], top=14))


def test_a_score_without_an_entry_is_shown_with_its_unit(tables):
    table = tables["dropped"]
    figure = fr.plot_drop_one(table, top=3)
    for axes, frame in zip(figure.axes, FRAMES, strict=True):
        own = table[table["frame"] == frame].head(3)
        with_it, without = (line.get_xdata().tolist() for line in axes.lines)
        assert with_it == own["value"].tolist()
        assert without == own["value_without"].tolist()
        rows = [label.get_text().split("\n") for label in axes.get_yticklabels()]
        assert [unit for _, unit in rows] == own["unit_id"].tolist()
        assert axes.get_xlabel() == "score"


def test_a_corrected_share_stands_beside_the_raw_one(tables):
    axes = fr.plot_correction(tables["correction"]).axes[0]
    points = [line for line in axes.lines if line.get_marker() not in ("|", "None")]
    filled = [line for line in points if line.get_markerfacecolor() != "white"]
    raw = [line for line in points if line.get_markerfacecolor() == "white"]
    table = tables["correction"]
    assert [line.get_xdata()[0] for line in filled] == table["estimate"].tolist()
    assert [line.get_xdata()[0] for line in raw] == table["raw"].tolist()
    assert [label.get_text() for label in axes.get_xticklabels()][1].endswith("%")


def test_an_agreement_that_is_undefined_has_no_point(tables):
    table = tables["agreement"].copy()
    table.loc[0, ["alpha", "alpha_low", "alpha_high"]] = float("nan")
    figure = fr.plot_agreement(table)
    rows = {
        float(line.get_ydata()[0]) for line in figure.axes[0].lines if len(line.get_ydata()) == 1
    }
    assert rows == {1.0, 2.0, 3.0}
    assert_readable(figure)


@pytest.mark.parametrize("level", [0.95, 0.9])
def test_the_note_says_the_level_of_the_intervals(tables, level):
    figure = fr.plot_entry_precision(tables["entries"], level=level)
    assert f"Lines: {level:.0%} score intervals" in figure.get_supxlabel().replace("\n", " ")


def test_a_table_of_another_kind_is_refused():
    for plot in (
        fr.plot_agreement, fr.plot_validation, fr.plot_entry_precision, fr.plot_correction,
        fr.plot_drop_one,
    ):  # fmt: skip
        with pytest.raises(fr.InputError, match="table has no column"):
            plot(pd.DataFrame({"frame": ["peace"]}))
