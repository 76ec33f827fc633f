"""What `correct` makes of model coders that are bad: writes benchmarks/bad_coders.md.

    python benchmarks/bad_coders.py --runs 400

Each run draws 400 sentences, what a model says of them, and a simple random sample that people
code; the seed is the number of the run. The draws are those of tests/support/bad_coders.py.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.bad_coders import compared, drawn, texts

REPORT = Path(__file__).with_suffix(".md")
SENTENCES, SHARES, SIZES = 400, (0.02, 0.05, 0.1, 0.3, 0.5), (40, 100, 300)


def summary(runs):
    """Return coverage, bias and width by share, size of the sample and model."""
    rows = compared(runs)
    rows["bias"] = rows["estimate"] - rows["truth"]
    rows["raw bias"] = rows["raw"] - rows["truth"]
    rows["wider"] = rows["width"] > rows["alone"] + 1e-9
    rows["ratio"] = rows["width"] / rows["alone"]
    groups = rows.groupby(["share", "coded", "frame"], sort=False)
    table = groups[["covered", "bias", "raw bias", "width", "alone", "wider"]].mean()
    table["of coding alone"] = table["width"] / table.pop("alone")
    return table.assign(worst=groups["ratio"].max()).reset_index()


def main():
    """Draw, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=400)
    count = parser.parse_args().runs
    corpus = texts(SENTENCES)
    runs = [
        drawn(corpus, share, coded, run)
        for share in SHARES
        for coded in SIZES
        for run in range(count)
    ]
    table = summary(runs)
    lines = [
        "| share | coded | model | covered | bias | bias uncorrected | width | of coding alone | "
        "wider | at most |",
        "| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in table.to_dict("records"):
        lines.append(
            f"| {row['share']:.0%} | {row['coded']} | {row['frame']} | {row['covered']:.3f} | "
            f"{row['bias']:+.3f} | {row['raw bias']:+.3f} | {row['width']:.3f} | "
            f"{row['of coding alone']:.3f} | {row['wider']:.0%} | {row['worst']:.2f} |"
        )
    wide, low = table["of coding alone"].idxmax(), table["covered"].idxmin()
    worst = {
        number: f"{table['frame'][number]}, {table['share'][number]:.0%}, "
        f"{table['coded'][number]} coded"
        for number in (wide, low)
    }
    text = f"""# Bad model coders, corrected

`python benchmarks/bad_coders.py --runs {count}`: {SENTENCES} sentences, of which people code some,
intervals of 95%, {count} runs a row, seeds 0 to {count - 1}. "Covered": how often the interval
holds the share of all sentences. "Of coding alone": the mean width, compared with that of the same
codes without a model. "Wider": in how many runs it is wider, and at most by which factor.

Widest of {len(table)} rows, compared with coding alone: **{table["of coding alone"][wide]:.3f}**
({worst[wide]}). Least covered: **{table["covered"][low]:.3f}** ({worst[low]}).

"""
    REPORT.write_text(text + "\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
