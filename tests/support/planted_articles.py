"""Articles of random words, with the columns that a dataset of news has."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def plant_articles(
    words: Sequence[str], length: int, sentences: tuple[int, int], count: int, seed: int = 1
) -> pd.DataFrame:
    """Return articles of sentences of ``length`` words; each has so many of them, end excluded."""
    rng = np.random.default_rng(seed)
    texts = [
        " ".join(f"{' '.join(rng.choice(words, length))}." for _ in range(rng.integers(*sentences)))
        for _ in range(count)
    ]
    return pd.DataFrame(
        {
            "doc_id": [f"d{seed}-{number}" for number in range(count)],
            "text": texts,
            "source": rng.choice(["Post", "Wire"], count),
            "date": pd.date_range("2025-01-01", periods=count, freq="D"),
            "length": rng.normal(size=count).round(3),
        }
    )
