"""What coverage is possible: writes benchmarks/attainable.md.

    python benchmarks/attainable.py

In small samples of a rare frame few outcomes are possible. Any set of outcomes that has 95% has
more then: of the most likely ones (Sterne 1954; *any*), and all the more of those that leave out
at most 2.5% of the lowest estimates and 2.5% of the highest (*tails*), as intervals do that miss on
both sides as often. Where the lowest estimate alone has more than 2.5%, it cannot be left out. That
is computed here for a plain corpus that has the numbers of the settings of benchmarks/coverage.md:
2,000 sentences, of which a fixed number has the frame and a fixed number a hit, and codes of
sentences with a hit and of others drawn apart. Both know how often the lexicon errs, which an
interval does not: it must hold for all shares of errors that the sample allows.

Sterne, T. E. (1954). Some remarks on confidence or fiducial limits. Biometrika 41(1-2), 275-278.
"""

import re
from itertools import product
from pathlib import Path

import numpy as np
from scipy import stats

from framing.coding.samples import _allocate

LEVEL, SENTENCES = 0.95, 2000
PREVALENCES, INSTRUMENTS = (0.02, 0.1, 0.3), ((0.95, 0.9), (0.9, 0.8), (0.7, 0.5))
SIZES = (40, 100, 300)
FIRST = "400 articles of 5 sentences, frames clustered by article"
QUANTITIES = ("share", "share of group A", "A - B")
MOST = 0.985
COVERAGE = Path(__file__).with_name("coverage.md")
REPORT = Path(__file__).with_suffix(".md")


def attainable(prevalence, precision, recall, n):
    """Return the least coverage, any and by tails, of the share, of a group's, of a difference."""
    cases = round(SENTENCES * prevalence)
    found = round(cases * recall)
    hits = round(found / precision)
    sizes = np.array([hits, SENTENCES - hits])
    drawn = _allocate(sizes, n, None, None)
    cells = [(sizes[0], found, drawn[0]), (sizes[1], cases - found, drawn[1])]
    # Of a group, half of everything.
    half = [(size // 2, round(of / 2), max(m // 2, 1)) for size, of, m in cells]
    return [least(cells, (1, 1)), least(half, (1, 1)), least([*half, *half], (1, 1, -1, -1))]


def least(cells, signs):
    """Return the chance of the most likely outcomes that have 95%, and of all without the tails."""
    chances, values = np.ones(1), np.zeros(1)
    for (size, cases, drawn), sign in zip(cells, signs, strict=True):
        one = stats.hypergeom(size, cases, drawn).pmf(np.arange(drawn + 1))
        chances = np.outer(chances, one).ravel()
        estimates = sign * size * np.arange(drawn + 1) / drawn
        values = np.add.outer(values, estimates).ravel()
        chances, values = chances[chances > 1e-9], values[chances > 1e-9]
    reached = np.cumsum(np.sort(chances)[::-1])
    any_set = float(reached[min(np.searchsorted(reached, LEVEL), len(reached) - 1)])
    outcome = np.unique(np.round(values, 6), return_inverse=True)[1]
    of_value = np.bincount(outcome, chances)
    out = 0.0
    for side in (of_value, of_value[::-1]):
        tail = np.cumsum(side)
        out += float(tail[tail <= (1 - LEVEL) / 2].max(initial=0.0))
    return any_set, 1 - out


def covered():
    """Return the coverage and the mean width of the settings of the report, by their names."""
    text = COVERAGE.read_text(encoding="utf-8")
    rows = re.findall(
        rf"^\| {re.escape(FIRST)} │ ([^|]+?) │ ([^|]+?) \| ([.\d]+) \| [^|]+\| [^|]+\| ([.\d]+) ",
        text, re.MULTILINE,
    )  # fmt: skip
    return {(setting, what): (float(share), float(width)) for setting, what, share, width in rows}


def main():
    """Write the report."""
    known, lines, above = covered(), [], []
    for prevalence, (precision, recall), n in product(PREVALENCES, INSTRUMENTS, SIZES):
        setting = f"{prevalence:g}, {precision:g}, {recall:g}, {n}"
        of_setting = attainable(prevalence, precision, recall, n)
        for what, (any_set, tails) in zip(QUANTITIES, of_setting, strict=True):
            share, width = known[setting, what]
            lines.append((share - tails, setting, what, share, any_set, tails, width))
            if share > MOST:
                above.append(tails > MOST)
    lines.sort(key=lambda line: -line[0])
    shown = [
        f"| {setting} | {what} | {share:.3f} | {any_set:.3f} | {tails:.3f} | {more:+.3f} | "
        f"{width:.3f} |"
        for more, setting, what, share, any_set, tails, width in lines
    ]
    text = [
        "# What coverage is possible where few outcomes are", "",
        "Written by `python benchmarks/attainable.py`, which says how. Of each setting of the "
        "first generator of [coverage.md](coverage.md)",
        "(prevalence, precision, recall, coded sentences) the share of intervals that cover, and "
        "the least shares of .95 and more that are",
        "possible there in a plain corpus: of *any* set of outcomes, and without 2.5% on each side "
        "(*tails*), which leaves less. Those",
        "that cover most beyond it come first.", "",
        f"Of {len(lines)} settings {len(above)} are covered in more than {MOST}. In {sum(above)} "
        "of these the tails leave nothing else. The other",
        f"{len(above) - sum(above)} are wider than these frames alone would need: what is computed "
        "here knows how often the lexicon errs.", "",
        "| setting | quantity | covered | any | tails | more than tails | mean width |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |", *shown,
    ]  # fmt: skip
    REPORT.write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
