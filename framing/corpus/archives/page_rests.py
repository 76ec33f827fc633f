"""Rests of a page: text between the paragraphs of an article that the extraction did not take."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from framing._core.installing import need
from framing.corpus.archives.markup import BLOCKS, HIDDEN, classes, tidy

# Elements that are no part of an article, and words in the class, id or role of such elements.
_FURNITURE_WORDS = """
nav header footer aside form figure figcaption caption button label dialog menu iframe object audio
video canvas map fieldset
"""
_FURNITURE = frozenset(_FURNITURE_WORDS.split())
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|foot\w*|header\w*|side\w*|aside|ads?|advert\w*|banner\w*|promo\w*|"
    r"sponsor\w*|social\w*|shar(?:e|ing)\w*|related\w*|more|most|popular\w*|recommend\w*|teaser\w*|"
    r"newsletter\w*|subscri\w*|cookie\w*|consent\w*|comments?|commentlist|disqus\w*|tags?|taglist|"
    r"bread-?crumbs?\w*|byline\w*|author\w*|meta\w*|date\w*|time\w*|caption\w*|credits?|copyright\w*|"
    r"widget\w*|popup\w*|modal\w*|overlay\w*|login\w*|toolbar\w*|pag(?:er|ination)\w*|print\w*|"
    r"search\w*|video\w*|gallery\w*|image\w*|photo\w*|media|hidden\w*|skip\w*|toc|legal\w*|"
    r"disclaimer\w*|rating\w*|box|infobox\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LISTS = frozenset(("ul", "ol", "dl", "li", "dt", "dd"))
_HEADS = frozenset(("h2", "h3", "h4", "h5", "h6"))
# A list and a heading stand in what is around them; the other blocks hold what stands in them.
_HOLDERS = BLOCKS - _LISTS - _HEADS - frozenset(("h1", "p", "pre", "blockquote", "hr", "summary"))
# A shorter block is known by a whole line only, since its words may stand in another.
_SHORT = 30
# The extraction reads a paragraph that repeats the one before it once if it is longer.
_REPEATED = 50
# A list of which a larger share stands in links leads to other pages.
_LINKED = 0.5
# A sentence has so many words and an end.
_LEAST = 5
_ENDED = re.compile(r"[.!?…:;][\"'”’»)\]]*$")


@dataclass(frozen=True, eq=False)
class _Block:
    """A block of text: its element, what holds that, its text as one line, and its furniture.

    ``furniture`` are the elements around it that are called as furniture is.
    """

    element: Any
    holder: Any
    text: str
    furniture: frozenset[Any]

    def is_said(self) -> bool:
        """Return whether the text is a sentence, as a label or a link is not."""
        return len(self.text.split()) >= _LEAST and _ENDED.search(self.text) is not None

    def whole(self) -> Any:
        """Return the outermost list that the block stands in, or else its element."""
        whole = self.element
        for around in self.element.iterancestors():
            if around.tag not in _LISTS:
                break
            whole = around
        return whole


def with_rests(root: Any, text: str, title: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the text of a page with what stands between its paragraphs, and doubts.

    Where nothing in a page says which element is the article, only its paragraphs are found, and
    headings, lists and other blocks among them are lost: these are put back. Where something says
    it, what was left out stays so, and is doubted if it is much; only what stands in a table, or
    loose or without a name beside paragraphs, is put back, too.
    """
    body = root.find("body")
    if body is None:
        return text, ()
    blocks = _blocks_of(body)
    lines = [_plain(line).removeprefix("- ") for line in text.split("\n")]
    known = _known(blocks, lines)
    if True not in known:
        return text, ()
    # What holds a paragraph of the text is no furniture, whatever it is called.
    real: set[Any] = set()
    for block, is_known in zip(blocks, known, strict=True):
        if is_known and len(block.text) > _SHORT:
            real |= block.furniture
    shown = [
        is_known or block.furniture <= real for block, is_known in zip(blocks, known, strict=True)
    ]
    blocks = [block for block, is_shown in zip(blocks, shown, strict=True) if is_shown]
    known = [is_known for is_known, is_shown in zip(known, shown, strict=True) if is_shown]
    first, last = known.index(True), len(known) - known[::-1].index(True)
    paragraphs = [block for block, is_known in zip(blocks, known, strict=True) if is_known]
    framed = _is_framed(root, paragraphs)
    near = {block.holder for block in paragraphs}
    beside = {holder.getparent() for holder in near}
    wanted: set[int] = set()
    sure: set[int] = set()
    links: list[_Block] = []
    linked: dict[Any, bool] = {}
    given = {title, *lines}
    for number in reversed(range(len(blocks))):
        block = blocks[number]
        if known[number] or block.text in given or block.element.tag == "h1":
            continue
        whole = block.whole()
        if whole not in linked:
            linked[whole] = _is_linked(whole)
        inside = first < number < last
        if linked[whole]:
            if framed and inside and block.element.tag in _LISTS and block.holder in near:
                links.append(block)
            continue
        around = block.holder.getparent()
        if block.element.tag in _HEADS:
            # A heading stands above something that is taken.
            follows = number + 1 in wanted or (number + 1 < len(known) and known[number + 1])
            take = follows and (block.holder in near or (inside and around in beside))
        elif block.holder in near:
            listed = block.element.tag in _LISTS
            long = len(block.text.split()) >= _LEAST
            take = block.is_said() or (inside and (listed or long or _is_begun(block, lines)))
        else:
            take = block.is_said() and (around in near or (inside and around in beside))
        in_cell = inside and framed and not take and _in_cell(block.element, near)
        if in_cell or (take and (inside or not framed or block.holder in near)):
            wanted.add(number)
            given.add(block.text)
            if not framed or in_cell or (inside and _is_plain_part(block, near, lines)):
                sure.add(number)
    lost = [blocks[number] for number in sorted(wanted - sure)]
    text = _put_back(text, lines, blocks, known, sure)
    doubts = (*_doubt(lost, text), *_doubt_of_links(links, text))
    return text, (*doubts, *_doubt_of_repeats(blocks, known, lines))


