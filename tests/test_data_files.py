import hashlib
import json
import re
import tomllib
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path

import frictionless
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.model_server import serving

import framing as fr
from framing.data_files import (
    UNKNOWN,
    ColumnNote,
    _constraints,
    column_note,
    described_tables,
    typed,
)

COLUMNS = Path(fr.__file__).with_name("data") / "columns.toml"
LEXICON = fr.make_lexicon({"peace": ["truce", "talks"], "doubt|x": ["doubt*"]}, name="mine")


def hits_of(**columns):
    texts = ["A truce. Truce talks stall.", "Rain fell.", "“Many doubt it,” he said."]
    return fr.find_hits(fr.make_corpus(texts, **columns), LEXICON)


def read_back(files):
    """Read a CSV file with nothing but its dictionary."""
    told = pd.read_csv(files.paths[1], keep_default_na=False).set_index("column").to_dict("index")
    table = pd.read_csv(files.paths[0], keep_default_na=False, dtype=str, encoding="utf-8")
    for name in table:
        kind, missing = told[name]["type"], told[name]["missing"]
        cells = table[name].where((table[name] != "") | (missing == 0))
        if kind == "category":
            cells = pd.Categorical(cells, categories=json.loads(told[name]["allowed"]))
        elif kind == "boolean":
            cells = cells.map({"TRUE": True, "FALSE": False}).astype("boolean" if missing else bool)
        elif kind in ("date", "datetime"):
            cells = pd.to_datetime(cells, format="ISO8601").astype("datetime64[us]")
        elif kind == "integer":
            cells = cells.astype("Int64" if missing else "int64")
        elif kind == "number":
            cells = cells.astype("float64")
        elif kind == "list":
            cells = cells.map(json.loads)
        table[name] = cells
    return table


def range_of(allowed):
    """Return the lowest and the highest value that a dictionary allows, as it says in words."""
    words = allowed.replace(",", "")
    for form, ends in (
        (r"(-?\d+) to (-?\d+)", (1, 2)),
        (r"(?:above|between) (\d+)(?:(?: to| and) (\d+))?", (1, 2)),
        (r"(?:from )?(\d+)(?: or more.*)?", (1, 0)),
        (r"at most (\d+)|(\d+) or less", (0, 1)),
    ):
        if found := re.fullmatch(form, words):
            low, high = (found[end] if end else None for end in ends)
            return float(low or "-inf"), float(high or "inf")
    raise AssertionError(allowed)


def compared():
    """Results that compare groups, words and times, in a corpus where each finds something."""
    texts, columns = [], {"source": [], "date": [], "camp": []}
    for number in range(240):
        source, late = ["Wire", "Blog", "Post"][number % 3], number >= 120
        truce = "A truce holds. " * (3 if late else number % 2 if source == "Wire" else 0)
        doubt = "Many doubt it. " * (number % 4 == 0)
        texts.append(f"{truce}{doubt}Envoys {number} met day {number} over gas, gas and oil.")
        columns["source"].append(source)
        month, day = number // 10, 1 + number % 10 * 3
        columns["date"].append(f"{2024 + month // 12}-{1 + month % 12:02}-{day:02}")
        columns["camp"].append("east" if number % 2 else "west")
    columns["date"][:3] = None, "2024", "2024-01-07T08:30"
    columns["date"][120] = "2025-01"
    texts[6] = texts[9]
    corpus = fr.make_corpus(texts, **columns)
    hits = fr.find_hits(corpus, LEXICON)
    scores = fr.score(hits)
    few = {"seed": 1, "draws": 100}
    course = fr.trend(scores, every="month", by="camp", **few)
    changes = fr.find_change_points(course, seed=1, block=1, least=2, permutations=499, draws=20)
    terms = fr.count_terms(corpus, min_units=1)
    sides = {"by": "source", "target": "Wire"}
    weights = {"truce": 1.0, "gas": -0.5}
    claim = {"by": "source", "permutations": 100, **few}
    choices = {"kind": ["rate", "share"], "entry": 1}
    return [
        corpus, course, changes,
        fr.multiverse(corpus, LEXICON, claim, choices=choices, seed=1),
        fr.contrast(scores, by="source", permutations=100, **few),
        fr.regress(scores, "source + month"),
        fr.change_at(course, "2025-01-04", placebos=3),
        fr.pool(scores, by="month"),
        fr.keyness(terms, **sides),
        fr.collocations(corpus, ["truce", "gas"], min_count=2),
        fr.word_shift(hits, **sides, frame="peace", **few),
        fr.word_shift(terms, **sides, kind="weighted", weights=weights, **few),
        corpus.find_duplicates(seed=1),
    ]  # fmt: skip


