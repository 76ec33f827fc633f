"""The figures of coding: agreement, validation, correction, entries."""

from dataclasses import replace

import pandas as pd
import pytest
from support.figures import assert_readable

import framing as fr

FRAMES = ["peace", "concession", "sovereignty", "skepticism"]


@pytest.fixture(scope="module")
def coded():
    testbed = fr.load_testbed("briefings")
    hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    return testbed, hits, fr.sample_for_coding(hits, testbed.corpus, 300, seed=1)


@pytest.fixture(scope="module")
def results(coded):
    testbed, hits, sample = coded
    articles = fr.load_study("articles").hits
    return {
        "agreement": fr.agreement(testbed.codes, draws=50, seed=1),
        "validation": fr.validate(hits, testbed.codes),
        "correction": fr.correct(hits, testbed.codes, sample),
        "dropped": fr.drop_one(articles, fr.score(articles)),
    }


def drawn(results):
    return {
        "agreement": fr.plot_agreement(results["agreement"]),
        "validation": fr.plot_validation(results["validation"]),
        "entries": fr.plot_entry_precision(results["validation"]),
        "correction": fr.plot_correction(results["correction"]),
        "dropped": fr.plot_drop_one(results["dropped"]),
    }


def note(figure):
    return " ".join(figure.get_supxlabel().split())


def test_every_figure_can_be_read_at_the_size_of_the_page(results):
    for name, figure in drawn(results).items():
        assert_readable(figure)
        assert figure.get_figwidth() <= 6.3, name
        assert figure.get_figheight() <= 8.3, name


def with_table(result, table):
    return type(result)(table, settings=result.settings, left_out=result.left_out)


def test_long_names_and_many_entries_can_be_read(results):
    long = "a frame that is called by more words than one"
    dropped = results["dropped"].table.copy()
    names = dict(zip(FRAMES, [long, *FRAMES[1:]], strict=True))
    dropped["frame"] = dropped["frame"].cat.rename_categories(names)
    unit = "The unit of a long and winding name, 2025"
    labels = dict.fromkeys(dropped["unit_id"], unit)
    figure = fr.plot_drop_one(with_table(results["dropped"], dropped), top=9, labels=labels)
    assert_readable(figure)
    shown = [label.get_text() for axes in figure.axes for label in axes.get_yticklabels()]
    assert all(label.endswith("\nThe unit of a long and w…") for label in shown if label)
    assert_readable(fr.plot_entry_precision(results["validation"], top=14))


def test_a_score_without_an_entry_is_shown_with_its_unit(results):
    table = results["dropped"].table
    figure = fr.plot_drop_one(results["dropped"], top=3)
    for axes, frame in zip(figure.axes, FRAMES, strict=True):
        own = table[table["frame"] == frame].head(3)
        with_it, without = (line.get_xdata().tolist() for line in axes.lines)
        assert with_it == own["value"].tolist()
        assert without == own["value_without"].tolist()
        rows = [label.get_text().split("\n") for label in axes.get_yticklabels()]
        assert [unit for _, unit in rows] == own["unit_id"].tolist()
        assert axes.get_xlabel() == "hits per 1,000 tokens"


def test_a_corrected_share_stands_beside_the_raw_one(results):
    axes = fr.plot_correction(results["correction"]).axes[0]
    points = [line for line in axes.lines if line.get_marker() not in ("|", "None")]
    filled = [line for line in points if line.get_markerfacecolor() != "white"]
    raw = [line for line in points if line.get_markerfacecolor() == "white"]
    table = results["correction"].table
    assert [line.get_xdata()[0] for line in filled] == table["estimate"].tolist()
    assert [line.get_xdata()[0] for line in raw] == table["raw"].tolist()
    assert [label.get_text() for label in axes.get_xticklabels()][1].endswith("%")


def test_several_quantities_are_the_rows_of_a_panel_per_frame(coded):
    testbed, hits, sample = coded
    corrected = fr.correct(hits, testbed.codes, sample, by="length")
    figure = fr.plot_correction(corrected)
    assert_readable(figure)
    table = corrected.table
    assert [axes.get_title(loc="left") for axes in figure.axes] == sample.frames
    for axes in figure.axes:
        block = table[table["frame"].astype(str) == axes.get_title(loc="left")]
        filled = [
            line.get_xdata()[0] for line in axes.lines
            if line.get_marker() not in ("|", "None") and line.get_markerfacecolor() != "white"
        ]  # fmt: skip
        assert filled == block["estimate"].tolist()
    rows = [label.get_text().replace("\n", " ") for label in figure.axes[0].get_yticklabels()]
    assert rows[0] == "prevalence"
    quantities = [name.replace("length=", "") for name in block["quantity"]]
    assert [row.replace(" − ", " - ") for row in rows] == quantities
    assert any(" − " in row for row in rows)


