"""Contrasts, regressions, trends and pooled scores on news of other kinds.

    python benchmarks/foreign_claims.py [--draws 300] [--only contrast,regress]

Writes the second half of benchmarks/foreign_generators.md, the worst first, or prints some of
its parts; it takes some 40 seconds a draw. Three presses were
written from the docstrings of the public functions alone, and everything goes through texts and
public functions. The *gazettes* have articles of Pareto length in outlets of Zipf size, whose
rates differ much in one group and little in the other. The *agency* sends stories that one to
twelve outlets copy, and the frame comes in bursts: most stories have none of it. The *moods* are
days and weeks: an AR(1) mood, a season of the week or the year, and days with little text.

*Television* is a fourth press, by an author who had read the code: five channels of 6 to 20 long
transcripts, of which one has a rate 2.5 times that of the others. Transcripts are negative
binomial (or have an even worse distribution), and their paragraphs follow an AR(1) mood.

The *serials* are a fifth press, by a tester who had read docstrings only: outlets of 400 to 10
articles of 3 to 120 sentences, a frame that comes in runs of sentences (a Markov chain), or
articles with log-normal shares, and prevalences from .02 on.

The *weeklies* are a sixth press, written from docstrings (those of `contrast` and `pool` by someone
who had read their code): a few explainers that are all about the frame, articles that mention it in
passing, and most that do not have it. Two desks with the same share have it in either way.
"""

import argparse
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr

FIRST = pd.Timestamp("2024-01-01")
# A sentence of ten tokens with 0 to 9 hits.
SENTENCES = ["Rain " + "truce " * k + "word " * (9 - k) + "." for k in range(10)]
LEXICON = fr.make_lexicon({"peace": ["truce"]})
REPORT = Path(__file__).with_name("foreign_generators.md")
HEADING = "## Contrasts, regressions, trends, pooled scores"


def score(hits_of, kind="rate", **columns):
    """Return the scores of articles, given the number of hits of each sentence of each."""
    texts = [" ".join(SENTENCES[k] for k in np.minimum(article, 9)) for article in hits_of]
    hits = fr.find_hits(fr.make_corpus(texts, **columns), LEXICON)
    return fr.score(hits, kind=kind, per=10 if kind == "rate" else 1000)


def pareto(rng, n, least=5, shape=1.3, most=150):
    """Return lengths of articles in sentences."""
    return np.minimum(most, np.round(least * (1 + rng.pareto(shape, n)))).astype(int)


def zipf_sizes(n, total, exponent=1.1):
    """Return sizes of n outlets that fall as a power."""
    weight = np.arange(1, n + 1.0) ** -exponent
    return np.maximum(1, np.round(total * weight / weight.sum())).astype(int)


def times(rng, n, cv2, shape="log-normal"):
    """Return factors of mean 1 with this squared coefficient of variation."""
    if cv2 == 0:
        return np.ones(n)
    if shape == "gamma":
        return rng.gamma(1 / cv2, cv2, n)
    if shape == "bursts":
        return (rng.random(n) < 1 / (1 + cv2)) * (1 + cv2)
    spread = np.log1p(cv2)
    return rng.lognormal(-spread / 2, np.sqrt(spread), n)


def written(rng, rate, length, kind):
    """Return the hits of each sentence: counts at a rate, or at most one of each at a share."""
    if kind == "share":
        return [rng.random(n) < min(r, 0.97) for r, n in zip(rate, length, strict=True)]
    return [rng.poisson(r, n) for r, n in zip(rate, length, strict=True)]


class Tally:
    """Draws of each cell: what happened, the aim, and the width of intervals."""

    def __init__(self):
        self.cells = defaultdict(list)

    def covered(self, name, low, high, truth):
        """Count an interval; a limit that is missing is infinite."""
        miss = (low > truth + 1e-9) or (high < truth - 1e-9)
        self.cells["covered", name].append((not miss, high - low))

    def alarm(self, name, p):
        """Count a p-value where there is no effect; without p there is no alarm."""
        self.cells["alarm", name].append((p <= 0.05, np.nan))

    def power(self, name, p):
        """Count a p-value where there is an effect."""
        self.cells["power", name].append((p <= 0.05, np.nan))


def two_sides(rng, few, many, cv2, shape, rate, kind="rate"):
    """Return scores of gazettes: articles of two sides with a column ``side``."""
    rates = [r * times(rng, n, v, shape) for r, n, v in zip(rate, (few, many), cv2, strict=True)]
    hits = written(rng, np.concatenate(rates), pareto(rng, few + many), kind)
    return score(hits, kind, side=["few"] * few + ["many"] * many)


