"""Packages: topics that occur together in units, found as communities of a network."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import (
    MAKERS,
    InputError,
    a_kind,
    check_choice,
    check_from_zero,
    check_objects,
    check_positive,
    check_seed,
    check_share,
    listing,
)
from framing._core.resampling import rng_for
from framing._core.result import Result, left_out
from framing._core.typing import Array
from framing.topics.measures import cosines

if TYPE_CHECKING:
    from framing.topics.topics import Topics

# Smallest number of topics, and of units.
FEWEST = 3
# The test takes the best of this many partitions, of the observed network and of each permuted
# one. Greedy partitions differ in ties only.
TRIES = {"louvain": 3, "leiden": 3, "greedy": 1}
# After this many rounds a majority decides where runs still disagree.
ROUNDS = 50
# Largest rounding error of a modularity.
ROUNDING = 1e-9

PackageCodes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Packages(Result):
    """Packages of topics; ``table`` has one row per topic.

    Attributes
    ----------
    table : pandas.DataFrame
        ``topic``, ``label`` (the topic if it has none), ``package`` (from 1, by total share, the
        largest first), ``share`` (mean over the units, 0 to 1) and ``stability`` (share of runs
        that put the topic together with another topic of its package, mean over these; for a
        package of one topic, share of runs that leave it alone; 0 to 1).
    edges : pandas.DataFrame
        One row per pair of topics, the most similar first: ``topic``, ``with_topic``, ``cosine`` (0
        to 1), ``p`` (significance by the disparity filter, smaller of the two ends) and ``kept``.
    modularity : float
        Modularity of the packages in the network of the kept edges.
    tested, p : float
        Modularity in the network of all edges, and its p by permutation (missing without
        permutations).
    alpha, method, runs, permutations, seed
        The arguments.
    units, incomplete : int
        Units used, and units left out because a share is missing.
    left_out : pandas.DataFrame
        ``unit_id`` and ``reason`` of the units left out.
    """

    table: pd.DataFrame
    edges: pd.DataFrame
    modularity: float
    tested: float
    p: float
    alpha: float | None
    method: str
    runs: int
    permutations: int
    seed: int
    units: int
    incomplete: int

    drawn_by: ClassVar[str] = "plot_packages"
    computed_by: ClassVar[tuple[str, ...]] = ("networkx",)

    def __len__(self) -> int:
        return int(self.table["package"].max())

    @property
    def members(self) -> dict[int, list[str]]:
        """Topics of each package, the one with the largest share first."""
        by_package = self.table.groupby("package")["topic"].agg(list)
        return {int(str(number)): topics for number, topics in by_package.items()}

    def __repr__(self) -> str:
        packages = "1 package" if len(self) == 1 else f"{len(self)} packages"
        p = f" (p = {self.p:.3f})" if self.p == self.p else ""
        left = f", {self.incomplete:,} left out" if self.incomplete else ""
        return (
            f"<Packages: {packages} of {len(self.table)} topics in {self.units:,} units"
            f"{left}, modularity {self.modularity:.2f}{p}; packages of topics, not frames, "
            "until a person has validated them>"
        )


@check_objects
def find_packages(
    topics: "Topics | pd.DataFrame",
    *,
    alpha: float | None = 0.05,
    method: str = "louvain",
    runs: int = 100,
    permutations: int = 500,
    seed: int,
) -> Packages:
    """Return packages of topics that occur in the same units: candidates for frames.

    Try it: ``terms = fr.count_terms(fr.load_testbed("newswire").corpus, unit="paragraph")``,
    ``fr.find_packages(fr.fit_topics(terms, n_topics=8, seed=1), permutations=0, seed=1).table``.

    Topics are the nodes of a network. The weight of an edge is the cosine of the shares of two
    topics over the units (Walter and Ophir 2019). The disparity filter keeps an edge that is
    stronger than expected by chance at one of its ends (Serrano et al. 2009). The strongest edge
    of each topic always stays: in a small network hardly any edge can be significant, and topics
    would be cut off. Packages are the consensus of many runs (Lancichinetti and Fortunato 2012):
    topics that are together in at least half of the runs get an edge of that share, and the new
    network is partitioned until all runs agree. Communities are split into connected components.

    Parameters
    ----------
    topics : Topics or pandas.DataFrame
        A table has one row per unit and one column per topic, with shares from 0 to 1.
    alpha : float or None
        Level of the disparity filter; None keeps all edges.
    method : {"louvain", "leiden", "greedy"}
        "louvain": Blondel et al. (2008), by networkx. "leiden": Traag et al. (2019), by
        leidenalg, which the extra ``leiden`` installs. "greedy": Clauset et al. (2004), by
        networkx; its runs differ in the order of the topics, which decides ties only.
    runs : int
        Number of partitions behind the consensus.
    permutations : int
        Permutations of the test; 0 skips it. 500 by default, since each repeats the search.
    seed : int
        The same seed gives the same packages and p-value.

    Returns
    -------
    Packages
        Noise gives packages too, and stable ones. ``p`` separates them from real ones: it is the
        share of permutations, with the observed order as one of them, whose modularity is at
        least as high. A permutation permutes the shares of each topic over the units, separately
        for each topic, then builds the network, filters it and takes the best of 3 partitions
        (of one, if greedy). The test uses the modularity in the network of all edges: in the
        network of the kept edges noise falls into small islands and reaches high values as well.

    Raises
    ------
    InputError
        There are fewer than 3 topics or units with shares, a share is not a number from 0 to 1,
        a topic is zero in all units, no two topics share a unit, or an argument is out of range.

    References
    ----------
    Walter, D. and Ophir, Y. (2019). News frame analysis: An inductive mixed-method
    computational approach. Communication Methods and Measures 13(4), 248-266.
    doi:10.1080/19312458.2019.1639145
    Serrano, M. A., Boguñá, M. and Vespignani, A. (2009). Extracting the multiscale backbone of
    complex weighted networks. PNAS 106(16), 6483-6488. doi:10.1073/pnas.0808904106
    Blondel, V. D. et al. (2008). Fast unfolding of communities in large networks. Journal of
    Statistical Mechanics P10008. doi:10.1088/1742-5468/2008/10/P10008
    Clauset, A., Newman, M. E. J. and Moore, C. (2004). Finding community structure in very large
    networks. Physical Review E 70, 066111. doi:10.1103/PhysRevE.70.066111
    Traag, V. A., Waltman, L. and van Eck, N. J. (2019). From Louvain to Leiden: guaranteeing
    well-connected communities. Scientific Reports 9, 5233. doi:10.1038/s41598-019-41695-z
    Lancichinetti, A. and Fortunato, S. (2012). Consensus clustering in complex networks.
    Scientific Reports 2, 336. doi:10.1038/srep00336

    Examples
    --------
    >>> import framing as fr
    >>> import pandas as pd
    >>> rows = [[0.6, 0.3, 0.05, 0.05], [0.5, 0.4, 0.05, 0.05], [0.55, 0.35, 0.05, 0.05],
    ...         [0.05, 0.05, 0.6, 0.3], [0.05, 0.05, 0.45, 0.45], [0.1, 0.1, 0.3, 0.5]]
    >>> shares = pd.DataFrame(rows, columns=["war", "army", "talks", "treaty"])
    >>> packages = fr.find_packages(shares, permutations=0, seed=1)
    >>> packages.members
    {1: ['war', 'army'], 2: ['talks', 'treaty']}
    >>> packages.edges.head(2).round(3)
       topic with_topic  cosine      p  kept
    0    war       army   0.980  0.099  True
    1  talks     treaty   0.896  0.121  True
    """
    _check_options(alpha, method, runs, permutations, seed)
    shares, labels = _shares_of(topics)
    complete = shares[shares.notna().all(axis=1)]
    _check_shares(complete, len(shares))
    columns = np.ascontiguousarray(complete.to_numpy(dtype=np.float64).T)
    cosine = _cosines(columns)
    if not cosine.any():
        raise InputError(
            "No two topics have a share in the same unit, so there is no network. Use larger units."
        )
    backbone = _backbone(cosine, alpha)
    rng = rng_for(int(seed), "packages")
    partitions = _partitions(backbone, method, int(runs), rng)
    members = _consensus(backbone, partitions, method, rng)
    tested, p = _test(columns, alpha, method, int(permutations), rng_for(int(seed), "permutations"))
    return Packages(
        table=_table(complete, labels, members, partitions),
        edges=_edges(complete.columns.tolist(), cosine, backbone),
        modularity=_modularity(backbone, members), tested=tested, p=p, alpha=alpha, method=method,
        runs=int(runs), permutations=int(permutations), seed=int(seed), units=len(complete),
        incomplete=len(shares) - len(complete),
        left_out=left_out(shares.index.difference(complete.index, sort=False), "a share is missing",
                          item="unit_id"),
    )  # fmt: skip


def _check_options(alpha: float | None, method: str, runs: int, draws: int, seed: int) -> None:
    if alpha is not None:
        check_share("alpha", alpha)
    check_choice("method", method, TRIES)
    check_positive("runs", runs, whole=True)
    check_from_zero("permutations", draws)
    check_seed(seed)


def _shares_of(topics: "Topics | pd.DataFrame") -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the shares, one row per unit and one column per topic, and the labels."""
    if isinstance(topics, pd.DataFrame):
        return topics.set_axis(topics.columns.astype(str), axis="columns"), {}
    if not hasattr(topics, "unit_shares"):
        raise InputError(
            f"topics is {a_kind(type(topics).__name__)}; it must be Topics, which "
            f"{MAKERS['Topics']} returns, or a table of shares."
        )
    labels = {str(topic): str(label) for topic, label in topics.labels.items()}
    return _shares_of(topics.shares.wide())[0], labels