def _doubt_of_links(links: Sequence[_Block], text: str) -> tuple[str, ...]:
    """Return a doubt where long links in lists among the paragraphs have a tenth of the words."""
    long = [block.text for block in links if len(block.text.split()) >= _LEAST]
    words = sum(len(one.split()) for one in long)
    if not long or 10 * words < len(text.split()):
        return ()
    return (
        f"the page: {words:,} words in lists of links between its paragraphs were left out, such "
        f"as {long[-1][:60]!r}; compare the text with the page",
    )


def _in_cell(element: Any, near: Set[Any]) -> bool:
    """Return whether a block is a list or a quotation in a table that stands among paragraphs."""
    around = [inner.tag for inner in element.iterancestors()]
    if "td" not in around or (
        _LISTS.isdisjoint((element.tag, *around)) and "blockquote" not in around
    ):
        return False
    tables = [inner for inner in element.iterancestors() if inner.tag == "table"]
    return bool(tables) and tables[-1].getparent() in near


def _is_plain_part(block: _Block, near: Set[Any], lines: Sequence[str]) -> bool:
    """Return whether a block is loose text beside paragraphs, or a division without a name.

    It is a sentence, as dates and buttons are not, or its end was taken.
    """
    if block.element is not block.holder:
        return False
    unnamed = block.element.tag == "div" and not block.element.attrib
    if block.element not in near and not unnamed:
        return False
    return block.is_said() or _is_begun(block, lines)


def _is_begun(block: _Block, lines: Sequence[str]) -> bool:
    """Return whether the end of a block was taken, so that its beginning is missing."""
    return any(line and block.text.endswith(f" {line}") for line in lines)


def _doubt_of_repeats(
    blocks: Sequence[_Block], known: Sequence[bool], lines: Sequence[str]
) -> tuple[str, ...]:
    """Return a doubt where paragraphs that repeat the one before them were read once."""
    pairs = zip(blocks, blocks[1:], known, strict=False)
    again = Counter(
        first.text
        for first, second, is_known in pairs
        if is_known and first.text == second.text and len(first.text) > _REPEATED
        if first.element.tag == second.element.tag == "p" and first.holder is second.holder
    )
    shown = Counter(block.text for block in blocks if block.text in again)
    read = Counter(line for line in lines if line in again)
    missing = sum(max(shown[text] - read[text], 0) for text in again)
    if not missing:
        return ()
    if missing == 1:
        return ("the page: a paragraph that repeats the one before it was left out",)
    return (f"the page: {missing:,} paragraphs that repeat the one before them were left out",)


def _doubt(lost: Sequence[_Block], text: str) -> tuple[str, ...]:
    """Return a doubt where sentences that were left out are a tenth of the text or more."""
    said = [block.text for block in lost if block.is_said()]
    words = sum(len(one.split()) for one in said)
    if 10 * words < len(text.split()):
        return ()
    return (
        f"the page: {words:,} words between its paragraphs or beside them were left out, such as "
        f"{said[0][:60]!r}; compare the text with the page",
    )


