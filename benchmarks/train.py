"""Train the classifier that ships: writes framing/data/classifiers/peace-initiative.npz.

    python benchmarks/train.py

It is fitted to the training parts of the two constructed testbeds, with words and the lexicon.
"""

from pathlib import Path

import framing as fr

SHIPPED = Path(__file__).parents[1] / "framing" / "data" / "classifiers" / "peace-initiative.npz"


def train():
    """Return the classifier."""
    testbeds = [fr.load_testbed(name, part="training") for name in ("constructed", "newswire")]
    return fr.fit_classifier(
        [testbed.codes for testbed in testbeds],
        [testbed.corpus for testbed in testbeds],
        features=["tfidf", "lexicon"],
        lexicon=fr.load_lexicon("peace-initiative-1.1"),
        seed=1,
    )


if __name__ == "__main__":
    print(fr.write_classifier(train(), SHIPPED))
