"""Fitting: a topic model from counts of terms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import (
    InputError,
    check_choice,
    check_objects,
    check_positive,
    check_seed,
    listing,
)
from framing._core.result import left_out
from framing._core.typing import Mask
from framing.corpus.corpus import make_corpus
from framing.hits.hits import find_hits
from framing.lexicons.lexicon import Lexicon, make_lexicon
from framing.scores.groups import groups_of
from framing.topics.models import GENSIM, MODELS, TOMOTOPY, TRUNCATION, Fit, FitPlan, fit
from framing.topics.online import fit_online
from framing.topics.topics import NO_TERM, Topics
from framing.words.stored_terms import StoredTerms
from framing.words.terms import Terms

# Rows of shares that are put in order at once.
ROWS = 10_000
SEED_COLUMNS = ("frame", "seed", "term")


def find_seeds(
    terms: Terms | StoredTerms, seeds: Lexicon | Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Return the terms that each entry matches as a whole; the term is missing if there is none.

    Raises InputError if a frame has no term at all.
    """
    if isinstance(seeds, Lexicon):
        lexicon = seeds
    else:  # A word may be a seed of several topics.
        lexicon = make_lexicon(dict(seeds), name="seeds", shared=True)
    column = "form" if "form" in terms.vocabulary else "term"
    words = terms.vocabulary[column].tolist()
    # A document "none" or "null" would be a missing one. With a second paragraph it is a text.
    texts = [f"{word}\n\n." for word in words]
    corpus = make_corpus(texts, doc_id=range(len(words)), furniture=False)
    hits = find_hits(corpus, lexicon).table
    size = hits["doc_id"].map(dict(zip(corpus.table["doc_id"], map(len, words), strict=True)))
    complete = hits[(hits["start"] == 0) & (hits["end"] == size)]
    matches = pd.DataFrame(
        {
            "frame": complete["frame"].astype("str"),
            "seed": complete["entry"].astype("str"),
            "term": terms.vocabulary["term"].to_numpy()[complete["doc_id"].astype(int)],
        }
    )
    entries = lexicon.table[["frame", "pattern"]].rename(columns={"pattern": "seed"})
    table = entries.astype("str").merge(matches, on=["frame", "seed"], how="left")
    frames = list(dict.fromkeys(table["frame"]))
    without = [frame for frame in frames if table.loc[table["frame"] == frame, "term"].isna().all()]
    if without:
        missing = table.loc[table["frame"] == without[0], "seed"]
        raise InputError(
            f"None of the seeds of {listing(without)} is in the vocabulary of {len(words):,} "
            f"terms; {without[0]!r} has {listing(missing, 5)}. A seed must be a term as it was "
            "counted: look at terms.vocabulary, loosen min_units or stop_words, or count phrases "
            "as terms (count_terms(…, phrases=[…]))."
        )
    return table[list(SEED_COLUMNS)]


