"""Intervals and p-values on a newsroom of eleven outlets: writes benchmarks/foreign_newsroom.md.

    python benchmarks/foreign_newsroom.py [--draws 100] [--workers 2] [--keep rows.csv]
    python benchmarks/foreign_newsroom.py --only regressions --draws 200  # prints it

The generator was written by a tester who had read the documentation alone, and everything goes
through texts and public functions. It takes about three seconds of one core a draw. The truth is
known by construction. Twelve weeks have these outlets; frame A is 1 to 4% of sentences and differs,
frame B is 2% everywhere, so that all its differences and slopes are null:

- LIVE1, LIVE2: live blogs. Blogs of hot days (one in four) are longer and have more of A, and both
  frames come in runs of about three sentences. A blog is independent of others.
- AG1, AG2: agency stories, printed as several edited copies; those with much A are copied more. A
  story is independent.
- OP1, OP2: opinion pages of eight and of five authors, who differ much. An author is independent.
- HEAD1, HEAD2: A stands in headlines alone and grows by 8% a week. An article is independent.
- CAMP1, CAMP2: papers with campaign weeks, which have three times the articles and nine times A. A
  week is independent.
- WIRE: calm, short items. An article is independent.

A sentence has five tokens, one with A 1.3 words of A on average, one with B one word. What is
independent is given as ``cluster=``, but where a cell says otherwise.
"""

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr
from _report import figure, table

WEEKS = 12
GROWTH = 0.08
DRIFT = np.exp(GROWTH * np.arange(WEEKS))
DRIFT /= DRIFT.mean()
FIRST_DAY = pd.Timestamp("2025-01-06")
# Outlet: its kind, the number of its independent things, and the share of A.
OUTLETS = {
    "LIVE1": ("live", 45, 0.03), "LIVE2": ("live", 12, 0.03),
    "AG1": ("agency", 28, 0.02), "AG2": ("agency", 12, 0.04),
    "OP1": ("opinion", 8, 0.03), "OP2": ("opinion", 5, 0.03),
    "HEAD1": ("headlines", 60, 0.03), "HEAD2": ("headlines", 10, 0.01),
    "CAMP1": ("campaigns", WEEKS, 0.03), "CAMP2": ("campaigns", WEEKS, 0.01),
    "WIRE": ("wire", 60, 0.01),
}  # fmt: skip
SHARE_B = 0.02
TRUE = {(name, "A"): outlet[2] for name, outlet in OUTLETS.items()}
TRUE |= {(name, "B"): SHARE_B for name in OUTLETS}
# Hits in 1,000 tokens for each share of 1.
PER_SHARE = {"A": 1.3 / 5 * 1000, "B": 1 / 5 * 1000}
PLAIN = [
    "Ministers met again in town.", "Rain fell on the harbour.", "The train left at noon.",
    "Prices rose again this week.", "Buses ran late on Monday.",
]  # fmt: skip
# Words of A and of B in a sentence.
SENTENCES = {
    (1, 0): "A truce came into view.", (2, 0): "The truce became a ceasefire.",
    (0, 1): "Many doubt the new numbers.", (1, 1): "Many doubt the new truce.",
    (2, 1): "Doubt over truce and ceasefire.",
}  # fmt: skip
LEXICON = fr.make_lexicon({"A": ["truce", "ceasefire"], "B": ["doubt"]})
PAIRS = [
    ("LIVE1", "LIVE2"), ("AG1", "AG2"), ("OP1", "OP2"), ("HEAD1", "HEAD2"), ("CAMP1", "CAMP2"),
    ("LIVE1", "WIRE"), ("OP2", "WIRE"), ("HEAD2", "WIRE"), ("CAMP2", "WIRE"), ("AG2", "HEAD1"),
    ("LIVE2", "WIRE"), ("HEAD2", "CAMP1"),
]  # fmt: skip
MODELS = PAIRS[:6]
MONTHS = ("LIVE1", "AG1", "OP1", "HEAD1", "CAMP1", "WIRE")
# Sentences of an outlet on average, from 600 newsrooms.
SIZES = {"LIVE1": 855, "WIRE": 300, "AG1": 168, "CAMP1": 360}
# The tester's seeds are 1 to 200 and 1001 to 1200.
FIRST_SEED = 3001
# Calls whose notes say how far each of their rows can be trusted.
NOTED = ("score", "pool", "regress", "correct")
COLUMNS = ["call", "cell", "seed", "truth", "low", "high", "p", "null", "note"]
# The worst of each call on the tester's 200 draws (400 where chosen for it), before changes that
# followed: covered, false alarms.
BEFORE = {
    "regress(rate) week": (0.712, 0.230), "regress(rate) group": (0.887, 0.090),
    "regress(share) week": (0.905, 0.095), "regress(share) group": (0.925, 0.075),
    "pool(share)": (0.795, None), "pool(rate)": (0.907, None),
    "score(share).interval, no cluster": (0.815, None),
    "score(unit=document).interval": (0.849, None),
    "score(share).interval": (0.925, None), "score(rate).interval": (0.930, None),
    "trend(month)": (0.942, None), "trend(week)": (0.996, None),
    "contrast(rate) difference": (0.945, 0.050), "contrast(share) difference": (0.955, 0.055),
    "contrast(share) ratio": (0.950, None), "contrast(rate) ratio": (0.960, None),
    "correct(n=40) share": (0.940, None), "correct(n=100) share": (0.960, None),
    "correct(n=40) difference": (0.995, None), "correct(n=100) difference": (0.980, None),
    "correct(n=40) share of group": (0.955, None), "correct(n=100) share of group": (0.955, None),
    "correct(n=40, cluster) share": (0.995, None), "correct(n=100, cluster) share": (0.945, None),
    "correct(n=40, cluster) difference": (1.000, 0.000),
    "correct(n=100, cluster) difference": (0.985, 0.005),
    "correct(n=40, cluster) share of group": (0.980, None),
    "correct(n=100, cluster) share of group": (0.985, None),
}  # fmt: skip


