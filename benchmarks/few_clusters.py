"""False alarms of regressions with few clusters: writes benchmarks/few_clusters.md.

python benchmarks/few_clusters.py [--draws 1000]
"""

import argparse
from pathlib import Path

import numpy as np
from scipy import special

from _report import table
from framing.regressions.likelihoods import fit_counts, fit_shares
from framing.regressions.model_units import ModelUnits

# Clusters, of the group, units of a cluster, cv2 between clusters of the group and of the others,
# and what is special.
CELLS = [
    (10, 2, 8, 0.2, 0.2, ""), (20, 4, 5, 0.2, 0.2, ""), (6, 3, 10, 0.2, 0.2, ""),
    (10, 5, 8, 0.2, 0.2, ""), (10, 2, 8, 1, 0.2, ""), (20, 4, 5, 1, 0.2, ""),
    (20, 4, 5, 0.2, 1, ""), (5, 2, 10, 0.2, 0.2, ""), (4, 2, 10, 0.2, 0.2, ""),
    (30, 3, 3, 1, 1, ""), (20, 4, 6, 0.5, 0.5, "uneven sizes"), (88, 8, 1, 2, 0.2, ""),
    (55, 5, 1, 3, 0.2, ""), (40, 20, 1, 2, 0.001, ""), (10, 2, 8, 0.2, 0.2, "shares"),
    (20, 4, 5, 0.2, 0.2, "shares"), (6, 3, 10, 0.2, 0.2, "shares"),
]  # fmt: skip


def false_alarms(cell, draws):
    """Return the share of draws with p of .05 or less, and the median degrees of freedom."""
    clusters, of_group, size, cv2, others, special_kind = cell
    found = []
    for seed in range(draws):
        rng = np.random.default_rng([5, seed])
        sizes = np.full(clusters, size)
        if special_kind == "uneven sizes":
            sizes = np.maximum(1, rng.geometric(1 / size, clusters))
        cluster = np.repeat(np.arange(clusters), sizes)
        inside = np.arange(clusters) < of_group
        spread = np.where(inside, cv2, others)
        times = rng.gamma(1 / spread, spread)[cluster]
        matrix = np.column_stack([np.ones(len(cluster)), inside[cluster]]).astype(float)
        units = ModelUnits.of(matrix, cluster)
        if special_kind == "shares":
            hits = rng.binomial(15, np.clip(0.3 * times, 0.01, 0.95)).astype(float)
            fitted = fit_shares(hits, np.full(len(hits), 15.0), units)
        else:
            hits = rng.poisson(1.5 * times).astype(float)
            if not (hits[inside[cluster]].any() and hits[~inside[cluster]].any()):
                continue
            fitted = fit_counts(hits, np.ones(len(hits)), units)
        term = np.array([0.0, 1.0])
        degrees = fitted.errors.degrees(term)
        t = fitted.coefficients[1] / np.sqrt(fitted.errors.covariance[1, 1])
        found.append((2 * special.stdtr(degrees, -abs(t)) <= 0.05, degrees))
    return np.mean([row[0] for row in found]), np.median([row[1] for row in found])


def main():
    """Write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=1000)
    options = parser.parse_args()
    rows = []
    for cell in CELLS:
        share, degrees = false_alarms(cell, options.draws)
        rows.append((*cell, f"{degrees:.1f}", f"{share:.3f}"))
        print(*rows[-1], flush=True)
    heads = ["clusters", "of the group", "units each", "cv2", "cv2 of others", "", "df", "p ≤ .05"]
    worst = max(rows, key=lambda row: float(row[-1]))
    text = f"""# Regressions with few clusters: false alarms

Written by `python benchmarks/few_clusters.py`: {options.draws:,} draws a row, no difference between
the groups. Clusters share a rate (gamma). Worst cell: {worst[-1]} ({worst[0]} clusters, {worst[1]}
of the group).

{table(heads, rows, "rrrrrlrr")}
"""
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
