"""Train the instrument that ships: writes framing/data/instruments/peace-initiative.npz.

    python benchmarks/train_instrument.py PATH

PATH is the table of coded news, which does not ship: its texts are not ours to publish. The file
that is written holds weights, no text. The lexicons were written from the development part of the
news and from the training part of the newswire; the locked third and the newswire that was held
back say how much a hit is worth. Prints F1 in documents that nothing had seen, for the parts and
for all.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr
import news
import news_split

SHIPPED = Path(__file__).parents[1] / "framing/data/instruments/peace-initiative.npz"
FRAMES = news.FRAMES
SEED = 1
WEIGHTS = [1.0, 1.0, 0.4, 0.4, 0.4, 0.1]
LOCKED, HELD = 1, 3
# What the trials on the development part chose (instrument_trials.md).
ALSO = {"skepticism": ["peace"]}


def coded_news(path, articles):
    """Return the codes and the corpus of articles of the news; a passage is a document.

    Where the package cuts a sentence in two, the longer piece has the code.
    """
    table = pd.read_csv(path, dtype={"rejected": "str", "text": "str"})
    table = table[table["article"].isin(articles)].dropna(subset=FRAMES)
    sentences = news.read_sentences(path, articles)
    texts, places = {}, []
    for doc_id, passage in sentences.groupby("doc_id", sort=False):
        begin = 0
        for number, text in passage[["sentence", "text"]].itertuples(index=False):
            places.append((doc_id, number, begin, begin + len(text)))
            begin += len(text) + 2
        texts[doc_id] = "\n\n".join(passage["text"])
    article = sentences.groupby("doc_id", sort=False)["article"].first()
    corpus = fr.make_corpus(
        pd.DataFrame({"doc_id": list(texts), "text": list(texts.values()),
                      "article": article.loc[list(texts)].tolist()}),
        furniture=False,
    )  # fmt: skip
    pieces = corpus.sentences[["doc_id", "sentence", "start", "tokens"]]
    spans = pd.DataFrame(places, columns=["doc_id", "coded", "begin", "end"])
    pieces = pieces.merge(spans, on="doc_id")
    pieces = pieces[(pieces["start"] >= pieces["begin"]) & (pieces["start"] < pieces["end"])]
    longest = pieces.sort_values("tokens").drop_duplicates(["doc_id", "coded"], keep="last")
    codes = longest[["doc_id", "coded", "sentence"]].merge(
        table[["doc_id", "sentence", "coder", *FRAMES]],
        left_on=["doc_id", "coded"], right_on=["doc_id", "sentence"], suffixes=("", "_of_table"),
    )  # fmt: skip
    return fr.make_codes(codes[["doc_id", "sentence", "coder", *FRAMES]]), corpus


def learnt_from(path):
    """Return the codes and the corpora that the instrument learns from, in the order of WEIGHTS."""
    split = json.loads(news_split.SPLIT.read_text(encoding="utf-8"))["articles"]
    pairs = [coded_news(path, split[name]) for name in ("development", "locked")]
    beds = [
        fr.load_testbed("newswire", part="training"), fr.load_testbed("newswire", part="held back"),
        fr.load_testbed("briefings"), fr.load_testbed(part="training"),
    ]  # fmt: skip
    codes = [pair[0] for pair in pairs] + [bed.codes for bed in beds]
    corpora = [pair[1] for pair in pairs] + [bed.corpus for bed in beds]
    return codes, corpora


def line(name, instrument):
    """Return a row of the table: F1 with its interval for each frame, and the mean."""
    cells = [
        f"{f1:.2f} [{low:.2f}, {high:.2f}]"
        for f1, low, high in instrument.table[["f1_cv", "f1_cv_low", "f1_cv_high"]].to_numpy()
    ]
    return f"| {name} | {' | '.join(cells)} | {instrument.table['f1_cv'].mean():.2f} |"


def row(name, held, corpus):
    """Return a row of the table from what was held out, with a bootstrap over articles."""
    article = held["doc_id"].map(corpus.table.set_index("doc_id")["article"])
    counts = pd.DataFrame({
        "frame": held["frame"], "article": article, "right": held["hit"] * held["coded"],
        "hit": held["hit"].astype(float), "coded": held["coded"],
    })  # fmt: skip
    wide = counts.groupby(["article", "frame"])[["right", "hit", "coded"]].sum().unstack("frame")
    cube = np.stack(
        [wide[part][FRAMES].fillna(0).to_numpy() for part in ("right", "hit", "coded")], -1
    )
    return news.row(name, cube)


def over_passages(held):
    """Return the correlation of hits and codes over passages of eight sentences."""
    size = held.groupby(["frame", "doc_id"])["sentence"].transform("size")
    sums = held[size >= 7].groupby(["frame", "doc_id"])[["hit", "coded"]].sum()
    values = [np.corrcoef(*sums.loc[frame].to_numpy(dtype=float).T)[0, 1] for frame in FRAMES]
    return "r over passages: " + " ".join(f"{value:.2f}" for value in values)


def main():
    """Train, measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    path = parser.parse_args().path
    codes, corpora = learnt_from(path)
    new, old = fr.load_lexicon("peace-initiative"), fr.load_lexicon("peace-initiative-1.1")
    meaning = fr.fit_classifier(codes, corpora, features="embeddings", weights=WEIGHTS, seed=SEED)
    print(meaning)
    print(f"| locked third | {' | '.join(FRAMES)} | mean F1 |\n" + "|---" * 6 + "|")

    def join(parts, fresh):
        return fr.fit_instrument(
            parts, codes, corpora, weights=WEIGHTS, fresh=fresh, groups="article", also=ALSO,
            seed=SEED,
        )  # fmt: skip

    for name, parts in {
        f"lexicon {new.version}": [new],
        "classifier": [meaning],
        f"lexicon {new.version} + classifier": [new, meaning],
        "both lexicons + classifier": [new, old, meaning],
    }.items():
        print(line(name, join(parts, [LOCKED])), flush=True)
    instrument = join([new, old, meaning], [LOCKED, HELD])
    print(line("as it ships, on the locked third and the newswire held back", instrument))
    held = instrument.held_out
    print(row("as it ships, on the locked third", held[held["corpus"] == LOCKED], corpora[LOCKED]))
    print(over_passages(held[held["corpus"] == LOCKED]))
    print(instrument.classifiers[0].strength)
    print(
        instrument.coefficients.pivot(index=["part", "of"], columns="frame", values="coefficient")[
            FRAMES
        ].round(2)
    )
    print(instrument.table.round(2).to_string())
    SHIPPED.parent.mkdir(exist_ok=True)
    print(fr.write_instrument(instrument, SHIPPED), f"{SHIPPED.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
