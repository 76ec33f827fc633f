"""Texts that are probably not articles of this corpus: cut, totals, errors, other languages."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from importlib.util import find_spec
from typing import Any

import pandas as pd

from framing._core.checks import listing
from framing._core.tables import counted

# NewsAPI ends a text that it cuts like this: "… [+4213 chars]".
_CUT = re.compile(r"\[\+?\d+ chars\]\s*$")
# The most characters that a cell of Excel holds.
_CELL = 32_767
# What programs call the row of sums under a table.
_TOTALS = frozenset(
    ("total", "totals", "grand total", "sum", "summe", "gesamt", "insgesamt", "somme", "suma")
)
# What programs write for a missing value.
_MISSING = re.compile(r"na|n/a|n\.a\.|nan|null|none|<na>|#n/a|#ref!|#value!", re.IGNORECASE)
# A text that is no article is no longer than this.
_SHORT = 200
# A path or an address in place of the text: of few words in each folder, with a usual ending.
_NAME = r"[^\\/\s]+(?: [^\\/\s]+){0,3}"
_PATH = re.compile(
    rf"https?://\S+|(?:{_NAME}[\\/])+|(?:[a-z]:)?[\\/]?(?:{_NAME}[\\/])*{_NAME}\.(?:txt|csv|tsv|jsonl?|parquet|xlsx?|"
    r"docx?|odt|rtf|pdf|html?|xml|md|zip|gz|eml|mbox)",
    re.IGNORECASE,
)
# What services give in place of a text that was removed or is not for everybody.
_PLACEHOLDER = re.compile(
    r"\[\s*(?:removed|deleted|removed by reddit|deleted by user)\s*\]|"
    r"only available in [a-z]+(?:(?:,| and| or|, and) [a-z]+)* plans?\.?",
    re.IGNORECASE,
)
# Short texts that are no article, and what they are.
_OTHERS = (
    (_PATH, "a path or an address, not what stands there"),
    (_MISSING, "what programs write for a missing value"),
    (re.compile(r"\(\d[\d,.]* rows?\)", re.IGNORECASE), "the count of rows under a table"),
    (re.compile(r"(source|quelle)\s*:\s*\S.{0,60}", re.IGNORECASE), "the source of a table"),
    (
        re.compile(
            r".{0,60}\b(access denied|(403|404|error)\b.{0,10}\b(forbidden|not found)|"
            r"page not found|(enable|turn on|activate) (javascript|cookies)|are you a robot|"
            r"captcha|verify (that )?you are (a )?human|"
            r"session (has |was )?(expired|ended|timed out)|(please|you must|(need|have) to) "
            r"(sign|log) ?in|sitzung (ist )?(abgelaufen|beendet)|bitte (melden sie sich|loggen)|"
            r"session (a )?expiré|veuillez vous (re)?connecter|sesión ha (caducado|expirado))\b.*",
            re.IGNORECASE | re.DOTALL,
        ),
        "the message of a server",
    ),
)
# UTF-8 that was read as Windows-1252: "trÃªve", "donâ€™t".
_WRONGLY_DECODED = re.compile(
    r"Ã[\u0080-\u00bf\u0152-\u0192\u2018-\u203a]|â€[^\w\s]|â€™|Â[\u00a0-\u00bf]"
)
# Articles are not older than the first newspapers.
_FIRST = datetime(1600, 1, 1)
# A text is looked at where its beginning has so many words, or so many letters without spaces.
WORDS, LETTERS = 20, 100
# So much of the beginning of a text the detector looks at, and so much the count of words.
HEAD, FIRST = 1500, 500
# A text with this share of function words of its language is in this language.
ENOUGH = 0.1
# How much more likely another language must be, as the difference of log probabilities.
MARGIN = 20
# At most so many texts are looked at for the language of a corpus.
LOOKED_AT = 500
_LETTERS = re.compile(r"[^\W\d_]+")
# Codes that the detector does not tell apart, or knows by another name.
_ALIKE = ({"nb", "no", "nn", "da"}, {"hr", "sr", "bs"}, {"id", "ms"}, {"fil", "tl"}, {"es", "gl"})
# Columns whose values name articles, and the share of rows up to which a value may come again.
_NAMES_ARTICLES = re.compile(
    r"(?:article|story|news|item|post|web)?[ _.-]?(?:id|guid|url|uri|link)"
)
_MOST_AGAIN = 0.4


def doubtful_texts(documents: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield the doc_id and the doubt of each document that is probably no whole article.

    Nothing is taken out: a person decides.
    """
    for doc_id, text in zip(documents["doc_id"], documents["text"], strict=True):
        if reason := _doubt(text):
            yield doc_id, reason
    yield from _totals(documents)
    yield from _dates(documents)


