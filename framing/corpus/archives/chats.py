"""Chats: messages with times and names, as texts (WhatsApp and others) and as saved pages."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from framing._core.checks import InputError
from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.facts import iso_date
from framing.corpus.archives.markup import blocks, text_of, with_class
from framing.corpus.dates import decide_order, parse_date

_DAY = r"(?P<day>\d{1,4}[./-]\d{1,2}[./-]\d{1,4})"
_CLOCK = r"(?P<time>\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[apAP]\.?\s?[mM]\.?)?)"
_WHO = r"(?P<name>[^:\n]{1,60}?)"
# How a message begins, in the forms of programs: the first that fits holds for a file. In the last
# two the message stands on the lines below.
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"[\u200e\u200f]?\[{_DAY},? {_CLOCK}\] (?:{_WHO}: ?)?(?P<said>.*)",
        rf"[\u200e\u200f]?{_DAY},? {_CLOCK} [-–] (?:{_WHO}: )?(?P<said>.*)",
        rf"\[?{_DAY}[T ]{_CLOCK}\]?\s+(?:<[@+ ]?{_WHO}> |\* )(?P<said>.*)",
        rf"{_WHO},? \[{_DAY},? {_CLOCK}\]:?(?P<said>)",
        rf"\[{_DAY},? {_CLOCK}\] {_WHO}(?P<said>)",
    )
)
# Messages of Zoom, which have a time and no day: in a saved file, and in that of a recording.
_ZOOM_CLOCK = r"(?P<time>\d\d:\d\d:\d\d)"
_OF_ZOOM = tuple(
    re.compile(form)
    for form in (
        rf"(?:{_DAY} )?{_ZOOM_CLOCK}\s+From\s+{_WHO}(?:\s+to\s+[^:\n]{{1,60}}?)?\s*:"
        r"\s*(?P<said>.*)",
        rf"(?P<day>){_ZOOM_CLOCK}\t(?P<name>[^:\t\n]{{1,60}}):?\s*\t(?P<said>.*)",
    )
)
# A time that Zoom writes at the beginning of a message; other texts need not be looked at.
ZOOM = re.compile(r"(?m)^\ufeff?(?:\S{8,10} )?\d\d:\d\d:\d\d(?:\s+From\s|\t)")
# What Zoom writes above an answer, and in place of a sign that is put under a message.
_ANSWER = re.compile(r"\s*Replying to \".*\"\s*")
_REACTION = re.compile(
    r"\s*(?:(?:.{1,60} )?reacted to \".*\" with .{1,30}|removed an? .{1,30} from \".*\")\s*", re.I
)
# The day of a meeting stands in the name of its folder or of its file.
_MEETING = re.compile(
    r"(?:GMT(?P<year>\d{4})(?P<month>\d\d)(?P<number>\d\d)-\d{6}|"
    r"(?P<day>\d{4}-\d\d-\d\d) \d\d\.\d\d\.\d\d [^/\\]*[/\\][^/\\]*\Z)"
)
# The lines in which the first message begins, and so many messages make a chat.
_FIRST, _LEAST = 12, 2
# No other line above a chat has more words.
_LABELLED = 8
# What programs write in place of a picture or of a message, and that a message was changed.
_MARKED = re.compile(r"[\u200e\u200f]?<[^<>\n]{3,80}>|[\u200e\u200f].*")
_FILE = re.compile(
    r".{1,120}\.\w{2,5} \([^()\n]{3,40}\)|null|\[?(?:photo|sticker|video|gif|file)\]?", re.I
)
_DELETED_WORDS = """
this message was deleted, you deleted this message, diese nachricht wurde gelöscht,
du hast diese nachricht gelöscht, ce message a été supprimé, vous avez supprimé ce message,
este mensaje fue eliminado, se eliminó este mensaje, eliminaste este mensaje,
questo messaggio è stato eliminato, hai eliminato questo messaggio, dit bericht is verwijderd,
je hebt dit bericht verwijderd, mensagem apagada, esta mensagem foi apagada,
você apagou esta mensagem
"""
_DELETED = frozenset(re.split(r",\s+", _DELETED_WORDS.strip()))
# Files of WhatsApp name the chat.
_NAMED = re.compile(
    r"(?:WhatsApp[ _-]?(?:Chat|Discussion|Conversa\w*)[ _]*(?:-|with|mit|avec|con|com|met)?[ _]+)"
    r"(?P<chat>[^/\\]+?)(?:\.(?:txt|zip).*)?\Z",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?i)(?:channel|chat|group|guild|topic):\s*(?P<chat>\S.*)")


@dataclass
class _Message:
    """A message: its day and time as they stand, who wrote it, and its lines."""

    day: str
    time: str
    name: str | None
    lines: list[str]


def read_chat(text: str, where: str) -> FileArticles | None:
    """Return the messages of a chat that was saved as text, an article each; None for others.

    Messages of the program itself, pictures and deleted messages are left out.
    """
    lines = re.split(r"\r\n|[\r\n]", text.lstrip("\ufeff").replace("\u202f", " "))
    form = _form_of(lines, _FORMS)
    if form is None:
        return None
    messages, above = _messages(lines, form)
    if any(len(line.split()) > _LABELLED and not _LABEL.match(line) for line in above):
        # A text in which lines with times stand.
        return None
    named_above = [_LABEL.match(line.strip()) for line in above]
    labels = [one["chat"] for one in named_above if one and not one[0].lower().startswith("topic")]
    named = _NAMED.search(where)
    chat = labels[-1].rpartition("/")[2].strip() if labels else named["chat"] if named else None
    return _of_messages(messages, chat, where, _said)


def read_zoom(text: str, where: str) -> FileArticles | None:
    """Return the messages of a meeting of Zoom, an article each; None for other texts.

    They have a time and no day, which is that of the file where its name or folder states it.
    """
    lines = re.split(r"\r\n|[\r\n]", text.lstrip("\ufeff"))
    form = _form_of(lines, _OF_ZOOM)
    if form is None:
        return None
    messages, above = _messages(lines, form)
    if above and any(map(str.strip, above)):
        return None
    if stated := _MEETING.search(where):
        day = stated["day"] or f"{stated['year']}-{stated['month']}-{stated['number']}"
        for message in messages:
            message.day = message.day or day
    return _of_messages(messages, None, where, _said_in_zoom)


def _messages(lines: Sequence[str], form: re.Pattern[str]) -> tuple[list[_Message], list[str]]:
    """Return the messages of the lines of a chat, and the lines above them."""
    messages: list[_Message] = []
    above: list[str] = []
    for line in lines:
        if match := form.fullmatch(line):
            day, time, said = match["day"] or "", match["time"], match["said"]
            messages.append(_Message(day, time, match["name"], [said]))
        elif messages:
            messages[-1].lines.append(line)
        else:
            above.append(line)
    return messages, above


def _form_of(lines: Sequence[str], forms: Sequence[re.Pattern[str]]) -> re.Pattern[str] | None:
    """Return the form of the messages of a text; None where it is no chat."""
    first = [line for line in lines if line.strip()][:_FIRST]
    for form in forms:
        if not any(form.fullmatch(line) for line in first):
            continue
        found = [match for line in lines if (match := form.fullmatch(line))]
        if len(found) >= _LEAST and sum(bool(match["name"]) for match in found) * 2 > len(found):
            return form
    return None


def _said(message: _Message) -> str:
    """Return the text of a message, without what the program put in place of pictures."""
    if message.name is None:
        return ""
    text = "\n".join(_MARKED.sub("", line) for line in message.lines)
    text = re.sub(r"\{(?:Attachments|Embed|Reactions|Stickers)\}.*", "", text, flags=re.DOTALL)
    text = re.sub(r"[\u200e\u200f\u2068\u2069]", "", text).strip()
    return "" if text.rstrip(".").casefold() in _DELETED or _FILE.fullmatch(text) else text


def _said_in_zoom(message: _Message) -> str:
    """Return the text of a message of Zoom, without what it answers and without reactions."""
    lines = [line.strip() for line in message.lines if not _ANSWER.fullmatch(line)]
    text = "\n".join(lines).strip()
    return "" if _REACTION.fullmatch(text) or _FILE.fullmatch(text) else text


def _of_messages(
    messages: Sequence[_Message], chat: str | None, where: str, said: Callable[[_Message], str]
) -> FileArticles:
    """Return messages as articles; their days are read in one order where they tell it."""
    days = [message.day for message in messages if message.day]
    order = decide_order(days).name if days else ""
    articles = []
    for number, message in enumerate(messages, start=1):
        read = None
        if order or re.match(r"\d{4}", message.day):
            read = parse_date(f"{message.day} {message.time}", order or "ymd")
        day = read.date.isoformat() if read else iso_date(message.day) or message.day or None
        name = message.name.strip(" ~\u200e\u200f\u202a\u202c") if message.name else None
        articles.append(
            Article(said(message), source=chat, date=day, byline=name, place=f"message {number}")
        )
    note = f"{where}: each message of the chat is an article."
    found = reading("chat", articles, where, notes=[note])
    left_out = [
        (place, "a message of the program, a picture or a deleted message")
        for place, _ in found.left_out
    ]
    return FileArticles(found.format, found.articles, left_out, found.notes)


# --- saved pages

_MESSAGES = ("message", "chatlog__message")
_TEXTS, _DATES = ("text", "chatlog__content"), ("date", "chatlog__timestamp")
_NAMES = ("from_name", "chatlog__author", "chatlog__author-name")


def read_chat_page(root: Any, where: str) -> FileArticles | None:
    """Return the messages of a chat of Telegram or Discord that was saved as a page; or None."""
    messages = list(_on_page(root))
    if not messages or not any(message.day for message in messages):
        return None
    title = next(with_class(root, "page_header"), None)
    heads = [text_of(one) for one in with_class(root, "preamble__entry")]
    chat = text_of(title) if title is not None else heads[-1] if len(heads) < 3 and heads else None
    if len(heads) > 2:
        chat = heads[1]
    if chat:
        chat = chat.rpartition("/")[2].strip() or None
    return _of_messages(messages, chat, where, lambda message: "\n".join(message.lines).strip())


def _on_page(root: Any) -> Iterator[_Message]:
    """Yield the messages of a page; one without a name is by the writer of the one before."""
    name = day = ""
    for element in with_class(root, *_MESSAGES):
        text = next(with_class(element, *_TEXTS), None)
        stated = next(with_class(element, *_DATES), None)
        who = next(with_class(element, *_NAMES), None)
        if who is None and stated is None and text is None:
            continue
        if who is not None:
            name = " ".join((who.text or text_of(who)).split()) or name
        if stated is not None:
            day = stated.get("title") or text_of(stated)
        if text is not None or stated is not None:
            lines = blocks(text) if text is not None else []
            yield _Message(*_split(day), name or None, lines)


def _split(stated: str) -> tuple[str, str]:
    """Return day and time of a date: "04.03.2025 09:00:00 UTC+00:00"."""
    stated = stated.replace("\u202f", " ")
    match = re.match(rf"{_DAY},?\s+{_CLOCK}", stated)
    return (match["day"], match["time"]) if match else (iso_date(stated) or stated, "")


# --- messages in JSON

# Kinds of messages that people write; a program writes the others, such as that somebody joined.
_OF_SLACK = frozenset(("", "bot_message", "thread_broadcast", "file_share", "me_message"))
_OF_DISCORD = frozenset(("Default", "Reply", "ThreadStarterMessage", "ChatInputCommand"))
# What Slack writes beside the folders of channels, and how it names people and channels.
_LISTS = re.compile(r"(?:^|[/\\ ])(?:users|channels|groups|dms|mpims)\.json\Z")
_ID = re.compile(r"[A-Z][A-Z0-9]*\d[A-Z0-9]*")
# Slack keeps the messages of a channel in a folder of its name, a file a day.
_FOLDER = re.compile(r"(?P<channel>[^/\\,]+)[/\\]\d{4}-\d\d-\d\d\.json\Z")


def messages_of(rows: Sequence[dict[str, Any]], where: str) -> tuple[list[dict[str, Any]], str]:
    """Return the messages of Slack and Discord among the objects of JSON, and a note.

    What the program wrote is left out; other objects stay as they are. Raise InputError where a
    file of Slack lists people or channels.
    """
    if rows and all({"id", "name"} <= row.keys() for row in rows):
        people = all("profile" in row or "real_name" in row for row in rows)
        described = all({"created", "purpose"} <= row.keys() for row in rows)
        named = _LISTS.search(where) and all(_ID.fullmatch(str(row["id"])) for row in rows)
        if people or described or named:
            listed = "people" if people else "channels"
            raise InputError(
                f"{where}: this file of Slack lists {listed}, and holds no messages. The messages "
                "are in the folders of the channels."
            )
    kept = [_message(row, where) for row in rows if _is_written(row)]
    dropped = len(rows) - len(kept)
    note = f"{where}: {dropped:,} messages of the program, such as who joined, are left out."
    return kept, note if dropped else ""


def _is_slack(row: dict[str, Any]) -> bool:
    return row.get("type") == "message" and isinstance(row.get("ts"), str)


def _is_written(row: dict[str, Any]) -> bool:
    """Return whether people wrote a message."""
    if _is_slack(row):
        return (row.get("subtype") or "") in _OF_SLACK
    of_discord = isinstance(row.get("author"), dict) and {"content", "timestamp"} <= row.keys()
    return not of_discord or row.get("type", "Default") in _OF_DISCORD


def _message(row: dict[str, Any], where: str) -> dict[str, Any]:
    """Return a message of Slack with its time, its channel and its writer; others as they are."""
    if not _is_slack(row):
        return row
    profile = row.get("user_profile")
    named = profile.get("real_name") if isinstance(profile, dict) else None
    folder = _FOLDER.search(where)
    facts = {"date": row["ts"], "byline": named or row.get("username") or row.get("user")}
    if folder:
        facts["source"] = folder["channel"]
    again = ("ts", "user_profile", "blocks", "reactions", "replies", "edited")
    return facts | {key: value for key, value in row.items() if key not in again}
