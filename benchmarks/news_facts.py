"""Write what may ship of the coded news: framing/data/news/, without a sentence.

    python benchmarks/news_facts.py PATH

PATH is the table of coded news, which does not ship: its texts are not ours to publish. What is
written are positions, counts, codes, hits and probabilities. The third and the eighth notebook
run on them.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr
import news
import news_split
import train_instrument
from framing.hits.study import Study

FOLDER = Path(__file__).parents[1] / "framing/data/news"
FRAMES = news.FRAMES
LOCKED = train_instrument.LOCKED


def joined(sentences):
    """Return one text per passage, and where each coded sentence stands in it."""
    rows, texts = [], {}
    for doc_id, passage in sentences.groupby("doc_id", sort=False):
        begin = 0
        for number, text in passage[["sentence", "text"]].itertuples(index=False):
            rows.append((doc_id, number, number, begin, begin + len(text)))
            begin += len(text) + 2
        texts[doc_id] = "\n\n".join(passage["text"])
    spans = pd.DataFrame(rows, columns=["doc_id", "paragraph", "sentence", "start", "end"])
    return texts, spans


def measured(path, split):
    """Return the study: hits of the newest lexicon by coded sentence, and no words."""
    parts = {article: part for part, articles in split.items() for article in articles}
    sentences = news.read_sentences(path, list(parts))
    texts, spans = joined(sentences)
    first = sentences.groupby("doc_id", sort=False).first()
    table = pd.DataFrame({
        "doc_id": list(texts), "text": list(texts.values()), "title": list(texts),
        "source": first["outlet"].to_numpy(), "article": first["article"].to_numpy(),
        "part": [parts[article] for article in first["article"]],
        "outlet": np.where(first["outlet"] == "theguardian.com", "Guardian", "others"),
    })  # fmt: skip
    corpus = fr.make_corpus(table, furniture=False)
    study = fr.make_study(corpus, fr.load_lexicon("peace-initiative"), name="news")
    # A sentence of the coders may be several of the package: its hits and tokens are theirs.
    pieces = at(study.hits.sentences, spans)
    tokens = pieces.groupby(["doc_id", "coded"])["tokens"].sum()
    spans["tokens"] = tokens.reindex(spans[["doc_id", "sentence"]]).fillna(0).to_numpy(dtype=int)
    table = at(study.hits.table, spans)
    table["sentence"] = table["paragraph"] = table.pop("coded")
    hits = replace(study.hits, table=table.reset_index(drop=True), sentences=spans)
    counts = spans.groupby("doc_id", sort=False)["sentence"].size()
    documents = study.documents
    for column in ("sentences", "paragraphs"):
        documents[column] = counts.reindex(documents["doc_id"]).to_numpy()
    # Which words a sentence has would nearly be the sentence.
    study = Study("news", documents, hits, study.terms.iloc[:0], study.exclusions, "features")
    return study, corpus


def at(table, spans):
    """Return the rows of a table with the coded sentence in which each begins."""
    starts = dict(list(spans.groupby("doc_id")))
    coded = [
        starts[doc_id]["sentence"].iloc[
            np.searchsorted(starts[doc_id]["start"], start, side="right") - 1
        ]
        for doc_id, start in table[["doc_id", "start"]].itertuples(index=False)
    ]
    return table.assign(coded=coded)


def by_hits(hits, spans):
    """Return 0 and 1 for each coded sentence and frame, from hits in pieces of the sentences."""
    table = at(hits.table, spans)[["doc_id", "coded", "frame"]].drop_duplicates()
    keys = pd.MultiIndex.from_frame(spans[["doc_id", "sentence"]])
    marked = table.assign(hit=1).pivot(index=["doc_id", "coded"], columns="frame", values="hit")
    return marked.reindex(keys).reindex(columns=FRAMES).fillna(0).astype(int)


def by_instrument(path):
    """Return hits and probabilities of the joined instrument in articles it had not seen."""
    codes, corpora = train_instrument.learnt_from(path)
    weights = train_instrument.WEIGHTS
    new, old = fr.load_lexicon("peace-initiative"), fr.load_lexicon("peace-initiative-1.1")
    # Features and penalty are those of the classifier that ships; its weights are learnt again.
    (meaning,) = fr.load_instrument("peace-initiative").classifiers
    instrument = fr.fit_instrument(
        [new, old, meaning], codes, corpora, weights=weights, groups="article", seed=1,
        fresh=[LOCKED, train_instrument.HELD], also=train_instrument.ALSO,
    )  # fmt: skip
    held = instrument.held_out[instrument.held_out["corpus"] == LOCKED]
    pieces = corpora[LOCKED].sentences[["doc_id", "sentence", "start"]]
    return held.merge(pieces, on=["doc_id", "sentence"], validate="many_to_one")


def main():
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    path = parser.parse_args().path
    split = json.loads(news_split.SPLIT.read_text(encoding="utf-8"))["articles"]
    study, corpus = measured(path, split)
    spans = study.hits.sentences
    keys = spans[["doc_id", "sentence"]]
    coded = pd.read_csv(path, dtype={"rejected": "str", "text": "str"})
    coded["coder"] = "model coder " + coded["coder"].str.upper()
    parts = [coded[["doc_id", "sentence", "coder", *FRAMES, "rejected"]]]
    lexicons = {name: fr.load_lexicon(name) for name in news.LEXICONS}
    old = lexicons["peace-initiative-1.1"]
    found = {
        f"lexicon {lexicon.version}": fr.find_hits(corpus, lexicon) for lexicon in lexicons.values()
    }
    classifier = fr.load_classifier("peace-initiative")
    found["classifier"] = fr.classify(corpus, classifier, lexicon=old)
    for name, hits in found.items():
        table = by_hits(hits, spans)
        parts.append(table.reset_index().assign(coder=name))
    # A piece that is not the longest of its sentence has no code, and no hit here.
    unseen = at(by_instrument(path), spans)
    place = ["doc_id", "coded"]
    wide = unseen.pivot_table(index=place, columns="frame", values=["hit", "probability"])
    wide = wide.reindex(pd.MultiIndex.from_frame(keys)).dropna()
    parts.append(wide["hit"][FRAMES].astype(int).reset_index().assign(coder="joined instrument"))
    table = pd.concat(parts, ignore_index=True)[
        ["doc_id", "sentence", "coder", *FRAMES, "rejected"]
    ]
    table[FRAMES] = table[FRAMES].astype("Int64")
    FOLDER.mkdir(exist_ok=True)
    fr.write_study(study, FOLDER)
    table.to_csv(FOLDER / "codes.csv", index=False)
    chance = wide["probability"][FRAMES].round(3).reset_index()
    chance.to_csv(FOLDER / "probabilities.csv", index=False)
    print(study, len(table), len(chance))


if __name__ == "__main__":
    main()
