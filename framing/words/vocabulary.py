"""From types to terms: stop words, stems, rare and common terms, and what each step takes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, count, repeat
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from framing._core.checks import InputError, check_choice, check_positive, listing

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
    """Which types are terms."""

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
            f"{name}={value!r} cannot be used: it must be a whole number of units above zero, or "
            "a share of them with a point, 0.0 to 1.0."
        ) from None


def filter_terms(
    matrix: sparse.csr_array,
    names: Sequence[str],
    filters: Filters,
    only: Sequence[str] | None = None,
) -> tuple[sparse.csr_array, pd.DataFrame, pd.DataFrame]:
    """Return counts and table of the terms that pass, and what each filter took out.

    With ``only`` the terms are those, whatever the filters say.
    """
    forms = list(names)
    if filters.possessives:
        forms = [name[:-2] if name.endswith("'s") else name for name in names]
    counts = _column_sums(matrix)
    kept = np.ones(len(names), dtype=bool)
    taken = []
    for reason, which in _gone(names, forms, filters).items():
        out = np.array(which, dtype=bool) & kept
        taken.append((reason, out, counts))
        kept &= ~out
    rows = [_taken(*step, forms) for step in taken]
    stems = _stems(forms, kept, filters.stemmer)
    matrix, terms = _merged(matrix, stems, kept)
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
        _refuse(filtered, len(names), matrix.shape[0])
    if filters.stemmer and only is None:
        table.insert(1, "form", _commonest(terms, stems, forms, counts, kept))
    return matrix, table, filtered


def _gone(names: Sequence[str], forms: list[str], filters: Filters) -> dict[str, list[bool]]:
    """Return which types each filter takes out; what takes none is not looked through."""
    stop, none = filters.stop_words, [False] * len(forms)
    pairs = zip(names, forms, strict=True)
    return {
        "stop words": [name in stop or form in stop for name, form in pairs] if stop else none,
        f"shorter than {filters.min_length} characters": [
            len(form) < filters.min_length for form in forms
        ],
        "numbers": none if filters.numbers else [not _has_letter(form) for form in forms],
    }


def _has_letter(name: str) -> bool:
    return name.islower() or any(map(str.isalpha, name))


def _column_sums(matrix: sparse.csr_array) -> NDArray[np.int64]:
    summed = np.bincount(matrix.indices, weights=matrix.data, minlength=matrix.shape[1])
    return summed.astype(np.int64)


def _taken(
    reason: str, out: NDArray[np.bool_], counts: NDArray[np.int64], forms: Sequence[str]
) -> tuple[str, int, int]:
    terms = {forms[place] for place in np.flatnonzero(out).tolist()}
    return reason, len(terms), int(counts[out].sum())


def _stems(forms: list[str], kept: NDArray[np.bool_], stemmer: str) -> list[str]:
    if not stemmer:
        return forms
    from nltk.stem.snowball import SnowballStemmer

    stem = SnowballStemmer(stemmer).stem
    known: dict[str, str] = {}
    for form, own in zip(forms, kept.tolist(), strict=True):
        if own and form not in known:
            known[form] = " ".join(map(stem, form.split(" ")))
    return [known.get(form, form) for form in forms]


def _merged(
    matrix: sparse.csr_array, names: list[str], kept: NDArray[np.bool_]
) -> tuple[sparse.csr_array, list[str]]:
    """Return the columns that are kept, in alphabetical order, those of one name added up."""
    terms = sorted(set(compress(names, kept.tolist())))
    number = dict(zip(terms, count(), strict=False))
    column_of = np.fromiter(map(number.get, names, repeat(-1)), dtype=np.int64, count=len(names))
    column_of[~kept] = -1
    return _with_columns(matrix, column_of, len(terms)), terms


def _with_columns(
    matrix: sparse.csr_array, column_of: NDArray[np.int64], width: int
) -> sparse.csr_array:
    """Return the matrix with its columns renumbered; -1 leaves one out."""
    columns = column_of[matrix.indices]
    kept = columns >= 0
    begins = np.append(0, np.cumsum(kept))[matrix.indptr]
    renumbered = sparse.csr_array(
        (matrix.data[kept], columns[kept].astype(np.int32), begins.astype(np.int32)),
        shape=(matrix.shape[0], width),
    )
    # There and back sorts the columns of each row, in linear time.
    ordered = renumbered.tocsc().tocsr()
    ordered.sum_duplicates()
    return ordered


def _by_units(
    matrix: sparse.csr_array, terms: list[str], filters: Filters
) -> tuple[sparse.csr_array, list[str], list[tuple[str, int, int]]]:
    n = matrix.shape[0]
    units = np.bincount(matrix.indices, minlength=len(terms))
    low, high = _least(filters.min_units, n), _most(filters.max_units, n)
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
    names = [term for term, own in zip(terms, kept.tolist(), strict=True) if own]
    return _with_columns(matrix, column_of, len(names)), names, rows


def _least(bound: Bound, n: int) -> int:
    return int(np.ceil(bound * n)) if isinstance(bound, float | np.floating) else int(bound)


def _most(bound: Bound, n: int) -> int:
    return int(bound * n) if isinstance(bound, float | np.floating) else int(bound)


def _refuse(filtered: pd.DataFrame, types: int, units: int) -> None:
    if not types:
        raise InputError("No term is left: the text holds no word at all.")
    steps = [
        f"{name}: {terms:,} terms, {n:,} occurrences"
        for name, terms, n in filtered.itertuples(index=False)
        if terms
    ]
    raise InputError(
        f"No term is left of {types:,} in {units:,} units. Taken out, in this order:\n  "
        + "\n  ".join(steps)
        + "\nLoosen the filter that took the most (stop_words, min_length, numbers, min_units, "
        "max_units, vocabulary)."
    )


def _commonest(
    terms: list[str],
    stems: list[str],
    forms: list[str],
    counts: NDArray[np.int64],
    kept: NDArray[np.bool_],
) -> list[str]:
    """Return for each stem the word that is commonest; of equals the first in the alphabet."""
    table = pd.DataFrame({"stem": stems, "form": forms, "n": counts})[kept]
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
    return _with_columns(matrix, column_of, len(terms))


def check_filters(filters: Filters) -> None:
    """Raise InputError where a bound is none, or the two leave nothing between them."""
    check_bound("min_units", filters.min_units)
    check_bound("max_units", filters.max_units)
    check_choice("numbers", filters.numbers, [True, False])