def stored(folder):
    """A dataset that was scored part by part, and its hits, terms and duplicates on disk."""
    table = pd.DataFrame({"doc_id": ["a", "b"], "text": ["A truce.", "Rain fell."]})
    table.to_parquet(folder / "news.parquet")
    done = fr.score_dataset(folder / "news.parquet", LEXICON, folder / "out", workers=1)
    dataset = fr.data.open_dataset(folder / "news.parquet")
    terms = fr.count_terms(dataset, min_units=1, out=folder / "terms")
    duplicates = fr.data.find_duplicates(dataset, out=folder / "duplicates", seed=1)
    return [done, fr.open_hits(folder / "out"), dataset, terms, duplicates]


def model_coded():
    """Codes of a model, and a plan of such a run; one sentence cannot be told."""
    corpus = fr.make_corpus(["A truce. Many doubt it.", "Rain fell."])
    book = fr.load_codebook("peace-initiative")
    with serving() as server:
        options = {"base_url": server.url, "cache": None}
        plan = fr.code_with_model(corpus, book, model="good", dry_run=True, **options)
        return [plan, fr.code_with_model(corpus, book, model="unsure", **options)]


def paper(folder, scores):
    """Return numbers of a notebook, and a paper with one of them."""
    notebook = folder / "one.ipynb"
    notebook.write_text('{"cells": []}', encoding="utf-8")
    made = fr.make_results(
        scores.table, "{unit_id}.{frame}", kind="rate", unit="hits per 1,000 tokens", of="sentences"
    )
    path = fr.write_results(made, folder / "results.json", notebook=notebook)
    (folder / "references.bib").write_text("", encoding="utf-8")
    source = folder / "paper.md"
    source.write_text(f"{{{{{made.table['key'][0]}}}}}\n", encoding="utf-8")
    results = fr.read_results(path)
    return [results, fr.write_paper(source, notebooks=folder, formats=["html"])]


# Tables inside results that are written as any other DataFrame, without descriptions.
BARE = {
    "Codes.missing", "Hits.documents", "Hits.entries", "Lexicon.examples", "Lexicon.frames",
    "LexiconCheck.counts", "Sample.strata", "Scores.documents", "Scores.units",
    "StoredTerms.filters", "StoredTerms.vocabulary",
    "TopicChoice.candidates",
    "TopicChoice.runs", "TopicFrames.base", "Topics.seeds", "Topics.units", "Topics.vocabulary",
}  # fmt: skip


