"""Typesetting: codes of agencies in a text, such as <QL> and <endash>, as signs."""

import html
import re
from html.entities import html5

# Signs that agencies name in angle brackets, beside those of HTML with these names.
_SIGNS = {"endash": "–", "emdash": "—", "ellipsis": "…", "bullet": "•", "hyphen": "-"}
_NAMES = re.compile(
    r"[nm]dash|hellip|[lrsb][sd]quo|[lr]s?aquo|apos|quot|nbsp|ensp|emsp|thinsp|shy|bull|middot|deg|euro|pound|cent|sect|para|reg|copy|trade|times|frac\d\d|szlig|"
    r"[A-Za-z]{1,2}(?:acute|grave|circ|uml|tilde|cedil|ring|caron|slash|lig)"
)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]{1,11})\s*/?>")
_PAIR = re.compile(r"<([A-Za-z][A-Za-z0-9]{1,11})>([^<>\n]{1,10})</\1>")
# Where a line ends, and how it stands: <QL>, <QC>, <EP>.
_SET = re.compile(r"[A-Z]{2}\d?")
_LINE_ENDS = frozenset(("QL", "QC", "QR", "EL", "EP"))
_ENTITY = re.compile(r"&(?:#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,5}|[A-Za-z][A-Za-z0-9]{1,31});")
# Programs escape what is escaped already, again and again: &amp;amp;apos;.
_ROUNDS = 6


def without_codes(text: str) -> str:
    """Return a text with entities as characters, however often escaped, and without such codes."""
    return _without_tags(unescaped(text)) if "&" in text or "<" in text else text


def unescaped(text: str) -> str:
    """Return a text with entities as characters, however often they were escaped."""
    for _ in range(_ROUNDS):
        if "&" not in text:
            break
        found = _ENTITY.sub(_of_entity, text)
        if found == text:
            break
        text = found
    return text


def _of_entity(match: "re.Match[str]") -> str:
    """Return the character of an entity; a name that is none stays."""
    if match[0][1] != "#" and match[0][1:] not in html5:
        return match[0]
    return html.unescape(match[0])


def _without_tags(text: str) -> str:
    """Return a text with the codes in angle brackets as signs; other tags stay."""
    if "<" not in text:
        return text

    def of_tag(match: "re.Match[str]") -> str:
        name = match["name"]
        if _is_sign(name):
            return "" if match["end"] else _SIGNS.get(name) or html.unescape(f"&{name};")
        if _SET.fullmatch(name):
            return "\n" if name in _LINE_ENDS else ""
        return match[0]

    # What stands between <endash> and </endash> is the sign.
    text = _PAIR.sub(lambda match: match[2] if _is_sign(match[1]) else match[0], text)
    return _TAG.sub(of_tag, text)


def _is_sign(name: str) -> bool:
    """Return whether a name in angle brackets is that of a sign."""
    return name in _SIGNS or _NAMES.fullmatch(name) is not None
