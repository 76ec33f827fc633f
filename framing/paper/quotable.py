"""What a paper can quote of each kind of result: which columns, in which unit, with which n."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from framing._core.checks import InputError
from framing.coding.correction import Correction
from framing.coding.reliability import Agreement
from framing.coding.validation import Validation
from framing.contrasts.contrasts import Contrast
from framing.regressions.regressions import Regression
from framing.robustness.multiverses import Multiverse
from framing.scores.scores import Scores

Quotable = Scores | Contrast | Validation | Multiverse | Regression | Agreement | Correction


@dataclass(frozen=True)
class Part:
    """A column that can be quoted: the end of its keys, its interval, its unit and its n."""

    suffix: str
    value: str
    kind: str
    unit: str
    low: str | None = None
    high: str | None = None
    n: str | None = None
    of: str = ""


@dataclass(frozen=True)
class Quoted:
    """A table with the parts of it that can be quoted, and the level of their intervals."""

    table: pd.DataFrame
    parts: list[Part]
    level: float


def _with_limits(name: str, kind: str, unit: str, of: str, *, value: str = "") -> Part:
    return Part(name, value or name, kind, unit, f"{name}_low", f"{name}_high", "n", of)


def _tested(unit: str) -> list[Part]:
    return [Part("p", "p", "p", unit), Part("p_adjusted", "p_adjusted", "p", f"{unit}, adjusted")]


def _scores(scores: Scores) -> Quoted:
    if scores.level is None:
        raise InputError("These scores have no intervals yet: scores.interval(seed=1) adds them.")
    pooled = bool((scores.units["documents"] > 1).any())
    of = "documents" if pooled or scores.unit == "speaker" else "sentences"
    kind = scores.kind if scores.kind in ("rate", "share", "count") else "share"
    part = Part(kind, "value", kind, scores.measure, "low", "high", "n", of)
    return Quoted(scores.table, [part], scores.level)


def _contrast(gap: Contrast) -> Quoted:
    share = gap.scores.kind == "share"
    side = gap.scores.kind if gap.scores.kind in ("rate", "share") else "number"
    difference = "percentage points" if share else gap.scores.measure
    # Units are counted, by what they are: of a speaker's, documents.
    unit = "document" if gap.scores.unit == "speaker" else gap.scores.unit
    of = f"{unit}s" if unit in ("document", "paragraph", "sentence") else "units"
    parts = [
        Part("difference", "estimate", "points" if share else side, difference,
             "low", "high", "n", of),
        _with_limits("ratio", "ratio", "times the reference", of),
        *_tested("permutation test"),
        Part("target", "value_target", side, gap.scores.measure, n="n_target", of=of),
        Part("reference", "value_reference", side, gap.scores.measure, n="n_reference", of=of),
    ]  # fmt: skip
    return Quoted(gap.table, parts, gap.level)


def _validation(valid: Validation) -> Quoted:
    parts = [
        _with_limits(name, "coefficient", unit, "sentences")
        for name, unit in {"precision": "precision", "recall": "recall", "f1": "F1"}.items()
    ]
    parts.append(Part("coded", "coded", "count", "coded sentences with the frame", n="n",
                      of="sentences"))  # fmt: skip
    return Quoted(valid.table, parts, valid.level)


def _multiverse(curve: Multiverse) -> Quoted:
    of = "specifications"
    parts = [
        Part(of, of, "count", of),
        *(
            Part(name, name, "share", f"share of {of}", n=of, of=of)
            for name in ("same_sign", "significant")
        ),
        *(Part(name, name, "ratio", "ratio", n=of, of=of) for name in ("least", "median", "most")),
        Part("p", "p_adjusted", "p", "joint permutation test, adjusted"),
    ]
    return Quoted(curve.summary, parts, curve.level)


def _regression(model: Regression) -> Quoted:
    of = f"{model.unit}s" if model.unit in ("document", "paragraph", "sentence") else "units"
    ratio = "odds ratio" if model.kind == "share" else "rate ratio"
    effect = ("points", "percentage points") if model.kind == "share" else ("rate", model.measure)
    parts = [
        _with_limits("ratio", "ratio", ratio, of),
        Part("effect", "ame", *effect, "ame_low", "ame_high", "n", of),
        *_tested("Wald test"),
    ]
    return Quoted(model.table, parts, model.level)


def _agreement(agreed: Agreement) -> Quoted:
    parts = [
        _with_limits("alpha", "coefficient", "Krippendorff's alpha", "sentences"),
        _with_limits("ac1", "coefficient", "Gwet's AC1", "sentences"),
        Part("percent", "percent", "share", "share of pairs of codes", n="n", of="sentences"),
    ]
    return Quoted(agreed.table, parts, agreed.level)


def _correction(corrected: Correction) -> Quoted:
    """Return shares, and what is a difference or a slope of shares."""
    table = corrected.table
    quantity = table["quantity"].astype("str")
    change = quantity.str.startswith("slope of ") | quantity.str.contains(" - ", regex=False)
    table = table.assign(
        share=table["estimate"].mask(change), change=table["estimate"].where(change)
    )
    parts = [
        Part("share", "share", "share", "share of sentences", "low", "high", "n", "sentences"),
        Part("change", "change", "points", "percentage points", "low", "high", "n", "sentences"),
    ]
    return Quoted(table, parts, corrected.level)


def quoted(source: Quotable) -> Quoted:
    """Return what can be quoted of a result.

    Raises
    ------
    InputError
        Scores have no intervals yet.
    """
    makers: Mapping[type, Callable[..., Quoted]] = {
        Scores: _scores,
        Contrast: _contrast,
        Validation: _validation,
        Multiverse: _multiverse,
        Regression: _regression,
        Agreement: _agreement,
        Correction: _correction,
    }
    return makers[type(source)](source)