def parts_of(results):
    """Return the tables inside results, beside that which is written of the whole."""
    found = {}
    for result in results:
        for field in fields(result):
            value = getattr(result, field.name)
            name = f"{type(result).__name__}.{field.name}"
            # Every result says what was left out; where nothing can be, there is nothing to say.
            nothing = field.name == "left_out" and name not in described_tables()
            if field.name != "table" and isinstance(value, pd.DataFrame) and not nothing:
                found.setdefault(name, value)
    return found


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """One table of each kind that the package returns, called as the dictionary calls it."""
    news, lexicon = fr.load_testbed("newswire"), fr.load_lexicon("peace-initiative-1.1")
    corpus = news.corpus
    hits = fr.find_hits(corpus, lexicon)
    valid = fr.validate(hits, news.codes)
    scores = fr.score(hits).interval(seed=1, draws=50)
    sample = fr.sample_for_coding(hits, corpus, 60, seed=1)
    coded = sample.table[["doc_id", "sentence"]].assign(peace=[0, 1] * 30)
    classifier = fr.load_classifier("peace-initiative")
    terms = fr.count_terms(corpus, unit="paragraph", min_units=3)
    topics = fr.fit_topics(terms, n_topics=3, seed=1)
    shares = fr.prevalence(topics, terms, by="doc_id", seed=1, draws=20)
    sheet, key = fr.write_intrusion_sheet(
        topics, tmp_path_factory.mktemp("sheets") / "words.csv", coders=1, seed=1
    )
    pd.read_csv(sheet, skiprows=1).assign(answer=1).to_csv(sheet, index=False)
    of_passages = {"test": "passages", "corpus": corpus, "n_passages": 2, "min_terms": 1}
    passages = fr.write_intrusion_sheet(
        topics, sheet.with_name("passages.csv"), coders=1, seed=1, **of_passages
    )
    pd.read_csv(passages[0], skiprows=1).assign(answer=1).to_csv(passages[0], index=False)
    packages = fr.find_packages(topics, seed=1, runs=5, permutations=5)
    choice = fr.choose_topics(terms, [2, 3], starts=2, seed=1)
    joined = fr.fit_instrument([lexicon], news.codes, corpus, seed=1)
    results = [
        joined, valid.by("held_back", draws=20, seed=1),
        scores, hits, corpus, lexicon, valid, sample, classifier, topics, shares, packages, choice,
        news.codes, fr.kwic(corpus, "truce"), fr.load_actors("ukraine-peace"),
        fr.load_codebook("peace-initiative"),
        fr.check_lexicon(lexicon), fr.consensus_topics(terms, 3, starts=2, seed=1),
        fr.frames_by_topic(topics, hits, seed=1, draws=20, permutations=9),
        fr.voices(hits, by="held_back", seed=1, draws=100, permutations=100),
    ]  # fmt: skip
    results += [*compared(), *model_coded(), *stored(tmp_path_factory.mktemp("stored"))]
    one = fr.make_codes(coded)
    costs = {"budget": 100, "coding_cost": 1, "sentences": 1000}
    results += [fr.drift(one, one), fr.plan_coding({"lexicon": (0, valid)}, **costs)]
    study = tmp_path_factory.mktemp("study")
    fr.start_study(study, name="mine")
    (study / "articles" / "one.txt").write_text("A truce held.", encoding="utf-8")
    tables = {
        "check_study": fr.check_study(study),
        "count_hits": fr.count_hits(corpus, lexicon),
        "count_entries": fr.count_entries(hits),
        "count_cooccurrences": fr.count_cooccurrences(hits),
        "locate_hits": fr.locate_hits(hits),
        "plan_sample": fr.plan_sample(hits),
        "correct": fr.correct(hits, fr.make_codes(coded), sample),
        "agreement": fr.agreement(news.codes, draws=20, seed=1),
        "list_errors": fr.list_errors(valid),
        "drop_one": fr.drop_one(hits, scores),
        "suggest": fr.suggest(corpus[:15], lexicon, top=2, seed=1),
        "find_furniture": fr.find_furniture("One.\nRead more"),
        "find_phrases": fr.find_phrases(corpus, min_count=3),
        "score_intrusion": fr.score_intrusion(sheet, key),
        "mean_codes": fr.mean_codes(news.codes),
        "predict_frames": fr.predict_frames(corpus, classifier, lexicon=lexicon),
        "Corpus.describe": corpus.describe("outlet"),
        "Topics.top_terms": topics.top_terms(3),
        "Prevalence.contrast": shares.contrast(*shares.groups[:2]),
    }  # fmt: skip
    more = [fr.classify(corpus, classifier, lexicon=lexicon), topics.shares]
    more += [fr.score(hits, unit=unit, kind="share") for unit in ("speaker", "sentence", "source")]
    results.append(fr.write_data(scores, tmp_path_factory.mktemp("data") / "scores.csv"))
    results += paper(tmp_path_factory.mktemp("paper"), scores)
    tables |= {of: part for of, part in parts_of(results).items() if of not in BARE}
    # An old name of what was left out.
    regression = next(result for result in results if isinstance(result, fr.Regression))
    tables["Regression.dropped"] = regression.dropped
    named = [*tables.items(), ("score_intrusion", fr.score_intrusion(*passages))]
    return [(None, result) for result in results + more] + named


