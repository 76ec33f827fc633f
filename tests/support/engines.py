"""Random lexicons and texts of all kinds, searched by both engines: they find the same.

``python tests/support/engines.py 20000`` runs so many examples and prints those that differ; a
second number is the first of them.
"""

import random
import sys
import warnings
from pathlib import Path

import numpy as np

import framing as fr
from framing.hits.context.cues import context_patterns, load_cues, make_reader
from framing.hits.context.negation import negated_by_rules
from framing.hits.context.quotes import find_quotes, paragraph_bounds, quotes_by_rules
from framing.hits.context.speakers import name_speakers, speakers_by_rules
from framing.hits.matcher import Matcher, count_matches, denied, find_matches
from framing.hits.native import library, search
from framing.hits.native.library import make_folding
from framing.text import chunks
from framing.text.alphabet import Alphabet, fold_text
from framing.text.broken_pages import find_signs
from framing.text.characters import SPACE, WORD, Offsets, code_points
from framing.text.chunks import Chunk, begins_of, excerpt, make_chunk, token_starts
from framing.text.wrapped_lines import LEADING, NUMBERED

_WORDS = (
    "peace Peace PEACE peaceful talk talks talked cease fire ceasefire cease-fire end ends not "
    "don't didn't deal deals U.S. u.s. 1,000 land the of to said Kyiv's naïve nai\u0308ve Ökonom "
    "peace\u200bful pe\u00adace pea\ufeffce \u200dpeace deal\u0301 '90s they'll $5 :) no straße "
    "🕊 🕊️ ☮ https://x.org/peace-talks peace@talks.com @Peace www.peace.org e-mail Kyiv &amp; "
    "和平 和 平 停火 สันติ peace和平 ﬁre ﬁ İstanbul &nbsp; &quot;peace&quot; x peace. peace, "
    "(peace) “peace” 'peace' peace' a b c aa ab $５ ＄5 peace.de talks@pe\xadace.org @pe\u2060ace "
    "https://x.org\u200bpeace Peace-\nbacked They'll DON'T peace-\nled 3.5 1,5 5 5.000.3 $1.5 $5.5 "
    "a.b. A.I a.b.c @a.b"
)
WORDS = _WORDS.split(" ")
LINE_ENDS = ["\n"] * 9 + ["\r\n", "\n\n", "\r", "\u2028", " \n", "-\n", "-\r\n\x0c ", "\xad\n"]
LINE_ENDS += ["\u2029", "¬\n"]
JOINTS = [" "] * 12 + [", ", "  ", "; ", " — ", "-", ". ", "! ", "\u00a0", " \u200b ", ": "]
JOINTS += ["... "]
JOINTS += ["\n", "-\n", "\n\n", "\r\n", "\t", "? "]
_PARTS = (
    "peace peac* talk* talks cease-fire* fire end deal* not n't no u.s. land the of to na?ve "
    "t?lk* *ace p*c* ??ace *alk* 'll 's said kyiv's 1,000 $5 :) 🕊 ☮ 和 和平 平* 停火 สันติ *n't "
    "www.peace.org @peace e-mail* \u00f6ko* straße ﬁre a b c a* ab *b a?* peace' 'peace "
    "5 3* *5 ?5 $1"
)
PARTS = _PARTS.split(" ")
PARTS += ["{group}", "{group}", "cease fire", "the end", "peace of", "no peace", "a b", "b c"]
CASED = ["Peace", "PEACE talks", "Kyiv's", "cease-fire", "P*c*", "Deal*", "They 'll", "N't"]
CASED += ["Kyiv 's", "do n't", "deal* n't"]
FLAT = [part for part in PARTS if "{" not in part]
_HOSTILE = (
    "\u200b \ufeff \xad \u0301 \u0308 ß ﬁ İ &nbsp; &szlig; &amp; &#769; &quot; \r\n -\n \xad\n "
    "-\r\n\x0c \u2010\n \x85 \u2028 \u2029 \x1c \t \u00a0 e\u0301 \u1160 한 ᄒ ᅡ ᆫ 🕊️ \ud800 ŉ ΐ ﷺ "
    "½ ｆｕｌｌ ． ＠ .. 27 .gov http://x.y/z x.y \U000e0041"
)
HOSTILE = _HOSTILE.split(" ")
HOSTILE += ["  ", " ", " _", "_ ", "<i>", "</i>", "<b>a</b>", "_a_"]
# What pages, subtitles and mail have between their lines, and what looks like it.
UNSEEN = ["\n", "\r", "\f", "\n12", "\niv", "\n ", "\n\t7", "\n—", "\nP. 3", " --> ", "-->", "\n| "]
UNSEEN += ["|", "\x85", "\u2028", "\xad", "\u200b", "\n1234567890123456789012345"]
UNSEEN += ["_", "<i>", "</i>", "<"]
# Around the ends of sentences: abbreviations, quotations, brackets, lists, wrapped lines, speakers.
_PROSE = (
    "He She The Talks peace ended in may May me no No. 5 2024 3.5 $5 9 a.m. U.S. U.N. U.S.-led Mr. "
    "Ms. Dr. Smith J. F. Jan. 5 etc. vs. Inc. Yahoo! don’t dogs' ’90s “Peace Peace” ‘Talks Talks’ "
    "'Talks Talks' \"He He\" (note) (He said.) (AP) (a) (ii) (2024) 1. 1) a) - [the] … é Élysée "
    "x@y.org «Oui» **bold** St. Sen. — – TRUMP: ROE: Q Q: GRAHAM. McCOY — >> Doe: said of: "
    "(Leeds): [10:21] \u200b D.C. D.C., U.S.’s U.N.; U.S.) E.U.— p.m. P.M. 4.31%. x.y. Sat. Sept. "
    "Yes. Right? Iv. x.) J.-L."
)
PROSE = _PROSE.split(" ")
# What begins lines of transcripts, and what looks like it.
_LABELS = (
    "TRUMP: |Trump: |MR. PESKOV: |Q |Q: |Q. |Q  |A |A: |Q — |KYIV — |McCOY: |Mr. GRAHAM. |>> |> "
    "|The PRESIDING OFFICER. |[TRUMP] |Donald Trump – |Trump |Donald Trump, President: |<b> "
    "|JOHN (via phone): |John (Leeds) (Lab): |TRUMP (12:34): |John Doe [00:12]\n|[00:12] John: "
    "|00:12:03 TRUMP: |[00:12:03.450 - 00:13] Trump: |12:03 PM - JOHN: |2. Trump: |3) JOHN: "
    "|SPEAKER_01: |Speaker 2: |Speaker A: |JOHN 00:12:03: |12 men: |9:5 : |2025: "
    "|[00:12] JOHN: |(12:03) Trump: |12:34 John Doe\n|John Doe 12:34\n"
    "|John Doe\n|JOHN DOE\n|LIVE: |THE PRESIDENT: |*TRUMP*: "
    "|Ursula von der Leyen: |Al-Assad: |O’NEIL: |J.-P.: |He said: |We have, look: |Look, We: "
    "|TRUMP, of Texas: |TRUMP, he |José: |É: |5: |TRUMP--no |Trump--no: |US: |T_X: |- |( "
    "|\u00a0: |é"
)
LABELS = _LABELS.split("|")
ENDS = [". "] * 6 + ["? ", "! ", ".” ", ".” ", '." ', "?’ ", ".\n", "...\n", "… ", ".) ", ") "]
ENDS += [".” — ", ".", ",” ", "?! ", ". . ", ":\n", ";  ", ".[2] ", "\n", "\n\n", "\n- ", "\n2. "]
MANY = "".join(map(chr, range(0x100, 0x180))) + "".join(map(chr, range(0x3B1, 0x3C9)))


