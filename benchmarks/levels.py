"""False alarms, power and coverage of contrasts and regressions of thin and uneven groups.

    python benchmarks/levels.py [--draws 1000] [--only uneven] [--public]

Writes benchmarks/levels.md, or its last section. Documents are drawn from generators that the
package does not know: the rate of a document is gamma, log-normal, or "about the issue or not"
around the rate of its group, with the squared coefficient of variation cv2; shares are
beta-binomial.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from _report import table
from framing.contrasts.contrasts import compare_groups, plan, resample
from framing.scores.groups import Observations

PERMUTATIONS = 500
LONG_AND_SHORT = "## Long and short documents"


@dataclass(frozen=True)
class Group:
    """A group of documents.

    ``rate`` is per sentence; ``cv2`` is the squared coefficient of variation of the rates of the
    documents. ``sentences`` is their number in each document, "log-normal", "5 to 25", "5 to 500",
    "Pareto", or the number in the first document and in each other. ``story`` documents share a
    rate.
    """

    n: int
    rate: float
    cv2: float
    sentences: object = 15
    kind: str = "gamma"
    story: int = 1

    def draw(self, rng):
        """Return clusters, hits and sentences of the documents."""
        n, story = self.n, self.story
        lengths = {
            "log-normal": lambda: np.maximum(5, np.round(15 * rng.lognormal(0, 0.9, n))),
            "5 to 25": lambda: rng.integers(5, 26, n),
            "5 to 500": lambda: np.round(np.exp(rng.uniform(np.log(5), np.log(500), n))),
            "Pareto": lambda: np.minimum(150, np.round(5 * (1 + rng.pareto(1.3, n)))).astype(int),
        }
        if self.sentences in lengths:
            sentences = lengths[self.sentences]()
        elif isinstance(self.sentences, tuple):
            sentences = np.full(n, self.sentences[1])
            sentences[0] = self.sentences[0]
        else:
            sentences = np.full(n, self.sentences)
        cluster = np.arange(n) // story
        count = cluster.max() + 1
        if self.kind == "share":
            if not self.cv2:
                return cluster, rng.binomial(sentences, self.rate), sentences
            size = 1 / self.cv2 - 1
            p = rng.beta(self.rate * size, (1 - self.rate) * size, count)[cluster]
            return cluster, rng.binomial(sentences, p), sentences
        if not self.cv2:
            times = np.ones(count)
        elif self.kind == "gamma":
            times = rng.gamma(1 / self.cv2, self.cv2, count)
        elif self.kind == "log-normal":
            spread = np.log1p(self.cv2)
            times = rng.lognormal(-spread / 2, np.sqrt(spread), count)
        else:
            times = (rng.random(count) < 1 / (1 + self.cv2)) * (1 + self.cv2)
        return cluster, rng.poisson(self.rate * sentences * times[cluster]), sentences


G = Group
NULL = {
    "8 v 80, cv2 2 v .2": (G(8, 0.1, 2), G(80, 0.1, 0.2)),
    "8 v 80, cv2 .2 v 2": (G(8, 0.1, 0.2), G(80, 0.1, 2)),
    "8 v 80, cv2 1 v 1": (G(8, 0.1, 1), G(80, 0.1, 1)),
    "20 v 80, cv2 2 v .2": (G(20, 0.1, 2), G(80, 0.1, 0.2)),
    "20 v 80, cv2 .2 v 2": (G(20, 0.1, 0.2), G(80, 0.1, 2)),
    "20 v 20, cv2 0 v 2": (G(20, 0.1, 0), G(20, 0.1, 2)),
    "20 v 20, cv2 3 v 3": (G(20, 0.1, 3), G(20, 0.1, 3)),
    "10 v 10, cv2 0 v 2": (G(10, 0.1, 0), G(10, 0.1, 2)),
    "5 v 50, cv2 3 v .2": (G(5, 0.1, 3), G(50, 0.1, 0.2)),
    "5 v 50, cv2 .5 v .5": (G(5, 0.1, 0.5), G(50, 0.1, 0.5)),
    "5 v 5, cv2 1 v 1": (G(5, 0.1, 1), G(5, 0.1, 1)),
    "3 v 3, cv2 .5": (G(3, 0.1, 0.5), G(3, 0.1, 0.5)),
    "3 v 30, cv2 .5": (G(3, 0.1, 0.5), G(30, 0.1, 0.5)),
    "8 v 80 log-normal, cv2 2 v .2": (
        G(8, 0.1, 2, kind="log-normal"), G(80, 0.1, 0.2, kind="log-normal"),
    ),
    "8 v 80, every third about the issue v cv2 .2": (
        G(8, 0.1, 2, kind="issue"), G(80, 0.1, 0.2),
    ),
    "1 of 200 and 15 of 8 sentences, both sides": (
        G(16, 0.1, 0.5, (200, 8)), G(16, 0.1, 0.5, (200, 8)),
    ),
    "1 of 200 and 15 of 8 v 30 of 15 sentences": (G(16, 0.1, 0.5, (200, 8)), G(30, 0.1, 0.5)),
    "20 v 20 of 5 to 500 sentences": (
        G(20, 0.1, 0.5, "5 to 500"), G(20, 0.1, 0.5, "5 to 500"),
    ),
    "8 v 80 of 5 to 500 sentences, cv2 2 v .2": (
        G(8, 0.1, 2, "5 to 500"), G(80, 0.1, 0.2, "5 to 500"),
    ),
    "20 v 20, rate .004": (G(20, 0.004, 0), G(20, 0.004, 0)),
    "8 v 80, rate .004": (G(8, 0.004, 0.5), G(80, 0.004, 0.5)),
    "20 v 80, rate .01, cv2 2 v .2": (G(20, 0.01, 2), G(80, 0.01, 0.2)),
    "10 v 10 stories of 4": (G(40, 0.1, 0.5, story=4), G(40, 0.1, 0.5, story=4)),
    "6 v 20 stories of 4, cv2 1 v .2": (G(24, 0.1, 1, story=4), G(80, 0.1, 0.2, story=4)),
    "share .5, 10 v 10": (G(10, 0.5, 0.1, kind="share"), G(10, 0.5, 0.1, kind="share")),
    "share .9, 8 v 40, icc .3 v .02": (
        G(8, 0.9, 0.3, kind="share"), G(40, 0.9, 0.02, kind="share"),
    ),
    "share .2, 8 v 40, icc .3 v .02": (
        G(8, 0.2, 0.3, kind="share"), G(40, 0.2, 0.02, kind="share"),
    ),
    "share .03, 8 v 40, icc .2 v .02": (
        G(8, 0.03, 0.2, kind="share"), G(40, 0.03, 0.02, kind="share"),
    ),
}  # fmt: skip
DIFFERENT = {
    "20 v 20, .12 v .04, cv2 .5": (G(20, 0.12, 0.5), G(20, 0.04, 0.5)),
    "20 v 20 log-normal lengths, .12 v .05": (
        G(20, 0.12, 0.5, "log-normal"), G(20, 0.05, 0.5, "log-normal"),
    ),
    "10 v 10, .2 v .06, cv2 .5": (G(10, 0.2, 0.5), G(10, 0.06, 0.5)),
    "40 v 40, .1 v .06, cv2 1": (G(40, 0.1, 1), G(40, 0.06, 1)),
    "8 v 80, .25 v .1, cv2 .5": (G(8, 0.25, 0.5), G(80, 0.1, 0.5)),
    "8 v 80, .03 v .1, cv2 .5": (G(8, 0.03, 0.5), G(80, 0.1, 0.5)),
    "20 v 20, .05 v 0": (G(20, 0.05, 0), G(20, 0, 0)),
    "8 v 8, .1 v 0": (G(8, 0.1, 0.5), G(8, 0, 0)),
    "20 v 20, .05 v .001": (G(20, 0.05, 0.5), G(20, 0.001, 0.5)),
    "20 v 20, .006 v .002": (G(20, 0.006, 0), G(20, 0.002, 0)),
    "20 v 20 shares, .6 v .4": (G(20, 0.6, 0.1, kind="share"), G(20, 0.4, 0.1, kind="share")),
    "20 v 20 shares, .95 v .8": (G(20, 0.95, 0.1, kind="share"), G(20, 0.8, 0.1, kind="share")),
    "20 v 20 shares, .1 v .02": (G(20, 0.1, 0.1, kind="share"), G(20, 0.02, 0.1, kind="share")),
}  # fmt: skip

UNEVEN = {
    "9 v 90, every fourth about the issue v cv2 .2": (
        G(9, 0.1, 3, "Pareto", "issue"), G(90, 0.1, 0.2, "Pareto"),
    ),
    "10 v 10, every fourth about the issue v cv2 .2": (
        G(10, 0.1, 3, "Pareto", "issue"), G(10, 0.1, 0.2, "Pareto"),
    ),
    "15 v 90, every fourth about the issue v cv2 .2": (
        G(15, 0.1, 3, "Pareto", "issue"), G(90, 0.1, 0.2, "Pareto"),
    ),
    "20 v 60 log-normal, cv2 2 v .2": (
        G(20, 0.1, 2, "Pareto", "log-normal"), G(60, 0.1, 0.2, "Pareto", "log-normal"),
    ),
    "share .1, 12 v 12, icc .4 v .02": (
        G(12, 0.1, 0.4, "Pareto", "share"), G(12, 0.1, 0.02, "Pareto", "share"),
    ),
    "share .1, 12 v 12 of 5 to 25 sentences, icc .4 v .02": (
        G(12, 0.1, 0.4, "5 to 25", "share"), G(12, 0.1, 0.02, "5 to 25", "share"),
    ),
}  # fmt: skip
UNEVEN_DIFFERENT = {
    "12 v 12, .15 v .04, cv2 .5": (G(12, 0.15, 0.5, "Pareto"), G(12, 0.04, 0.5, "Pareto")),
    "15 v 15, .1 v .01, cv2 .5": (G(15, 0.1, 0.5, "Pareto"), G(15, 0.01, 0.5, "Pareto")),
    "15 v 60, 0 v .1, cv2 .5": (G(15, 0, 0, "Pareto"), G(60, 0.1, 0.5, "Pareto")),
    "12 v 12 of 15 sentences, .06 v .003, cv2 .5": (G(12, 0.06, 0.5), G(12, 0.003, 0.5)),
    "15 v 15 shares, .2 v .03, icc .1": (
        G(15, 0.2, 0.1, "Pareto", "share"), G(15, 0.03, 0.1, "Pareto", "share"),
    ),
}  # fmt: skip


def observed(groups, rng):
    """Return drawn groups in the form that a contrast takes."""
    drawn = [group.draw(rng) for group in groups]
    first = drawn[0][0].max() + 1
    cluster = np.concatenate([drawn[0][0], drawn[1][0] + first])
    group = np.repeat([0, 1], [len(part[0]) for part in drawn])
    return Observations(
        unit=np.arange(len(group)),
        group=group,
        groups=["a", "b"],
        cluster=cluster,
        numerators=np.concatenate([part[1] for part in drawn]).astype(float)[:, None],
        denominators=np.concatenate([part[2] for part in drawn]).astype(float),
        resampled="document",
        left_out=pd.DataFrame(),
        frames=("frame",),
        share=groups[0].kind == "share",
    )


def compared(groups, rng, seed):
    """Return the row of a contrast of two drawn groups; None if there is no hit."""
    units = observed(groups, rng)
    if not units.numerators.any():
        return None
    comparison = plan(units.groups, "pairs", None, None)[0]
    return compare_groups(resample(units, seed, PERMUTATIONS), units, comparison, 1, 0.95).iloc[0]


def published(groups, rng, seed):
    """Return the same row by way of texts and `fr.contrast`: slower, and nothing is passed by."""
    import framing as fr

    units = observed(groups, rng)
    if not units.numerators.any():
        return None
    share = groups[0].kind == "share"
    texts = []
    for hits, sentences in zip(units.numerators[:, 0], units.denominators, strict=True):
        words = np.zeros(int(sentences), int)
        if share:
            words[: int(hits)] = 1
        else:
            np.add.at(words, rng.integers(0, len(words), int(hits)), 1)
        texts.append(" ".join("Rain" + " truce" * n + " word" * 10 + "." for n in words))
    columns = {"side": np.array(units.groups)[units.group], "story": units.cluster.astype(str)}
    hits = fr.find_hits(fr.make_corpus(texts, **columns), fr.make_lexicon({"f": ["truce"]}))
    scores = fr.score(hits, kind="share" if share else "rate")
    gap = fr.contrast(scores, by="side", cluster="story", seed=seed, permutations=PERMUTATIONS)
    return gap.table.iloc[0]


def covers(row, low, high, truth):
    """Return whether an interval holds a value; a limit that is missing is infinite."""
    low, high = row[low], row[high]
    return (np.isnan(low) or low <= truth + 1e-12) and (np.isnan(high) or truth <= high + 1e-12)


def contrasts(draws, parts, make=compared):
    """Return one row for each cell: coverage of difference and ratio, p of .05 or less, widths."""
    rows = []
    for cells, title in parts:
        for name, groups in cells.items():
            a, b = (group.rate for group in groups)
            found = []
            for seed in range(draws):
                row = make(groups, np.random.default_rng([20, seed]), seed)
                if row is None:
                    found.append((True, True, False, np.nan, False, False))
                    continue
                scale = 1.0 if make is compared or groups[0].kind == "share" else np.nan
                ratio = covers(row, "ratio_low", "ratio_high", a / b if b else np.inf)
                excludes = row["ratio_low"] > 1 or row["ratio_high"] < 1
                found.append(
                    (
                        covers(row, "low", "high", a - b) if scale == 1.0 else np.nan,
                        ratio or b == 0, row["p"] <= 0.05, row["high"] - row["low"],
                        row["method"] == "limits", (row["p"] <= 0.05) != excludes,
                    )
                )  # fmt: skip
            means = np.nanmean(np.array(found, dtype=float), axis=0)
            width = np.nanmedian(np.array(found, dtype=float)[:, 3])
            rows.append((title, name, *means[:3], width, *means[4:]))
            print(title, name, *(f"{value:.3f}" for value in rows[-1][2:]), flush=True)
    return rows


def rows_of(rows, kind):
    """Return the table of some cells."""
    heads = ["documents", "p ≤ .05", "difference covered", "ratio covered", "width", "limits",
             "p and ratio disagree"]  # fmt: skip
    return table(
        heads,
        [
            (name, f"{p:.3f}", f"{gap:.3f}", f"{ratio:.3f}", f"{width:.3f}", f"{few:.2f}",
             f"{apart:.3f}")
            for title, name, gap, ratio, p, width, few, apart in rows if title == kind
        ],
        "lrrrrrr",
    )  # fmt: skip


def uneven(draws):
    """Return the section about documents of Pareto lengths."""
    rows = contrasts(draws, [(UNEVEN, "same"), (UNEVEN_DIFFERENT, "different")])
    same = [row for row in rows if row[0] == "same"]
    worst = max(same, key=lambda row: row[4])
    return f"""{LONG_AND_SHORT}

