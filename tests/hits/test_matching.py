import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import reference
from support.chunks import set_chunk_size

import framing as fr
from framing.hits.matcher import Matcher, count_matches

WORDS = ["peace", "Peace", "peaceful", "épeace", "e\u0301cole", "école", "ÉCOLE", "İstanbul"]
WORDS += ["straße", "STRASSE", "ﬁnance", "don’t", "don't", "cease-fire", "cease\u2011fire", "7"]
WORDS += ["ceasefire", "\u212bland", "Åland", "☮️", "שלום", "سلام", "pe\u200bace", "pe\u00adace"]
GAPS = [" ", "  ", "\n", "\r\n", "\u00a0", ". ", "-", "’s ", "“", "” ", ", ", "\u200d", ""]
PATTERNS = ["peace", "peace*", "école", "istanbul", "strasse", "finance", "don't", "cease-fire*"]
PATTERNS += [
    "åland*",
    "שלום",
    "سلام*",
    "7",
    "*ace",
    "p*c*",
    "??ace",
    "*ance",
    "cease*-fire",
    "*n't",
]
PARTS = [*PATTERNS[:11], "p*e", "(peace|7)", "(cease-fire|peace peace*)", "{group}"]
GAPPED = [" ", " ", " ~0 ", " ~1 ", " ~3 ", " ~~2 "]

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=12).map(
    lambda pairs: "x" + "".join(word + gap for word, gap in pairs)
)


def found(texts, frames, nested="frame", **options):
    corpus = fr.make_corpus(texts, furniture=False)
    return fr.find_hits(corpus, fr.make_lexicon(frames, **options), nested=nested).table


def pairs(text, frames, nested="frame"):
    return found([text], frames, nested)[["frame", "entry"]].astype(str).to_numpy().tolist()


patterns = st.one_of(
    st.sampled_from(PATTERNS),
    st.lists(
        st.tuples(st.sampled_from(GAPPED), st.sampled_from(PARTS)), min_size=1, max_size=3
    ).map(lambda pairs: "".join(gap + part for gap, part in pairs).lstrip(" ~0123456789") or "7"),
)


@st.composite
def entries(draw):
    entry = {"frame": draw(st.sampled_from(["a", "b"])), "pattern": draw(patterns)}
    if draw(st.integers(0, 3)) == 0:
        entry["exceptions"] = draw(st.lists(patterns, max_size=2))
    if draw(st.integers(0, 3)) == 0:
        entry[draw(st.sampled_from(["if", "unless"]))] = draw(patterns)
        entry["within"] = draw(st.sampled_from(["sentence", 1, 3]))
        if "if" in entry and entry["within"] == "sentence":
            entry["before"] = draw(st.integers(0, 2))
    return entry


def lexicon_of(rows, exceptions, groups):
    frames = {}
    for row in rows:
        own = {key: value for key, value in row.items() if key != "frame"}
        table = frames.setdefault(row["frame"], {"entries": []})
        table["entries"].append(own)
        table["exceptions"] = exceptions.get(row["frame"], [])
    return fr.make_lexicon(frames, shared=True, groups=groups)


def assert_same_counts(counts, hits):
    """Hold counts without sentences to the hits with them."""
    scores = fr.score(hits, unit="document", kind="count").table
    columns = ["frame", "numerator", "denominator"]
    tokens = hits.sentences.groupby("doc_id")["tokens"].sum()
    expected = scores[columns].assign(denominator=scores["unit_id"].map(tokens).fillna(0))
    assert counts[columns].to_numpy().tolist() == expected.to_numpy().tolist()
    assert counts["doc_id"].tolist() == scores["unit_id"].tolist()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    texts=st.lists(texts, min_size=1, max_size=4),
    rows=st.lists(
        entries(), min_size=1, max_size=4, unique_by=lambda row: reference.fold(row["pattern"])
    ),
    masks=st.lists(patterns, max_size=1),
    group=st.lists(st.sampled_from(PARTS[:-1]), min_size=1, max_size=3),
    nested=st.sampled_from(["frame", "lexicon"]),
    size=st.sampled_from([1, 30, 1000]),
)
def test_same_hits_as_the_plain_reference(texts, rows, masks, group, nested, size):
    groups, exceptions = {"group": group}, {"a": masks}
    lexicon = lexicon_of(rows, exceptions, groups)
    order = {frame: rank for rank, frame in enumerate(lexicon.frames["frame"])}
    rows = sorted(rows, key=lambda row: order[row["frame"]])
    corpus = fr.make_corpus(texts, furniture=False)
    with pytest.MonkeyPatch.context() as patch:
        set_chunk_size(patch, size)
        hits = fr.find_hits(corpus, lexicon, nested=nested)
        counts = fr.count_hits(corpus, lexicon, nested=nested)
    assert_same_counts(counts, hits)
    for doc_id, text in zip(corpus.table["doc_id"], corpus.table["text"], strict=True):
        own = hits.sentences[hits.sentences["doc_id"] == doc_id]
        spans = list(zip(own["start"], own["end"], strict=True))
        expected = reference.hits(text, spans, rows, exceptions, groups, nested)
        found = hits.table[hits.table["doc_id"] == doc_id]
        assert set(zip(found["frame"], found["start"], found["end"], strict=True)) == expected


