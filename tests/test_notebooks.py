import ast
import json
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from support.notebooks import NOTEBOOKS, ROOT, run


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    for notebook in NOTEBOOKS:
        done = run(notebook.relative_to(ROOT), folder)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_notebooks_rebuild_every_figure_and_table_to_the_byte(rebuilt):
    kept = {path.name: path.read_bytes() for path in (ROOT / "figures").iterdir()}
    for name in ("results.json", "codebook.md"):
        kept[name] = (ROOT / "paper" / name).read_bytes()
    made = {path.name: path.read_bytes() for path in rebuilt.iterdir()}
    assert sorted(made) == sorted(kept)
    assert [name for name in made if made[name] != kept[name]] == []


def test_what_the_notebook_says_of_topics_is_in_its_tables():
    tables = {
        name: pd.read_csv(ROOT / "figures" / f"04_{name}.csv")
        for name in ("choice", "articles_choice", "topic_frames")
    }
    wide = tables["choice"].pivot(index="n_topics", columns="measure")
    value, high = wide["value"], wide["high"]
    # 15 topics: as coherent as any, and no larger number more stable than chance would make it.
    assert high.loc[15, "npmi"] >= value["npmi"].max()
    assert high.loc[15, "stability_samples"] >= value["stability_samples"].loc[15:].max()
    assert value["exclusivity"].is_monotonic_decreasing
    assert value["held_out"].is_monotonic_increasing
    # "A cosine of about .5, where the briefings reach .9".
    few = tables["articles_choice"].query("measure == 'stability_samples'")["value"]
    assert few.between(0.4, 0.55).all()
    assert round(value.loc[15, "stability_samples"], 1) == 0.9
    # Sovereignty is the word of three topics.
    frames = tables["topic_frames"].query("frame == 'sovereignty' and p_adjusted < 0.05")
    words = {"war in Ukraine", "global cooperation", "speeches"}
    assert set(frames.query("ratio > 1")["label"]) == words


def test_what_the_notebook_says_of_real_news_is_in_its_tables():
    news = pd.read_csv(ROOT / "figures" / "03_news.csv").set_index(["instrument", "frame"])
    old, coder = news.loc["1.1.0, all"], news.loc["coder b against a"]
    # Far more sentences than have skepticism, and half of those that do.
    assert old["hit"]["skepticism"] > 1.4 * old["coded"]["skepticism"]
    assert 0.45 < old["recall"]["skepticism"] < 0.6
    (newest,) = {name for name, _ in news.index if name.endswith("locked third")}
    locked = news.loc[newest]["f1"]
    assert old["f1"].mean() < locked.mean() < coder["f1"].mean()
    draws = pd.read_csv(ROOT / "figures" / "03_news_draws.csv").set_index(["size", "frame"])
    assert draws["covered"].min() > 0.85
    gaps = pd.read_csv(ROOT / "figures" / "03_news_outlets.csv")
    codes = gaps[gaps["instrument"] == "codes"]
    assert len(codes) == 20
    assert (codes["p_adjusted"] > 0.05).all()


def test_what_the_notebook_says_of_ways_of_measuring_is_in_its_tables():
    found = pd.read_csv(ROOT / "figures/08_multiverse.csv", keep_default_na=False)
    plain = found[found["correction"] == "none"]
    corrected = found[found["correction"] != "none"]
    assert len(plain) == len(corrected) == 20
    alarms = plain[plain["p"] < 0.05].set_index(["frame", "instrument"])["p"].round(3)
    assert alarms.to_dict() == {
        ("concession", "classifier"): 0.031, ("skepticism", "joined instrument"): 0.014,
    }  # fmt: skip
    assert corrected["p"].min() >= 0.11


def test_what_the_notebook_says_of_wordings_is_in_its_table():
    found = pd.read_csv(ROOT / "figures/08_wordings.csv", keep_default_na=False)
    keys = ["claim", "frame"]
    wordings = found[found["instrument"] != "first coder"]
    plain = wordings[wordings["correction"] == "none"].groupby(keys)
    corrected = wordings[wordings["correction"] != "none"].groupby(keys)
    first = found[found["instrument"] == "first coder"].groupby(["correction", *keys])
    wires, briefings = ("wires and others", "peace"), ("2025 and before", "peace")
    p = plain["p"].apply(sorted)
    assert [round(value, 2) for value in p[wires]] == [0.03, 0.03, 0.04, 0.13, 0.13, 0.17]
    assert min(p[wires]) * 4 > 0.12
    assert first["p"].min()["none", *wires] == 0.131
    assert corrected["p"].agg(["min", "max"]).loc[wires].tolist() == [0.241, 0.367]
    assert p[briefings] == [0.0005] * 6
    assert corrected["p"].apply(sorted)[briefings] == [0.001] * 5 + [0.002]
    assert plain["estimate"].agg(["min", "max"]).loc[briefings].round(2).tolist() == [0.32, 0.38]
    others = wordings[wordings["frame"] != "peace"]
    assert others["p"].min() >= 0.11
    # The wordings agree in the sign, and the first coder does but for one difference.
    same = plain["estimate"].agg(lambda values: (values > 0).mean())
    assert set(same) == {0, 1}
    said = first["estimate"].first()["none"] > 0
    assert said[said != (same == 1)].index.tolist() == [("2025 and before", "sovereignty")]
    assert len(found) == 2 * 4 * 2 * 7


