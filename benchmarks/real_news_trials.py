"""Judge on fresh real news, and try to learn from more of it: writes real_news_trials.md.

    python benchmarks/real_news_trials.py PATH FRESH

PATH is the table of coded news and FRESH that of the fresh news; neither ships: the texts are not
ours to publish. FRESH has the columns of PATH, and ``part`` ("test" or "training"), ``date`` and
``near`` (shares eight words in a row with the test part). real_news_codes.csv and
real_news_articles.csv have all of it but the words. The locked third is not judged here: the
instrument that is tried learns from it, as the one that ships does. Needs the extra ``embed``.
"""

import argparse
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

import framing as fr
import news
import news_split
import train_instrument
from framing.coding import classifiers
from framing.coding.instruments import LOG_ODDS
from instrument_trials import (
    DOUBT,
    FOLDS,
    HELD,
    NEWS,
    SEEDS,
    Data,
    cells,
    counts,
    joined,
    regress,
    threshold,
)

REPORT = Path(__file__).with_suffix(".md")
NOTES = Path(__file__).with_name("real_news_trials_notes.md")
CODES = Path(__file__).with_name("real_news_codes.csv")
ARTICLES = Path(__file__).with_name("real_news_articles.csv")
ENTRIES = Path(__file__).with_name("real-news-entries.toml")
FRAMES, DRAWS = news.FRAMES, 2000
# The place of the fresh news after the corpora of instrument_trials.py, and of train_instrument.py.
FRESH, LAST = 5, 6
SHARES = (0, 1 / 3, 2 / 3, 1)
LEXICON, ADDED = "lexicon 2.2.0", "lexicon with the tried entries"
JOINED, MORE = "joined instrument", "joined, learnt from the fresh training part too"


def read(path):
    """Return the fresh news, a row a sentence and coder."""
    return pd.read_csv(path, dtype={"rejected": "str", "text": "str"})


def agreement(table):
    """Return the lines that say how far the coders agree in each part."""
    if table["coder"].nunique() < 2:
        return ["One model coder only."]
    lines = [f"| Krippendorff's alpha | {' | '.join(FRAMES)} |", "|---" * 5 + "|"]
    for part, some in table.groupby("part"):
        codes = fr.make_codes(some[["doc_id", "sentence", "coder", *FRAMES]])
        found = fr.agreement(codes, seed=1).table.set_index("frame")["alpha"]
        lines.append(f"| {part} | {' | '.join(f'{found[frame]:.2f}' for frame in FRAMES)} |")
    return lines


def learnt(path, table):
    """Return the instrument that also learns from the training part of the fresh news."""
    codes, corpora = train_instrument.learnt_from(path)
    codes.append(table[0])
    corpora.append(table[1])
    weights = [*train_instrument.WEIGHTS, 1.0]
    lexicons = [fr.load_lexicon(name) for name in news.LEXICONS[::-1]]
    meaning = fr.fit_classifier(codes, corpora, features="embeddings", weights=weights, seed=1)
    return fr.fit_instrument(
        [*lexicons, meaning], codes, corpora, weights=weights, groups="article", seed=1,
        fresh=[train_instrument.LOCKED, train_instrument.HELD, LAST], also=train_instrument.ALSO,
    )  # fmt: skip


def difference(found, base):
    """Return the difference of the mean F1 and of skepticism, with a paired bootstrap."""
    rng = np.random.default_rng(1)
    n = len(found)
    weights = rng.multinomial(n, np.full(n, 1 / n), size=DRAWS)

    def drawn(total):
        return news.measures(np.einsum("da,afc->dfc", weights, total))[..., 2]

    told = []
    one, two = (news.measures(total.sum(axis=0))[:, 2] for total in (found, base))
    both = drawn(found) - drawn(base)
    for value, draws in (
        ((one - two).mean(), both.mean(axis=1)),
        ((one - two)[DOUBT], both[:, DOUBT]),
    ):
        low, high = np.quantile(draws, [0.025, 0.975])
        told.append(f"{value:+.3f} [{low:+.3f}, {high:+.3f}]")
    return " | ".join(told)


def judged(sentences, candidate):
    """Return the lines on the test part: each instrument, and what the trials change."""
    more = news.others()
    lines = news.section("The test part", sentences, more={**more, MORE: candidate})
    lexicon, entries = fr.load_lexicon("peace-initiative"), fr.read_lexicon(ENTRIES)
    found = {
        LEXICON: news.presence(sentences, lexicon),
        JOINED: news.presence(sentences, more[JOINED]),
        MORE: news.presence(sentences, candidate),
    }
    found[ADDED] = found[LEXICON] | news.presence(sentences, entries)
    totals = {name: news.counts(present, sentences) for name, present in found.items()}
    lines += ["| difference, paired | mean F1 | skepticism |", "|---|---|---|"]
    for name, base in ((JOINED, LEXICON), (ADDED, LEXICON), (MORE, JOINED)):
        lines.append(f"| {name} less {base} | {difference(totals[name], totals[base])} |")
    return [*lines, ""]


def new_hits(beds):
    """Return the lines that say what the tried entries find that the lexicon does not."""
    lexicon, entries = fr.load_lexicon("peace-initiative"), fr.read_lexicon(ENTRIES)
    lines = [
        f"New hits of the {len(entries.table)} entries that were tried, right of all:", "",
        f"| | {' | '.join(FRAMES)} |", "|---" * 5 + "|",
    ]  # fmt: skip
    for name, sentences in beds.items():
        new = news.presence(sentences, entries) & ~news.presence(sentences, lexicon)
        right = np.nansum(new * sentences[FRAMES].to_numpy(dtype=float), axis=0)
        row = [f"{a:.1f} of {b}" for a, b in zip(right, new.sum(axis=0), strict=True)]
        lines.append(f"| {name} | {' | '.join(row)} |")
    return [*lines, ""]