def contrast(tally, rng, seed):
    """Count false alarms, coverage and power of contrasts."""
    cells = {
        "gazettes, 8 v 80, cv2 2 v .2": (8, 80, (2, 0.2), "log-normal", (0.1, 0.1)),
        "gazettes, 8 v 80, cv2 .2 v 2": (8, 80, (0.2, 2), "log-normal", (0.1, 0.1)),
        "gazettes, 12 v 12, cv2 1 v 1": (12, 12, (1, 1), "log-normal", (0.1, 0.1)),
        "gazettes, 9 v 90, every fourth about it v cv2 .2": (9, 90, (3, 0.2), "bursts", (0.1, 0.1)),
        "gazettes, 25 v 90, every fourth about it v cv2 .2": (
            25, 90, (3, 0.2), "bursts", (0.1, 0.1),
        ),
        "gazettes, 8 v 80, cv2 2 v .2, rare": (8, 80, (2, 0.2), "gamma", (0.01, 0.01)),
        "gazettes, 20 v 20, .1 v 0": (20, 20, (0.5, 0), "gamma", (0.1, 0)),
        "gazettes, 30 v 30, .15 v .05": (30, 30, (0.5, 0.5), "gamma", (0.15, 0.05)),
    }  # fmt: skip
    for name, (few, many, cv2, shape, rate) in cells.items():
        scores = two_sides(rng, few, many, cv2, shape, rate)
        compared(tally, name, scores, "side", rate[0] - rate[1], seed)
    for name, few, many, icc in (("8 v 80, icc .3 v .02", 8, 80, (0.3, 0.02)),):
        share = [rng.beta(0.3 * (1 / i - 1), 0.7 * (1 / i - 1), n)
                 for n, i in zip((few, many), icc, strict=True)]  # fmt: skip
        hits = written(rng, np.concatenate(share), pareto(rng, few + many), "share")
        scores = score(hits, "share", side=["few"] * few + ["many"] * many)
        compared(tally, f"gazettes, shares, {name}", scores, "side", 0.0, seed)
    for crossed in (False, True):
        copies = np.minimum(12, rng.zipf(2.0, 50))
        story = np.repeat(np.arange(50), copies)
        of_side = rng.random(len(story)) < 0.3 if crossed else story < 12
        level = 0.12 * np.concatenate([times(rng, 12, 1.5, "bursts"), times(rng, 38, 0.3)])
        if crossed:
            level = 0.12 * times(rng, 50, 1, "bursts")
        length = (rng.integers(6, 25, 50)[story] * rng.uniform(0.7, 1, len(story))).astype(int)
        scores = score(
            written(rng, level[story], np.maximum(length, 3), "rate"),
            side=np.where(of_side, "few", "many"), story=[f"t{s}" for s in story],
        )  # fmt: skip
        name = "each story on both sides" if crossed else "12 v 38 stories"
        compared(tally, f"agency, {name}", scores, "side", 0.0, seed, cluster="story")


def compared(tally, name, scores, by, truth, seed, **options):
    """Count the row of a contrast."""
    if not scores.table["numerator"].any():
        return
    row = fr.contrast(scores, by=by, seed=seed, permutations=499, **options).table.iloc[0]
    tally.covered(f"contrast: {name}", row["low"], row["high"], truth)
    (tally.power if truth else tally.alarm)(f"contrast: {name}", row["p"])


def regress(tally, rng, seed):
    """Count false alarms and coverage of regressions whose clusters are outlets or stories."""
    for outlets, inside, total in ((10, 2, 90), (10, 5, 90), (20, 4, 120), (6, 3, 60)):
        sizes = rng.permutation(zipf_sizes(outlets, total))
        outlet = np.repeat(np.arange(outlets), sizes)
        camp = np.where(outlet < inside, "a", "b")
        length = pareto(rng, len(outlet))
        for kind, spread in (("rate", 0.3), ("share", 0.3), ("rate", 1.0)):
            level = 0.15 * times(rng, outlets, spread)[outlet] * times(rng, len(outlet), 0.3)
            scores = score(
                written(rng, level, length, kind), kind, camp=camp,
                outlet=[f"o{number}" for number in outlet],
            )  # fmt: skip
            for formula in ("camp", "camp + length"):
                try:
                    table = fr.regress(scores, formula, cluster="outlet").table
                except fr.InputError:
                    continue
                row = table[table["term"].str.startswith("camp")].iloc[0]
                name = f"{inside} of {outlets} Zipf outlets, cv2 {spread:g}, {kind}, {formula}"
                tally.alarm(f"regress: gazettes, {name}", row["p"])
    for few, many in ((8, 80), (20, 60)):
        scores = two_sides(rng, few, many, (2, 0.2), "log-normal", (0.1, 0.1))
        row = fr.regress(scores, "side").table.iloc[1]
        tally.alarm(f"regress: gazettes, {few} v {many} articles, cv2 2 v .2", row["p"])
    copies = np.minimum(12, rng.zipf(2.0, 40))
    story = np.repeat(np.arange(40), copies)
    level = (0.12 * times(rng, 40, 1, "bursts"))[story]
    day = FIRST + pd.to_timedelta(rng.integers(0, 120, 40)[story], "D")
    scores = score(
        written(rng, level, rng.integers(6, 25, len(story)), "rate"),
        date=day, story=[f"t{s}" for s in story],
    )  # fmt: skip
    row = fr.regress(scores, "week", cluster="story").table.iloc[1]
    tally.alarm("regress: agency, 40 copied stories, week", row["p"])


def pool(tally, rng, seed):
    """Count the intervals of fifty outlets of which forty are thin."""
    sizes = np.concatenate([rng.integers(20, 60, 10), rng.integers(1, 4, 40)])
    outlet = np.repeat(np.arange(50), sizes)
    cells = {
        "gamma, cv2 .5": (0.1 * times(rng, 50, 0.5, "gamma"), "rate"),
        "log-normal, cv2 2": (0.1 * times(rng, 50, 2), "rate"),
        "half of them zero": (0.1 * times(rng, 50, 1, "bursts"), "rate"),
        "rare, log-normal, cv2 1": (0.01 * times(rng, 50, 1), "rate"),
        "shares, two points": (np.where(rng.random(50) < 0.3, 0.5, 0.15), "share"),
        "equal": (np.full(50, 0.1), "rate"),
    }  # fmt: skip
    for name, (level, kind) in cells.items():
        of_article = level[outlet] * (times(rng, len(outlet), 0.6) if kind == "rate" else 1)
        hits = written(rng, of_article, pareto(rng, len(outlet)), kind)
        scores = score(hits, kind, source=[f"o{number:02}" for number in outlet])
        table = fr.claims.pool(scores, by="source").table
        for _, row in table.iterrows():
            number = int(row["group"][1:])
            truth = level[number]
            kind_of = "thin" if number >= 10 else "large"
            if truth == 0:
                kind_of = "zero"
            tally.covered(f"pool: gazettes, {name}: {kind_of}", row["low"], row["high"], truth)