def test_what_the_notebook_says_of_contrasts_is_in_its_tables():
    names = ("articles", "articles_tests", "outlets", "leak", "initiative", "camps", "regression")
    read = {name: pd.read_csv(ROOT / "figures" / f"05_{name}.csv") for name in names}
    articles, outlets = read["articles"], read["outlets"]
    # None of twenty; the call's peace comes nearest, and a single hit of skepticism is none.
    assert len(articles) == 20
    assert (articles["p_adjusted"] > 0.05).all()
    columns = ["frame", "target", "p", "p_adjusted"]
    nearest = articles.nsmallest(1, "p")[columns]
    assert nearest.to_numpy().tolist() == [["peace", "001 Trump-Putin call", 0.014, 0.284]]
    single = articles.query("frame == 'skepticism' and target == '003 Diplomatic Engagement'")
    assert single[["p", "p_adjusted"]].to_numpy().tolist() == [[0.079, 1.0]]
    assert "hits in 1 paragraph of" in single["note"].iloc[0]
    call = articles[articles["target"] == "001 Trump-Putin call"].set_index("frame")
    assert round(call["ratio"]["peace"], 1) == 1.8
    assert (read["articles_tests"]["p_adjusted"] > 0.05).all()
    # Six of 32 by codes, one by the lexicon, in sovereignty.
    held = outlets[outlets["p_adjusted"] < 0.05]
    assert held["instrument"].value_counts().to_dict() == {"codes": 6, "lexicon": 1}
    assert set(held[held["instrument"] == "lexicon"]["frame"]) == {"sovereignty"}
    # The leak: all three by codes, two of them in plain words, one of them in figures.
    leak = read["leak"][read["leak"]["p_adjusted"] < 0.05].groupby(["instrument", "text"])["frame"]
    moved = ["peace", "concession", "skepticism"]
    assert leak.agg(list)["codes", "all"] == moved
    assert leak.agg(list)["lexicon", "plain"] == ["peace", "concession"]
    assert leak.agg(list)["lexicon", "figurative"] == ["concession"]
    # Two to three times as frequent, and held after adjustment.
    rows = read["initiative"].set_index("frame")
    assert rows["ratio"][["peace", "concession"]].between(2, 3).all()
    assert (rows["ratio_low"][["peace", "concession"]] > 1).all()
    assert rows["p_adjusted"][["peace", "concession"]].tolist() == [0.013, 0.033]
    # Ukraine's and America's side: 22% and 5%, 29% and 66%.
    camps = read["camps"].set_index("frame")
    assert camps.loc["sovereignty", ["value_target", "value_reference"]].tolist() == [0.218, 0.045]
    assert camps.loc["peace", ["value_target", "value_reference"]].tolist() == [0.291, 0.659]
    model = read["regression"].set_index(["frame", "term"])["ratio"]
    assert model["peace", "length"] == pytest.approx(2 / 3, abs=0.03)
    assert model["sovereignty", "length"] == pytest.approx(1 / 2, abs=0.02)
    assert round(model["peace", "year"], 2) == 1.18
    assert round(model["sovereignty", "year"], 2) == 0.81


def spread_by_choice(table):
    """Return the variance of the log ratio between the options of each choice."""
    choices = ("kind", "unit", "rejected", "hedged", "quoted", "entry")
    return pd.Series({name: table.groupby(name)["log_ratio"].mean().var() for name in choices})


