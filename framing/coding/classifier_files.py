"""Files of classifiers: numbers and names, no code that could run."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing._core.arrays import open_arrays, write_arrays
from framing._core.checks import check_objects
from framing.coding.classifiers import Classifier


@check_objects
def write_classifier(classifier: Classifier, path: str | Path) -> Path:
    """Write a classifier to a file that holds numbers and names, and no code that could run.

    Parameters
    ----------
    classifier : Classifier
        From `fit_classifier`.
    path : str or Path
        Ending in .npz.

    Returns
    -------
    Path
        The file that was written. It does not hold the model of embeddings.

    Raises
    ------
    InputError
        The path does not end in .npz.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce holds. Rain fell."] * 10)
    >>> table = pd.DataFrame({"doc_id": corpus.table["doc_id"].repeat(2), "peace": [1, 0] * 10})
    >>> codes = fr.make_codes(table.assign(sentence=[1, 2] * 10))
    >>> classifier = fr.fit_classifier(codes, corpus, seed=1)
    >>> path = fr.write_classifier(classifier, tempfile.mkdtemp() + "/peace.npz")
    >>> fr.read_classifier(path).hash == classifier.hash
    True
    """
    return write_arrays(path, arrays_of(classifier), "a classifier is")


@check_objects
def read_classifier(path: str | Path) -> Classifier:
    """Read a classifier that `write_classifier` wrote.

    Parameters
    ----------
    path : str or Path
        File that `write_classifier` wrote.

    Returns
    -------
    Classifier
        With the same probabilities. Nothing in the file is run.

    Raises
    ------
    InputError
        The file holds no classifier, or is damaged.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce holds. Rain fell."] * 10)
    >>> table = pd.DataFrame({"doc_id": corpus.table["doc_id"].repeat(2), "peace": [1, 0] * 10})
    >>> codes = fr.make_codes(table.assign(sentence=[1, 2] * 10))
    >>> classifier = fr.fit_classifier(codes, corpus, seed=1)
    >>> path = fr.write_classifier(classifier, tempfile.mkdtemp() + "/peace.npz")
    >>> fr.read_classifier(path)
    <Classifier by tfidf: cross-validated F1 peace 1.00>
    """
    with open_arrays(path, "is no classifier that write_classifier wrote") as file:
        return classifier_of({name: file[name] for name in file.files})


def arrays_of(classifier: Classifier) -> dict[str, Any]:
    """Return a classifier as arrays of numbers and names."""
    table = classifier.table
    arrays: dict[str, Any] = {
        f"table_{column}": np.array(table[column].tolist()) for column in table
    }
    facts = {
        "features": classifier.features,
        "strength": classifier.strength,
        "lexicon_hash": classifier.lexicon_hash,
        "seed": classifier.seed,
        "hash": classifier.hash,
        "context": classifier.context,
        "trained_on": classifier.trained_on,
    }
    arrays |= {
        "facts": np.array(json.dumps(facts)),
        "columns": np.array(classifier.columns),
        "weights": classifier.weights,
        "intercepts": classifier.intercepts,
        "idf": classifier.idf,
        "learnt": classifier.learnt,
    }
    return arrays


def classifier_of(arrays: dict[str, Any]) -> Classifier:
    """Return the classifier of arrays."""
    facts = json.loads(str(arrays["facts"]))
    heads = [name for name in arrays if name.startswith("table_")]
    table = pd.DataFrame({name.removeprefix("table_"): arrays[name].tolist() for name in heads})
    return Classifier(
        table, tuple(facts["features"]), tuple(arrays["columns"].tolist()), arrays["weights"],
        arrays["intercepts"], arrays["idf"], facts["strength"], facts["lexicon_hash"],
        facts["seed"], facts["hash"], facts.get("context", 0), facts.get("trained_on", ""),
        arrays.get("learnt", np.zeros(0, dtype=np.uint64)),
    )  # fmt: skip
