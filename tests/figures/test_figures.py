import re
from dataclasses import fields
from functools import partial
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib.colors import to_hex, to_rgb
from matplotlib.font_manager import fontManager
from PIL import Image
from support.figures import LONG, assert_readable

import framing as fr
from framing import InputError
from framing.figures.drawing import (
    COLOURS,
    MARKERS,
    _other_typefaces,
    entry_names,
    fill,
    frame_style,
    in_lines,
    style,
)

FIGURES = Path(__file__).parents[2] / "figures"
SVG = "{http://www.w3.org/2000/svg}"


def figures(hits, study=None, labels=None):
    drawn = {
        "scores": fr.plot_scores(fr.score(hits).interval(seed=1), labels=labels),
        "plain": fr.plot_scores(fr.score(hits, kind="share"), labels=labels),
        "positions": fr.plot_positions(fr.locate_hits(hits), labels=labels),
        "entries": fr.plot_entries(fr.count_entries(hits)),
    }
    if len(hits.frames) > 1:
        drawn["cooccurrences"] = fr.plot_cooccurrences(fr.count_cooccurrences(hits))
    if study is not None:
        drawn["corpus"] = fr.plot_corpus(study, labels=labels)
    return drawn


def long_study():
    texts = [
        "A truce is near.\nRelated Sources:\nMore articles »\nAdvertisement",
        "Rain fell.",
        "* * *",
    ] * 7
    lexicon = fr.make_lexicon(
        {
            "peace and reconciliation": ["truce", "a phrase of many words that never fires*"],
            "doubt": ["near"],
            "empty": ["zebra"],
        }
    )
    return fr.make_study(fr.make_corpus(texts), lexicon)


@pytest.mark.parametrize("which", ["shipped", "long", "one"])
def test_no_label_overlaps_or_is_cut(which):
    if which == "one":
        study = fr.make_study(fr.make_corpus(["A truce."]), fr.make_lexicon({"p": ["truce"]}))
    else:
        study = fr.load_study("articles") if which == "shipped" else long_study()
    ids = study.documents["doc_id"]
    names = study.documents["label"] if which == "shipped" else [LONG] * len(ids)
    labels = dict(zip(ids, names, strict=True))
    for figure in figures(study.hits, study, labels).values():
        assert_readable(figure)
        assert figure.get_figwidth() <= 6.3


def test_an_interval_is_drawn_where_it_lies():
    scores = fr.score(fr.load_study("articles").hits).interval(seed=1)
    axes = fr.plot_scores(scores).axes[0]
    drawn = [path.vertices[:, 0] for path in axes.collections[0].get_paths()]
    peace = scores.table[scores.table["frame"] == "peace"]
    assert [list(line) for line in drawn] == peace[["low", "high"]].to_numpy().tolist()
    assert axes.get_title(loc="left") == "peace"
    assert "per 1,000" in axes.get_xlabel()


def test_a_frame_keeps_its_colour_whatever_stands_beside_it():
    for frames in (["skepticism"], ["other", "skepticism", "peace"]):
        assert frame_style(frames)["skepticism"][0] == COLOURS["skepticism"]
    looks = frame_style(["peace", "x", "y", "z"])
    assert len({colour for colour, _ in looks.values()}) == 4
    assert len({marker for _, marker in looks.values()}) == 4


def test_drawing_leaves_the_settings_and_the_tables_alone():
    hits = fr.load_study("articles").hits
    settings = dict(mpl.rcParams)
    scores = fr.score(hits).interval(seed=1)
    before = scores.table.copy()
    fr.plot_scores(scores)
    assert scores.table.equals(before)
    assert dict(mpl.rcParams) == settings


def test_what_cannot_be_drawn_is_refused_with_the_remedy(tmp_path):
    hits = fr.find_hits(fr.make_corpus(["A truce."] * 61), fr.make_lexicon({"p": ["truce"]}))
    with pytest.raises(fr.InputError, match=r"positions is a DataFrame; it must be HitPositions"):
        fr.plot_positions(hits.table)
    with pytest.raises(fr.InputError, match=r"top=0 "):
        fr.plot_entries(fr.count_entries(hits), top=0)
    with pytest.raises(fr.InputError, match=r"co-occurrence needs two"):
        fr.plot_cooccurrences(fr.count_cooccurrences(hits))
    figure = fr.plot_entries(fr.count_entries(hits))
    with pytest.raises(fr.InputError, match=r"cannot be written as '\.jpg'. Give one of '\.svg'"):
        fr.write_figure(figure, tmp_path / "entries.jpg")
    assert fr.write_figure(figure, tmp_path / "entries.png") == [tmp_path / "entries.png"]
    assert [path.name for path in tmp_path.iterdir()] == ["entries.png"]


def test_the_note_of_entries_explains_the_signs_that_are_there_only():
    corpus = fr.make_corpus(["Talks about a lasting truce."])
    plain = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    signs = fr.find_hits(corpus, fr.make_lexicon({"peace": ["talk*", "lasting ~3 truce"]}))
    notes = [fr.plot_entries(fr.count_entries(hits)).get_supxlabel() for hits in (plain, signs)]
    assert notes[0] == "The most frequent entries of each frame."
    assert "* stands for any ending. ~6 stands for" in " ".join(notes[1].split())


def test_the_files_say_in_words_what_they_show(tmp_path):
    figure = fr.plot_entries(fr.count_entries(fr.load_study("articles").hits))
    alt = 'Talks & "truce":\n<peace> leads'
    said = 'Talks & "truce": <peace> leads'
    svg, pdf = fr.write_figure(figure, tmp_path / "own", alt=alt)
    root = ElementTree.parse(svg).getroot()
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.findtext(f"{SVG}title") == said
    assert pdf.read_bytes().count(b'(Talks & "truce": <peace> leads)') == 2
    again = fr.write_figure(figure, tmp_path / "again", alt=alt)
    assert [path.read_bytes() for path in again] == [svg.read_bytes(), pdf.read_bytes()]
    # Without words of the caller the figure speaks for itself.
    svg, _ = fr.write_figure(figure, tmp_path / "plain")
    assert ElementTree.parse(svg).getroot().get("aria-label") == fr.describe_figure(figure)
    for wrong in ("", "  ", 5):
        with pytest.raises(fr.InputError, match=r"alt=.* is not text. Say in words"):
            fr.write_figure(figure, tmp_path / "wrong", alt=wrong)
    assert not list(tmp_path.glob("wrong*"))