def test_what_the_notebook_says_of_robustness_is_in_its_tables():
    read = {
        name: pd.read_csv(ROOT / "figures" / f"06_{name}.csv")
        for name in ("articles", "briefings", "quoted", "outlets")
    }
    articles, briefings = read["articles"], read["briefings"]
    assert len(articles) == 77
    assert (articles["ratio"] > 1).all()
    assert ((articles["p"] < 0.05).sum(), articles["p"].max()) == (62, 0.346)
    assert len(briefings) == 109
    other = briefings[(briefings["log_ratio"] < 0) & (briefings["p"] < 0.05)]
    assert other[["kind", "quoted"]].drop_duplicates().to_numpy().tolist() == [
        ["presence", "journalist"]
    ]
    assert len(other) == 6
    # The table rounds p close to .05 to .05; the results know how many hold.
    results = json.loads((ROOT / "paper" / "results.json").read_text(encoding="utf-8"))["results"]
    held = results["robust.briefings.held"]["value"]
    assert round(results["robust.briefings.peace.same_sign"]["value"], 2) == 0.84
    same = briefings[briefings["log_ratio"] > 0]
    assert (same["p"] < 0.05).sum() <= held <= (same["p"] <= 0.05).sum()
    assert round(held / len(briefings), 2) == 0.46
    own = briefings[briefings["quoted"] == "journalist"]["log_ratio"]
    assert round(float(np.exp(own.mean())), 1) == 1.2
    # Two choices explain most: what is counted, and whether quoted words count.
    effects = spread_by_choice(briefings)
    assert set(effects.nlargest(2).index) == {"kind", "quoted"}
    quoted = read["quoted"].set_index("year")["quoted"]
    assert round(quoted[2025], 2) == 0.45
    assert quoted.loc[:2024].between(0.005, 0.03).all()
    outlets = read["outlets"]
    peace = outlets[outlets["frame"] == "peace"]
    raw, corrected = (peace[(peace["correction"] == "none") == state] for state in (True, False))
    assert (len(raw), len(corrected)) == (64, 32)
    assert (raw["ratio"] > 1).all()
    assert results["robust.outlets.peace.raw.held"]["value"] == 10
    assert (raw["p"] < 0.05).sum() <= 10 <= (raw["p"] <= 0.05).sum()
    assert (corrected["ratio"] < 1).sum() == 32
    sovereignty = outlets[outlets["frame"] == "sovereignty"]
    assert (sovereignty["ratio"] > 1).all()
    assert (sovereignty.loc[sovereignty["correction"] == "none", "p"] < 0.05).all()
    readme = " ".join((ROOT / "docs" / "how_good.md").read_text(encoding="utf-8").split())
    assert "the wrong sign in all 64 specifications of the lexicon alone and holds in 10" in readme
    assert "the other sign in all 32 that are corrected by coded sentences" in readme


def test_what_the_notebook_says_of_paragraphs_on_ukraine_is_in_its_tables():
    table = pd.read_csv(ROOT / "figures" / "06_ukraine.csv").set_index(["hits", "frame"])
    named, outside = table.loc["all"], table.loc["outside quotation marks"]
    assert round(named["ratio"]["peace"]) == 6
    assert round(named["ratio"]["skepticism"], 1) == 1.4
    assert named["ratio"]["sovereignty"] < 0.5
    assert named.index[named["p_adjusted"] < 0.05].tolist() == ["peace", "sovereignty"]
    assert outside["ratio"]["sovereignty"] < named["ratio"]["sovereignty"]
    assert outside["p_adjusted"]["sovereignty"] < 0.05
    assert outside["p_adjusted"]["skepticism"] > 0.5
    assert outside["ratio"]["peace"] > 2
    assert outside["p_adjusted"]["peace"] < 0.05
    assert (table["clusters_target"] == 22).all()


