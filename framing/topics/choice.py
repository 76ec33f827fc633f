"""Choice of the number of topics: what each number gives, over random starts and samples."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from joblib import delayed

from framing._core.checks import (
    InputError,
    check_choice,
    check_objects,
    check_positive,
    check_seed,
    plural_of,
)
from framing._core.long_work import in_parallel, progress_bar, with_progress
from framing._core.renaming import renamed, still_optional
from framing._core.result import Result
from framing.topics.fitting import check_size
from framing.topics.measures import exclusivity, match_rows, npmi, top_columns
from framing.topics.models import MODELS, FitPlan
from framing.topics.runs import TopicFit, UnitClusters, filled, run, run_on_sample
from framing.words.terms import Terms

MEASURES = {
    "npmi": "coherence (NPMI)",
    "c_v": "coherence (c_v)",
    "exclusivity": "exclusivity",
    "held_out": "held-out fit",
    "stability_seeds": "stability over seeds",
    "stability_samples": "stability over samples",
}
# Lowest and highest value of each measure; intervals are cut there.
BOUNDS = {
    "npmi": (-1, 1),
    "c_v": (0, 1),
    "exclusivity": (0, 1),
    "held_out": (-np.inf, 0),
    "stability_seeds": (0, 1),
    "stability_samples": (0, 1),
}
# The other models take seeds or covariates, or find the number of topics themselves.
COMPARED = tuple(name for name in MODELS if name not in ("seeded-lda", "hdp", "dmr"))
# What planted topics of 20 generators say of a model (benchmarks/topic_models.md).
RECOVERY = {
    "nmf": (
        "NMF finds each planted topic, but blurs the weakest: its cosine with what was planted is "
        ".85 to .98, that of LDA .97 to 1.00 in most of 20 generators: prefer LDA where the words "
        "of topics count"
    ),
    "lda": (
        "LDA finds each planted topic, in most of 20 generators with a cosine of .97 and more; "
        "where topics share half of their words, or a topic has 1% of 300 units, the weakest has "
        ".90"
    ),
}
# With fewer terms a unit and fewer units, both models lose what was planted.
SHORT, FEW_UNITS = 25, 500
# Half-width of an interval that holds 95% of runs, in standard deviations.
WIDTH = 1.96


@dataclass(frozen=True, eq=False)
class TopicChoice(Result):
    """Measures of each number of topics. A person chooses; these numbers do not.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per number of topics and measure: ``n_topics``, ``measure``, ``value`` (mean
        over runs), ``low`` and ``high`` (mean and 1.96 standard deviations: where a single run
        is expected), ``n`` (runs).
    runs : pandas.DataFrame
        One row per run: ``n_topics``, ``kind`` ("seed" or "sample"), ``run``, ``measure``,
        ``value``.
    candidates : pandas.DataFrame
        ``n_topics``, ``best_in`` (measures in which no other number is better beyond the
        intervals) and ``reason`` in words.
    settings : dict
        The arguments, what was resampled, and the numbers of units and terms.

    See Also
    --------
    choose_topics, plot_topic_choice
    """

    table: pd.DataFrame
    runs: pd.DataFrame
    candidates: pd.DataFrame

    drawn_by: ClassVar[str] = "plot_topic_choice"
    computed_by: ClassVar[tuple[str, ...]] = (
        "scipy",
        "scikit-learn",
    )

    @property
    def note(self) -> str:
        """When the model fails, by what planted topics say; see benchmarks/topic_models.md."""
        note: str = self.settings["note"]
        return note

    def __len__(self) -> int:
        return len(self.candidates)

    def __repr__(self) -> str:
        sizes = ", ".join(map(str, self.candidates["n_topics"]))
        return (
            f"<TopicChoice: {self.settings['model']} with {sizes} topics, "
            f"{self.settings['starts']} starts and {self.settings['samples']} samples of "
            f"{plural_of(self.settings['resampled'])} each>"
        )

    def _rows(self) -> pd.DataFrame:
        return self.candidates


@renamed(seeds="starts")
@check_objects
@with_progress
@still_optional(seed=1)
def choose_topics(
    terms: Terms,
    grid: Iterable[int],
    *,
    model: str = "nmf",
    starts: int = 10,
    samples: int | None = None,
    seed: int,
    top: int = 10,
    c_v: bool = False,
    passes: int | None = None,
    workers: int = 1,
    progress: bool = True,
) -> TopicChoice:
    """Measure what each number of topics gives, before you choose one.

    Returns a TopicChoice: its ``table`` has a row for each number of topics and measure; for
    every measure, greater is better.

    Try it: ``terms = fr.count_terms(fr.load_testbed("newswire").corpus, unit="paragraph")``,
    ``fr.choose_topics(terms, [3, 5], starts=2, seed=1).table``.

    Each number is fitted from random starts, and to bootstrap samples of the documents (of the
    units, if there are fewer than 20 documents).

    Parameters
    ----------
    terms : Terms
        From `count_terms`.
    grid : iterable of int
        Numbers of topics.
    model : str
        As in `fit_topics`, without the models with seeds or covariates and without the HDP.
    starts : int
        Number of random starts, at least 2.
    samples : int, optional
        Number of bootstrap samples, at least 2; by default as many as starts.
    seed : int
        Seed of the first run; run r, counted from 0, has seed + r.
    top : int
        Terms per topic that coherence and exclusivity use.
    c_v : bool
        Whether gensim's c_v is computed as well (slow; over units instead of windows).
    passes : int, optional
        As in `fit_topics`.
    workers : int
        Number of processes; the results are the same with any number.
    progress : bool
        Whether to show a bar on stderr where this takes long. There is none where stderr is not a
        terminal.

    Returns
    -------
    TopicChoice
        For every measure, greater is better. Three are means over samples: "npmi" (mean NPMI of
        pairs of top terms that share a unit, -1 to 1), "exclusivity" (how much of the weight of
        its top terms a topic has, mean share, 0 to 1) and "held_out" (mean log probability of a
        term in units outside the sample, in nats). Two compare runs: "stability_seeds" (mean
        cosine of the topics matched between one random start and the others, 0 to 1) and
        "stability_samples" (the same between a sample and all units, both from the usual start
        of the model). ``note`` says when the model fails, by planted topics of 20 generators:
        the weakest of ten topics comes back from NMF with a cosine of .85 to .98, from LDA with
        .97 and more, except where topics share half of their words or one has 1% of 300 units
        (.90), and from few and short units (200 of 20 terms: .88 for both). Coherence rewards few
        broad topics and can disagree with readers (Hoyle et al. 2021): read the topics.

    Raises
    ------
    InputError
        A number in the grid is larger than the number of units or terms, there are fewer than
        two starts or samples, or the model cannot be compared by its number of topics.

    References
    ----------
    Hoyle, A., Goel, P., Hian-Cheong, A., Peskov, D., Boyd-Graber, J. and Resnik, P. (2021). Is
    automated topic model evaluation broken? The incoherence of coherence. Advances in Neural
    Information Processing Systems 34.

    Maier, D., Waldherr, A., Miltner, P. et al. (2018). Applying LDA topic modeling in
    communication research: Toward a valid and reliable methodology. Communication Methods and
    Measures 12(2-3), 93-118. doi:10.1080/19312458.2018.1430754

    Röder, M., Both, A. and Hinneburg, A. (2015). Exploring the space of topic coherence
    measures. Proceedings of WSDM, 399-408. doi:10.1145/2684822.2685324

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"] * 5
    >>> terms = fr.count_terms(fr.make_corpus(texts))
    >>> choice = fr.choose_topics(terms, [2, 3], starts=3, seed=1, top=2)
    >>> choice
    <TopicChoice: nmf with 2, 3 topics, 3 starts and 3 samples of documents each>
    """
    sizes = _check_grid(terms, grid)
    samples = starts if samples is None else samples
    check_runs(model, starts, samples, top, workers, COMPARED)
    check_seed(seed)
    matrix, units = filled(terms)
    clusters = UnitClusters.of_units(units, terms.unit)
    tables: list[pd.DataFrame] = []
    total = len(sizes) * (1 + starts + samples)
    with progress_bar(total, "fit", "choose_topics", delay=3) as bar:
        for size in sizes:
            plans = [FitPlan(size, seed + number, passes=passes or 0) for number in range(samples)]
            random_plans = [
                FitPlan(size, seed + number, passes=passes or 0, random_start=True)
                for number in range(starts)
            ]
            calls = [delayed(run)(model, matrix, plan) for plan in (plans[0], *random_plans)]
            calls += [
                delayed(run_on_sample)(model, matrix, plan, clusters, "choose_topics")
                for plan in plans
            ]
            runs_of_size: list[TopicFit] = []
            for result in in_parallel(calls, workers):
                runs_of_size.append(result)
                bar.update()
            full_run, start_runs, sample_runs = (
                runs_of_size[0],
                runs_of_size[1 : 1 + starts],
                runs_of_size[1 + starts :],
            )
            measured = [
                *_measured(matrix, sample_runs, top),
                *_stabilities(full_run, start_runs, sample_runs),
            ]
            if c_v:
                measured += [("sample", "c_v", _c_v(terms, matrix, sample_runs, top))]
            tables.append(_long(size, measured))
    runs = pd.concat(tables, ignore_index=True)
    table = _summary(runs)
    settings = {
        "model": model, "grid": sizes, "starts": starts, "samples": samples, "seed": seed,
        "top": top, "resampled": clusters.name, "unit": terms.unit, "units": len(units),
        "terms": len(terms.vocabulary),
        "note": _note(model, len(units), float(matrix.sum()) / max(len(units), 1)),
    }  # fmt: skip
    return TopicChoice(table, runs, _candidates(table), settings=settings)


def _note(model: str, units: int, length: float) -> str:
    """Return when the model fails, as far as it is known."""
    notes = [RECOVERY[model]] if model in RECOVERY else []
    if length < SHORT and units < FEW_UNITS:
        notes.append(
            f"{units:,} units of {length:.0f} terms are few and short: of 200 units of 20 terms "
            "both models blur topics to a cosine of .88"
        )
    return "; ".join(notes)


def _check_grid(terms: Terms, grid: Iterable[int]) -> list[int]:
    sizes = list(grid)
    if not sizes:
        raise InputError("grid is empty. Give numbers of topics, such as [5, 10, 20].")
    for size in sizes:
        check_positive("a number in grid", size, whole=True)
        check_size(terms, size)
    if min(sizes) < 2:
        raise InputError(
            "grid contains 1, but a single topic gives nothing to compare. Start at 2."
        )
    return sorted(dict.fromkeys(int(size) for size in sizes))


def check_runs(
    model: str, starts: int, samples: int, top: int, workers: int, models: Sequence[str]
) -> None:
    """Raise InputError where runs cannot be compared."""
    check_choice("model", model, models)
    for name, value in (("starts", starts), ("samples", samples), ("top", top)):
        check_positive(name, value, whole=True)
        if value < 2:
            raise InputError(
                f"{name}={value} is too few. Give 2 or more, so that runs can be compared."
            )
    check_positive("workers", workers, whole=True)


def _measured(
    matrix: Any, sample_runs: Sequence[TopicFit], top: int
) -> list[tuple[str, str, list[float]]]:
    """Return kind, measure and values of the three measures of the runs on samples."""
    best = [top_columns(sample_run.weights, top) for sample_run in sample_runs]
    return [
        ("sample", "npmi", [float(npmi(matrix, columns).mean()) for columns in best]),
        (
            "sample",
            "exclusivity",
            [
                float(exclusivity(sample_run.probabilities, columns).mean())
                for sample_run, columns in zip(sample_runs, best, strict=True)
            ],
        ),
        ("sample", "held_out", [sample_run.held_out for sample_run in sample_runs]),
    ]


def _stabilities(
    full_run: TopicFit, start_runs: Sequence[TopicFit], sample_runs: Sequence[TopicFit]
) -> list[tuple[str, str, list[float]]]:
    """Return kind, measure and values of the two stabilities."""
    agreements = np.full((len(start_runs), len(start_runs)), np.nan)
    for first, second in combinations(range(len(start_runs)), 2):
        _, cosines = match_rows(start_runs[first].weights, start_runs[second].weights)
        agreements[first, second] = agreements[second, first] = cosines.mean()
    samples = [
        float(match_rows(full_run.weights, first.weights)[1].mean()) for first in sample_runs
    ]
    return [
        ("seed", "stability_seeds", np.nanmean(agreements, axis=1).tolist()),
        ("sample", "stability_samples", samples),
    ]


def _c_v(terms: Terms, matrix: Any, sample_runs: Sequence[TopicFit], top: int) -> list[float]:
    """Return the mean c_v of the topics of each run, as gensim computes it."""
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    best = [top_columns(sample_run.weights, top) for sample_run in sample_runs]
    columns = np.unique(np.concatenate([rows.ravel() for rows in best]))
    names = np.array(terms.names)
    counts = matrix[:, columns]
    words = names[columns].tolist()
    texts = [
        [words[column] for column in counts.indices[begin:end].tolist()]
        for begin, end in zip(counts.indptr[:-1].tolist(), counts.indptr[1:].tolist(), strict=True)
    ]
    # The window is a whole unit: gensim's sliding window loses a word that occurs in it twice.
    longest = max(2, int(np.diff(counts.indptr).max()))
    values = []
    for rows in best:
        scored = CoherenceModel(
            topics=[names[row].tolist() for row in rows], texts=texts, coherence="c_v",
            dictionary=Dictionary([words]), window_size=longest, processes=1,
        )  # fmt: skip
        values.append(float(scored.get_coherence()))
    return values


def _long(size: int, measured: Sequence[tuple[str, str, list[float]]]) -> pd.DataFrame:
    """Return one row per run and measure."""
    rows = [
        (size, kind, number, measure, value)
        for kind, measure, values in measured
        for number, value in enumerate(values, start=1)
    ]
    return pd.DataFrame(rows, columns=["n_topics", "kind", "run", "measure", "value"])


def _summary(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of each measure, with the interval in which a single run is expected."""
    order = [measure for measure in MEASURES if measure in set(runs["measure"])]
    runs = runs.assign(measure=pd.Categorical(runs["measure"], categories=order))
    grouped = runs.groupby(["n_topics", "measure"], observed=True)["value"]
    table = grouped.agg(value="mean", spread="std", n="count").reset_index()
    half = WIDTH * table.pop("spread")
    bounds = table["measure"].astype("str").map(BOUNDS)
    lowest, highest = (bounds.map(lambda pair, end=end: pair[end]) for end in (0, 1))
    table.insert(3, "low", np.maximum(table["value"] - half, lowest))
    table.insert(4, "high", np.minimum(table["value"] + half, highest))
    return table


def _candidates(table: pd.DataFrame) -> pd.DataFrame:
    """Return for each number the measures in which no other number is reliably better."""
    best: dict[int, list[str]] = {int(size): [] for size in table["n_topics"].unique()}
    for measure, values in table.groupby("measure", observed=True):
        leading = float(values["value"].max())
        for size, high in values[["n_topics", "high"]].itertuples(index=False):
            if high >= leading:
                best[int(size)].append(str(measure))
    rows = [
        (
            size,
            ", ".join(measures),
            "no other number is reliably better in "
            + ", ".join(MEASURES[measure_name] for measure_name in measures)
            if measures
            else "another number is reliably better in every measure",
        )
        for size, measures in best.items()
    ]
    return pd.DataFrame(rows, columns=["n_topics", "best_in", "reason"])
