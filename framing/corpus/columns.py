"""Columns: which columns of a table hold the text, the title, the source, the date and more.

Section, byline, language and url get their names where a column has a usual name for them, so that
tables and exports of archives can be read together.
"""

import re
import tomllib
import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import pandas as pd

from framing._core.checks import InputError, check_columns, listing
from framing._core.delimited import check_names
from framing.corpus.dates import parse_date

ROLES = ("text", "doc_id", "title", "source", "date")
# A column of texts without a usual name has so many characters on average.
LONG = 100
# A name of a column has fewer words, and fewer characters.
_SENTENCE = 5
_PROSE = 60
# Letters with a bar, and the Turkish one without a dot, which Unicode does not take for accents.
_BARRED = str.maketrans("łøđħı", "lodhi")
# Rows that are looked at.
SAMPLE = 200
# A title, the date of the export and the like take at most so many lines above a header.
MOST_ABOVE = 20
# Words before a usual name that say no more: "Document Title", "News Text". Not before these.
_BEFORE = frozenset(("news", "article", "document", "doc", "story", "item", "press", "clip"))
_NOT_AFTER = frozenset(
    ("name", "time", "day", "created", "id", "medium", "media", "channel", "site")
)
# What programs write for kinds of media, which are no names of a source.
_MEDIA = frozenset(
    ("online", "print", "web", "news", "tv", "radio", "broadcast", "blog", "magazine", "newspaper")
)
# Objects in a post that describe what it links to or repeats, and not the post.
_LINKED_WORDS = """
card embed external reblog quoted quotedstatus associations renditions featuremedia image images
picture pictures photo photos thumbnail thumbnails
"""
_LINKED = frozenset(_LINKED_WORDS.split())
# Under these names stands the text of the object around them: {"story": {"html": "<p>…"}}.
_FORMS = frozenset(("html", "xhtml", "nitf", "plain", "markdown", "value", "rendered", "raw"))
# A cell that names a file, as programs for coding write it beside a passage.
_FILE = re.compile(
    r"[^\n]{1,250}\.(?:docx?|odt|pdf|rtf|txt|md|html?|xml|json|csv|xlsx?|pptx?|mp[34]|wav|jpe?g|png)",
    re.IGNORECASE,
).fullmatch
_PICTURE = re.compile(r"[^\n]{1,250}\.(?:jpe?g|png|gif|webp|svg)", re.IGNORECASE).fullmatch
# A usual name with a remark in brackets behind it: "Quelle (Factiva)".
_REMARK = re.compile(r"([^()\[\]]+?)\s*[(\[]([^()\[\]]*)[)\]]\s*").fullmatch
# Remarks that say that a column holds something else: another day, an address, a count.
_OTHER = re.compile(
    r"access|retrieve|retrieval|download|crawl|scrap|update|modif|captur|import|upload|last|\bend\b|abruf|"
    r"abgeruf|zugriff|zuletzt|geändert|erfass|kodier|codier|coded|consult|url|link|href|\bid\b|code|kürzel|key|number|"
    r"nummer|\bnr\b|\bno\b|n[°º]|count|length|länge|words|wörter|zeichen|chars?\b|anzahl|[01]\s*[/=,-]",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"1\d{9}(?:\.\d+)?|1\d{12}").fullmatch


@dataclass(frozen=True)
class _ColumnNames:
    """Usual names of columns: by role, of parts of articles, of dates with the day first."""

    roles: dict[str, tuple[str, ...]]
    parts: frozenset[str]
    day_first: frozenset[str]


@cache
def _names() -> _ColumnNames:
    """Return the names of the file that ships."""
    path = resources.files("framing") / "data" / "usual_columns.toml"
    data = {
        key: tuple(map(plain, words.split()))
        for key, words in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }
    parts, day_first = data.pop("parts"), data.pop("day_first")
    data["text"] = (*data["text"], *parts)
    return _ColumnNames(data, frozenset(parts), frozenset(day_first))


@dataclass(frozen=True)
class ColumnRoles:
    """The columns of a table: names by role, notes, and a reason for dates with the day first."""

    columns: dict[str, str]
    notes: tuple[str, ...]
    day_first: str


