"""Captions: what is said in a film, from files with times (SubRip .srt, WebVTT .vtt)."""

import re

from framing.corpus.archives.articles import Article, FileArticles, reading

_TIMES = re.compile(
    r"(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}.*"
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[a-z][^>]*>|\{\\[^}]*\}|<\d[\d:.]*>", re.IGNORECASE)


def is_captions(text: str) -> bool:
    """Return whether a text is a file of captions: times stand above its first lines."""
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()[:200] if line.strip()]
    if lines and lines[0].startswith("WEBVTT"):
        return True
    return len(lines) > 2 and lines[0].isdigit() and _TIMES.fullmatch(lines[1]) is not None


def read_captions(text: str, where: str) -> FileArticles:
    """Return what is said, without times and numbers; a line of its own for each new speaker.

    A speaker that the file marks stands before a colon: "Jane Doe: …".
    """
    spoken: list[str] = []
    voice, showing = "", False
    for line in text.lstrip("\ufeff").splitlines():
        stripped = line.strip()
        if _TIMES.fullmatch(stripped):
            showing = True
        elif not stripped:
            showing = False
        elif showing:
            marked = _VOICE.match(stripped)
            stripped = _TAG.sub("", _VOICE.sub("", stripped)).strip()
            if marked and marked[1].strip() != voice:
                voice = marked[1].strip()
                spoken.append(f"{voice}: {stripped}")
            elif spoken and stripped and not _begins_turn(stripped):
                # Captions that roll up show their last line again.
                if not spoken[-1].endswith(stripped):
                    spoken[-1] = f"{spoken[-1]} {stripped}"
            elif stripped:
                spoken.append(stripped)
    return reading("captions", [Article("\n".join(spoken), place="the file")], where)


def _begins_turn(line: str) -> bool:
    """Return whether somebody else speaks: ">> …", "- …", "TRUMP: …"."""
    return bool(re.match(r">>|[-–]\s|[A-Z][A-Z.'’ -]{1,40}:\s|\[?[A-Z][\w.'’ ]{1,40}\]?:\s", line))