@check_objects
def fit_topics(
    terms: Terms | StoredTerms,
    *,
    model: str = "nmf",
    n_topics: int | None = None,
    seed: int,
    seeds: Lexicon | Mapping[str, Sequence[str]] | None = None,
    covariates: Sequence[str] = (),
    passes: int | None = None,
) -> Topics:
    """Fit a topic model to counts of terms.

    Returns Topics: ``top_terms()`` shows the words of each topic, ``top_passages(corpus=corpus)``
    texts to read before you name it. `choose_topics` compares numbers of topics.

    Try it: ``terms = fr.count_terms(fr.load_testbed("newswire").corpus, unit="paragraph")``,
    ``fr.fit_topics(terms, n_topics=5, seed=1).top_terms()``.

    Parameters
    ----------
    terms : Terms or StoredTerms
        From `count_terms`. Counts on disk are read in batches of 2,000 units, in an order that the
        seed gives: "nmf" by scikit-learn's MiniBatchNMF (Mairal et al. 2010) and "lda" by gensim's
        online LDA (Hoffman et al. 2010), from the topics of 20,000 units; other models need
        memory. The shares are those of all units, or of 1,000,000 drawn at random;
        `write_shares` writes all.
    model : str
        "nmf": non-negative matrix factorisation of log-scaled tf-idf, by scikit-learn (Lee and
        Seung 1999). "lda": latent Dirichlet allocation, by gensim (Blei et al. 2003),
        which begins from the topics of a short NMF, since random starts lose topics.
        "seeded-lda": the same, with topics that begin with the terms of a lexicon (the idea is
        that of Eshima et al. 2024). "hdp": a hierarchical Dirichlet process, by gensim, which
        finds the number of topics (``n_topics`` is the upper limit). With the extra ``gibbs``, by
        tomotopy: "gibbs-lda", "dmr" (shares that depend on covariates) and "correlated".
    n_topics : int
        Number of topics; for "seeded-lda" seeded and free ones together. See `choose_topics`.
    seed : int
        The same seed gives the same topics on any number of processors.
    seeds : Lexicon or mapping, optional
        For "seeded-lda": the seed words of each topic, written as entries of a lexicon.
        ``topics.seeds`` lists those outside the vocabulary with a missing term.
    covariates : sequence of str
        For "dmr": columns of the documents, or "year", "quarter", "month", "week".
    passes : int, optional
        How often the model goes through the units. By default at most 200 iterations for NMF, at
        least 2 passes and 20 updates for LDA, and 500 iterations for Gibbs sampling; for counts on
        disk one pass and at least 20 updates.

    Returns
    -------
    Topics
        Ordered by their share of all terms, seeded topics first in the order of the lexicon.
        Units without a term are kept, with missing shares.

    Raises
    ------
    InputError
        There are more topics than units with terms, or than terms; an argument does not fit the
        model; no seed of a topic is in the vocabulary; or a package is not installed.

    References
    ----------
    Blei, D. M., Ng, A. Y. and Jordan, M. I. (2003). Latent Dirichlet allocation. Journal of
    Machine Learning Research 3, 993-1022.

    Eshima, S., Imai, K. and Sasaki, T. (2024). Keyword-assisted topic models. American Journal
    of Political Science 68(2), 730-750. doi:10.1111/ajps.12779

    Hoffman, M. D., Blei, D. M. and Bach, F. (2010). Online learning for latent Dirichlet
    allocation. Advances in Neural Information Processing Systems 23.

    Lee, D. D. and Seung, H. S. (1999). Learning the parts of objects by non-negative matrix
    factorization. Nature 401, 788-791. doi:10.1038/44565

    Mairal, J., Bach, F., Ponce, J. and Sapiro, G. (2010). Online learning for matrix
    factorization and sparse coding. Journal of Machine Learning Research 11, 19-60.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"]
    >>> terms = fr.count_terms(fr.make_corpus(texts))
    >>> topics = fr.fit_topics(terms, n_topics=2, seed=1)
    >>> topics.names, topics.model
    (['topic 1', 'topic 2'], 'nmf')
    """
    plan, seed_terms = plan_fit(terms, model, n_topics, seed, seeds, covariates, passes)
    return fit_plan(terms, model, plan, {"covariates": list(covariates)}, seed_terms)


def fit_plan(
    terms: Terms | StoredTerms,
    model: str,
    plan: FitPlan,
    settings: Mapping[str, object],
    seeds: pd.DataFrame | None = None,
) -> Topics:
    """Fit a plan, and return the topics ordered by share."""
    seed_terms = pd.DataFrame(columns=list(SEED_COLUMNS), dtype="str") if seeds is None else seeds
    if isinstance(terms, StoredTerms):
        fitted, units = fit_online(model, terms, plan)
        filled = units["terms"].to_numpy() > 0
    else:
        units = terms.units
        filled = units["terms"].to_numpy() > 0
        fitted = fit(model, terms.matrix[filled], plan)
    fitted = _reordered(fitted, _order(fitted, seed_terms["frame"].nunique()))
    shares = fitted.shares
    if not filled.all():
        shares = np.full((len(units), len(fitted.weights)), np.nan)
        shares[filled] = fitted.shares
    frames = list(dict.fromkeys(seed_terms["frame"]))
    name_of = {frame: f"topic {number}" for number, frame in enumerate(frames, start=1)}
    seed_terms = seed_terms.assign(topic=seed_terms["frame"].map(name_of).astype("str"))
    return Topics(
        weights=fitted.weights,
        probabilities=fitted.probabilities,
        unit_shares=shares,
        vocabulary=terms.vocabulary,
        units=units,
        unit=terms.unit,
        model=model,
        seed=plan.seed,
        settings={"n_topics": plan.n_topics, **settings, **fitted.settings},
        versions=_versions(model),
        state=fitted.state,
        counting=terms.counting,
        seeds=seed_terms[["topic", *SEED_COLUMNS]],
        origin=terms.origin,
        left_out=left_out(units.loc[~filled, "unit_id"], NO_TERM, item="unit_id"),
    )


