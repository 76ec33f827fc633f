"""Coverage and false alarms on news of other kinds: writes benchmarks/foreign_generators.md.

    python benchmarks/foreign_generators.py [--draws 400] [--only drift] [--public contrast]

The generators were written from the docstrings of the public functions alone, before a look at
their code. With ``--public`` everything goes through texts and public functions, also contrasts,
regressions, trends, pooled scores and change points. Each generator differs from those
of benchmarks/coverage.py in its kind: prevalence and recall that drift, outlets of unequal size,
long articles that hold nearly all of a frame, errors that depend on length, outlet or the frame
itself, stories that are copied with their errors, and two coders of whom each errs otherwise.
"""

import argparse
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr
from framing._core.statistics import ratio_limits
from framing.coding.coded_shares import (
    Combination,
    Drawn,
    coding_variance,
    estimate_cells,
    expanded_codes,
    informative_hits,
    spread_over_clusters,
)
from framing.coding.samples import _allocate

QUANTITIES = ("share", "share of s00", "share of s01", "s00 - s01")
FIRST_DAY = pd.Timestamp("2025-01-06")


@dataclass(frozen=True)
class News:
    """Constructed news: one row per sentence in ``article``, ``has`` and ``hit``.

    ``has`` is whether the frame is there, ``hit`` whether the lexicon says so. ``source``,
    ``week`` and ``story`` have one value per article.
    """

    article: np.ndarray
    has: np.ndarray
    hit: np.ndarray
    source: np.ndarray
    week: np.ndarray
    story: np.ndarray = field(default_factory=lambda: np.array([]))

    def sums(self, codes):
        """Return the sum of codes and the number of sentences of each article."""
        articles = len(self.source)
        return np.bincount(self.article, codes, articles), np.bincount(self.article, None, articles)


def logistic(x):
    """Return shares from log-odds."""
    return 1 / (1 + np.exp(-x))


def zipf(rng, exponent, most, size):
    """Return numbers from 1 to ``most`` whose chances fall as a power."""
    numbers = np.arange(1, most + 1)
    chance = numbers**-exponent
    return rng.choice(numbers, size, p=chance / chance.sum())


def drift(rng):
    """Return 400 articles of 12 outlets: Zipf outlets, drifting frame, recall that falls."""
    sizes = np.maximum(3, np.round(400 / np.arange(1, 13) ** 1.2 / 2.2)).astype(int)
    source = np.repeat(np.arange(12), sizes)
    week = rng.integers(0, 52, len(source))
    level = -2.4 + 1.1 * np.sin(week / 9) + 0.5 * np.cos(source * 2.1)
    share = logistic(level + rng.normal(0, 0.9, len(source)))
    article = np.repeat(np.arange(len(source)), rng.integers(3, 9, len(source)))
    has = rng.random(len(article)) < share[article]
    recall = 0.95 - 0.5 * week / 52
    false = 0.005 + 0.05 * (source % 3 == 1)
    chance = np.where(has, recall[article], false[article])
    return News(article, has, rng.random(len(article)) < chance, source, week)


def long_reads(rng):
    """Return 160 articles of Zipf length: most without the frame, long ones full of it."""
    length = zipf(rng, 1.3, 120, 160)
    source = rng.permuted(np.repeat([0, 1, 2], [110, 38, 12]))
    about = rng.random(160) < 0.1 + 0.12 * np.log(length)
    share = np.where(about, rng.beta(2, 4, 160), 0)
    article = np.repeat(np.arange(160), length)
    has = rng.random(len(article)) < share[article]
    recall, false = 0.95 - 0.12 * np.log(length), 0.005 + 0.012 * np.log(length)
    chance = np.where(has, recall[article], false[article])
    hit = rng.random(len(article)) < chance
    return News(article, has, hit, source, rng.integers(0, 26, 160))


