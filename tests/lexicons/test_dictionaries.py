import dataclasses
import html
import tomllib
import warnings

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reference import fold

import framing as fr

ENDINGS = (".toml", ".yml", ".dic", ".lc3", ".ykd", ".cat", ".csv", ".tsv")


def read(tmp_path, name, content, **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return fr.read_lexicon(path, **options)


def words(lexicon):
    table = lexicon.table
    return {
        frame: table.loc[table["frame"] == frame, "pattern"].tolist()
        for frame in lexicon.frames["frame"]
    }


def notes(lexicon):
    """Return the notes without the file, which each of them must name."""
    told = [
        note.split(", ", 1) if ", line" in note else note.split(": ", 1) for note in lexicon.notes
    ]
    assert all(lexicon.name in file for file, _ in told)
    return [text for _, text in told]


YAML = """\
peace: [truce, ceasefire*, no, 24]
land:
  __: [ground]
  east: {river: [dnipro]}
  west: ridge
doubt:
  - wary
  -
  - '...'
  - (old) hat
  - a ~3 b
  - Wary
  - sharp:
      - truce
empty: []
"""


def test_yaml_nests_as_in_quanteda(tmp_path):
    lexicon = read(tmp_path, "q.yml", YAML)
    assert words(lexicon) == {
        "peace": ["truce", "ceasefire*", "no", "24"],
        "land": ["ground"],
        "land.east.river": ["dnipro"],
        "land.west": ["ridge"],
        "doubt": ["wary", "old hat"],
        "doubt.sharp": ["truce"],
    }
    assert notes(lexicon) == [
        "frame 'empty' has no entries; left out.",
        "line 8: an entry of 'doubt' is empty; left out.",
        "line 9: '...' has no letter and no digit; left out.",
        "line 10: '(old) hat' is read without its brackets.",
        "line 11: 'a ~3 b' contains '~', which has another meaning here; left out.",
        "line 12: 'Wary' stands twice in 'doubt'; the first (line 7) counts.",
    ]
    assert all(html.escape(note, quote=False) in lexicon._repr_html_() for note in lexicon.notes)
    assert lexicon == dataclasses.replace(lexicon, notes=())
    assert lexicon != dataclasses.replace(lexicon, version="2")
    assert lexicon != words(lexicon)


LIWC = """\
%
01\tpeople (all)
\t02\tfriend
\t\t21\tclose  friend
\t03\tfamily
10 feel
99\tnothing
%

pal*\t1\t02
buddy\t\t2 \t 10
my mate 1 2
mate 10
world war 2\t10
best pal 2\t010
like\t(02 134)125/464\t(02 134)126\t10
fond (02 134)126 10
kin\t<of>3/10\t3
kind (discrep)\t10
...\t10
why?\t10
glad\t10\t77
sad\t77\t88
lonely
"""


def test_liwc_reads_codes_nesting_and_phrases_and_reports_conditions(tmp_path):
    lexicon = read(tmp_path, "l.dic", LIWC)
    assert words(lexicon) == {
        "people (all)": ["pal*", "my mate"],
        "people (all).friend": ["pal*", "buddy", "my mate"],
        "people (all).family": ["kin"],
        "feel": ["buddy", "mate", "world war 2", "best pal 2", "like", "fond", "glad"],
    }
    told = notes(lexicon)
    assert "line 14: 2 is read as part of the phrase 'world war 2', not a code." in told
    assert "line 16: 'like' has '(02 134)125/464', a condition of LIWC; left out." in told
    assert "line 17: 'fond' has '(02 134)126', a condition of LIWC; left out." in told
    assert "line 18: 'kin' has '<of>3/10', a condition of LIWC; left out." in told
    assert any(note.startswith("line 19: 'kind (discrep)' contains '(', ')'") for note in told)
    assert "line 20: '...' has no letter and no digit; left out." in told
    assert any(note.startswith("line 21: 'why?' contains '?'") for note in told)
    assert "line 22: code 77 is not defined; entries with it: 'glad', 'sad'." in told
    assert "line 23: code 88 is not defined; entries with it: 'sad'." in told
    assert "line 24: 'lonely' has no code; left out." in told
    assert "frame 'nothing' has no entries; left out." in told
    assert "frame 'people (all).friend.close friend' has no entries; left out." in told


def test_liwc_categories_without_a_number_or_twice_are_reported(tmp_path):
    text = "notice\n%\n1\tcalm\n01\tfear\nanger\n%\ntruce\t1\n"
    lexicon = read(tmp_path, "l.dic", text)
    assert words(lexicon) == {"calm": ["truce"]}
    assert notes(lexicon) == [
        "line 1: 'notice' stands before the categories; left out.",
        "line 4: code 1 is defined twice; it stays 'calm'.",
        "line 5: category 'anger' has no number; left out.",
    ]


def test_lexicoder_has_a_category_after_a_plus(tmp_path):
    text = "stray\n+calm\ntruce\nquiet word*\n\n+fear\n=rule here\r\nafraid\ntruce\n"
    lexicon = read(tmp_path, "x.lc3", text)
    assert words(lexicon) == {"calm": ["truce", "quiet word*"], "fear": ["afraid", "truce"]}
    assert notes(lexicon) == [
        "line 1: 'stray' stands before the first +category; left out.",
        "line 7: '=rule here' is a rule of Lexicoder; left out.",
    ]


YOSHIKODER = """\
<?xml version="1.0" encoding="UTF-8"?>
<dictionary style="050805" patternengine="substring">
  <cnode name="Mine &amp; yours" desc="What it is">
    <cnode name="calm" desc="Quiet">
      <pnode name="truce"/>
      <pnode name="quiet word*" score="0.5"/>
      <cnode name="deep" desc=""><pnode name="sleep"></pnode><pnode name="eh?"/></cnode>
    </cnode>
    <cnode name="fear"><pnode name="afraid" score="0"/><pnode name="truce" score="much"/>
      <pnode name="dread"/></cnode>
  </cnode>
</dictionary>
"""


def test_yoshikoder_gives_name_descriptions_and_scores(tmp_path):
    lexicon = read(tmp_path, "Mine.ykd", YOSHIKODER)
    assert (lexicon.name, lexicon.description) == ("Mine & yours", "What it is")
    assert words(lexicon) == {
        "calm": ["truce", "quiet word*"],
        "calm.deep": ["sleep"],
        "fear": ["dread"],
    }
    assert lexicon.table["weight"].tolist() == [1, 0.5, 1, 1]
    assert lexicon.frames["description"].tolist() == ["Quiet", "", ""]
    assert [note.partition("line ")[2] for note in lexicon.notes] == [
        "7: 'eh?' contains '?', which has another meaning here; left out.",
        "9: 'truce' has the score 'much'; left out.",
        "9: 'afraid' in 'fear' has the weight 0; left out.",
    ]


def test_yoshikoder_regular_expressions_are_reported(tmp_path):
    text = YOSHIKODER.replace("substring", "regexp")
    lexicon = read(tmp_path, "Mine.ykd", text)
    assert words(lexicon)["calm"] == ["truce"]
    assert any("'quiet word*' is a regular expression; left out." in n for n in lexicon.notes)


def test_yoshikoder_without_a_category_around_all(tmp_path):
    text = '<cnode name="a"><pnode name="x"/></cnode>'
    other = text.replace('"a"', '"b"').replace('"x"', '"y"')
    lexicon = read(tmp_path, "m.ykd", f"<dictionary>{text}{other}</dictionary>")
    assert (lexicon.name, words(lexicon)) == ("m", {"a": ["x"], "b": ["y"]})
    alone = read(tmp_path, "m.ykd", f"<dictionary>{text}</dictionary>")
    assert words(alone) == {"a": ["x"]}


WORDSTAT = """\
SOUTH
   \tNA
   \t\tNamibia* (1)
   \t\tSOUTH_AFRICA (2)
   \t\tCape Town (0,5)
   \tSZ
   \t\tSwazi (0)
   \t\tLobamba (1 exact)
   \t\t@RULE [A NEAR B] (1)
   \t\ta|b (1)
NORTH
\tcold (1)
\tice
"""


def test_wordstat_reads_an_outline_with_weights(tmp_path):
    lexicon = read(tmp_path, "w.cat", WORDSTAT)
    assert words(lexicon) == {
        "SOUTH.NA": ["Namibia*", "SOUTH AFRICA", "Cape Town"],
        "SOUTH.SZ": ["Lobamba"],
        "NORTH": ["cold"],
    }
    assert lexicon.table["weight"].tolist() == [1, 2, 0.5, 1, 1]
    assert notes(lexicon) == [
        "frame 'NORTH.ice' has no entries; left out.",
        "line 7: 'Swazi' in 'SOUTH.SZ' has the weight 0; left out.",
        "line 8: the flag 'exact' of 'Lobamba' is not read.",
        "line 9: '@RULE [A NEAR B] (1)' is a rule of WordStat; left out.",
        "line 10: 'a|b' contains '|', which has another meaning here; left out.",
    ]


@pytest.mark.parametrize(("ending", "separator"), [("csv", ","), ("tsv", "\t")])
def test_tables_hold_a_row_a_term_and_frame(tmp_path, ending, separator):
    rows = [
        *("frame,weight,term,by", "calm,0.25,truce,a", 'fear,0.75,"truce",b'),
        *("calm,-2,quiet word*,", ",1,lost,", "calm,1,,", "fear,0,none,", "fear,much,dread,"),
        *("fear,nan,fright,", "calm,1,truce,", ""),
    ]
    lexicon = read(tmp_path, f"t.{ending}", "\r\n".join(rows).replace(",", separator))
    assert words(lexicon) == {"calm": ["truce", "quiet word*"], "fear": ["truce"]}
    assert lexicon.table["weight"].tolist() == [0.25, -2, 0.75]
    assert notes(lexicon) == [
        "line 1: column 'by' is not read.",
        "line 5: 'lost' has no frame; left out.",
        "line 6: an entry of 'calm' has no term; left out.",
        "line 7: 'none' in 'fear' has the weight 0; left out.",
        "line 8: 'dread' has the weight 'much', which is not a number; left out.",
        "line 9: 'fright' in 'fear' has the weight nan; left out.",
        "line 10: 'truce' stands twice in 'calm'; the first (line 2) counts with weight 0.25.",
    ]
    bare = read(tmp_path, f"t.{ending}", separator.join(["term", "frame"]) + f"\na{separator}b\n")
    assert bare.table["weight"].tolist() == [1]


def test_an_entry_of_several_frames_counts_for_each(tmp_path):
    lexicon = read(tmp_path, "t.csv", "term,frame\ntruce,calm\ntruce,hope\n")
    hits = fr.find_hits(fr.make_corpus(["A truce."]), lexicon)
    assert sorted(hits.table["frame"]) == ["calm", "hope"]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "mac_roman", "utf-8-sig"])
