import dataclasses

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing.lexicons.patterns import glob_matches

HEAD = 'name = "mine"\nversion = "1.0"\n'


def read(tmp_path, content):
    path = tmp_path / "mine.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return fr.read_lexicon(path)


@pytest.mark.parametrize(
    ("pattern", "words", "others"),
    [
        ("a*b*c", "abc axbxc abbc abcbc", "ac acb abcd bac"),
        ("a*b?*c", "abxc axbxc abbc", "abc axbc"),
        ("*b*", "b ab bc abc", "ac"),
        ("a**c", "ac abc", "a c"),
        ("a?c", "abc", "ac abbc"),
    ],
)
def test_a_wildcard_stands_for_any_letters_or_none(pattern, words, others):
    assert [word for word in words.split() if not glob_matches(pattern, word)] == []
    assert [word for word in others.split() if glob_matches(pattern, word)] == []


def test_a_file_gives_entries_exceptions_and_weights(tmp_path):
    lexicon = read(
        tmp_path,
        HEAD + 'language = "en"\nsource = "me"\nlicence = "CC0"\nexceptions = ["peace prize"]\n'
        '[frames.peace]\ndescription = "An end"\nexceptions = ["peace of mind"]\n'
        'entries = ["peace", {pattern = "talk*", weight = 0.5, exceptions = ["talk show"]}]\n'
        '[frames.doubt]\nentries = ["wary"]\n',
    )
    columns = ["frame", "pattern", "weight", "exceptions"]
    assert lexicon.table[columns].to_dict("list") == {
        "frame": ["peace", "peace", "doubt"],
        "pattern": ["peace", "talk*", "wary"],
        "weight": [1.0, 0.5, 1.0],
        "exceptions": [(), ("talk show",), ()],
    }
    assert lexicon.frames["exceptions"].tolist() == [("peace of mind",), ()]
    assert (lexicon.name, lexicon.version, lexicon.licence) == ("mine", "1.0", "CC0")
    text = "Peace talks, a talk show, a peace prize and peace of mind make all wary."
    hits = fr.find_hits(fr.make_corpus([text]), lexicon)
    assert hits.table["entry"].tolist() == ["peace", "talk*", "wary"]
    assert hits.table["weight"].tolist() == [1.0, 0.5, 1.0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[frames.a]\nentris = []\n", r"line 2: unknown key 'entris'.*Did you mean 'entries'"),
        ('nmae = "x"\n[frames.a]\nentries = ["b"]\n', r"line 1: unknown key 'nmae'.*'name'"),
        (
            '[frames.a]\nentries = [\n"b",\n{pattern = "c", wieght = 2}]\n',
            r"line 4: unknown key 'wieght'.*Did you mean 'weight'",
        ),
        ('[frames.a]\nentries = [\n"b",\n""]\n', r"line 4: entry 2 of frame 'a' is empty \(''\)"),
        ('[frames.a]\nentries = ["b", "* "]\n', r"entry 2 of frame 'a' is empty"),
        ('[frames.a]\nentries = ["b *"]\n', r"line 2: .*'b \*': '\*' has no letter.* such as ~1"),
        ('[frames.a]\nentries = ["(b|c"]\n', r"'\(b\|c': the \( in column 1 is not closed"),
        ('[frames.a]\nentries = ["b c)"]\n', r"'b c\)': a '\)' in column 4 without the bracket"),
        ('[frames.a]\nentries = ["b(c|d)"]\n', r"'\(' in column 2 needs a space before it"),
        ('[frames.a]\nentries = ["b ~3"]\n', r"a gap \(~\) needs a word on either side"),
        ('[frames.a]\nentries = ["b ~ c"]\n', r"'~' in column 3 has a special meaning"),
        ('[frames.a]\nentries = ["b ~3 {lnd}"]\n[groups]\nland = ["x"]\n',
         r"no group 'lnd'; the groups are 'land'.*Did you mean 'land'"),
        ('[frames.a]\nentries = ["b ~3 {land}"]\n', r"no group 'land'; there are none. Write them"),
        ('[frames]\na = ["b"]\n', r"line 2: the frame 'a' is no table. Write \[frames.a\]"),
        ('[frames.a]\nentries = ["b"]\n[groups]\nx = ["c", "{x}"]\n', r"group 'x' contains itself"),
        ('[frames.a]\nentries = ["b"]\n[groups]\nx = []\n', r"line 4: group 'x' is empty"),
        ('[frames.a]\nentries = [{pattern = "(B|C)", case = true}]\n', r"case = true works only"),
        ('[frames.a]\nentries = [{pattern = "b", denies = "yes"}]\n',
         r"line 2: .* denies: expected true or false.*without quotes"),
        ('[frames.a]\nentries = [{pattern = "b", within = 3}]\n', r"Add if or unless"),
        ('[frames.a]\nentries = [{pattern = "b", if = "c", within = 0}]\n', r"within = 0 cannot"),
        ('[frames.a]\nentries = [{pattern = "b", before = 1}]\n', r"before works only .* Add if"),
        ('[frames.a]\nentries = [{pattern = "b", unless = "c", before = 1}]\n', r"before works"),
        ('[frames.a]\nentries = [{pattern = "b", if = "c", before = -1}]\n', r"before = -1 cannot"),
        ('[frames.a]\nentries = [{pattern = "b", if = "c", within = 2, before = 1}]\n',
         r"before and within = 2 cannot be used together"),
        ('[frames.a]\nentries = [{pattern = "b", if = "~c"}]\n', r"if, '~c': '~' in column 1"),
        ('[frames.a]\nentries = ["b"]\n[frames.c]\nentries = ["B"]\n',
         r"line 4: entry 'B' is in the frames 'a', 'c'.*shared = true"),
        ('[frames.a]\nentries = ["b", "B"]\n', r"entry 'B' is in frame 'a' twice"),
        ("[frames.a]\nentries = []\n", r"line 1: frame 'a' has no entries"),
        ('name = "x"\n', r"no frames"),
        ('[frames.a]\nentries = "truce"\n',
         r"line 2: frames a entries: expected a list, got text.* A list stands in \[ \]"),
        ("[frames.a]\nentries = [7]\n", r"frames a entries number 1: expected .*got a number"),
        ('[frames.a]\nentries = [{pattern = "b", weight = 0}]\n', r"weight 0.* of entry 'b'"),
        ('[frames.a]\nentries = [{pattern = "b", weight = nan}]\n', r"weight nan of entry 'b'"),
        ('[frames.a]\nentries = ["b"\n"c"]\n', r"mine\.toml, line 3, column 1: this is not TOML"),
        ('[frames.a]\r\nentries = ["b"\r\n"c"]\r\n', r"mine\.toml, line 3, column 1"),
        ('[frames.a]\nentries = ["b"', r"mine\.toml, line 2, column 15: this is not TOML"),
        (b'[frames.a]\nentries = ["caf\xe9"]\n', r"mine\.toml: byte 26 \(line 2, value 0xe9\)"),
        ('[frames.a]\nentries = ["b"]\nexceptions = [""]\n', r"exception of 'a' is empty"),
        ('exceptions = ["?"]\n[frames.a]\nentries = ["b"]\n', r"line 1: exception is empty"),
    ],
)  # fmt: skip
def test_what_a_bad_file_gets(tmp_path, content, message):
    with pytest.raises(fr.InputError, match=message) as caught:
        read(tmp_path, content)
    assert "mine.toml" in str(caught.value)


