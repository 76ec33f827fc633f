"""Intervals of single documents whose hits come in runs of sentences."""

import numpy as np
import pytest

import framing as fr

SENTENCES = ["Rain fell on the town.", "A truce is near now."]
LEXICON = fr.make_lexicon({"peace": ["truce"]})


def chain(rng, n, share, length):
    """Return whether each of n sentences has the frame, in runs of this mean length."""
    begins, has = share / (1 - share) / length, [rng.random() < share]
    for at in rng.random(n - 1):
        has.append(at >= 1 / length if has[-1] else at < begins)
    return np.array(has, dtype=int)


def hits_of(articles):
    texts = [" ".join(SENTENCES[k] for k in article) for article in articles]
    return fr.find_hits(fr.make_corpus(texts), LEXICON)


def covered(table, truth):
    return ((table["low"] <= truth) & (truth <= table["high"])).mean()


@pytest.mark.parametrize(("share", "length"), [(0.2, 3), (0.2, 10), (0.05, 10), (0.3, 10)])
@pytest.mark.parametrize("kind", ["share", "rate"])
def test_documents_whose_hits_come_in_runs_are_covered(kind, share, length):
    # Sentences taken as independent covered .75, .37 and .88, the last without what the mean of the
    # same sentences takes off their correlation .90.
    rng = np.random.default_rng(1)
    found = [
        covered(
            fr.score(hits_of([chain(rng, 40, share, length) for _ in range(30)]), kind=kind)
            .interval().table,
            share * (1 if kind == "share" else 200),
        )
        for _ in range(20)
    ]  # fmt: skip
    assert np.mean(found) >= 0.93


@pytest.mark.parametrize("share", [0.05, 0.2])
def test_intervals_are_hardly_wider_without_runs(share):
    rng = np.random.default_rng(2)
    widths = []
    for _ in range(20):
        articles = (rng.random((30, 40)) < share).astype(int)
        # All hits of an article apart: no two neighbours have the frame.
        apart = [np.sort(one)[::-1].reshape(2, 20).T.ravel() for one in articles]
        assert not any((one[1:] & one[:-1]).any() for one in apart)
        tables = [fr.score(hits_of(each)).interval().table for each in (articles, apart)]
        widths.append([(table["high"] - table["low"]).mean() for table in tables])
    drawn, without = np.mean(widths, axis=0)
    assert without < drawn < 1.1 * without


def test_a_note_says_how_many_sentences_those_in_runs_are_worth():
    text = "Rain fell now. " * 20 + "A truce holds. " * 10 + "Rain fell now. " * 20
    mixed = "Rain fell now. Rain fell now. A truce holds. Rain fell now. Rain fell now. " * 10
    notes = [
        fr.score(fr.find_hits(fr.make_corpus([one]), LEXICON)).interval().table["note"][0]
        for one in (text, mixed)
    ]
    assert notes[0].startswith("hits come in runs: 50 sentences count as ")
    assert 2 <= int(notes[0].split(",")[0].split()[-1]) <= 8
    assert notes[0].endswith("which hardly show how long runs are")
    assert notes[1] == ""


def test_a_document_without_a_hit_learns_from_the_runs_of_others():
    rng = np.random.default_rng(3)
    others = [chain(rng, 40, 0.3, 8) for _ in range(30)]
    shuffled = [rng.permutation(one) for one in others]
    tops = [
        fr.score(hits_of([np.zeros(40, int), *each]), kind="share").interval().table["high"][0]
        for each in (others, shuffled)
    ]
    assert tops[1] == pytest.approx(1 - 0.025 ** (1 / 40), rel=0.1)
    assert tops[0] > 3 * tops[1]