def copied(rng):
    """Return stories that one to twelve outlets print, with the same hits and errors."""
    stories = 45
    prints = zipf(rng, 1.5, 12, stories)
    length = rng.integers(4, 15, stories)
    share = rng.beta(0.35, 1.5, stories)
    sentences = np.repeat(np.arange(stories), length)
    has = rng.random(len(sentences)) < share[sentences]
    recall, false = rng.beta(5, 2, stories), rng.beta(0.5, 12, stories)
    hit = rng.random(len(sentences)) < np.where(has, recall[sentences], false[sentences])
    story = np.repeat(np.arange(stories), prints)
    of_story = [np.flatnonzero(sentences == s) for s in range(stories)]
    cut = [rng.random(length[s]) < 0.85 for s in story]
    cut = [kept if kept.any() else np.ones_like(kept) for kept in cut]
    rows = np.concatenate([of_story[s][kept] for s, kept in zip(story, cut, strict=True)])
    article = np.repeat(np.arange(len(story)), [kept.sum() for kept in cut])
    week = np.repeat(rng.integers(0, 20, stories), prints)
    source = rng.choice(6, len(story), p=[0.5, 0.2, 0.12, 0.1, 0.05, 0.03])
    return News(article, has[rows], hit[rows], source, week, story)


def contrary(rng, articles=250):
    """Return articles in which the lexicon hits least where the frame is most frequent."""
    source = rng.choice(4, articles, p=[0.6, 0.25, 0.1, 0.05])
    share = rng.beta(0.5, 3.5 - 0.6 * (source == 1), articles)
    length = rng.poisson(7, articles) + 1
    article = np.repeat(np.arange(articles), length)
    has = rng.random(len(article)) < share[article]
    recall, false = np.clip(0.95 - 1.1 * share, 0.05, 1), 0.14 * np.exp(-7 * share)
    hit = rng.random(len(article)) < np.where(has, recall[article], false[article])
    return News(article, has, hit, source, rng.integers(0, 30, articles))


def essays(rng):
    """Return 24 long articles: coded sentences stand in the same few articles."""
    share = rng.beta(0.8, 4, 24)
    length = rng.integers(30, 140, 24)
    article = np.repeat(np.arange(24), length)
    has = rng.random(len(article)) < share[article]
    recall, false = rng.beta(4, 2, 24), rng.beta(1, 30, 24)
    hit = rng.random(len(article)) < np.where(has, recall[article], false[article])
    return News(article, has, hit, np.arange(24) % 3 // 2, rng.integers(0, 12, 24))


GENERATORS = {g.__name__: g for g in (drift, long_reads, copied, contrary, essays)}


def expected(make, number=3000):
    """Return what produces such news: share and hit share, of all and of each outlet and week."""
    sums = defaultdict(lambda: np.zeros(2))
    for seed in range(number):
        news = make(np.random.default_rng([99, seed]))
        for kind, codes in (("has", news.has), ("hit", news.hit)):
            y, n = news.sums(codes)
            sums[kind, "all", 0] += y.sum(), n.sum()
            for by in ("source", "week"):
                values = getattr(news, by)
                top, below = np.bincount(values, y), np.bincount(values, n)
                for value in range(len(below)):
                    sums[kind, by, value] += top[value], below[value]
    return {key: y / n if n else np.nan for key, (y, n) in sums.items()}


def published(news):
    """Return the hits and the corpus of constructed news."""
    words = np.where(news.hit, "A truce held.", "Rain fell now.")
    ends = np.cumsum(np.bincount(news.article))
    texts = [" ".join(part) for part in np.split(words, ends[:-1])]
    columns = {
        "source": [f"s{value:02}" for value in news.source],
        "date": FIRST_DAY + pd.to_timedelta(news.week * 7, "D"),
    }
    if len(news.story):
        columns["story"] = [f"t{value:03}" for value in news.story]
    corpus = fr.make_corpus(texts, **columns)
    return fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})), corpus


class Tally:
    """Draws of each cell: missed below, missed above, width."""

    def __init__(self):
        self.cells = defaultdict(list)

    def interval(self, name, row, truth, low="low", high="high"):
        """Count an interval; a limit that is missing is infinite."""
        low, high = row[low], row[high]
        self.cells["interval", name].append((low > truth + 1e-9, high < truth - 1e-9, high - low))

    def p(self, name, p):
        """Count a p-value where there is no difference."""
        if not np.isnan(p):
            self.cells["p", name].append((p <= 0.05, p <= 0.01, np.nan))


