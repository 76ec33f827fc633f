"""Nexis: exports of Nexis Uni, and the older text, HTML, Word and RTF exports of LexisNexis."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.documents import unwrapped
from framing.corpus.archives.facts import (
    LONGEST,
    date_in,
    is_rights,
    language_code,
    whole_number,
    word_count,
)

EXPECTED = ("title", "source", "date")
# Lines that a program breaks at a width are shorter than this.
_WIDTH = 110
# A block that stands for the anchor of an article in HTML.
ANCHOR = "\x00article"
_COUNTED = re.compile(
    r"(?:FOCUS\s*-\s*)?(?:level\s*\d+\s*-\s*)?(?P<before>documents?|dokumente?|documentos?|documento|documenti)?\s*"
    r"(?P<number>\d[\d.,]*)\s+(?:of|von|de|sur|di|van|av)\s+(?P<total>\d[\d.,]*)\s*"
    r"(?P<after>documents?|dokumenten?|dokumente|documentos?|documenti|documenten|dokument|"
    r"stor(?:y|ies))?",
    re.IGNORECASE,
)
_STORY = re.compile(
    r"\d+(?:st|nd|rd|th) (?:story|document) of level \d+ printed in .{2,20} format\.?",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:end of document|ende des dokuments?|dokument(?:en)?ende|fin du document|"
    r"fin del? documento|fine del documento|fim do documento|einde van (?:het )?document)\W*",
    re.IGNORECASE,
)
_END_LINE = re.compile(rf"^[ \t]*(?:{_END.pattern})$", re.IGNORECASE | re.MULTILINE)
# What stands in the number of an article.
_NUMBER = re.compile(r"(?i)[\d.,]\s+(?:of|von|de|sur|di|van|av)\s+\d|of level \d")
# What a line with the number or the end of an article has in it.
_MARK_LINE = re.compile(r"(?i)do[ck]ument|stor(?:y|ies)\b")
_MARKED_END = re.compile(
    rf"^[ \t]*[*_]{{2,3}}(?:{_END.pattern})[*_]{{2,3}}\s*$", re.IGNORECASE | re.MULTILINE
)
_BODY = re.compile(
    r"(?:body|text|full text|textk[öo]rper|haupttext|volltext|corps(?: du texte)?|texte|"
    r"texte int[ée]gral|cuerpo(?: del texto)?|texto|texto completo|corpo|testo|hoofdtekst|"
    r"tekst)\s?:?",
    re.IGNORECASE,
)
_CLASSES = re.compile(
    r"classification|klassifi[kc]ation|klassifizierung|clasificaci[óo]n|classificazione|"
    r"classificatie|classifica[çc][ãa]o",
    re.IGNORECASE,
)
_TAIL = re.compile(
    rf"(?:{_CLASSES.pattern}|"
    r"graphic|grafik|graphique|gr[áa]fico|notes?|correction|correction-date)",
    re.IGNORECASE,
)
# Heads of printed pages: "PAGE 3", and "Harbour Times, May 3, 1994" below it.
_SHEET = re.compile(r"\s*PAGE\s+\d+[ \t]*(?:\n|$)")
_RUNNING = re.compile(r"^\S.{2,90},\s+[^\W\d_]{3,12}\.?\s+\d{1,2},\s+(?:19|20)\d\d\W*$")
_PAGE = re.compile(r"(?:page|seite|p[áa]gina)\s+\d+\s+(?:of|von|de|sur)\s+\d+", re.IGNORECASE)
_LABEL = re.compile(r"(?P<label>[^\W\d_][^\W\d_ /-]*(?:[ /-][^\W\d_]+){0,3})\s?:(?:\s+|$)")
_DOCUMENTS = re.compile(
    r"(?:documents?|dokumente?|documentos?|documenti|documenten)\s*\((\d+)\)", re.IGNORECASE
)
_WORDS = re.compile(
    r"\d[\d.,]*\s+(?:words?|w(?:[öo]|oe)rter|worte|mots?|palabras|parole|woorden|palavras)"
)
_LISTED = re.compile(r"\d{1,4}\.\s+\S")
_SEARCH = re.compile(
    r"(?:client/matter|search terms|search type|narrowed by|mandant(?:/\w+)?|suchbegriffe|suchtyp|"
    r"eingegrenzt durch|termes de recherche|client/dossier|t[ée]rminos de b[úu]squeda|"
    r"zoektermen)\s*:",
    re.IGNORECASE,
)

_EDITION = re.compile(
    r"(?:.{0,40}\b)?(?:edition|ausgabe|[ée]dition|edici[óo]n|edizione|editie|cycle)\b.{0,25}|"
    r"correction appended",
    re.IGNORECASE,
)
_APPENDED = re.compile(r"(?i)(?:correction|clarification|editor's note) appended\.?")
_ADDRESS = re.compile(r"https?://\S+")
# What a producer says above an article, which is no headline.
_NOTICE = re.compile(
    r"(?i)prepared by .*(?:transcri|responsib)|.*\bmay (?:not )?be (?:re)?(?:published|produced|"
    r"printed|broadcast|distributed)\b|this is a rush transcript|.*\b(?:express(?:ed)? )?written "
    r"(?:permission|consent)\b"
)
# What a page of the service adds below a text.
_ADDED = re.compile(
    r"(?i)(?:link (?:to|zum|zu|vers|naar|al|a la)|lien vers|enlace a|collegamento a) .{3,25}|"
    r"(?:pdf|bild)-?\s?(?:datei|file|version|fichier|archivo)? ?"
    r"(?:dieses|of this|de ce|de este|van dit|di questo) dokumente?n?t?s?|"
    r"(?:pdf|fichier pdf|archivo pdf) (?:of this|de ce|de este) documento?"
)
_COVER = re.compile(
    r"(?:job number|auftragsnummer|num[ée]ro de (?:la )?t[âa]che|n[úu]mero de trabajo)\s?:",
    re.IGNORECASE,
)

# The labels of fields in the languages of the service.
LABELS = {
    "title": "headline|title|überschrift|titel|schlagzeile|titre|titular|título|titolo|kop|"
    "overskrift|tittel",
    "source": "publication|publikation|quelle|publicatie|bron|krant|publicación|publicação|"
    "pubblicazione|fonte|fuente",
    "date": "date|datum|fecha|data|publication-date|pub-date|publicatiedatum",
    "section": "section|rubrik|ressort|rubrique|sección|seccion|sezione|secção|"
    "seção|rubriek|sectie|katern|bijlage|sektion",
    "length": "length|länge|laenge|longueur|longitud|extensión|extension|lunghezza|lengte|"
    "comprimento|længde|lengde|längd",
    "byline": "byline|author|autor|autoren|auteur|auteurs|autore|autores|verfasser|von|"
    "signature|door|forfatter|författare|journalist",
    "language": "language|sprache|langue|idioma|lengua|lingua|língua|taal|sprog|språk",
    "url": "url",
    "highlight": "highlight|series|dateline|ort|standfirst|lieu|edition|ausgabe|édition|"
    "edición|ortszeile|chapeau|untertitel|sous-titre|subtitle|ondertitel|onderkop|bovenkop|dagtekening|inleiding|"
    "intro|samenvatting|sottotitolo|subtítulo",
    "body": "body|text|textkörper|texte|corps|texto|cuerpo|testo|corpo|tekst|hoofdtekst",
    "other": "load-date|load date|update|updated|graphic|grafik|graphique|publication-type|"
    "publication type|publikationstyp|type-publication|type de publication|zeitungs-code|"
    "journal-code|journal code|document-type|document type|subject|thema|sujet|tema|"
    "organization|organisation|company|unternehmen|societe|société|empresa|firma|person|people|"
    "personne|persona|personen|geographic|geo-localization|localisation-geo|city|state|country|"
    "land|pays|país|stadt|ville|ciudad|industry|branche|sector|secteur|secteur-activite|"
    "activity-sector|ticker|stock-symbol|symbole-boursier|notes|note|correction|"
    "correction-date|correction date|acc-no|doc-number|insert|encart|category|kategorie|"
    "date de chargement|date-chargement|ladedatum|laaddatum|data di caricamento|ladungsdatum|"
    "update-datum|datum der aktualisierung|"
    "publicatietype|type publicatie|tipo de publicación|tipo de publicação|tipo di pubblicazione|"
    "data de carregamento|data-caricamento|trefwoorden|onderwerp|onderwerpen|organisatie|bedrijf|"
    "fecha de carga|fecha-carga|isbn|issn|product|name|type|typ|tipo|volume|pub-type|"
    "abstract|contact|distribution|show|program|programme|network|transcript|anchor|anchors|host|"
    "hosts|guest|guests|reporters|correspondents|moderators|panelists|panellists|"
    "content|cutline|memo|lead",
}
FIELDS = {label: name for name, labels in LABELS.items() for label in labels.split("|")}
# Fields whose labels stand after the text.
TAIL = frozenset({"other", "language", "url"})
# Labels that are also names of speakers in a transcript: "HOST: Good evening."
_SPOKEN = frozenset(("anchor", "host", "guest", "reporter", "announcer", "narrator"))
# Labels of a programme, which stand in the head of its transcript.
_PROGRAMME = re.compile(
    r"(?:show|program(?:me)?|network|transcript|(?:anchor|host|guest|correspondent|moderator|"
    r"panell?ist)s?|reporters)"
)
# Labels above a text in some exports, and below it in others.
_EITHER = frozenset(("section", "length", "highlight", "byline"))
_SAID = re.compile(r"[.!?…\-–—\"'”’»)\]]$")
# The author of a report, where it stands above the text.
_NAMED = re.compile(r"NAME:\s+By\b")
# A label that stands alone in its block.
_ALONE = re.compile(r"[^\W\d_a-z][^\W\d_a-z -]{2,24}\s?:")
# Labels after which no more text follows, wherever they stand.
_LAST = re.compile(
    r"(?:load[- ]date|date[- ](?:de[- ])?chargement|update|"
    r"language|sprache|langue|idioma|taal|lingua|publication[- ]type|"
    r"type[- ]publication|pub-type|publicatietype|laaddatum|"
    r"subject|graphic|grafik|graphique|journal[- ]code|zeitungs-code)\s?:",
    re.IGNORECASE,
)


def may_be_nexis(text: str) -> bool:
    """Return whether a text has the number or the end of an article, as all exports of Nexis do."""
    return _NUMBER.search(text) is not None or _END_LINE.search(text) is not None


def is_nexis(blocks: Sequence[str]) -> bool:
    """Return whether blocks of text are those of an export of Nexis or LexisNexis."""
    blocks = _loosened(blocks)
    counted = any(_is_counted(block) for block in blocks)
    if not counted and not any(_END_LINE.search(block) for block in blocks):
        return False
    return (counted and _is_list(blocks)) or any(
        _field(block, capitals=counted)[0] in ("length", "section", "byline")
        or _LAST.match(block.lstrip())
        for block in blocks
    )


def _loosened(blocks: Sequence[str]) -> Sequence[str]:
    """Return blocks that end where an article does, also where no blank line stands.

    A block may hold a whole article, or end in the number of the next one.
    """
    marked = [number for number, block in enumerate(blocks) if _MARK_LINE.search(block)]
    parts: dict[int, list[str]] = {}
    for number in marked:
        lines = blocks[number].split("\n")
        if _is_dense(blocks[number]):
            parts[number] = lines
            continue
        counted = [n for n, line in enumerate(lines) if len(lines) > 1 and _is_counted(line)]
        edges = (0, len(lines) - 1)
        place = next((n for n in counted if n in edges or lines[n].startswith(" " * 10)), None)
        if place is not None:
            around = ("\n".join(lines[:place]), lines[place], "\n".join(lines[place + 1 :]))
            parts[number] = [part for part in around if part]
    if not parts:
        return blocks
    return [line for n, block in enumerate(blocks) for line in parts.get(n, [block])]


def _is_dense(block: str) -> bool:
    """Return whether a block has the number or the end of an article in it, and labels."""
    if block.count("\n") < 5 or not ("\n" in block and _MARK_LINE.search(block)):
        return False
    lines = block.split("\n")
    marked = any(_END.fullmatch(line.strip()) or _is_counted(line) for line in lines)
    return marked and sum(_labelled(line, False) for line in lines) > 1


def _is_list(blocks: Sequence[str]) -> bool:
    """Return whether "3 of 10 DOCUMENTS" stands above a date, again and again."""
    filled = [block for block in blocks if block.strip()]
    places = [number for number, block in enumerate(filled) if _is_counted(block)]
    heads = [filled[place + 1 : place + 6] for place in places]
    return len(places) > 1 and all(any(map(_block_date, head)) for head in heads)


def is_marked(text: str) -> bool:
    """Return whether a text is an export of Nexis Uni with the marks of Markdown."""
    return _MARKED_END.search(text) is not None


def is_cover(blocks: Sequence[str]) -> bool:
    """Return whether a document is the list that Nexis Uni adds to its files, without articles."""
    if not any(
        _DOCUMENTS.fullmatch(line.strip()) for block in blocks for line in block.split("\n")
    ):
        return False
    lines = [line.strip() for block in blocks for line in block.split("\n") if line.strip()]
    if any(_COVER.match(line) or _SEARCH.match(line) for line in lines):
        return True
    # Without the lines of the search, most lines are the numbered titles.
    listed = sum(_LISTED.match(line) is not None for line in lines)
    return listed > 0 and 2 * listed >= len(lines) - 1


def read_nexis(blocks: Sequence[str], where: str, *, wrapped: bool = False) -> FileArticles:
    """Return the articles in the blocks of an export: paragraphs, with "" for a blank one.

    ``wrapped`` is for the lines of a PDF file, where a paragraph has several lines.
    """
    loose = _loosened(blocks)
    # Without blank lines a line is a paragraph, unless all lines end at a width.
    wrapped = wrapped or (loose is not blocks and max(map(len, loose)) < _WIDTH)
    blocks = loose
    if any(_is_counted(block) or block == ANCHOR for block in blocks):
        chunks = _counted(blocks)
        articles = [_older(chunk, number) for number, chunk in enumerate(chunks, start=1)]
        found = reading("LexisNexis", articles, where, expected=EXPECTED)
        return replace(found, left_out=[*found.left_out, *_gaps(blocks)])
    chunks = _ended(blocks)
    paged = any(_PAGE.fullmatch(line.strip()) for block in blocks for line in block.split("\n"))
    articles = [
        _newer(chunk, number, wrapped, paged) for number, chunk in enumerate(chunks, start=1)
    ]
    found = reading("Nexis Uni", articles, where, expected=EXPECTED)
    stated = next((match for block in blocks if (match := _DOCUMENTS.fullmatch(block))), None)
    if stated and int(stated[1]) != len(chunks):
        missing = (
            "the list of documents",
            f"the file announces {stated[1]}, it holds {len(chunks)}",
        )
        return replace(found, left_out=[*found.left_out, missing])
    return found


def _is_counted(block: str) -> bool:
    """Return whether a block says "3 of 10 DOCUMENTS" in one of the languages."""
    if _STORY.fullmatch(block.strip()):
        return True
    match = _COUNTED.fullmatch(block.strip()) if len(block) < 80 else None
    return bool(match and (match["before"] or match["after"]))


def _gaps(blocks: Sequence[str]) -> list[tuple[str, str]]:
    """Return place and reason for the documents whose numbers are missing: "1 of 3", "3 of 3".

    A file is cut there, or was put together from several. The last number of a file need not be
    the total, because long lists are exported in pieces.
    """
    matches = [_COUNTED.fullmatch(block.strip()) for block in blocks if _is_counted(block)]
    numbers = [int(re.sub(r"\D", "", match["number"])) for match in matches if match]
    gaps = [(before + 1, after - 1) for before, after in pairwise(numbers) if after > before + 1]
    reason = "the numbers of the documents leave it out; the file may be incomplete"
    return [
        (f"document {first}" if first == last else f"documents {first} to {last}", reason)
        for first, last in gaps
    ]


def _counted(blocks: Sequence[str]) -> list[list[str]]:
    """Return the blocks of each article of an older export; what stands before the first is not."""
    chunks: list[list[str]] = []
    anchored = ANCHOR in blocks
    for block in blocks:
        if block == ANCHOR or (not anchored and _is_counted(block)):
            chunks.append([])
        elif chunks and _is_counted(block) and len(chunks[-1]) < 4:
            # Between the anchor and the number of the article stand links of the page.
            chunks[-1].clear()
        elif chunks and block.strip():
            chunks[-1].append(block)
    return [bare for chunk in chunks if (bare := _without_sheets(chunk))]


def _without_sheets(blocks: list[str]) -> list[str]:
    """Return the blocks without "PAGE 3" and the newspaper and the date that stand below it."""
    kept: list[str] = []
    below = False
    for block in blocks:
        match = _SHEET.match(block)
        block = block[match.end() :] if match else block
        line, _, rest = block.strip().partition("\n")
        if (match or below) and len(kept) > 2 and len(line) < LONGEST and _RUNNING.search(line):
            block = rest
        below = match is not None and not block.strip()
        if block.strip():
            kept.append(block)
    return kept


def _field(block: str, capitals: bool) -> tuple[str | None, str]:
    """Return the field that a block states by its label, and the rest of the block."""
    match = _LABEL.match(block.lstrip())
    if not match or (capitals and match["label"] != match["label"].upper()):
        return None, block
    name = FIELDS.get(match["label"].casefold())
    value = block.lstrip()[match.end() :].strip()
    if name is None and capitals and _WORDS.fullmatch(value):
        name = "length"
    return (name, value) if name else (None, block)


def _labelled(block: str, capitals: bool) -> bool:
    """Return whether a block begins with a label."""
    return _field(block, capitals)[0] is not None


def _is_turn(block: str) -> bool:
    """Return whether a block is what a speaker of a transcript says: "JANE HOST: Good evening."."""
    match = _LABEL.match(block.lstrip())
    if match is None:
        return False
    label = match["label"].casefold()
    spoken = label not in FIELDS or label in _SPOKEN
    return spoken and _SAID.search(block.rstrip()) is not None


@dataclass
class _Parts:
    """What was found out about an article, field by field; the first statement counts."""

    fields: dict[str, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    def state(self, name: str, value: str) -> None:
        """Keep a value of a field."""
        value = " ".join(value.split())
        if value and value not in ("-None-", "None"):
            self.fields.setdefault(name, value)

    def article(self, body: Sequence[str], place: str) -> Article:
        """Return the article."""
        known = self.fields
        length = known.get("length", "")
        doubts = list(self.doubts)
        body = list(body)
        if len(body) > 1 and _ADDRESS.fullmatch(body[-1]):
            known.setdefault("url", body.pop())
        if "date" not in known and "undated" in known:
            doubts.append(f"{place}: the date {known['undated']!r} cannot be read")
        return Article(
            "\n\n".join(body),
            _clean(known.get("title")),
            _clean(known.get("source")),
            known.get("date"),
            known.get("section"),
            _byline(known.get("byline")),
            word_count(length) or whole_number(length),
            language_code(known.get("language", "")),
            known.get("url"),
            place,
            tuple(doubts),
        )


def _clean(text: str | None) -> str | None:
    """Return a headline or a source without the dots and marks around it."""
    if text is None or re.fullmatch(r"(?i)no headline(?: in original)?|ohne titel|-+", text):
        return None
    return text.strip() or None


def _byline(text: str | None) -> str | None:
    """Return a byline without the word "By"."""
    return (
        re.sub(r"(?i)^(?:by|von|par|por|di|door)[: ]\s*", "", text).strip() or None
        if text
        else None
    )


def _lines(block: str) -> list[str]:
    """Return the lines of a block without blank ones."""
    return [line.strip() for line in block.split("\n") if line.strip()]


def _flat(block: str) -> str:
    """Return a block as one line."""
    return " ".join(block.split())


# --- the older exports


def _older(blocks: list[str], number: int) -> Article:
    """Return an article of an older export: source, date, headline, labels, text, labels."""
    parts = _Parts()
    place = f"article {number}"
    if len(blocks) == 1 and not _block_date(blocks[0]):
        return Article("", place=place, doubts=(f"all it says is {_flat(blocks[0])[:120]!r}",))
    blocks = _plain_head(_without_show(blocks), parts)
    first = next((n for n, block in enumerate(blocks) if _labelled(block, True)), None)
    head = blocks[:first] if first is not None else blocks
    rest = blocks[first:] if first is not None else []
    late = bool(rest) and not _is_early(rest[0])
    if rest and not late and not _has_text(rest):
        # All labels may stand below the text.
        below = "\n".join(_without_labels(head)[1])
        late = len(below) > LONGEST or _SAID.search(below) is not None
    if first is None or late:
        # No label stands between the headline and the text.
        head, text = _without_labels(head)
        if len(text) > 1 and _block_date(head[-1]) and _is_name(text[0]):
            # The headline stands above the date, the author below it.
            parts.state("byline", text.pop(0))
        rest = [*text, *rest]
    for block in rest:
        # A headline with a label is certain; the place of one without is not.
        name, value = _field(block, capitals=True)
        if name == "title":
            parts.state(name, value)
    _older_head(head, parts)
    rest, tail = _split_tail(_with_body(rest, parts, place))
    if not any(block for block in rest if not _labelled(block, True)):
        # A word in capitals and a colon may be how a flash begins: "FLASH: COUNCIL ADOPTS PLAN".
        flash = next((n for n, block in enumerate(tail) if _labelled(block, True)), len(tail))
        rest, tail = [*rest, *tail[:flash]], tail[flash:]
    for block in tail:
        name, value = _field(block, capitals=True)
        if name is not None and name in (*TAIL, *_EITHER):
            parts.state(name, value)
    body: list[str] = []
    early = not (first is None or late)
    ended = False
    alone = False
    for block in rest:
        name, value = _field(block, capitals=True)
        if name == "body":
            early, body, ended = False, [value] if value else [], False
        elif (
            name is not None
            and (early or ended or _LAST.match(block.lstrip()))
            and (not _is_turn(block))
        ):
            ended = ended or bool(body)
            while ended and body and _is_foot(body[-1], parts.fields):
                name_before, value_before = _field(body.pop(), capitals=True)
                parts.state(name_before or "other", value_before)
            alone = name == "highlight" and not value
            if early and name == "other" and _NAMED.match(block.lstrip()):
                name = "byline"
            if name == "date" and (found := date_in(value)):
                parts.state("date", found)
            elif name != "date":
                parts.state(name, value)
        elif ended and alone:
            # "HIGHLIGHT:" stands alone above what it says.
            parts.state("highlight", block)
            alone = False
        elif ended and not is_rights(block):
            parts.doubts.append(f"{place}: left out after the text: {_flat(block)[:80]!r}")
        else:
            early = False
            body.append(block)
    return parts.article([_flat_body(block) for block in _without_rights(body)], place)


def _without_show(blocks: list[str]) -> list[str]:
    """Return the blocks of a transcript without the fields between its station and its date."""
    first = next((n for n, block in enumerate(blocks[:4]) if _labelled(block, True)), None)
    if not first or any(_block_date(block) for block in blocks[:first]):
        return blocks
    for number, block in enumerate(blocks[first : first + 5], start=first):
        if _field(block, capitals=True)[0] not in ("other", None):
            return blocks
        if not _labelled(block, True) and _block_date(block):
            return [*blocks[:first], *blocks[number:]]
    return blocks


def _plain_head(blocks: list[str], parts: _Parts) -> list[str]:
    """Return the blocks without what is no fact of an article: labels of programmes, notices.

    An address is kept as such, and "20 words" as the length that it states.
    """
    labels = [_field(block, capitals=True)[0] for block in blocks[:12]]
    ends = (n for n, name in enumerate(labels) if name in ("section", "length", "byline"))
    end = next(ends, 0)
    kept: list[str] = []
    for number, block in enumerate(blocks):
        match = _LABEL.match(block.lstrip())
        if number < end and match and _PROGRAMME.fullmatch(match["label"].casefold()):
            continue
        if 0 < number < 8 and _ADDRESS.fullmatch("".join(block.split())):
            parts.state("url", "".join(block.split()))
        elif 0 < number < 6 and len(block) < 300 and _NOTICE.match(_flat(block)):
            continue
        elif 0 < number < 8 and "length" not in labels[:number] and _WORDS.fullmatch(block.strip()):
            kept.append(f"LENGTH: {block.strip()}")
        else:
            kept.append(block)
    return kept


def _has_text(blocks: list[str]) -> bool:
    """Return whether a block has no label, is no copyright notice and no summary."""
    return any(
        not (_in_capitals(block) or is_rights(block) or _field(above, True) == ("highlight", ""))
        for above, block in pairwise(["", *blocks])
    )


def _in_capitals(block: str) -> bool:
    """Return whether a block begins with a label in capitals, known or not, and is no speech."""
    match = _LABEL.match(block.lstrip())
    return match is not None and match["label"].isupper() and not _is_turn(block)


def _is_foot(block: str, stated: Collection[str | None]) -> bool:
    """Return whether a block states, below the text, what the head has not stated."""
    name = _field(block, capitals=True)[0]
    if name not in _EITHER or name in stated or len(block) > 300:
        return False
    return name != "length" or word_count(block) is not None


def _with_body(blocks: list[str], parts: _Parts, place: str) -> list[str]:
    """Return the blocks below the head with a label above the text that is known.

    Where each block is a field up to a label that stands alone, the text begins below it, in
    whatever language the labels are. Fields that are not known are left out with a doubt.
    """
    fields = [_field(block, capitals=True)[0] for block in blocks]
    end = fields.index("body") if "body" in fields else 0
    if not end:
        for number, block in enumerate(blocks[:-1]):
            match = _LABEL.match(block.lstrip())
            if match is None or match["label"] != match["label"].upper():
                break
            if number and _ALONE.fullmatch(block.strip()) and fields[number] is None:
                end = number
                break
    if not end:
        return blocks
    for block, name in zip(blocks[:end], fields[:end], strict=True):
        if name is None:
            parts.doubts.append(f"{place}: left out above the text: {_flat(block)[:80]!r}")
    if fields[end] is None:
        blocks = [*blocks[:end], "BODY:", *blocks[end + 1 :]]
    return blocks


def _split_tail(blocks: list[str]) -> tuple[list[str], list[str]]:
    """Return the blocks before and after the end of the text.

    The end is where only blocks follow that begin with a word in capitals and a colon.
    """
    start = len(blocks)
    names = [_field(block, capitals=True)[0] for block in blocks]
    above = set(names[: next((n for n, name in enumerate(names) if name is None), 0)])
    for number in range(len(blocks) - 1, -1, -1):
        match = _LABEL.match(blocks[number].lstrip())
        name, _ = _field(blocks[number], capitals=True)
        capitals = match is not None and match["label"] == match["label"].upper()
        if is_rights(blocks[number]):
            continue
        early = name is not None and name not in TAIL and not _is_foot(blocks[number], above)
        if not capitals or early or _is_turn(blocks[number]):
            break
        start = number
    return blocks[:start], blocks[start:]


def _is_early(block: str) -> bool:
    """Return whether a block has a label that stands before the text."""
    name = _field(block, capitals=True)[0]
    return name is not None and name not in TAIL


def _flat_body(block: str) -> str:
    """Return a paragraph on one line; a list or a table keeps its lines."""
    lines = _lines(block)
    longest = max(map(len, lines), default=0)
    if len(lines) > 2 and longest < 45:
        return "\n".join(lines)
    return " ".join(lines)


def _without_labels(blocks: list[str]) -> tuple[list[str], list[str]]:
    """Return the head and the text of an article that has no label between them."""
    dated = next((n for n, block in enumerate(blocks[:6]) if _block_date(block)), None)
    if dated is None:
        second = blocks[1] if len(blocks) > 2 else ""
        # Neither a text nor "Summer, 2008".
        titled = 0 < len(second) < LONGEST and not re.search(r"[.!?…:]\W*$|\d{4}\W*$", second)
        return blocks[: 1 + titled], blocks[1 + titled :]
    after = dated + 1
    titled = any(_bare(block) for block in blocks[1:dated])
    if not titled and after < len(blocks) - 1 and len(_flat(blocks[after])) < 250:
        after += 1
    return blocks[:after], blocks[after:]


def _block_date(block: str) -> str | None:
    """Return the date of the first line of a block that has one."""
    if len(block) > 300 or is_rights(block):
        return None
    return next((date for line in _lines(block)[:3] if (date := date_in(line))), None)


def _older_head(blocks: list[str], parts: _Parts) -> None:
    """State source, date and headline: the blocks before the first label."""
    blocks = [bare for block in blocks if (bare := _bare(block))]
    known = [(number, date) for number, block in enumerate(blocks) if (date := _block_date(block))]
    # A headline may begin with a month and a year.
    known.sort(key=lambda item: (len(item[1]) < len("2025-02-13"), item[0] == 0, item[0]))
    dated = known[0][0] if known else None
    if dated is None:
        # The headline is there, and the date is not, or is in words that cannot be read.
        if blocks:
            parts.state("source", blocks[0])
        if len(blocks) > 2:
            parts.state("undated", blocks[1])
        if len(blocks) > 1:
            parts.state("title", " ".join(map(_flat, blocks[2:] or blocks[1:])))
        return
    before = [line for block in blocks[:dated] for line in [block]]
    lines = _lines(blocks[dated])
    for position, line in enumerate(lines):
        if date := date_in(line):
            parts.state("date", date)
            before += lines[:position]
            break
    if before:
        parts.state("source", _lines(before[0])[0] if len(_lines(before[0])) else before[0])
    after = blocks[dated + 1 :]
    # In documents the name of the edition is a paragraph of its own.
    while len(after) > 1 and _EDITION.fullmatch(_flat(after[0])):
        after.pop(0)
    above = [_flat(block) for block in before[1:] if _bare(block)]
    if len(after) == 1 and above and _is_name(after[0]) and not _is_name(above[-1]):
        # The headline stands above the date, the author below it.
        parts.state("byline", after.pop())
    title = after or above
    if title:
        parts.state("title", " ".join(map(_flat, title)))


def _is_name(block: str) -> bool:
    """Return whether a block is rather the name of a person than a headline."""
    name = _byline(_flat(block)) or ""
    words = name.split()
    # Behind "By" a name may be in capitals.
    plain = name != _flat(block) or not any(word.isupper() for word in words)
    return (
        plain
        and 1 < len(words) < 5
        and all(re.fullmatch(r"[^\W\d_]\S*", x) for x in words)
        and (all(word[0].isupper() for word in words) and not _SAID.search(name))
    )


def _bare(block: str) -> str:
    """Return a block without its lines on copyright, from the first of them to the last."""
    lines = _lines(block)
    rights = [number for number, line in enumerate(lines) if is_rights(line)]
    # "All" may stand at the end of a line, and "Rights Reserved" on the next.
    rights += [
        number + 1
        for number, (line, following) in enumerate(pairwise(lines))
        if number in rights and not is_rights(following) and _is_reserved(line, following)
    ]
    if not rights:
        return block.strip()
    return "\n".join(lines[: min(rights)] + lines[max(rights) + 1 :]).strip()


def _is_reserved(line: str, following: str) -> bool:
    """Return whether "All" ends a line and "Rights Reserved" is all that the next one says."""
    # Behind a dash the year of a notice does not count, only the words that close it.
    return len(following) < 60 and not is_rights(f"- {line}") and is_rights(f"- {line} {following}")


def _without_rights(body: list[str]) -> list[str]:
    """Return the text without the copyright notice at its end."""
    kept = list(body)
    for position in range(len(body) - 1, max(len(body) - 5, 0) - 1, -1):
        if is_rights(body[position]):
            del kept[position]
    return kept


# --- Nexis Uni


def _ended(blocks: Sequence[str]) -> list[list[str]]:
    """Return the blocks of each article of Nexis Uni: up to a block that says so."""
    chunks: list[list[str]] = [[]]
    for block in blocks:
        lines = block.split("\n")
        if not any(_END.fullmatch(line.strip()) for line in lines):
            # A headline or a paragraph with line breaks in it.
            lines = _without_pages(lines)
        for line in lines:
            if _END.fullmatch(line.strip()):
                chunks.append([])
            elif not _PAGE.fullmatch(line.strip()):
                chunks[-1].append(line)
    # After the last end there are at most page numbers and the name of the service.
    if len(chunks) > 1:
        chunks.pop()
    return [chunk for chunk in chunks if any(line.strip() for line in chunk)]


def _without_pages(lines: list[str]) -> list[str]:
    """Return the lines of a block as one, or as several with heads of pages between them."""
    found: list[list[str]] = [[]]
    for line in lines:
        if _PAGE.fullmatch(line.strip()):
            found += [[line], []]
        else:
            found[-1].append(line)
    return ["\n".join(part) for part in found if part]


def _parted(blocks: list[str]) -> list[str]:
    """Return the lines of the head and the foot of an article one by one, and those of its text.

    A text that a program has written without blank lines has several of them in a block.
    """
    marker = next((n for n, x in enumerate(blocks) if _BODY.fullmatch(x.strip())), None)
    found: list[str] = []
    foot = False
    for number, block in enumerate(blocks):
        lines = block.split("\n")
        body = _body_line(lines) if marker is None else None
        if body is not None:
            marker = number
            found += [*lines[: body + 1], "\n".join(lines[body + 1 :])]
            continue
        foot = foot or (marker is not None and _TAIL.fullmatch(lines[0].strip()) is not None)
        above = (marker is None or number < marker) and len(lines) < 12
        found += lines if len(lines) > 1 and ((above and _is_head(lines)) or foot) else [block]
    return found


def _body_line(lines: list[str]) -> int | None:
    """Return which line of a block says "Body", at its beginning or below a label."""
    for number, line in enumerate(lines):
        if len(lines) > 1 and _BODY.fullmatch(line.strip()):
            above = lines[number - 1] if number else ""
            return number if not above or _labelled(above, False) or is_rights(above) else None
    return None


def _is_head(lines: list[str]) -> bool:
    """Return whether the lines of a block are facts of their own: one is a date or has a label."""
    return any(
        _labelled(line, False) or date_in(line) is not None or is_rights(line) for line in lines[1:]
    )


def _newer(lines: list[str], number: int, wrapped: bool, paged: bool) -> Article:
    """Return an article of Nexis Uni: headline, source, date, labels, "Body", text, labels."""
    parts = _Parts()
    place = f"article {number}"
    lines = [line.strip() for line in (lines if wrapped else _parted(lines))]
    marker = next((n for n, line in enumerate(lines) if _BODY.fullmatch(line)), None)
    if marker is not None:
        head, rest = lines[:marker], lines[marker + 1 :]
    else:
        start = _last_label(lines)
        head, rest = lines[:start], lines[start:]
    _newer_head([line for line in head if not _APPENDED.fullmatch(line)], parts, wrapped)
    if wrapped or paged:
        # The headline stands at the head of each page.
        title = parts.fields.get("title", "")
        rest = [line.removeprefix(f"{title}\n") for line in rest if _flat(line) != title]
    if "full text" in [line.casefold() for line in rest]:
        rest = rest[[line.casefold() for line in rest].index("full text") + 1 :]
    end = _tail_start(rest)
    for line in rest[end:]:
        name, value = _field(line, capitals=False)
        if name in TAIL:
            parts.state(name, value)
    body = rest[:end] if not wrapped else unwrapped(rest[:end])
    body = [line for line in body if line]
    while body and _ADDED.fullmatch(body[-1]):
        body.pop()
    return parts.article(_without_rights(body), place)


def _last_label(lines: list[str]) -> int:
    """Return where the text begins: after the labelled lines, where no line says "Body"."""
    start = 0
    for number, line in enumerate(lines):
        name, _ = _field(line, capitals=False)
        if name in ("length", "section", "byline", "highlight"):
            start = number + 1
        elif start and line and name is None and len(line) > 200:
            break
    return start


def _newer_head(lines: list[str], parts: _Parts, wrapped: bool) -> None:
    """State headline, source, date and labels: the lines before the text, from the end back."""
    dated = None
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        name, value = _field(line, capitals=False)
        if name is not None:
            if dated is None:
                parts.state(name if name != "date" else "other", value)
            continue
        if dated is None and not is_rights(line) and (date := date_in(line)):
            dated = number
            parts.state("date", date)
    if dated is None:
        ends = (n for n, x in enumerate(lines) if _labelled(x, False) or is_rights(x))
        run = _run_before(lines, next(ends, len(lines)))
        if len(run) == 1:
            # Headline and newspaper are the lines of one block of a text.
            run = _lines(run[0])
        if len(run) > 2:
            parts.state("undated", run[2])
        names = ("title", "source")
        for name, line in zip(names, run, strict=False):
            parts.state(name, line)
        return
    run = _run_before(lines, dated)
    if len(run) == 1:
        parts.state("title" if _is_sentence(run[0]) else "source", run[0])
        # A blank line may stand between the headline and the newspaper.
        above = _run_before(lines, _position(lines, run[0], dated))
        if not _is_sentence(run[0]) and 0 < len(above) < 3 and not any(map(date_in, above)):
            parts.state("title", " ".join(above))
    elif run:
        parts.state("source", run[-1])
        title = run[:-1] if len(run) < (7 if wrapped else 5) else run[-2:-1]
        half = len(title) // 2
        # A page begins with its headline, which then stands there twice.
        parts.state("title", " ".join(title[half:] if title[:half] == title[half:] else title))


def _is_sentence(line: str) -> bool:
    """Return whether a line is rather a headline than the name of a newspaper."""
    return len(line.split()) > 6


def _position(lines: list[str], line: str, end: int) -> int:
    """Return where a line stands for the last time before a position."""
    return end - 1 - lines[end - 1 :: -1].index(line)


def _run_before(lines: list[str], end: int) -> list[str]:
    """Return the last lines before a position without a blank line between them."""
    while end and not lines[end - 1]:
        end -= 1
    start = end
    while start and lines[start - 1] and not _labelled(lines[start - 1], False):
        start -= 1
    return lines[start:end]


def _tail_start(lines: list[str]) -> int:
    """Return where the labelled lines after the text begin."""
    for number, line in enumerate(lines):
        # What stands above the text does not end it.
        if _TAIL.fullmatch(line) and any(lines[:number]):
            following = [line for line in lines[number + 1 :] if line][:12]
            labels = [n for n, line in enumerate(following) if _labelled(line, False)]
            # The same word may be a heading in the text, with paragraphs below it.
            below = labels[0] if labels else len(following)
            if below == 0 or (below < 4 and not _CLASSES.fullmatch(line)):
                return number
    end = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        if not line or is_rights(line):
            continue
        name, _ = _field(line, capitals=False)
        if name in TAIL and not _is_turn(line):
            end = number
        else:
            break
    return end
