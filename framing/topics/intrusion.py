"""Intrusion tests: sheets in which coders look for what does not belong to a topic, and scores."""

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
from framing.coding.codes import refuse_twice
from framing.coding.sheets import (
    SHEET_ENDINGS,
    coder_names,
    delimited_sheet,
    read_sheet,
    sheet_paths,
    write_sheets,
)
from framing.corpus.corpus import Corpus
from framing.topics.topics import Topics, unit_texts

# An intruder is among the first POOL * n_terms terms of another topic. The second half of these
# appears in no other row, so that a coder cannot know an intruder from an earlier row.
POOL = 2

TESTS = ("words", "passages")
KEY_NOTE = "Not for coders: this file names the intruders. score_intrusion reads it."
RULES = {
    "words": "One of these terms does not belong with the others. Write its number, 1 to {}, in "
    "the column answer. Leave it empty if you cannot say.",
    "passages": "Read the text. One of these lists of terms does not belong to it. Write its "
    "number, 1 to {}, in the column answer. Leave it empty if you cannot say.",
}


@dataclass(frozen=True)
class Item:
    """One question: options (terms, or topics shown by their terms), one of which intrudes."""

    name: str
    subject: str
    options: Sequence[str]
    shown: Sequence[str]
    intruder: str
    shares: Sequence[float] = ()
    text: str = ""


def word_items(topics: Topics, n_terms: int, rng: np.random.Generator) -> list[Item]:
    """Return one item per topic: its top terms, and a term of another topic that is rare in it."""
    _check_least("top", n_terms, "terms")
    if len(topics) < 2:
        raise InputError(
            "Word intrusion needs at least 2 topics, since an intruder comes from another topic."
        )
    top = _top(topics, n_terms)
    pool = topics.top_terms(POOL * n_terms)
    pool = pool[pool["weight"] > 0]
    column_of = {term: column for column, term in enumerate(topics.vocabulary["term"])}
    uses = Counter(term for terms in top for term in terms)
    form_of = _forms(topics)
    items: list[Item] = []
    for name, terms, weights in zip(topics.names, top, topics.weights, strict=True):
        # Ties at the median are in the lower half. An intruder weighs less than every term shown.
        limit = weights[column_of[terms[-1]]]
        candidates = [
            term
            for term in sorted(set(pool.loc[pool["topic"] != name, "term"]))
            if weights[column_of[term]] <= np.median(weights) and weights[column_of[term]] < limit
        ]
        if not candidates:
            raise InputError(
                f"There is no intruder for {name!r}: none of the first {POOL * n_terms} terms of "
                "another topic is in the lower half of its ranking. The topics are too "
                "similar, or the vocabulary is too small. Take fewer topics or fewer terms."
            )
        fewest_uses = min(uses[term] for term in candidates)
        least_used = [term for term in candidates if uses[term] == fewest_uses]
        intruder = least_used[int(rng.integers(len(least_used)))]
        uses[intruder] += 1
        options = [form_of[term] for term in (*terms, intruder)]
        items.append(Item(str(len(items) + 1), name, options, options, options[-1]))
    return items


def passage_items(
    topics: Topics,
    corpus: Corpus | None,
    sizes: tuple[int, int, int, int],
    rng: np.random.Generator,
) -> list[Item]:
    """Return one item per drawn unit: its greatest topics, and one with a small share in it.

    ``sizes`` are n_terms, n_shown, n_passages and min_terms.
    """
    n_terms, n_shown, n_passages, min_terms = sizes
    _check_least("n_shown", n_shown, "topics")
    check_positive("n_passages", n_passages, whole=True)
    check_positive("min_terms", min_terms, whole=True)
    if corpus is None:
        raise InputError('test="passages" shows text. Give the corpus that was counted: corpus=….')
    if len(topics) < 3:
        raise InputError(f"Topic intrusion needs at least 3 topics; there are {len(topics)}.")
    form_of = _forms(topics)
    lists = [", ".join(form_of[term] for term in terms) for terms in _top(topics, n_terms)]
    _check_distinct(topics, lists, n_terms)
    units = _draw_units(topics, min(n_shown, len(topics) - 1), n_passages, min_terms, rng)
    texts = unit_texts(topics, corpus, [row for row, _ in units])
    return [
        Item(
            name=str(number),
            subject=str(topics.units["unit_id"].iloc[row]),
            options=[topics.names[column] for column in columns],
            shown=[lists[column] for column in columns],
            intruder=topics.names[columns[-1]],
            shares=topics.unit_shares[row, columns].tolist(),
            text=text,
        )
        for number, ((row, columns), text) in enumerate(zip(units, texts, strict=True), start=1)
    ]


