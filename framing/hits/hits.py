"""Hits: every match of a lexicon in a corpus, with all sentences that were searched."""

import warnings
import weakref
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, TypeVar

import numpy as np
import pandas as pd
from joblib import delayed
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, check_objects, check_positive, listing
from framing._core.long_work import in_parallel, progress_bar, with_progress
from framing._core.memory import MANY_SEARCHED, give_back
from framing._core.renaming import renamed
from framing._core.result import Result, TableResult
from framing._core.tables import ROWS, as_html, counted
from framing._core.typing import Array, Mask, Rows
from framing.corpus.corpus import Corpus, keep_sentences, name_documents
from framing.hits.context.cues import speaker_names
from framing.hits.matcher import CuedLexicon, compile_lexicon, count_matches, find_matches
from framing.lexicons.actors import Actors
from framing.lexicons.lexicon import Lexicon
from framing.text.chunks import Stack, batches, read_parts, stack
from framing.text.wrapped_lines import Span

Member = TypeVar("Member")
Columns = dict[str, NDArray[Any]]

NESTED = ("frame", "lexicon")
REJECTED = ("include", "exclude", "only")
TEXT_UNITS = ("sentence", "paragraph", "document")
# Of more characters processes search, which take seconds to start; of fewer threads, of which two
# take three quarters of the time of one.
MOST_FOR_THREADS = 50_000_000
# An index that tables share is not made for each of them.
ENTRY_COLUMNS = pd.Index(["frame", "entry", "weight", "label"])
# Characters of the sentence on each side of a hit in JupyterLab.
BRIEF = 40


