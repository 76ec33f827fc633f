"""Regression: frame scores explained by properties of the articles, with clustered errors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, TypeAlias

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype

from framing._core.checks import (
    InputError,
    check_choice,
    check_objects,
    check_share,
    listing,
)
from framing._core.result import Result, instrument_of
from framing._core.statistics import ADJUSTMENTS, adjust
from framing._core.tables import counted
from framing._core.typing import Array
from framing.coding.correction import CodedSample, coded_by_sample, standing_after
from framing.regressions.corrected_models import corrected_frames, fit_corrected
from framing.regressions.designs import (
    Design,
    Used,
    check_reference,
    lacking,
    make_design,
    used_units,
)
from framing.regressions.formulas import Factor, parse_formula
from framing.regressions.frame_models import FIT_COLUMNS, FrameModelInput, fit_frame
from framing.regressions.separation import independent, resting, touched
from framing.scores.groups import TOPIC_SHARE, By, called, groups_in, read_clusters
from framing.scores.periods import FREQUENCY
from framing.scores.resemblance import find_alike, resemblance_note
from framing.scores.scores import Scores

REGRESSION_COLUMNS = (
    "frame", "term", "estimate", "low", "high", "df", "p", "p_adjusted", "ratio", "ratio_low",
    "ratio_high", "ame", "ame_low", "ame_high", "n", "clusters", "note",
)  # fmt: skip
UNITS = ("document", "paragraph", "sentence")
# Fewer periods are too few clusters for errors by period.
FEWEST_PERIODS = 10
PERIOD_NOTE = "errors by {}, which are larger than by "
# The rows of a frame in the table, and its row in the table of fits.
FrameFit: TypeAlias = tuple[pd.DataFrame, dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Regression(Result):
    """Coefficients of regression models, one model per frame.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame and term: ``frame``; ``term`` ("(intercept)", ``month``,
        ``source[Blog]``, ``source[Blog]:month``); ``estimate``, the coefficient (log rate ratio,
        or log odds ratio of a share) with ``low`` and ``high``; ``df``, the degrees of freedom
        of its t; ``p`` (two-sided) and ``p_adjusted`` (over all frames and terms except the
        intercepts); ``ratio`` with
        ``ratio_low`` and ``ratio_high``, the exponential of the estimate. For a level it is the
        rate, count or odds divided by that at the reference; for a number it is the factor for
        one more; for the intercept it is the rate, count or odds where every term is at its
        reference or 0. ``ame`` with ``ame_low`` and ``ame_high``: the average marginal effect in
        the unit of the scores (``measure``), missing for interactions, which count in the
        effects of their factors. ``n`` units and ``clusters`` in the model; ``note``: why a
        value is missing, or what to keep in mind about it. What holds for all terms of a frame
        stands once, in its first row, and in ``fit``.
    fit : pandas.DataFrame
        One row per frame: ``frame``, ``model`` ("negative binomial", "Poisson", "binomial logit",
        "linear, corrected" or "none"), ``n``, ``clusters``, ``hits`` (weighted, or sentences with
        the frame),
        ``alpha`` (NB2 dispersion, variance = mean + alpha mean²) with ``alpha_low`` and
        ``alpha_high``, ``log_likelihood``, ``converged`` and ``note``.
    left_out, dropped : pandas.DataFrame
        ``unit_id`` and ``reason`` of each unit that is in no model. Both names give one table.
    formula, cluster : str
    reference : dict
        The reference level of each column of categories.
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
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    @property
    def dropped(self) -> pd.DataFrame:
        """The units that are in no model: the old name of `left_out`."""
        return self.left_out

    @property
    def error_periods(self) -> list[str]:
        """The periods by which the errors of their terms are, since these are larger."""
        notes = self.table["note"]
        return [
            period
            for period in FREQUENCY
            if notes.str.contains(PERIOD_NOTE.format(period), regex=False).any()
        ]

    def __repr__(self) -> str:
        models = f"{kinds_of_models(self.fit)} for {counted(len(self.fit), 'frames')}"
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
    correction: CodedSample | None = None,
) -> Regression:
    """Explain scores by columns of their units, with one model per frame.

    Returns a Regression: its ``table`` has a row for each frame and term with the rate ratio (or
    odds ratio), its 95% interval and p.

    Try it: ``fr.regress(fr.score(fr.load_study("briefings").hits), "year + length")``.

    Rates and counts: negative binomial regression (NB2) of the hits. Rates have the tokens as
    exposure. Counts have no exposure, so ``length`` can be a term of their model. Poisson
    regression replaces NB2, and the notes say so, in three cases: the hits spread no wider than
    Poisson counts, the fit does not converge, or weighted hits are not whole numbers. The
    coefficients of Poisson regression only need the mean to be right (Gourieroux, Monfort and
    Trognon 1984). Shares: binomial regression with logit link, of the sentences with the frame
    among all sentences.

    Errors are robust and clustered, and corrected for few and uneven clusters (CR2, Bell and
    McCaffrey 2002), with t distributions of Satterthwaite's degrees of freedom (``df``;
    Pustejovsky and Tipton 2018). These depend on the term: of ten clusters of which two are of a
    group, the group has 1.5 and not 9. Without an effect, p is .05 or less in 1% of draws there
    (with CR1 and 9 degrees: 16%), in 2% for 4 of 20 clusters, 4% for 3 of 6 and 5% for 5 of 10;
    the worst of 17 settings is 6% (benchmarks/few_clusters.md). So few clusters find large effects
    only.

    Where a handful of articles hold nearly all of a rare frame, t is too sure. Of a term whose
    variance fewer than ten equal clusters would make (the squares of what clusters add to it, by
    their effective number), degrees of freedom are at most 2 n / (kurtosis - 1) (Box 1953), and p
    is at least the chance that what clusters add to its score agrees so much with random signs
    (wild score bootstrap, Kline and Santos 2012; all signs of the twelve largest are tried, so that
    there is no seed). The interval then holds 0 wherever that p says so. Without an effect, p is
    .05 or less in at most 5% of draws of weekly papers with few explainers (400; a week before in
    up to 16%), of a frame in runs (6%, before 27%), of 20 against 40 to 60 articles of uneven
    rates and lengths (7%, before 11%; 300 to 500 draws). The price is power: of 60 against 60
    articles of which .3 and .1 are explainers, 41% are called different and were 52%, of .1 and .03
    8% and 20%. With few clusters small effects cannot be found.

    Errors that a group has from its own few clusters do not know of authors who could have been in
    it. Of a term with fewer than 30 degrees of freedom that differs between clusters, p is
    therefore at least that of the residuals of clusters exchanged among all of them (Freedman and
    Lane 1983), and the interval holds 0 wherever that p says so. Six authors of whom one in five
    carries a frame are different from twenty such in 5 to 7% of draws (before in 15 to 20%; 500
    draws of a generator that a tester wrote; of one made for the rule in 3%, before in 18%). Power
    falls by 0 to 10 points in nine settings, most where the smaller group has the lower rate or
    few authors. A note warns of fewer than 4 degrees of freedom, of fewer than 20 clusters, and of
    fewer than 10 units with a hit per parameter (Peduzzi et al. 1996).

    Parameters
    ----------
    scores : Scores
        By document, paragraph or sentence.
    formula : str
        Terms of the right-hand side, joined by "+": columns of ``scores.units``; ``a:b`` for an
        interaction, ``a * b`` for a + b + a:b; ``C(a)`` for a number as categories; ``log(a)``;
        backquotes around a name that is not one word. Also ``year``, ``quarter``, ``month``,
        ``week`` and ``day``, unless a column has that name: the number of periods since the first
        date, from 0; in ``C()`` the calendar year, month, … And ``length``: log2 of
        tokens / 100, so that one more is twice as long. The intercept is always in the model.
        Columns of text are categories. Nothing in a formula runs as code.
    cluster : str, two of them, or Series, optional
        Units of one cluster may depend on each other: a column of the units, "document",
        "paragraph" or "sentence" of a document, "year", "quarter", "month", "week" or "day" of
        the date, two of these, or a Series of labels by doc_id or unit_id. The default is
        ``doc_id``: errors of documents are then robust (HC2), and the sentences or paragraphs of
        a document are one cluster. A term ``week`` (or another period) then has the errors by week
        where these are larger, since what the documents of a week have in common is an error of its
        slope (Moulton 1990): with moods of weeks 2 to 12% of such slopes are called different
        (before 11 to 18%; 60 and 300 draws of a tester's generator). At least ten periods are
        needed: of fewer months the weeks are taken. Those of ``day`` are weeks as well. With
        authors as clusters 6% of such slopes of months and days are called different (before 10 to
        12%; 200 draws).
        So has a column of numbers with one value in each day, week, month, quarter or year. In 16
        weeks of five articles, of which one is an event of fifty, slopes of such a column are
        covered in 98% (by document in 83 to 88%; moods of .3, 60 draws). The same holds with other
        clusters, such as authors, unless each week is within one of them: the larger errors count,
        and the note says so. ``cluster="document"`` is for errors by document alone.
        ``note`` says which column (or day, week or month) seems to be missing here, where documents
        that share its value resemble each other, beyond what the
        terms explain, more than chance: see `Scores.interval`.
    reference : mapping, optional
        Reference level by column (``{"source": "Wire"}``); the most frequent by default.
    adjust : {"holm", "bh", "none"}
        How p-values are adjusted for their number.
    level : float
        Level of the intervals, between 0 and 1.
    correction : (Codes, Sample), optional
        A coded sample of the sentences, for shares of documents. The model is then linear and
        explains shares that the codes correct (design-based supervised learning, Egami et al.
        2023): its coefficients are right even where hits are wrong more often in one group than
        in another. ``estimate`` and ``ame`` are differences of shares, and there is no ratio.
        Hits that do not narrow the interval of the share of all sentences are not used, as by
        `correct`, and the note says so.

    Returns
    -------
    Regression
        Units without a token, or without a value of a term, are in no model and are listed in
        ``left_out``; so are units whose date is too coarse for a term ("2025-03" has no week).
        A level without a hit has no finite coefficient (its estimate runs to minus infinity).
        The coefficient is missing, and the other terms are estimated without its units, on which
        they do not depend (Correia, Guimarães and Zylkin 2019). Some coefficients rest on a
        single cluster: that of a group of one article, or of a source where sources are the
        clusters. They keep their estimate; their error cannot be estimated and is missing. So is
        that of all terms of a frame whose hits are all in one cluster, or with ``correction`` all
        coded sentences that have it: nothing repeats them. An average marginal effect is the mean
        over the units of the model, each counting once. For a number it is the mean slope; for a
        level it is the mean difference from the reference, with all other terms unchanged. Its
        interval is by the delta method.

    Raises
    ------
    InputError
        The scores are topic shares or of another unit. The formula cannot be read, or one of its
        names is not a column, has one value only or is a sum of other terms. There is a single
        cluster, there are fewer clusters than parameters, or no term has an error that can be
        estimated. Hits are negative. Another argument is out of range.

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear
    regression with multi-stage samples. Survey Methodology 28(2), 169-181.

    Box, G. E. P. (1953). Non-normality and tests on variances. Biometrika 40(3-4), 318-335.
    doi:10.1093/biomet/40.3-4.318

    Correia, S., Guimarães, P. and Zylkin, T. (2019). Verifying the existence of maximum
    likelihood estimates for generalized linear models. arXiv:1903.01633

    Egami, N., Hinck, M., Stewart, B. M. and Wei, H. (2023). Using imperfect surrogates for
    downstream inference: Design-based supervised learning for social science applications of
    large language models. NeurIPS 36. arXiv:2306.04746

    Freedman, D. and Lane, D. (1983). A nonstochastic interpretation of reported significance
    levels. Journal of Business and Economic Statistics 1(4), 292-298.
    doi:10.1080/07350015.1983.10509354

    Gourieroux, C., Monfort, A. and Trognon, A. (1984). Pseudo maximum likelihood methods:
    Applications to Poisson models. Econometrica 52(3), 701-720.

    Kline, P. and Santos, A. (2012). A score based approach to wild bootstrap inference. Journal of
    Econometric Methods 1(1), 23-41. doi:10.1515/2156-6674.1006

    Moulton, B. R. (1990). An illustration of a pitfall in estimating the effects of aggregate
    variables on micro units. Review of Economics and Statistics 72(2), 334-338.
    doi:10.2307/2109724

    Peduzzi, P., Concato, J., Kemper, E., Holford, T. R. and Feinstein, A. R. (1996). A simulation
    study of the number of events per variable in logistic regression analysis. Journal of
    Clinical Epidemiology 49(12), 1373-1379. doi:10.1016/S0895-4356(96)00236-3

    Pustejovsky, J. E. and Tipton, E. (2018). Small-sample methods for cluster-robust variance
    estimation and hypothesis testing in fixed effects models. Journal of Business and Economic
    Statistics 36(4), 672-683. doi:10.1080/07350015.2016.1247004

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["A truce near.", "Truce talks now.", "A gas deal.", "Gas, a truce.", "Oil, gas."]
    >>> corpus = fr.make_corpus(texts * 4, source=["Wire", "Wire", "Blog", "Blog", "Blog"] * 4)
    >>> scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})))
    >>> found = fr.regress(scores, "source")
    >>> found.table[["term", "ratio", "ratio_low", "ratio_high", "n"]].round(2)
               term   ratio  ratio_low  ratio_high   n
    0    (intercept)  125.00      51.18      305.28  20
    1   source[Wire]    2.67       1.14        6.25  20
    """
    pieces = scores.parts.by_frame or (scores,)
    _check(scores, adjust, level)
    terms = parse_formula(formula)
    clustered = "doc_id" if cluster is None else called(cluster, "cluster")
    by = "doc_id" if cluster is None else cluster
    levels = check_reference(reference, terms)
    fitted: list[FrameFit] = []
    every = []
    for piece in pieces:
        used = used_units(piece, terms, by, levels)
        every.append((used.dropped, used.variables))
        design = make_design(terms, used.variables, used.profile_times)
        _check_collinear(design)
        _check_clusters(design, used, clustered)
        fit_all = partial(_fits, piece, design, level, correction)
        of_piece = fit_all(used, clustered)
        if clustered != "document":
            _allow_for_periods(of_piece, design, used, clustered, fit_all)
        fitted += of_piece
    frames = [frame for piece in pieces for frame in piece.frames]
    left_out, variables = every[0]
    corrected_by = "" if correction is None else coded_by_sample(correction)
    tables, fits = zip(*fitted, strict=True)
    table, fit = _table(tables, frames, adjust), pd.DataFrame(fits, columns=list(FIT_COLUMNS))
    if cluster is None and scores.parts.by_frame == ():
        note_alike_documents(table, fit, scores, design, used)
    return Regression(
        table=table,
        fit=_as_frames(fit, frames),
        left_out=left_out,
        formula=formula,
        cluster=clustered,
        reference={
            factor.column: variable.levels[0]
            for factor, variable in variables.items()
            if variable.levels
        },
        kind=scores.kind,
        unit=scores.unit,
        measure=scores.measure,
        per=scores.per,
        level=level,
        adjusted=adjust,
        lexicon=scores.lexicon,
        lexicon_hash=scores.lexicon_hash,
        standing=standing_after(scores.standing, corrected_by),
        settings={
            "formula": formula, "cluster": clustered, "adjust": adjust, "unit": scores.unit,
            "kind": scores.kind, "per": scores.per, "correction": corrected_by,
            **instrument_of(scores),
        },
    )  # fmt: skip


