"""Evidence: a page that shows the articles with their hits marked."""

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
from framing._core.files import Output
from framing._core.templates import esc
from framing.coding.validation import Validation
from framing.corpus.corpus import Corpus
from framing.evidence.items import DocumentItem, EntryItem, Items, make_items
from framing.evidence.marks import Address
from framing.evidence.page import render_page
from framing.evidence.page_data import browser_data, texts_file
from framing.evidence.values import (
    Fact,
    Missed,
    Overview,
    Value,
    Values,
    check_scores,
    document_values,
    entry_precision,
    frame_columns,
    left_out,
    measured,
    missed_sentences,
    overviews,
)
from framing.hits.hits import Hits, check_texts
from framing.scores.scores import Scores, score

# Characters of text on a page, unless the number of documents is given.
PAGE = 2_000_000
# Columns that identify a hit.
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
    """Write a page that shows the articles with every hit marked.

    The page begins with the lexicon, the texts and the rules of the measurement. Tables of frames,
    of sources and months, of documents and of entries follow. The articles come last; each hit is
    marked, and links to its entry. The page loads nothing from the web and works without scripts.

    With scripts the page has a table of all hits in context, which can be sorted, and filters by
    frame, entry, source, date, context, speaker and text, which change everything that is shown.
    The address holds the filters and the place on the page, so that the evidence for a number can
    be sent as a link. A reader can tick a hit as right or wrong, write a note, and save the ticks
    as a coding sheet for `read_codes`: a sentence has the frame where one hit of it is right, and
    lacks it where all hits that were ticked are wrong.

    Parameters
    ----------
    hits : Hits
        The hits to mark, found in the corpus.
    corpus : Corpus
        The texts that were searched. The page contains them: share it only where the texts may
        be shared.
    path : str or Path
        A path that ends in .html. Missing folders are created, files are replaced.
    only : pandas.DataFrame, optional
        The hits to show: rows of ``hits.table``, or the hits behind a number, from
        `Contrast.evidence`. Documents without such a hit are left out. By default the page shows
        all hits and all documents.
    scores : Scores, optional
        Scores by document, shown beside the counts. With `Scores.interval` each value has its
        interval. By default hits per 1,000 tokens; with ``only``, no values.
    validation : Validation, optional
        A validation of the same lexicon: the page then has the precision of frames and entries,
        and the sentences that coders marked and the lexicon missed. Without it the page says
        "unvalidated".
    title : str, optional
        The title of the page. By default it names the lexicon.
    labels : mapping, optional
        Names of documents by doc_id, shown instead of their titles.
    per_page : int, optional
        Documents per page. By default a page holds 2 million characters of text.

    Returns
    -------
    list of Path
        The page. Where the documents need several pages, the first file is the index, which
        searches and shows all documents and links to the others (``evidence-1.html`` …). It reads
        the texts from the folder ``evidence-texts`` beside it, as they are needed. The same input
        gives the same bytes.

    Raises
    ------
    InputError
        The path does not end in .html; the hits, scores, validation or ``only`` are of another
        corpus or lexicon; or there is no text.

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
    >>> '<a href="#e0" title="peace: truce">truce</a>' in page.read_text("utf-8")
    True
    """
    path = Path(path)
    _check(hits, corpus, path, labels, per_page)
    return _write(_make_site(hits, corpus, path, only, scores, validation, title, labels, per_page))


@dataclass(frozen=True)
class Viewer:
    """The page of evidence inside JupyterLab.

    Attributes
    ----------
    page : str
        The page as HTML.
    height : int
        Its height in pixels.
    """

    page: str
    height: int

    def __repr__(self) -> str:
        return f"<Viewer: a page of evidence, {len(self.page) / 1e6:,.1f} MB>"

    def _repr_html_(self) -> str:
        # The frame keeps the page, and all text of the articles, apart from the notebook.
        return (
            f'<iframe title="Evidence" sandbox="allow-scripts allow-downloads allow-popups" '
            f'style="width: 100%; height: {self.height}px; border: 0" srcdoc="{esc(self.page)}">'
            "</iframe>"
        )