@dataclass(frozen=True, eq=False)
class Hits(Result):
    """The hits of a lexicon in a corpus: a table with one row per match, in reading order.

    `find_hits` returns it; `score` counts it.

    Try it: ``fr.load_study("articles").hits.table``.

    It contains no text of the articles, so it can be shared where the texts cannot.

    Attributes
    ----------
    table : pandas.DataFrame
        ``doc_id``, ``paragraph`` and ``sentence`` (numbers from 1 in the document), ``start``
        and ``end`` (character offsets in the unchanged text), ``frame``, ``entry`` (as written in
        the lexicon), ``weight``; then the context, found by rules: ``rejected`` (denied, refused,
        ruled out or negated in its clause; a negation that the entry writes itself, as in "no
        real", is what it means and denies nothing), ``hedged`` (possible, conditional or
        second-hand), ``quoted`` (between quotation marks) and ``speaker``: an actor, "other" (not
        in the table of actors), "unresolved" (a quotation of four words or more that nothing
        attributes, or a pronoun; "he said" is the actor whom the sentence before has as its
        speaker or subject, where it names no other) or "" (the journalist).
        benchmarks/context.md reports how often the rules are right.
    sentences : pandas.DataFrame
        Every sentence that was searched, also those without a hit: ``doc_id``, ``paragraph``,
        ``sentence``, ``start``, ``end``, ``tokens``.
    documents : pandas.DataFrame
        The table of the corpus without the texts.
    entries : pandas.DataFrame
        The entries of the lexicon: ``frame``, ``entry``, ``weight``, ``label``.
    lexicon : str
        Name and version of the lexicon.
    lexicon_hash, corpus_fingerprint : str
        They identify the instrument and the texts.
    nested : str
        The rule for overlapping matches.
    unit : {"sentence", "paragraph", "document"}
        What a row of ``sentences`` is: a sentence, or a larger unit that was coded as a whole.
    """

    table: pd.DataFrame
    sentences: pd.DataFrame
    documents: pd.DataFrame
    entries: pd.DataFrame
    lexicon: str
    lexicon_hash: str
    corpus_fingerprint: str
    nested: str = "frame"
    unit: str = "sentence"

    draw_instead: ClassVar[str] = (
        "Draw score(hits), count_entries(hits) or locate_hits(hits) instead."
    )
    computed_by: ClassVar[tuple[str, ...]] = ("ahocorasick_rs",)

    @property
    def frames(self) -> list[str]:
        """Return the frames of the lexicon in their order, also those without a hit."""
        return [str(frame) for frame in self.entries["frame"].cat.categories]

    def presence(self, unit: str = "sentence", *, rejected: str = "include") -> Mask:
        """Return in which units of text each frame is present.

        Parameters
        ----------
        unit : {"sentence", "paragraph", "document"}
            What a row is: a sentence of ``sentences``, a paragraph, or a document of
            ``documents``, in their order. Units without a hit have a row too.
        rejected : {"include", "exclude", "only"}
            Whether to count hits whose frame is denied or refused, as in `score`.

        Returns
        -------
        array of bool, shape (units, frames)
            True where the unit has at least one hit of the frame. The columns are ``frames``.

        Raises
        ------
        InputError
            ``unit`` or ``rejected`` is not known, or the hits have no context.

        Examples
        --------
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["A truce. Rain fell. No truce."])
        >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
        >>> hits.presence()[:, 0].tolist()
        [True, False, True]
        >>> hits.presence("document", rejected="only").tolist()
        [[True]]
        """
        check_choice("unit", unit, TEXT_UNITS)
        counted = by_rejection(self, rejected)
        rows = sentence_rows(counted)
        size = len(self.sentences)
        if unit == "document":
            ids = pd.Index(self.documents["doc_id"])
            rows, size = ids.get_indexer(counted.table["doc_id"]), len(ids)
        elif unit == "paragraph" and size:
            first = ~self.sentences.duplicated(["doc_id", "paragraph"]).to_numpy()
            rows, size = (np.cumsum(first) - 1)[rows], int(first.sum())
        present = np.zeros((size, len(self.frames)), dtype=bool)
        present[rows, counted.table["frame"].cat.codes] = True
        return present

    def __repr__(self) -> str:
        counts = self.table["frame"].value_counts()
        frames = ", ".join(f"{frame} {counts[frame]:,}" for frame in self.frames)
        sentences = counted(len(self.sentences), f"{self.unit}s")
        documents = counted(len(self.documents), "documents")
        return f"<Hits: {len(self):,} of {self.lexicon} in {sentences}, {documents} ({frames})>"

    def _rows(self) -> pd.DataFrame:
        """Return the hits with the words that were matched and the sentence, where they are known.

        They are known as long as the corpus that was searched is in memory: hits have no texts.
        """
        searched = SEARCHED.get(self)
        corpus = searched() if searched else None
        if corpus is None or self.table.empty:
            return self.table
        first = self.table.head(ROWS)
        texts = corpus.table.drop_duplicates("doc_id").set_index("doc_id")["text"]
        bounds = self.sentences.iloc[sentence_rows(self)[: len(first)]]
        words, around = [], []
        columns = zip(
            first["doc_id"], first["start"], first["end"], bounds["start"], bounds["end"],
            strict=True,
        )  # fmt: skip
        for doc_id, start, end, left, right in columns:
            text = texts[doc_id]
            words.append(" ".join(text[start:end].split()))
            before = " ".join(text[max(left, start - BRIEF) : start].split())
            after = " ".join(text[end : min(right, end + BRIEF)].split())
            around.append(
                f"{'…' * (left < start - BRIEF)}{before} [{words[-1]}] {after}"
                f"{'…' * (right > end + BRIEF)}"
            )
        shown = pd.DataFrame({"doc_id": first["doc_id"], "frame": first["frame"]})
        shown["words"], shown["sentence"] = words, around
        context = [name for name in ("rejected", "hedged", "quoted", "speaker") if name in first]
        return pd.concat([shown, first[context]], axis=1)

    def _page(self) -> str:
        """Return the HTML for JupyterLab."""
        return as_html(repr(self), self._rows(), len(self))


# The corpus that was searched for hits, as long as it is in memory, for what JupyterLab shows.
SEARCHED: "weakref.WeakKeyDictionary[Hits, weakref.ref[Corpus]]" = weakref.WeakKeyDictionary()