def test_what_the_notebook_says_of_model_coders_is_in_its_tables():
    names = ("agreement", "instruments", "corrected", "samples", "outlets", "alarms")
    read = {name: pd.read_csv(ROOT / "figures" / f"08_{name}.csv") for name in names}
    assert (read["agreement"]["alpha"] > 0.8).all()
    f1 = read["instruments"].pivot(index=["part", "instrument"], columns="frame", values="f1")
    f1 = f1[["peace", "concession", "sovereignty", "skepticism"]]
    means = f1.mean(axis=1).round(2)
    f1 = f1.round(2)
    locked = f1.loc["locked"]
    model, others = locked.loc["model coder B"], locked.drop("model coder B")
    assert (model.min(), model.max()) == (0.87, 0.94)
    assert (others < 0.87).all(axis=None)
    assert (others["skepticism"].min(), others["skepticism"].max()) == (0.42, 0.56)
    assert means["locked"][["lexicon 2.2.0", "joined instrument"]].tolist() == [0.7, 0.71]
    assert means["development", "lexicon 2.2.0"] == 0.86
    shares = read["corrected"].set_index(["frame", "instrument"])
    assert shares["n"].eq(100).all()
    assert shares["sentences"].eq(270).all()
    skepticism = shares.loc["skepticism"]
    assert skepticism["raw"][["model coder B", "classifier"]].round(2).tolist() == [0.14, 0.25]
    assert set(skepticism["estimate"].round(2)) == {0.13, 0.14}
    width = shares["width"]["peace"]
    assert 0.07 <= width["model coder B"] <= 0.08
    assert width["lexicon 2.2.0"].round(2) == 0.1
    assert 0.14 <= width["coding alone"] == width.max() <= 0.15
    assert (shares.loc["concession", "low"] > shares.loc["concession", "truth"]).sum() == 3
    samples = read["samples"]
    assert samples["covers"].min() == 0.9
    wide = samples.pivot(index="frame", columns="instrument", values="width")
    part = wide.div(wide.pop("coding alone"), axis=0).round(2)
    assert wide.loc["peace", "model coder B"].round(2) == 0.06
    assert part.loc["peace", "model coder B"] < 0.5
    assert part["model coder B"].drop("peace").between(0.5, 0.6).all()
    others = part.drop(columns="model coder B")
    assert ((others >= 0.65) & (others <= 0.95)).all(axis=None)
    ours = others[["lexicon 2.2.0", "joined instrument"]]
    assert ((ours >= 0.65) & (ours <= 0.9)).all(axis=None)
    worth = samples.pivot(index="frame", columns="instrument", values="worth").round(1)
    assert worth.loc["peace", ["model coder B", "lexicon 2.2.0"]].tolist() == [4.7, 2.3]
    assert worth.loc["skepticism", "lexicon 2.2.0"] == 1.3
    gaps = read["outlets"].set_index(["frame", "instrument"])
    skeptical = gaps.loc["skepticism"]
    coders = [f"model coder {letter}" for letter in "AB"]
    assert skeptical["estimate"][coders].tolist() == [0.03, 0.03]
    assert skeptical["estimate"].max() == skeptical["estimate"]["joined instrument"] == 0.142
    assert skeptical["p"]["joined instrument"] == 0.014
    assert (gaps["p_adjusted"] > 0.05).all()
    assert skeptical["corrected_low"].max() <= 0.03 <= skeptical["corrected_high"].min()
    above = skeptical.index[skeptical["corrected_low"] > 0]
    assert set(above) == {"lexicon 1.1.0", "lexicon 2.2.0", "joined instrument"}
    span = skeptical["corrected_high"] - skeptical["corrected_low"]
    assert span["model coder B"] == span.drop("model coder A").min()
    alarms = read["alarms"].query("frame == 'skepticism' and instrument == 'joined instrument'")
    assert alarms["outlet"].tolist() == ["Guardian", "others"]
    assert alarms["false_alarms"].round(2).tolist() == [0.2, 0.07]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_plain_and_keeps_logic_in_the_package(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    tree = ast.parse("\n".join(cell.source for cell in code))
    defined = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
    assert not [node for node in ast.walk(tree) if isinstance(node, defined)]
    text = path.read_text(encoding="utf-8")
    assert nbformat.writes(notebook).rstrip() == text.rstrip()


def test_a_failing_cell_stops_the_run_and_is_shown(tmp_path):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell("peace = 1\nundefined_name + peace")]
    path = tmp_path / "bad.ipynb"
    nbformat.write(notebook, path)
    done = run(path, tmp_path)
    assert done.returncode == 1
    assert "undefined_name + peace" in done.stderr
    assert "NameError" in done.stderr


def test_figures_have_one_numbering_and_name_those_of_the_paper():
    paper = (ROOT / "paper" / "paper.md").read_text(encoding="utf-8")
    of_paper = re.findall(r"\]\(\.\./figures/(\w+)\)\{#fig:", paper)
    numbers, named = [], {}
    for path in NOTEBOOKS:
        written = ""
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                names = re.findall(r'write_figure\(\w+, FIGURES / "(\w+)"\)', cell.source)
                written = names[-1] if names else written
            elif caption := re.match(
                r"\*\*Figure (\d+)(?:\.|\*\* \(Figure (\d+) of the paper\))", cell.source
            ):
                numbers.append(int(caption[1]))
                if caption[2]:
                    named[written] = int(caption[2])
    assert numbers == list(range(1, len(numbers) + 1))
    assert named == {name: number for number, name in enumerate(of_paper, 1)}
    # Sizes of the corpus and the choice of a number of topics are tables.
    drawn = {path.stem for path in (ROOT / "figures").glob("*.svg")}
    assert not drawn & {"01_corpus", "04_choice", "04_articles_choice"}
    assert len(drawn) == len(numbers)