def is_path(text: object) -> bool:
    """Return whether a text is a path or an address, in place of what stands there."""
    return isinstance(text, str) and len(text) < 300 and _PATH.fullmatch(text.strip()) is not None


def is_placeholder(text: str) -> bool:
    """Return whether a text is what services give in place of one, such as "[Removed]"."""
    return len(text) < _SHORT and _PLACEHOLDER.fullmatch(text.strip()) is not None


def repeated_texts(texts: "pd.Series[Any]") -> str:
    """Return a note on articles that stand several times, letter by letter; "" where none does.

    Short texts, such as headlines, may be alike by chance and are not counted.
    """
    repeated = texts.duplicated()
    if not repeated.any():
        return ""
    count = int((texts[repeated].str.len() > _SHORT).sum())
    if not count:
        return ""
    return (
        f"{count:,} of {len(texts):,} documents have the same text as one before, and count again. "
        "find_duplicates lists them, and those that are nearly the same."
    )


def repeated_names(documents: pd.DataFrame) -> list[str]:
    """Return a note on each column that names articles, such as id or url, with a name twice.

    It names articles where nearly all rows have a value, and nearly all values are different.
    Articles with the same text have a note of their own.
    """
    notes = []
    repeats = documents["text"].duplicated(keep=False)
    for column in documents.columns.difference(["doc_id", "text", "title", "date"], sort=False):
        if not _NAMES_ARTICLES.fullmatch(str(column).casefold()):
            continue
        values = documents[column].where(documents[column].astype(str).str.strip() != "")
        known = values.notna()
        again = values.duplicated() & known
        versions = again & ~repeats
        if versions.any() and again.sum() <= known.sum() * _MOST_AGAIN:
            count = int(versions.sum())
            notes.append(
                f"{counted(count, 'documents')} of {len(documents):,} "
                f"{'has' if count == 1 else 'have'} the same {column!r} as one before and another "
                "text: probably versions of one article, which count again. "
                f'corpus[~corpus.table[{column!r}].duplicated(keep="last")] keeps the last one.'
            )
    return notes


def named_missing(documents: pd.DataFrame) -> list[str]:
    """Return a note on each column whose names are words for a missing value: null, N/A."""
    notes = []
    for column in documents.columns.difference(["doc_id", "text", "title", "date"], sort=False):
        values = documents[column]
        if not (values.dtype == object or isinstance(values.dtype, pd.StringDtype)):
            continue
        names = [name for name in values.unique() if isinstance(name, str)]
        names = [name for name in names if _MISSING.fullmatch(name.strip())]
        if names:
            count = int(values.isin(names).sum())
            notes.append(
                f"{listing(names)} in the column {column!r} of {counted(count, 'documents')} "
                f"{'counts' if len(names) == 1 else 'count'} as a name. Programs write this for a "
                "missing value: if it is one, leave the cell empty."
            )
    return notes


def _doubt(text: str) -> str:
    """Return why a text is probably no whole article, or ""."""
    if len(text) == _CELL:
        return f"the text has {_CELL:,} characters, the most that a cell of Excel holds: it is cut"
    # Most articles have none of the two signs, which is fast to see.
    if text[-10:].rstrip().endswith("chars]") and (match := _CUT.search(text)):
        return f"the text is cut, as its end says: {match[0].strip()!r}"
    if ("Ã" in text or "â€" in text or "Â" in text) and (match := _WRONGLY_DECODED.search(text)):
        return (
            f"the text has {match[0]!r}: it was decoded wrongly before. repair=True of read_corpus "
            "puts it right"
        )
    if len(text) > _SHORT:
        return ""
    seen = text.strip()
    if not any(map(str.isalpha, seen)):
        return f"the text has no letter: {seen[:40]!r}"
    return next(
        (
            f"the text seems to be {what}: {seen[:60]!r}"
            for form, what in _OTHERS
            if form.fullmatch(seen)
        ),
        "",
    )


