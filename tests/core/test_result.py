"""What all results have in common."""

import copy
import pickle
from importlib.metadata import version

import pandas as pd
import pytest

import framing as fr


def planted():
    texts = ["A truce, though many doubt it. Rain.", "A truce.", "* * *"]
    corpus = fr.make_corpus(texts, source=["Wire", "Wire", "Blog"])
    return corpus, fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"], "doubt": ["doubt"]}))


def test_settings_name_the_arguments_the_instrument_the_texts_and_the_versions():
    corpus, hits = planted()
    scores = fr.score(hits, rejected="exclude").interval(seed=7, draws=30, level=0.8)
    assert scores.settings["rejected"] == "exclude"
    assert [scores.settings[name] for name in ("seed", "draws", "level")] == [7, 30, 0.8]
    for result in (hits, scores, fr.count_entries(hits), fr.count_cooccurrences(hits)):
        assert result.settings["lexicon_hash"] == hits.lexicon_hash
        assert result.settings["corpus_fingerprint"] == corpus.fingerprint
        assert result.settings["versions"]["framing"] == version("media-framing")
        assert result.settings["versions"]["pandas"] == pd.__version__
    # A second interval takes the place of the first, in the settings too.
    assert scores.interval(seed=8).settings["level"] == 0.95
    dropped = fr.drop_one(hits, fr.score(hits, kind="share"))
    assert dropped.settings["corpus_fingerprint"] == corpus.fingerprint
    assert (dropped.settings["kind"], dropped.settings["unit"]) == ("share", "document")


def test_what_was_left_out_is_a_table_with_the_reason():
    _, hits = planted()
    assert fr.score(hits).left_out.to_numpy().tolist() == [["text3", "no token"]]
    assert list(fr.count_entries(hits).left_out) == ["item", "reason"]
    assert fr.count_entries(hits).left_out.empty
    rows = {"doc_id": "text1", "coder": ["x", "y", "x"], "sentence": [1, 1, 2]}
    codes = fr.make_codes(pd.DataFrame({**rows, "peace": [1, 1, 0]}))
    agreed = fr.agreement(codes, draws=20, seed=1)
    assert agreed.left_out.astype("str").to_numpy().tolist() == [
        ["text1", "2", "peace", "coded once"]
    ]
    valid = fr.validate(hits, codes)
    assert valid.left_out.to_numpy().tolist() == [["doubt", "nobody coded it"]]


def test_what_was_a_table_acts_like_one_for_one_more_version():
    _, hits = planted()
    counts = fr.count_entries(hits)
    table = counts.table
    assert counts["n"].tolist() == table["n"].tolist() == [2, 1]
    assert counts.iloc[0]["entry"] == "truce"
    assert list(counts) == list(counts.columns) == list(table)
    assert len(counts) == 2
    assert "share" in counts
    pd.testing.assert_frame_equal(pd.DataFrame(counts), table)
    pd.testing.assert_frame_equal(pd.concat([counts, counts]), pd.concat([table, table]))
    pd.testing.assert_frame_equal(counts.merge(table), table.merge(counts))
    with pytest.raises(AttributeError, match="nothing"):
        _ = counts.nothing
    with pytest.raises(TypeError):
        counts["n"] = 0


def test_a_copy_of_a_result_is_one():
    _, hits = planted()
    counts = fr.count_cooccurrences(hits, level=0.8)
    for other in (pickle.loads(pickle.dumps(counts)), copy.copy(counts), copy.deepcopy(counts)):
        assert isinstance(other, fr.claims.Cooccurrences)
        assert other.level == 0.8
        assert other.settings == counts.settings
        pd.testing.assert_frame_equal(other.table, counts.table)
    assert pickle.loads(pickle.dumps(hits)).settings == hits.settings


def test_a_result_is_a_line_and_a_table_in_a_notebook():
    _, hits = planted()
    counts = fr.count_cooccurrences(hits, level=0.8)
    assert repr(counts) == "<Cooccurrences: 2 pairs of frames, 80% intervals; unnamed>"
    page = counts._repr_html_()
    assert page.startswith("<p>&lt;Cooccurrences: 2 pairs")
    assert page.count("<tr>") == 2


def test_a_result_writes_itself(tmp_path):
    _, hits = planted()
    counts = fr.count_entries(hits)
    path = counts.write(tmp_path / "new" / "entries.csv", digits=2)
    assert (
        path.read_bytes() == fr.write_table(counts.table, tmp_path / "t.csv", digits=2).read_bytes()
    )
    assert path.read_bytes() == fr.write_table(counts, tmp_path / "u.csv", digits=2).read_bytes()
    data = counts.write(tmp_path / "entries.parquet")
    assert pd.read_parquet(data)["share"].tolist() == counts["share"].tolist()
    dictionary = pd.read_csv(tmp_path / "entries.dictionary.csv", keep_default_na=False)
    assert (dictionary["description"] != "").all()
    with pytest.raises(fr.InputError, match=r"\.pdf: results are written as '\.csv', '\.xlsx'"):
        counts.write(tmp_path / "entries.pdf")
    with pytest.raises(fr.InputError, match="table is a list; it must be a DataFrame, or a result"):
        fr.write_table([1], tmp_path / "list.csv")


def test_a_result_draws_itself_or_says_what_can_be_drawn():
    _, hits = planted()
    assert fr.count_entries(hits).plot(top=1, title="Entries").get_suptitle() == "Entries"
    with pytest.raises(fr.InputError, match=r"There is no figure of Hits\. Draw score\(hits\)"):
        hits.plot()


def test_numbers_of_an_agreement_know_what_they_are():
    rows = {"doc_id": "a", "sentence": [1, 2, 3, 4] * 2, "coder": ["x"] * 4 + ["y"] * 4}
    codes = fr.make_codes(pd.DataFrame({**rows, "peace": [1, 1, 0, 0, 1, 0, 0, 0]}))
    agreed = fr.agreement(codes, seed=1, draws=50, level=0.8)
    table = fr.make_results(agreed, "coders.{frame}").table.set_index("key")
    assert table.loc["coders.peace.alpha", "value"] == pytest.approx(0.533333)
    assert table.loc["coders.peace.percent", ["value", "kind"]].tolist() == [0.75, "share"]
    assert table.loc["coders.peace.alpha", "level"] == 0.8
    assert table.loc["coders.peace.alpha", "n"] == 4
    # As a table, it is told what it holds.
    old = fr.make_results(agreed, "{frame}", kind="coefficient", unit="alpha", value="alpha",
                          low="alpha_low", high="alpha_high", level=0.8)  # fmt: skip
    assert old.table["value"].tolist() == [pytest.approx(0.533333)]


@pytest.mark.parametrize(
    ("use", "kind", "words"),
    [
        (lambda x: x["frame"], fr.InputError, r"x\.table\['frame'\]"),
        (lambda x: x.head(), AttributeError, r"x\.table\.head"),
        (lambda x: x.to_csv("a.csv"), AttributeError, "write_table"),
        (lambda x: x.nothing, AttributeError, "has no attribute 'nothing'.$"),
    ],
)
def test_a_result_that_is_used_like_a_table_names_its_table(use, kind, words):
    corpus, hits = planted()
    results = [hits, fr.score(hits), fr.make_lexicon({"f": ["truce"]})]
    for result in results if kind is fr.InputError else [*results, corpus]:
        with pytest.raises(kind, match=words):
            use(result)
        assert not hasattr(result, "to_numpy")
