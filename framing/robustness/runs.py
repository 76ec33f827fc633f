"""Runs: the comparisons of each specification, and the joint test with permuted labels."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Memory
from numpy.typing import NDArray
from scipy import special
from threadpoolctl import threadpool_limits

from framing._core.checks import InputError
from framing._core.files import write_errors
from framing._core.resampling import Scale, Sums, combine, gather, pivots, rng_for
from framing._core.statistics import p_among
from framing._core.typing import Array
from framing.contrasts.contrasts import Comparison, compare_groups, resample
from framing.robustness.specifications import SpecificationBatch
from framing.scores.groups import Observations

Arrays = dict[str, NDArray[Any]]

READ, MADE, DAMAGED = "read", "made", "damaged"
Small = NDArray[np.float32]
NUMBERS = ("estimate", "low", "high", "ratio", "ratio_low", "ratio_high", "p")
# A p below this is significant, in the curve and in the joint test.
ALPHA = 0.05
# The numbers of all permuted curves, some eight bytes each, that are held at once.
MOST = 500_000_000


def cache_folder(cache: str | Path | None) -> Path | None:
    """Return the folder of the cache, and create it if it does not exist."""
    if cache is None:
        return None
    folder = Path(cache)
    with write_errors(folder):
        if folder.exists() and not folder.is_dir():
            raise InputError(f"cache={str(cache)!r} is a file. Give a folder.")
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def key_of(*values: object) -> str:
    """Return the name of a result in the cache: a hash of everything that it depends on."""
    digest = hashlib.sha256()
    for value in values:
        array = isinstance(value, np.ndarray)
        head = f"{value.dtype}{value.shape}" if isinstance(value, np.ndarray) else "text"
        data = np.ascontiguousarray(value).tobytes() if array else repr(value).encode()
        digest.update(f"{head}:{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def cached(folder: Path | None, key: str, make: Callable[[], Arrays]) -> tuple[Arrays, str]:
    """Return a result, and whether it was read, made, or made because its file was damaged."""
    if folder is None:
        return make(), MADE
    # Compressed files carry a checksum.
    memory = Memory(folder, verbose=0, compress=True).cache(_made, ignore=["make"])
    known = memory.check_call_in_cache(key, make)
    made = []

    def noted() -> Arrays:
        made.append(key)
        return make()

    arrays: Arrays = memory(key, noted)
    return arrays, (DAMAGED if made else READ) if known else MADE


def _made(key: str, make: Callable[[], Arrays]) -> Arrays:
    """Make a result; the cache knows it by its key alone."""
    return make()


@dataclass(frozen=True)
class RunPlan:
    """How each specification is compared: with the settings of the claim.

    ``units`` has the groups and clusters of all cells; its counts are not used.
    """

    units: Observations
    comparisons: list[Comparison]
    seed: int
    joint_seed: int
    permutations: int
    level: float


def check_size(plan: RunPlan, specifications: int) -> None:
    """Raise InputError where the permuted curves of all comparisons would fill the memory."""
    comparisons = len(plan.comparisons)
    if comparisons * specifications * (plan.permutations + 1) > MOST:
        raise InputError(
            f"by: {len(plan.units.groups):,} groups make {comparisons:,} comparisons, each under "
            f"{specifications:,} specifications with {plan.permutations:,} permutations, which is "
            f"too much for memory (at most {MOST:,} in all). Name the groups of the claim "
            "(groups=[…], "
            '--group), or give compare="rest", fewer permutations or a lower limit.'
        )


def run(batch: SpecificationBatch, plan: RunPlan) -> dict[str, NDArray[Any]]:
    """Return the comparisons of each column of a batch, observed and with permuted labels.

    Arrays have the shape (comparisons, columns). ``logs`` and ``signed_p`` have the shape
    (1 + permutations, comparisons, columns), with the observed labels first.
    """
    with threadpool_limits(limits=1):
        return _tables(batch, plan) | _relabelled(batch, plan)


def _tables(batch: SpecificationBatch, plan: RunPlan) -> dict[str, NDArray[Any]]:
    """Return the estimates, intervals and p of each comparison and column."""
    claimed = plan.units
    whole = Observations(
        claimed.unit, claimed.group, claimed.groups, batch.cluster, batch.numerators,
        batch.denominators, claimed.resampled, claimed.left_out, share=batch.share,
        one=claimed.one,
    )  # fmt: skip
    units = whole.regrouped(np.where(batch.denominators > 0, claimed.group, -1), claimed.groups)
    resamples = resample(units, plan.seed, plan.permutations)
    tables = [
        compare_groups(resamples, units, comparison, batch.per, plan.level)
        for comparison in plan.comparisons
    ]
    arrays: dict[str, NDArray[Any]] = {
        name: np.array([table[name].to_numpy(dtype=np.float64) for table in tables])
        for name in NUMBERS
    }
    for name in ("method", "note"):
        arrays[name] = np.array([table[name].tolist() for table in tables], dtype=np.str_)
    logs = [
        combine(*_sides(resamples.observed, comparison), logs=True).value[0, 0]
        for comparison in plan.comparisons
    ]
    clusters = [
        len(np.unique(units.cluster[np.isin(units.group, sum(comparison.sides, ()))]))
        for comparison in plan.comparisons
    ]
    return arrays | {"log_ratio": np.array(logs), "clusters": np.array(clusters)}


def _sides(sums: Sums, comparison: Comparison) -> tuple[Sums, Array]:
    """Return the sums of both sides of a comparison, and the weights of the sides."""
    if comparison.weights is not None:
        return sums, comparison.weights[None, :]
    side = np.full(sums.numerators.shape[1], -1)
    for number, groups in enumerate(comparison.sides):
        side[list(groups)] = number
    return sums.merged(side.tolist(), 2), np.array([[1.0, -1.0]])


def _relabelled(batch: SpecificationBatch, plan: RunPlan) -> dict[str, NDArray[Any]]:
    """Return log ratios and signed p of each permutation of the labels.

    All batches have the same permutations: the cells are always the same, with counts of 0 where
    a specification leaves a cell out, and the clusters are those of the claim.
    """
    claimed = plan.units
    clusters = gather(
        claimed.group, claimed.cluster, batch.numerators, batch.denominators, len(claimed.groups)
    )
    rng = rng_for(plan.joint_seed, "multiverse labels")
    observed, permuted = clusters.seen(), clusters.relabel(plan.permutations, rng)
    logs, signed = [], []
    for comparison in plan.comparisons:
        rows = []
        for sums in (observed, permuted):
            sides, weights = _sides(sums, comparison)
            scale = None if comparison.weights is not None else Scale(batch.share, claimed.one)
            rows.append(
                (
                    combine(sides, weights, logs=True).value[:, 0],
                    pivots(sides, weights[0], scale),
                )
            )
        logs.append(np.concatenate([log for log, _ in rows]).astype(np.float32))
        signed.append(_signed_p(np.concatenate([t for _, t in rows])))
    return {"logs": np.stack(logs, axis=1), "signed_p": np.stack(signed, axis=1)}


def _signed_p(t: Array) -> Small:
    """Return the p of each permutation among all of them, with the sign of its t."""
    t = np.nan_to_num(t, nan=0.0, posinf=1e12, neginf=-1e12)
    signed: Small = (np.where(t < 0, -1.0, 1.0) * p_among(np.abs(t))).astype(np.float32)
    return signed


@dataclass(frozen=True)
class JointTest:
    """The p of each statistic of a whole curve."""

    p_median: float
    p_share: float
    p_z: float


def joint_test(logs: Small, signed: Small) -> JointTest:
    """Compare a curve with the curves of permuted labels; the first row has the observed labels.

    Shapes are (1 + permutations, specifications), with the specification of the claim first. The
    direction of each row is that of its first specification, so that the test is also valid for a
    claim that was made after a look at the data.
    """
    with np.errstate(invalid="ignore"):
        known = ~np.isnan(logs).all(axis=1)
    direction = np.where(np.nan_to_num(logs[:, 0]) < 0, -1.0, 1.0)
    median = np.zeros(len(logs))
    median[known] = np.nanmedian(logs[known], axis=1)
    significant = (signed * direction[:, None] > 0) & (np.abs(signed) < ALPHA)
    z = np.sign(signed) * -special.ndtri(np.abs(signed.astype(np.float64)) / 2)
    statistics = (median * direction, significant.mean(axis=1), z.mean(axis=1) * direction)
    p = [_share_as_large(values) for values in statistics]
    return JointTest(*p)


def _share_as_large(values: Array) -> float:
    """Return the share of permutations with a statistic at least as large as the observed one."""
    # Equal permutations differ in their last bits.
    return float((values >= values[0] - 1e-6 * abs(values[0])).mean())


def rows_of(arrays: dict[str, NDArray[Any]], comparison: int, column: int) -> dict[str, Any]:
    """Return the row of a specification from the arrays of its batch."""
    row: dict[str, Any] = {
        name: float(arrays[name][comparison, column]) for name in (*NUMBERS, "log_ratio")
    }
    row["clusters"] = int(arrays["clusters"][comparison])
    return row | {name: str(arrays[name][comparison, column]) for name in ("method", "note")}
