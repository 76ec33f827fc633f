"""Instruments: lexicons and classifiers joined into one, by what coders said."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_objects, listing
from framing._core.result import Shown
from framing._core.statistics import f1_interval
from framing._core.typing import Array
from framing.coding.classifiers import (
    CORPUS,
    FOLDS,
    WEIGHT,
    Classifier,
    coded_rows,
    document_keys,
    doubled_codes,
    fit_all,
    folds_of,
    frames_of,
    hashed,
    learnt_of,
    logistic,
    matrix_of,
    paired_codes,
    sentence_marks,
    stack,
    training_in_words,
    weights_of,
)
from framing.coding.coded_hits import sentence_hits
from framing.coding.codes import Codes
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits, find_hits
from framing.lexicons.lexicon import Lexicon

# The entry that the hits of an instrument carry.
INSTRUMENT_ENTRY = "instrument"
# The penalty on the coefficients of the parts, and the size of log-odds beside a hit.
PENALTY, LOG_ODDS = 1.0, 0.5
# The thresholds that are tried: probabilities.
GRID = np.linspace(0.1, 0.8, 71)
# The most hits that a threshold may give, for each sentence that is expected to have the frame.
# Where the parts tell little, the highest F1 would be that of a hit in every sentence.
MOST_HITS = 2


@dataclass(frozen=True, eq=False)
class Instrument(Shown):
    """Lexicons and classifiers as one instrument.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame: ``frame``, ``n`` (coded sentences that weigh the parts), ``coded`` (those
        with the frame), ``threshold`` (a probability), ``f1_cv`` with ``f1_cv_low`` and
        ``f1_cv_high``: F1 in documents that neither the classifiers nor the coefficients nor the
        thresholds had seen.
    coefficients : pandas.DataFrame
        One row per frame, part and frame that the part looks for: ``frame``, ``part``, ``of`` (the
        frame itself, or another one that weighs it too), ``coefficient`` (of a hit, or of half the
        log-odds of a classifier). The part "(intercept)" is what there is without any.
    lexicons : tuple of Lexicon
        The lexicons.
    classifiers : tuple of Classifier
        The classifiers, trained again on all codes.
    trained_on : str
        How many sentences of how many documents it was trained on, with their weights.
    seed : int
        Seed of the folds.
    hash : str
        SHA-256 of the parts, the coefficients and the thresholds.
    held_out : pandas.DataFrame
        One row per frame and coded sentence that weighs the parts: ``corpus`` (its position),
        ``doc_id``, ``sentence``, ``frame``, ``coded`` (mean code), ``probability`` and ``hit``,
        from a fit without the document. Empty in an instrument that was read from a file.
    learnt : numpy.ndarray
        A number for each sentence that it learnt from, which is made of the words. It holds no
        text. `validate` warns where an instrument is judged on such sentences.

    See Also
    --------
    fit_instrument, apply_instrument, write_instrument
    """

    table: pd.DataFrame
    coefficients: pd.DataFrame
    lexicons: tuple[Lexicon, ...]
    classifiers: tuple[Classifier, ...]
    trained_on: str
    seed: int
    hash: str
    held_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    learnt: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))

    @property
    def frames(self) -> list[str]:
        """The frames that the instrument looks for."""
        return self.table["frame"].tolist()

    @property
    def parts(self) -> list[str]:
        """The names of the lexicons and classifiers, as ``coefficients`` has them."""
        return _names(self.lexicons, self.classifiers)

    def __repr__(self) -> str:
        values = ", ".join(
            f"{frame} {f1:.2f}" for frame, f1 in self.table[["frame", "f1_cv"]].to_numpy()
        )
        return f"<Instrument of {' + '.join(self.parts)}: cross-validated F1 {values}>"


def _names(lexicons: Sequence[Lexicon], classifiers: Sequence[Classifier]) -> list[str]:
    """Return a name for each part."""
    found = [f"{lexicon.name or 'lexicon'} {lexicon.version}".strip() for lexicon in lexicons]
    found += [f"classifier ({'+'.join(classifier.features)})" for classifier in classifiers]
    return [
        f"{name} ({number})" if found.count(name) > 1 else name
        for number, name in enumerate(found, 1)
    ]


@check_objects
def fit_instrument(
    instruments: Sequence[Lexicon | Classifier],
    codes: Codes | Sequence[Codes],
    corpus: Corpus | Sequence[Corpus],
    *,
    weights: Sequence[float] | None = None,
    fresh: Sequence[int] | None = None,
    groups: str | None = None,
    also: Mapping[str, Sequence[str]] | None = None,
    seed: int,
) -> Instrument:
    """Join lexicons and classifiers into one instrument, by stacking (Wolpert 1992).

    Returns an Instrument for `apply_instrument`; its ``table`` has a row for each frame with F1
    in sentences that it had not seen.

    Try it: ``news = fr.load_testbed("newswire")``,
    ``fr.fit_instrument([fr.load_lexicon("peace-initiative")], news.codes, news.corpus,
    seed=1).table``.

    Each classifier is trained again without a fifth of the documents, five times. Its log-odds in
    the documents that it did not see, and the hits of each lexicon, go into a logistic regression
    for each frame. The result is a probability that needs no further calibration. The threshold of
    a frame is the one with the highest F1 to be expected by these probabilities (Lipton et al.
    2014): they vary less from sample to sample than the few codes of a rare frame. Thresholds
    that give more than twice as many hits as sentences with the frame are left out.

    Parameters
    ----------
    instruments : sequence of Lexicon and Classifier
        The parts. Of a classifier the features and the penalty count; its weights are learnt again.
    codes : Codes, or a sequence of them
        Codes of 0 and 1. A sentence on which coders differ counts for both sides.
    corpus : Corpus, or a sequence of them
        The corpus with the coded sentences, one for each of the codes.
    weights : sequence of float, optional
        What a sentence of each corpus weighs. By default all weigh the same.
    fresh : sequence of int, optional
        The positions, from 0, of the corpora that no lexicon among the parts was written from.
        Only they say how much a hit is worth, and set the thresholds: elsewhere a lexicon looks
        better than it is. By default all corpora are taken for fresh.
    groups : str, optional
        A column of the corpora, such as "article": documents with one value stay in one fold.
    also : mapping of str to sequence of str, optional
        For a frame the other frames whose hits and log-odds weigh it too. With
        ``{"skepticism": ["peace"]}`` a doubt counts for more in a sentence that speaks of peace.
    seed : int
        Seed of the folds.

    Returns
    -------
    Instrument
        With F1 in documents that nothing had seen, in ``table``.

    Raises
    ------
    InputError
        There is no part, a part has other frames than the codes, a lexicon that a classifier needs
        is not among the parts, ``also`` names an unknown frame, or the codes do not fit the
        corpora.

    References
    ----------
    Wolpert, D. H. (1992). Stacked generalization. Neural Networks 5(2), 241-259.
    doi:10.1016/S0893-6080(05)80023-1
    Lipton, Z. C., Elkan, C. and Naryanaswamy, B. (2014). Optimal thresholding of classifiers to
    maximize F1 measure. ECML PKDD 2014, 225-239. doi:10.1007/978-3-662-44851-9_15

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce holds. Rain fell."] * 10)
    >>> table = pd.DataFrame({"doc_id": corpus.table["doc_id"].repeat(2), "peace": [1, 0] * 10})
    >>> codes = fr.make_codes(table.assign(sentence=[1, 2] * 10))
    >>> words = fr.fit_classifier(codes, corpus, seed=1)
    >>> lexicon = fr.make_lexicon({"peace": ["truce"]}, name="words of peace")
    >>> fr.fit_instrument([lexicon, words], codes, corpus, seed=1)
    <Instrument of words of peace + classifier (tfidf): cross-validated F1 peace 1.00>
    """
    lexicons = [part for part in instruments if isinstance(part, Lexicon)]
    classifiers = [part for part in instruments if isinstance(part, Classifier)]
    if not instruments or len(lexicons) + len(classifiers) != len(instruments):
        raise InputError(
            "An instrument needs one or more parts, each a Lexicon or a Classifier; given: "
            f"{listing([type(part).__name__ for part in instruments]) or 'none'}."
        )
    coded, corpora = paired_codes(codes, corpus)
    means, rows = coded_rows(coded, corpora, weights_of(weights, len(corpora)))
    frames = frames_of(means)
    _check_frames(instruments, frames)
    sources = _sources(frames, also or {})
    known = range(len(corpora)) if fresh is None else list(fresh)
    if not known or not set(known) <= set(range(len(corpora))):
        raise InputError(
            f"fresh={known} cannot be used. Give the positions of corpora in the list, from 0 to "
            f"{len(corpora) - 1}."
        )
    folds = _folds(means, corpora, groups, seed)
    found = [
        np.vstack([
            _present(texts, lexicon, frames)[positions]
            for texts, positions in zip(corpora, rows, strict=True)
        ])
        for lexicon in lexicons
    ]  # fmt: skip
    trained = []
    for classifier in classifiers:
        matrix = _matrix(classifier, lexicons, corpora, rows)
        found.append(_log_odds(matrix, means, classifier, folds) * LOG_ODDS)
        trained.append(_refitted(classifier, matrix, means))
    # Shape (sentences, frames, parts).
    inputs = np.stack(found, axis=-1)
    weighs = means[CORPUS].isin(list(known)).to_numpy()
    weighed = means[weighs]
    names = _names(lexicons, classifiers)
    rows_of_table, coefficients, held_out = [], [], []
    for frame in frames:
        looked_for = sources[frame]
        evidence = inputs[weighs][:, [frames.index(source) for source in looked_for]]
        evidence = evidence.reshape(len(evidence), -1)
        row, weight, cut, of_frame = _weigh(evidence, weighed, frame, folds[weighs])
        held_out.append(of_frame)
        rows_of_table.append({"frame": frame, **row})
        keys = [(part, source) for source in looked_for for part in names]
        coefficients += [
            {"frame": frame, "part": part, "of": source, "coefficient": value}
            for (part, source), value in zip(
                [*keys, ("(intercept)", frame)], [*weight, cut], strict=True
            )
        ]
    fitted = hashed_instrument(
        pd.DataFrame(rows_of_table), pd.DataFrame(coefficients), lexicons, trained,
        training_in_words(means), seed,
    )  # fmt: skip
    return replace(
        fitted, held_out=pd.concat(held_out, ignore_index=True), learnt=learnt_of(corpora, rows)
    )


def _sources(frames: list[str], also: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the frames whose evidence weighs each frame, itself first."""
    if not isinstance(also, Mapping) or any(isinstance(names, str) for names in also.values()):
        raise InputError(
            "also= cannot be used. Give a mapping from a frame to a list of other frames, such as "
            '{"skepticism": ["peace"]}.'
        )
    named = [*also, *(name for names in also.values() for name in names)]
    absent = [name for name in dict.fromkeys(named) if name not in frames]
    if absent:
        raise InputError(
            f"also names {listing(absent)}, which the codes do not have. Give frames of "
            f"the codes: {listing(frames)}."
        )
    return {frame: list(dict.fromkeys([frame, *also.get(frame, [])])) for frame in frames}


