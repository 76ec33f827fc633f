"""Coverage of partially pooled scores: writes benchmarks/pooling.md.

    python benchmarks/pooling.py [--draws 300]

Outlets have 1 to 60 articles (log-normal, median 3) of 15 sentences.
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
    worst = min(rows, key=lambda row: float(row[6]))
    text = f"""# Partial pooling: do the intervals of many outlets hold?

Written by `python benchmarks/pooling.py`: {options.draws:,} draws a row. *Documents* is the
squared coefficient of variation of the rates of the documents of an outlet (of shares: the
intraclass correlation), *between* that of the outlets.
Worst cell: {worst[6]} ({" ".join(map(str, worst[:6]))}).

{table(heads, rows, "lrrrlrrrr")}
"""
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