def corrected(tally, news, hits, corpus, truth, seed):
    """Count the intervals of `correct` for 40, 100 and 300 coded sentences."""
    place = pd.MultiIndex.from_frame(hits.sentences[["doc_id", "sentence"]])
    source = news.source[news.article]
    week = news.week[news.article]
    years = week * 7 / 365.25
    group = {value: news.has[source == value].mean() for value in (0, 1)}
    values = {
        "prevalence": news.has.mean(),
        "source=s00": group[0], "source=s01": group[1],
        "source=s00 - source=s01": group[0] - group[1],
        "slope of date": np.polyfit(years, news.has.astype(float), 1)[0],
    }  # fmt: skip
    wider = {
        "prevalence": truth["has", "all", 0],
        "source=s00": truth["has", "source", 0], "source=s01": truth["has", "source", 1],
        "source=s00 - source=s01": truth["has", "source", 0] - truth["has", "source", 1],
    }  # fmt: skip
    unit = "story" if len(news.story) else "document"
    for n in (40, 100, 300):
        sample = fr.sample_for_coding(hits, corpus, n, seed=seed)
        keys = sample.table[["doc_id", "sentence"]]
        rows = place.get_indexer(pd.MultiIndex.from_frame(keys))
        codes = fr.make_codes(keys.assign(peace=news.has[rows] * 1))
        table = fr.correct(hits, codes, sample, by="source", on="date").table
        table = table.set_index("quantity")
        for name, value in values.items():
            tally.interval(f"correct, {n} coded: {name}", table.loc[name], value)
        table = fr.correct(hits, codes, sample, by="source", cluster=unit).table
        table = table.set_index("quantity")
        for name, value in wider.items():
            tally.interval(f"correct(cluster=), {n} coded: {name}", table.loc[name], value)


def two_coders(tally, news, hits, corpus, seed, rng):
    """Count intervals for the mean code of all coders, from two coders who err."""
    place = pd.MultiIndex.from_frame(hits.sentences[["doc_id", "sentence"]])
    hard = rng.random(len(news.has)) < 0.25
    sees = np.where(news.has, np.where(hard, 0.6, 0.97), np.where(hard, 0.12, 0.005))
    for n in (100, 300):
        sample = fr.sample_for_coding(hits, corpus, n, seed=seed)
        keys = sample.table[["doc_id", "sentence"]]
        rows = place.get_indexer(pd.MultiIndex.from_frame(keys))
        coders = []
        for coder in ("Ann", "Ben"):
            said = rng.random(len(rows)) < sees[rows]
            coders.append(keys.assign(peace=said * 1, coder=coder))
        table = fr.correct(hits, fr.make_codes(pd.concat(coders)), sample).table
        tally.interval(f"correct, two coders, {n} coded: prevalence", table.iloc[0], sees.mean())


def scored(tally, news, hits, truth):
    """Count the intervals of scores by outlet and by month, of trends and of pooled scores."""
    story = {"cluster": "story"} if len(news.story) else {}
    scores = fr.score(hits, kind="share")
    for kind, per in (("share", 1), ("rate", 3)):
        table = fr.score(hits, unit="source", kind=kind, per=per).interval(**story).table
        for _, row in table.iterrows():
            value = truth["hit", "source", int(row["unit_id"][1:])]
            if row["method"] != "none":
                tally.interval(f"interval, {kind} of outlets: {row['unit_id']}", row, value)
    course = fr.trend(scores, every="week", seed=1, draws=200, **story).table
    for _, row in course.iterrows():
        if row["method"] not in ("none",):
            week = (row["period"] - FIRST_DAY).days // 7
            tally.interval(f"trend: weeks ({row['method']})", row, truth["hit", "week", week])
    if len(np.unique(news.source)) >= 4:
        table = fr.claims.pool(scores, by="source", **story).table
        for _, row in table.iterrows():
            value = truth["hit", "source", int(row["group"][1:])]
            tally.interval("pool: mean of outlets", row, value)


