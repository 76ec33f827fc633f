"""Lines of the Markdown of a paper: file and number of each, and whether it is code or checked."""

import html
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from framing._core.checks import InputError
from framing._core.files import read_text

# Syntax of Markdown and of its header.
INCLUDE = re.compile(r"\{\{\s*include:\s*([^{}]*?)\s*\}\}\s*")
HEADING = re.compile(r"(#{1,6})\s+(.*)")
UNDERLINE = re.compile(r"(=+|-+)\s*")
FENCE = re.compile(r"[\s>]*(`{3,}(?=[^`]*$)|~{3,})(.*)")
INLINE_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
HEADER_KEY = re.compile(r"[\"']?(\w[\w-]*)[\"']?\s*:\s*(.*)")
HEADER_END = re.compile(r"(---|\.\.\.)\s*")
NOTE = re.compile(r"\[\^([^\]\s]+)\](:?)")


# A character of a paragraph: no empty line, and no code (NUL stands for a line of code).
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
# Texts with digits or words for numbers that are not results. The order matters.
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


@dataclass(frozen=True)
class Line:
    """A line of the source with its file and its number."""

    file: str
    number: int
    text: str
    # Keys and tables are not filled in within code.
    code: bool = False
    # Numbers in this line must come from keys.
    checked: bool = False
    # YAML reads this line before pandoc does, and attributes with quotes would break it.
    plain: bool = False

    @property
    def location(self) -> str:
        """The file and the line, for messages."""
        return f"{self.file}, line {self.number}"


def read_lines(path: Path) -> list[Line]:
    """Return the lines of a Markdown file, with the lines of included files.

    Raises
    ------
    InputError
        The file or an included file is missing, a file includes itself, code or a comment does not
        end, or a heading has no empty line above it.
    """
    lines = list(_included(path, path.parent, ()))
    return _with_footnotes(_LineReader(lines).read())


def _included(path: Path, root: Path, above: tuple[Path, ...]) -> Iterator[Line]:
    """Yield the lines of a file; ``above`` are the files that include it."""
    if path.resolve() in above:
        raise InputError(
            f"{path} includes itself, so it would never end. Remove one {{{{include: …}}}}."
        )
    name = Path(os.path.relpath(path, root)).as_posix()
    # Editors count these line ends only. NUL is replaced because it stands for code below.
    text = read_text(path).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    fence = ""
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        fence = _fence_after(fence, line)
        if not fence and (include := INCLUDE.fullmatch(line)):
            yield from _included(path.parent / include[1], root, (*above, path.resolve()))
        else:
            yield Line(name, number, line)


def _fence_after(fence: str, text: str) -> str:
    """Return the fence that is open after a line, or ``""``."""
    match = FENCE.match(text)
    if not match or not fence:
        return match[1] if match else fence
    closes = match[1].startswith(fence) and not match[2].strip()
    return "" if closes else fence