def _draw_units(
    topics: Topics, n: int, n_passages: int, min_terms: int, rng: np.random.Generator
) -> list[tuple[int, list[int]]]:
    """Return the rows of the drawn units, each with its n greatest topics, then the intruder."""
    order = np.argsort(-topics.unit_shares, axis=1, kind="stable")
    ranked = np.take_along_axis(topics.unit_shares, order, axis=1)
    half = max(n, (len(topics) + 1) // 2)
    # An intruder has a smaller share than every topic shown; NMF gives many topics a share of 0.
    lower = ranked[:, half:] < ranked[:, [n - 1]]
    usable = np.flatnonzero((topics.units["terms"].to_numpy() >= min_terms) & lower.any(axis=1))
    if n_passages > len(usable):
        raise InputError(
            f"n_passages={n_passages}, but {len(usable):,} of {len(topics.units):,} {topics.unit}s "
            f"can be used: a unit needs {min_terms} terms and {n} topics with a greater share than "
            "the intruder. Take fewer passages, n_shown=2, a smaller min_terms or longer units."
        )
    rows = np.sort(rng.choice(usable, n_passages, replace=False)).tolist()
    return [
        (row, [*order[row, :n].tolist(), int(rng.choice(order[row, half:][lower[row]]))])
        for row in rows
    ]


def _top(topics: Topics, n_terms: int) -> list[list[str]]:
    """Return the top terms of each topic."""
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
            f"top={n_terms} is more than {listing(short)} can show: the shortest of them has "
            f"{fewest} terms with a weight above 0. Take fewer terms, or fewer topics."
        )
    return top


def _forms(topics: Topics) -> dict[str, str]:
    """Return the form of each term that coders read: the commonest word of a stem."""
    vocabulary = topics.vocabulary
    forms = vocabulary["form" if "form" in vocabulary else "term"]
    return dict(zip(vocabulary["term"], forms, strict=True))


def _check_least(name: str, value: object, what: str) -> None:
    check_positive(name, value, whole=True)
    if value == 1:
        raise InputError(
            f"{name}=1 is too few: with two {what} nobody can say which is the intruder. Give 2 "
            "or more."
        )


def _check_distinct(topics: Topics, lists: list[str], n_terms: int) -> None:
    alike = [name for name, text in zip(topics.names, lists, strict=True) if lists.count(text) > 1]
    if alike:
        raise InputError(
            f"top={n_terms} does not separate {listing(alike)}: at least two of them show the same "
            "terms. Take more terms, or fewer topics."
        )


@dataclass(frozen=True)
class Key:
    """The items of a test by their names, and the hash of the topics that they are about."""

    test: str
    items: Mapping[str, Item]
    topics: str


def render_key(path: Path, key: Key) -> bytes:
    """Return the key as a file, with one row per item."""
    passages = key.test == "passages"
    items = list(key.items.values())
    size = len(items[0].options)
    header = ["test", "item", "unit_id" if passages else "topic", *numbered("option", size)]
    header += [*numbered("terms", size), *numbered("share", size)] if passages else []
    rows = []
    for item in items:
        details = [*item.shown, *(f"{share:.9g}" for share in item.shares)] if passages else []
        row = [key.test, item.name, item.subject, *item.options, *details]
        rows.append([*row, item.intruder, key.topics])
    return delimited_sheet(path, [*header, "intruder", "topics"], rows, [KEY_NOTE])