def choose_columns(
    table: pd.DataFrame, roles: Mapping[str, str | None], where: str, *, texts: bool = True
) -> ColumnRoles:
    """Return the column of each role: the one that was named, or one with a usual name.

    Without ``texts`` the table describes texts that stand elsewhere.

    Raise InputError where a named column is not there, or where no column holds the texts.
    """
    named = {role: column for role, column in roles.items() if column is not None}
    check_columns(table.columns, named.values(), where)
    columns = dict(named)
    free = [str(name) for name in table.columns if name not in named.values()]
    for role in ROLES:
        if role not in columns and role in free and (role != "text" or _has_text(table[role])):
            columns[role] = role
            free.remove(role)
    if columns.get("source") == "source" and "source" not in named:
        # The JSON of trafilatura has the address of the page there.
        others = [name for name in _usual(free, "source") if _bears(table[name], "source")]
        others = [name for name in others if not _are_pages(table[name])]
        if others and _are_pages(table["source"]):
            del columns["source"]
            if not _usual(free, "url"):
                columns["url"] = "source"
    found: dict[str, str] = {}
    if "doc_id" not in columns and texts:
        # DOC_ID or "Doc ID", as spreadsheets and databases write it.
        written = [name for name in free if plain(name) == "docid" and _differ(table[name])]
        for name in written[:1]:
            found["doc_id"] = columns["doc_id"] = name
            free.remove(name)
    calendars: list[str] = []
    for role in _names().roles:
        stands = role in columns or (role in free and role != "text")
        if not stands and (texts or role != "text"):
            usual = _usual([name for name in free if name != role], role)
            bearing = [name for name in usual if _bears(table[name], role)]
            if role == "date":
                notes_on = {name: _calendar(table[name], name) for name in bearing}
                calendars += filter(None, notes_on.values())
                bearing = [name for name in bearing if not notes_on[name]]
            # "Medium" may hold the kind of a medium, and another column its name.
            if role == "source":
                bearing.sort(key=lambda name: _are_kinds(list(table[name].head(SAMPLE))))
            if bearing:
                found[role] = columns[role] = bearing[0]
                free.remove(bearing[0])
    notes: list[str] = []
    if texts and "text" not in columns:
        columns["text"], note = _longest(table, columns, free, where)
        notes.append(note)
    if found:
        chosen = ", ".join(f"{role} = {name!r}" for role, name in found.items())
        notes.insert(0, f"Columns chosen by their names: {chosen}; text='…' and so on overrule it.")
    notes += calendars
    if is_part(found.get("text", "")):
        notes.append(
            f"No column has the full texts: {found['text']!r} holds a part of each article."
        )
    if texts and "doc_id" not in columns:
        notes += unused_ids(table[free])
    date = columns.get("date", "")
    hint = f"the column of the dates is {date!r}" if plain(date) in _names().day_first else ""
    return ColumnRoles(columns, tuple(notes), hint)


def unused_ids(table: pd.DataFrame) -> list[str]:
    """Return the note about a column of ids, all different, that does not name the documents."""
    ids = [str(name) for name in table if plain(str(name)) == "id" and _differ(table[name])]
    return [
        f"The documents are numbered: to name them by the column {name!r}, give doc_id={name!r}."
        for name in ids[:1]
    ]


def _differ(values: "pd.Series[Any]") -> bool:
    """Return whether each row has a value of its own."""
    from pyarrow import array, compute

    texts = values.astype("str").str.strip()
    if len(texts) < 2 or (values.isna() | (texts == "")).any():
        return False
    # pandas would make strings of Python of a column of posts.
    return bool(compute.count_distinct(array(texts)).as_py() == len(texts))


def is_usual(name: str, role: str) -> bool:
    """Return whether a name is a usual one for a role."""
    names = (plain(name), _without_qualifier(name))
    return any(usual_rank(whole, role) is not None for whole in names if whole)


