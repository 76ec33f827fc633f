import json
import math
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing.paper.numbers import KINDS, write_number
from framing.paper.results import result_rows

RATE = {"kind": "rate", "unit": "hits per 1,000 tokens"}


def table(**columns):
    rows = {"frame": ["peace", "concession"], "value": [32.04, 1.776], "low": [19.6, 0.0],
            "high": [44.2, 5.79], "n": [26, 26]}  # fmt: skip
    return pd.DataFrame(rows | columns)


def notebook(folder, *code, text="Some words.", name="one.ipynb"):
    cells = [{"cell_type": "markdown", "source": [text]}]
    cells += [{"cell_type": "code", "source": part.splitlines(keepends=True)} for part in code]
    path = folder / name
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def one(value, **more):
    facts = {"low": None, "high": None, "level": None, "n": None, "of": "", "unit": "u"}
    return {"value": value, "kind": "number"} | facts | more


@pytest.mark.parametrize(
    ("result", "form", "written"),
    [
        (one(3.64, kind="rate", low=0, high=8.83), "", "3.6 [0.0, 8.8]"),
        (one(3.64, kind="rate", low=0, high=8.83), "value", "3.6"),
        (one(3.64, kind="rate", low=0, high=8.83), "low", "0.0"),
        (one(0.538, kind="share", low=0.346, high=0.731), "", "54% [35, 73]"),
        (one(0.083, kind="share", low=0, high=0.208), "", "8.3% [0.0, 20.8]"),
        (one(-0.12, kind="points", low=-0.154, high=-0.086), "", "−12 [−15, −9]"),
        (one(0.151, kind="ratio", low=0.018, high=math.inf), "", "0.15 [0.02, ∞]"),
        (one(0.863, kind="coefficient", low=0.81, high=1.0), "", ".86 [.81, 1.00]"),
        (one(-0.05, kind="coefficient"), "", "−.05"),
        (one(0.0354, kind="p"), "", "*p* = .035"),
        (one(0.0004, kind="p"), "", "*p* < .001"),
        (one(1.0, kind="p"), "", "*p* = 1.000"),
        (one(0.0354, kind="p"), "value", ".035"),
        (one(237650, kind="count"), "", "237,650"),
        (one(5, kind="count"), "words", "five"),
        (one(0, kind="count"), "words", "none"),
        (one(-1e-9, kind="rate"), "", "0.0"),
        # What is not zero does not read as zero, what is not all not as all.
        (one(0.02, kind="rate", low=0.004, high=0.04), "", "0.02 [0.00, 0.04]"),
        (one(0.0002, kind="share"), "", "0.02%"),
        (one(0.9996, kind="share", low=0.9, high=1.0), "", "99.96% [90.00, 100.00]"),
        (one(0.0, kind="share", low=0, high=0.123), "", "0.0% [0.0, 12.3]"),
        (one(1.0, kind="share"), "", "100%"),
        (one(0.003, kind="ratio"), "", "0.003"),
        (one(0.0497, kind="p"), "", "*p* = .0497"),
        (one(0.04998, kind="p"), "", "*p* = .04998"),
        (one(0.05, kind="p"), "", "*p* = .050"),
        (one(0.0503, kind="p"), "", "*p* = .050"),
        (one(49.5, kind="count"), "", "49.5"),
        (one(82.5, kind="count"), "value", "82.5"),
        (one(5, kind="count"), "Words", "Five"),
        (one(5, kind="count", unit="", n=2), "full", "5 (*n* = 2)"),
        (one(5, kind="rate", low=4, high=6, level=0.999), "full", "5.0 u (99.9% CI [4.0, 6.0])"),
        (one(5, kind="rate", low=4, high=6, level=0.975), "full", "5.0 u (97.5% CI [4.0, 6.0])"),
        (one(1234.5), "", "1,234"),
        (
            one(3.64, kind="rate", low=0, high=8.83, level=0.95, n=24, of="sentences",
                unit="hits per 1,000 tokens"),
            "full",
            "3.6 hits per 1,000 tokens (95% CI [0.0, 8.8], *n* = 24 sentences)",
        ),
        (one(0.54, kind="share", n=1024, of="hits"), "full", "54% (*n* = 1,024 hits)"),
        (one(0.54, kind="share", n=1024, of="hits"), "n", "1,024"),
    ],
)  # fmt: skip
def test_a_number_is_written_by_the_rule_of_its_kind(result, form, written):
    assert write_number(result, form) == written


