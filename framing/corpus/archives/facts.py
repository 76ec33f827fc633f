"""Facts that lines of an export state: dates, numbers of words, languages."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from framing.corpus.dates import parse_date

# A line with a date is no longer than this.
LONGEST = 140
# A date has at most so many words: "Thursday, 13th of February 2025, 10:31 AM Eastern Time".
WORDS = 12
_DIGITS = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d\d(?!\d)")

LANGUAGES = {
    "ar": "arabic arabisch arabe árabe arabo العربية",
    "bg": "bulgarian bulgarisch bulgare búlgaro български",
    "ca": "catalan katalanisch catalán català",
    "cs": "czech tschechisch tchèque checo čeština česky",
    "da": "danish dänisch danois danés dansk",
    "de": "german deutsch allemand alemán tedesco alemão duits",
    "el": "greek griechisch grec griego ελληνικά",
    "en": "english englisch anglais inglés inglese inglês engels",
    "es": "spanish spanisch espagnol español castellano spagnolo espanhol spaans",
    "et": "estonian estnisch estonien estonio eesti",
    "fa": "persian farsi persisch persan persa فارسی",
    "fi": "finnish finnisch finnois finlandés suomi",
    "fr": "french französisch français francés francese francês frans",
    "he": "hebrew hebräisch hébreu hebreo עברית",
    "hi": "hindi हिन्दी",
    "hr": "croatian kroatisch croate croata hrvatski",
    "hu": "hungarian ungarisch hongrois húngaro magyar",
    "id": "indonesian indonesisch indonésien indonesio",
    "it": "italian italienisch italien italiano italiaans",
    "ja": "japanese japanisch japonais japonés 日本語",
    "ko": "korean koreanisch coréen coreano 한국어",
    "lt": "lithuanian litauisch lituanien lituano lietuvių",
    "lv": "latvian lettisch letton letón latviešu",
    "ms": "malay malaiisch malais malayo",
    "nl": "dutch niederländisch néerlandais holandés neerlandés olandese nederlands flemish",
    "no": "norwegian norwegisch norvégien noruego norsk",
    "pl": "polish polnisch polonais polaco polski",
    "pt": "portuguese portugiesisch portugais portugués português portoghese",
    "ro": "romanian rumänisch roumain rumano română",
    "ru": "russian russisch russe ruso русский russo",
    "sk": "slovak slowakisch slovaque eslovaco slovenčina",
    "sl": "slovenian slovene slowenisch slovène esloveno slovenščina",
    "sr": "serbian serbisch serbe serbio srpski српски",
    "sv": "swedish schwedisch suédois sueco svenska",
    "th": "thai thailändisch thaï tailandés ไทย",
    "tr": "turkish türkisch turc turco türkçe",
    "uk": "ukrainian ukrainisch ukrainien ucraniano українська",
    "vi": "vietnamese vietnamesisch vietnamien vietnamita",
    "zh": "chinese chinesisch chinois chino 中文 mandarin",
}
# The same in the languages of other pages.
ELSEWHERE = {
    "de": "德文 德语 ドイツ語 немецкий",
    "en": "英文 英语 英語 английский 영어",
    "es": "西班牙文 西班牙语 スペイン語 испанский",
    "fr": "法文 法语 フランス語 французский",
    "it": "意大利文 意大利语 イタリア語 итальянский",
    "ja": "日文 日语",
    "ko": "韩文 韩语 朝鲜语 韓国語",
    "pt": "葡萄牙文 葡萄牙语 ポルトガル語 португальский",
    "ru": "俄文 俄语 ロシア語",
    "zh": "中国語 китайский 简体中文 繁体中文 繁體中文 cinese chinês chinees",
}
CODES = {
    name: code
    for languages in (LANGUAGES, ELSEWHERE)
    for code, names in languages.items()
    for name in names.split()
}
# Codes with three letters, of ISO 639-2.
_THREE = {
    three: two
    for two, names in {
        "ar": "ara", "bg": "bul", "ca": "cat", "cs": "ces cze", "da": "dan", "de": "deu ger",
        "el": "ell gre", "en": "eng", "es": "spa", "et": "est", "fa": "fas per", "fi": "fin",
        "fr": "fra fre", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "id": "ind",
        "it": "ita", "ja": "jpn", "ko": "kor", "lt": "lit", "lv": "lav", "ms": "msa may",
        "nl": "nld dut", "no": "nor nob nno", "pl": "pol", "pt": "por", "ro": "ron rum",
        "ru": "rus", "sk": "slk slo", "sl": "slv", "sr": "srp", "sv": "swe", "th": "tha",
        "tr": "tur", "uk": "ukr", "vi": "vie", "zh": "zho chi",
    }.items()
    for three in names.split()
}  # fmt: skip
# "355 words", "1,063 Wörter", "295 mots", "65 palabras", "1 063 words", "293 字".
_COUNT = re.compile(
    r"(?<!\d)(\d{1,3}(?:[.,'’\s]\d{3})+|\d+)\s*"
    r"(?:words?|w(?:[öo]|oe)rter|worte?|mots?|palabras?|parole|palavras|woorden|woord|ord|słów|słowa|слов\w*|"
    r"kelime|sözcük|단어|文字|字|词|語|字数)(?!\w)",
    re.IGNORECASE,
)


_RIGHTS = re.compile(r"(?:copyright|\(c\)|©)", re.IGNORECASE)
_RESERVED = re.compile(
    r"all rights reserved|alle rechte vorbehalten|tous droits r[ée]serv[ée]s|"
    r"(?:todos los )?derechos reservados|tutti i diritti riservati|direitos reservados|"
    r"alle rechten voorbehouden",
    re.IGNORECASE,
)


# "Copyright 2019 is printed on every plan": a small word that is no part of a notice.
_SAYS = re.compile(
    r"(?:copyright|\(c\)|©)[\s©(c)]*(?:1[89]|20)\d\d[\s,]+(?!by\b|the\b|and\b|to\b|all\b|von\b|bei\b|"
    r"der\b|die\b|das\b|alle\b|par\b|por\b|per\b|de\b|du\b|des\b|la\b|le\b|les\b|el\b|il\b|tous\b|et\b|"
    r"y\b|e\b|en\b|van\b|door\b)[^\W\d_A-Z]+\s.*[.!?]",
    re.DOTALL,
)


def is_rights(text: str) -> bool:
    """Return whether a paragraph is a copyright notice, and no sentence that begins like one."""
    text = " ".join(text.split())
    if len(text) > 400:
        return False
    if _RIGHTS.match(text):
        if _SAYS.fullmatch(text[0].lower() + text[1:]) and not _RESERVED.search(text):
            return False
        dated = re.search(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)", text[:120])
        return bool(dated or _RESERVED.search(text) or (len(text) < 80 and text[-1] not in ".!?"))
    return len(text) < 160 and _RESERVED.search(text) is not None


def language_code(text: str) -> str | None:
    """Return the ISO 639-1 code of a language by its name or code; None where it is not known.

    Of several languages the first one counts: "English; German".
    """
    for word in re.split(r"[;,/()\s]+", text.strip().casefold()):
        if word in CODES or word in _THREE:
            return CODES.get(word) or _THREE[word]
        if re.fullmatch(r"[a-z]{2}(?:[-_][a-z]{2,4})?", word) and word[:2] in LANGUAGES:
            return word[:2]
    return None


def language_codes(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column of languages as codes; unchanged where one of them is not known."""
    codes = {value: language_code(str(value)) for value in values.dropna().unique()}
    return values.map(codes) if all(codes.values()) else values