def pattern(rng: random.Random, depth: int = 0) -> str:
    """Return a random entry."""
    kind = rng.random()
    if depth > 1 or kind < 0.35:
        return rng.choice(PARTS)
    if kind < 0.5:
        return " ".join(rng.choice(PARTS) for _ in range(rng.randint(2, 3)))
    if kind < 0.7:
        gap = f" ~{rng.randint(0, 4)} "
        return gap.join(pattern(rng, depth + 1) for _ in range(rng.choice([2, 2, 2, 3])))
    if kind < 0.8:
        return f"{rng.choice(PARTS)} ~~{rng.randint(0, 3)} {rng.choice(PARTS)}"
    if kind < 0.84:
        either = f"({rng.choice(PARTS)} ~~2 {rng.choice(PARTS)})"
        return f"{either} {rng.choice(['n`t', chr(39) + 'll'])}"
    options = "|".join(pattern(rng, depth + 1) for _ in range(rng.randint(2, 4)))
    follows = rng.random()
    before = f"{rng.choice(PARTS)} " if follows < 0.3 else ""
    return f"{before}({options})" + (f" {rng.choice(PARTS)}" if follows > 0.6 else "")


def _entry(rng: random.Random) -> dict[str, object]:
    entry: dict[str, object] = {"pattern": pattern(rng)}
    if rng.random() < 0.35:
        kind = rng.choice(["if", "unless"])
        entry[kind] = pattern(rng)
        entry["within"] = rng.choice(["sentence", "sentence", 1, 2, 5])
        if kind == "if" and entry["within"] == "sentence" and rng.random() < 0.5:
            entry["before"] = rng.randint(0, 3)
    elif rng.random() < 0.15:
        entry = {"pattern": rng.choice(CASED), "case": True}
    if rng.random() < 0.2:
        entry["exceptions"] = [pattern(rng) for _ in range(rng.randint(1, 2))]
    return entry


