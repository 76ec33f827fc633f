"""The compared programs: how each builds, searches, and which entries it supports."""

import importlib.util
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import framing as fr
from _texts import make_corpus
from framing.hits.matcher import forget_lexicons

Search = Callable[[Any], Any]
Counts = NDArray[np.int64]

_INSIDE = "finds trap in entrapped; misses phrases over a line end or two spaces"
_ACROSS = "joins phrases across commas and ends of sentences"


def _all(pattern: str) -> bool:
    return True


def _one_wildcard(pattern: str) -> bool:
    return "*" not in pattern[:-1] and pattern.isascii()


def _words_of_ascii(pattern: str) -> bool:
    return re.fullmatch(r"\w+( \w+)*\*?", pattern, re.ASCII) is not None


def _plain_words(pattern: str) -> bool:
    return re.fullmatch(r"\w{2,}( \w{2,})*", pattern, re.ASCII) is not None


def _same(prepared: Any) -> Any:
    return prepared


def _rows_sum(result: Any, documents: int) -> Counts:
    return np.asarray(result.sum(axis=1), dtype=np.int64).reshape(documents)


@dataclass(frozen=True)
class Program:
    """A program: ``prepare`` is never timed, ``build`` and the search it returns are.

    ``whole`` says whether it searches all the text or a part of it; ``can`` which entries it
    can express; ``builds_itself`` that its search builds the matcher anew in every call;
    ``differs`` why it counts other than ours; ``per_document`` turns its result into hits per
    document.
    """

    name: str
    task: str
    needs: str
    whole: bool
    does: str
    build: Callable[[fr.Lexicon, list[str]], Search]
    prepare: Callable[[list[str]], Any] = list
    fresh: Callable[[Any], Any] = _same
    can: Callable[[str], bool] = _all
    builds_itself: bool = False
    differs: str = ""
    per_document: Callable[[Any, int], Counts] = _rows_sum

    @property
    def key(self) -> str:
        """Name and task: unique for each program."""
        return f"{self.name} ({self.task})"

    @property
    def installed(self) -> bool:
        """Whether its package is installed."""
        return importlib.util.find_spec(self.needs) is not None


def taken(program: Program, lexicon: fr.Lexicon) -> list[tuple[int, str]]:
    """Return frame number and pattern of each entry that the program supports."""
    codes = lexicon.table["frame"].cat.codes
    pairs = zip(codes.tolist(), lexicon.table["pattern"].str.lower(), strict=True)
    return [(frame, pattern) for frame, pattern in pairs if program.can(pattern)]


def _by_length(lexicon: fr.Lexicon, can: Callable[[str], bool]) -> dict[str, int]:
    codes = lexicon.table["frame"].cat.codes
    pairs = zip(lexicon.table["pattern"].str.lower(), codes.tolist(), strict=True)
    kept = [(pattern, frame) for pattern, frame in pairs if can(pattern)]
    return dict(sorted(kept, key=lambda item: (-len(item[0]), item)))


def _framing(verb: str, **options: Any) -> Callable[[fr.Lexicon, list[str]], Search]:
    def build(lexicon: fr.Lexicon, texts: list[str]) -> Search:
        def search(corpus: fr.Corpus, again: bool = False) -> Any:
            # The other programs pay for each build.
            if not again:
                forget_lexicons()
            return getattr(fr, verb)(corpus, lexicon, **options)

        return search

    return build


def _hits_per_document(hits: fr.Hits, documents: int) -> Counts:
    counts = hits.table["doc_id"].value_counts()
    return counts.reindex(hits.documents["doc_id"], fill_value=0).to_numpy(dtype=np.int64)


def _table_per_document(counts: pd.DataFrame, documents: int) -> Counts:
    return counts["n"].to_numpy().reshape(documents, -1).sum(axis=1)