@settings(deadline=None)
@given(st.floats(-1e6, 1e6), st.sampled_from(sorted(set(KINDS) - {"p"})))
def test_every_number_can_be_written_and_zero_has_no_sign(value, kind):
    text = write_number(one(value, kind=kind))
    assert re.fullmatch(r"−?[\d,]*\.?\d+%?", text)
    if not re.search("[1-9]", text):
        assert "−" not in text


def test_results_take_keys_from_columns_and_carry_interval_unit_and_place():
    named = table(frame=["peace talks", "D'accord!"])
    made = fr.make_results(named, "a.{frame}.rate", **RATE, of="sentences", cell="cell-05")
    assert made.table["key"].tolist() == ["a.peace-talks.rate", "a.d-accord.rate"]
    row = made.table.iloc[0]
    assert row[["value", "low", "high", "level", "n"]].tolist() == [32.04, 19.6, 44.2, 0.95, 26]
    assert row[["of", "kind", "unit", "cell"]].tolist() == [
        "sentences", "rate", "hits per 1,000 tokens", "cell-05",
    ]  # fmt: skip
    bare = fr.make_results({"articles": 5, "share": 0.2}, kind="number", unit="")
    assert bare.table["value"].tolist() == [5, 0.2]
    assert bare.table[["low", "high", "level", "n"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({"value": [1.0, np.nan]}, {}, "a.concession: it has no value"),
        ({"value": [1.0, np.inf]}, {}, "a.concession: it has no value"),
        ({"low": [np.nan, 0.0]}, {}, "a.peace: one end of its interval is missing"),
        ({"low": [np.nan, 0.0], "high": [np.nan, 1]}, {}, "a.peace: its interval is missing"),
        ({"frame": ["peace", "Peace"]}, {}, "a.peace: two numbers have this key"),
        ({"frame": ["peace", "?"]}, {}, "'a.': keys have letters, digits"),
        ({}, {"kind": "rates"}, "kind='rates' is not known.* Did you mean 'rate'"),
        ({}, {"value": "rate"}, r"no column 'rate'.*Its columns: 'frame'"),
        ({}, {"low": "ratio_low"}, "no column 'ratio_low'"),
        ({}, {"level": 95}, "level=95 cannot be used"),
        ({"value": ["many", 1]}, {}, "a.peace, value: 'many' is a str. A result must be a number"),
        ({"n": [26, 49.5]}, {}, "a.concession: its n of 49.5 is not a whole number"),
        ({"n": [26, -1]}, {}, "a.concession: its n of -1 is not a whole number"),
        ({"low": [44.2, 0.0], "high": [19.6, 5.79]}, {}, "a.peace: its interval ends .* below"),
        (
            {},
            {"kind": "share"},
            "a.peace: 32.04 cannot be of the kind 'share', which lies between 0 and 1",
        ),
        (
            {},
            {"kind": "points"},
            "a.peace: 32.04 cannot be of the kind 'points', a difference of shares",
        ),
        (
            {"value": [-1, 1]},
            {"kind": "count"},
            "a.peace: -1 cannot be of the kind 'count', which is 0 or more",
        ),
        (
            {"value": [1.2, 1]},
            {"kind": "coefficient"},
            "a.peace: 1.2 cannot be of the kind 'coefficient'",
        ),
    ],
)
def test_what_cannot_be_a_result_is_named(columns, options, message):
    with pytest.raises(fr.InputError, match=message):
        fr.make_results(table(**columns), "a.{frame}", **RATE | options)


def test_a_table_needs_a_key():
    with pytest.raises(fr.InputError, match="A table needs key="):
        fr.make_results(table(), **RATE)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=5))