@check_objects
def explore(
    hits: Hits,
    corpus: Corpus,
    *,
    only: pd.DataFrame | None = None,
    scores: Scores | None = None,
    validation: Validation | None = None,
    title: str | None = None,
    labels: Mapping[str, str] | None = None,
    height: int = 800,
) -> Viewer:
    """Show the articles with every hit marked, inside JupyterLab.

    It is the page of `write_evidence`. A notebook that is saved with its outputs holds the
    articles: clear the outputs before it is shared.

    Parameters
    ----------
    hits : Hits
        The hits to mark, found in the corpus.
    corpus : Corpus
        The texts that were searched.
    only : pandas.DataFrame, optional
        The hits to show, as in `write_evidence`.
    scores : Scores, optional
        Scores by document, shown beside the counts.
    validation : Validation, optional
        A validation of the same lexicon.
    title : str, optional
        The title of the page.
    labels : mapping, optional
        Names of documents by doc_id.
    height : int
        The height in pixels.

    Returns
    -------
    Viewer
        JupyterLab shows it as the page; ``page`` is its HTML.

    Raises
    ------
    InputError
        As `write_evidence`; or there are more than 10 million characters of text.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce is near.", "Rain fell."])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    >>> fr.explore(hits, corpus).page.count("<article")
    2
    """
    check_positive("height", height, whole=True)
    path = Path("evidence.html")
    _check(hits, corpus, path, labels, None)
    site = _make_site(
        hits, corpus, path, only, scores, validation, title, labels, max(len(corpus), 1)
    )
    size = sum(len(item.text) for item in site.items.documents)
    if size > 5 * PAGE:
        raise InputError(
            f"The documents have {size:,} characters; a notebook can show {5 * PAGE:,}. "
            'write_evidence(hits, corpus, "evidence.html") writes pages for a browser, or choose '
            "hits with only=."
        )
    return Viewer(_index(site), height)


def _make_site(
    hits: Hits,
    corpus: Corpus,
    path: Path,
    only: pd.DataFrame | None,
    scores: Scores | None,
    validation: Validation | None,
    title: str | None,
    labels: Mapping[str, str] | None,
    per_page: int | None,
) -> "_Site":
    """Return the content of the page and its files; see `write_evidence`."""
    rows = hits.table if only is None else _only(hits, only)
    base = score(hits, validation=validation)
    if scores is not None:
        check_scores(scores, hits)
    valued = scores if scores is not None or only is not None else base
    items = make_items(hits, corpus, rows, only is None, labels or {})
    known = base if validation is not None or scores is None else scores
    site = _Site(
        items=items,
        scores=None if valued is None else document_values(valued),
        columns=[] if valued is None else frame_columns(valued, None, hits.frames),
        precision=None if validation is None else entry_precision(validation),
        title=title or f"Evidence: {hits.lexicon}",
        path=path,
        pages=_pages(items.documents, per_page),
        overviews=overviews(items, hits, None if only is not None else valued),
        missed=[] if validation is None else missed_sentences(validation, items),
        starts=_sentence_starts(hits, items),
        key=f"{hits.lexicon_hash} {hits.corpus_fingerprint}",
        facts=measured(hits, corpus, known.standing),
        notes={"extent": _extent(hits, corpus, items, valued), "left_out": left_out(corpus)},
    )
    if validation is not None:
        site.columns.extend(frame_columns(base, validation, hits.frames)[1:])
    return site


def _check(
    hits: Hits,
    corpus: Corpus,
    path: Path,
    labels: Mapping[str, str] | None,
    per_page: int | None,
) -> None:
    if path.suffix != ".html":
        raise InputError(f"{path}: the page of evidence is written as .html.")
    check_texts(hits, corpus)
    if per_page is not None:
        check_positive("per_page", per_page, whole=True)
    unknown = [doc_id for doc_id in labels or {} if doc_id not in set(corpus.table["doc_id"])]
    if unknown:
        raise InputError(
            f"labels has ids that no document has: {listing(unknown)}. Ids of the documents: "
            f"{listing(corpus.table['doc_id'])}."
        )