def runs(rng, n, share, length=3.0):
    """Return whether each of n sentences has a frame that comes in runs of this mean length."""
    share = min(share, 0.6)
    ends = 1 / length
    begins = min(1.0, ends * share / (1 - share))
    ends = begins * (1 - share) / share if share else 1
    at = rng.random(n)
    has = np.zeros(n, int)
    has[0] = at[0] < share
    for i in range(1, n):
        has[i] = at[i] >= ends if has[i - 1] else at[i] < begins
    return has


def alone(rng, n, share):
    """Return whether each of n sentences has a frame, whatever its neighbours have."""
    return (rng.random(n) < min(share, 0.95)).astype(int)


def live(rng, n, share):
    """Yield live blogs."""
    cold = 0.005
    hot = (share * 19 - 9 * cold) / 10
    for i in range(n):
        is_hot = rng.random() < 0.25
        length = 2 + rng.poisson((38 if is_hot else 10) * rng.gamma(4) / 4)
        of_a = hot if is_hot else cold
        a = runs(rng, length, of_a)
        b = runs(rng, length, SHARE_B * rng.gamma(1) + 1e-9)
        yield a, b, rng.integers(WEEKS), i, of_a


def agency(rng, n, share):
    """Yield the copies of agency stories; sentences are cut, and words of frames taken out."""
    for i in range(n):
        much, doubt = rng.gamma(0.5) / 0.5, rng.gamma(1)
        length, week = rng.integers(2, 6), rng.integers(WEEKS)
        a, b = alone(rng, length, share / 1.7 * much), alone(rng, length, SHARE_B / 0.85 * doubt)
        for _ in range(1 + rng.poisson(much)):
            kept = rng.random(length) < 0.8
            kept[0] = True
            edited = a * alone(rng, length, 0.85)
            yield edited[kept], (b * alone(rng, length, 0.85))[kept], week, i, share


def opinion(rng, n, share):
    """Yield the comments of authors."""
    for i in range(n):
        much, doubt = rng.gamma(1), rng.gamma(2) / 2
        for _ in range(1 + rng.poisson(4)):
            length = 8 + rng.poisson(6)
            a = alone(rng, length, share * much * rng.gamma(3) / 3)
            yield a, alone(rng, length, SHARE_B * doubt), rng.integers(WEEKS), i, share


def headlines(rng, n, share):
    """Yield articles whose headline alone may have A."""
    for i in range(n):
        length = 4 + rng.poisson(5 * rng.gamma(2) / 2)
        week = rng.integers(WEEKS)
        a = np.zeros(length, int)
        a[0] = rng.random() < share * 9 * DRIFT[week]
        yield a, alone(rng, length, SHARE_B * rng.gamma(1)), week, i, share * DRIFT[week]