def bears_text(name: str) -> bool:
    """Return whether a nested name, such as item.body.html, is a usual one for texts."""
    *above, last = name.split(".")
    if is_linked(name) or _named_above(name, "title") or _named_above(name, "byline"):
        return False
    return (
        is_usual(name, "text")
        or is_usual(last, "text")
        or bool(above and (is_usual(f"{above[-1]}.{last}", "text") or _in_text(name)))
    )


def is_linked(name: str) -> bool:
    """Return whether a nested name stands in an object that describes another thing."""
    return not _LINKED.isdisjoint(map(plain, name.split(".")[:-1]))


# Objects in a post that describe who wrote it: their dates are those of an account.
_ACCOUNTS = frozenset(("author", "user", "account", "owner", "profile", "creator", "poster"))


def _is_of_account(name: str) -> bool:
    """Return whether a nested name stands in an object that describes who wrote a post."""
    return not _ACCOUNTS.isdisjoint(map(plain, name.split(".")[:-1]))


def _named_above(name: str, role: str) -> bool:
    """Return whether a nested name is that of a value of a role, such as headline.main.text."""
    *above, last = name.split(".")
    if not above or last not in ("text", "#text", "rendered"):
        return False
    names = (above[-1], "".join(above[-2:]))
    return any(usual_rank(plain(one), role) is not None for one in names)


def _in_text(name: str) -> bool:
    """Return whether a nested name is that of the form of a text: story.html, body.#text."""
    *above, last = name.split(".")
    if not above or not is_usual(above[-1], "text"):
        return False
    return plain(last) in _FORMS or last in ("#text", "$t", "$", "_", "__html")


def is_part(name: str) -> bool:
    """Return whether a name is that of a part of each text, such as its summary."""
    return plain(name) in _names().parts


def has_roles(names: Sequence[str]) -> bool:
    """Return whether usual names for the texts and for something else are among these."""
    usual = {role for role in ROLES if role != "doc_id" for name in names if is_usual(name, role)}
    return "text" in usual and len(usual) > 1


# Names come again with every row of a file.
@lru_cache(maxsize=10_000)
def usual_rank(name: str, role: str) -> int | None:
    """Return how good a plain name is for a role, 0 the best; None where it is not a usual one."""
    names = _names().roles[role]
    return names.index(name) if name in names else None


def is_prose(cell: str) -> bool:
    """Return whether a cell holds a text and not a name of a column, however long."""
    return len(cell) >= _PROSE and cell.count(" ") >= len(cell) / 20 and cell.strip()[-1:] != "?"


def _without_qualifier(name: str) -> str:
    """Return the plain name without a first word that says no more; "" where there is none."""
    first, *rest = re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)) or [""]
    last = plain("".join(rest))
    return last if plain(first) in _BEFORE and last not in _NOT_AFTER else ""


def _without_remark(name: str, role: str) -> str:
    """Return the plain name before a remark in brackets; "" where there is none for a role.

    "Titel (Zeitung)" is that of a newspaper, "Datum (Abruf)" another day.
    """
    match = _REMARK(name)
    if not match or _OTHER.search(match[2]):
        return ""
    others = [other for other in _names().roles if other != role]
    for word in (plain(match[2]), *map(plain, match[2].split())):
        if is_part(word) or any(usual_rank(word, other) is not None for other in others):
            return ""
    return plain(match[1])


