"""Model codes read back from files, and the codes of six sessions that ship."""

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
from support.model_server import serving

import framing as fr
from framing.coding.models.prompts import prompts_of

WORDINGS = Path(fr.__file__).parent / "data" / "wordings"
FILES = WORDINGS / "codes.csv", WORDINGS / "manifest.json"
TEXTS = [
    "A truce may come. Rain fell. Some doubt the truce.",
    "Snow fell. There is no truce. Wind rose. All doubt it.",
]


@pytest.fixture
def codebook(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\nversion = "1"\n[frames.truce]\ndefinition = "The sentence names a truce."\n'
        '[frames.doubt]\ndefinition = "The sentence names doubt."\n',
        encoding="utf-8",
    )
    return fr.coding.read_codebook(path)


def written(codebook, folder, model="good", **options):
    corpus = fr.make_corpus(TEXTS, doc_id=["=1", "b, c"])
    with serving() as server:
        coded = fr.coding.code_with_model(
            corpus, codebook, model=model, base_url=server.url, cache=None, pause=0.01, **options
        )
    codes = fr.write_table(coded, folder / "codes.csv")
    return corpus, coded, codes, fr.coding.write_manifest(coded, folder / "manifest.json")


def test_what_a_model_said_is_the_same_after_writing_and_reading(codebook, tmp_path):
    corpus, coded, codes, manifest = written(codebook, tmp_path, replicate=2, occasion="later")
    back = fr.coding.read_model_codes(codes, manifest)
    pd.testing.assert_frame_equal(back.table, coded.table)
    assert back.coders == coded.coders == ["good, later", "good, prompt 2, later"]
    assert (back.unit, back.manifest, back.notes) == ("sentence", coded.manifest, coded.notes)
    pd.testing.assert_frame_equal(back.codes.table, coded.codes.table)
    for coder in coded.coders:
        hits, again = coded.hits(corpus, coder=coder), back.hits(corpus, coder=coder)
        pd.testing.assert_frame_equal(again.table, hits.table)
        assert again.lexicon_hash == hits.lexicon_hash
    assert fr.agreement(back.codes, seed=1).table["n"].tolist() == [7, 7]


def test_a_missing_code_stays_missing_and_is_listed(codebook, tmp_path):
    _, coded, codes, manifest = written(codebook, tmp_path)
    rows = pd.read_csv(codes, dtype=str, keep_default_na=False)
    rows.loc[0, ["code", "quote_start", "quote_end"]] = ""
    rows.to_csv(codes, index=False)
    back = fr.coding.read_model_codes(codes, manifest)
    assert back.table["code"].isna().tolist() == [True] + [False] * 13
    listed = back.left_out.iloc[0]
    assert (listed["doc_id"], listed["sentence"], listed["frame"]) == ("=1", 1, "truce")
    assert listed["reason"] == "no code in the file"
    assert len(back.left_out) == len(back.problems) == len(back.codes.missing) == 1
    assert len(coded.codes.table) - len(back.codes.table) == 1


