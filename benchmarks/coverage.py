"""Coverage of intervals: writes benchmarks/coverage.md.

    python benchmarks/coverage.py [--draws 1000] [--testbed 500]

How many of the 95% intervals hold the truth, on corpora and samples that are constructed here: of
corrected shares, of their differences between two groups and of slopes (`fr.correct`), and of
scores of few or uneven documents (`Scores.interval`). The intervals come from the functions that
the package calls, on arrays; some settings go through the public functions too. Contrasts,
regressions and trends are in benchmarks/levels.py.
"""

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr
from framing._core.statistics import ratio_limits
from framing.coding.coded_shares import Combination, estimate_cells, informative_hits
from framing.coding.samples import _allocate

LEVEL = 0.95
PREVALENCES, INSTRUMENTS = (0.02, 0.1, 0.3), ((0.95, 0.9), (0.9, 0.8), (0.7, 0.5))
SIZES = (40, 100, 300)
QUANTITIES = ("share", "share of group A", "A - B")
PAIR = ("atlas-press", "channel-nine")
# Processes that draw at the same time.
WORKERS = 2
# Populations that are drawn for each setting; samples are drawn from each of them.
POPULATIONS = 50


@dataclass(frozen=True)
class World:
    """A corpus with planted frames: how its articles, groups, frames and errors are.

    ``moods`` is the concentration of the beta distribution of an article's prevalence: with 1,
    few articles hold most of the frame; with 50, all articles are nearly alike. ``gap`` moves
    the prevalence of group A up and of the other groups down, by this share of it. ``strata``
    draws within groups too. ``errors`` is the concentration of the lexicon's errors by article.
    """

    name: str
    articles: int = 400
    sentences: int = 5
    uneven: bool = False
    moods: float = 1.0
    groups: int = 2
    gap: float = 0.0
    strata: bool = False
    errors: float = 0.0
    neyman: bool = False


WORLDS = (
    World("400 articles of 5 sentences, frames clustered by article"),
    World(
        "80 uneven articles, frames and errors clustered", 80, 25, uneven=True, moods=4, errors=4
    ),
)
OTHER_WORLDS = (
    World("sampled within 2 groups of unequal prevalence", gap=0.8, strata=True),
    World("sampled within 8 groups", 800, groups=8, moods=10, strata=True),
    World("articles nearly alike", moods=50),
    World("more drawn where codes vary (Neyman)", neyman=True),
)


def population(world, prevalence, precision, recall, rng):
    """Return the true codes, the hits and the groups of all sentences."""
    sizes = np.full(world.articles, world.sentences)
    if world.uneven:
        sizes = 1 + rng.negative_binomial(1, 1 / world.sentences, world.articles)
    article = np.repeat(np.arange(world.articles), sizes)
    group = np.arange(world.articles) % world.groups
    mean = np.clip(prevalence * (1 + world.gap * np.where(group == 0, 1, -1)), 1e-4, 0.999)
    of_article = rng.beta(mean * world.moods, (1 - mean) * world.moods)
    codes = rng.random(len(article)) < of_article[article]
    false = codes.mean() * recall * (1 - precision) / precision / max(1 - codes.mean(), 1e-9)
    right = np.full(world.articles, recall)
    wrong = np.full(world.articles, false)
    if world.errors:
        right = rng.beta(recall * world.errors, (1 - recall) * world.errors, world.articles)
        wrong = rng.beta(false * world.errors, (1 - false) * world.errors, world.articles)
    chance = np.where(codes, right[article], wrong[article])
    return codes.astype(float), rng.random(len(article)) < chance, group[article]


def drawn(world, hit, group, n, rng):
    """Return the rows of a stratified sample, and its strata."""
    label = hit * world.groups + group if world.strata else hit * 1
    members = [np.flatnonzero(label == number) for number in np.unique(label)]
    sizes = np.array([len(rows) for rows in members])
    spread = None
    if world.neyman:
        spread = np.array([0.4 if hit[rows[0]] else 0.22 for rows in members])
    counts = _allocate(sizes, n, None, spread)
    rows = [rng.choice(r, c, replace=False) for r, c in zip(members, counts, strict=True)]
    ends = np.cumsum(counts)
    strata = [
        (np.arange(end - count, end), size)
        for end, count, size in zip(ends, counts, sizes, strict=True)
    ]
    return np.concatenate(rows), strata


