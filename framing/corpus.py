"""Corpus: the articles, what was taken out of them and why, and what they hold."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_choice
from framing._core.tables import ROWS, as_html
from framing._documents import exclusion, join_columns, list_exclusions, table_of, usable_documents
from framing.duplicates import Duplicates, group_texts, reasons
from framing.text.characters import Alphabet, Offsets
from framing.text.segments import Span, batches, make_chunk


@dataclass(frozen=True, eq=False)
class Corpus:
    """A corpus: one row of ``table`` a document, and a list of all that was left out.

    Attributes
    ----------
    table : pandas.DataFrame
        ``doc_id``, ``text`` (as it was given, page furniture included), ``title``, ``source``,
        ``date`` (missing where there is none), ``date_precision`` where some date is not a plain
        day, then any further column.
    exclusions : pandas.DataFrame
        One row for each line taken out, document dropped or value not used: ``doc_id``,
        ``kind`` ("line", "document", "value"), ``rule``, ``reason``, ``line`` (from 1),
        ``start`` and ``end`` (character offsets in the text; missing where there is no text).
    language : str
        Language of the sentence rules, an ISO 639-1 code.

    Notes
    -----
    Dates are ISO 8601, year first, and datetimes in UTC: a time with an offset is moved, so that
    2025-02-13T23:30-05:00 is the 14th, 04:30, and midnight at another offset is another hour.
    A time without an offset is taken as UTC. ``date_precision`` is "year" or "month" for a date
    that says no more (2025, 2025-02), which stands as its first day; "day"; or "time". Midnight
    without an offset, or in UTC, is a day where no date of the corpus has another time. A column
    ``date_precision`` that is given can make dates coarser, not finer. Weeks (2025-W07) are not
    read: they are listed in ``exclusions``, and the document stays.

    See Also
    --------
    read_corpus, make_corpus
    """

    table: pd.DataFrame
    exclusions: pd.DataFrame
    language: str = "en"

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        kinds = self.exclusions["kind"].value_counts()
        return (
            f"<Corpus: {len(self):,} documents; taken out: {kinds.get('line', 0):,} lines, "
            f"{kinds.get('document', 0):,} documents; see .exclusions>"
        )

    def _repr_html_(self) -> str:
        shown = self.table.head(ROWS).copy()
        shown["text"] = [f"{len(text):,} characters" for text in shown["text"]]
        return as_html(repr(self), shown, len(self))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the ids and texts, in their order."""
        digest = hashlib.sha256()
        for doc_id, text in zip(self.table["doc_id"], self.table["text"], strict=True):
            for part in (doc_id, text):
                data = part.encode("utf-8", "surrogatepass")
                digest.update(len(data).to_bytes(8, "little"))
                digest.update(data)
        return digest.hexdigest()

    @cached_property
    def removed_lines(self) -> list[list[Span]]:
        """For each document the lines taken out, as start and end."""
        gone: dict[str, list[Span]] = {}
        lines = self.exclusions[self.exclusions["kind"] == "line"]
        for doc_id, start, end in zip(lines["doc_id"], lines["start"], lines["end"], strict=True):
            gone.setdefault(doc_id, []).append((int(start), int(end)))
        return [gone.get(doc_id, []) for doc_id in self.table["doc_id"]]

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """The sentences of all documents, one a row.

        Columns ``doc_id``, ``paragraph`` and ``sentence`` (numbered from 1 within the
        document), ``start`` and ``end`` (character offsets in the text), ``tokens``.
        """
        texts, removed, alphabet = self.table["text"], self.removed_lines, Alphabet()
        pieces = [
            make_chunk(
                part.start, list(texts.iloc[part]), removed[part], self.language, alphabet
            ).table
            for part in batches(texts.str.len())
        ]
        return name_documents(pieces, self.table["doc_id"])

    def describe(self, by: str = "document") -> pd.DataFrame:
        """Return how much the corpus holds and how much was taken out.

        Parameters
        ----------
        by : str
            "document" (one row each), "corpus" (one row in all) or a column of the table.

        Returns
        -------
        pandas.DataFrame
            The unit, ``documents``, ``paragraphs``, ``sentences``, ``tokens``, ``characters``
            (of the texts as given), ``lines_removed`` and ``characters_removed``; by document
            also its title, source and date.

        Raises
        ------
        InputError
            ``by`` is neither of these.

        Examples
        --------
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["Peace talks began. Few believe in them.", "A truce."])
        >>> corpus.describe("corpus")[["documents", "sentences", "tokens"]]
           documents  sentences  tokens
        0          2          3       9
        """
        columns = [column for column in self.table.columns if column not in ("doc_id", "text")]
        check_choice("by", by, ["document", "corpus", *columns])
        sentences = self.sentences.groupby("doc_id", sort=False)
        ids = self.table["doc_id"]
        lines = self.exclusions[self.exclusions["kind"] == "line"]
        removed = lines.assign(size=lines["end"] - lines["start"]).groupby("doc_id")["size"]
        counts = pd.DataFrame(
            {
                "documents": 1,
                "paragraphs": ids.map(sentences["paragraph"].nunique()),
                "sentences": ids.map(sentences.size()),
                "tokens": ids.map(sentences["tokens"].sum()),
                "characters": self.table["text"].str.len(),
                "lines_removed": ids.map(removed.size()),
                "characters_removed": ids.map(removed.sum()),
            }
        )
        counts = counts.fillna(0).astype(np.int64)
        if by == "document":
            heads = self.table[["doc_id", "title", "source", "date"]]
            return pd.concat([heads, counts.drop(columns="documents")], axis=1)
        if by == "corpus":
            return counts.sum().to_frame().T
        groups = self.table[by].rename(by)
        return counts.groupby(groups, dropna=False, sort=True).sum().reset_index()

    def find_duplicates(
        self,
        *,
        threshold: float = 0.5,
        seed: int,
        shingle: int = 5,
        measure: str = "jaccard",
        permutations: int = 256,
    ) -> Duplicates:
        """Return which documents repeat another, in clusters: wire copy, reprints, new versions.

        Each document is the set of its runs of ``shingle`` tokens, lines taken out left aside;
        pairs as alike as the threshold are joined, and what is joined to one of a cluster is
        part of it (Broder et al. 1997). Candidates come from MinHash and bands, and each is
        compared in full, so that no pair below the threshold joins anything.

        Parameters
        ----------
        threshold : float
            Above 0, to 1. A half is that of Broder et al., for runs of ten words; versions of
            wire copy share little more (Silcock et al. 2023). Lee et al. (2022) use 0.8, with
            runs of five, for texts that are all but the same.
        seed : int
            Of the hashing. Which pairs exactly at the threshold are missed depends on it, with
            the chance in ``settings["recall"]``, at least .999; identical texts never are.
        shingle : int
            Tokens in a run.
        measure : {"jaccard", "containment"}
            "jaccard": shingles that are shared, as a share of those in either. "containment": as
            a share of those in the smaller document, which also finds half a wire story in the
            whole of it; every pair is found, without hashing. A short item, or a round-up of
            several stories, then joins all that holds it, or that it holds.
        permutations : int
            Hashes a document, for "jaccard".

        Returns
        -------
        Duplicates
            A document with fewer tokens than a run repeats only those with the same tokens; one
            without a token repeats none.

        Raises
        ------
        InputError
            An argument is out of range, the threshold is too low for the number of permutations,
            or too many documents share a template.

        References
        ----------
        Broder, A. Z., Glassman, S. C., Manasse, M. S. and Zweig, G. (1997). Syntactic clustering
        of the Web. Computer Networks and ISDN Systems 29(8-13), 1157-1166.
        doi:10.1016/S0169-7552(97)00031-7

        Lee, K. et al. (2022). Deduplicating training data makes language models better. ACL 2022.

        Silcock, E., D'Amico-Wong, L., Yang, J. and Dell, M. (2023). Noise-robust de-duplication
        at scale. ICLR 2023.

        Examples
        --------
        >>> import framing as fr
        >>> wire = "Talks on a truce began in Geneva on Monday, the two sides said"
        >>> texts = [wire + ".", "Rain fell on the north for a third day.", wire + " in a note."]
        >>> found = fr.make_corpus(texts).find_duplicates(seed=1)
        >>> found.table[["doc_id", "cluster", "size", "kept", "similarity"]].round(2)
          doc_id cluster  size   kept  similarity
        0  text1   text1     2   True        1.00
        1  text2   text2     1   True        1.00
        2  text3   text1     2  False        0.75
        """
        texts = []
        for text, spans in zip(self.table["text"], self.removed_lines, strict=True):
            for start, end in reversed(spans):
                text = text[:start] + text[end:]
            texts.append(text)
        return group_texts(
            self.table["doc_id"].tolist(),
            texts,
            self.table["date"],
            self.fingerprint,
            threshold=threshold,
            seed=seed,
            shingle=shingle,
            measure=measure,
            permutations=permutations,
        )

    def drop_duplicates(self, found: Duplicates) -> "Corpus":
        """Return the corpus with one document of each cluster; the others become exclusions.

        Parameters
        ----------
        found : Duplicates
            From `find_duplicates` of this corpus.

        Returns
        -------
        Corpus
            Each document left out is in ``exclusions``, with the one kept in its place and how
            alike they are. To keep all and weight them, see `with_columns`.

        Raises
        ------
        InputError
            The duplicates were found in another corpus.
        """
        if found.corpus_fingerprint != self.fingerprint:
            raise InputError(
                f"The duplicates were found in another corpus ({len(found):,} documents; this one "
                f"has {len(self):,}, or other texts). Use corpus.find_duplicates(seed=…) again."
            )
        rows = [
            exclusion(doc_id, "document", "near-duplicate", reason)
            for doc_id, reason in reasons(found)
        ]
        table = self.table[found.table["kept"].to_numpy()].reset_index(drop=True)
        listed = pd.concat([self.exclusions, list_exclusions(rows)], ignore_index=True)
        return replace(self, table=table, exclusions=listed)

    def with_columns(self, table: pd.DataFrame) -> "Corpus":
        """Return the corpus with further columns, which scores and contrasts can then use.

        Parameters
        ----------
        table : pandas.DataFrame
            ``doc_id`` and new columns, a row a document. Documents without a row get missing
            values, which make whole numbers decimal.

        Returns
        -------
        Corpus

        Raises
        ------
        InputError
            A doc_id is missing, stands twice or is not in the corpus, or a column is there
            already or has a name that scores use.

        Examples
        --------
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["A truce.", "A truce.", "Rain fell."])
        >>> found = corpus.find_duplicates(seed=1)
        >>> stories = found.table.rename(columns={"cluster": "story"})
        >>> corpus.with_columns(stories[["doc_id", "story", "weight"]]).table["weight"].tolist()
        [0.5, 0.5, 1.0]
        """
        return replace(self, table=join_columns(self.table, table, "with_columns"))