def campaigns(rng, n, share):
    """Yield the articles of weeks, of which one in four is a campaign."""
    for week in range(n):
        campaign = rng.random() < 0.25
        doubt = rng.gamma(2) / 2
        of_a = share * DRIFT[week] * (1.8 if campaign else 0.2)
        for _ in range(rng.poisson(6 if campaign else 2)):
            length = 4 + rng.poisson(6)
            a = alone(rng, length, of_a * rng.gamma(2) / 2)
            yield a, alone(rng, length, SHARE_B * doubt), week, week, of_a


def wire(rng, n, share):
    """Yield short items."""
    for i in range(n):
        length = 2 + rng.poisson(3)
        a = alone(rng, length, share)
        yield a, alone(rng, length, SHARE_B), rng.integers(WEEKS), i, share


KINDS = {
    kind.__name__: kind for kind in (live, agency, opinion, headlines, campaigns, wire)
}  # fmt: skip


def written(rng, a, b, headline=False):
    """Return the text of an article, given whether each sentence has A and B."""
    two = rng.random(len(a)) < 0.3
    plain = rng.integers(0, len(PLAIN), len(a))
    text = [
        SENTENCES[x * (1 + t), y] if x or y else PLAIN[k]
        for x, y, t, k in zip(
            a.astype(int), b.astype(int), two.astype(int), plain, strict=True
        )
    ]  # fmt: skip
    return text[0] + "\n\n" + " ".join(text[1:]) if headline else " ".join(text)


def newsroom(seed):
    """Return the articles of all outlets, with what is true of each."""
    rng = np.random.default_rng(seed)
    rows = [
        {"source": name, "a": a, "b": b, "of_week": week, "indep": f"{name}-{i}", "truth": truth}
        for name, (kind, n, share) in OUTLETS.items()
        for a, b, week, i, truth in KINDS[kind](rng, n, share)
    ]
    days = rng.integers(0, 7, len(rows))
    for row, day in zip(rows, days, strict=True):
        date = FIRST_DAY + pd.Timedelta(days=int(7 * row["of_week"] + day))
        row["date"] = date.strftime("%Y-%m-%d")
        row["text"] = written(rng, row["a"], row["b"], row["source"].startswith("HEAD"))
    news = pd.DataFrame(rows)
    news["doc_id"] = [f"d{i}" for i in range(len(news))]
    for one, other in MODELS:
        news[f"{one}_{other}"] = news["source"].where(news["source"].isin([one, other]))
    return news


def mistaken(rng, news, precision=0.7, recall=0.6):
    """Return texts whose words are the hits of an instrument that errs in few articles."""
    texts = []
    for row in news.itertuples():
        hit = []
        for frame, true in (("A", row.a), ("B", row.b)):
            share = TRUE[row.source, frame]
            wrong = recall * share * (1 - precision) / precision / (1 - share)
            found = alone(rng, len(true), recall)
            false = alone(rng, len(true), wrong * rng.gamma(0.5) / 0.5)
            hit.append(np.where(true == 1, found, false))
        texts.append(written(rng, *hit))
    return texts


def as_corpus(news):
    """Return the corpus, without what is true."""
    return fr.make_corpus(news.drop(columns=["a", "b", "truth"]), furniture=False)


