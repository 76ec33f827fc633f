"""NMF and LDA on planted topics from 20 generators: writes benchmarks/topic_models.md.

    python benchmarks/topic_models.py [--corpora 3]

Each generator draws from known topics. The cosine is that of matched topics as distributions over
terms: the mean over topics, and the least.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

import framing as fr
from _report import table
from framing.topics.measures import match_rows

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.planted import as_terms, plant_counts

# name: units, words of a unit, topics, prior of shares, prior of words, and what is special.
GENERATORS = {
    "plain": (1000, 100, 10, 0.1, 0.05, ""),
    "200 units": (200, 100, 10, 0.1, 0.05, ""),
    "3,000 units": (3000, 100, 10, 0.1, 0.05, ""),
    "units of 20 words": (1000, 20, 10, 0.1, 0.05, ""),
    "units of 20 words, 200 of them": (200, 20, 10, 0.1, 0.05, ""),
    "units of 400 words": (500, 400, 10, 0.1, 0.05, ""),
    "one topic a unit": (1000, 100, 10, 0.01, 0.05, ""),
    "topics well mixed": (1000, 100, 10, 0.5, 0.05, ""),
    "topics mixed through": (1000, 100, 10, 1.0, 0.05, ""),
    "few words a topic": (1000, 100, 10, 0.1, 0.01, ""),
    "many words a topic": (1000, 100, 10, 0.1, 0.5, ""),
    "30 topics": (1000, 100, 30, 0.05, 0.05, ""),
    "3 topics": (1000, 100, 3, 0.3, 0.05, ""),
    "half of all words are common ones": (1000, 100, 10, 0.1, 0.05, "common"),
    "topics share half of their words": (1000, 100, 10, 0.1, 0.05, "alike"),
    "uneven: the rarest topic has 1%": (1000, 100, 10, 0.1, 0.05, "uneven"),
    "uneven, 300 units": (300, 100, 10, 0.1, 0.05, "uneven"),
    "correlated (logistic normal)": (1000, 100, 10, 0.1, 0.05, "correlated"),
    "words in bursts": (1000, 100, 10, 0.1, 0.05, "bursts"),
    "uneven lengths, 5 to 500 words": (1000, 100, 10, 0.1, 0.05, "lengths"),
}


def corpus(generator, seed):
    """Return counts, and the topics from which they were drawn."""
    n, length, k, of_shares, of_words, special = generator
    rng = np.random.default_rng([17, seed])
    topics = rng.dirichlet(np.full(1000, of_words), k)
    if special == "common":
        topics = 0.5 * topics + 0.5 * rng.dirichlet(np.full(1000, 0.05))
    elif special == "alike":
        topics[1::2] = 0.5 * topics[1::2] + 0.5 * topics[::2]
    prior = np.full(k, of_shares)
    if special == "uneven":
        prior = of_shares * k * np.geomspace(0.3, 0.01, k) / np.geomspace(0.3, 0.01, k).sum()
    if special == "correlated":
        loads = rng.normal(size=(k, k))
        odds = np.exp(2 * (rng.normal(size=(n, k)) @ loads / np.sqrt(k)))
        shares = odds / odds.sum(axis=1, keepdims=True)
    else:
        shares = rng.dirichlet(np.maximum(prior, 1e-3), n)
    if special == "lengths":
        sizes = np.round(np.exp(rng.uniform(np.log(5), np.log(500), n))).astype(int)
        counts = np.stack(
            [rng.multinomial(size, row @ topics) for size, row in zip(sizes, shares, strict=True)]
        )
    elif special == "bursts":
        counts = np.stack(
            [
                rng.multinomial(length, rng.dirichlet(np.maximum(50 * (row @ topics), 1e-6)))
                for row in shares
            ]
        )
    else:
        counts = plant_counts(rng, shares, topics, length)
    return counts, topics


def main():
    """Write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpora", type=int, default=3)
    options = parser.parse_args()
    rows = []
    for name, generator in GENERATORS.items():
        cells = []
        for model in ("nmf", "lda"):
            alike, least = [], []
            for seed in range(options.corpora):
                counts, topics = corpus(generator, seed)
                terms, kept = as_terms(counts)
                found = fr.fit_topics(terms, model=model, n_topics=len(topics), seed=1)
                _, cosines = match_rows(topics[:, kept], found.probabilities)
                alike.append(cosines.mean())
                least.append(cosines.min())
            cells += [f"{np.mean(alike):.3f}", f"{np.min(least):.3f}"]
        rows.append((name, *cells))
        print(*rows[-1], flush=True)
    heads = ["generator", "NMF, mean", "NMF, least", "LDA, mean", "LDA, least"]
    text = f"""# NMF and LDA on planted topics

Written by `python benchmarks/topic_models.py`: {options.corpora} corpora of each of
{len(GENERATORS)} generators. Cosine of matched topics as distributions over terms: mean over topics
and corpora, and the least of all. Plain: 1,000 units of 100 words, 10 topics, Dirichlet priors of
.1 (shares) and .05 (words).

{table(heads, rows, "lrrrr")}
"""
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
