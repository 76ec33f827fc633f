"""Tests of a lexicon: what each entry must match and what it must not match."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import check_objects
from framing._core.result import Result
from framing.corpus.corpus import Corpus, make_corpus
from framing.hits.hits import Hits, find_hits
from framing.lexicons.lexicon import Lexicon, single_entries

PROBLEMS = ("must match", "must not match", "never fires", "shadowed", "conflict", "no example")


@dataclass(frozen=True, eq=False)
class LexiconCheck(Result):
    """The problems of a lexicon.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per problem: ``frame``, ``entry``, ``problem``, ``detail``. Problems are "must
        match" and "must not match" (an example fails), "never fires" (the entry has no hit in
        ``corpus``), "shadowed" (in the whole lexicon, other entries of the frame match every
        example first), "conflict" (an entry of another frame matches the same words), and last
        "no example", which is a gap and no fault.
    counts : pandas.DataFrame
        One row per frame: ``entries``, ``with_example`` (entries with an example in ``match``),
        ``examples``, ``failed``.
    lexicon : str
        Name and version of the lexicon.
    """

    table: pd.DataFrame
    counts: pd.DataFrame
    lexicon: str

    draw_instead: ClassVar[str] = "validate(hits, codes).plot() draws how often a lexicon is right."

    @property
    def ok(self) -> bool:
        """Whether no example fails."""
        return not self.counts["failed"].any()

    def __repr__(self) -> str:
        total = self.counts.sum(numeric_only=True)
        return (
            f"<LexiconCheck of {self.lexicon}: {total['examples']:,} examples, "
            f"{total['failed']:,} failed; {total['with_example']:,} of {total['entries']:,} "
            f"entries have one; {(self.table['problem'] != PROBLEMS[-1]).sum():,} other remarks>"
        )


@check_objects
def check_lexicon(lexicon: Lexicon, corpus: Corpus | None = None) -> LexiconCheck:
    """Run the examples of a lexicon as tests, and report entries without an effect.

    Returns a LexiconCheck: its ``table`` has a row for each problem.

    Try it: ``fr.check_lexicon(fr.load_lexicon("peace-initiative")).table``.

    Parameters
    ----------
    lexicon : Lexicon
        Its entries have examples in ``match`` and ``avoid`` (see the lexicon guide).
    corpus : Corpus, optional
        Entries without a hit in this corpus are reported as "never fires".

    Returns
    -------
    LexiconCheck
        Each example is searched with its entry alone, with the exceptions and conditions of the
        entry. An example in ``match`` passes if the entry has a hit; an example in ``avoid``
        passes if it has none.

    Examples
    --------
    >>> import framing as fr
    >>> entry = {"pattern": "truce*", "match": ["The truce holds."], "avoid": ["A trucelike lull."]}
    >>> check = fr.check_lexicon(fr.make_lexicon({"peace": {"entries": [entry]}}))
    >>> check.table[["entry", "problem", "detail"]]
        entry         problem             detail
    0  truce*  must not match  A trucelike lull.
    """
    entries, examples = lexicon.table, lexicon.examples
    row_of = {
        key: row for row, key in enumerate(zip(entries["frame"], entries["pattern"], strict=True))
    }
    entry_rows = np.array(
        [row_of[key] for key in zip(examples["frame"], examples["pattern"], strict=True)],
        dtype=int,
    )
    remarks: list[tuple[int, str, str]] = []
    if len(examples):
        texts = make_corpus(
            examples["text"],
            doc_id=range(len(examples)),
            furniture=False,
            language=lexicon.language,
        )
        alone = find_hits(texts, single_entries(lexicon)).table
        pairs = set(zip(alone["doc_id"].astype(int), alone["frame"].astype(str), strict=True))
        matched = np.array(
            [(row, str(entry)) in pairs for row, entry in enumerate(entry_rows.tolist())]
        )
        to_match = (examples["kind"] == "match").to_numpy()
        for row in np.flatnonzero(matched != to_match).tolist():
            problem = "must match" if to_match[row] else "must not match"
            remarks.append((int(entry_rows[row]), problem, examples["text"].iloc[row]))
        passed = np.flatnonzero(matched & to_match)
        remarks += _rivals(find_hits(texts, lexicon), entries, entry_rows, passed.tolist())
    with_example = set(entry_rows[(examples["kind"] == "match").to_numpy()].tolist())
    remarks += [(row, "no example", "") for row in range(len(entries)) if row not in with_example]
    if corpus is not None:
        remarks += _silent(find_hits(corpus, lexicon), entries)
    remarks.sort(key=lambda remark: (PROBLEMS.index(remark[1]), remark[0]))
    table = pd.DataFrame(
        {
            "frame": [entries["frame"].iloc[row] for row, _, _ in remarks],
            "entry": [entries["pattern"].iloc[row] for row, _, _ in remarks],
            "problem": [problem for _, problem, _ in remarks],
            "detail": [detail for _, _, detail in remarks],
        }
    )
    counts = _counts(lexicon, entry_rows, with_example, table)
    return LexiconCheck(table, counts, f"{lexicon.name} {lexicon.version}".strip())


def _rivals(
    hits: Hits, entries: pd.DataFrame, entry_rows: NDArray[np.intp], passed: list[int]
) -> list[tuple[int, str, str]]:
    """Return the remarks on entries that are shadowed, and on those in conflict.

    ``hits`` are those of the whole lexicon in the examples, ``passed`` the rows of the examples
    that their entry matches when it is alone.
    """
    by_text = dict(list(hits.table.groupby("doc_id")))
    # For each entry and example: None if the entry has the hit, else the entries that have it.
    takers: dict[int, list[str | None]] = {}
    remarks = []
    for row in passed:
        entry = int(entry_rows[row])
        frame, pattern = entries["frame"].iloc[entry], entries["pattern"].iloc[entry]
        in_text = by_text.get(str(row))
        same = in_text[in_text["frame"] == frame] if in_text is not None else hits.table.head(0)
        of_entry = same[same["entry"] == pattern]
        others = list(dict.fromkeys(same["entry"].astype(str)))
        takers.setdefault(entry, []).append(None if len(of_entry) else ", ".join(others))
        if in_text is None or of_entry.empty:
            continue
        spans = set(zip(of_entry["start"], of_entry["end"], strict=True))
        foreign = in_text[in_text["frame"] != frame]
        for other in foreign[["frame", "entry", "start", "end"]].itertuples(index=False):
            if (other.start, other.end) in spans:
                remarks.append((entry, "conflict", f"{other.entry} of {other.frame}"))
    for entry, names in takers.items():
        if all(name is not None for name in names):
            remarks.append((entry, "shadowed", f"taken by {names[0]}"))
    return list(dict.fromkeys(remarks))


def _silent(hits: Hits, entries: pd.DataFrame) -> list[tuple[int, str, str]]:
    """Return the remarks on entries without a hit."""
    fired = set(zip(hits.table["frame"].astype(str), hits.table["entry"].astype(str), strict=True))
    keys = zip(entries["frame"].astype(str), entries["pattern"], strict=True)
    size = f"in {len(hits.documents):,} documents"
    return [(row, "never fires", size) for row, key in enumerate(keys) if key not in fired]


def _counts(
    lexicon: Lexicon,
    entry_rows: NDArray[np.intp],
    with_example: set[int],
    table: pd.DataFrame,
) -> pd.DataFrame:
    """Return the numbers of entries, examples and failed examples of each frame."""
    frames = lexicon.table["frame"].astype(str).to_numpy()
    failed = table[table["problem"].isin(PROBLEMS[:2])]["frame"].astype(str)
    rows = []
    for frame in lexicon.frames["frame"]:
        in_frame = frames == frame
        rows.append(
            {
                "frame": frame,
                "entries": int(in_frame.sum()),
                "with_example": sum(1 for row in with_example if in_frame[row]),
                "examples": int(in_frame[entry_rows].sum()),
                "failed": int((failed == frame).sum()),
            }
        )
    return pd.DataFrame(rows)