def _totals(documents: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield the rows of sums under a table."""
    for name in ("doc_id", "title", "source"):
        labels = documents[name]
        called = {label for label in set(labels) if _names_totals(label)}
        for position in labels.isin(called).to_numpy().nonzero()[0] if called else ():
            if len(str(documents["text"].iloc[position])) <= _SHORT:
                yield (
                    str(documents["doc_id"].iloc[position]),
                    "the row seems to hold totals, not an article: its "
                    f"{name} is {str(documents[name].iloc[position])!r}",
                )


def _names_totals(label: object) -> bool:
    return str(label).strip(" :\t").casefold() in _TOTALS


def _dates(documents: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield the dates that cannot be those of an article."""
    dates = documents["date"]
    late = dates > datetime.now() + timedelta(days=366)
    for position in (late | (dates < _FIRST)).to_numpy().nonzero()[0]:
        yield (
            str(documents["doc_id"].iloc[position]),
            f"the date was read as {dates.iloc[position].date()}: another calendar, or two digits "
            "for the year?",
        )


@cache
def _function_words(language: str) -> frozenset[str]:
    """Return the most frequent words of a language; none where they are not known."""
    path = resources.files("framing") / "data" / "function_words.toml"
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    return frozenset(words.get("nb" if language in ("no", "nn") else language, "").split())


def other_languages(texts: Iterable[str], language: str) -> dict[int, str]:
    """Return the position and the language code of texts in another language than ``language``.

    None are returned where py3langid of the extra ``archives`` is not installed. It is loaded only
    where some text has few function words of the language.
    """
    usual = _function_words(language)
    heads = ((position, text[:HEAD]) for position, text in enumerate(texts))
    suspects = {position: head for position, head in heads if _is_suspect(head, usual)}
    if not suspects or not find_spec("py3langid"):
        return {}
    import py3langid

    found: dict[int, str] = {}
    for position, head in suspects.items():
        ranks = dict(py3langid.rank(head))
        best = max(ranks, key=ranks.__getitem__)
        expected = ranks.get(language, min(ranks.values()))
        alike = any({best, language} <= group for group in _ALIKE)
        if ranks[best] - expected > MARGIN and not alike:
            found[position] = str(best)
    return found


def note_on_language(texts: Sequence[str], language: str) -> str:
    """Return the note on a corpus whose function words are those of another language, or "".

    Short texts, such as posts, have too few words for one of them to be told apart. Together they
    have enough: at most `LOOKED_AT` texts are looked at, spread over all.
    """
    usual = _function_words(language)
    step = max(1, -(-len(texts) // LOOKED_AT))
    found = (word for text in texts[::step] for word in _LETTERS.findall(text[:FIRST]))
    # Capitals are abbreviations: P.M. EST is no French.
    words = Counter(word.lower() for word in found if not word.isupper())
    number = words.total()
    if number < WORDS or not usual:
        return ""
    # Words of both languages show neither.
    others = {
        code: _share(words, _function_words(code) - usual)
        for code in _known_languages()
        if not any({code, language} <= group for group in _ALIKE)
    }
    best = max(others, key=others.__getitem__)
    if others[best] < max(ENOUGH, 2 * _share(words, usual)):
        return ""
    return (
        f"The texts seem to be in the language {best!r} (its function words are "
        f"{others[best]:.0%} of {number:,} words, those of {language!r} "
        f"{_share(words, usual):.0%}), but sentences, negations and speakers are read by the "
        f"rules of {language!r}. Read them with language={best!r}."
    )


def _share(words: Counter[str], wanted: frozenset[str]) -> float:
    return sum(words[word] for word in wanted) / words.total()


@cache
def _known_languages() -> tuple[str, ...]:
    """Return the languages whose function words are known."""
    path = resources.files("framing") / "data" / "function_words.toml"
    return tuple(tomllib.loads(path.read_text(encoding="utf-8")))


def _is_suspect(head: str, usual: frozenset[str]) -> bool:
    """Return whether the beginning of a text is long enough and has few function words."""
    words = head[:FIRST].lower().split()
    if len(words) < WORDS:
        return len(head) > LETTERS and len(words) < len(head[:FIRST]) / 20
    return sum(map(usual.__contains__, words)) < ENOUGH * len(words) or not usual