def _check_frames(instruments: Sequence[Lexicon | Classifier], frames: list[str]) -> None:
    """Raise InputError unless each part looks for the frames of the codes."""
    for part in instruments:
        sought = part.frames["frame"].tolist() if isinstance(part, Lexicon) else part.frames
        absent = [frame for frame in frames if frame not in sought]
        if absent:
            raise InputError(
                f"{part!r} has no frame {listing(absent)}, but the codes have it. Its frames "
                f"are {listing(sought)}. Give parts that have all frames of the codes."
            )


def _folds(
    means: pd.DataFrame, corpora: list[Corpus], groups: str | None, seed: int
) -> NDArray[np.intp]:
    """Return the fold of each coded sentence; documents of one group are in one fold."""
    key = document_keys(means)
    if groups is not None:
        for number, corpus in enumerate(corpora):
            if groups not in corpus.table:
                continue
            group = corpus.table.set_index("doc_id")[groups].astype(str)
            here = means[CORPUS] == number
            key[here] = "group/" + means.loc[here, "doc_id"].map(group).to_numpy()
        if not any(groups in corpus.table for corpus in corpora):
            raise InputError(
                f"groups={groups!r}: no corpus has this column. Give a column that each corpus "
                "has, such as 'source'."
            )
    return folds_of(key, seed, "fit_instrument")