def make_lexicon(rng: random.Random) -> fr.Lexicon | None:
    """Return a random lexicon, None where the entries do not go together."""
    frames: dict[str, object] = {}
    for name in "abc"[: rng.randint(1, 3)]:
        rows = {
            str(row["pattern"]).casefold(): row
            for row in (_entry(rng) for _ in range(rng.randint(1, 6)))
        }
        frames[name] = {"entries": list(rows.values())}
        if rng.random() < 0.2:
            frames[name]["exceptions"] = [pattern(rng)]  # type: ignore[index]
    if rng.random() < 0.05:
        # More characters than a byte has classes for.
        frames["many"] = {"entries": [MANY]}
    group = [rng.choice(FLAT) for _ in range(rng.randint(1, 4))]
    try:
        with warnings.catch_warnings():
            # Some look like patterns of other programs.
            warnings.simplefilter("ignore")
            return fr.make_lexicon(frames, shared=True, groups={"group": group})
    except fr.InputError:
        return None


def make_texts(rng: random.Random) -> list[str]:
    """Return some random texts, full of the words of the lexicons."""
    texts = []
    for _ in range(rng.randint(1, 3)):
        size = rng.choice([0, 1, 5, 20, 60])
        words = [rng.choice(WORDS) + rng.choice(JOINTS) for _ in range(size)]
        texts.append(rng.choice(["", "", " ", "\u200b", "\ufeff"]) + "".join(words))
    return texts


def example(
    seed: int,
) -> tuple[fr.Lexicon, list[str], list[list[tuple[int, int]]], str, str] | None:
    """Return a lexicon, texts, lines to leave out, the rule for nested matches and a language."""
    rng = random.Random(seed)
    lexicon = make_lexicon(rng)
    if lexicon is None:
        return None
    texts = make_texts(rng)
    removed: list[list[tuple[int, int]]] = [[] for _ in texts]
    for row, text in enumerate(texts):
        end = text.find("\n")
        if end > 0 and rng.random() < 0.2:
            removed[row].append((0, end))
    return (
        lexicon,
        texts,
        removed,
        rng.choice(["frame", "lexicon"]),
        rng.choice(["en"] * 4 + ["de"]),
    )


