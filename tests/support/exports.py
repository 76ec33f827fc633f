"""Small files in the formats of archives, of constructed text."""

import html
import io
import struct
import textwrap

import docx

TRUCE = (
    "Delegates met in the old harbour town on Monday and spoke of a truce that may hold until "
    "spring, two of them said afterwards."
)
BRIDGE = (
    "Nobody left the room before midnight, and the bridge over the river stayed closed to "
    "lorries for a second week in a row."
)


def wrapped(text, width=70):
    """Return a text with its lines broken at a width."""
    return textwrap.fill(text, width)


def make_docx(paragraphs, headings=()):
    """Return a Word file; paragraphs in ``headings`` have the style of a heading."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text, style="Heading 1" if text in headings else None)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def make_rtf(paragraphs):
    """Return an RTF file; other characters than ASCII are written as numbers."""
    escaped = [
        "".join(
            f"\\{letter}"
            if letter in "\\{}"
            else {"\t": "\\tab "}.get(letter, letter)
            if ord(letter) < 128
            else "".join(f"\\u{unit}?" for unit in _units(letter))
            for letter in text
        )
        for text in paragraphs
    ]
    body = "".join(f"{{\\f0\\fs20 {text}}}\\par\n" for text in escaped)
    return (
        "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Times;}}{\\info{\\title Not shown}}" + body + "}"
    ).encode("ascii")


def _units(letter):
    """Return the UTF-16 units of a character."""
    data = letter.encode("utf-16-le")
    return struct.unpack(f"<{len(data) // 2}H", data)


def _shown(line):
    """Return what draws a line of a PDF, or a pair of lines beside each other."""
    if isinstance(line, tuple):
        left, right = line
        return f"({left}) Tj 260 0 Td ({right}) Tj -260 0 Td T*"
    return f"({line.translate({40: '[', 41: ']'})}) Tj T*"


def make_pdf(pages):
    """Return a PDF file; each page is a list of lines, or of pairs that stand in two columns."""
    objects = [b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    parent = 2 + 2 * len(pages)
    kids = []
    for lines in pages:
        shown = "\n".join(map(_shown, lines))
        stream = f"BT /F1 10 Tf 12 TL 50 780 Td\n{shown}\nET".encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
        objects.append(
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 1 0 R >> >> >>" % (parent, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects.append(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids)))
    objects.append(b"<< /Type /Catalog /Pages %d 0 R >>" % parent)
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + b"trailer << /Size %d /Root %d 0 R >>\n" % (len(objects) + 1, len(objects))
        + b"startxref\n%d\n%%%%EOF" % len(out)
    )


def make_xls(rows):
    """Return an old spreadsheet (BIFF 2) of short texts."""
    out = struct.pack("<HHHH", 0x0009, 4, 2, 0x10)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            data = text.encode("cp1252")
            record = struct.pack("<HH", row, column) + bytes(3) + bytes([len(data)]) + data
            out += struct.pack("<HH", 0x0004, len(record)) + record
    return out + struct.pack("<HH", 0x000A, 0)


def nexis_uni(body="Body", labels=("Section", "Length", "Byline", "Language"), cover=True):
    """Return the paragraphs of an export of Nexis Uni with two articles."""
    lines = []
    if cover:
        lines += [
            "User Name: = tester", "Date and Time: = Friday, 5. July 2019 09:31:00 CEST",
            "Job Number: = 00001", "Documents (2)", "1. Truce holds in harbour",
            "Client/Matter: -None-", "Search Terms: truce", "Narrowed by: ", "",
            "2. Bridge closed", "", "", "",
        ]  # fmt: skip
    for title, source, date, byline, text in (
        ("Truce holds in harbour", "Harbour Times", "February 13, 2019 Wednesday 10:31 AM GMT",
         "By Jane Doe", [TRUCE, "", BRIDGE]),
        ("Bridge closed", "Harbour Times (Online)", "14 February 2019", None, [BRIDGE]),
    ):  # fmt: skip
        lines += ["", title, source, date, "Late Edition", "", ""]
        lines += ["Copyright 2019 Harbour Media All Rights Reserved", ""]
        lines += [f"{labels[0]}:\xa0NEWS; Pg. 4", f"{labels[1]}:\xa0{40 if byline else 23} words"]
        lines += [f"{labels[2]}:\xa0{byline}"] if byline else []
        lines += [body] if body else []
        lines += ["", *text, "", "Graphic", "", "A bridge, seen by night", ""]
        lines += ["Classification", "", f"{labels[3]}:\xa0ENGLISH", "Subject:\xa0PEACE (90%)"]
        lines += ["Load-Date:\xa0February 14, 2019", "", "\nEnd of Document", ""]
    return lines


def factiva_article(language, headline, byline, facts, paragraphs):
    """Return an article of an HTML export of Factiva without codes."""
    rest = "".join(f"<div>{fact}</div>" for fact in ([byline] if byline else []) + facts)
    text = "".join(
        f'<p class="articleParagraph {language}articleParagraph" >{paragraph}\n</p>'
        for paragraph in paragraphs
    )
    return (
        f'<div class="article {language}Article"><p><div id="hd"><span class=\'{language}'
        f"Headline'>{headline}\n</span></div>{rest}{text}</p>"
        "<p>Document HARB000020171114edbe0001x</p></div>"
    )


def europresse_article(source, header, title, author, paragraphs):
    """Return an article of an HTML export of Europresse in the newer layout."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<article><header><div class="rdp__DocPublicationName"><span class="DocPublicationName">'
        f'{source}\n <div class="apd-wrapper">Aussi paru dans</div></span></div><div><span '
        f'class="DocHeader">{header}</span></div><div class="titreArticle"><p class="'
        f'titreArticleVisu">{title}</p></div><p class="sm-margin-bottomNews">{author}</p></header>'
        f'<section><div class="docOcurrContainer">{text}</div></section><footer><small>© 2022 '
        f"{source}. Tous droits réservés.</small><span>news·20220103·LM·8</span></footer></article>"
    )


