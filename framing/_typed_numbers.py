"""Numbers that were typed by hand into Markdown, in digits or in words."""

import html
import re
from collections.abc import Iterator

# A part of a paragraph: no empty line, and no code (NUL stands for a line of it).
WITHIN = r"(?:(?!\n[ \t]*\n)[^\0])"
_TEXT = r"(?:(?!\n[ \t]*\n)[^\[\]\\\0]|\\.)"
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
KEYS = re.compile(r"\{\{[^{}]*\}\}")
CODE = re.compile(rf"(?<!`)(`+)(?!`){WITHIN}+?(?<!`)\1(?!`)")
ATTRIBUTES = re.compile(r"(?:(?<=[\])`])|(?<!\w))\{(?=\s*(?:[#.][^\W\d]|[\w:-]+=))[^{}]*\}")
TARGET = re.compile(
    r"\]\(\s*<?[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*>?(?:\s+\"[^\"]*\")?\s*\)"
    r"|(?:https?://|www\.|doi:)[^\s<>\])]+"
)
_FIXED = re.compile(rf"\[(?:{_TEXT}|\[{_TEXT}*\])*\]\{{[^{{}}]*(?<=[{{\s])\.fixed\b[^{{}}]*\}}")
_ALT = re.compile(r"\balt=(\"[^\"]*\"|'[^']*')")
_LOCATOR = (
    r"(?:pp?|chaps?|chapters?|secs?|sections?|figs?|figures?|tables?|vols?|nos?|notes?|nn?|paras?"
    r"|pages?|parts?|pts?|lines?|l|col|app|appendix|eqs?|ch|§§?|¶)\b\.?\s*[A-Z]?"
)
_PAGES = r"[\d.ivxlc]+[\d–—-]*(?:,\s*[\d–—-]+)*"
# What may hold digits or words for numbers that are no results, in this order.
_EXEMPT = (
    re.compile(r"\[\^[^\]\s]+\]:?"),
    re.compile(rf"-?@[\w:./+-]*\w(?:,?\s*\[?{_LOCATOR}{_PAGES}|,?\s*\[?[\d–-]+(?=[\];]))?"),
    # The level of an interval.
    re.compile(
        r"\b(?:80|90|95|99|99\.9)(?:%|\sper\s?cent|[- ]percent)[\s-]"
        r"(?:(?!of\b|all\b|the\b)[\w-]+\s){0,3}(?:intervals?|CIs?|limits?|bands?|bounds?)\b"
    ),
    # The unit of a rate.
    re.compile(r"\b(?:per|each|every)\s+(?:1[0,]*0\b|(?:hundred|thousand|million)\b)"),
    # Names, versions and mathematical signs: F1, x_1, COVID-19, v1.2.3, R^2^.
    re.compile(r"[^\W\d_]\*?[\^~]\{?\d\b(?!\w)"),
    re.compile(r"[_^]\{[A-Za-z][^{}]*\}|_\{?\w+\}?"),
    re.compile(r"(?<![\w&#])[^\W\d_]\w*\d\w*(?:\.\d+)*|\b[A-Z]{2,}-\d+\b"),
    re.compile(r"\b(?!\d{1,3}(?:\.\d{3})+\b)\d+(?:\.\d+){2,}\b"),
    re.compile(r"\btwo-(?:sided|tailed|way|step|stage)\b", re.IGNORECASE),
)
_MARKER = re.compile(r"^( *)\(?(?:\d{1,3}|[a-z])[.)](?=\s)", re.MULTILINE)
_LIST = re.compile(
    r"(?:\A|(?<=\n\n)) {0,3}\(?\d{1,3}[.)]\s.*(?:\n+ {0,3}\(?\d{1,3}[.)]\s.*|\n+[ \t]+\S.*)*"
)
_ENTITY = re.compile(r"&#?\w+;")
_DIGIT = r"[\d¼-¾²³¹⁰-⁹₀-₉⅐-↋]"
_WORD = (
    r"(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundred|thousand|million|billion)"
)
_PART = r"(?:third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|hundredth)"
_NUMBER = re.compile(
    rf"&(?:frac\d+|#\w+);|(?<![^\W\d_])[.,]?{_DIGIT}(?:{_DIGIT}|[.,])*(?:[/⁄]{_DIGIT}+)?"
    rf"|\b(?:{_WORD}s?(?:-(?:one|thirds|quarters|{_WORD}))*(?:-?fold)?"
    r"|half|halves|halv(?:ed|e|ing)|twice|thrice|doubl(?:e[sd]?|ing)|tripl(?:e[sd]?|ing)"
    rf"|quadrupl(?:e[sd]?|ing)|dozens?|thirds|quarters|every\s+second"
    rf"|(?:an?|one|every)[\s-]+{_PART})\b",
    re.IGNORECASE,
)


def blank(found: re.Match[str]) -> str:
    """Return spaces of the same length, line ends kept, so that places stay what they are."""
    return re.sub(r"[^\n]", " ", found[0])


def _blank_attributes(found: re.Match[str]) -> str:
    """Keep the alternative text of a figure, which is read like its caption."""
    kept = _ALT.search(found[0])
    if not kept or re.search(r"[{\s]\.fixed\b", found[0].replace(kept[0], "")):
        return blank(found)
    start, end = kept.span(1)
    bare = re.sub(r"[^\n]", " ", found[0])
    return bare[:start] + found[0][start:end] + bare[end:]


def _blank_entity(found: re.Match[str]) -> str:
    text = html.unescape(found[0])
    return found[0] if re.search(_DIGIT, text) else blank(found)


def typed_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Yield the place and the wording of every number that no key stands for.

    Parameters
    ----------
    text : str
        Markdown; NUL stands for lines of code. Numbers in comments, code, attributes, addresses,
        citations and spans with the class ``.fixed`` are passed over, as are names (F1, COVID-19),
        markers of lists, levels of intervals and the base of a rate (per 1,000).
    """
    for pattern in (COMMENT, KEYS, CODE, _FIXED):
        text = pattern.sub(blank, text)
    text = ATTRIBUTES.sub(_blank_attributes, text)
    text = _ENTITY.sub(_blank_entity, TARGET.sub(blank, text))
    text = _LIST.sub(lambda items: _MARKER.sub(blank, items[0]), text)
    for pattern in _EXEMPT:
        text = pattern.sub(blank, text)
    for found in _NUMBER.finditer(text):
        yield found.start(), found[0].rstrip(".,")