def _fits(
    piece: Scores, design: Design, level: float, correction: CodedSample | None, used: Used,
    clustered: str,
) -> list[FrameFit]:  # fmt: skip
    """Return the table and the fit of each frame, with errors by these clusters."""
    if correction is not None:
        coded = corrected_frames(piece, correction, used)
        return [fit_corrected(frame, coded, design, used, level) for frame in piece.frames]
    return [
        fit_frame(FrameModelInput(frame, hits, piece.kind, piece.per, level, clustered),
                  design, used)
        for frame, hits in zip(piece.frames, used.hits.T, strict=True)
    ]  # fmt: skip


def _allow_for_periods(
    fits: Sequence[FrameFit],
    design: Design,
    used: Used,
    clustered: str,
    fit_all: Callable[[Used, str], list[FrameFit]],
) -> None:
    """Write into new tables the errors by period of terms that are a period, where larger.

    All documents of a week have the same value of ``week``. What else they have in common, such as
    the mood of the week, is an error of this term that documents or authors as clusters do not show
    (Moulton 1990). A column of numbers that has one value in each week is such a term, too.
    """
    for factor in design.variables:
        found = _period_of(factor, design, used)
        if found is None:
            continue
        period, by_period = found
        try:
            _check_clusters(design, by_period, period)
        except InputError:
            continue
        of_term = np.array([factor in [one for one, _ in column] for column in design.columns])
        for (table, _), (other, _) in zip(fits, fit_all(by_period, period), strict=True):
            p = table["p"].to_numpy(dtype=np.float64)
            with np.errstate(invalid="ignore"):
                larger = of_term & (other["p"].to_numpy(dtype=np.float64) > p)
            names = ["low", "high", "df", "p", "ratio_low", "ratio_high", "ame_low", "ame_high"]
            table.loc[larger, [*names, "clusters"]] = other.loc[larger, [*names, "clusters"]]
            note = PERIOD_NOTE.format(period) + ("document" if clustered == "doc_id" else clustered)
            told = table.loc[larger, "note"] + "; " + note
            table.loc[larger, "note"] = told.str.removeprefix("; ")


