"""Web pages: the main text of a page that was saved, and what its head says."""

import email
import email.policy
import email.utils
import plistlib
import re
from typing import Any

from framing._core.checks import InputError
from framing._core.installing import need
from framing.corpus.archives.articles import Article, FileArticles, reading, without_title
from framing.corpus.archives.facts import iso_date, language_code
from framing.corpus.archives.markup import BLOCKS, blocks, html_encoding, html_tree, without_nests
from framing.corpus.archives.page_rests import with_rests

# What readers do not see: please enable JavaScript.
_UNSEEN = re.compile(r"<(noscript|template)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)

# Elements that the page itself hides; a page may hide all of it until a script has run.
_MAY_HIDE = re.compile(
    r"<[a-z][^<>]*?(?:\shidden\b|\bdisplay\s*:\s*none|visibility\s*:\s*hidden)", re.I
)
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# No more than this share of the words of a page is taken to be hidden.
_MOST_HIDDEN = 0.5


# Pictures that a page holds in itself, and what is no text of it. A page of more characters besides
# is a book or a list: to look for its main text takes thirty times its room, and 20 seconds.
_PICTURE = re.compile(r"data:[\w/+.-]+;base64,[\w+/=]+")
_NO_TEXT = re.compile(r"<(script|style|svg)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_LARGE = 2_000_000
# A row of a table of which the extraction took no cell.
_EMPTY_ROW = re.compile(r"(?m)^ *\|[ |]*(?:\n|\Z)")
# So much of a large page its facts are looked for in, and what stands beside its text.
_HEAD = 200_000
_BESIDE = ("nav", "footer", "aside")


def is_open_page(data: bytes) -> bool:
    """Return whether a page opens its body and never ends it, as where it is cut."""
    opened = _OPENED.search(data)
    return opened is not None and _ENDED.search(data) is None


_OPENED, _ENDED = re.compile(rb"(?i)<body"), re.compile(rb"(?i)</(?:body|html)")


def read_page(data: bytes, where: str) -> FileArticles:
    """Return the main text of a web page as one article."""
    trafilatura = need("trafilatura", where)
    data = without_nests(data)
    page = data.decode(html_encoding(data), "replace").replace("\0", "")
    page = _UNSEEN.sub("", page)
    if len(page) > _LARGE:
        page = _PICTURE.sub("data:,", page)
    if len(page) > _LARGE and len(_NO_TEXT.sub("", page)) > _LARGE:
        head = page[:_HEAD]
        del page
        return _large_page(data, head, where)
    root = html_tree(data, where)
    hides = _MAY_HIDE.search(page) is not None
    changed = hides and _take_out_hidden(root)
    if _uncentred(root) or changed:
        page = need("lxml.html", where).tostring(root, encoding="unicode")
    named = next((element.text for element in root.iter("title") if element.text), None)
    spoken = root.get("lang") or ""
    # The tree of a large page is not held beside those of the extraction.
    del root
    facts = _facts(trafilatura, page, where)
    text = _EMPTY_ROW.sub("", facts.get("text") or "")
    title = facts.get("title") or (" ".join(named.split()) if named else None)
    doubts: tuple[str, ...] = ()
    root = html_tree(data, where)
    if hides:
        _take_out_hidden(root)
    if text.strip():
        text, doubts = with_rests(root, text, title)
    else:
        body = root.find("body")
        text = "\n".join(blocks(body if body is not None else root))
        doubts = ("the page: its main text was not found; the text is that of the whole page",)
    return _article(facts, text, named, spoken, doubts, where)


def _facts(trafilatura: Any, page: str, where: str) -> dict[str, Any]:
    """Return what is found in a page: its main text, and what its head says."""
    try:
        found = trafilatura.bare_extraction(
            page, with_metadata=True, include_comments=False, include_tables=True
        )
    except Exception as error:
        raise InputError(
            f"{where}: this web page cannot be read ({error}). Save the page again."
        ) from None
    facts: dict[str, Any] = found.as_dict() if found is not None else {}
    day = str(facts.get("date") or "")
    if day.endswith("-01-01") and _is_year_of_rights(page, day[:4]):
        facts["date"] = None
    return facts


def _is_year_of_rights(page: str, year: str) -> bool:
    """Return whether a year stands in a copyright notice, and its first day nowhere in a page."""
    rights = rf"(?i)(?:©|&copy;|&#169;|\(c\)|copyright)[^<]{{0,60}}\b{year}\b"
    if not re.search(rights, page):
        return False
    named = r"\bjan\w*\.? 0?1\b|\b0?1(?:\.|st|er|º)? (?:de )?(?:jan|janv|ene|gen|stycz|янв|січ)"
    numbered = rf"{year}[-/.]?0?1[-/.]?0?1(?!\d)|\b0?1[-/.]0?1[-/.](?:{year}|{year[2:]}\b)"
    return re.search(rf"(?i){named}|{numbered}", page) is None


def _large_page(data: bytes, head: str, where: str) -> FileArticles:
    """Return the text of a page that is too large to look for its main text, with a doubt."""
    facts = _facts(need("trafilatura", where), head, where)
    text, named, spoken = _whole_text(data, where)
    doubts = (
        f"the page has more than {_LARGE:,} characters: its main text was not looked for; the text "
        "is that of the whole page, without its menus",
    )
    return _article(facts, text, named, spoken, doubts, where)


def _whole_text(data: bytes, where: str) -> tuple[str, str | None, str]:
    """Return the text of a page without its menus, its title and its language."""
    root = html_tree(data, where)
    _take_out_hidden(root)
    named = next((element.text for element in root.iter("title") if element.text), None)
    mains = [*root.iter("main")] or [*root.iter("article")]
    body = root.find("body")
    chosen = mains[0] if len(mains) == 1 else body if body is not None else root
    for element in list(chosen.iter(*_BESIDE)):
        element.drop_tree()
    return "\n".join(blocks(chosen)), named, root.get("lang") or ""


def _article(
    facts: dict[str, Any],
    text: str,
    named: str | None,
    spoken: str,
    doubts: tuple[str, ...],
    where: str,
) -> FileArticles:
    """Return a page as an article. ``named`` and ``spoken`` are what stands in its elements."""
    title = facts.get("title") or (" ".join(named.split()) if named else None)
    text = without_title(text, title)
    language = facts.get("language") or spoken
    day = facts.get("date")
    sections = facts.get("categories")
    article = Article(
        text,
        title,
        facts.get("sitename") or facts.get("hostname"),
        (iso_date(day) or day) if day else None,
        ("; ".join(sections) if isinstance(sections, list) else sections) or None,
        facts.get("author"),
        None,
        language_code(language),
        facts.get("url"),
        "the page",
        doubts,
    )
    return reading("web page", [article], where)


def _take_out_hidden(root: Any) -> bool:
    """Take out the elements that the page hides; return whether there are any, and not too many."""
    hidden = [
        element
        for element in root.iter("p", "div", "span", "section", "li", "ul", "ol", "table", "aside")
        if (element.get("hidden") is not None and element.get("hidden") != "until-found")
        or _HIDES.search(element.get("style") or "")
    ]
    every = set(hidden)
    outer = [element for element in hidden if every.isdisjoint(element.iterancestors())]
    words = sum(len(element.text_content().split()) for element in outer)
    if not outer or words > _MOST_HIDDEN * len(root.text_content().split()):
        return False
    for element in outer:
        element.drop_tree()
    return True


def _uncentred(root: Any) -> bool:
    """Make paragraphs and divisions of centred elements; return whether there are any.

    The extraction does not know this element of old pages, and drops what stands in it.
    """
    centred = list(root.iter("center"))
    for element in centred:
        element.tag = (
            "div" if any(inner.tag in BLOCKS for inner in element.iterdescendants()) else "p"
        )
    return bool(centred)


def html_in_mail(data: bytes, where: str) -> tuple[bytes, str]:
    """Return the HTML or the text in a mail or a web archive (.eml, .mht), and which it is."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    best: tuple[bytes, str] | None = None
    for part in message.walk():
        kind = part.get_content_type()
        if kind in ("text/html", "application/xhtml+xml", "text/plain"):
            payload = part.get_payload(decode=True)
            if not isinstance(payload, bytes) or not payload.strip():
                continue
            charset = part.get_content_charset()
            try:
                payload = payload.decode(charset or "utf-8", "replace").encode("utf-8")
            except LookupError:
                payload = payload.decode("cp1252", "replace").encode("utf-8")
            if kind != "text/plain":
                return payload, "html"
            best = best or (payload, "text")
    if best is None:
        raise InputError(f"{where}: this file has no page and no text. Save the page again.")
    return best


def is_saved_page(data: bytes) -> bool:
    """Return whether a mail is a page that a browser saved (.mht), whose head is no letter's."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    sender = str(message["from"] or "").strip('<>" ').casefold()
    located = any("content-location" in part for part in message.walk())
    return located or not sender or sender.startswith("saved by")


def mail_head(data: bytes) -> tuple[str | None, str | None, str | None]:
    """Return the subject, the date and the sender of a mail, None for what its head does not say.

    The sender is the name that stands before the address, or the address.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    subject, day, sender = (
        str(message[name] or "").strip() for name in ("subject", "date", "from")
    )
    name, address = email.utils.parseaddr(sender)
    return subject or None, day or None, name or address or None


def html_in_webarchive(data: bytes, where: str) -> bytes:
    """Return the HTML of a web archive of Safari."""
    try:
        content = plistlib.loads(data)["WebMainResource"]["WebResourceData"]
    except (plistlib.InvalidFileException, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{where}: this web archive cannot be read ({error!r}). Save the page again, as .html."
        ) from None
    return bytes(content)
