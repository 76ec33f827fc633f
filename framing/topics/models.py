"""Topic models of other packages, each as a function from counts to topics and shares."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.special import psi
from threadpoolctl import threadpool_limits

from framing._core.checks import InputError

Array = NDArray[np.float64]
# A bag of words as gensim takes it: (column, count).
Bag = list[tuple[int, int]]

SCIKIT_LEARN = ("nmf",)
GENSIM = ("lda", "seeded-lda", "hdp")
TOMOTOPY = ("gibbs-lda", "dmr", "correlated")
MODELS = (*SCIKIT_LEARN, *GENSIM, *TOMOTOPY)
# Iterations of NMF from which LDA begins.
START = 50
# Units that gensim's LDA takes between two updates, and the updates that it is given at least.
CHUNK, UPDATES = 2000, 20
# Prior occurrences of a term in a topic, and of a seed in its own, as a share of all it has.
ETA, SEED_STRENGTH = 0.01, 0.1
# Prior weight of each topic in a unit.
ALPHA = 0.1
# Topics that an HDP may use, and the share of the terms from which one is kept.
TRUNCATION, LEAST = 50, 0.01


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    ``weights`` are those of the model and ``probabilities`` what they say of counts, both of
    shape (n_topics, n_terms) with rows that sum to 1; ``shares`` has shape (n_units, n_topics),
    ``state`` is what it takes to infer the shares of other units.
    """

    weights: Array
    probabilities: Array
    shares: Array
    state: Mapping[str, Array]
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """What to fit: number of topics, seed, and what only some models take.

    ``seeded`` are the seeds of the first topics, shape (n_seeded, n_terms), ``labels`` the
    covariates of each unit as text, ``start`` weights and shares to begin with, ``passes`` how
    often the units are gone through (0: as many as the model needs). With ``random_start``
    nothing but the seed says where the model begins.
    """

    n_topics: int
    seed: int
    seeded: NDArray[np.bool_] | None = None
    labels: Sequence[Sequence[str]] = ()
    start: tuple[Array, Array] | None = None
    passes: int = 0
    random_start: bool = False


def fit(model: str, matrix: sparse.csr_array, plan: Plan) -> Fit:
    """Fit a model to counts of which every row has a term; on one thread, so that bits repeat."""
    functions: dict[str, Callable[[sparse.csr_array, Plan], Fit]] = {
        "nmf": _nmf,
        "lda": _lda,
        "seeded-lda": _lda,
        "hdp": _hdp,
    }
    with threadpool_limits(limits=1):
        if model in TOMOTOPY:
            return _gibbs(matrix, plan, model)
        return functions[model](matrix, plan)


def infer(model: str, matrix: sparse.csr_array, state: Mapping[str, Array]) -> Array:
    """Return the shares of units by the topics of a fitted model; every row has a term."""
    with threadpool_limits(limits=1):
        if model == "nmf":
            return _nmf_shares(matrix, state)
        return _lda_shares(_bags(matrix), state["exp_topics"], state["alpha"])


def _normed(values: Array) -> Array:
    """Return the rows so that they sum to 1; even ones for a row of zeros."""
    total = values.sum(axis=1, keepdims=True)
    normed: Array = np.full_like(values, 1 / values.shape[1])
    np.divide(values, total, out=normed, where=total > 0)
    return normed


def _weighting(idf: Array | None = None) -> Any:
    """Return what weighs counts: log-scaled, times idf, each unit of length 1."""
    from sklearn.feature_extraction.text import TfidfTransformer

    weighting = TfidfTransformer(sublinear_tf=True)
    if idf is not None:
        weighting.idf_ = idf
    return weighting


def _nmf(matrix: sparse.csr_array, plan: Plan) -> Fit:
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    weighting = _weighting()
    weighted, idf = weighting.fit_transform(matrix), weighting.idf_
    small = plan.n_topics <= min(weighted.shape)
    start = "random" if plan.random_start or not small else "nndsvd"
    start = "custom" if plan.start else start
    model = NMF(plan.n_topics, init=start, random_state=plan.seed, max_iter=plan.passes or 200)
    options = {}
    if plan.start:
        heights = plan.start[0]
        # Zeros would stay zeros.
        options = {"W": plan.start[1] + 1e-6, "H": heights + 1e-9}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        shares = model.fit_transform(weighted, **options)
    topics = np.asarray(model.components_, dtype=np.float64)
    sums = topics.sum(axis=1)
    return Fit(
        _normed(topics),
        _normed(topics / idf),
        _normed(np.asarray(shares, dtype=np.float64) * sums),
        {"components": topics, "idf": idf},
        {
            "init": start,
            "iterations": int(model.n_iter_),
            "converged": model.n_iter_ < model.max_iter,
        },
    )