def odds(data, vectors, folds, inside):
    """Return log-odds of each frame; ``inside`` says what is learnt from outside of a fold."""
    matrix, values = csr_matrix(vectors[data.at]), np.zeros((len(data.means), len(FRAMES)))
    for fold in range(FOLDS):
        seen, unseen = (folds != fold) & inside, folds == fold
        weight, cut = classifiers.fit_all(matrix[seen], data.means[seen], 1.0, balanced=False)
        values[unseen] = matrix[unseen] @ weight + cut
    return values * LOG_ODDS


def inputs_of(data, values, names):
    """Return what the joined instrument weighs: hits and log-odds, and peace for skepticism."""
    hits = np.stack([data.hits(name) for name in names], axis=-1)
    peace = np.column_stack([hits[:, 0], values[:, 0]])

    def inputs(frame):
        plain = np.column_stack([hits[:, frame], values[:, frame]])
        return np.hstack([plain, peace]) if frame == DOUBT else plain

    return inputs


def weighed(data, inputs, here, folds):
    """Return hits in the sentences ``here``, with coefficients from the fresh news as well."""
    found = np.zeros(data.y.shape, dtype=bool)
    for frame in range(len(FRAMES)):
        x, y = inputs(frame), data.y[:, frame]
        known = ~np.isnan(y)
        for fold in range(FOLDS):
            seen, unseen = known & (folds != fold), known & here & (folds == fold)
            both = seen & (here | (data.number == FRESH))
            chance = regress(x[both], y[both])
            likely = chance(x[seen & here])
            found[unseen, frame] = chance(x[unseen]) >= threshold(likely, likely)
    return found


def in_folds(data, vectors):
    """Return counts by bed and way: shares of the real news, and the fresh news added."""
    real, fresh = data.number == NEWS, data.number == FRESH
    articles, totals = np.unique(data.article[real]), {}
    for seed in SEEDS:
        folds = data.folds(seed)
        order = np.random.default_rng(100 + seed).permutation(articles)
        ways = {}
        for share in SHARES:
            kept = np.isin(data.article, order[: round(share * len(articles))])
            ways[f"{share:.0%} of the development news"] = (~real | kept) & ~fresh
        ways["all of it and the fresh news"] = np.ones(len(fresh), dtype=bool)
        for label, inside in ways.items():
            values = odds(data, vectors, folds, inside)
            for bed, here, names in (
                ("news", real, news.LEXICONS[:1]),
                ("newswire", data.number == HELD, news.LEXICONS[::-1]),
            ):
                inputs = inputs_of(data, values, names)
                hits = {label: joined(data, inputs, here, folds, expected=True)}
                if inside.all():
                    hits[f"{label}, in the coefficients too"] = weighed(data, inputs, here, folds)
                for name, found in hits.items():
                    totals[bed, name] = totals.get((bed, name), 0) + counts(data, found, here)
        print(seed, flush=True)
    return totals


def main():
    """Judge, try, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("fresh", type=Path)
    options = parser.parse_args()
    table = read(options.fresh)
    table[["doc_id", "sentence", "coder", *FRAMES, "rejected", "near"]].to_csv(CODES, index=False)
    facts = ["article", "part", "question", "outlet", "date", "address"]
    table[facts].drop_duplicates("article").to_csv(ARTICLES, index=False)
    used = table[(table["part"] == "training") & ~table["near"]]
    usable = options.fresh.with_name("training.csv")
    used.to_csv(usable, index=False)
    training = train_instrument.coded_news(usable, used["article"].unique())
    candidate = learnt(options.path, training)
    articles = table.groupby("article")[["part", "question"]].first()

    def sentences(which):
        return news.read_sentences(options.fresh, articles.index[which])

    lines = [
        "# Fresh real news: a test, and whether more of it to learn from helps", "",
        "Written by `python benchmarks/real_news_trials.py PATH FRESH`. Nothing was developed on",
        "the test part; the instruments that ship are those of [news.md](news.md).", "",
    ]  # fmt: skip
    part, event = articles["part"], articles["question"] == "event"
    lines += judged(
        sentences(part == "test"), lambda corpus: fr.apply_instrument(corpus, candidate)
    )
    lines += news.section(
        "All articles of questions about events", sentences(event), more=news.others()
    )
    lines += [*agreement(table), ""]
    development = json.loads(news_split.SPLIT.read_text(encoding="utf-8"))["articles"][
        "development"
    ]
    lines += new_hits({
        "training part": sentences(part == "training"), "test part": sentences(part == "test"),
        "development part": news.read_sentences(options.path, development),
        "newswire, held back": news.shipped("newswire", "held back"),
        "passages of two blind writers": news.shipped("passages", "training"),
    })  # fmt: skip
    data = Data(options.path, more=[SimpleNamespace(codes=training[0], corpus=training[1])])
    vectors = classifiers.embed(data.sentences()) * classifiers.EMBEDDING_SCALE
    totals = in_folds(data, vectors)
    lines += [
        "## More real news in the folds", "",
        f"Five folds by article, {len(SEEDS)} seeds; the classifier learns from this much of the",
        "real news outside the fold. On the news the lexicon is 1.1.0, on the newswire both.", "",
        "| | news: mean | skepticism | difference | newswire: mean | skepticism | difference |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    base = "100% of the development news"
    for label in dict.fromkeys(label for _, label in totals):
        row = [cells(totals[bed, label], totals[bed, base]) for bed in ("news", "newswire")]
        lines.append(f"| {label} | {' | '.join(row)} |")
    lines += ["", NOTES.read_text(encoding="utf-8").rstrip()]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