def test_a_description_names_panels_rows_units_and_intervals():
    study = fr.load_study("articles")
    labels = dict(zip(study.documents["doc_id"], study.documents["label"], strict=True))
    figure = fr.plot_scores(fr.score(study.hits).interval(seed=1), labels=labels)
    said = fr.describe_figure(figure)
    assert said.startswith("Panels: peace; concession; sovereignty; skepticism. Horizontal: hits")
    assert all(f"{label} n = " in said for label in labels.values())
    assert "hits per 1,000 tokens" in said
    assert "95% intervals over the n sentences" in said
    figure = fr.plot_positions(fr.locate_hits(study.hits), labels=labels)
    counts = study.hits.table["frame"].value_counts()
    legend = f"Legend: peace ({counts['peace']}); concession ({counts['concession']});"
    assert legend in fr.describe_figure(figure)
    rows = [[0.6, 0.3, 0.1], [0.5, 0.4, 0.1], [0.1, 0.1, 0.8], [0.1, 0.2, 0.7]]
    shares = pd.DataFrame(rows, columns=["war", "army", "talks"])
    network = fr.plot_packages(fr.find_packages(shares, permutations=0, seed=1))
    assert "Labels: talks; war; army." in fr.describe_figure(network)


def many_hits(groups, frames):
    """Return hits of many sources with long names that differ at the end, and of many frames."""
    names = [f"The newspaper of a province in the north, edition {g}, and its neighbours"[:60]
             for g in range(groups)]  # fmt: skip
    texts = [f"Word{(d * 7) % frames} fell. Rain again." for d in range(2 * groups)]
    dates = [f"2025-{1 + d % 4:02}-05" for d in range(2 * groups)]
    corpus = fr.make_corpus(texts, source=names * 2, date=dates)
    lexicon = fr.make_lexicon({f"frame {n}": [f"word{n}"] for n in range(frames)})
    return fr.find_hits(corpus, lexicon), names


def test_sixty_sources_and_twelve_frames_fit_a_page_with_their_values():
    hits, names = many_hits(60, 12)
    scores = fr.score(hits, unit="source").interval()
    gap = fr.contrast(
        fr.score(hits), by="source", reference=names[0], seed=1, permutations=100
    )  # fmt: skip
    drawn = {
        "scores": (fr.plot_scores(scores), 60),
        "contrast": (fr.plot_contrast(gap), 59),
        "pooled": (fr.plot_pooled(fr.pool(fr.score(hits), by="source")), 60),
    }
    for figure, rows in drawn.values():
        assert figure.get_figheight() < 12
        labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
        assert len(set(labels)) == rows
        assert any("…7, and" in label for label in labels)
        assert "too many for points with intervals" in fr.describe_figure(figure)
    assert_readable(drawn["contrast"][0])
    cells = [text.get_text() for text in drawn["scores"][0].axes[0].texts]
    wanted = [f"{value:,.0f}" for value in scores.table["value"]]
    assert cells == wanted


def test_many_frames_and_many_groups_over_time_fit_a_page():
    hits, _ = many_hits(2, 12)
    course = fr.trend(fr.score(hits), every="month", seed=1, draws=20)
    figure = fr.plot_trend(course)
    assert figure.get_figheight() < 10
    assert_readable(figure)
    assert [axes.get_title(loc="left") for axes in figure.axes] == course.frames
    hits, _ = many_hits(25, 1)
    courses = fr.trend(fr.score(hits), every="month", by="source", seed=1, draws=20)
    figure = fr.plot_courses(courses)
    assert len(figure.axes) == 25
    assert_readable(figure)
    assert figure.get_figheight() < 7.5


def test_frames_that_meet_fit_the_page_when_there_are_many():
    names = [f"a frame of a long name {number}" for number in range(10)]
    lexicon = fr.make_lexicon({name: [f"word{n}"] for n, name in enumerate(names)})
    corpus = fr.make_corpus([" ".join(f"word{n}" for n in range(10)), "Word1 and word2.", "Rain."])
    figure = fr.plot_cooccurrences(fr.count_cooccurrences(fr.find_hits(corpus, lexicon)))
    assert figure.get_figwidth() <= 6.3
    assert_readable(figure)
    lexicon = fr.make_lexicon({f"f{number}": [f"truce{number}"] for number in range(13)})
    table = fr.count_cooccurrences(fr.find_hits(fr.make_corpus(["Truce1."]), lexicon))
    with pytest.raises(fr.InputError, match=r"13 frames .*12 at most.*merge_frames"):
        fr.plot_cooccurrences(table)


@pytest.mark.parametrize("path", sorted(FIGURES.glob("*.svg")), ids=lambda path: path.stem)
def test_a_figure_of_the_notebooks_fits_the_page_and_says_what_it_shows(path):
    root = ElementTree.parse(path).getroot()
    width, height = (
        round(float(root.get(side).removesuffix("pt")) / 72, 3) for side in ("width", "height")
    )
    # The text of an A4 page, at the size at which the figure is drawn.
    assert width <= 6.3
    assert height <= 8.3
    said = root.get("aria-label")
    assert root.get("role") == "img"
    assert len(said.split()) > 20


@pytest.mark.parametrize(
    "name",
    [
        "plot_agreement", "plot_contrast", "plot_cooccurrences", "plot_corpus", "plot_correction",
        "plot_drop_one", "plot_entries", "plot_entry_precision", "plot_keyness", "plot_multiverse",
        "plot_packages", "plot_pooled",
        "plot_positions", "plot_prevalence", "plot_regression", "plot_scores",
        "plot_topic_choice", "plot_topic_frames", "plot_topics", "plot_trend", "plot_validation",
        "plot_voice_context", "plot_voices", "plot_word_shift",
    ],
)  # fmt: skip
def test_a_figure_of_another_result_says_which_function_makes_its_own(name):
    with pytest.raises(
        fr.InputError, match=r"is a DataFrame; it must be \w+(, which \w+\(| \(read_corpus)"
    ):
        getattr(fr, name)(pd.DataFrame())


def planted():
    texts = ["A truce, though many doubt it.", "A truce. Rain.", "Few doubt it."]
    corpus = fr.make_corpus(texts, source=["Wire", "Wire", "Blog"])
    return corpus, fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"], "doubt": ["doubt"]}))


def test_a_figure_takes_a_size_and_a_title():
    _, hits = planted()
    figure = fr.plot_scores(fr.score(hits), figsize=(5, 4), title="Three texts")
    assert figure.get_size_inches().tolist() == [5, 4]
    assert figure.get_suptitle() == "Three texts"
    assert fr.describe_figure(figure).startswith("Title: Three texts. Panels: peace; doubt.")
    assert_readable(figure)
    usual = fr.plot_scores(fr.score(hits))
    assert usual.get_suptitle() == ""
    assert usual.get_figwidth() == 6.3