def test_what_bad_lists_get():
    with pytest.raises(fr.InputError, match=r"frames is a list; it must be a mapping"):
        fr.make_lexicon(["truce"])
    with pytest.raises(fr.InputError, match=r"entry 2 of frame 'a' is empty"):
        fr.make_lexicon({"a": ["truce", " "]})
    with pytest.raises(fr.InputError, match=r"expected a list, got text"):
        fr.make_lexicon({"a": "truce"})


def test_missing_files_and_names_say_what_there_is(tmp_path):
    with pytest.raises(fr.InputError, match=r"none\.toml: no such file"):
        fr.read_lexicon(tmp_path / "none.toml")
    with pytest.raises(fr.InputError, match=r"Did you mean 'peace-initiative'"):
        fr.load_lexicon("peace-intiative")
    with pytest.raises(fr.InputError, match=r"read_lexicon\('mine\.toml'\)"):
        fr.load_lexicon("mine.toml")


def test_a_column_of_a_table_is_a_list_of_entries():
    words = pd.Series(["truce", "ceasefire*"])
    assert len(fr.make_lexicon({"peace": words})) == 2
    assert len(fr.make_lexicon({"peace": words.to_numpy()})) == 2


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.permutations(["truce", "talk*", "cease-fire*", "peace deal"]))
def test_the_hash_is_that_of_what_measures(entries):
    first = fr.make_lexicon({"peace": ["truce", "talk*", "cease-fire*", "peace deal"]})
    assert fr.make_lexicon({"peace": entries}, name="other", version="9").hash == first.hash
    assert fr.make_lexicon({"calm": entries}).hash != first.hash
    assert fr.drop_entries(first, entries[0]).hash != first.hash