def _nmf_shares(matrix: sparse.csr_array, state: Mapping[str, Array]) -> Array:
    from sklearn.decomposition import non_negative_factorization
    from sklearn.exceptions import ConvergenceWarning

    topics = state["components"]
    weighted = _weighting(state["idf"]).transform(matrix)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        shares, _, _ = non_negative_factorization(
            weighted, H=topics, n_components=len(topics), update_H=False, tol=1e-6
        )  # fmt: skip
    return _normed(np.asarray(shares, dtype=np.float64) * topics.sum(axis=1))


def _bags(matrix: sparse.csr_array) -> list[Bag]:
    begins, columns, counts = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    return [
        list(zip(columns[begin:end], counts[begin:end], strict=True))
        for begin, end in pairwise(begins)
    ]


class _Even:
    """A source of gamma draws that are all 1.

    gensim begins the shares of each unit at random, so that they would depend on the units
    before it.
    """

    @staticmethod
    def gamma(shape: float, scale: float, size: tuple[int, int]) -> Array:
        return np.ones(size)


def _lda_model(n_terms: int, n_topics: int, **options: Any) -> Any:
    from gensim.models import LdaModel

    return LdaModel(
        id2word=dict.fromkeys(range(n_terms), ""), num_topics=n_topics, dtype=np.float64,
        eval_every=None, minimum_probability=0, **options,
    )  # fmt: skip


