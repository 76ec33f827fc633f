"""Keyness: terms that set one set of texts apart from another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import (
    InputError,
    check_choice,
    check_objects,
    check_positive,
    check_share,
)
from framing._core.renaming import renamed
from framing._core.result import Result, left_out
from framing._core.statistics import ADJUSTMENTS
from framing._core.statistics import adjust as adjusted
from framing.scores.groups import By, name_of
from framing.words.keyness_statistics import (
    CORRECTIONS,
    Counts,
    chi_square,
    chi_square_p,
    log_likelihood,
    log_ratios,
)
from framing.words.terms import Terms
from framing.words.two_corpora import Sided, Sides, terms_sides

MEASURES = {"chi2": "chi-square", "g2": "log-likelihood G2", "log_ratio": "log ratio"}
KEYNESS_COLUMNS = (
    "term", "statistic", "p", "n_target", "n_reference", "p_adjusted", "log_ratio",
    "log_ratio_low", "log_ratio_high", "rate_target", "rate_reference", "documents_target",
    "documents_reference",
)  # fmt: skip
PER = 1000

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Keyness(Sided, Result):
    """How much each term sets the target apart from the reference.

    Attributes
    ----------
    table : pandas.DataFrame
        A row a term, the most typical of the target first: ``term``; ``statistic`` (of the
        measure, below zero where the term is rarer in the target); ``p``; ``n_target`` and
        ``n_reference`` (occurrences); ``p_adjusted``; ``log_ratio`` (binary logarithm of the
        ratio of the relative frequencies: 0 is none, 1 twice as frequent in the target, -1 half
        as frequent), ``log_ratio_low`` and ``log_ratio_high``; ``rate_target`` and
        ``rate_reference`` (per 1,000 of the total); ``documents_target`` and
        ``documents_reference`` (with the term).
    sides : pandas.DataFrame
        ``side`` ("target", "reference"), ``name``, ``documents`` (that hold anything) and
        ``total`` (the denominator).
    measure : str
    level : float
    rare : int
        Terms with fewer than ``min_count`` occurrences; they count in the totals.
    left_out : pandas.DataFrame
        ``term`` and ``reason`` of these.
    settings : dict
        ``correction``, ``adjust``, ``min_count``, ``total`` (what it counts), ``by``,
        ``documents_left_out`` (of neither side).

    See Also
    --------
    keyness, collocations, plot_keyness
    """

    table: pd.DataFrame
    sides: pd.DataFrame
    measure: str
    level: float
    rare: int

    drawn_by: ClassVar[str] = "plot_keyness"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __repr__(self) -> str:
        documents = " and ".join(f"{n:,}" for n in self.sides["documents"])
        out = self.settings["documents_left_out"]
        rare = f"; {self.rare:,} terms below {self.settings['min_count']:,} occurrences left out"
        return (
            f"<Keyness of {len(self):,} terms by {MEASURES.get(self.measure, self.measure)}: "
            f"{self.target} against {self.reference}, {documents} documents"
            f"{f' ({out:,} in neither)' if out else ''}{rare if self.rare else ''}>"
        )


@renamed(adjustment="adjust")
@check_objects
def keyness(
    terms: Terms,
    reference: Terms | str | Sequence[str] | None = None,
    *,
    by: By | None = None,
    target: str | Sequence[str] | None = None,
    measure: str = "chi2",
    correction: str = "none",
    min_count: int = 1,
    total: str = "terms",
    adjust: str = "bh",
    level: float = 0.95,
) -> Keyness:
    """Find the terms that are more, or less, frequent in one set of texts than in another.

    Either ``keyness(target, reference)`` with two `Terms`, or ``keyness(terms, by="source",
    target="Wire")`` with two groups of the same.

    The p-value of "chi2" and "g2" takes every word for an independent draw. Words are not: one
    that is used in a document is soon used again, so that these p-values are too small, the
    more the burstier the word (Lijffijt et al. 2016). The interval of the log-ratio, and the
    p-value of "log_ratio", take only documents for independent.

    Parameters
    ----------
    terms : Terms
        The target; with ``by``, target and reference.
    reference : Terms, str or list of str, optional
        What to compare with. With ``by`` one or several values of it; by default all others,
        but not documents in which it is missing.
    by : str, two of them, or Series, optional
        A column of the documents ("source", any covariate), "document", or "year", "quarter",
        "month", "week" or "day" of the date, two of these ("A × 2025" is then a group), or a
        Series of labels by doc_id or unit_id.
    target : str or list of str, optional
        With ``by``: the value, or values, that are the target.
    measure : {"chi2", "g2", "log_ratio"}
        "chi2": Pearson's chi-square. "g2": the log-likelihood ratio (Dunning 1993). Both are
        those of ``textstat_keyness`` in the R package quanteda.textstats, and signed as there.
        "log_ratio": the binary logarithm of the ratio of relative frequencies (Hardie 2014), a
        size of effect, which a large corpus does not raise.
    correction : {"none", "yates", "williams"}
        "none", unlike in quanteda. "yates" is quanteda's default: half a count is taken off
        where an expected count is below 5. "williams" divides G2 (Williams 1976). The log-ratio
        has no correction.
    min_count : int
        Occurrences in both sides together that a term needs.
    total : {"terms", "tokens"}
        What frequencies are relative to: occurrences of the vocabulary, without stop words and
        whatever `count_terms` left out (as in quanteda), or all tokens.
    adjust : {"bh", "holm", "none"}
        Of the p-values, for the number of terms: Benjamini and Hochberg (1995) or Holm (1979).
    level : float
        Of the interval of each log-ratio by itself.

    Returns
    -------
    Keyness
        A side without the term is taken to have half an occurrence in the log-ratio, or fewer
        where half a one would make it the more frequent. Its interval and the p-value of
        "log_ratio" are missing where a side has a single document; they rest on the linearised
        variance of a ratio of totals over documents, not below that of independent words, and
        on Student's t. Terms that burst in a few of a dozen documents still get too short a
        one.

    Raises
    ------
    InputError
        There is no such column or group, the sides were counted by other rules or without
        each other's terms, a side is empty, or an argument is out of range.

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
    Computational Linguistics 19(1), 61-74.

    Hardie, A. (2014). Log Ratio: An informal introduction. ESRC Centre for Corpus Approaches to
    Social Science (CASS), Lancaster University.

    Lijffijt, J., Nevalainen, T., Säily, T., Papapetrou, P., Puolamäki, K. and Mannila, H.
    (2016). Significance testing of word frequencies in corpora. Digital Scholarship in the
    Humanities 31(2), 374-397.

    Williams, D. A. (1976). Improved likelihood ratio tests for complete contingency tables.
    Biometrika 63(1), 33-37.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["truce talks and gas", "truce, a truce", "gas talks", "oil and gas, gas"]
    >>> corpus = fr.make_corpus(texts, source=["Wire", "Wire", "Blog", "Blog"])
    >>> terms = fr.count_terms(corpus, min_units=1)
    >>> found = fr.keyness(terms, by="source", target="Wire", measure="g2", min_count=2)
    >>> found.table[["term", "statistic", "n_target", "n_reference", "log_ratio"]].round(2)
        term  statistic  n_target  n_reference  log_ratio
    0  truce       5.49         3            0       2.58
    1  talks       0.00         1            1       0.00
    2    gas      -1.73         1            3      -1.58
    """
    check_choice("measure", measure, MEASURES)
    check_choice("correction", correction, CORRECTIONS)
    check_choice("adjust", adjust, ADJUSTMENTS)
    check_positive("min_count", min_count, whole=True)
    check_share("level", level)
    if correction != "none" and (measure, correction) not in _CORRECTED:
        raise InputError(
            f"correction={correction!r} does not go with measure={measure!r}. Allowed: 'yates' "
            "with 'chi2' and 'g2', 'williams' with 'g2'."
        )
    sides = terms_sides(terms, reference, by, target, total)
    table, rare = _table(sides, measure, correction, min_count, level)
    table.insert(5, "p_adjusted", adjusted(table["p"].to_numpy(), adjust))
    settings = {
        "correction": correction, "adjust": adjust, "min_count": min_count,
        "total": total, "by": None if by is None else name_of(by),
        "documents_left_out": sides.left_out,
    }  # fmt: skip
    gone = left_out(rare, f"fewer than {min_count:,} occurrences", item="term")
    return Keyness(table, sides.table, measure, level, len(rare), settings=settings, left_out=gone)


_CORRECTED = {("chi2", "yates"), ("g2", "yates"), ("g2", "williams")}


def _table(
    sides: Sides, measure: str, correction: str, min_count: int, level: float
) -> tuple[pd.DataFrame, list[str]]:
    """Return the table, and the terms that are too rare for it."""
    n_target, n_reference = sides.n
    kept = n_target + n_reference >= min_count
    if not kept.any():
        raise InputError(
            f"No term occurs {min_count:,} times in both sides together. Lower min_count."
        )
    a, b = n_target[kept], n_reference[kept]
    target, reference = (
        Counts(side.matrix[:, kept], side.totals) for side in (sides.target, sides.reference)
    )
    totals = float(target.totals.sum()), float(reference.totals.sum())
    ratios = log_ratios(target, reference, level)
    statistic, p = ratios.estimate, ratios.p
    if measure != "log_ratio":
        function = chi_square if measure == "chi2" else log_likelihood
        statistic = function(a, b, *totals, correction)
        p = chi_square_p(statistic)
    documents = sides.documents
    table = pd.DataFrame(
        {
            "term": pd.array(np.array(sides.items, dtype=object)[kept], dtype="str"),
            "statistic": statistic,
            "p": p,
            "n_target": a.astype(np.int64),
            "n_reference": b.astype(np.int64),
            "log_ratio": ratios.estimate,
            "log_ratio_low": ratios.low,
            "log_ratio_high": ratios.high,
            "rate_target": PER * a / totals[0],
            "rate_reference": PER * b / totals[1],
            "documents_target": documents[0][kept],
            "documents_reference": documents[1][kept],
        }
    )
    order = ["statistic", "term"]
    table = table.sort_values(order, ascending=[False, True], ignore_index=True)
    # Terms without an occurrence in either side are no terms of the comparison.
    rare = np.flatnonzero(~kept & (n_target + n_reference > 0)).tolist()
    return table, [sides.items[column] for column in rare]


@check_objects
def select_units(
    terms: Terms, where: Callable[[pd.DataFrame], Any] | Sequence[bool] | NDArray[np.bool_]
) -> Terms:
    """Return the terms of some units: one side of a comparison.

    Parameters
    ----------
    terms : Terms
        From `count_terms`.
    where : function, or one truth value a unit
        Which units to keep; a function gets ``terms.units`` and returns such values.

    Returns
    -------
    Terms
        With the vocabulary of all units, so that selections can be compared: ``n`` and
        ``units`` are those of the selection, and may be 0.

    Raises
    ------
    InputError
        There is not one truth value a unit, or none is true.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce.", "Truce and gas."], date=["2024-12-31", "2025-02-01"])
    >>> terms = fr.count_terms(corpus, min_units=1)
    >>> fr.select_units(terms, lambda units: units["date"] >= "2025-01-20").vocabulary
        term  n  units
    0    gas  1      1
    1  truce  1      1
    """
    values = np.asarray(where(terms.units) if callable(where) else where)
    if values.shape != (len(terms),) or values.dtype.kind not in "bO":
        raise InputError(
            f"where has the shape {values.shape} and the type {values.dtype}; it must be "
            f"one True or False for each of the {len(terms):,} units, such as "
            'terms.units["date"] >= "2025-01-20".'
        )
    if pd.isna(values).any():
        raise InputError("where is missing for some units; say True or False of each.")
    kept = values.astype(bool)
    if not kept.any():
        raise InputError(f"where is True for none of the {len(terms):,} units.")
    matrix = terms.matrix[kept]
    width = len(terms.vocabulary)
    counts = {
        "n": np.bincount(matrix.indices, matrix.data, width).astype(np.int64),
        "units": np.bincount(matrix.indices, minlength=width),
    }
    units = terms.units[kept].reset_index(drop=True)
    return replace(terms, matrix=matrix, units=units, vocabulary=terms.vocabulary.assign(**counts))
