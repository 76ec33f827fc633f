"""Page of evidence: its head with style and script, what was measured, tables and filters."""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib import resources

from framing._core.tables import shorten
from framing.evidence.items import GROUNDS, SIGNS, TEXTS, EntryItem, FrameItem, Items
from framing.evidence.marks import Place, Values, esc, key, table

# Words that an entry matched, most frequent first; characters of an entry in a list to choose from.
WORDS, CHOICE = 5, 70
# A fact of more characters takes a line by itself.
LINE = 40
_LONG = ' class="long"'
LIGHT, DARK = ":root{{{}}}", "@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}"


def page(title: str, frames: Sequence[FrameItem], body: Iterable[str], skip: str) -> str:
    """Return a page that needs nothing else and loads nothing, whoever wrote the articles.

    ``skip`` is the part that a link leads to for whoever reads by ear or by keyboard.
    """
    style = _colours(frames) + _resource("evidence.css")
    script = _resource("evidence.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return "".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="color-scheme" content="light dark">\n',
            f"<title>{esc(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n",
            f'<a class="skip" href="#{skip}">To the {skip}</a>\n',
            *body,
            f"<script>{script}</script>\n</body>\n</html>\n",
        ]
    )


def _resource(name: str) -> str:
    return resources.files("framing").joinpath("data", "evidence", name).read_text("utf-8")