@pytest.fixture(scope="module")
def written(everything, tmp_path_factory):
    """Each of these tables with its name, as it was written, and as it is read back."""
    folder, done = tmp_path_factory.mktemp("written"), []
    for number, (of, result) in enumerate(everything):
        files = fr.write_data(result, folder / f"{number}.csv", of=of)
        assert files.facts["result"] == (of or type(result).__name__)
        table = result if of else result.table
        done.append((files.facts["result"], table, files, read_back(files)))
    return done


def test_no_public_result_is_without_a_description(everything, written):
    spaces = (fr, fr.lexicons, fr.coding, fr.claims, fr.words, fr.topics, fr.paper, fr.data)
    names = {name for space in spaces for name in dir(space) if not name.startswith("__")}
    public = {name for name in names if is_dataclass(getattr(fr, name))}
    # What was a bare table is described by the name of the function that makes it.
    having = {
        getattr(getattr(fr, name), "made_by", name)
        for name in public
        if "table" in {field.name for field in fields(getattr(fr, name))}
    }
    # Make one of it in the fixture, and describe its columns in columns.toml.
    assert having | {"Topics"} <= {name for name, *_ in written}
    parts = parts_of(result for of, result in everything if of is None)
    assert set(parts) - set(described_tables()) <= BARE
    assert not set(described_tables()) & BARE


def test_every_column_of_every_table_is_described_and_none_beside_them(written):
    used = {}
    for name, _, files, _ in written:
        assert (name, files.undescribed) == (name, [])
        used.setdefault(name, set()).update(files.table["column"])
    # What is described but in no table was renamed, or never there; stems have forms.
    found = tomllib.loads(COLUMNS.read_text(encoding="utf-8"))
    unseen = {(table, name) for table in used for name in {*found[table]} - {*used[table], "*"}}
    assert unseen == {("Topics.top_terms", "form")}
    assert set(described_tables()) == set(used)
    assert set(found["documents"]) <= set.union(*used.values())


def test_every_table_is_read_back_with_nothing_but_its_dictionary(written):
    for name, table, files, back in written:
        assert len(back) == len(table) == files.rows, name
        for column in table:
            given = typed(table[column].reset_index(drop=True))[1]
            if given.isna().any():
                # CSV has nothing for empty texts too.
                given = given.mask(given == "")
            pd.testing.assert_series_equal(
                back[str(column)], given, check_dtype=False, check_categorical=False,
                check_names=False, rtol=0, atol=0, obj=f"{name}: {column}",
            )  # fmt: skip


def test_every_table_is_a_valid_data_package(written):
    for name, table, files, _ in written:
        package = frictionless.Package(str(files.paths[-1]))
        report = package.validate()
        assert report.valid, (name, report.flatten(["type", "fieldName", "message"])[:3])
        [resource] = package.resources
        with resource:
            assert len(list(resource.row_stream)) == len(table), name
        assert [field.name for field in resource.schema.fields] == files.table["column"].tolist()


@pytest.mark.parametrize(
    ("allowed", "constraints"),
    [
        ("0 or more", {"minimum": 0}),
        ("from 1", {"minimum": 1}),
        ("-1 to 1", {"minimum": -1, "maximum": 1}),
        ("0 to 1,000", {"minimum": 0, "maximum": 1000}),
        ("above 0, to 1", {"exclusiveMinimum": 0, "maximum": 1}),
        ("between 0 and 1", {"exclusiveMinimum": 0, "exclusiveMaximum": 1}),
        ("above 0", {"exclusiveMinimum": 0}),
        ("at most 1", {"maximum": 1}),
        ("0 or less", {"maximum": 0}),
        ("0 or more, unless weights are negative", {}),
        ("a | b", {"enum": ["a", "b"]}),
        ("", {}),
    ],
)
def test_what_is_allowed_in_words_is_a_constraint(allowed, constraints):
    assert _constraints(allowed, "text" if "|" in allowed else "number") == constraints
    # A column without a value is text, which has no range.
    assert _constraints("0 or more", "text") == _constraints(allowed, "boolean") == {}