@check_objects
@with_progress
def find_hits(
    corpus: Corpus,
    lexicon: Lexicon,
    *,
    nested: str = "frame",
    actors: Actors | None = None,
    workers: int = 1,
    progress: bool = True,
) -> Hits:
    """Find every match of a lexicon in a corpus.

    Returns Hits: a table with one row per match, with its place in the text and its context
    (denied, uncertain, quoted, and who speaks). `score` turns them into rates and shares.

    Try it: ``fr.find_hits(fr.make_corpus(["A truce."]), fr.make_lexicon({"peace": ["truce"]}))``.

    Matching ignores case (by Unicode folding; not for entries with ``case = true``), the form of
    apostrophes and hyphens, vowel signs of Arabic and Hebrew, and how accents are composed. An
    entry matches whole words, by the grammar that `read_lexicon` describes. No match crosses a
    sentence end. Where matches overlap, the longest (in tokens) has priority.

    Parameters
    ----------
    corpus : Corpus
        The texts to search.
    lexicon : Lexicon
        What to search for.
    nested : {"frame", "lexicon"}
        With "frame", a token counts once per frame: a match is dropped when one of its tokens is
        part of a longer match of the same frame. With "lexicon", a match is also dropped when
        matches of any frames contain all its tokens. The rules are those of
        ``nested_scope`` in quanteda (Benoit et al. 2018).
    actors : Actors, optional
        The speakers to name, such as ``load_actors("ukraine-peace")``. Without it every named
        speaker is "other".
    workers : int
        Number of threads, which take a share of the texts each; of processes for more than 50
        million characters, or where the native engine is not used. The hits are the same for any
        number.
    progress : bool
        Whether to show a bar on stderr where this takes long. There is none where stderr is not a
        terminal.

    Returns
    -------
    Hits
        One row per match with its context, and all sentences with their token counts. A match
        that an exception covers is not a hit. The context never removes a hit. Without any hit
        the table is empty. There are cues for English only: in other languages the table has no
        columns of the context.

    Raises
    ------
    InputError
        ``nested`` is neither of the two, or ``workers`` is not a whole number above 0.

    References
    ----------
    Benoit, K. et al. (2018). quanteda: An R package for the quantitative analysis of textual
    data. Journal of Open Source Software 3(30), 774. doi:10.21105/joss.00774

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Peace talks began. For her own peace of mind she left."])
    >>> lexicon = fr.make_lexicon(
    ...     {"peace": {"entries": ["peace", "peace talk*"], "exceptions": ["peace of mind"]}}
    ... )
    >>> fr.find_hits(corpus, lexicon).table[["sentence", "start", "end", "entry"]]
       sentence  start  end        entry
    0         1      0   11  peace talk*
    """
    check_choice("nested", nested, NESTED)
    check_positive("workers", workers, whole=True)
    _compare_languages(corpus, lexicon)
    instrument = CuedLexicon.in_context(lexicon, corpus.language, actors)
    hits_by_batch, sentences, rows = [], Stack(), 0
    threads = workers > 1 and _in_threads(corpus, instrument)
    for hits, batch_sentences in _search(
        corpus, _find_batch, "find_hits", (instrument, nested, True), workers, threads=threads
    ):
        hits_by_batch.append({**hits, "row": hits["row"] + rows})
        rows += sentences.add(batch_sentences)
    doc_ids, searched = corpus.table["doc_id"], sentences.take()
    del sentences
    table = _hit_table(stack(hits_by_batch), searched, doc_ids, instrument, speaker_names(actors))
    result = Hits(
        table=table,
        sentences=name_documents([searched], doc_ids),
        documents=_columns(corpus.table, [name for name in corpus.table if name != "text"]),
        entries=_entries(lexicon.table),
        lexicon=f"{lexicon.name} {lexicon.version}".strip(),
        lexicon_hash=lexicon.hash,
        corpus_fingerprint=corpus.fingerprint,
        nested=nested,
        settings={"nested": nested, "actors": None if actors is None else actors.name},
    )
    SEARCHED[result] = weakref.ref(corpus)
    if corpus.lengths.sum() >= MANY_SEARCHED:
        give_back()
    return result


def _in_threads(corpus: Corpus, instrument: CuedLexicon) -> bool:
    """Return whether threads are faster than processes, with the lexicon ready for them."""
    if corpus.lengths.sum() > MOST_FOR_THREADS:
        return False
    # Compiled before they start, or each of them would do so.
    matcher = compile_lexicon(instrument)
    return matcher.search is not None and matcher.near.search is not None


def _columns(table: pd.DataFrame, names: Iterable[Any]) -> pd.DataFrame:
    """Return some columns of a table, in a fifth of the time of ``table[names]``."""
    places: list[Any] = [table.columns.get_loc(name) for name in names]
    return table.take(places, axis=1)


def _entries(table: pd.DataFrame) -> pd.DataFrame:
    """Return the entries of hits from the table of a lexicon."""
    entries = _columns(table, ["frame", "pattern", "weight", "label"])
    entries.columns = ENTRY_COLUMNS.view()
    return entries


