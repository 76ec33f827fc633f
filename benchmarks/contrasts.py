"""Coverage, false positives and speed of contrasts: writes benchmarks/contrasts.md.

    python benchmarks/contrasts.py [--simulations 2000] [--documents 100000] [--workers 2]

Documents are simulated: tokens are log-normal around 450, hits negative binomial at a known rate.
"""

import argparse
import os
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy import stats

from _report import table
from framing.contrasts.contrasts import compare, plan, resample
from framing.scores.groups import Observations

DRAWS = 1000
SIZES = [(8, 8), (20, 20), (10, 40), (50, 50), (200, 200)]
RATES = [(5, 5), (8, 4), (2, 1)]
SPREADS = [0, 0.3, 1.0]


def units(group, cluster, hits, tokens):
    """Return simulated documents in the form that a contrast takes."""
    return Observations(
        unit=np.arange(len(group)),
        group=group,
        groups=[f"g{number}" for number in range(int(group.max()) + 1)],
        cluster=np.unique(cluster, return_inverse=True)[1],
        numerators=np.asarray(hits, dtype=float).reshape(len(group), -1),
        denominators=np.asarray(tokens, dtype=float),
        resampled="document",
        left_out=pd.DataFrame(),
    )


def documents(rng, sizes, rates, spread):
    """Return documents of two groups; ``spread`` is the squared coefficient of variation."""
    group = np.repeat([0, 1], sizes)
    tokens = np.round(400 * rng.lognormal(0, 0.5, len(group))) + 20
    mean = tokens * np.array(rates)[group] / 1000
    if spread:
        mean = mean * rng.gamma(1 / spread, spread, len(group))
    return units(group, np.arange(len(group)), rng.poisson(mean), tokens)


def stories(rng, count, rates, known, crossed):
    """Return articles of stories, eight per story, that share the rate of the frame."""
    story = np.repeat(np.arange(2 * count), 8)
    group = rng.integers(0, 2, len(story)) if crossed else (story >= count).astype(int)
    own = np.exp(rng.normal(-0.18, 0.6, 2 * count))[story]
    hits = rng.poisson(400 * np.array(rates)[group] / 1000 * own)
    return units(group, story if known else np.arange(len(story)), hits, np.full(len(story), 400))


def one(make, arguments, truth, seed):
    """Return whether the intervals of one simulation cover, its p, and the interval method."""
    found = make(np.random.default_rng([2026, seed]), *arguments)
    comparison = plan(found.groups, "pairs", None, None)[0]
    row = compare(resample(found, seed, DRAWS, DRAWS), found, comparison, 1000, 0.95).iloc[0]
    high = np.inf if np.isnan(row["ratio_high"]) else row["ratio_high"]
    covers = row["low"] <= truth[0] <= row["high"], row["ratio_low"] <= truth[1] <= high
    return (*covers, row["p"], row["method"] == "limits")


def simulate(options, make, arguments, rates):
    """Return shares over all simulations."""
    truth = rates[0] - rates[1], rates[0] / rates[1]
    calls = (delayed(one)(make, arguments, truth, seed) for seed in range(options.simulations))
    rows = np.array(Parallel(n_jobs=options.workers)(calls), dtype=float)
    return rows.mean(axis=0), rows[:, 2]


def coverage(options):
    """Return coverage and false positives for simulated documents."""
    rows = []
    for sizes in SIZES:
        for rates in RATES:
            for spread in SPREADS:
                found, p = simulate(options, documents, (sizes, rates, spread), rates)
                false, uniform = "", ""
                if rates[0] == rates[1]:
                    false = f"{(p <= 0.05).mean():.3f}"
                    uniform = f"{stats.kstest(p, 'uniform').pvalue:.2f}"
                rows.append(
                    (f"{sizes[0]} and {sizes[1]}", f"{rates[0]} and {rates[1]}", spread,
                     f"{found[0]:.3f}", f"{found[1]:.3f}", f"{found[3]:.0%}", false, uniform)
                )  # fmt: skip
    heads = ["documents", "hits per 1,000 tokens", "spread", "difference", "ratio", "limits",
             "p ≤ .05", "uniform"]  # fmt: skip
    return table(heads, rows, "llrrrrrr")