def test_an_agreement_that_is_undefined_has_no_point():
    rows = {"doc_id": "a", "sentence": [1, 2, 3, 4] * 2, "coder": ["x"] * 4 + ["y"] * 4}
    codes = {"never": [0] * 8, "peace": [1, 1, 0, 0, 1, 0, 0, 0]}
    found = fr.agreement(fr.make_codes(pd.DataFrame({**rows, **codes})), draws=20, seed=1)
    figure = fr.plot_agreement(found)
    lines = figure.axes[0].lines
    assert {float(line.get_ydata()[0]) for line in lines if len(line.get_ydata()) == 1} == {1.0}
    assert_readable(figure)


@pytest.mark.parametrize("level", [0.95, 0.8])
def test_the_note_says_the_level_of_the_intervals(coded, level):
    testbed, hits, sample = coded
    valid = fr.validate(hits, testbed.codes, level=level)
    agreed = fr.agreement(testbed.codes, draws=20, seed=1, level=level)
    corrected = fr.correct(hits, testbed.codes, sample, level=level)
    said = f"{level:.0%}"
    assert f"Lines: {said} score intervals." in note(fr.plot_validation(valid))
    precision = fr.plot_entry_precision(valid)
    assert f"Lines: {said} score intervals over these sentences." in note(precision)
    assert f"{said} intervals by a Bayesian bootstrap" in note(fr.plot_agreement(agreed))
    assert f"with {said} intervals." in note(fr.plot_correction(corrected))
    assert valid.settings["level"] == agreed.settings["level"] == corrected.level == level
    # What is drawn are those intervals.
    line = fr.plot_agreement(agreed).axes[0].collections[0].get_paths()[0].vertices[:, 0]
    assert line.tolist() == agreed.table.loc[0, ["alpha_low", "alpha_high"]].tolist()


def test_an_axis_says_the_measurement_of_the_codes():
    rows = {"doc_id": "a", "sentence": [1, 2, 3, 4] * 2, "coder": ["x"] * 4 + ["y"] * 4}
    codes = pd.DataFrame({**rows, "peace": [2, 1, 0, 0, 1, 0, 0, 0]})
    codes = fr.make_codes(codes, scale=(0, 1, 2))
    figure = fr.plot_agreement(fr.agreement(codes, measurement="ordinal", draws=20, seed=1))
    assert figure.axes[0].get_xlabel() == "Krippendorff's alpha (ordinal)"


def test_a_bare_table_is_refused_with_the_function_that_makes_the_object(results):
    plots = {
        "agreement": fr.plot_agreement, "validation": fr.plot_validation,
        "correction": fr.plot_correction, "dropped": fr.plot_drop_one,
    }  # fmt: skip
    calls = {
        "agreement": "Agreement, which agreement", "validation": "Validation, which validate",
        "correction": "Correction, which correct", "dropped": "LeaveOneOut, which drop_one",
    }  # fmt: skip
    for name, plot in plots.items():
        with pytest.raises(fr.InputError, match=f"is a DataFrame; it must be {calls[name]}"):
            plot(results[name].table)
    with pytest.raises(fr.InputError, match=r"is a DataFrame; it must be Validation"):
        fr.plot_entry_precision(results["validation"].entries)


def test_a_result_draws_itself(results):
    for name, plot in (("agreement", fr.plot_agreement), ("validation", fr.plot_validation)):
        mine, other = results[name].plot(), plot(results[name])
        assert fr.describe_figure(mine) == fr.describe_figure(other)
    few = replace(results["validation"], table=results["validation"].table.head(2))
    assert len(few.plot(title="Two frames").axes[0].get_yticks()) == 2


def test_values_below_zero_are_inside_the_panels_of_dropped_entries():
    entries = [{"pattern": "hope", "weight": 1}, {"pattern": "gloom", "weight": -1}]
    lexicon = fr.make_lexicon({"mood": entries, "none": ["unicorn"]})
    hits = fr.find_hits(
        fr.make_corpus(["Hope now.", "Gloom here now."], source=["A", "B"]), lexicon
    )
    figure = fr.plot_drop_one(fr.drop_one(hits, fr.score(hits, unit="source")))
    mood, none = figure.axes
    left, right = mood.get_xlim()
    assert left < -1000 / 3 < 500 < right
    # A frame without a hit says so, instead of an axis from 0 to a billionth.
    assert [text.get_text() for text in none.texts] == ["no hit"]
    assert not len(none.get_xticks())
