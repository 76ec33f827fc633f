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


def test_a_key_that_stands_twice_in_a_list_of_json_is_no_lost_text(tmp_path):
    (tmp_path / "a.json").write_text('[{"text": "truce", "text": "peace"}, {"text": "x"}]')
    with pytest.raises(fr.InputError, match=r"a\.json: an object has the key 'text' twice"):
        fr.read_corpus(tmp_path / "a.json")
    (tmp_path / "b.json").write_text('[{"text": "the \\"text\\""}, {"text": "b"}]')
    assert len(fr.read_corpus(tmp_path / "b.json")) == 2


@pytest.mark.parametrize("content", ["[]", "{}", '{"name": "x"}', '{"files": 1}', "null"])
def test_a_damaged_list_of_a_study_is_named(tmp_path, content):
    study = fr.data.make_study(fr.make_corpus(["A truce."]), fr.make_lexicon({"f": ["truce"]}))
    fr.data.write_study(study, tmp_path)
    (tmp_path / "study.json").write_text(content)
    with pytest.raises(fr.InputError, match=r"study\.json has no"):
        fr.data.read_study(tmp_path)


def test_two_byte_order_marks_are_no_part_of_a_name(tmp_path):
    (tmp_path / "a.csv").write_text("\ufeff\ufeffdoc_id,text\nx,truce\n", encoding="utf-8")
    assert fr.read_corpus(tmp_path / "a.csv").table["doc_id"].tolist() == ["x"]


def test_a_key_that_stands_twice_deep_in_an_object_is_no_fault(tmp_path):
    rows = [{"text": "truce", "meta": {"text": "x"}}, {"text": '"text": and "text"'}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert len(fr.read_corpus(tmp_path / "a.jsonl")) == 2


NO_PATHS = ["a\0b", "z" * 300, "/".join(["z" * 200] * 40), "link", "file/sub"]


@pytest.mark.parametrize("name", NO_PATHS, ids=["zero", "long", "longer", "loop", "below a file"])
@pytest.mark.parametrize(
    "read",
    [
        fr.read_lexicon,
        fr.read_codes,
        fr.read_topics,
        fr.read_codebook,
        fr.data.read_study,
        fr.data.check_study,
        fr.data.open_dataset,
        fr.data.open_hits,
    ],
)
def test_a_reader_says_that_a_path_leads_to_nothing(tmp_path, name, read):
    (tmp_path / "link").symlink_to(tmp_path / "link")
    (tmp_path / "file").write_text("x")
    with pytest.raises(fr.InputError):
        read(f"{tmp_path}/{name}")


@pytest.mark.parametrize("name", NO_PATHS, ids=["zero", "long", "longer", "loop", "below a file"])
def test_a_writer_says_that_a_path_cannot_be_written(tmp_path, name):
    (tmp_path / "link").symlink_to(tmp_path / "link")
    (tmp_path / "file").write_text("x")
    corpus = fr.make_corpus(["A truce.", "Rain."] * 3, source=["A", "B"] * 3)
    lexicon = fr.make_lexicon({"f": ["truce"]})
    hits = fr.find_hits(corpus, lexicon)
    path = f"{tmp_path}/{name}"
    claim = {"by": "source", "unit": "document", "seed": 1}
    writers = [
        lambda: fr.write_table(hits.table, f"{path}/t.csv"),
        lambda: fr.write_data(hits, f"{path}/t.csv"),
        lambda: fr.data.write_study(fr.data.make_study(corpus, lexicon), path),
        lambda: fr.data.start_study(path, name="x"),
        lambda: fr.write_coding_sheet(
            fr.sample_for_coding(hits, corpus, 4, seed=1), f"{path}/s.csv"
        ),
        lambda: fr.claims.multiverse(
            corpus, lexicon, claim, choices={"kind": ["rate", "share"]}, seed=1, cache=path
        ),
    ]
    for write in writers:
        with pytest.raises(fr.InputError):
            write()
    assert sorted(item.name for item in tmp_path.iterdir()) == ["file", "link"]


def test_a_study_of_examples_replaces_no_file(tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "documents.csv").write_text("mine")
    with pytest.raises(fr.InputError, match=r"documents\.csv.*exists already"):
        fr.data.start_study(tmp_path, example=True)
    assert (tmp_path / "articles" / "documents.csv").read_text() == "mine"
    assert [item.name for item in tmp_path.rglob("*")] == ["articles", "documents.csv"]