def test_one_panel_is_drawn_in_the_axes_that_are_given():
    _, hits = planted()
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4), layout="constrained")
    counts = fr.count_cooccurrences(hits, level=0.8)
    assert fr.plot_cooccurrences(counts, ax=left, title="Meetings") is left
    assert fr.plot_positions(fr.locate_hits(hits), ax=right) is right
    assert left.get_title(loc="left") == "Meetings\n… also have"
    assert any("50% [" in text.get_text() for text in left.texts)
    notes = [text.get_text().replace("\n", " ") for text in left.texts]
    assert any("80% interval over documents" in note for note in notes)
    assert [len(line.get_xdata()) for line in right.lines[:2]] == [2, 2]
    assert [text.get_text() for text in right.get_legend().get_texts()] == [
        "peace (2)",
        "doubt (2)",
    ]
    assert len(figure.axes) == 2
    assert_readable(figure)
    plt.close(figure)


def test_several_panels_take_the_room_of_the_axes_that_are_given():
    _, hits = planted()
    figure, (left, right) = plt.subplots(1, 2, figsize=(14, 4), layout="constrained")
    scores = fr.score(hits).interval(seed=1, level=0.8)
    assert scores.plot(ax=right, title="Scores") is right
    left.plot([0, 1], [0, 1])
    [part] = figure.subfigs
    assert [axes.get_title(loc="left") for axes in part.axes] == ["peace", "doubt"]
    assert part.get_suptitle() == "Scores"
    assert "80% intervals" in part.get_supxlabel().replace("\n", " ")
    assert not right.axison
    figure.draw_without_rendering()
    middle = figure.bbox.width / 2
    assert all(axes.get_window_extent().x0 > middle for axes in part.axes)
    plt.close(figure)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ax": "left"}, r"ax is a str; it must be Axes, which plt.subplots\(\) returns"),
        ({"figsize": (0, 4)}, r"figsize=\(0, 4\) cannot be used. Give width and height in inches"),
        ({"figsize": 5}, r"figsize=5 cannot be used"),
        ({"title": 5}, r"title=5 is not text"),
    ],
)
def test_a_canvas_that_cannot_be_used_is_refused(options, message):
    _, hits = planted()
    with pytest.raises(fr.InputError, match=message):
        fr.plot_entries(fr.count_entries(hits), **options)


def test_axes_and_a_size_do_not_go_together():
    _, hits = planted()
    figure, axes = plt.subplots()
    with pytest.raises(fr.InputError, match=r"ax= and figsize= cannot be used together"):
        fr.plot_positions(fr.locate_hits(hits), ax=axes, figsize=(5, 4))
    free = figure.add_axes((0, 0, 1, 1))
    with pytest.raises(fr.InputError, match=r"ax is not in a grid, but this figure has several"):
        fr.plot_scores(fr.score(hits), ax=free)
    # A figure that failed leaves nothing behind for the next.
    assert fr.plot_positions(fr.locate_hits(hits)).get_figwidth() == 6.3
    plt.close(figure)


def test_a_corpus_and_a_study_are_drawn_alike():
    corpus = fr.make_corpus(["A truce is near.\nRelated Sources:"])
    study = fr.make_study(corpus, fr.make_lexicon({"peace": ["truce"]}))
    words = fr.describe_figure(fr.plot_corpus(corpus))
    assert words == fr.describe_figure(fr.plot_corpus(study))
    assert "Rows: text1." in words


def test_no_line_breaks_at_a_sign_of_a_number():
    text = "median ratio 1.38: 64 with the sign; joint p of the median = .025 and n < 30 in all"
    for width in range(20, 70):
        for line in in_lines(text, width).splitlines():
            assert not re.search(r"(^[=<])|([=<]$)", line)


def test_entries_have_labels_for_readers():
    lexicon = fr.load_lexicon("peace-initiative")
    labelled = lexicon.table[lexicon.table["label"] != ""].iloc[0]
    names = entry_names([labelled["pattern"], "talks"], lexicon.hash)
    assert names == [labelled["label"], "talks"]
    long = "(negotiat*|renegotiat*|negotiator*|bargain*) ~3 (peace|war)"
    assert entry_names([long], "other") == ["negotiat*, renegotiat*, …"]


def test_a_curve_follows_points_and_not_the_other_side_of_a_gap():
    months = [f"2024-{month:02}-10" for month in range(1, 11)]
    months += ["2025-06-10", "2025-07-10"]
    texts = ["A truce here today. " + "Rain fell. " * (2 + n % 3) for n in range(len(months))]
    texts = [text for text in texts for _ in range(3)]
    dates = [date for date in months for _ in range(3)]
    hits = fr.find_hits(fr.make_corpus(texts, date=dates), fr.make_lexicon({"peace": ["truce"]}))
    course = fr.trend(fr.score(hits), every="month", seed=1, draws=20)
    figure = fr.plot_trend(course)
    curves = [line for line in figure.axes[0].lines if line.get_linestyle() == "-"]
    drawn = max(curves, key=lambda line: len(line.get_xdata()))
    shown = ~np.isnan(np.asarray(drawn.get_ydata(), dtype=float))
    known = (course.table["n"] > 0).to_numpy()
    assert shown.sum() == 10
    assert not (shown & ~known).any()
    assert "No curve where fewer than 3 months" in " ".join(figure._supxlabel.get_text().split())


def test_the_truth_is_drawn_where_it_is_known():
    testbed = fr.load_testbed("briefings")
    hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    sample = fr.sample_for_coding(hits, testbed.corpus, 300, seed=1)
    corrected = fr.correct(hits, testbed.codes, sample)
    named = "the share by the codes of coder A"
    figure = fr.plot_correction(corrected, truth={"peace": 0.31}, truth_label=named)
    [axes] = figure.axes
    crosses = [line for line in axes.lines if line.get_marker() == "x"]
    assert [float(line.get_xdata()[0]) for line in crosses] == [0.31]
    assert f"Cross: {named}." in fr.describe_figure(figure)
    assert "true share" not in fr.describe_figure(figure)
    with pytest.raises(fr.InputError, match="truth_label=' ' is not text"):
        fr.plot_correction(corrected, truth_label=" ")


