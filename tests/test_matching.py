import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing import _text

WORDS = ["peace", "Peace", "peaceful", "épeace", "e\u0301cole", "école", "ÉCOLE", "İstanbul"]
WORDS += ["straße", "STRASSE", "ﬁnance", "don’t", "don't", "cease-fire", "cease\u2011fire", "7"]
WORDS += ["ceasefire", "\u212bland", "Åland", "☮️", "שלום", "سلام", "pe\u200bace", "pe\u00adace"]
GAPS = [" ", "  ", "\n", "\r\n", "\u00a0", ". ", "-", "’s ", "“", "” ", "\0", ", ", "\u200d", ""]
PATTERNS = ["peace", "peace*", "école", "istanbul", "strasse", "finance", "don't", "cease-fire*"]
PATTERNS += ["åland*", "שלום", "سلام*", "7"]

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=12).map(
    lambda pairs: "x" + "".join(word + gap for word, gap in pairs)
)


def found(texts, frames, nested="frame", **options):
    corpus = fr.make_corpus(texts, furniture=False)
    return fr.find_hits(corpus, fr.make_lexicon(frames, **options), nested=nested).table


def pairs(text, frames, nested="frame"):
    return found([text], frames, nested)[["frame", "entry"]].astype(str).to_numpy().tolist()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    texts=st.lists(texts, min_size=1, max_size=4),
    patterns=st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=4, unique=True),
    exceptions=st.lists(st.sampled_from(PATTERNS), max_size=1),
    size=st.sampled_from([1, 30, 1000]),
)
def test_same_hits_as_the_plain_reference(texts, patterns, exceptions, size):
    exceptions = [pattern for pattern in exceptions if pattern not in patterns]
    corpus = fr.make_corpus(texts, furniture=False)
    lexicon = fr.make_lexicon({"a": {"entries": patterns, "exceptions": exceptions}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_text, "CHUNK_CHARACTERS", size)
        hits = fr.find_hits(corpus, lexicon)
    for doc_id, text in zip(corpus.table["doc_id"], corpus.table["text"], strict=True):
        own = hits.sentences[hits.sentences["doc_id"] == doc_id]
        spans = list(zip(own["start"], own["end"], strict=True))
        expected = reference.hits(text, spans, {"a": (patterns, exceptions)})
        rows = hits.table[hits.table["doc_id"] == doc_id]
        fast = set(zip(rows["frame"], rows["start"], rows["end"], strict=True))
        assert fast == expected


def test_worked_cases_of_nested_matches():
    keys = {"pos": ["good"], "farewell": ["good bye"]}
    text = "say good bye to Hollywood"
    assert sorted(pairs(text, keys)) == [["farewell", "good bye"], ["pos", "good"]]
    assert pairs(text, keys, "lexicon") == [["farewell", "good bye"]]
    assert pairs("A B C", {"key": ["A B", "A B C"]}) == [["key", "A B C"]]
    counted = found(["a a b c c c e f"], {"one": ["a", "b", "b c"], "two": ["e", "f"]})
    assert counted["frame"].value_counts().to_dict() == {"one": 3, "two": 2}


def test_exceptions_silence_what_they_cover_in_their_own_frame():
    frames = {
        "peace": {"entries": ["peace", "mind"], "exceptions": ["peace of mind"]},
        "calm": ["peace*"],
    }
    assert sorted(pairs("Peace of mind, then peace.", frames)) == [
        ["calm", "peace*"],
        ["calm", "peace*"],
        ["peace", "peace"],
    ]


def test_exception_of_one_entry_leaves_the_others():
    entries = [{"pattern": "deal", "exceptions": ["trade deal"]}, "trade"]
    assert pairs("A trade deal.", {"a": entries}) == [["a", "trade"]]


@pytest.mark.parametrize(
    ("text", "entry", "matched"),
    [
        ("An épeace.", "peace", []),
        ("Ukraine’s fate", "ukraine", ["Ukraine"]),
        ("US-Russia ties", "us", ["US"]),
        ("He raised \u00a0many  eyebrows", "rais* many eyebrow*", ["raised \u00a0many  eyebrows"]),
        ("CEASE FIRES, cease\u2011fire", "cease-fire*", ["CEASE FIRES", "cease\u2011fire"]),
        ("U.S. aid", "U.S. aid", ["U.S. aid"]),
        ("STRASSE, straße", "straße", ["STRASSE", "straße"]),
        ("A truce. Talks", "truce talks", []),
        ("It cost $5 billion.", "$5 billion", ["$5 billion"]),
        ("peacemaker's", "peace*", ["peacemaker"]),
    ],
)
def test_what_an_entry_matches(text, entry, matched):
    rows = found([text], {"a": [entry]})
    spans = zip(rows["start"], rows["end"], strict=True)
    assert [text[start:end] for start, end in spans] == matched


def test_adjoining_articles_neither_make_nor_lose_a_match():
    rows = found(["peace", "talks", "peace talks"], {"a": ["peace talks", "talks"]})
    assert rows[["doc_id", "entry"]].astype(str).to_numpy().tolist() == [
        ["text2", "talks"],
        ["text3", "peace talks"],
    ]


def test_a_lexicon_of_many_scripts_uses_two_bytes_a_character():
    letters = [chr(code) for code in (*range(0x3B1, 0x3C9), *range(0x430, 0x450))]
    words = ["".join(pair) for pair in zip(letters, reversed(letters), strict=True)]
    words += [chr(code) * 2 for code in range(0x4E00, 0x4F00)]
    text = " ".join(words)
    rows = found([text], {"a": words})
    assert [text[a:b] for a, b in zip(rows["start"], rows["end"], strict=True)] == words


def test_a_long_text_of_one_word_is_counted_whole():
    text = "peace " * 100_000
    assert len(found([text], {"a": ["peace", "peace peace"]})) == 50_000


def test_an_entry_in_two_frames_counts_for_both_where_that_is_asked_for():
    rows = found(["A truce."], {"a": ["truce"], "b": ["truce"]}, shared=True)
    assert rows["frame"].tolist() == ["a", "b"]


def test_unknown_nested_rule_names_the_legal_ones():
    with pytest.raises(fr.InputError, match=r"nested='frames'.*'frame', 'lexicon'.*Did you mean"):
        found(["A truce."], {"a": ["truce"]}, nested="frames")
