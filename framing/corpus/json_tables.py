"""JSON: which of its lists holds the articles, and each article as one row of a table."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import msgspec
import pandas as pd

from framing._core.checks import InputError
from framing._core.delimited import text_lines
from framing.corpus.archives.chats import messages_of
from framing.corpus.columns import TableRead, bears_text, is_linked, is_part, is_prose, is_usual
from framing.corpus.json_answers import is_story, whole_answer
from framing.text.characters import well_formed

# What a row of JSON looks like.
_EXAMPLE = 'such as {"doc_id": "a1", "text": "…"}'
# Lists are looked for so many objects deep.
DEEPEST = 8
# Rows that are looked at to see whether a list holds texts.
SAMPLE = 20
# Texts of so many characters on average are long.
LONG = 200
# Keys of an object whose name is the source of what stands in it: of a feed, a channel or a chat.
_FEED = ("feed_url", "home_page_url", "version", "type", "link", "messages")
# Keys that hold the end of a piece of speech, in seconds, beside its "start".
_ENDS = ("end", "duration")

Object = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """The objects that are articles, the keys that lead to them, and a note on what was joined."""

    path: str
    rows: list[Object]
    note: str = ""


def find_articles(content: Any) -> Rows:
    """Return the objects of JSON that are articles; none where there are none.

    They are the list of objects with the most text, or else the longest list of objects. An object
    with a text whose lists hold the pieces of this text, such as a transcript, is one article, and
    so is a list of pieces with times.
    """
    if isinstance(content, dict) and is_story(content):
        return Rows("", [content])
    lists = list(_lists(content, "", 0))
    with_texts = [item for item in lists if _hold_texts(item.rows)]
    pool = with_texts or lists
    if not any(_characters(item.rows)[0] for item in pool):
        # Codes of subjects may have names and descriptions, and no headline with a day.
        pool = [item for item in lists if _are_described(item.rows)] or pool
    if len(pool) > 1 and with_texts:
        best: Rows | None = max(pool, key=lambda item: _characters(item.rows))
    else:
        best = max(pool, key=lambda item: len(item.rows), default=None)
    if isinstance(content, dict) and (whole := _whole(content, best)):
        return Rows("", [whole])
    if isinstance(content, dict) and (inner := _inner_object(content)):
        around = _described_around(content, inner)
        if not with_texts:
            return replace(around, rows=[_facts_beside(content, around) | around.rows[0]])
        if whole := _whole(inner.rows[0], best):
            # The lists beside it hold no articles.
            bare = whole if around is inner else _without_lists(around.rows[0])
            return replace(around, rows=[bare])
    if not with_texts and isinstance(content, dict) and not (best and _are_described(best.rows)):
        # Codes of its subject stand inside the article that they describe.
        described = _described_objects(content)
        if len(described) == 1 and (best is None or best.path.startswith(f"{described[0].path}.")):
            return described[0]
    if best is None:
        strings = isinstance(content, dict) and any(isinstance(v, str) for v in content.values())
        return Rows("", [content] if strings else [])
    if _are_pieces(best.rows):
        piece = f"the list {best.path!r}" if best.path else "the list"
        note = f"{piece} holds pieces of speech with times, which are one article"
        return Rows("", [{"text": _speech(best.rows)}], note)
    return best


def _inner_object(content: Any, path: str = "", depth: int = 0) -> Rows | None:
    """Return the one object inside others that has a text, with its path; None for none or more."""
    if not isinstance(content, dict) or depth > DEEPEST:
        return None
    if path and _own_text(content)[0]:
        return Rows(path, [content])
    inner = (
        _inner_object(value, f"{path}.{key}" if path else str(key), depth + 1)
        for key, value in content.items()
        if not is_linked(f"{key}.")
    )
    found = [rows for rows in inner if rows]
    return found[0] if len(found) == 1 else None


def find_inner_articles(rows: Sequence[Object]) -> Rows | None:
    """Return the articles in the lists of objects that are pages of an answer, or None.

    Such objects have no text beside their lists: {"data": [{"text": …}], "meta": {…}}.
    """
    if not rows or _hold_texts(rows):
        return None
    for row in rows[:SAMPLE]:
        beside = flat({key: value for key, value in row.items() if not _is_objects(value)})
        if any(isinstance(value, str) and len(value) > LONG for value in beside.values()):
            return None
    found = max(_inside(rows, "", 0), key=lambda item: _characters(item.rows), default=None)
    return found if found and _hold_texts(found.rows) else None


def _lists(content: Any, path: str, depth: int, name: str = "") -> Iterator[Rows]:
    """Yield the lists of objects in JSON; ``name`` is that of the channel they stand in."""
    if depth > DEEPEST:
        return
    if isinstance(content, list):
        rows = [row for row in content if isinstance(row, dict)]
        if content and all(isinstance(row, list) for row in content):
            # Lists of articles in a list: the pages of an answer, say.
            yield from _lists([row for page in content for row in page], path, depth + 1, name)
        if not rows or len(rows) < len(content):
            return
        here = Rows(path, [_with_source(row, name) for row in rows] if name else rows)
        yield here
        if not _hold_texts(rows):
            yield from _inside(rows, path, depth)
    elif isinstance(content, dict):
        name = _channel(content) or name
        if keyed := _keyed_articles(content):
            yield Rows(path, keyed)
            return
        for key, value in content.items():
            if isinstance(value, list | dict):
                yield from _lists(value, f"{path}.{key}" if path else str(key), depth + 1, name)


def _inside(rows: Sequence[Object], path: str, depth: int) -> Iterator[Rows]:
    """Yield the lists inside the objects of a list, such as the messages of each chat, joined."""
    joined: dict[str, list[Object]] = {}
    for row in rows:
        facts = _outer_facts(row, path.rpartition(".")[2])
        for found in _lists(row, path, depth + 1):
            inner = [_with_facts(one, facts) for one in found.rows] if facts else found.rows
            joined.setdefault(found.path, []).extend(inner)
    yield from (Rows(key, found) for key, found in joined.items())


# Lists of outlets, each with its articles.
_OUTLETS = frozenset(("outlets", "sources", "feeds", "channels", "newspapers", "papers", "sites"))


def _outer_facts(row: Object, name: str) -> Object:
    """Return what an object states of the articles in its lists: where and when they appeared."""
    facts: Object = {}
    for role in ("source", "date"):
        for key, value in row.items():
            if role not in facts and isinstance(value, str) and is_usual(str(key), role):
                facts[role] = value
    outlet = row.get("name") or row.get("title")
    if name.casefold() in _OUTLETS and isinstance(outlet, str):
        facts.setdefault("source", outlet)
    return facts


def _with_facts(row: Object, facts: Object) -> Object:
    """Return an object with facts of the one around its list that it does not state itself."""
    names = [str(key) for key in row]
    return row | {
        role: value
        for role, value in facts.items()
        if not any(is_usual(name, role) for name in names)
    }


def _keyed_articles(content: Object) -> list[Object]:
    """Return the articles of an object that has one under each identifier; [] for others."""
    values = list(content.values())
    if len(values) < 2 or not all(isinstance(value, dict) for value in values):
        return []
    roles = ("text", "title", "source", "date", "byline")
    if any(is_usual(str(key), role) for key in content for role in roles):
        return []
    if not all(_has_own_text(value) for value in values):
        return []
    return [{"doc_id": str(key)} | value for key, value in content.items()]


def _has_own_text(row: Object) -> bool:
    """Return whether an object has a text and a title or a date beside each other."""
    names = {key for key, value in row.items() if isinstance(value, str) and value.strip()}
    stated = any(is_usual(str(key), role) for key in names for role in ("title", "date"))
    return stated and bool(_own_text(row)[0])


def _are_described(rows: Sequence[Object]) -> bool:
    """Return whether most of some objects have a headline, and a day or a source."""
    some = rows[:SAMPLE]
    return bool(some) and 2 * sum(_is_described(row) for row in some) >= len(some)


def _is_described(row: Object) -> bool:
    """Return whether an object has a headline, and a day or a source."""
    names = [
        key.rpartition(".")[2]
        for key, value in flat({k: v for k, v in row.items() if not _is_objects(v)}).items()
        if isinstance(value, str) and value.strip() and not is_linked(key)
    ]
    titled = any(is_usual(name, "title") and name.casefold() != "name" for name in names)
    return titled and any(is_usual(name, role) for name in names for role in ("date", "source"))


def _described_objects(content: Object, path: str = "", depth: int = 0) -> list[Rows]:
    """Return the objects inside objects that have a headline, and a day or a source themselves."""
    if depth > DEEPEST:
        return []
    if path and _is_described(_own(content)):
        return [Rows(path, [content])]
    return [
        found
        for key, value in content.items()
        if isinstance(value, dict) and not is_linked(f"{key}.")
        for found in _described_objects(value, f"{path}.{key}" if path else str(key), depth + 1)
    ]


def _described_around(content: Object, text: Rows) -> Rows:
    """Return the object around that of a text that has its headline, or else that of the text."""
    if _is_described(_own(text.rows[0])):
        return text
    path, around = "", content
    found = Rows("", [content]) if _is_described(_own(content)) else text
    for key in text.path.split("."):
        inner = around.get(key)
        if not isinstance(inner, dict):
            break
        path, around = (f"{path}.{key}" if path else key), inner
        if path != text.path and _is_described(_own(around)):
            found = Rows(path, [around])
    return found


def _without_lists(row: Object) -> Object:
    """Return an object without lists of objects, at any depth."""
    return {
        key: _without_lists(value) if isinstance(value, dict) else value
        for key, value in row.items()
        if not _is_objects(value)
    }


def _own(row: Object) -> Object:
    """Return an object without the objects in it."""
    return {key: value for key, value in row.items() if not isinstance(value, dict)}


def _facts_beside(content: Object, text: Rows) -> Object:
    """Return the one object with a headline and a day that stands beside that of a text, or {}."""
    if _is_described(text.rows[0]):
        return {}
    others = [found for found in _described_objects(content) if found.path != text.path]
    return others[0].rows[0] if len(others) == 1 else {}


def _channel(content: Object) -> str:
    """Return the name of the feed, channel or chat that an object describes, or ""."""
    if not any(key in content for key in _FEED):
        return ""
    inner = content.get("channel")
    named = inner if isinstance(inner, dict) else content
    name = named.get("name") or named.get("title")
    return name if isinstance(name, str) else ""


def _with_source(row: Object, name: str) -> Object:
    """Return an object with the name of its channel as source, where it states none."""
    stated = any(is_usual(key.partition(".")[0], "source") for key in row)
    return row if stated else row | {"source": name}


def _text_of(row: Object) -> tuple[str, str]:
    """Return the key under which an object has a text, and the text; both "" without one."""
    for key, value in flat(_without_records(row)).items():
        if isinstance(value, str) and value.strip() and bears_text(key):
            return key, value
    return "", ""


def _own_text(row: Object) -> tuple[str, str]:
    """Return the key and the text that stands in an object itself, or below a usual key of it."""
    for key, value in row.items():
        if not is_usual(str(key), "text"):
            continue
        forms = value if isinstance(value, dict) else {"": value}
        for form, text in forms.items():
            named = bears_text(f"{key}.{form}") if form else True
            if named and isinstance(text, str) and text.strip():
                return str(key), text
    return "", ""


def _hold_texts(rows: Sequence[Object]) -> bool:
    """Return whether most of some objects have a text."""
    some = rows[:SAMPLE]
    return 2 * sum(bool(_text_of(row)[0]) for row in some) >= len(some)


def _characters(rows: Sequence[Object]) -> tuple[int, int]:
    """Return how many characters the texts of some objects have: full texts, and parts of them."""
    texts = [(is_part(key.rpartition(".")[2]), len(text)) for key, text in map(_text_of, rows)]
    full = sum(length for part, length in texts if not part)
    return full, sum(length for _, length in texts) - full


def _whole(content: Object, best: Rows | None) -> Object | None:
    """Return an object that is one article, whose lists hold no other ones; None for others."""
    key, text = _own_text(content)
    if not key:
        return None
    article = {k: v for k, v in content.items() if not _is_objects(v) or is_usual(k, "byline")}
    if best is None:
        return article
    words = [piece for row in best.rows[:SAMPLE] for piece in _strings(row)]
    if _hold_texts(best.rows) and not all(
        " ".join(str(row[inner]).split()) in " ".join(text.split())
        for row in best.rows[:SAMPLE]
        if (inner := _text_of(row)[0]) in row
    ):
        # The list holds texts of its own, such as comments below the article.
        titled = any(is_usual(k, role) for k in article for role in ("title", "date", "source"))
        return article if titled and len(text) > max(map(len, words), default=0) else None
    if _are_pieces(best.rows) and any("speaker" in row for row in best.rows):
        return article | {key: _speech(best.rows)}
    return article


def _is_objects(value: Any) -> bool:
    """Return whether a value is a list of objects."""
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _without_records(row: Object) -> Object:
    """Return an object without the lists in it, at any depth, that hold objects with many keys."""
    kept: Object = {}
    for key, value in row.items():
        if isinstance(value, dict) and not (is_usual(str(key), "text") and _is_tree(value)):
            kept[key] = _without_records(value)
        elif not _is_records(value):
            kept[key] = value
    return kept


def _is_records(value: Any) -> bool:
    """Return whether a value is a list of objects with many keys, which is no text."""
    return _is_objects(value) and not _inner_text(value) and all("text" not in v for v in value)


def _are_pieces(rows: Sequence[Object]) -> bool:
    """Return whether objects are pieces of speech: each has a text, a start and an end."""
    return bool(rows) and all(
        isinstance(row.get("text"), str)
        and _is_number(row.get("start"))
        and any(_is_number(row.get(key)) for key in _ENDS)
        and not any(is_usual(key, role) for key in row for role in ("title", "source"))
        for row in rows
    )


# Columns that may stand beside pieces of speech, and when a piece begins or ends in them.
_BESIDE = frozenset(("text", "start", "end", "speaker", "id", "index", "confidence", "language"))
_SECONDS = re.compile(r"\d+(?:\.\d+)?|(?:\d+:)?\d{1,2}:\d\d(?:[.,]\d+)?").fullmatch


def speech_in(table: pd.DataFrame) -> str | None:
    """Return the text of a table of pieces of speech with a start and an end; None for others."""
    names = {str(name): str(name).casefold() for name in table}
    if not {"text", "start", "end"} <= set(names.values()) <= _BESIDE or table.empty:
        return None
    pieces = table.rename(columns=names)
    times = pieces[["start", "end"]].astype("str")
    if not all(_SECONDS(value.strip()) for name in times for value in times[name]):
        return None
    numbers = pd.to_numeric(pieces["start"], errors="coerce")
    if numbers.notna().all() and not numbers.is_monotonic_increasing:
        return None
    rows = pieces[pieces["text"].notna()].to_dict("records")
    return _speech([{str(key): value for key, value in row.items()} for row in rows]) or None


def _is_number(value: Any) -> bool:
    """Return whether a value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _speech(rows: Sequence[Object]) -> str:
    """Return pieces of speech as a text; where several speakers are named, each has paragraphs.

    The names stand before them as in captions, ">> Jane Doe: …", so that who speaks is known.
    """
    several = len({row.get("speaker") for row in rows}) > 1
    paragraphs: list[tuple[Any, list[str]]] = []
    for row in rows:
        speaker = row.get("speaker") if several else None
        if not paragraphs or paragraphs[-1][0] != speaker:
            paragraphs.append((speaker, []))
        paragraphs[-1][1].append(row["text"].strip())
    return "\n\n".join(
        f">> {speaker}: {' '.join(texts)}" if isinstance(speaker, str) else " ".join(texts)
        for speaker, texts in paragraphs
    )