def test_many_units_are_drawn_as_a_distribution_and_the_figure_says_so():
    texts = ["A truce. Rain fell." if n % 4 else "Rain fell." for n in range(100)]
    corpus = fr.make_corpus(texts)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    for figure in (
        fr.plot_scores(fr.score(hits)), fr.plot_positions(fr.locate_hits(hits)),
        fr.plot_corpus(corpus),
    ):  # fmt: skip
        assert "More than 60" in fr.describe_figure(figure)
        assert_readable(figure)
    bars = [bar.get_height() for bar in fr.plot_scores(fr.score(hits)).axes[0].patches]
    assert sum(bars) == 100
    assert sorted(bars)[-2:] == [25, 75]


def test_frames_rows_colours_and_words_can_be_chosen():
    _, hits = planted()
    scores = fr.score(hits).interval()
    ids = scores.units["unit_id"].tolist()
    figure = fr.plot_scores(
        scores, frames=["doubt", "peace"], order=[ids[2]], palette={"peace": "#B35900"},
        labels={"peace": "Frieden", ids[0]: "Erster"},
    )  # fmt: skip
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["doubt", "Frieden"]
    rows = [label.get_text().split("\n")[0] for label in figure.axes[0].get_yticklabels()]
    assert rows == [ids[2], "Erster", ids[1]]
    marks = [line for line in figure.axes[1].lines if line.get_marker() in MARKERS]
    assert {line.get_color() for line in marks} == {"#B35900"}
    values = scores.table[scores.table["frame"] == "peace"].set_index("unit_id")["value"]
    drawn = {
        round(float(y)): float(x) for line in marks for x, y in zip(*line.get_data(), strict=True)
    }
    assert drawn == {row: values[ids[number]] for row, number in enumerate([2, 0, 1])}
    # A frame keeps its colour where others are left out.
    [axes] = fr.plot_scores(scores, frames=["doubt"]).axes
    looks = frame_style(["peace", "doubt"])
    assert looks["doubt"][0] in {line.get_color() for line in axes.lines}
    for options, message in (
        ({"frames": ["war"]}, r"frames='war' is not known. Allowed: 'peace', 'doubt'"),
        ({"order": ["x"]}, "order='x' is not known"),
        ({"palette": {"war": "red"}}, "palette='war' is not known"),
        ({"palette": ["no colour"]}, "is not a colour"),
        ({"palette": 5}, "palette=5 is an int; it must be a colour map, a list of colours"),
        ({"frames": 5}, "frames=5 is an int; it must be a list"),
        ({"order": 5}, "order=5 is an int; it must be a list"),
        ({"frames": "peace"}, r"it must be a list: \['peace'\]"),
    ):
        for call in (partial(fr.plot_scores, scores), partial(fr.plot_scores, scores=scores)):
            with pytest.raises(fr.InputError, match=message):
                call(**options)
    with pytest.raises(fr.InputError, match="drawn as a whole"):
        fr.plot_cooccurrences(fr.count_cooccurrences(hits), frames=["peace"])


def test_a_result_that_is_given_by_its_name_is_drawn_as_any_other():
    """A result given by its name was drawn whole, in the usual colours, without a word."""
    _, hits = planted()
    scores = fr.score(hits).interval()
    ids = scores.units["unit_id"].tolist()
    options = {"frames": ["doubt"], "order": [ids[2]], "palette": {"doubt": "#B35900"}}
    one, other = fr.plot_scores(scores, **options), fr.plot_scores(scores=scores, **options)
    assert [axes.get_title(loc="left") for axes in other.axes] == ["doubt"]
    assert fr.describe_figure(other) == fr.describe_figure(one)
    colours = [line.get_color() for line in other.axes[0].lines]
    assert colours == [line.get_color() for line in one.axes[0].lines]
    assert "#B35900" in colours


def test_the_first_frame_need_not_have_the_longest_bar():
    hits = fr.find_hits(
        fr.make_corpus(["Doubt. " + "Truce. " * 9]),
        fr.make_lexicon({"doubt": ["doubt"], "peace": ["truce"]}),
    )
    for axes in fr.plot_entries(fr.count_entries(hits)).axes:
        assert max(bar.get_width() for bar in axes.patches) <= axes.get_xlim()[1]


def test_figures_are_written_as_a_journal_asks(tmp_path):
    _, hits = planted()
    figure = fr.plot_entries(fr.count_entries(hits))
    files = fr.write_figure(figure, tmp_path / "entries", formats=["png", "tiff", "svg"], dpi=150)
    assert [file.suffix for file in files] == [".png", ".tiff", ".svg"]
    for file in files[:2]:
        with Image.open(file) as image:
            assert image.width == round(150 * figure.get_figwidth())
            assert round(float(image.info["dpi"][0])) == 150
    texts = "".join(ElementTree.parse(files[2]).getroot().itertext())
    assert "The most frequent entries" in texts
    with pytest.raises(fr.InputError, match="formats=\\['gif'\\] cannot be used"):
        fr.write_figure(figure, tmp_path / "entries", formats=["gif"])


def test_another_script_has_a_typeface_or_one_warning(recwarn):
    _, hits = planted()
    figure = fr.plot_entries(fr.count_entries(hits), labels={"peace": "\ua6a0\ua6a1\ua6a2"})
    with style():
        figure.draw_without_rendering()
    said = [str(warning.message) for warning in recwarn if "typeface" in str(warning.message)]
    glyphs = [warning for warning in recwarn if "Glyph" in str(warning.message)]
    fonts = figure.axes[0]._left_title.get_fontfamily()
    assert len(said) == 1 or len(fonts) > 1
    assert not glyphs


def test_terms_are_drawn_where_they_stand():
    corpus = fr.make_corpus(["truce rain rain deal", "deal", "rain"], doc_id=["a", "b", "c"])
    hits = fr.find_hits(corpus, fr.make_lexicon({"words": ["truce", "deal"]}))
    figure = fr.plot_dispersion(fr.locate_hits(hits))
    drawn = {
        axes.get_title(loc="left"): [
            (float(x), round(float(y)))
            for line in axes.lines for x, y in zip(*line.get_data(), strict=True)
        ]
        for axes in figure.axes
    }  # fmt: skip
    assert set(drawn) == {"deal (2)", "truce (1)"}
    assert drawn["truce (1)"] == [(0.125, 0)]  # The middle of "truce" in 20 characters.
    assert [row for _, row in drawn["deal (2)"]] == [0, 1]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["a", "b"]
    assert_readable(figure)
    with pytest.raises(fr.InputError, match="terms names 'war', which has no hit"):
        fr.plot_dispersion(fr.locate_hits(hits), terms=["war"])


