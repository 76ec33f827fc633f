"""Leave out collections by other hands, and learn from the rest: writes domain_trials.md.

    python benchmarks/domain_trials.py PATH

PATH is the table of coded news, which does not ship. The locked third is learnt from, as by the
instrument that ships, and not judged. The rules in domain_trials_notes.md were written before.
"""

import argparse
import json
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr
import news
import news_split
import train_instrument
from framing.coding import classifiers
from framing.coding.instruments import GRID, LOG_ODDS, MOST_HITS
from framing.lexicons.lexicon import single_entries
from news import FRAMES

REPORT = Path(__file__).with_suffix(".md")
NOTES = Path(__file__).with_name("domain_trials_notes.md")
SEEDS, FOLDS, DRAWS = (7, 11, 12), 5, 2000
DOUBT, FEWEST, WEIGHT, RIGHT = FRAMES.index("skepticism"), 10, 300.0, 0.6
# The parts: their collection, what a sentence weighs as it ships, whether it is learnt from,
# whether no lexicon was written from it, and whether it is judged.
PARTS = {
    "news, development": ("news", 1.0, True, False, True),
    "news, locked": ("news", 1.0, True, True, False),
    "newswire, training": ("newswire", 0.4, True, False, False),
    "newswire, held back": ("newswire", 0.4, True, True, True),
    "briefings": ("briefings", 0.4, True, False, True),
    "articles, training": ("articles", 0.1, True, False, False),
    "articles, held back": ("articles", 0.0, False, False, True),
    "passages, writers 1 and 2": ("passages 1+2", 0.0, True, True, True),
    "passages, writer 3": ("passages 3", 0.0, False, False, True),
}
JUDGED = [name for name, facts in PARTS.items() if facts[4]]
CHOOSERS = [
    "news, development", "newswire, held back", "briefings", "passages, writers 1 and 2"
]  # fmt: skip
PRESENT, OLD = "as it ships", "1.1.0"
# When this part is left out, writers of a like kind stay in.
LIKE = "passages, writer 3"
# Equal weight, log-odds from classifiers that saw nothing of a collection, strength of the
# classifier, penalty of the coefficients, and what else is done.
CANDIDATES = {
    PRESENT: (False, False, 1.0, 1.0, ""),
    "equal": (True, False, 1.0, 1.0, ""),
    "unseen": (True, True, 1.0, 1.0, ""),
    "stronger": (True, True, 0.25, 0.1, ""),
    "mean threshold": (True, True, 1.0, 1.0, "threshold"),
    "terms": (True, True, 1.0, 1.0, "terms"),
    "silent": (True, True, 1.0, 1.0, "silent"),
}


def testbeds():
    """Return the testbeds of the parts after the news, in order."""
    return [
        fr.load_testbed("newswire", part="training"), fr.load_testbed("newswire", part="held back"),
        fr.load_testbed("briefings"), fr.load_testbed(part="training"),
        fr.load_testbed(part="held back"), fr.load_testbed("passages", part="training"),
        fr.load_testbed("passages", part="held back"),
    ]  # fmt: skip


class Data:
    """Coded sentences of all parts, with their embeddings and what each lexicon says."""

    def __init__(self, path, cache=None):
        split = json.loads(news_split.SPLIT.read_text(encoding="utf-8"))["articles"]
        pairs = [train_instrument.coded_news(path, split[x]) for x in ("development", "locked")]
        beds = testbeds()
        coded = [pair[0] for pair in pairs] + [bed.codes for bed in beds]
        self.corpora = [pair[1] for pair in pairs] + [bed.corpus for bed in beds]
        means, self.rows = classifiers.coded_rows(coded, self.corpora, [1.0] * len(coded))
        self.part = np.array(list(PARTS))[means[classifiers.CORPUS].to_numpy()]
        facts = [PARTS[name] for name in self.part]
        self.collection = np.array([fact[0] for fact in facts])
        self.ships = np.array([fact[1] for fact in facts])
        self.learnt, self.fresh = (np.array([fact[x] for fact in facts]) for x in (2, 3))
        self.y = means[FRAMES].to_numpy(dtype=float)
        names = self.part.astype(object) + "/" + means["doc_id"].astype(str).to_numpy()
        for name, pair in zip(PARTS, pairs, strict=False):
            here = self.part == name
            article = pair[1].table.set_index("doc_id")["article"]
            names[here] = "news/" + article.loc[means["doc_id"][here]].to_numpy(str)
        self.article = pd.factorize(names)[0]
        self.vectors = self.embedded(cache) * classifiers.EMBEDDING_SCALE
        self.hits = {name: self.present(fr.load_lexicon(name)) for name in news.LEXICONS}

    def embedded(self, cache):
        """Return the embedding of each coded sentence."""
        if cache is not None and cache.exists():
            return np.load(cache)
        texts = [
            texts[row]
            for texts, rows in zip(
                map(classifiers.sentence_texts, self.corpora), self.rows, strict=True
            )
            for row in rows
        ]
        found = classifiers.embed(texts)
        if cache is not None:
            np.save(cache, found)
        return found

    def present(self, lexicon):
        """Return whether each coded sentence has a hit of each frame of a lexicon."""
        found = [
            fr.find_hits(corpus, lexicon).presence()[rows]
            for corpus, rows in zip(self.corpora, self.rows, strict=True)
        ]
        return np.vstack(found).astype(float)

    def folds(self, seed):
        """Return the fold of each sentence; an article is in one fold."""
        order = np.random.default_rng(seed).permutation(self.article.max() + 1)
        return (order % FOLDS)[self.article]

    def counts(self, found, here):
        """Return hits that are right, hits and codes of each article of ``here`` and frame."""
        table = pd.DataFrame(self.y[here], columns=FRAMES).assign(article=self.article[here])
        return news.counts(found[here].astype(bool), table)


