"""Precision and recall of the instruments and of baselines: writes benchmarks/validation.md.

    python benchmarks/validation.py [--embeddings]

The classifiers are fitted to the training parts of the constructed testbeds. All instruments are
tested on the held-back parts and on the coded briefings. Embeddings need the extra "embed".
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr

FRAMES = ["peace", "concession", "sovereignty", "skepticism"]
FEATURES = [("tfidf",), ("lexicon",), ("tfidf", "lexicon")]
EMBEDDED = [("embeddings",), ("lexicon", "embeddings"), ("tfidf", "lexicon", "embeddings")]
NAMES = {
    "peace": ["peace"], "concession": ["concession*"], "sovereignty": ["sovereignty"],
    "skepticism": ["skeptic*", "sceptic*"],
}  # fmt: skip
HEAD = """# How often the instruments are right

Written by `python benchmarks/validation.py{option}`. F1 by sentence (precision, recall).
Lexicon `{lexicon}` (hash `{hash}`) was locked before it was held against what was kept
from it. See the [datasheet](../framing/data/testbed/README.md) of the texts:

- **Newswire, held back**: {n_newswire:,} sentences of {articles_newswire} constructed
  excerpts, in the plain manner of wires, broadcasters and newspapers.
- **Constructed, held back**: {n_constructed:,} sentences of {articles_constructed}
  constructed articles, a part of them plain and a part rich in figures of speech on
  purpose. The figurative part was tested before, with the lexicons 1.0.0 and 1.0.1.
- **Briefings**: {n_briefings:,} sentences of real speech; the lexicon was developed with
  them in view.

"""


def row(name, hits, testbed):
    """Return a row of the table: F1, precision and recall of each frame, and the mean F1."""
    valid = fr.validate(hits, testbed.codes).table.set_index("frame")
    cells = []
    for frame in FRAMES:
        f1, precision, recall = valid.loc[frame, ["f1", "precision", "recall"]].fillna(0)
        cells.append(f"{f1:.2f} ({precision:.2f}, {recall:.2f})")
    return f"| {name} | {' | '.join(cells)} | {valid['f1'].fillna(0).mean():.2f} |"


def baselines(testbed):
    """Yield rows for the name of the frame as the only keyword, and for all sentences positive."""
    hits = fr.find_hits(testbed.corpus, fr.make_lexicon(NAMES))
    yield row("the frame's name as keyword", hits, testbed)
    every = fr.make_lexicon({frame: ["*e*", "*a*", "*o*"] for frame in FRAMES}, shared=True)
    yield row("every sentence", fr.find_hits(testbed.corpus, every), testbed)


def by_manner(testbed, hits):
    """Yield one row per manner of writing, if there are several."""
    table = fr.validate(hits, testbed.codes).confusion("manner")
    if table["manner"].nunique() == 1:
        return
    for manner, own in table.groupby("manner", observed=True):
        own = own.set_index("frame").loc[FRAMES, ["f1", "precision", "recall"]].fillna(0)
        cells = [
            f"{f1:.2f} ({precision:.2f}, {recall:.2f})" for f1, precision, recall in own.to_numpy()
        ]
        mean = own["f1"].mean()
        yield f"| lexicon, where the text is {manner} | {' | '.join(cells)} | {mean:.2f} |"


def peace_as_skepticism(testbed, lexicon):
    """Return precision and recall of peace hits as a measure of skepticism."""
    hits = fr.find_hits(testbed.corpus, lexicon)
    found = fr.validate(hits, testbed.codes).sentences
    wide = found.pivot(index=["doc_id", "sentence"], columns="frame", values=["hit", "coded"])
    peace = wide["hit"]["peace"].astype(bool)
    doubt = wide["coded"]["skepticism"].astype(float)
    right = doubt[peace].sum()
    return right / peace.sum(), right / doubt.sum(), doubt.mean()


def passages(testbed, hits, size=8):
    """Return the correlation of hits and codes over passages for each frame, with n."""
    found = fr.validate(hits, testbed.codes).sentences
    found["passage"] = found["doc_id"] + ":" + ((found["sentence"] - 1) // size).astype(str)
    sums = found.groupby(["frame", "passage"], observed=True)[["hit", "coded"]].mean()
    values = {}
    for frame in FRAMES:
        own = sums.loc[frame]
        same = own["hit"].nunique() == 1 or own["coded"].nunique() == 1
        values[frame] = np.nan if same else np.corrcoef(own["hit"], own["coded"])[0, 1]
    return values, len(sums.loc[FRAMES[0]])


def main():
    """Write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--embeddings", action="store_true")
    options = parser.parse_args()
    lexicon = fr.load_lexicon("peace-initiative")
    learnt = [fr.load_testbed(name, part="training") for name in ("constructed", "newswire")]
    beds = {
        "Newswire, held back": fr.load_testbed("newswire", part="held back"),
        "Constructed, held back": fr.load_testbed(part="held back"),
        "Briefings": fr.load_testbed("briefings"),
    }
    kinds = FEATURES + (EMBEDDED if options.embeddings else [])
    codes, corpora = [bed.codes for bed in learnt], [bed.corpus for bed in learnt]
    fitted = [
        fr.fit_classifier(
            codes,
            corpora,
            features=kind,
            lexicon=lexicon if "lexicon" in kind else None,
            seed=1,
        )
        for kind in kinds
    ]
    lines = [
        HEAD.format(
            option=" --embeddings" if options.embeddings else "",
            n_newswire=len(beds["Newswire, held back"].sentences),
            articles_newswire=len(beds["Newswire, held back"]),
            n_constructed=len(beds["Constructed, held back"].sentences),
            articles_constructed=len(beds["Constructed, held back"]),
            n_briefings=len(beds["Briefings"].sentences),
            lexicon=f"{lexicon.name} {lexicon.version}",
            hash=lexicon.hash[:8],
        ).rstrip("\n"),
        "",
    ]
    for title, bed in beds.items():
        lines += [f"## {title}", "", f"| | {' | '.join(FRAMES)} | mean F1 |", "|---" * 6 + "|"]
        hits = fr.find_hits(bed.corpus, lexicon)
        lines.append(row(f"lexicon {lexicon.version}", hits, bed))
        for kind, classifier in zip(kinds, fitted, strict=True):
            found = fr.classify(bed.corpus, classifier, lexicon=lexicon)
            lines.append(row(f"classifier, {' + '.join(kind)}", found, bed))
        lines += [*baselines(bed), *by_manner(bed, hits), ""]
        values, n = passages(bed, hits)
        told = ", ".join(f"{frame} {value:.2f}" for frame, value in values.items())
        precision, recall, base = peace_as_skepticism(bed, lexicon)
        lines += [
            f"Over {n} passages of up to eight sentences the shares of hits and of codes correlate "
            f"at: {told}.",
            "",
            f"Peace hits alone would tell skepticism with precision {precision:.2f} and recall "
            f"{recall:.2f} (it is in {base:.2f} of the sentences).",
            "",
        ]
    path = Path(__file__).with_suffix(".md")
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    print(pd.Series(lines).str.cat(sep="\n"))


if __name__ == "__main__":
    main()
