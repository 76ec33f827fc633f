"""Hostile input of the kinds that public bug reports name: one line that says what to do."""

import json

import pytest

import framing as fr

BAD_FILES = [
    ("a.csv", ""),
    ("a.csv", "doc_id,text\n"),
    ("a.csv", "doc_id,text,text\na,truce,x\n"),
    ("a.csv", 'doc_id,text\na,"truce held\nb,peace\n'),
    ("a.tsv", "doc_id\ttext\na\ttruce\tmore\n"),
    ("a.csv", b"doc_id,text\na,tru\x00ce\n"),
    ("a.jsonl", '{"text": "truce"}\n{"text": "peace"\n'),
    ("a.jsonl", '{"doc_id": 1, "text": "truce"}\n{"doc_id": "1", "text": "peace"}\n'),
    ("a.json", "[" * 100_000),
    ("a.json", "{"),
    ("a.parquet", b"PAR1xxxxPAR1"),
    ("a.parquet", b""),
    ("a.xlsx", b"PK\x03\x04junk"),
    ("a.zip", b"PK\x05\x06" + b"\0" * 18),
]


@pytest.mark.parametrize(("name", "content"), BAD_FILES)
def test_a_broken_file_of_articles_is_named(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(fr.InputError, match=name):
        fr.read_corpus(path)


@pytest.mark.parametrize("path", ["", "   ", "no/such/file.csv", "x" * 5000, "a\0b.csv"])
def test_a_path_that_is_none_is_refused(path):
    with pytest.raises(fr.InputError):
        fr.read_corpus(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.toml", "x = = 1"),
        ("a.toml", "[frames.peace]\nentries = 5"),
        ("a.toml", "[frames.peace]\nentrys = ['a']"),
        ("a.yml", "a: [b"),
        ("a.yml", "a: &x [*x]"),
        ("a.yml", "- a\n- b"),
        ("a.ykd", "<a><b></a>"),
        ("a.dic", ""),
    ],
)
def test_a_broken_lexicon_is_named(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    with pytest.raises(fr.InputError, match=name):
        fr.read_lexicon(tmp_path / name)


@pytest.mark.parametrize(
    "texts",
    ["a truce", [], [1, 2], [b"x"], ["\u200b"]],
    ids=["text", "none", "1", "bytes", "blank"],
)
def test_what_is_no_list_of_texts_is_refused(texts):
    with pytest.raises(fr.InputError):
        fr.make_corpus(texts)


@pytest.mark.parametrize("kind", ["rate", "share", "count"])
def test_units_without_a_token_are_counted_wherever_they_are_left_out(kind):
    corpus = fr.make_corpus(
        ["A truce held. Rain fell."] * 4 + ["!!!", "???"],
        source=["A", "B"] * 2 + ["B", "C"],
        date=["2024-01-01"] * 5 + ["2024-02-01"],
        furniture=False,
    )
    scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"f": ["truce"]})), kind=kind)
    assert scores.table["value"].isna().sum() == 2
    assert "2 without a token" in repr(scores)
    limits = scores.interval().table
    assert limits["low"].isna().tolist()[-2:] == [True, True]
    assert all(limits["note"].tolist()[-2:])
    assert "2 units left out" in repr(fr.trend(scores, every="month", seed=1, draws=20))
    with pytest.raises(fr.InputError, match="no unit with a token is in 'C'"):
        fr.contrast(scores, by="source", seed=1)


def test_a_key_that_stands_twice_deep_in_an_object_is_no_fault(tmp_path):
    rows = [{"text": "truce", "meta": {"text": "x"}}, {"text": '"text": and "text"'}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert len(fr.read_corpus(tmp_path / "a.jsonl")) == 2
