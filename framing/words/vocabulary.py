"""From types to terms: stop words, stems, rare and common terms, and what each step removes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, count, repeat
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from framing._core.checks import InputError, check_choice, check_positive, listing
from framing._core.typing import Mask, Rows

FILTER_COLUMNS = ("filter", "terms", "occurrences")
# Languages of the Snowball stemmers, by ISO 639-1 code.
STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
}  # fmt: skip

Bound = int | float


@dataclass(frozen=True)
class Filters:
    """The rules that decide which types are terms."""

    possessives: bool
    stop_words: frozenset[str]
    min_units: Bound
    max_units: Bound
    min_length: int
    numbers: bool
    stemmer: str


def as_stemmer(stem: bool, language: str) -> str:
    """Return the name of the stemmer of a language, empty for none."""
    if not stem:
        return ""
    if language not in STEMMERS:
        raise InputError(
            f"stem=True: there is no stemmer for language {language!r}. There are stemmers for "
            f"{listing(STEMMERS, 20)}."
        )
    return STEMMERS[language]


def check_bound(name: str, value: Any) -> None:
    """Raise InputError unless ``value`` is a number of units or a share of them."""
    if isinstance(value, float | np.floating) and not isinstance(value, bool) and 0 <= value <= 1:
        return
    try:
        check_positive(name, value, whole=True)
    except InputError:
        raise InputError(
            f"{name}={value!r} cannot be used: it must be a whole number of units above 0, or "
            "a share of them with a decimal point, 0.0 to 1.0."
        ) from None


def filter_terms(
    matrix: sparse.csr_array,
    names: Sequence[str],
    filters: Filters,
    only: Sequence[str] | None = None,
) -> tuple[sparse.csr_array, pd.DataFrame, pd.DataFrame]:
    """Return counts and table of the terms that pass, and what each filter removes.

    With ``only`` the terms are exactly those, without filters on the number of units.
    """
    merged = merge_types(matrix, names, filters)
    matrix, terms = merged.matrix, merged.terms
    rows = [
        _removal(reason, merged.removed_by == number, merged.counts, merged.forms)
        for number, reason in enumerate(removal_names(filters), start=1)
    ]
    if only is None:
        matrix, terms, rare = _by_units(matrix, terms, filters)
    else:
        before, matrix = int(matrix.sum()), select_terms(matrix, terms, only)
        rare = [("not in the vocabulary", len(set(terms) - set(only)), before - int(matrix.sum()))]
        terms = list(only)
    filtered = pd.DataFrame([*rows, *rare], columns=list(FILTER_COLUMNS))
    table = pd.DataFrame(
        {
            "term": terms,
            "n": _column_sums(matrix),
            "units": np.bincount(matrix.indices, minlength=len(terms)),
        }
    ).astype({"term": "str", "n": np.int64, "units": np.int64})
    if table.empty:
        refuse_empty(filtered, len(names), matrix.shape[0])
    if filters.stemmer and only is None:
        table.insert(1, "form", _commonest(terms, merged))
    return matrix, table, filtered


@dataclass(frozen=True)
class MergedTypes:
    """Counts of the terms of some types, before rare and common ones are left out.

    ``removed_by`` is the number of the filter that removes each type, from 1; 0 keeps it.
    ``forms``, ``stems`` and ``counts`` belong to the types, ``terms`` to the columns of the matrix.
    """

    matrix: sparse.csr_array
    terms: list[str]
    forms: list[str]
    stems: list[str]
    removed_by: Rows
    counts: Rows


def merge_types(matrix: sparse.csr_array, names: Sequence[str], filters: Filters) -> MergedTypes:
    """Return the counts of terms: types without those that filters of words remove."""
    forms = list(names)
    if filters.possessives:
        forms = [name[:-2] if name.endswith("'s") else name for name in names]
    removed_by = np.zeros(len(names), dtype=np.int64)
    for number, of_filter in enumerate(_removed_types(names, forms, filters), start=1):
        removed_by[np.array(of_filter, dtype=bool) & (removed_by == 0)] = number
    stems = _stems(forms, removed_by == 0, filters.stemmer)
    counts = _column_sums(matrix)
    matrix, terms = _merged(matrix, stems, removed_by == 0)
    return MergedTypes(matrix, terms, forms, stems, removed_by, counts)


def removal_names(filters: Filters) -> list[str]:
    """Return the names of the filters of words, in their order."""
    return ["stop words", f"shorter than {filters.min_length} characters", "numbers"]


def _removed_types(names: Sequence[str], forms: list[str], filters: Filters) -> list[list[bool]]:
    """Return the types that each filter removes; a filter that is off removes none."""
    stop, none = filters.stop_words, [False] * len(forms)
    pairs = zip(names, forms, strict=True)
    return [
        [name in stop or form in stop for name, form in pairs] if stop else none,
        [len(form) < filters.min_length for form in forms],
        none if filters.numbers else [not _has_letter(form) for form in forms],
    ]


def _has_letter(name: str) -> bool:
    """Return whether a type has a letter; the first test is fast, and true for most."""
    return name.islower() or any(map(str.isalpha, name))


def _column_sums(matrix: sparse.csr_array) -> Rows:
    """Return the sum of each column."""
    summed = np.bincount(matrix.indices, weights=matrix.data, minlength=matrix.shape[1])
    return summed.astype(np.int64)


def _removal(
    reason: str, removes: Mask, counts: Rows, forms: Sequence[str]
) -> tuple[str, int, int]:
    """Return a filter, and the number of terms and occurrences that it removes."""
    terms = {forms[position] for position in np.flatnonzero(removes).tolist()}
    return reason, len(terms), int(counts[removes].sum())


def _stems(forms: list[str], kept: Mask, stemmer: str) -> list[str]:
    """Return the stem of each form that is kept, word by word."""
    if not stemmer:
        return forms
    from nltk.stem.snowball import SnowballStemmer

    stem = SnowballStemmer(stemmer).stem
    known: dict[str, str] = {}
    for form, is_kept in zip(forms, kept.tolist(), strict=True):
        if is_kept and form not in known:
            known[form] = " ".join(map(stem, form.split(" ")))
    return [known.get(form, form) for form in forms]


def _merged(
    matrix: sparse.csr_array, names: list[str], kept: Mask
) -> tuple[sparse.csr_array, list[str]]:
    """Return the kept columns in alphabetical order; columns of one name are added."""
    terms = sorted(set(compress(names, kept.tolist())))
    number = dict(zip(terms, count(), strict=False))
    column_of = np.fromiter(map(number.get, names, repeat(-1)), dtype=np.int64, count=len(names))
    column_of[~kept] = -1
    return with_columns(matrix, column_of, len(terms)), terms


def with_columns(matrix: sparse.csr_array, column_of: Rows, width: int) -> sparse.csr_array:
    """Return the matrix with other column numbers; -1 leaves a column out.

    ``column_of`` 1, -1, 0 gives the third column, then the first, and drops the second.
    """
    columns = column_of[matrix.indices]
    selected = columns >= 0
    begins = np.append(0, np.cumsum(selected))[matrix.indptr]
    renumbered = sparse.csr_array(
        (matrix.data[selected], columns[selected].astype(np.int32), begins.astype(np.int32)),
        shape=(matrix.shape[0], width),
    )
    # To columns and back: this sorts the columns of each row, in linear time.
    ordered = renumbered.tocsc().tocsr()
    ordered.sum_duplicates()
    return ordered


def _by_units(
    matrix: sparse.csr_array, terms: list[str], filters: Filters
) -> tuple[sparse.csr_array, list[str], list[tuple[str, int, int]]]:
    """Return counts and terms without rare and common ones, and what this removes."""
    n = matrix.shape[0]
    units = np.bincount(matrix.indices, minlength=len(terms))
    low, high = lowest(filters.min_units, n), highest(filters.max_units, n)
    rare, common = units < low, units > high
    counts = _column_sums(matrix) if (rare | common).any() else np.zeros(len(terms), dtype=np.int64)
    rows = [
        (f"in fewer than {low:,} units", int(rare.sum()), int(counts[rare].sum())),
        (f"in more than {high:,} units", int(common.sum()), int(counts[common].sum())),
    ]
    if not (rare | common).any():
        return matrix, terms, rows
    kept = ~(rare | common)
    column_of = np.where(kept, np.cumsum(kept) - 1, -1)
    names = [term for term, is_kept in zip(terms, kept.tolist(), strict=True) if is_kept]
    return with_columns(matrix, column_of, len(names)), names, rows


def lowest(bound: Bound, n: int) -> int:
    """Return the lowest number of units: 0.5 of 5 units is 3."""
    return int(np.ceil(bound * n)) if isinstance(bound, float | np.floating) else int(bound)


def highest(bound: Bound, n: int) -> int:
    """Return the highest number of units: 0.5 of 5 units is 2."""
    return int(bound * n) if isinstance(bound, float | np.floating) else int(bound)


def refuse_empty(filtered: pd.DataFrame, types: int, units: int) -> None:
    """Raise InputError that says how many terms each filter removes."""
    if not types:
        raise InputError("No term is left: the text has no words. Give other texts.")
    steps = [
        f"{name}: {terms:,} terms, {n:,} occurrences"
        for name, terms, n in filtered.itertuples(index=False)
        if terms
    ]
    raise InputError(
        f"No term is left of {types:,} in {units:,} units. The filters remove, in this order:\n  "
        + "\n  ".join(steps)
        + "\nLoosen the filter that removes the most terms (stop_words, min_length, numbers, "
        "min_units, max_units, vocabulary)."
    )


def _commonest(terms: list[str], merged: MergedTypes) -> list[str]:
    """Return the most frequent word of each stem."""
    table = pd.DataFrame({"stem": merged.stems, "form": merged.forms, "n": merged.counts})
    return commonest_forms(terms, table[merged.removed_by == 0])


def commonest_forms(terms: list[str], table: pd.DataFrame) -> list[str]:
    """Return the most frequent form of each stem; with equal counts the first in the alphabet."""
    summed = table.groupby(["stem", "form"])["n"].sum().reset_index()
    first = summed.sort_values(["n", "form"], ascending=[False, True]).drop_duplicates("stem")
    form_of = dict(zip(first["stem"], first["form"], strict=True))
    return [form_of[term] for term in terms]


def select_terms(
    matrix: sparse.csr_array, names: Sequence[str], terms: Sequence[str]
) -> sparse.csr_array:
    """Return the counts of these terms, in their order."""
    number = {term: column for column, term in enumerate(terms)}
    column_of = np.array([number.get(name, -1) for name in names], dtype=np.int64)
    return with_columns(matrix, column_of, len(terms))


def check_filters(filters: Filters) -> None:
    """Raise InputError where a bound or a switch has a value that is not allowed."""
    check_bound("min_units", filters.min_units)
    check_bound("max_units", filters.max_units)
    check_choice("numbers", filters.numbers, [True, False])
