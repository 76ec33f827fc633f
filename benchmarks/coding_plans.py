"""Are intervals as wide as `plan_coding` says? Writes benchmarks/coding_plans.md.

    python benchmarks/coding_plans.py --runs 60

Each setting is planned from a validation with known errors, then done as planned: a model or
lexicon reads, or several do, people code a simple random sample, `correct` (with `also=`) and
`extend_correction` give intervals.
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
# Several together, and how often the second repeats the first where that one is wrong.
TOGETHER = {
    ("lexicon", "good model"): 0.0,
    ("lexicon", "good model that costs"): 0.0,
    ("lexicon", "random"): 0.0,
    ("lexicon", "lexicon with its errors"): 0.5,
    ("lexicon", "random", "good model"): 0.0,
}
INSTRUMENTS["lexicon with its errors"] = (0.5, 0.02, 0.0)
ONE_BY_ONE = [(name,) for name in list(INSTRUMENTS)[:4]]
PEOPLE = "people alone"
# Sentences of the validations: drawn with this seed, or without chance.
SIZES = {1: 200, None: 10_000}
# Runs that share the sentences that are coded.
TIMES = 10


def texts(sentences):
    """Return a corpus of so many sentences, ten in each article."""
    weeks = range(sentences // 10)
    return fr.make_corpus([" ".join(f"Day {day} of week {n}." for day in range(10)) for n in weeks])


def keys_of(corpus):
    """Return what names the sentences of a corpus."""
    return corpus.sentences[["doc_id", "sentence"]].reset_index(drop=True)


def chances_of(names, alike):
    """Return the chance of each kind of sentences, with the frame and without it.

    Bits of the number of a kind say which instruments see the frame. Where the first is wrong, the
    others repeat it with the chance ``alike``.
    """
    both = []
    for frame in (1, 0):
        kinds = np.ones(1)
        for number, name in enumerate(names):
            yes = INSTRUMENTS[name][1 - frame]
            first = np.arange(len(kinds)) % 2
            if number:
                yes = np.where(first != frame, alike * first + (1 - alike) * yes, yes)
            kinds = np.concatenate([kinds * (1 - yes), kinds * yes])
        both.append(kinds)
    return both


def said_of(truth, names, alike, at):
    """Return what each instrument says, where ``at``, 0 to 1, is the place among all answers."""
    present, absent = (np.cumsum(kinds)[:-1] for kinds in chances_of(names, alike))
    kind = np.where(truth > 0, np.searchsorted(present, at), np.searchsorted(absent, at))
    return [kind >> bit & 1 for bit in range(len(names))]


def validations(share, names, alike, size, seed):
    """Return validations on so many sentences, by instrument: without chance, or with a seed."""
    corpus = texts(size)
    keys, cases = keys_of(corpus), round(share * size)
    if seed is None:
        truth = (np.arange(size) < cases).astype(int)
        at = np.r_[np.arange(cases) + 0.5, np.arange(size - cases) + 0.5]
        at /= np.where(truth, cases, size - cases)
    else:
        rng = np.random.default_rng([seed, 1])
        truth = (rng.random(size) < share).astype(int)
        at = rng.random(size)
    codes = fr.make_codes(keys.assign(frame1=truth))
    found = {}
    for name, said in zip(names, said_of(truth, names, alike, at), strict=True):
        hits = fr.hits_of_codes(fr.make_codes(keys.assign(frame1=said)), corpus)
        found[name] = (INSTRUMENTS[name][2], fr.validate(hits, codes))
    return found


def done(corpus, share, names, alike, read, coded, run):
    """Return half the widths of the intervals of some studies, and whether they hold the truth."""
    keys, rng = keys_of(corpus), np.random.default_rng([run, int(share * 1000), read, coded])
    frames = [f"frame {number}" for number in range(TIMES)]
    truth = (rng.random((len(keys), TIMES)) < share).astype(int)
    all_said = said_of(truth, names, alike, rng.random(truth.shape))
    part = np.sort(rng.choice(len(keys), read or len(keys), replace=False))
    hits = []
    for said in all_said:
        of_part = keys.iloc[part].assign(**dict(zip(frames, said[part].T, strict=True)))
        hits.append(fr.hits_of_codes(fr.make_codes(of_part), corpus))
    sample = fr.sample_for_coding(hits[0], corpus, coded, strata=(), seed=run)
    people = keys.assign(**dict(zip(frames, truth.T, strict=True)))
    people = fr.make_codes(sample.table[["doc_id", "sentence"]].merge(people))
    found = fr.correct(hits[0], people, sample, also=hits[1:])
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


def compared(corpus, runs, size, seed, mixes):
    """Return planned and real widths of each setting, the furthest from its plan first."""
    rows = []
    for share, budget, names in product(SHARES, BUDGETS, mixes):
        alike = TOGETHER.get(names, 0.0)
        known = validations(share, names, alike, size, seed)
        plan = fr.coding.plan_coding(
            known, budget=budget, coding_cost=PRICE, sentences=SENTENCES
        ).table.set_index("instruments")
        row = plan.loc[" + ".join(names)]
        real = pd.concat(
            [
                done(corpus, share, names, alike, int(row["read"]), int(row["coded"]), run)
                for run in range(runs // TIMES)
            ]
        )
        rows.append(
            {
                "share": share, "instrument": " + ".join(names), "budget": budget,
                "read": row["read"], "coded": row["coded"], "planned": row["half_width"],
                "got": real["half"].mean(), "narrow": real["half"].quantile(0.1),
                "wide": real["half"].quantile(0.9), "covered": real["covered"].mean(),
                "best": row["best"], "alone": plan.loc[PEOPLE, "half_width"],
                "one": plan.loc[list(names), "half_width"].min(),
            }
        )  # fmt: skip
    table = pd.DataFrame(rows)
    table["ratio"] = table["got"] / table["planned"]
    order = np.abs(np.log(table["ratio"])).sort_values(ascending=False).index
    return table.loc[order].reset_index(drop=True)


def lines(table):
    """Return the lines of a table."""
    heads = (
        "| share | instruments | budget | read | coded | planned ± | got ± | got / planned | "
        "80% of single ± | covered | best of these alone ± | people alone ± |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |",
    )
    return [
        *heads,
        *(
            f"| {row['share']:.0%} | {row['instrument']} | {row['budget']} | {row['read']} | "
            f"{row['coded']} | {row['planned']:.4f} | {row['got']:.4f} | {row['ratio']:.2f} | "
            f"{row['narrow']:.4f} to {row['wide']:.4f} | {row['covered']:.2f} | "
            f"{row['one']:.4f} | {row['alone']:.4f} |"
            for row in table.to_dict("records")
        ),
    ]


def told(table):
    """Return the worst and the mean of a table, in words, and its lines."""
    text = "\n".join(lines(table))
    return (
        f"Furthest from the plan of {len(table)} settings: **{table['ratio'][0]:.2f}** times as "
        f"wide as planned; on average {table['ratio'].mean():.2f}. Least covered: "
        f"{table['covered'].min():.2f}.\n\n{text}"
    )


def main():
    """Plan, do, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=60)
    runs = parser.parse_args().runs
    corpus = texts(SENTENCES)
    single = {seed: compared(corpus, runs, size, seed, ONE_BY_ONE) for seed, size in SIZES.items()}
    several = {seed: compared(corpus, runs, size, seed, TOGETHER) for seed, size in SIZES.items()}
    text = f"""# Planned and real widths

`python benchmarks/coding_plans.py --runs {runs}`: half the width of the interval of a share, as
`plan_coding` says it and as {runs} studies that follow the plan have it on average. {SENTENCES:,}
sentences, a person codes one for {PRICE}, intervals of 95%. The worst first.

## Errors estimated from 200 sentences

Validated on 200 sentences that were drawn at random (seed 1), in which a share of 2% has four cases
or so. {told(single[1])}

## Several instruments, their errors estimated from 200 sentences

`correct` has the hits of the first, and ``also=`` those of the others. "Lexicon with its errors"
repeats half of the errors of the lexicon. {told(several[1])}

## Errors of the instrument known

Validated on 10,000 sentences with the errors that the instrument has. {told(single[None])}

## Several instruments, their errors known

{told(several[None])}
"""
    REPORT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