# Where an object states a text, a title, a name or a day, the best key first.
_STATED = {
    "text": ("text", "plain", "plaintext", "body", "content", "rendered", "value", "html", "xhtml",
             "markdown", "raw", "paragraphs", "blocks", "paragraph", "para", "p", "#text", "$t"),
    "title": ("main", "title", "headline", "text", "rendered", "value", "name", "#text", "$t"),
    "source": ("name", "title", "displayname", "value", "id", "#text"),
    "byline": ("name", "original", "displayname", "value", "#text"),
    "date": ("$date", "iso", "value", "date", "#text"),
}  # fmt: skip


def in_one_form(rows: Sequence[Object]) -> Sequence[Object]:
    """Return objects that state the same thing in the same form.

    Of {"text": "A truce."} and {"text": {"html": "<p>A truce.</p>"}} the second one becomes like
    the first one. Where all rows have the same form they stay as they are.
    """
    changed: dict[str, str] = {}
    for key in dict.fromkeys(key for row in rows for key in row):
        role = next((role for role in _STATED if is_usual(str(key), role)), None)
        values = [row[key] for row in rows if row.get(key) not in (None, "", [], {})]
        objects = [value for value in values if isinstance(value, dict)]
        if role is None or not objects:
            continue
        forms = {_form_of(value, role) for value in objects}
        if len(objects) < len(values) or len(forms) > 1:
            changed[key] = role
    if not changed:
        return rows
    return [
        row
        | {
            key: stated
            for key, role in changed.items()
            if isinstance(row.get(key), dict) and (stated := _stated(row[key], role))
        }
        for row in rows
    ]