def _period_of(factor: Factor, design: Design, used: Used) -> tuple[str, Used] | None:
    """Return the longest period in which a number has one value, and the units by this period.

    A term that is a period has this one itself; ``day`` has the week; and where there are too few
    of it, the longest shorter period of which there are enough. Return None where there are fewer
    than ten periods, or as many as units, where a unit is in no period, and where each period is
    within one of the clusters.
    """
    column, columns, periods = factor.column, used.units.columns, tuple(reversed(FREQUENCY))
    if column not in columns:
        if column not in FREQUENCY or factor.call:
            return None
        # A day shares the mood of its week, and few months do not show the moods of their weeks.
        periods = periods[min(periods.index(column), periods.index("week")) :]
    elif factor.call == "C" or design.variables[factor].levels or not _even_in_days(used, column):
        return None
    for period in periods:
        if period != column and period in columns:
            continue
        try:
            groups = read_clusters(used.units, period).labels
        except InputError:
            continue
        if lacking(groups).any():
            continue
        clusters, labels = groups_in(groups)
        if not FEWEST_PERIODS <= len(labels) < design.units:
            continue
        if column in columns and used.units[column].groupby(clusters).nunique().max() > 1:
            continue
        if pd.Series(used.clusters).groupby(clusters).nunique().max() == 1:
            continue
        return period, replace(used, clusters=clusters, labels=labels, alone=False, named=True)
    return None