def spans_of(lexicon: fr.Lexicon, text: str, *, native: bool) -> list[tuple[int, int]]:
    """Return start and end of the hits in a text, found by one of the engines."""
    matcher = Matcher(lexicon, native=native)
    found = find_matches(matcher, make_chunk(0, [text], [[]], "en", matcher.alphabet), "frame")
    return list(zip(found["start"].tolist(), found["end"].tolist(), strict=True))


def differs(seed: int) -> str:
    """Return what the engines find differently in an example, "" for nothing."""
    drawn = example(seed)
    if drawn is None:
        return ""
    lexicon, texts, removed, nested, language = drawn
    # The cues are the same in all examples, and take longer to prepare than all else.
    cues = context_patterns(language, None) if seed % 20 == 0 else ()
    found, counts = [], []
    # Half of the lexicons learn from the text what is rare in it.
    search.LEARNED = (0 if seed % 2 else 20_000), 100_000
    for native in (True, False):
        matcher = Matcher(lexicon, cues, native=native)
        chunk = make_chunk(0, texts, removed, language, matcher.alphabet)
        found.append(find_matches(matcher, chunk, nested))
        counts.append(count_matches(matcher, nested, language, 0, texts, removed))
    for name, column in found[1].items():
        if not np.array_equal(found[0][name], column):
            return f"{name}: {found[0][name].tolist()} instead of {column.tolist()}"
    rows, others = (sorted(zip(*table.values(), strict=True)) for table, _ in counts)
    tokens, those = (numbers.tolist() for _, numbers in counts)
    if rows != others or tokens != those:
        return f"counts: {rows}, {tokens} instead of {others}, {those}"
    return folded_differs(seed)


def folded_differs(seed: int) -> str:
    """Return what the engines read differently in hostile texts and pages, "" for nothing."""
    rng = random.Random(seed)
    texts = [
        "".join(
            rng.choice([rng.choice(WORDS), rng.choice(JOINTS), rng.choice(HOSTILE), _any(rng)])
            for _ in range(rng.choice([0, 1, 5, 40]))
        )
        for _ in range(rng.randint(1, 3))
    ]
    letters = rng.choice([["peace", "talks"], ["a", "ß", "naïve ' - ;"], [MANY], [], ["和平"]])
    plain, native = Alphabet(letters), Alphabet(letters, make_folding())
    # As they are: a chunk has no invisible characters.
    text = "\n".join([*texts, ""])
    joints = np.append(begins_of(texts)[1:], len(text)) - 1
    one, other = (fold_text(text, code_points(text), each, joints) for each in (plain, native))
    for name in ("classes", "flags", "breaks", "offsets"):
        if not np.array_equal(getattr(one, name), getattr(other, name)):
            return f"folded: {name} of {texts}"
    pages = "".join(rng.choice([*UNSEEN, rng.choice(WORDS), _any(rng)]) for _ in range(40))
    for read in (text, pages):
        lists, others = (
            vars(find_signs(code_points(read), each.folding)) for each in (plain, native)
        )
        if not all(np.array_equal(lists[name], others[name]) for name in lists):
            return f"signs of {read!r}"
    tokens = token_starts(one, plain), token_starts(other, native)
    starts, places = make_folding().token_starts(other, native), np.arange(len(other.flags) + 3)
    counts = starts.before(places - 1), np.searchsorted(tokens[0], places - 1)
    if not np.array_equal(*tokens) or not np.array_equal(*counts):
        return f"tokens of {texts}"
    makers = _page, _prose, _transcript
    written = [[make(rng) for _ in range(rng.randint(1, 3))] for make in makers]
    for pages in (texts, *written):
        one, other = (
            make_chunk(0, pages, [[]] * len(pages), "en", each) for each in (plain, native)
        )
        for name in ("classes", "flags", "breaks", "offsets"):
            if not np.array_equal(getattr(one.folded, name), getattr(other.folded, name)):
                return f"folded: {name} of what is seen of {pages}"
        spans, others = vars(one.paragraphs), vars(other.paragraphs)
        if not all(np.array_equal(spans[name], others[name]) for name in spans):
            return f"paragraphs of {pages}"
        if pages is not texts and not all(map(np.array_equal, *map(_sentences, (one, other)))):
            return f"sentences of {pages}"
    return ""