def plan_fit(
    terms: Terms | StoredTerms,
    model: str,
    n_topics: int | None,
    seed: int,
    seeds: Lexicon | Mapping[str, Sequence[str]] | None,
    covariates: Sequence[str],
    passes: int | None,
) -> tuple[FitPlan, pd.DataFrame]:
    """Check the arguments, and return the plan of the fit and the seeds with their terms."""
    check_choice("model", model, MODELS)
    check_seed(seed)
    if n_topics is None and model == "hdp":
        n_topics = min(TRUNCATION, len(terms) - terms.empty, len(terms.vocabulary))
    if n_topics is None:
        raise InputError(
            "The number of topics is missing: n_topics=10, for example. choose_topics compares "
            "numbers of topics."
        )
    check_positive("n_topics", n_topics, whole=True)
    if passes is not None:
        check_positive("passes", passes, whole=True)
    check_size(terms, n_topics)
    _check_options(model, seeds, covariates)
    seed_terms = pd.DataFrame(columns=list(SEED_COLUMNS), dtype="str")
    seeded = None
    if seeds is not None:
        seed_terms = find_seeds(terms, seeds)
        seeded = _seed_rows(terms, seed_terms, n_topics)
    labels: list[list[str]] = []
    if covariates and isinstance(terms, Terms):
        filled = terms.units.loc[terms.units["terms"] > 0].reset_index(drop=True)
        coded = [groups_of(filled, covariate) for covariate in covariates]
        labels = [
            [
                f"{name}={groups[code[row]]}"
                for name, (code, groups) in zip(covariates, coded, strict=True)
            ]
            for row in range(len(filled))
        ]
    plan = FitPlan(n_topics, int(seed), seeded=seeded, labels=labels, passes=passes or 0)
    return plan, seed_terms


def check_size(terms: Terms | StoredTerms, n_topics: int) -> None:
    """Raise InputError if there are more topics than units with a term, or than terms."""
    filled = len(terms) - terms.empty
    for count, what in ((filled, f"{terms.unit}s with a term"), (len(terms.vocabulary), "terms")):
        if n_topics > count:
            raise InputError(
                f"n_topics={n_topics} is more than the number of {what} ({count:,}). Take fewer "
                'topics, or smaller units: count_terms(corpus, unit="paragraph") or words=200.'
            )


def _check_options(model: str, seeds: object, covariates: Sequence[str]) -> None:
    if (seeds is not None) != (model == "seeded-lda"):
        raise InputError(
            f'model={model!r} takes no seeds: use model="seeded-lda".'
            if seeds is not None
            else 'model="seeded-lda" needs seeds=: a lexicon, or {"peace": ["truce", "talks"], …}.'
        )
    if isinstance(covariates, str):
        raise InputError(f'covariates={covariates!r} is one name; give a list: ["{covariates}"].')
    if isinstance(covariates, pd.DataFrame | pd.Series):
        raise InputError(
            f"covariates is a {type(covariates).__name__}; give the names of columns of the "
            'documents, as ["source", "month"].'
        )
    if bool(covariates) != (model == "dmr"):
        raise InputError(
            f'model={model!r} takes no covariates: use model="dmr", or compare groups afterwards '
            "with prevalence(topics, by=…)."
            if covariates
            else 'model="dmr" needs covariates=: columns of the documents, as ["source", "month"].'
        )


def _seed_rows(terms: Terms | StoredTerms, seed_terms: pd.DataFrame, n_topics: int) -> Mask:
    """Return the seeds of each seeded topic, shape (n_seeded, n_terms)."""
    frames = list(dict.fromkeys(seed_terms["frame"]))
    if len(frames) > n_topics:
        raise InputError(
            f"n_topics={n_topics} is fewer than the {len(frames)} topics with seeds "
            f"({listing(frames)}). Take at least as many; the others are free topics."
        )
    column = pd.Index(terms.names)
    seeded = np.zeros((len(frames), len(column)), dtype=bool)
    used = seed_terms.dropna(subset="term")
    topic = used["frame"].map({frame: number for number, frame in enumerate(frames)})
    seeded[topic.to_numpy(), column.get_indexer(pd.Index(used["term"]))] = True
    return seeded


def _order(fitted: Fit, seeded: int) -> NDArray[np.intp]:
    """Return the order of the topics: seeded ones first, then free ones by share."""
    total = fitted.shares.sum(axis=0)
    free = np.arange(seeded, len(total))
    # Rounded, so that the last bit does not swap two topics on another machine.
    return np.append(np.arange(seeded), free[np.argsort(-total[free].round(6), kind="stable")])


def _reordered(fitted: Fit, order: NDArray[np.intp]) -> Fit:
    """Return the model with its topics in this order; its shares are changed in place."""
    # The shares are the largest table: a copy of 1,000,000 rows with 30 topics has 240 MB.
    for start in range(0, len(fitted.shares), ROWS):
        rows = fitted.shares[start : start + ROWS]
        rows[:] = rows[:, order]
    state = {name: value if name == "idf" else value[order] for name, value in fitted.state.items()}
    return replace(
        fitted,
        weights=fitted.weights[order],
        probabilities=fitted.probabilities[order],
        state=state,
    )


def _versions(model: str) -> dict[str, str]:
    package = "gensim" if model in GENSIM else "tomotopy" if model in TOMOTOPY else "scikit-learn"
    return {name: version(name) for name in ("media-framing", package, "numpy", "scipy")}
