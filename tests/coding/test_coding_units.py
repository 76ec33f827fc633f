import re
from contextlib import nullcontext
from dataclasses import replace

import pandas as pd
import pytest
from support.model_server import serving

import framing as fr

FRAMES = """
[frames.truce]
definition = "The text names a truce."
[frames.doubt]
definition = "The text names doubt."
"""
# In the first document a line of page furniture stands between two paragraphs, in the third in one.
TEXTS = [
    "A truce may come. Rain fell.\n\nAdvertisement\n\nSome doubt   the truce. It is wet.",
    "Snow fell.\n\nThere is no truce.\n\n* * *\n\nWind rose. All doubt it.",
    "Fog rose.\nAdvertisement\nMany doubt it. A truce came.",
]
QUICK = {"cache": None, "pause": 0.01, "timeout": 5}


def codebook_of(folder, unit):
    path = folder / f"{unit}.toml"
    path.write_text(f'name = "mine"\nunit = "{unit}"\n{FRAMES}', encoding="utf-8")
    return fr.coding.read_codebook(path)


def corpus_of(texts=TEXTS):
    columns = {"outlet": ["A", "B", "A", "B"], "date": ["2025-01-02", "2025-02-03"] * 2}
    return fr.make_corpus(texts, **{name: cells[: len(texts)] for name, cells in columns.items()})


def truth(table, frames=("truce", "doubt")):
    """Code a sample as the server does: a frame is there where its name is."""
    coded = {frame: table["text"].str.contains(frame).astype(int) for frame in frames}
    return table[["doc_id", "sentence"]].assign(**coded)


@pytest.mark.parametrize("unit", ["paragraph", "document"])
def test_a_model_codes_by_the_unit_of_the_codebook(tmp_path, unit):
    codebook, corpus = codebook_of(tmp_path, unit), corpus_of()
    assert corpus.exclusions["kind"].tolist() == ["line", "line"]
    with serving() as server:
        ask = {"model": "good", "base_url": server.url, **QUICK, "cache": tmp_path / "a.sqlite"}
        plan = fr.coding.code_with_model(corpus, codebook, dry_run=True, **ask)
        coded = fr.coding.code_with_model(corpus, codebook, batch=2, **ask)
        sent = [text for texts in server.sentences() for text in texts]
        count = len(server.requests)
        again = fr.coding.code_with_model(corpus, codebook, batch=2, **ask)
        assert len(server.requests) == count
    expected = 7 if unit == "paragraph" else 3
    assert f"{expected} {unit}s" in repr(plan)
    assert f"{expected} {unit}s" in repr(coded)
    assert again.table.equals(coded.table)
    assert coded.unit == coded.codes.unit == unit
    # Page furniture is not sent, and units are named by their first sentence.
    assert not any("advert" in text.lower() for text in sent)
    keys = ["doc_id", "paragraph"] if unit == "paragraph" else ["doc_id"]
    first = corpus.sentences.groupby(keys)[["sentence", "tokens"]].agg(
        {"sentence": "first", "tokens": "sum"}
    )
    named = coded.table.drop_duplicates(["doc_id", "sentence"])["sentence"]
    with_word = first[first["tokens"] > 0].reset_index().sort_values(["doc_id", "sentence"])
    assert named.tolist() == with_word["sentence"].tolist()
    # Evidence is where it stands in the document, also behind what was left out.
    texts = corpus.table.set_index("doc_id")["text"]
    present = coded.table[coded.table["code"] == 1]
    assert len(present) >= 6
    for row in present.itertuples():
        assert texts[row.doc_id][row.quote_start : row.quote_end] == row.frame
    prompt = server.requests[0]["messages"][0]["content"]
    assert f'{{"{unit}s": [' in prompt
    assert f"You code {unit}s of news" in prompt
    assert ("neighbours" in prompt) == (unit == "paragraph")
    assert "sentence" not in prompt


