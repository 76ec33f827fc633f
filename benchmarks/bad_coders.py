"""What `correct` makes of model coders that are bad: writes benchmarks/bad_coders.md.

    python benchmarks/bad_coders.py --runs 400

Each run draws 400 sentences, what a model says of them, and a simple random sample of 80 that
people code; the seed is the number of the run. A model that always says no tells nothing: that is
coding alone.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr

REPORT = Path(__file__).with_suffix(".md")
SENTENCES, CODED, SHARES = 400, 80, (0.1, 0.3)
# The chance that a model says yes to a sentence with the frame, and to one without.
MODELS = {
    "coding alone": (0.0, 0.0),
    "random, yes to half": (0.5, 0.5),
    "random, yes to 30%": (0.3, 0.3),
    "says yes too often": (0.95, 0.6),
    "says no too often": (0.2, 0.02),
    "right in 90%": (0.9, 0.1),
}


def drawn(corpus, keys, run, share):
    """Return the corrected shares of all models in one run."""
    rng = np.random.default_rng([run, int(share * 100)])
    truth = (rng.random(SENTENCES) < share).astype(int)
    said = {
        name: (rng.random(SENTENCES) < np.where(truth, *chances)).astype(int)
        for name, chances in MODELS.items()
    }
    hits = fr.hits_of_codes(fr.make_codes(keys.assign(**said), coder="model"), corpus)
    sample = fr.sample_for_coding(hits, corpus, CODED, strata=(), seed=run)
    people = keys.assign(**dict.fromkeys(MODELS, truth))
    people = sample.table[["doc_id", "sentence"]].merge(people)
    table = fr.correct(hits, fr.make_codes(people), sample).table
    return table.assign(run=run, share=share, truth=truth.mean())


def summary(runs):
    """Return coverage, bias and width by share and model."""
    rows = pd.concat(runs, ignore_index=True).astype({"frame": "str"})
    rows["width"] = rows["high"] - rows["low"]
    rows["covered"] = (rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])
    rows["bias"] = rows["estimate"] - rows["truth"]
    rows["raw bias"] = rows["raw"] - rows["truth"]
    alone = rows[rows["frame"] == "coding alone"].set_index(["share", "run"])["width"]
    keys = pd.MultiIndex.from_frame(rows[["share", "run"]])
    rows["alone"] = alone.reindex(keys).to_numpy()
    rows["wider"] = rows["width"] > rows["alone"] + 1e-9
    rows["ratio"] = rows["width"] / rows["alone"]
    groups = rows.groupby(["share", "frame"], sort=False)
    table = groups[["covered", "bias", "raw bias", "width", "alone", "wider"]].mean()
    table["of coding alone"] = table["width"] / table.pop("alone")
    return table.assign(worst=groups["ratio"].max()).reset_index()


def main():
    """Draw, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=400)
    count = parser.parse_args().runs
    weeks = [" ".join(f"Day {day} of week {week}." for day in range(10)) for week in range(40)]
    corpus = fr.make_corpus(weeks)
    keys = corpus.sentences[["doc_id", "sentence"]].reset_index(drop=True)
    runs = [drawn(corpus, keys, run, share) for run in range(count) for share in SHARES]
    table = summary(runs)
    lines = [
        "| share | model | covered | bias | bias uncorrected | width | of coding alone | wider | "
        "at most |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in table.to_dict("records"):
        lines.append(
            f"| {row['share']:.0%} | {row['frame']} | {row['covered']:.3f} | {row['bias']:+.3f} | "
            f"{row['raw bias']:+.3f} | {row['width']:.3f} | {row['of coding alone']:.3f} | "
            f"{row['wider']:.0%} | {row['worst']:.2f} |"
        )
    text = f"""# Bad model coders, corrected

`python benchmarks/bad_coders.py --runs {count}`: {SENTENCES} sentences, {CODED} of them coded by
people, intervals of 95%, {count} runs a row, seeds 0 to {count - 1}. "Covered": how often the
interval holds the share of all sentences. "Of coding alone": the mean width, compared with that of
the same {CODED} codes without a model. "Wider": in how many runs it is wider, and at most by which
factor.

"""
    REPORT.write_text(text + "\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
