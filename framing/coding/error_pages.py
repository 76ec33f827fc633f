"""Errors: the false hits and the misses of a validation, to be read in their context."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

import pandas as pd

from framing._core.checks import InputError, check_objects
from framing._core.result import TableResult, instrument_of
from framing._core.templates import plural, render, template_file
from framing.coding.validation import Validation
from framing.corpus.corpus import Corpus


class _Error(NamedTuple):
    """An error: where it stands, the entries that fired, and its sentence between two others.

    ``pieces`` are the texts of the sentence, each with whether it was hit.
    """

    doc_id: str
    sentence: int
    entries: str
    before: str
    pieces: list[tuple[str, bool]]
    after: str


class _Group(NamedTuple):
    """The errors of one kind in a frame; ``named`` is how many there are, in words."""

    frame: str
    error: str
    named: str
    errors: list[_Error]


@dataclass(frozen=True, eq=False, repr=False)
class ErrorList(TableResult):
    """The false hits and the misses of a validation.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per error: ``frame``, ``error``, ``doc_id``, ``sentence``, ``start``, ``end``,
        ``coded``, ``entries``; see `list_errors`.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        What was not measured, with the ``reason``.
    """

    made_by: ClassVar[str] = "list_errors"
    rows: ClassVar[str] = "errors"
    draw_instead: ClassVar[str] = (
        "write_errors(validation, corpus, path) shows each in its context."
    )


@check_objects
def list_errors(validation: Validation) -> ErrorList:
    """Return the false hits and the misses of a validation.

    Parameters
    ----------
    validation : Validation
        From `validate`.

    Returns
    -------
    ErrorList
        Its ``table``:
        one row per error: ``frame``, ``error`` ("false hit" or "miss"), ``doc_id``, ``sentence``,
        ``start``, ``end``, ``coded`` (mean code) and ``entries`` (those that fired, joined by
        "; "). A sentence on which coders are evenly divided is neither.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> hits = fr.find_hits(fr.make_corpus(["A truce. Rain."]), fr.make_lexicon({"p": ["truce"]}))
    >>> table = pd.DataFrame({"doc_id": "text1", "sentence": [1, 2], "p": [0, 1]})
    >>> fr.list_errors(fr.validate(hits, fr.make_codes(table)))[["error", "sentence", "entries"]]
           error  sentence entries
    0  false hit         1   truce
    1       miss         2
    """
    table = validation.sentences
    wrong_hit = table["hit"] & (table["coded"] < 0.5)
    missed = ~table["hit"] & (table["coded"] > 0.5)
    wrong = table[wrong_hit | missed].copy()
    wrong["error"] = wrong_hit[wrong.index].map({True: "false hit", False: "miss"})
    fired = validation.hits.table.astype({"entry": "str", "frame": "str"})
    keys = ["doc_id", "sentence", "frame"]
    named = fired.groupby(keys)["entry"].agg(lambda entries: "; ".join(dict.fromkeys(entries)))
    sentences = pd.MultiIndex.from_frame(wrong[keys].astype({"frame": "str"}))
    wrong["entries"] = named.reindex(sentences).fillna("").to_numpy()
    columns = ["frame", "error", "doc_id", "sentence", "start", "end", "coded", "entries"]
    order = ["frame", "error", "doc_id", "sentence"]
    divided = table[table["coded"] == 0.5][["doc_id", "sentence", "frame"]]
    return ErrorList(
        wrong[columns].sort_values(order).reset_index(drop=True),
        settings=instrument_of(validation),
        left_out=divided.assign(reason="coders are evenly divided").reset_index(drop=True),
    )


@check_objects
def write_errors(validation: Validation, corpus: Corpus, path: str | Path) -> Path:
    """Write a page with every false hit and every miss in its context.

    Parameters
    ----------
    validation : Validation
        From `validate`.
    corpus : Corpus
        The texts that were searched. They stand on the page: share it only where they may be
        shared.
    path : str or Path
        Ending in .html; missing folders are made.

    Returns
    -------
    Path
        One page without scripts, which needs nothing else.

    Raises
    ------
    InputError
        The ending is another, or the corpus is.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce. Rain."])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"p": ["truce"]}))
    >>> table = pd.DataFrame({"doc_id": "text1", "sentence": [1, 2], "p": [0, 1]})
    >>> valid = fr.validate(hits, fr.make_codes(table))
    >>> fr.write_errors(valid, corpus, tempfile.mkdtemp() + "/errors.html").name
    'errors.html'
    """
    path = Path(path)
    if path.suffix != ".html":
        raise InputError(f"{path}: the page of errors is written as .html.")
    if corpus.fingerprint != validation.hits.corpus_fingerprint:
        raise InputError("The validation is of hits in another corpus than the one given.")
    from markupsafe import Markup

    errors = list_errors(validation)
    texts = _Texts(corpus, validation)
    pieces = render(
        "errors/page.html",
        language=corpus.language,
        title=f"Errors of {validation.lexicon}",
        style=Markup(template_file("errors/page.css")),
        total=len(errors),
        coded=int(validation.table["n"].max()),
        groups=[
            _group(str(frame), str(error), rows, texts)
            for (frame, error), rows in errors.groupby(["frame", "error"], observed=True)
        ],
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(pieces), encoding="utf-8", newline="\n")
    return path


def _group(frame: str, error: str, rows: pd.DataFrame, texts: "_Texts") -> _Group:
    columns = ["doc_id", "sentence", "entries"]
    errors = [
        texts.error(frame, doc_id, int(sentence), entries)
        for doc_id, sentence, entries in rows[columns].itertuples(index=False)
    ]
    nouns = "misses" if error == "miss" else "false hits"
    return _Group(frame, error, plural(len(errors), error, nouns), errors)


class _Texts:
    """The sentences of a corpus and their hits, by document."""

    def __init__(self, corpus: Corpus, validation: Validation) -> None:
        self.texts = dict(zip(corpus.table["doc_id"], corpus.table["text"], strict=True))
        sentences = corpus.sentences[["doc_id", "sentence", "start", "end"]]
        self.spans = {
            (doc_id, sentence): (start, end)
            for doc_id, sentence, start, end in sentences.itertuples(index=False)
        }
        self.hits: dict[tuple[str, int, str], list[tuple[int, int]]] = {}
        columns = ["doc_id", "sentence", "frame", "start", "end"]
        for doc_id, sentence, frame, start, end in validation.hits.table[columns].itertuples(
            index=False
        ):
            self.hits.setdefault((doc_id, sentence, str(frame)), []).append((start, end))

    def error(self, frame: str, doc_id: str, sentence: int, entries: str) -> _Error:
        """Return an error with its sentence cut where the hits of the frame begin and end."""
        text, (start, end) = self.texts[doc_id], self.spans[doc_id, sentence]
        pieces = []
        for first, last in sorted(self.hits.get((doc_id, sentence, frame), [])):
            # A hit within another is marked with it.
            if first >= start:
                pieces += [(text[start:first], False), (text[first:last], True)]
                start = last
        pieces.append((text[start:end], False))
        before, after = (self._sentence(doc_id, sentence + step) for step in (-1, 1))
        return _Error(doc_id, sentence, entries, before, pieces, after)

    def _sentence(self, doc_id: str, sentence: int) -> str:
        """Return a sentence, empty where there is none."""
        start, end = self.spans.get((doc_id, sentence), (0, 0))
        return str(self.texts[doc_id][start:end])
