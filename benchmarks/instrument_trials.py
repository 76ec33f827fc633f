"""Try other ways to join a lexicon and a classifier: writes benchmarks/instrument_trials.md.

    python benchmarks/instrument_trials.py PATH [--vectors NAME=FILE.npy ...]

PATH is the table of coded news, which does not ship: its texts are not ours to publish. The locked
third is not opened. On the development part 1.1.0 is the lexicon, since the later ones were
written there; on the newswire that was held back both are parts. Each way is fitted and judged in
folds of articles, with several seeds. --vectors adds embeddings of another model, a
row a sentence in the order of --sentences FILE.json, which writes the sentences out for that model.
"""

import argparse
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

import framing as fr
import news
import news_split
from framing.coding import classifiers
from framing.coding.instruments import GRID, LOG_ODDS
from train_instrument import FRAMES, coded_news

REPORT = Path(__file__).with_suffix(".md")
SEEDS, FOLDS, DRAWS = (7, 11, 12, 13, 14), 5, 2000
NEWS, HELD = 0, 2
WEIGHTS = [1.0, 0.4, 0.4, 0.4, 0.1]
DOUBT = FRAMES.index("skepticism")
TEXT = """\
# What was tried to make the joined instrument better

Written by `python benchmarks/instrument_trials.py PATH`{vectors}, on the development part of the
real news and on the newswire that was held back; the locked third was not opened. Mean F1 over
the four frames and F1 of skepticism, over {seeds} seeds of the folds; the difference of the mean
to the first row has a paired bootstrap over articles (95%). On the news the lexicon is 1.1.0,
which was not written there, on the newswire it is both: so each row says what the way of joining
is worth, not what the shipped instrument reaches ([news.md](news.md)).

| | news: mean | skepticism | difference | newswire: mean | skepticism | difference |
|---|---|---|---|---|---|---|
"""


class Data:
    """Coded sentences of all corpora, and of ``more`` testbeds, with what the parts say of each."""

    def __init__(self, path, more=()):
        split = json.loads(news_split.SPLIT.read_text(encoding="utf-8"))["articles"]
        codes, corpus = coded_news(path, split["development"])
        beds = [
            fr.load_testbed("newswire", part="training"),
            fr.load_testbed("newswire", part="held back"),
            fr.load_testbed("briefings"), fr.load_testbed(part="training"), *more,
        ]  # fmt: skip
        coded = [codes] + [bed.codes for bed in beds]
        self.corpora = [corpus] + [bed.corpus for bed in beds]
        self.means, rows = classifiers.coded_rows(
            coded, self.corpora, [*WEIGHTS, *(1.0 for _ in more)]
        )
        sizes = [len(one.sentences) for one in self.corpora]
        self.at = np.concatenate(
            [a + b for a, b in zip(rows, np.cumsum([0, *sizes]), strict=False)]
        )
        ids = [
            f"{number}/{name}"
            for number, one in enumerate(self.corpora) for name in one.sentences["doc_id"]
        ]  # fmt: skip
        self.follows = np.array([False] + [a == b for a, b in pairwise(ids)])
        self.number = self.means[classifiers.CORPUS].to_numpy()
        self.y = self.means[FRAMES].to_numpy(dtype=float)
        article = corpus.table.set_index("doc_id")["article"]
        names = self.number.astype(str) + np.array(["/"]) + self.means["doc_id"].to_numpy(str)
        real = self.number == NEWS
        names[real] = article.loc[self.means["doc_id"][real]].to_numpy(str)
        self.article = pd.factorize(names)[0]
        self.features = {}
        for name in news.LEXICONS:
            lexicon = fr.load_lexicon(name)
            parts = [classifiers.lexicon_features(one, lexicon)[0] for one in self.corpora]
            self.features[name] = np.vstack(parts)

    def sentences(self):
        """Return the text of every sentence."""
        texts = [text for one in self.corpora for text in classifiers.sentence_texts(one)]
        return [" ".join(text.split()) for text in texts]

    def sides(self, values):
        """Return the values of the sentence before each and after each, 0 at the ends of texts."""
        before, after = np.zeros_like(values), np.zeros_like(values)
        here = np.flatnonzero(self.follows)
        before[here], after[here - 1] = values[here - 1], values[here]
        return before, after

    def hits(self, name):
        """Return whether each coded sentence has a hit of each frame."""
        return self.features[name][self.at, len(FRAMES) : 2 * len(FRAMES)]

    def folds(self, seed):
        """Return the fold of each coded sentence; an article is in one fold."""
        order = np.random.default_rng(seed).permutation(self.article.max() + 1)
        return (order % FOLDS)[self.article]

    def log_odds(self, features, folds, weights=None, strength=1.0):
        """Return the log-odds of each frame from a classifier that did not see the fold."""
        matrix, means = csr_matrix(features[self.at]), self.means
        if weights is not None:
            means = means.assign(**{classifiers.WEIGHT: np.array(weights)[self.number]})
        values = np.zeros((len(means), len(FRAMES)))
        for fold in range(FOLDS):
            inside, outside = folds != fold, folds == fold
            weight, cut = classifiers.fit_all(
                matrix[inside], means[inside], strength, balanced=False
            )
            values[outside] = matrix[outside] @ weight + cut
        return values * LOG_ODDS


