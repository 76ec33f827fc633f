"""Do constructed passages, or other models, make the instrument better: writes passage_trials.md.

    python benchmarks/passage_trials.py PATH

PATH is the table of coded news, which does not ship. The locked third is not opened, and the
passages that are held back are not read. Folds, lexicons and measures are those of
instrument_trials.py; all ways are joined as the instrument that ships is.
"""

import argparse
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

import framing as fr
import news
from framing.coding import classifiers
from framing.coding.instruments import LOG_ODDS
from framing.lexicons.lexicon import single_entries
from instrument_trials import (
    DOUBT,
    FOLDS,
    HELD,
    NEWS,
    SEEDS,
    WEIGHTS,
    Data,
    cells,
    counts,
    joined,
)

REPORT = Path(__file__).with_suffix(".md")
NOTES = Path(__file__).with_name("passage_trials_notes.md")
TRIED = (0.2, 0.4, 0.7, 1.0)
USUAL = 0.4
TEXT = """\
# Does learning from constructed passages help on real news?

Written by `python benchmarks/passage_trials.py PATH` on the development part of the real news and
on the newswire that was held back. The locked third was not opened, and the passages of the third
writer were not read. Mean F1 over the four frames and F1 of skepticism, over {seeds} seeds of the
folds; the difference of the mean to the first row has a paired bootstrap over articles (95%). On
the news the lexicon is 1.1.0, on the newswire it is both.

| | news: mean | skepticism | difference | newswire: mean | skepticism | difference |
|---|---|---|---|---|---|---|
"""


def present(data, lexicon):
    """Return whether each sentence of all corpora has a hit of each frame of a lexicon."""
    return csr_matrix(
        np.vstack([fr.find_hits(one, lexicon).presence() for one in data.corpora]).astype(float)
    )


def odds_by(fit, data, features, folds, weights):
    """Return the log-odds of each frame from a model that did not see the fold."""
    each = np.array(weights)[data.number]
    matrix, values = features[data.at], np.zeros(data.y.shape)
    for fold in range(FOLDS):
        inside, outside = (folds != fold) & (each > 0), folds == fold
        values[outside] = fit(matrix[inside], data.y[inside], each[inside], matrix[outside])
    return values * LOG_ODDS


def logistic(strength, solver="lbfgs"):
    """Return a fit of one logistic regression a frame, as the classifier of the package has."""
    from sklearn.linear_model import LogisticRegression

    def fit(x, y, weight, unseen):
        values = np.zeros((unseen.shape[0], y.shape[1]))
        for number in range(y.shape[1]):
            known = np.flatnonzero(~np.isnan(y[:, number]))
            code = y[known, number]
            rows, label = np.concatenate([known, known]), np.repeat([1, 0], len(known))
            weighs = np.concatenate([code, 1 - code]) * weight[rows]
            used = weighs > 0
            model = LogisticRegression(C=strength, max_iter=500, tol=1e-3, solver=solver)
            model.fit(x[rows[used]], label[used], sample_weight=weighs[used])
            values[:, number] = model.decision_function(unseen)
        return values

    return fit


def hidden_layer(size, penalty, seed):
    """Return a fit of a network with one hidden layer for all frames."""
    from sklearn.neural_network import MLPClassifier

    def fit(x, y, weight, unseen):
        model = MLPClassifier(
            (size,), alpha=penalty, max_iter=40, learning_rate_init=0.003, random_state=seed
        )
        model.fit(x, (np.nan_to_num(y) >= 0.5).astype(int), sample_weight=weight)
        chance = model.predict_proba(unseen).clip(1e-4, 1 - 1e-4)
        return np.log(chance / (1 - chance))

    return fit


def naive_bayes(x, y, weight, unseen):
    """Return the difference of the logarithms of complement naive Bayes, a frame at a time."""
    from sklearn.naive_bayes import ComplementNB

    values = np.zeros((unseen.shape[0], y.shape[1]))
    for number in range(y.shape[1]):
        code = (np.nan_to_num(y[:, number]) >= 0.5).astype(int)
        logs = ComplementNB().fit(x, code, sample_weight=weight).predict_log_proba(unseen)
        values[:, number] = logs[:, 1] - logs[:, 0]
    return values.clip(-20, 20)