def name_documents(pieces: Sequence[dict[str, Offsets]], doc_ids: "pd.Series[str]") -> pd.DataFrame:
    """Join tables of sentences and put the doc_id in the place of the document's number."""
    columns = ["document", "paragraph", "sentence", "start", "end", "tokens"]
    none = np.empty(0, dtype=np.int64)
    table = pd.DataFrame(
        {column: np.concatenate([none, *(piece[column] for piece in pieces)]) for column in columns}
    )
    ids = doc_ids.iloc[table.pop("document")].reset_index(drop=True)
    table.insert(0, "doc_id", ids)
    return table


def make_corpus(
    texts: Iterable[str | None],
    *,
    doc_id: Iterable[object] | None = None,
    language: str = "en",
    furniture: bool | str = True,
    **columns: Any,
) -> Corpus:
    """Make a corpus from texts.

    Parameters
    ----------
    texts : iterable of str
        The articles. Blank and missing ones are left out and listed.
    doc_id : iterable, optional
        One id a text, all different; ``text1``, ``text2`` … by default.
    language : str
        ISO 639-1 code, for the sentence rules.
    furniture : bool or str
        Whether page furniture is taken out (see `find_furniture`), or a TOML file of rules.
    **columns
        ``title``, ``source``, ``date`` (year first; see `Corpus`) and any covariate: one value
        for all, or one a text.

    Returns
    -------
    Corpus
        Its ``exclusions`` list every line and document left out, and every date not read.

    Raises
    ------
    InputError
        Two texts share an id, a column is longer or shorter than the texts, a text is not
        text, none of the dates can be read, or no text is left.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Peace talks began.", "  "], source=["A", "B"])
    >>> corpus
    <Corpus: 1 documents; taken out: 0 lines, 1 documents; see .exclusions>
    >>> corpus.exclusions["reason"].tolist()
    ['the text is blank']
    """
    table = table_of(texts, doc_id, columns)
    return corpus_from_table(table, "make_corpus", language=language, furniture=furniture)


def corpus_from_table(
    table: pd.DataFrame,
    where: str,
    *,
    language: str = "en",
    furniture: bool | str = True,
    exclusions: Sequence[Mapping[str, object]] = (),
) -> Corpus:
    """Check a table of documents, list what cannot be used, and return the corpus.

    ``where`` names the origin in the messages; ``exclusions`` are those of the reader.
    """
    documents, listed = usable_documents(table, where, furniture, exclusions)
    return Corpus(documents, listed, language)