def test_a_frame_has_its_course_in_each_group():
    newswire = fr.load_testbed()
    hits = fr.find_hits(newswire.corpus, fr.load_lexicon("peace-initiative"))
    course = fr.trend(fr.score(hits), every="month", by="source", seed=1, draws=20)
    figure = fr.plot_courses(course, frame="peace")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == list(course.groups)
    assert len({axes.get_ylim() for axes in figure.axes}) == 1
    assert "All panels have the same scale" in " ".join(figure._supxlabel.get_text().split())
    assert_readable(figure)
    with pytest.raises(fr.InputError, match="Say which frame"):
        fr.plot_courses(course)
    with pytest.raises(fr.InputError, match="no groups"):
        fr.plot_courses(fr.trend(fr.score(hits), every="month", seed=1, draws=20), frame="peace")


def test_a_network_joins_a_name_and_the_words_around_it():
    texts = ["Putin wants land.", "Putin took land.", "Trump made the deal.", "A deal by Trump."]
    texts = [*texts * 5, *["Rain fell on the town.", "Snow fell."] * 10]
    found = fr.collocations(fr.make_corpus(texts), {"Putin": "putin", "Trump": "trump"})
    figure = fr.plot_associations(found)
    [axes] = figure.axes
    places = {text.get_text(): text.get_position() for text in axes.texts}
    joined = {
        frozenset(
            min(places, key=lambda name: np.hypot(*np.subtract(places[name], end)))
            for end in zip(*line.get_data(), strict=True)
        )
        for line in axes.lines
    }
    table = found.table[found.table["log_ratio_low"] > 0]
    assert joined == {
        frozenset(pair) for pair in zip(table["node"], table["collocate"], strict=True)
    }
    assert frozenset({"Putin", "land"}) in joined
    assert frozenset({"Putin", "deal"}) not in joined


def test_many_frames_with_long_names_fit_their_panels():
    words = ["truce", "talks", "gas", "oil", "tax", "vote", "school", "rain", "flood", "court"]
    names = [f"A name of a frame that is far longer than its panel {n}" for n in range(10)]
    lexicon = fr.make_lexicon({name: [word] for name, word in zip(names, words, strict=True)})
    corpus = fr.make_corpus([". ".join(words) + ".", "Rain and a truce."])
    hits = fr.find_hits(corpus, lexicon)
    for figure in (
        fr.plot_scores(fr.score(hits)), fr.plot_positions(fr.locate_hits(hits)),
        fr.plot_entries(fr.count_entries(hits)),
    ):  # fmt: skip
        assert_readable(figure)
        shown = " ".join(fr.describe_figure(figure).split())
        assert all(name in shown for name in names)
    # A size that is asked for stays.
    figure = fr.plot_scores(fr.score(hits), figsize=(6, 7))
    assert figure.get_size_inches().tolist() == [6, 7]


def test_letters_of_two_columns_are_counted_as_two():
    assert fill("和平谈判" * 3, 12).splitlines() == ["和平谈判和平", "谈判和平谈判"]
    assert fill("peace talks now", 12) == "peace talks\nnow"


def many_frames(frames: int, documents: int):
    words = [f"word{chr(97 + number)}" for number in range(frames)]
    lexicon = fr.make_lexicon({f"frame {word}": [word] for word in words})
    texts = [" ".join(f"{word} again." for word in words)] * documents
    return fr.find_hits(fr.make_corpus(texts), lexicon)


@pytest.mark.parametrize("frames", [3, 12])
def test_frames_in_one_panel_differ_in_their_marks_without_colour(frames):
    axes = fr.plot_positions(fr.locate_hits(many_frames(frames, 3))).axes[0]
    marks = [line.get_marker() for line in axes.lines if line.get_marker() != "None"]
    assert len(set(marks)) == len(marks) == frames


def test_positions_of_many_frames_fit_a_page():
    figure = fr.plot_positions(fr.locate_hits(many_frames(12, 40)))
    assert figure.get_figheight() < 11
    assert "the hits of all 40 documents by twentieth" in fr.describe_figure(figure)


def test_a_panel_is_as_high_as_its_rows():
    hits = many_frames(2, 2)
    for figure in (
        fr.plot_entries(fr.count_entries(hits), top=30),
        fr.plot_drop_one(fr.drop_one(hits, fr.score(hits)), top=30),
    ):
        assert figure.get_figheight() < 2


@pytest.mark.parametrize("palette", ["grey", "Greys", "viridis", "tab20", "coolwarm"])
def test_a_palette_has_a_name(palette):
    scores = fr.score(many_frames(6, 2), unit="document")
    figure = fr.plot_scores(scores, palette=palette)
    shades = [to_hex(axes.lines[-1].get_color()) for axes in figure.axes]
    assert len(set(shades)) == 6
    light = [np.dot(np.power(to_rgb(shade), 2.2), [0.2126, 0.7152, 0.0722]) for shade in shades]
    assert max(light) <= 0.31
    if palette.lower().startswith("grey"):
        assert all(shade[1:3] == shade[3:5] == shade[5:] for shade in shades)


def test_a_palette_that_is_not_known_is_refused_by_its_name():
    with pytest.raises(InputError, match="'greyish' is not a colour map"):
        fr.plot_scores(fr.score(many_frames(2, 2)), palette="greyish")


def test_words_that_are_added_later_get_their_warning_once(recwarn, tmp_path):
    figure = fr.plot_scores(fr.score(many_frames(2, 2)))
    figure.axes[0].set_title("\U00013000\U00013001")
    fr.write_figure(figure, tmp_path / "a.png")
    fr.write_figure(figure, tmp_path / "b.png")
    assert [str(said.message)[:11] for said in recwarn] == ["No typeface"]


def test_events_are_explained_below_the_courses():
    dates = [f"2025-02-{day:02}" for day in range(1, 25)]
    corpus = fr.make_corpus(["A truce held."] * 24, date=dates, source=["Wire", "Post"] * 12)
    scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})))
    course = fr.trend(scores, every="week", by="source", seed=1, draws=20)
    figure = fr.plot_courses(course, events={"2025-02-12": "The summit"})
    assert "a 2025-02-12 The summit" in fr.describe_figure(figure)
    assert all("a" in [text.get_text() for text in axes.texts] for axes in figure.axes)


def test_words_of_several_lines_are_replaced_too():
    scores = fr.score(many_frames(4, 2))
    figure = fr.plot_scores(scores, labels={"hits per 1,000 tokens": "Treffer je 1.000 Wörter"})
    assert {" ".join(axes.get_xlabel().split()) for axes in figure.axes} == {
        "Treffer je 1.000 Wörter"
    }