def _only(hits: Hits, only: pd.DataFrame) -> pd.DataFrame:
    """Return the hits that ``only`` lists. Raise InputError for rows that are not hits."""
    check_made_by("only", only, pd.DataFrame, "Contrast.evidence, or a selection of hits.table,")
    check_columns(only.columns, KEYS, "only")
    known, requested = (
        pd.MultiIndex.from_frame(table[KEYS].astype({"frame": "str", "entry": "str"}))
        for table in (hits.table, only)
    )
    absent = ~requested.isin(known)
    if absent.any():
        raise InputError(
            f"{int(absent.sum())} of the {len(only)} rows of only are not among the hits, such "
            f"as {requested[int(np.argmax(absent))]}. They must be rows of hits.table."
        )
    if only.empty:
        raise InputError("only is empty: it must have at least one row of hits.table.")
    return hits.table[known.isin(requested)]


def _pages(documents: list[DocumentItem], per_page: int | None) -> list[list[DocumentItem]]:
    """Return the documents of each page: ``per_page`` of them, or as many as fit its length."""
    if per_page is not None:
        starts = list(range(0, len(documents), per_page))
    else:
        # A document that crosses the end of a page begins the next page. Example: documents of
        # 0.9, 0.9 and 0.9 pages have the running sums 0.9, 1.8 and 2.7, so they go on the pages
        # 0, 1 and 2.
        page = np.cumsum([len(item.text) for item in documents]) // PAGE
        starts = [0, *(np.flatnonzero(np.diff(page)) + 1).tolist()]
    edges = [*starts, len(documents)]
    return [documents[start:end] for start, end in pairwise(edges)]


def _sentence_starts(hits: Hits, items: Items) -> dict[int, list[int]]:
    """Return the starts of the sentences of each document, by its number."""
    groups = hits.sentences.groupby("doc_id", sort=False)["start"]
    starts = {doc_id: values.tolist() for doc_id, values in groups}
    return {item.number: starts.get(item.doc_id, []) for item in items.documents}


class _Extent(NamedTuple):
    """Sentences on how many hits are shown and counted; empty where all of them are."""

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
            f"The values count {len(valued.hits):,} of {len(hits):,} hits: denied hits are "
            "treated as rejected= of score() says."
        )
    return _Extent(shown, counted)


@dataclass(frozen=True)
class _Site:
    """A page, or an index and its pages: their content and their files."""

    items: Items
    scores: Values | None
    columns: list[tuple[str, list[Value]]]
    precision: defaultdict[tuple[str, str], Value] | None
    title: str
    path: Path
    pages: list[list[DocumentItem]]
    overviews: list[Overview]
    missed: list[Missed]
    starts: dict[int, list[int]]
    key: str
    facts: list[Fact]
    notes: Mapping[str, Any]

    @property
    def single(self) -> bool:
        """Whether everything is on one page."""
        return len(self.pages) == 1

    def file(self, page: int) -> Path:
        """Return the file of a page; pages are counted from 0."""
        if self.single:
            return self.path
        number = str(page + 1).zfill(len(str(len(self.pages))))
        return self.path.with_name(f"{self.path.stem}-{number}.html")

    def texts(self, page: int) -> Path:
        """Return the file with the texts of a page, from which the index reads them."""
        return self.path.with_name(f"{self.path.stem}-texts") / f"{page + 1}.js"

    def data(self, page: int | None) -> dict[str, Any]:
        """Return what the script of a page reads; None stands for the index."""
        if page is not None and not self.single:
            shown = _of_page(self.items, self.pages[page])
            return browser_data(shown, self.starts, title=self.title, key=self.key)
        chunks, page_of = [], None
        if not self.single:
            files = [self.texts(number) for number in range(len(self.pages))]
            chunks = [f"{quote(file.parent.name)}/{file.name}" for file in files]
            page_of = {
                item.number: number for number, items in enumerate(self.pages) for item in items
            }
        return browser_data(
            self.items,
            self.starts,
            title=self.title,
            key=self.key,
            chunks=chunks,
            page_of=page_of,
        )


