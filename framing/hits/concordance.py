"""Keywords in context: the words to the left and right of each match."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import ClassVar

import numpy as np
import pandas as pd

from framing._core.checks import check_choice, check_objects, check_positive
from framing._core.result import Result
from framing._core.tables import ROWS
from framing._core.typing import Offsets
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits, check_texts, find_hits
from framing.hits.native.library import make_folding
from framing.lexicons.lexicon import Lexicon, make_lexicon
from framing.text.alphabet import Alphabet, fold_text
from framing.text.characters import code_points
from framing.text.chunks import batches, begins_of, token_ends, token_starts
from framing.text.wrapped_lines import Span

KWIC_COLUMNS = ("doc_id", "sentence", "start", "end", "left", "match", "right", "frame", "entry")


@dataclass(frozen=True, eq=False)
class Kwic(Result):
    """Keywords in context: a table with one row per match, in reading order.

    It contains text of the articles: share it only where the texts may be shared.

    Attributes
    ----------
    table : pandas.DataFrame
        ``doc_id``, ``sentence``, ``start`` and ``end`` (character offsets in the article),
        ``left``, ``match``, ``right``, ``frame`` and ``entry``.
    window : int
        Number of tokens on either side.
    """

    table: pd.DataFrame
    window: int

    draw_instead: ClassVar[str] = "plot_positions(locate_hits(hits)) draws the positions of hits."

    def __repr__(self) -> str:
        documents = self.table["doc_id"].nunique()
        return (
            f"<Kwic: {len(self):,} matches in {documents:,} documents, {self.window} tokens each>"
        )

    def _page(self) -> str:
        """Return the HTML for JupyterLab, with the matches below each other."""
        cell = '<td style="text-align:{};white-space:nowrap{}">{}</td>'
        rows = []
        # The column of the frame is left out where all rows have the same one.
        several = self.table["frame"].nunique() > 1
        for row in self.table.head(ROWS).to_dict("records"):
            cells = [
                cell.format("left", ";color:#777", escape(str(row["doc_id"]))),
                cell.format("right", "", escape(row["left"])),
                cell.format("center", ";font-weight:bold", escape(row["match"])),
                cell.format("left", "", escape(row["right"])),
            ]
            if several:
                cells.append(cell.format("left", ";color:#777", escape(str(row["frame"]))))
            rows.append(f"<tr>{''.join(cells)}</tr>")
        more = f"<p>… and {len(self) - ROWS:,} more</p>" if len(self) > ROWS else ""
        return f"<p>{escape(repr(self))}</p><table>{''.join(rows)}</table>{more}"


@check_objects
def kwic(
    corpus: Corpus,
    pattern_or_frame: str | Sequence[str] | Hits,
    *,
    lexicon: Lexicon | None = None,
    window: int = 5,
) -> Kwic:
    """Return each match with the words to its left and right.

    Read how a word is used before you put it into a lexicon.

    Try it: ``fr.kwic(fr.load_testbed("newswire").corpus, "peace talk*")``.

    Parameters
    ----------
    corpus : Corpus
        The texts to search.
    pattern_or_frame : str, sequence of str or Hits
        A pattern (see `read_lexicon`), or several of them; or, with ``lexicon``, the name of one
        of its frames; or hits in this corpus.
    lexicon : Lexicon, optional
        The lexicon that contains the frame.
    window : int
        Number of tokens on either side; fewer near the beginning and end of an article.

    Returns
    -------
    Kwic
        Its ``table`` has one row per match: ``doc_id``, ``sentence``, ``start``, ``end``, ``left``,
        ``match``, ``right``, ``frame``, ``entry``. In ``left``, ``match`` and ``right`` each run
        of white space is one space, and lines of page furniture are left out. Without a match the
        table is empty.

    Raises
    ------
    InputError
        The pattern cannot be read, the lexicon has no such frame, the hits come from another
        corpus, or ``window`` is not a whole number above 0.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Aides hope that peace talks resume soon, officials said."])
    >>> fr.kwic(corpus, "peace talk*", window=2).table[["left", "match", "right"]]
            left        match        right
    0  hope that  peace talks  resume soon
    """
    check_positive("window", window, whole=True)
    hits = _hits(corpus, pattern_or_frame, lexicon)
    columns = ["doc_id", "sentence", "start", "end", "frame", "entry"]
    table = hits.table[columns].reset_index(drop=True)
    as_read = map(_as_read, corpus.table["text"], corpus.removed_lines)
    text_of = dict(zip(corpus.table["doc_id"], as_read, strict=True))
    order, pieces, alphabet = [], [], Alphabet((), make_folding())
    places = table[["start", "end"]].to_numpy(dtype=np.int64)
    groups = table.groupby("doc_id", sort=False, observed=True).indices
    texts, rows = [text_of[str(doc_id)] for doc_id in groups], list(groups.values())
    # Many articles are read together.
    for some in batches(map(len, texts)):
        order += rows[some]
        pieces += _around(texts[some], [places[which] for which in rows[some]], window, alphabet)
    around = pd.DataFrame(
        pieces,
        index=table.index[np.concatenate(order)] if order else table.index,
        columns=["left", "match", "right"],
        dtype="str",
    )
    return Kwic(table.join(around)[list(KWIC_COLUMNS)], window)


def _hits(
    corpus: Corpus, pattern_or_frame: str | Sequence[str] | Hits, lexicon: Lexicon | None
) -> Hits:
    """Return the given hits, or those of a pattern or a frame."""
    if isinstance(pattern_or_frame, Hits):
        check_texts(pattern_or_frame, corpus)
        return pattern_or_frame
    if lexicon is None:
        given = pattern_or_frame
        patterns = [given] if isinstance(given, str) else list(given)
        return find_hits(corpus, make_lexicon({"pattern": patterns}, language=corpus.language))
    check_choice("pattern_or_frame", pattern_or_frame, lexicon.frames["frame"])
    hits = find_hits(corpus, lexicon)
    table = hits.table[hits.table["frame"] == pattern_or_frame].reset_index(drop=True)
    return Hits(**{**vars(hits), "table": table})


def _as_read(text: str, removed: Sequence[Span]) -> str:
    """Return a text with spaces in place of the lines that were removed from it."""
    pieces, past = [], 0
    for start, end in sorted(removed):
        pieces += [text[past:start], " " * (end - max(start, past))]
        past = max(end, past)
    return "".join([*pieces, text[past:]])


def _around(
    texts: Sequence[str], spans: Sequence[Offsets], window: int, alphabet: Alphabet
) -> list[list[str]]:
    """Return left, match and right of each span of some texts."""
    text = "\n".join([*texts, ""])
    begins = begins_of(texts)
    past_texts = np.append(begins[1:], len(text))
    folded = fold_text(text, code_points(text), alphabet, past_texts - 1)
    starts = token_starts(folded, alphabet)
    ends = folded.into_text(token_ends(folded, starts))
    starts = folded.into_text(starts)
    sizes = [len(some) for some in spans]
    places = np.concatenate(spans) + np.repeat(begins, sizes)[:, None]
    # The first token of the text of each span, and the first token after its text.
    low, high = (np.repeat(np.searchsorted(starts, edge), sizes) for edge in (begins, past_texts))
    first = np.searchsorted(ends, places[:, 0], side="right")
    past = np.searchsorted(starts, places[:, 1], side="left")
    left = np.append(starts, 0)[np.maximum(first - window, low)]
    left = np.where(first > low, left, places[:, 0])
    right = np.append(ends, 0)[np.minimum(past + window, high) - 1]
    right = np.where(past < high, right, places[:, 1])
    columns = left.tolist(), places[:, 0].tolist(), places[:, 1].tolist(), right.tolist()
    return [
        [" ".join(text[a:b].split()) for a, b in ((from_, start), (start, end), (end, to))]
        for from_, start, end, to in zip(*columns, strict=True)
    ]