def _lda(matrix: sparse.csr_array, plan: Plan) -> Fit:
    bags, n = _bags(matrix), matrix.shape[0]
    chunks = -(-n // CHUNK)
    passes = plan.passes or max(2, -(-UPDATES // chunks))
    model = _lda_model(
        matrix.shape[1], plan.n_topics, random_state=plan.seed, passes=passes, chunksize=CHUNK,
        eta=_eta(matrix, plan), alpha=np.full(plan.n_topics, ALPHA),
    )  # fmt: skip
    start = plan.start[0] if plan.start else None
    if start is None and not plan.random_start:
        start = _nmf(matrix, replace(plan, passes=START)).probabilities
    if plan.seeded is not None:
        start = _seeded_start(matrix, plan.seeded, start)
    if start is not None:
        # The words of all units, dealt out to the topics to begin with.
        model.state.sstats = start * (matrix.sum() / plan.n_topics)
        model.sync_state()
    model.update(bags)
    topics = model.state.get_lambda()
    exp_topics = np.exp(psi(topics) - psi(topics.sum(axis=1, keepdims=True)))
    alpha = np.asarray(model.alpha, dtype=np.float64)
    state = {"exp_topics": exp_topics, "alpha": alpha, "lambda": topics}
    probabilities = _normed(topics)
    shares = _lda_shares(bags, exp_topics, alpha)
    settings = {
        "init": "random" if start is None else "nmf", "passes": passes, "alpha": float(alpha[0]),
        "eta": ETA, "chunk": CHUNK,
    }  # fmt: skip
    return Fit(probabilities, probabilities, shares, state, settings)


def _eta(matrix: sparse.csr_array, plan: Plan) -> Array | float:
    """Return the prior of each term in each topic: seeds have occurrences before any text."""
    if plan.seeded is None:
        return ETA
    counts = np.bincount(matrix.indices, weights=matrix.data, minlength=matrix.shape[1])
    eta = np.full((plan.n_topics, matrix.shape[1]), ETA)
    eta[: len(plan.seeded)] += plan.seeded * (SEED_STRENGTH * counts + 1)
    return eta


def _seeded_start(
    matrix: sparse.csr_array, seeded: NDArray[np.bool_], start: Array | None
) -> Array | None:
    """Return what to begin with, the topics with seeds first.

    A topic with seeds begins half with the words of the units that hold them, half with the
    topic of ``start`` in which they weigh most, where each topic serves one set of seeds.
    """
    if start is None:
        return None
    held = matrix @ seeded.T.astype(np.float64)
    beside = _normed(np.asarray((matrix.T @ held).T))
    overall = np.bincount(matrix.indices, weights=matrix.data, minlength=matrix.shape[1])
    lift = (seeded @ start.T) / (seeded @ overall)[:, None]
    rows, own = linear_sum_assignment(-lift)
    free = np.setdiff1d(np.arange(len(start)), own)
    return np.vstack([(beside[rows] + start[own]) / 2, start[free]])


def _lda_shares(bags: list[Bag], exp_topics: Array, alpha: Array) -> Array:
    model = _lda_model(exp_topics.shape[1], len(exp_topics), alpha=alpha, iterations=100)
    model.random_state = _Even()
    model.expElogbeta = exp_topics
    gamma, _ = model.inference(bags)
    return _normed(np.asarray(gamma, dtype=np.float64))


def _hdp(matrix: sparse.csr_array, plan: Plan) -> Fit:
    from gensim.models import HdpModel

    bags = _bags(matrix)
    # With gensim's own settings the model stops with a few broad topics.
    size = min(256, max(10, len(bags) // 10))
    model = HdpModel(
        bags, dict.fromkeys(range(matrix.shape[1]), ""), T=plan.n_topics, random_state=plan.seed,
        chunksize=size, max_chunks=max(50, (plan.passes or 3) * -(-len(bags) // size)),
        kappa=0.6, tau=10,
    )  # fmt: skip
    alpha, topics = model.hdp_to_lda()
    topics = _normed(np.asarray(topics, dtype=np.float64))
    alpha = np.asarray(alpha, dtype=np.float64)
    # Most of the topics that an HDP may use carry next to nothing.
    used = _lda_shares(bags, topics, alpha).mean(axis=0) >= LEAST
    topics, alpha = topics[used], alpha[used]
    shares = _lda_shares(bags, topics, alpha)
    state = {"exp_topics": topics, "alpha": alpha}
    settings = {"truncation": plan.n_topics, "left_out": int((~used).sum())}
    return Fit(topics, topics, shares, state, settings)


def _gibbs(matrix: sparse.csr_array, plan: Plan, kind: str) -> Fit:
    try:
        import tomotopy
    except ImportError:
        raise InputError(
            f"model={kind!r} needs a package that is not installed: "
            "python -m pip install 'media-framing[gibbs]'"
        ) from None
    classes = {
        "gibbs-lda": tomotopy.LDAModel, "dmr": tomotopy.DMRModel, "correlated": tomotopy.CTModel
    }  # fmt: skip
    options: dict[str, float] = {"k": plan.n_topics, "seed": plan.seed}
    # With a smaller prior the correlated model stays where it begins.
    options |= {"eta": ETA} if kind != "correlated" else {"eta": 10 * ETA}
    if kind != "correlated":
        options["alpha"] = ALPHA
    model = classes[kind](**options)
    words = [str(column) for column in range(matrix.shape[1])]
    for row, bag in enumerate(_bags(matrix)):
        text = [words[column] for column, count in bag for _ in range(count)]
        if kind == "dmr":
            model.add_doc(text, multi_metadata=list(plan.labels[row]))
        else:
            model.add_doc(text)
    passes = plan.passes or 500
    # Several workers would give other topics in each run.
    model.train(passes, workers=1)
    column_of = [int(word) for word in model.used_vocabs]
    topics = np.zeros((plan.n_topics, matrix.shape[1]))
    for topic in range(plan.n_topics):
        topics[topic, column_of] = model.get_topic_word_dist(topic)
    topics = _normed(topics)
    shares = np.array([document.get_topic_dist() for document in model.docs], dtype=np.float64)
    alpha = np.full(plan.n_topics, ALPHA)
    if kind == "gibbs-lda":
        alpha = np.asarray(model.alpha, dtype=np.float64)
    return Fit(
        topics, topics, _normed(shares), {"exp_topics": topics, "alpha": alpha}, {"passes": passes}
    )
