"""Train the classifier that ships: writes framing/data/classifiers/peace-initiative.npz.

    python benchmarks/train.py

It learns from the training parts of the two constructed testbeds, words beside the lexicon.
"""

from pathlib import Path

import framing as fr

SHIPPED = Path(__file__).parents[1] / "framing" / "data" / "classifiers" / "peace-initiative.npz"


def train():
    """Return the classifier."""
    learnt = [fr.load_testbed(name, part="training") for name in ("constructed", "newswire")]
    return fr.fit_classifier(
        [bed.codes for bed in learnt],
        [bed.corpus for bed in learnt],
        features=["tfidf", "lexicon"],
        lexicon=fr.load_lexicon("peace-initiative"),
        seed=1,
    )


if __name__ == "__main__":
    print(fr.write_classifier(train(), SHIPPED))