def _form_of(value: Object, role: str) -> str | None:
    """Return the key under which an object states what is asked for; None where there is none."""
    names = {str(key).casefold(): str(key) for key, inner in value.items() if inner}
    known = next((names[name] for name in _STATED[role] if name in names), None)
    return known or (
        "" if role == "text" and value and all(str(key).isdecimal() for key in value) else None
    )


def _stated(value: Any, role: str) -> str | None:
    """Return a text, a title, a name or a day of JSON as a string; None where there is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = [stated for inner in value if (stated := _stated(inner, role))]
        return ("\n\n" if role == "text" else "; ").join(parts) or None
    if not isinstance(value, dict) or (form := _form_of(value, role)) is None:
        return None
    return _stated(value[form] if form else list(value.values()), role)


def of_objects(rows: Sequence[Object]) -> pd.DataFrame:
    """Return JSON objects as a table; nested names are joined by a dot: source.name.

    Long texts stay the strings that they are: pandas would hold two further copies of them.
    """
    table = pd.DataFrame([flat(row) for row in in_one_form(rows)], dtype=object)
    return pd.DataFrame(
        {
            name: values if are_long(str(name), values) else pd.Series(values.tolist())
            for name, values in table.items()
        }
    )


def are_long(name: str, values: "pd.Series[Any]") -> bool:
    """Return whether a column has a usual name for texts, and long ones."""
    if not (is_usual(name, "text") or is_usual(name.rpartition(".")[2], "text")):
        return False
    some = [len(value) for value in values.head(SAMPLE) if isinstance(value, str)]
    return sum(some) > LONG * max(len(some), 1)


def flat(row: Object, above: str = "") -> Object:
    """Return an object without nested objects and lists."""
    values: Object = {}
    for key, value in row.items():
        name = f"{above}.{key}" if above else str(key)
        if isinstance(value, dict) and isinstance(value.get("rendered"), str):
            # WordPress: {"content": {"rendered": "<p>…</p>", "protected": false}}.
            values[name] = value["rendered"]
        elif isinstance(value, dict) and is_usual(str(key), "text") and _is_tree(value):
            values[name] = "\n\n".join(_strings(value)) or None
        elif isinstance(value, dict):
            values |= flat(value, name)
        elif isinstance(value, list) and key == "date-parts":
            # CSL-JSON, which programs of references write: {"issued": {"date-parts": [[2025, 2]]}}.
            values[above] = _joined_date(value)
        elif isinstance(value, list):
            inner = _inner_text(value)
            text = is_usual(str(key), "text")
            if inner and not text:
                name = f"{name}.{inner}"
                value = [item[inner] for item in value if inner in item]
            values[name] = _joined_list(value, text or bool(inner))
        else:
            values[name] = value
    return values


def _is_tree(value: Object) -> bool:
    """Return whether an object holds the parts of a text: lists only, of strings and of objects."""
    return bool(value) and all(isinstance(inner, list) for inner in value.values())


def _strings(value: Any) -> list[str]:
    """Return the strings inside lists and objects, in their order, without blank ones."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return []