def cell(column, value):
    def change(rows):
        rows.loc[3, column] = value
        return rows

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (cell("code", "2"), r"1 cells cannot be used.*\n.*row 5, column code: '2'"),
        (cell("code", "yes"), "row 5, column code: 'yes'"),
        (cell("sentence", "0"), "row 5, column sentence: '0'"),
        (cell("sentence", ""), "row 5, column sentence: ''"),
        (cell("rejected", "perhaps"), "row 5, column rejected: 'perhaps'"),
        (cell("quote_start", "1.5"), "row 5, column quote_start: '1.5'"),
        (cell("coder", "Ann"), "the coder 'Ann' is in one of them only"),
        (cell("frame", "war"), "the frame 'war' is in one of them only"),
        (lambda rows: pd.concat([rows, rows.tail(1)]), "for 'doubt' twice"),
        (lambda rows: rows.drop(columns="rejected"), "has no column 'rejected'"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(codebook, tmp_path, change, message):
    _, _, codes, manifest = written(codebook, tmp_path)
    change(pd.read_csv(codes, dtype=str, keep_default_na=False)).to_csv(codes, index=False)
    with pytest.raises(fr.InputError, match=message):
        fr.coding.read_model_codes(codes, manifest)


def test_other_files_are_refused(codebook, tmp_path):
    _, _, codes, manifest = written(codebook, tmp_path)
    with pytest.raises(fr.InputError, match="this is not a manifest of a model coder"):
        fr.coding.read_model_codes(codes, codes)
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(fr.InputError, match="this is not a manifest of a model coder"):
        fr.coding.read_model_codes(codes, tmp_path / "list.json")
    with pytest.raises(fr.InputError, match="this is not a table"):
        fr.coding.read_model_codes(manifest, manifest)
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(fr.InputError, match="this is not a table"):
        fr.coding.read_model_codes(tmp_path / "empty.csv", manifest)
    with pytest.raises(fr.InputError, match=r"gone\.csv"):
        fr.coding.read_model_codes(tmp_path / "gone.csv", manifest)


# The codes that ship.


def test_each_frame_that_ships_has_its_words_in_the_sentence_that_was_coded():
    coded = fr.coding.read_model_codes(*FILES)
    assert len(coded.coders) == 6
    assert coded.table["code"].notna().all()
    study = fr.read_study(WORDINGS)
    keys = ["doc_id", "sentence"]
    places = coded.table[keys].drop_duplicates()
    assert len(places) == 240
    assert coded.table.groupby("coder")[keys[0]].size().eq(240 * 4).all()
    spans = study.hits.sentences[[*keys, "start", "end"]]
    present = coded.table[coded.table["code"] == 1].merge(spans, on=keys, validate="many_to_one")
    assert len(present) == (coded.table["code"] == 1).sum()
    assert (present["quote_start"] >= present["start"]).all()
    assert (present["quote_end"] > present["quote_start"]).all()
    assert (present["quote_end"] <= present["end"]).all()
    # The study has the documents of the testbeds, and no word of them.
    beds = fr.load_testbed("briefings"), fr.load_testbed("newswire", part="held back")
    texts = pd.concat([bed.corpus.table for bed in beds]).set_index("doc_id")["text"]
    length = texts.str.len().reindex(study.documents["doc_id"]).to_numpy()
    assert (study.documents["characters"].to_numpy() == length).all()
    assert study.terms.empty
    # The sentences are those of the other coders.
    others = fr.read_codes(WORDINGS / "others.csv").table
    counts = others.drop_duplicates([*keys, "coder"]).groupby("coder").size()
    assert counts.to_dict() == {"first coder": 240, "second coder": 190}
    assert len(others[keys].drop_duplicates().merge(places)) == 240


def test_the_wordings_that_ship_are_five_and_one_of_them_was_asked_twice():
    manifest = json.loads(FILES[1].read_text(encoding="utf-8"))
    prompts = [coder["prompt"] for coder in manifest["coders"]]
    assert len(set(prompts)) == 5
    assert prompts[0] == prompts[5]
    assert [coder["occasion"] for coder in manifest["coders"]] == [""] * 5 + ["again"]
    for coder in manifest["coders"]:
        assert hashlib.sha256(coder["prompt"].encode()).hexdigest() == coder["prompt_hash"]
    codebook = fr.data.load_codebook("peace-initiative")
    if codebook.hash == manifest["codebook"]["hash"]:
        assert prompts[:5] == [prompt.text for prompt in prompts_of(codebook, 5)]
    # No sentence that was coded is in the manifest.
    text = json.dumps(manifest, ensure_ascii=False)
    for bed in (fr.load_testbed("briefings"), fr.load_testbed("newswire", part="held back")):
        for document in bed.corpus.table["text"]:
            assert document[:40] not in text
