"""What coders and lexicons say of real news, without its text: writes benchmarks/news_codes.csv.

    python benchmarks/news_codes.py PATH

PATH is the table of coded sentences, which does not ship: its texts are not ours to publish. The
file has a row for each sentence that two model coders coded, with four digits for each of them and
for each lexicon: 1 where they see peace, concession, sovereignty and skepticism, in this order.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr
import news
import news_split

CODES = Path(__file__).with_suffix(".csv")
HEADS = {"a": "coder a", "b": "coder b"}


def digits(table):
    """Return a text of zeros and ones for each row."""
    return table.astype(int).astype(str).agg("".join, axis=1).to_numpy()


def main():
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    path = parser.parse_args().path
    split = json.loads(news_split.SPLIT.read_text(encoding="utf-8"))["articles"]
    sentences = news.read_sentences(path, [*split["development"], *split["locked"]])
    for name in news.LEXICONS:
        lexicon = fr.load_lexicon(name)
        found = pd.DataFrame(news.presence(sentences, lexicon))
        sentences[f"lexicon {lexicon.version}"] = digits(found)
    table = pd.read_csv(path, dtype={"rejected": "str", "text": "str"})
    table = table.dropna(subset=news.FRAMES)
    sentences = sentences.set_index(["doc_id", "sentence"])
    for coder, rows in table.groupby("coder"):
        rows = rows.set_index(["doc_id", "sentence"])
        sentences[HEADS[coder]] = pd.Series(digits(rows[news.FRAMES]), index=rows.index)
    sentences["part"] = np.where(
        sentences["article"].isin(split["locked"]), "locked", "development"
    )
    # The feeds of one outlet are one outlet.
    sentences["outlet"] = sentences["outlet"].str.replace(r"^fox-.*", "fox", regex=True)
    columns = ["article", "outlet", "part", *HEADS.values()]
    columns += [name for name in sentences if name.startswith("lexicon")]
    both = sentences.dropna(subset=list(HEADS.values()))[columns].reset_index()
    both.to_csv(CODES, index=False)
    print(f"{len(both)} sentences of {both['article'].nunique()} articles")


if __name__ == "__main__":
    main()
