"""The share of a model, corrected by people: right whatever the model is, and not wider."""

import numpy as np
import pandas as pd
import pytest
from support import bad_coders

import framing as fr
from framing.coding.correction import Correction

SENTENCES, CODED, SHARES = 400, 80, (0.02, 0.1, 0.3)


@pytest.fixture(scope="module")
def runs():
    """The corrected shares of each model in many corpora, each a frame of its own."""
    corpus = bad_coders.texts(SENTENCES)
    tables = [
        bad_coders.drawn(corpus, share, CODED, run, times=10)
        for share in SHARES
        for run in range(4)
    ]
    return bad_coders.compared(tables).set_index(["share", "frame"]).sort_index()


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("name", bad_coders.MODELS)
def test_the_corrected_share_covers_and_is_not_wider_than_coding_alone(runs, name, share):
    rows = runs.loc[(share, name)]
    # 40 intervals of 95% miss five times or more in one of twenty such tests; the seed is fixed.
    assert rows["covered"].mean() >= 0.88
    assert abs((rows["estimate"] - rows["truth"]).mean()) < 0.02
    # In no sample at all.
    assert (rows["width"] <= rows["alone"] + 1e-9).all()
    ratio = rows["width"].mean() / rows["alone"].mean()
    if name == "right in 90%" and share > 0.02:
        assert ratio < 0.85
    if name in ("random, yes to half", "says yes too often", "says the opposite"):
        assert abs(rows["raw"] - rows["truth"]).mean() > 0.1
    # Where the hits are not used, the interval is that of coding alone, and the note says so.
    unused = rows["note"].str.contains("estimated from the codes alone")
    np.testing.assert_allclose(rows["width"][unused], rows["alone"][unused])
    if name.startswith("random"):
        assert unused.mean() > 0.8


@pytest.mark.parametrize("share", SHARES)
def test_a_random_model_widens_no_group_slope_model_or_month(share):
    corpus = bad_coders.texts(SENTENCES)
    names = (bad_coders.ALONE, "random, yes to half", "right in 90%")
    drawn = bad_coders.drawn(corpus, share, CODED, 1, names, times=3, compare=True)
    rows = bad_coders.compared([drawn]).set_index("frame")
    assert rows["quantity"].nunique() == 12
    random, good = rows.loc["random, yes to half"], rows.loc["right in 90%"]
    # What is wrong with the hits does not move these estimates, since they are not used.
    by_hand = rows.loc[bad_coders.ALONE]
    for column in ("estimate", "low", "high"):
        np.testing.assert_allclose(random[column], by_hand[column], atol=1e-12)
    # regress says so once, in the first row of a frame.
    noted = random.loc[random["quantity"].str.startswith(("source", "slope")), "note"]
    assert noted.str.contains("estimated from the codes alone").all()
    regressed = random[random["quantity"].str.startswith("regress")]
    assert regressed["note"].str.contains("estimated from the codes alone").sum() == 3
    if share > 0.02:
        assert (good["width"] / good["alone"]).groupby(good["quantity"]).mean().max() < 1
    # Where all cases are in one cluster, there is no interval.
    assert rows.loc[rows["width"].notna(), "covered"].mean() >= 0.9


def test_no_model_widens_a_group_or_a_month_in_any_sample():
    corpus = bad_coders.texts(SENTENCES)
    names = (bad_coders.ALONE, "right in A, random in B", "says yes in A, no in B", "right in 90%")
    tables = [
        bad_coders.drawn(corpus, 0.3, 60, run, names, times=6, compare=True) for run in range(2)
    ]
    rows = bad_coders.compared(tables)
    groups = rows[rows["quantity"].str.startswith(("source", "trend"))]
    assert groups["quantity"].nunique() == 7
    wider = groups["width"] / groups["alone"]
    assert wider.max() <= 1 + 1e-6
    assert groups["covered"].mean() >= 0.93
    # A model that is right in one outlet is used there, and not always in the other.
    one = groups.set_index("frame").loc["right in A, random in B"]
    noted = one["note"].astype(str).str.contains("source=B: estimated from its codes alone")
    used = ~one["note"].astype(str).str.contains("the codes do not show")
    in_b = one["quantity"] == "source=B"
    assert noted[in_b & used].any()
    assert (one["width"] / one["alone"])[(one["quantity"] == "source=A") & used].mean() < 0.85


def test_an_interval_of_a_part_is_widened_to_that_of_the_corpus():
    weeks = [" ".join(f"Day {day} of week {week}." for day in range(10)) for week in range(40)]
    corpus = fr.make_corpus(weeks)
    keys = corpus.sentences[["doc_id", "sentence"]].reset_index(drop=True)
    rng = np.random.default_rng(2)
    frames = [f"frame {number}" for number in range(12)]
    tables = []
    for run in range(8):
        truth = (rng.random((SENTENCES, 12)) < 0.4).astype(int)
        said = np.where(rng.random((SENTENCES, 12)) < 0.9, truth, 1 - truth)
        part = np.sort(rng.choice(SENTENCES, 80, replace=False))
        codes = fr.make_codes(
            keys.iloc[part].assign(**dict(zip(frames, said[part].T, strict=True)))
        )
        hits = fr.hits_of_codes(codes, corpus)
        sample = fr.sample_for_coding(hits, corpus, 60, strata=(), seed=run)
        people = keys.assign(**dict(zip(frames, truth.T, strict=True)))
        people = fr.make_codes(sample.table[["doc_id", "sentence"]].merge(people))
        of_part = fr.correct(hits, people, sample)
        of_all = fr.coding.extend_correction(of_part, SENTENCES)
        assert of_all.settings["extended_from"] == 80
        for name, table in (("part", of_part.table), ("all", of_all.table)):
            covers = (table["low"] <= truth.mean(axis=0)) & (truth.mean(axis=0) <= table["high"])
            tables.append(pd.DataFrame({"of": name, "covers": covers}))
    covers = pd.concat(tables).groupby("of")["covers"].mean()
    # What holds for the part misses the whole too often.
    assert covers["part"] < 0.8
    assert covers["all"] >= 0.92
    same = fr.coding.extend_correction(of_part, 80).table[["low", "high"]]
    np.testing.assert_allclose(same, of_part.table[["low", "high"]].clip(0, 1))
    with pytest.raises(fr.InputError, match="fewer than the 80 of the part"):
        fr.coding.extend_correction(of_part, 79)


def test_the_interval_of_a_part_grows_by_the_variance_at_its_limits_and_stays_a_share():
    table = pd.DataFrame(
        {"frame": ["few", "most"], "quantity": "prevalence", "estimate": [0.3, 0.985],
         "low": [0.2, 0.95], "high": [0.4, 0.999], "sentences": 100}
    )  # fmt: skip
    whole = fr.coding.extend_correction(Correction(table, 0.95), 1000).table
    # 1/100 - 1/1000 of the variance of a share, at each limit.
    z = 1.959963984540054
    low = 0.3 - np.sqrt(0.1**2 + z**2 * 0.2 * 0.8 * 0.009)
    high = 0.3 + np.sqrt(0.1**2 + z**2 * 0.4 * 0.6 * 0.009)
    assert whole.loc[0, ["low", "high"]].tolist() == pytest.approx([low, high])
    assert whole["high"][1] == 1
    assert whole["sentences"].tolist() == [1000, 1000]