def test_encodings_are_told(tmp_path, encoding):
    text = "%\r\n1\tcalm\r\n%\r\ntrêve\t1\r\n"
    lexicon = read(tmp_path, "e.dic", text.encode(encoding), encoding=encoding)
    assert words(lexicon) == {"calm": ["trêve"]}
    text = YOSHIKODER.replace("truce", "trêve").replace('"UTF-8"', f'"{encoding}"')
    if encoding != "utf-8-sig":
        lexicon = read(tmp_path, "Mine.ykd", text.encode(encoding))
        assert words(lexicon)["calm"][0] == "trêve"


def test_the_ending_or_the_argument_tells_the_format(tmp_path):
    assert words(read(tmp_path, "a.txt", "+calm\ntruce\n", format="lexicoder")) == {
        "calm": ["truce"]
    }
    assert words(read(tmp_path, "a.YAML", "calm: truce")) == {"calm": ["truce"]}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.dix", "", r"a\.dix: '\.dix' is not the extension of a known format.*'\.yml'.*'\.cat'"),
        ("a", "", r"'' is not the extension of a known format"),
        ("a.ykd", "<dictionary>\n<cnode name='a'>\n</dictionary>",
         r"a\.ykd, line 3, column \d+: this is not XML \(mismatched tag\)"),
        ("a.ykd", "<html/>", r"outermost element is <html>, not <dictionary>"),
        ("a.ykd", '<!DOCTYPE d [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><dictionary>&c;</dictionary>',
         r"a\.ykd: this file declares entities"),
        ("a.ykd", '<!DOCTYPE d SYSTEM "http://localhost/x.dtd"><dictionary/>', r"a\.ykd"),
        ("a.ykd", "<dictionary/>", r"a\.ykd: no entry can be read"),
        ("a.ykd", '<?xml version="1.0" encoding="klingon"?><dictionary/>',
         r"a\.ykd, line 1: the file declares the encoding 'klingon', which is not known"),
        ("a.ykd", b"<dictionary><cnode name='\xe9'/></dictionary>", r"byte 25 \(line 1"),
        ("a.yml", "a: [b,\nc: d", r"a\.yml, line \d, column \d: this is not YAML"),
        ("a.yml", "a:\n- *wide\n", r"a\.yml, line 2: \*wide is a reference.*\"\*wide\""),
        ("a.yml", "a:\n- *wide*\n", r"line 2.*this is not YAML.*in quotes"),
        ("a.yml", "- a\n- b\n", r"this is not a dictionary"),
        ("a.yml", "", r"this is not a dictionary"),
        ("a.yml", "a: [[b]]", r"line 1: 'a' has a list inside a list"),
        ("a.yml", "[a, b]: c", r"line 1: a key must be a word"),
        ("a.yml", "a: b\x00", r"a\.yml.*this is not YAML"),
        ("a.yml", "a: ['...']", r"no entry can be read from this file. '...' has no letter"),
        ("a.yml", "a: [b - c]", r"'b - c' cannot be read \('-' is not a word\)"),
        ("a.dic", "1\tcalm\ntruce\t1\n", r"a\.dic: this is not a LIWC dictionary: it has 0 lines"),
        ("a.dic", "%\n1\tcalm\n", r"this is not a LIWC dictionary: it has 1 lines"),
        ("a.dic", "%\n1\tcalm\n%\ntruce\t2\n", r"no entry can be read.*code 2 is not defined"),
        ("a.csv", "word,frame\na,b\n", r"a\.csv has no column 'term'. Its columns: 'word'"),
        ("a.csv", "term,frame,term\na,b,c\n", r"a\.csv: the column 'term' is there twice"),
        ("a.csv", "term,frame\na,b\n\na\n", r"a\.csv, line 4: 1 fields where the header has 2"),
        ("a.csv", 'term,frame\na,b\n"a', r"a\.csv, line 3: a quotation mark is opened and"),
        ("a.csv", "", r"a\.csv is empty.*term, frame, weight"),
        ("a.cat", b"caf\xff\n\ta (1)\n", r"a\.cat: byte 3 \(line 1, value 0xff\) is not utf-8"),
        ("a.cat", "truce (1)\n", r"no entry can be read.*no category above it"),
        ("a.lc3", "\n", r"a\.lc3: no entry can be read"),
    ],
)  # fmt: skip
def test_what_a_bad_file_gets(tmp_path, name, content, message):
    with pytest.raises(fr.InputError, match=message) as caught:
        read(tmp_path, name, content)
    assert str(tmp_path) in str(caught.value)