@pytest.mark.parametrize("unit", ["paragraph", "document"])
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_people_code_the_same_unit_and_codes_validate_and_correct(tmp_path, unit, ending):
    corpus = corpus_of([*TEXTS, "Rain.\n\nSnow. Rain."])
    codebook = codebook_of(tmp_path, unit)
    sample = fr.coding.sample_by_codebook(corpus, codebook, 4, seed=1)
    assert sample.unit == unit
    sheets = fr.write_coding_sheet(
        sample, tmp_path / f"sheet{ending}", codebook=codebook, coders=["Ann", "Bo"]
    )
    for path in sheets:
        skip = 1 + len(codebook.sheet_notes())
        sheet = pd.read_excel(path) if ending == ".xlsx" else pd.read_csv(path, skiprows=skip)
        assert ("before" in sheet) == (unit == "paragraph")
        filled = sheet.assign(**truth(sheet)[["truce", "doubt"]])
        if ending == ".xlsx":
            filled.to_excel(path, index=False, sheet_name="codes")
        else:
            filled.to_csv(path, index=False)
    codes = fr.read_codes(sheets, corpus=corpus)
    assert codes.unit == unit
    assert f"in 4 {unit}s by Ann, Bo" in repr(codes)
    assert fr.agreement(codes, draws=20, seed=1).table["alpha"].iloc[1] == 1
    # Hits of a lexicon in sentences are taken together; those of coded units are the same.
    lexicon = fr.make_lexicon({"truce": ["truce"], "doubt": ["doubt"]})
    of_lexicon = fr.find_hits(corpus, lexicon)
    everything = fr.coding.hits_by_unit(of_lexicon, unit)
    keys = ["doc_id", "paragraph"] if unit == "paragraph" else ["doc_id"]
    assert len(everything.sentences) == len(corpus.sentences.drop_duplicates(keys))
    valid = fr.validate(of_lexicon, codes, sample=sample)
    assert valid.table["f1"].tolist() == [1, 1]
    assert valid.table["n"].tolist() == [4, 4]
    shares = everything.presence()[everything.sentences["tokens"] > 0].mean(axis=0)
    for hits in (of_lexicon, everything):
        table = fr.correct(hits, codes, sample).table
        assert table["raw"].tolist() == shares.tolist()
        assert ((table["low"] <= shares) & (shares <= table["high"])).all()
    share = fr.score(everything, unit="corpus", kind="share")
    assert share.table["value"].tolist() == shares.tolist()
    assert share.measure == f"share of {unit}s"
    corrected = fr.contrast(
        fr.score(everything, kind="share"), by="outlet", correction=(codes, sample), seed=1,
        draws=100, permutations=100,
    )  # fmt: skip
    assert corrected.table["note"].str.startswith(f"corrected by 4 coded {unit}s").all()


def test_units_do_not_mix(tmp_path):
    corpus = corpus_of()
    codebook = codebook_of(tmp_path, "paragraph")
    hits = fr.find_hits(corpus, fr.make_lexicon({"truce": ["truce"], "doubt": ["doubt"]}))
    sample = fr.coding.sample_by_codebook(corpus, codebook, 5, seed=1)
    codes = fr.make_codes(truth(sample.table), unit="paragraph")
    ask = {"model": "m", "base_url": "http://127.0.0.1:9/v1", "dry_run": True, **QUICK}
    of_sentences = fr.sample_for_coding(hits, corpus, 5, strata=(), seed=1)
    with pytest.raises(fr.InputError, match="The sample is of sentences; the codebook 'mine'"):
        fr.coding.code_with_model(of_sentences, codebook, **ask)
    with pytest.raises(fr.InputError, match="unit='paragraph'"):
        fr.write_coding_sheet(of_sentences, tmp_path / "sheet.csv", codebook=codebook)
    with pytest.raises(fr.InputError, match="sample is of sentences, the codes are of paragraphs"):
        fr.correct(hits, codes, of_sentences)
    with pytest.raises(fr.InputError, match=r"hits_by_unit\(hits, .paragraph.\)"):
        fr.trend(fr.score(hits, kind="share"), every="month", seed=1, correction=(codes, sample))
    with pytest.raises(fr.InputError, match="learn from codes of sentences"):
        fr.fit_classifier(codes, corpus, seed=1)
    with pytest.raises(fr.InputError, match="A sentence is a part of a"):
        fr.validate(fr.hits_of_codes(codes, corpus), fr.make_codes(truth(of_sentences.table)))
    with pytest.raises(fr.InputError, match="has the number of its first sentence"):
        fr.validate(
            hits, fr.make_codes(truth(sample.table).head(1).assign(sentence=99), unit="paragraph")
        )
    with pytest.raises(fr.InputError, match="A paragraph is a part of a"):
        fr.score(fr.coding.hits_by_unit(hits, "document"), unit="paragraph", kind="share")
    # Every paragraph can be shown in its article, the last one too.
    page = fr.write_evidence(fr.hits_of_codes(codes, corpus), corpus, tmp_path / "page.html")
    assert page[0].stat().st_size > 1000
    # The same codes as a table for another program, with and without the column.
    table = codes.table[["doc_id", "sentence", "coder", "frame", "code"]]
    assert fr.make_codes(table.assign(unit="paragraph")).unit == "paragraph"
    with pytest.raises(fr.InputError, match="One table has codes of one unit"):
        fr.make_codes(table.assign(unit="paragraph"), unit="document")
    # A frame may be called unit, as long as its column has codes.
    rows = pd.DataFrame({"doc_id": ["a"], "sentence": [1], "unit": [1]})
    assert fr.make_codes(rows).frames == ["unit"]