def test_a_label_names_an_entry_and_does_not_measure():
    entries = [{"pattern": "truce", "label": "a halt"}, {"pattern": "lull", "label": "a halt"}]
    named = fr.make_lexicon({"peace": [*entries, "talk*"]})
    bare = fr.make_lexicon({"peace": ["truce", "lull", "talk*"]})
    assert named.table["label"].tolist() == ["a halt", "a halt", ""]
    assert named.hash == bare.hash


def test_looking_back_measures():
    lexicons = [
        fr.make_lexicon({"a": [{"pattern": "fear*", "if": "deal", "before": n}]}) for n in (0, 1, 2)
    ]
    assert len({lexicon.hash for lexicon in lexicons}) == 3
    written = fr.make_lexicon({"a": [{"pattern": "fear*", "if": "deal"}]})
    assert lexicons[0].hash == written.hash


def test_a_lexicon_is_frozen():
    lexicon = fr.make_lexicon({"peace": ["truce"]})
    with pytest.raises(dataclasses.FrozenInstanceError):
        lexicon.name = "other"


def test_the_lexicon_that_ships_has_the_four_frames_and_says_what_it_is():
    lexicon = fr.load_lexicon("peace-initiative")
    assert lexicon.frames["frame"].tolist() == ["peace", "concession", "sovereignty", "skepticism"]
    assert all(lexicon.frames["description"])
    assert all([lexicon.version, lexicon.source, lexicon.licence, lexicon.description])
    assert (lexicon.table.groupby("frame", observed=True).size() > 20).all()
    assert (lexicon.table["label"] != "").all()


def test_the_lexicon_of_earlier_numbers_can_be_had_again():
    old, new = fr.load_lexicon("peace-initiative-1.1"), fr.load_lexicon("peace-initiative")
    assert (old.name, old.version, old.hash[:8]) == ("peace-initiative", "1.1.0", "0151c27e")
    assert old.name == new.name
    assert old.hash != new.hash
    assert len(new) < len(old)


def test_a_doubt_counts_where_the_sentence_before_speaks_of_the_initiative():
    lexicon = fr.load_lexicon("peace-initiative")
    texts = ["A ceasefire was agreed. Many are sceptical.", "Rain fell. Many are sceptical."]
    hits = fr.find_hits(fr.make_corpus(texts), lexicon).table
    doubts = hits[hits["frame"] == "skepticism"]
    assert doubts[["doc_id", "sentence"]].to_numpy().tolist() == [["text1", 2]]


def test_frames_in_frames_are_found_apart_and_counted_together(tmp_path):
    lexicon = read(
        tmp_path,
        '[frames.sovereignty]\nentries = ["sovereign*"]\n'
        '[frames.sovereignty.territory]\ndescription = "Land"\nentries = ["borders", "land"]\n'
        '[frames.sovereignty.voice]\nentries = ["a say in its borders"]\n',
    )
    names = ["sovereignty", "sovereignty.territory", "sovereignty.voice"]
    assert lexicon.frames["frame"].tolist() == names
    text = "A sovereign state has land and a say in its borders."
    hits = fr.find_hits(fr.make_corpus([text]), lexicon)
    assert hits.table["frame"].tolist() == [names[0], names[1], names[2], names[1]]
    merged = fr.merge_frames(hits)
    assert merged.table["entry"].tolist() == ["sovereign*", "land", "a say in its borders"]
    assert fr.score(merged, kind="count").table["value"].tolist() == [3.0]
    assert fr.merge_frames(hits, depth=2).table["frame"].tolist() == hits.table["frame"].tolist()