def mooded(rng, weeks, stays, spread=0.35):
    """Return AR(1) moods of each week, as factors of mean 1."""
    mood = np.zeros(weeks)
    for week in range(weeks):
        shock = rng.normal(0, spread * (np.sqrt(1 - stays**2) if week else 1))
        mood[week] = (stays * mood[week - 1] if week else 0) + shock
    return np.exp(mood - spread**2 / 2)


def course_of(rng, level, seed, every="week", articles=5, cv2=0.3, kind="rate", story=False):
    """Return the trend of articles that are drawn in periods of the given levels."""
    step = 7 if every == "week" else 1
    n = rng.poisson(articles, len(level)) + 1
    period = np.repeat(np.arange(len(level)), n)
    columns = {"date": FIRST + pd.to_timedelta(period * step + rng.integers(0, step, len(period)),
                                               "D")}  # fmt: skip
    factor = times(rng, len(period), cv2)
    if story:
        # Two stories a week, each in bursts, that several outlets copy.
        names = period * 2 + rng.integers(0, 2, len(period))
        factor = times(rng, names.max() + 1, cv2, "gamma")[names]
        columns["story"] = [f"t{name}" for name in names]
    length = pareto(rng, len(period), least=3, most=25)
    scores = score(written(rng, level[period] * factor, length, kind), kind, **columns)
    cluster = {"cluster": "story"} if story else {}
    return fr.trend(scores, every=every, seed=seed, draws=100, **cluster)


def trend(tally, rng, seed):
    """Count the intervals of weeks and of smooth curves."""
    weeks = 40
    season = 0.1 * np.exp(0.6 * np.sin(np.arange(weeks) / 6))
    for name, level, options in (
        ("moods, yearly season", season, {}),
        ("moods, yearly season, rare", season / 8, {}),
        ("moods, AR(1) .6", 0.1 * mooded(rng, weeks, 0.6), {}),
        ("gazettes, cv2 1.5, shares", season * 2, {"cv2": 1.0, "kind": "share", "articles": 12}),
        ("gazettes, cv2 1, 25 a week", season, {"cv2": 1.0, "articles": 25}),
    ):
        table = course_of(rng, level, seed, **options).table
        for _, row in table.iterrows():
            if row["method"] == "none":
                continue
            week = (row["period"] - FIRST).days // 7
            per = 10 if options.get("kind") != "share" else 1
            truth = level[week] * per / 10 if per == 10 else level[week]
            tally.covered(f"trend: {name}: periods", row["low"], row["high"], truth)
            if "AR" not in name:
                name_of = f"trend: {name}: smooth"
                tally.covered(name_of, row["smooth_low"], row["smooth_high"], truth)