def _inner_text(values: Sequence[Any]) -> str:
    """Return the key of the texts in a list of objects with one key each, or ""."""
    if not values or not all(isinstance(value, dict) for value in values):
        return ""
    keys = {key for value in values for key in value if is_usual(str(key), "text")}
    single = all(len(value) == 1 for value in values)
    return str(next(iter(keys))) if single and len(keys) == 1 else ""


def _joined_date(parts: Sequence[Any]) -> str | None:
    """Return the first date of lists of year, month and day: 2025-02-13."""
    first = parts[0] if parts and isinstance(parts[0], list) else parts
    digits = [str(part).zfill(2) for part in first]
    return "-".join(digits) or None


def _name(person: Object) -> Any:
    """Return the name of a person who is given as an object, or the object."""
    names = [person.get(key) for key in ("family", "given")]
    known = [name for name in names if isinstance(name, str) and name]
    whole = next((person[key] for key in ("name", "by", "full_name") if person.get(key)), None)
    return whole or ", ".join(known) or person


def _run(value: Object) -> Any:
    """Return the text of an object in a list of pieces of a text: its own, or that of its runs."""
    runs = value.get("content")
    if "text" in value or not isinstance(runs, list) or not _is_objects(runs):
        return value.get("text")
    texts = [run.get("text") for run in runs]
    return "".join(texts) if all(isinstance(text, str) for text in texts) else None