def test_a_shaded_difference_names_both_sides_however_long_they_are():
    # The middle of the whole label was cut, and with it the minus sign and one of the two names.
    end = "Süddeutsche Allgemeine Tageszeitung für Politik und Kultur"
    frames = {f"frame {number}": [f"word{number}"] for number in range(9)}
    texts = [" ".join(f"word{(n * 7 + k) % 9} rain." for k in range(4 + n % 5)) for n in range(48)]
    corpus = fr.make_corpus(texts, source=[f"{n % 6 + 1} {end}" for n in range(48)])
    scores = fr.score(fr.find_hits(corpus, fr.make_lexicon(frames)))
    gap = fr.contrast(scores, by="source", seed=1, permutations=100)
    labels = [text.get_text() for text in fr.plot_contrast(gap).axes[0].get_yticklabels()]
    sides = [label.split(" − ") for label in labels]
    assert [[side[0] for side in pair] for pair in sides] == [
        [a[0], b[0]] for a, b in gap.table[["target", "reference"]].drop_duplicates().to_numpy()
    ]
    assert all(len(pair) == 2 and max(map(len, pair)) <= 30 for pair in sides)


def test_an_interval_that_leaves_the_panel_has_an_arrow():
    # One side has a single document with the frame, so that the ratio may be as low as nothing.
    texts = ["A truce held. Rain fell.", *["Rain fell. Snow fell."] * 5, *["A truce. Rain."] * 6]
    corpus = fr.make_corpus(texts, source=["Wire"] * 6 + ["Post"] * 6)
    scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})))
    gap = fr.contrast(scores, by="source", reference="Post", seed=1, permutations=100)
    figure = fr.plot_contrast(gap, effect="ratio")
    low, high = gap.table[["ratio_low", "ratio_high"]].iloc[0]
    assert low < 1 / 20
    assert high < 20
    [arrow] = [line for line in figure.axes[0].lines if line.get_marker() == "<"]
    assert arrow.get_xydata().tolist() == [[0.0, 0.0]]
    assert "Small arrow: the interval goes beyond the panel." in fr.describe_figure(figure)
    assert "Small arrow" not in fr.describe_figure(fr.plot_contrast(gap))


def test_a_row_of_ratios_is_named_as_a_ratio_and_one_of_differences_as_a_difference():
    rng = np.random.default_rng(1)
    texts = ["A truce held. " * held + "Rain fell." for held in rng.integers(0, 4, 60)]
    sources = [["north - east", "south", "west"][n % 3] for n in range(60)]
    corpus = fr.make_corpus(texts, source=sources, year=[2024 + n // 3 % 2 for n in range(60)])
    scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})))

    def rows(gap, effect):
        labels = fr.plot_contrast(gap, effect=effect).axes[0].get_yticklabels()
        return [label.get_text().split("\n(n =")[0] for label in labels]

    gap = fr.contrast(scores, by="source", seed=1, permutations=100)
    assert rows(gap, "ratio") == [
        "north - east\n/ south", "north - east\n/ west", "south\n/ west"
    ]  # fmt: skip
    assert rows(gap, "difference")[2] == "south\n− west"
    both = fr.contrast(scores, by=["source", "year"], seed=1, permutations=100)
    named = rows(both, "ratio")
    assert named[2:4] == ["south\n/ west", "2024\n/ 2025"]
    assert named[-1] == "(south / west)\n× (2024 / 2025)"


def test_an_effect_whose_interval_leaves_the_panel_has_an_arrow():
    texts = ["A truce. Rain fell." if n % 3 else "Rain fell." for n in range(40)]
    corpus = fr.make_corpus(texts, source=["Wire", "Post"] * 20)
    model = fr.regress(
        fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))), "source"
    )
    plain = fr.plot_regression(model)
    assert "Arrow" not in fr.describe_figure(plain)
    table = model.table.copy()
    table.loc[table["term"] != "(intercept)", "ratio_high"] = 1e9
    given = {item.name: getattr(model, item.name) for item in fields(model) if item.init}
    figure = fr.plot_regression(type(model)(**given | {"table": table}))
    assert [line.get_marker() for line in figure.axes[0].lines][-1] == ">"
    assert "Arrow: the interval goes beyond the panel." in fr.describe_figure(figure)


def test_a_corpus_without_a_removed_line_has_one_panel():
    for documents in (3, 70):
        corpus = fr.make_corpus(["A truce is near. Rain fell."] * documents)
        figure = fr.plot_corpus(corpus)
        assert len(figure.axes) == 1
        assert "No line was removed." in fr.describe_figure(figure)
        assert_readable(figure)


def test_a_title_that_is_too_wide_is_broken_anew():
    names = [f"A frame with a name of fifty or even sixty characters {n:02}" for n in (1, 2)]
    lexicon = fr.make_lexicon(dict(zip(names, (["truce"], ["rain"]), strict=True)))
    end = "The Evening Gazette of the Northern Provinces"
    corpus = fr.make_corpus(["A truce. Rain."] * 4, source=[f"{end} 1", f"{end} 2"] * 2)
    scores = fr.score(fr.find_hits(corpus, lexicon), unit="source").interval()
    for axes in fr.plot_scores(scores).axes:
        lines = axes.get_title(loc="left").splitlines()
        # No line has a word that had room in the line before.
        widest = max(map(len, lines))
        assert all(len(f"{one} {two.split()[0]}") > widest for one, two in pairwise(lines))


def test_a_total_and_its_interval_have_as_many_decimals():
    figure = fr.plot_word_shift(
        fr.word_shift(
            fr.load_study("briefings").hits, by="year", target="2025", frame="peace", seed=1,
            draws=50,
        )
    )  # fmt: skip
    texts = [text.get_text() for text in figure.axes[0].texts]
    numbers = re.findall(r"−?\d+(?:\.\d+)?", " ".join(texts))
    assert len(numbers) == 5
    assert len({len(number.partition(".")[2]) for number in numbers}) == 1


def test_the_note_of_a_course_explains_what_is_drawn_only():
    # A month in which nothing was published lies within a stretch, or no stretch is long enough.
    lexicon = fr.make_lexicon({"peace": ["truce"]})

    def note(months):
        dates = [f"2025-{month:02}-{day:02}" for month in months for day in (3, 9, 20)]
        texts = ["A truce. Rain fell." if n % 3 else "Rain fell." for n in range(len(dates))]
        hits = fr.find_hits(fr.make_corpus(texts, date=dates), lexicon)
        course = fr.trend(fr.score(hits), every="month", seed=1, draws=20)
        return fr.describe_figure(fr.plot_trend(course))

    without, whole, dotted = note([1, 6, 11]), note(range(1, 8)), note([1, 2, 3, 5, 6, 7])
    said = ("Curves: natural", "Dotted: a period without text.")
    assert [[words in text for words in said] for text in (without, whole, dotted)] == [
        [False, False], [True, False], [True, True],
    ]  # fmt: skip


