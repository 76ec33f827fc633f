"""Records: texts with labels in front of lines, of ProQuest and NewsBank."""

import re
from collections.abc import Iterator, Mapping, Sequence

from framing._core.memory import lines_of, pieces
from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.facts import (
    date_in,
    is_rights,
    iso_date,
    language_code,
    whole_number,
    word_count,
)

EXPECTED = ("title", "source", "date")

# Labels of ProQuest in the languages of its pages.
PROQUEST = {
    "text": "full text|fulltext|volltext|texte intégral|texto completo|testo completo|"
    "volledige tekst|texto integral|текст полностью|полный текст|pełny tekst|全文文献|全文|"
    "フルテキスト|전체 텍스트|tam metin",
    "abstract": "abstract|zusammenfassung|résumé|resumen|riassunto|resumo|abstract (summary)|"
    "samenvatting",
    "title": "title|titel|titre|título|titolo|article title|заголовок|название|tytuł|标题|標題|"
    "タイトル|제목|başlık",
    "source": "publication title|titel der publikation|publikationstitel|titre de la publication|"
    "título de publicación|título de la publicación|titolo della pubblicazione|"
    "titolo pubblicazione|titolo di pubblicazione|título de publicação|tytuł publikacji|"
    "出版物名称|出版物名稱|出版物のタイトル|출판물 제목|yayın başlığı|"
    "publicatietitel|titel van de publicatie|название публикации|"
    "título da publicação|titel van publicatie|source title|publication",
    "date": "publication date|publikationsdatum|erscheinungsdatum|date de publication|"
    "fecha de publicación|data di pubblicazione|data de publicação|publicatiedatum|"
    "data pubblicazione|data da publicação|data publikacji|datum van publicatie|"
    "дата публикации|出版日期|出版日|출판 날짜|yayın tarihi|"
    "date of publication",
    "year": "publication year|publikationsjahr|erscheinungsjahr|année de publication|"
    "año de publicación|anno di pubblicazione|ano de publicação|year|jahr|année|año",
    "section": "section|rubrik|abschnitt|rubrique|sección|sezione|seção|sectie|column|dept|"
    "department",
    "byline": "автор|作者|著者|저자|yazar|author|autor|auteur|autore|authors|"
    "autoren|auteurs|autores|byline|verfasser",
    "credit": "credit|credits",
    "language": "language of publication|publikationssprache|sprache der publikation|"
    "langue de publication|idioma de publicación|idioma de la publicación|"
    "lingua di pubblicazione|idioma da publicação|taal van publicatie|language|sprache|langue|"
    "idioma|lingua pubblicazione|idioma de publicação|język publikacji|taal|lingua|"
    "язык публикации|出版物语言|出版物語言|出版物の言語|출판물 언어|yayın dili",
    "url": "document url|dokument-url|url du document|url del documento|documento url|"
    "url do documento|url van document",
    "length": "word count|number of words|wortanzahl|nombre de mots|número de palabras|"
    "recuento de palabras",
    "info": "publication info|publikationsinfo|publikationsinformationen|infos sur la publication|"
    "información de publicación",
    "other": "links|link|subject|subjects|schlagwort|thema|sujet|materia|tema|soggetto|"
    "business indexing term|business indexing terms|location|ort|lieu|lugar|people|personen|"
    "personne|personas|company / organization|company|unternehmen / organisation|"
    "société / organisation|empresa / organización|classification|klassifikation|clasificación|"
    "identifier / keyword|identifier|identifikator / schlüsselwort|mots-clés|"
    "identificador / palabra clave|volume|band|volumen|issue|ausgabe|número|numéro|pages|page|"
    "seiten|páginas|pagination|first page|erste seite|première page|primera página|"
    "number of pages|publisher|verlag|herausgeber|éditeur|editorial|editor|place of publication|"
    "publikationsort|lieu de publication|lugar de publicación|country of publication|"
    "publikationsland|pays de publication|país de publicación|publication subject|"
    "publikationsthema|sujet de la publication|materia de publicación|issn|e-issn|eissn|isbn|"
    "coden|source type|quellentyp|quellentypen|type de source|tipo de fuente|document type|"
    "dokumenttyp|type de document|tipo de documento|document feature|dokumentmerkmal|"
    "caractéristique du document|proquest document id|proquest-dokument-id|"
    "proquest dokument-id|id document proquest|id de documento proquest|"
    "id del documento de proquest|id documento proquest|id do documento proquest|"
    "идентификатор документа proquest|identyfikator dokumentu proquest|proquest 文档 id|"
    "proquest 文件 id|proquest ドキュメント id|proquest 문서 id|proquest belge kimliği|"
    "id del documento proquest|proquest-document-id|proquest id|"
    "copyright|urheberrecht|droits d’auteur|"
    "droits d'auteur|last updated|zuletzt aktualisiert|dernière mise à jour|"
    "última actualización|database|datenbank|base de données|base de datos|dateline|edition|"
    "supplement|illustration|illustrationen|ilustración|correspondence author|"
    "author affiliation|publication history|online publication date|milestone dates|doi|"
    "accession number|entry date|startpage|conference|cited by|number of references|series|"
    "special section|literary indexing|references|footnote|tags|alternate title|"
    "broad subject|narrow subject|publication type|notes|caption|graphic",
}
# Labels of NewsBank, by its service and year.
NEWSBANK = {
    "text": "text|body|article text|full text|article",
    "title": "title|headline|article title|titular|título",
    "subtitle": "subtitle|deck|sub-headline",
    "source": "source|paper|newspaper|publication|publication name|publicación|fuente|"
    "newspaper title",
    "date": "date|publication date|issue date|fecha|article date",
    "section": "section|sección|category",
    "byline": "author|author/byline|byline|authors|autor|autor/firma",
    "length": "word count|words|length",
    "language": "language|idioma",
    "url": "openurl link|url|persistent link|article url|link",
    "other": "page|pages|página|edition|edición|column|series|estimated printed pages|"
    "index terms|keywords|caption|captions|memo|notes|correction|dateline|location|locations|"
    "record|record number|accession number|article id|document id|unique identifier|copyright|"
    "readability|lexile|subjects|subject|geographic|company|companies|person|product|"
    "document type|type|illustration|illustrations/photos|photo|graphic|graphics|day|"
    "publication type|citation|issn|country|region|place of publication|place|column name|"
    "index term|version|upload date|issue|volume|provider|illustration(s)|número de página|"
    "zone|credit|art|sidebar",
}
# What stands in a text for the rule between two documents, and for the heading of their facts.
RULE, DETAILS = "_" * 60, "\ue0f1"
_LONGEST_HEADING = 40
_LABEL = re.compile(r"(?P<label>[^\W\d_][^:\n]{1,40}?)\s?:(?:\s+|$)(?P<value>.*)", re.DOTALL)
_RULE = re.compile(r"[_=*\-–—]{15,}")
_COUNTED = re.compile(
    r"(?:document|dokument|documento|article|artikel|item|record|result)\s+\d[\d,.]*\s+"
    r"(?:of|von|de|sur|di|van)\s+\d[\d,.]*",
    re.IGNORECASE,
)
_PROQUEST_ID = re.compile(
    r"^\W*(?:proquest[ -]dokument-?id|proquest document id|proquest documentid|"
    r"id (?:d[eou]l? )?(?:document[oe]? )?(?:d[eou] )?proquest|"
    r"(?:идентификатор документа|identyfikator dokumentu) proquest|"
    r"proquest (?:文档|文件|ドキュメント|문서) id|proquest belge kimliği|document url\W+https?://\S*proquest)",
    re.IGNORECASE | re.MULTILINE,
)
_NEWSBANK = re.compile(
    r"^\W*(?:record(?: number)?|openurl link|accession number)\b|\|\s*openurl link|"
    r"newsbank|access world news",
    re.IGNORECASE | re.MULTILINE,
)