def compared(tally, news, hits, seed, rng):
    """Count false alarms of labels that mean nothing: few against many."""
    unit = news.story if len(news.story) else np.arange(len(news.source))
    units = np.unique(unit)
    story = {"cluster": "story"} if len(news.story) else {}
    for few in (6, 12, len(units) // 2):
        chosen = np.isin(unit, rng.choice(units, few, replace=False))
        label = pd.Series(np.where(chosen, "few", "many"), name="label")
        for kind in ("share", "rate"):
            scores = fr.score(hits, kind=kind)
            label.index = scores.units["unit_id"]
            side = f"{few} against {len(units) - few}"
            row = fr.contrast(scores, by=label, seed=seed, permutations=499, **story).table.iloc[0]
            tally.p(f"contrast, {kind}: {side}", row["p"])
            tally.interval(f"contrast, {kind}: {side}", row, 0.0)
            scores.units["label"] = label.to_numpy()
            table = fr.regress(scores, "label", **story).table
            row = table[table["term"].str.startswith("label")].iloc[0]
            tally.p(f"regress, {kind}: {side}", row["p"])


def lasting(tally, rng, seed):
    """Count change points in 20, 40 and 60 weeks of one level, with moods that last."""
    for weeks in (20, 40, 60):
        for stays in (0.0, 0.5, 0.8):
            mood = np.zeros(weeks)
            for week in range(weeks):
                shock = rng.normal(0, 0.35 * np.sqrt(1 - stays**2) if week else 0.35)
                mood[week] = (stays * mood[week - 1] if week else 0) + shock
            articles = rng.poisson(4, weeks) + 1
            week = np.repeat(np.arange(weeks), articles)
            article = np.repeat(np.arange(len(week)), rng.integers(5, 20, len(week)))
            share = 0.15 * np.exp(mood[week] + rng.normal(0, 0.3, len(week)) - 0.1)
            hit = rng.random(len(article)) < share[article]
            news = News(article, hit, hit, np.zeros(len(week), int), week)
            hits, _ = published(news)
            course = fr.trend(fr.score(hits), every="week", seed=seed, draws=50)
            tests = fr.claims.find_change_points(
                course, seed=seed, permutations=199, draws=20
            ).tests
            tally.p(f"change points: {weeks} weeks, correlation {stays:g}", tests["p"].iloc[0])


PARTS = ("correct", "scores", "contrast", "lasting")


def draw(part, name, truth, seed):
    """Return the cells of one draw."""
    tally = Tally()
    rng = np.random.default_rng([20, seed])
    if part == "lasting":
        lasting(tally, rng, seed)
        return dict(tally.cells)
    news = GENERATORS[name](rng)
    hits, corpus = published(news)
    if part == "correct":
        corrected(tally, news, hits, corpus, truth, seed)
        two_coders(tally, news, hits, corpus, seed, rng)
    elif part == "scores":
        scored(tally, news, hits, truth)
    else:
        compared(tally, news, hits, seed, rng)
    return dict(tally.cells)


def by_arrays(name, truth, seed):
    """Return the cells of one draw from the functions behind `correct` and `Scores.interval`.

    They are those of the public functions, hundreds of times as fast.
    """
    tally, rng = Tally(), np.random.default_rng([20, seed])
    news = GENERATORS[name](rng)
    source = news.source[news.article]
    masks = np.stack([np.ones(len(source)), source == 0, source == 1]).astype(float)
    unit = news.story if len(news.story) else np.arange(len(news.source))
    of_sentence = np.unique(unit[news.article], return_inverse=True)[1]
    values = masks @ news.has / masks.sum(axis=1)
    wider = [truth["has", "all", 0], truth["has", "source", 0], truth["has", "source", 1]]
    weights = np.zeros((4, 3, 2))
    for n in (40, 100, 300):
        members = [np.flatnonzero(~news.hit), np.flatnonzero(news.hit)]
        sizes = np.array([len(rows) for rows in members])
        counts = _allocate(sizes, n, None, None)
        rows = [rng.choice(m, c, replace=False) for m, c in zip(members, counts, strict=True)]
        ends = np.cumsum([0, *counts])
        strata = [(np.arange(ends[k], ends[k + 1]), int(sizes[k])) for k in (0, 1)]
        rows = np.concatenate(rows)
        coded = news.has[rows] * 1.0
        hit = informative_hits(news.hit, masks[0], coded, rows, strata)
        cells = estimate_cells(hit, masks, coded, rows, strata)
        parts = cells.size / cells.size.sum(axis=1, keepdims=True)
        weights[[0, 1, 2], [0, 1, 2]] = parts
        weights[3, 1], weights[3, 2] = parts[1], -parts[2]
        flat = weights.reshape(4, -1)
        combined = Combination(flat, cells.share.ravel(), cells.n.ravel(), cells.coders.ravel())
        expected, expanded = expanded_codes(hit, coded, rows, strata, cells.share[0])
        spread = spread_over_clusters(
            masks, np.sign(weights.sum(axis=2)), expected, expanded, of_sentence,
            combined.coding[:3], Drawn.of(coded, rows, strata),
            coding_variance(masks / masks.sum(axis=1, keepdims=True), hit, rows, strata, cells),
        )  # fmt: skip
        for call, sums, true in (
            ("correct", combined, values),
            ("correct(cluster=)", replace(combined, spread=spread), wider),
        ):
            low, high = sums.limits(np.full(4, 0.025))
            low, high = np.maximum(low, [0, 0, 0, -1]), np.minimum(high, 1)
            true = [*true, true[1] - true[2]]
            for number, quantity in enumerate(
                ("share", "share of s00", "share of s01", "s00 - s01")
            ):
                row = {"low": low[number], "high": high[number]}
                tally.interval(f"{call}, {n} coded: {quantity}", row, true[number])
    unit = np.unique(unit, return_inverse=True)[1]
    outlets = int(news.source.max()) + 1
    # Clusters of each outlet: its articles, or its articles of one story.
    part = np.unique(news.source * (unit.max() + 1) + unit, return_inverse=True)[1]
    y, x = (np.bincount(part, sums) for sums in news.sums(news.hit))
    group = np.zeros(len(y), int)
    group[part] = news.source
    for share in (True, False):
        limits = ratio_limits(group, y[:, None], x, outlets, 0.95, share=share)
        for outlet in range(outlets):
            if limits.n[outlet] > 1:
                row = {"low": limits.low[outlet, 0], "high": limits.high[outlet, 0]}
                name = f"interval, {'share' if share else 'rate'}: outlet s{outlet:02}"
                tally.interval(name, row, truth["hit", "source", outlet])
    return dict(tally.cells)


def measured(function, draws, workers):
    """Return the draws of each cell."""
    cells = defaultdict(list)
    with ProcessPoolExecutor(workers) as pool:
        for cell in pool.map(function, range(draws), chunksize=10):
            for key, values in cell.items():
                cells[key] += values
    return {key: np.array(values, dtype=float) for key, values in cells.items()}


def rows_of(name, cells):
    """Return the rows of a generator: what, the shares covered and missed, the mean width."""
    rows = []
    for (kind, cell), values in cells.items():
        first, second = values[:, 0].mean(), values[:, 1].mean()
        if kind == "p":
            rows.append((name, cell, first, "", "", "", len(values)))
        else:
            width = np.nanmean(values[:, 2])
            rows.append(
                (name, cell, 1 - first - second, f"{first:.3f}", f"{second:.3f}", f"{width:.3f}",
                 len(values))
            )  # fmt: skip
    return rows


def main():
    """Write the report, or print what the public functions give from texts on."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--only", choices=GENERATORS)
    parser.add_argument("--public", choices=PARTS, help="print, through texts: slow")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    names = (options.only,) if options.only else tuple(GENERATORS)
    rows = []
    for name in ("weeks",) if options.public == "lasting" else names:
        truth = expected(GENERATORS[name]) if name in GENERATORS else {}
        function = partial(by_arrays, name, truth)
        if options.public:
            function = partial(draw, options.public, name, truth)
        rows += rows_of(name, measured(function, options.draws, options.workers))
    rows.sort(key=lambda row: row[2])
    lines = [
        f"| {name} | {cell} | {share:.3f} | {below} | {above} | {width} |"
        for name, cell, share, below, above, width, n in rows
        if n > options.draws / 4
    ]
    head = [
        "| generator | what | covered | missed below | missed above | mean width |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    if options.public or options.only:
        print("\n".join([*head, *lines]))
        return
    few = sum(round(row[2], 6) < 0.92 for row in rows)
    title = ["# Intervals on news of other kinds", ""]
    told = [
        f"Written by `python benchmarks/foreign_generators.py --draws {options.draws}`; the worst "
        "first. The generators",
        "were written from the docstrings alone; the file says what they are. `correct` is about "
        "the sentences of the",
        "corpus, the others about what produced the articles. The standard error of a share of .95 "
        f"is {np.sqrt(0.0475 / options.draws):.3f}.",
        f"Below .92: {few} of {len(rows)}. Worst: {rows[0][2]:.3f} ({rows[0][0]}, {rows[0][1]}).",
        "",
    ]
    path = Path(__file__).with_suffix(".md")
    # The second half is that of foreign_claims.py.
    after = path.read_text(encoding="utf-8").partition("\n## ")
    text = "\n".join([*title, *told, *head, *lines]) + "\n"
    path.write_text(text + "".join(after[1:]), encoding="utf-8")
    print("\n".join(told))


if __name__ == "__main__":
    main()
