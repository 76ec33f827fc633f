"""Values of the right type that a call cannot use are refused in the words of this package."""

import pandas as pd
import pytest

import framing as fr

TEXTS = ["A truce is near. Rain fell.", "Many doubt the talks. Snow fell."] * 6
CORPUS = fr.make_corpus(TEXTS, source=["A", "B"] * 6, year=[2023, 2024] * 6)
LEXICON = fr.make_lexicon({"peace": ["truce"], "doubt": ["doubt*"]})
HITS = fr.find_hits(CORPUS, LEXICON)
SCORES = fr.score(HITS)
TERMS = fr.count_terms(CORPUS)
CODES = fr.make_codes(
    pd.DataFrame({"doc_id": CORPUS.table["doc_id"], "sentence": 1, "peace": [1, 0] * 6})
)
SAMPLE = fr.sample_for_coding(HITS, CORPUS, n=12, seed=1)
OF_SAMPLE = fr.make_codes(SAMPLE.table[["doc_id", "sentence"]].assign(peace=[1, 0] * 6))
COURSE = fr.trend(
    fr.score(
        fr.find_hits(
            fr.make_corpus(TEXTS, date=[f"2025-{month:02}-01" for month in range(1, 13)]),
            fr.make_lexicon({"none": ["zebra"]}),
        )
    ),
    every="month",
)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fr.suggest(CORPUS, LEXICON, seed=-1), "seed=-1 .* 0 or more"),
        (lambda: fr.suggest(CORPUS, LEXICON, seed=True), "seed=True .* whole number"),
        (lambda: fr.choose_topics(TERMS, [2], passes=-1, seed=1), "passes=-1 .* above zero"),
        (lambda: fr.consensus_topics(TERMS, 2, passes=-1, seed=1), "passes=-1 .* above zero"),
        (lambda: fr.find_phrases(CORPUS, threshold=float("nan")), "threshold=nan .* a number"),
        (lambda: fr.count_terms(CORPUS, like=["truce"]), "like is a list; it must be Terms"),
        (lambda: fr.collocations(CORPUS, {"t": 5}), "'t' has 5 as its patterns"),
        (lambda: fr.fit_classifier(CODES, CORPUS, features=[], seed=1), "features=.* is empty"),
        (
            lambda: fr.voices(HITS, by=CORPUS.table, seed=1),
            "by .*is a DataFrame and is not the name",
        ),
        (
            lambda: fr.contrast(SCORES, by={"source": 1}, seed=1),
            "by .*is a dict and is not the name",
        ),
        (lambda: fr.write_figure(fr.plot_scores(SCORES), ""), "has no name of a file"),
        (lambda: fr.write_figure(fr.plot_scores(SCORES), "f.png", dpi=5), "dpi=5 .* 20 or more"),
        (lambda: fr.write_table(SCORES, "a.csv", digits=-1), "digits=-1 .* 0 or more"),
        (lambda: fr.write_table(SCORES, "a.csv", digits=True), "digits=True .* whole number"),
        (lambda: fr.make_results({"a": 1}, kind="count", unit=5), "unit is an int"),
        (lambda: fr.write_paper("none.md", notebooks="."), "none.md: no such file"),
        (lambda: fr.contrast(SCORES, by="source"), "draws random numbers: .* such as seed=1"),
        (
            lambda: fr.contrast(SCORES, by="source", groups=["A"], seed=1),
            "groups= names 'A' only.* Add one of: 'B'",
        ),
        (
            lambda: fr.correct(HITS, OF_SAMPLE, SAMPLE, on="date"),
            "on='date': no document has a value",
        ),
        (lambda: fr.find_change_points(COURSE, seed=1), "No frame of 'none' has a hit"),
        (
            lambda: fr.score(fr.hits_of_codes(CODES, CORPUS), rejected="exclude"),
            "hits of a classifier or of codes have none",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(call, message):
    with pytest.raises(fr.InputError, match=message):
        call()


def test_a_group_may_be_named_by_its_number():
    gap = fr.contrast(SCORES, by="year", reference=2023, seed=1)
    assert gap.table["comparison"].unique().tolist() == ["2024 - 2023"]
    assert gap.evidence("peace", 2023).equals(gap.evidence("peace", "2023"))
    assert gap.evidence("peace", [2023, 2024]).equals(gap.evidence("peace", ["2023", "2024"]))
    with pytest.raises(fr.InputError, match="group='None' is not known"):
        gap.evidence("peace", None)


def test_sides_may_be_named_by_their_numbers():
    found = fr.keyness(TERMS, 2024, by="year", target=2023)
    assert found.sides["name"].tolist() == ["2023", "2024"]
    with pytest.raises(fr.InputError, match="nothing to compare with"):
        fr.keyness(TERMS, 2024)


def test_a_large_seed_is_one_for_each_library():
    assert len(fr.suggest(CORPUS, LEXICON, seed=2**40, min_count=1))
    assert fr.fit_topics(TERMS, n_topics=2, seed=2**40) is not None


@pytest.mark.parametrize(
    ("truth", "message"),
    [({"paece": 0.5}, "Did you mean 'peace'"), ({"peace": 50}, "between 0 and 1")],
)
def test_the_truth_of_a_figure_is_a_share_of_a_frame(truth, message):
    sample = fr.sample_for_coding(HITS, CORPUS, 20, seed=1)
    texts = sample.table["text"].str
    codes = sample.table[["doc_id", "sentence"]].assign(
        peace=texts.contains("truce").astype(int), doubt=texts.contains("talks").astype(int)
    )
    corrected = fr.correct(HITS, fr.make_codes(codes), sample)
    with pytest.raises(fr.InputError, match=message):
        fr.plot_correction(corrected, truth=truth)
    # A frame that is left out of the figure is no wrong one.
    fr.plot_correction(corrected, truth={"peace": 0.5, "doubt": 0.5}, frames=["peace"])


@pytest.mark.parametrize("settings", [5, {"m": 5}, ["m"], ""])
def test_settings_that_are_no_mapping_leave_the_results_readable(tmp_path, settings):
    """Results with such settings could not be read again, and no later write could mend them."""
    notebook, path = tmp_path / "n.py", tmp_path / "r.json"
    notebook.write_text("1")
    results = fr.make_results({"a": 1}, kind="count", unit="x")
    with pytest.raises(fr.InputError, match="settings are a mapping of models"):
        fr.write_results(results, path, notebook=notebook, settings=settings)
    fr.write_results(results, path, notebook=notebook, settings={"m": {"n": 5}})
    assert fr.read_results(path).sources["n.py"]["settings"] == {"m": {"n": 5}}
