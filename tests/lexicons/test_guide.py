"""Every row of the lexicon guide, run as it is printed."""

import re
import tomllib
from importlib import resources

import pytest
from support.engines import spans_of

import framing as fr

GUIDE = resources.files("framing").joinpath("data/lexicons/README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.*?)` \| (\".*?\") \| (\".*?\") \|$", GUIDE, re.MULTILINE)
EXAMPLE = re.search(r"```toml\n(.*?)```", GUIDE, re.DOTALL).group(1)


def test_the_table_is_read():
    assert len(ROWS) == GUIDE.count("\n| `") > 15


@pytest.mark.parametrize(("entry", "yes", "no"), ROWS, ids=[row[0] for row in ROWS])
def test_an_entry_matches_what_the_guide_says(entry, yes, no):
    entry = entry.replace("\\|", "|")
    if entry.startswith("{pattern"):
        entry = tomllib.loads(f"entry = {entry}")["entry"]
    groups = tomllib.loads(EXAMPLE)["groups"]
    lexicon = fr.make_lexicon({"a": [entry]}, groups=groups)
    for texts, wanted in ((yes, True), (no, False)):
        for text in re.findall(r'"(.*?)"', texts):
            hits = fr.find_hits(fr.make_corpus([text], furniture=False), lexicon)
            assert (len(hits) > 0) == wanted, text


# What the guide says of line ends, hyphens at them and invisible characters, which a table cannot
# show: text, entry, hits.
LINES = [
    ("The nego-\ntiations failed.", "negotiations", ["nego-\ntiations"]),
    ("The Kremlin-\nbacked force left.", "kremlin", ["Kremlin"]),
    ("The Kremlin-\nbacked force left.", "kremlin-backed", ["Kremlin-\nbacked"]),
    ("The Kremlin-\r\n backed force left.", "backed", ["backed"]),
    ("The Russia-\nled force left.", "russia", ["Russia"]),
    ("It was control-\nled by them.", "controlled", ["control-\nled"]),
    ("It was de-\nbased by them.", "debased", ["de-\nbased"]),
    ("The Russia-\nUkraine war goes on.", "ukraine", ["Ukraine"]),
    ("The short-\nand long-term aims.", "short", ["short"]),
    ("The Kremlin\u00ad\nbacked force left.", "kremlinbacked", ["Kremlin\u00ad\nbacked"]),
    ("Talks on peace\nThe deal is near", "peace ~5 deal", []),
    ("Talks on peace,\nthe deal is near", "peace ~5 deal", ["peace,\nthe deal"]),
    ("The talks on peace and\nthe deal go on.", "peace ~5 deal", ["peace and\nthe deal"]),
    ("Talks on peace and all that goes with it\nor a deal", "it or", ["it\nor"]),
    ("Talks on peace.\nor a deal", "peace ~5 deal", []),
    ("See https://pe\u00adace.org/peace.", "peace", []),
    ("@po\u2060tus said so.", "@potus", ["@po\u2060tus"]),
    ("See talks@pea\u00adce.org.", "talks@peace.org", ["talks@pea\u00adce.org"]),
    ("See https://example.org\u200bpeace.", "peace", ["peace"]),
    ("Peace a \t b peace then peace a b peace.", "peace ~2 b", ["Peace a \t b", "peace a b"]),
    ("US aid, us Aid", {"pattern": "US", "case": True, "if": "AID", "within": 1}, ["US"]),
    ("US Weekly", {"pattern": "US", "case": True, "exceptions": ["us weekly"]}, []),
]


@pytest.mark.parametrize(("text", "entry", "wanted"), LINES)
@pytest.mark.parametrize("native", [True, False])
def test_line_ends_and_invisible_characters_are_read_as_the_guide_says(native, text, entry, wanted):
    spans = spans_of(fr.make_lexicon({"a": [entry]}), text, native=native)
    assert [text[start:end] for start, end in spans] == wanted


