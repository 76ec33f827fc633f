"""Coverage of partially pooled scores: writes benchmarks/pooling.md.

    python benchmarks/pooling.py [--draws 300]

Outlets have 1 to 60 articles (log-normal, median 3) of 15 sentences. A second table has few and
uneven ones, by a tester who had read docstrings only: five channels of 6 to 20 transcripts of which
one has 2.5 times the rate of the others, and six outlets of 400 to 23 articles of 3 to 120
sentences whose frame comes in runs, or whose articles have log-normal values.
"""

import argparse
from pathlib import Path

import numpy as np

from _report import table
from framing.scores.pooling import _fit, _Totals

CELLS = [
    # kind, rate, cv2 (or icc) of documents, cv2 between outlets, distribution, outlets
    ("rate", 0.1, 0, 0.25, "gamma", 50),
    ("rate", 0.1, 1, 0.25, "gamma", 50),
    ("rate", 0.1, 2, 0.5, "gamma", 50),
    ("rate", 0.1, 1, 2, "gamma", 50),
    ("rate", 0.1, 1, 0.5, "log-normal", 50),
    ("rate", 0.1, 1, 0.25, "two points", 50),
    ("rate", 0.1, 1, 0, "gamma", 50),
    ("rate", 0.01, 1, 0.5, "gamma", 50),
    ("rate", 0.1, 1, 0.25, "gamma", 8),
    ("share", 0.3, 0.1, 0.1, "gamma", 50),
    ("share", 0.1, 0.2, 0.5, "log-normal", 50),
    ("share", 0.8, 0.1, 0.01, "log-normal", 50),
]


def drawn(cell, rng):
    """Return the clusters of all outlets, and the true value and size of each outlet."""
    kind, rate, within, between, distribution, outlets = cell
    n = np.clip(np.round(rng.lognormal(1.2, 1, outlets)), 1, 60).astype(int)
    if not between:
        values = np.full(outlets, rate)
    elif distribution == "gamma":
        values = rate * rng.gamma(1 / between, between, outlets)
    elif distribution == "log-normal":
        spread = np.log1p(between)
        values = rate * rng.lognormal(-spread / 2, np.sqrt(spread), outlets)
    else:
        values = rate * (1 + np.sqrt(between) * rng.choice([-1, 1], outlets))
    group = np.repeat(np.arange(outlets), n)
    if kind == "share":
        values = np.clip(values, 0.001, 0.98)
        size = 1 / within - 1
        hits = rng.binomial(15, rng.beta(values[group] * size, (1 - values[group]) * size))
    else:
        times = rng.gamma(1 / within, within, len(group)) if within else 1.0
        hits = rng.poisson(15 * values[group] * times)
    return _Totals(group, hits[:, None].astype(float), np.full(len(group), 15.0)), values, n


def times(rng, n, cv2, shape):
    """Return factors of mean 1 with this squared coefficient of variation."""
    if shape == "gamma":
        return rng.gamma(1 / cv2, cv2, n)
    spread = np.log1p(cv2)
    return rng.lognormal(-spread / 2, np.sqrt(spread), n)


def runs(rng, size, share, stays=0.9):
    """Return the sentences with the frame of articles in which it comes in runs."""
    enter = share * (1 - stays) / (1 - share)
    on, hits = rng.random(len(size)) < share, np.zeros(len(size))
    for number in range(int(size.max())):
        hits += on & (number < size)
        on = rng.random(len(size)) < np.where(on, stays, enter)
    return hits


def channels(rng, share, cv2, shape):
    """Return five channels, and their true values."""
    values = np.array([0.1, 0.1, 0.1, 0.1, 0.25])
    group = np.repeat(np.arange(5), rng.integers(6, 21, 5))
    return hits_of(rng, values, group, rng.integers(40, 120, len(group)), share, cv2, shape)


def five_articles(rng, share, cv2, shape, far):
    """Return eight outlets of five articles, of which the last may be far, and their values."""
    values = np.full(8, 0.1) if far else 0.1 * rng.lognormal(-0.2, 0.64, 8)
    values[-1] *= 2.5 if far else 1
    group = np.repeat(np.arange(8), 5)
    return hits_of(rng, values, group, rng.integers(8, 40, 40), share, cv2, shape)


def hits_of(rng, values, group, size, share, cv2, shape):
    """Return articles of so many sentences whose rates vary, and the true values of the groups."""
    if share:
        far = times(np.random.default_rng(1), 50_000, cv2, shape)
        hits = rng.binomial(
            size, np.minimum(0.97, values[group] * times(rng, len(group), cv2, shape))
        )
        values = np.array([np.minimum(0.97, one * far).mean() for one in values])
    else:
        hits = rng.poisson(size * values[group] * times(rng, len(group), cv2, shape))
    return _Totals(group, hits[:, None].astype(float), size.astype(float)), values


def outlets(rng, share, cv2, shape):
    """Return six outlets of very uneven size, and their true values."""
    sizes = np.round(400 / np.arange(1, 7) ** 1.6).astype(int)
    values = np.clip(0.1 * rng.lognormal(-0.5, 1, 6), 0.002, 0.5)
    group = np.repeat(np.arange(6), sizes)
    size = np.clip(np.round(rng.lognormal(2.6, 0.9, len(group))), 3, 120)
    if shape == "runs":
        hits = np.concatenate([runs(rng, size[group == n], values[n]) for n in range(6)])
    else:
        far = times(np.random.default_rng(1), 50_000, cv2, shape)
        chance = np.minimum(0.97, values[group] * times(rng, len(group), cv2, shape))
        hits = rng.binomial(size.astype(int), chance)
        values = np.array([np.minimum(0.97, one * far).mean() for one in values])
    # Tokens of a sentence, so that a rate has other denominators than a share.
    words = size if share else size * rng.uniform(7, 8, len(size))
    return _Totals(group, hits[:, None].astype(float), words), values / (1 if share else 7.5)