def _prose_in(value: Any) -> bool:
    """Return whether some string inside lists and objects is a sentence."""
    return any(is_prose(text) for text in _strings(value))


def _joined_list(values: Sequence[Any], paragraphs: bool) -> str | None:
    """Return a list as text: paragraphs with a blank line between them, names with a semicolon.

    A text in runs, of which some are objects with the kind of the run, is joined as it stands:
    ["The ", {"type": "bold", "text": "bridge"}, " is closed."].
    """
    texts_only = [_run(value) if isinstance(value, dict) else value for value in values]
    runs = any(isinstance(value, dict) for value in values)
    if paragraphs and runs and all(isinstance(text, str) for text in texts_only):
        mixed = any(isinstance(value, str) for value in values)
        return ("" if mixed else "\n\n").join(map(str, texts_only)) or None
    if paragraphs and any(isinstance(value, dict | list) for value in values):
        stated = [_stated(value, "text") for value in values]
        # A picture between two paragraphs states no text.
        if any(stated) and not any(
            _prose_in(v) for v, t in zip(values, stated, strict=True) if not t
        ):
            return "\n\n".join(filter(None, stated)) or None
    # Of people given as objects the name is enough.
    names = [_name(value) if isinstance(value, dict) else value for value in values]
    texts = [
        value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for value in names
        if value is not None
    ]
    paragraphs = paragraphs or sum(map(len, texts)) > 60 * len(texts)
    return ("\n\n" if paragraphs else "; ").join(texts) or None