# Odd texts, of which the guide says what an entry matches: text, entry, hits.
ODD = [
    ("So they didn't.", "they d* n't", ["they didn't"]),
    ("They do didn't.", "do d* (not|n't)", ["do didn't"]),
    ("He didn't, nor didn'ts.", {"pattern": "n't*", "case": True}, ["didn't", "didn'ts"]),
    ("He didn't, nor didn'ts.", "n't*", ["didn't", "didn'ts"]),
    ("I wouldn't've gone.", "n't 've", ["wouldn't've"]),
    ("I Wouldn't've gone.", {"pattern": "n't 've", "case": True}, ["Wouldn't've"]),
    ("The cafe\u0301-\nhouse is open.", "caféhouse", ["cafe\u0301-\nhouse"]),
    ("The café-\nhouse is open.", "caféhouse", ["café-\nhouse"]),
    ("The cafe\u0301\u00ad\nhouse is open.", "caféhouse", ["cafe\u0301\u00ad\nhouse"]),
    ("A cafe\u0301-\nbased group", "café", ["cafe\u0301"]),
    ("A pea&#99;-\nful day", "peacful", ["pea&#99;-\nful"]),
    ("A peace.de\u0301 is", "peace", ["peace"]),
    ("A peace.dé is", "peace", ["peace"]),
    ("A cafe\u0301@peace is", "peace", ["peace"]),
    ("A café@peace is", "peace", ["peace"]),
    ("An e\u0301cole.org is", "cole", []),
    ("See http://a.de&nbsp;peace or a.de/&lt;peace.", "peace", ["peace", "peace"]),
    ("See http://a.de?x=1&amp;peace here.", "peace", []),
    ("Visit WWW.PEACE.COM now.", "visit ~1 now", ["Visit WWW.PEACE.COM now"]),
    ("See http://Peace.Org.", "see http://peace.org", ["See http://Peace.Org"]),
    ("See http://a.de/?Q=Talks now.", "see ~1 now", ["See http://a.de/?Q=Talks now"]),
    ("See it.Now he left.", "see ~5 left", []),
    ("On p.5 of it, p.12", "(5|12)", ["5", "12"]),
    ("P.m.1 or don't.5", "(p.m|don't)", ["P.m", "don't"]),
    ("On p.5 of it", "p ~0 5", ["p.5"]),
    ("和平http://peace.org", "http://peace.org", ["http://peace.org"]),
    ("和平peace@talks.example和平", "peace@talks.example", ["peace@talks.example"]),
    ("See ﬁre.org now.", "org", []),
    ("The 交\u00ad\ntalk", "交", ["交"]),
    ("The 交&shy;talk", "交", ["交"]),
    ("戦't ends", "戦 ~0 t", ["戦't"]),
    ("5½ cups, ½ cup", "(5|½)", ["½"]),
    ("An x² is.", "x", ["x"]),
    ("The dogʹs or dog՚s end", "dog's", ["dogʹs"]),
    ("A cease–fire, a cease−fire, a cease—fire", "cease-fire", ["cease–fire", "cease−fire"]),
    ("The peace\u200b's end", "peace's", ["peace\u200b's"]),
    ("A 5\u00ad\nyear plan", "5year", ["5\u00ad\nyear"]),
    ("A peaceful-\n\u2009hot", "peacefulhot", []),
    ("A ｶﾅ and a＆b", "(カナ|a&b)", ["ｶﾅ"]),
    ("Then s .\u0301 x", "s", ["s"]),
    ("A :-) here, peace", "(peace|:-) )", [":-)", "peace"]),
    ("See http://peace.org) now, http://peace.org'x", "http://peace.org", ["http://peace.org"] * 2),
    ("See peace.org-based, peace.es, peace.kr, Peace.Com", "peace", ["peace", "peace", "Peace"]),
    ("The мир.ru or Ohttp://x.de or a_b.org", "(ru|x|org)", ["ru", "org"]),
    ("See peace-talks.org, peace talks.org", "peace-talks.org", ["peace-talks.org"]),
    ("See the/@peace and s@peace.", "peace", ["peace", "peace"]),
    ("A RT:@potus, (@potus), _@potus or @@potus", "@potus", ["@potus", "@potus"]),
    ("On peace@talks.example-led talks", "peace@talks.example-led", ["peace@talks.example-led"]),
    ("The @potus's word", "the ~0 word", []),
    ("The @potus's word", "the ~1 word", ["The @potus's word"]),
    ("An o-\nhttp://a.de", "http://a.de", []),
    (
        "The NEGO-\nTIATIONS of RUSSIA-\nUKRAINE",
        "(negotiations|ukraine)",
        ["NEGO-\nTIATIONS", "UKRAINE"],
    ),
    ("Der Krieg-\nund Friedensrat", "krieg", ["Krieg"]),
    ("In İstanbul", "istanbul", ["İstanbul"]),
    ("An en'tn't", "n't n't", ["en'tn't"]),
    ("The deal peace", {"pattern": "peace", "if": "deal|deal peace"}, ["peace"]),
    ("An a b c", {"pattern": "c", "unless": "(a|a b c)"}, []),
    ("An a b c d", {"pattern": "a", "exceptions": ["a b|b c d"]}, []),
]


@pytest.mark.parametrize(("text", "entry", "wanted"), ODD)
@pytest.mark.parametrize("native", [True, False])
def test_odd_texts_are_read_as_the_guide_says(native, text, entry, wanted):
    spans = spans_of(fr.make_lexicon({"a": [entry]}), text, native=native)
    assert [text[start:end] for start, end in spans] == wanted


@pytest.mark.parametrize(
    "entry",
    [
        *("(peace|:-))", "*'ll", "n'?", "*-fire", "a * b", "*"),
        {"pattern": "a ~1 b", "case": True},
        {"pattern": "(a|b)", "case": True},
        {"pattern": "a", "if": "b", "within": 3, "before": 1},
        {"pattern": "a", "if": "b", "within": 0},
        {"pattern": "a", "unless": "b", "before": 1},
        {"pattern": "a", "if": ["b", "c"]},
    ],
)
def test_what_the_guide_refuses_is_an_error(entry):
    with pytest.raises(fr.InputError):
        fr.make_lexicon({"a": [entry]})


@pytest.mark.parametrize("entries", [["'ll", "war"], ["war", "'ll"]])
@pytest.mark.parametrize("native", [True, False])
def test_of_two_matches_of_one_length_in_a_word_the_earlier_stays(native, entries):
    assert spans_of(fr.make_lexicon({"a": entries}), "The war'll end.", native=native) == [(4, 7)]


def test_the_example_is_a_lexicon(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    lexicon = fr.read_lexicon(path)
    assert lexicon.frames["frame"].tolist() == ["concession", "sovereignty.territory"]
    text = "They compromised. They ceded part of the Donbas and cut military aid at the border."
    found = fr.find_hits(fr.make_corpus([text]), lexicon).table
    assert found["weight"].tolist() == [0.5, 1.0, 1.0, 1.0]