def test_results_come_back_from_their_file(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("results")
    made = fr.make_results(
        {f"k{i}": value for i, value in enumerate(values)}, kind="number", unit=""
    )
    path = fr.write_results(made, folder / "results.json", notebook=notebook(folder, "1"))
    back = fr.read_results(path, notebooks=folder)
    assert back.table["value"].tolist() == made.table["value"].tolist()
    np.testing.assert_allclose(made.table["value"], values, rtol=1e-5, atol=1e-300)


def test_a_limit_may_be_infinite_and_the_file_is_json_all_the_same(tmp_path):
    made = fr.make_results(table(high=[44.2, np.inf]), "{frame}", **RATE)
    path = fr.write_results(made, tmp_path / "results.json", notebook=notebook(tmp_path, "1"))

    def refuse(constant):
        raise AssertionError(constant)

    json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    assert result_rows(fr.read_results(path))[0]["high"] == math.inf


def test_a_notebook_replaces_its_own_results_and_no_others(tmp_path):
    path = tmp_path / "results.json"
    first, second = (notebook(tmp_path, "1", name=f"{name}.ipynb") for name in ("a", "b"))
    count = {"kind": "count", "unit": ""}
    fr.write_results(fr.make_results({"x": 1, "y": 2}, **count), path, notebook=first)
    fr.write_results(fr.make_results({"z": 3}, **count), path, notebook=second)
    fr.write_results(fr.make_results({"x": 4}, **count), path, notebook=first)
    back = fr.read_results(path).table
    assert back[["key", "value", "notebook"]].to_numpy().tolist() == [
        ["x", 4, "a.ipynb"], ["z", 3, "b.ipynb"],
    ]  # fmt: skip
    with pytest.raises(fr.InputError, match=r"Other notebooks have numbers.*\n  z: b.ipynb"):
        fr.write_results(fr.make_results({"z": 4}, **count), path, notebook=first)
    with pytest.raises(fr.InputError, match="x: two numbers have this key"):
        fr.write_results([fr.make_results({"x": 1}, **count)] * 2, path, notebook=first)


def test_results_go_stale_with_the_code_and_the_data_but_not_with_the_text(tmp_path):
    data = tmp_path / "features"
    data.mkdir()
    (data / "hits.csv").write_text("one", encoding="utf-8")
    path = tmp_path / "results.json"
    source = notebook(tmp_path, "1 + 1", "2")
    made = fr.make_results({"x": 1}, kind="count", unit="")
    settings_of = {
        "model": {
            "seed": np.int64(1),
            "starts": (1, 2),
            "end": np.inf,
            "by": pd.Series([], name="time"),
        }
    }
    fr.write_results(made, path, notebook=source, data=[data], settings=settings_of)
    assert fr.read_results(path, notebooks=tmp_path).sources["one.ipynb"]["settings"] == {
        "model": {"seed": 1, "starts": [1, 2], "end": "inf", "by": "time"}
    }
    notebook(tmp_path, "1 + 1", "2", text="Other words.")
    assert len(fr.read_results(path, notebooks=tmp_path)) == 1
    notebook(tmp_path, "1 + 2", "2")
    with pytest.raises(fr.InputError, match=r"stale.*make figures.*\n  one.ipynb: its code has"):
        fr.read_results(path, notebooks=tmp_path)
    notebook(tmp_path, "1 + 1", "2")
    (data / "hits.csv").write_text("two", encoding="utf-8")
    with pytest.raises(fr.InputError, match=r"one.ipynb: its data features have changed"):
        fr.read_results(path, notebooks=tmp_path)
    (data / "hits.csv").rename(data / "other.csv")
    with pytest.raises(fr.InputError, match=r"one.ipynb: its data features have changed"):
        fr.read_results(path, notebooks=tmp_path)
    source.unlink()
    with pytest.raises(fr.InputError, match=r"one.ipynb: the notebook is no longer in"):
        fr.read_results(path, notebooks=tmp_path)
    assert len(fr.read_results(path)) == 1


def test_a_script_stands_for_a_notebook(tmp_path):
    script = tmp_path / "study.py"
    script.write_text("1 + 1\n", encoding="utf-8")
    path = tmp_path / "results.json"
    fr.write_results(fr.make_results({"x": 1}, kind="count", unit="ones"), path, notebook=script)
    assert fr.read_results(path, notebooks=tmp_path).table["notebook"].tolist() == ["study.py"]
    script.write_text("1 + 2\n", encoding="utf-8")
    with pytest.raises(fr.InputError, match=r"study\.py: its code has changed"):
        fr.read_results(path, notebooks=tmp_path)


def test_what_is_no_file_of_results_or_no_notebook_is_said(tmp_path):
    path = tmp_path / "results.json"
    made = fr.make_results({"x": 1}, kind="count", unit="")
    with pytest.raises(fr.InputError, match="no such file"):
        fr.read_results(path)
    path.write_text("{\n", encoding="utf-8")
    with pytest.raises(fr.InputError, match=r"results.json, line 2: this is not JSON"):
        fr.read_results(path)
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(fr.InputError, match="not a file of results"):
        fr.write_results(made, path, notebook=notebook(tmp_path, "1"))
    path.unlink()
    with pytest.raises(fr.InputError, match=r"results are written as \.json"):
        fr.write_results(made, tmp_path / "results.csv", notebook=notebook(tmp_path, "1"))
    (tmp_path / "bad.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(fr.InputError, match=r"bad.ipynb: this is not a notebook"):
        fr.write_results(made, path, notebook=tmp_path / "bad.ipynb")
    with pytest.raises(fr.InputError, match="no such file"):
        fr.write_results(made, path, notebook=notebook(tmp_path, "1"), data=[tmp_path / "gone"])
    with pytest.raises(fr.InputError, match=r"settings\['m'\]\['f'\] is a function"):
        fr.write_results(
            made, path, notebook=notebook(tmp_path, "1"), settings={"m": {"f": notebook}}
        )


def result(**more):
    known = {
        "value": 1, "low": 0.5, "high": 2, "level": 0.95, "n": 3, "of": "", "kind": "rate",
        "unit": "", "notebook": "one.ipynb", "cell": "",
    }  # fmt: skip
    return {name: value for name, value in (known | more).items() if value != "gone"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"results": {"x": result(value="7")}}, "x: its value is not a number"),
        ({"results": {"x": result(value=math.nan)}}, "x: its value is not a number"),
        ({"results": {"x": result(value=10**400)}}, "x: its value is not a number"),
        ({"results": {"x": result(value=True)}}, "x: its value is not a number"),
        ({"results": {"x": result(value=None)}}, "x: its value is not a number"),
        ({"results": {"x": result(high="gone", cell="gone")}}, "x: cell, high is missing"),
        ({"results": {"x": result(low="small")}}, "x: an end of its interval is not a number"),
        ({"results": {"x": result(low=None)}}, "x: an end of its interval is not a number"),
        ({"results": {"x": result(level=None)}}, "x: the level of its interval"),
        ({"results": {"x": result(n=2.5)}}, "x: its n is not a whole number"),
        ({"results": {"x": result(kind="rates")}}, "x: kind 'rates' is not known"),
        ({"results": {"x": result(unit=5)}}, "x: unit is not a text"),
        ({"results": {"x": result(notebook="mine")}}, "x: its notebook 'mine' is not listed"),
        ({"results": {"x": 5}}, "x: it is not a set of fields"),
        ({"results": []}, "'results' is missing"),
        ({"notebooks": None}, "'notebooks' is missing"),
        ({"notebooks": {"one.ipynb": {}}}, "one.ipynb: the hash of its code is missing"),
        ({"notebooks": {"one.ipynb": {"code": "1"}}}, "one.ipynb: the hashes of its data are"),
    ],
)
def test_results_that_were_changed_by_hand_are_refused(tmp_path, change, message):
    content = {
        "format": "framing results 1",
        "notebooks": {"one.ipynb": {"code": "1", "data": {}, "settings": {}}},
        "results": {"x": result()},
    }
    path = tmp_path / "results.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    assert len(fr.read_results(path)) == 1
    path.write_text(json.dumps(content | change), encoding="utf-8")
    with pytest.raises(fr.InputError, match=rf"changed by hand(?s:.*)\n  {message}"):
        fr.read_results(path)