def ends_of_lines() -> tuple[int, Offsets, Offsets]:
    """Return how many words end a line, and where both engines see paragraphs begin around it."""
    words = [*LEADING, *NUMBERED, "house", "xof", "Sept", "towardss"]
    texts = [
        f"The ministers talked for many hours {word}\n{following} and left."
        for word in words
        for following in ("Peace", "5 people", "talks")
    ]
    one, other = (
        make_chunk(0, texts, [[]] * len(texts), "en", Alphabet((), folding)).paragraphs.start
        for folding in (None, make_folding())
    )
    return len(words), one, other


BESIDE = [
    "Rain fell on the don\u2019t-care town.", "\u201cA truce,\u201d she said.", "He added: no.",
    "She knew.", "'Not now'  they  said.", "don't  'go'", "Don't  go.", '5" wide', "The plan:",
    "\u2022 a truce", "- talks:", "3. peace", "S", "&quot;Go&quot;", "He", "  'tis", "«Oui»",
    "It\u2019s  \u2019n\u2019  so", "said Caf\u0065\u0301 'owners'",
]  # fmt: skip
# Of these paragraphs are thrown together too: marks, points of lists, and what is folded.
_SIGNS = list("\"'`“”‘’«»:•-*–0 3.HeShe é\u0301\u200b\xad\ufeff\u2060ﬁ&")
_SIGNS += ["&quot;", "&amp;", "&nbsp;", "He ", "She ", " \n", "-\n", "\r\n", "\u2029", "\x0c"]


def neighbours_differ(seed: int) -> str:
    """Return which paragraphs beside some the engines show differently, "" for none."""
    rng = np.random.default_rng(seed)
    texts = ["\n\n".join(rng.choice(BESIDE, size)) for size in rng.integers(0, 12, 3)]
    texts += ["\n\n".join("".join(rng.choice(_SIGNS, size)) for size in rng.integers(0, 9, 6))]
    chunk = make_chunk(0, texts, [[]] * 4, "en", Alphabet(["truce"], make_folding()))
    wanted = rng.random(len(chunk.paragraphs.start)) < rng.choice([0.1, 0.5])
    expected = chunks._with_neighbours(chunk, wanted) | chunks._with_leads(chunk, wanted)
    shown = chunks._with_needed(chunk, wanted)
    return "" if (shown == expected).all() else f"{shown.tolist()} instead of {expected.tolist()}"


def words_differ(seed: int) -> str:
    """Return what is read differently of the words and signs around hits, "" for nothing."""
    rng = random.Random(seed)
    known = ["said", "That", "officials", "WITHOUT", "and,", "oﬃcials", "representatives", "saidx"]
    # sentencex cannot read half of a surrogate pair.
    some = [*known, *WORDS, *(text for text in HOSTILE if text != "\ud800")]
    texts = [
        "".join(rng.choice(some) + rng.choice(JOINTS) for _ in range(rng.choice([1, 5, 60])))
        for _ in range(3)
    ]
    chunk = make_chunk(0, texts, [[]] * 3, "en", Alphabet(["peace"], make_folding()))
    reader, flags = make_reader(chunk, load_cues("en")), chunk.folded.flags
    every = np.arange(-2, len(flags))
    spaced, letter = flags & SPACE > 0, flags & WORD > 0
    mixed = np.array(rng.sample(every.tolist(), len(every)), dtype=np.int64)
    for positions in (every, mixed, every[:0]):
        at = chunk.folded.into_text(positions)
        pairs = {
            "words": (reader.words(positions), reader.look_up(positions)),
            "codes": (reader.code(positions), chunk.codes.take(at, mode="clip")),
            "tokens": (reader.token(positions), chunk.tokens.searchsorted(positions)),
            "rows": (reader.row(positions), chunk.first.searchsorted(positions, "right") - 1),
            "signs": (reader.sign_at, np.flatnonzero((flags & (WORD | SPACE)) == 0)),
            "letters": (reader.has(positions, WORD), flags[positions] & WORD > 0),
            "joints": (reader.joined(positions), spaced[positions - 1] & letter[positions - 2]),
        }
        for name, (one, other) in pairs.items():
            if not np.array_equal(one, other):
                return f"{name} of {texts}"
    return ""


