"""Coverage of corrected intervals: writes benchmarks/coverage.md.

    python benchmarks/coverage.py [--draws 2000] [--n 300]

All sentences of the constructed testbed are coded, so the truth is known. The script draws many
samples and corrects each. "Coding alone" is a simple random sample of the same size.
"""

import argparse
from pathlib import Path

import numpy as np

import framing as fr

PAIR = ("atlas-press", "channel-nine")
Z = 1.96


def alone(values, source, years, total):
    """Return widths of standard intervals from a simple random sample of coded sentences."""
    finite_correction = np.sqrt(1 - len(values) / total)
    target, reference = (values[source == name] for name in PAIR)
    centred = years - years.mean()
    slope = centred @ values / (centred @ centred)
    error = values - values.mean() - slope * centred
    return [
        2 * Z * finite_correction * np.sqrt(values.var(ddof=1) / len(values)),
        2
        * Z
        * finite_correction
        * np.sqrt(target.var(ddof=1) / len(target) + reference.var(ddof=1) / len(reference)),
        2 * Z * finite_correction * np.sqrt(centred**2 @ error**2) / (centred @ centred),
    ]


def main():
    """Write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--n", type=int, default=300)
    options = parser.parse_args()
    testbed = fr.load_testbed()
    hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    coded = fr.mean_codes(testbed.codes, coder="writer")
    documents = testbed.corpus.table.set_index("doc_id").loc[coded.index.get_level_values(0)]
    source = documents["source"].to_numpy()
    days = (documents["date"] - documents["date"].min()).dt.days.to_numpy()
    years = days / 365.25
    quantities = ["prevalence", f"source={PAIR[0]} - source={PAIR[1]}", "slope of date"]
    rng = np.random.default_rng(1)
    covered, widths, plain_widths = {}, {}, {}
    for draw in range(options.draws):
        sample = fr.sample_for_coding(hits, testbed.corpus, options.n, seed=draw)
        sentences = [
            sentence
            for sentence in zip(sample.table["doc_id"], sample.table["sentence"], strict=True)
            if sentence in coded.index
        ]
        codes = fr.make_codes(coded.loc[sentences].reset_index())
        table = fr.correct(hits, codes, sample, by="source", on="date")
        table = table.set_index(["frame", "quantity"])
        rows = rng.choice(len(coded), options.n, replace=False)
        for frame in coded.columns:
            codes_of_frame = coded[frame].to_numpy()
            target, reference = (codes_of_frame[source == name].mean() for name in PAIR)
            truth = [
                codes_of_frame.mean(),
                target - reference,
                np.polyfit(years, codes_of_frame, 1)[0],
            ]
            plain = alone(codes_of_frame[rows], source[rows], years[rows], len(coded))
            for name, value, width in zip(quantities, truth, plain, strict=True):
                low, high = table.loc[(frame, name), ["low", "high"]]
                covered.setdefault((frame, name), []).append(low <= value <= high)
                widths.setdefault((frame, name), []).append(high - low)
                plain_widths.setdefault((frame, name), []).append(width)
    lines = [
        "# Do corrected intervals cover the truth?",
        "",
        f"Written by `python benchmarks/coverage.py`: {options.draws} stratified samples of "
        f"{options.n} of the {len(coded):,} coded sentences of the constructed testbed, each "
        "corrected with `fr.correct`. Nominal level 95%. The last column is the width of the usual "
        "interval from a simple random sample of the same size, without a lexicon.",
        "",
        "| frame | quantity | intervals that cover | mean width | coding alone |",
        "|---|---|---|---|---|",
    ]
    for (frame, name), hit in covered.items():
        lines.append(
            f"| {frame} | {name} | {np.mean(hit):.1%} | {np.mean(widths[frame, name]):.3f} | "
            f"{np.mean(plain_widths[frame, name]):.3f} |"
        )
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
