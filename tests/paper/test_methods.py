"""Methods in words: each number is that of the objects."""

import re

import pandas as pd
import pytest

import framing as fr
from framing.paper import describe_methods


@pytest.fixture(scope="module")
def study():
    # The number of words differs, so that rates do.
    texts = [
        "A truce is near. Many doubt it. Rain fell. Peace talks resume. The road was closed"
        f"{' again' * (n % 5)}."
        for n in range(24)
    ]
    corpus = fr.make_corpus(
        texts,
        doc_id=[f"d{n}" for n in range(24)],
        source=["Wire", "Tabloid"] * 12,
        date=[f"2025-{1 + n // 12:02}-{1 + n % 12:02}" for n in range(24)],
    )
    lexicon = fr.make_lexicon({"peace": ["truce"], "doubt": ["doubt*"]}, name="mine", version="3.1")
    return corpus, lexicon, fr.find_hits(corpus, lexicon)


def coded(study, n, wrong=0):
    """Return a sample and the codes of two coders; the second differs in the first sentences."""
    corpus, _lexicon, hits = study
    sample = fr.sample_for_coding(hits, corpus, n, seed=7)
    table = sample.table[["doc_id", "sentence", "text"]].reset_index(drop=True)
    for frame, word in (("peace", "truce"), ("doubt", "doubt")):
        table[frame] = table["text"].str.contains(word).astype(int)
    other = table.copy()
    other.loc[: wrong - 1, "peace"] = 1 - other.loc[: wrong - 1, "peace"]
    rows = pd.concat([table.assign(coder="a"), other.assign(coder="b")], ignore_index=True)
    return sample, fr.make_codes(rows.drop(columns="text"))


def test_articles_lexicon_and_scores_are_those_of_the_objects(study):
    corpus, lexicon, hits = study
    scores = fr.score(hits, unit="source", rejected="exclude").interval(level=0.9, seed=5)
    text = describe_methods(scores, hits, corpus, lexicon)
    assert "24 articles from 2 sources with 120 sentences" in text
    assert "from 2025-01-01 to 2025-02-12" in text
    assert corpus.fingerprint[:12] in text
    assert f"mine 3.1 (2 frames, 2 entries; SHA-256 {lexicon.hash[:12]})" in text
    assert "48 hits in the articles: peace 24, doubt 24" in text
    assert "hits of a frame per 1,000 tokens, of each source (2 in all)" in text
    assert "denies were not counted" in text
    assert "90% intervals" in text
    assert "seed 5" in text
    assert "not validated" in text
    assert "Nothing was left out." in text
    assert f"framing {fr.__version__}" in text
    # In any order, and what stands twice is said once.
    assert text == describe_methods(lexicon, corpus, hits, scores, scores)


def test_another_seed_level_and_unit_give_another_text(study):
    hits = study[2]
    first = describe_methods(fr.score(hits, unit="source").interval(seed=1))
    assert first != describe_methods(fr.score(hits, unit="source").interval(seed=2))
    assert first != describe_methods(fr.score(hits, unit="source").interval(seed=1, level=0.8))
    assert first != describe_methods(fr.score(hits, unit="document").interval(seed=1))
    share = describe_methods(fr.score(hits, kind="share", unit="source").interval(seed=1))
    assert "the share of sentences with a hit" in share


def test_coding_validation_and_correction_are_told_with_their_numbers(study):
    _corpus, _lexicon, hits = study
    sample, codes = coded(study, 40, wrong=6)
    agreement = fr.agreement(codes, seed=3)
    valid = fr.validate(hits, codes, sample=sample)
    fixed = fr.correct(hits, codes, sample, by="source")
    text = describe_methods(sample, agreement, valid, fixed)
    assert "40 of 120 sentences were drawn at random" in text
    assert "seed 7" in text
    for row in sample.strata.itertuples(index=False):
        assert f"{row[0]} {row[2]} of {row[1]}" in text
    alpha = agreement.table.set_index("frame").loc["peace", "alpha"]
    assert f"peace .{round(100 * alpha):02}" in text
    assert "2 coders coded" in text
    assert "seed 3" in text
    assert text.index("peace .") < text.index("doubt 1.00"), "the lowest comes first"
    row = fixed.table[fixed.table["quantity"] == "prevalence"].iloc[0]
    assert f"{row['frame']} from {row['raw']:.0%} to {row['estimate']:.0%}" in text
    assert "corrected in the groups of source" in text
    assert "not validated" not in text
    assert "not validated" in describe_methods(hits)


def test_comparisons_courses_and_topics_are_told(study):
    corpus, _lexicon, hits = study
    gap = fr.contrast(
        fr.score(hits), by="source", frames="peace", seed=11, permutations=500, adjust="bh"
    )
    text = describe_methods(gap)
    assert "Groups by source were compared" in text
    assert "in hits per 1,000 tokens, each with each other one: 1 comparison of 1 frame." in text
    assert "1 comparison in each of 2 frames" in describe_methods(
        fr.contrast(fr.score(hits), by="source", frames=["peace", "doubt"], seed=1)
    )
    assert "500 permutations" in text
    assert "seed 11" in text
    assert "Benjamini and Hochberg" in text
    said = describe_methods(fr.voices(hits, seed=4, draws=200, permutations=300))
    assert "within documents by 300 permutations, seed 4" in said
    assert "95% intervals that count each" in said
    terms = fr.count_terms(corpus, unit="paragraph", min_units=1)
    topics = fr.fit_topics(terms, n_topics=2, seed=4)
    told = describe_methods(topics)
    assert "nmf, 2 topics, seed 4" in told
    assert f"{len(topics.vocabulary)} terms" in told
    assert "without 0 stop words" not in told
    course = describe_methods(fr.trend(fr.score(hits), every="month", seed=1))
    assert "course over time of hits per 1,000 tokens is by month" in course
    assert "intervals count each document as one cluster" in course
    # No draws are made, so there is no seed to report.
    assert "draws" not in course
    assert "seed" not in course
    model = describe_methods(fr.regress(fr.score(hits), "source"))
    assert "count each document as one cluster" in model


def test_what_was_left_out_is_told():
    corpus = fr.make_corpus(["A truce.\nRead more\n", "A truce.", "…"], doc_id=["a", "b", "c"])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    text = describe_methods(corpus, fr.score(hits))
    assert len(corpus.exclusions)
    assert re.search(r"1 line \(.+\)", text)
    assert "Scores leave out 1 item: " in text
    assert "Nothing was left out" not in text


def test_results_of_two_studies_are_refused(study):
    corpus, _lexicon, hits = study
    other = fr.find_hits(corpus, fr.make_lexicon({"peace": ["talks"]}))
    with pytest.raises(fr.InputError, match="lexicon of Hits and Hits differ"):
        describe_methods(hits, other)
    with pytest.raises(fr.InputError, match="texts of Corpus and Hits differ"):
        describe_methods(fr.make_corpus(["Rain."]), hits)
    with pytest.raises(fr.InputError, match=r"Argument 2 is a DataFrame\. Allowed: a Corpus"):
        describe_methods(corpus, corpus.table)


def test_nothing_gives_nothing():
    assert describe_methods() == ""


def test_the_names_of_columns_are_not_part_of_the_methods(tmp_path):
    path = tmp_path / "articles.csv"
    path.write_text("id,body,author\n7,A truce.,x\n8,Rain fell.,y\n")
    corpus = fr.read_corpus(path)
    assert len(corpus.notes) == 2
    told = fr.describe_methods(corpus)
    assert "byline" not in told
    assert "doc_id" not in told
    assert "The corpus has 2 articles" in told