# Cues, words that end their scope, and signs around them.
_DENIALS = (
    "No no not n't don't Don't didn't isn't cannot never without nobody No. No-one no-fly 10 "
    "10- 5, refuse refused refuses to rejected deny denied that denies rule out ruled out "
    "anything but not just far from is out of the question has failed will begin hold holds "
    "attack undermine if If unless had Had were Were he they Russia may May might could "
    "possible alleged doubt doubts whether is doubtful until before Monday May 9 and but or nor "
    "than , ; : — - – … . ? ! ( ) who which that one of more than ever said told signed signed, "
    "a the new lasting, real, fragile immediate, unconditional largely and also was were will "
    "happen anyone reported whose son backs back to at under against died nobody who "
    "by won't would Who Why Could can't wants signed. ruled which no. any going "
    "came few little any, want"
)
_CLAUSES = (
    "talks, which never came|peace, which did not happen|truce, which was rejected by|, which is"
    "|Few, if any, want"
)
DENIALS = [*_DENIALS.split(" "), *_CLAUSES.split("|")]
_PEACE = fr.make_lexicon({"peace": ["peace"]})
_CUED = Matcher(_PEACE, context_patterns("en", None))


def negation_differs(seed: int) -> str:
    """Return what the engines say differently of denied and uncertain hits, "" for nothing."""
    rng = random.Random(seed)
    words = [*DENIALS * 3, *(text for text in (*WORDS, *HOSTILE) if text != "\ud800")]
    joints = [" "] * 30 + [", ", ". ", "? ", "\n", " - ", "", " \u200b", "  "]
    texts = [
        "".join(rng.choice(words) + rng.choice(joints) for _ in range(rng.choice([3, 20, 120])))
        for _ in range(rng.randint(1, 3))
    ]
    chunk = make_chunk(0, texts, [[]] * len(texts), "en", _CUED.alphabet)
    row = np.flatnonzero(np.array([rng.random() < 0.7 for _ in chunk.first], dtype=bool))
    part = excerpt(chunk, row) if rng.random() < 0.5 and len(row) else chunk
    reader, cues = make_reader(part, load_cues("en")), _CUED.cues(part)
    # Hits are where a word begins, of one word or two, and some that end inside a word or before a
    # comma.
    tokens = part.tokens
    place = np.flatnonzero([rng.random() < 0.5 for _ in tokens[:-2]])
    start = tokens[place]
    end = tokens[place + np.array([rng.choice([1, 1, 2]) for _ in place], dtype=np.int64)] - 1
    end = np.maximum(end - [rng.choice([0, 0, 1]) for _ in place], start + 1)
    negative = np.array([rng.random() < 0.2 for _ in place], dtype=bool)
    for hedges in (True, False):
        found = denied(reader, cues, start, end, negative, hedges=hedges)
        others = negated_by_rules(reader, cues, start, end, negative, hedges=hedges)
        for name, one, other in zip(("rejected", "hedged"), found, others, strict=True):
            if not np.array_equal(one, other):
                return f"{name} of {texts}: {start[one != other].tolist()}"
    return ""


