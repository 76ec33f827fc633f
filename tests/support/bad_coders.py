"""What bad models say of sentences, and what corrections make of it: for test and benchmark."""

import numpy as np
import pandas as pd

import framing as fr

# A model that always says no tells nothing, so that it gives what coding alone gives.
ALONE = "coding alone"
# The chance that a model says yes to a sentence with the frame, and to one without …
MODELS = {
    ALONE: (0.0, 0.0),
    "random, yes to half": (0.5, 0.5),
    "random, yes to 30%": (0.3, 0.3),
    "says yes too often": (0.95, 0.6),
    "says no too often": (0.2, 0.02),
    "says the opposite": (0.2, 0.7),
    "right in 90%": (0.9, 0.1),
}
# … and of models that are good in one outlet and bad in the other: in A, and in B.
UNEVEN = {
    "right in A, random in B": ((0.9, 0.1), (0.5, 0.5)),
    "says yes in A, no in B": ((0.95, 0.6), (0.2, 0.02)),
}
EVERY = {**{name: (chances, chances) for name, chances in MODELS.items()}, **UNEVEN}
MONTHS = 4


def texts(sentences):
    """Return a corpus of so many sentences, ten in each article, of two outlets and four months."""
    n = sentences // 10
    return fr.make_corpus(
        [" ".join(f"Day {day} of week {number}." for day in range(10)) for number in range(n)],
        source=[("A", "B")[number % 2] for number in range(n)],
        x=np.arange(n) / n,
        date=[f"2025-{1 + number * MONTHS // n:02d}-10" for number in range(n)],
    )


def drawn(corpus, share, coded, run, names=tuple(MODELS), *, times=1, compare=False):
    """Return what is corrected of all models in several runs, each model and run a frame.

    Whether a sentence has the frame and what the models say of it are drawn anew in each of the
    ``times`` runs; who is coded is the same for these, and for all models. With ``compare`` there
    are also the outlets, their difference and the slope over articles by `correct`, the
    coefficients of `regress` and the months of `trend`. Both speak of what produced the articles,
    for which the share is the same everywhere.
    """
    keys = corpus.sentences[["doc_id", "sentence"]].reset_index(drop=True)
    facts = keys.merge(corpus.table[["doc_id", "source", "x"]])
    n, in_b = len(keys), (facts["source"] == "B").to_numpy()
    rng = np.random.default_rng([run, int(share * 1000), coded])
    truth, said, known = {}, {}, {}
    for again in range(times):
        has = (rng.random(n) < share).astype(int)
        for name in names:
            first, second = (np.where(has, *chances) for chances in EVERY[name])
            frame = f"{name}|{run * times + again}"
            truth[frame] = has
            said[frame] = (rng.random(n) < np.where(in_b, second, first)).astype(int)
            shares = [has[~in_b].mean(), has[in_b].mean()]
            known[frame] = {
                "prevalence": has.mean(), "source=A": shares[0], "source=B": shares[1],
                "source=A - source=B": shares[0] - shares[1],
                "slope of x": np.polyfit(facts["x"], has, 1)[0],
            }  # fmt: skip
    hits = fr.hits_of_codes(fr.make_codes(keys.assign(**said), coder="model"), corpus)
    sample = fr.sample_for_coding(hits, corpus, coded, strata=(), seed=run)
    people = fr.make_codes(sample.table[["doc_id", "sentence"]].merge(keys.assign(**truth)))
    asked = {"by": "source", "on": "x"} if compare else {}
    table = fr.correct(hits, people, sample, **asked).table
    of_process = {}
    if compare:
        scores = fr.score(hits, kind="share")
        model = fr.regress(scores, "source + x", correction=(people, sample)).table
        model["quantity"] = "regress: " + model["term"]
        series = fr.trend(scores, every="month", seed=1, correction=(people, sample)).table
        month = series.groupby("frame", observed=True).cumcount() + 1
        series["quantity"] = "trend: month " + month.astype(str)
        series["estimate"] = series["value"]
        table = pd.concat([table, model, series], ignore_index=True)
        of_process = dict.fromkeys(model["quantity"], 0.0) | dict.fromkeys(
            ["regress: (intercept)", *series["quantity"]], share
        )
    table = table.astype({"frame": "str"})
    pairs = zip(table["frame"], table["quantity"], strict=True)
    table["truth"] = [(known[frame] | of_process)[quantity] for frame, quantity in pairs]
    table[["frame", "run"]] = table["frame"].str.split("|", expand=True)
    return table.assign(share=share, coded=coded)


def compared(tables):
    """Return the rows of many runs with their width, and with that of coding alone."""
    rows = pd.concat(tables, ignore_index=True)
    rows["width"] = rows["high"] - rows["low"]
    rows["covered"] = (rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])
    draw = ["share", "coded", "run", "quantity"]
    alone = rows[rows["frame"] == ALONE].set_index(draw)["width"]
    return rows.assign(alone=alone.reindex(pd.MultiIndex.from_frame(rows[draw])).to_numpy())