def test_what_bad_arguments_get(tmp_path):
    lexicon = fr.make_lexicon({"calm": ["truce"]})
    with pytest.raises(fr.InputError, match=r"format='lwic'.*Did you mean 'liwc'"):
        fr.read_lexicon(tmp_path / "a.dic", format="lwic")
    with pytest.raises(fr.InputError, match=r"TOML is always UTF-8"):
        fr.read_lexicon(tmp_path / "a.toml", encoding="cp1252")
    with pytest.raises(fr.InputError, match=r"a\.dic: no such file"):
        fr.read_lexicon(tmp_path / "a.dic")
    with pytest.raises(fr.InputError, match=r"'\.txt' is not the extension of a known format"):
        fr.write_lexicon(lexicon, tmp_path / "a.txt")
    with pytest.raises(fr.InputError, match=r"no entry of the lexicon can be written \(it has no"):
        fr.write_lexicon(fr.drop_entries(lexicon, ["truce"]), tmp_path / "a.toml")
    assert not list(tmp_path.iterdir())


def write(lexicon, path):
    """Write a lexicon and return the losses; where entries are lost, a warning says how many."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        table = fr.write_lexicon(lexicon, path)
    lost = int((table["lost"] == "entry").sum())
    told = [f"{path.name} holds {len(lexicon) - lost:,} of the {len(lexicon):,} entries"] * (
        lost > 0
    )
    assert [str(one.message).split(":")[0] for one in caught] == told
    return table


def losses(lexicon, path):
    table = write(lexicon, path)
    assert list(table) == ["frame", "entry", "lost", "reason"]
    assert all(table["reason"])
    return sorted(zip(table["frame"], table["entry"], table["lost"], strict=True))


def test_what_each_format_cannot_hold_is_listed(tmp_path):
    path = tmp_path / "rich.toml"
    path.write_text(
        'name = "rich"\nversion = "2"\nlanguage = "de"\nsource = "me"\nlicence = "CC0"\n'
        'description = "all"\nexceptions = ["peace prize"]\n'
        '[frames.land]\ndescription = "ground"\n'
        'entries = ["soil", {pattern = "earth*", weight = 2}]\n'
        '[frames."land.east"]\nexceptions = ["far east"]\n'
        'entries = [{pattern = "east", exceptions = ["near east"]}]\n'
    )
    rich = fr.read_lexicon(path)
    head = [("", "", "language"), ("", "", "licence"), ("", "", "source"), ("", "", "version")]
    exceptions = [
        ("", "peace prize", "exceptions"),
        ("land.east", "east", "exceptions"),
        ("land.east", "far east", "exceptions"),
    ]
    described = [("", "", "description"), ("land", "", "description")]
    weight, nesting = ("land", "earth*", "weight"), ("land.east", "", "nesting")
    expected = {
        ".toml": [],
        ".yml": [*head, *exceptions, *described, weight],
        ".dic": [*head, *exceptions, *described, weight],
        ".lc3": [*head, *exceptions, *described, weight, nesting],
        ".ykd": [*head, *exceptions],
        ".cat": [*head, *exceptions, *described],
        ".csv": [*head, *exceptions, *described],
        ".tsv": [*head, *exceptions, *described],
    }
    for ending, lost in expected.items():
        written = tmp_path / "new" / f"rich{ending}"
        assert losses(rich, written) == sorted(lost)
        back = fr.read_lexicon(written)
        assert words(back) == words(rich)
        assert back.notes == ()
    renamed = tmp_path / "other.csv"
    assert ("", "", "name") in losses(rich, renamed)
    assert fr.read_lexicon(renamed).name == "other"


def test_gaps_groups_and_conditions_go_to_toml_only(tmp_path):
    entries = [
        "truce",
        "rul* out ~4 nato",
        "(cede|give up) land",
        "hold ~~2 {land}",
        {"pattern": "May", "case": True},
        {"pattern": "talk*", "if": "peace", "unless": "show", "within": 5},
        {"pattern": "fear*", "if": "peace", "before": 1, "label": "a fear", "denies": True},
        "*deal*",
        "gr?y",
    ]
    lexicon = fr.make_lexicon({"a": entries}, groups={"land": ["soil", "the Donbas"]})
    assert losses(lexicon, tmp_path / "unnamed.toml") == []
    text = (tmp_path / "unnamed.toml").read_text()
    assert '[groups]\nland = [\n    "soil",\n    "the Donbas",\n]' in text
    assert '{pattern = "May", case = true},' in text
    assert '{pattern = "talk*", if = "peace", unless = "show", within = 5},' in text
    assert '{pattern = "fear*", if = "peace", before = 1, label = "a fear", denies = true},' in text
    back = fr.read_lexicon(tmp_path / "unnamed.toml")
    assert (back.hash, back.groups) == (lexicon.hash, lexicon.groups)
    assert back.table.equals(lexicon.table)
    common = [
        ("", "{land}", "groups"),
        *(("a", entry, "entry") for entry in entries[1:4]),
        ("a", "May", "case"),
        *(("a", "talk*", key) for key in ("if", "unless", "within")),
        *(("a", "fear*", key) for key in ("if", "before", "label", "denies")),
    ]
    stars, letters = ("a", "*deal*", "entry"), ("a", "gr?y", "entry")
    assert losses(lexicon, tmp_path / "unnamed.yml") == sorted(common)
    assert losses(lexicon, tmp_path / "unnamed.cat") == sorted([*common, letters])
    assert losses(lexicon, tmp_path / "unnamed.dic") == sorted([*common, stars, letters])


def test_frames_nest_in_the_formats_that_can(tmp_path):
    lexicon = fr.make_lexicon({"land": ["soil"], "land.east": ["dawn"], "sky.high": ["star"]})
    for ending in ENDINGS:
        fr.write_lexicon(lexicon, tmp_path / f"unnamed{ending}")
    assert "land:\n  __:\n  - soil\n  east:\n  - dawn\n" in (tmp_path / "unnamed.yml").read_text()
    assert "1\tland\n\t2\teast\n3\tsky\n\t4\thigh\n%" in (tmp_path / "unnamed.dic").read_text()
    assert "land\n\tsoil (1)\n\teast\n\t\tdawn (1)\nsky" in (tmp_path / "unnamed.cat").read_text()
    assert '<cnode name="east" desc="">' in (tmp_path / "unnamed.ykd").read_text()


def test_entries_and_frames_that_a_format_would_misread_are_not_written(tmp_path):
    lexicon = fr.make_lexicon(
        {
            "a": ["snake_case", "x=y", "+7 days", "truce", "two  words"],
            "@b": ["wary"],
            "c ": ["x"],
            "\ufeffd": ["y"],
        }
    )
    assert losses(lexicon, tmp_path / "unnamed.cat") == [
        ("@b", "", "frame"),
        ("@b", "wary", "entry"),
        ("a", "snake_case", "entry"),
        ("a", "two  words", "white space"),
        ("c ", "", "frame"),
        ("c ", "x", "entry"),
        ("\ufeffd", "", "frame"),
        ("\ufeffd", "y", "entry"),
    ]
    assert words(fr.read_lexicon(tmp_path / "unnamed.cat")) == {
        "a": ["x=y", "+7 days", "truce", "two words"]
    }
    lost = [
        entry for _, entry, kind in losses(lexicon, tmp_path / "unnamed.lc3") if kind == "entry"
    ]
    assert lost == ["+7 days", "x=y", "x", "y"]


def test_frames_without_entries_are_listed(tmp_path):
    lexicon = fr.drop_entries(fr.make_lexicon({"a": ["x"], "b": ["y"]}), ["y"])
    for ending in ENDINGS:
        assert losses(lexicon, tmp_path / f"unnamed{ending}") == [("b", "", "frame")]
        assert words(fr.read_lexicon(tmp_path / f"unnamed{ending}")) == {"a": ["x"]}


def test_the_lexicon_that_ships_survives_every_format(tmp_path):
    shipped = fr.load_lexicon("peace-initiative")
    for ending in ENDINGS:
        table = write(shipped, tmp_path / f"peace-initiative{ending}")
        back = fr.read_lexicon(tmp_path / f"peace-initiative{ending}")
        unwritten = set(table.loc[table["lost"] == "entry", "entry"])
        assert unwritten == set(shipped.table["pattern"]) - set(back.table["pattern"])
        assert back.notes == ()
        if ending == ".toml":
            assert table.empty
            assert back.hash == shipped.hash
            assert back.description == shipped.description


def is_legal(pattern):
    try:
        fr.make_lexicon({"a": [pattern]})
    except fr.InputError:
        return False
    return True


LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="*?(){}|~")
WORDS = st.text(LETTERS, min_size=1, max_size=6).map(lambda text: text + "a")
PATTERNS = (
    st.lists(WORDS, min_size=1, max_size=3)
    .flatmap(
        lambda parts: st.sampled_from(
            [joint.join(parts) + end for joint in (" ", "* ", " ~3 ", " ~~2 ") for end in ("", "*")]
            + [f"*{parts[0]}", f"{parts[0]}?b", f"({'|'.join(parts)}) c"]
        )
    )
    .filter(is_legal)
)
PLAIN = st.text("abcäß'é", min_size=1, max_size=4).map(lambda text: text + "x")
NAMES = st.lists(PLAIN, min_size=1, max_size=3).map(".".join) | st.text(LETTERS, max_size=5)
WEIGHTS = st.sampled_from([1.0, 0.5, -2.0, 10.0, 1e-7, 1 / 3])
CONDITIONS = st.sampled_from(
    [
        {},
        {"if": "ax"},
        {"unless": "b* ~2 {war}", "within": 5},
        {"if": "ax", "unless": "bx", "before": 1, "label": 'a "label"'},
    ]
)


@st.composite
def rich_entries(draw, pattern):
    exceptions = draw(st.lists(PLAIN, max_size=1))
    entry = {"pattern": pattern, "weight": draw(WEIGHTS), "exceptions": exceptions}
    case = {"case": True} if not set(pattern) & set("({~") and draw(st.booleans()) else {}
    return {**entry, **case, **draw(CONDITIONS)}


# Random patterns may look like those of another grammar, which is said in a warning.
RANDOM = pytest.mark.filterwarnings("ignore:make_lexicon", "ignore:read_lexicon", "ignore:.*mine")


@st.composite
def lexicons(draw):
    frames = {}
    for name in draw(st.lists(NAMES.filter(str.strip), min_size=1, max_size=4, unique=True)):
        patterns = draw(st.lists(PLAIN | PATTERNS, min_size=1, max_size=4, unique_by=fold))
        frames[name] = {
            "description": draw(st.text(LETTERS, max_size=3)),
            "exceptions": draw(st.lists(PLAIN, max_size=1)),
            "entries": [
                draw(rich_entries(pattern)) if draw(st.booleans()) else pattern
                for pattern in [*patterns, *draw(st.sampled_from([[], ["ax {war}"]]))]
            ],
        }
    texts = {key: draw(st.text(LETTERS, max_size=3)) for key in ("version", "source", "licence")}
    name = draw(st.just("mine") | st.text(LETTERS, min_size=1, max_size=3))
    groups = {"war": ["war*", "armed (fight|clash)"]}
    return fr.make_lexicon(frames, name=name, shared=True, groups=groups, **texts)


@RANDOM
@settings(max_examples=80, deadline=None, derandomize=True)
@given(lexicons())
def test_toml_loses_nothing(tmp_path_factory, lexicon):
    path = tmp_path_factory.mktemp("toml") / "mine.toml"
    assert fr.write_lexicon(lexicon, path).empty
    tomllib.loads(path.read_text(encoding="utf-8"))
    back = fr.read_lexicon(path)
    assert back.hash == lexicon.hash
    assert back.table.equals(lexicon.table)
    assert back.frames.equals(lexicon.frames)
    for field in (
        "name",
        "version",
        "language",
        "source",
        "licence",
        "description",
        "exceptions",
        "groups",
    ):
        assert getattr(back, field) == getattr(lexicon, field)


def written(lexicon, table):
    """Return the frames and entries that the table of losses leaves, as sets of rows."""
    gone = table[table["lost"] == "entry"]
    unweighted = table[table["lost"] == "weight"]
    lost = set(zip(gone["frame"], gone["entry"], strict=True))
    ones = set(zip(unweighted["frame"], unweighted["entry"], strict=True))
    rows = lexicon.table[["frame", "pattern", "weight"]].itertuples(index=False)
    return {
        (str(frame), " ".join(pattern.split()), 1.0 if (frame, pattern) in ones else weight)
        for frame, pattern, weight in rows
        if (frame, pattern) not in lost
    }


@RANDOM
@settings(max_examples=100, deadline=None, derandomize=True)
@given(lexicons(), st.sampled_from(ENDINGS[1:]))
def test_other_formats_lose_nothing_but_what_they_list(tmp_path_factory, lexicon, ending):
    path = tmp_path_factory.mktemp("other") / f"mine{ending}"
    try:
        table = fr.write_lexicon(lexicon, path)
    except fr.InputError as error:
        assert "no entry of the lexicon can be written" in str(error)  # noqa: PT017
        return
    back = fr.read_lexicon(path)
    assert set(back.table[["frame", "pattern", "weight"]].itertuples(index=False, name=None)) == (
        written(lexicon, table)
    )
    unwritten = set(table.loc[table["lost"] == "frame", "frame"])
    frames = lexicon.frames[~lexicon.frames["frame"].isin(unwritten)]
    assert back.frames["frame"].tolist() == frames["frame"].tolist()
    if table.empty:
        assert back.hash == lexicon.hash
        assert back.frames.equals(lexicon.frames)
        if ending != ".dic":
            # A line of a .dic holds an entry of several frames once, which may move it.
            assert back.table.equals(lexicon.table)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.dictionaries(PLAIN, st.lists(PLAIN, min_size=1, max_size=4, unique_by=fold), min_size=1),
    st.sampled_from(ENDINGS),
)
def test_plain_lexicons_survive_every_format(tmp_path_factory, frames, ending):
    lexicon = fr.make_lexicon(frames, name="mine", shared=True)
    path = tmp_path_factory.mktemp("plain") / f"mine{ending}"
    assert fr.write_lexicon(lexicon, path).empty
    back = fr.read_lexicon(path)
    assert (back.hash, back.name, back.notes) == (lexicon.hash, "mine", ())


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.text(max_size=60)
    | st.binary(max_size=60)
    | st.text('%\t\n\r+=()@_*,"<>[]{}:-#&!|~?/a1 .', max_size=60).map("%\n1\ta\n%\n{}".format)
    | st.text('\t\n+=()@_*,"[]{}:-#&!|~?a1 .', max_size=60).map("a: {}".format)
    | st.text('\t\n+=()@_*,"|~?a1 .', max_size=60).map("+a\n{}".format)
    | st.text('\n,"\r\t\0?a1.-', max_size=60).map("term,frame,weight\n{}".format),
    st.sampled_from(ENDINGS),
)
def test_any_file_gives_a_lexicon_or_a_message(tmp_path_factory, content, ending):
    path = tmp_path_factory.mktemp("any") / f"mine{ending}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        assert len(fr.read_lexicon(path))
    except fr.InputError as error:
        assert str(path) in str(error)  # noqa: PT017


def test_a_table_of_liwc_22_marks_categories_with_an_x(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        "DicTerm,peace,war\ntruce,X,\nshell*,,x\nfront,X,X\nfire,?,\n", encoding="utf-8"
    )
    lexicon = fr.read_lexicon(path)
    pairs = lexicon.table[["frame", "pattern"]].astype(str).to_numpy().tolist()
    assert sorted(pairs) == [
        ["peace", "front"],
        ["peace", "truce"],
        ["war", "front"],
        ["war", "shell*"],
    ]
    assert any("'?' in the column 'peace'" in note for note in lexicon.notes)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.dicx", "DicTerm,peace,war\ntruce,X,\nshell*,,X\n"),
        ("a.dicx", "Entry;peace;war\ntruce;1;\nshell*;;1\n"),
        ("a.csv", "entry,peace,war\ntruce,1,0\nshell*,0,1\n"),
        ("a.csv", "Term,Frame\ntruce,peace\nshell*,war\n"),
        ("a.tsv", "FRAME\tTERM\tWeight\npeace\ttruce\t1\nwar\tshell*\t1\n"),
    ],
)
def test_tables_of_liwc_22_and_heads_in_capitals_are_read(tmp_path, name, text):
    lexicon = read(tmp_path, name, text.encode())
    pairs = lexicon.table[["frame", "pattern"]].astype(str).to_numpy().tolist()
    assert sorted(pairs) == [["peace", "truce"], ["war", "shell*"]]


def test_a_dictionary_of_liwc_22_is_not_written(tmp_path):
    with pytest.raises(fr.InputError, match=r"ends in \.dic"):
        fr.lexicons.write_lexicon(fr.make_lexicon({"f": ["truce"]}), tmp_path / "a.dicx")
    assert not list(tmp_path.iterdir())


def test_an_entry_with_a_nul_byte_is_refused():
    with pytest.raises(fr.InputError, match="NUL byte"):
        fr.make_lexicon({"f": ["tru\0ce"]})


def test_an_encoding_that_nobody_named_is_found_and_noted(tmp_path):
    lexicon = read(tmp_path, "e.csv", "term;frame\ntrêve;peace\n".encode("cp1252"))
    assert lexicon.table["pattern"].tolist() == ["trêve"]
    assert "read as cp1252" in lexicon.notes[0]


def test_faces_and_symbols_are_entries(tmp_path):
    lexicon = read(tmp_path, "face.yml", "doubt: [':)', '🕊️', wary]")
    assert words(lexicon) == {"doubt": [":)", "🕊️", "wary"]}
    assert not lexicon.notes


@pytest.mark.parametrize("weight", [0, 1e308, -1e12, 1e-320, float("nan"), float("inf")])
def test_a_weight_that_sums_cannot_bear_is_refused(weight):
    with pytest.raises(fr.InputError, match="with a size from"):
        fr.make_lexicon({"f": [{"pattern": "truce", "weight": weight}]})


def test_numbers_in_a_table_of_liwc_are_weights(tmp_path):
    path = tmp_path / "a.dicx"
    path.write_text("DicTerm,peace,war\ntruce,2,0\nshell*,,0.5\ntank,X,1\nmine,?,\n")
    lexicon = fr.read_lexicon(path)
    rows = lexicon.table[["frame", "pattern", "weight"]].to_records(index=False).tolist()
    assert sorted(rows) == [
        ("peace", "tank", 1.0), ("peace", "truce", 2.0), ("war", "shell*", 0.5),
        ("war", "tank", 1.0),
    ]  # fmt: skip
    assert "'?' in the column 'peace'" in " ".join(lexicon.notes)


def test_a_table_in_a_workbook_is_read_and_other_files_of_offices_say_what_to_do(tmp_path):
    words: list[object] = ["truce", 2014.0, "a, b; c"]
    table = pd.DataFrame({"term": words, "frame": ["peace", "war", "peace"]})
    table.to_excel(tmp_path / "words.xlsx", index=False)
    lexicon = fr.read_lexicon(tmp_path / "words.xlsx")
    assert lexicon.name == "words"
    assert sorted(lexicon.table["pattern"]) == ["2014", "a, b; c", "truce"]
    with pd.ExcelWriter(tmp_path / "two.xlsx") as book:
        for name, rows in (("words", table), ("empty", table[[]].iloc[:0]), ("more", table)):
            rows.to_excel(book, sheet_name=name, index=False)
    two = fr.read_lexicon(tmp_path / "two.xlsx")
    assert two.hash == lexicon.hash
    (note,) = two.notes
    assert "only the first sheet was read, not 'more'" in note
    assert lexicon.notes == ()
    with pytest.raises(fr.InputError, match=r"read from \.xlsx but not written"):
        fr.write_lexicon(lexicon, tmp_path / "again.xlsx")
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(fr.InputError, match=r"cannot be read as a workbook.*Save it as .xlsx"):
        fr.read_lexicon(tmp_path / "bad.xlsx")
    for ending in (".ods", ".docx", ".xls"):
        with pytest.raises(
            fr.InputError, match=f"cannot be read from {ending} files.*save it as .xlsx"
        ):
            fr.read_lexicon(tmp_path / f"words{ending}")
