"""Evidence: the articles with their hits marked, on a page to read, to filter and to send."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

import numpy as np
import pandas as pd

from framing._core.checks import (
    InputError,
    check_columns,
    check_made_by,
    check_objects,
    check_positive,
    listing,
)
from framing.coding.validation import Validation
from framing.corpus.corpus import Corpus
from framing.evidence.items import DocumentItem, EntryItem, Items, make_items
from framing.evidence.marks import Address
from framing.evidence.page import write_page
from framing.evidence.values import (
    Fact,
    Value,
    Values,
    check_scores,
    document_values,
    entry_precision,
    frame_columns,
    left_out,
    measured,
)
from framing.hits.hits import Hits, check_texts
from framing.hits.study import Study
from framing.scores.scores import Scores, score

# Characters of text on a page, where the number of documents is not given.
PAGE = 2_000_000
KEYS = ["doc_id", "start", "end", "frame", "entry"]


@check_objects
def write_evidence(
    hits: Hits,
    corpus: Corpus,
    path: str | Path,
    *,
    only: pd.DataFrame | None = None,
    scores: Scores | None = None,
    validation: Validation | None = None,
    title: str | None = None,
    labels: Mapping[str, str] | None = None,
    per_page: int | None = None,
) -> list[Path]:
    """Write the articles as a page, with every hit marked in its place.

    Above the articles stands what was measured with what, then tables of frames, documents and
    entries that lead to the hits. Each hit leads to its entry, its context (denied, hedged,
    quoted, speaker) and the next hit of that entry. The page loads nothing and works without
    scripts; with them it filters by frame, entry, context, speaker and text, and the address
    holds what is shown, so that the evidence for a number can be sent as a link.

    Parameters
    ----------
    hits : Hits
        The hits to mark, found in the corpus.
    corpus : Corpus
        The texts that were searched. They stand on the page: share it only where they may be
        shared.
    path : str or Path
        Ending in .html; missing folders are made, files replaced.
    only : pandas.DataFrame, optional
        The hits to show: rows of ``hits.table``, or those behind a number, from
        `Contrast.evidence`. Documents without one of them are left out. By default all hits and
        all documents.
    scores : Scores, optional
        By document, for the values beside the counts; with `Scores.interval` each has its
        interval. By default hits per 1,000 tokens, and none with ``only``.
    validation : Validation, optional
        Of the same lexicon: the page then has the precision of frames and entries. Without it
        the page says "unvalidated".
    title : str, optional
        Title of the page; by default it names the lexicon.
    labels : mapping, optional
        What to call documents, by doc_id, in place of their title.
    per_page : int, optional
        Documents on a page. By default they share pages of 2 million characters.

    Returns
    -------
    list of Path
        The page. Where the documents take several, the first is the index, with the tables that
        lead to the others (``evidence-1.html`` …). The same input gives the same bytes.

    Raises
    ------
    InputError
        The ending is another; the hits, scores, validation or ``only`` are not of this corpus
        or lexicon; or there is no text.

    References
    ----------
    W3C (2023). Web Content Accessibility Guidelines (WCAG) 2.2.

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce is near.", "Rain fell."])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    >>> [page] = fr.write_evidence(hits, corpus, tempfile.mkdtemp() + "/evidence.html")
    >>> '<a href="#r1" title="peace: truce">truce</a>' in page.read_text("utf-8")
    True
    """
    path = Path(path)
    _check(hits, corpus, path, labels, per_page)
    shown = hits.table if only is None else _only(hits, only)
    base = score(hits, validation=validation)
    if scores is not None:
        check_scores(scores, hits)
    valued = scores if scores is not None or only is not None else base
    items = make_items(hits, corpus, shown, only is None, labels or {})
    site = _Site(
        items=items,
        scores=None if valued is None else document_values(valued),
        columns=[] if valued is None else frame_columns(valued, None, hits.frames),
        precision=None if validation is None else entry_precision(validation),
        title=title or f"Evidence: {hits.lexicon}",
        path=path,
        pages=_pages(items.documents, per_page),
    )
    if validation is not None:
        site.columns.extend(frame_columns(base, validation, hits.frames)[1:])
    known = base if validation is not None or scores is None else scores
    notes = {"extent": _extent(hits, corpus, items, valued), "left_out": left_out(corpus)}
    path.parent.mkdir(parents=True, exist_ok=True)
    return _write(site, measured(hits, corpus, known.standing), notes)


def _check(
    hits: Hits,
    corpus: Corpus,
    path: Path,
    labels: Mapping[str, str] | None,
    per_page: int | None,
) -> None:
    if path.suffix != ".html":
        raise InputError(f"{path}: the page of evidence is written as .html.")
    if isinstance(hits, Study) or isinstance(corpus, Study):
        raise InputError(
            "A Study holds features and no text, so that there is nothing to read. Give its hits "
            "with the corpus of its texts, if you have them: corpus = read_corpus(folder); "
            "write_evidence(find_hits(corpus, lexicon), corpus, path)."
        )
    check_made_by("hits", hits, Hits, "find_hits(corpus, lexicon)")
    check_made_by("corpus", corpus, Corpus, "read_corpus or make_corpus")
    check_texts(hits, corpus)
    if per_page is not None:
        check_positive("per_page", per_page, whole=True)
    unknown = [doc_id for doc_id in labels or {} if doc_id not in set(corpus.table["doc_id"])]
    if unknown:
        raise InputError(
            f"labels has ids that no document has: {listing(unknown)}. The documents: "
            f"{listing(corpus.table['doc_id'])}."
        )


def _only(hits: Hits, only: pd.DataFrame) -> pd.DataFrame:
    """Return the hits that ``only`` lists, or say which of its rows are not among the hits."""
    check_made_by("only", only, pd.DataFrame, "Contrast.evidence, or a selection of hits.table,")
    check_columns(only.columns, KEYS, "only")
    known, asked = (
        pd.MultiIndex.from_frame(table[KEYS].astype({"frame": "str", "entry": "str"}))
        for table in (hits.table, only)
    )
    absent = ~asked.isin(known)
    if absent.any():
        raise InputError(
            f"{int(absent.sum())} of the {len(only)} hits in only are not among those given, such "
            f"as {asked[int(np.argmax(absent))]}. They must be rows of hits.table."
        )
    if only.empty:
        raise InputError("only is empty: there is no hit to show.")
    return hits.table[known.isin(asked)]


def _pages(documents: list[DocumentItem], per_page: int | None) -> list[list[DocumentItem]]:
    """Return the documents by page: so many per page, or as many as fit its length."""
    if per_page is not None:
        starts = list(range(0, len(documents), per_page))
    else:
        # A document that crosses the edge of a page opens the next: of lengths 0.9, 0.9 and 0.9
        # pages, the sums 0.9, 1.8 and 2.7 fall on pages 0, 1 and 2.
        past = np.cumsum([len(item.text) for item in documents]) // PAGE
        starts = [0, *(np.flatnonzero(np.diff(past)) + 1).tolist()]
    edges = [*starts, len(documents)]
    return [documents[start:end] for start, end in pairwise(edges)]


class _Extent(NamedTuple):
    """How much of the hits and documents is shown and counted; empty where it is all."""

    shown: str
    counted: str


def _extent(hits: Hits, corpus: Corpus, items: Items, valued: Scores | None) -> _Extent:
    shown = counted = ""
    if len(items.hits) < len(hits) or len(items.documents) < len(corpus):
        shown = (
            f"Shown here: {len(items.hits):,} of {len(hits):,} hits, in "
            f"{len(items.documents):,} of {len(corpus):,} documents."
        )
    if valued is not None and valued.hits is not None and len(valued.hits) < len(hits):
        counted = (
            f"The values count {len(valued.hits):,} of {len(hits):,} hits: what is denied is "
            "treated as score() was told."
        )
    return _Extent(shown, counted)


@dataclass(frozen=True)
class _Site:
    """A page, or an index and its pages: what they show, and which page holds what."""

    items: Items
    scores: Values | None
    columns: list[tuple[str, list[Value]]]
    precision: defaultdict[tuple[str, str], Value] | None
    title: str
    path: Path
    pages: list[list[DocumentItem]]

    @property
    def single(self) -> bool:
        return len(self.pages) == 1

    def file(self, page: int) -> Path:
        """Return the file of a page, counted from 0."""
        if self.single:
            return self.path
        number = str(page + 1).zfill(len(str(len(self.pages))))
        return self.path.with_name(f"{self.path.stem}-{number}.html")


class _Addresses:
    """Where documents, hits and entries stand, as seen from one of the pages."""

    def __init__(self, site: _Site) -> None:
        self.site = site
        self.frames = [quote_plus(frame.name) for frame in site.items.frames]
        self.page_of = {
            item.number: number for number, page in enumerate(site.pages) for item in page
        }

    def seen_from(self, current: int | None) -> Address:
        """Return the addresses as a page links to them; None for the index."""
        if self.site.single:
            return "#{}{}".format

        # Entries stand in the index.
        index = quote(self.site.path.name)

        def address(kind: str, number: int) -> str:
            if kind == "e":
                return f"{index}#e{number}"
            document = number if kind == "d" else self.site.items.hits[number - 1].document
            return f"{self._file(self.page_of[document], current)}#{kind}{number}"

        return address

    def filters(self, entry: EntryItem) -> list[tuple[str, str]]:
        """Return links that show the hits of an entry alone, one for each page that has some."""
        state = f"frame={self.frames[entry.frame]}&entry={quote_plus(entry.pattern)}"
        pages = sorted({self.page_of[number] for number in entry.documents})
        return [(str(page + 1), f"{self._file(page, None)}#{state}") for page in pages]

    def _file(self, page: int, current: int | None) -> str:
        same = self.site.single or page == current
        return "" if same else quote(self.site.file(page).name)


class _Ways(NamedTuple):
    """Links from a page to the index with the tables, to the page before and to the next."""

    tables: str
    before: str
    after: str


def _write(site: _Site, facts: list[Fact], notes: Mapping[str, Any]) -> list[Path]:
    """Write one page with all, or an index and the pages that it leads to."""
    addresses = _Addresses(site)
    tables = {
        "has_tables": True,
        "columns": site.columns,
        "precision": site.precision,
        "filters": addresses.filters,
        "documents_title": "Documents",
    }
    # The row of a hit leads to hits of its entry on other pages too.
    entries = site.items.entries
    shared = {"entries": entries, "values": site.scores, "single": site.single, **notes}
    head = {"title": site.title, "facts": facts, "pages": None}
    index = write_page(
        site.path,
        site.items,
        addresses.seen_from(0 if site.single else None),
        has_articles=site.single,
        skip="articles" if site.single else "documents",
        **head,
        **tables,
        **shared,
    )
    if site.single:
        return [index]
    files = [index]
    for number, documents in enumerate(site.pages):
        page = write_page(
            site.file(number),
            _of_page(site.items, documents),
            addresses.seen_from(number),
            has_articles=True,
            has_tables=False,
            title=f"{site.title}, page {number + 1} of {len(site.pages)}",
            facts=[],
            pages=_ways(site, number),
            skip="articles",
            documents_title="Documents on this page",
            **shared,
        )
        files.append(page)
    return files


def _of_page(items: Items, documents: list[DocumentItem]) -> Items:
    """Return the items of the documents of a page; entries keep their numbers."""
    hits = [hit for document in documents for hit in document.hits]
    entries = [EntryItem(item.number, item.frame, item.pattern) for item in items.entries]
    for hit in hits:
        entries[hit.entry].hits.append(hit.number)
    return replace(items, entries=entries, documents=documents, hits=hits)


def _ways(site: _Site, number: int) -> _Ways:
    before = site.file(number - 1).name if number > 0 else ""
    after = site.file(number + 1).name if number + 1 < len(site.pages) else ""
    return _Ways(quote(site.path.name), quote(before), quote(after))