def _present(corpus: Corpus, lexicon: Lexicon, frames: list[str]) -> Array:
    """Return 1 where a sentence has a hit of a frame, else 0; shape (sentences, frames)."""
    hits = find_hits(corpus, lexicon)
    return hits.presence()[:, [hits.frames.index(frame) for frame in frames]].astype(float)


def _lexicon_of(classifier: Classifier, lexicons: Sequence[Lexicon]) -> Lexicon | None:
    """Return the lexicon that a classifier uses, None where it uses none."""
    if not classifier.lexicon_hash:
        return None
    for lexicon in lexicons:
        if lexicon.hash == classifier.lexicon_hash:
            return lexicon
    raise InputError(
        f"A classifier uses the lexicon with the hash {classifier.lexicon_hash[:8]}, which is not "
        "among the parts. Give this lexicon as a part too."
    )


def _matrix(
    classifier: Classifier,
    lexicons: Sequence[Lexicon],
    corpora: Sequence[Corpus],
    rows: Sequence[NDArray[np.intp] | None],
) -> Any:
    """Return the features of a classifier for sentences of several corpora."""
    vocabulary = list(classifier.columns[: len(classifier.idf)])
    lexicon = _lexicon_of(classifier, lexicons)
    blocks = [
        matrix_of(
            corpus, classifier.features, vocabulary, classifier.idf, lexicon, positions,
            classifier.context,
        )[0]
        for corpus, positions in zip(corpora, rows, strict=True)
    ]  # fmt: skip
    return stack(blocks)