def changes(tally, rng, seed):
    """Count false alarms and power of change points."""
    for weeks in (12, 26, 52, 104):
        for stays in (0.0, 0.4, 0.7, 0.9):
            course = course_of(rng, 0.15 * mooded(rng, weeks, stays), seed)
            found(tally.alarm, f"moods, {weeks} weeks, AR(1) {stays:g}", course, seed)
    day = np.arange(84)
    season = 0.15 * np.where(day % 7 >= 5, 0.4, 1.2)
    found(tally.alarm, "moods, 84 days, weekly season", course_of(rng, season, seed, "day"), seed)
    bursts = 0.12 * times(rng, 40, 1.5, "bursts")
    found(tally.alarm, "agency, 40 weeks in bursts", course_of(rng, bursts, seed), seed)
    for weeks in (8, 12, 18):
        rise = np.where(np.arange(weeks) < weeks // 2, 0.0, 0.97)
        course = course_of(rng, rise, seed, cv2=0, kind="share", articles=2)
        found(tally.power, f"{weeks} weeks, share 0 to 97%", course, seed)
    for weeks, factor, stays in ((12, 3, 0.0), (26, 3, 0.0), (52, 3, 0.0), (52, 3, 0.7),
                                 (104, 2, 0.4)):  # fmt: skip
        rise = np.where(np.arange(weeks) < weeks // 2, 1, factor) * mooded(rng, weeks, stays)
        name = f"{weeks} weeks, AR(1) {stays:g}, {factor} times"
        found(tally.power, name, course_of(rng, 0.1 * rise, seed), seed)


def found(count, name, course, seed):
    """Count the p of any change."""
    if not course.table["numerator"].any():
        return
    tests = fr.claims.find_change_points(course, seed=seed, permutations=199, draws=20).tests
    count(f"find_change_points: {name}", tests["p"].iloc[0])


def dates(tally, rng, seed):
    """Count false alarms, coverage and power of a change at a given date."""
    for weeks in (24, 40, 80):
        for stays in (0.0, 0.7, 0.9):
            course = course_of(rng, 0.15 * mooded(rng, weeks, stays), seed)
            changed(tally, f"moods, {weeks} weeks, AR(1) {stays:g}", course, weeks // 2, 1.0)
    bursts = 0.12 * times(rng, 40, 1, "bursts")
    changed(tally, "agency, 40 weeks in bursts", course_of(rng, bursts, seed), 20, 1.0)
    for stays, factor in ((0.0, 2.5), (0.7, 2.5)):
        rise = np.where(np.arange(40) < 20, 1, factor) * mooded(rng, 40, stays)
        course = course_of(rng, 0.1 * rise, seed)
        changed(tally, f"moods, 40 weeks, AR(1) {stays:g}, {factor:g} times", course, 20, factor)


def changed(tally, name, course, week, truth):
    """Count the effects on level and on the ratio before to after."""
    table = fr.change_at(course, str((FIRST + pd.Timedelta(days=7 * week)).date()), placebos=40)
    for effect in ("level", "before-after ratio"):
        row = table.table.set_index("effect").loc[effect]
        cell = f"change_at: {name}: {effect}"
        (tally.alarm if truth == 1 else tally.power)(cell, row["p"])
        if not np.isnan(row["low"]):
            tally.covered(cell, row["low"], row["high"], truth)
        if row["placebo_dates"]:
            (tally.alarm if truth == 1 else tally.power)(f"{cell}, placebo_p", row["placebo_p"])


def correct(tally, rng, seed):
    """Count differences of corrected shares between groups and periods, and their p."""
    for name, level in (("none", (0.12, 0.12)), ("planted", (0.08, 0.25))):
        articles, size = 160, 8
        source = np.repeat([0, 1], articles // 2)
        month = rng.integers(0, 4, articles)
        for clustered in (False, True):
            share = np.array(level)[source]
            if clustered:
                share = np.minimum(share * times(rng, articles, 2, "gamma"), 0.95)
            has = rng.random((articles, size)) < share[:, None]
            if not clustered:
                # Exactly as many on both sides, so that there is no difference in this corpus.
                for side in (0, 1):
                    number = np.zeros(articles // 2 * size, bool)
                    number[: round(level[side] * len(number))] = True
                    has[source == side] = rng.permuted(number).reshape(-1, size)
            recall, false = np.array([0.9, 0.45])[source], np.array([0.01, 0.07])[source]
            chance = np.where(has, recall[:, None], false[:, None])
            texts = [" ".join(SENTENCES[int(k)] for k in row)
                     for row in rng.random((articles, size)) < chance]  # fmt: skip
            corpus = fr.make_corpus(
                texts, source=np.where(source, "b", "a"),
                date=FIRST + pd.to_timedelta(month * 31, "D"),
            )  # fmt: skip
            hits = fr.find_hits(corpus, LEXICON)
            for n in (60, 200):
                sample = fr.sample_for_coding(hits, corpus, n, seed=seed)
                keys = sample.table[["doc_id", "sentence"]]
                place = pd.MultiIndex.from_frame(hits.sentences[["doc_id", "sentence"]])
                rows = place.get_indexer(pd.MultiIndex.from_frame(keys))
                codes = fr.make_codes(keys.assign(peace=has.ravel()[rows] * 1))
                options = {"cluster": "document"} if clustered else {}
                table = fr.correct(hits, codes, sample, by="source", **options).table
                row = table.set_index("quantity").loc["source=a - source=b"]
                cell = f"correct: {n} coded, {name}{', bursts, cluster' if clustered else ''}"
                tally.covered(cell, row["low"], row["high"], level[0] - level[1])
                (tally.alarm if name == "none" else tally.power)(cell, row["p"])
                if name == "none":
                    table = fr.correct(hits, codes, sample, by="month", **options).table
                    table = table[table["quantity"].str.contains(" - ")]
                    months = month[np.repeat(np.arange(articles), size)]
                    means = [has.ravel()[months == m].mean() for m in range(4)]
                    pairs = [(a, b) for a in range(4) for b in range(a + 1, 4)]
                    for (_, row), (a, b) in zip(table.iterrows(), pairs, strict=True):
                        truth = 0.0 if clustered else means[a] - means[b]
                        what = f"{cell}, between months"
                        tally.covered(what, row["low"], row["high"], truth)


def transcript(rng, rate, kind, paragraphs=(30, 90), stays=0.7, spread=0.8):
    """Return the hits of each sentence of a transcript, by paragraphs of three."""
    mood = mooded(rng, rng.integers(*paragraphs), stays, spread)
    return written(rng, rate * np.repeat(mood, 3), np.ones(3 * len(mood), int), kind)


def broadcast(transcripts, kind="rate", unit=None, **columns):
    """Return the hits of transcripts."""
    texts = []
    for hits in transcripts:
        words = [SENTENCES[min(int(k[0]), 9)] for k in hits]
        texts.append("\n\n".join(" ".join(words[n : n + 3]) for n in range(0, len(words), 3)))
    return fr.find_hits(fr.make_corpus(texts, **columns), LEXICON)


def television(tally, rng, seed):
    """Count intervals of channels, alone and pooled, and alarms between two equal channels.

    With a rate a sentence has many hits; with a share one or none.
    """
    for kind in ("rate", "share"):
        for cv2, shape in ((0.5, "gamma"), (1.0, "gamma"), (1.0, "log-normal")):
            rates = 0.1 * np.array([1, 1, 1, 1, 2.5])
            channel = np.repeat(np.arange(5), rng.integers(6, 21, 5))
            rate = rates[channel] * times(rng, len(channel), cv2, shape)
            hits = broadcast(
                [transcript(rng, one, kind) for one in rate],
                channel=[f"c{number}" for number in channel],
            )  # fmt: skip
            options = {"kind": kind, "per": 10 if kind == "rate" else 1000}
            # What a channel says on average: no sentence of a share has more than one hit.
            far = np.random.default_rng(1)
            moods = far.lognormal(-0.32, 0.8, (2, 20_000))[0] * times(far, 20_000, cv2, shape)
            truth = [np.minimum(one * moods, 0.97).mean() if kind == "share" else one
                     for one in rates]  # fmt: skip
            name = f"television, {kind}, {shape}, cv2 {cv2:g}"
            alone = fr.score(hits, unit="channel", **options).interval().table
            pooled = fr.claims.pool(fr.score(hits, **options), by="channel").table
            for number in range(5):
                which = "the frequent channel" if number == 4 else "the others"
                for call, table, label in (
                    ("interval", alone, "unit_id"), ("pool", pooled, "group"),
                ):  # fmt: skip
                    row = table[table[label] == f"c{number}"].iloc[0]
                    tally.covered(
                        f"{call}: {name}: {which}", row["low"], row["high"], truth[number]
                    )
            scores = fr.score(hits, **options)
            row = fr.contrast(
                scores, by="channel", groups=["c0", "c1"], seed=seed, permutations=499
            ).table.iloc[0]  # fmt: skip
            tally.alarm(f"contrast: {name}, two channels", row["p"])
            tally.covered(f"contrast: {name}, two channels", row["low"], row["high"], 0.0)


def transcripts(tally, rng, seed):
    """Count alarms between two transcripts of the same rate, compared by their paragraphs."""
    for stays in (0.0, 0.7, 0.9):
        hits = broadcast(
            [transcript(rng, 0.15, "rate", stays=stays) for _ in range(2)], name=["a", "b"]
        )
        scores = fr.score(hits, unit="paragraph", per=10)
        row = fr.contrast(scores, by="name", cluster="paragraph", seed=seed,
                          permutations=499).table.iloc[0]  # fmt: skip
        tally.alarm(f"contrast: television, paragraphs of two transcripts, AR(1) {stays:g}",
                    row["p"])  # fmt: skip


def in_runs(rng, n, share, stays):
    """Return articles of 3 to 120 sentences; after one with the frame the next often has it."""
    length = np.clip(np.round(rng.lognormal(np.log(14), 0.9, n)), 3, 120).astype(int)
    enter = share * (1 - stays) / (1 - share)
    articles = []
    for size in length:
        on, article = rng.random() < share, np.zeros(size, dtype=int)
        for number, chance in enumerate(rng.random(size)):
            article[number] = on
            on = chance < (stays if on else enter)
        articles.append(article)
    return articles


def with_shares(rng, n, share, spread=1.2):
    """Return articles of 3 to 120 sentences whose shares are log-normal, with their mean."""
    length = np.clip(np.round(rng.lognormal(np.log(14), 0.9, n)), 3, 120).astype(int)
    shares = share * rng.lognormal(-(spread**2) / 2, spread, n)
    return [
        (rng.random(size) < min(one, 0.95)).astype(int)
        for size, one in zip(length, shares, strict=True)
    ]


def serials(tally, rng, seed):
    """Count the intervals of six outlets that are pooled, and alarms of contrasts."""
    sizes = np.maximum(10, np.round(400 / np.arange(1, 7) ** 1.6)).astype(int)
    z = np.random.default_rng(5).lognormal(-0.72, 1.2, 200_000)
    for name, make in (
        ("runs", partial(in_runs, stays=0.9)),
        ("log-normal", with_shares),
    ):
        levels = {
            "unequal": 0.1 * rng.lognormal(-0.5, 1, 6),
            "the fourth 3 times": 0.05 * np.array([1, 1, 1, 3, 1, 1]),
        }
        for told, level in levels.items():
            level = np.clip(level, 0.002, 0.6)
            articles = [one for n, p in zip(sizes, level, strict=True) for one in make(rng, n, p)]
            outlet = [f"o{number}" for number in np.repeat(np.arange(6), sizes)]
            for kind in ("share", "rate"):
                table = fr.claims.pool(score(articles, kind, source=outlet), by="source").table
                for number, row in enumerate(table.itertuples()):
                    truth = level[number]
                    if name == "log-normal":
                        truth = np.minimum(truth * z, 0.95).mean()
                    which = "large" if number < 3 else "thin"
                    if number == 3 and told != "unequal":
                        which = "the frequent one"
                    tally.covered(f"pool: serials, {name}, {kind}, {told}: {which}",
                                  row.low, row.high, truth)  # fmt: skip
    for few, many, share in ((8, 80, 0.15), (25, 300, 0.02)):
        articles = in_runs(rng, few, share, 0.93) + in_runs(rng, many, share, 0.3)
        row = fr.contrast(
            score(articles, side=["a"] * few + ["b"] * many), by="side", seed=seed, permutations=499
        ).table.iloc[0]  # fmt: skip
        name = f"contrast: serials, runs, {few} v {many}, {share:g}"
        tally.alarm(name, row["p"])


def rare_serials(tally, rng, seed):
    """Count intervals of a rare frame in long runs, and alarms of uneven regressions."""
    sizes, share = {"a": 40, "b": 150, "c": 150}, 0.005
    articles = [one for n in sizes.values() for one in in_runs(rng, n, share, 0.9)]
    source = np.repeat(list(sizes), list(sizes.values()))
    texts = [" ".join(SENTENCES[k] for k in article) for article in articles]
    hits = fr.find_hits(fr.make_corpus(texts, source=list(source)), LEXICON)
    table = fr.score(hits, unit="source", kind="share").interval().table
    for row in table.itertuples():
        name = f"interval: serials, runs, share {share:g}, {sizes[row.unit_id]} articles"
        tally.covered(name, row.low, row.high, share)
    articles = with_shares(rng, 60, 0.1)
    for kind in ("rate", "share"):
        row = fr.regress(
            score(articles, kind, side=["a"] * 20 + ["b"] * 40), "side"
        ).table.iloc[1]  # fmt: skip
        tally.alarm(f"regress: serials, log-normal, cv2 3.2, {kind}, 20 v 40", row["p"])


def weekly(rng, n, explainers, inside, passing, chance):
    """Return articles of 3 sentences and more: explainers, articles with a passing word, others.

    A share ``explainers`` has the frame in a share ``inside`` of its sentences, a share
    ``passing`` in a share ``chance``; the others have none.
    """
    length = 2 + rng.geometric(0.1, n)
    kind = rng.random(n)
    level = np.where(kind < explainers, inside, np.where(kind < explainers + passing, chance, 0.0))
    return [(rng.random(size) < one).astype(int) for size, one in zip(length, level, strict=True)]


# Two desks with the same share: one explains now and then, the other mentions in passing.
DESKS = {0.03: ((0.05, 0.6, 0, 0), (0, 0, 0.3, 0.1)), 0.12: ((0.15, 0.8, 0, 0), (0, 0, 0.6, 0.2))}


def weeklies_contrast(tally, rng, seed):
    """Count contrasts and regressions of two desks of weekly papers that have the same share."""
    for share, (explaining, mentioning) in DESKS.items():
        for few, many in ((12, 120), (20, 60), (30, 30)):
            for told, first, second in (
                ("explainers few", explaining, mentioning),
                ("explainers many", mentioning, explaining),
                ("both alike", explaining, explaining),
            ):
                articles = weekly(rng, few, *first) + weekly(rng, many, *second)
                if not sum(one.sum() for one in articles):
                    continue
                week = rng.integers(0, 20, few + many)
                scores = score(
                    articles, "share", desk=["a"] * few + ["b"] * many,
                    date=FIRST + pd.to_timedelta(7 * week, "D"),
                )  # fmt: skip
                name = f"weeklies, {share:g}, {few} v {many}, {told}"
                row = fr.contrast(scores, by="desk", seed=seed, permutations=499).table.iloc[0]
                tally.covered(f"contrast: {name}", row["low"], row["high"], 0.0)
                tally.alarm(f"contrast: {name}", row["p"])
                for formula in ("desk", "desk + week"):
                    try:
                        table = fr.regress(scores, formula).table
                    except fr.InputError:
                        continue
                    row = table[table["term"].str.startswith("desk")].iloc[0]
                    tally.alarm(f"regress: {name}, {formula}", row["p"])
                    if formula != "desk":
                        row = table[table["term"] == "week"].iloc[0]
                        tally.alarm(f"regress: {name}, {formula}: week", row["p"])


def weeklies_trend(tally, rng, seed):
    """Count the intervals of months of weekly papers, and the smooth curve."""
    for told, kinds, truth in (
        ("mentions", (0, 0, 0.4, 0.15), 0.06),
        ("explainers", (0.1, 0.6, 0, 0), 0.06),
        ("both", (0.03, 0.8, 0.3, 0.12), 0.06),
    ):
        for each in (6, 20):
            n = rng.poisson(each, 16) + 1
            week = np.repeat(np.arange(16), n)
            articles = weekly(rng, len(week), *kinds)
            if not sum(one.sum() for one in articles):
                continue
            scores = score(articles, "share", date=FIRST + pd.to_timedelta(7 * week, "D"))
            table = fr.trend(scores, every="week", seed=seed, draws=100).table
            for _, row in table.iterrows():
                if row["method"] != "none":
                    name = f"trend: weeklies, {told}, {each} a week: periods"
                    tally.covered(name, row["low"], row["high"], truth)
                if not np.isnan(row["smooth_low"]):
                    name = f"trend: weeklies, {told}, {each} a week: smooth"
                    tally.covered(name, row["smooth_low"], row["smooth_high"], truth)


def weeklies_pool(tally, rng, seed):
    """Count the intervals of nine papers of 6 to 90 articles."""
    sizes = np.array([6, 8, 10, 14, 20, 28, 40, 60, 90])
    paper = np.repeat(np.arange(9), sizes)
    for told, factors in (
        ("log-normal", rng.lognormal(-0.18, 0.6, 9)),
        ("one thin paper 3 times", np.where(np.arange(9) == 3, 3, 1)),
        ("one large paper 3 times", np.where(np.arange(9) == 7, 3, 1)),
    ):
        for of, kinds in (("mentions", (0, 0, 0.3, 0.12)), ("explainers", (0.05, 0.7, 0, 0))):
            articles, truth = [], []
            for size, factor in zip(sizes, factors, strict=True):
                a, inside, b, chance = kinds
                a, b = min(a * factor, 0.9), min(b * factor, 0.9)
                articles += weekly(rng, size, a, inside, b, chance)
                truth.append(a * inside + b * chance)
            if not sum(one.sum() for one in articles):
                continue
            scores = score(articles, "share", paper=[f"p{one}" for one in paper])
            table = fr.claims.pool(scores, by="paper").table
            for number, row in enumerate(table.itertuples()):
                which = "thin" if number < 5 else "large"
                if not told.startswith("log") and factors[number] == 3:
                    which = "the frequent one"
                name = f"pool: weeklies, {told}, {of}: {which}"
                tally.covered(name, row.low, row.high, truth[number])


def weeklies_correct(tally, rng, seed):
    """Count corrected shares of weekly papers, and their differences between desks."""
    for told, kinds, truth in (
        ("mentions", (0, 0, 0.4, 0.15), 0.06),
        ("explainers", (0.08, 0.75, 0, 0), 0.06),
    ):
        n = 90
        has = weekly(rng, n, *kinds)
        # Explainers are hit more often than passing words, and attract false hits.
        texts = []
        for article in has:
            about = article.mean() > 0.4
            chance = np.where(article, 0.85 if about else 0.5, 0.08 if about else 0.02)
            hit = rng.random(len(article)) < chance
            texts.append(" ".join(SENTENCES[int(k)] for k in hit))
        desk = np.where(np.arange(n) < 30, "a", "b")
        corpus = fr.make_corpus(texts, desk=desk)
        hits = fr.find_hits(corpus, LEXICON)
        whole = np.concatenate(has)
        of_desk = np.repeat(desk, [len(one) for one in has])
        for coded in (40, 100):
            sample = fr.sample_for_coding(hits, corpus, coded, seed=seed)
            keys = sample.table[["doc_id", "sentence"]]
            rows = pd.MultiIndex.from_frame(hits.sentences[["doc_id", "sentence"]]).get_indexer(
                pd.MultiIndex.from_frame(keys)
            )
            codes = fr.make_codes(keys.assign(peace=whole[rows] * 1))
            for cluster in (None, "document"):
                options = {} if cluster is None else {"cluster": cluster}
                table = fr.correct(hits, codes, sample, by="desk", **options).table
                table = table.set_index("quantity")
                means = [whole[of_desk == one].mean() for one in "ab"]
                truths = {
                    "prevalence": whole.mean(), "desk=a": means[0], "desk=b": means[1],
                    "desk=a - desk=b": means[0] - means[1],
                }  # fmt: skip
                for quantity, value in truths.items():
                    if cluster is not None:
                        value = 0.0 if " - " in quantity else truth
                    row = table.loc[quantity]
                    name = f"correct: weeklies, {told}, {coded} coded"
                    name += f"{', cluster' if cluster else ''}: {quantity}"
                    tally.covered(name, row["low"], row["high"], value)
                    if " - " in quantity and cluster is not None:
                        tally.alarm(name, row["p"])


def corrected_trends(tally, rng, seed):
    """Count corrected months of a lexicon that misses ever more, by someone who knew the code."""
    of_month = {"even": [25] * 6, "uneven": [50, 40, 25, 15, 10, 8], "explainers": [25] * 6}
    for told, sizes in of_month.items():
        month = np.repeat(np.arange(6), sizes)
        for share in (0.05, 0.2):
            truth = share * np.array([1, 1, 1.5, 0.5, 1, 1])
            level = truth[month]
            if told == "explainers":
                # An eighth of the articles has most of the frame.
                about = rng.random(len(month)) < 0.12
                chance = np.where(about, np.minimum(level * 6, 0.9), level * 0.28 / 0.88)
                truth = 0.12 * np.minimum(truth * 6, 0.9) + 0.28 * truth
            else:
                chance = rng.beta(level * 8, (1 - level) * 8)
            length = np.maximum(3, rng.poisson(8 * rng.gamma(3, 1 / 3, len(month))))
            has = [rng.random(n) < one for n, one in zip(length, chance, strict=True)]
            recall = np.where(month < 3, 0.6, 0.36)
            wrong = 0.6 * share * 0.3 / 0.7 / (1 - share)
            texts = []
            for one, found in zip(has, recall, strict=True):
                hit = rng.random(len(one)) < np.where(one, found, wrong)
                texts.append(" ".join(SENTENCES[int(k)] for k in hit))
            corpus = fr.make_corpus(
                texts,
                date=[f"2025-{m + 1:02d}-10" for m in month],
                of_month=[f"m{m}" for m in month],
            )
            hits = fr.find_hits(corpus, LEXICON)
            scores = fr.score(hits, kind="share")
            for coded, strata in ((100, "frame"), (300, ("frame", "of_month"))):
                sample = fr.sample_for_coding(hits, corpus, coded, strata=strata, seed=seed)
                keys = sample.table[["doc_id", "sentence"]]
                rows = keys["doc_id"].str.removeprefix("text").astype(int).to_numpy() - 1
                said = [int(has[r][k - 1]) for r, k in zip(rows, keys["sentence"], strict=True)]
                codes = fr.make_codes(keys.assign(peace=said))
                table = fr.trend(scores, every="month", correction=(codes, sample)).table
                for row, value in zip(table.itertuples(), truth, strict=True):
                    name = f"trend, corrected: {told}, {share:g}, {coded} coded"
                    tally.covered(name, row.low, row.high, value)


def corrected_dates(tally, rng, seed):
    """Count changes of corrected shares at a date, by someone who knew the code.

    24 weeks of 5 articles of 12 sentences. The lexicon sees the frame in eight of ten sentences; in
    ``drift`` in nine before the date and three after it.
    """
    cells = {
        "even moods": (0.1, 1.0, 0.0, 0.0, 0.8, 200),
        "moods of .7": (0.1, 1.0, 0.7, 0.35, 0.8, 200),
        "moods of .9": (0.1, 1.0, 0.9, 0.35, 0.8, 200),
        "rare": (0.02, 1.0, 0.0, 0.0, 0.8, 200),
        "drift": (0.15, 1.0, 0.0, 0.0, 0.3, 200),
        "2.5 times": (0.1, 2.5, 0.0, 0.0, 0.8, 200),
        "2.5 times, moods of .7": (0.1, 2.5, 0.7, 0.35, 0.8, 200),
    }
    weeks, half = 24, 12
    week = np.repeat(np.arange(weeks), 5)
    for told, (share, factor, stays, spread, late, coded) in cells.items():
        level = share * np.where(np.arange(weeks) < half, 1, factor)
        level = level * mooded(rng, weeks, stays, spread)
        chance = np.minimum(level[week] * rng.gamma(4, 1 / 4, len(week)), 0.95)
        has = rng.random((len(week), 12)) < chance[:, None]
        recall = np.where(week < half, 0.9 if told == "drift" else late, late)[:, None]
        hit = rng.random(has.shape) < np.where(has, recall, 0.02)
        texts = [" ".join(SENTENCES[int(k)] for k in row) for row in hit]
        corpus = fr.make_corpus(texts, date=FIRST + pd.to_timedelta(week * 7 + 3, "D"))
        hits = fr.find_hits(corpus, LEXICON)
        sample = fr.sample_for_coding(hits, corpus, coded, seed=seed)
        keys = sample.table[["doc_id", "sentence"]]
        rows = keys["doc_id"].str.removeprefix("text").astype(int).to_numpy() - 1
        codes = fr.make_codes(keys.assign(peace=has[rows, keys["sentence"] - 1] * 1))
        course = fr.trend(fr.score(hits, kind="share"), correction=(codes, sample))
        table = fr.change_at(course, str((FIRST + pd.Timedelta(days=7 * half)).date())).table
        table = table.set_index("effect")
        for effect in ("before-after difference", "before-after ratio", "level difference"):
            row, name = table.loc[effect], f"change_at, corrected: {told}: {effect}"
            truth = factor if "ratio" in effect else share * (factor - 1)
            tally.covered(name, row["low"], row["high"], truth)
            (tally.alarm if factor == 1 else tally.power)(name, row["p"])


def far_slopes(tally, rng, seed):
    """Count slopes of corrected shares where one document lies far out, by someone who knew them.

    ``reach`` has a heavy tail, a ``group`` one article, and weeks are even. The frame stands in the
    far article alone, or has nothing to do with it.
    """
    for told, alone in (
        ("reach, frame in the far one", True), ("reach, frame anywhere", False),
        ("a group of one, which has the frame", True), ("a group of one like the others", False),
        ("weeks, frame anywhere", False),
    ):  # fmt: skip
        n = 60
        length = np.maximum(2, np.round(20 * rng.lognormal(-0.3, 0.7, n))).astype(int)
        x = np.arange(n) % 20.0
        if told.startswith("reach"):
            x = 1 + rng.pareto(1.2, n)
        elif told.startswith("a group"):
            x = (np.arange(n) == 0) * 1.0
        chance = np.full(n, 0.005) if alone else rng.beta(0.3, 4, n)
        if alone:
            length[x.argmax()], chance[x.argmax()] = 30, rng.uniform(0.3, 1)
        has = [rng.random(size) < one for size, one in zip(length, chance, strict=True)]
        recall, wrong = rng.beta(3, 2, n), rng.beta(0.5, 10, n)
        texts = []
        for one, found, slip in zip(has, recall, wrong, strict=True):
            hit = rng.random(len(one)) < np.where(one, found, slip)
            texts.append(" ".join(SENTENCES[int(k)] for k in hit))
        corpus = fr.make_corpus(texts, x=x)
        hits = fr.find_hits(corpus, LEXICON)
        whole = np.concatenate(has)
        truth = np.polyfit(np.repeat(x, length), whole * 1.0, 1)[0]
        keys_of_all = pd.MultiIndex.from_frame(hits.sentences[["doc_id", "sentence"]])
        for coded, allocate in ((40, "proportional"), (100, "proportional"), (300, "neyman")):
            sample = fr.sample_for_coding(hits, corpus, coded, allocate=allocate, seed=seed)
            keys = sample.table[["doc_id", "sentence"]]
            rows = keys_of_all.get_indexer(pd.MultiIndex.from_frame(keys))
            codes = fr.make_codes(keys.assign(peace=whole[rows] * 1))
            row = fr.correct(hits, codes, sample, on="x").table.iloc[-1]
            tally.covered(f"correct: slope, {told}, {coded} coded", row["low"], row["high"], truth)
            try:
                found = fr.regress(fr.score(hits, kind="share"), "x", correction=(codes, sample))
            except fr.InputError:
                continue
            # It is about documents like these, and has no interval where one holds all cases.
            row = found.table.iloc[1]
            if row["low"] == row["low"]:
                name = f"regress, corrected: slope, {told}, {coded} coded"
                tally.covered(name, row["low"], row["high"], truth)


PARTS = {
    part.__name__: part
    for part in (
        contrast,
        regress,
        pool,
        trend,
        changes,
        dates,
        correct,
        television,
        transcripts,
        serials,
        rare_serials,
        weeklies_contrast,
        weeklies_trend,
        weeklies_pool,
        weeklies_correct,
        corrected_trends,
        far_slopes,
        corrected_dates,
    )
}


def draw(part, seed):
    """Return the cells of one draw."""
    tally = Tally()
    number = list(PARTS).index(part)
    PARTS[part](tally, np.random.default_rng([2028, number, seed]), seed)
    return dict(tally.cells)


def main():
    """Write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=300)
    parser.add_argument("--only", default="", help="parts, with commas; printed and not written")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    cells = defaultdict(list)
    with ProcessPoolExecutor(options.workers) as crew:
        for part in options.only.split(",") if options.only else PARTS:
            for cell in crew.map(partial(draw, part), range(options.draws), chunksize=5):
                for key, values in cell.items():
                    cells[key] += values
    rows = []
    for (kind, name), values in cells.items():
        share, width = np.nanmean(np.array(values, dtype=float)[:, 0]), [v[1] for v in values]
        # How far a cell is from its aim, so that the worst is first.
        away = {"covered": 0.95 - share, "alarm": share - 0.05, "power": -1 - share}[kind]
        middle = "" if kind != "covered" else f"{np.nanmedian(width):.3g}"
        rows.append((away, kind, name, share, middle, len(values)))
    rows.sort(key=lambda row: -row[0])
    lines = ["| what | measured | share | median width | n |", "| --- | --- | ---: | ---: | ---: |"]
    words = {"covered": "covered", "alarm": "false alarms", "power": "power"}
    lines += [
        f"| {name} | {words[kind]} | {share:.3f} | {width} | {n:,} |"
        for _, kind, name, share, width, n in rows
    ]
    print("\n".join(lines))
    if options.only:
        return
    least = min((row for row in rows if row[1] == "covered"), key=lambda row: row[3])
    most = max((row for row in rows if row[1] == "alarm"), key=lambda row: row[3])
    told = [
        HEADING, "",
        f"Written by `python benchmarks/foreign_claims.py --draws {options.draws}`, through texts "
        "and public functions; its",
        "docstring says what the presses are. Of 95% intervals the share that covers, of p the "
        "share that is .05 or",
        "less, without an effect (false alarms) and with one (power). The worst first, power last.",
        f"Least covered: {least[3]:.3f} ({least[2]}). Most false alarms: {most[3]:.3f} "
        f"({most[2]}).",
        "",
    ]  # fmt: skip
    before, _, after = REPORT.read_text(encoding="utf-8").partition(HEADING)
    # Parts that were printed follow.
    printed = "".join(after.partition("\n## ")[1:])
    text = "\n".join([before.rstrip("\n"), "", *told, *lines]) + "\n"
    REPORT.write_text(text + printed, encoding="utf-8")


if __name__ == "__main__":
    main()