def test_the_licence_of_the_data_is_that_of_the_package(tmp_path):
    files = fr.write_data(fr.score(hits_of()), tmp_path / "A b.csv", facts={"licence": "CC0-1.0"})
    package = json.loads(files.paths[-1].read_text(encoding="utf-8"))
    assert package["licenses"] == [{"name": "CC0-1.0"}]
    assert package["name"] == "a-b"
    assert frictionless.Package(str(files.paths[-1])).validate().valid


def test_a_file_that_was_changed_is_no_valid_package(tmp_path):
    files = fr.write_data(fr.score(hits_of(), kind="share"), tmp_path / "s.csv")
    text = files.paths[0].read_text(encoding="utf-8")
    files.paths[0].write_text(text.replace(",1.0,", ",7.0,", 1), encoding="utf-8")
    assert not frictionless.Package(str(files.paths[-1])).validate().valid


def test_values_are_those_that_the_dictionary_allows(written):
    for name, _, files, back in written:
        for column, kind, allowed, missing, means in files.table[
            ["column", "type", "allowed", "missing", "missing_means"]
        ].itertuples(index=False):
            values, where = back[column].dropna(), f"{name}: {column}"
            assert means or not missing, where
            if not len(values) or not allowed or kind in ("boolean", "category"):
                continue
            if " | " in allowed:
                assert set(values) <= set(allowed.split(" | ")), where
            else:
                low, high = range_of(allowed.split("; ")[0])
                assert low <= values.min(), where
                assert values.max() <= high, where


def test_what_is_said_of_a_column_has_no_gap_left_in_it():
    for table, notes in tomllib.loads(COLUMNS.read_text(encoding="utf-8")).items():
        for column in notes:
            note = column_note(table, column, {"unit": "source", "level": 0.9})
            for part in ("description", "unit", "allowed", "missing"):
                assert "{" not in getattr(note, part)
            assert note.description.endswith(".")
    assert column_note("Contrast", "low", {"level": 0.9, "measure": "hits"}) == ColumnNote(
        "Lower limit of the 90% interval of estimate.",
        "hits",
        missing="there are too few data for an estimate; see note",
    )
    assert "confidence" in column_note("Contrast", "low", {}).description
    assert set(UNKNOWN) == {"unit", "measure", "level", "by", "total"}
    assert column_note("Contrast", "unheard", {}) is None
    assert column_note("", "p", {}) is None


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_scores_stand_by_themselves(ending, tmp_path):
    hits = hits_of(
        source=["Wire", "Blog", None], date=["2025-02-13", None, "2025-03-01"], n=[3, 1, 2]
    )
    scores = fr.score(hits, per=500).interval(seed=1, draws=20)
    files = fr.write_data(scores, tmp_path / "new" / f"scores{ending}", facts={"seed": 1})
    table = pd.read_parquet(files.paths[0]) if ending == ".parquet" else read_back(files)
    expected = scores.table.merge(scores.units.rename(columns={"n": "n_given"}), on="unit_id")
    pd.testing.assert_frame_equal(table, expected)
    assert len(table) == files.rows == 6
    told = files.table.set_index("column")
    assert told.loc["value", ["type", "unit"]].tolist() == ["number", "hits per 500 tokens"]
    assert told.loc["low", "description"] == "Lower limit of the 95% interval of value."
    assert told.loc["unit_id", "description"] == "Name of the scored unit: document."
    assert told.loc["frame", "allowed"] == '["peace", "doubt|x"]'
    assert told.loc["n_given", "description"] == "Column n of the documents, as given."
    assert told.loc["date", ["type", "missing"]].tolist() == ["date", 2]
    assert told.loc["source", "missing_means"] == "not given"
    pd.testing.assert_frame_equal(
        pd.read_csv(files.paths[1], keep_default_na=False), files.table, check_dtype=False
    )
    facts = {
        "package": "media-framing", "version": fr.__version__, "result": "Scores", "rows": 6,
        "lexicon": "mine", "lexicon_hash": LEXICON.hash, "kind": "rate", "unit": "document",
        "per": 500.0, "level": 0.95, "nested": "frame", "empty": 0, "seed": 1,
        "corpus_fingerprint": hits.corpus_fingerprint, "measure": "hits per 500 tokens",
    }  # fmt: skip
    made_with = files.facts["settings"]
    assert (made_with["draws"], made_with["level"]) == (20, 0.95)
    assert files.facts == facts | {"settings": made_with}
    facts = files.facts
    if ending == ".csv":
        names = ["scores.csv", "scores.dictionary.csv", "scores.provenance.json"]
        assert json.loads(files.paths[2].read_text(encoding="utf-8")) == facts
    else:
        names = ["scores.parquet", "scores.dictionary.csv"]
        assert json.loads(pq.read_schema(files.paths[0]).metadata[b"framing"]) == facts
    assert [path.name for path in files.paths] == [*names, "scores.datapackage.json"]
    package = json.loads(files.paths[-1].read_text(encoding="utf-8"))
    assert package["framing"] == facts
    assert package["hashes"] == {
        path.name: f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in files.paths[1:-1]
    }
    [resource] = package["resources"]
    content = files.paths[0].read_bytes()
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    described = {field["name"]: field for field in resource["schema"]["fields"]}
    assert described["value"]["unit"] == "hits per 500 tokens"
    assert described["frame"]["categories"] == ["peace", "doubt|x"]
    assert described["sentences"]["constraints"] == {"minimum": 0, "required": True}
    assert "constraints" not in described["source"]
    assert [LEXICON.hash in source["title"] for source in package["sources"]] == [False, True]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_hits_come_back_with_their_documents(ending, tmp_path):
    hits = hits_of(outlet=["a", "b", "c"], start=[1.5, 2.5, 3.5])
    files = fr.write_data(hits, tmp_path / f"hits{ending}")
    table = pd.read_parquet(files.paths[0]) if ending == ".parquet" else read_back(files)
    documents = hits.documents.rename(columns={"start": "start_given"})
    expected = hits.table.merge(documents, on="doc_id")
    if ending == ".csv":
        # No value at all tells no type.
        expected["title"], expected["source"] = (table[name] for name in ("title", "source"))
    pd.testing.assert_frame_equal(table, expected)
    told = files.table.set_index("column")
    assert told.loc["quoted", ["type", "allowed"]].tolist() == ["boolean", "TRUE | FALSE"]
    assert told.loc["speaker", "missing_means"].startswith("none is missing: empty cells in CSV")
    alone = fr.write_data(hits, tmp_path / f"alone{ending}", covariates=False)
    assert alone.table["column"].tolist() == list(hits.table)


