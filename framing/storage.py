"""Storage: classifiers and topics as files of numbers and names, from which nothing can be run."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from framing._core.checks import InputError
from framing._core.files import read_bytes
from framing.classifiers import Classifier
from framing.topics import Topics


def write_classifier(classifier: Classifier, path: str | Path) -> Path:
    """Write a classifier to a file of numbers and names, from which nothing can be run.

    Parameters
    ----------
    classifier : Classifier
    path : str or Path
        Ending in .npz.

    Returns
    -------
    Path
        Where it was written. A model of embeddings is not part of the file.

    Raises
    ------
    InputError
        The ending is another.

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
    }
    arrays |= {
        "facts": np.array(json.dumps(facts)),
        "columns": np.array(classifier.columns),
        "weights": classifier.weights,
        "intercepts": classifier.intercepts,
        "idf": classifier.idf,
    }
    return _write(path, arrays, "a classifier is")


def read_classifier(path: str | Path) -> Classifier:
    """Read a classifier that `write_classifier` wrote.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Classifier
        With the same probabilities. Nothing in the file is run.

    Raises
    ------
    InputError
        The file is no classifier, or damaged.

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
    with _opened(path, "is no classifier that write_classifier wrote") as file:
        facts = json.loads(str(file["facts"]))
        heads = [name for name in file.files if name.startswith("table_")]
        table = pd.DataFrame({name.removeprefix("table_"): file[name].tolist() for name in heads})
        return Classifier(
            table, tuple(facts["features"]), tuple(file["columns"].tolist()), file["weights"],
            file["intercepts"], file["idf"], facts["strength"], facts["lexicon_hash"],
            facts["seed"], facts["hash"],
        )  # fmt: skip


def _write(path: str | Path, arrays: dict[str, Any], what: str) -> Path:
    path = Path(path)
    if path.suffix != ".npz":
        raise InputError(f"{path}: {what} written as .npz.")
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **arrays)
    return path


@contextmanager
def _opened(path: str | Path, complaint: str) -> Iterator[Any]:
    """Open a file of arrays; whatever in it cannot be used is one complaint."""
    data = BytesIO(read_bytes(Path(path)))
    try:
        with np.load(data, allow_pickle=False) as file:
            yield file
    except (BadZipFile, KeyError, ValueError, OSError, EOFError, AttributeError) as error:
        raise InputError(f"{path} {complaint} ({type(error).__name__}).") from None


TOPIC_ARRAYS = ("weights", "probabilities", "unit_shares")
TOPIC_TABLES = ("vocabulary", "units", "seeds")
TOPIC_FACTS = (
    "unit", "model", "seed", "settings", "versions", "counting", "origin", "labels",
)  # fmt: skip


def write_topics(topics: Topics, path: str | Path) -> Path:
    """Write topics to a file of numbers and tables, from which nothing can be run.

    Parameters
    ----------
    topics : Topics
    path : str or Path
        Ending in .npz.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    InputError
        The ending is another.

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"]
    >>> topics = fr.fit_topics(fr.count_terms(fr.make_corpus(texts)), n_topics=2, seed=1)
    >>> path = fr.write_topics(topics, tempfile.mkdtemp() + "/topics.npz")
    >>> fr.read_topics(path).hash == topics.hash
    True
    """
    arrays: dict[str, Any] = {name: getattr(topics, name) for name in TOPIC_ARRAYS}
    arrays |= {f"state_{name}": value for name, value in topics.state.items()}
    for name in TOPIC_TABLES:
        buffer = BytesIO()
        getattr(topics, name).to_parquet(buffer, index=False)
        arrays[f"table_{name}"] = np.frombuffer(buffer.getvalue(), dtype=np.uint8)
    facts = {name: getattr(topics, name) for name in TOPIC_FACTS}
    arrays["facts"] = np.array(json.dumps(facts))
    return _write(path, arrays, "topics are")


def read_topics(path: str | Path) -> Topics:
    """Read topics that `write_topics` wrote.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Topics
        With the same shares, labels and hash; nothing in the file is run.

    Raises
    ------
    InputError
        The file holds no topics, or is damaged.

    Examples
    --------
    See `write_topics`.
    """
    with _opened(path, "holds no topics that write_topics wrote") as file:
        facts = json.loads(str(file["facts"]))
        parts: dict[str, Any] = {
            name: pd.read_parquet(BytesIO(file[f"table_{name}"].tobytes())) for name in TOPIC_TABLES
        }
        state = {
            name.removeprefix("state_"): file[name]
            for name in file.files
            if name.startswith("state_")
        }
        parts |= {name: file[name] for name in TOPIC_ARRAYS}
        parts |= {name: facts[name] for name in TOPIC_FACTS}
        return Topics(**parts, state=state)
