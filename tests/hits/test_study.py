import csv
from pathlib import Path

import pandas as pd
import pytest

import framing as fr

SHARED = Path(__file__).parents[3] / "shared"
TABLES = ("documents", "terms", "exclusions")

with_texts = pytest.mark.skipif(
    not (SHARED / "corpus").is_dir(), reason="the texts of the study are not here"
)


def tables(study):
    hits = study.hits
    own = {name: getattr(study, name) for name in TABLES}
    return own | {"hits": hits.table, "sentences": hits.sentences, "entries": hits.entries}


def assert_equal(first, second):
    for name, table in tables(first).items():
        pd.testing.assert_frame_equal(table, tables(second)[name], obj=name)


def small():
    corpus = fr.make_corpus(
        ["A truce is near.\nRelated Sources:", "A truce, a truce!"],
        title=["First", None],
        date="2025-02-13",
        desk="world",
    )
    return fr.make_study(corpus, fr.make_lexicon({"peace": ["truce"], "doubt": ["wary"]}))


def test_features_come_back_as_they_were_written(tmp_path):
    study = small()
    fr.write_study(study, tmp_path / "new")
    again = fr.read_study(tmp_path / "new")
    assert_equal(study, again)
    for unit in ("sentence", "paragraph", "document", "source", "date", "desk", "corpus"):
        scores = [fr.score(item.hits, unit=unit).table for item in (study, again)]
        pd.testing.assert_frame_equal(*scores)


def test_features_hold_no_text_longer_than_a_word():
    study = small()
    cells = [
        str(cell)
        for name, table in tables(study).items()
        for cell in table.to_numpy().ravel()
        if name in ("hits", "sentences", "terms")
    ]
    assert not any(" " in cell for cell in cells)
    assert study.terms.groupby("doc_id")["n"].sum().tolist() == [4, 4]


@pytest.mark.parametrize("name", ["articles", "briefings"])
def test_word_counts_add_up_to_the_tokens_of_the_study_that_ships(name):
    study = fr.load_study(name)
    counted = study.terms.groupby("doc_id")["n"].sum()
    tokens = study.documents.set_index("doc_id")["tokens"]
    assert counted.to_dict() == tokens[tokens > 0].to_dict()
    assert study.hits.sentences["tokens"].sum() == counted.sum()


@pytest.mark.parametrize("name", ["articles", "briefings"])
def test_the_features_that_ship_were_made_with_a_lexicon_that_ships(name):
    hits = fr.load_study(name).hits
    lexicon = fr.load_lexicon("peace-initiative")
    assert hits.lexicon_hash == lexicon.hash
    assert hits.lexicon == f"{lexicon.name} {lexicon.version}"


@with_texts
def test_features_and_texts_give_the_same_tables_and_scores():
    shipped = fr.load_study("articles")
    measured = fr.load_study("articles", texts=SHARED / "corpus")
    assert (shipped.origin, measured.origin) == ("features", "texts")
    assert_equal(shipped, measured)
    for kind in ("rate", "share", "count"):
        both = [fr.score(s.hits, kind=kind).interval(seed=1) for s in (shipped, measured)]
        pd.testing.assert_frame_equal(both[0].table, both[1].table)
    # What notebooks do with them: contrasts, the hits behind them, and other ways of measuring.
    label = shipped.documents.set_index("doc_id")["label"].rename("article")
    one, *names = label
    groups = {"one": [one], "others": names}
    options = {"cluster": "paragraph", "permutations": 100, "draws": 100, "seed": 1}
    claims = [
        fr.contrast(fr.score(study.hits, unit="paragraph"), by=label, groups=groups, **options)
        for study in (shipped, measured)
    ]
    few = {"kind": ["rate", "share"], "quoted": ["all", "journalist"]}
    ways = [
        fr.multiverse(study, None, claim, frame="peace", choices=few, seed=1)
        for study, claim in zip((shipped, measured), claims, strict=True)
    ]
    for get in (
        lambda claim, _: claim.table,
        lambda claim, _: claim.evidence("peace", "one"),
        lambda _, way: way.table,
        lambda _, way: way.matters,
    ):
        first, second = map(get, claims, ways)
        assert len(first)
        pd.testing.assert_frame_equal(first, second)


@pytest.mark.skipif(not (SHARED / "public").is_dir(), reason="the briefings are not here")
def test_features_and_texts_of_the_briefings_give_the_same_tables():
    texts = SHARED / "public" / "whitehouse_talks.jsonl"
    assert_equal(fr.load_study("briefings"), fr.load_study("briefings", texts=texts))


@with_texts
def test_sentences_are_those_the_coders_saw():
    study = fr.load_study("articles")
    found = study.hits.sentences[["doc_id", "start", "end"]].to_numpy().tolist()
    with (SHARED / "gold" / "dev.csv").open(encoding="utf-8", newline="") as file:
        coded = list(csv.DictReader(file))
    expected = [
        [row["file"].removesuffix(".txt"), int(row["start"]), int(row["end"])] for row in coded
    ]
    assert expected
    assert all(span in found for span in expected)


def test_other_texts_are_not_taken_for_those_of_the_study(tmp_path):
    with pytest.raises(fr.InputError, match=r"has no file that can be read"):
        fr.load_study("articles", texts=tmp_path)
    ids = fr.load_study("articles").documents["doc_id"].tolist()
    for doc_id in ids[1:]:
        (tmp_path / f"{doc_id}.txt").write_text("A truce.")
    with pytest.raises(fr.InputError, match=rf"lacks 1 of the 5 articles of the study: '{ids[0]}'"):
        fr.load_study("articles", texts=tmp_path)
    (tmp_path / f"{ids[0]}.txt").write_text("A truce.")
    with pytest.raises(fr.InputError, match=rf"{ids[0]}\.txt is not the article .*SHA-256"):
        fr.load_study("articles", texts=tmp_path)


def test_what_a_wrong_name_or_folder_gets(tmp_path):
    with pytest.raises(fr.InputError, match=r"name='article' .*Did you mean 'articles'"):
        fr.load_study("article")
    with pytest.raises(fr.InputError, match=r"does not contain the features .*documents\.parquet"):
        fr.read_study(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(fr.InputError, match=r"file is a file; a folder is needed"):
        fr.write_study(small(), tmp_path / "file")