def _check_shares(complete: pd.DataFrame, rows: int) -> None:
    """Raise InputError unless the table holds shares that make a network."""
    names = complete.columns
    others = names[names.duplicated() | ~names.isin(complete.select_dtypes("number").columns)]
    if len(others):
        raise InputError(
            f"The columns {listing(others)} cannot be used: each column must have the shares of "
            "one topic, as numbers, under a unique name. If a column has the names of units, make "
            "it the index: "
            'table.set_index("unit_id").'
        )
    if min(complete.shape) < FEWEST:
        raise InputError(
            f"Packages need at least {FEWEST} topics and {FEWEST} units with shares; there are "
            f"{complete.shape[1]} topics and {len(complete):,} units (of {rows:,} rows; rows with "
            "a missing share are left out). Fit more topics, or use smaller units or more texts."
        )
    for topic, values in complete.items():
        outside = values[(values < 0) | (values > 1 + ROUNDING)]
        if len(outside):
            raise InputError(
                f"{topic!r} has the share {outside.iloc[0]:g} in unit {outside.index[0]!r}. Shares "
                "lie between 0 and 1. Divide the values of each unit by their sum."
            )
    empty = listing(names[~complete.any()])
    if empty:
        raise InputError(
            f"{empty} has a share of zero in every unit, so it cannot be in a package. Leave such "
            "topics out: "
            f"shares.drop(columns=[{empty}])."
        )