def proquest_document(labels, title, byline, source, date, text, rule="_" * 60):
    """Return a document of a text export of ProQuest with labels in some language."""
    names = dict(zip(("author", "text", "title", "source", "date", "language", "id"), labels))  # noqa: B905
    return f"""{rule}

{title}

{names["author"]}: {byline}

{names["text"]}: {text}

{names["title"]}: {title}

{names["source"]}: {source}

{names["date"]}: {date}

Section: News

{names["language"]}: English

{names["id"]}: 3166000001

Database: Global Newsstream

"""


TITLES = (
    "Truce holds in harbour",
    "PM: 'no deal' on bridge",
    "Is the harbour safe?",
    "Q&A: what the truce means",
    "May 2019: a month to remember",
    "2,000 lorries wait at bridge",
)
SOURCES = ("Harbour Times", "The Guardian (London)", "Süddeutsche Zeitung", "USA TODAY", "El País")
DATES = ("February 13, 2019 Wednesday", "13. Februar 2019 Mittwoch", "mercredi 13 février 2019")
# Paragraphs that look like something else.
PARAGRAPHS = (
    TRUCE,
    BRIDGE,
    '"We will not leave," he said.',
    "In May 2019 the delegates met again, on 3 May 2019, and spoke.",
    "The report, Document 12 of 40, says little.",
    "By the time they left, 300 words had been spoken.",
    "© is a sign, she said, that nobody reads any more in these long days of waiting.",
    "Length: it was long, she said, and nobody knew why it had to be so long in the end.",
)


def random_articles(rng):
    """Return articles of a few fields; any of the last three may be missing."""
    return [
        {
            "title": rng.choice(TITLES),
            "source": rng.choice(SOURCES),
            "date": rng.choice(DATES),
            "text": [rng.choice(PARAGRAPHS) for _ in range(rng.randint(1, 5))],
            "byline": rng.choice(("Jane Doe", "JOHN ROE, Staff Writer", None)),
            "section": rng.choice(("News; Pg. 4", "POLITIK; S. 1", None)),
            "length": rng.choice((1234, None)),
        }
        for _ in range(rng.randint(1, 4))
    ]


def export_of(articles, form, rng):
    """Return an export of articles; what an archive may leave out is left out at random."""
    if form == "Nexis Uni":
        lines = []
        for article in articles:
            lines += ["", article["title"], article["source"], article["date"]]
            lines += [*rng.choice(([], ["Late Edition - Final"])), ""]
            lines += rng.choice(([], ["Copyright 2019 Media All Rights Reserved", ""]))
            lines += [*_labels(article, "{}:\xa0{}", str.title), "Body", "", ""]
            lines += [line for text in article["text"] for line in (text, "")]
            lines += rng.choice(([], ["Graphic", "", "A photo of it", ""]))
            lines += rng.choice(([], ["Classification", "", "Language:\xa0ENGLISH"]))
            lines += ["Load-Date:\xa0February 14, 2019", "", "End of Document", ""]
        return make_docx(lines)
    if form == "LexisNexis":
        pages = ""
        for number, article in enumerate(articles, start=1):
            pages += f"\n{f'{number} of {len(articles)} DOCUMENTS':^78}\n\n\n"
            pages += f"{article['source']:^78}\n\n{article['date']:^78}\n"
            pages += rng.choice(("", f"{'Late Edition':^78}\n")) + f"\n{article['title']}\n\n"
            pages += "".join(f"{line}\n\n" for line in _labels(article, "{}: {}", str.upper))
            pages += "".join(f"{wrapped(text)}\n\n" for text in article["text"])
            pages += "LOAD-DATE: February 14, 2019\n\nLANGUAGE: ENGLISH\n\n\n"
            pages += f"{'Copyright 2019 Media':^78}\n{'All Rights Reserved':^78}\n"
        return pages.encode()
    articles = [
        factiva_article(
            "en",
            html.escape(article["title"]),
            article["byline"] and f"By {article['byline']}",
            [
                f"{article['length'] or 50} words",
                article["date"],
                *rng.choice(([], ["10:31"])),
                article["source"],
                "HARB",
                "English",
                "(c) 2019",
            ],
            map(html.escape, article["text"]),
        )
        for article in articles
    ]
    return f"<html><head><meta charset='utf-8'></head>{''.join(articles)}</html>".encode()


def _labels(article, form, case):
    """Return the lines of the labelled fields that an article has."""
    values = {
        "byline": article["byline"],
        "section": article["section"],
        "length": article["length"] and f"{article['length']:,} words",
    }
    return [form.format(case(name), value) for name, value in values.items() if value]