class _LineReader:
    """Reads lines in order, and follows code, comments, the header and checked sections."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._fence = ""
        # The line in which the open code or comment begins.
        self._opening: Line | None = None
        self._comment = False
        self._header = self._abstract = self._literal = False
        # The level of the heading of the checked section, or 0.
        self._depth = 0
        # Whether the previous line is text; a heading cannot follow it.
        self._text = False

    def read(self) -> list[Line]:
        """Return the lines, with what is code, checked or plain."""
        lines = [self._read(index, line) for index, line in enumerate(self._lines)]
        if self._opening is not None:
            kind = "comment" if self._comment else "code"
            raise InputError(
                f"{self._opening.location}: the {kind} that begins here has no end. Add it."
            )
        return lines

    def _read(self, index: int, line: Line) -> Line:
        if self._header:
            return self._in_header(line)
        if self._begins_header(index):
            return replace(line, plain=True)
        if not self._comment and (fence := _fence_after(self._fence, line.text)) != self._fence:
            self._fence = fence
            self._opening = line if fence else None
            self._text = False
            return replace(line, code=True)
        if self._fence:
            return replace(line, code=True)
        inside = self._comment
        self._follow_comment(line)
        level = 0 if inside else self._level(index, line)
        boundary = bool(level) and self._opens_or_ends(level, line)
        ends = UNDERLINE.fullmatch(line.text) or line.text.lstrip().startswith((":::", "<!--"))
        self._text = bool(line.text.strip()) and not (level or inside or ends)
        return replace(line, checked=self._depth > 0 and not boundary)

    def _begins_header(self, index: int) -> bool:
        """Return whether a header of YAML begins in this line."""
        if self._fence or self._comment or self._lines[index].text.rstrip() != "---":
            return False
        before = self._lines[index - 1].text if index else ""
        following = [line.text for line in self._lines[index + 1 :]]
        self._header = (
            not before.strip()
            and bool(following)
            and bool(re.match(r"#|[\"']?\w[\w-]*[\"']?\s*:", following[0]))
            and any(HEADER_END.fullmatch(text) for text in following)
        )
        return self._header

    def _in_header(self, line: Line) -> Line:
        """Return a line of the header; the abstract is checked, a literal block is not YAML."""
        if HEADER_END.fullmatch(line.text):
            self._header = self._abstract = self._literal = self._text = False
        elif key := HEADER_KEY.match(line.text):
            self._abstract = key[1].startswith("abstract")
            self._literal = bool(re.fullmatch(r"[|>][+-]?\d?[+-]?\s*", key[2]))
            return replace(line, checked=self._abstract, plain=True)
        return replace(line, checked=self._abstract, plain=not self._literal)

    def _follow_comment(self, line: Line) -> None:
        """Set whether a comment is open after the line."""
        text = INLINE_CODE.sub("", line.text)
        if self._comment:
            _, ends, text = text.partition("-->")
            if not ends:
                return
        self._comment = "-->" not in text.rpartition("<!--")[2] if "<!--" in text else False
        self._opening = line if self._comment else None

    def _opens_or_ends(self, level: int, line: Line) -> bool:
        """Follow checked sections; return whether this heading opens or ends one."""
        attributes = "".join(re.findall(r"\{[^{}]*\}", line.text))
        if misspelt := re.search(r"\.(check(?!ed\b)[\w-]*)", attributes, re.IGNORECASE):
            raise InputError(
                f"{line.location}: the class .{misspelt[1]} is not known. Write .checked for a "
                "section in which no number may be typed by hand."
            )
        if self._depth and level > self._depth:
            return False
        opens = re.search(r"\.checked\b", attributes, re.IGNORECASE)
        self._depth = level if opens else 0
        return True

    def _level(self, index: int, line: Line) -> int:
        """Return the level of a heading, 0 for other lines."""
        if heading := HEADING.fullmatch(line.text):
            if self._text:
                raise InputError(
                    f"{line.location}: a heading needs an empty line above it. If the line is "
                    "text, do not begin it with #."
                )
            return len(heading[1])
        after = self._lines[index + 1].text if index + 1 < len(self._lines) else ""
        if self._text or not re.match(r"[^\W_]|[*_`\"'([{]", line.text):
            return 0
        underline = UNDERLINE.fullmatch(after)
        return (1 if underline[1].startswith("=") else 2) if underline else 0


def _with_footnotes(lines: Sequence[Line]) -> list[Line]:
    """Return the lines; the text of a footnote is checked if a checked line refers to it."""
    labels = {
        label
        for line in lines
        if line.checked and not line.code
        for label, colon in NOTE.findall(line.text)
        if not colon
    }
    inside = blank = False
    checked = []
    for line in lines:
        if line.code or not line.text.strip():
            blank = True
            checked.append(line)
            continue
        note = NOTE.match(line.text)
        if note and note[2]:
            inside = note[1] in labels
        elif blank and not line.text.startswith((" ", "\t")):
            inside = False
        blank = False
        checked.append(replace(line, checked=line.checked or inside))
    return checked


def blank(match: re.Match[str]) -> str:
    """Return spaces of the same length with the same line ends, so that positions stay valid."""
    return re.sub(r"[^\n]", " ", match[0])


def _blank_attributes(match: re.Match[str]) -> str:
    """Return blanks for attributes, with the alternative text of a figure left as it is."""
    alternative = _ALT.search(match[0])
    if not alternative or re.search(r"[{\s]\.fixed\b", match[0].replace(alternative[0], "")):
        return blank(match)
    start, end = alternative.span(1)
    blanks = blank(match)
    return blanks[:start] + match[0][start:end] + blanks[end:]


def _blank_entity(match: re.Match[str]) -> str:
    """Return blanks for an entity, unless it stands for a digit."""
    text = html.unescape(match[0])
    return match[0] if re.search(_DIGIT, text) else blank(match)


def typed_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Yield the position and the text of every number that is typed and not a key.

    Parameters
    ----------
    text : str
        Markdown; NUL stands for lines of code. Numbers in comments, code, attributes, addresses,
        citations and spans with the class ``.fixed`` do not count. Neither do names (F1,
        COVID-19), markers of lists, levels of intervals and the base of a rate (per 1,000).
    """
    for pattern in (COMMENT, KEYS, CODE, _FIXED):
        text = pattern.sub(blank, text)
    text = ATTRIBUTES.sub(_blank_attributes, text)
    text = _ENTITY.sub(_blank_entity, TARGET.sub(blank, text))
    text = _LIST.sub(lambda items: _MARKER.sub(blank, items[0]), text)
    for pattern in _EXEMPT:
        text = pattern.sub(blank, text)
    for number in _NUMBER.finditer(text):
        yield number.start(), number[0].rstrip(".,")