def test_what_a_file_cannot_tell_is_typed_or_said(tmp_path):
    table = pd.DataFrame(
        {
            "text": ["ü, “x”\nz", None, ""],
            "flag": [True, None, False],
            "count": pd.array([1, None, 2**53 + 1], dtype="Int64"),
            "number": [0.1, 1 / 3, -1e-300],
            "day": [date(2025, 2, 13), None, date(1999, 12, 31)],
            "time": pd.to_datetime(
                ["2025-02-13T09:30:00.000001", None, "2025-02-13"], format="ISO8601"
            ),
            "level": pd.Categorical(["b", None, "a"], categories=["b", "a", "c"], ordered=True),
            "list": [("a", "b"), (), ("c",)],
            "mixed": [1, "a", 2.5],
            2025: [1, 2, 3],
        }
    )
    files = fr.write_data(table, tmp_path / "t.csv", descriptions={"text": "A text."})
    assert files.table["type"].tolist() == [
        "text", "boolean", "integer", "number", "date", "datetime", "category", "list", "text",
        "integer",
    ]  # fmt: skip
    text = files.paths[0].read_bytes().decode("utf-8")
    assert text == (
        "text,flag,count,number,day,time,level,list,mixed,2025\n"
        '"ü, “x”\nz",TRUE,1,0.1,2025-02-13,2025-02-13T09:30:00.000001,b,"[""a"", ""b""]",1,1\n'
        ",,,0.3333333333333333,,,,[],a,2\n"
        ',FALSE,9007199254740993,-1e-300,1999-12-31,2025-02-13T00:00:00,a,"[""c""]",2.5,3\n'
    )
    assert files.table.loc[0, "missing_means"] == "in CSV 1 more are empty text"
    assert files.undescribed == list(map(str, table.columns[1:]))
    assert "not described: 'flag', 'count'" in repr(files)
    assert "<table" in files._repr_html_()
    back = pd.read_parquet(fr.write_data(table, tmp_path / "t.parquet").paths[0])
    assert back["flag"].tolist() == [True, pd.NA, False]
    assert back["level"].cat.ordered
    assert [list(item) for item in back["list"]] == [["a", "b"], [], ["c"]]
    assert back["count"].tolist() == [1, pd.NA, 2**53 + 1]
    pd.testing.assert_series_equal(read_back(files)["count"], table["count"])