class Features:
    """What the models learn from: a row a sentence of all corpora."""

    def __init__(self, data):
        from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

        texts = data.sentences()
        embedded = classifiers.embed(texts) * classifiers.EMBEDDING_SCALE
        self.meaning = embedded.astype(np.float32)
        self.counts = CountVectorizer(ngram_range=(1, 2), min_df=2).fit_transform(texts)
        self.words = TfidfTransformer(sublinear_tf=True).fit_transform(self.counts).tocsr()
        entries = present(data, single_entries(fr.load_lexicon(news.LEXICONS[0]))).toarray()
        seen = entries[:, entries.sum(axis=0) > 1].astype(np.float32)
        self.with_entries = np.hstack([self.meaning, seen])


def ways(data, features, seed):
    """Yield the name of each way, and the log-odds of the models that it joins to the lexicon."""
    folds = data.folds(seed)
    without, usual = [*WEIGHTS, 0.0], [*WEIGHTS, USUAL]
    plain = logistic(1.0)

    def odds(fit, values, weights):
        return odds_by(fit, data, values, folds, weights)

    base = odds(plain, features.meaning, without)
    yield "without the passages, as it ships", [base]
    yield "the lexicon alone", None
    learnt = {weight: odds(plain, features.meaning, [*WEIGHTS, weight]) for weight in TRIED}
    for weight, values in learnt.items():
        yield f"passages, weight {weight}", [values]
    for told, weights, first in (
        (f"passages {USUAL}", usual, learnt[USUAL]), ("without the passages", without, base),
    ):  # fmt: skip
        hidden = odds(hidden_layer(32, 1.0, seed), features.meaning, weights)
        yield f"{told}: a hidden layer of 32 on the embeddings", [hidden]
        yield f"{told}: a hidden layer of 32 beside it", [first, hidden]
        words = odds(logistic(3.0, "liblinear"), features.words, weights)
        yield f"{told}: a classifier of words and pairs beside it", [first, words]
        bayes = odds(naive_bayes, features.counts, weights)
        yield f"{told}: complement naive Bayes of words and pairs beside it", [first, bayes]
        entries = odds(plain, features.with_entries, weights)
        yield f"{told}: hits of each entry of 1.1.0 in the classifier", [entries]


def evidence(hits, odds):
    """Return a function that gives the inputs of a frame; peace weighs skepticism too."""

    def of(frame):
        return np.column_stack([hits[:, frame], *(values[:, frame] for values in odds)])

    return lambda frame: np.hstack([of(frame), of(0)]) if frame == DOUBT else of(frame)


def main():
    """Try, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    data = Data(parser.parse_args().path, [fr.load_testbed("passages", part="training")])
    print("data", flush=True)
    features = Features(data)
    print("read", flush=True)
    judged = [(news.LEXICONS[:1], NEWS), (news.LEXICONS[::-1], HELD)]
    parts = [{} for _ in judged]
    for number, seed in enumerate(SEEDS, 1):
        folds = data.folds(seed)
        for label, odds in ways(data, features, seed):
            for totals, (names, corpus) in zip(parts, judged, strict=True):
                here = data.number == corpus
                hits = np.stack([data.hits(name) for name in names], axis=-1)
                found = (
                    data.hits(names[0]) > 0 if odds is None
                    else joined(data, evidence(hits, odds), here, folds, expected=True)
                )  # fmt: skip
                totals[label] = totals.get(label, 0) + counts(data, found, here)
            print(label, flush=True)
        lines = TEXT.format(seeds=number)
        first = next(iter(parts[0]))
        for label in parts[0]:
            row = [cells(totals[label], totals[first]) for totals in parts]
            lines += f"| {label} | {' | '.join(row)} |\n"
        print(seed, lines, sep="\n", flush=True)
        notes = NOTES.read_text(encoding="utf-8") if NOTES.exists() else ""
        REPORT.write_text(f"{lines}\n{notes}".rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
