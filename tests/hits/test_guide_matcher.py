"""The engine against a slow matcher that was written from the guide alone."""

import random

import pytest
from support import guide_matcher

import framing as fr

PLAIN = [
    "peace",
    "Peace",
    "talks",
    "deal",
    "land",
    "of",
    "the",
    "a",
    "now",
    "not",
    "did",
    "they",
    "cede",
    "ceded",
    "give",
    "up",
    "war",
]
ODD = [
    "épeace",
    "e\u0301cole",
    "école",
    "STRASSE",
    "straße",
    "ﬁnance",
    "pe\u00adace",
    "pe\u200bace",
    "ＰＥＡＣＥ",
    "don’t",
    "didn't",
]
ODD += [
    "they'll",
    "cease-fire",
    "cease\u2011fire",
    "ceasefire",
    "U.S.",
    "1,000",
    "@potus",
    "a@b.cd",
    "https://a.org/peace",
]
ODD += ["A.I.", "a.b.c", "p.m", "U.S", "3.5", "5", "1,5", "5.000.3", "$1.5", "1,000,5.", "v3.5x"]
ODD += ["停戦交渉", "彼はJapanで", "สันติ", "☮️", ":)", "İstanbul", "peace_x"]
WORDS = ["peace", "peace*", "talk*", "deal", "land", "of", "the", "*ace", "p?ace", "now", "not"]
ODD_WORDS = [
    "école",
    "straße",
    "finance",
    "cease-fire*",
    "don't",
    "n't",
    "'ll",
    "U.S.",
    "u.s",
    "a",
    "i",
    "s*",
    "u*",
    "1,000",
    "3.5",
    "5",
    "*5",
    "1*",
    "$1",
    "@potus",
    "停戦",
    "japan",
    "☮",
    "istanbul",
    "*n't",
]


def text_of(rng, odd):
    words = PLAIN + ODD if odd else PLAIN
    signs = [" "] * 6 + (
        [", ", ". ", "-", "  ", "’s ", "“", "\u00a0", "\n"] if odd else [", ", ". "]
    )
    return "x " + "".join(rng.choice(words) + rng.choice(signs) for _ in range(rng.randint(1, 12)))


def pattern_of(rng, odd, depth=0):
    words = WORDS + ODD_WORDS if odd else WORDS
    parts = [rng.choice(words)]
    for _ in range(rng.choice([0, 1, 1, 2])):
        parts.append(rng.choice(["", "", "~0", "~1", "~3", "~~2"]))
        bracket = depth == 0 and rng.random() < 0.4
        parts.append(
            f"({pattern_of(rng, odd, 1)}|{pattern_of(rng, odd, 1)})"
            if bracket
            else rng.choice(words)
        )
    return " ".join(part for part in parts if part)


def entry_of(rng, odd):
    """Return an entry, in one of three cases with a condition."""
    pattern = pattern_of(rng, odd)
    if rng.random() > 0.35:
        return pattern
    entry = {"pattern": pattern, rng.choice(["if", "if", "unless"]): pattern_of(rng, odd, 1)}
    kind = rng.random()
    if kind < 0.35:
        entry["within"] = rng.randint(1, 3)
    elif kind < 0.6 and "if" in entry:
        entry["before"] = rng.randint(1, 2)
    return entry


def differences(rng, count, odd):
    """Return the cases in which engine and slow matcher differ, of ``count`` texts."""
    wrong = []
    for _ in range(count // 20):
        texts = [text_of(rng, odd) for _ in range(20)]
        patterns = [entry_of(rng, odd) for _ in range(5)]
        # A frame for each, so that entries do not compete.
        lexicon = fr.make_lexicon(
            {f"f{n}": [pattern] for n, pattern in enumerate(patterns)}, shared=True
        )
        hits = fr.find_hits(fr.make_corpus(texts, furniture=False), lexicon)
        for doc_id, text in zip(hits.documents["doc_id"], texts, strict=True):
            own = hits.sentences[hits.sentences["doc_id"] == doc_id]
            spans = list(zip(own["start"], own["end"], strict=True))
            table = hits.table[hits.table["doc_id"] == doc_id]
            for frame, pattern in enumerate(patterns):
                rows = table[table["frame"] == f"f{frame}"]
                engine = set(zip(rows["start"], rows["end"], strict=True))
                expected = guide_matcher.matches(text, spans, pattern)
                if engine != expected:
                    wrong.append((text, pattern, sorted(engine), sorted(expected)))
    return wrong


@pytest.mark.parametrize("odd", [False, True])
def test_the_engine_does_what_the_guide_says(odd):
    assert differences(random.Random(7), 100, odd) == []