def test_worked_cases_of_nested_matches():
    keys = {"pos": ["good"], "farewell": ["good bye"]}
    text = "say good bye to Hollywood"
    assert sorted(pairs(text, keys)) == [["farewell", "good bye"], ["pos", "good"]]
    assert pairs(text, keys, "lexicon") == [["farewell", "good bye"]]
    assert pairs("A B C", {"key": ["A B", "A B C"]}) == [["key", "A B C"]]
    # Of two that overlap in one frame the first counts; in two frames both, under either rule.
    assert pairs("A B C", {"one": ["A B", "B C"]}) == [["one", "A B"]]
    for rule in ("frame", "lexicon"):
        two = pairs("A B C", {"one": ["A B"], "two": ["B C"]}, rule)
        assert sorted(two) == [["one", "A B"], ["two", "B C"]]
    counted = found(["a a b c c c e f"], {"one": ["a", "b", "b c"], "two": ["e", "f"]})
    assert counted["frame"].value_counts().to_dict() == {"one": 3, "two": 2}


def test_worked_cases_of_quantedas_own_tests():
    """Those of its test-tokens_lookup.R (issues 388 and 502) that ask for no other tokens."""
    ocean = "The United States of America is bordered by the Atlantic Ocean and the Pacific Ocean."
    court = "The Supreme Court of the United States is seldom in a united state."
    counted = found(
        [ocean, court],
        {"Countries": ["United States", "United States of America"], "oceans": ["Ocean"]},
    )
    assert counted["frame"].tolist() == ["Countries", "oceans", "oceans", "Countries"]
    globs = {"Countries": ["Stat*"], "oceans": ["*ic"], "consoles": ["?box"], "swords": ["*s"]}
    counted = found(["The United States is bordered by the Atlantic Ocean.", court], globs)
    assert counted.astype({"frame": str}).groupby("doc_id")["frame"].value_counts().to_dict() == {
        ("text1", "Countries"): 1,
        ("text1", "swords"): 2,
        ("text1", "oceans"): 1,
        ("text2", "Countries"): 2,
        ("text2", "swords"): 2,
    }
    for values in (["A B", "A B C"], ["B C", "A B C"]):
        assert pairs("A B C", {"key": values}) == [["key", "A B C"]]


def test_a_word_inside_a_phrase_of_another_frame():
    """The example of quanteda's issue 2063."""
    frames = {"positive": ["good", "not bad"], "negative": ["not good"]}
    texts = "The good test was not good", "It's not good to be not bad"
    scoped = [[frame for frame, _ in pairs(text, frames, "lexicon")] for text in texts]
    assert scoped == [["positive", "negative"], ["negative", "positive"]]
    plain = sorted(frame for text in texts for frame, _ in pairs(text, frames))
    assert plain == ["negative"] * 2 + ["positive"] * 4


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
        ("A truce! Talks", "truce talks", []),
        ("A truce \nTalks", "truce talks", []),
        ("A truce\t\r\nTalks", "truce talks", []),
        ("A truce  \ttalks", "truce talks", ["truce  \ttalks"]),
        ("It cost $5 billion.", "$5 billion", ["$5 billion"]),
        ("peacemaker's", "peace*", ["peacemaker"]),
        ("uncompromising, compromise", "*compromis*", ["uncompromising", "compromise"]),
        ("organisation organization organiation", "organi?ation", ["organisation", "organization"]),
        ("He didn’t, can't, went.", "*n't", ["didn’t", "can't"]),
        ("They ruled out joining NATO.", "rul* out ~4 nato", ["ruled out joining NATO"]),
        ("They ruled it out. NATO met.", "rul* ~1 out ~4 nato", []),
        ("NATO was ruled out", "rul* out ~~1 nato", ["NATO was ruled out"]),
        ("NATO was not quite ruled out", "rul* out ~~1 nato", []),
        ("It gave up land and ceded land.", "(ced*|gave up) land", ["gave up land", "ceded land"]),
        ("talks on talks on peace", "talks ~9 peace", ["talks on peace"]),
        ("to cede the Donbas region", "cede ~2 {land}", ["cede the Donbas"]),
        ("هذا ســـلام جديد", "سلام", ["ســـلام"]),
        ("هذا سَلَامٌ جديد", "سلام", ["سَلَام"]),
        ("هذا سلام جديد", "سَلَام", ["سلام"]),
        ("זה שָׁלוֹם חדש", "שלום", ["שָׁלוֹם"]),
        ("Он хочет ми́ра, не мира̀.", "мира", ["ми́ра"]),
        ("Он хочет мира.", "ми́ра", ["мира"]),
        ("The _truce_ of snake_truce_x is at x.org/_truce_/.", "truce", ["truce"]),
        ("> nego-\n> tiations failed", "negotiations", ["nego-\n> tiations"]),
        ("nego-\n> tiations failed", "negotiations", []),
    ],
)
def test_what_an_entry_matches(text, entry, matched):
    rows = found([text], {"a": [entry]}, groups={"land": ["territor*", "donbas"]})
    spans = zip(rows["start"], rows["end"], strict=True)
    assert [text[start:end] for start, end in spans] == matched
    lexicon = fr.make_lexicon({"a": [entry]}, groups={"land": ["territor*", "donbas"]})
    assert fr.count_hits(fr.make_corpus([text]), lexicon)["n"].sum() == len(matched)