def read_key(path: Path, encoding: str) -> Key:
    """Read a key; raises InputError if the file differs from what render_key returns."""
    header, rows = read_sheet(path, encoding)
    size = sum(re.fullmatch(r"option\d+", name) is not None for name in header)
    options = numbered("option", max(size, 1))
    check_columns(header, ["test", *options, "intruder", "topics"], f"The key {path}")
    first = rows[0][1]
    passages = first["test"] == "passages"
    lists, shares = numbered("terms", size), numbered("share", size)
    subject = "unit_id" if passages else "topic"
    details = [*lists, *shares] if passages else []
    check_columns(header, ["item", subject, *details], f"The key {path}")
    items: dict[str, Item] = {}
    for number, cells in rows:
        item = Item(
            name=whole(cells["item"]),
            subject=cells[subject],
            options=[cells[name] for name in options],
            shown=[cells[name] for name in (lists if passages else options)],
            intruder=cells["intruder"],
            shares=[_decimal(cells[name]) for name in shares] if passages else [],
        )
        problem = (
            "the item is not a number, or is there twice" if item.name in ("", *items)
            else "the intruder is not among the options" if item.intruder not in item.options
            else "a share is not a number from 0 to 1" if not all(0 <= s <= 1 for s in item.shares)
            else "it is from another test" if any(cells[c] != first[c] for c in ("test", "topics"))
            else "the test is unknown" if cells["test"] not in TESTS
            else ""
        )  # fmt: skip
        if problem:
            raise InputError(f"{path}, row {number}: {problem}. Take the key as it was written.")
        items[item.name] = item
    return Key(first["test"], items, first["topics"])


def numbered(name: str, size: int) -> list[str]:
    """Return numbered columns, one per option: option1, option2 …."""
    return [f"{name}{number}" for number in range(1, size + 1)]


def whole(cell: str) -> str:
    """Return a whole number in plain digits, also from 3.0 or 3,0; "" for other cells."""
    match = re.fullmatch(r"0*([0-9]+)([.,]0*)?", cell)
    return match[1] if match else ""


def folded(text: str) -> str:
    """Return the text without changes that a spreadsheet makes: TRUE for true, 7 for 007."""
    number = _decimal(text)
    return " ".join(text.casefold().split()) if np.isnan(number) else repr(number)


