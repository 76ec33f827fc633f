"""Terms: the occurrences of each term in each unit of text."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd
from scipy import sparse

from framing._core.checks import InputError, a_kind, check_choice, check_objects, check_positive
from framing._core.result import Result
from framing.corpus.corpus import Corpus
from framing.corpus.datasets import Dataset, open_dataset
from framing.hits.study import Study
from framing.lexicons.actors import Actors
from framing.text.characters import fold
from framing.text.counts import Task, Units, passage_heads
from framing.text.stop_words import AUTO, as_stop_words, stop_words_for
from framing.text.tokens import RULES
from framing.words.phrases import MEASURES, find_phrases, phrase_words
from framing.words.stored_terms import StoredTerms, count_dataset, groups_of, matrix_of
from framing.words.type_counts import TypeCounts, from_corpus, unit_table
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


# The rules of `count_terms` that it has where none are given.
_USUAL = {
    "tokens": "words", "min_length": 2, "numbers": False, "stem": False, "min_units": 2,
    "max_units": 1.0,
}  # fmt: skip


@check_objects
def count_terms(
    source: Corpus | Study | Dataset | str | Path,
    *,
    unit: str = "document",
    words: int | None = None,
    tokens: str = "words",
    stop_words: str | Iterable[str] | None = "auto",
    min_units: float = 2,
    max_units: float = 1.0,
    min_length: int = 2,
    numbers: bool = False,
    phrases: str | Iterable[str] | pd.DataFrame | None = None,
    stem: bool = False,
    without: Actors | None = None,
    like: Vocabulary | None = None,
    workers: int = 1,
    out: str | Path | None = None,
) -> Any:
    """Count the terms of each unit of text: the input of topic models and keyness.

    Returns Terms: a matrix with a row for each unit and a column for each word or phrase.

    Try it: ``fr.count_terms(fr.load_testbed("newswire").corpus, unit="paragraph")``.

    Preprocessing changes the topics of a model (Denny and Spirling 2018). Therefore every step is
    an argument, and ``.filters`` lists what each step removes.

    Parameters
    ----------
    source : Corpus, Study, Dataset or path
        The features of a study have counts by paragraph: there are no sentences and no phrases,
        and passages consist of whole paragraphs. A dataset that is larger than memory comes from
        `open_dataset`; a path is opened with its defaults. It is counted partition by partition in
        two passes, with the same numbers; rows that `score_dataset` refuses are refused.
    unit : {"document", "paragraph", "sentence"}
        The unit of text in which terms are counted: the rows of the matrix.
    words : int, optional
        Passages in place of ``unit``: whole sentences until a passage has this many tokens. The
        rest of a document belongs to its last passage if it has less than half as many.
    tokens : {"words", "plain"}
        "words": as everywhere in this package ("don't", "U.S." and "1,000.5" are one token
        each), without the 's of possessives. "plain": runs of letters, digits and underscores, as
        scikit-learn's CountVectorizer cuts them.
    stop_words : str, iterable of str or None
        "auto": the list of the language of the corpus; where none ships, no word is left out, with
        a warning. Or the language of a list (see `load_stop_words`): "da", "de", "en", "es", "fi",
        "fr", "hu", "it", "nb", "nl", "pt", "ru", "sv". Or words of your own; or None.
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
        Count the same terms by the same rules as these. ``unit``, ``words``, ``without`` and
        ``workers`` go with it; other rules are refused. A model of other text needs this.
    workers : int
        Processes that share the work; the counts are the same with any number.
    out : str or Path, optional
        For a dataset: a folder for the counts, so that they need not fit into memory. When the
        same call is made again, it does only what is missing.

    Returns
    -------
    Terms
        Terms are in small letters, and ß is ss: größe, grösse and GRÖSSE are one term, which is
        called grösse (groesse is another). Units without a term are kept and counted in
        ``.empty``. With ``out``, a `StoredTerms`, which `fit_topics` reads in small batches.

    Raises
    ------
    InputError
        An argument is not allowed, a rule is not that of ``like``, or no term is left; the message
        says how many terms each filter removes.

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
    if isinstance(source, str | Path):
        source = open_dataset(source)
    if out is not None and not isinstance(source, Dataset):
        raise InputError(
            "out= is a folder for the counts of a dataset, and this source fits into memory. Leave "
            "it out, or open the files: count_terms(open_dataset(path), out=…)."
        )
    check_choice("unit", unit, UNITS)
    check_choice("tokens", tokens, RULES)
    check_positive("min_length", min_length, whole=True)
    check_positive("workers", workers, whole=True)
    if words is not None:
        check_positive("words", words, whole=True)
        unit = "passage"
    language = source.language if isinstance(source, Corpus) else "en"
    if isinstance(source, Dataset):
        language = source.reading.language
    if like is not None and not hasattr(like, "counting"):
        raise InputError(
            f"like is {a_kind(type(like).__name__)}; it must be Terms, which count_terms returns, "
            "or Topics, which fit_topics returns. A list of words is a lexicon: make_lexicon(…)."
        )
    if like is None:
        # An error is raised before a warning is given.
        as_stemmer(stem, language)
        stop_words = stop_words_for(stop_words, language, "count_terms")
    elif stop_words == AUTO:
        # The words of the other counts are taken anyway.
        stop_words = None
    counting: dict[str, Any] = {
        "tokens": tokens, "min_length": min_length, "numbers": numbers, "stem": stem,
        "min_units": min_units, "max_units": max_units,
        "stop_words": sorted(as_stop_words(stop_words, tokens)),
        "phrases": list(map(" ".join, _phrases(source, phrases, tokens, stop_words))),
    }  # fmt: skip
    if like is not None:
        chosen = [name for name, usual in _USUAL.items() if counting[name] != usual]
        chosen += ["stop_words"] * (stop_words is not None) + ["phrases"] * (phrases is not None)
        for name in chosen:
            if counting[name] != like.counting.get(name):
                raise InputError(
                    f"{name}= cannot be used with like=, which brings its own rules. Leave "
                    f"{name}= out; or leave like= out and give the same rules for both texts."
                )
        counting = dict(like.counting)
    filters = Filters(
        counting["tokens"] == "words", frozenset(counting["stop_words"]), counting["min_units"],
        counting["max_units"], counting["min_length"], counting["numbers"],
        as_stemmer(counting["stem"], language),
    )  # fmt: skip
    check_filters(filters)
    split = tuple(tuple(phrase.split(" ")) for phrase in counting["phrases"])
    task = Task(unit, words or 0, counting["tokens"], language, split)
    if isinstance(source, Dataset):
        only = None if like is None else like.vocabulary
        with _folder_or_none(out) as folder:
            stored = count_dataset(
                source, folder, task, filters, without, counting | {"words": words}, only, workers
            )
            return stored if out is not None else _loaded(stored)
    type_counts = (
        _from_study(source, task, without)
        if isinstance(source, Study)
        else from_corpus(source, task, without, workers)
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


@contextmanager
def _folder_or_none(out: str | Path | None) -> Iterator[str | Path]:
    """Yield the folder, or one that is deleted at the end."""
    if out is not None:
        yield out
        return
    with TemporaryDirectory() as scratch:
        yield f"{scratch}/terms"


def _loaded(stored: StoredTerms) -> Terms:
    """Return counts on disk in memory."""
    blocks = [matrix_of(stored, path, number) for path, number, _ in groups_of(stored)]
    return Terms(
        sparse.vstack(blocks, format="csr"), stored.vocabulary, stored.units(), stored.filters,
        stored.unit, stored.counting, stored.origin,
    )  # fmt: skip


def _terms_of(like: Vocabulary | None) -> list[str] | None:
    return None if like is None else list(like.vocabulary["term"])


def _phrases(
    source: Corpus | Study | Dataset,
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
    named = isinstance(phrases, str) and phrases in MEASURES
    if isinstance(source, Dataset) and named:
        raise InputError(
            f"phrases={phrases!r}: phrases are found in a corpus in memory. Find them in a part of "
            f"the dataset, and give the list: phrases=find_phrases(corpus, measure={phrases!r})."
        )
    if isinstance(source, Corpus) and isinstance(phrases, str) and named:
        phrases = find_phrases(corpus=source, measure=phrases, tokens=tokens, stop_words=stop_words)
    return phrase_words(phrases)


def _from_study(study: Study, task: Task, without: Actors | None) -> TypeCounts:
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
    table = unit_table([units], task.unit, documents)
    return TypeCounts(matrix, words, table, study.hits.corpus_fingerprint)


def _without_names(
    matrix: sparse.csr_array, names: list[str], without: Actors
) -> tuple[sparse.csr_array, list[str]]:
    """Leave out names of one word; longer names are unknown without the order of words."""
    aliases = {fold(alias) for alias in without.table["alias"]}
    columns = [
        column for column, name in enumerate(names) if name.removesuffix("'s") not in aliases
    ]
    return matrix[:, columns], [names[column] for column in columns]