def frame_rows(corpus: Corpus, lexicon: Lexicon) -> tuple[Rows, Rows, Mask | None]:
    """Return of each hit the row of its sentence, the number of its frame, and if it is rejected.

    They are those of `find_hits`, in less time: nothing else is asked. The rows are those of
    ``corpus.sentences``, which the corpus then knows. Without context in the language, the last
    is None.
    """
    _compare_languages(corpus, lexicon)
    instrument = CuedLexicon.in_context(lexicon, corpus.language)
    found = list(_search(corpus, _find_batch, "find_hits", (instrument, "frame", False), 1))
    sizes = [len(sentences["document"]) for _, sentences in found]
    keep_sentences(corpus, [sentences for _, sentences in found])
    begins = np.cumsum([0, *sizes])
    columns = stack(
        [
            {**hits, "row": hits["row"] + begin}
            for (hits, _), begin in zip(found, begins, strict=False)
        ]
    )
    frame = lexicon.table["frame"].cat.codes.to_numpy(dtype=np.int64)[columns["entry"]]
    return columns["row"], frame, columns.get("rejected")


def _compare_languages(corpus: Corpus, lexicon: Lexicon) -> None:
    """Warn where the lexicon is in another language than the corpus."""
    if lexicon.language != corpus.language:
        warnings.warn(
            f"The lexicon {lexicon.name!r} is in {lexicon.language!r}, the corpus in "
            f"{corpus.language!r}: few hits, or wrong ones. Read the articles with "
            f"language={lexicon.language!r}; or, if they are right, write {corpus.language!r} as "
            "the language at the top of the lexicon (a dictionary of another program becomes TOML "
            "with write_lexicon).",
            UserWarning,
            stacklevel=4,
        )


@dataclass(frozen=True, eq=False, repr=False)
class HitCounts(TableResult):
    """The number of hits of each frame in each document, without their positions.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per document and frame: ``doc_id``, ``frame``, ``n``, ``numerator``,
        ``denominator``; see `count_hits`.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        What was not measured, with the ``reason``.
    """

    made_by: ClassVar[str] = "count_hits"
    rows: ClassVar[str] = "counts"
    draw_instead: ClassVar[str] = "score(find_hits(corpus, lexicon)).plot() draws scores."


@check_objects
@with_progress
def count_hits(
    corpus: Corpus,
    lexicon: Lexicon,
    *,
    nested: str = "frame",
    workers: int = 1,
    progress: bool = True,
) -> HitCounts:
    """Return the number of hits in each document: those of `find_hits`, without positions.

    Use it where counts are enough: for scores, context and evidence use `find_hits`.

    Try it: ``fr.count_hits(fr.make_corpus(["A truce."]), fr.make_lexicon({"peace": ["truce"]}))``.

    It is several times as fast as `find_hits`, unless many entries have conditions.

    Parameters
    ----------
    corpus : Corpus
        The texts to search.
    lexicon : Lexicon
        What to search for.
    nested : {"frame", "lexicon"}
        As in `find_hits`.
    workers : int
        Number of threads, which take a share of the texts each; of processes where the native
        engine is not used. The counts are the same for any number.
    progress : bool
        As in `find_hits`.

    Returns
    -------
    HitCounts
        Its ``table`` has one row per document and frame, also where there is no hit: ``doc_id``,
        ``frame``, ``n`` (hits), ``numerator`` (sum of their weights) and ``denominator`` (tokens).

    Raises
    ------
    InputError
        As `find_hits`.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Truce talks stall.", "Rain fell."])
    >>> fr.count_hits(corpus, fr.make_lexicon({"peace": ["truce", "talks"]})).table
      doc_id  frame  n  numerator  denominator
    0  text1  peace  2        2.0            3
    1  text2  peace  0        0.0            2
    """
    check_choice("nested", nested, NESTED)
    check_positive("workers", workers, whole=True)
    _compare_languages(corpus, lexicon)
    instrument = CuedLexicon.of(lexicon)
    # Counting is nearly all in the native engine, in which threads run at the same time. The
    # lexicon is compiled before they start, or each of them would do so.
    threads = compile_lexicon(instrument).search is not None
    results = list(
        _search(corpus, _count_batch, "count_hits", (instrument, nested), workers, threads=threads)
    )
    rows = stack([counted for counted, _ in results])
    frame, entry = lexicon.table["frame"].array, rows["entry"]
    k = len(frame.categories)
    size = len(corpus) * k
    cell = rows["document"] * k + frame.codes[entry]
    weights = lexicon.table["weight"].to_numpy()[entry]
    table = pd.DataFrame(
        {
            "doc_id": corpus.table["doc_id"].array.repeat(k),
            "frame": pd.Categorical.from_codes(
                np.tile(np.arange(k), len(corpus)), dtype=frame.dtype, validate=False
            ),
            "n": np.bincount(cell, minlength=size),
            "numerator": np.bincount(cell, weights=weights, minlength=size).astype(np.float64),
            "denominator": np.repeat(np.concatenate([tokens for _, tokens in results]), k),
        }
    )
    settings = {
        "nested": nested, "lexicon": f"{lexicon.name} {lexicon.version}".strip(),
        "lexicon_hash": lexicon.hash, "corpus_fingerprint": corpus.fingerprint,
    }  # fmt: skip
    return HitCounts(table, settings=settings)