def test_wide_intervals_do_not_press_the_points_to_the_bottom():
    # Two documents a quarter, of which one has the frame: the upper limit is a thousand times as
    # high as the value.
    texts = ["Truce. " + "Rain fell on the town. " * 9, "Rain fell on the town. " * 9] * 6
    dates = [f"2025-{1 + n // 2:02}-0{1 + n % 2}" for n in range(12)]
    hits = fr.find_hits(fr.make_corpus(texts, date=dates), fr.make_lexicon({"peace": ["truce"]}))
    course = fr.trend(fr.score(hits), every="month", seed=1, draws=20)
    value, high = (float(course.table[name].max()) for name in ("value", "high"))
    assert high > 6 * value
    figure = fr.plot_trend(course)
    assert value < figure.axes[0].get_ylim()[1] <= 5 * value
    assert "Arrow" in fr.describe_figure(figure)


def test_twelve_frames_with_long_names_can_be_read_where_they_meet():
    names = [f"A frame with a name of fifty or even sixty characters {n:02}" for n in range(12)]
    lexicon = fr.make_lexicon({name: [f"word{n}x"] for n, name in enumerate(names)})
    corpus = fr.make_corpus([" ".join(f"word{n}x" for n in range(12)), "Rain fell."])
    assert_readable(fr.plot_cooccurrences(fr.count_cooccurrences(fr.find_hits(corpus, lexicon))))


def test_counts_stand_behind_a_name_that_runs_from_right_to_left(recwarn):
    mark = "\N{LEFT-TO-RIGHT MARK}"
    names = ["السلام والتفاوض", "شک\N{ZERO WIDTH NON-JOINER}ها"]
    lexicon = fr.make_lexicon(dict(zip(names, (["truce"], ["rain"]), strict=True)))
    hits = fr.find_hits(fr.make_corpus(["A truce.", "Rain fell."]), lexicon)
    figure = fr.plot_entries(fr.count_entries(hits))
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == [f"{mark}{name}{mark}: 1 of 1 hits" for name in names]
    # The marks are not for those who read what the figure shows, and need no typeface.
    assert f"Panels: {names[0]}: 1 of 1 hits" in fr.describe_figure(figure)
    assert not [said for said in recwarn if "typeface" in str(said.message)]
    rows = fr.plot_cooccurrences(fr.count_cooccurrences(hits)).axes[0].get_yticklabels()
    assert f"{mark}{names[0]}{mark} (n = 1)" in [row.get_text() for row in rows]


def test_long_names_of_outlets_keep_their_end_in_a_keyness_figure():
    names = [f"The Evening Chronicle of Province number {number}" for number in (1, 2)]
    corpus = fr.make_corpus(["truce truce rain", "shelling rain rain"] * 5, source=names * 5)
    found = fr.keyness(fr.count_terms(corpus), by="source", target=names[1], reference=names[0])
    written = [text.get_text() for text in fr.plot_keyness(found).axes[0].texts]
    assert "more in The Evening Chron…Province number 2" in written
    assert "more in The Evening Chron…Province number 1" in written


def test_courses_without_curves_speak_of_none():
    corpus = fr.make_corpus(
        ["A truce. Rain.", "Rain. Sun."] * 4,
        date=["2025-01-01", "2025-06-01"] * 4,
        g=list("aabb") * 2,
    )
    course = fr.trend(
        fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))), every="month", by="g"
    )
    figure = fr.plot_courses(course)
    assert "Grey curves" not in " ".join(text.get_text() for text in figure.texts)


def test_few_powers_of_ten_have_round_numbers_between_them():
    texts = ["truce " * 30 + "rain " * 90, "rain " * 40 + "truce " * 10 + "gas " * 20] * 3
    terms = fr.count_terms(fr.make_corpus(texts, source=["Wire", "Post"] * 3), min_units=1)
    axes = fr.plot_keyness(fr.keyness(terms, by="source", target="Wire")).axes[0]
    axes.figure.draw_without_rendering()
    shown = [label.get_text() for label in [*axes.get_xticklabels(), *axes.get_xticklabels(True)]]
    assert not [text for text in shown if "10^" in text or "times" in text]
    assert {"100", "200"} <= set(shown)


def test_other_words_stand_in_the_rows_and_columns_too():
    corpus = fr.make_corpus(["A truce.", "Rain fell.", "A truce in the rain."] * 4)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"], "rain": ["rain"]}))
    words = {"peace": "peace talks", "rain": "Regen", "all": "Summe"}
    axes = fr.plot_cooccurrences(fr.count_cooccurrences(hits), labels=words).axes[0]
    axes.figure.draw_without_rendering()
    assert [text.get_text() for text in axes.get_xticklabels()] == ["peace talks", "Regen"]
    rows = [text.get_text() for text in axes.get_yticklabels()]
    assert rows == ["peace talks (n = 8)", "Regen (n = 8)", "Summe (n = 12)"]
    # Panels share their rows: a name is changed once.
    terms = fr.plot_regression(
        fr.regress(fr.score(hits), "length"), labels={"length": "length of text"}
    )
    terms.draw_without_rendering()
    assert [text.get_text() for text in terms.axes[0].get_yticklabels()] == ["length of text"]


def test_entries_have_the_labels_of_the_lexicon_of_a_user():
    pattern = "(negotiat*|renegotiat*|negotiator*|negotiation*)"
    lexicon = fr.make_lexicon(
        {"peace": [{"pattern": pattern, "label": "peace by negotiation"}, "truce"]}
    )
    hits = fr.find_hits(fr.make_corpus(["They negotiate a truce. A truce."]), lexicon)
    counts = fr.count_entries(hits)

    def rows(figure):
        return [label.get_text() for label in figure.axes[0].get_yticklabels()]

    assert rows(fr.plot_entries(counts)) == ["truce", "negotiat*, renegotiat*, …"]
    named = fr.plot_entries(counts, labels=lexicon)
    assert rows(named) == ["truce", "peace by negotiation"]
    # The frame keeps its name, and words that are given take their place.
    assert named.axes[0].get_title(loc="left").startswith("peace: ")
    words = {pattern: "Verhandlungen", "truce": "Waffenruhe", "peace": "Frieden"}
    other = fr.plot_entries(counts, labels=words)
    assert rows(other) == ["Waffenruhe", "Verhandlungen"]
    assert other.axes[0].get_title(loc="left").startswith("Frieden: ")
    with pytest.raises(fr.InputError, match="labels is a str"):
        fr.plot_entries(counts, labels="Frieden")
    dropped = fr.plot_drop_one(fr.drop_one(hits, fr.score(hits)), labels=lexicon)
    assert "peace by negotiation\ntext1" in rows(dropped)