@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
@settings(max_examples=20, deadline=None)
def test_no_digit_is_lost_unless_asked_for(values, tmp_path_factory):
    folder = tmp_path_factory.mktemp("numbers")
    table = pd.DataFrame({"x": np.array(values)})
    assert read_back(fr.write_data(table, folder / "x.csv"))["x"].tolist() == values
    rounded = read_back(fr.write_data(table, folder / "x.csv", digits=2))["x"]
    assert rounded.tolist() == [round(value, 2) for value in values]
    assert "-0.0\n" not in (folder / "x.csv").read_text()


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_the_same_result_gives_the_same_bytes(ending, tmp_path):
    written = [
        [
            path.read_bytes()
            for path in fr.write_data(fr.score(hits_of()), tmp_path / name / f"s{ending}").paths
        ]
        for name in "ab"
    ]
    assert written[0] == written[1]


def test_a_named_index_becomes_columns_and_row_numbers_go(tmp_path):
    scores = fr.score(hits_of(), kind="count")
    files = fr.write_data(scores.wide(), tmp_path / "wide.csv")
    assert files.table["column"].tolist() == ["unit_id", "peace", "doubt|x"]
    some = scores.table[scores.table["value"] > 0]
    assert fr.write_data(some, tmp_path / "some.csv", of="Scores").table["column"].tolist() == list(
        some
    )
    with pytest.raises(
        fr.InputError, match="index of the table has no name, so the file would lose it"
    ):
        fr.write_data(pd.DataFrame({"x": [1]}, index=["a"]), tmp_path / "t.csv")


def test_a_contrast_says_what_it_compared_and_how(tmp_path):
    texts = ["A truce.", "No truce.", "Rain.", "Many doubt it.", "Talks."] * 4
    columns = {"doc_id": range(20), "source": list("abcde") * 4}
    scores = fr.score(fr.find_hits(fr.make_corpus(texts, **columns), LEXICON), per=500)
    labels = pd.Series(list("abcde") * 4, index=map(str, range(20)), name="outlet")
    groups = {"quality": ["a", "b"], "tabloid": ["c", "d"], "other": "e"}
    gap = fr.contrast(
        scores, by=labels, groups=groups, cluster="source", seed=3, draws=100, permutations=120,
        level=0.9,
    )  # fmt: skip
    files = fr.write_data(gap, tmp_path / "t.csv")
    told = files.table.set_index("column")
    assert told.loc["estimate", "unit"] == "hits per 500 tokens"
    assert told.loc["effect", "allowed"] == "-1 to 1"
    assert told.loc["ratio_low", "description"] == "Lower limit of the 90% interval of ratio."
    assert files.facts["settings"].items() >= {
        "by": "outlet", "reference": None,
        "groups": {"quality": ["a", "b"], "tabloid": ["c", "d"], "other": ["e"]},
        "compare": "pairs", "cluster": "source", "seed": 3, "draws": 100, "permutations": 120,
        "adjust": "holm", "resampled": "source", "weight": None, "unit": "document",
        "kind": "rate", "per": 500.0, "lexicon": "mine", "lexicon_hash": LEXICON.hash,
    }.items()  # fmt: skip
    assert files.facts["level"] == 0.9
    assert (files.facts["lexicon"], files.facts["lexicon_hash"]) == ("mine", LEXICON.hash)
    assert files.facts["corpus_fingerprint"] == scores.hits.corpus_fingerprint
    assert json.loads(files.paths[2].read_text(encoding="utf-8")) == files.facts
    # Of labels without a name, and of groups that are no list.
    bare = fr.contrast(
        scores, by=labels.rename(None), groups=np.array(["b", "a"]), seed=3, draws=100,
        permutations=100,
    )  # fmt: skip
    settings = fr.write_data(bare, tmp_path / "t.csv").facts["settings"]
    assert (settings["by"], settings["groups"]) == ("group", ["b", "a"])


