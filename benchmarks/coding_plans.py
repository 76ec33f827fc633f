"""Are intervals as wide as `plan_coding` says? Writes benchmarks/coding_plans.md.

    python benchmarks/coding_plans.py --runs 60

Each setting is planned from a validation with known errors, then done as planned: a model or
lexicon reads, people code a simple random sample, `correct` and `extend_correction` give intervals.
"""

import argparse
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr

REPORT = Path(__file__).with_suffix(".md")
SENTENCES, PRICE = 1000, 0.5
SHARES, BUDGETS = (0.02, 0.1, 0.3), (40, 120)
# How often an instrument says 1 with the frame and without, and what it costs for a sentence.
INSTRUMENTS = {
    "lexicon": (0.5, 0.02, 0.0),
    "random": (0.5, 0.5, 0.0),
    "good model": (0.9, 0.1, 0.0),
    "good model that costs": (0.9, 0.05, 0.05),
}
PEOPLE = "people alone"
# Runs that share the sentences that are coded.
TIMES = 10


def texts(sentences):
    """Return a corpus of so many sentences, ten in each article."""
    weeks = range(sentences // 10)
    return fr.make_corpus([" ".join(f"Day {day} of week {n}." for day in range(10)) for n in weeks])


def keys_of(corpus):
    """Return what names the sentences of a corpus."""
    return corpus.sentences[["doc_id", "sentence"]].reset_index(drop=True)


def said_of(truth, rng, sensitivity, false):
    """Return what an instrument says of sentences."""
    return (rng.random(truth.shape) < np.where(truth > 0, sensitivity, false)).astype(int)


def validation(corpus, share, chances, size, seed):
    """Return a validation on so many sentences: without chance, or drawn with a seed."""
    keys = keys_of(corpus).iloc[:size]
    cases = round(share * size)
    truth = (np.arange(size) < cases).astype(int)
    if seed is None:
        at = np.r_[np.arange(cases) / cases, np.arange(size - cases) / (size - cases)]
        said = (at < np.where(truth, *chances)).astype(int)
    else:
        rng = np.random.default_rng([seed, 1])
        truth = (rng.random(size) < share).astype(int)
        said = said_of(truth, rng, *chances)
    hits = fr.hits_of_codes(fr.make_codes(keys.assign(frame1=said)), corpus)
    return fr.validate(hits, fr.make_codes(keys.assign(frame1=truth)))


def done(corpus, share, chances, read, coded, run):
    """Return half the widths of the intervals of some studies, and whether they hold the truth."""
    keys, rng = keys_of(corpus), np.random.default_rng([run, int(share * 1000), read, coded])
    frames = [f"frame {number}" for number in range(TIMES)]
    truth = (rng.random((len(keys), TIMES)) < share).astype(int)
    said = said_of(truth, rng, *chances)
    part = np.sort(rng.choice(len(keys), read or len(keys), replace=False))
    of_part = keys.iloc[part].assign(**dict(zip(frames, said[part].T, strict=True)))
    hits = fr.hits_of_codes(fr.make_codes(of_part), corpus)
    sample = fr.sample_for_coding(hits, corpus, coded, strata=(), seed=run)
    people = keys.assign(**dict(zip(frames, truth.T, strict=True)))
    people = fr.make_codes(sample.table[["doc_id", "sentence"]].merge(people))
    found = fr.correct(hits, people, sample)
    if 0 < read < len(keys):
        found = fr.coding.extend_correction(found, len(keys))
    table = found.table
    shares = truth.mean(axis=0)
    return pd.DataFrame(
        {
            "half": (table["high"] - table["low"]) / 2,
            "covered": (table["low"] <= shares) & (shares <= table["high"]),
        }
    )


def compared(corpus, runs, size, seed):
    """Return planned and real widths of each setting."""
    rows = []
    for share, budget, (name, chances) in product(SHARES, BUDGETS, INSTRUMENTS.items()):
        known = validation(corpus, share, chances[:2], size, seed)
        plan = fr.coding.plan_coding(
            {name: (chances[2], known)}, budget=budget, coding_cost=PRICE, sentences=SENTENCES
        ).table.set_index("instruments")
        row = plan.loc[name]
        real = pd.concat(
            [
                done(corpus, share, chances[:2], int(row["read"]), int(row["coded"]), run)
                for run in range(runs // TIMES)
            ]
        )
        rows.append(
            {
                "share": share, "instrument": name, "budget": budget, "read": row["read"],
                "coded": row["coded"], "planned": row["half_width"], "got": real["half"].mean(),
                "narrow": real["half"].quantile(0.1), "wide": real["half"].quantile(0.9),
                "covered": real["covered"].mean(), "best": row["best"],
                "alone": plan.loc[PEOPLE, "half_width"],
            }
        )  # fmt: skip
    table = pd.DataFrame(rows)
    table["ratio"] = table["got"] / table["planned"]
    order = np.abs(np.log(table["ratio"])).sort_values(ascending=False).index
    return table.loc[order].reset_index(drop=True)


def lines(table):
    """Return the lines of a table."""
    heads = (
        "| share | instrument | budget | read | coded | planned ± | got ± | got / planned | "
        "80% of single ± | covered | people alone ± |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: |",
    )
    return [
        *heads,
        *(
            f"| {row['share']:.0%} | {row['instrument']} | {row['budget']} | {row['read']} | "
            f"{row['coded']} | {row['planned']:.4f} | {row['got']:.4f} | {row['ratio']:.2f} | "
            f"{row['narrow']:.4f} to {row['wide']:.4f} | {row['covered']:.2f} | "
            f"{row['alone']:.4f} |"
            for row in table.to_dict("records")
        ),
    ]


def main():
    """Plan, do, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=60)
    runs = parser.parse_args().runs
    corpus = texts(SENTENCES)
    certain, first = compared(corpus, runs, SENTENCES, None), compared(corpus, runs, 200, 1)
    text = f"""# Planned and real widths

`python benchmarks/coding_plans.py --runs {runs}`: half the width of the interval of a share, as
`plan_coding` says it and as {runs} studies that follow the plan have it on average. {SENTENCES:,}
sentences, a person codes one for {PRICE}, intervals of 95%. The worst first.

## Errors of the instrument known

Validated on {SENTENCES:,} sentences with the errors that the instrument has. Furthest from the plan
of {len(certain)} settings: **{certain["ratio"][0]:.2f}** times as wide as planned; on average
{certain["ratio"].mean():.2f}.

{chr(10).join(lines(certain))}

## Errors estimated from 200 sentences

Validated on 200 sentences that were drawn at random (seed 1), in which a share of 2% has four cases
or so. Furthest from the plan: **{first["ratio"][0]:.2f}**; on average {first["ratio"].mean():.2f}.

{chr(10).join(lines(first))}
"""
    REPORT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