Documents have Pareto lengths of 5 to 150 sentences if the row does not say others, {draws:,} draws
a row. Without a difference the worst is p ≤ .05 in {worst[4]:.3f} ({worst[1]}).

{rows_of(rows, "same")}

With a difference p ≤ .05 is the power:

{rows_of(rows, "different")}
"""


def main():
    """Write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--only", choices=["contrast", "uneven"], default=None)
    parser.add_argument("--public", action="store_true", help="by way of texts, without a report")
    options = parser.parse_args()
    report = Path(__file__).with_suffix(".md")
    if options.only == "uneven":
        before = report.read_text(encoding="utf-8").split(LONG_AND_SHORT)[0].rstrip()
        report.write_text(f"{before}\n\n{uneven(options.draws)}", encoding="utf-8")
        return
    parts = [(NULL, "same"), (DIFFERENT, "different")]
    rows = contrasts(options.draws, parts, published if options.public else compared)
    if options.public:
        return
    worst = max((row for row in rows if row[0] == "same"), key=lambda row: row[4])
    least = min(rows, key=lambda row: min(row[2], row[3]))
    text = f"""# Levels of contrasts

Written by `python benchmarks/levels.py`: {options.draws:,} draws a row, {PERMUTATIONS} permutations
each. Rates are per sentence. Worst cells: p ≤ .05 in {worst[4]:.3f} without a difference
({worst[1]}); covered {min(least[2], least[3]):.3f} ({least[1]}).

## No difference

{rows_of(rows, "same")}

## A difference: p ≤ .05 is the power

{rows_of(rows, "different")}

{uneven(options.draws)}"""
    report.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
