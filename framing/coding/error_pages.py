"""Error pages: the false hits and the misses of a validation in their context."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

import pandas as pd

from framing._core.checks import InputError, check_objects
from framing._core.files import write_text
from framing._core.result import TableResult, instrument_of
from framing._core.templates import plural, render, template_file
from framing.coding.validation import Validation
from framing.corpus.corpus import Corpus


class _Error(NamedTuple):
    """An error: its document and sentence, the matched entries, and the texts around it.

    ``pieces`` are the texts of the sentence, each with whether it is a hit. ``before`` and
    ``after`` are the previous and the next sentence.
    """

    doc_id: str
    sentence: int
    entries: str
    before: str
    pieces: list[tuple[str, bool]]
    after: str


class _Group(NamedTuple):
    """The errors of one kind in a frame; ``named`` is their number in words."""

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
        The arguments, the lexicon, the texts and the versions.
    left_out : pandas.DataFrame
        Sentences that are neither, with the ``reason``.
    """

    made_by: ClassVar[str] = "list_errors"
    rows: ClassVar[str] = "errors"
    draw_instead: ClassVar[str] = (
        "write_errors(validation, corpus, path) shows each error in its context."
    )


@check_objects
def list_errors(validation: Validation) -> ErrorList:
    """Return the false hits and the misses of a validation.

    Try it: ``speech = fr.load_testbed("briefings")``,
    ``hits = fr.find_hits(speech.corpus, fr.load_lexicon("peace-initiative"))``,
    ``fr.list_errors(fr.validate(hits, speech.codes)).table``.

    Parameters
    ----------
    validation : Validation
        From `validate`.

    Returns
    -------
    ErrorList
        Its ``table`` has one row per error: ``frame``, ``error`` ("false hit" or "miss"),
        ``doc_id``, ``sentence``, ``start``, ``end``, ``coded`` (the mean code) and ``entries``
        (the matched entries, joined by "; "). A sentence on which coders are evenly divided is
        neither; it is in ``left_out``.

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
    false_hit = table["hit"] & (table["coded"] < 0.5)
    miss = ~table["hit"] & (table["coded"] > 0.5)
    errors = table[false_hit | miss].copy()
    errors["error"] = false_hit[errors.index].map({True: "false hit", False: "miss"})
    matched = validation.hits.table.astype({"entry": "str", "frame": "str"})
    keys = ["doc_id", "sentence", "frame"]
    entries = matched.groupby(keys)["entry"].agg(lambda names: "; ".join(dict.fromkeys(names)))
    sentences = pd.MultiIndex.from_frame(errors[keys].astype({"frame": "str"}))
    errors["entries"] = entries.reindex(sentences).fillna("").to_numpy()
    columns = ["frame", "error", "doc_id", "sentence", "start", "end", "coded", "entries"]
    order = ["frame", "error", "doc_id", "sentence"]
    divided = table[table["coded"] == 0.5][["doc_id", "sentence", "frame"]]
    return ErrorList(
        errors[columns].sort_values(order).reset_index(drop=True),
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
        The texts that were searched. The page contains them: share it only where the texts may
        be shared.
    path : str or Path
        A path that ends in .html. Missing folders are created.

    Returns
    -------
    Path
        The page: one file without scripts that loads nothing else.

    Raises
    ------
    InputError
        The path does not end in .html, or the validation is of another corpus.

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
        raise InputError(
            f"{path}: the page of errors is an .html file. Give a path that ends in .html."
        )
    if corpus.fingerprint != validation.hits.corpus_fingerprint:
        raise InputError(
            "The validation is of hits in another corpus. Give the corpus in which these hits were "
            "found: write_errors(validation, corpus, path)."
        )
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
    write_text(path, "".join(pieces))
    return path


def _group(frame: str, error: str, rows: pd.DataFrame, texts: "_Texts") -> _Group:
    """Return the errors of one kind in a frame, with the texts around them."""
    columns = ["doc_id", "sentence", "entries"]
    errors = [
        texts.error(frame, doc_id, int(sentence), entries)
        for doc_id, sentence, entries in rows[columns].itertuples(index=False)
    ]
    nouns = "misses" if error == "miss" else "false hits"
    return _Group(frame, error, plural(len(errors), error, nouns), errors)


class _Texts:
    """The sentences of a corpus and their hits."""

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
        """Return an error with its sentence, cut where the hits of the frame start and end.

        Example: a sentence from 0 to 20 with a hit from 4 to 9 has the pieces 0-4, 4-9 (a hit)
        and 9-20.
        """
        text, (start, end) = self.texts[doc_id], self.spans[doc_id, sentence]
        pieces = []
        for hit_start, hit_end in sorted(self.hits.get((doc_id, sentence, frame), [])):
            # A hit that overlaps the previous one has no mark of its own.
            if hit_start >= start:
                pieces += [(text[start:hit_start], False), (text[hit_start:hit_end], True)]
                start = hit_end
        pieces.append((text[start:end], False))
        before, after = (self._sentence(doc_id, sentence + step) for step in (-1, 1))
        return _Error(doc_id, sentence, entries, before, pieces, after)

    def _sentence(self, doc_id: str, sentence: int) -> str:
        """Return the text of a sentence; empty where the document has no such sentence."""
        start, end = self.spans.get((doc_id, sentence), (0, 0))
        return str(self.texts[doc_id][start:end])