def _even_in_days(used: Used, column: str) -> bool:
    """Return whether a column has one value in each day."""
    if "date" not in used.units or not is_datetime64_any_dtype(used.units["date"]):
        return False
    days = used.units.groupby(used.units["date"].dt.normalize())[column].nunique()
    return bool(days.max() <= 1)


def kinds_of_models(fit: pd.DataFrame) -> str:
    """Return the kinds of models, each with its frames where there are several kinds."""
    kinds = fit.groupby("model", sort=False)["frame"].apply(list)
    if len(kinds) == 1:
        return str(kinds.index[0])
    return ", ".join(f"{model} ({listing(frames, 3)})" for model, frames in kinds.items())


def _check(scores: Scores, adjust: str, level: float) -> None:
    """Raise InputError unless the scores can be explained by a regression."""
    check_choice("adjust", adjust, ADJUSTMENTS)
    check_share("level", level)
    if scores.kind == TOPIC_SHARE:
        raise InputError(
            "Topic shares sum to 1 and come from a model: separate regressions of each topic "
            "mislead. Use prevalence(topics, terms, by=…, seed=…) and its contrast."
        )
    if scores.unit not in UNITS:
        remedy = (
            "Score by document, and use the column in the formula"
            if scores.unit != "speaker"
            else "Speakers have no columns that explain them: score by document instead"
        )
        raise InputError(
            f"Scores by {scores.unit} pool documents, so the columns are lost. {remedy}: "
            'score(hits, unit="document").'
        )


