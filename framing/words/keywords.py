"""Keyness: terms that distinguish one set of texts from another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

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
from framing._core.typing import Mask
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
from framing.words.two_corpora import Sided, TwoCorpora, terms_sides

MEASURES = {"chi2": "chi-square", "g2": "log-likelihood G2", "log_ratio": "log ratio"}
KEYNESS_COLUMNS = (
    "term", "statistic", "p", "n_target", "n_reference", "p_adjusted", "log_ratio",
    "log_ratio_low", "log_ratio_high", "rate_target", "rate_reference", "documents_target",
    "documents_reference",
)  # fmt: skip
PER = 1000


@dataclass(frozen=True, eq=False)
class Keyness(Sided, Result):
    """How strongly each term distinguishes the target from the reference.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per term, the most typical of the target first: ``term``; ``statistic`` (of the
        measure, negative where the term is rarer in the target); ``p``; ``n_target`` and
        ``n_reference`` (occurrences); ``p_adjusted``; ``log_ratio`` (binary logarithm of the
        ratio of the relative frequencies: 0 is equally frequent, 1 is twice and -1 is half as
        frequent in the target), ``log_ratio_low`` and ``log_ratio_high``; ``rate_target`` and
        ``rate_reference`` (per 1,000 of the total); ``documents_target`` and
        ``documents_reference`` (with the term).
    sides : pandas.DataFrame
        ``side`` ("target", "reference"), ``name``, ``documents`` (with an occurrence)
        and ``total`` (the denominator).
    measure : str
    level : float
    rare : int
        Terms with fewer than ``min_count`` occurrences; they count in the totals.
    left_out : pandas.DataFrame
        ``term`` and ``reason`` of these terms.
    settings : dict
        ``correction``, ``adjust``, ``min_count``, ``total`` (what it counts), ``by``,
        ``documents_left_out`` (number of documents on neither side).

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
    reference: Terms | str | int | Sequence[str] | None = None,
    *,
    by: By | None = None,
    target: str | int | Sequence[str] | None = None,
    measure: str = "chi2",
    correction: str = "none",
    min_count: int = 1,
    total: str = "terms",
    adjust: str = "bh",
    level: float = 0.95,
) -> Keyness:
    """Find the terms that are more, or less, frequent in one set of texts than in another.

    Returns a Keyness: its ``table`` has a row for each term, the most typical of the target
    first, with its counts, the measure, and the log ratio with its 95% interval.

    Try it: ``terms = fr.count_terms(fr.load_testbed("newswire").corpus)``,
    ``fr.keyness(terms, by="source", target="AP-like").table``.

    Either ``keyness(target, reference)`` with two `Terms`, or ``keyness(terms, by="source",
    target="Wire")`` with two groups of the same terms.

    The p-values of "chi2" and "g2" assume that every word is an independent draw. This is not
    so: a word that is used in a document is likely to be used again there. These p-values are
    therefore too small, most of all for bursty words (Lijffijt et al. 2016). The interval of the
    log-ratio, and the p-value of "log_ratio", only assume independent documents.

    Parameters
    ----------
    terms : Terms
        The target; with ``by``, target and reference.
    reference : Terms, str or list of str, optional
        The comparison. With ``by``: one or several of its values; by default all other values,
        without documents where the value is missing.
    by : str, two of them, or Series, optional
        What groups the units of the terms: any column of theirs ("source", a covariate,
        "unit_id", "doc_id"); "document"; "year", "quarter", "month", "week" or "day" of the date;
        a Series of labels, by doc_id or unit_id, under a name that no column has; or two columns
        or periods, each pair of their values being a group ("A × 2025").
    target : str or list of str, optional
        With ``by``: the value, or values, of the target.
    measure : {"chi2", "g2", "log_ratio"}
        "chi2": Pearson's chi-square. "g2": the log-likelihood ratio (Dunning 1993). Both are
        those of ``textstat_keyness`` in the R package quanteda.textstats, with the same signs.
        "log_ratio": the binary logarithm of the ratio of relative frequencies (Hardie 2014): an
        effect size, which does not grow with the size of the corpus.
    correction : {"none", "yates", "williams"}
        "none" is the default, unlike in quanteda. "yates" is quanteda's default: it subtracts
        half a count where an expected count is below 5. "williams" divides G2 (Williams
        1976). The log-ratio has no correction.
    min_count : int
        Fewest occurrences of a term on both sides together.
    total : {"terms", "tokens"}
        The denominator of frequencies: occurrences of the vocabulary, without stop words and
        other terms that `count_terms` left out (as in quanteda), or all tokens.
    adjust : {"bh", "holm", "none"}
        How p-values are adjusted for the number of terms: Benjamini and Hochberg (1995)
        or Holm (1979).
    level : float
        Level of the interval of each single log-ratio.

    Returns
    -------
    Keyness
        In the log-ratio a side without the term has half an occurrence, or less where half would
        make the term more frequent there. The interval, and the p-value of "log_ratio", use the
        linearised variance of a ratio of totals over documents, at least that of independent
        words, and Student's t. They are missing where a side has a single document. With about a
        dozen documents, the intervals of terms that are bursty in a few of them are still too
        short.

    Raises
    ------
    InputError
        There is no such column or group, the two sides were counted by different rules or with
        different vocabularies, a side is empty, or an argument is out of range.

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
            f"correction={correction!r} cannot be used with measure={measure!r}. Allowed: 'yates' "
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
    omitted = left_out(rare, f"fewer than {min_count:,} occurrences", item="term")
    return Keyness(
        table, sides.table, measure, level, len(rare), settings=settings, left_out=omitted
    )


_CORRECTED = {("chi2", "yates"), ("g2", "yates"), ("g2", "williams")}


def _table(
    sides: TwoCorpora, measure: str, correction: str, min_count: int, level: float
) -> tuple[pd.DataFrame, list[str]]:
    """Return the table, and the terms that are too rare for it."""
    n_target, n_reference = sides.n
    frequent = n_target + n_reference >= min_count
    if not frequent.any():
        raise InputError(
            f"No term occurs {min_count:,} times in both sides together. Lower min_count."
        )
    a, b = n_target[frequent], n_reference[frequent]
    target, reference = (
        Counts(side.matrix[:, frequent], side.totals) for side in (sides.target, sides.reference)
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
            "term": pd.array(np.array(sides.items, dtype=object)[frequent], dtype="str"),
            "statistic": statistic,
            "p": p,
            "n_target": a.astype(np.int64),
            "n_reference": b.astype(np.int64),
            "log_ratio": ratios.estimate,
            "log_ratio_low": ratios.low,
            "log_ratio_high": ratios.high,
            "rate_target": PER * a / totals[0],
            "rate_reference": PER * b / totals[1],
            "documents_target": documents[0][frequent],
            "documents_reference": documents[1][frequent],
        }
    )
    order = ["statistic", "term"]
    table = table.sort_values(order, ascending=[False, True], ignore_index=True)
    # Terms without an occurrence on either side do not count as left out.
    rare = np.flatnonzero(~frequent & (n_target + n_reference > 0)).tolist()
    return table, [sides.items[column] for column in rare]


@check_objects
def select_units(
    terms: Terms, where: Callable[[pd.DataFrame], Any] | Sequence[bool] | Mask
) -> Terms:
    """Return the terms of some units: one side of a comparison.

    Parameters
    ----------
    terms : Terms
        From `count_terms`.
    where : function, or one truth value per unit
        The units to keep. A function takes ``terms.units`` and returns one truth value per unit.

    Returns
    -------
    Terms
        With the vocabulary of all units, so that selections can be compared: ``n`` and
        ``units`` are those of the selection, and can be 0.

    Raises
    ------
    InputError
        ``where`` does not have one truth value per unit, or none is true.

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
        raise InputError("where= has missing values. Give True or False for each unit.")
    selected = values.astype(bool)
    if not selected.any():
        raise InputError(
            f"where= is True for none of the {len(terms):,} units. Give a condition that some "
            "units meet."
        )
    matrix = terms.matrix[selected]
    width = len(terms.vocabulary)
    counts = {
        "n": np.bincount(matrix.indices, matrix.data, width).astype(np.int64),
        "units": np.bincount(matrix.indices, minlength=width),
    }
    units = terms.units[selected].reset_index(drop=True)
    return replace(terms, matrix=matrix, units=units, vocabulary=terms.vocabulary.assign(**counts))
