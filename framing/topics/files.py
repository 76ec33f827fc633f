"""Files of topics: arrays and tables only, no code."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing._core.arrays import open_arrays, write_arrays
from framing._core.checks import check_objects
from framing.topics.topics import Topics

TOPIC_ARRAYS = ("weights", "probabilities", "unit_shares")
TOPIC_TABLES = ("vocabulary", "units", "seeds")
TOPIC_FACTS = (
    "unit", "model", "seed", "settings", "versions", "counting", "origin", "labels",
)  # fmt: skip


@check_objects
def write_topics(topics: Topics, path: str | Path) -> Path:
    """Write topics to a file that holds arrays and tables only, no code.

    Parameters
    ----------
    topics : Topics
        From `fit_topics`, `consensus_topics` or `Topics.with_labels`.
    path : str or Path
        Ending in .npz.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        The path does not end in .npz.

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
    return write_arrays(path, arrays, "topics are")


@check_objects
def read_topics(path: str | Path) -> Topics:
    """Read a file that `write_topics` wrote.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Topics
        With the same shares, labels and hash. Reading runs no code from the file.

    Raises
    ------
    InputError
        The file holds no topics, or is damaged.

    Examples
    --------
    See `write_topics`.
    """
    with open_arrays(path, "holds no topics that write_topics wrote") as file:
        facts = json.loads(str(file["facts"]))
        fields: dict[str, Any] = {
            name: pd.read_parquet(BytesIO(file[f"table_{name}"].tobytes())) for name in TOPIC_TABLES
        }
        state = {
            name.removeprefix("state_"): file[name]
            for name in file.files
            if name.startswith("state_")
        }
        fields |= {name: file[name] for name in TOPIC_ARRAYS}
        fields |= {name: facts[name] for name in TOPIC_FACTS}
        return Topics(**fields, state=state)