def _check_collinear(design: Design) -> None:
    """Raise InputError where there are too few units, or a term follows from others."""
    matrix, names = design.matrix(), design.names
    if design.units <= len(names):
        raise InputError(
            f"{design.units:,} units are too few for {len(names):,} parameters. Take terms out of "
            "the formula, or merge levels."
        )
    independent_columns = set(independent(matrix))
    extra = [name for column, name in enumerate(names) if column not in independent_columns]
    if extra:
        raise InputError(
            f"{listing(extra)} follows exactly from the terms before it in the formula, so its "
            "effect cannot be told apart from theirs. Leave one of these terms out. If its values "
            "are large and hardly differ, subtract the smallest first."
        )


def _check_clusters(design: Design, used: Used, cluster: str) -> None:
    """Raise InputError where the clusters are too few to estimate errors."""
    matrix, names = design.matrix(), design.names
    units = used.of_model(matrix)
    count = units.cluster_count
    if count < 2:
        raise InputError(
            f"cluster={cluster!r} is {used.labels[0]!r} in all units, and one cluster is not "
            "enough to estimate errors. Cluster by a column with more values, or leave "
            "cluster= out."
        )
    single = [vectors for _, vectors in resting(units)]
    directions = np.column_stack(single) if single else np.zeros((len(names), 0))
    without_error = touched(directions, matrix)
    if without_error[1:].all():
        raise InputError(
            f"cluster={cluster!r} cannot be used: each of {listing(names[1:], 3)} varies in one "
            "cluster only, so no standard error can be estimated. Leave cluster= out for errors by "
            "document, or cluster by a finer column."
        )
    free = len(names) - int(np.linalg.matrix_rank(directions) if single else 0)
    if count <= free:
        raise InputError(
            f"{count:,} clusters by {cluster!r} are too few for {free:,} parameters: there must be "
            "more clusters than parameters. Take terms out of the formula, or cluster by a finer "
            "column."
        )


