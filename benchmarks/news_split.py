"""Split coded news by article into development and locked parts: writes benchmarks/news_split.json.

    python benchmarks/news_split.py PATH

PATH is a table with one row per sentence and coder. Two thirds of the articles are for development,
one third is locked: it is opened once a version, by `news.py --locked`, which prints figures only.
Articles with passages and articles with single sentences are split apart, so that both parts have
the same mixture. The file holds numbers of articles and sentences, no text.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20261128
SHARE = 2 / 3
SPLIT = Path(__file__).with_suffix(".json")


def split_articles(table, seed=SEED):
    """Return the articles of the development and of the locked part, each sorted."""
    generator = np.random.default_rng(seed)
    single = table["doc_id"].str.startswith("single")
    parts = {"development": [], "locked": []}
    for kind in (False, True):
        articles = np.sort(table.loc[single == kind, "article"].unique())
        order = generator.permutation(len(articles))
        cut = round(SHARE * len(articles))
        parts["development"] += articles[order[:cut]].tolist()
        parts["locked"] += articles[order[cut:]].tolist()
    return {name: sorted(articles) for name, articles in parts.items()}


def main():
    """Write the split, with the number of sentences in each part."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    table = pd.read_csv(parser.parse_args().path, dtype={"rejected": "str"})
    sentences = table.drop_duplicates(["doc_id", "sentence"])
    parts = split_articles(sentences)
    counts = {
        name: int(sentences["article"].isin(articles).sum()) for name, articles in parts.items()
    }
    record = {"seed": SEED, "sentences": counts, "articles": parts}
    SPLIT.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(", ".join(f"{name}: {n} sentences" for name, n in counts.items()))


if __name__ == "__main__":
    main()