def _decimal(cell: str) -> float:
    """Return the number in a cell, with a point or a comma; nan for other cells."""
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
    """Write a blind sheet for each coder, who looks for intruders in it, and a key.

    In each row the coder writes the number of the option that does not belong. Rows, and the
    options within a row, are shuffled for each coder.

    Parameters
    ----------
    topics : Topics
        From `fit_topics`. The sheets show their top terms.
    path : str or Path
        Ending in .csv, .tsv or .xlsx: "sheet.xlsx" gives "sheet_coder1.xlsx" and so on, and
        "sheet_key.csv", which no coder may see.
    test : {"words", "passages"}
        "words": one row per topic, with its top terms and one intruder. The intruder is in the
        lower half of the ranking of the topic and among the first ``2 * top`` of another topic;
        if possible, no other row shows it. "passages" (topic intrusion): one row per drawn
        unit, with its text, the topics with the greatest shares in it, shown by their top
        terms, and one intruder, a topic in the lower half of its shares.
    corpus : Corpus, optional
        The corpus that was counted; needed for "passages", which shows text.
    coders : int or sequence of str
        How many coders, or their names.
    top : int
        Top terms per topic, by weight; a stem is shown by its commonest word.
    n_shown : int
        For "passages": topics of the unit shown beside the intruder, at most all topics less
        one. Small numbers suit short units, and NMF, which gives many topics a share of 0.
    n_passages, min_terms : int
        For "passages": the number of units, and the fewest terms of a unit.
    seed : int
        Seed of the intruders, the units and the order.

    Returns
    -------
    list of Path
        The sheets, one per coder, then the key.

    Raises
    ------
    InputError
        The ending or a name cannot be used, there are fewer than two topics (three for
        "passages"), a topic has no intruder or too few terms, there are too few usable units,
        or the corpus is not the one that was counted.

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
        raise InputError(f"{path}: an intrusion sheet ends in one of {listing(SHEET_ENDINGS)}.")
    check_choice("test", test, TESTS)
    check_seed(seed)
    names = coder_names(coders)
    if any(name.casefold() == "key" for name in names):
        raise InputError(f"coders={names!r}: 'key' is the name of the key file. Take another name.")
    rng = rng_for(seed, f"write_intrusion_sheet {test}")
    if test == "words":
        items = word_items(topics, top, rng)
    else:
        items = passage_items(topics, corpus, (top, n_shown, n_passages, min_terms), rng)
    size = len(items[0].options)
    text_column = ["text"] if test == "passages" else []
    header = ["coder", "item", *text_column, *numbered("option", size), "answer", "note"]
    sheets = {
        path.with_name(f"{path.stem}_{name}{path.suffix}"): _rows(
            test, items, name, rng_for(seed, f"write_intrusion_sheet {test} {name}")
        )
        for name in names
    }
    key = path.with_name(f"{path.stem}_key.csv")
    content = render_key(key, Key(test, {item.name: item for item in items}, topics.hash))
    numbers = [str(number) for number in range(1, size + 1)]
    notes = [RULES[test].format(size)]
    return write_sheets(sheets, header, notes, ["answer"], numbers, others={key: content})


def _rows(test: str, items: list[Item], coder: str, rng: np.random.Generator) -> list[list[str]]:
    """Return the rows of the sheet of one coder, with items and options shuffled."""
    rows = []
    for number in rng.permutation(len(items)).tolist():
        item = items[number]
        options = [item.shown[option] for option in rng.permutation(len(item.shown)).tolist()]
        text = [item.text] if test == "passages" else []
        rows.append([coder, item.name, *text, *options, "", ""])
    return rows


@dataclass(frozen=True, eq=False, repr=False)
class IntrusionScores(TableResult):
    """How often coders found the intruders.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per topic (per unit in the test with passages), then a row "all"; see
        `score_intrusion`.
    level : float
        Level of the intervals.
    settings : dict
        The arguments, the hash of the topics, the versions.
    left_out : pandas.DataFrame
        The topics or units with missing answers: their number ``n`` and the ``reason``.
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
        The sheets that coders filled in, or a folder of them; a key among them is skipped.
        Changes that a spreadsheet makes (a byte-order mark, semicolons, another order of rows)
        do no harm: each answer is looked up in the options of its row.
    key : str or Path
        The key that was written with the sheets.
    topics : Topics, optional
        The topics of the test; a key of other topics is refused.
    level : float
        Level of the intervals.
    floor : float
        Smaller shares are raised to this value in the log odds, since some models give 0.
    encoding : str
        Encoding of the text files.

    Returns
    -------
    IntrusionScores
        Its ``table`` has one row per ``topic`` (per ``unit_id`` in the test with passages), then
        a row "all": ``n`` (answers), ``missing`` (empty cells and absent rows), ``found``
        (answers that name the intruder), ``share`` (found among the answers, 0 to 1: the model
        precision of Chang et al.) with its Wilson interval ``low`` and ``high``, ``chance``
        (expected share of a guess), ``log_odds`` (the topic log odds of Chang et al.: mean over
        answers of the log share of the intruder minus the log share of the chosen topic; 0 is
        best, lower is worse; missing in the test with words) and, for "all", ``p`` (one-sided
        exact binomial test against chance). Interval and test treat the answers as independent,
        although coders share the items.

    Raises
    ------
    InputError
        A cell cannot be used; the message lists every such cell by file, row and column. Also if
        an item is not in the key, a coder has answered an item twice, there is no answer, or the
        key belongs to other topics.

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
    solution = read_key(key, encoding)
    if topics is not None and topics.hash != solution.topics:
        raise InputError(
            f"{key} belongs to other topics: their hash is {solution.topics[:12]}…, not "
            f"{topics.hash[:12]}…. Take the key that was written with these sheets."
        )
    files = [file for file in sheet_paths(sheets) if file.resolve() != key.resolve()]
    if not files:
        raise InputError(
            f"There is no sheet beside the key {key}. Give the sheets that coders filled in."
        )
    answers = _read_answers(files, solution, encoding)
    answers["log_odds"] = [
        _log_odds(solution.items[item], chosen, floor)
        for item, chosen in zip(answers["item"], answers["chosen"], strict=True)
    ]
    coders = answers["coder"].nunique()
    answers = answers[answers["chosen"] != ""]
    if answers.empty:
        raise InputError(
            f"{listing([file.name for file in files])}: no row has an answer. "
            "Give the sheets after coding."
        )
    chance = 1 / len(next(iter(solution.items.values())).options)
    rows = [
        _of_answers(item.subject, answers[answers["item"] == name], coders, chance, level)
        for name, item in solution.items.items()
    ]
    overall = _of_answers("all", answers, coders * len(solution.items), chance, level)
    test = stats.binomtest(overall["found"], overall["n"], chance, alternative="greater")
    table = pd.DataFrame([*rows, {**overall, "p": float(test.pvalue)}])
    table = table.rename(columns={"subject": "topic" if solution.test == "words" else "unit_id"})
    return IntrusionScores(
        table, level,
        settings={
            "test": solution.test, "floor": floor, "coders": coders, "topics": solution.topics,
        },
        left_out=_unanswered(table.iloc[:-1]),
    )  # fmt: skip