def test_entries_of_one_label_count_as_one(tmp_path):
    lexicon = read(
        tmp_path,
        'shared = true\n[frames.peace]\nentries = [{ pattern = "truce", label = "a halt" },'
        ' { pattern = "armistice", label = "a halt" }, "peace"]\n'
        '[frames.doubt]\nentries = [{ pattern = "truce", label = "a truce in doubt" }]\n',
    )
    hits = fr.find_hits(fr.make_corpus(["A truce, an armistice, peace."]), lexicon)
    merged = fr.merge_entries(hits, lexicon)
    counts = fr.count_entries(merged).table.set_index(["frame", "entry"])["n"]
    assert counts.to_dict() == {
        ("peace", "a halt"): 2, ("peace", "peace"): 1, ("doubt", "a truce in doubt"): 1,
    }  # fmt: skip
    assert len(merged.entries) == 3
    assert merged.table["start"].tolist() == hits.table["start"].tolist()
    with pytest.raises(fr.InputError, match=r"the hits are of .*, and this is other"):
        fr.merge_entries(hits, fr.make_lexicon({"peace": ["truce"]}, name="other"))


def test_an_error_in_a_frame_in_a_frame_is_located(tmp_path):
    with pytest.raises(fr.InputError, match=r"line 4: frame 'a\.b' has no entries"):
        read(tmp_path, '[frames.a]\nentries = ["x"]\n\n[frames.a.b]\nentries = []\n')


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("a ~" + "9" * 30 + " b", "column 3 is wider than 1,000 words.*the condition if"),
        ("(" * 2000 + "a" + ")" * 2000, "more than 30 brackets in brackets.*several entries"),
        ("a " * 20_000, "40,000 characters, and at most 5,000.*several entries"),
        ({"pattern": "a", "if": "b", "within": 10**30}, "words, 1 to 1,000"),
        ({"pattern": "a", "if": "b", "before": 10**30}, "sentences, 0 to 1,000"),
    ],
)
def test_an_entry_without_bounds_is_refused_in_a_line_that_says_what_to_write(entry, message):
    with pytest.raises(fr.InputError, match=message) as error:
        fr.make_lexicon({"f": [entry]})
    assert len(str(error.value)) < 400


def test_groups_in_groups_are_counted_before_they_are_written_out():
    groups = {f"g{n}": [f"{{g{n + 1}}} {{g{n + 1}}}"] for n in range(60)} | {"g60": ["a", "b"]}
    with pytest.raises(fr.InputError, match="more than a billion words"):
        fr.make_lexicon({"f": ["{g0}"]}, groups=groups)
    few = {f"g{n}": [f"{{g{n + 1}}} {{g{n + 1}}}"] for n in range(3)} | {"g3": ["a", "b"]}
    assert len(fr.make_lexicon({"f": ["{g0}"]}, groups=few)) == 1


@pytest.mark.parametrize(
    ("entry", "right", "wrong"),
    [
        ("d* (n't go on|n't stop)", "They don't go on.", "They don't go off."),
        ("they do (n't go ~1 on|n't stop)", "They don't go right on.", "They don't right on."),
        ("the truce ('s end|'s near end)", "The truce's near end came.", "The truce's near."),
    ],
)
def test_all_words_behind_an_ending_belong_to_the_entry(entry, right, wrong):
    lexicon = fr.make_lexicon({"peace": [entry]})
    assert len(fr.find_hits(fr.make_corpus([right]), lexicon)) == 1
    assert len(fr.find_hits(fr.make_corpus([wrong]), lexicon)) == 0