# Verbs of saying, names, titles, nouns of speech, quotations, and signs around them.
_SPEECH = (
    "said said says told claim claims claimed called wrote argued added adding citing according "
    "to saying warned repeated praised hailed asked noted put it speaking he she He She they I you "
    "You who that so so. Putin Putin, Trump Trump, Putin’s Trump’s Putin's Trump: Putin: Donald "
    "Melania Vladimir Jr. Jr President Chancellor Merz Merz, Friedrich Peskov Peskov, Dmitry the "
    "The a an aide spokesman secretary adviser of in In by from on at Monday Friday New York "
    "officials Officials minister envoy still has had earlier words view claim promise message "
    "statement was is came not clear clear: is left met and but And But although after After Hours "
    "despite believes thinks, yes nothing truce truce. near near, holds, (73) (D), "
    '[Trump](https://x.y) **Trump** **Jane , : ; — – - . ? ! “ ” ‘ ’ " “No.” “No,” '
    "“Yes,” “Soon?” “Never” ,” .” ?” .” – Q TRUMP: Q: [00:12] (laughs)"
)
SPEECH = _SPEECH.split(" ")
# Marks of all families, and what is none.
_MARKS = (
    "' ''' '' `` ` “ ” ‘ ’ „ ‟ « » ‹ › \" ＂ ‚ ‛ 'tis ’twas '90s ’25 boss’ S' talks' ,'No ( ) [ …"
)
MARKS = _MARKS.split(" ")
# What takes several words in their order.
_TURNS = (
    "as Putin put it,|Putin’s claim that|Trump’s promise to Putin on Monday that"
    "|Putin’s view is that|In President Putin’s words,|Putin’s message was clear:"
    "|“No,” was Trump’s answer|statement by Trump|Putin met Trump and said"
    "|Trump, 73, left and said|Trump leaves and said|Trump says Putin left and|Angela Merkel"
    "|Joachim Merkel|Donald Trump Jr.|His wife Melania Trump|he said|she added|He said that"
    "|She said so.|He left.\n\n“Soon,” she said|and, in a rage, said|said a man who met Trump"
    "|said so,|the spokesman, Dmitry Peskov, told|The president’s envoy, Merz, said"
    "|Trump, who met Putin, said|according to White House secretary Peskov"
    "|, said a spokesman for the ministry.|Zelensky to Putin:|Trump in a post on Monday said"
    "|“The truce is near.” Putin said.|you said it, but|Hours after Trump|Trump has been clear:"
    "|said German Chancellor Friedrich Merz|Truce is near: Trump|in New York"
    "|analysts say they think|officials said that they hope|I hope|Vladimir Putin Jr. said|45% said"
    "|Putin smiled, saying|Trump shook his head, adding that|Speaking in Moscow, Putin left, saying"
    "|Trump – back from London – said|Trump—who met Putin—said|the envoy – Peskov – said"
    "|A truce – said Putin – is near|A truce is near, says Putin; it is dead, says Trump"
    "|Putin: near; Trump: dead|near: Putin; dead: Trump|Truce – Putin: no; Merz: yes"
    "|Standing beside Trump, Putin rose and said|At talks with Putin, Merz smiled and said"
    "|Trump (R-Fla.) said he|''No truce,''|Trump just|Donald “Don” Trump said|“No,” Trump (D) said"
)
TURNS = _TURNS.split("|")
_ACTORS = fr.make_actors(
    {
        "Putin": ["Vladimir Putin", "President Putin"],
        "Trump": ["Donald Trump", "President", "Melania"],
        "Merz": ["Friedrich Merz", "Chancellor"],
        "Peskov": ["Dmitry Peskov", "spokesman"],
        "Merkel": ["Angela Merkel"],
    }
)
_NAMED = Matcher(_PEACE, context_patterns("en", _ACTORS)), _CUED


