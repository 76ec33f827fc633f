"""Intrusion tests: can people tell what does not belong to a topic? Sheets out, scores in."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from framing._core.checks import (
    InputError,
    check_choice,
    check_columns,
    check_objects,
    check_positive,
    check_seed,
    check_share,
    itemised,
    listing,
)
from framing._core.renaming import renamed
from framing._core.resampling import rng_for
from framing._core.result import TableResult
from framing._core.statistics import wilson_interval
from framing.coding.sheets import (
    SHEET_ENDINGS,
    coder_names,
    plain,
    read_sheet,
    sheet_paths,
    write_delimited,
    write_workbook,
)
from framing.corpus.corpus import Corpus
from framing.topics.topics import Topics, unit_texts

# An intruder comes from this many times n_terms of another topic: the second half of them is
# shown nowhere else, so that no coder knows an intruder by having read it before.
POOL = 2


TESTS = ("words", "passages")
KEY_NOTE = "Not for coders: this file names the intruders. score_intrusion reads it."
RULES = {
    "words": "One of these terms does not belong with the others. Write its number, 1 to {}, in "
    "the column answer; leave it empty where you cannot say.",
    "passages": "Read the text. One of these lists of terms does not belong to it. Write its "
    "number, 1 to {}, in the column answer; leave it empty where you cannot say.",
}


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
    _check_least("top", n_terms, "terms")
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
    check_positive("top", n_terms, whole=True)
    table = topics.top_terms(n_terms)
    table = table[table["weight"] > 0]
    top = [table.loc[table["topic"] == name, "term"].tolist() for name in topics.names]
    fewest = min(len(terms) for terms in top)
    if fewest < n_terms:
        short = [
            name for name, terms in zip(topics.names, top, strict=True) if len(terms) < n_terms
        ]
        raise InputError(
            f"top={n_terms} is more than {listing(short)} can show: the one with the "
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
            f"top={n_terms} does not tell {listing(alike)} apart: two of them show the same "
            "terms. Take more terms, or fewer topics."
        )


@dataclass(frozen=True)
class Key:
    """The items of a test by their names, and the hash of the topics that they are about."""

    test: str
    items: Mapping[str, Item]
    topics: str


def write_key(path: Path, key: Key) -> None:
    """Write the key, with a row an item."""
    passages = key.test == "passages"
    items = list(key.items.values())
    size = len(items[0].options)
    header = ["test", "item", "unit_id" if passages else "topic", *numbered("option", size)]
    header += [*numbered("terms", size), *numbered("share", size)] if passages else []
    rows = []
    for item in items:
        beside = [*item.shown, *(f"{share:.9g}" for share in item.shares)] if passages else []
        row = [key.test, item.name, item.subject, *item.options, *beside]
        rows.append([*row, item.intruder, key.topics])
    write_delimited(path, [*header, "intruder", "topics"], rows, [KEY_NOTE])


def read_key(path: Path, encoding: str) -> Key:
    """Read a key; raises InputError where it is not as it was written."""
    header, rows = read_sheet(path, encoding)
    size = sum(re.fullmatch(r"option\d+", name) is not None for name in header)
    options = numbered("option", max(size, 1))
    check_columns(header, ["test", *options, "intruder", "topics"], f"The key {path}")
    first = rows[0][1]
    passages = first["test"] == "passages"
    shown, shares = numbered("terms", size), numbered("share", size)
    subject = "unit_id" if passages else "topic"
    beside = [*shown, *shares] if passages else []
    check_columns(header, ["item", subject, *beside], f"The key {path}")
    items: dict[str, Item] = {}
    for number, cells in rows:
        item = Item(
            name=whole(cells["item"]),
            subject=plain(cells[subject]),
            options=[plain(cells[name]) for name in options],
            shown=[plain(cells[name]) for name in (shown if passages else options)],
            intruder=plain(cells["intruder"]),
            shares=[_decimal(cells[name]) for name in shares] if passages else [],
        )
        problem = (
            "the item is no number, or there twice" if item.name in ("", *items)
            else "the intruder is not among the options" if item.intruder not in item.options
            else "a share is no number from 0 to 1" if not all(0 <= s <= 1 for s in item.shares)
            else "it is of another test" if any(cells[c] != first[c] for c in ("test", "topics"))
            else "the test is unknown" if cells["test"] not in TESTS
            else ""
        )  # fmt: skip
        if problem:
            raise InputError(f"{path}, row {number}: {problem}. Take the key as it was written.")
        items[item.name] = item
    return Key(first["test"], items, first["topics"])


def numbered(name: str, size: int) -> list[str]:
    """Return the columns of the options, or of what is said of each: option1, option2 …."""
    return [f"{name}{number}" for number in range(1, size + 1)]


def whole(cell: str) -> str:
    """Return a whole number as it was before a spreadsheet made it 3.0 or 3,0; "" for others."""
    found = re.fullmatch(r"0*([0-9]+)([.,]0*)?", cell)
    return found[1] if found else ""


def folded(text: str) -> str:
    """Return the text without what a spreadsheet does to it: TRUE for true, 7 for 007."""
    number = _decimal(text)
    return " ".join(text.casefold().split()) if np.isnan(number) else repr(number)


def _decimal(cell: str) -> float:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return float("nan")


@renamed(n_terms="top")
@check_objects
def write_intrusion_sheet(
    topics: Topics,
    path: str | Path,
    *,
    test: str = "words",
    corpus: Corpus | None = None,
    coders: int | Sequence[str] = 2,
    top: int = 5,
    n_shown: int = 3,
    n_passages: int = 20,
    min_terms: int = 10,
    seed: int,
) -> list[Path]:
    """Write one blind sheet for each coder, in which they look for intruders, and a key.

    In each row the coder writes the number of the option that does not belong. The order of
    the rows, and of the options in a row, is shuffled anew for each coder.

    Parameters
    ----------
    topics : Topics
        From `fit_topics`; their top terms are shown.
    path : str or Path
        Ending in .csv, .tsv or .xlsx: "sheet.xlsx" gives "sheet_coder1.xlsx" and so on, and
        "sheet_key.csv", which no coder may see.
    test : {"words", "passages"}
        "words": for each topic its top terms and one intruder, a term in the lower half of its
        ranking that is among the first ``2 * top`` of another topic; one that no other row
        shows, where there is one. "passages" (topic intrusion): for each of some units its
        text, the topics with the greatest shares in it, shown by their top terms, and one
        intruder, a topic in the lower half of its shares.
    corpus : Corpus, optional
        The corpus that was counted; for "passages", to show the text.
    coders : int or sequence of str
        How many coders, or their names.
    top : int
        Top terms, by weight, that are shown of a topic; of a stem its commonest word is shown.
    n_shown : int
        For "passages": topics of the unit that are shown beside the intruder, one fewer than
        all topics at most. Fewer suit short units, and NMF, which gives many topics no share.
    n_passages, min_terms : int
        For "passages": how many units, and the terms that each needs.
    seed : int
        For the intruders, the units and the order.

    Returns
    -------
    list of Path
        The sheets, one a coder, then the key.

    Raises
    ------
    InputError
        The ending or a name cannot be used, there are fewer than two topics (three for
        "passages"), a topic has no intruder or too few terms, too few units can be shown, or
        the corpus is not the one that was counted.

    See Also
    --------
    score_intrusion

    References
    ----------
    Chang, J., Boyd-Graber, J., Gerrish, S., Wang, C. and Blei, D. M. (2009). Reading tea
    leaves: How humans interpret topic models. Advances in Neural Information Processing
    Systems 22.

    Chan, C. and Sältzer, M. (2020). oolong: An R package for validating automated content
    analysis tools. Journal of Open Source Software 5(55), 2461. doi:10.21105/joss.02461

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"]
    >>> topics = fr.fit_topics(fr.count_terms(fr.make_corpus(texts)), n_topics=2, seed=1)
    >>> path = tempfile.mkdtemp() + "/words.csv"
    >>> [file.name for file in fr.write_intrusion_sheet(topics, path, top=2, seed=1)]
    ['words_coder1.csv', 'words_coder2.csv', 'words_key.csv']
    """
    path = Path(path)
    if path.suffix.lower() not in SHEET_ENDINGS:
        raise InputError(f"{path}: an intrusion sheet is written as {listing(SHEET_ENDINGS)}.")
    check_choice("test", test, TESTS)
    check_seed(seed)
    names = coder_names(coders)
    if any(name.casefold() == "key" for name in names):
        raise InputError(f"coders={names!r}: 'key' names the file with the key; take another name.")
    rng = rng_for(seed, f"write_intrusion_sheet {test}")
    if test == "words":
        items = word_items(topics, top, rng)
    else:
        items = passage_items(topics, corpus, (top, n_shown, n_passages, min_terms), rng)
    path.parent.mkdir(parents=True, exist_ok=True)
    files = []
    for name in names:
        file = path.with_name(f"{path.stem}_{name}{path.suffix}")
        _write_sheet(file, test, items, name, rng_for(seed, f"write_intrusion_sheet {test} {name}"))
        files.append(file)
    key = path.with_name(f"{path.stem}_key.csv")
    write_key(key, Key(test, {item.name: item for item in items}, topics.hash))
    return [*files, key]


def _write_sheet(
    path: Path, test: str, items: list[Item], coder: str, rng: np.random.Generator
) -> None:
    size = len(items[0].options)
    beside = ["text"] if test == "passages" else []
    header = ["coder", "item", *beside, *numbered("option", size), "answer", "note"]
    rows = []
    for number in rng.permutation(len(items)).tolist():
        item = items[number]
        options = [item.shown[option] for option in rng.permutation(size).tolist()]
        rows.append([coder, item.name, *([item.text] if beside else []), *options, "", ""])
    notes = [RULES[test].format(size)]
    if path.suffix.lower() == ".xlsx":
        numbers = [str(number) for number in range(1, size + 1)]
        write_workbook(path, header, rows, notes, ["answer"], numbers)
    else:
        write_delimited(path, header, rows, notes)


@dataclass(frozen=True, eq=False, repr=False)
class IntrusionScores(TableResult):
    """How often coders found the intruders.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per topic (or unit, in the test by passages), then a row "all"; see
        `score_intrusion`.
    level : float
        Level of the intervals.
    settings : dict
        The arguments, the hash of the topics, the versions.
    left_out : pandas.DataFrame
        The topics, or units, with ``n`` answers that are missing, and the ``reason``.
    """

    level: float

    made_by: ClassVar[str] = "score_intrusion"
    rows: ClassVar[str] = "rows"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)


@check_objects
def score_intrusion(
    sheets: str | Path | Sequence[str | Path],
    key: str | Path,
    *,
    topics: Topics | None = None,
    level: float = 0.95,
    floor: float = 0.001,
    encoding: str = "utf-8",
) -> IntrusionScores:
    """Return how often coders found the intruders.

    Parameters
    ----------
    sheets : str, Path or a sequence of them
        The sheets that coders filled in, or a folder of them; the key is passed over. What a
        spreadsheet makes of a sheet (a byte-order mark, semicolons, rows in another order) does
        not matter: an answer is looked up in the options of its own row.
    key : str or Path
        The key that was written with them.
    topics : Topics, optional
        The topics that the key must be about.
    level : float
        Level of the intervals.
    floor : float
        Smaller shares count as this much in the log odds, since some models give shares of 0.
    encoding : str
        Of the text files.

    Returns
    -------
    IntrusionScores
        Its ``table``:
        a row a ``topic`` (a ``unit_id`` in the test by passages), then a row "all": ``n``
        (answers), ``missing`` (empty or without a row), ``found`` (answers that name the
        intruder), ``share`` (of the answers, 0 to 1: the model precision of Chang et al.) with
        its Wilson interval ``low`` and ``high``, ``chance`` (the share of a guesser),
        ``log_odds`` (their topic log odds: the mean over answers of the log of the intruder's
        share less that of the chosen topic's; 0 is best, below it is worse; missing in the test
        by words) and, for "all", ``p`` (one-sided exact binomial test against chance). Interval
        and test take the answers for independent, though coders share the items.

    Raises
    ------
    InputError
        A cell cannot be used: the message lists every such cell by file, row and column. Also
        where the items are not those of the key, a coder has answered an item twice, there is
        no answer, or the key is about other topics.

    See Also
    --------
    write_intrusion_sheet

    References
    ----------
    Chang, J., Boyd-Graber, J., Gerrish, S., Wang, C. and Blei, D. M. (2009). Reading tea
    leaves: How humans interpret topic models. Advances in Neural Information Processing
    Systems 22.

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> import pandas as pd
    >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"]
    >>> topics = fr.fit_topics(fr.count_terms(fr.make_corpus(texts)), n_topics=2, seed=1)
    >>> path = tempfile.mkdtemp() + "/words.csv"
    >>> sheet, key = fr.write_intrusion_sheet(topics, path, top=2, coders=1, seed=1)
    >>> filled = pd.read_csv(sheet, skiprows=1).assign(answer=[1, 3])
    >>> filled.to_csv(sheet, index=False)
    >>> fr.score_intrusion(sheet, key)[["topic", "n", "found", "share", "chance"]].round(2)
         topic  n  found  share  chance
    0  topic 1  1      0    0.0    0.33
    1  topic 2  1      1    1.0    0.33
    2      all  2      1    0.5    0.33
    """
    check_share("level", level)
    check_share("floor", floor)
    key = Path(key)
    read = read_key(key, encoding)
    if topics is not None and topics.hash != read.topics:
        raise InputError(
            f"{key} is about other topics: their hash is {read.topics[:12]}…, not "
            f"{topics.hash[:12]}…. Take the key that was written with these sheets."
        )
    files = [file for file in sheet_paths(sheets) if file.resolve() != key.resolve()]
    if not files:
        raise InputError(f"There is no sheet beside the key {key}: give those that coders filled.")
    answers = _read_answers(files, read, encoding)
    answers["log_odds"] = [
        _log_odds(read.items[item], chosen, floor)
        for item, chosen in zip(answers["item"], answers["chosen"], strict=True)
    ]
    coders = answers["coder"].nunique()
    answers = answers[answers["chosen"] != ""]
    if answers.empty:
        raise InputError(f"{listing([file.name for file in files])}: no row has an answer.")
    chance = 1 / len(next(iter(read.items.values())).options)
    rows = [
        _of_answers(item.subject, answers[answers["item"] == name], coders, chance, level)
        for name, item in read.items.items()
    ]
    everything = _of_answers("all", answers, coders * len(read.items), chance, level)
    test = stats.binomtest(everything["found"], everything["n"], chance, alternative="greater")
    table = pd.DataFrame([*rows, {**everything, "p": float(test.pvalue)}])
    table = table.rename(columns={"subject": "topic" if read.test == "words" else "unit_id"})
    return IntrusionScores(
        table, level,
        settings={"test": read.test, "floor": floor, "coders": coders, "topics": read.topics},
        left_out=_unanswered(table.iloc[:-1]),
    )  # fmt: skip


def _unanswered(table: pd.DataFrame) -> pd.DataFrame:
    """Return the topics, or units, that a coder gave no answer for."""
    gone = table.loc[table["missing"] > 0, [table.columns[0], "missing"]]
    return gone.rename(columns={"missing": "n"}).assign(reason="no answer").reset_index(drop=True)


def _of_answers(
    subject: str, own: pd.DataFrame, asked: int, chance: float, level: float
) -> dict[str, object]:
    n, found = len(own), int(own["right"].sum())
    share, low, high = wilson_interval(found, n, level)
    return {
        "subject": subject,
        "n": n,
        "missing": asked - n,
        "found": found,
        "share": share,
        "low": low,
        "high": high,
        "chance": chance,
        "log_odds": float(own["log_odds"].mean()),
        "p": float("nan"),
    }


def _log_odds(item: Item, chosen: str, floor: float) -> float:
    if not item.shares or not chosen:
        return float("nan")
    share = {
        option: max(value, floor) for option, value in zip(item.options, item.shares, strict=True)
    }
    return float(np.log(share[item.intruder]) - np.log(share[chosen]))


def _read_answers(files: Sequence[Path], key: Key, encoding: str) -> pd.DataFrame:
    """Return a row an item and coder: which option of the key was chosen, and if it is right."""
    size = len(next(iter(key.items.values())).options)
    problems: list[str] = []
    records = []
    for file in files:
        header, rows = read_sheet(file, encoding)
        check_columns(header, ["item", *numbered("option", size), "answer"], str(file))
        for number, cells in rows:
            coder, name = cells.get("coder", file.stem), whole(cells["item"])
            place = f"{file.name}, row {number}"
            chosen, wrong = _resolve(cells, key.items.get(name), size)
            if not coder:
                wrong.append("column coder: it is empty, so that nobody knows whose answer this is")
            problems += [f"{place}, {what}" for what in wrong]
            right = name in key.items and chosen == key.items[name].intruder
            records.append((coder, name, chosen, right, place))
    if problems:
        _refuse(problems, files, size)
    table = pd.DataFrame(records, columns=["coder", "item", "chosen", "right", "place"])
    _check_twice(table)
    return table


def _resolve(cells: Mapping[str, str], item: Item | None, size: int) -> tuple[str, list[str]]:
    """Return the option of the key that was chosen ("" for none), and what is wrong in the row."""
    if item is None:
        return "", [f"column item: {_cut(cells['item'])} is not in the key"]
    known = {folded(text): option for text, option in zip(item.shown, item.options, strict=True)}
    known.update(zip(item.shown, item.options, strict=True))
    wrong, offered = [], []
    for column in numbered("option", size):
        text = plain(cells[column])
        option = known.get(text, known.get(folded(text), ""))
        if not option or option in offered:
            what = "is there twice" if option else f"is no option of item {item.name} in the key"
            wrong.append(f"column {column}: {_cut(text)} {what}")
        offered.append(option)
    answer = whole(cells["answer"])
    if not cells["answer"]:
        return "", wrong
    if not answer or not 1 <= int(answer) <= size:
        return "", [*wrong, f"column answer: {_cut(cells['answer'])}"]
    return offered[int(answer) - 1], wrong


def _cut(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def _refuse(problems: list[str], files: Sequence[Path], size: int) -> None:
    cells = f"{len(problems)} cell" + "s" * (len(problems) > 1)
    raise InputError(
        f"{listing([file.name for file in files])}: {cells} cannot be used. An answer is the "
        f"number of an option, 1 to {size}, or the cell is empty; items and options are those of "
        "the key, which is written with its sheets." + itemised(problems)
    )


def _check_twice(table: pd.DataFrame) -> None:
    keys = ["coder", "item"]
    twice = table[table.duplicated(keys, keep=False)]
    if twice.empty:
        return
    first = twice.iloc[0]
    same = twice[(twice[keys] == first[keys]).all(axis=1)]
    raise InputError(
        f"{first['coder']!r} has answered item {first['item']} more than once: "
        f"{'; '.join(same['place'])}. Keep one of them, or name two coders apart."
    )
