"""Models of topics in other packages: each a function from counts to topics and shares."""

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.special import psi
from threadpoolctl import threadpool_limits

from framing._core.checks import InputError
from framing._core.typing import Array, Mask

# A bag of words as gensim takes it: (column, count).
Bag = list[tuple[int, int]]

SCIKIT_LEARN = ("nmf",)
GENSIM = ("lda", "seeded-lda", "hdp")
TOMOTOPY = ("gibbs-lda", "dmr", "correlated")
MODELS = (*SCIKIT_LEARN, *GENSIM, *TOMOTOPY)
# Iterations of NMF from which LDA begins.
START = 50
# Units between two updates of gensim's LDA, and the smallest number of updates.
CHUNK, UPDATES = 2000, 20
# Prior occurrences of a term in a topic, and those of a seed in its topic, as a share of all its
# occurrences.
ETA, SEED_STRENGTH = 0.01, 0.1
# Prior weight of each topic in a unit.
ALPHA = 0.1
# Largest number of topics of an HDP, and the share of the terms from which a topic is kept.
TRUNCATION, SMALLEST_SHARE = 50, 0.01


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    ``weights`` are the terms of each topic in the terms of the model, ``probabilities`` the same
    as distributions of counts; both have shape (n_topics, n_terms) and rows that sum to 1.
    ``shares`` has shape (n_units, n_topics). ``state`` holds what inferring the shares of other
    units needs.
    """

    weights: Array
    probabilities: Array
    shares: Array
    state: Mapping[str, Array]
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class FitPlan:
    """What to fit: number of topics, seed, and options of single models.

    ``seeded`` marks the seed words of the first topics, shape (n_seeded, n_terms). ``labels``
    holds the covariates of each unit as text, ``start`` the weights and shares to begin with,
    ``passes`` the number of passes over the units (0: the default of the model). With
    ``random_start`` the start depends on the seed alone.
    """

    n_topics: int
    seed: int
    seeded: Mask | None = None
    labels: Sequence[Sequence[str]] = ()
    start: tuple[Array, Array] | None = None
    passes: int = 0
    random_start: bool = False

    @property
    def state(self) -> int:
        """The seed as scikit-learn and gensim take one: below 2 ** 32."""
        return self.seed % 2**32


def fit(model: str, matrix: sparse.csr_array, plan: FitPlan) -> Fit:
    """Fit a model to counts; every row needs a term. It uses one thread, so that bits repeat."""
    functions: dict[str, Callable[[sparse.csr_array, FitPlan], Fit]] = {
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
    """Return the shares of the topics of a fitted model in units; every row needs a term."""
    with threadpool_limits(limits=1):
        if model == "nmf":
            return _nmf_shares(matrix, state)
        return _lda_shares(bags_of(matrix), state["exp_topics"], state["alpha"])


def _normed(values: Array) -> Array:
    """Return rows scaled to sum to 1; a row of zeros becomes uniform."""
    total = values.sum(axis=1, keepdims=True)
    normed: Array = np.full_like(values, 1 / values.shape[1])
    np.divide(values, total, out=normed, where=total > 0)
    return normed


def _weighting(idf: Array | None = None) -> Any:
    """Return the weighting of counts: log-scaled, times idf, each unit with length 1."""
    from sklearn.feature_extraction.text import TfidfTransformer

    weighting = TfidfTransformer(sublinear_tf=True)
    if idf is not None:
        weighting.idf_ = idf
    return weighting


def _nmf(matrix: sparse.csr_array, plan: FitPlan, known: Any = None) -> Fit:
    """Fit NMF to log-scaled tf-idf; ``known`` is a weighting with the idf of other units."""
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    weighting = known or _weighting().fit(matrix)
    weighted, idf = weighting.transform(matrix), weighting.idf_
    small = plan.n_topics <= min(weighted.shape)
    start = "random" if plan.random_start or not small else "nndsvd"
    start = "custom" if plan.start else start
    model = NMF(plan.n_topics, init=start, random_state=plan.state, max_iter=plan.passes or 200)
    options = {}
    if plan.start:
        heights = plan.start[0]
        # NMF multiplies its start: zeros would stay zeros.
        options = {"W": plan.start[1] + 1e-6, "H": heights + 1e-9}
    # Texts that are nearly the same leave an error of -0, whose root numpy warns of.
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
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


def nmf_start(sample: sparse.csr_array, idf: Array, plan: FitPlan) -> Array:
    """Return the topics of a sample, from which NMF of batches begins."""
    topics: Array = _nmf(sample, replace(plan, passes=0), _weighting(idf)).state["components"]
    return topics + 1e-9


def nmf_of(
    matrices: Iterable[sparse.csr_array], start: Array, idf: Array, updates: int, plan: FitPlan
) -> Fit:
    """Fit NMF to batches of counts (Mairal et al. 2010), from the topics of a sample; no shares.

    ``updates`` is the number of batches. What a batch showed is forgotten slowly: after all of
    them .7 of it is left.
    """
    from sklearn.decomposition import MiniBatchNMF

    weighting = _weighting(idf)
    model = MiniBatchNMF(
        plan.n_topics, init="custom", random_state=plan.state, batch_size=CHUNK,
        forget_factor=0.7 ** (1 / max(updates, 1)),
    )  # fmt: skip
    for matrix in matrices:
        weighted = weighting.transform(matrix)
        # The shares of the batch are found anew; their start must only be positive.
        even = np.full((weighted.shape[0], plan.n_topics), 0.1)
        model.partial_fit(weighted, W=even, H=start)
    topics = np.asarray(model.components_, dtype=np.float64)
    return Fit(
        _normed(topics), _normed(topics / idf), np.empty((0, plan.n_topics)),
        {"components": topics, "idf": idf}, {"init": "sample", "chunk": CHUNK},
    )  # fmt: skip


def _nmf_shares(matrix: sparse.csr_array, state: Mapping[str, Array]) -> Array:
    """Return the shares of the fitted topics of NMF in other units."""
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


def bags_of(matrix: sparse.csr_array) -> list[Bag]:
    """Return each row of counts as gensim takes it."""
    begins, columns, counts = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    return [
        list(zip(columns[begin:end], counts[begin:end], strict=True))
        for begin, end in pairwise(begins)
    ]


class _Even:
    """A random source whose gamma draws are all 1.

    gensim starts the shares of each unit at random: without this class they would depend on the
    units before it.
    """

    @staticmethod
    def gamma(shape: float, scale: float, size: tuple[int, int]) -> Array:
        """Return ones of this size."""
        return np.ones(size)


def _lda_model(n_terms: int, n_topics: int, **options: Any) -> Any:
    """Return a model of gensim without words, in double precision."""
    from gensim.models import LdaModel

    return LdaModel(
        id2word=dict.fromkeys(range(n_terms), ""), num_topics=n_topics, dtype=np.float64,
        eval_every=None, minimum_probability=0, **options,
    )  # fmt: skip


def _lda(matrix: sparse.csr_array, plan: FitPlan) -> Fit:
    """Fit LDA, from the topics of a short NMF if the plan has no other start."""
    bags = bags_of(matrix)
    passes = plan.passes or max(2, -(-UPDATES // -(-len(bags) // CHUNK)))
    totals: Array = np.bincount(
        matrix.indices, weights=matrix.data, minlength=matrix.shape[1]
    ).astype(np.float64)
    fitted = lda_of(bags, totals, start_of(matrix, plan), passes, plan)
    shares = _lda_shares(bags, fitted.state["exp_topics"], fitted.state["alpha"])
    return replace(fitted, shares=shares)


def start_of(matrix: sparse.csr_array, plan: FitPlan) -> Array | None:
    """Return the topics from which LDA begins; None for a start at random."""
    start = plan.start[0] if plan.start else None
    if start is None and not plan.random_start:
        start = _nmf(matrix, replace(plan, passes=START)).probabilities
    if plan.seeded is not None:
        start = _seeded_start(matrix, plan.seeded, start)
    return start


def lda_of(bags: Any, totals: Array, start: Array | None, passes: int, plan: FitPlan) -> Fit:
    """Fit LDA to bags of words, which can be read from disk in each pass; without shares.

    ``totals`` are the occurrences of each term.
    """
    model = _lda_model(
        len(totals), plan.n_topics, random_state=plan.state, passes=passes, chunksize=CHUNK,
        eta=_eta(totals, plan), alpha=np.full(plan.n_topics, ALPHA),
    )  # fmt: skip
    if start is not None:
        # All occurrences, divided among the topics, as the first state.
        model.state.sstats = start * (totals.sum() / plan.n_topics)
        model.sync_state()
    model.update(bags)
    topics = model.state.get_lambda()
    exp_topics = np.exp(psi(topics) - psi(topics.sum(axis=1, keepdims=True)))
    alpha = np.asarray(model.alpha, dtype=np.float64)
    state = {"exp_topics": exp_topics, "alpha": alpha, "lambda": topics}
    probabilities = _normed(topics)
    settings = {
        "init": "random" if start is None else "nmf", "passes": passes, "alpha": float(alpha[0]),
        "eta": ETA, "chunk": CHUNK,
    }  # fmt: skip
    return Fit(probabilities, probabilities, np.empty((0, len(topics))), state, settings)


def _eta(totals: Array, plan: FitPlan) -> Array | float:
    """Return the prior of each term in each topic: seeds begin with extra occurrences."""
    if plan.seeded is None:
        return ETA
    eta = np.full((plan.n_topics, len(totals)), ETA)
    eta[: len(plan.seeded)] += plan.seeded * (SEED_STRENGTH * totals + 1)
    return eta


def _seeded_start(matrix: sparse.csr_array, seeded: Mask, start: Array | None) -> Array | None:
    """Return the start, with the seeded topics first.

    Half of a seeded topic comes from the words of the units that contain its seeds, half from the
    topic of ``start`` in which they have the greatest weight. Each topic serves one set of seeds.
    """
    if start is None:
        return None
    seed_counts = matrix @ seeded.T.astype(np.float64)
    seed_topics = _normed(np.asarray((matrix.T @ seed_counts).T))
    overall = np.bincount(matrix.indices, weights=matrix.data, minlength=matrix.shape[1])
    lift = (seeded @ start.T) / (seeded @ overall)[:, None]
    rows, partners = linear_sum_assignment(-lift)
    free = np.setdiff1d(np.arange(len(start)), partners)
    return np.vstack([(seed_topics[rows] + start[partners]) / 2, start[free]])


def _lda_shares(bags: list[Bag], exp_topics: Array, alpha: Array) -> Array:
    """Return the shares of the topics in units, inferred by gensim."""
    model = _lda_model(exp_topics.shape[1], len(exp_topics), alpha=alpha, iterations=100)
    model.random_state = _Even()
    model.expElogbeta = exp_topics
    gamma, _ = model.inference(bags)
    return _normed(np.asarray(gamma, dtype=np.float64))


def _hdp(matrix: sparse.csr_array, plan: FitPlan) -> Fit:
    """Fit a hierarchical Dirichlet process; it finds the number of topics."""
    from gensim.models import HdpModel

    bags = bags_of(matrix)
    # With the defaults of gensim the model stops with a few broad topics.
    size = min(256, max(10, len(bags) // 10))
    model = HdpModel(
        bags, dict.fromkeys(range(matrix.shape[1]), ""), T=plan.n_topics, random_state=plan.state,
        chunksize=size, max_chunks=max(50, (plan.passes or 3) * -(-len(bags) // size)),
        kappa=0.6, tau=10,
    )  # fmt: skip
    alpha, topics = model.hdp_to_lda()
    topics = _normed(np.asarray(topics, dtype=np.float64))
    alpha = np.asarray(alpha, dtype=np.float64)
    # Most topics of an HDP have hardly any text.
    used = _lda_shares(bags, topics, alpha).mean(axis=0) >= SMALLEST_SHARE
    topics, alpha = topics[used], alpha[used]
    shares = _lda_shares(bags, topics, alpha)
    state = {"exp_topics": topics, "alpha": alpha}
    settings = {"truncation": plan.n_topics, "left_out": int((~used).sum())}
    return Fit(topics, topics, shares, state, settings)


def _gibbs(matrix: sparse.csr_array, plan: FitPlan, kind: str) -> Fit:
    """Fit a model of tomotopy by Gibbs sampling."""
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
    options: dict[str, float] = {"k": plan.n_topics, "seed": plan.state}
    # With a smaller prior the correlated model does not leave its start.
    options |= {"eta": ETA} if kind != "correlated" else {"eta": 10 * ETA}
    if kind != "correlated":
        options["alpha"] = ALPHA
    model = classes[kind](**options)
    words = [str(column) for column in range(matrix.shape[1])]
    for row, bag in enumerate(bags_of(matrix)):
        text = [words[column] for column, count in bag for _ in range(count)]
        if kind == "dmr":
            model.add_doc(text, multi_metadata=list(plan.labels[row]))
        else:
            model.add_doc(text)
    passes = plan.passes or 500
    # With several workers each run would give other topics.
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