def test_notebooks_that_write_at_once_keep_the_numbers_of_each_other(tmp_path):
    path = tmp_path / "results.json"

    def run(number):
        made = fr.make_results({f"k{number}": number}, kind="count", unit="")
        fr.write_results(made, path, notebook=notebook(tmp_path, "1", name=f"{number}.ipynb"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(24)))
    assert len(fr.read_results(path, notebooks=tmp_path)) == 24
    assert sorted(file.name for file in tmp_path.iterdir() if file.suffix != ".ipynb") == [
        path.name
    ]


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "results.json"
    first, second = (notebook(tmp_path, "1", name=f"{name}.ipynb") for name in ("a", "b"))
    made = fr.make_results({"x": 1}, kind="count", unit="")
    fr.write_results(made, path, notebook=first)
    before = path.read_bytes()
    with pytest.raises(fr.InputError, match=r"one was renamed, remove .*\n  x: a.ipynb"):
        fr.write_results(made, path, notebook=second)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob(".*"))


def test_what_was_not_made_by_make_results_is_named(tmp_path):
    with pytest.raises(fr.InputError, match=r"results is a .*make_results"):
        fr.write_results(table(), tmp_path / "r.json", notebook=notebook(tmp_path, "1"))


def test_data_may_be_one_path_a_link_or_hold_links(tmp_path, monkeypatch):
    real = tmp_path / "disk"
    (real / "raw").mkdir(parents=True)
    (real / "raw" / "a.csv").write_text("one", encoding="utf-8")
    work = tmp_path / "work"
    (work / "data").mkdir(parents=True)
    try:
        (work / "data" / "raw").symlink_to(real / "raw", target_is_directory=True)
        (real / "raw" / "round").symlink_to(real, target_is_directory=True)
        (tmp_path / "short").symlink_to(work, target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    path = work / "results.json"
    made = fr.make_results({"x": 1}, kind="count", unit="")
    notebook(work, "1")
    monkeypatch.chdir(work)
    fr.write_results(made, path, notebook=tmp_path / "short" / "one.ipynb", data="data")
    assert list(fr.read_results(path).sources["one.ipynb"]["data"]) == ["data"]
    for folder in (work, tmp_path / "short"):
        assert len(fr.read_results(path, notebooks=folder)) == 1
    (work / "data" / ".hidden").write_text("two", encoding="utf-8")
    assert len(fr.read_results(path, notebooks=work)) == 1
    (real / "raw" / "a.csv").write_text("two", encoding="utf-8")
    with pytest.raises(fr.InputError, match="its data data have changed"):
        fr.read_results(path, notebooks=work)


def test_results_do_not_lie_in_their_own_data(tmp_path):
    made = fr.make_results({"x": 1}, kind="count", unit="")
    with pytest.raises(fr.InputError, match="results would be written into this folder of data"):
        fr.write_results(
            made, tmp_path / "results.json", notebook=notebook(tmp_path, "1"), data=[tmp_path]
        )


def scored():
    """Return hits in twelve documents of two outlets."""
    texts = [
        "A truce holds. Peace talks resume. Rain fell. " + "Snow fell. " * (i % 5)
        for i in range(12)
    ]
    texts = [text if i % 2 else text.replace("truce", "doubt") for i, text in enumerate(texts)]
    corpus = fr.make_corpus(texts, source=["Wire", "The Blog"] * 6)
    lexicon = fr.make_lexicon({"peace": ["truce", "peace talks"], "doubt": ["doubt*"]})
    return corpus, fr.find_hits(corpus, lexicon), lexicon


def numbers(made):
    return made.table.set_index("key")


def test_a_result_knows_its_keys_kinds_units_and_intervals():
    hits = scored()[1]
    scores = fr.score(hits).interval(seed=1, draws=50, level=0.9)
    made = numbers(
        fr.make_results(scores, "a.{unit_id}.{frame}", names={"text1": "first"}, cell="c")
    )
    row, known = made.loc["a.first.peace.rate"], scores.table.iloc[0]
    assert row[["value", "low", "high"]].tolist() == pytest.approx(
        known[["value", "low", "high"]].tolist(), rel=1e-5
    )
    assert row[["kind", "unit", "of", "level", "cell"]].tolist() == [
        "rate", "hits per 1,000 tokens", "sentences", 0.9, "c",
    ]  # fmt: skip
    share = fr.score(hits, kind="share")
    pooled = fr.score(hits, kind="share", unit="source").interval(seed=1, draws=50)
    made = numbers(fr.make_results(pooled, "{unit_id}.{frame}"))
    assert made.loc["the-blog.peace.share", ["kind", "of", "n"]].tolist() == [
        "share",
        "documents",
        6,
    ]
    gap = fr.contrast(
        share, by="source", groups=["Wire", "The Blog"], seed=1, draws=100, permutations=100
    )
    made = numbers(fr.make_results(gap, "{comparison}.{frame}"))
    table = gap.table.set_index("frame")
    key = "wire-the-blog.doubt"
    assert made.loc[f"{key}.difference", "kind"] == "points"
    assert made.loc[f"{key}.target", "value"] == pytest.approx(
        table["value_target"]["doubt"], rel=1e-5
    )
    assert made.loc[f"{key}.p_adjusted", "value"] == pytest.approx(
        table["p_adjusted"]["doubt"], rel=1e-5
    )
    assert made.loc[f"{key}.reference", ["kind", "n", "of"]].tolist() == ["share", 6, "documents"]
    # The Blog has no doubt, and nothing has a ratio to nothing.
    assert np.isnan(table["ratio"]["doubt"])
    assert f"{key}.ratio" not in made.index
    assert made.loc["wire-the-blog.peace.ratio", "unit"] == "times the reference"


def test_a_validation_a_curve_and_a_regression_know_theirs():
    corpus, hits, lexicon = scored()
    said = hits.sentences[["doc_id", "sentence"]].assign(peace=1, doubt=0)
    valid = fr.validate(hits, fr.make_codes(said))
    made = numbers(fr.make_results(valid, "v.{frame}"))
    assert made.loc["v.peace.precision", ["value", "kind", "of"]].tolist() == [
        1,
        "coefficient",
        "sentences",
    ]
    assert made.loc["v.peace.coded", "value"] == len(said)
    gap = fr.contrast(fr.score(hits), by="source", seed=1, draws=100, permutations=100)
    choices = {"kind": ["rate", "share"], "rejected": ["include", "exclude"]}
    curve = fr.multiverse(corpus, lexicon, gap, choices=choices, frame="peace", seed=1)
    made = numbers(fr.make_results(curve, "c.{frame}"))
    known = curve.summary.iloc[0]
    assert made.loc["c.peace.specifications", "value"] == known["specifications"]
    assert made.loc["c.peace.same_sign", "value"] == pytest.approx(known["same_sign"], rel=1e-5)
    assert made.loc["c.peace.same_sign", "kind"] == "share"
    assert made.loc["c.peace.p", "value"] == pytest.approx(known["p_adjusted"], rel=1e-5)
    model = fr.regress(fr.score(hits), "source")
    made = numbers(fr.make_results(model, "r.{frame}.{term}"))
    row = model.table[
        (model.table["frame"] == "peace") & (model.table["term"] != "(intercept)")
    ].iloc[0]
    key = "r.peace." + re.sub("[^a-z]+", "-", row["term"].lower()).strip("-")
    assert made.loc[f"{key}.ratio", "value"] == pytest.approx(row["ratio"], rel=1e-5)
    assert made.loc[f"{key}.ratio", ["unit", "of"]].tolist() == ["rate ratio", "documents"]
    assert "r.peace.intercept.p_adjusted" not in made.index


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key": None}, 'A Scores needs key=, such as "articles'),
        ({"kind": "rate", "unit": "hits"}, "A Scores knows its kinds and units"),
        ({"key": "{article}"}, "has no column 'article'"),
    ],
)
def test_what_is_wrong_about_the_key_of_a_result_is_said(options, message):
    scores = fr.score(scored()[1]).interval(seed=1, draws=50)
    with pytest.raises(fr.InputError, match=message):
        fr.make_results(scores, **{"key": "{unit_id}.{frame}"} | options)


def test_scores_need_intervals_and_tables_need_kinds():
    with pytest.raises(fr.InputError, match=r"no intervals yet. Add them: scores\.interval\(\)"):
        fr.make_results(fr.score(scored()[1]), "{unit_id}.{frame}")
    with pytest.raises(fr.InputError, match="A table or mapping needs kind= and unit="):
        fr.make_results(table(), "{frame}")
