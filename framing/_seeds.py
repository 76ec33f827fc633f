"""Seeds: the terms of a vocabulary that the entries of a lexicon match."""

from collections.abc import Mapping, Sequence

import pandas as pd

from framing._core.checks import InputError, listing
from framing.corpus.corpus import make_corpus
from framing.hits.hits import find_hits
from framing.lexicons.lexicon import Lexicon, make_lexicon
from framing.words.terms import Terms

SEED_COLUMNS = ("frame", "seed", "term")


def find_seeds(terms: Terms, seeds: Lexicon | Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return for each entry the terms that it matches whole; one that matches none has no term.

    Raises InputError where a frame has no term at all.
    """
    lexicon = seeds if isinstance(seeds, Lexicon) else make_lexicon(dict(seeds), name="seeds")
    column = "form" if "form" in terms.vocabulary else "term"
    words = terms.vocabulary[column].tolist()
    corpus = make_corpus(words, doc_id=range(len(words)), furniture=False)
    hits = find_hits(corpus, lexicon).table
    size = hits["doc_id"].map(dict(zip(corpus.table["doc_id"], map(len, words), strict=True)))
    whole = hits[(hits["start"] == 0) & (hits["end"] == size)]
    found = pd.DataFrame(
        {
            "frame": whole["frame"].astype("str"),
            "seed": whole["entry"].astype("str"),
            "term": terms.vocabulary["term"].to_numpy()[whole["doc_id"].astype(int)],
        }
    )
    entries = lexicon.table[["frame", "pattern"]].rename(columns={"pattern": "seed"})
    table = entries.astype("str").merge(found, on=["frame", "seed"], how="left")
    frames = list(dict.fromkeys(table["frame"]))
    without = [frame for frame in frames if table.loc[table["frame"] == frame, "term"].isna().all()]
    if without:
        own = table.loc[table["frame"] == without[0], "seed"]
        raise InputError(
            f"None of the seeds of {listing(without)} is in the vocabulary of {len(words):,} "
            f"terms; {without[0]!r} has {listing(own, 5)}. A seed must be a term as it was "
            "counted: look at terms.vocabulary, loosen min_units or stop_words, or count phrases "
            "as terms (count_terms(…, phrases=[…]))."
        )
    return table[list(SEED_COLUMNS)]
