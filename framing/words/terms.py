"""Terms: the occurrences of each term in each unit of text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd
from joblib import delayed
from scipy import sparse

from framing._core.checks import InputError, check_choice, check_objects, check_positive
from framing._core.result import Result
from framing._core.workers import in_parallel
from framing.corpus.corpus import Corpus
from framing.hits.hits import find_hits
from framing.hits.study import Study
from framing.lexicons.actors import Actors
from framing.lexicons.lexicon import make_lexicon
from framing.text.characters import fold
from framing.text.counts import Task, Units, count_types, make_batches, passage_heads
from framing.text.segments import Span
from framing.text.stop_words import as_stop_words
from framing.text.tokens import RULES
from framing.words.phrases import MEASURES, find_phrases, phrase_words
from framing.words.vocabulary import (
    Filters,
    as_stemmer,
    check_filters,
    filter_terms,
)

UNITS = ("document", "paragraph", "sentence")


class Vocabulary(Protocol):
    """Terms and the rules of their counting: `Terms`, or the `Topics` of a model of them."""

    @property
    def vocabulary(self) -> pd.DataFrame:
        """The terms, one per row."""

    @property
    def counting(self) -> Mapping[str, Any]:
        """The rules of the counting."""


@dataclass(frozen=True, eq=False)
class Terms(Result):
    """Counts of terms by unit of text.

    Attributes
    ----------
    matrix : scipy.sparse.csr_array
        Counts, shape (n_units, n_terms), whole numbers.
    vocabulary : pandas.DataFrame
        One row per column of the matrix, in alphabetical order: ``term``, ``n`` (occurrences),
        ``units`` (with the term); with stems also ``form`` (the most frequent word of the stem).
    units : pandas.DataFrame
        One row per row of the matrix: ``unit_id``, ``doc_id``, ``start`` and ``end`` (offsets in
        the text), ``tokens`` (all tokens), ``terms`` (occurrences in the vocabulary), then the
        columns of the document.
    filters : pandas.DataFrame
        What each filter removes: ``filter``, ``terms``, ``occurrences``.
    unit : str
        "document", "paragraph", "sentence" or "passage".
    counting : dict
        How terms are counted: the arguments, with the lists of stop words and phrases.
    origin : str
        Fingerprint of the corpus.

    See Also
    --------
    count_terms
    """

    matrix: sparse.csr_array
    vocabulary: pd.DataFrame
    units: pd.DataFrame
    filters: pd.DataFrame
    unit: str
    counting: Mapping[str, Any]
    origin: str

    draw_instead: ClassVar[str] = (
        "fit_topics(terms, …).plot() and keyness(terms, …).plot() draw results of them."
    )

    def __len__(self) -> int:
        return len(self.units)

    @property
    def empty(self) -> int:
        """Number of units without a term: they are kept, and have no topic share."""
        return int((self.units["terms"] == 0).sum())

    @property
    def names(self) -> list[str]:
        """The terms, in the order of the columns."""
        return list(self.vocabulary["term"])

    @property
    def table(self) -> pd.DataFrame:
        """The counts as a table: ``unit_id``, ``term``, ``n``, one row where n is above 0."""
        counts = self.matrix.tocoo()
        return pd.DataFrame(
            {
                "unit_id": self.units["unit_id"].to_numpy()[counts.row],
                "term": self.vocabulary["term"].to_numpy()[counts.col],
                "n": counts.data,
            }
        )

    def __repr__(self) -> str:
        empty = f" ({self.empty:,} without a term)" if self.empty else ""
        return (
            f"<Terms: {len(self.vocabulary):,} terms, {self.matrix.sum():,} occurrences in "
            f"{len(self):,} {self.unit}s{empty}>"
        )

    def _rows(self) -> pd.DataFrame:
        return self.vocabulary.sort_values(["n", "term"], ascending=[False, True])


@check_objects
def count_terms(
    source: Corpus | Study,
    *,
    unit: str = "document",
    words: int | None = None,
    tokens: str = "words",
    stop_words: str | Iterable[str] | None = "en",
    min_units: float = 2,
    max_units: float = 1.0,
    min_length: int = 2,
    numbers: bool = False,
    phrases: str | Iterable[str] | pd.DataFrame | None = None,
    stem: bool = False,
    without: Actors | None = None,
    like: Vocabulary | None = None,
    workers: int = 1,
) -> Terms:
    """Count the terms of each unit of text: the input of topic models and keyness.

    Preprocessing changes the topics of a model (Denny and Spirling 2018). Therefore every step is
    an argument, and ``.filters`` lists what each step removes.

    Parameters
    ----------
    source : Corpus or Study
        The features of a study have counts by paragraph: there are no sentences and no phrases,
        and passages consist of whole paragraphs.
    unit : {"document", "paragraph", "sentence"}
        The unit of text in which terms are counted: the rows of the matrix.
    words : int, optional
        Passages in place of ``unit``: whole sentences until a passage has this many tokens. The
        rest of a document belongs to its last passage if it has less than half as many.
    tokens : {"words", "plain"}
        "words": as everywhere in this package ("don't", "U.S." and "1,000.5" are one token
        each), without the 's of possessives. "plain": runs of letters, digits and underscores, as
        scikit-learn's CountVectorizer cuts them.
    stop_words : "en", iterable of str or None
        "en" is the English list of the Snowball project.
    min_units, max_units : int or float
        Terms in fewer or more units are left out. A whole number counts units; a number with a
        decimal point is a share of the units (1.0 is all).
    min_length : int
        Terms with fewer characters are left out.
    numbers : bool
        Whether terms without a letter are kept.
    phrases : {"g2", "npmi"}, iterable of str or DataFrame, optional
        Words that are one term where they follow each other: the phrases that `find_phrases`
        finds by that measure, a list of phrases, or a table with the column ``phrase``.
    stem : bool
        Whether words are reduced to their stem (Snowball, by nltk).
    without : Actors, optional
        Their names are left out, so that no topics form around people.
    like : Terms or Topics, optional
        Count the same terms by the same rules as these. The other arguments have no effect then,
        except ``unit``, ``words``, ``without`` and ``workers``. A model of other text needs this.
    workers : int
        Processes that share the work; the counts are the same with any number.

    Returns
    -------
    Terms
        Units without a term are kept and counted in ``.empty``.

    Raises
    ------
    InputError
        An argument is not allowed, or no term is left; the message says how many terms each
        filter removes.

    References
    ----------
    Denny, M. J. and Spirling, A. (2018). Text preprocessing for unsupervised learning: Why it
    matters, when it misleads, and what to do about it. Political Analysis 26(2), 168-189.
    doi:10.1017/pan.2017.44

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["The truce holds.", "A truce, and talks.", "Talks on a truce"])
    >>> terms = fr.count_terms(corpus)
    >>> terms
    <Terms: 2 terms, 5 occurrences in 3 documents>
    >>> terms.vocabulary
        term  n  units
    0  talks  2      2
    1  truce  3      3
    """
    check_choice("unit", unit, UNITS)
    check_choice("tokens", tokens, RULES)
    check_positive("min_length", min_length, whole=True)
    check_positive("workers", workers, whole=True)
    if words is not None:
        check_positive("words", words, whole=True)
        unit = "passage"
    language = source.language if isinstance(source, Corpus) else "en"
    counting: dict[str, Any] = {
        "tokens": tokens, "min_length": min_length, "numbers": numbers, "stem": stem,
        "min_units": min_units, "max_units": max_units,
        "stop_words": sorted(as_stop_words(stop_words, tokens)),
        "phrases": list(map(" ".join, _phrases(source, phrases, tokens, stop_words))),
    }  # fmt: skip
    if like is not None:
        counting = dict(like.counting)
    filters = Filters(
        counting["tokens"] == "words", frozenset(counting["stop_words"]), counting["min_units"],
        counting["max_units"], counting["min_length"], counting["numbers"],
        as_stemmer(counting["stem"], language),
    )  # fmt: skip
    check_filters(filters)
    split = tuple(tuple(phrase.split(" ")) for phrase in counting["phrases"])
    task = Task(unit, words or 0, counting["tokens"], language, split)
    type_counts = (
        _from_study(source, task, without)
        if isinstance(source, Study)
        else _from_corpus(source, task, without, workers)
    )
    matrix, table, removed = filter_terms(
        type_counts.matrix, type_counts.names, filters, _terms_of(like)
    )
    if like is not None and "form" in like.vocabulary:
        table.insert(1, "form", like.vocabulary["form"].to_numpy())
    units = type_counts.units
    units.insert(list(units).index("tokens") + 1, "terms", matrix.sum(axis=1))
    return Terms(
        matrix, table, units, removed, unit, counting | {"words": words}, type_counts.origin
    )


def _terms_of(like: Vocabulary | None) -> list[str] | None:
    return None if like is None else list(like.vocabulary["term"])


def _phrases(
    source: Corpus | Study,
    phrases: str | Iterable[str] | pd.DataFrame | None,
    tokens: str,
    stop_words: str | Iterable[str] | None,
) -> tuple[tuple[str, ...], ...]:
    """Return the phrases as words: those that are given, or found by a measure."""
    if phrases is None:
        return ()
    if isinstance(source, Study):
        raise InputError(
            "phrases need the order of words, and the features of a study do not have it. "
            "Count phrases in the texts: count_terms(corpus, phrases=…)."
        )
    if isinstance(phrases, str) and phrases in MEASURES:
        phrases = find_phrases(corpus=source, measure=phrases, tokens=tokens, stop_words=stop_words)
    return phrase_words(phrases)


@dataclass(frozen=True)
class _TypeCounts:
    """Counts of types by unit, before types become terms."""

    matrix: sparse.csr_array
    names: list[str]
    units: pd.DataFrame
    origin: str


def _from_corpus(corpus: Corpus, task: Task, without: Actors | None, workers: int) -> _TypeCounts:
    """Count the types in the texts of a corpus."""
    dropped = _name_spans(corpus, without, workers)
    batches = make_batches(corpus.table["text"], corpus.removed_lines, dropped)
    jobs = min(workers, len(batches))
    shares = [list(share) for share in np.array_split(np.arange(len(batches)), jobs)]
    calls = (delayed(count_types)(task, [batches[number] for number in share]) for share in shares)
    done = list(in_parallel(calls, jobs))
    matrix, names = _joined([(matrix, names) for matrix, names, _ in done])
    units = [batch for *_, of_batch in done for batch in of_batch]
    table = _unit_table(units, task.unit, corpus.table.drop(columns="text"))
    return _TypeCounts(matrix, names, table, corpus.fingerprint)


def _joined(
    counts: list[tuple[sparse.csr_array, list[str]]],
) -> tuple[sparse.csr_array, list[str]]:
    """Return the counts of several processes as one matrix; each process numbers its own types."""
    if len(counts) == 1:
        return counts[0]
    number: dict[str, int] = {}
    columns = [
        np.array([number.setdefault(name, len(number)) for name in names], dtype=np.int64)
        for _, names in counts
    ]
    blocks = [
        sparse.csr_array(
            (matrix.data, column[matrix.indices], matrix.indptr),
            shape=(matrix.shape[0], len(number)),
        )
        for (matrix, _), column in zip(counts, columns, strict=True)
    ]
    return sparse.vstack(blocks, format="csr"), list(number)


def _name_spans(corpus: Corpus, without: Actors | None, workers: int) -> list[list[Span]]:
    """Return the spans of the names of actors in each document, in order."""
    if without is None:
        return [[] for _ in range(len(corpus))]
    names = make_lexicon(
        {"names": list(dict.fromkeys(without.table["alias"]))}, language=corpus.language
    )
    hits = find_hits(corpus, names, workers=workers).table
    spans: dict[str, list[Span]] = {}
    for doc_id, start, end in hits[["doc_id", "start", "end"]].itertuples(index=False):
        spans.setdefault(doc_id, []).append((start, end))
    return [spans.get(doc_id, []) for doc_id in corpus.table["doc_id"]]


def _unit_table(units: list[Units], unit: str, documents: pd.DataFrame) -> pd.DataFrame:
    """Return the table of the units, with the columns of their documents."""
    table = pd.DataFrame(
        {
            name: np.concatenate([getattr(batch, name) for batch in units])
            for name in ("document", "start", "end", "tokens")
        }
    )
    heads = documents.iloc[table.pop("document")].reset_index(drop=True)
    table.insert(0, "doc_id", heads.pop("doc_id"))
    return _with_ids(pd.concat([table, heads], axis=1), unit)


def _with_ids(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return the table with unit_id: doc_id, and the number of the unit in its document."""
    ids = table["doc_id"]
    if unit != "document":
        number = table.groupby("doc_id", sort=False).cumcount() + 1
        ids = ids + ":" + number.astype("str")
    table.insert(0, "unit_id", ids)
    return table