def _put_back(
    text: str,
    lines: Sequence[str],
    blocks: Sequence[_Block],
    known: Sequence[bool],
    wanted: set[int],
) -> str:
    """Return a text with the wanted blocks, each behind the line of the block before it."""
    if not wanted:
        return text
    behind: dict[int, list[str]] = {}
    ends: set[int] = set()
    given = {block.text for block in blocks}
    at = -1
    for number, block in enumerate(blocks):
        if number in wanted:
            mark = "- " if block.element.tag in _LISTS else ""
            behind.setdefault(at, []).append(f"{mark}{block.text}")
            end = lines[at + 1] if at + 1 < len(lines) else ""
            if end and end not in given and block.text.endswith(f" {end}"):
                # Its end was read already, behind a line break.
                ends.add(at + 1)
        elif known[number]:
            at = next((i for i in range(max(at, 0), len(lines)) if _ends(block.text, lines[i])), at)
    whole = list(behind.get(-1, ()))
    for number, line in enumerate(text.split("\n")):
        whole += [*([] if number in ends else [line]), *behind.get(number, ())]
    return "\n".join(whole)


def _ends(block: str, line: str) -> bool:
    """Return whether a line of the text holds a block, or the end of it."""
    long = len(line) > _SHORT and block.endswith(line)
    return block == line or long or (len(block) > _SHORT and block in line)


def _known(blocks: Sequence[_Block], lines: Sequence[str]) -> list[bool]:
    """Return which blocks stand in the lines of the text, whole or for the most part."""
    whole, every = " ".join(lines), set(lines)
    runs = _runs(whole)
    found = []
    for block in blocks:
        known = block.text in every or (len(block.text) > _SHORT and block.text in whole)
        if not known:
            mine = _runs(block.text)
            known = bool(mine) and 2 * len(mine & runs) >= len(mine)
        found.append(known)
    return found


def _plain(text: str) -> str:
    """Return a text as one line without marks that are not seen."""
    return " ".join(tidy(text.replace("\xad", "")).split())


def _runs(text: str) -> set[tuple[str, ...]]:
    """Return the runs of four words of a text."""
    words = re.findall(r"\w+", text.casefold())
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def _is_framed(root: Any, paragraphs: Iterable[_Block]) -> bool:
    """Return whether most of the text stands in an element that is known to hold an article."""
    rules = getattr(need("trafilatura.xpaths", "the page"), "BODY_XPATH", ())
    frames = set(root.iter("article", "main"))
    frames.update(found for rule in rules if callable(rule) for found in rule(root)[:1])
    inside = whole = 0
    for block in paragraphs:
        whole += len(block.text)
        if block.element in frames or not frames.isdisjoint(block.element.iterancestors()):
            inside += len(block.text)
    return 2 * inside > whole


def _blocks_of(body: Any) -> list[_Block]:
    """Return the blocks of text of a page."""
    found: list[_Block] = []
    pieces: list[str] = []

    def close(element: Any, holder: Any, furniture: frozenset[Any]) -> None:
        text = _plain("".join(pieces))
        pieces.clear()
        if text:
            found.append(_Block(element, holder, text, furniture))

    def walk(element: Any, around: Any, holder: Any, outer: frozenset[Any]) -> None:
        """Add the blocks of an element; ``around`` is the block that it stands in."""
        tag = element.tag if isinstance(element.tag, str) else "script"
        if tag in HIDDEN:
            return
        opens = tag in BLOCKS
        if opens:
            close(around, holder, outer)
        inner, inside = element if opens else around, element if tag in _HOLDERS else holder
        furniture = outer | {element} if _is_furniture(element) else outer
        pieces.append(" " if tag == "br" else element.text or "")
        for child in element:
            walk(child, inner, inside, furniture)
            pieces.append(child.tail or "")
        if opens:
            close(inner, inside, furniture)

    walk(body, body, body, frozenset())
    return found


def _is_furniture(element: Any) -> bool:
    """Return whether an element is furniture of a page, by its name, class, id or role."""
    if element.tag in _FURNITURE:
        return True
    named = " ".join([*classes(element), element.get("id") or "", element.get("role") or ""])
    return bool(named.strip()) and _NAMED.search(named) is not None


def _is_linked(element: Any) -> bool:
    """Return whether most of the text of an element is in links."""
    return sum(map(_size, element.iter("a"))) > _LINKED * _size(element)


def _size(element: Any) -> int:
    """Return how many characters of an element are shown, without spaces around its texts."""
    size = 0
    for inner in element.iter():
        if isinstance(inner.tag, str) and inner.tag not in HIDDEN:
            size += len((inner.text or "").strip())
        size += len((inner.tail or "").strip()) if inner is not element else 0
    return size
