"""Positions: where in its article each hit falls."""

import pandas as pd

from framing.hits.hits import Hits


def locate_hits(hits: Hits) -> pd.DataFrame:
    """Return where in its article each hit falls.

    Parameters
    ----------
    hits : Hits

    Returns
    -------
    pandas.DataFrame
        One row a hit: ``doc_id``, ``sentence``, ``frame``, ``entry`` and ``position``, the
        middle of the hit on the way from the first character of the first sentence (0) to the
        last character of the last sentence (1).

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Truce. Rain fell on the town. Truce."])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    >>> fr.locate_hits(hits)["position"].round(2).tolist()
    [0.07, 0.9]
    """
    sentences = hits.sentences.groupby("doc_id", sort=False)
    spans = sentences.agg(first=("start", "min"), last=("end", "max"))
    table = hits.table[["doc_id", "sentence", "frame", "entry"]].copy()
    own = spans.loc[hits.table["doc_id"]].reset_index(drop=True)
    middle = (hits.table["start"] + hits.table["end"]) / 2
    table["position"] = (middle - own["first"]) / (own["last"] - own["first"])
    return table