def _log_odds(
    matrix: Any, means: pd.DataFrame, classifier: Classifier, folds: NDArray[np.intp]
) -> Array:
    """Return the log-odds of each frame in each sentence, from fits without its fold."""
    values = np.zeros((len(means), len(frames_of(means))))
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        if outside.any():
            weight, cut = fit_all(
                matrix[inside], means[inside], classifier.strength, balanced=False
            )
            values[outside] = matrix[outside] @ weight + cut
    return values


def _refitted(classifier: Classifier, matrix: Any, means: pd.DataFrame) -> Classifier:
    """Return a classifier with weights that are learnt from all codes."""
    table = classifier.table.set_index("frame").loc[frames_of(means)].reset_index()
    fitted = hashed(
        table, classifier.features, list(classifier.columns),
        *fit_all(matrix, means, classifier.strength, balanced=False), classifier.idf,
        classifier.strength, classifier.lexicon_hash, classifier.seed, classifier.context,
    )  # fmt: skip
    return replace(fitted, trained_on=training_in_words(means))


def _weigh(
    inputs: Array, means: pd.DataFrame, frame: str, folds: NDArray[np.intp]
) -> tuple[dict[str, float], Array, float, pd.DataFrame]:
    """Return the row of a frame, the coefficients, the intercept, and what was held out."""
    coded = means[frame].to_numpy(dtype=float)
    known = ~np.isnan(coded)
    inputs, coded, folds = inputs[known], coded[known], folds[known]
    weights = means[WEIGHT].to_numpy(dtype=float)[known]
    chance, hit = np.zeros(len(coded)), np.zeros(len(coded), dtype=bool)
    for fold in np.unique(folds):
        inside, outside = folds != fold, folds == fold
        if not inside.any():
            inside = outside
        weight, cut = _regress(inputs[inside], coded[inside], weights[inside])
        threshold = _threshold(logistic(inputs[inside] @ weight + cut), weights[inside])
        chance[outside] = logistic(inputs[outside] @ weight + cut)
        hit[outside] = chance[outside] >= threshold
    right = float((hit * coded * weights).sum())
    errors = float((weights * (hit * (1 - coded) + ~hit * coded)).sum())
    weight, cut = _regress(inputs, coded, weights)
    value, low, high = f1_interval(right, errors, float(np.maximum(hit, coded).sum()), 0.95)
    row = {
        "n": len(coded), "coded": float(coded.sum()),
        "threshold": round(_threshold(logistic(inputs @ weight + cut), weights), 2),
        "f1_cv": value, "f1_cv_low": low, "f1_cv_high": high,
    }  # fmt: skip
    heads = means.loc[known, [CORPUS, "doc_id", "sentence"]].rename(columns={CORPUS: "corpus"})
    held_out = heads.assign(frame=frame, coded=coded, probability=chance, hit=hit)
    return row, weight, cut, held_out


def _regress(inputs: Array, coded: Array, weights: Array) -> tuple[Array, float]:
    """Return the coefficients of a logistic regression, and its intercept."""
    from sklearn.linear_model import LogisticRegression

    label, weight = doubled_codes(coded, weights)
    used = weight > 0
    if len(set(label[used])) < 2:
        # All sentences are alike: no part tells anything.
        return np.zeros(inputs.shape[1]), 50.0 if coded.sum() else -50.0
    model = LogisticRegression(C=PENALTY, max_iter=2000, tol=1e-8)
    model.fit(np.vstack([inputs, inputs])[used], label[used], sample_weight=weight[used])
    return model.coef_[0].astype(np.float64), float(model.intercept_[0])