def _search(
    corpus: Corpus,
    batch: Callable[..., Member],
    label: str,
    options: tuple[object, ...],
    workers: int,
    *,
    threads: bool = False,
) -> Iterator[Member]:
    """Yield the result of a function for each batch of articles, in order."""
    texts, removed = corpus.table["text"].array, corpus.removed_lines
    # Processes take longer to start than such small batches to search.
    slices = batches(corpus.lengths, workers if threads else 1)
    # Python strings of all articles would be a second copy of the corpus, so each batch makes
    # its strings when it begins. The detour over numpy takes a tenth of the time of list().
    calls = (
        delayed(batch)(
            *options, corpus.language, rows.start,
            np.asarray(texts[rows], dtype=object).tolist(), removed[rows],
        )
        for rows in slices
    )  # fmt: skip
    if len(slices) == 1:
        # There is nothing to share, and a bar would have one step.
        yield from in_parallel(calls, 1)
        return
    # A progress bar at a terminal; none for a short search or a log file.
    with progress_bar(len(texts), "doc", label, delay=3) as bar:
        # The fingerprint is needed in the end, and what computes it leaves Python to the threads.
        found = in_parallel(calls, workers, threads=threads, meanwhile=lambda: corpus.fingerprint)
        for rows, result in zip(slices, found, strict=True):
            yield result
            bar.update(rows.stop - rows.start)


def _find_batch(
    instrument: CuedLexicon,
    nested: str,
    whole: bool,
    language: str,
    number: int,
    texts: list[str],
    removed: list[list[Span]],
) -> tuple[Columns, Columns]:
    """Return the hits and the sentences of a batch of articles, with the ``whole`` context."""
    matcher = compile_lexicon(instrument)
    hits, tables, sentences, of_article = [], [], 0, 0
    for part in read_parts(number, texts, removed, language, matcher.alphabet, matcher.before):
        found = find_matches(matcher, part.chunk, nested, part.rows, whole=whole)
        moved = {
            "row": found["row"] - part.rows.start + sentences,
            "start": found["start"] + part.moved,
            "end": found["end"] + part.moved,
        }
        hits.append({**found, **moved})
        tables.append(part.table(of_article))
        size = len(tables[-1]["start"])
        sentences, of_article = sentences + size, 0 if part.ends else of_article + size
    return stack(hits), stack(tables)


def _count_batch(instrument: CuedLexicon, nested: str, *batch: Any) -> tuple[Columns, Rows]:
    """Return the counts of entries and the tokens of each article of a batch."""
    return count_matches(compile_lexicon(instrument), nested, *batch)


def _hit_table(
    matches: Columns,
    sentences: Columns,
    doc_ids: "pd.Series[str]",
    instrument: CuedLexicon,
    speakers: list[str],
) -> pd.DataFrame:
    """Return the table of hits, from the rows of their sentences and entries."""
    row, entry = matches["row"], matches["entry"]
    entries = instrument.lexicon.table
    # Strings are numbered once for each entry, not once for each hit.
    code, named = _numbered(instrument.patterns)
    columns: dict[str, Any] = {
        "doc_id": doc_ids.array.take(sentences["document"][row]),
        "paragraph": sentences["paragraph"][row],
        "sentence": sentences["sentence"][row],
        "start": matches["start"],
        "end": matches["end"],
        "frame": entries["frame"].array.take(entry),
        "entry": pd.Categorical.from_codes(code[entry], dtype=named, validate=False),
        "weight": entries["weight"].to_numpy()[entry],
    }
    if "rejected" in matches:
        for name in ("rejected", "hedged", "quoted"):
            columns[name] = matches[name].astype(bool)
        _, named = _numbered(tuple(speakers))
        columns["speaker"] = pd.Categorical.from_codes(
            matches["speaker"], dtype=named, validate=False
        )
    # The columns are new, and no other table has them.
    return pd.DataFrame(columns, copy=False)