def kind_of_json(text: str) -> str:
    """Return "json" or "jsonl" where a text is objects with a usual name for texts, or ""."""
    kind, rows = "json", list[dict[str, Any]]()
    try:
        rows = find_articles(msgspec.json.decode(text.encode("utf-8", "surrogatepass"))).rows
    except (msgspec.DecodeError, RecursionError):
        kind, rows = "jsonl", _one_after_the_other(text) or []
    names = {name.rpartition(".")[2] for row in rows for name in flat(row)}
    return kind if any(is_usual(name, "text") for name in names) else ""


def _decode_json(text: str, where: str) -> Any:
    """Return the content of JSON; raise InputError where it is none."""
    text = re.sub(r"\A\s*window\.YTD\.\w+\.part\d+\s*=\s*", "", text)
    try:
        return msgspec.json.decode(text.encode("utf-8", "surrogatepass"))
    except msgspec.DecodeError as error:
        # Python writes NaN and Infinity, which are no JSON, and half surrogate pairs.
        with suppress(ValueError, RecursionError):
            return _well_formed(json.loads(text))
        raise InputError(
            f"{where}: this is not JSON ({error}). Correct it there, or export the file again."
        ) from None
    except RecursionError:
        raise InputError(
            f"{where}: the lists or objects of this JSON are nested too deep to be read. Save the "
            "articles as a list of objects."
        ) from None


def _well_formed(value: Any) -> Any:
    """Return the content of JSON with half a surrogate pair as U+FFFD."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, list):
        return [_well_formed(item) for item in value]
    if isinstance(value, dict):
        return {_well_formed(key): _well_formed(item) for key, item in value.items()}
    return value


def _check_keys(row: dict[str, Any], line: str, place: str) -> None:
    """Raise InputError where a key stands twice in an object: JSON keeps the last value only."""
    if any(line.count(f'"{key}"') > 1 for key in row):
        _check_objects(line, place)


def _check_objects(text: str | bytes, place: str) -> None:
    """Raise InputError where a key stands twice in one of the objects of a text of JSON."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise InputError(
                f"{place}: an object has the key {twice!r} twice, so one value would be lost. "
                "Rename one of the keys."
            )
        return dict(pairs)

    json.loads(text, object_pairs_hook=once)


def read_jsonl(text: str, where: str) -> TableRead:
    """Return a file with one JSON object per line as a table."""
    if text[:1000].lstrip()[:1] == "[":
        # A list of objects, which a program called lines.
        with suppress(InputError):
            return read_json(text, where)
    return table_of_lines(text_lines(text.removesuffix("\x1a")), where)


