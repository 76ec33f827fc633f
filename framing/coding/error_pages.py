"""Errors: the false hits and the misses of a validation, to be read in their context."""

from html import escape
from pathlib import Path

import pandas as pd

from framing._core.checks import InputError, check_objects
from framing.coding.validation import Validation
from framing.corpus.corpus import Corpus

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fff; }
h1 { font-size: 1.5rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; }
nav a { margin-right: 1rem; } article { margin: 1.2rem 0; }
.place { color: #666; font-size: .85rem; } .near { color: #777; }
mark { background: #ffe08a; padding: 0 .1em; } .entry { font-family: ui-monospace, monospace;
  font-size: .8rem; color: #555; overflow-wrap: anywhere; }
"""


@check_objects
def list_errors(validation: Validation) -> pd.DataFrame:
    """Return the false hits and the misses of a validation.

    Parameters
    ----------
    validation : Validation
        From `validate`.

    Returns
    -------
    pandas.DataFrame
        A row an error: ``frame``, ``error`` ("false hit" or "miss"), ``doc_id``, ``sentence``,
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
    false = table["hit"] & (table["coded"] < 0.5)
    missed = ~table["hit"] & (table["coded"] > 0.5)
    wrong = table[false | missed].copy()
    wrong["error"] = false[wrong.index].map({True: "false hit", False: "miss"})
    fired = validation.hits.table.astype({"entry": "str", "frame": "str"})
    keys = ["doc_id", "sentence", "frame"]
    named = fired.groupby(keys)["entry"].agg(lambda entries: "; ".join(dict.fromkeys(entries)))
    places = pd.MultiIndex.from_frame(wrong[keys].astype({"frame": "str"}))
    wrong["entries"] = named.reindex(places).fillna("").to_numpy()
    columns = ["frame", "error", "doc_id", "sentence", "start", "end", "coded", "entries"]
    order = ["frame", "error", "doc_id", "sentence"]
    return wrong[columns].sort_values(order).reset_index(drop=True)


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
    errors = list_errors(validation)
    head = escape(f"Errors of {validation.lexicon}")
    parts = [
        f'<!doctype html><html lang="{escape(corpus.language)}"><head><meta charset="utf-8">',
        f'<meta name="viewport" content="width=device-width"><title>{head}</title>',
        f"<style>{STYLE}</style></head><body><h1>{head}</h1>",
        f"<p>{len(errors):,} errors in {int(validation.table['n'].max()):,} coded sentences. ",
        "Marked: the words that were hit. In grey: the sentences before and after.</p><nav>",
    ]
    groups = [
        (str(frame), str(error), part)
        for (frame, error), part in errors.groupby(["frame", "error"], observed=True)
    ]
    for number, (frame, error, part) in enumerate(groups):
        plural = {"miss": "misses"}.get(error, "false hits") if len(part) > 1 else error
        title = escape(f"{frame}: {len(part):,} {plural}")
        parts.append(f'<a href="#g{number}">{title}</a>')
    parts.append("</nav>")
    context = _Context(corpus, validation)
    for number, (frame, error, part) in enumerate(groups):
        parts.append(f'<h2 id="g{number}">{escape(frame)}: {error}, n = {len(part):,}</h2>')
        for doc_id, sentence, entries in zip(
            part["doc_id"], part["sentence"], part["entries"], strict=True
        ):
            parts.append(context.article(frame, doc_id, int(sentence), entries))
    parts.append("</body></html>\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts), encoding="utf-8", errors="replace")
    return path


class _Context:
    """The sentences around an error, with the hits marked."""

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

    def article(self, frame: str, doc_id: str, sentence: int, entries: str) -> str:
        text, (start, end) = self.texts[doc_id], self.spans[doc_id, sentence]
        pieces, place = [], start
        for first, last in sorted(self.hits.get((doc_id, sentence, frame), [])):
            if first >= place:
                pieces += [escape(text[place:first]), f"<mark>{escape(text[first:last])}</mark>"]
                place = last
        pieces.append(escape(text[place:end]))
        before, after = (self._near(doc_id, sentence + step) for step in (-1, 1))
        named = f'<div class="entry">{escape(entries)}</div>' if entries else ""
        return (
            f'<article><div class="place">{escape(doc_id)}, sentence {sentence}</div>'
            f"<p>{before} {''.join(pieces)} {after}</p>{named}</article>"
        )

    def _near(self, doc_id: str, sentence: int) -> str:
        span = self.spans.get((doc_id, sentence))
        if span is None:
            return ""
        return f'<span class="near">{escape(self.texts[doc_id][span[0] : span[1]])}</span>'