def _re(lexicon: fr.Lexicon, texts: list[str]) -> Search:
    # A case-sensitive pattern on lower-cased text takes half the time of re.IGNORECASE.
    frames = len(lexicon.frames)
    groups = []
    for frame in range(frames):
        own = [item for item, code in _by_length(lexicon, _all).items() if code == frame]
        groups.append(f"({'|'.join(map(_expression, own)) or '(?!)'})")
    pattern = re.compile("|".join(groups))

    def search(texts: list[str]) -> Counts:
        counts = np.zeros((len(texts), frames), dtype=np.int64)
        for row, text in enumerate(texts):
            for match in pattern.finditer(text.lower()):
                counts[row, match.lastindex - 1] += 1
        return counts

    return search


def _expression(pattern: str) -> str:
    words = [re.escape(word).replace(r"\*", r"\w*") for word in pattern.split()]
    start = r"\b" if re.match(r"\w", pattern) else ""
    return start + r"\s+".join(words) + (r"\b" if re.search(r"[\w*]$", pattern) else "")


def _count_vectorizer(lexicon: fr.Lexicon, texts: list[str]) -> Search:
    from sklearn.feature_extraction.text import CountVectorizer

    frame_of = _by_length(lexicon, _plain_words)
    longest = max(len(pattern.split()) for pattern in frame_of)
    vectorizer = CountVectorizer(vocabulary=list(frame_of), ngram_range=(1, longest))
    member = np.equal.outer(list(frame_of.values()), range(len(lexicon.frames))).astype(np.int64)
    return lambda texts: vectorizer.transform(texts) @ member


def _automaton(lexicon: fr.Lexicon, texts: list[str]) -> Search:
    import ahocorasick_rs

    frame_of = {p.removesuffix("*"): f for p, f in _by_length(lexicon, _one_wildcard).items()}
    # Twice the speed of the default, with more memory.
    kind = ahocorasick_rs.Implementation.DFA
    automaton = ahocorasick_rs.BytesAhoCorasick([p.encode() for p in frame_of], implementation=kind)
    code, frames = np.array(list(frame_of.values())), len(lexicon.frames)

    def search(texts: list[bytes]) -> Counts:
        rows = []
        for text in texts:
            found = [match[0] for match in automaton.find_matches_as_indexes(text, True)]
            rows.append(np.bincount(code[np.array(found, dtype=np.intp)], minlength=frames))
        return np.array(rows, dtype=np.int64)

    return search


def _to_bytes(texts: list[str]) -> list[bytes]:
    return [text.lower().encode() for text in texts]


def _to_polars(texts: list[str]) -> Any:
    import polars as pl

    return pl.DataFrame({"text": texts}).with_row_index("row")


def _polars(words: bool) -> Callable[[fr.Lexicon, list[str]], Search]:
    def build(lexicon: fr.Lexicon, texts: list[str]) -> Search:
        import polars as pl

        if words:
            # Two spaces between words: a space belongs to one match only.
            frame_of = {
                f" {'  '.join(p.removesuffix('*').split())}{'' if p.endswith('*') else ' '}": f
                for p, f in _by_length(lexicon, _words_of_ascii).items()
            }
            spaced = pl.col("text").str.to_lowercase().str.replace_all(r"\W+", "  ")
            text = pl.concat_str(pl.lit(" "), spaced, pl.lit(" "))
        else:
            pairs = _by_length(lexicon, _one_wildcard).items()
            frame_of = {p.removesuffix("*"): f for p, f in pairs}
            text = pl.col("text").str.to_lowercase()
        patterns = sorted(frame_of, key=len, reverse=True)
        found = text.str.extract_many(patterns, leftmost=True).alias("found")
        codes = pl.DataFrame({"found": patterns, "frame": [frame_of[item] for item in patterns]})

        def search(table: Any) -> Counts:
            hits = table.select("row", found).explode("found").join(codes, on="found")
            hits = hits.group_by("row", "frame").len()
            counts = np.zeros((len(table), len(lexicon.frames)), dtype=np.int64)
            counts[hits["row"].to_numpy(), hits["frame"].to_numpy()] = hits["len"].to_numpy()
            return counts

        return search

    return build