def table_of_lines(lines: Iterator[str], where: str) -> TableRead:
    """Return JSON objects, one a line, as a table."""
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{where}, line {number}"
        try:
            row = _decode_json(line, place)
        except InputError as error:
            raise InputError(f"{error} Each line holds one object, {_EXAMPLE}.") from None
        if not isinstance(row, dict):
            raise InputError(
                f"{place}: a {type(row).__name__}, not an object. Each line holds one, {_EXAMPLE}."
            )
        _check_keys(row, line, place)
        rows.append(whole_answer(row))
    if not rows:
        raise InputError(f"{where} is empty.")
    if inner := find_inner_articles(rows):
        note = f"{where}: the articles are in the list {inner.path!r} of each line."
        return TableRead(of_objects(inner.rows), notes=(note,))
    return TableRead(of_objects(rows))


def read_json(text: str, where: str) -> TableRead:
    """Return a JSON file as a table: a list of objects, wherever it stands, or columns."""
    lines = list(islice((line for line in text_lines(text) if line.strip()), 2))
    if not lines:
        raise InputError(f"{where} is empty.")
    if len(lines) > 1 and all(line.strip()[:1] == "{" for line in lines) and _is_whole(lines[0]):
        return read_jsonl(text, where)
    return _of_content(_one_after_the_other(text) or _decode_json(text, where), text, where)


def table_of_list(data: bytes, where: str) -> TableRead:
    """Return what `read_json` would of a list in plain UTF-8, without a copy of it as text."""
    if b"\0" in data or b"\x1b" in data:
        raise WholeNeededError
    try:
        content = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise WholeNeededError from None
    return _of_content(content, data, where)


def _of_content(content: Any, text: str | bytes, where: str) -> TableRead:
    """Return the content of a JSON file as a table; ``text`` is the file."""
    content = whole_answer(content)
    found = find_articles(content)
    path = found.path
    rows, left_out = messages_of(found.rows, where)
    if rows:
        names = dict.fromkeys(key for row in rows for key in row)
        keys = (json.dumps(name, ensure_ascii=False) for name in names)
        if isinstance(text, bytes):
            often = any(text.count(key.encode("utf-8", "replace")) > len(rows) for key in keys)
        else:
            often = any(text.count(key) > len(rows) for key in keys)
        if often:
            _check_objects(text, where)
        notes = [f"The articles are in the list {path!r} of the JSON file."] if path else []
        notes += [f"{where}: {found.note}."] if found.note else []
        notes += [left_out] if left_out else []
        return TableRead(of_objects(rows), notes=tuple(notes))
    table = _of_columns(content)
    if table is None:
        raise InputError(
            f"{where}: this JSON holds no articles. It must hold a list of objects, {_EXAMPLE}."
        )
    return TableRead(table)


def _one_after_the_other(text: str) -> list[Any] | None:
    """Return objects that stand one after the other on several lines; None for other JSON."""
    decoder, found, position = json.JSONDecoder(), [], 0
    text = text.strip()
    if text[:1] != "{":
        return None
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return None
        found.append(value)
        while position < len(text) and text[position] in " \t\r\n":
            position += 1
    return found if len(found) > 1 else None


def _is_whole(line: str) -> bool:
    """Return whether a line is a JSON object."""
    try:
        return isinstance(msgspec.json.decode(line.encode("utf-8", "surrogatepass")), dict)
    except (msgspec.DecodeError, RecursionError):
        return False


def _of_columns(content: Any) -> pd.DataFrame | None:
    """Return the table of an object with a column under each key, as pandas writes it."""
    if not isinstance(content, dict) or not content:
        return None
    values = list(content.values())
    if all(isinstance(value, dict) for value in values):
        if all(key.isdigit() for key in content):
            return of_objects(values)
        if all(any(is_usual(str(name), "text") for name in value) for value in values):
            # An article under each identifier.
            return of_objects([{"doc_id": key} | value for key, value in content.items()])
        rows = dict.fromkeys(key for value in values for key in value)
        return of_objects(
            [{name: column.get(row) for name, column in content.items()} for row in rows]
        )
    if all(isinstance(value, list) for value in values) and len(set(map(len, values))) == 1:
        return of_objects(
            [dict(zip(content, row, strict=True)) for row in zip(*values, strict=True)]
        )
    return None


class WholeNeededError(Exception):
    """Not a file in plain UTF-8."""