def regress(inputs, coded):
    """Return a function that gives probabilities, by logistic regression."""
    from sklearn.linear_model import LogisticRegression

    label, weight = np.repeat([1, 0], len(coded)), np.concatenate([coded, 1 - coded])
    used = weight > 0
    model = LogisticRegression(C=1.0, max_iter=2000)
    model.fit(np.vstack([inputs, inputs])[used], label[used], sample_weight=weight[used])
    return lambda rows: model.predict_proba(rows)[:, 1]


def threshold(chance, coded):
    """Return the threshold with the highest F1; codes may be probabilities."""
    over = chance[:, None] >= GRID
    f1 = 2 * (over * coded[:, None]).sum(axis=0) / np.maximum(over.sum(axis=0) + coded.sum(), 1e-9)
    best = np.flatnonzero(f1 >= f1.max() - 1e-12)
    return GRID[best[len(best) // 2]]


def joined(data, inputs, here, folds, *, expected=False):
    """Return the hits of a joined instrument in the sentences ``here``, each fold unseen."""
    found = np.zeros(data.y.shape, dtype=bool)
    for number in range(len(FRAMES)):
        x, y = inputs(number), data.y[:, number]
        known = here & ~np.isnan(y)
        for fold in range(FOLDS):
            inside, outside = known & (folds != fold), known & (folds == fold)
            chance = regress(x[inside], y[inside])
            seen = chance(x[inside])
            cut = threshold(seen, seen if expected else y[inside])
            found[outside, number] = chance(x[outside]) >= cut
    return found


def parts_of(data, vectors, seed):
    """Return the log-odds of each classifier that is tried, by name; the first is the usual."""
    folds, features = data.folds(seed), data.features["peace-initiative-1.1"]
    (name, usual), *others = vectors.items()
    sides = [classifiers.NEIGHBOUR * side for side in data.sides(usual)]
    odds = {
        name: data.log_odds(usual, folds),
        "hits of 1.1.0 and of its neighbours inside the classifier": data.log_odds(
            np.hstack([usual, features]), folds
        ),
        "embeddings of the sentences around": data.log_odds(
            np.hstack([usual, *sides]), folds, strength=0.5
        ),
    }
    for label, weights in (
        ("heavier", [1, 1, 1, 1, 0.3]),
        ("lighter", [1, 0.15, 0.15, 0.15, 0.05]),
    ):
        odds[f"constructed and spoken texts {label}"] = data.log_odds(usual, folds, weights)
    for label, values in others:
        odds[f"{label} in its place"] = data.log_odds(values, folds)
        odds[f"{label} beside it"] = data.log_odds(np.hstack([usual, values]), folds)
    return odds


def trials(data, odds, names):
    """Yield the name of each way to join lexicons and a classifier, its inputs, and options."""
    hits = np.stack([data.hits(name) for name in names], axis=-1)
    (first, base), *others = odds.items()
    everywhere = np.zeros((len(data.follows), len(FRAMES)))
    everywhere[data.at] = base
    before, after = (side[data.at] for side in data.sides(everywhere))

    def own(values):
        return lambda frame: np.column_stack([hits[:, frame], values[:, frame]])

    def for_doubt(more):
        plain = own(base)
        return lambda frame: np.hstack([plain(frame), more]) if frame == DOUBT else plain(frame)

    peace = own(base)(0)
    everything = np.hstack([hits.reshape(len(hits), -1), base])
    yield f"lexicon + classifier ({first}), as `fit_instrument` joined them", own(base), {}
    yield "the lexicon alone", None, {}
    yield "1: skepticism also from peace in the sentence", for_doubt(peace), {}
    yield "2: thresholds from expected F1", own(base), {"expected": True}
    yield "1 and 2", for_doubt(peace), {"expected": True}
    yield "skepticism also from all frames", for_doubt(everything), {}
    yield "skepticism also from the sentences around", for_doubt(np.hstack([before, after])), {}
    yield "all frames from all frames", lambda frame: everything, {}
    for label, values in others:
        yield label, own(values), {}


def counts(data, found, here):
    """Return hits that are right, hits, and codes of each article and frame."""
    table = pd.DataFrame(data.y[here], columns=FRAMES)
    return news.counts(found[here], table.assign(article=data.article[here]))


def cells(total, base):
    """Return the cells of a row: mean F1, F1 of skepticism, and the difference to the base."""
    rng = np.random.default_rng(1)
    weights = rng.multinomial(len(total), np.full(len(total), 1 / len(total)), size=DRAWS)

    def mean(by_article):
        return news.measures(np.einsum("da,afc->dfc", weights, by_article))[..., 2].mean(axis=1)

    value = news.measures(total.sum(axis=0))[:, 2]
    gap = value.mean() - news.measures(base.sum(axis=0))[:, 2].mean()
    low, high = np.quantile(mean(total) - mean(base), [0.025, 0.975])
    told = f"{gap:+.3f} [{low:+.3f}, {high:+.3f}]" if total is not base else ""
    return f"{value.mean():.3f} | {value[DOUBT]:.3f} | {told}"


def main():
    """Try, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--vectors", nargs="*", default=[])
    parser.add_argument("--sentences", type=Path)
    options = parser.parse_args()
    data = Data(options.path)
    if options.sentences:
        options.sentences.write_text(json.dumps(data.sentences()), encoding="utf-8")
        return
    vectors = {}
    if not any(text.startswith("MiniLM=") for text in options.vectors):
        vectors["MiniLM"] = classifiers.embed(data.sentences()) * classifiers.EMBEDDING_SCALE
    for text in options.vectors:
        label, file = text.split("=", 1)
        values = np.load(file).astype(float)
        values -= values.mean(axis=0) if label != "MiniLM" else 0
        length = np.linalg.norm(values, axis=1, keepdims=True)
        vectors[label] = values / length * classifiers.EMBEDDING_SCALE
    judged = [(news.LEXICONS[:1], NEWS), (news.LEXICONS[::-1], HELD)]
    parts = [{} for _ in judged]
    for seed in SEEDS:
        odds = parts_of(data, vectors, seed)
        for totals, (names, number) in zip(parts, judged, strict=True):
            here = data.number == number
            for label, inputs, how in trials(data, odds, names):
                found = (
                    data.hits(names[0]) > 0 if inputs is None
                    else joined(data, inputs, here, data.folds(seed), **how)
                )  # fmt: skip
                totals[label] = totals.get(label, 0) + counts(data, found, here)
        print(seed, flush=True)
    others = [name for name in vectors if name != "MiniLM"]
    told = f" with `--vectors` for {' and '.join(others)}" if others else ""
    lines = TEXT.format(vectors=told, seeds=len(SEEDS))
    first = next(iter(parts[0]))
    for label in parts[0]:
        row = [cells(totals[label], totals[first]) for totals in parts]
        lines += f"| {label} | {' | '.join(row)} |\n"
    notes = REPORT.with_name("instrument_trials_notes.md")
    REPORT.write_text(lines + "\n" + notes.read_text(encoding="utf-8"), encoding="utf-8")
    print(lines)


if __name__ == "__main__":
    main()