def corrected(world, prevalence, precision, recall, n, draws, rng):
    """Return for each draw and quantity: missed below, missed above, width, width of zero."""
    found = []
    while len(found) < draws:
        codes, hit, group = population(world, prevalence, precision, recall, rng)
        sides = np.stack([np.ones(len(codes)), group == 0, group == 1]).astype(float)
        truth = sides @ codes / sides.sum(axis=1)
        truth = np.append(truth, truth[1] - truth[2])
        for _ in range(max(draws // POPULATIONS, 1)):
            rows, strata = drawn(world, hit, group, n, rng)
            used = informative_hits(hit, sides[0], codes[rows], rows, strata)
            cells = estimate_cells(used, sides, codes[rows], rows, strata)
            parts = cells.size / cells.size.sum(axis=1, keepdims=True)
            weights = np.zeros((4, 3, 2))
            weights[[0, 1, 2], [0, 1, 2]] = parts
            weights[3, 1], weights[3, 2] = parts[1], -parts[2]
            combined = Combination(
                weights.reshape(4, -1), cells.share.ravel(), cells.n.ravel(), cells.coders.ravel()
            )
            low, high = combined.limits(np.full(4, (1 - LEVEL) / 2))
            low, high = np.maximum(low, [0, 0, 0, -1]), np.minimum(high, 1)
            found.append(
                np.stack([low > truth + 1e-12, high < truth - 1e-12, high - low, high - low < 1e-9])
            )
    return np.array(found)[:draws, :, [0, 1, 3]]


def cell(covered):
    """Return a share as the report writes it."""
    return f"{covered:.3f}".removeprefix("0")


@dataclass(frozen=True)
class Cell:
    """One setting of the report: its name, the share of intervals that hold the truth, details."""

    name: str
    covered: float
    more: str


def corrections(worlds, prevalences, sizes, draws) -> Iterator[Cell]:
    """Yield the cells of corrected shares: one per world, setting and quantity."""
    settings = [
        (world, prevalence, precision, recall, n, draws)
        for world in worlds
        for prevalence in prevalences
        for precision, recall in INSTRUMENTS
        for n in sizes
    ]
    # Each setting has its own random numbers: the report is the same with any number of processes.
    with ProcessPoolExecutor(WORKERS) as pool:
        for cells in pool.map(setting_cells, settings):
            yield from cells


def setting_cells(setting):
    """Return the cells of one setting: one per quantity."""
    world, prevalence, precision, recall, n, draws = setting
    rng = np.random.default_rng([7, int(prevalence * 1000), int(recall * 10), n])
    found = corrected(world, prevalence, precision, recall, n, draws, rng)
    below, above, width, zero = found.mean(axis=0)
    name = f"{world.name} \u2502 {prevalence:g}, {precision:g}, {recall:g}, {n}"
    return [
        Cell(
            f"{name} \u2502 {quantity}",
            1 - below[number] - above[number],
            f"{below[number]:.3f} | {above[number]:.3f} | {width[number]:.3f} | {zero[number]:.3f}",
        )
        for number, quantity in enumerate(QUANTITIES)
    ]


# Name, sizes of the documents in sentences, hits in a sentence, squared coefficient of variation
# of documents, documents of a story, and variation of stories.
SCORES = (
    *((f"{k} documents of 15", [15] * k, 0.1, 0.0, 0, 0.0) for k in (3, 5, 8, 20)),
    *((f"{k} documents of 15, variation 1", [15] * k, 0.1, 1.0, 0, 0.0) for k in (3, 5, 10, 20)),
    ("40 documents of 15, variation 1", [15] * 40, 0.1, 1.0, 0, 0.0),
    ("20 documents of 15, variation 2", [15] * 20, 0.1, 2.0, 0, 0.0),
    ("40 documents of 15, rare", [15] * 40, 0.01, 0.0, 0, 0.0),
    ("40 documents of 15, very rare", [15] * 40, 0.003, 0.0, 0, 0.0),
    ("40 documents of 15, rare, variation 2", [15] * 40, 0.01, 2.0, 0, 0.0),
    ("1 of 300 and 20 of 8, variation .5", [300] + [8] * 20, 0.1, 0.5, 0, 0.0),
    ("1 of 200 and 15 of 8, variation .5", [200] + [8] * 15, 0.1, 0.5, 0, 0.0),
    ("12 documents of 3 to 70, variation .5", [3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45, 70], 0.1, 0.5,
     0, 0.0),
    ("10 stories of 4, cluster=", [15] * 40, 0.1, 0.25, 4, 0.5),
    ("6 stories of 1 to 9, cluster=", [15] * 6, 0.1, 0.5, -1, 0.0),
    *((f"one document of {k} sentences", [1] * k, 0.1, 0.0, 0, 0.0) for k in (10, 20, 40)),
    ("one document of 20 sentences, rare", [1] * 20, 0.05, 0.0, 0, 0.0),
    ("one document of 40 sentences, dense", [1] * 40, 0.3, 0.0, 0, 0.0),
    ("10 documents of 15, 3 hits a sentence", [15] * 10, 3.0, 0.0, 0, 0.0),
)  # fmt: skip


def moods(rng, variation, shape):
    """Return factors with mean 1 and this squared coefficient of variation."""
    return rng.gamma(1 / variation, variation, shape) if variation else np.ones(shape)


def scored(sizes, rate, variation, story, of_stories, kind, draws, rng):
    """Return the true value, and the numerators and denominators of all draws and clusters."""
    sizes = np.array([1, 2, 3, 5, 7, 9]) * 15 if story < 0 else np.array(sizes)
    shape = draws, len(sizes)
    factor = moods(rng, variation, shape)
    many = moods(rng, variation, 400_000)
    if story > 0:
        factor = factor * np.repeat(moods(rng, of_stories, (draws, len(sizes) // story)), story, 1)
        many = many * moods(rng, of_stories, 400_000)
    if kind == "rate":
        # 19 tokens a sentence on average, at least one.
        y, x = rng.poisson(rate * factor * sizes), rng.poisson(18 * sizes, shape) + sizes
        truth = rate / 19
    else:
        y, x = rng.binomial(sizes, 1 - np.exp(-rate * factor)), np.broadcast_to(sizes, shape)
        truth = float(np.mean(1 - np.exp(-rate * many)))
    if story > 0:
        y, x = (v.reshape(draws, -1, story).sum(axis=2) for v in (y, x))
    return truth, y, x


def scores(draws) -> Iterator[Cell]:
    """Yield the cells of intervals of scores."""
    for name, sizes, rate, variation, story, of_stories in SCORES:
        for kind in ("rate", "share"):
            rng = np.random.default_rng([11, len(sizes), int(1000 * rate), int(10 * variation)])
            truth, y, x = scored(sizes, rate, variation, story, of_stories, kind, draws, rng)
            group = np.repeat(np.arange(draws), y.shape[1])
            limits = ratio_limits(
                group, y.reshape(-1, 1).astype(float), x.ravel().astype(float), draws, LEVEL,
                share=kind == "share",
            )  # fmt: skip
            below, above = np.mean(limits.low > truth), np.mean(limits.high < truth)
            width = np.median(limits.high - limits.low) / truth
            zero = np.mean(limits.high - limits.low < 1e-12)
            more = f"{below:.3f} | {above:.3f} | {width:.2f} | {zero:.3f}"
            yield Cell(f"{name} \u2502 {kind}", 1 - below - above, more)


def through_the_package(draws) -> Iterator[Cell]:
    """Yield cells of constructed texts that go through the public functions."""
    rng = np.random.default_rng(5)
    has = rng.random(2000) < np.repeat(rng.beta(0.1, 0.9, 400), 5)
    seen = np.where(has, rng.random(2000) < 0.8, rng.random(2000) < 0.01)
    texts = [
        " ".join("A truce held." if hit else "Rain fell." for hit in seen[begin : begin + 5])
        for begin in range(0, 2000, 5)
    ]
    source = np.where(np.arange(400) % 2, "B", "A")
    corpus = fr.make_corpus(texts, source=source, x=np.arange(400) / 400)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    place = pd.MultiIndex.from_frame(hits.sentences[["doc_id", "sentence"]])
    sides = np.repeat(source, 5)
    x = np.repeat(np.arange(400) / 400, 5)
    truth = {
        "prevalence": has.mean(),
        "source=A - source=B": has[sides == "A"].mean() - has[sides == "B"].mean(),
        "slope of x": np.polyfit(x, has.astype(float), 1)[0],
    }
    for n in (40, 100):
        found = {name: [] for name in truth}
        for seed in range(draws):
            sample = fr.sample_for_coding(hits, corpus, n, seed=seed)
            keys = sample.table[["doc_id", "sentence"]]
            rows = place.get_indexer(pd.MultiIndex.from_frame(keys))
            codes = fr.make_codes(keys.assign(peace=has[rows] * 1))
            table = fr.correct(hits, codes, sample, by="source", on="x").table
            table = table.set_index("quantity")
            for name, value in truth.items():
                low, high = table.loc[name, ["low", "high"]]
                found[name].append((low > value, high < value, high - low, high - low < 1e-9))
        for name, draws_found in found.items():
            below, above, width, zero = np.mean(draws_found, axis=0)
            yield Cell(
                f"fr.correct, .1, .9, .8, {n} \u2502 {name}",
                1 - below - above,
                f"{below:.3f} | {above:.3f} | {width:.3f} | {zero:.3f}",
            )


def section(title, explained, width, cells):
    """Return the lines of a section: the worst settings, and a table of all."""
    cells = list(cells)
    worst = min(cells, key=lambda one: one.covered)
    widest = max(cells, key=lambda one: one.covered)
    rows = [f"| {one.name} | {cell(one.covered)} | {one.more} |" for one in cells]
    few = sum(one.covered < 0.93 for one in cells)
    return worst, [
        f"## {title}", "", explained, "",
        f"Worst of {len(cells)} settings: **{cell(worst.covered)}** ({worst.name}). Most: "
        f"{cell(widest.covered)} ({widest.name}). Below .93: {few}; above .985: "
        f"{sum(one.covered > 0.985 for one in cells)}.", "",
        f"| setting | covered | missed below | missed above | {width} | width zero |",
        "|---|---|---|---|---|---|", *rows, "",
    ]  # fmt: skip


def alone(values, source, years, total):
    """Return widths of standard intervals from a simple random sample of coded sentences."""
    finite_correction = np.sqrt(1 - len(values) / total)
    target, reference = (values[source == name] for name in PAIR)
    centred = years - years.mean()
    slope = centred @ values / (centred @ centred)
    error = values - values.mean() - slope * centred
    errors = [
        np.sqrt(values.var(ddof=1) / len(values)),
        np.sqrt(target.var(ddof=1) / len(target) + reference.var(ddof=1) / len(reference)),
        np.sqrt(centred**2 @ error**2) / (centred @ centred),
    ]
    return [2 * 1.96 * finite_correction * error for error in errors]


def of_testbed(draws, n=300):
    """Return the lines of the section on the testbed, whose sentences are all coded."""
    testbed = fr.load_testbed()
    hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    coded = fr.mean_codes(testbed.codes, coder="writer").table
    documents = testbed.corpus.table.set_index("doc_id").loc[coded.index.get_level_values(0)]
    source = documents["source"].to_numpy()
    years = (documents["date"] - documents["date"].min()).dt.days.to_numpy() / 365.25
    quantities = ["prevalence", f"source={PAIR[0]} - source={PAIR[1]}", "slope of date"]
    rng = np.random.default_rng(1)
    covered, widths, plain_widths = {}, {}, {}
    for draw in range(draws):
        sample = fr.sample_for_coding(hits, testbed.corpus, n, seed=draw)
        keys = pd.MultiIndex.from_frame(sample.table[["doc_id", "sentence"]])
        codes = fr.make_codes(coded.loc[keys[keys.isin(coded.index)]].reset_index())
        table = fr.correct(hits, codes, sample, by="source", on="date").table
        table = table.set_index(["frame", "quantity"])
        rows = rng.choice(len(coded), n, replace=False)
        for frame in coded.columns:
            values = coded[frame].to_numpy()
            target, reference = (values[source == name].mean() for name in PAIR)
            truth = [values.mean(), target - reference, np.polyfit(years, values, 1)[0]]
            plain = alone(values[rows], source[rows], years[rows], len(coded))
            for name, value, width in zip(quantities, truth, plain, strict=True):
                low, high = table.loc[(frame, name), ["low", "high"]]
                covered.setdefault((frame, name), []).append(low <= value <= high)
                widths.setdefault((frame, name), []).append(high - low)
                plain_widths.setdefault((frame, name), []).append(width)
    lines = [
        "## On the testbed", "",
        f"{draws} stratified samples of {n} of the {len(coded):,} coded sentences of the "
        "constructed testbed, each corrected with `fr.correct`. It is easy: its frames are "
        "not rare, and the lexicon was developed with text of its kind. The last column is the "
        "width of the usual interval from a simple random sample of the same size, without a "
        "lexicon.", "",
        "| frame | quantity | intervals that cover | mean width | coding alone |",
        "|---|---|---|---|---|",
    ]  # fmt: skip
    for (frame, name), hit in covered.items():
        lines.append(
            f"| {frame} | {name} | {np.mean(hit):.1%} | {np.mean(widths[frame, name]):.3f} | "
            f"{np.mean(plain_widths[frame, name]):.3f} |"
        )
    return lines


def main():
    """Write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--testbed", type=int, default=500)
    options = parser.parse_args()
    began, draws = time.monotonic(), options.draws
    setting = "Settings: prevalence, precision and recall of the lexicon, sentences coded."
    sections = [
        section(
            "Corrected shares",
            f"Corpora of some 2,000 sentences with planted frames and errors. {setting} Shares "
            "and differences are those of all sentences of the corpus. Where few errors are seen, "
            "as with 40 sentences and a rare frame, few outcomes are possible, and intervals that "
            "allow for what was not seen hold nearly always.",
            "mean width",
            corrections(WORLDS, PREVALENCES, SIZES, draws),
        ),
        section(
            "Corrected shares: other samples, rarer and more frequent frames",
            setting,
            "mean width",
            [
                *corrections(OTHER_WORLDS, (0.02, 0.3), (40, 300), draws // 2),
                *corrections(WORLDS[:1], (0.005, 0.5), (40, 300), draws // 2),
                *through_the_package(min(draws, 200)),
            ],
        ),
        section(
            "Scores of few, uneven and clustered documents",
            "Hits in a sentence: .1; rare: .01; very rare: .003. Variation is the squared "
            "coefficient of variation of the documents' rates. Width is that of the median "
            "interval, in units of the true value. Three documents have a wide interval.",
            "width / value",
            scores(draws * 4),
        ),
    ]  # fmt: skip
    worst = [cell(one.covered) for one, _ in sections]
    lines = [
        "# Do intervals hold the truth?", "",
        f"Written by `python benchmarks/coverage.py --draws {draws} --testbed {options.testbed}`. "
        "Of 95% intervals, the share that holds the truth, on corpora that are constructed for "
        "this report and are not the testbed. With 1,000 draws the standard error of a share of "
        ".95 is .007. Contrasts, regressions and trends are in [levels.md](levels.md).", "",
        f"Worst settings: corrected shares {worst[0]}, with other samples {worst[1]}, scores "
        f"{worst[2]}.", "",
        *(line for _, lines in sections for line in lines),
        *of_testbed(options.testbed),
    ]  # fmt: skip
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines[:6]))
    print(f"{time.monotonic() - began:.0f} seconds")


if __name__ == "__main__":
    main()
