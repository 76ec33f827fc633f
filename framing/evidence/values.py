"""Values of an evidence page: scores of documents and frames, precision, and what was measured."""

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

# Documents left out that the head of a page names.
NAMED = 50
# A fact of more characters takes a line by itself.
LINE = 40


class Value(NamedTuple):
    """A number as the page shows it: with its interval and a note behind, where it has them."""

    shown: str
    interval: str = ""
    note: str = ""


NONE = Value("–")


@dataclass(frozen=True)
class Values:
    """Scores as a page shows them: what they are, and one value per document and frame."""

    measure: str
    cells: dict[tuple[str, str], Value]


class Fact(NamedTuple):
    """What the head of a page says of the measurement: a name and a value, as code or as words."""

    name: str
    value: str
    code: bool = False

    @property
    def long(self) -> bool:
        """Whether it takes a line by itself."""
        return self.code or len(self.value) > LINE


class LeftOut(NamedTuple):
    """What was taken out of the corpus: lines, documents, and the first documents by name.

    ``more`` is the number of documents that are not named.
    """

    lines: int
    documents: int
    named: list[tuple[str, str]]
    more: int


def check_scores(scores: Scores, hits: Hits) -> None:
    """Raise InputError unless these are scores of the documents, by the same instrument."""
    check_made_by("scores", scores, Scores, "score(hits)")
    if scores.unit != "document" or scores.hits is None:
        raise InputError(
            f"scores are by {scores.unit!r}{'' if scores.hits else ' and from a topic model'}; the "
            'page has one row per document. Give score(hits, unit="document").'
        )
    same = scores.hits.corpus_fingerprint == hits.corpus_fingerprint
    if scores.lexicon_hash != hits.lexicon_hash or not same:
        raise InputError(
            f"The scores are of {scores.lexicon}, the hits of {hits.lexicon}: either the lexicon "
            "or the texts are not the same. Give score(hits) of these hits."
        )


def document_values(scores: Scores) -> Values:
    """Return the scores of documents, with their intervals where there are some."""
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
    """Return a number with its interval, or a dash where there is none."""
    if value != value:
        return NONE
    shown = f"{value:,.{digits}f}"
    if not ends or ends[0] != ends[0]:
        return Value(shown)
    low, high = (f"{end:,.{digits}f}" for end in ends)
    return Value(shown, f"[{low}, {high}]")


def frame_columns(
    scores: Scores, validation: Validation | None, frames: Sequence[str]
) -> list[tuple[str, list[Value]]]:
    """Return the columns of the table of frames: the pooled score, precision and recall."""
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
    """Return the precision by frame and entry; a dash for what fired in no coded sentence."""
    columns = ["frame", "entry", "n", "precision", "low", "high"]
    precision: defaultdict[tuple[str, str], Value] = defaultdict(lambda: NONE)
    for frame, entry, n, value, low, high in validation.entries[columns].itertuples(index=False):
        shown = with_interval(value, low, high, digits=2)
        precision[str(frame), str(entry)] = shown._replace(note=f" n = {int(n):,}")
    return precision


def measured(hits: Hits, corpus: Corpus, standing: str) -> list[Fact]:
    """Return what was measured with what."""
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
    """Return what was taken out of the corpus."""
    listed = corpus.exclusions
    dropped = listed[listed["kind"] == "document"]
    named = [
        ("(no id)" if pd.isna(doc_id) else str(doc_id), str(reason))
        for doc_id, reason in dropped[["doc_id", "reason"]].head(NAMED).itertuples(index=False)
    ]
    lines = int((listed["kind"] == "line").sum())
    return LeftOut(lines, len(dropped), named, len(dropped) - len(named))