@pytest.mark.parametrize(
    ("text", "entry", "matched"),
    [
        ("US aid for us, the US.", {"pattern": "US", "case": True}, ["US", "US"]),
        ("Concern about the deal.", {"pattern": "concern*", "if": "deal"}, ["Concern"]),
        ("Concern grew. The deal held.", {"pattern": "concern*", "if": "deal"}, []),
        ("Deal after deal.", {"pattern": "deal", "if": "deal"}, ["Deal", "deal"]),
        ("One deal.", {"pattern": "deal", "if": "deal"}, []),
        ("A trade deal, a deal.", {"pattern": "deal", "unless": "trade"}, []),
        ("A trade deal, a deal.", {"pattern": "deal", "unless": "trade", "within": 1}, ["deal"]),
        ("Fears of a deal.", {"pattern": "fear*", "if": "deal", "within": 2}, ["Fears"]),
        ("Fears of a bad deal.", {"pattern": "fear*", "if": "deal", "within": 2}, []),
        # One sentence back, not two, and never forward.
        ("A deal. Fears.", {"pattern": "fear*", "if": "deal", "before": 1}, ["Fears"]),
        ("A deal. Rain. Fears.", {"pattern": "fear*", "if": "deal", "before": 1}, []),
        ("A deal. Rain. Fears.", {"pattern": "fear*", "if": "deal", "before": 2}, ["Fears"]),
        ("Fears. A deal.", {"pattern": "fear*", "if": "deal", "before": 1}, []),
        ("Fears of a deal.", {"pattern": "fear*", "if": "deal", "before": 1}, ["Fears"]),
        ("Fears. Fears.", {"pattern": "fear*", "if": "fear*", "before": 1}, ["Fears"]),
        # A paragraph is no border; what forbids is looked for in the sentence alone.
        ("A deal.\n\nFears.", {"pattern": "fear*", "if": "deal", "before": 1}, ["Fears"]),
        (
            "A deal on trade. Fears. Fears, trade.",
            {"pattern": "fear*", "if": "(deal|fears)", "unless": "trade", "before": 1},
            ["Fears"],
        ),
    ],
)
def test_when_an_entry_counts(text, entry, matched):
    rows = found([text], {"a": [entry]})
    assert [text[a:b] for a, b in zip(rows["start"], rows["end"], strict=True)] == matched


@pytest.mark.parametrize("text", ["Not now. 'Ll go!", "They'll go.", "Now 'll go."])
@pytest.mark.parametrize("native", [True, False])
def test_hits_are_counted_where_they_are_found(native, text):
    lexicon = fr.make_lexicon({"a": ["'ll"]})
    matcher = Matcher(lexicon, native=native)
    counted = count_matches(matcher, "frame", "en", 0, [text], [[]])[0]["entry"]
    assert len(counted) == len(fr.find_hits(fr.make_corpus([text]), lexicon))


@pytest.mark.parametrize("plain", [[], [f"word{n}" for n in range(40)]])
@pytest.mark.parametrize("size", [1, 1000])
def test_no_condition_looks_back_into_the_article_before(plain, size, monkeypatch):
    # With many entries that have no condition counts come by another way.
    set_chunk_size(monkeypatch, size)
    entry = {"pattern": "fear*", "if": "deal", "before": 1}
    lexicon = fr.make_lexicon({"a": [entry, *plain]})
    corpus = fr.make_corpus(["Rain. A deal.", "Fears.", "A deal. Fears. Fears.", "Snow.", "Fears."])
    hits = fr.find_hits(corpus, lexicon)
    assert hits.table[["doc_id", "sentence"]].to_numpy().tolist() == [["text3", 2]]
    counts = fr.count_hits(corpus, lexicon)
    assert_same_counts(counts, hits)
    assert counts["n"].tolist() == [0, 0, 1, 0, 0]


