"""Files of learnt instruments: lexicons as text, the rest as numbers and names, no code."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from framing._core.arrays import open_arrays, write_arrays
from framing._core.checks import check_objects
from framing._core.files import write_text
from framing.coding.classifiers import Classifier
from framing.coding.instruments import Instrument
from framing.lexicons.formats.toml import render
from framing.lexicons.lexicon import Lexicon, read_toml_lexicon


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
    return write_arrays(path, _arrays_of(classifier), "a classifier is")


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
        return _classifier_of(file)


@check_objects
def write_instrument(instrument: Instrument, path: str | Path) -> Path:
    """Write an instrument to a file that holds text and numbers, and no code that could run.

    Parameters
    ----------
    instrument : Instrument
        From `fit_instrument`.
    path : str or Path
        Ending in .npz.

    Returns
    -------
    Path
        The file that was written. It holds the lexicons, and not the model of embeddings.

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
    >>> lexicon = fr.make_lexicon({"peace": ["truce"]}, name="words of peace")
    >>> instrument = fr.fit_instrument([lexicon], codes, corpus, seed=1)
    >>> path = fr.write_instrument(instrument, tempfile.mkdtemp() + "/peace.npz")
    >>> fr.read_instrument(path).hash == instrument.hash
    True
    """
    facts = {
        "lexicons": [render(lexicon) for lexicon in instrument.lexicons],
        "names": [lexicon.name for lexicon in instrument.lexicons],
        "classifiers": len(instrument.classifiers),
        "trained_on": instrument.trained_on,
        "seed": instrument.seed,
        "hash": instrument.hash,
    }
    arrays: dict[str, Any] = {"facts": np.array(json.dumps(facts))}
    arrays |= _columns(instrument.table, "table ")
    arrays |= _columns(instrument.coefficients, "coefficients ")
    arrays["learnt"] = instrument.learnt
    for number, classifier in enumerate(instrument.classifiers):
        of_classifier = _arrays_of(classifier)
        arrays |= {f"classifier {number} {key}": value for key, value in of_classifier.items()}
    return write_arrays(path, arrays, "an instrument is")


@check_objects
def read_instrument(path: str | Path) -> Instrument:
    """Read an instrument that `write_instrument` wrote.

    Parameters
    ----------
    path : str or Path
        File that `write_instrument` wrote.

    Returns
    -------
    Instrument
        With the same probabilities. Nothing in the file is run.

    Raises
    ------
    InputError
        The file holds no instrument, or is damaged.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce holds. Rain fell."] * 10)
    >>> table = pd.DataFrame({"doc_id": corpus.table["doc_id"].repeat(2), "peace": [1, 0] * 10})
    >>> codes = fr.make_codes(table.assign(sentence=[1, 2] * 10))
    >>> lexicon = fr.make_lexicon({"peace": ["truce"]}, name="words of peace")
    >>> instrument = fr.fit_instrument([lexicon], codes, corpus, seed=1)
    >>> path = fr.write_instrument(instrument, tempfile.mkdtemp() + "/peace.npz")
    >>> fr.read_instrument(path)
    <Instrument of words of peace: cross-validated F1 peace 1.00>
    """
    with open_arrays(path, "is no instrument that write_instrument wrote") as file:
        facts = json.loads(str(file["facts"]))
        table, coefficients = _table(file, "table "), _table(file, "coefficients ")
        classifiers = tuple(
            _classifier_of(_below(file, f"classifier {number} "))
            for number in range(facts["classifiers"])
        )
        lexicons = [
            _lexicon(text, name)
            for text, name in zip(facts["lexicons"], facts["names"], strict=True)
        ]
        if "of" not in coefficients:
            # Written before frames could weigh other frames.
            coefficients.insert(2, "of", coefficients["frame"])
        return Instrument(
            table, coefficients, tuple(lexicons), classifiers, facts["trained_on"],
            facts["seed"], facts["hash"], learnt=_learnt(file),
        )  # fmt: skip


def _columns(table: pd.DataFrame, prefix: str) -> dict[str, Any]:
    """Return the columns of a table as arrays, under names that begin with ``prefix``."""
    return {f"{prefix}{column}": np.array(table[column].tolist()) for column in table}


def _below(arrays: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return the arrays whose names begin with ``prefix``, under the rest of their names."""
    return {name.removeprefix(prefix): arrays[name] for name in arrays if name.startswith(prefix)}


def _table(arrays: Mapping[str, Any], prefix: str) -> pd.DataFrame:
    """Return the table whose columns are the arrays of ``prefix``."""
    return pd.DataFrame({name: values.tolist() for name, values in _below(arrays, prefix).items()})


def _learnt(arrays: Mapping[str, Any]) -> Any:
    """Return the hashes of the sentences that were learnt; files of earlier versions have none."""
    return arrays["learnt"] if "learnt" in arrays else np.zeros(0, dtype=np.uint64)


def _arrays_of(classifier: Classifier) -> dict[str, Any]:
    """Return a classifier as arrays of numbers and names."""
    facts = {
        "features": classifier.features,
        "strength": classifier.strength,
        "lexicon_hash": classifier.lexicon_hash,
        "seed": classifier.seed,
        "hash": classifier.hash,
        "context": classifier.context,
        "trained_on": classifier.trained_on,
    }
    return _columns(classifier.table, "table_") | {
        "facts": np.array(json.dumps(facts)),
        "columns": np.array(classifier.columns),
        "weights": classifier.weights,
        "intercepts": classifier.intercepts,
        "idf": classifier.idf,
        "learnt": classifier.learnt,
    }


def _classifier_of(arrays: Mapping[str, Any]) -> Classifier:
    """Return the classifier of arrays."""
    facts = json.loads(str(arrays["facts"]))
    return Classifier(
        _table(arrays, "table_"), tuple(facts["features"]), tuple(arrays["columns"].tolist()),
        arrays["weights"], arrays["intercepts"], arrays["idf"], facts["strength"],
        facts["lexicon_hash"], facts["seed"], facts["hash"], facts.get("context", 0),
        facts.get("trained_on", ""), _learnt(arrays),
    )  # fmt: skip


def _lexicon(text: str, name: str) -> Lexicon:
    """Return the lexicon of a text in TOML."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name.replace('/', '-') or 'lexicon'}.toml"
        write_text(path, text)
        return read_toml_lexicon(path)