def _threshold(chance: Array, weights: Array) -> float:
    """Return the threshold with the highest F1 to be expected; of several, the middle one.

    The probabilities stand for the codes: a sentence of .3 has the frame in .3 of all cases.
    Thresholds that give more than `MOST_HITS` hits for a sentence with the frame are left out.
    """
    expected = float((chance * weights).sum())
    over = (chance[:, None] >= GRID) * weights[:, None]
    right, hits = (over * chance[:, None]).sum(axis=0), over.sum(axis=0)
    f1 = 2 * right / np.maximum(hits + expected, 1e-9)
    f1[hits > MOST_HITS * expected] = 0
    best = np.flatnonzero(f1 >= f1.max() - 1e-12)
    return float(GRID[best[len(best) // 2]])


def hashed_instrument(
    table: pd.DataFrame,
    coefficients: pd.DataFrame,
    lexicons: Sequence[Lexicon],
    classifiers: Sequence[Classifier],
    trained_on: str,
    seed: int,
) -> Instrument:
    """Return the instrument with its hash."""
    parts = [lexicon.hash for lexicon in lexicons] + [one.hash for one in classifiers]
    digest = hashlib.sha256(json.dumps([parts, coefficients["frame"].tolist()]).encode())
    if not (coefficients["of"] == coefficients["frame"]).all():
        digest.update(json.dumps(coefficients["of"].tolist()).encode())
    for values in (coefficients["coefficient"], table["threshold"]):
        # Machines differ in the last bits of a fit; rounding gives the same hash on all of them.
        digest.update(np.round(values.to_numpy(dtype=float), 6).tobytes())
    return Instrument(
        table, coefficients, tuple(lexicons), tuple(classifiers), trained_on, int(seed),
        digest.hexdigest(),
    )  # fmt: skip


@check_objects
def apply_instrument(corpus: Corpus, instrument: Instrument) -> Hits:
    """Return the sentences in which an instrument finds a frame, as hits.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    instrument : Instrument
        From `fit_instrument`, `read_instrument` or `load_instrument`.

    Returns
    -------
    Hits
        One hit per sentence and frame, from the first to the last character of the sentence, with
        its ``probability``, 0 to 1. `score` with kind="share", `validate` and `correct` take these
        hits like those of a lexicon. They carry no context.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce holds. Rain fell."] * 10)
    >>> table = pd.DataFrame({"doc_id": corpus.table["doc_id"].repeat(2), "peace": [1, 0] * 10})
    >>> codes = fr.make_codes(table.assign(sentence=[1, 2] * 10))
    >>> lexicon = fr.make_lexicon({"peace": ["truce"]})
    >>> instrument = fr.fit_instrument([lexicon], codes, corpus, seed=1)
    >>> hits = fr.apply_instrument(corpus, instrument)
    >>> fr.score(hits, kind="share").table["value"].unique().tolist()
    [0.5]
    """
    frames = instrument.frames
    parts = [_present(corpus, lexicon, frames) for lexicon in instrument.lexicons]
    for classifier in instrument.classifiers:
        matrix = _matrix(classifier, instrument.lexicons, [corpus], [None])
        values = matrix @ classifier.weights + classifier.intercepts
        order = [classifier.frames.index(frame) for frame in frames]
        parts.append(values[:, order] * LOG_ODDS)
    names = instrument.parts
    weight, cut = np.zeros((len(frames), len(frames), len(names))), np.zeros(len(frames))
    columns = ["frame", "part", "of", "coefficient"]
    for frame, part, source, value in instrument.coefficients[columns].itertuples(index=False):
        number = frames.index(frame)
        if part == "(intercept)":
            cut[number] = value
        else:
            weight[number, frames.index(source), names.index(part)] = value
    chance = logistic(np.einsum("sgp,fgp->sf", np.stack(parts, axis=-1), weight) + cut)
    sentences = corpus.sentences
    over = chance >= instrument.table["threshold"].to_numpy(dtype=float)
    over &= (sentences["tokens"].to_numpy() > 0)[:, None]
    hits = sentence_hits(
        corpus.table.drop(columns="text"), sentences, over, frames, entry=INSTRUMENT_ENTRY,
        corpus_fingerprint=corpus.fingerprint, instrument_hash=instrument.hash,
        instrument=f"instrument ({', '.join(instrument.parts)})",
        learnt=np.isin(sentence_marks(corpus), instrument.learnt),
    )  # fmt: skip
    return replace(hits, table=hits.table.assign(probability=chance[over]))
