"""Values of an evidence page: scores of documents and frames, precision, and what was measured."""

from collections.abc import Sequence
from importlib.metadata import version

import pandas as pd

from framing._core.checks import InputError, check_made_by
from framing.coding.validation import Validation
from framing.corpus.corpus import Corpus
from framing.evidence.marks import Values, esc, plural
from framing.hits.hits import Hits
from framing.scores.scores import Scores, score

# Documents left out that the head of a page names.
NAMED = 50


def check_scores(scores: Scores, hits: Hits) -> None:
    """Raise InputError unless these are scores of the documents, by the same instrument."""
    check_made_by("scores", scores, Scores, "score(hits)")
    if scores.unit != "document" or scores.hits is None:
        raise InputError(
            f"scores are by {scores.unit!r}{'' if scores.hits else ' and from a topic model'}; the "
            'page has a row a document. Give score(hits, unit="document").'
        )
    same = scores.hits.corpus_fingerprint == hits.corpus_fingerprint
    if scores.lexicon_hash != hits.lexicon_hash or not same:
        raise InputError(
            f"The scores are of {scores.lexicon}, the hits of {hits.lexicon}: one of the lexicon "
            "and the texts is not the same. Give score(hits) of these hits."
        )


def document_values(scores: Scores) -> Values:
    """Return the scores of documents as HTML, with their intervals where there are some."""
    table = scores.table
    columns = ["unit_id", "frame", "value", *(["low", "high"] if scores.level else [])]
    digits = 2 if scores.kind == "share" else 1
    cells = {
        (str(unit), str(frame)): with_interval(value, *ends, digits=digits)
        for unit, frame, value, *ends in table[columns].itertuples(index=False)
    }
    level = f", {scores.level:.0%} interval" if scores.level else ""
    return Values(f"{scores.measure}{level}", cells)


def with_interval(value: float, *ends: float, digits: int) -> str:
    """Return a number with its interval, or a dash where there is none."""
    if value != value:
        return "–"
    shown = f"{value:,.{digits}f}"
    if not ends or ends[0] != ends[0]:
        return shown
    low, high = (f"{end:,.{digits}f}" for end in ends)
    return f"{shown} <small>[{low}, {high}]</small>"


def frame_columns(
    scores: Scores, validation: Validation | None, frames: Sequence[str]
) -> list[tuple[str, list[str]]]:
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
            with_interval(*rows.loc[frame, names], digits=2) if frame in rows.index else "–"
            for frame in frames
        ]
        columns.append((f"{measure.capitalize()}, {validation.level:.0%} interval", cells))
    return columns


def entry_precision(validation: Validation) -> dict[tuple[str, str], str]:
    """Return the precision of each entry that fired in a coded sentence, as HTML."""
    columns = ["frame", "entry", "n", "precision", "low", "high"]
    return {
        (str(frame), str(entry)): f"{with_interval(value, low, high, digits=2)} n = {int(n):,}"
        for frame, entry, n, value, low, high in validation.entries[columns].itertuples(index=False)
    }


def measured(hits: Hits, corpus: Corpus, standing: str) -> list[tuple[str, str]]:
    """Return what was measured with what, as names and HTML."""
    rule = {"frame": "in each frame", "lexicon": "in the whole lexicon"}.get(hits.nested)
    return [
        ("Lexicon", esc(hits.lexicon)),
        ("Scores of this lexicon", esc(standing)),
        ("Documents", f"{len(hits.documents):,}"),
        ("Sentences", f"{len(hits.sentences):,}"),
        ("Tokens", f"{int(hits.sentences['tokens'].sum()):,}"),
        ("Hits", f"{len(hits):,}"),
        ("Overlapping matches", f"the longest counts, {esc(rule or hits.nested)}"),
        ("Made with", f"media-framing {esc(version('media-framing'))}"),
        ("Hash of the lexicon", f"<code>{esc(hits.lexicon_hash)}</code>"),
        ("Fingerprint of the texts", f"<code>{esc(corpus.fingerprint)}</code>"),
    ]


def left_out(corpus: Corpus) -> str:
    """Return what was taken out of the corpus, as HTML; empty where nothing was."""
    listed = corpus.exclusions
    lines = int((listed["kind"] == "line").sum())
    dropped = listed[listed["kind"] == "document"]
    parts = []
    if lines:
        parts.append(f"{plural(lines, 'line')} of page furniture stand in grey.")
    if len(dropped):
        items = "".join(
            f"<li>{esc(_named(doc_id))}: {esc(str(reason))}</li>"
            for doc_id, reason in dropped[["doc_id", "reason"]].head(NAMED).itertuples(index=False)
        )
        rest = len(dropped) - NAMED
        items += f"<li>and {rest:,} more</li>" if rest > 0 else ""
        parts.append(
            f"<details><summary>{plural(len(dropped), 'document')} left out</summary>"
            f"<ul>{items}</ul></details>"
        )
    return " ".join(parts)


def _named(doc_id: object) -> str:
    return "(no id)" if pd.isna(doc_id) else str(doc_id)  # type: ignore[call-overload]
