"""Hits: every match of a lexicon in a corpus, with the sentences it was looked for in."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.typing import NDArray
from tqdm import tqdm

from framing._core.checks import InputError, check_choice, check_objects, check_positive, listing
from framing._core.renaming import renamed
from framing._core.result import Result, TableResult
from framing._core.typing import Array
from framing.corpus.corpus import Corpus, name_documents
from framing.hits.context.cues import context_patterns, speaker_names
from framing.hits.matcher import Instrument, compile_lexicon, count_matches, find_matches
from framing.lexicons.actors import Actors
from framing.lexicons.lexicon import Lexicon
from framing.text.segments import Span, batches, make_chunk

Value = TypeVar("Value")
Columns = dict[str, NDArray[Any]]

NESTED = ("frame", "lexicon")
REJECTED = ("include", "exclude", "only")
TEXT_UNITS = ("sentence", "paragraph", "document")


@dataclass(frozen=True, eq=False)
class Hits(Result):
    """The hits of a lexicon in a corpus: one row of ``table`` a match, in reading order.

    It holds no text of the articles, so that it can be shared where they cannot.

    Attributes
    ----------
    table : pandas.DataFrame
        ``doc_id``, ``paragraph`` and ``sentence`` (numbers from 1 in the document), ``start``
        and ``end`` (character offsets in the text as it was given), ``frame``, ``entry`` (as
        written in the lexicon), ``weight``; then the context, as far as rules can tell it:
        ``rejected`` (denied, refused, ruled out or said not to be, in its clause), ``hedged``
        (possible, conditional or second-hand), ``quoted`` (between quotation marks) and
        ``speaker``: an actor, "other" (not in the table of actors), "unresolved" (a pronoun)
        or "" (the journalist). How often they are right is measured in benchmarks/context.md.
    sentences : pandas.DataFrame
        Every sentence that was searched, with hits or without: ``doc_id``, ``paragraph``,
        ``sentence``, ``start``, ``end``, ``tokens``.
    documents : pandas.DataFrame
        The table of the corpus without the texts.
    entries : pandas.DataFrame
        The entries that were looked for: ``frame``, ``entry``, ``weight``.
    lexicon : str
        Name and version of the lexicon.
    lexicon_hash, corpus_fingerprint : str
        What was measured, with what.
    nested : str
        The rule for overlapping matches.
    """

    table: pd.DataFrame
    sentences: pd.DataFrame
    documents: pd.DataFrame
    entries: pd.DataFrame
    lexicon: str
    lexicon_hash: str
    corpus_fingerprint: str
    nested: str = "frame"

    draw_instead: ClassVar[str] = (
        "score(hits), count_entries(hits) and locate_hits(hits) have figures of their own."
    )
    computed_by: ClassVar[tuple[str, ...]] = ("ahocorasick_rs",)

    @property
    def frames(self) -> list[str]:
        """The frames of the lexicon, in their order, with hits or without."""
        return [str(frame) for frame in self.entries["frame"].cat.categories]

    def presence(self, unit: str = "sentence", *, rejected: str = "include") -> NDArray[np.bool_]:
        """Return in which units of text each frame is present.

        Parameters
        ----------
        unit : {"sentence", "paragraph", "document"}
            What a row is: a sentence of ``sentences``, a paragraph, or a document of
            ``documents``, in their order. Each has a row, with hits or without.
        rejected : {"include", "exclude", "only"}
            Whether hits count in which the frame is denied or refused, as in `score`.

        Returns
        -------
        array of bool, shape (units, frames)
            True where the unit has at least one hit of the frame. The columns are ``frames``.

        Raises
        ------
        InputError
            ``unit`` or ``rejected`` is not known, or the hits carry no context.

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
        return (
            f"<Hits: {len(self):,} of {self.lexicon} in {len(self.sentences):,} sentences, "
            f"{len(self.documents):,} documents ({frames})>"
        )


