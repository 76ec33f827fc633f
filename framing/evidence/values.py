"""Values of an evidence page: scores, precision, and facts about the measurement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import NamedTuple

import pandas as pd

from framing._core.checks import InputError, check_made_by
from framing.coding.validation import Validation
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits
from framing.scores.scores import Scores, score

# The most excluded documents that the head of a page names.
NAMED = 50
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
    same = scores.hits.corpus_fingerprint == hits.corpus_fingerprint
    if scores.lexicon_hash != hits.lexicon_hash or not same:
        raise InputError(
            f"The scores are of {scores.lexicon}, the hits of {hits.lexicon}: either the lexicon "
            "or the texts are not the same. Give score(hits) of these hits."
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
    number = f"{value:,.{digits}f}"
    if not ends or ends[0] != ends[0]:
        return Value(number)
    low, high = (f"{end:,.{digits}f}" for end in ends)
    return Value(number, f"[{low}, {high}]")


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