def regress(inputs, coded, weights, strength):
    """Return the coefficients and the intercept of a logistic regression; codes may be parts."""
    from sklearn.linear_model import LogisticRegression

    known = ~np.isnan(coded)
    inputs, coded, weights = inputs[known], coded[known], weights[known]
    row = np.concatenate([np.flatnonzero(coded > 0), np.flatnonzero(coded < 1)])
    label = np.arange(len(row)) < (coded > 0).sum()
    weight = np.where(label, coded[row], 1 - coded[row]) * weights[row]
    model = LogisticRegression(C=strength, max_iter=2000, tol=1e-6)
    model.fit(inputs[row], label, sample_weight=weight)
    return model.coef_[0], model.intercept_[0]


class Fits:
    """Classifiers of embeddings, each fitted once: log-odds of all sentences."""

    def __init__(self, data):
        self.data, self.known = data, {}

    def of(self, inside, weights, strength):
        """Return the log-odds of all sentences from a classifier of those ``inside``."""
        used = inside & (weights > 0)
        key = used.tobytes(), weights[used].tobytes(), strength
        if key not in self.known:
            data, values = self.data, []
            for frame in range(len(FRAMES)):
                slope, cut = regress(
                    data.vectors[used], data.y[used, frame], weights[used], strength
                )
                values.append(data.vectors @ slope + cut)
            self.known[key] = np.column_stack(values) * LOG_ODDS
        return self.known[key]


def equal_weights(collection, used):
    """Return weights that give each collection the same sum."""
    weights = np.zeros(len(collection))
    for name in np.unique(collection[used]):
        here = used & (collection == name)
        weights[here] = WEIGHT / here.sum()
    return weights


