"""Items of intrusion tests: what is asked about each topic or passage, and which one intrudes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framing._core.checks import InputError, check_positive, listing
from framing.corpus.corpus import Corpus
from framing.topics import Topics, unit_texts

# An intruder comes from this many times n_terms of another topic: the second half of them is
# shown nowhere else, so that no coder knows an intruder by having read it before.
POOL = 2


@dataclass(frozen=True)
class Item:
    """One question: options (terms, or topics shown by their terms), of which one intrudes."""

    name: str
    subject: str
    options: Sequence[str]
    shown: Sequence[str]
    intruder: str
    shares: Sequence[float] = ()
    text: str = ""


def word_items(topics: Topics, n_terms: int, rng: np.random.Generator) -> list[Item]:
    """Return an item a topic: its top terms, and a term of another topic that is rare in it."""
    _check_least("n_terms", n_terms, "terms")
    if len(topics) < 2:
        raise InputError("Word intrusion takes 2 topics or more: an intruder comes from another.")
    top = _top(topics, n_terms)
    pool = topics.top_terms(POOL * n_terms)
    pool = pool[pool["weight"] > 0]
    place = {term: column for column, term in enumerate(topics.vocabulary["term"])}
    seen = Counter(term for terms in top for term in terms)
    form_of = _forms(topics)
    items: list[Item] = []
    for name, terms, weights in zip(topics.names, top, topics.weights, strict=True):
        # Ties at the median are in the lower half, but never level with a term that is shown.
        limit = weights[place[terms[-1]]]
        able = [
            term
            for term in sorted(set(pool.loc[pool["topic"] != name, "term"]))
            if weights[place[term]] <= np.median(weights) and weights[place[term]] < limit
        ]
        if not able:
            raise InputError(
                f"There is no intruder for {name!r}: none of the first {POOL * n_terms} terms of "
                "another topic is in the lower half of its ranking. The topics are too much "
                "alike, or the vocabulary is too small for so many terms: take fewer of either."
            )
        fewest = min(seen[term] for term in able)
        fresh = [term for term in able if seen[term] == fewest]
        intruder = fresh[int(rng.integers(len(fresh)))]
        seen[intruder] += 1
        options = [form_of[term] for term in (*terms, intruder)]
        items.append(Item(str(len(items) + 1), name, options, options, options[-1]))
    return items


def passage_items(
    topics: Topics,
    corpus: Corpus | None,
    sizes: tuple[int, int, int, int],
    rng: np.random.Generator,
) -> list[Item]:
    """Return an item for each of some units: its greatest topics, and one that is small in it.

    The sizes are n_terms, n_shown, n_passages and min_terms.
    """
    n_terms, n_shown, n_passages, min_terms = sizes
    _check_least("n_shown", n_shown, "topics")
    check_positive("n_passages", n_passages, whole=True)
    check_positive("min_terms", min_terms, whole=True)
    if corpus is None:
        raise InputError('test="passages" shows text: give the corpus that was counted, corpus=….')
    if len(topics) < 3:
        raise InputError(f"Topic intrusion takes 3 topics or more; there are {len(topics)}.")
    form_of = _forms(topics)
    shown = [", ".join(form_of[term] for term in terms) for terms in _top(topics, n_terms)]
    _check_told_apart(topics, shown, n_terms)
    drawn = _drawn(topics, min(n_shown, len(topics) - 1), n_passages, min_terms, rng)
    texts = unit_texts(topics, corpus, [row for row, _ in drawn])
    return [
        Item(
            name=str(number),
            subject=str(topics.units["unit_id"].iloc[row]),
            options=[topics.names[column] for column in columns],
            shown=[shown[column] for column in columns],
            intruder=topics.names[columns[-1]],
            shares=topics.unit_shares[row, columns].tolist(),
            text=text,
        )
        for number, ((row, columns), text) in enumerate(zip(drawn, texts, strict=True), start=1)
    ]


def _drawn(
    topics: Topics, n: int, n_passages: int, min_terms: int, rng: np.random.Generator
) -> list[tuple[int, list[int]]]:
    """Return the rows of some units, each with its n greatest topics and then the intruder."""
    order = np.argsort(-topics.unit_shares, axis=1, kind="stable")
    ranked = np.take_along_axis(topics.unit_shares, order, axis=1)
    half = max(n, (len(topics) + 1) // 2)
    # A topic with the share of one that is shown is no intruder; NMF gives many a share of 0.
    lower = ranked[:, half:] < ranked[:, [n - 1]]
    able = np.flatnonzero((topics.units["terms"].to_numpy() >= min_terms) & lower.any(axis=1))
    if n_passages > len(able):
        raise InputError(
            f"n_passages={n_passages}, but {len(able):,} of {len(topics.units):,} {topics.unit}s "
            f"can be shown: they need {min_terms} terms and {n} topics with a greater share than "
            "the intruder. Take fewer passages, n_shown=2, a smaller min_terms or longer units."
        )
    rows = np.sort(rng.choice(able, n_passages, replace=False)).tolist()
    return [
        (row, [*order[row, :n].tolist(), int(rng.choice(order[row, half:][lower[row]]))])
        for row in rows
    ]


def _top(topics: Topics, n_terms: int) -> list[list[str]]:
    check_positive("n_terms", n_terms, whole=True)
    table = topics.top_terms(n_terms)
    table = table[table["weight"] > 0]
    top = [table.loc[table["topic"] == name, "term"].tolist() for name in topics.names]
    fewest = min(len(terms) for terms in top)
    if fewest < n_terms:
        short = [
            name for name, terms in zip(topics.names, top, strict=True) if len(terms) < n_terms
        ]
        raise InputError(
            f"n_terms={n_terms} is more than {listing(short)} can show: the one with the "
            f"fewest has {fewest} terms with a weight above 0. Take fewer terms, or fewer topics."
        )
    return top


def _forms(topics: Topics) -> dict[str, str]:
    """Return how each term is shown: nobody should have to read stems."""
    vocabulary = topics.vocabulary
    forms = vocabulary["form" if "form" in vocabulary else "term"]
    return dict(zip(vocabulary["term"], forms, strict=True))


def _check_least(name: str, value: object, what: str) -> None:
    check_positive(name, value, whole=True)
    if value == 1:
        raise InputError(f"{name}=1 is too few: of two {what} either could be the intruder.")


def _check_told_apart(topics: Topics, shown: list[str], n_terms: int) -> None:
    alike = [name for name, text in zip(topics.names, shown, strict=True) if shown.count(text) > 1]
    if alike:
        raise InputError(
            f"n_terms={n_terms} does not tell {listing(alike)} apart: two of them show the same "
            "terms. Take more terms, or fewer topics."
        )