@lru_cache(maxsize=8)
def _numbered(names: tuple[str, ...]) -> tuple[NDArray[np.int32], pd.CategoricalDtype]:
    """Return the number of each name, and the type of columns with these numbers."""
    number = {name: place for place, name in enumerate(dict.fromkeys(names))}
    code = np.array([number[name] for name in names], dtype=np.int32)
    code.flags.writeable = False
    return code, pd.CategoricalDtype(list(number))


def sentence_rows(hits: Hits) -> NDArray[np.intp]:
    """Return the row of the sentence of each hit in ``hits.sentences``.

    Sentence 3 of a document whose sentences begin in row 10 is in row 12. Paragraphs and documents
    are named by their first sentence, so that they are looked up.
    """
    if hits.unit != "sentence":
        keys = ["doc_id", "sentence"]
        searched = pd.MultiIndex.from_frame(hits.sentences[keys])
        return searched.get_indexer(pd.MultiIndex.from_frame(hits.table[keys])).astype(np.intp)
    ids = hits.sentences["doc_id"]
    first = pd.Series(np.arange(len(ids)), index=ids.to_numpy()).groupby(level=0).first()
    begin = hits.table["doc_id"].map(first).to_numpy(dtype=np.intp)
    rows: NDArray[np.intp] = begin + hits.table["sentence"].to_numpy(dtype=np.intp) - 1
    return rows


def sentence_weights(hits: Hits) -> Array:
    """Return the summed weights of the hits in each sentence, shape (sentences, frames).

    The cell of row 2 and frame 1 has the number 2 * frames + 1.
    """
    shape = len(hits.sentences), len(hits.frames)
    cell = sentence_rows(hits) * shape[1] + hits.table["frame"].cat.codes.to_numpy(dtype=np.intp)
    weights = hits.table["weight"].to_numpy(dtype=np.float64)
    summed = np.bincount(cell, weights=weights, minlength=shape[0] * shape[1])
    return summed.reshape(shape).astype(np.float64)


def by_rejection(hits: Hits, rejected: str) -> Hits:
    """Return the hits that count: all, or without ("exclude") or only with rejected frames."""
    check_choice("rejected", rejected, REJECTED)
    if rejected == "include":
        return hits
    if "rejected" not in hits.table:
        raise InputError(
            f'rejected="{rejected}" needs the context of hits, and these have none. find_hits '
            "finds it in English texts; hits of a classifier or of codes have none. Leave "
            "rejected= out."
        )
    counted = hits.table["rejected"] == (rejected == "only")
    return replace(hits, table=hits.table[counted].reset_index(drop=True))


def check_texts(hits: Hits, corpus: Corpus) -> None:
    """Raise InputError unless the hits were found in the texts of the corpus."""
    if hits.corpus_fingerprint == corpus.fingerprint:
        return
    searched, present = hits.documents["doc_id"], corpus.table["doc_id"]
    absent = searched[~searched.isin(present)]
    added = present[~present.isin(searched)]
    differences = [f"it lacks {len(absent):,} of those searched: {listing(absent, 3)}"] * bool(
        len(absent)
    )
    differences += [f"{len(added):,} were not searched: {listing(added, 3)}"] * bool(len(added))
    why = "; ".join(differences) or "the ids are the same, but a text or the order is not"
    raise InputError(
        f"These hits were not found in this corpus ({why}). Give the corpus "
        "of these hits, or search this one: find_hits(corpus, lexicon)."
    )


