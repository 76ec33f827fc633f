"""What bad models say of sentences, and what `correct` makes of it: for test and benchmark."""

import numpy as np
import pandas as pd

import framing as fr

# A model that always says no tells nothing, so that it gives what coding alone gives.
ALONE = "coding alone"
# The chance that a model says yes to a sentence with the frame, and to one without.
MODELS = {
    ALONE: (0.0, 0.0),
    "random, yes to half": (0.5, 0.5),
    "random, yes to 30%": (0.3, 0.3),
    "says yes too often": (0.95, 0.6),
    "says no too often": (0.2, 0.02),
    "says the opposite": (0.2, 0.7),
    "right in 90%": (0.9, 0.1),
}


def texts(sentences):
    """Return a corpus of so many sentences, ten in each article."""
    weeks = range(sentences // 10)
    return fr.make_corpus([" ".join(f"Day {day} of week {n}." for day in range(10)) for n in weeks])


def drawn(corpus, share, coded, run):
    """Return the corrected shares of all models in one run, each a frame of its own.

    Whether a sentence has the frame, what the models say of it, and who is coded are drawn anew in
    each run. The people's sample is the same for all models.
    """
    keys = corpus.sentences[["doc_id", "sentence"]].reset_index(drop=True)
    n = len(keys)
    rng = np.random.default_rng([run, int(share * 1000), coded])
    truth = (rng.random(n) < share).astype(int)
    said = {
        name: (rng.random(n) < np.where(truth, *chances)).astype(int)
        for name, chances in MODELS.items()
    }
    hits = fr.hits_of_codes(fr.make_codes(keys.assign(**said), coder="model"), corpus)
    sample = fr.sample_for_coding(hits, corpus, coded, strata=(), seed=run)
    people = keys.assign(**dict.fromkeys(MODELS, truth))
    people = sample.table[["doc_id", "sentence"]].merge(people)
    table = fr.correct(hits, fr.make_codes(people), sample).table
    return table.assign(run=run, share=share, coded=coded, truth=truth.mean())


def compared(tables):
    """Return the rows of many runs with their width, and with that of coding alone."""
    rows = pd.concat(tables, ignore_index=True).astype({"frame": "str"})
    rows["width"] = rows["high"] - rows["low"]
    rows["covered"] = (rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])
    draw = ["share", "coded", "run"]
    alone = rows[rows["frame"] == ALONE].set_index(draw)["width"]
    return rows.assign(alone=alone.reindex(pd.MultiIndex.from_frame(rows[draw])).to_numpy())