def test_codes_of_people_who_count_paragraphs_or_name_documents_alone(tmp_path):
    corpus = corpus_of()
    paragraphs, documents = tmp_path / "Ann.csv", tmp_path / "Bo.csv"
    paragraphs.write_text("doc_id,paragraph,truce\ntext1,1,1\ntext1,2,0\ntext2,4,0\n")
    documents.write_text("doc_id,truce\ntext1,1\ntext3,0\n")
    codes = fr.read_codes(paragraphs, unit="paragraph", corpus=corpus)
    sentences = corpus.sentences.drop_duplicates(["doc_id", "paragraph"])
    first = sentences.set_index(["doc_id", "paragraph"])["sentence"]
    wanted = [first["text1", 1], first["text1", 2], first["text2", 4]]
    assert codes.table["sentence"].tolist() == wanted
    with pytest.raises(fr.InputError, match="Give the corpus"):
        fr.read_codes(paragraphs, unit="paragraph")
    paragraphs.write_text("doc_id,paragraph,truce\ntext1,9,1\n")
    with pytest.raises(fr.InputError, match="'text1', paragraph '9'"):
        fr.read_codes(paragraphs, unit="paragraph", corpus=corpus)
    codes = fr.read_codes(documents, unit="document", corpus=corpus)
    assert codes.table["sentence"].tolist() == [1, 1]
    assert fr.hits_of_codes(codes, corpus).table["doc_id"].tolist() == ["text1"]
    with pytest.raises(fr.InputError, match='unit="document"'):
        fr.read_codes(documents)


def test_a_text_that_no_workbook_takes_is_refused(tmp_path):
    corpus = fr.make_corpus(["Rain fell. " * 4000, "Snow fell."])
    sample = fr.coding.sample_by_codebook(corpus, codebook_of(tmp_path, "document"), 2, seed=1)
    with pytest.raises(fr.InputError, match=r"'text1' has 43,\d\d\d characters.*\.csv"):
        fr.write_coding_sheet(sample, tmp_path / "sheet.xlsx")
    assert len(fr.write_coding_sheet(sample, tmp_path / "sheet.csv", coders=1)) == 1


def test_marks_of_sentences_are_those_of_their_units():
    corpus = fr.make_corpus(["A truce. Rain fell.\n\nSnow fell. Hail fell.", "***\n\nWind rose."])
    table = pd.DataFrame({"doc_id": "text1", "sentence": [1, 2, 3], "peace": [1, 0, 0]})
    hits = fr.hits_of_codes(fr.make_codes(table), corpus)
    # Sentence 4 has no code, and its paragraph has one by sentence 3. Asterisks are no sentence
    # that could have a code.
    paragraphs = fr.coding.hits_by_unit(hits, "paragraph").sentences
    assert paragraphs["uncoded"].tolist() == [False, False, False, True]
    assert hits.sentences["uncoded"].tolist() == [False, False, False, True, False, True]
    documents = fr.coding.hits_by_unit(hits, "document")
    assert documents.sentences["uncoded"].tolist() == [False, True]
    assert fr.score(documents, kind="share").table["value"].tolist()[0] == 1
    learnt = replace(hits, sentences=hits.sentences.assign(learnt=[False, True] + [False] * 4))
    assert fr.coding.hits_by_unit(learnt, "document").sentences["learnt"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ([0, 0, 0], "split evenly in 2 of 3 sentences (peace 2)"),
        ([1, 1, 0], None),
    ],
)
def test_even_splits_of_coders_are_counted_in_a_warning(second, said):
    corpus = fr.make_corpus(["A truce holds. Talks go on. Snow fell."])
    rows = {"doc_id": "text1", "sentence": [1, 2, 3]}
    codes = fr.make_codes(
        pd.concat(
            [
                pd.DataFrame({**rows, "coder": "Ann", "peace": [1, 1, 0]}),
                pd.DataFrame({**rows, "coder": "Ben", "peace": second}),
            ]
        )
    )
    with nullcontext() if said is None else pytest.warns(UserWarning, match=re.escape(said)):
        hits = fr.hits_of_codes(codes, corpus)
    assert len(hits) == (2 if said is None else 0)
    # One coder alone is never split.
    assert len(fr.hits_of_codes(codes, corpus, coder="Ann")) == 2