def _unanswered(table: pd.DataFrame) -> pd.DataFrame:
    """Return the topics or units with missing answers."""
    incomplete = table.loc[table["missing"] > 0, [table.columns[0], "missing"]]
    return (
        incomplete.rename(columns={"missing": "n"})
        .assign(reason="no answer")
        .reset_index(drop=True)
    )


def _of_answers(
    subject: str, answers: pd.DataFrame, expected: int, chance: float, level: float
) -> dict[str, object]:
    """Return the row of a topic or unit, of ``expected`` answers."""
    n, found = len(answers), int(answers["right"].sum())
    share, low, high = wilson_interval(found, n, level)
    return {
        "subject": subject,
        "n": n,
        "missing": expected - n,
        "found": found,
        "share": share,
        "low": low,
        "high": high,
        "chance": chance,
        "log_odds": float(answers["log_odds"].mean()),
        "p": float("nan"),
    }


def _log_odds(item: Item, chosen: str, floor: float) -> float:
    """Return the log share of the intruder minus that of the chosen topic."""
    if not item.shares or not chosen:
        return float("nan")
    share = {
        option: max(value, floor) for option, value in zip(item.options, item.shares, strict=True)
    }
    return float(np.log(share[item.intruder]) - np.log(share[chosen]))


def _read_answers(files: Sequence[Path], key: Key, encoding: str) -> pd.DataFrame:
    """Return one row per item and coder: the chosen option of the key, and if it is right."""
    size = len(next(iter(key.items.values())).options)
    problems: list[str] = []
    records = []
    for file in files:
        header, rows = read_sheet(file, encoding)
        check_columns(header, ["item", *numbered("option", size), "answer"], str(file))
        for number, cells in rows:
            coder, name = cells.get("coder", file.stem), whole(cells["item"])
            position = f"{file.name}, row {number}"
            chosen, faults = _resolve(cells, key.items.get(name), size)
            if not coder:
                faults.append("column coder: it is empty. Write the name of the coder")
            problems += [f"{position}, {fault}" for fault in faults]
            right = name in key.items and chosen == key.items[name].intruder
            records.append((coder, name, chosen, right, position))
    if problems:
        _refuse(problems, files, size)
    table = pd.DataFrame(records, columns=["coder", "item", "chosen", "right", "place"])
    refuse_twice(table, ["coder", "item"], "answered item {item}")
    return table


def _resolve(cells: Mapping[str, str], item: Item | None, size: int) -> tuple[str, list[str]]:
    """Return the chosen option of the key ("" if none), and the problems of the row."""
    if item is None:
        return "", [f"column item: {_cut(cells['item'])} is not in the key"]
    known = {folded(text): option for text, option in zip(item.shown, item.options, strict=True)}
    known.update(zip(item.shown, item.options, strict=True))
    faults, options = [], []
    for column in numbered("option", size):
        text = cells[column]
        option = known.get(text, known.get(folded(text), ""))
        if not option or option in options:
            what = (
                "is there twice" if option else f"is not an option of item {item.name} in the key"
            )
            faults.append(f"column {column}: {_cut(text)} {what}")
        options.append(option)
    answer = whole(cells["answer"])
    if not cells["answer"]:
        return "", faults
    if not answer or not 1 <= int(answer) <= size:
        return "", [*faults, f"column answer: {_cut(cells['answer'])}"]
    return options[int(answer) - 1], faults


def _cut(text: str) -> str:
    """Return a cell as a message quotes it."""
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def _refuse(problems: list[str], files: Sequence[Path], size: int) -> None:
    """Raise InputError that lists the problems."""
    cells = f"{len(problems)} cell" + "s" * (len(problems) > 1)
    raise InputError(
        f"{listing([file.name for file in files])}: {cells} cannot be used. An answer is the "
        f"number of an option, 1 to {size}, or empty. Items and options must be those of the key "
        "that was written with the sheets." + itemised(problems)
    )