def _digest(code: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


def _colours(frames: Sequence[FrameItem]) -> str:
    """Return the colours of page and frames in both schemes, and the frames' lines."""
    rules = []
    for scheme, rule in (("light", LIGHT), ("dark", DARK)):
        names = [f"--ground:{GROUNDS[scheme]}", f"--text:{TEXTS[scheme]}"]
        for number, frame in enumerate(frames):
            ink, tint = frame.colours[scheme]
            names += [f"--i{number}:{ink}", f"--t{number}:{tint}"]
        rules.append(rule.format(";".join(names)))
    for number, frame in enumerate(frames):
        rules.append(f".f{number}{{--ink:var(--i{number});--tint:var(--t{number})}}")
        rules.append(f".f{number}>u,b.f{number}{{text-decoration-style:{frame.line}}}")
    return "\n".join(rules) + "\n"


def facts(title: str, lines: Sequence[tuple[str, str]], notes: Sequence[str]) -> str:
    """Return the head of a page: what was measured, and how it is shown. Values are HTML."""
    items = "".join(
        f"<div{_LONG * (len(value) > LINE)}><dt>{esc(name)}</dt><dd>{value}</dd></div>"
        for name, value in lines
    )
    told = "".join(f'<div class="note">{note}</div>' for note in notes)
    return f'<header><h1 dir="auto">{esc(title)}</h1><dl>{items}</dl>{told}</header>\n'


def frame_section(items: Items, columns: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return the table of frames, with further columns of HTML, and the meaning of the signs."""
    rows = []
    for number in range(len(items.frames)):
        own = [hit for hit in items.hits if hit.frame == number]
        documents = len({hit.document for hit in own})
        cells = "".join(f"<td>{values[number]}</td>" for _, values in columns)
        rows.append(
            f'<tr data-frame="{number}"><th scope="row">{key(items, number)}</th>'
            f"<td>{len(own):,}</td><td>{documents:,}</td>{cells}</tr>"
        )
    heads = ["Frame", "Hits", "Documents with one", *(esc(name) for name, _ in columns)]
    signs = ""
    if items.has_context:
        told = ", ".join(f"<b>{sign}</b> {name}" for sign, name in SIGNS.values())
        signs = f" Signs behind a hit: {told}, then the speaker where one is named."
        signs += " A hit that is denied is hatched."
    legend = (
        "<p>A hit is marked by the colour, the line and the letter of its frame; where hits "
        "overlap, each has its line and its letter. The link of a hit leads to its entry, context "
        f"and the entry’s other hits.{signs} Grey lines are page furniture, not counted.</p>"
    )
    return (
        f'<section aria-labelledby="frames"><h2 id="frames">Frames</h2>'
        f"{table('Hits of each frame', heads, ''.join(rows))}{legend}</section>\n"
    )


def document_section(
    items: Items, values: Values | None, address: Callable[[int], str], title: str
) -> str:
    """Return the table of documents; ``address`` leads from a document to its article."""
    dated = [name for name in ("source", "date") if any(getattr(i, name) for i in items.documents)]
    heads = ["Document", *(name.capitalize() for name in dated), "Tokens"]
    heads += [key(items, number) for number in range(len(items.frames))]
    rows = []
    for item in items.documents:
        counts = Counter(hit.frame for hit in item.hits)
        cells = "".join(f'<td class="{name}">{esc(getattr(item, name))}</td>' for name in dated)
        cells += f"<td>{item.tokens:,}</td>"
        for number, frame in enumerate(items.frames):
            value = f"<br>{values.cells[item.doc_id, frame.name]}" if values else ""
            cells += f'<td class="count">{counts[number]:,}{value}</td>'
        rows.append(
            f'<tr data-d="{item.number}"><th scope="row" dir="auto">'
            f'<a href="{address(item.number)}">{esc(item.title)}</a></th>{cells}</tr>'
        )
    below = f", and below them {esc(values.measure)}" if values else ""
    return (
        f'<section aria-labelledby="documents"><h2 id="documents">{title}</h2>'
        f"<p>Hits of each frame{below}.</p>"
        f"{table('Documents with their hits', heads, ''.join(rows))}</section>\n"
    )


def entry_section(
    items: Items,
    precision: dict[tuple[str, str], str] | None,
    place: Place,
    only: Callable[[EntryItem], str],
) -> str:
    """Return a table of entries for each frame; ``only`` gives links to pages that filter."""
    parts = ['<section class="entries" aria-labelledby="entries"><h2 id="entries">Entries</h2>']
    heads = ["Entry", "Hits", "Documents", "Words it matched"]
    heads += ["Precision"] if precision is not None else []
    for number, frame in enumerate(items.frames):
        own = [(n, item) for n, item in enumerate(items.entries) if item.frame == number]
        fired = sorted((pair for pair in own if pair[1].hits), key=lambda pair: -len(pair[1].hits))
        rows = []
        for n, item in fired:
            known = ""
            if precision is not None:
                known = f"<td>{precision.get((frame.name, item.pattern), '–')}</td>"
            rows.append(
                f'<tr id="e{n}"><th scope="row">{_pattern(item.pattern)}</th>'
                f'<td><a href="{place("h", item.hits[0])}" title="To the first">'
                f"{len(item.hits):,}</a> {only(item)}</td><td>{len(item.documents):,}</td>"
                f'<td dir="auto">{_words(item)}</td>{known}</tr>'
            )
        listed = table(f"Entries of {frame.name}", heads, "".join(rows)) if rows else ""
        silent = "".join(f"<li>{_pattern(item.pattern)}</li>" for _, item in own if not item.hits)
        if silent:
            listed += f"<details><summary>Without a hit</summary><ul>{silent}</ul></details>"
        parts.append(
            f"<details><summary><h3>{key(items, number)}: {len(fired):,} of "
            f"{plural_entries(len(own))} with hits</h3></summary>{listed}</details>"
        )
    return "".join(parts) + "</section>\n"


def _pattern(pattern: str) -> str:
    """Return an entry as HTML that may be broken where its alternatives part."""
    return f"<code>{esc(pattern).replace('|', '|<wbr>')}</code>"


def plural_entries(count: int) -> str:
    """Return a number of entries, in words."""
    return f"{count:,} entr{'y' if count == 1 else 'ies'}"


def _words(item: EntryItem) -> str:
    # Most frequent first, then by the alphabet, whatever the order of the hits.
    ranked = sorted(item.words.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"{esc(words)} {count:,}" for words, count in ranked[:WORDS])
    rest = len(ranked) - WORDS
    return shown + (f" and {rest:,} more" if rest > 0 else "")


def filter_form(items: Items) -> str:
    """Return the filters, which the script shows: without it they could do nothing."""
    frames = "".join(_option(item.name) for item in items.frames)
    groups = []
    for number, frame in enumerate(items.frames):
        options = "".join(
            f'<option value="{esc(item.pattern)}" data-e="{n}" data-frame="{esc(frame.name)}">'
            f"{esc(shorten(item.pattern, CHOICE))} ({len(item.hits):,})</option>"
            for n, item in enumerate(items.entries)
            if item.frame == number and item.hits
        )
        groups.append(f'<optgroup label="{esc(frame.name)}">{options}</optgroup>')
    fields = [
        _field("frame", "Frame", f'<option value="">all</option>{frames}'),
        _field("entry", "Entry", f'<option value="">all</option>{"".join(groups)}'),
    ]
    if items.has_context:
        choices = '<option value="">all</option><option>only</option><option>without</option>'
        fields += [_field(name, told.capitalize(), choices) for name, (_, told) in SIGNS.items()]
        named = sorted({hit.speaker for hit in items.hits if hit.speaker})
        options = "".join(_option(name) for name in named)
        fields.append(_field("speaker", "Speaker", f'<option value="">all</option>{options}'))
    return (
        '<form id="filters" hidden role="search" aria-label="Filters"><div class="bar">'
        '<output id="status" aria-live="polite"></output>'
        '<button type="button" id="previous">← Hit</button>'
        '<button type="button" id="next">Hit →</button></div>'
        f'<details><summary>Filters</summary><div class="fields">{"".join(fields)}'
        '<label>Text of the document <input type="search" name="q" autocomplete="off"></label>'
        '<button type="reset">Show all</button></div></details></form>\n'
    )


def _option(value: str) -> str:
    return f'<option value="{esc(value)}">{esc(value)}</option>'


def _field(name: str, label: str, options: str) -> str:
    return f'<label>{label} <select name="{name}">{options}</select></label>'