@renamed(level="depth")
@check_objects
def merge_frames(hits: Hits, *, depth: int = 1) -> Hits:
    """Return the hits with nested frames merged, to count them at a higher depth.

    Parameters
    ----------
    hits : Hits
        Hits of a lexicon with frames inside frames.
    depth : int
        Number of levels in the name of a frame that stay: at depth 1, "sovereignty.territory"
        becomes "sovereignty".

    Returns
    -------
    Hits
        Where hits of merged frames overlap, the longest (in characters) stays.

    Raises
    ------
    InputError
        ``depth`` is not a whole number above 0.

    Examples
    --------
    >>> import framing as fr
    >>> lexicon = fr.make_lexicon(
    ...     {"state": {"land": {"entries": ["borders"]}, "rule": {"entries": ["open borders"]}}}
    ... )
    >>> hits = fr.find_hits(fr.make_corpus(["They keep open borders."]), lexicon)
    >>> fr.merge_frames(hits).table[["frame", "entry"]]
       frame         entry
    0  state  open borders
    """
    check_positive("depth", depth, whole=True)
    merged = [".".join(frame.split(".")[:depth]) for frame in hits.frames]
    frames = pd.CategoricalDtype(list(dict.fromkeys(merged)))

    def rename(frame: "pd.Series[str]") -> pd.Categorical:
        """Return the merged frames."""
        return pd.Categorical(np.array(merged, dtype=object)[frame.cat.codes], dtype=frames)

    table = hits.table.assign(frame=rename(hits.table["frame"]))
    entries = hits.entries.assign(frame=rename(hits.entries["frame"]))
    return replace(hits, table=_without_overlaps(table), entries=entries)


@check_objects
def merge_entries(hits: Hits, lexicon: Lexicon) -> Hits:
    """Return the hits with their entries called by their labels, entries of one label as one.

    Parameters
    ----------
    hits : Hits
        Hits of the lexicon.
    lexicon : Lexicon
        The lexicon that found them. An entry without a label keeps its pattern.

    Returns
    -------
    Hits
        The same hits. In ``entry`` of ``table`` and ``entries`` stand labels: what counts, draws or
        leaves out entries then does so with all entries of a label. The weight in ``entries`` is
        that of the first of them.

    Raises
    ------
    InputError
        The hits are of another lexicon.

    Examples
    --------
    >>> import framing as fr
    >>> lexicon = fr.load_lexicon("peace-initiative")
    >>> hits = fr.find_hits(fr.make_corpus(["An armistice was agreed."]), lexicon)
    >>> fr.merge_entries(hits, lexicon).table["entry"].tolist()
    ['a ceasefire']
    """
    if hits.lexicon_hash != lexicon.hash:
        raise InputError(
            f"lexicon: the hits are of {hits.lexicon} (hash {hits.lexicon_hash[:8]}), and this is "
            f"{lexicon.name} {lexicon.version} (hash {lexicon.hash[:8]}). Give the lexicon that "
            "found the hits."
        )
    terms = lexicon.table[["frame", "pattern", "label"]].astype("str")
    names = terms["label"].where(terms["label"] != "", terms["pattern"])
    names.index = pd.MultiIndex.from_frame(terms[["frame", "pattern"]])

    def rename(table: pd.DataFrame) -> pd.DataFrame:
        """Return the table with labels for patterns."""
        keys = pd.MultiIndex.from_frame(table[["frame", "entry"]].astype("str"))
        named = names[~names.index.duplicated()].reindex(keys).to_numpy()
        return table.assign(entry=pd.Series(named, index=table.index, dtype=table["entry"].dtype))

    entries = hits.entries.astype({"entry": "str"})
    entries = rename(entries).drop_duplicates(["frame", "entry"]).reset_index(drop=True)
    table = rename(hits.table.astype({"entry": "str"}))
    return replace(
        hits,
        table=table.astype({"entry": hits.table["entry"].dtype.name}),
        entries=entries.astype({"entry": hits.entries["entry"].dtype.name}),
    )


def _without_overlaps(table: pd.DataFrame) -> pd.DataFrame:
    """Return the hits that do not overlap a longer hit of the same frame in the document."""
    length = table["end"] - table["start"]
    accepted: dict[tuple[str, str], list[tuple[int, int]]] = {}
    rows = []
    ordered = table.assign(length=-length).sort_values(["length", "start"], kind="stable")
    keys = ordered[["doc_id", "frame", "start", "end"]].itertuples()
    for row, doc_id, frame, start, end in keys:
        spans = accepted.setdefault((doc_id, frame), [])
        position = bisect_left(spans, (start, end))
        free = position == 0 or spans[position - 1][1] <= start
        if free and (position == len(spans) or end <= spans[position][0]):
            spans.insert(position, (start, end))
            rows.append(row)
    return table.loc[sorted(rows)].reset_index(drop=True)
