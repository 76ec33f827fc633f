"""Values of an evidence page: scores, precision, and facts about the measurement."""

import warnings
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import NamedTuple
from urllib.parse import quote_plus

import pandas as pd

from framing._core.checks import InputError, check_made_by
from framing.coding.error_pages import list_errors
from framing.coding.validation import Validation
from framing.corpus.corpus import Corpus
from framing.evidence.items import Items
from framing.hits.hits import Hits
from framing.scores.groups import natural_order
from framing.scores.scores import Scores, score

# The most excluded documents that the head of a page names.
NAMED = 50
# The most sources or months that the overview lists.
GROUPS = 60
# A fact with more characters has a line of its own.
LINE = 40


class Value(NamedTuple):
    """A number as the page shows it; its interval and its note are empty where it has none."""

    shown: str
    interval: str = ""
    note: str = ""


NONE = Value("–")


@dataclass(frozen=True)
class Values:
    """Scores as a page shows them: the name of the measure, one value per document and frame."""

    measure: str
    cells: dict[tuple[str, str], Value]


class Fact(NamedTuple):
    """A fact about the measurement: a name and a value, shown as code or as words."""

    name: str
    value: str
    code: bool = False

    @property
    def long(self) -> bool:
        """Whether the fact has a line of its own."""
        return self.code or len(self.value) > LINE


class Group(NamedTuple):
    """A row of the overview: a source or a month, the filter that shows it, its values by frame.

    ``bars`` are drawings of the values with their intervals; empty where there are none.
    """

    name: str
    filter: str
    values: dict[str, Value]
    bars: dict[str, str]


class Overview(NamedTuple):
    """The frames by source or by month: what a row is, the measure, and the rows.

    ``more`` is the number of groups without a row; ``without`` counts the documents that have no
    source or no month, which are in no row, and ``lost`` their hits.
    """

    kind: str
    measure: str
    groups: list[Group]
    more: int
    without: int
    lost: int


class Missed(NamedTuple):
    """A sentence that coders marked and the lexicon missed."""

    document: int
    frame: int
    sentence: int
    text: str


class LeftOut(NamedTuple):
    """What was removed from the corpus: counts of lines and documents, and names of documents.

    ``more`` is the number of documents without a name in the list.
    """

    lines: int
    documents: int
    named: list[tuple[str, str]]
    more: int


def check_scores(scores: Scores, hits: Hits) -> None:
    """Raise InputError unless these are scores of the same documents with the same lexicon."""
    check_made_by("scores", scores, Scores, "score(hits)")
    if scores.unit != "document" or scores.hits is None:
        raise InputError(
            f"scores are by {scores.unit!r}{'' if scores.hits else ' and from a topic model'}; the "
            'page needs scores by document: score(hits, unit="document").'
        )
    check_same_hits("The scores are", scores, hits)


def check_same_hits(subject: str, scores: Scores, hits: Hits) -> None:
    """Raise InputError unless scores are of the same lexicon and texts as the hits of the page."""
    counted = scores.hits
    same = counted is not None and counted.corpus_fingerprint == hits.corpus_fingerprint
    if scores.lexicon_hash != hits.lexicon_hash or not same:
        raise InputError(
            f"{subject} of {scores.lexicon}, the hits of {hits.lexicon}: either the lexicon or "
            "the texts are not the same. Begin with score(hits) of these hits."
        )


def document_values(scores: Scores) -> Values:
    """Return the scores of documents, with their intervals where they have some."""
    table = scores.table
    columns = ["unit_id", "frame", "value", *(["low", "high"] if scores.level else [])]
    digits = 2 if scores.kind == "share" else 1
    cells = {
        (str(unit), str(frame)): with_interval(value, *ends, digits=digits)
        for unit, frame, value, *ends in zip(
            *(table[name].tolist() for name in columns), strict=True
        )
    }
    level = f", {scores.level:.0%} interval" if scores.level else ""
    return Values(f"{scores.measure}{level}", cells)


