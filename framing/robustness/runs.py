"""Curves of specifications: what each finds, and what all do when labels are dealt out anew."""

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
from framing._core.resampling import Sums, combine, gather, rng_for
from framing.contrasts.contrasts import Comparison, compare_groups, resample
from framing.robustness.specifications import Part
from framing.scores.groups import Observations

Arrays = dict[str, NDArray[Any]]

READ, MADE, DAMAGED = "read", "made", "damaged"


Array = NDArray[np.float64]
Small = NDArray[np.float32]
Rows = NDArray[np.int64]
NUMBERS = ("estimate", "low", "high", "ratio", "ratio_low", "ratio_high", "p")
# Below which a p is called significant, in the curve and in the joint test.
ALPHA = 0.05


def cache_folder(cache: str | Path | None) -> Path | None:
    """Return the folder, made where it does not exist."""
    if cache is None:
        return None
    folder = Path(cache)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"cache={str(cache)!r} is a file; a folder is needed.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def key_of(*parts: object) -> str:
    """Return the name of a result: a hash of all that it depends on."""
    digest = hashlib.sha256()
    for part in parts:
        array = isinstance(part, np.ndarray)
        head = f"{part.dtype}{part.shape}" if isinstance(part, np.ndarray) else "text"
        data = np.ascontiguousarray(part).tobytes() if array else repr(part).encode()
        digest.update(f"{head}:{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def kept(folder: Path | None, key: str, make: Callable[[], Arrays]) -> tuple[Arrays, str]:
    """Return a result and whether it was read, made, or made because its file was damaged."""
    if folder is None:
        return make(), MADE
    # Compressed files carry a checksum.
    memory = Memory(folder, verbose=0, compress=True).cache(_made, ignore=["make"])
    known = memory.check_call_in_cache(key, make)
    ran = []

    def noted() -> Arrays:
        ran.append(key)
        return make()

    arrays: Arrays = memory(key, noted)
    return arrays, (DAMAGED if ran else READ) if known else MADE


def _made(key: str, make: Callable[[], Arrays]) -> Arrays:
    return make()


@dataclass(frozen=True)
class Plan:
    """How each specification is compared: as the claim was.

    ``units`` holds the groups and clusters of all cells; its counts are not used.
    """

    units: Observations
    comparisons: list[Comparison]
    seed: int
    joint_seed: int
    draws: int
    permutations: int
    level: float


def run(part: Part, plan: Plan) -> dict[str, NDArray[Any]]:
    """Return what each column of a part finds, by comparison, and what it finds in each deal.

    Arrays have the shape (comparisons, columns); ``logs`` and ``signed_p`` have the deals before,
    the labels as they are first.
    """
    with threadpool_limits(limits=1):
        return _tables(part, plan) | _deals(part, plan)


def _tables(part: Part, plan: Plan) -> dict[str, NDArray[Any]]:
    own = plan.units
    whole = Observations(
        own.unit, own.group, own.groups, part.cluster, part.numerators, part.denominators,
        own.resampled, own.left_out,
    )  # fmt: skip
    units = whole.regrouped(np.where(part.denominators > 0, own.group, -1), own.groups)
    found = resample(units, plan.seed, plan.draws, plan.permutations)
    tables = [compare_groups(found, units, one, part.per, plan.level) for one in plan.comparisons]
    seen: dict[str, NDArray[Any]] = {
        name: np.array([table[name].to_numpy(dtype=np.float64) for table in tables])
        for name in NUMBERS
    }
    for name in ("method", "note"):
        seen[name] = np.array([table[name].tolist() for table in tables], dtype=np.str_)
    logs = [combine(*_sides(found.seen, one), logs=True).value[0, 0] for one in plan.comparisons]
    clusters = [
        len(np.unique(units.cluster[np.isin(units.group, sum(one.sides, ()))]))
        for one in plan.comparisons
    ]
    return seen | {"log_ratio": np.array(logs), "clusters": np.array(clusters)}


def _sides(sums: Sums, comparison: Comparison) -> tuple[Sums, Array]:
    """Return the sums of both sides of a comparison, and the weights of these."""
    if comparison.weights is not None:
        return sums, comparison.weights[None, :]
    side = np.full(sums.numerators.shape[1], -1)
    for number, groups in enumerate(comparison.sides):
        side[list(groups)] = number
    return sums.merged(side.tolist(), 2), np.array([[1.0, -1.0]])


def _deals(part: Part, plan: Plan) -> dict[str, NDArray[Any]]:
    """Return log ratios and signed p of each deal, the same deals whatever the part.

    All cells take part, with nothing in them where a specification leaves them out, and the
    clusters are those of the claim: so the labels are dealt alike in all specifications.
    """
    own = plan.units
    clusters = gather(own.group, own.cluster, part.numerators, part.denominators, len(own.groups))
    rng = rng_for(plan.joint_seed, "multiverse labels")
    seen, dealt = clusters.seen(), clusters.relabel(plan.permutations, rng)
    logs, signed = [], []
    for one in plan.comparisons:
        rows = []
        for sums in (seen, dealt):
            sides = _sides(sums, one)
            difference = combine(*sides)
            with np.errstate(divide="ignore", invalid="ignore"):
                t = difference.value[:, 0] / difference.error[:, 0]
            rows.append((combine(*sides, logs=True).value[:, 0], t))
        logs.append(np.concatenate([log for log, _ in rows]).astype(np.float32))
        signed.append(_signed_p(np.concatenate([t for _, t in rows])))
    return {"logs": np.stack(logs, axis=1), "signed_p": np.stack(signed, axis=1)}


def _signed_p(t: Array) -> Small:
    """Return p of each deal among all of them, with the sign of its t."""
    t = np.nan_to_num(t, nan=0.0, posinf=1e12, neginf=-1e12)
    size = np.abs(t)
    p = np.empty_like(t)
    for column in range(t.shape[1]):
        ordered = np.sort(size[:, column])
        smaller = np.searchsorted(ordered, size[:, column] * (1 - 1e-9), side="left")
        p[:, column] = (len(t) - smaller) / len(t)
    found: Small = (np.where(t < 0, -1.0, 1.0) * p).astype(np.float32)
    return found


@dataclass(frozen=True)
class Joint:
    """What all specifications of a curve show together, with the p of each statistic."""

    p_median: float
    p_share: float
    p_z: float


def joint_test(logs: Small, signed: Small) -> Joint:
    """Compare a curve with those of the deals; the first row is the labels as they are.

    Shapes are (1 + deals, specifications), the specification of the claim first. In each deal the
    direction is that which the specification of the claim has there, so that it is not given away
    that the claim was made after its data were seen.
    """
    with np.errstate(invalid="ignore"):
        known = ~np.isnan(logs).all(axis=1)
    direction = np.where(np.nan_to_num(logs[:, 0]) < 0, -1.0, 1.0)
    median = np.zeros(len(logs))
    median[known] = np.nanmedian(logs[known], axis=1)
    significant = (signed * direction[:, None] > 0) & (np.abs(signed) < ALPHA)
    z = np.sign(signed) * -special.ndtri(np.abs(signed.astype(np.float64)) / 2)
    found = (median * direction, significant.mean(axis=1), z.mean(axis=1) * direction)
    p = [_share_as_large(values) for values in found]
    return Joint(*p)


def _share_as_large(values: Array) -> float:
    # Deals that are as they were differ in their last bits.
    return float((values >= values[0] - 1e-6 * abs(values[0])).mean())


def rows_of(found: dict[str, NDArray[Any]], comparison: int, column: int) -> dict[str, Any]:
    """Return the row of a specification from what its part found."""
    row: dict[str, Any] = {
        name: float(found[name][comparison, column]) for name in (*NUMBERS, "log_ratio")
    }
    row["clusters"] = int(found["clusters"][comparison])
    return row | {name: str(found[name][comparison, column]) for name in ("method", "note")}
