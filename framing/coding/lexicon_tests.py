"""Examples: what each entry of a lexicon must match and must not, run as tests."""

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

Rows = NDArray[np.intp]

PROBLEMS = ("must match", "must not match", "no example", "never fires", "shadowed", "conflict")


@dataclass(frozen=True, eq=False)
class LexiconCheck(Result):
    """What a check of a lexicon found.

    Attributes
    ----------
    table : pandas.DataFrame
        A row a problem: ``frame``, ``entry``, ``problem``, ``detail``. Problems are "must match"
        and "must not match" (an example fails), "no example", "never fires" (in the corpus
        given), "shadowed" (in the lexicon as a whole, every example is taken by other entries of
        the frame) and "conflict" (an entry of another frame matches the same words).
    counts : pandas.DataFrame
        A row a frame: ``entries``, ``with_example`` (entries that have one to match),
        ``examples``, ``failed``.
    lexicon : str
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
            f"entries have one; {len(self.table):,} remarks>"
        )


@check_objects
def check_lexicon(lexicon: Lexicon, corpus: Corpus | None = None) -> LexiconCheck:
    """Run the examples of a lexicon as tests, and report entries that do no work.

    Parameters
    ----------
    lexicon : Lexicon
        Its entries have examples in ``match`` and ``avoid`` (see the lexicon guide).
    corpus : Corpus, optional
        With it, entries that never fire in it are reported.

    Returns
    -------
    LexiconCheck
        An example to match passes if the entry alone finds something in it, exceptions and
        conditions included; one to avoid if it finds nothing.

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
    place = {
        key: row for row, key in enumerate(zip(entries["frame"], entries["pattern"], strict=True))
    }
    owner = np.array(
        [place[key] for key in zip(examples["frame"], examples["pattern"], strict=True)], dtype=int
    )
    remarks: list[tuple[int, str, str]] = []
    if len(examples):
        texts = make_corpus(examples["text"], doc_id=range(len(examples)), furniture=False)
        alone = find_hits(texts, single_entries(lexicon)).table
        pairs = set(zip(alone["doc_id"].astype(int), alone["frame"].astype(str), strict=True))
        found = np.array([(row, str(own)) in pairs for row, own in enumerate(owner.tolist())])
        wanted = (examples["kind"] == "match").to_numpy()
        for row in np.flatnonzero(found != wanted).tolist():
            problem = "must match" if wanted[row] else "must not match"
            remarks.append((int(owner[row]), problem, examples["text"].iloc[row]))
        right = np.flatnonzero(found & wanted)
        remarks += _rivals(find_hits(texts, lexicon), entries, owner, right.tolist())
    with_example = set(owner[(examples["kind"] == "match").to_numpy()].tolist())
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
    counts = _counts(lexicon, owner, with_example, table)
    return LexiconCheck(table, counts, f"{lexicon.name} {lexicon.version}".strip())


def _rivals(
    hits: Hits, entries: pd.DataFrame, owner: Rows, right: list[int]
) -> list[tuple[int, str, str]]:
    """Return the entries whose every example is taken by others, and those in conflict."""
    by_text = dict(list(hits.table.groupby("doc_id")))
    beaten: dict[int, list[str | None]] = {}
    remarks = []
    for row in right:
        own = int(owner[row])
        frame, pattern = entries["frame"].iloc[own], entries["pattern"].iloc[own]
        part = by_text.get(str(row))
        same = part[part["frame"] == frame] if part is not None else hits.table.head(0)
        mine = same[same["entry"] == pattern]
        others = list(dict.fromkeys(same["entry"].astype(str)))
        beaten.setdefault(own, []).append(None if len(mine) else ", ".join(others))
        if part is None or mine.empty:
            continue
        spans = set(zip(mine["start"], mine["end"], strict=True))
        foreign = part[part["frame"] != frame]
        for other in foreign[["frame", "entry", "start", "end"]].itertuples(index=False):
            if (other.start, other.end) in spans:
                remarks.append((own, "conflict", f"{other.entry} of {other.frame}"))
    for own, takers in beaten.items():
        if all(taker is not None for taker in takers):
            remarks.append((own, "shadowed", f"taken by {takers[0]}"))
    return list(dict.fromkeys(remarks))


def _silent(hits: Hits, entries: pd.DataFrame) -> list[tuple[int, str, str]]:
    fired = set(zip(hits.table["frame"].astype(str), hits.table["entry"].astype(str), strict=True))
    keys = zip(entries["frame"].astype(str), entries["pattern"], strict=True)
    size = f"in {len(hits.documents):,} documents"
    return [(row, "never fires", size) for row, key in enumerate(keys) if key not in fired]


def _counts(
    lexicon: Lexicon, owner: Rows, with_example: set[int], table: pd.DataFrame
) -> pd.DataFrame:
    frames = lexicon.table["frame"].astype(str).to_numpy()
    failed = table[table["problem"].isin(PROBLEMS[:2])]["frame"].astype(str)
    rows = []
    for frame in lexicon.frames["frame"]:
        own = frames == frame
        rows.append(
            {
                "frame": frame,
                "entries": int(own.sum()),
                "with_example": sum(1 for row in with_example if own[row]),
                "examples": int(own[owner].sum()),
                "failed": int((failed == frame).sum()),
            }
        )
    return pd.DataFrame(rows)