def threshold(chance, weights, groups=None):
    """Return the threshold with the highest F1 to be expected, or its highest mean over groups."""
    over = (chance[:, None] >= GRID) * weights[:, None]
    few = over.sum(axis=0) <= MOST_HITS * (chance * weights).sum()
    total = np.zeros(len(GRID))
    for name in [None] if groups is None else np.unique(groups):
        here = slice(None) if name is None else groups == name
        right, hits = (over[here] * chance[here, None]).sum(axis=0), over[here].sum(axis=0)
        total += 2 * right / np.maximum(hits + (chance[here] * weights[here]).sum(), 1e-9)
    total[~few] = 0
    best = np.flatnonzero(total >= total.max() - 1e-12)
    return GRID[best[len(best) // 2]]


def judged(data, fits, how, inside, here, folds):
    """Return hits in the sentences ``here``, of an instrument that learnt from those ``inside``."""
    equal, unseen, strength, penalty, more = how
    alone = data.part[here][0] == "news, development"
    lexicons = news.LEXICONS[:1] if alone else news.LEXICONS[::-1]
    ships = np.where(inside, data.ships, 0.0)
    weights = equal_weights(data.collection, inside) if equal else ships
    teaches = inside & (weights > 0)
    fresh = teaches & (data.fresh | (alone & (data.collection == "news")))
    new = fits.of(teaches, weights, strength)
    odds = np.zeros_like(new)
    if unseen:
        for name in np.unique(data.collection[fresh]):
            others = teaches & (data.collection != name)
            own = data.collection == name
            odds[own] = fits.of(others, weights, strength)[own]
    else:
        for fold in range(FOLDS):
            own = folds == fold
            odds[own] = fits.of(teaches & ~own, weights, strength)[own]
    odds[here] = new[here]
    hits = np.stack([data.hits[name] for name in lexicons], axis=-1)
    found = np.zeros(data.y.shape, dtype=bool)
    weigh = equal_weights(data.collection, fresh) if equal else weights
    groups = data.collection[fresh]
    dummies = (groups[:, None] == np.unique(groups)).astype(float)
    for frame in range(len(FRAMES)):
        x = np.column_stack([hits[:, frame], odds[:, frame]])
        if more == "silent":
            x = np.column_stack([x, odds[:, frame] * ~hits[:, frame].any(axis=-1)])
        if frame == DOUBT:
            x = np.column_stack([x, hits[:, 0], odds[:, 0]])
        taught, y = x[fresh], data.y[fresh, frame]
        if more == "terms":
            taught = np.column_stack([taught, dummies])
        slope, cut = regress(taught, y, weigh[fresh], penalty)
        seen = taught @ slope + cut
        if more == "terms":
            slope, terms = slope[: x.shape[1]], slope[x.shape[1] :]
            cut = cut + terms.mean()
        known = ~np.isnan(y)
        least = threshold(
            classifiers.logistic(seen)[known], weigh[fresh][known],
            groups[known] if more == "threshold" else None,
        )  # fmt: skip
        found[here, frame] = classifiers.logistic(x[here] @ slope + cut) >= least
    return found


def left_out(data, fits):
    """Return counts by part and way, each collection left out in turn."""
    totals = {}
    for name in JUDGED:
        here = data.part == name
        inside = data.learnt & (data.collection != PARTS[name][0])
        for label, how in CANDIDATES.items():
            for seed in SEEDS[:1] if how[1] else SEEDS:
                found = judged(data, fits, how, inside, here, data.folds(seed))
                totals[name, label] = totals.get((name, label), 0) + data.counts(found, here)
        print(name, flush=True)
    return totals


def in_folds(data, fits):
    """Return counts on news and newswire, with the other folds of the collection to learn from."""
    totals = {}
    for name, seed in product(("news, development", "newswire, held back"), SEEDS):
        here, folds = data.part == name, data.folds(seed)
        for label, how in CANDIDATES.items():
            found = np.zeros(data.y.shape, dtype=bool)
            for fold in range(FOLDS):
                own = here & (folds == fold)
                other = (data.collection == PARTS[name][0]) & (folds == fold)
                found |= judged(data, fits, how, data.learnt & ~other, own, folds)
            totals[name, label] = totals.get((name, label), 0) + data.counts(found, here)
        fits.known.clear()
        print(name, seed, flush=True)
    return totals


def scores(total):
    """Return F1 of each frame, nan where a frame has too few codes; units may be drawn."""
    return news.measures(total)[..., 2]


def told(total, frames):
    """Return F1 of the frames, and their mean."""
    f1 = scores(total.sum(axis=0))
    cells = [f"{value:.2f}" if frame in frames else "–" for frame, value in enumerate(f1)]
    return f"{' | '.join(cells)} | {f1[frames].mean():.3f}"


def frames_of(data, name):
    """Return the frames with enough codes in a part."""
    return np.flatnonzero(np.nansum(data.y[data.part == name], axis=0) >= FEWEST)


def drawn(total, number):
    """Return F1 of frames in draws of articles; the same number draws the same articles."""
    n = len(total)
    weights = np.random.default_rng(number).multinomial(n, np.full(n, 1 / n), size=DRAWS)
    return scores(np.einsum("da,afc->dfc", weights, total))


def gaps(data, totals, label, base):
    """Return the difference of the mean F1 and of skepticism over the parts, with draws."""
    values, draws = [], []
    for number, name in enumerate(dict.fromkeys(name for name, _ in totals)):
        frames = frames_of(data, name)
        one, two = totals[name, label], totals[name, base]
        gap = scores(one.sum(axis=0)) - scores(two.sum(axis=0))
        spread = drawn(one, number) - drawn(two, number)
        values.append((gap[frames].mean(), gap[DOUBT]))
        draws.append(np.stack([spread[:, frames].mean(axis=1), spread[:, DOUBT]], axis=-1))
    return np.array(values), np.array(draws)


def span(value, draws):
    """Return a difference with its interval."""
    low, high = np.quantile(draws, [0.025, 0.975])
    return f"{value:+.3f} [{low:+.3f}, {high:+.3f}]"


def summary(data, totals, labels, base):
    """Return the table of differences: a row a part, a column a way, and the means at the end."""
    names = list(dict.fromkeys(name for name, _ in totals))
    columns = []
    for label in labels:
        values, draws = gaps(data, totals, label, base)
        cells = [span(values[at, 0], draws[at, :, 0]) for at in range(len(names))]
        ways = [slice(None)]
        if LIKE in names:
            ways.append([at for at, name in enumerate(names) if name != LIKE])
        for rows, k in product(ways, (0, 1)):
            cells.append(span(values[rows, k].mean(), draws[rows][..., k].mean(axis=0)))
        columns.append(cells)
    heads = [*names, "mean of all", "skepticism, mean of all"]
    if LIKE in names:
        heads += ["mean without writer 3", "skepticism, mean without writer 3"]
    lines = [f"| less {base} | {' | '.join(labels)} |", "|---" * (len(labels) + 1) + "|"]
    for head, cells in zip(heads, zip(*columns, strict=True), strict=True):
        lines.append(f"| {head} | {' | '.join(cells)} |")
    return [*lines, ""]


def details(data, totals):
    """Return the table of F1: a row a part and way."""
    lines = [f"| | | {' | '.join(FRAMES)} | mean |", "|---" * 7 + "|"]
    for (name, label), total in totals.items():
        lines.append(f"| {name} | {label} | {told(total, frames_of(data, name))} |")
    return [*lines, ""]


class Entries:
    """Entries of 1.1.0: where each is right, and fires, where 2.2.0 has no hit."""

    def __init__(self, data):
        old, self.base = fr.load_lexicon(news.LEXICONS[0]), data.hits[news.LEXICONS[1]] > 0
        self.frame = old.table["frame"].astype(str).map(FRAMES.index).to_numpy()
        self.ids, self.data = old.table, data
        self.new = (data.present(single_entries(old)) > 0) & ~self.base[:, self.frame]
        self.right = self.new * np.nan_to_num(data.y)[:, self.frame]

    def chosen(self, rows):
        """Return which entries come back by these sentences."""
        right, fired = self.right[rows].sum(axis=0), self.new[rows].sum(axis=0)
        return (right + 1) / (fired + 2) >= RIGHT

    def hits(self, chosen):
        """Return hits of 2.2.0 and of the entries that are chosen."""
        found = self.base.copy()
        for frame in range(len(FRAMES)):
            found[:, frame] |= self.new[:, chosen & (self.frame == frame)].any(axis=1)
        return found


def lexicons(data):
    """Return counts by part and lexicon, how many entries come back, and those in folds."""
    entries, totals, sizes = Entries(data), {}, {}
    for name in JUDGED:
        here = data.part == name
        choosers = np.isin(data.part, [other for other in CHOOSERS if other != name])
        chosen = entries.chosen(choosers)
        sizes[name] = np.bincount(entries.frame[chosen], minlength=len(FRAMES))
        for label, found in {
            "2.2.0": entries.base, OLD: data.hits[news.LEXICONS[0]] > 0,
            "2.2.0 and entries of 1.1.0": entries.hits(chosen),
        }.items():  # fmt: skip
            totals[name, label] = data.counts(found, here)
    name = "news, development"
    here, choosers = data.part == name, np.isin(data.part, CHOOSERS)
    folds = np.random.default_rng(news.SEED).permutation(data.article.max() + 1)[data.article]
    found = entries.base.copy()
    for fold in range(news.FOLDS):
        own = here & (folds % news.FOLDS == fold)
        found[own] = entries.hits(entries.chosen(choosers & ~own))[own]
    folded = {
        (name, "2.2.0"): totals[name, "2.2.0"],
        (name, "2.2.0 and entries of 1.1.0"): data.counts(found, here),
    }
    return totals, sizes, folded


def main():
    """Try, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--cache", type=Path, help="a file .npy for the embeddings")
    options = parser.parse_args()
    data = Data(options.path, options.cache)
    print("read", flush=True)
    totals, sizes, folded = lexicons(data)
    back = "2.2.0 and entries of 1.1.0"
    lines = [
        "# What is learnt from other collections and holds in one left out", "",
        "Written by `python benchmarks/domain_trials.py PATH`. F1 by sentence; differences of the",
        "mean of the frames, with a paired bootstrap over articles (95%). The locked third was not",
        "judged.", "", "## The joined instrument, a collection left out", "",
    ]  # fmt: skip
    fits = Fits(data)
    ways = list(CANDIDATES)[1:]
    out = left_out(data, fits)
    fits.known.clear()
    lines += [*summary(data, out, ways, PRESENT), *details(data, out)]
    inner = in_folds(data, fits)
    lines += [
        "## The joined instrument in folds of articles", "",
        f"Five folds, {len(SEEDS)} seeds; the rest of the collection is learnt from too.", "",
        *summary(data, inner, ways, PRESENT), *details(data, inner),
        "## The lexicon", "",
        *summary(data, totals, [back, OLD], "2.2.0"), *details(data, totals),
        "Entries that come back, chosen without the part: "
        + "; ".join(f"{name} {'+'.join(map(str, size))}" for name, size in sizes.items())
        + " (peace, concession, sovereignty, skepticism).", "",
        "Chosen by the other nine of ten folds of the development news, and the other collections:",
        "", *details(data, folded),
    ]  # fmt: skip
    lines.append(NOTES.read_text(encoding="utf-8").rstrip())
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