def test_what_is_not_known_of_a_result_is_left_out_and_said(everything, tmp_path):
    (course, change, changes) = (
        next(result for _, result in everything if isinstance(result, kind))
        for kind in (fr.Trend, fr.Interruption, fr.ChangePoints)
    )
    made = replace(
        change, table=change.table.assign(unheard=1), settings={"draws": np.zeros(3), "lags": None}
    )
    files = fr.write_data(made, tmp_path / "t.csv")
    assert files.undescribed == ["unheard"]
    assert "draws" not in files.facts["settings"]
    assert files.facts["settings"]["lags"] is None
    assert files.facts["date"] == "2025-01-04"
    # A change knows the course that it was found in.
    for found in (change, changes):
        settings = fr.write_data(found, tmp_path / "t.csv").facts["settings"]
        assert (settings["by"], settings["measure"]) == ("camp", course.measure)
        assert settings["lexicon_hash"] == LEXICON.hash
    told = fr.write_data(changes, tmp_path / "t.csv").table.set_index("column")
    assert told.loc["before", "unit"] == "hits per 1,000 tokens"
    assert told.loc["group", "description"] == "The group, by camp."
    assert told.loc["date", "type"] == "date"
    assert changes.settings["draws"] == 20
    # So does a multiverse the claim that it was made of.
    many = next(result for _, result in everything if isinstance(result, fr.Multiverse))
    facts = fr.write_data(many, tmp_path / "t.csv").facts
    assert facts["settings"]["choices"]["kind"] == ["rate", "share"]
    assert facts["contrast"]["settings"]["by"] == "source"
    assert facts["contrast"]["corpus_fingerprint"] == many.contrast.scores.hits.corpus_fingerprint


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        (pd.DataFrame(), {"path": "t.xlsx"}, r"t\.xlsx: data are written as \.csv or \.parquet"),
        (pd.DataFrame(), {"path": "folder.csv"}, "folder.csv is a folder"),
        ("hits", {"of": "Hits"}, "of= names the source of a DataFrame.*Leave of='Hits' out"),
        (pd.DataFrame(), {"of": "count_entry"}, "Did you mean 'count_entries'"),
        (pd.DataFrame(), {"of": "any"}, "of='any' is not known"),
        ([1], {}, "A list has no tidy table to write"),
        ("hits", {"descriptions": {"wieght": "x"}}, "Did you mean 'weight'"),
        ("hits", {"facts": {"nested": "lexicon"}}, "'nested' is 'frame' in the result, not 'lexi"),
        ("hits", {"facts": {"seed": object()}}, "facts: 'seed' is an object; it must be text"),
        ("hits", {"digits": -1}, "digits=-1 cannot be used"),
        (pd.DataFrame({"x": [{}]}), {}, "'x' holds dict .*cannot be written to a file"),
        (pd.DataFrame({"x": [b"a"]}), {}, "Column 'x' holds bytes"),
        (pd.DataFrame({"x": pd.to_timedelta([1])}), {}, "Column 'x' holds Timedelta"),
        (pd.DataFrame({"x": ["\ud800"]}, dtype=object), {}, "'x' holds half of a character"),
        (pd.DataFrame([[1, 2]], columns=["x", "x"]), {}, "the column 'x' twice"),
        (pd.DataFrame({("a", "b"): [1]}), {}, "more than one row"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_refused(given, options, message, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    options = {"path": "t.csv"} | options
    given = hits_of() if isinstance(given, str) else given
    with pytest.raises(fr.InputError, match=message):
        fr.write_data(given, tmp_path / options.pop("path"), **options)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]
