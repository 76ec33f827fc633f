"""Errors by group: whether an instrument errs alike everywhere."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, check_interval_draws
from framing._core.resampling import rng_for
from framing._core.result import Result
from framing._core.statistics import adjust, wilson_interval
from framing._core.typing import Array, Mask

# Upper ends of the groups of sentences by length, in tokens.
LENGTHS = (10, 20, 30)
# The periods that dates are cut into.
PERIODS = {"date": "M", "month": "M", "quarter": "Q", "year": "Y"}
SHARES = ("precision", "recall")


@dataclass(frozen=True, eq=False)
class GroupErrors(Result):
    """How often an instrument is right in each group, and whether the groups differ.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame and group: ``frame``, ``group``, ``n`` (coded sentences), ``coded`` and
        ``hit`` (sentences with the frame by the coders, and by the instrument), ``precision`` and
        ``recall`` with ``_low`` and ``_high``; shares, 0 to 1. Precision is missing where there is
        no hit, recall where no sentence has the frame.
    tests : pandas.DataFrame
        One row per frame and measure: ``frame``, ``measure`` ("precision" or "recall"), ``groups``
        (with a value), ``difference`` (the largest less the smallest value), ``p`` (of equal values
        in all groups), ``p_adjusted`` (Holm over all rows).
    by : str
        What makes the groups.
    level : float
        Level of the intervals.
    """

    table: pd.DataFrame
    tests: pd.DataFrame
    by: str
    level: float

    draw_instead: ClassVar[str] = "plot_validation draws the validation over all groups."

    def __repr__(self) -> str:
        low = self.tests["p_adjusted"].lt(0.05)
        told = ", ".join(
            f"{measure} of {frame}"
            for frame, measure in self.tests.loc[low, ["frame", "measure"]].to_numpy()
        )
        found = f"they differ in {told}" if told else "no difference found"
        return f"<Errors in {self.table['group'].nunique()} groups by {self.by}: {found}>"


def length_groups(tokens: "pd.Series[int]") -> pd.Categorical:
    """Return the group of each length: "1 to 10" for 10 tokens, "11 to 20" for 11."""
    names = [f"{low + 1} to {high}" for low, high in zip((0, *LENGTHS), LENGTHS, strict=False)]
    names.append(f"over {LENGTHS[-1]}")
    group = np.searchsorted(LENGTHS, tokens.to_numpy()).tolist()
    return pd.Categorical([names[number] for number in group], categories=names, ordered=True)


def errors_by(
    sentences: pd.DataFrame, hits: pd.DataFrame, by: str, *, draws: int, seed: int, level: float
) -> GroupErrors:
    """Return the errors of the coded sentences in each group, with tests."""
    check_interval_draws(draws)
    sentences = sentences.reset_index(drop=True)
    group, inside = _groups(sentences, hits, by)
    used = group.notna()
    sentences, group = sentences[used].reset_index(drop=True), group[used].reset_index(drop=True)
    if group.nunique() < 2:
        raise InputError(
            f"by={by!r}: all coded sentences are in one group, so there is nothing to compare. "
            "Give a column with at least two values."
        )
    table, tests = [], []
    for frame in sentences["frame"].cat.categories:
        here = (sentences["frame"] == frame).to_numpy()
        of_group, labels = sentences[here], pd.Categorical(group[here])
        codes = np.asarray(labels.codes, dtype=np.intp)
        names = [str(name) for name in labels.categories]
        hit, coded = of_group["hit"].to_numpy(dtype=float), of_group["coded"].to_numpy(dtype=float)
        right = np.bincount(codes, hit * coded, len(names))
        bases = {"precision": hit, "recall": coded}
        counts: dict[str, Array] = {
            name: np.bincount(codes, base, len(names)).astype(np.float64)
            for name, base in bases.items()
        }
        if by == "quoted":
            # Only hits are known to stand in quotation marks or not.
            counts["recall"] = np.zeros(len(names))
        for number, name in enumerate(names):
            row = {
                "frame": frame, "group": name, "n": int((codes == number).sum()),
                "coded": float(coded[codes == number].sum()),
                "hit": int(hit[codes == number].sum()),
            }  # fmt: skip
            for measure in SHARES:
                values = wilson_interval(right[number], counts[measure][number], level)
                heads = (measure, f"{measure}_low", f"{measure}_high")
                row |= dict(zip(heads, values, strict=True))
            table.append(row)
        blocks = of_group["doc_id"].astype(str).to_numpy()
        for measure in SHARES:
            known = counts[measure] > 0
            shares = right[known] / counts[measure][known]
            tested = measure == "precision" or by != "quoted"
            rng = rng_for(seed, f"errors by {by}, {frame}, {measure}")
            p = (
                _p_equal(hit * coded, bases[measure], codes, blocks, inside, draws, rng)
                if tested and known.sum() > 1
                else float("nan")
            )
            tests.append(
                {
                    "frame": frame, "measure": measure, "groups": int(known.sum()),
                    "difference": float(np.ptp(shares)) if known.sum() > 1 else float("nan"),
                    "p": p,
                }
            )  # fmt: skip
    of_tests = pd.DataFrame(tests)
    of_tests["p_adjusted"] = adjust(of_tests["p"].to_numpy(dtype=float), "holm")
    return GroupErrors(
        pd.DataFrame(table), of_tests, by, level,
        settings={"by": by, "draws": draws, "seed": seed},
    )  # fmt: skip


def periods_of(dates: "pd.Series[Any]", name: str) -> "pd.Series[Any]":
    """Return the month, quarter or year of dates; missing where the date is."""
    known = pd.to_datetime(dates)
    return known.dt.to_period(PERIODS[name]).astype(object).where(known.notna())


def _groups(sentences: pd.DataFrame, hits: pd.DataFrame, by: str) -> tuple["pd.Series[Any]", bool]:
    """Return the group of each row, and whether the groups cut through documents."""
    fixed = {"doc_id", "sentence", "start", "end", "tokens", "frame", "coded", "hit", "score"}
    columns = [name for name in sentences if name not in {*fixed, "weight"}]
    dated = "date" in columns
    options = ["length", "quoted", *columns, *(PERIODS if dated else ())]
    check_choice("by", by, list(dict.fromkeys(options)))
    if by == "length":
        return pd.Series(length_groups(sentences["tokens"])), True
    if by == "quoted":
        if "quoted" not in hits:
            raise InputError(
                "by='quoted' needs the context of hits, and these hits have none. Give hits of a "
                "lexicon in English texts, or another by=."
            )
        keys = ["doc_id", "sentence", "frame"]
        quoted = hits.astype({"frame": "str"}).groupby(keys)["quoted"].max()
        found = pd.MultiIndex.from_frame(sentences[keys].astype({"frame": "str"}))
        values = quoted.reindex(found).to_numpy(dtype=object)
        names = {True: "quoted", False: "not quoted"}
        return pd.Series([names.get(value) for value in values], dtype=object), True
    if dated and by in PERIODS:
        return periods_of(sentences["date"], by), False
    return sentences[by].where(sentences[by].astype(str) != ""), False


def _p_equal(
    right: Array, base: Array, codes: NDArray[np.intp], documents: NDArray[np.object_],
    inside: bool, draws: int, rng: np.random.Generator,
) -> float:  # fmt: skip
    """Return the p-value of equal shares in all groups, by dealing out the groups anew.

    Groups of documents are dealt out to documents, since sentences of one document are alike;
    groups inside documents are dealt out to sentences.
    """
    if not inside:
        block, first = np.unique(documents, return_inverse=True)
        n = len(block)
        right = np.bincount(first, right, n).astype(np.float64)
        base = np.bincount(first, base, n).astype(np.float64)
        of_block = np.zeros(n, dtype=np.intp)
        of_block[first] = codes
        codes = of_block
    some: Mask = base > 0
    right, base, codes = right[some], base[some], codes[some]
    size = int(codes.max()) + 1
    seen = _spread(right, base, codes, size)
    over = sum(
        _spread(right, base, rng.permutation(codes), size) >= seen - 1e-12 for _ in range(draws)
    )
    return (1 + over) / (1 + draws)


def _spread(right: Array, base: Array, codes: NDArray[np.intp], size: int) -> float:
    """Return how far the shares of the groups lie from the share of all, weighted by size."""
    n = np.bincount(codes, base, size)
    total = base.sum()
    share = np.bincount(codes, right, size) / np.where(n > 0, n, 1)
    return float((n * (share - right.sum() / total) ** 2).sum() / total)
