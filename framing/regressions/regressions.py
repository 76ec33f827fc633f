"""Regression: frame scores on what is known of the articles, with errors by cluster."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import (
    InputError,
    check_choice,
    check_made_by,
    check_objects,
    check_share,
    listing,
)
from framing._core.result import Result, instrument_of
from framing._core.statistics import ADJUSTMENTS, adjust
from framing.regressions.designs import Design, Used, check_reference, make_design, used_units
from framing.regressions.formulas import parse_formula
from framing.regressions.frame_models import FIT_COLUMNS, Problem, fit_frame
from framing.regressions.separation import independent, resting, touched
from framing.scores.groups import TOPIC_SHARE, By, called
from framing.scores.scores import Scores

REGRESSION_COLUMNS = (
    "frame", "term", "estimate", "low", "high", "p", "p_adjusted", "ratio", "ratio_low",
    "ratio_high", "ame", "ame_low", "ame_high", "n", "clusters", "note",
)  # fmt: skip
UNITS = ("document", "paragraph", "sentence")


@dataclass(frozen=True, eq=False)
class Regression(Result):
    """Coefficients of one model a frame.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a frame and term: ``frame``; ``term`` ("(intercept)", ``month``,
        ``source[Blog]``, ``source[Blog]:month``); ``estimate``, the coefficient (log rate ratio,
        or log odds ratio of a share) with ``low`` and ``high``; ``p`` (two-sided) and
        ``p_adjusted`` (over all frames and terms but the intercepts); ``ratio`` with
        ``ratio_low`` and ``ratio_high``, its exponential: the rate, count or odds at a level by
        that at the reference, or at a number one higher; for the intercept the rate, count or
        odds where all is at its reference or 0. ``ame`` with ``ame_low`` and ``ame_high``, the
        average marginal effect in the unit of the scores (``measure``); missing for
        interactions, which are in the effects of their parts. ``n`` units and ``clusters`` in
        the model; ``note``: what stands in the way of a value that is missing, and what to
        know of one that is not.
    fit : pandas.DataFrame
        One row a frame: ``frame``, ``model`` ("negative binomial", "Poisson", "binomial logit"
        or "none"), ``n``, ``clusters``, ``hits`` (weighted, or sentences with the frame),
        ``alpha`` (NB2 dispersion, variance = mean + alpha mean²) with ``alpha_low`` and
        ``alpha_high``, ``log_likelihood``, ``converged`` and ``note``.
    left_out, dropped : pandas.DataFrame
        ``unit_id`` and ``reason`` of each unit that is in no model. The two are the same.
    formula, cluster : str
    reference : dict
        The reference level of each column that is taken as categories.
    kind, unit, measure : str
        Of the scores.
    per : float
    level : float
    adjusted : str
    lexicon, lexicon_hash, standing : str
        The instrument, and whether it is validated.

    See Also
    --------
    regress, plot_regression
    """

    table: pd.DataFrame
    fit: pd.DataFrame
    formula: str
    cluster: str
    reference: Mapping[str, str]
    kind: str
    unit: str
    measure: str
    per: float
    level: float
    adjusted: str
    lexicon: str
    lexicon_hash: str
    standing: str

    drawn_by: ClassVar[str] = "plot_regression"
    computed_by: ClassVar[tuple[str, ...]] = (
        "scipy",
        "statsmodels",
    )

    @property
    def dropped(self) -> pd.DataFrame:
        """The units that are in no model, by the name that `left_out` had before."""
        return self.left_out

    def __repr__(self) -> str:
        models = ", ".join(dict.fromkeys(self.fit["model"])) + f" for {len(self.fit)} frames"
        dropped = f", {len(self.dropped):,} dropped" if len(self.dropped) else ""
        return (
            f"<Regression of {self.measure} on {self.formula}: {models}, "
            f"{self.fit['n'].max():,} {self.unit}s{dropped}, {self.level:.0%} intervals clustered "
            f"by {self.cluster} ({self.fit['clusters'].max():,}); {self.lexicon}, {self.standing}>"
        )


@check_objects
def regress(
    scores: Scores,
    formula: str,
    *,
    cluster: By | None = None,
    reference: Mapping[str, object] | None = None,
    adjust: str = "holm",
    level: float = 0.95,
) -> Regression:
    """Explain scores by columns of their units: one model a frame.

    Rates and counts: negative binomial regression (NB2) of the hits, for rates with the tokens
    as exposure; a count has none, so that ``length`` may be a term of it. Poisson regression
    takes its place, and the notes say so, where the hits spread no wider than Poisson counts,
    where the fit does not converge, and where weighted hits are not whole numbers: its
    coefficients only need the mean to be right (Gourieroux, Monfort and Trognon 1984). Shares:
    binomial regression with logit link, of the sentences with the frame among all.

    Errors are robust and clustered (CR1), with t distributions of clusters - 1
    degrees of freedom (Cameron and Miller 2015). Clusters that are few, below 20, are noted:
    intervals then tend to be too narrow. So are units with a hit, below 10 a parameter (Peduzzi
    et al. 1996).

    Parameters
    ----------
    scores : Scores
        By document, paragraph or sentence.
    formula : str
        Terms of the right-hand side, joined by "+": columns of ``scores.units``; ``a:b`` for an
        interaction, ``a * b`` for a + b + a:b; ``C(a)`` for a number as categories; ``log(a)``;
        backquotes around a name that is no word. Beside the columns there are, unless a column is
        called so, ``year``, ``quarter``, ``month``, ``week`` and ``day`` (their number since that
        of the first date, from 0; in ``C()`` the calendar year, month, …) and ``length`` (log2 of
        tokens / 100: one more is twice as long). An intercept is always there. Text is taken as
        categories. Nothing in a formula is run as code.
    cluster : str, two of them, or Series, optional
        What is not independent within itself: a column of the units, "document", "paragraph" or
        "sentence" of a document, "year", "quarter", "month", "week" or "day" of the date, two of
        these, or a Series of labels by doc_id or unit_id. By default ``doc_id``, which makes errors
        of documents robust (HC1) and clusters the sentences or paragraphs of each document.
    reference : mapping, optional
        Reference level by column (``{"source": "Wire"}``); the most frequent by default.
    adjust : {"holm", "bh", "none"}
        How p-values are adjusted for their number.
    level : float
        Level of the intervals, between 0 and 1.

    Returns
    -------
    Regression
        Units without a token, or without a value of a term, are in no model and in ``dropped``;
        so are those whose date is known too coarsely for it ("2025-03" has no week).
        A level without a hit has no finite coefficient (its estimate runs to minus infinity):
        it is missing, and the other terms are estimated without its units, on which they do not
        depend (Correia, Guimarães and Zylkin 2019). A coefficient that rests on a single
        cluster, such as that of a group of one article or of a source where sources are the
        clusters, keeps its estimate; its error cannot be told from the data and is missing. An
        average marginal effect is the mean, over the units of the model, of the slope in a
        number or of the difference that a level makes to the reference, with all else as it is
        and each unit counting once; its interval is by the delta method.

    Raises
    ------
    InputError
        The scores are topic shares or of another unit; the formula cannot be read, or names
        what is no column, holds one value only or is a sum of other terms; there is a single
        cluster, fewer clusters than parameters, or no term whose error they can tell; hits
        are negative; or another argument is out of range.

    References
    ----------
    Cameron, A. C. and Miller, D. L. (2015). A practitioner's guide to cluster-robust inference.
    Journal of Human Resources 50(2), 317-372. doi:10.3368/jhr.50.2.317

    Correia, S., Guimarães, P. and Zylkin, T. (2019). Verifying the existence of maximum
    likelihood estimates for generalized linear models. arXiv:1903.01633

    Gourieroux, C., Monfort, A. and Trognon, A. (1984). Pseudo maximum likelihood methods:
    Applications to Poisson models. Econometrica 52(3), 701-720.

    Peduzzi, P., Concato, J., Kemper, E., Holford, T. R. and Feinstein, A. R. (1996). A simulation
    study of the number of events per variable in logistic regression analysis. Journal of
    Clinical Epidemiology 49(12), 1373-1379. doi:10.1016/S0895-4356(96)00236-3

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["A truce near.", "Truce talks now.", "A gas deal.", "Gas, a truce.", "Oil, gas."]
    >>> corpus = fr.make_corpus(texts * 4, source=["Wire", "Wire", "Blog", "Blog", "Blog"] * 4)
    >>> scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})))
    >>> found = fr.regress(scores, "source")
    >>> found.table[["term", "ratio", "ratio_low", "ratio_high", "n"]].round(2)
               term   ratio  ratio_low  ratio_high   n
    0    (intercept)  125.00      53.43      292.46  20
    1   source[Wire]    2.67       1.14        6.24  20
    """
    _check(scores, adjust, level)
    terms = parse_formula(formula)
    clustered = "doc_id" if cluster is None else called(cluster, "cluster")
    by = "doc_id" if cluster is None else cluster
    used = used_units(scores, terms, by, check_reference(reference, terms))
    design = make_design(terms, used.variables, len(used.units))
    _check_collinear(design)
    _check_clusters(design, used, clustered)
    problems = [
        Problem(frame, hits, scores.kind, scores.per, level, clustered)
        for frame, hits in zip(scores.frames, used.hits.T, strict=True)
    ]
    tables, fits = zip(*(fit_frame(problem, design, used) for problem in problems), strict=True)
    return Regression(
        table=_table(tables, scores.frames, adjust),
        fit=_as_frames(pd.DataFrame(fits, columns=list(FIT_COLUMNS)), scores.frames),
        left_out=used.dropped,
        formula=formula,
        cluster=clustered,
        reference={
            factor.column: one.levels[0] for factor, one in used.variables.items() if one.levels
        },
        kind=scores.kind,
        unit=scores.unit,
        measure=scores.measure,
        per=scores.per,
        level=level,
        adjusted=adjust,
        lexicon=scores.lexicon,
        lexicon_hash=scores.lexicon_hash,
        standing=scores.standing,
        settings={
            "formula": formula, "cluster": clustered, "adjust": adjust, "unit": scores.unit,
            "kind": scores.kind, "per": scores.per, **instrument_of(scores),
        },
    )  # fmt: skip


def _check(scores: Scores, adjust: str, level: float) -> None:
    check_made_by("scores", scores, Scores, "score(hits)")
    check_choice("adjust", adjust, ADJUSTMENTS)
    check_share("level", level)
    if scores.kind == TOPIC_SHARE:
        raise InputError(
            "Topic shares sum to 1 and come from a model, so that a regression of each by itself "
            "misleads. Use prevalence(topics, terms, by=…, seed=…) and its contrast."
        )
    if scores.unit not in UNITS:
        remedy = (
            "Score by document, and use the column in the formula"
            if scores.unit != "speaker"
            else "Speakers carry no columns to explain them by: score by document instead"
        )
        raise InputError(
            f"Scores by {scores.unit} pool documents, and their columns are lost. {remedy}: "
            'score(hits, unit="document").'
        )


def _check_collinear(design: Design) -> None:
    matrix, names = design.matrix(), design.names
    if design.rows <= len(names):
        raise InputError(
            f"{design.rows:,} units cannot carry {len(names):,} parameters. Take terms out of "
            "the formula, or levels together."
        )
    kept = set(independent(matrix))
    extra = [name for place, name in enumerate(names) if place not in kept]
    if extra:
        raise InputError(
            f"{listing(extra)} follow from the terms before them, so that they cannot be told "
            "apart. Leave one of the terms out of the formula."
        )


def _check_clusters(design: Design, used: Used, cluster: str) -> None:
    count, names = len(used.labels), design.names
    if count < 2:
        raise InputError(
            f"cluster={cluster!r} is {used.labels[0]!r} in all units: one cluster tells nothing "
            "of errors. Cluster by a column with more values, or leave cluster= out."
        )
    matrix = design.matrix()
    alone = [found for _, found in resting(matrix, used.clusters)]
    directions = np.column_stack(alone) if alone else np.zeros((len(names), 0))
    marked = touched(directions, matrix)
    if marked[1:].all():
        raise InputError(
            f"Clusters by {cluster!r} cannot tell the error of any term: {listing(names[1:], 3)} "
            "each rest on one cluster alone, which the model fits exactly. Leave cluster= out for "
            "errors by document, or cluster by something finer."
        )
    free = len(names) - int(np.linalg.matrix_rank(directions) if alone else 0)
    if count <= free:
        raise InputError(
            f"{count:,} clusters by {cluster!r} cannot carry {free:,} parameters: there must be "
            "more clusters. Take terms out of the formula, or cluster by something finer."
        )


def _table(tables: Any, frames: list[str], method: str) -> pd.DataFrame:
    table = pd.concat(tables, ignore_index=True)
    p = table["p"].to_numpy(dtype=np.float64)
    slopes = (table["term"] != "(intercept)").to_numpy()
    adjusted: NDArray[np.float64] = np.full(len(p), np.nan)
    adjusted[slopes] = adjust(p[slopes], method)
    table["p_adjusted"] = adjusted
    return _as_frames(table[list(REGRESSION_COLUMNS)], frames)


def _as_frames(table: pd.DataFrame, frames: list[str]) -> pd.DataFrame:
    return table.assign(frame=pd.Categorical(table["frame"], categories=frames))