def with_interval(value: float, *ends: float, digits: int) -> Value:
    """Return a number with its interval; a dash where the number is missing."""
    if value != value:
        return NONE
    number, *limits = (_rounded(one, digits) for one in (value, *ends))
    if not ends or ends[0] != ends[0]:
        return Value(number)
    return Value(number, f"[{', '.join(limits)}]")


def _rounded(value: float, digits: int) -> str:
    """Return a number for readers: with a minus sign, and without one where it rounds to 0."""
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "\N{MINUS SIGN}")


def frame_columns(
    scores: Scores, validation: Validation | None, frames: Sequence[str]
) -> list[tuple[str, list[Value]]]:
    """Return further columns of the table of frames: pooled score, precision and recall."""
    assert scores.hits is not None  # check_scores
    pooled = score(scores.hits, unit="corpus", kind=scores.kind, per=scores.per)
    values = document_values(pooled)
    columns = [(values.measure, [values.cells["corpus", frame] for frame in frames])]
    if validation is None:
        return columns
    rows = validation.table.astype({"frame": "str"}).set_index("frame")
    for measure in ("precision", "recall"):
        names = [measure, f"{measure}_low", f"{measure}_high"]
        cells = [
            with_interval(*rows.loc[frame, names], digits=2) if frame in rows.index else NONE
            for frame in frames
        ]
        columns.append((f"{measure.capitalize()}, {validation.level:.0%} interval", cells))
    return columns


def overviews(items: Items, hits: Hits, scores: Scores | None) -> list[Overview]:
    """Return the frames by source and by month, of those that at least two documents differ in."""
    tables = []
    for kind in ("source", "month"):
        sizes: Counter[str] = Counter()
        without = []
        for item in items.documents:
            value = item.source if kind == "source" else item.date[:7]
            if value and (kind == "source" or len(value) == len("2025-02")):
                sizes[value] += 1
            else:
                without.append(len(item.hits))
        if len(sizes) < 2:
            continue
        chosen = sorted(sizes, key=lambda name: (-sizes[name], natural_order(name)))[:GROUPS]
        cells, measure = _group_values(kind, scores)
        groups = []
        for name in sorted(chosen, key=natural_order):
            values = {frame: cells.get((name, frame), (NONE, ()))[0] for frame in hits.frames}
            groups.append(Group(name, group_filter(kind, name), values, {}))
        for frame in hits.frames:
            ends = [cells.get((group.name, frame), (NONE, ()))[1] for group in groups]
            top = max((max(values) for values in ends if values), default=0.0)
            for group, numbers in zip(groups, ends, strict=True):
                group.bars[frame] = _bar(numbers, top)
        more = len(sizes) - len(chosen)
        tables.append(Overview(kind, measure, groups, more, len(without), sum(without)))
    return tables


def _group_values(
    kind: str, scores: Scores | None
) -> tuple[dict[tuple[str, str], tuple[Value, tuple[float, ...]]], str]:
    """Return by group and frame the shown value and its numbers, and the measure."""
    if scores is None or scores.hits is None:
        return {}, ""
    grouped = score(scores.hits, unit=kind, kind=scores.kind, per=scores.per)
    with warnings.catch_warnings():
        # The notes of thin groups stand in the table of scores; the page shows their width.
        warnings.simplefilter("ignore")
        grouped = grouped.interval()
    digits = 2 if grouped.kind == "share" else 1
    cells = {}
    columns = ["unit_id", "frame", "value", "low", "high"]
    for unit, frame, value, low, high in grouped.table[columns].itertuples(index=False):
        name = f"{unit:%Y-%m}" if isinstance(unit, pd.Timestamp | pd.Period) else str(unit)
        numbers = tuple(float(number) for number in (value, low, high) if number == number)
        cells[name, str(frame)] = (with_interval(value, low, high, digits=digits), numbers)
    return cells, f"{grouped.measure}, {grouped.level:.0%} interval"


def group_filter(kind: str, name: str) -> str:
    """Return the filter of the page that shows a source or a month."""
    if kind == "source":
        return f"source={quote_plus(name)}"
    year, month = int(name[:4]), int(name[5:])
    return f"from={name}-01&to={name}-{monthrange(year, month)[1]}"