def clustered(options):
    """Return the same for articles that share stories, with known and unknown stories."""
    rows = []
    for crossed in (False, True):
        for count in (10, 25):
            for known in (True, False):
                null, p = simulate(options, stories, (count, (5, 5), known, crossed), (5, 5))
                gap, _ = simulate(options, stories, (count, (8, 4), known, crossed), (8, 4))
                where = "in both groups" if crossed else "in one group each"
                rows.append(
                    (f"{2 * count} {where}", "known" if known else "ignored", f"{null[0]:.3f}",
                     f"{gap[0]:.3f}", f"{gap[1]:.3f}", f"{(p <= 0.05).mean():.3f}")
                )  # fmt: skip
    heads = ["stories", "clusters", "no difference", "difference", "ratio", "p ≤ .05 of none"]
    return table(heads, rows, "llrrrr")


def speed(options):
    """Return time and memory of a contrast of many documents, and of plain loops for the same."""
    rng = np.random.default_rng(1)
    rows, n = [], options.documents
    for groups in (2, 8, 20):
        group = rng.integers(0, groups, n)
        tokens = np.round(400 * rng.lognormal(0, 0.5, n)) + 20
        hits = np.column_stack(
            [rng.poisson(tokens * rate / 1000 * rng.gamma(1, 1, n)) for rate in (5, 2, 1, 3)]
        )
        found = units(group, np.arange(n), hits, tokens)
        begun = time.perf_counter()
        sums = resample(found, 1, 2000, 2000)
        for comparison in plan(found.groups, "pairs", None, None):
            compare(sums, found, comparison, 1000, 0.95)
        seconds = time.perf_counter() - begun
        begun = time.perf_counter()
        for _ in range(20):
            drawn = rng.integers(0, n, n)
            sizes = np.bincount(group[drawn], tokens[drawn], groups)
            for frame in range(4):
                np.bincount(group[drawn], hits[drawn, frame], groups) / sizes
        plain = (time.perf_counter() - begun) * 100
        pairs = groups * (groups - 1) // 2
        rows.append((groups, pairs, f"{seconds:.1f}", f"{plain:.1f}", f"{plain / seconds:.1f}"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    heads = ["groups", "comparisons", "seconds", "numpy, draw by draw", "times ours"]
    return table(heads, rows, "rrrrr"), peak


def main():
    """Write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--simulations", type=int, default=2000)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    took, peak = speed(options)
    text = f"""# Contrasts: coverage, false positives and speed

Simulated documents of some 450 tokens; {options.simulations:,} simulations a row, {DRAWS:,} draws
and permutations each. 95% intervals should cover the truth in .93 to .97 of them (the error of a
share here is {np.sqrt(0.05 * 0.95 / options.simulations):.3f}), and p ≤ .05 occur in .05 where
there is no difference. *Spread* is the squared coefficient of variation of the rate between
documents of a group: 0 is Poisson, 1 is as uneven as text that either is about the issue or is
not. *Limits* is the share of intervals that were put together from exact limits, since a side had
hits in fewer than five documents. *Uniform* is the p of a Kolmogorov-Smirnov test of the
permutation p-values.

{coverage(options)}

## Articles that share stories

Eight articles per story, which share the rate of the frame (log-normal, .6).

{clustered(options)}

## Time

{options.documents:,} documents, four frames, 2,000 bootstrap samples and 2,000 permutations, one
process; all pairs of the groups. Peak memory of the process {peak:,.0f} MB; load {load:.1f} at the
start. Beside it the bootstrap samples alone, of the rates alone, draw by draw with numpy (20
draws, times 100).

{took}
"""
    (Path(__file__).parent / "contrasts.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
