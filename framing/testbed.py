"""Testbed: coded text that may be shared, on which the whole of the package can be tried."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_choice
from framing._core.files import read_text
from framing._core.result import Shown
from framing.coding.codes import Codes, make_codes
from framing.corpus.corpus import Corpus, make_corpus

NAMES = ("constructed", "newswire", "briefings")
COLUMNS = (
    "title", "source", "date", "outlet", "leaning", "manner", "held_back", "near_duplicate_of",
)  # fmt: skip
# Share of what the coders saw that a piece must hold to have its codes: no time stamp does.
LEAST = 0.25
PARTS = ("all", "training", "held back")


class CodedSpan(msgspec.Struct, forbid_unknown_fields=True):
    """A sentence as the coders saw it: its place, and each coder's codes."""

    start: int
    end: int
    codes: dict[str, dict[str, int]]
    rejected: list[str]
    speaker: str
    hard_negative: bool


class CodedArticle(msgspec.Struct, forbid_unknown_fields=True):
    """A line of a testbed file."""

    doc_id: str
    title: str
    source: str
    date: str
    outlet: str
    leaning: str
    manner: str
    held_back: bool
    near_duplicate_of: str
    text: str
    sentences: list[CodedSpan]


@dataclass(frozen=True, eq=False)
class Testbed(Shown):
    """Coded text that ships with the package.

    Attributes
    ----------
    corpus : Corpus
        Beside the usual columns ``outlet`` (its kind), ``leaning``, ``manner`` ("figurative",
        "plain" or "spoken"), ``held_back`` and ``near_duplicate_of``.
    codes : Codes
        By sentence of the corpus.
    sentences : pandas.DataFrame
        A row a coded sentence: ``doc_id``, ``sentence``, ``rejected`` (frames that it denies,
        joined by spaces), ``speaker`` (empty for the journalist) and ``hard_negative`` (written to
        mislead a word list).
    name : str
    """

    # Not a test, though its name begins like one.
    __test__ = False

    corpus: Corpus
    codes: Codes
    sentences: pd.DataFrame
    name: str

    def __len__(self) -> int:
        return len(self.corpus)

    def __repr__(self) -> str:
        return (
            f"<Testbed {self.name!r}: {len(self.corpus):,} documents, {len(self.sentences):,} "
            f"sentences, coders {', '.join(self.codes.coders)}>"
        )

    def _rows(self) -> pd.DataFrame:
        return self.corpus.describe("source")


def load_testbed(name: str = "constructed", *, part: str = "all") -> Testbed:
    """Return coded text that ships with the package.

    Parameters
    ----------
    name : {"constructed", "newswire", "briefings"}
        "constructed": articles of eight invented outlets on an invented peace initiative,
        written for the package by language models and coded by their writers. "newswire":
        excerpts constructed in the same way, in the plain manner of wires, broadcasters and
        newspapers, on the real course of events. No sentence of either is that of a real
        article. "briefings": passages of White House briefings, in the public domain, each
        sentence coded by two model coders. The datasheet tells how they were made.
    part : {"all", "training", "held back"}
        Those articles that may be learnt from, or those that are for testing a lexicon that is
        locked. Of the briefings none is held back.

    Returns
    -------
    Testbed
        Where the package cuts a sentence otherwise than the coders saw it, each larger piece has
        the codes of the whole, and what was joined has those of all its pieces.

    Raises
    ------
    InputError
        There is no such testbed or part.

    Examples
    --------
    >>> import framing as fr
    >>> fr.load_testbed("briefings")
    <Testbed 'briefings': 40 documents, 327 sentences, coders a, b>
    """
    check_choice("name", name, NAMES)
    check_choice("part", part, PARTS)
    articles = read_articles(testbed_path(name))
    if part != "all":
        articles = [item for item in articles if item.held_back == (part == "held back")]
    if not articles:
        raise InputError(f"Testbed {name!r} has no article that is {part}.")
    columns: dict[str, Any] = {
        key: [getattr(item, key) for item in articles] for key in ("doc_id", *COLUMNS)
    }
    corpus = make_corpus([item.text for item in articles], furniture=False, **columns)
    rows, facts = _by_sentence(articles, corpus)
    return Testbed(corpus, make_codes(pd.DataFrame(rows)), pd.DataFrame(facts), name)


def testbed_path(name: str) -> Path:
    """Return the file of a testbed."""
    file = {"constructed": "testbed.jsonl"}.get(name, f"{name}.jsonl")
    return Path(str(resources.files("framing"))).joinpath("data", "testbed", file)


# Neither is this.
testbed_path.__test__ = False  # type: ignore[attr-defined]


def read_articles(path: Path) -> list[CodedArticle]:
    """Return the articles of a testbed file."""
    articles = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        try:
            articles.append(msgspec.json.decode(line, type=CodedArticle))
        except msgspec.DecodeError as error:
            raise InputError(f"{path}, line {number}: {error}.") from None
    return articles


def _by_sentence(
    articles: list[CodedArticle], corpus: Corpus
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the codes and the other facts of each sentence of the corpus."""
    rows: list[dict[str, object]] = []
    facts: list[dict[str, object]] = []
    sentences = dict(list(corpus.sentences.groupby("doc_id")))
    for article in articles:
        starts = np.array([span.start for span in article.sentences])
        ends = np.array([span.end for span in article.sentences])
        own = sentences[article.doc_id][["sentence", "start", "end"]]
        for sentence, start, end in own.itertuples(index=False):
            shared = np.minimum(ends, end) - np.maximum(starts, start)
            spans = [
                article.sentences[at] for at in np.flatnonzero(shared >= LEAST * (ends - starts))
            ]
            if not spans:
                continue
            place = {"doc_id": article.doc_id, "sentence": sentence}
            for coder in spans[0].codes:
                frames = spans[0].codes[coder]
                codes = {frame: max(span.codes[coder][frame] for span in spans) for frame in frames}
                rows.append({**place, "coder": coder, **codes})
            facts.append(
                {
                    **place,
                    "rejected": " ".join(
                        dict.fromkeys(frame for span in spans for frame in span.rejected)
                    ),
                    "speaker": spans[0].speaker,
                    "hard_negative": any(span.hard_negative for span in spans),
                }
            )
    return rows, facts
