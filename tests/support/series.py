"""Articles over time, with hits at given rates, and the trends of them."""

import numpy as np
import pandas as pd

import framing as fr

LEXICON = fr.make_lexicon({"peace": ["truce"], "doubt": ["doubt"]})


def course(
    seed, rates, *, size=40, documents=3, every="week", first="2024-01-01", kind="rate", draws=50
):
    """Documents of ``size`` tokens, in each period so many, with hits at these rates a token."""
    rng = np.random.default_rng(seed)
    frequency = {"week": "W-SUN", "month": "M"}[every]
    starts = pd.period_range(first, periods=len(rates), freq=frequency).start_time
    texts, dates = [], []
    for start, rate in zip(starts, rates, strict=True):
        for _ in range(documents):
            hits = rng.binomial(size, rate)
            texts.append(" ".join(["truce"] * hits + ["rain"] * (size - hits)))
            dates.append(start + pd.Timedelta(days=int(rng.integers(0, 7))))
    hits = fr.find_hits(fr.make_corpus(texts, date=dates), LEXICON)
    return fr.trend(fr.score(hits, kind=kind), every=every, seed=1, draws=draws)


def many(seed, rates, *, frames=20):
    """Independent series, one a frame, with hits at these rates a token."""
    rng = np.random.default_rng(seed)
    names = [f"{letter}x" for letter in "abcdefghijklmnopqrst"[:frames]]
    starts = pd.period_range("2024-01-01", periods=len(rates), freq="W-SUN").start_time
    texts, dates = [], []
    for start, rate in zip(starts, rates, strict=True):
        for _ in range(3):
            hits = rng.binomial(40, rate, frames)
            texts.append(" ".join([*np.repeat(names, hits), *["rain"] * (40 * frames - sum(hits))]))
            dates.append(start)
    lexicon = fr.make_lexicon({name: [name] for name in names})
    scores = fr.score(fr.find_hits(fr.make_corpus(texts, date=dates), lexicon))
    return fr.trend(scores, every="week", seed=1, draws=20)


def small(dates, **columns):
    texts = ["A truce."] * len(dates)
    return fr.find_hits(fr.make_corpus(texts, date=dates, **columns), LEXICON)


def constructed():
    corpus = fr.load_testbed().corpus
    return fr.score(fr.find_hits(corpus, fr.load_lexicon("peace-initiative")))
