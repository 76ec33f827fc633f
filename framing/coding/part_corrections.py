"""Corrections of a part: from the sentences that a model has read to the whole corpus."""

import numpy as np
import pandas as pd
from scipy import special

from framing._core.checks import InputError, check_objects, check_positive
from framing.coding.correction import Correction


@check_objects
def extend_correction(correction: Correction, sentences: int) -> Correction:
    """Widen corrected shares of a random part of a corpus so that they hold for all of it.

    Returns a Correction for the whole corpus: the same estimates with wider intervals.

    Where a model reads all sentences, `correct` needs no such step. Where it reads a simple random
    part (`sample_by_codebook`) and people code some of these sentences, `correct` gives an interval
    for the part. The part may differ from the corpus by chance; that adds to the interval (double
    sampling, Cochran 1977).

    Parameters
    ----------
    correction : Correction
        From `correct`, with the hits of a model that read a simple random part:
        ``coded.hits(corpus)``.
    sentences : int
        Sentences with a word in the whole corpus.

    Returns
    -------
    Correction
        The rows of ``quantity`` "prevalence", with ``low`` and ``high`` further from the estimate
        and ``sentences`` of the whole. If the part is the whole, nothing changes. Other quantities
        are in ``left_out``.

    Raises
    ------
    InputError
        ``sentences`` is fewer than those of the part, or there is no row of "prevalence".

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques (3rd ed.). Wiley. Chapter 12.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce. Rain fell. " * 20])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    >>> sample = fr.sample_for_coding(hits, corpus, 30, seed=1)
    >>> said = sample.table["text"].str.contains("truce").astype(int)
    >>> codes = fr.make_codes(sample.table[["doc_id", "sentence"]].assign(peace=said))
    >>> part = fr.correct(hits, codes, sample)
    >>> fr.coding.extend_correction(part, 4000)[["estimate", "low", "high"]].round(2)
       estimate   low  high
    0       0.5  0.34  0.66
    """
    check_positive("sentences", sentences, whole=True)
    table = correction.table
    whole = table["quantity"] == "prevalence"
    if not whole.any():
        raise InputError(
            'The correction has no row of quantity "prevalence". Give what correct(hits, codes, '
            "sample) returned."
        )
    part = table.loc[whole, "sentences"].max()
    if sentences < part:
        raise InputError(
            f"sentences={sentences:,} is fewer than the {part:,} of the part that was read. Give "
            "the number of sentences with a word in the whole corpus."
        )
    rows = table[whole].reset_index(drop=True)
    z = float(special.ndtri(1 - (1 - correction.level) / 2))
    chance = 1 / rows["sentences"] - 1 / sentences
    for limit, sign in (("low", -1), ("high", 1)):
        # The variance at the limit, as in score intervals, so that a share of 0 has one too.
        share = rows[limit].clip(0, 1)
        apart = np.sqrt((rows[limit] - rows["estimate"]) ** 2 + z**2 * share * (1 - share) * chance)
        rows[limit] = (rows["estimate"] + sign * apart).clip(0, 1)
    rows["sentences"] = sentences
    others = table.loc[~whole, ["frame", "quantity"]]
    listed = others.assign(reason="it cannot be extended from a part to the whole")
    return Correction(
        rows, correction.level,
        settings={**correction.settings, "extended_from": int(part)},
        left_out=pd.concat([correction.left_out, listed], ignore_index=True),
    )  # fmt: skip
