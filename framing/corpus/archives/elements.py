"""Elements: articles in XML files of any kind, by the names of their elements and attributes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from framing._core.installing import need
from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.element_names import (
    PARTS,
    ROLES,
    WHOLE,
    is_text_name,
    rank_of,
    role_of,
    stated_name,
    value_of,
)
from framing.corpus.archives.element_texts import (
    ASIDE,
    PARAGRAPHS,
    is_shown,
    line_of,
    local,
    paragraphs,
)
from framing.corpus.archives.facts import iso_date, language_code, whole_number

# What programs call an article, and the parts of one, which are none even where each has a title.
_ARTICLES_WORDS = """
article newsitem newsarticle item entry record rec doc document story nitf tei post news row
pubmedarticle artikel beitrag dokument meldung articolo noticia text hit result
"""
_ARTICLES = frozenset(_ARTICLES_WORDS.split())
_SECTIONS_WORDS = """
section sec div block body head header front back figure fig image media photo comment comments
table list s sentence seg line related link links author authors contributor metadata meta
contentset contentmeta newscomponent contentitem inlinexml html main
"""
_SECTIONS = PARAGRAPHS | frozenset(_SECTIONS_WORDS.split())
# Elements that are no part of the text and state facts.
_STATING = frozenset(("bodyhead", "teiheader", "metadata", "link", "links"))
# What stands in an element of its own above the text, and is the beginning of it.
_LEADS = frozenset(
    ("ingress", "vorspann", "chapo", "chapeau", "standfirst", "entradilla", "manchet")
)
# Names that may be those of articles and of their texts.
_WHOLES = frozenset(("article", "story", "document", "post", "message", "beitrag", "artikel"))
# Roots of agencies, whose elements of texts are all known.
_AGENCY = frozenset(("nitf", "newsitem", "newsmessage", "newsml"))
# Elements whose words are not missed where they are not part of the text.
_QUIET = re.compile(
    r"(?i).*(?:copyright|rights|abstract|abst|summary|description|excerpt|snippet|lead|caption|comment|"
    r"keyword|subject|term|note|catalog|classif|licen|disclaimer|credit|creator|author|generator|"
    r"fingerprint|tag|categor|url|link)s?.*"
)
_CONTACT = re.compile(r"\S@\S+\.\w|(?:\d[ ().-]?){7}")
# Values that programs write for a missing text.
_NOTHING = re.compile(r"(?i)none|null|n/?a|nan|not available|no abstract(?: available)?\W*")
# An element that no usual name tells holds so many characters, and so much of the file.
_LONG, _SHARE = 150, 0.5
# Words that stand in one element and are part of no text are doubted from this number of letters.
_MISSED = 120


# A role, how good the name is for it, and the value.
_Stated = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class _Below:
    """What stands in an element and below it."""

    roles: frozenset[str]
    characters: int
    prose: bool


class _Survey:
    """What stands in each element of a file.

    What stands in one without elements inside is not kept, but seen again: most are such.
    """

    def __init__(self, root: Any) -> None:
        self._kept: dict[Any, _Below] = {}
        # A node is visited after those in it.
        for _, element in need("lxml.etree", "").iterwalk(root, events=("end",)):
            if len(element):
                self._kept[element] = self._seen(element)
        if root not in self._kept:
            self._kept[root] = self._seen(root)

    def __getitem__(self, element: Any) -> _Below:
        return self._kept.get(element) or self._seen(element)

    def _seen(self, element: Any) -> _Below:
        roles = _NO_ROLES
        characters, prose = _letters(element.text), False
        for child in element:
            inner = self[child]
            if not inner.roles <= roles:
                roles |= inner.roles
            characters += inner.characters + _letters(child.tail)
            prose = prose or inner.prose
        if local(element):
            name = stated_name(element)
            own = _roles_of(name)
            roles = own if roles <= own else roles | own
            prose = prose or bool(characters and (is_text_name(name) or name in PARAGRAPHS))
        return _Below(roles, characters, prose)


_NO_ROLES = frozenset[str]()


@lru_cache(maxsize=10_000)
def _roles_of(name: str) -> frozenset[str]:
    """Return the roles for which a name is a usual one."""
    return frozenset(role for role in ROLES if rank_of(name, role) is not None)


def _letters(text: str | None) -> int:
    """Return the number of characters of a text without white space."""
    return len("".join(text.split())) if text else 0


def read_elements(root: Any, where: str) -> FileArticles | None:
    """Return the articles of an XML file; None where no element can be told for one.

    An article is an element with elements or attributes that have usual names for the text and
    for something else, such as title and body. Of an element with other names that holds much
    text, and stands several times, each is taken for an article, with a doubt.
    """
    below = _Survey(root)
    name, elements = _articles_by_names(root, below)
    known = bool(elements)
    if not known and local(root).lower() in _AGENCY:
        # The form is known, with nothing in it.
        return reading("XML", [Article("")], where)
    if not known:
        name, elements = _articles_by_length(root, below)
    if not elements:
        return None
    stated: dict[Any, list[_Stated]] = {}
    articles = [
        _article(element, number, stated) for number, element in enumerate(elements, start=1)
    ]
    doubts = []
    if not known:
        doubts.append(
            f"the XML file is of a kind that is not known; each element {name!r} was taken for an "
            "article. Compare it with the file"
        )
    outside = below[root].characters - sum(below[element].characters for element in elements)
    if outside > max(3 * _MISSED, below[root].characters / 10):
        doubts.append(
            f"{outside:,} characters of the file stand outside its {len(elements):,} elements "
            f"{name!r} and are not read"
        )
    if doubts:
        first = articles[0]
        doubts = [f"article 1: {doubt}" for doubt in doubts]
        articles[0] = replace(first, doubts=(*first.doubts, *doubts))
    notes = [f"{where}: each element {name!r} is an article."] if len(elements) > 1 else []
    return reading("XML", articles, where, notes=notes)


def _articles_by_names(root: Any, below: _Survey) -> tuple[str, list[Any]]:
    """Return the name of the elements that are articles, and these elements."""
    groups: dict[str, list[Any]] = {}
    for element in _in_order(root):
        has_attributes = bool(element.attrib)
        if not len(element) and not has_attributes:
            continue
        roles = any(below[child].roles for child in element) or any(
            _of_attribute(key, role) for key in element.attrib for role in ROLES
        )
        has_text = has_attributes and len((element.text or "").strip()) >= 2
        if roles and ((here := below[element]).prose or has_text) and here.characters:
            group = groups.setdefault(local(element), [])
            if not group or not _contains(group[-1], element):
                group.append(element)
    shares = {
        name: sum(below[element].characters for element in group) / max(below[root].characters, 1)
        for name, group in groups.items()
    }
    pools = (
        [name for name in groups if name.lower() in _ARTICLES and shares[name] >= _SHARE],
        [name for name in groups if name.lower() not in _SECTIONS and shares[name] >= _SHARE],
        [name for name in groups if name.lower() not in _SECTIONS],
        list(groups),
    )
    pool = next((pool for pool in pools if pool), [])
    if not pool:
        return "", []
    # What agencies send is an item of news, whatever is called an article in it.
    pool = [name for name in pool if name.lower() == "newsitem"] or pool
    best = max(pool, key=lambda name: (len(groups[name]), shares[name], -_depth(groups[name][0])))
    if best.lower() == "newsitem":
        return best, groups[best]
    if len(groups[best]) == 1 and len(several := _with_own_titles(groups[best][0])) > 1:
        return ", ".join(dict.fromkeys(map(local, several))), several
    return best, groups[best]


def _with_own_titles(article: Any) -> list[Any]:
    """Return the elements that each have a text and a title of their own, whatever they are called.

    None where one stands in another, as a box does in its article.
    """
    found: dict[Any, None] = {}
    for element in article.iterdescendants():
        name, parent = stated_name(element) if local(element) else "", element.getparent()
        if not is_text_name(name) or name in PARTS or local(parent).lower() in _SECTIONS:
            continue
        beside = [stated_name(child) for child in parent if local(child) and child is not element]
        if line_of(element) and any(rank_of(other, "title") is not None for other in beside):
            found[parent] = None
    nested = any(_contains(outer, one) for outer in found for one in found)
    aside = any(_is_aside(one, article) for one in found)
    return [] if nested or aside else list(found)


def _articles_by_length(root: Any, below: _Survey) -> tuple[str, list[Any]]:
    """Return elements of one name, or the root, that hold long texts under names of no use."""
    groups: dict[str, list[Any]] = {}
    for element in _in_order(root):
        if local(element).lower() not in _SECTIONS and element is not root:
            group = groups.setdefault(local(element), [])
            if not group or not _contains(group[-1], element):
                group.append(element)
    total = max(below[root].characters, 1)
    for name, group in groups.items():
        sizes = [below[element].characters for element in group]
        least = _LONG / 4 if name.lower() in _ARTICLES else _LONG
        if len(group) > 1 and sum(sizes) >= max(_SHARE * total, least * len(group)):
            return name, group
    whole = total >= _LONG and _passages(root) >= _SHARE * total
    return (local(root), [root]) if whole else ("", [])


def _passages(root: Any) -> int:
    """Return the number of letters in elements that each hold a passage of text and no data."""
    lines = [element.text or "" for element in root.iter() if local(element)]
    return sum(len("".join(line.split())) for line in lines if len(line.split()) > 8)


def _in_order(root: Any) -> Iterator[Any]:
    return (element for element in root.iter() if local(element))


def _outside(article: Any, texts: Sequence[Any]) -> Iterator[Any]:
    """Yield the elements of an article that are not in its texts, where these are parts of it."""
    passed_over = {one for one in texts if one is not article}
    waiting = list(reversed(article))
    while waiting:
        element = waiting.pop()
        if element not in passed_over:
            waiting += reversed(element)
            if local(element):
                yield element


def _contains(outer: Any, element: Any) -> bool:
    return any(above is outer for above in element.iterancestors())


def _depth(element: Any) -> int:
    return sum(1 for _ in element.iterancestors())


def _of_attribute(key: str, role: str) -> bool:
    """Return whether an attribute of an article states a role; its own name and id do not."""
    name = stated_key(key)
    return name not in ("name", "id", "type", "time", "lang") and rank_of(name, role) is not None


def stated_key(key: str) -> str:
    """Return the plain name of an attribute, without its namespace."""
    return re.sub(r"[\W_]+", "", key.rpartition("}")[2].casefold())


def _article(element: Any, number: int, stated: dict[Any, list[_Stated]]) -> Article:
    """Return the article of an element; ``stated`` keeps what elements around articles state."""
    place = f"article {number}"
    texts, part = _texts(element)
    facts, used = _facts(element, texts, stated)
    parts = _with_leads(texts, _joined(texts, used))
    title = facts.get("title")
    if title and len(parts) > 1 and _same(parts[0], title):
        # The heading that stands above the text counts once.
        parts = parts[1:]
    if title and len(parts) > 1 and _same(parts[-1], title):
        parts = parts[:-1]
    text = "\n\n".join(parts)
    doubts = []
    if part and text:
        doubts.append(f"{place}: there is no full text; the text is the element {part!r}")
    if not text and title:
        text = title
        doubts.append(f"{place}: there is no text; the text is the title")
    doubts += _missed(element, texts, used, text, place)
    day = facts.get("date", "")
    year = next((line_of(child) for child in element.iter() if local(child) == "year"), None) or ""
    length = next((line_of(child) for child in element.iter() if local(child) == "wordcount"), None)
    spoken = element.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    return Article(
        text,
        title,
        facts.get("source"),
        iso_date(day)
        or iso_date(f"{day} {year}")
        or iso_date(re.split(r"[T ]", day)[0])
        or day
        or year
        or None,
        facts.get("section"),
        facts.get("byline"),
        whole_number(length) if length else None,
        language_code(facts.get("language", "")) or language_code(spoken),
        facts.get("url"),
        place,
        tuple(doubts),
    )


def _same(line: str, title: str) -> bool:
    return " ".join(line.split()).casefold() == " ".join(title.split()).casefold()


def _texts(article: Any) -> tuple[list[Any], str]:
    """Return the elements of an article that hold its text, and the name of a part of it."""
    # Some programs put all of an article into an element of metadata.
    found = _named_texts(article, frozenset()) or _named_texts(article, frozenset(("metadata",)))
    sizes = _Sizes(found)
    whole = [name for name in found if name in WHOLE]
    full = [name for name in found if name not in PARTS]
    if whole or full:
        name = _largest(whole or full, sizes)
        while True:
            # An element of texts inside it that holds nearly all of it has no heads of the page.
            inner = [
                other
                for other in full
                if all(any(_contains(outer, one) for outer in found[name]) for one in found[other])
                and sizes[other] >= 0.7 * sizes[name]
            ]
            if not inner:
                return found[name], ""
            name = _largest(inner, sizes)
    lines = [child for child in article.iterdescendants() if local(child).lower() in PARAGRAPHS]
    if lines or len((article.text or "").strip()) > 1:
        held = [element for group in found.values() for element in group]
        outside = [
            one
            for one in lines
            if not _is_aside(one, article)
            and not any(one is part or _contains(part, one) for part in held)
        ]
        if outside or not lines:
            return [article], ""
    if found:
        name = _largest(list(found), sizes)
        return found[name], name
    leaves = [child for child in article.iterdescendants() if local(child) and not len(child)]
    longest = max(leaves, key=lambda leaf: len(leaf.text or ""), default=article)
    if 2 * len(longest.text or "") > len(line_of(article) or ""):
        return [longest], ""
    return [article], ""


def _named_texts(article: Any, but: frozenset[str]) -> dict[str, list[Any]]:
    """Return the elements with each usual name of texts; ``but`` are asides that are none."""
    found: dict[str, list[Any]] = {}
    for element in article.iterdescendants():
        name = stated_name(element)
        if not local(element) or not is_text_name(name) or _is_aside(element, article, but):
            continue
        line = line_of(element)
        if not line or _NOTHING.fullmatch(line):
            continue
        inside = [stated_name(child) for child in element.iterdescendants() if local(child)]
        if name in _WHOLES and any(rank_of(other, "title") is not None for other in inside):
            # What holds the title too is all of an article and not its text.
            continue
        group = found.setdefault(name, [])
        if not any(_contains(outer, element) for outer in group):
            group.append(element)
    return found


class _Sizes(dict[str, int]):
    """The characters of the elements of each name, which are counted when they are asked for."""

    def __init__(self, found: Mapping[str, Sequence[Any]]) -> None:
        super().__init__()
        self._found = found

    def __missing__(self, name: str) -> int:
        texts = ("\n\n".join(paragraphs(element)) for element in self._found[name])
        self[name] = sum(map(len, texts))
        return self[name]


def _largest(names: Sequence[str], sizes: Mapping[str, int]) -> str:
    """Return the name of the most characters; a single one is not measured."""
    return names[0] if len(names) == 1 else max(names, key=lambda name: sizes[name])


def _joined(elements: Sequence[Any], skip: set[Any]) -> list[str]:
    """Return the paragraphs of the elements; blocks that the next one repeats count once."""
    found: list[list[str]] = []
    for element in elements:
        blocks = [child for child in element if local(child)]
        alike = len(blocks) > 1 and len({local(child) for child in blocks}) == 1
        if (
            alike
            and not (element.text or "").strip()
            and local(blocks[0]).lower() not in PARAGRAPHS
        ):
            found += [paragraphs(one, skip) for one in blocks if one not in skip and is_shown(one)]
        else:
            found.append(paragraphs(element, skip))
    kept: list[str] = []
    for number, parts in enumerate(found):
        # A lead is part of the full text after it.
        after = chain.from_iterable(islice(found, number + 1, None))
        if parts and list(islice(after, len(parts))) != parts:
            kept += parts
    return kept


def _with_leads(texts: Sequence[Any], parts: list[str]) -> list[str]:
    """Return the paragraphs with those of a lead that stands before the elements of the text."""
    if not texts or texts[0].getparent() is None:
        return parts
    flat = " ".join(" ".join(parts).split())
    leads: list[str] = []
    for element in texts[0].itersiblings(preceding=True):
        if local(element).lower() in _LEADS:
            found = paragraphs(element)
            known = " ".join(" ".join(found).split()) in flat
            leads = leads if known else [*found, *leads]
    return [*leads, *parts]


def _is_aside(element: Any, article: Any, but: frozenset[str] = frozenset()) -> bool:
    """Return whether an element stands in one that is no part of the text."""
    for above in (element, *element.iterancestors()):
        if above is article:
            return False
        if local(above).lower() in ASIDE - but or above.get("type") == "comments":
            return True
    return False


def _facts(
    article: Any, texts: Sequence[Any], around_all: dict[Any, list[_Stated]]
) -> tuple[dict[str, str], set[Any]]:
    """Return what elements and attributes say of an article, and the elements that say it.

    Better names count more; of equally good ones the first. Those around the article state what
    holds for all articles in them.
    """
    best: dict[str, tuple[tuple[int, int], str]] = {}
    used: dict[str, Any] = {}

    def take(role: str, rank: int | None, value: str | None, far: int, element: Any) -> None:
        if rank is None or not value or len(value) > 500 or _NOTHING.fullmatch(value):
            return
        if role == "section" and len(value) > 100:
            return
        if role == "source" and re.match(r"https?://", value):
            role, rank = "url", 50
        if role == "url" and not re.match(r"(?:\w+:)?//\S+$|www\.\S+$|[\w.-]+/\S*$", value):
            return
        if role == "byline" and _CONTACT.search(value):
            # Whom to call about a press release.
            return
        if role in ("date",) and not re.search(r"\d", value):
            return
        if role not in best or (far, rank) < best[role][0]:
            best[role] = ((far, rank), value)
            used.pop(role, None)
            if element is not None:
                used[role] = element

    def of_attributes(element: Any, far: int) -> None:
        for key, value in element.attrib.items():
            for role in ROLES:
                if _of_attribute(key, role):
                    take(role, rank_of(stated_key(key), role), value.strip(), far, None)

    of_attributes(article, 0)
    for element in _outside(article, texts):
        around = [stated_name(above) for above in _between(element, article)]
        name = stated_name(element)
        if "html" in around:
            # A page inside an article has a title of its own.
            continue
        if not _STATING.isdisjoint({name, *around}):
            pass
        elif _is_aside(element, article):
            continue
        if name == "pubdata" or name == "doccopyright":
            # NITF states in attributes where and when an article was printed.
            stated = element.get("name") or element.get("holder")
            take("source", 3 if name == "pubdata" else 4, stated, 0, None)
        if name in ("docid", "distributor"):
            # An agency that names itself only there.
            agency = element.get("regsrc") if name == "docid" else element.text
            take("source", 300, agency, 0, None)
        for key in ("date.publication", "date.issue"):
            take("date", 1, element.get(key), 0, None)
        if name in ("name", "subject") and element.getparent() is not article:
            continue
        if name == "day" and any(local(child).lower() == "year" for child in element.getparent()):
            continue
        holds = [stated_name(child) for child in element.iterdescendants() if local(child)]
        for stated in ROLES:
            rank = rank_of(name, stated)
            role = role_of(element, name, stated, around) if rank is not None else None
            if rank is not None and "publicationstmt" in around:
                # TEI says there when the file was published; in others, of what its source is.
                rank += 100
            elif rank is not None and around[:1] == ["sourcedesc"]:
                # ... and right below the source, when that was got.
                rank += 200
            dated = stated == "date" and "year" in holds
            if role and (dated or not any(_is_role(other, stated) for other in holds)):
                parts = element.itertext() if stated == "byline" else paragraphs(element)
                line = " ".join(" ".join(parts).split()) or None
                take(role, rank, value_of(element, line), 0, element)
    for far, above in enumerate(article.iterancestors(), start=1):
        of_attributes(above, far)
        if above not in around_all:
            around_all[above] = _stated_in(above)
        for role, rank, line in around_all[above]:
            take(role, rank, line, far, None)
    return {role: value for role, (_, value) in best.items()}, set(used.values())


def _stated_in(element: Any) -> list[_Stated]:
    """Return what elements in an element around articles state of all of them."""
    found: list[_Stated] = []
    for child in element:
        name = stated_name(child) if local(child) and not len(child) else ""
        line = line_of(child) if name and name not in ("name", "subject") else None
        for role in ("source", "date", "language"):
            rank = rank_of(name, role) if line else None
            if line and rank is not None:
                found.append((role, rank, line))
    return found


def _is_role(name: str, role: str) -> bool:
    return name != "name" and rank_of(name, role) is not None


def _between(element: Any, article: Any) -> list[Any]:
    """Return the elements around an element, up to the article."""
    around = []
    for above in element.iterancestors():
        if above is article:
            break
        around.append(above)
    return around


def _missed(article: Any, texts: Sequence[Any], used: set[Any], text: str, place: str) -> list[str]:
    """Return a doubt for the longest passage of an article that is part of no text; [] if none."""
    flat = " ".join(text.split())
    longest, name = "", ""
    for element in _outside(article, texts):
        if element in used or _QUIET.fullmatch(local(element)):
            continue
        around = _between(element, article)
        if any(_QUIET.fullmatch(local(above)) or above in used for above in around):
            continue
        line = " ".join(((element.text or "") + "".join(c.tail or "" for c in element)).split())
        if len(line) >= max(_MISSED, len(longest)) and line not in flat and not _is_listed(line):
            longest, name = line, local(element)
    if not longest:
        return []
    return [
        f"{place}: the element {name!r} is not part of the text: {longest[:60]!r}. Compare it with "
        "the file"
    ]


def _is_listed(line: str) -> bool:
    """Return whether a line is data and no prose: it has few spaces."""
    return line.count(" ") < len(line) / 12