def test_an_entry_of_thousands_of_alternatives_is_joined_not_written_out():
    groups = {"verb": [f"verb{n}" for n in range(90)], "noun": [f"noun{n} x{n}" for n in range(90)]}
    lexicon = fr.make_lexicon({"a": ["{verb} ~3 {noun}"]}, groups=groups)
    text = "It verb7 the old noun8 x8, did verb9 noun1 x2 and verb3 all of noun4 x4."
    hits = fr.find_hits(fr.make_corpus([text]), lexicon).table
    assert [text[a:b] for a, b in zip(hits["start"], hits["end"], strict=True)] == [
        "verb7 the old noun8 x8",
        "verb3 all of noun4 x4",
    ]
    # 90 verbs, 90 nouns: 180 literals to look for, not 8,100.
    assert len(Matcher(lexicon).finder.automaton.number) == 180


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


def test_another_language_of_the_lexicon_is_a_warning_and_an_unknown_one_an_error():
    corpus = fr.make_corpus(["Eine Waffenruhe."], language="de")
    lexicon = fr.make_lexicon({"peace": ["Waffenruhe"]})
    for search in (fr.find_hits, fr.count_hits):
        with pytest.warns(UserWarning, match="'unnamed' is in 'en', the corpus in 'de'"):
            search(corpus, lexicon)
    fr.find_hits(corpus, fr.make_lexicon({"peace": ["Waffenruhe"]}, language="de"))
    assert len(fr.kwic(corpus, "Waffenruhe").table) == 1
    for language in ("xx", "", "EN", "english", None):
        with pytest.raises(fr.InputError, match=r"ISO 639-1: aa ab ae .* de dv dz ee el en"):
            fr.make_corpus(["A truce."], language=language)
        if language:
            with pytest.raises(fr.InputError, match="ISO 639-1"):
                fr.make_lexicon({"peace": ["truce"]}, language=language)


def test_what_is_written_to_a_result_changes_no_corpus_no_lexicon_and_no_later_result():
    corpus = fr.make_corpus(["A truce.", "No talks."], source=["A", "B"])
    lexicon = fr.make_lexicon({"peace": ["truce", "talks"]})
    before, hits = fr.find_hits(corpus, lexicon), fr.find_hits(corpus, lexicon)
    hits.documents["source"] = "C"
    hits.documents["mine"] = 1
    hits.entries["weight"] = 9.0
    hits.table["entry"] = hits.table["entry"].cat.rename_categories(["x", "y"])
    hits.table["speaker"] = hits.table["speaker"].cat.add_categories(["me"])
    assert corpus.table["source"].tolist() == ["A", "B"]
    assert lexicon.table["weight"].tolist() == [1.0, 1.0]
    after = fr.find_hits(corpus, lexicon)
    for name in ("table", "documents", "entries"):
        pd.testing.assert_frame_equal(getattr(after, name), getattr(before, name))


def test_lines_to_fill_in_are_counted_as_they_stand():
    # Underscores around a word are not seen; those of a line to fill in are no such marks.
    texts = ["Name: _\u200b_\u200b_ here.", "They do _not_ want it.", "A _“truce”_ holds."]
    assert fr.make_corpus(texts).sentences["tokens"].tolist() == [5, 5, 3]


def test_tags_around_words_are_not_seen():
    # Of a tag that does not close, or that is none, nobody can tell.
    texts = [
        "They do <i>not</i> want <a href='x.org'>a truce</a>.",
        "A <em class='i'>cease<b>-fire</b></em>.",
        "The CO<sub>2</sub> deal.",
        "A <i>truce, and <b>it</i> holds.",
        "If a < b and c > d, i </i> b.",
    ]
    corpus = fr.make_corpus(texts)
    assert corpus.sentences["tokens"].tolist() == [6, 3, 3, 6, 9]
    lexicon = fr.make_lexicon({"peace": ["truce", "cease-fire"], "me": ["i"]})
    hits = fr.find_hits(corpus, lexicon).table
    found = [
        (texts[int(hit.doc_id[4:]) - 1][hit.start : hit.end], bool(hit.rejected))
        for hit in hits.itertuples()
    ]
    assert found[:3] == [("truce", True), ("cease<b>-fire", False), ("truce", False)]
    assert found[3:] == [("i", False)] * 2


def test_lexicons_with_other_letters_in_turn_find_what_each_finds_alone():
    corpus = fr.make_corpus(["There is no truce, he said. The naïve Žďár plan does not hold."])
    for word, start in [("truce", 12), ("žďár", 38), ("plan", 43)] * 2:
        table = fr.find_hits(corpus, fr.make_lexicon({"f": [word]})).table
        assert table["start"].tolist() == [start]
        assert table["rejected"].tolist() == [True]