def _bar(values: tuple[float, ...], top: float) -> str:
    """Return the drawing of a value with its interval, 100 units wide; empty without a value.

    Example: the value 5 from 0 to 10 where the largest number is 10 gives "M0 5H100M50 1V9".
    """
    if not values or top <= 0:
        return ""
    positions = [round(100 * number / top) for number in values]
    line = f"M{positions[1]} 5H{positions[2]}" if len(positions) == 3 else ""
    return f"{line}M{positions[0]} 1V9"


def missed_sentences(validation: Validation, items: Items) -> list[Missed]:
    """Return the sentences that coders marked and the lexicon missed, in the shown documents."""
    document_of = {item.doc_id: item for item in items.documents}
    number_of = {frame.name: frame.number for frame in items.frames}
    errors = list_errors(validation).table
    errors = errors[errors["error"] == "miss"]
    columns = ["doc_id", "frame", "sentence", "start", "end"]
    missed = []
    for doc_id, frame, sentence, start, end in errors[columns].itertuples(index=False):
        if doc_id in document_of:
            item = document_of[doc_id]
            text = " ".join(item.text[int(start) : int(end)].split())
            missed.append(Missed(item.number, number_of[str(frame)], int(sentence), text))
    return missed


def coders_say(validation: Validation, items: Items) -> dict[tuple[int, int, int], str]:
    """Return what coders say of the sentences, by document, sentence and frame: "right", "wrong".

    A hit in a sentence that coders gave its frame is right. Where coders are evenly divided there
    is no entry.
    """
    document_of = {item.doc_id: item.number for item in items.documents}
    frame_of = {frame.name: frame.number for frame in items.frames}
    table = validation.sentences[["doc_id", "sentence", "frame", "coded"]]
    return {
        (document_of[doc_id], int(sentence), frame_of[str(frame)]): "right"
        if coded > 0.5
        else "wrong"
        for doc_id, sentence, frame, coded in table.itertuples(index=False)
        if doc_id in document_of and str(frame) in frame_of and coded != 0.5 and coded == coded
    }


def entry_precision(validation: Validation) -> defaultdict[tuple[str, str], Value]:
    """Return the precision by frame and entry; a dash for entries without a coded sentence."""
    columns = ["frame", "entry", "n", "precision", "low", "high"]
    precision: defaultdict[tuple[str, str], Value] = defaultdict(lambda: NONE)
    for frame, entry, n, value, low, high in validation.entries[columns].itertuples(index=False):
        number = with_interval(value, low, high, digits=2)
        precision[str(frame), str(entry)] = number._replace(note=f" n = {int(n):,}")
    return precision


def measured(hits: Hits, corpus: Corpus, standing: str) -> list[Fact]:
    """Return the facts about the measurement: lexicon, texts, counts, rules and versions."""
    rule = {"frame": "in each frame", "lexicon": "in the whole lexicon"}.get(hits.nested)
    return [
        Fact("Lexicon", hits.lexicon),
        Fact("Scores of this lexicon", standing),
        Fact("Documents", f"{len(hits.documents):,}"),
        Fact("Sentences", f"{len(hits.sentences):,}"),
        Fact("Tokens", f"{int(hits.sentences['tokens'].sum()):,}"),
        Fact("Hits", f"{len(hits):,}"),
        Fact("Overlapping matches", f"the longest counts, {rule or hits.nested}"),
        Fact("Made with", f"media-framing {version('media-framing')}"),
        Fact("Hash of the lexicon", hits.lexicon_hash, code=True),
        Fact("Fingerprint of the texts", corpus.fingerprint, code=True),
    ]


def left_out(corpus: Corpus) -> LeftOut:
    """Return what was removed from the corpus."""
    listed = corpus.exclusions
    documents = listed[listed["kind"] == "document"]
    names = [
        ("(no id)" if pd.isna(doc_id) else str(doc_id), str(reason))
        for doc_id, reason in documents[["doc_id", "reason"]].head(NAMED).itertuples(index=False)
    ]
    lines = int((listed["kind"] == "line").sum())
    return LeftOut(lines, len(documents), names, len(documents) - len(names))