def test_another_script_is_drawn_with_a_typeface_that_has_it(tmp_path, recwarn):
    # A typeface with two letters of Chinese, as squares.
    names = {"和": "uni548C", "平": "uni5E73"}
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(letter): name for letter, name in names.items()})
    pen = TTGlyphPen(None)
    for move, corner in zip(
        ("moveTo", "lineTo", "lineTo"), ((0, 0), (900, 0), (900, 900)), strict=True
    ):
        getattr(pen, move)(corner)
    pen.closePath()
    square = pen.glyph()
    builder.setupGlyf(dict.fromkeys([".notdef", *names.values()], square))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names.values()], (1000, 0)))
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "Two Letters Hei", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "two.ttf")
    _, hits = planted()
    known = list(fontManager.ttflist)
    fontManager.addfont(tmp_path / "two.ttf")
    _other_typefaces.cache_clear()
    try:
        figure = fr.plot_entries(fr.count_entries(hits), labels={"peace": "和平"})
        fr.write_figure(figure, tmp_path / "entries.png")
    finally:
        fontManager.ttflist[:] = known
        _other_typefaces.cache_clear()
    assert "Two Letters Hei" in figure.axes[0]._left_title.get_fontfamily()
    assert not [said for said in recwarn if "typeface" in str(said.message)]


DOLLARS = ["$_$", "$^$", r"$\x$", r"$\frac$", r"$\alpha$", "A$AP $B", "$a_1$", "1$"]


def test_names_with_dollars_are_drawn_as_they_stand(tmp_path):
    texts = [f"A truce is near. {'Rain fell. ' * (n % 3)}" for n in range(24)]
    corpus = fr.make_corpus(
        texts, doc_id=[f"{DOLLARS[n % 8]}{n // 8}" for n in range(24)], source=DOLLARS * 3
    )
    lexicon = fr.make_lexicon({"$_$": ["truce"], "$b$": ["rain"]})
    hits = fr.find_hits(corpus, lexicon)
    scores = fr.score(hits, unit="source")
    gap = fr.contrast(fr.score(hits), by="source", groups=DOLLARS[:4], seed=1, permutations=100)
    figures = {
        "scores": (fr.plot_scores(scores, title="$^$"), DOLLARS),
        "contrast": (fr.plot_contrast(gap), DOLLARS[:4]),
        "corpus": (fr.plot_corpus(corpus), DOLLARS),
        "entries": (fr.plot_entries(fr.count_entries(hits)), ["$_$", "$b$"]),
        "dispersion": (fr.plot_dispersion(fr.locate_hits(hits)), DOLLARS),
    }
    for name, (figure, names) in figures.items():
        path = tmp_path / f"{name}.svg"
        fr.write_figure(figure, path)
        drawn = " ".join(ElementTree.fromstring(path.read_text("utf-8")).itertext())
        assert [text for text in names if text not in drawn] == []


def test_a_control_character_leaves_a_drawing_that_can_be_opened(tmp_path):
    bad = ["a\x03b", "W\x14ire", "c\x0b\x1f", "d\ufffe"]
    corpus = fr.make_corpus(["A truce. Rain."] * 4, doc_id=bad, source=bad)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    for unit in ("document", "source"):
        figure = fr.plot_scores(fr.score(hits, unit=unit), title="a\x07b")
        figure.text(0.5, 0.5, "e\x01f")
        svg, pdf = (tmp_path / f"{unit}.{ending}" for ending in ("svg", "pdf"))
        fr.write_figure(figure, tmp_path / unit, formats=["svg", "pdf"], alt="x\x0cy\x02")
        drawn = " ".join(ElementTree.fromstring(svg.read_text("utf-8")).itertext())
        assert {"a\ufffdb", "e\ufffdf"} <= set(drawn.split())
        assert pdf.read_bytes().startswith(b"%PDF")


def test_a_rare_share_is_not_written_as_none():
    texts = ["Truce here now. " * 1706 + "Truce and shelling."]
    lexicon = fr.make_lexicon({"peace": ["truce"], "war": ["shelling"], "no": ["unicorn"]})
    hits = fr.find_hits(fr.make_corpus(texts), lexicon)
    figure = fr.plot_cooccurrences(fr.count_cooccurrences(hits))
    cells = [text.get_text() for text in figure.axes[0].texts]
    assert "0.1% [<0.1, 0.3]\n1 of 1,707" in cells
    assert "0% [0, 0.2]\n0 of 1,707" in cells


@pytest.mark.parametrize(("groups", "pattern"), [(4, "Jan 2024"), (25, "Jan\n2024")])
def test_dates_of_narrow_panels_do_not_overlap(groups, pattern, recwarn):
    corpus = fr.make_corpus(
        ["Truce here now."] * 12 * groups,
        date=[f"2024-{n % 12 + 1:02d}-05" for n in range(12 * groups)],
        source=[f"o{n // 12}" for n in range(12 * groups)],
    )
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    figure = fr.plot_courses(fr.trend(fr.score(hits), every="month", by="source"))
    figure.draw_without_rendering()
    labels = figure.axes[groups - 1].get_xticklabels()
    assert labels[0].get_text() == pattern
    boxes = [label.get_window_extent() for label in labels]
    assert all(one.x1 < two.x0 for one, two in pairwise(boxes))
    assert not [warning for warning in recwarn if "interval" in str(warning.message)]


@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_an_image_of_few_dots_has_all_dots_of_its_labels(tmp_path, ending):
    hits = fr.load_study("articles").hits
    figure = fr.plot_entries(fr.count_entries(hits))
    for dpi in (72, 85):
        fr.write_figure(figure, tmp_path / f"f.{ending}", dpi=dpi)
        with Image.open(tmp_path / f"f.{ending}") as image:
            width, height = figure.get_size_inches()
            assert np.abs(np.array(image.size) - np.array([width, height]) * dpi).max() <= 2
            assert round(float(image.info["dpi"][0])) == dpi
            if ending == "png":
                assert image.text["Description"] == fr.describe_figure(figure)
            # Nothing dark touches the left edge.
            assert np.asarray(image.convert("L"))[:, 0].min() > 150