def _cosines(columns: Array) -> Array:
    """Return the cosine of each pair of topics (rows of ``columns``), with 0 on the diagonal."""
    cosine: Array = np.clip(cosines(columns, columns), 0.0, 1.0)
    # Symmetric to the last bit, so that both ends agree on the strongest edge.
    cosine = np.maximum(cosine, cosine.T)
    np.fill_diagonal(cosine, 0.0)
    return cosine


def _disparity(weights: Array) -> Array:
    """Return the significance of each edge: the smaller one of its two ends."""
    strength = weights.sum(axis=1, keepdims=True)
    share = np.divide(weights, strength, out=np.zeros_like(weights), where=strength > 0)
    degree = (weights > 0).sum(axis=1, keepdims=True)
    p: Array = (1 - share) ** np.maximum(degree - 1, 0)
    return np.minimum(p, p.T)


def _backbone(weights: Array, alpha: float | None) -> Array:
    """Return the weights of the kept edges, 0 for the others."""
    if alpha is None:
        return weights
    strongest = weights == weights.max(axis=1, keepdims=True)
    backbone: Array = weights * ((_disparity(weights) < alpha) | strongest | strongest.T)
    return backbone


def _partition(weights: Array, method: str, rng: np.random.Generator) -> PackageCodes:
    """Return the community of each topic in one run, split into connected components."""
    import networkx as nx

    if method == "leiden":
        return _connected(weights, _leiden(weights, int(rng.integers(2**31))))
    # Nodes are whole numbers: the order of a set of names would depend on the hash seed.
    order = rng.permutation(len(weights)) if method == "greedy" else np.arange(len(weights))
    graph = nx.from_numpy_array(weights[np.ix_(order, order)])
    if method == "greedy":
        communities = nx.community.greedy_modularity_communities(graph, weight="weight")
    else:
        run = int(rng.integers(2**31))
        communities = nx.community.louvain_communities(graph, weight="weight", seed=run)
    members = np.empty(len(weights), dtype=np.int64)
    for number, community in enumerate(communities):
        members[order[sorted(community)]] = number
    return _connected(weights, members)


def _leiden(weights: Array, seed: int) -> PackageCodes:
    """Return the community of each topic by the Leiden algorithm."""
    try:
        import igraph
        import leidenalg
    except ImportError:
        raise InputError(
            "method='leiden' needs packages that are not installed: "
            "python -m pip install 'media-framing[leiden]'"
        ) from None
    graph = igraph.Graph.Weighted_Adjacency(weights.tolist(), mode="undirected")
    kind = leidenalg.ModularityVertexPartition
    partition = leidenalg.find_partition(graph, kind, weights="weight", seed=seed)
    return np.array(partition.membership, dtype=np.int64)