@lru_cache(maxsize=10_000)
def plain(name: str) -> str:
    """Return the name of a column in lower case, without accents, spaces and signs."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_BARRED))
    return re.sub(r"[\W_]+", "", "".join(c for c in letters if not unicodedata.combining(c)))


def _usual(names: Sequence[str], role: str) -> list[str]:
    """Return the columns with a usual name for a role, the better ones first.

    Of nested names, such as fields.bodyText or meta.site.name, the last one or the last two count
    where the whole is not usual.
    """
    rank = {name: number for number, name in enumerate(_names().roles[role])}
    # Of "Text (English)" and "Text (German)" none is the one that is meant.
    bases = [_without_remark(name, role) for name in names]
    ranked = []
    for position, name in enumerate(names):
        whole, last = plain(name), plain(name.rpartition(".")[2])
        if is_linked(name) or (role == "date" and _is_of_account(name)):
            continue
        core = _without_qualifier(name)
        if role == "text" and (_named_above(name, "title") or _named_above(name, "byline")):
            continue
        if whole in rank:
            ranked.append((rank[whole], position, name))
        elif name.count(".") > 1 and (two := plain("".join(name.split(".")[-2:]))) in rank:
            ranked.append((rank[two] + 1000, position, name))
        elif "." in name and last in rank and last != "name":
            ranked.append((rank[last] + 1000, position, name))
        elif (role == "text" and _in_text(name)) or (
            role in ("title", "byline") and _named_above(name, role)
        ):
            ranked.append((1500, position, name))
        elif core in rank:
            ranked.append((rank[core] + 500, position, name))
        elif (base := _without_remark(name, role)) in rank and bases.count(base) == 1:
            ranked.append((rank[base] + 700, position, name))
    return [name for _, _, name in sorted(ranked)]


def _bears(values: "pd.Series[Any]", role: str) -> bool:
    """Return whether values can have a role: dates can be read, texts and titles are text."""
    known = values.dropna().head(SAMPLE)
    if known.empty:
        return False
    if role != "date":
        texts = all(isinstance(value, str) for value in known)
        if role == "url":
            return texts and all(
                value.strip().startswith(("http://", "https://")) for value in known
            )
        # No outlet is called like a picture.
        file = {"text": _FILE, "source": _PICTURE}.get(role)
        return texts and not (file and all(file(value.strip()) for value in known))
    if pd.api.types.is_datetime64_any_dtype(values):
        return True
    if pd.api.types.is_numeric_dtype(values) and known.between(1e8, 5e12).all():
        return True
    # Seconds or milliseconds since 1970, in files in which all cells are text.
    if all(isinstance(value, str) and _EPOCH(value.strip()) for value in known):
        return True
    readable = [
        any(parse_date(str(value).strip(), order) for order in ("dmy", "mdy")) for value in known
    ]
    return 2 * sum(readable) >= len(readable)


# Letters of languages that count years otherwise, and the years of their calendars in our time.
_CALENDARS = (
    (re.compile("[\u0600-\u06ff]"), range(1300, 1500), "Persian or the Islamic"),
    (re.compile("[\u0e00-\u0e7f]"), range(2440, 2640), "Buddhist"),
)


def _calendar(values: "pd.Series[Any]", name: str) -> str:
    """Return a note where a column, by its name and years, has dates of another calendar."""
    for letters, years, calendar in _CALENDARS:
        if not letters.search(name):
            continue
        read = [
            parse_date(str(value).strip(), "dmy") for value in values.dropna().head(SAMPLE).tolist()
        ]
        known = [day.date.year for day in read if day]
        if known and all(year in years for year in known):
            return (
                f"The dates of {name!r} are not read: the year {known[0]} seems to be one of the "
                f"{calendar} calendar. Give dates of the Gregorian calendar; date={name!r} takes "
                "them as they are."
            )
    return ""


def _are_pages(values: "pd.Series[Any]") -> bool:
    """Return whether values are addresses of pages, and not of sites as a whole."""
    known = values.dropna().head(SAMPLE).astype(str)
    return len(known) > 0 and bool(known.str.fullmatch(r"https?://[^/\s]+/[^\s]+").all())


def _are_kinds(values: Sequence[Any]) -> bool:
    """Return whether values are kinds of media, such as Online, and no names."""
    return all(
        str(value).strip().casefold() in _MEDIA for value in values[:SAMPLE] if pd.notna(value)
    )


def _is_data(values: "pd.Series[Any]") -> bool:
    """Return whether values are lists or objects of JSON, which are no texts however long."""
    known = [str(value).lstrip() for value in values.dropna().head(SAMPLE)]
    return (
        bool(known)
        and sum(value.startswith(("[{", '{"', "[]")) for value in known) > len(known) / 2
    )


def _has_text(values: "pd.Series[Any]") -> bool:
    """Return whether a column has a text: some tools leave "text" blank and fill another one."""
    known = values.dropna()
    return any(str(value).strip() for value in known)


def _longest(
    table: pd.DataFrame, columns: Mapping[str, str], free: Sequence[str], where: str
) -> tuple[str, str]:
    """Return the column with by far the longest texts, or else the titles; and a note."""
    lengths = sorted(
        (
            (_length(table[name]), name)
            for name in free
            if _bears(table[name], "text") and not _is_data(table[name])
        ),
        reverse=True,
    )
    longest, name = lengths[0] if lengths else (0.0, "")
    second = max([length for length, _ in lengths[1:]], default=0.0)
    if longest >= LONG and longest >= 3 * second:
        return name, f"No column of texts has a usual name: {name!r} has the longest texts."
    title = columns.get("title", "")
    if title and _bears(table[title], "text") and longest < 1.5 * _length(table[title]):
        return title, f"No column has texts: the titles ({title!r}) are the texts."
    try:
        check_columns(table.columns, ["text"], where)
    except InputError as error:
        advice = "Say which column holds the text: text='…'."
        if any(len(str(name).split()) >= _SENTENCE for name in table.columns):
            advice += (
                " The first line is read as the names of the columns; if it is a text, write a "
                "line with names above it."
            )
        raise InputError(f"{error} {advice}") from None
    return "text", ""


def _length(values: "pd.Series[Any]") -> float:
    """Return the mean number of characters of the first values."""
    known = values.dropna().head(SAMPLE)
    return float(known.astype(str).str.len().mean()) if len(known) else 0.0


# No leading zeros, which mark a code; at most as many digits as a float holds exactly.
_is_number = re.compile(r"-?(0|[1-9][0-9]{0,14})([.][0-9]+)?").fullmatch
# The same as it is written where the comma separates decimals: 1.234,5.
_has_comma = re.compile(
    r"-?(0|[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,14})(,[0-9]+)?"
).fullmatch


@dataclass(frozen=True)
class TableRead:
    """A table of a file.

    ``commas`` says whether its numbers may have a decimal comma: 3,5. ``notes`` are decisions.
    """

    table: pd.DataFrame
    commas: bool = False
    notes: tuple[str, ...] = ()


def with_numbers(table: pd.DataFrame, *, commas: bool) -> pd.DataFrame:
    """Return the table with numeric covariates as numbers, because a CSV has no types."""
    numbers: dict[Hashable, pd.Series] = {}
    for name in table.columns.difference([*ROLES, "date_precision"]):
        column = table[name]
        # The first value that is no number ends the search, which matters in columns of text.
        known = column.dropna().tolist()
        if not known or not all(isinstance(value, str) for value in known):
            continue
        if commas and not all(map(_is_number, known)) and all(map(_has_comma, known)):
            column = column.str.replace(".", "").str.replace(",", ".")
            known = column.dropna().tolist()
        if all(map(_is_number, known)):
            numbers[name] = column.astype("float64")
            if not any("." in value for value in known):
                kind = "Int64" if len(known) < len(table) else "int64"
                numbers[name] = numbers[name].astype(pd.api.types.pandas_dtype(kind))
    # All at once: pandas moves the other columns for each one that is set.
    return pd.DataFrame({name: numbers.get(name, table[name]) for name in table})


def without_group_row(table: pd.DataFrame, where: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the table without a row of groups of columns above its header, and a note on it.

    Such a row has a name for some columns ("Meta", blank, "Content", blank), and the row below it
    has the usual names of the texts and of something else.
    """
    names = [str(name) for name in table]
    if len(table) < 2 or not any(name.startswith("Unnamed: ") for name in names):
        return table, ()
    below = [None if pd.isna(cell) else str(cell).strip() for cell in table.iloc[0]]
    if not has_roles([name for name in below if name]) or has_roles(names):
        return table, ()
    header = [name or f"Unnamed: {number}" for number, name in enumerate(below)]
    check_names(header, where)
    above = [name for name in names if not name.startswith("Unnamed: ")]
    note = f"{where}: passed over above the header: {listing(above)}."
    return table.iloc[1:].reset_index(drop=True).set_axis(header, axis=1), (note,)