class Draw:
    """The intervals and p-values of one newsroom, one row each."""

    def __init__(self, seed):
        self.seed = seed
        self.rows = []
        self.news = newsroom(seed)
        self.hits = fr.find_hits(as_corpus(self.news), LEXICON)
        self.scores = {kind: fr.score(self.hits, kind=kind) for kind in ("share", "rate")}

    def add(self, call, cell, truth, row, low=None, high=None, p=np.nan, null=False):
        """Add an interval, and its p where there is no effect."""
        low, high = (row.low if low is None else low), (row.high if high is None else high)
        note = str(getattr(row, "note", ""))
        self.rows.append([call, cell, self.seed, truth, low, high, p, null, note])

    def intervals(self):
        """Add scores of outlets and of single documents."""
        for kind, cluster, name in (
            ("share", "indep", "score(share).interval"),
            ("share", None, "score(share).interval, no cluster"),
            ("rate", "indep", "score(rate).interval"),
        ):
            found = fr.score(self.hits, unit="source", kind=kind).interval(cluster=cluster)
            for row in found.table.itertuples():
                truth = in_unit(kind, row.frame, TRUE[row.unit_id, row.frame])
                self.add(name, f"{row.unit_id} {row.frame}", truth, row)
        of = self.news.set_index("doc_id")[["source", "truth"]]
        for row in self.scores["share"].interval().table.itertuples():
            source, truth = of.loc[row.unit_id]
            if row.frame == "A" and source in ("LIVE1", "CAMP1"):
                cell = f"{source} A, {'hot' if truth > 0.03 else 'cold'}"
                self.add("score(unit=document).interval", cell, truth, row)

    def contrasts(self):
        """Add differences and ratios of outlets."""
        for one, other in PAIRS:
            for kind, scores in self.scores.items():
                found = fr.contrast(
                    scores, by="source", groups=[one, other], cluster="indep", seed=self.seed
                )
                for row in found.table.itertuples():
                    cell = f"{one} - {other} {row.frame}"
                    first, second = TRUE[one, row.frame], TRUE[other, row.frame]
                    truth, null = in_unit(kind, row.frame, first - second), first == second
                    name = f"contrast({kind}) difference"
                    self.add(name, cell, truth, row, p=row.p, null=null)
                    low = 0 if np.isnan(row.ratio_low) else row.ratio_low
                    high = np.inf if np.isnan(row.ratio_high) else row.ratio_high
                    self.add(f"contrast({kind}) ratio", cell, first / second, row, low, high)

    def regressions(self):
        """Add the slopes of weeks and the coefficients of outlets."""
        for one, other in MODELS:
            group = f"{one}_{other}"
            for kind, scores in self.scores.items():
                try:
                    found = fr.regress(
                        scores, f"{group} + week", cluster="indep", reference={group: other}
                    )
                except fr.InputError:
                    continue
                told = found.table["frame"].map(found.fit.set_index("frame")["note"]).astype(str)
                table = found.table.assign(note=found.table["note"].where(told == "", told))
                for row in table.itertuples():
                    frame = row.frame
                    if "intercept" in row.term or (frame == "A" and other == "WIRE"):
                        continue
                    what = "week" if row.term == "week" else "group"
                    truth = np.log(TRUE[one, frame] / TRUE[other, frame])
                    if what == "week":
                        grows = frame == "A" and one in ("HEAD1", "CAMP1")
                        truth = GROWTH if grows else 0.0
                    # A logit of shares has other truths than a logarithm, but where they are 0.
                    if kind == "rate" or truth == 0:
                        name = f"regress({kind}) {what}"
                        cell = f"{one}, {other} {frame}"
                        self.add(name, cell, truth, row, p=row.p, null=truth == 0)

    def trends(self):
        """Add months of six outlets and weeks of two."""
        scores, news = self.scores["share"], self.news
        date = pd.to_datetime(news["date"])
        days = pd.Series(pd.date_range(FIRST_DAY, periods=7 * WEEKS))
        of_month = pd.Series(DRIFT[np.arange(len(days)) // 7]).groupby(days.dt.month).mean()
        found = fr.trend(scores, every="month", by="source", cluster="indep").table
        for row in found[found["group"].isin(MONTHS)].itertuples():
            truth, month = TRUE[row.group, row.frame], row.period.month
            if (row.group, row.frame) == ("HEAD1", "A"):
                here = (news["source"] == "HEAD1") & (date.dt.month == month)
                truth = news.loc[here, "truth"].mean()
            if (row.group, row.frame) == ("CAMP1", "A"):
                truth *= of_month.get(month, np.nan)
            if not np.isnan(truth):
                self.add("trend(month)", f"{row.group} {row.frame}", truth, row)
        monday = date - pd.to_timedelta(date.dt.day_of_week, unit="D")
        truths = news.groupby(["source", monday])["truth"].mean()
        found = fr.trend(scores, every="week", by="source").table
        for row in found[found["group"].isin(("CAMP1", "CAMP2"))].itertuples():
            if row.frame == "A" and (row.group, row.period) in truths.index:
                truth = truths[row.group, row.period]
                self.add("trend(week)", f"{row.group} A", truth, row)

    def pooled(self):
        """Add partly pooled scores of all outlets."""
        for kind, scores in self.scores.items():
            found = fr.claims.pool(scores, by="source", cluster="indep").table
            for row in found.itertuples():
                truth = in_unit(kind, row.frame, TRUE[row.group, row.frame])
                self.add(f"pool({kind})", f"{row.group} {row.frame}", truth, row)

    def corrected(self):
        """Add corrected shares of an instrument that errs."""
        rng = np.random.default_rng(10**7 + self.seed)
        for pair in (("LIVE1", "WIRE"), ("AG1", "CAMP1")):
            news = self.news[self.news["source"].isin(pair)].reset_index(drop=True)
            corpus = as_corpus(news.assign(text=mistaken(rng, news)))
            hits = fr.find_hits(corpus, LEXICON)
            lengths = news["a"].map(len)
            codes = pd.DataFrame({
                "doc_id": np.repeat(news["doc_id"], lengths),
                "sentence": np.concatenate([np.arange(n) + 1 for n in lengths]),
                "A": np.concatenate(news["a"]), "B": np.concatenate(news["b"]),
            })  # fmt: skip
            source = np.repeat(news["source"].to_numpy(), lengths)
            for n in (40, 100):
                sample = fr.sample_for_coding(hits, corpus, n, seed=self.seed)
                coded = codes.merge(sample.table[["doc_id", "sentence"]])
                coded = fr.make_codes(coded, coder="c")
                for cluster in (None, "indep"):
                    found = fr.correct(hits, coded, sample, by="source", cluster=cluster).table
                    call = f"correct(n={n}{', cluster' if cluster else ''})"
                    for row in found.itertuples():
                        truths = of_sentences(codes[row.frame], source)
                        if cluster:
                            truths = of_outlets(pair, row.frame)
                        self.quantity(call, pair, row, truths, bool(cluster))

    def quantity(self, call, pair, row, truths, wider):
        """Add a corrected share, that of an outlet or a difference."""
        quantity = row.quantity.replace("source=", "")
        cell, what, p = f"{pair[0]}, {pair[1]} {row.frame}: {quantity}", "share of group", np.nan
        if quantity == "prevalence":
            cell, what, truth = f"{pair[0]}, {pair[1]} {row.frame}", "share", truths["all"]
        elif " - " in quantity:
            left, right = quantity.split(" - ")
            what, truth, p = "difference", truths[left] - truths[right], row.p
        else:
            truth = truths[quantity]
        null = wider and what == "difference" and abs(truth) < 1e-12
        self.add(f"{call} {what}", cell, truth, row, p=p, null=null)


def in_unit(kind, frame, share):
    """Return a share of sentences in the unit of a kind of score."""
    return share * (PER_SHARE[frame] if kind == "rate" else 1)


def of_sentences(codes, source):
    """Return the share of all sentences of a corpus, and of those of each outlet."""
    return {"all": codes.mean(), **{name: codes[source == name].mean() for name in set(source)}}


def of_outlets(pair, frame):
    """Return the shares of what produced the sentences."""
    sizes = np.array([SIZES[name] for name in pair])
    shares = {name: TRUE[name, frame] for name in pair}
    return {"all": sizes @ list(shares.values()) / sizes.sum(), **shares}


PARTS = ("intervals", "contrasts", "regressions", "trends", "pooled", "corrected")


def draw(seed, parts=PARTS):
    """Return the rows of a newsroom."""
    one = Draw(seed)
    for part in parts:
        getattr(one, part)()
    return pd.DataFrame(one.rows, columns=COLUMNS)


def summarized(rows):
    """Return a row for each cell, the worst first."""
    given = rows["low"].notna() & rows["high"].notna()
    inside = (rows["low"] - 1e-12 <= rows["truth"]) & (rows["truth"] <= rows["high"] + 1e-12)
    silent = rows["note"].fillna("").isin(["", "nan"]).astype(float)
    silent = silent.where(rows["call"].str.startswith(NOTED) & given & ~inside)
    null = rows["null"].astype(bool)
    rows = rows.assign(
        covered=inside.astype(float).where(given), missing=~given,
        alarm=(rows["p"] <= 0.05).astype(float).where(null),
        silent=silent, width=rows["high"] - rows["low"],
    )  # fmt: skip
    cells = rows.groupby(["call", "cell"], as_index=False).agg(
        n=("covered", "size"), covered=("covered", "mean"), alarm=("alarm", "mean"),
        missing=("missing", "mean"), width=("width", "median"), silent=("silent", "mean"),
    )  # fmt: skip
    away = np.fmax(0.95 - cells["covered"], cells["alarm"].fillna(0) - 0.05)
    return cells.assign(away=away).sort_values(["away", "call", "cell"], ascending=[False, 1, 1])


def decimals(value):
    """Return a share with three digits, or a dash."""
    return "" if value is None or np.isnan(value) else f"{value:.3f}"


def report(rows):
    """Return the report, the worst first."""
    cells = summarized(rows)
    draws = rows["seed"].nunique()
    calls = []
    for call, part in cells.groupby("call"):
        least, alarms = part["covered"].min(), part["alarm"].max()
        before = BEFORE.get(call, (None, None))
        away = np.fmax(0.95 - least, (0 if np.isnan(alarms) else alarms) - 0.05)
        calls.append((away, [
            call, len(part), decimals(least), decimals(before[0]),
            decimals(part["covered"].median()), decimals(alarms), decimals(before[1]),
        ]))  # fmt: skip
    calls = [line for _, line in sorted(calls, key=lambda one: -one[0])]
    worst = [
        [
            row.call, row.cell, f"{row.n:,}", decimals(row.covered), decimals(row.alarm),
            decimals(row.missing), figure(row.width), decimals(row.silent),
        ]
        for row in cells.head(25).itertuples()
    ]  # fmt: skip
    least = cells.loc[cells["covered"].idxmin()]
    most = cells.loc[cells["alarm"].idxmax()]
    low = (cells["covered"].round(6) < 0.92).sum()
    return "\n".join([
        "# A newsroom of eleven outlets", "",
        f"Written by `python benchmarks/foreign_newsroom.py --draws {draws}`, through texts and "
        "public functions; the worst",
        "first. A tester who had read the documentation alone wrote the generator; the program "
        "says what the outlets are.",
        "After the tester's run `regress` was mended without a look at the generator, `pool` with "
        "one cell of it in view (AG2 A).",
        f"Draws are fresh (seeds from {FIRST_SEED} on). The standard error of a share of .95 is "
        f"{np.sqrt(0.0475 / draws):.3f}, and the worst of so many cells",
        "is a selection.", "",
        f"Least covered: {least['covered']:.3f} ({least['call']}, {least['cell']}). Most false "
        f"alarms: {most['alarm']:.3f} ({most['call']}, {most['cell']}).",
        f"Below .92: {low} of {len(cells)} cells.", "",
        "## By call", "",
        "*Before* is the worst cell of the tester's run, 200 draws (400 of regress and pool), "
        "which is another selection. False",
        "alarms count p of .05 or less where there is no effect; a draw without p has none.", "",
        table(
            ["call", "cells", "least covered", "before", "median", "most false alarms", "before"],
            calls, "lrrrrrr",
        ), "",
        "## The 25 worst cells", "",
        "*Missing* is the share of intervals that are not given, *silent* the share of those that "
        "miss whose note is empty (not",
        "counted in contrasts and trends).", "",
        table(
            ["call", "cell", "intervals", "covered", "false alarms", "missing", "median width",
             "silent"],
            worst, "llrrrrrr",
        ), "",
    ])  # fmt: skip


def main():
    """Write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="CSV of all rows; draws in it are not repeated")
    parser.add_argument("--only", choices=PARTS, help="a part to run; the report is printed alone")
    parser.add_argument("--report", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    rows = pd.DataFrame(columns=COLUMNS)
    if options.keep and options.keep.exists():
        rows = pd.read_csv(options.keep)
    done = set(rows["seed"])
    left = [seed for seed in range(FIRST_SEED, FIRST_SEED + options.draws) if seed not in done]
    with ProcessPoolExecutor(options.workers) as crew:
        parts = (options.only,) if options.only else PARTS
        for more in crew.map(partial(draw, parts=parts), left):
            rows = pd.concat([rows, more]) if len(rows) else more
            if options.keep:
                rows.to_csv(options.keep, index=False)
    if options.only:
        print(report(rows))
        return
    options.report.write_text(report(rows), encoding="utf-8")
    print(report(rows).split("\n## ")[0])


if __name__ == "__main__":
    main()