def _connected(weights: Array, members: PackageCodes) -> PackageCodes:
    """Return the connected components of the communities, numbered by their first topic."""
    from scipy.sparse.csgraph import connected_components

    inside = (weights > 0) & (members[:, None] == members)
    return np.asarray(connected_components(inside, directed=False)[1], dtype=np.int64)


def _modularity(weights: Array, members: PackageCodes) -> float:
    """Return the modularity of communities, 0 for a network without edges."""
    import networkx as nx

    if not weights.any():
        return 0.0
    communities = [np.flatnonzero(members == number).tolist() for number in np.unique(members)]
    return float(nx.community.modularity(nx.from_numpy_array(weights), communities))


def _partitions(weights: Array, method: str, runs: int, rng: np.random.Generator) -> PackageCodes:
    """Return the community of each topic (column) in each run (row)."""
    return np.stack([_partition(weights, method, rng) for _ in range(runs)])


def _together(partitions: PackageCodes) -> Array:
    """Return the share of runs in which two topics are together."""
    return np.asarray(np.mean([run[:, None] == run for run in partitions], axis=0))


def _consensus(
    weights: Array, partitions: PackageCodes, method: str, rng: np.random.Generator
) -> PackageCodes:
    """Return the package of each topic: the communities on which the runs agree."""
    together = _together(partitions)
    for _ in range(ROUNDS):
        if np.isin(together, (0.0, 1.0)).all():
            break
        pairs = together - np.diag(np.diag(together))
        often = pairs >= 0.5
        # A topic that is seldom together with any other keeps its most frequent partner.
        often |= (pairs == pairs.max(axis=1, keepdims=True)) & ~often.any(axis=1, keepdims=True)
        pairs = pairs * (often | often.T)
        together = _together(_partitions(pairs, method, len(partitions), rng))
    single_community = np.zeros(len(weights), dtype=np.int64)
    return _connected(weights, _connected(np.where(together > 0.5, 1.0, 0.0), single_community))


def _test(
    columns: Array, alpha: float | None, method: str, permutations: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the observed modularity among all edges, and its p by permutation."""
    observed = _best(columns, alpha, method, rng)
    if not permutations:
        return observed, float("nan")
    permuted = (rng.permuted(columns, axis=1) for _ in range(permutations))
    reached = sum(_best(null, alpha, method, rng) >= observed - ROUNDING for null in permuted)
    return observed, (1 + reached) / (1 + permutations)


def _best(columns: Array, alpha: float | None, method: str, rng: np.random.Generator) -> float:
    """Return the modularity, among all edges, of the best partition of the kept edges."""
    cosine = _cosines(columns)
    backbone = _backbone(cosine, alpha)
    partitions = _partitions(backbone, method, TRIES[method], rng)
    return _modularity(cosine, max(partitions, key=lambda members: _modularity(backbone, members)))


def _table(
    shares: pd.DataFrame, labels: dict[str, str], members: PackageCodes, partitions: PackageCodes
) -> pd.DataFrame:
    """Return one row per topic, by package and share."""
    mean = shares.mean().to_numpy(dtype=np.float64)
    totals = np.bincount(members, mean)
    # Stable sorting: of packages with equal shares, the one with the first topic comes first.
    rank = np.argsort(np.argsort(-totals, kind="stable"), kind="stable") + 1
    together = np.where(members[:, None] == members, _together(partitions), 0.0).sum(axis=1)
    other_members = np.bincount(members)[members] - 1
    alone = np.mean([np.bincount(run)[run] == 1 for run in partitions], axis=0)
    stability = np.where(other_members > 0, (together - 1) / np.maximum(other_members, 1), alone)
    topics = shares.columns.tolist()
    table = pd.DataFrame({"topic": topics, "label": [labels.get(topic, topic) for topic in topics]})
    table = table.assign(package=rank[members], share=mean, stability=stability)
    table = table.sort_values(["package", "share"], ascending=[True, False], kind="stable")
    return table.reset_index(drop=True)


def _edges(topics: list[str], cosine: Array, backbone: Array) -> pd.DataFrame:
    """Return one row per pair of topics, by cosine."""
    pairs = np.triu_indices(len(topics), k=1)
    names = np.array(topics, dtype=object)
    edges = pd.DataFrame({"topic": names[pairs[0]], "with_topic": names[pairs[1]]})
    p = _disparity(cosine)[pairs]
    edges = edges.assign(cosine=cosine[pairs], p=p, kept=backbone[pairs] > 0)
    return edges.sort_values("cosine", ascending=False, kind="stable").reset_index(drop=True)