@check_objects
def find_hits(
    corpus: Corpus,
    lexicon: Lexicon,
    *,
    nested: str = "frame",
    actors: Actors | None = None,
    workers: int = 1,
) -> Hits:
    """Find every match of a lexicon in a corpus.

    Matching ignores case (by Unicode folding) unless the entry minds it, the form of
    apostrophes and hyphens, and how accents are composed. An entry matches whole words, by the
    grammar that `read_lexicon` describes. No match crosses a sentence. Where matches overlap
    the longest (in tokens) comes first.

    Parameters
    ----------
    corpus : Corpus
        The texts to search.
    lexicon : Lexicon
        What to search for.
    nested : {"frame", "lexicon"}
        With "frame" a token is claimed once in each frame: a match goes when one of its
        tokens is part of a longer match of the same frame. With "lexicon" a match also goes
        when all its tokens are claimed by matches of any frames. The rules are those of
        ``nested_scope`` in quanteda (Benoit et al. 2018).
    actors : Actors, optional
        Whom to name as speakers, such as ``load_actors("ukraine-peace")``; without it every
        named speaker is "other".
    workers : int
        Processes that share the work; the hits are the same with any number. More than one
        pays from some ten million characters up.

    Returns
    -------
    Hits
        One row a match with its context, and all sentences with their token counts. A match
        that an exception covers is no hit; what its context says never makes it none. No hit at
        all gives an empty table. In languages other than English, for which no cues ship, the
        columns of the context are not there.

    Raises
    ------
    InputError
        ``nested`` is neither of the two, or ``workers`` no whole number above 0.

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
    instrument = Instrument.of(lexicon, context_patterns(corpus.language, actors))
    found, sentences, rows = [], [], 0
    for hits, cut in _search(corpus, _find_batch, "find_hits", (instrument, nested), workers):
        found.append({**hits, "row": hits["row"] + rows})
        sentences.append(cut)
        rows += len(cut["document"])
    columns = {name: np.concatenate([part[name] for part in found]) for name in found[0]}
    searched = name_documents(sentences, corpus.table["doc_id"])
    entries = lexicon.table[["frame", "pattern", "weight"]].rename(columns={"pattern": "entry"})
    return Hits(
        table=_hit_table(pd.DataFrame(columns), searched, entries, speaker_names(actors)),
        sentences=searched,
        documents=corpus.table.drop(columns="text"),
        entries=entries,
        lexicon=f"{lexicon.name} {lexicon.version}".strip(),
        lexicon_hash=lexicon.hash,
        corpus_fingerprint=corpus.fingerprint,
        nested=nested,
        settings={"nested": nested, "actors": None if actors is None else actors.name},
    )


@dataclass(frozen=True, eq=False, repr=False)
class HitCounts(TableResult):
    """The number of hits of each frame in each document, without their places.

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
def count_hits(
    corpus: Corpus, lexicon: Lexicon, *, nested: str = "frame", workers: int = 1
) -> HitCounts:
    """Return the number of hits in each document: those of `find_hits`, without their places.

    It is several times as fast, unless many entries have conditions on their sentence.

    Parameters
    ----------
    corpus : Corpus
        The texts to search.
    lexicon : Lexicon
        What to search for.
    nested : {"frame", "lexicon"}
        As in `find_hits`.
    workers : int
        As in `find_hits`.

    Returns
    -------
    HitCounts
        Its ``table``:
        one row a document and frame, also where there is no hit: ``doc_id``, ``frame``, ``n``
        (hits), ``numerator`` (their weights, summed) and ``denominator`` (tokens).

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
    results = list(
        _search(corpus, _count_batch, "count_hits", (Instrument.of(lexicon), nested), workers)
    )
    rows = pd.concat([counted for counted, _ in results], ignore_index=True)
    frames = lexicon.table["frame"].cat.categories
    k, size = len(frames), len(corpus) * len(frames)
    entry = rows["entry"].to_numpy()
    cell = rows["document"].to_numpy() * k + lexicon.table["frame"].cat.codes.to_numpy()[entry]
    weights = lexicon.table["weight"].to_numpy()[entry]
    table = pd.DataFrame(
        {
            "doc_id": corpus.table["doc_id"].repeat(k).reset_index(drop=True),
            "frame": pd.Categorical(np.tile(frames, len(corpus)), categories=frames),
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
    batch: Callable[..., Value],
    label: str,
    options: tuple[object, ...],
    workers: int,
) -> Iterator[Value]:
    """Yield what a function makes of each batch of articles, in order."""
    texts, removed = corpus.table["text"], corpus.removed_lines
    parts = batches(texts.str.len())
    # As Python strings only when their turn comes: they would be a second copy of the corpus.
    calls = (
        delayed(batch)(*options, corpus.language, part.start, list(texts.iloc[part]), removed[part])
        for part in parts
    )
    jobs = 1 if len(parts) == 1 else workers
    # A bar for whoever waits at a terminal; nothing for a short search or a log file.
    with tqdm(total=len(texts), unit="doc", desc=label, delay=3, disable=None) as bar:
        done = Parallel(n_jobs=jobs, return_as="generator")(calls)
        for part, result in zip(parts, done, strict=True):
            yield result
            bar.update(part.stop - part.start)


def _find_batch(
    instrument: Instrument,
    nested: str,
    language: str,
    number: int,
    texts: list[str],
    removed: list[list[Span]],
) -> tuple[Columns, Columns]:
    matcher = compile_lexicon(instrument)
    chunk = make_chunk(number, texts, removed, language, matcher.alphabet)
    return find_matches(matcher, chunk, nested), chunk.table


def _count_batch(
    instrument: Instrument, nested: str, *part: Any
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    return count_matches(compile_lexicon(instrument), nested, *part)


def _hit_table(
    found: pd.DataFrame, sentences: pd.DataFrame, entries: pd.DataFrame, speakers: list[str]
) -> pd.DataFrame:
    place = sentences.iloc[found["row"]]
    entry = entries.iloc[found["entry"]]
    patterns = pd.CategoricalDtype(list(dict.fromkeys(entries["entry"])))
    table = pd.DataFrame(
        {
            "doc_id": place["doc_id"].array,
            "paragraph": place["paragraph"].to_numpy(),
            "sentence": place["sentence"].to_numpy(),
            "start": found["start"].to_numpy(),
            "end": found["end"].to_numpy(),
            "frame": entry["frame"].array,
            "entry": pd.Categorical(entry["entry"], dtype=patterns),
            "weight": entry["weight"].to_numpy(),
        }
    )
    if "rejected" not in found:
        return table
    context = found[["rejected", "hedged", "quoted"]].astype(bool)
    speaker = pd.Categorical.from_codes(
        found["speaker"].to_numpy(), dtype=pd.CategoricalDtype(speakers)
    )
    return table.join(context).assign(speaker=speaker)


def sentence_rows(hits: Hits) -> NDArray[np.intp]:
    """Return for each hit the row of its sentence in ``hits.sentences``."""
    ids = hits.sentences["doc_id"]
    first = pd.Series(np.arange(len(ids)), index=ids.to_numpy()).groupby(level=0).first()
    begin = hits.table["doc_id"].map(first).to_numpy(dtype=np.intp)
    rows: NDArray[np.intp] = begin + hits.table["sentence"].to_numpy(dtype=np.intp) - 1
    return rows


def sentence_weights(hits: Hits) -> Array:
    """Return the summed weights of the hits in each sentence, shape (sentences, frames)."""
    shape = len(hits.sentences), len(hits.frames)
    cell = sentence_rows(hits) * shape[1] + hits.table["frame"].cat.codes.to_numpy(dtype=np.intp)
    weights = hits.table["weight"].to_numpy(dtype=np.float64)
    summed = np.bincount(cell, weights=weights, minlength=shape[0] * shape[1])
    return summed.reshape(shape).astype(np.float64)


def by_rejection(hits: Hits, rejected: str) -> Hits:
    """Return the hits that count: all, those not rejected ("exclude"), or only those rejected."""
    check_choice("rejected", rejected, REJECTED)
    if rejected == "include":
        return hits
    if "rejected" not in hits.table:
        raise InputError(
            f'rejected="{rejected}" needs hits with their context, which is found in English '
            "texts only (the language of the corpus)."
        )
    kept = hits.table["rejected"] == (rejected == "only")
    return replace(hits, table=hits.table[kept].reset_index(drop=True))


def check_texts(hits: Hits, corpus: Corpus) -> None:
    """Raise InputError unless the hits were found in the texts of the corpus."""
    if hits.corpus_fingerprint == corpus.fingerprint:
        return
    searched, given = hits.documents["doc_id"], corpus.table["doc_id"]
    absent = searched[~searched.isin(given)]
    added = given[~given.isin(searched)]
    parts = [f"it lacks {len(absent):,} of those searched: {listing(absent, 3)}"] * bool(
        len(absent)
    )
    parts += [f"{len(added):,} were not searched: {listing(added, 3)}"] * bool(len(added))
    why = "; ".join(parts) or "the ids are the same, but a text or the order is not"
    raise InputError(
        f"These hits were found in other texts than those of the corpus ({why}). Give the corpus "
        "that find_hits was given, or find them anew: find_hits(corpus, lexicon)."
    )


@renamed(level="depth")
@check_objects
def merge_frames(hits: Hits, *, depth: int = 1) -> Hits:
    """Return the hits with nested frames merged, to count them at a higher level.

    Parameters
    ----------
    hits : Hits
        Hits of a lexicon with frames inside frames.
    depth : int
        Parts of a frame's name that stay: at depth 1 "sovereignty.territory" becomes
        "sovereignty".

    Returns
    -------
    Hits
        Where hits of frames that are one now overlap, the longest (in characters) stays.

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
        return pd.Categorical(np.array(merged, dtype=object)[frame.cat.codes], dtype=frames)

    table = hits.table.assign(frame=rename(hits.table["frame"]))
    entries = hits.entries.assign(frame=rename(hits.entries["frame"]))
    return replace(hits, table=_without_overlaps(table), entries=entries)


def _without_overlaps(table: pd.DataFrame) -> pd.DataFrame:
    """Return the hits of which none overlaps a longer one of its frame."""
    length = table["end"] - table["start"]
    taken: dict[tuple[str, str], list[tuple[int, int]]] = {}
    kept = []
    ordered = table.assign(length=-length).sort_values(["length", "start"], kind="stable")
    keys = ordered[["doc_id", "frame", "start", "end"]].itertuples()
    for row, doc_id, frame, start, end in keys:
        spans = taken.setdefault((doc_id, frame), [])
        place = bisect_left(spans, (start, end))
        clear = place == 0 or spans[place - 1][1] <= start
        if clear and (place == len(spans) or end <= spans[place][0]):
            spans.insert(place, (start, end))
            kept.append(row)
    return table.loc[sorted(kept)].reset_index(drop=True)