class _Addresses:
    """Addresses of documents, hits and entries in the pages."""

    def __init__(self, site: _Site) -> None:
        self.site = site
        self.frames = [quote_plus(frame.name) for frame in site.items.frames]
        self.page_of = {
            item.number: number for number, page in enumerate(site.pages) for item in page
        }

    def seen_from(self, current: int | None) -> Address:
        """Return the addresses relative to the page ``current``; None stands for the index."""
        if self.site.single:
            return "#{}{}".format

        # The index has the entries.
        index = quote(self.site.path.name)

        def address(kind: str, number: int) -> str:
            if kind == "e":
                return f"{index}#e{number}"
            document = number if kind == "d" else self.site.items.hits[number - 1].document
            return f"{self._file(self.page_of[document], current)}#{kind}{number}"

        return address

    def filters(self, entry: EntryItem) -> list[tuple[str, str]]:
        """Return one link per page with hits of an entry. It shows only the hits of this entry."""
        state = f"frame={self.frames[entry.frame]}&entry={quote_plus(entry.pattern)}"
        pages = sorted({self.page_of[number] for number in entry.documents})
        return [(str(page + 1), f"{self._file(page, None)}#{state}") for page in pages]

    def _file(self, page: int, current: int | None) -> str:
        same = self.site.single or page == current
        return "" if same else quote(self.site.file(page).name)


class _Links(NamedTuple):
    """Links from a page to the index with the tables, to the previous page and to the next."""

    tables: str
    before: str
    after: str


def _write(site: _Site) -> list[Path]:
    """Write one page with everything, or an index and the pages that it links to."""
    files = [site.path]
    with Output() as output:
        if not site.single:
            files += _write_pages(output, site)
        # The index comes last, so that it links to pages that are there.
        output.text(site.path, _index(site))
    return files


def _index(site: _Site) -> str:
    """Return the page with the tables, and with the articles where they are not on others."""
    addresses = _Addresses(site)
    pages = [(number + 1, quote(site.file(number).name)) for number in range(len(site.pages))]
    return render_page(
        site.items,
        addresses.seen_from(0 if site.single else None),
        has_articles=site.single,
        has_tables=True,
        skip="articles" if site.single else "documents",
        files=[] if site.single else pages,
        columns=site.columns,
        precision=site.precision,
        filters=addresses.filters,
        documents_title="Documents",
        overviews=site.overviews,
        missed=site.missed,
        title=site.title,
        facts=site.facts,
        pages=None,
        data=site.data(None),
        **_shared(site),
    )


def _shared(site: _Site) -> dict[str, Any]:
    """Return what the index and the other pages have in common."""
    entries = site.items.entries
    return {"entries": entries, "values": site.scores, "single": site.single, **site.notes}


def _write_pages(output: Output, site: _Site) -> list[Path]:
    """Write the pages that the index links to, and return their files."""
    addresses = _Addresses(site)
    for number, documents in enumerate(site.pages):
        page = render_page(
            _of_page(site.items, documents),
            addresses.seen_from(number),
            has_articles=True,
            has_tables=False,
            title=f"{site.title}, page {number + 1} of {len(site.pages)}",
            facts=[],
            pages=_links(site, number),
            data=site.data(number),
            files=[],
            skip="articles",
            documents_title="Documents on this page",
            **_shared(site),
        )
        output.text(site.file(number), page)
        output.text(site.texts(number), texts_file(number, documents))
    return [site.file(number) for number in range(len(site.pages))]


def _of_page(items: Items, documents: list[DocumentItem]) -> Items:
    """Return the items of the documents of a page; entries keep their numbers."""
    hits = [hit for document in documents for hit in document.hits]
    entries = [
        EntryItem(item.number, item.frame, item.pattern, item.name) for item in items.entries
    ]
    for hit in hits:
        entries[hit.entry].hits.append(hit.number)
    return replace(items, entries=entries, documents=documents, hits=hits)


def _links(site: _Site, number: int) -> _Links:
    """Return the links of a page; empty where there is no previous or next page."""
    before = site.file(number - 1).name if number > 0 else ""
    after = site.file(number + 1).name if number + 1 < len(site.pages) else ""
    return _Links(quote(site.path.name), quote(before), quote(after))
