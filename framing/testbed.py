"""Testbeds: coded text that ships with the package, for trying all of it."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_choice, check_objects
from framing._core.files import read_text
from framing._core.result import Shown
from framing.coding.codes import Codes, make_codes
from framing.corpus.corpus import Corpus, make_corpus

NAMES = ("constructed", "newswire", "briefings", "passages")
COLUMNS = (
    "title", "source", "date", "outlet", "leaning", "manner", "held_back", "near_duplicate_of",
)  # fmt: skip
# A sentence gets the codes of a coded sentence if it holds at least this share of it. A time stamp
# holds less.
SMALLEST_SHARE = 0.25
PARTS = ("all", "training", "held back")


class CodedSpan(msgspec.Struct, forbid_unknown_fields=True):
    """A sentence as the coders saw it: its position, and the codes of each coder."""

    start: int
    end: int
    codes: dict[str, dict[str, int]]
    rejected: list[str]
    speaker: str
    hard_negative: bool


class CodedArticle(msgspec.Struct, forbid_unknown_fields=True):
    """One line of a testbed file: an article with its coded sentences."""

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
        The documents, with the additional columns ``outlet`` (kind of outlet), ``leaning``,
        ``manner`` ("figurative", "plain", "spoken" or "varied"), ``held_back`` and
        ``near_duplicate_of``.
    codes : Codes
        The codes of the sentences of the corpus.
    sentences : pandas.DataFrame
        One row per coded sentence: ``doc_id``, ``sentence``, ``rejected`` (frames that it
        denies, joined by spaces), ``speaker`` (empty for the journalist) and ``hard_negative``
        (written to mislead a word list).
    name : str
        Name of the testbed.
    """

    # Tells pytest that this is not a test, despite its name.
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


@check_objects
def load_testbed(name: str = "constructed", *, part: str = "all") -> Testbed:
    """Return coded text that ships with the package.

    Parameters
    ----------
    name : {"constructed", "newswire", "briefings", "passages"}
        "constructed": articles of eight invented outlets on an invented peace initiative.
        Language models wrote them for the package, and coded them. "newswire": excerpts
        constructed in the same way, in the plain style of wires, broadcasters and newspapers, on
        real events. No sentence of these two comes from a real article. "briefings": passages
        of White House briefings, in the public domain; two model coders coded each sentence.
        "passages": eight sentences each, constructed and coded by three language models that had
        read the codebook and nothing else; it is the hardest of the four for a word list.
        The datasheet describes how the testbeds were made.
    part : {"all", "training", "held back"}
        "training": articles for developing a lexicon. "held back": articles for testing a
        locked lexicon. The briefings have none held back.

    Returns
    -------
    Testbed
        Corpus, codes and sentences. The package can split a coded sentence: each larger piece
        then gets the codes of the whole sentence. It can also join coded sentences: the result
        gets the codes of all of them.

    Raises
    ------
    InputError
        There is no such testbed, or it has no such part.

    Examples
    --------
    >>> import framing as fr
    >>> fr.load_testbed("briefings")
    <Testbed 'briefings': 40 documents, 330 sentences, coders a, b>
    """
    check_choice("name", name, NAMES)
    check_choice("part", part, PARTS)
    articles = read_articles(testbed_path(name))
    if part != "all":
        articles = [item for item in articles if item.held_back == (part == "held back")]
    if not articles:
        raise InputError(f"Testbed {name!r} has no article in the part {part!r}. Use part='all'.")
    columns: dict[str, Any] = {
        key: [getattr(item, key) for item in articles] for key in ("doc_id", *COLUMNS)
    }
    corpus = make_corpus([item.text for item in articles], furniture=False, **columns)
    rows, facts = _by_sentence(articles, corpus)
    return Testbed(corpus, make_codes(pd.DataFrame(rows)), pd.DataFrame(facts), name)


def testbed_path(name: str) -> Path:
    """Return the path of the file of a testbed."""
    file = {"constructed": "testbed.jsonl"}.get(name, f"{name}.jsonl")
    return Path(str(resources.files("framing"))).joinpath("data", "testbed", file)


# Not a test either.
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
    """Return codes and annotations of each sentence of the corpus."""
    rows: list[dict[str, object]] = []
    facts: list[dict[str, object]] = []
    sentences = dict(list(corpus.sentences.groupby("doc_id")))
    for article in articles:
        starts = np.array([span.start for span in article.sentences])
        ends = np.array([span.end for span in article.sentences])
        article_sentences = sentences[article.doc_id][["sentence", "start", "end"]]
        for sentence, start, end in article_sentences.itertuples(index=False):
            shared = np.minimum(ends, end) - np.maximum(starts, start)
            spans = [
                article.sentences[index]
                for index in np.flatnonzero(shared >= SMALLEST_SHARE * (ends - starts))
            ]
            if not spans:
                continue
            key = {"doc_id": article.doc_id, "sentence": sentence}
            for coder in spans[0].codes:
                frames = spans[0].codes[coder]
                codes = {frame: max(span.codes[coder][frame] for span in spans) for frame in frames}
                rows.append({**key, "coder": coder, **codes})
            facts.append(
                {
                    **key,
                    "rejected": " ".join(
                        dict.fromkeys(frame for span in spans for frame in span.rejected)
                    ),
                    "speaker": spans[0].speaker,
                    "hard_negative": any(span.hard_negative for span in spans),
                }
            )
    return rows, facts
