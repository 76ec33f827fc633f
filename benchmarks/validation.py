"""How often the instruments are right, beside baselines: writes benchmarks/validation.md.

    python benchmarks/validation.py [--embeddings]

The classifiers learn from the training part of the constructed testbed; all are held against its
other part and against the coded briefings. Embeddings need the extra "embed".
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
The constructed testbed is text written for the package, rich in figures of speech on purpose;
the briefings are real speech, coded by two model coders. See the
[datasheet](../framing/data/testbed/README.md).

- **Held back**: {n_held:,} sentences of {n_articles} constructed articles on which no lexicon was
  developed and no classifier trained. Lexicon `{lexicon}` (hash `{hash}`) was locked before it was
  held against them.
- **Briefings**: {n_briefings:,} sentences; earlier versions of the lexicon were developed with them
  in view.

"""


def row(name, hits, testbed):
    """Return a row of the table: F1, precision and recall of each frame, and the mean."""
    valid = fr.validate(hits, testbed.codes).table.set_index("frame")
    cells = []
    for frame in FRAMES:
        f1, precision, recall = valid.loc[frame, ["f1", "precision", "recall"]].fillna(0)
        cells.append(f"{f1:.2f} ({precision:.2f}, {recall:.2f})")
    return f"| {name} | {' | '.join(cells)} | {valid['f1'].fillna(0).mean():.2f} |"


def baselines(testbed):
    """Yield rows for the frame's name as only keyword, and for all sentences positive."""
    hits = fr.find_hits(testbed.corpus, fr.make_lexicon(NAMES))
    yield row("the frame's name as keyword", hits, testbed)
    every = fr.make_lexicon({frame: ["*e*", "*a*", "*o*"] for frame in FRAMES}, shared=True)
    yield row("every sentence", fr.find_hits(testbed.corpus, every), testbed)


def peace_as_skepticism(testbed, lexicon):
    """Return precision and recall of peace hits as if they told skepticism."""
    hits = fr.find_hits(testbed.corpus, lexicon)
    found = fr.validate(hits, testbed.codes).sentences
    wide = found.pivot(index=["doc_id", "sentence"], columns="frame", values=["hit", "coded"])
    peace = wide["hit"]["peace"].astype(bool)
    doubt = wide["coded"]["skepticism"].astype(float)
    right = doubt[peace].sum()
    return right / peace.sum(), right / doubt.sum(), doubt.mean()


def passages(testbed, hits, size=8):
    """Return for each frame the correlation of hits and codes over passages, with n."""
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
    training = fr.load_testbed(part="training")
    beds = {
        "Held back": fr.load_testbed(part="held back"),
        "Briefings": fr.load_testbed("briefings"),
    }
    kinds = FEATURES + (EMBEDDED if options.embeddings else [])
    fitted = [
        fr.fit_classifier(training.codes, training.corpus, features=kind, lexicon=lexicon, seed=1)
        for kind in kinds
    ]
    lines = [
        HEAD.format(
            option=" --embeddings" if options.embeddings else "",
            n_held=len(beds["Held back"].sentences),
            n_articles=len(beds["Held back"]),
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
        lines += [*baselines(bed), ""]
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