def _table(tables: Any, frames: list[str], method: str) -> pd.DataFrame:
    """Return the tables of all frames as one, with adjusted p-values."""
    table = pd.concat(tables, ignore_index=True)
    p = table["p"].to_numpy(dtype=np.float64)
    slopes = (table["term"] != "(intercept)").to_numpy()
    adjusted: Array = np.full(len(p), np.nan)
    adjusted[slopes] = adjust(p[slopes], method)
    table["p_adjusted"] = adjusted
    return _as_frames(table[list(REGRESSION_COLUMNS)], frames)


def _as_frames(table: pd.DataFrame, frames: list[str]) -> pd.DataFrame:
    """Return a table with its frames as categories."""
    return table.assign(frame=pd.Categorical(table["frame"], categories=frames))


def note_alike_documents(
    table: pd.DataFrame, fit: pd.DataFrame, scores: Scores, design: Design, used: Used
) -> None:
    """Write into the notes where documents of one author, story or week resemble each other.

    What is compared are the residuals of a linear model of rates with the same terms, weighted by
    the denominators, summed over each document: a column that a term explains leaves nothing alike.
    The note stands in the first row of each frame that has a p, and in its fit. See `find_alike`.
    """
    if scores.parts.copies is not None:
        return
    exposure = np.ones(len(used.hits)) if scores.kind == "count" else used.denominators
    plain = np.column_stack([_residuals(hits, exposure, design, used) for hits in used.hits.T])
    first = np.unique(used.clusters, return_index=True)[1]
    sums: Array = np.column_stack([np.bincount(used.clusters, values) for values in plain.T])
    root = np.sqrt(np.bincount(used.clusters, exposure))[:, None]
    scaled = sums / root - (sums / root).mean(axis=0)
    group = np.zeros(len(first), dtype=np.int64)
    found = find_alike(used.units.iloc[first], group, sums, scaled, 1)
    if found is None:
        return
    tested = set(table.loc[table["p"].notna(), "frame"])
    for frame in filter(tested.__contains__, scores.frames):
        note = resemblance_note(found, scores.frames, frame)
        of_table, of_fit = table["frame"] == frame, fit["frame"] == frame
        for noted, rows in ((table, of_table & ~table["frame"].duplicated()), (fit, of_fit)):
            noted.loc[rows, "note"] = (noted.loc[rows, "note"] + "; " + note).str.removeprefix("; ")


def _residuals(hits: Array, exposure: Array, design: Design, used: Used) -> Array:
    """Return what a linear model of the rates of units leaves of their hits."""
    matrix = design.matrix()
    weight = np.bincount(used.profile, exposure, len(matrix))
    total = np.bincount(used.profile, hits, len(matrix))
    root = np.sqrt(np.maximum(weight, 1e-300))
    coefficients = np.linalg.lstsq(root[:, None] * matrix, total / root, rcond=None)[0]
    residuals: Array = hits - (matrix @ coefficients)[used.profile] * exposure
    return residuals
