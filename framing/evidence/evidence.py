"""Evidence: a page that shows the articles with their hits marked."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from framing.contrasts.contrasts import Contrast
from framing.corpus.corpus import Corpus
from framing.evidence.differences import Differences, check_contrast, group_differences
from framing.evidence.items import DocumentItem, EntryItem, Items, make_items
from framing.evidence.marks import Address
from framing.evidence.page import render_page
from framing.evidence.page_data import browser_data, packed_texts, texts_file
from framing.evidence.values import (
    Fact,
    Missed,
    Overview,
    Value,
    Values,
    check_scores,
    coders_say,
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

# Characters of text that are one page without a script, that are one page with its texts packed,
# that are packed together, and that a notebook can show.
PLAIN, PAGE, CHUNK, SHOWN = 400_000, 8_000_000, 500_000, 10_000_000
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
    contrast: Contrast | None = None,
    title: str | None = None,
    labels: Mapping[str, str] | None = None,
    per_page: int | None = None,
) -> list[Path]:
    """Write a page that shows the articles with every hit marked.

    Returns the paths of what was written. Open the page in a browser, or send it to somebody who
    doubts a number.

    Try it: ``news = fr.load_testbed("newswire")``,
    ``hits = fr.find_hits(news.corpus, fr.load_lexicon("peace-initiative"))``,
    ``fr.write_evidence(hits, news.corpus, "evidence.html")``.

    The page begins with the lexicon, the texts and the rules of the measurement. Tables of frames,
    of sources and months, of documents and of entries follow. The articles come last; each hit is
    marked, and links to its entry. The page loads nothing from the web. Up to 400,000 characters of
    text it works without scripts; in larger pages a script shows the article that is asked for.

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
        what coders say of each coded hit with a filter for those that are wrong, and the sentences
        that coders marked and the lexicon missed. Without it the page says "unvalidated".
    contrast : Contrast, optional
        A contrast of scores of these hits: the page then has its differences between groups, with
        intervals, p-values, a verdict in words, and links to the hits of both groups.
    title : str, optional
        The title of the page. By default it names the lexicon.
    labels : mapping, optional
        Names of documents by doc_id, shown instead of their titles.
    per_page : int, optional
        Documents per page: then there is an index, and pages that need no script. By default
        everything is in one page.

    Returns
    -------
    list of Path
        The page. With more than 8 million characters of text it reads the articles from the folder
        ``evidence-texts`` beside it, as they are needed: copy both. With ``per_page`` the first
        file is the index, and the others are pages that it links to (``evidence-1.html`` …). The
        same input gives the same bytes.

    Raises
    ------
    InputError
        The path does not end in .html; the hits, scores, validation, contrast or ``only`` are of
        another corpus or lexicon; or there is no text.

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
    site = _make_site(hits, corpus, path, only, scores, validation, contrast, title, labels)
    return _write(_laid_out(site, per_page))


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
    contrast: Contrast | None = None,
    title: str | None = None,
    labels: Mapping[str, str] | None = None,
    height: int = 800,
) -> Viewer:
    """Show the articles with every hit marked, inside JupyterLab.

    Returns the page, which JupyterLab shows below the cell: filter, sort and tick the hits there.

    Try it: ``news = fr.load_testbed("newswire")``,
    ``fr.explore(fr.find_hits(news.corpus, fr.load_lexicon("peace-initiative")), news.corpus)``.

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
    contrast : Contrast, optional
        A contrast of scores of these hits, as in `write_evidence`.
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
    site = _make_site(hits, corpus, path, only, scores, validation, contrast, title, labels)
    if site.size > SHOWN:
        raise InputError(
            f"The documents have {site.size:,} characters; a notebook can show {SHOWN:,}. "
            'write_evidence(hits, corpus, "evidence.html") writes a page for a browser, or choose '
            "hits with only=."
        )
    return Viewer(_index(_laid_out(site, None, folder=False)), height)


def _make_site(
    hits: Hits,
    corpus: Corpus,
    path: Path,
    only: pd.DataFrame | None,
    scores: Scores | None,
    validation: Validation | None,
    contrast: Contrast | None,
    title: str | None,
    labels: Mapping[str, str] | None,
) -> "_Site":
    """Return the content of the page; see `write_evidence`."""
    rows = hits.table if only is None else _only(hits, only)
    base = score(hits, validation=validation)
    if scores is not None:
        check_scores(scores, hits)
    if contrast is not None:
        check_contrast(contrast, hits)
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
        overviews=overviews(items, hits, None if only is not None else valued),
        differences=None if contrast is None else group_differences(contrast, hits),
        missed=[] if validation is None else missed_sentences(validation, items),
        coded={} if validation is None else coders_say(validation, items),
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
        raise InputError(
            f"{path}: the page of evidence is an .html file. Give a path that ends in .html."
        )
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
            f"as {requested[int(np.argmax(absent))]}. Give rows of hits.table."
        )
    if only.empty:
        raise InputError("only= is empty. Give at least one row of hits.table, or leave only= out.")
    return hits.table[known.isin(requested)]


def _laid_out(site: "_Site", per_page: int | None, *, folder: bool = True) -> "_Site":
    """Return the page with its layout: all articles in it, or packed, in a folder, or in pages.

    ``folder`` is whether the texts of a large corpus may be files beside the page.
    """
    documents = site.items.documents
    if per_page is not None:
        starts = list(range(0, len(documents), per_page))
        layout = "pages" if len(starts) > 1 else "plain"
    elif site.size <= PLAIN:
        starts, layout = [0], "plain"
    else:
        # A document that crosses the end of a chunk begins the next one. Example: documents of
        # 0.9, 0.9 and 0.9 chunks have the running sums 0.9, 1.8 and 2.7, so they are in the chunks
        # 0, 1 and 2.
        chunk = np.cumsum([len(item.text) for item in documents]) // CHUNK
        starts = [0, *(np.flatnonzero(np.diff(chunk)) + 1).tolist()]
        layout = "folder" if folder and site.size > PAGE else "packed"
    edges = [*starts, len(documents)]
    pages = [documents[start:end] for start, end in pairwise(edges)]
    return replace(site, layout=layout, pages=pages)


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
    overviews: list[Overview]
    differences: Differences | None
    missed: list[Missed]
    coded: dict[tuple[int, int, int], str]
    starts: dict[int, list[int]]
    key: str
    facts: list[Fact]
    notes: Mapping[str, Any]
    # "plain": the page has the articles. "packed": it has their texts, and "folder": files have
    # them; the script shows them. "pages": an index, and pages with the articles.
    layout: str = "plain"
    # The documents of each page, or of each file or element with texts.
    pages: list[list[DocumentItem]] = field(default_factory=list)

    @property
    def single(self) -> bool:
        """Whether there is one page, with texts or not."""
        return self.layout != "pages"

    @property
    def size(self) -> int:
        """The characters of the texts."""
        return sum(len(item.text) for item in self.items.documents)

    def file(self, page: int) -> Path:
        """Return the file of a page; pages are counted from 0."""
        if self.single:
            return self.path
        number = str(page + 1).zfill(len(str(len(self.pages))))
        return self.path.with_name(f"{self.path.stem}-{number}.html")

    def texts(self, page: int) -> Path:
        """Return the file with the texts of a page, from which the index reads them."""
        return self.path.with_name(f"{self.path.stem}-texts") / f"{page + 1}.js"

    def packed_texts(self, page: int) -> str:
        """Return the texts of a page as the script reads them."""
        values: dict[str, list[str]] = {}
        for item in self.pages[page] if self.scores else []:
            assert self.scores is not None
            cells = [self.scores.cells[item.doc_id, frame.name] for frame in self.items.frames]
            values[item.doc_id] = [f"{cell.shown} {cell.interval}".strip() for cell in cells]
        return packed_texts(self.pages[page], values)

    def data(self, page: int | None) -> dict[str, Any]:
        """Return what the script of a page reads; None stands for the index."""
        if page is not None:
            shown = _of_page(self.items, self.pages[page])
            return browser_data(
                shown, self.starts, title=self.title, key=self.key, coded=self.coded
            )
        numbers = range(len(self.pages))
        chunks: list[str] = []
        if self.layout == "packed":
            chunks = [f"#texts{number + 1}" for number in numbers]
        elif self.layout != "plain":
            files = [self.texts(number) for number in numbers]
            chunks = [f"{quote(file.parent.name)}/{file.name}" for file in files]
        return browser_data(
            self.items,
            self.starts,
            title=self.title,
            key=self.key,
            chunks=chunks,
            files=[] if self.single else [quote(self.file(number).name) for number in numbers],
            page_of=self.page_of() if chunks else None,
            measure=self.scores.measure if chunks and self.scores else "",
            coded=self.coded,
        )

    def page_of(self) -> dict[int, int]:
        """Return the page of each document, by its number."""
        return {item.number: number for number, page in enumerate(self.pages) for item in page}


class _Addresses:
    """Addresses of documents, hits and entries in the pages."""

    def __init__(self, site: _Site) -> None:
        self.site = site
        self.frames = [quote_plus(frame.name) for frame in site.items.frames]
        self.page_of = site.page_of()

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
        if self.site.single:
            return [("", f"#{state}")]
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
        if site.layout == "pages":
            files += _write_pages(output, site)
        if site.layout in ("pages", "folder"):
            for number in range(len(site.pages)):
                content = texts_file(number, site.packed_texts(number))
                output.text(site.texts(number), content)
        # The index comes last, so that it links to pages that are there.
        output.text(site.path, _index(site))
    return files


def _index(site: _Site) -> str:
    """Return the page with the tables, and with the articles where it has them."""
    addresses = _Addresses(site)
    pages = [(number + 1, quote(site.file(number).name)) for number in range(len(site.pages))]
    plain = site.layout == "plain"
    packs = [site.packed_texts(number) for number in range(len(pages) * (site.layout == "packed"))]
    return render_page(
        site.items,
        addresses.seen_from(0 if site.single else None),
        has_articles=plain,
        has_tables=True,
        skip="articles" if plain else "documents",
        files=[] if site.single else pages,
        reads_files=site.layout in ("pages", "folder"),
        packs=packs,
        columns=site.columns,
        precision=site.precision,
        filters=addresses.filters,
        documents_title="Documents",
        overviews=site.overviews,
        differences=site.differences,
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
    return {
        "entries": entries,
        "values": site.scores,
        "single": site.single,
        "has_codes": bool(site.coded),
        **site.notes,
    }


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
            reads_files=False,
            skip="articles",
            documents_title="Documents on this page",
            **_shared(site),
        )
        output.text(site.file(number), page)
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
