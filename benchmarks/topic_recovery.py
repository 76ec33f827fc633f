"""Recovery of planted topics, and coverage of planted effects: prints Markdown.

    python benchmarks/topic_recovery.py [--corpora 100] > benchmarks/topic_recovery.md

All counts are simulated from known topics (tests/support/planted.py).
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

import framing as fr
from framing.topics.measures import match_rows

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.planted import as_terms, plant_counts, plant_shares, plant_topics

SIZES = (200, 1000, 5000, 20_000)
HEAD = """# Planted topics and planted effects

Simulated counts: 10 topics over 1,000 terms, units of 100 words. The cosine is that of matched
topics, as distributions over terms.

| drawn from | model | units | mean cosine | least | seeded on their seeds | seconds |
| --- | --- | --- | --- | --- | --- | --- |"""
COVERAGE = """
95% intervals in {corpora} corpora of 400 documents of 100 words, 100 draws: the first of four
topics has a share of .25 on one side and .40 on the other.

| model | by | cover its log-ratio | those of all topics | cover the shares | bias |
| --- | --- | --- | --- | --- | --- |"""
EVEN, ODD = np.full(4, 0.25), np.array([0.5, 0.25, 0.25, 0.25])


def recovered(n, correlated, model):
    """Return mean and smallest cosine of matched topics, and the seconds of the fit."""
    rng = np.random.default_rng(n)
    topics = plant_topics(rng)
    terms, kept = as_terms(plant_counts(rng, plant_shares(rng, n, 10, correlated), topics))
    seeds = None
    if model == "seeded-lda":
        seeds = seeds_of(topics[:, kept], terms)
    begun = time.perf_counter()
    found = fr.fit_topics(terms, model=model, n_topics=10, seed=1, seeds=seeds)
    order, alike = match_rows(topics[:, kept], found.probabilities)
    landed = f"{sum(order[k] == k for k in range(3))} of 3" if seeds else ""
    return alike.mean(), alike.min(), landed, time.perf_counter() - begun


def seeds_of(topics, terms):
    """Return five seeds for each of the first three topics: terms that occur mostly in it."""
    names = np.array(terms.names)
    own = topics * (topics / topics.sum(axis=0) > 0.8)
    return {f"topic {k}": names[np.argsort(-own[k])[:5]].tolist() for k in range(3)}


def covered(seed, model, method, n=400):
    """Return whether intervals cover a planted difference and planted shares."""
    rng = np.random.default_rng(seed)
    topics = plant_topics(rng, 4, 300)
    side = np.repeat(["a", "b"], n // 2)
    shares = np.where((side == "a")[:, None], rng.dirichlet(EVEN, n), rng.dirichlet(ODD, n))
    terms, kept = as_terms(plant_counts(rng, shares, topics), side=side)
    fitted = fr.fit_topics(terms, model=model, n_topics=4, seed=1)
    order, _ = match_rows(topics[:, kept], fitted.probabilities)
    found = fr.prevalence(fitted, terms, by="side", seed=1, draws=100, method=method)
    gap = found.contrast("b", "a").iloc[order]
    one, other = (np.log(part / part.sum()) for part in (ODD, EVEN))
    truth = (one - one.mean()) - (other - other.mean())
    inside = (gap["low"].to_numpy() <= truth) & (truth <= gap["high"].to_numpy())
    group = found.table[found.table["group"] == "b"].iloc[order]
    own = ODD / ODD.sum()
    within = (group["low"].to_numpy() <= own) & (own <= group["high"].to_numpy())
    return inside, within, gap["estimate"].to_numpy()[0] - truth[0]


def main():
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpora", type=int, default=100)
    options = parser.parse_args()
    print(HEAD)
    for correlated in (False, True):
        origin = "logistic normal (correlated)" if correlated else "Dirichlet (LDA)"
        for model in ("nmf", "lda", "seeded-lda"):
            for n in SIZES:
                mean, least, landed, took = recovered(n, correlated, model)
                cells = (
                    origin,
                    model,
                    f"{n:,}",
                    f"{mean:.3f}",
                    f"{least:.3f}",
                    landed,
                    f"{took:.1f}",
                )
                print("| " + " | ".join(cells) + " |", flush=True)
    print(COVERAGE.format(corpora=options.corpora))
    for model, method in (("nmf", "refit"), ("lda", "composition")):
        runs = Parallel(n_jobs=2)(
            delayed(covered)(seed, model, method) for seed in range(options.corpora)
        )
        ratios, shares = (np.array([run[place] for run in runs]) for place in (0, 1))
        bias = np.mean([run[2] for run in runs])
        values = ratios[:, 0].mean(), ratios.mean(), shares.mean(), bias
        cells = model, method, *(f"{value:.3f}" for value in values)
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
