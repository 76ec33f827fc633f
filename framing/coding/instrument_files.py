"""Files of instruments: lexicons as text, classifiers and coefficients as numbers, no code."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from framing._core.arrays import open_arrays, write_arrays
from framing._core.checks import check_objects
from framing._core.files import write_text
from framing.coding.classifier_files import arrays_of, classifier_of
from framing.coding.instruments import Instrument
from framing.lexicons.formats.toml import render
from framing.lexicons.lexicon import Lexicon, read_toml_lexicon


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
    for name, table in (("table", instrument.table), ("coefficients", instrument.coefficients)):
        arrays |= {f"{name} {column}": np.array(table[column].tolist()) for column in table}
    arrays["learnt"] = instrument.learnt
    for number, classifier in enumerate(instrument.classifiers):
        of_classifier = arrays_of(classifier)
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
        tables = []
        for name in ("table ", "coefficients "):
            heads = [key for key in file.files if key.startswith(name)]
            columns = {key.removeprefix(name): file[key].tolist() for key in heads}
            tables.append(pd.DataFrame(columns))
        classifiers = []
        for number in range(facts["classifiers"]):
            start = f"classifier {number} "
            own = [key for key in file.files if key.startswith(start)]
            classifiers.append(classifier_of({key.removeprefix(start): file[key] for key in own}))
        lexicons = [
            _lexicon(text, name)
            for text, name in zip(facts["lexicons"], facts["names"], strict=True)
        ]
        if "of" not in tables[1]:
            # Written before frames could weigh other frames.
            tables[1].insert(2, "of", tables[1]["frame"])
        learnt = file["learnt"] if "learnt" in file.files else np.zeros(0, dtype=np.uint64)
        return Instrument(
            tables[0], tables[1], tuple(lexicons), tuple(classifiers), facts["trained_on"],
            facts["seed"], facts["hash"], learnt=learnt,
        )  # fmt: skip


def _lexicon(text: str, name: str) -> Lexicon:
    """Return the lexicon of a text in TOML."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name.replace('/', '-') or 'lexicon'}.toml"
        write_text(path, text)
        return read_toml_lexicon(path)