def word_count(text: str) -> int | None:
    """Return the number of words that a text states with the word for "words"."""
    match = _COUNT.search(text)
    return int(re.sub(r"\D", "", match[1])) if match else None


def whole_number(text: str) -> int | None:
    """Return the first whole number of a text, with or without the word for "words"."""
    match = re.search(r"\d{1,3}(?:[.,'’]\d{3})+(?!\d)|\d+", text)
    return int(re.sub(r"\D", "", match[0])) if match else None


def date_in(line: str, language: str = "") -> str | None:
    """Return the date at the beginning of a line in ISO 8601; None where there is none.

    What follows the date, such as an edition, is passed over. A date that has two readings, such
    as 03/04/2025, is returned as it stands: the whole corpus decides. Of an evening time whose
    UTC is on another day, "May 3, 2025 9:25 PM EST", only the printed day is returned.
    """
    line = " ".join(line.split())
    if len(line) > LONGEST or not _YEAR.search(line):
        return None
    words = line.split(" ")
    for count in range(min(len(words), WORDS), 0, -1):
        head = " ".join(words[:count]).rstrip(",;|-– ")
        if _YEAR.search(head) and (date := iso_date(head, language)):
            return _printed_day(date, words[:count], language) or date
    return None


def _printed_day(date: str, words: Sequence[str], language: str) -> str | None:
    """Return the day that is printed where the time moves it in UTC: readers cite that day."""
    if "T" not in date:
        return None
    heads = (" ".join(words[:count]).rstrip(",;|-– ") for count in range(len(words) - 1, 0, -1))
    days = (day for head in heads if _YEAR.search(head) and (day := iso_date(head, language)))
    day = next((day for day in days if len(day) == len("2025-02-13")), date)
    return None if date.startswith(day) else day


def iso_date(text: str, language: str = "") -> str | None:
    """Return a date in ISO 8601, as it stands where it has two readings, None where it is none."""
    text = " ".join(text.split())
    if not _DIGITS.search(text):
        return None
    read = parse_date(text, language=language)
    if read is None:
        if re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)", text):
            return text
        return None
    return _iso(read.date, read.precision)


def _iso(date: datetime, precision: str) -> str:
    """Return a date in ISO 8601, as exact as it is."""
    formats = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}
    if precision in formats:
        return date.strftime(formats[precision]) if date.year > 999 else date.isoformat()[:10]
    return date.isoformat(timespec="seconds")