def speech_differs(seed: int) -> str:
    """Return where the engines hear another speaker, "" for nowhere."""
    rng = random.Random(seed)
    words = [*SPEECH * 4, *TURNS * 8, *(text for text in (*WORDS, *HOSTILE) if text != "\ud800")]
    # Few words at a time, so that rules for several of them are met.
    words = [*rng.sample(words, rng.choice([8, 30, 120])), *MARKS * rng.choice([0, 0, 1])]
    joints = [" "] * 30 + [", ", ". ", "? ", "\n", "\n\n", " - ", "", ": ", "  "]
    texts = [
        "".join(rng.choice(words) + rng.choice(joints) for _ in range(rng.choice([3, 20, 120])))
        for _ in range(rng.randint(1, 3))
    ]
    matcher = rng.choice([_NAMED[0], _NAMED[0], _NAMED[1]])
    chunk = make_chunk(0, texts, [[]] * len(texts), "en", matcher.alphabet)
    row = np.flatnonzero(np.array([rng.random() < 0.7 for _ in chunk.first], dtype=bool))
    part = excerpt(chunk, row) if rng.random() < 0.5 and len(row) else chunk
    reader, cues = make_reader(part, load_cues("en")), matcher.cues(part)
    start = part.tokens[part.tokens >= part.first[:1].sum()]
    quotes = find_quotes(reader)
    others = quotes_by_rules(reader, *paragraph_bounds(part))
    if not all(map(np.array_equal, vars(quotes).values(), vars(others).values())):
        return f"quotations of {texts}"
    one, other = (
        find(reader, cues, quotes, start, reader.row(start))
        for find in (name_speakers, speakers_by_rules)
    )
    if not np.array_equal(one, other):
        return f"speakers of {texts}: {one.tolist()} instead of {other.tolist()}"
    return ""


def _page(rng: random.Random) -> str:
    """Return lines of about one width, or of several."""
    width, ends = rng.choice([8, 30, 45, 70, 120]), rng.choice([["\n"], LINE_ENDS, ["\n", "\n\n"]])
    lines = []
    for _ in range(rng.choice([1, 2, 3, 5, 15])):
        line = ""
        while len(line) < (width if rng.random() < 0.8 else rng.randint(0, width)):
            line += rng.choice(WORDS) + rng.choice([" ", " ", " ", ", ", ". "])
        line = line[:1].upper() + line[1:] if rng.random() < 0.3 else line
        lines.append(line + rng.choice(["", "", "", ".", ",", ".”"]) + rng.choice(ends))
    return "".join(lines)


def _prose(rng: random.Random) -> str:
    """Return sentences, with a few abbreviations, quotations, brackets or signs of lists."""
    words = ["He", "The", "Talks", "peace", "ended", "no", *rng.sample(PROSE, 4)]
    ends = [". ", *rng.sample(ENDS, 3)]
    pieces = [
        rng.choice(words) + (rng.choice(ends) if rng.random() < 0.3 else " ")
        for _ in range(rng.choice([3, 10, 30]))
    ]
    if rng.random() < 0.5:
        opening, closing = rng.choice(["“”", '""', "()", "‘’"])
        first, last = sorted(rng.choices(range(len(pieces)), k=2))
        pieces[first] = opening + pieces[first]
        pieces[last] = pieces[last].rstrip() + closing + " "
    return "".join(pieces)


def _transcript(rng: random.Random) -> str:
    """Return lines that begin with some labels of speakers, which may come again."""
    labels, indent = rng.sample(LABELS, 4), rng.choice(["", "", " ", "  "])
    lines = [
        rng.choice(labels) + rng.choice(["", indent]) + rng.choice(["", "Soon. ", _prose(rng)])
        for _ in range(rng.choice([1, 4, 12]))
    ]
    return rng.choice(["\n", "\n\n", " "]).join(indent + line for line in lines)


def _sentences(chunk: Chunk) -> tuple[Offsets, ...]:
    """Return what says where the sentences of a text are and who speaks in them."""
    return chunk.document, chunk.paragraph, chunk.first, chunk.last, chunk.turn, chunk.spoken


def _any(rng: random.Random) -> str:
    return chr(rng.choice([rng.randrange(0x250), rng.randrange(0x3100), rng.randrange(0x110000)]))


def main() -> None:
    """Run many examples, in a given library if there is a third argument."""
    past = int(sys.argv[1])
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    if len(sys.argv) > 3:
        library.PATH = Path(sys.argv[3])
    if library.loaded_library() is None:
        sys.exit("There is no native engine.")
    wrong = 0
    for seed in range(first, past):
        why = differs(seed) or negation_differs(seed) or speech_differs(seed)
        why = why or neighbours_differ(seed) or folded_differs(seed) or words_differ(seed)
        if why:
            wrong += 1
            print(seed, why, flush=True)
    print(f"{past - first} examples, {wrong} differ")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