def expand(pattern: str, vocabulary: Sequence[str]) -> list[str]:
    """Return the pattern, with wildcards replaced by the matching words of the text."""
    forms = []
    for word in pattern.split():
        stem = word.removesuffix("*")
        first = bisect_left(vocabulary, stem)
        past = bisect_left(vocabulary, stem + "\U0010ffff")
        forms.append(vocabulary[first:past] if word.endswith("*") else [word])
    return [" ".join(words) for words in product(*forms)]


def _spacy(lexicon: fr.Lexicon, texts: list[str]) -> Search:
    import spacy
    from spacy.matcher import PhraseMatcher

    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    pipeline.max_length = 10**9
    vocabulary = sorted({word for text in texts for word in re.findall(r"\w+", text.lower())})
    matcher = PhraseMatcher(pipeline.vocab, attr="LOWER")
    for pattern, frame in _by_length(lexicon, _all).items():
        phrases = [pipeline.make_doc(form) for form in expand(pattern, vocabulary)]
        matcher.add(f"{frame} {pattern}", phrases)

    def search(texts: list[str]) -> list[tuple[int, int, int, int, str]]:
        hits = []
        for row, doc in enumerate(pipeline.pipe(texts, n_process=1)):
            sentence = np.cumsum(doc.to_array("SENT_START") == 1).tolist()
            for label, first, past in matcher(doc):
                last = doc[past - 1]
                place = sentence[first], doc[first].idx, last.idx + len(last)
                hits.append((row, *place, pipeline.vocab.strings[label]))
        return hits

    return search


def _list_per_document(hits: list[tuple[int, int, int, int, str]], documents: int) -> Counts:
    return np.bincount([hit[0] for hit in hits], minlength=documents).astype(np.int64)


def programs() -> list[Program]:
    """Return the programs, ours first in each task."""
    ours = {"needs": "framing", "whole": True, "prepare": make_corpus, "fresh": replace,
            "builds_itself": True}  # fmt: skip
    counts = Program(
        "framing", "counts", build=_framing("count_hits"), per_document=_table_per_document, **ours,
        does="count_hits: whole words, longest match of a frame, exceptions, within a sentence",
    )  # fmt: skip
    hits = Program(
        "framing", "hits", build=_framing("find_hits"), per_document=_hits_per_document, **ours,
        does="find_hits: document, sentence, offsets, entry, frame and all columns of context",
    )  # fmt: skip
    two = replace(
        hits, name="framing, 2 workers", build=_framing("find_hits", workers=2),
        does="the same, with workers=2",
    )  # fmt: skip
    return [counts, *_counters(), hits, two, _spacy_program()]


def _counters() -> list[Program]:
    return [
        Program(
            "automaton alone", "counts", "ahocorasick_rs", True,
            "substrings, all that overlap; a DFA on bytes lower-cased beforehand: a floor, not a "
            "rival",
            _automaton, _to_bytes, can=_one_wildcard, differs=_INSIDE,
        ),
        Program(
            "polars, substrings", "counts", "polars", True,
            "extract_many on lower-cased text: substrings, the longest, none overlapping",
            _polars(words=False), _to_polars, can=_one_wildcard, differs=_INSIDE,
        ),
        Program(
            "polars, words", "counts", "polars", True,
            "extract_many after every run of other characters became spaces: whole words, the "
            "longest, none overlapping",
            _polars(words=True), _to_polars, can=_words_of_ascii, differs=_ACROSS,
        ),
        Program(
            "re", "counts", "re", False,
            r"one alternation with \b and \w* on lower-cased text: the first that fits, none "
            "overlapping",
            _re, differs="joins phrases across paragraphs",
        ),
        Program(
            "CountVectorizer", "counts", "sklearn", False,
            "words and n-grams, all that overlap; no wildcards, hyphens or apostrophes",
            _count_vectorizer, can=_plain_words, differs=_ACROSS,
        ),
    ]  # fmt: skip


def _spacy_program() -> Program:
    return Program(
        "spaCy", "hits", "spacy", False,
        "blank English, sentencizer, PhraseMatcher on LOWER, wildcards expanded to the words of "
        "the text: document, sentence, offsets, entry; all that overlap",
        _spacy, per_document=_list_per_document,
        differs="finds would in wouldn’t; misses some in some- and phrases over a line end",
    )  # fmt: skip
