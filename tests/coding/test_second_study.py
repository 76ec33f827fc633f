import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import framing as fr

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "second_study.md"


@pytest.fixture(scope="module")
def study():
    """Run the code of the page, as the documentation does, and return its names."""
    cells = re.findall(r"```\{code-cell\}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PAGE.parent)
        for number, cell in enumerate(cells, 1):
            exec(compile(cell, f"cell {number}", "exec"), names)
    plt.close("all")
    return names


def test_the_page_says_that_its_articles_are_constructed_and_has_sixty(study):
    assert "**The sixty articles are constructed**" in PAGE.read_text(encoding="utf-8")
    sources = study["corpus"].table["source"].value_counts()
    assert sources.tolist() == [20, 20, 20]
    assert study["codebook"].table["frame"].tolist() == study["codes"].frames
    assert study["hits"].frames == study["codes"].frames
    assert "failed" not in set(study["check"].table["problem"])


def test_the_corrected_shares_cover_the_truth_which_the_hits_do_not(study):
    truth = fr.mean_codes(study["read"]).mean()
    for hits in (study["hits"], study["second"]):
        shares = fr.correct(hits, study["codes"], study["sample"]).table.set_index("frame")
        assert ((shares["low"] < truth) & (truth < shares["high"])).all()
    raw = study["correction"].table.set_index("frame")["raw"]
    assert (raw < truth / 2).all()


def test_the_second_instrument_is_trained_without_the_sample(study):
    trained = set(
        study["training"].table[["doc_id", "sentence"]].itertuples(index=False, name=None)
    )
    drawn = set(study["drawn"])
    assert len(drawn) == 150
    assert len(trained) == len(study["hits"].sentences) - 150
    assert not trained & drawn
    assert set(study["training"].coders) == {"first reading"}


def test_the_page_tells_what_the_numbers_say(study):
    valid, gap = study["valid"].table, study["gap"].table
    # "What it finds is right, and it misses most", but for two hits of one frame.
    assert (valid.query("hit > 2")["precision"] > 0.8).all()
    assert (valid["recall"] < 0.5).all()
    # "after adjustment no difference holds"
    assert (gap["p_adjusted"] > 0.05).all()
    assert (study["plan"].table["n_share"] < study["plan"].table["sentences"]).all()
    second = fr.validate(study["second"], study["codes"], sample=study["sample"]).table
    assert (second["recall"] > valid["recall"]).all()
    assert (second["precision"] < valid["precision"]).all()
