"""Quotable results: the columns that a paper can quote, with their units and their n."""

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
class QuotedColumn:
    """A column that a paper can quote: the end of its keys, its kind, unit, interval and n."""

    suffix: str
    value: str
    kind: str
    unit: str
    low: str | None = None
    high: str | None = None
    n: str | None = None
    of: str = ""


@dataclass(frozen=True)
class QuotedTable:
    """A table, its columns that a paper can quote, and the level of their intervals."""

    table: pd.DataFrame
    columns: list[QuotedColumn]
    level: float


def _with_limits(name: str, kind: str, unit: str, of: str) -> QuotedColumn:
    """Return a column with the interval ``name_low`` to ``name_high`` and the n in ``n``."""
    return QuotedColumn(name, name, kind, unit, f"{name}_low", f"{name}_high", "n", of)


def _tested(unit: str) -> list[QuotedColumn]:
    """Return the columns of a p-value and of the adjusted p-value."""
    return [
        QuotedColumn("p", "p", "p", unit),
        QuotedColumn("p_adjusted", "p_adjusted", "p", f"{unit}, adjusted"),
    ]


def _scores(scores: Scores) -> QuotedTable:
    """Return the values of scores."""
    if scores.level is None:
        raise InputError("These scores have no intervals yet. Add them: scores.interval().")
    pooled = bool((scores.units["documents"] > 1).any())
    of = "documents" if pooled or scores.unit == "speaker" else "sentences"
    kind = scores.kind if scores.kind in ("rate", "share", "count") else "share"
    values = QuotedColumn(kind, "value", kind, scores.measure, "low", "high", "n", of)
    return QuotedTable(scores.table, [values], scores.level)


def _contrast(gap: Contrast) -> QuotedTable:
    """Return differences, ratios, p-values and the values of both groups."""
    share = gap.scores.kind == "share"
    side = gap.scores.kind if gap.scores.kind in ("rate", "share") else "number"
    kind, difference = ("points", "percentage points") if share else (side, gap.scores.measure)
    # n counts units. Units of speakers are documents.
    unit = "document" if gap.scores.unit == "speaker" else gap.scores.unit
    of = f"{unit}s" if unit in ("document", "paragraph", "sentence") else "units"
    columns = [
        QuotedColumn("difference", "estimate", kind, difference, "low", "high", "n", of),
        _with_limits("ratio", "ratio", "times the reference", of),
        *_tested("permutation test"),
        QuotedColumn("target", "value_target", side, gap.scores.measure, n="n_target", of=of),
        QuotedColumn(
            "reference", "value_reference", side, gap.scores.measure, n="n_reference", of=of
        ),
    ]
    return QuotedTable(gap.table, columns, gap.level)


def _validation(valid: Validation) -> QuotedTable:
    """Return precision, recall, F1 and the number of coded sentences."""
    columns = [
        _with_limits(name, "coefficient", unit, "sentences")
        for name, unit in {"precision": "precision", "recall": "recall", "f1": "F1"}.items()
    ]
    columns.append(
        QuotedColumn(
            "coded", "coded", "count", "coded sentences with the frame", n="n", of="sentences"
        )
    )
    return QuotedTable(valid.table, columns, valid.level)


def _multiverse(curve: Multiverse) -> QuotedTable:
    """Return the summary of the specifications."""
    of = "specifications"
    columns = [
        QuotedColumn(of, of, "count", of),
        *(
            QuotedColumn(name, name, "share", f"share of {of}", n=of, of=of)
            for name in ("same_sign", "significant")
        ),
        *(
            QuotedColumn(name, name, "ratio", "ratio", n=of, of=of)
            for name in ("least", "median", "most")
        ),
        QuotedColumn("p", "p_adjusted", "p", "joint permutation test, adjusted"),
    ]
    return QuotedTable(curve.summary, columns, curve.level)


def _regression(model: Regression) -> QuotedTable:
    """Return ratios, average marginal effects and p-values."""
    of = f"{model.unit}s" if model.unit in ("document", "paragraph", "sentence") else "units"
    ratio = "odds ratio" if model.kind == "share" else "rate ratio"
    effect = ("points", "percentage points") if model.kind == "share" else ("rate", model.measure)
    columns = [
        _with_limits("ratio", "ratio", ratio, of),
        QuotedColumn("effect", "ame", *effect, "ame_low", "ame_high", "n", of),
        *_tested("Wald test"),
    ]
    return QuotedTable(model.table, columns, model.level)


def _agreement(agreed: Agreement) -> QuotedTable:
    """Return coefficients of agreement and the share of equal codes."""
    columns = [
        _with_limits("alpha", "coefficient", "Krippendorff's alpha", "sentences"),
        _with_limits("ac1", "coefficient", "Gwet's AC1", "sentences"),
        QuotedColumn(
            "percent", "percent", "share", "share of pairs of codes", n="n", of="sentences"
        ),
    ]
    return QuotedTable(agreed.table, columns, agreed.level)


def _correction(corrected: Correction) -> QuotedTable:
    """Return shares, and differences and slopes of shares in percentage points."""
    table = corrected.table
    quantity = table["quantity"].astype("str")
    change = quantity.str.startswith("slope of ") | quantity.str.contains(" - ", regex=False)
    table = table.assign(
        share=table["estimate"].mask(change), change=table["estimate"].where(change)
    )
    columns = [
        QuotedColumn(
            "share", "share", "share", "share of sentences", "low", "high", "n", "sentences"
        ),
        QuotedColumn(
            "change", "change", "points", "percentage points", "low", "high", "n", "sentences"
        ),
    ]
    return QuotedTable(table, columns, corrected.level)


def quoted(source: Quotable) -> QuotedTable:
    """Return the columns of a result that a paper can quote.

    Raises
    ------
    InputError
        Scores have no intervals yet.
    """
    makers: Mapping[type, Callable[..., QuotedTable]] = {
        Scores: _scores,
        Contrast: _contrast,
        Validation: _validation,
        Multiverse: _multiverse,
        Regression: _regression,
        Agreement: _agreement,
        Correction: _correction,
    }
    return makers[type(source)](source)
