"""Evidence: the articles with their hits marked, on a page to read, to filter and to send."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, urlencode

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
from framing.evidence import page as parts
from framing.evidence.items import DocumentItem, EntryItem, HitItem, Items, make_items
from framing.evidence.marks import Values, article, esc, plural
from framing.evidence.values import (
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
RIGHTS = (
    "This page holds the articles themselves: share it only where they may be shared. The hits "
    "alone can be shared (write_data)."
)


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
    given = scores if scores is not None or only is not None else base
    site = _Site(
        items=make_items(hits, corpus, shown, only is None, labels or {}),
        values=None if given is None else document_values(given),
        columns=[] if given is None else frame_columns(given, None, hits.frames),
        precision=None if validation is None else entry_precision(validation),
        title=title or f"Evidence: {hits.lexicon}",
        path=path,
        pages=[],
    )
    if validation is not None:
        site.columns.extend(frame_columns(base, validation, hits.frames)[1:])
    known = base if validation is not None or scores is None else scores
    site.pages.extend(_pages(site.items.documents, per_page))
    lines = measured(hits, corpus, known.standing)
    notes = [
        note for note in (_extent(hits, corpus, site, given), left_out(corpus), RIGHTS) if note
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    return _write(site, lines, notes)


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
    """Return the hits that are among those given, or say which of the latter are none."""
    check_made_by("only", only, pd.DataFrame, "Contrast.evidence, or a selection of hits.table,")
    check_columns(only.columns, KEYS, "only")
    found, asked = (
        pd.MultiIndex.from_frame(table[KEYS].astype({"frame": "str", "entry": "str"}))
        for table in (hits.table, only)
    )
    absent = ~asked.isin(found)
    if absent.any():
        raise InputError(
            f"{int(absent.sum())} of the {len(only)} hits in only are not among those given, such "
            f"as {asked[int(np.argmax(absent))]}. They must be rows of hits.table."
        )
    if only.empty:
        raise InputError("only is empty: there is no hit to show.")
    return hits.table[found.isin(asked)]


def _pages(documents: list[DocumentItem], per_page: int | None) -> list[list[DocumentItem]]:
    if per_page is not None:
        starts = list(range(0, len(documents), per_page))
    else:
        # A document that crosses the edge of a page opens the next.
        past = np.cumsum([len(item.text) for item in documents]) // PAGE
        starts = [0, *(np.flatnonzero(np.diff(past)) + 1).tolist()]
    edges = [*starts, len(documents)]
    return [documents[start:end] for start, end in pairwise(edges)]


def _extent(hits: Hits, corpus: Corpus, site: "_Site", given: Scores | None) -> str:
    """Return how much of the hits and documents is shown, and counted, where it is not all."""
    items = site.items
    said = ""
    if len(items.hits) < len(hits) or len(items.documents) < len(corpus):
        said = (
            f"<strong>Shown here: {len(items.hits):,} of {len(hits):,} hits, in "
            f"{len(items.documents):,} of {len(corpus):,} documents.</strong>"
        )
    if given is not None and given.hits is not None and len(given.hits) < len(hits):
        said += (
            f" The values count {len(given.hits):,} of {len(hits):,} hits: what is denied is "
            "treated as score() was told."
        )
    return said.strip()


@dataclass(frozen=True)
class _Site:
    """A page, or an index and its pages: which page holds what."""

    items: Items
    values: Values | None
    columns: list[tuple[str, list[str]]]
    precision: dict[tuple[str, str], str] | None
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
        self.page_of = {
            item.number: number for number, page in enumerate(site.pages) for item in page
        }

    def of_document(self, number: int, seen_from: int | None) -> str:
        return f"{self._prefix(self.page_of[number], seen_from)}#d{number}"

    def of(self, kind: str, number: int, seen_from: int | None) -> str:
        if kind == "h":
            page = self.page_of[self.site.items.hits[number - 1].document]
            return f"{self._prefix(page, seen_from)}#h{number}"
        index = "" if self.site.single else quote(self.site.path.name)
        return f"{index}#e{number}"

    def filters(self, entry: EntryItem) -> str:
        """Return links that show the hits of an entry alone, one a page that has some."""
        frame = self.site.items.frames[entry.frame].name
        state = esc(urlencode({"frame": frame, "entry": entry.pattern}))
        if self.site.single:
            return f'<a class="js" hidden href="#{state}">only these</a>'
        pages = sorted({self.page_of[number] for number in entry.documents})
        links = [f'<a href="{self._prefix(page, None)}#{state}">{page + 1}</a>' for page in pages]
        return f"page {', '.join(links)}"

    def _prefix(self, page: int, seen_from: int | None) -> str:
        same = self.site.single or page == seen_from
        return "" if same else quote(self.site.file(page).name)


def _write(site: _Site, lines: list[tuple[str, str]], notes: list[str]) -> list[Path]:
    items = site.items
    addresses = _Addresses(site)
    here = 0 if site.single else None
    head = parts.facts(site.title, lines, notes)
    tables = [
        parts.frame_section(items, site.columns),
        parts.document_section(
            items, site.values, lambda number: addresses.of_document(number, here), "Documents"
        ),
        parts.entry_section(
            items,
            site.precision,
            lambda kind, number: addresses.of(kind, number, here),
            addresses.filters,
        ),
    ]
    if site.single:
        body = [head, parts.filter_form(items), "<main>", *tables, *_articles(site, addresses, 0)]
        return [_save(site.path, site.title, site, [*body, "</main>\n"])]
    files = [
        _save(site.path, site.title, site, [head, "<main>", *tables, "</main>\n"], skip="documents")
    ]
    for number, documents in enumerate(site.pages):
        title = f"{site.title}, page {number + 1} of {len(site.pages)}"
        part = _part(items, documents)
        body = [
            parts.facts(title, [], [_ways(site, number), *notes]),
            parts.filter_form(part),
            "<main>",
            parts.document_section(part, site.values, lambda d: f"#d{d}", "Documents on this page"),
            *_articles(site, addresses, number),
            "</main>\n",
        ]
        files.append(_save(site.file(number), title, site, body))
    return files


def _part(items: Items, documents: list[DocumentItem]) -> Items:
    """Return the items of some documents, entries by their numbers as before."""
    hits: list[HitItem] = [hit for document in documents for hit in document.hits]
    entries = [EntryItem(item.frame, item.pattern) for item in items.entries]
    for hit in hits:
        entries[hit.entry].hits.append(hit.number)
    return replace(items, entries=entries, documents=documents, hits=hits)


def _ways(site: _Site, number: int) -> str:
    links = [f'<a href="{quote(site.path.name)}">Index: what was measured, frames, entries</a>']
    if number > 0:
        links.append(f'<a href="{quote(site.file(number - 1).name)}" rel="prev">Page before</a>')
    if number + 1 < len(site.pages):
        links.append(f'<a href="{quote(site.file(number + 1).name)}" rel="next">Next page</a>')
    return f'<nav aria-label="Pages">{" · ".join(links)}</nav>'


def _articles(site: _Site, addresses: _Addresses, page: int) -> list[str]:
    documents = site.pages[page]

    def place(kind: str, number: int) -> str:
        return addresses.of(kind, number, page)

    return [
        '<section aria-labelledby="articles"><h2 id="articles">'
        f"{plural(len(documents), 'article')}</h2>\n",
        *(article(document, site.items, site.values, place) for document in documents),
        "</section>",
    ]


def _save(path: Path, title: str, site: _Site, body: list[str], skip: str = "articles") -> Path:
    page = parts.page(title, site.items.frames, body, skip)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path