UNEVEN = [
    # name, share, cv2 of documents, their distribution
    (name, share, cv2, shape)
    for name, shapes in (
        ("five channels", ((0.5, "gamma"), (1.0, "gamma"), (1.0, "log-normal"))),
        ("six outlets", ((0.0, "runs"), (1.0, "log-normal"), (3.0, "log-normal"))),
    )
    for cv2, shape in shapes
    for share in (False, True)
]
THIN = [
    # far, share, cv2 of documents, their distribution
    (far, share, cv2, shape)
    for far in (False, True)
    for cv2, shape in ((0.5, "gamma"), (2.0, "gamma"), (2.0, "log-normal"))
    for share in (False, True)
]


def of_five(draws):
    """Return the rows of the third table."""
    rows = []
    for far, share, cv2, shape in THIN:
        inside, widths = [], []
        for seed in range(draws):
            totals, values = five_articles(
                np.random.default_rng([12, seed]), share, cv2, shape, far
            )
            if not totals.numerators.any():
                continue
            fit = _fit(totals, 0, len(values), share, 0.95)
            held = (fit["low"] <= values) & (values <= fit["high"])
            inside.append((held.mean(), held[-1]))
            widths.append(float(np.mean(fit["high"] - fit["low"])))
        all_of, last = np.mean(inside, axis=0)
        kind, told = "share" if share else "rate", f"{last:.3f}" if far else ""
        width = f"{np.mean(widths):.3f}"
        rows.append(
            (kind, shape, f"{cv2:g}", "2.5 times" if far else "", f"{all_of:.3f}", told, width)
        )
        print(*rows[-1], flush=True)
    return rows


def uneven(draws):
    """Return the rows of the second table."""
    rows = []
    for name, share, cv2, shape in UNEVEN:
        make, first = (channels, [4]) if name == "five channels" else (outlets, [0, 1, 2])
        inside, widths = [], []
        for seed in range(draws):
            totals, values = make(np.random.default_rng([9, seed]), share, cv2, shape)
            fit = _fit(totals, 0, len(values), share, 0.95)
            held = (fit["low"] <= values) & (values <= fit["high"])
            inside.append((held[first].mean(), np.delete(held, first).mean()))
            widths.append(float(np.mean((fit["high"] - fit["low"])[first])))
        told = "the frequent one" if name == "five channels" else "the three largest"
        means = np.mean(inside, axis=0)
        rows.append((name, "share" if share else "rate", shape, f"{cv2:g}" if cv2 else "", told,
                     f"{means[0]:.3f}", f"{means[1]:.3f}", f"{np.mean(widths):.3f}"))  # fmt: skip
        print(*rows[-1], flush=True)
    return rows


def main():
    """Write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=300)
    options = parser.parse_args()
    rows = []
    for cell in CELLS:
        found = []
        for seed in range(options.draws):
            totals, values, n = drawn(cell, np.random.default_rng([31, seed]))
            if not totals.numerators.any():
                continue
            fit = _fit(totals, 0, len(values), cell[0] == "share", 0.95)
            inside = (fit["low"] <= values) & (values <= fit["high"])
            errors = [((fit[name] - values) ** 2).mean() for name in ("estimate", "value")]
            thin = inside[n <= 3].mean() if (n <= 3).any() else np.nan
            found.append((inside.mean(), thin, *errors))
        means = np.nanmean(found, axis=0)
        rows.append((*cell, f"{means[0]:.3f}", f"{means[1]:.3f}", f"{means[2] / means[3]:.2f}"))
        print(*rows[-1], flush=True)
    heads = ["kind", "value", "documents", "between", "distribution", "outlets", "covered",
             "covered, 1 to 3 articles", "squared error, times that alone"]  # fmt: skip
    others = uneven(options.draws)
    third = ["kind", "documents", "cv2", "the last", "covered", "the last one", "mean width"]
    more = ["groups", "kind", "documents", "cv2", "which", "covered", "the others", "mean width"]
    fives = of_five(options.draws)
    far = min(others, key=lambda row: float(row[5]))
    worst = min(rows, key=lambda row: float(row[6]))
    text = f"""# Partial pooling: do the intervals of many outlets hold?

Written by `python benchmarks/pooling.py`: {options.draws:,} draws a row. *Documents* is the
squared coefficient of variation of the rates of the documents of an outlet (of shares: the
intraclass correlation), *between* that of the outlets.
Worst cell: {worst[6]} ({" ".join(map(str, worst[:6]))}).

{table(heads, rows, "lrrrlrrrr")}

## Few and uneven groups

The docstring says what they are. Worst: {far[5]} ({far[0]}, {far[1]}, {far[2]}: {far[4]}).

{table(more, others, "llllrrrr")}

## Outlets of five articles

Eight outlets of five articles of 8 to 40 sentences. Their values are log-normal with a cv2 of .5,
or equal but for one, which has 2.5 times as much.

{table(third, fives, "llrlrrr")}
"""
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