# Lines of the page around an article, and above a picture in it.
_PICTURE = re.compile(r"(?i)enlarge this image\.?")
_NAVIGATION = re.compile(
    r"openurl link|read news document|to bookmark this article.*", re.IGNORECASE
)
# What stands under a text: who wrote it, and what a picture shows.
_UNDER = re.compile(
    r"(?:illustrations?|photographs?|photos?|graphics?|captions?)\W*\Z"
    r"|(?:credits?|captions?|illustrations?|photographs?|photos?|correspondence author)\s?:",
    re.IGNORECASE,
)
# Words that are faster to look for than the pattern of NewsBank.
_MARKS = ("record", "openurl", "accession", "newsbank", "access world news")


def fields_of(labels: Mapping[str, str]) -> dict[str, str]:
    """Return the field of each label."""
    return {label: name for name, group in labels.items() for label in group.split("|")}


PROQUEST_FIELDS = fields_of(PROQUEST)
NEWSBANK_FIELDS = fields_of(NEWSBANK)


def label_of(line: str, fields: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the field that a line states by its label, and the value."""
    match = _LABEL.match(line.strip())
    if not match:
        return None
    label = " ".join(match["label"].casefold().split())
    # Exports lose a space between the words of a label: "Publicationdate:".
    name = fields.get(label) or fields.get(re.sub(r"(?<=publication)(?=\w)", " ", label))
    return (name, match["value"].strip()) if name else None


# --- ProQuest

# Headings of the printed form, which stand alone in their line, in capitals.
_HEADINGS = {
    label.upper(): name
    for name in ("text", "abstract")
    for label in PROQUEST[name].split("|")
    if label.upper() != label
}
_DETAILS = frozenset(["DETAILS", "DETALLES", "DÉTAILS", "DETTAGLI", "DETALHES", "EINZELHEITEN"])
_FOOT = re.compile(r"(?i)(?:\x0c)?PDF (?:GENERATED|generado|généré|erstellt)\b.*\d+")
_DOCUMENT_LINK = re.compile(r"(?i).*\bproquest\b.*")
# A title of the printed form has so many lines at most.
_TITLE_LINES = 6


def is_proquest(text: str) -> bool:
    """Return whether a text is an export of ProQuest."""
    if not any("proquest" in piece.casefold() for piece in pieces(text)):
        return False
    if _PROQUEST_ID.search(text):
        return True
    names = [found[0] for line in lines_of(text) if (found := label_of(line, PROQUEST_FIELDS))]
    return "source" in names and ("text" in names or "abstract" in names)


def read_proquest(lines: Sequence[str], where: str) -> FileArticles:
    """Return the articles in the lines of a text of ProQuest."""
    articles: list[Article] = []
    for chunk in _proquest_chunks(_without_headings(lines)):
        article = _proquest(chunk, len(articles) + 1)
        if article is not None:
            articles.append(article)
    return reading("ProQuest", articles, where, expected=EXPECTED)


def _heading(line: str) -> str | None:
    """Return what a heading of the printed form begins: "FULL TEXT", "ABSTRACT (ENGLISH)"."""
    stripped = line.strip()
    if not stripped or stripped != stripped.upper() or len(stripped) > _LONGEST_HEADING:
        return None
    name = re.sub(r"\s*\([^)]*\)$", "", stripped)
    return "details" if name in _DETAILS else _HEADINGS.get(name)


def _without_headings(lines: Sequence[str]) -> list[str]:
    """Return the lines of the printed form of ProQuest with labels for its headings.

    Title and citation stand above the first heading of a document, without labels, and the facts
    below "DETAILS". Other lines are returned as they are.
    """
    headings = {n: name for n, line in enumerate(lines) if (name := _heading(line))}
    if not {"text", "details"} <= set(headings.values()):
        return list(lines)
    found: list[str] = []
    begun = False
    for n, line in enumerate(lines):
        name = headings.get(n)
        if name is None:
            found.append("" if _FOOT.fullmatch(line.strip()) else line)
            continue
        if name == "details":
            found.append(DETAILS)
            begun = False
            continue
        if not begun:
            begun = True
            head = _printed_head(found)
            title, author = _of_citation(head, _stated_source(lines, n))
            found += [RULE, f"Title: {title}", *([f"Author: {author}"] if author else [])]
        found.append("Full text:" if name == "text" else "Abstract:")
    return found


def _printed_head(found: list[str]) -> list[str]:
    """Take the lines of title and citation from the end of the lines before, and return them."""
    blocks: list[list[str]] = [[]]
    while found and sum(map(len, blocks)) < _TITLE_LINES:
        line = found[-1].strip()
        if _RULE.fullmatch(line) or label_of(line, PROQUEST_FIELDS) or _COUNTED.fullmatch(line):
            if len(blocks) > 1 and blocks[0]:
                # What follows a label without a blank line is the end of its value.
                blocks.pop(0)
            break
        found.pop()
        if not line:
            blocks = [[], *blocks] if blocks[0] else blocks
        elif not _DOCUMENT_LINK.fullmatch(line):
            blocks[0].insert(0, line)
    return [line for block in blocks for line in block]


def _stated_source(lines: Sequence[str], start: int) -> str | None:
    """Return the newspaper that the first label for it names, below a line."""
    for n in range(start, len(lines)):
        label = label_of(lines[n], PROQUEST_FIELDS)
        if label and label[0] == "source":
            # In a document the value may stand in the next line.
            return _source(label[1] or next((x.strip() for x in lines[n + 1 :] if x.strip()), ""))
    return None


def _of_citation(head: list[str], source: str | None) -> tuple[str, str]:
    """Return title and author of the lines above the text: "Holt, Mary. The Star. 6 Feb 2024"."""
    for count in (1, 2, 3):
        citation = " ".join(head[-count:])
        if source and source in citation and len(head) > count:
            return " ".join(head[:-count]), citation.partition(source)[0].strip(" .;")
    return head[0] if head else "", ""


def _proquest_chunks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of each document: between rules, or after "Document 3 of 10"."""
    chunk: list[str] = []
    seen_id = has_text = False
    for line in lines:
        stripped = line.strip()
        if _RULE.fullmatch(stripped) or _COUNTED.fullmatch(stripped):
            yield chunk
            chunk, seen_id, has_text = [], False, False
            continue
        found = label_of(stripped, PROQUEST_FIELDS)
        # Without rules between them, a title after the number of a document begins the next one.
        begins = found is not None and (
            found[0] in ("title", "byline") or (found[0] == "text" and has_text)
        )
        if seen_id and begins and not _tail_of(stripped):
            yield chunk
            chunk, seen_id, has_text = [], False, False
        seen_id = seen_id or bool(_PROQUEST_ID.match(stripped))
        # The facts may stand above the text, and the number of the document among them.
        has_text = has_text or bool(found and found[0] == "text")
        chunk.append(line)
    yield chunk


def _tail_of(line: str) -> bool:
    """Return whether a line belongs to the end of a document and not to the next one."""
    found = label_of(line, PROQUEST_FIELDS)
    return found is not None and found[0] in ("url", "other")


def _proquest(lines: list[str], number: int) -> Article | None:
    """Return the article of a chunk of lines, None where the chunk is no document."""
    found = [_stated(line) for line in lines]
    names = {item[0] for item in found if item}
    if not names & {"text", "abstract", "title", "source"} or len(names) < 2:
        return None
    start = next((n for n, item in enumerate(found) if item and item[0] == "text"), None)
    # A page in HTML states the label a second time, before the text itself.
    while start is not None and found[start] == ("text", ""):
        after = next((n for n in range(start + 1, len(lines)) if lines[n].strip()), start)
        item = found[after]
        if after == start or not item or item[0] != "text":
            break
        start = after
    text: list[str] = []
    rest: list[str] = lines
    if start is not None:
        end = _text_end(lines, found, start)
        text = [found[start][1] if found[start] else "", *lines[start + 1 : end]]  # type: ignore[index]
        rest = [*lines[:start], *lines[end:]]
    facts = _facts(rest, PROQUEST_FIELDS)
    first = next((line.strip() for line in lines if line.strip()), "")
    plain = first and not label_of(first, PROQUEST_FIELDS) and "proquest" not in first.casefold()
    if plain and ("title" not in facts or first in _values(lines, "title")):
        facts["title"] = first
    place = f"document {number}"
    doubts = []
    body = [part for part in _paragraphs(text) if not _PICTURE.fullmatch(part)]
    while len(body) > 1 and _UNDER.match(body[-1]) and len(body[-1]) < 300:
        under = label_of(body.pop(), PROQUEST_FIELDS)
        if under and under[0] == "credit":
            facts.setdefault(*under)
    if not body or re.fullmatch(r"(?i)(?:full text )?(?:none|not) available\W*", " ".join(body)):
        body = []
        if facts.get("abstract") and not re.match(r"(?i)none available", facts["abstract"]):
            body = [facts["abstract"]]
            doubts.append(f"{place}: there is no full text; the text is the abstract")
    day = facts.get("date")
    date = (date_in(day) or day) if day else None
    if date is None and "info" in facts:
        date = _date_of_info(facts["info"])
    if date is None:
        date = facts.get("year")
    return Article(
        "\n\n".join(body),
        facts.get("title"),
        _source(facts.get("source")),
        date,
        facts.get("section"),
        _byline(facts.get("byline") or facts.get("credit")),
        whole_number(facts["length"]) if "length" in facts else None,
        language_code(facts.get("language", "")),
        facts.get("url"),
        place,
        tuple(doubts),
    )


# A link to the document, which stands without a label among the facts.
_LINK = re.compile(
    r"(?i)(?:proquest[ -]document link|enlace a[l]? documento (?:de )?proquest|"
    r"lien(?: du document| vers le document)? proquest|link zum proquest-?dokument|"
    r"link al documento proquest|link do documento proquest)\.?"
)


def _stated(line: str) -> tuple[str, str] | None:
    """Return the field and the value that a line of a document states; None for its text."""
    if _LINK.fullmatch(line.strip()):
        return "other", ""
    return label_of(line, PROQUEST_FIELDS)


def _text_end(lines: Sequence[str], found: Sequence[tuple[str, str] | None], start: int) -> int:
    """Return where the labels after the text begin: where one label follows the other."""
    filled = [n for n in range(start + 1, len(lines)) if lines[n].strip()]
    heading = next((line.strip() for line in lines if line.strip()), "")
    titles = [item[1] for item in found if item and item[0] == "title"]
    for position, number in enumerate(filled):
        item = found[number]
        if lines[number] == DETAILS:
            return number
        if item and item[0] == "title" and heading in titles and item[1] != heading:
            # A paragraph that begins with the word "Title".
            continue
        if item and all(found[after] for after in filled[position + 1 : position + 3]):
            return number
    return len(lines)


def _facts(lines: Sequence[str], fields: Mapping[str, str]) -> dict[str, str]:
    """Return the values of labels; a line without a label after one with an empty value is it."""
    facts: dict[str, str] = {}
    current: str | None = None
    for line in lines:
        stripped = line.strip()
        found = label_of(stripped, fields)
        if found:
            current, value = found
            if value:
                facts.setdefault(current, value)
                current = current if current in ("title", "abstract") else None
        elif stripped and current:
            if current not in facts:
                facts[current] = stripped
            elif current == "abstract":
                facts[current] += f"\n\n{stripped}"
            current = current if current == "abstract" else None
        elif not stripped and current and current in facts and current != "abstract":
            current = None
    return facts


def _values(lines: Sequence[str], name: str) -> list[str]:
    """Return the values that lines state for a field."""
    found = (label_of(line, PROQUEST_FIELDS) for line in lines)
    return [item[1] for item in found if item and item[0] == name]


def _date_of_info(info: str) -> str | None:
    """Return the date in a line such as "Star ; Toronto [Toronto]19 Sep 2012: B.3."."""
    for match in re.finditer(r"(?<=[\s\]])\d{1,2}\s+\w+\s+\d{4}|\w+\s+\d{1,2},\s+\d{4}", info):
        if date := date_in(match[0]):
            return date
    return None


def _source(text: str | None) -> str | None:
    """Return the name of a newspaper without the place after it: "The Star; Toronto"."""
    return re.split(r"\s*[;]\s*", text)[0].strip() or None if text else None


def _byline(text: str | None) -> str | None:
    """Return a byline without the word for "by"."""
    if not text or re.fullmatch(r"(?i)anonymous|none|n/a", text):
        return None
    return re.sub(r"(?i)^(?:by|von|par|por)\s+", "", text).strip(" ;")


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Return the paragraphs of lines: between blank lines, or each line where there is none."""
    joined = "\n".join(line.rstrip() for line in lines).strip()
    if not joined:
        return []
    parts = re.split(r"\n[ \t]*\n+", joined)
    paragraphs: list[str] = []
    for part in parts:
        rows = [row.strip() for row in part.split("\n") if row.strip()]
        # Lines that were broken at a width are joined; long lines are paragraphs of their own.
        if len(rows) > 1 and max(map(len, rows)) <= 100:
            paragraphs.append(" ".join(rows))
        else:
            paragraphs += rows
    return paragraphs


# --- NewsBank


def is_newsbank(text: str) -> bool:
    """Return whether a text is an export of NewsBank or Access World News."""
    seen: set[str] = set()
    for piece in map(str.casefold, pieces(text)):
        seen |= {mark for mark in ("paper:", "text:", *_MARKS) if mark in piece}
    labelled = {"paper:", "text:"} <= seen
    if not labelled and (seen.isdisjoint(_MARKS) or not _NEWSBANK.search(text)):
        return False
    names = {found[0] for line in lines_of(text) if (found := label_of(line, NEWSBANK_FIELDS))}
    if labelled and not _NEWSBANK.search(text):
        return names >= {"text", "title", "source", "date"}
    described = len(names & {"title", "source", "date", "section", "byline", "length"}) >= 2
    return described or any(_dated_source(line) for line in lines_of(text))


def read_newsbank(lines: Sequence[str], where: str) -> FileArticles:
    """Return the articles in the lines of a text of NewsBank."""
    articles: list[Article] = []
    for chunk in _newsbank_chunks(lines):
        article = _newsbank(chunk, len(articles) + 1)
        if article is not None:
            articles.append(article)
    return reading("NewsBank", articles, where, expected=EXPECTED)


def _is_start(lines: Sequence[str], number: int) -> bool:
    """Return whether an article begins at a line: a label of its head, or a headline."""
    found = label_of(lines[number], NEWSBANK_FIELDS)
    return bool(found and found[0] in ("title", "source", "date", "byline"))


def _newsbank_chunks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of each article: between rules, or after its last label."""
    chunk: list[str] = []
    closed = False
    described = body = False
    for number, line in enumerate(lines):
        stripped = line.strip()
        if _RULE.fullmatch(stripped) or _COUNTED.fullmatch(stripped):
            yield chunk
            chunk, closed, described, body = [], False, False, False
            continue
        found = label_of(stripped, NEWSBANK_FIELDS)
        ends = is_rights(stripped) or bool(
            re.match(r"(?i)(?:record(?: number)?|copyright)\s*[:,]", stripped)
        )
        if closed and stripped and not ends:
            last = found is not None and found[0] in ("other", "url", "length", "language")
            if not last or _is_start(lines, number):
                yield chunk
                chunk, closed, described, body = [], False, False, False
        if found or _dated_source(stripped):
            described = True
        elif described and stripped and not ends:
            body = True
        closed = closed or (ends and body)
        chunk.append(line)
    yield chunk


def _dated_source(line: str) -> tuple[str, str] | None:
    """Return date and source of a line such as "Detroit Free Press (MI) - May 31, 2016"."""
    stripped = line.strip()
    if len(stripped) > 160:
        return None
    for separator in (r"\s+[|•]\s+", r"\s+[-–—]\s+"):
        parts = re.split(separator, stripped)
        for position in (-1, 0):
            if len(parts) > 1 and (date := date_in(parts[position])):
                others = parts[:-1] if position == -1 else parts[1:]
                source = re.split(r"\s+[|•]\s+", " - ".join(others))[0].strip()
                if source and re.search(r"[^\W\d_]", source):
                    return date, source
    return None


def _newsbank(lines: list[str], number: int) -> Article | None:
    """Return the article of a chunk of lines, None where the chunk is no article."""
    lines = [piece for line in lines for piece in _split_labels(line)]
    place = f"article {number}"
    facts: dict[str, str] = {}
    text: list[str] = []
    head: list[str] = []
    end = _newsbank_end(lines)
    for line in lines[end:]:
        found = label_of(line, NEWSBANK_FIELDS)
        if found and found[1] and found[0] != "text":
            facts.setdefault(*found)
    started = dated_first = dated_second = False
    for line in lines[:end]:
        stripped = line.strip()
        found = label_of(stripped, NEWSBANK_FIELDS)
        dated = None if started else _dated_source(stripped)
        if found and found[0] == "text":
            started, text = True, [found[1]] if found[1] else []
        elif started:
            text.append(line)
        elif not stripped or _NAVIGATION.fullmatch(stripped):
            continue
        elif found and _is_head(found, facts, bool(head)):
            facts[found[0]] = found[1]
        elif dated and "date" not in facts:
            facts["date"], facts["source"] = dated
        elif len(stripped) < 20 and word_count(stripped) is not None:
            facts["length"] = stripped
        elif not head and not facts and len(stripped) < 60 and iso_date(stripped):
            facts["date"] = stripped
            dated_first = True
        elif dated_first and not facts.keys() >= {"source", "title"}:
            # The date stands first, then the newspaper and the headline.
            facts["title" if "source" in facts else "source"] = stripped
        elif not head and not facts:
            head.append(stripped)
        elif "date" not in facts and "source" not in facts:
            if len(stripped) < 60 and iso_date(stripped):
                facts["date"] = stripped
                dated_second = len(head) == 1
            else:
                head.append(stripped)
        elif dated_second and (_OF_PLACE.search(head[0]) or _OF_PLACE.search(stripped)):
            # Above the date stands the newspaper and below it the headline, or the reverse.
            first = _OF_PLACE.search(head[0]) is not None
            facts["source" if first else "title"] = head.pop()
            facts["title" if first else "source"] = stripped
            dated_second = False
        else:
            started = True
            text.append(line)
    if not facts or not (facts.keys() & {"title", "source", "date"}) or (not text and not head):
        return None
    title = facts.get("title")
    if title is None and head:
        title = " ".join(head[:1])
        text = [*head[1:], *text]
    day = facts.get("date")
    length = facts.get("length", "")
    return Article(
        "\n\n".join(_paragraphs(text)),
        title,
        facts.get("source"),
        (date_in(day) or day) if day else None,
        facts.get("section"),
        _byline(facts.get("byline")),
        word_count(length) or whole_number(length),
        language_code(facts.get("language", "")),
        facts.get("url"),
        place,
    )


# A newspaper with its state or town: Harbour Times (MA).
_OF_PLACE = re.compile(r"\w [(\[][A-Z][^)\]]{1,40}[)\]]$")


def _is_head(found: tuple[str, str], facts: Mapping[str, str], titled: bool) -> bool:
    """Return whether a label before the text states a fact, and does not begin the text."""
    name, value = found
    if name == "other":
        return True
    if name in facts or not value or len(value) > 200:
        return False
    if name == "length":
        return bool(re.match(r"\d", value))
    if name == "date":
        return date_in(value) is not None or not titled
    # The headline and the newspaper may be known by their places.
    return not (titled and "date" in facts and name in ("title", "source"))


def _newsbank_end(lines: Sequence[str]) -> int:
    """Return where the lines after the text begin: labels, copyright and how to cite it."""
    end = len(lines)
    for number, line in enumerate(lines):
        if re.match(r"(?i)[\s•]*citation \(", line):
            end = number
            break
    for number in range(end - 1, -1, -1):
        stripped = lines[number].strip()
        found = label_of(stripped, NEWSBANK_FIELDS)
        tail = found is not None and (
            found[0] in ("other", "url", "language")
            or (found[0] == "length" and found[1][:1].isdigit())
        )
        if not stripped:
            continue
        if not (tail or is_rights(stripped) or _NAVIGATION.fullmatch(stripped)):
            break
        end = number
    return end


def _split_labels(line: str) -> list[str]:
    """Return the parts of a line with several labels: "Author: Jane Doe | Section: News"."""
    parts = re.split(r"\s+[|•]\s+", line.strip())
    labelled = [label_of(part, NEWSBANK_FIELDS) is not None for part in parts]
    if (
        len(parts) > 1
        and any(labelled)
        and all(label or word_count(part) for label, part in zip(labelled, parts, strict=True))
    ):
        return parts
    return [line]