def _from_study(study: Study, task: Task, without: Actors | None) -> _TypeCounts:
    """Return the counts of types in the features of a study."""
    if task.unit == "sentence":
        raise InputError(
            'The features of a study count words by paragraph: unit="sentence" needs its texts. '
            'Use unit="paragraph", unit="document" or words=….'
        )
    if task.rule != "words":
        raise InputError(
            f'The features of a study have tokens="words"; {task.rule!r} needs its texts. '
            "Leave tokens= out."
        )
    sentences = study.hits.sentences
    grouped = sentences.groupby(["doc_id", "paragraph"], sort=False)
    paragraphs = grouped.agg(
        start=("start", "first"), end=("end", "last"), tokens=("tokens", "sum")
    )
    paragraphs = paragraphs.reset_index()
    documents = study.hits.documents
    document = pd.Index(documents["doc_id"]).get_indexer(paragraphs["doc_id"])
    heads = np.arange(len(paragraphs))
    if task.unit == "document":
        heads = np.flatnonzero(np.append(True, np.diff(document) != 0))
    elif task.words:
        heads = passage_heads(document, paragraphs["tokens"].to_numpy(), task.words)
    # With heads 0 and 2, the paragraphs 0, 1, 2, 3 belong to the units 0, 0, 1, 1.
    unit = np.searchsorted(heads, np.arange(len(paragraphs)), side="right") - 1
    keys = pd.MultiIndex.from_frame(paragraphs[["doc_id", "paragraph"]])
    row = unit[keys.get_indexer(pd.MultiIndex.from_frame(study.terms[["doc_id", "paragraph"]]))]
    code, names = pd.factorize(study.terms["term"])
    matrix = sparse.csr_array(
        (study.terms["n"].to_numpy(), (row, code)), shape=(len(heads), len(names))
    )
    last = np.append(heads[1:], len(paragraphs)) - 1
    tokens = np.bincount(unit, weights=paragraphs["tokens"], minlength=len(heads)).astype(np.int64)
    units = Units(
        document[heads],
        paragraphs["start"].to_numpy()[heads],
        paragraphs["end"].to_numpy()[last],
        tokens,
    )
    words = [str(name) for name in names]
    if without is not None:
        matrix, words = _without_names(matrix, words, without)
    table = _unit_table([units], task.unit, documents)
    return _TypeCounts(matrix, words, table, study.hits.corpus_fingerprint)


def _without_names(
    matrix: sparse.csr_array, names: list[str], without: Actors
) -> tuple[sparse.csr_array, list[str]]:
    """Leave out names of one word; longer names are unknown without the order of words."""
    aliases = {fold(alias) for alias in without.table["alias"]}
    columns = [
        column for column, name in enumerate(names) if name.removesuffix("'s") not in aliases
    ]
    return matrix[:, columns], [names[column] for column in columns]
