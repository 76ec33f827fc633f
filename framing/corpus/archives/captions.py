"""Captions: what is said in a film, from files with times (.srt, .vtt, .sbv of YouTube, TTML)."""

import io
import re
from collections.abc import Sequence
from html import unescape
from typing import Any

from framing._core.checks import InputError
from framing._core.installing import need
from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.element_texts import line_of, local, paragraphs
from framing.text.broken_pages import CAPTION_TIME

# The times above a caption of YouTube.
_OF_YOUTUBE = re.compile(r"\d{1,2}:\d\d:\d\d\.\d{3},\d{1,2}:\d\d:\d\d\.\d{3}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[a-z][^>]*>|\{\\[^}]*\}|<\d[\d:.]*>", re.IGNORECASE)
# "[MUSIC PLAYING]", "(APPLAUSE)", "♪ la la ♪".
_SOUND = re.compile(r"\[[^\[\]]{1,60}\]|\([A-Z ]{1,60}\)|♪[^♪]*♪?")
# What stands between captions of WebVTT and is none.
_NOTE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|\Z)")
# Entities of WebVTT, and those that programs add.
_ENTITY = re.compile(
    r"&(?:amp|lt|gt|nbsp|lrm|rlm|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE
)


def is_captions(text: str) -> bool:
    """Return whether a text is a file of captions: times stand above its first lines."""
    return _format(text) is not None


def _format(text: str) -> str | None:
    """Return the format of a text by its first lines: "vtt", "srt" or "sbv"; None for others."""
    head = text[:200_000].lstrip("\ufeff").splitlines()[:200]
    lines = [line.strip() for line in head if line.strip()]
    if lines and lines[0].startswith("WEBVTT"):
        return "vtt"
    if len(lines) > 2 and lines[0].isdigit() and CAPTION_TIME.match(lines[1]):
        return "srt"
    return "sbv" if len(lines) > 1 and _OF_YOUTUBE.fullmatch(lines[0]) else None


def read_captions(text: str, where: str) -> FileArticles:
    """Return what is said, without times and numbers; a line of its own for each new speaker.

    A speaker that the file marks stands as in other captions: ">> Jane Doe: …".
    """
    webvtt = need("webvtt", where)
    lines = text.lstrip("\ufeff").strip().splitlines()
    text = "\n".join(lines if _format(text) == "srt" else _closed_up(lines))
    captions: list[Any] = []
    # Line ends that were changed twice leave a blank line after each line.
    for written in (text, re.sub(r"\n\s*\n", "\n", text)):
        try:
            captions = list(webvtt.WebVTT.from_buffer(io.StringIO(written), format=_format(text)))
            break
        except webvtt.errors.MalformedFileError:
            continue
    if not captions:
        raise InputError(
            f"{where}: no caption can be read in this file. Open it in a program for captions and "
            "save it again as .srt or .vtt."
        )
    cues: list[tuple[str, str]] = []
    for line in (line.strip() for caption in captions for line in caption.raw_text.split("\n")):
        marked = _VOICE.match(line)
        shown = _ENTITY.sub(_character, _TAG.sub("", _VOICE.sub("", line))).strip()
        cues.append((marked[1].strip() if marked else "", shown))
    unread = [
        line.strip()
        for line in text.split("\n")
        if "-->" in line and not CAPTION_TIME.match(line.strip())
    ]
    doubts = (
        (f"{len(unread):,} captions may be missing: {unread[0]!r} is no time",) if unread else ()
    )
    article = Article(_spoken(cues), place="the file", doubts=doubts)
    return reading("captions", [article], where)


def _closed_up(lines: list[str]) -> list[str]:
    """Return lines of captions without the blank lines inside a caption.

    A blank line ends a caption for parsers, and some programs write one below the times. What
    stands below it is the next caption only if a time comes next, or a note.
    """
    if len(lines) > 2 and not any(map(str.strip, lines[1::2])):
        # Line ends that were changed twice leave a blank line after each line.
        lines = lines[::2]
    kept: list[str] = []
    inside = False
    for number, line in enumerate(lines):
        if line.strip():
            inside = _is_time(line) or (inside and not _NOTE.match(line))
        elif inside and not _is_end(lines[number:]):
            continue
        kept.append(line)
    return kept


def _is_end(lines: Sequence[str]) -> bool:
    """Return whether a caption ends above these lines: a time or a note stands there."""
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None or _NOTE.match(lines[first]):
        return True
    return any(map(_is_time, lines[first : first + 2]))


def _is_time(line: str) -> bool:
    """Return whether a line holds the times of a caption."""
    return "-->" in line or _OF_YOUTUBE.fullmatch(line.strip()) is not None


def _character(match: "re.Match[str]") -> str:
    """Return the character of an entity; marks of the direction of writing show nothing."""
    return "" if match[0] in ("&lrm;", "&rlm;") else unescape(match[0])


def _spoken(cues: Sequence[tuple[str, str]]) -> str:
    """Return what cues of a voice and a line say, a line for each turn."""
    spoken: list[str] = []
    voice = ""
    for marked, line in cues:
        if _SOUND.fullmatch(line) or (spoken and _SOUND.fullmatch(spoken[-1]) and not marked):
            # What is heard and not said stands on a line of its own, which is page furniture.
            spoken += [line] if line else []
        elif marked and marked != voice:
            voice = marked
            spoken.append(f">> {voice}: {line}")
        elif spoken and line and not _begins_turn(line):
            # Captions that roll up show their last line again.
            if not spoken[-1].endswith(line):
                spoken[-1] = f"{spoken[-1]} {line}"
        elif line:
            spoken.append(line)
    return "\n".join(spoken)


def is_timed(root: Any) -> bool:
    """Return whether an XML file holds captions: TTML, or lines that each state when they begin."""
    if local(root) == "tt":
        return True
    return local(root) in ("transcript", "timedtext") and len(_cues_of(root)) > 0


def _cues_of(root: Any) -> list[Any]:
    """Return the elements that state when they begin and hold what is said."""
    timed = ("begin", "start", "t")
    found = [
        element
        for element in root.iter()
        if local(element) in ("p", "text", "cue") and any(element.get(key) for key in timed)
    ]
    # Times may stand at a division or at a part of each line.
    return found or [element for element in root.iter() if local(element) == "p"]


def read_timed(root: Any, where: str) -> FileArticles:
    """Return what captions in an XML file say."""
    cues = []
    for cue in _cues_of(root):
        for line in "\n".join(paragraphs(cue)).split("\n"):
            cues.append(("", " ".join(_ENTITY.sub(_character, line).split())))
    title = next((line_of(child) for child in root.iter() if local(child) == "title"), None)
    return reading("captions", [Article(_spoken(cues), title, place="the file")], where)


def _begins_turn(line: str) -> bool:
    """Return whether somebody else speaks: ">> …", "- …", "TRUMP: …"."""
    return bool(re.match(r">>|[-–]\s|[A-Z][A-Z.'’ -]{1,40}:\s|\[?[A-Z][\w.'’ ]{1,40}\]?:\s", line))
