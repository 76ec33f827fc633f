"""Collocations: which words keep company, and which stand around the names of an actor."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from framing._core.checks import (
    InputError,
    check_choice,
    check_objects,
    check_positive,
    check_share,
)
from framing._core.renaming import renamed
from framing._core.result import Result, instrument_of, left_out
from framing._core.statistics import ADJUSTMENTS
from framing._core.statistics import adjust as adjusted
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits, find_hits
from framing.lexicons.actors import Actors
from framing.lexicons.lexicon import make_lexicon
from framing.text.characters import Offsets
from framing.text.counts import Batch, Placed, Task, make_batches, place_tokens
from framing.text.stop_words import as_stop_words
from framing.text.tokens import RULES, Types
from framing.words.keyness_statistics import Counts, LogRatios, log_ratios
from framing.words.keywords import KEYNESS_COLUMNS, PER, Keyness
from framing.words.phrases import npmi

# The span that takes the whole sentence.
SENTENCE = "sentence"
# Two numbers as one: of tokens of a batch and of nodes there are fewer.
_PAIR = 2**31

Array = NDArray[np.float64]
Cells = tuple[Offsets, Offsets, Offsets, Offsets]


MEASURES = ("g2", "chi2", "log_ratio", "npmi", "pmi", "t")
COLLOCATION_COLUMNS = (
    "node", "collocate", "statistic", "p", "n", "expected", "n_elsewhere", "p_adjusted",
    "log_ratio", "log_ratio_low", "log_ratio_high", "rate", "rate_elsewhere", "documents",
    "documents_elsewhere",
)  # fmt: skip
Node = str | Sequence[str] | Mapping[str, str | Sequence[str]] | Actors | Hits


@dataclass(frozen=True)
class Near:
    """Counts by document (rows), for each node, each type, and each pair of node and type.

    ``near`` and ``inside`` have a column a pair, the tokens of the type near the node and those
    that are part of it; ``pairs`` is node and type of each. ``window`` and ``own`` have a
    column a node: all tokens near it, and its own; ``types`` a column a type. ``rare`` is
    how many types are too rare near each node.
    """

    pairs: Offsets
    near: sparse.csc_array
    inside: sparse.csc_array
    window: sparse.csc_array
    own: sparse.csc_array
    types: sparse.csc_array
    tokens: Array
    names: list[str]
    rare: Offsets


@dataclass(frozen=True)
class Lookout:
    """What is looked for: spans of nodes (document, node, start, end), or each type as a node."""

    nodes: pd.DataFrame | None
    span: int | str
    stop_words: frozenset[str]


def count_near(
    task: Task, parts: Iterable[Batch], documents: int, lookout: Lookout, min_count: int
) -> Near:
    """Return what stands near the nodes, as pairs that meet ``min_count`` times."""
    types = Types(task.rule)
    forms = _Forms(types, lookout.stop_words)
    near: list[Cells] = []
    inside: list[Cells] = []
    window: list[tuple[Offsets, Offsets]] = []
    own: list[tuple[Offsets, Offsets]] = []
    every: list[tuple[Offsets, Offsets]] = []
    for batch in parts:
        placed = place_tokens(task, batch, types)
        form, able = forms.of(placed.type_of)
        hits = _occurrences(placed, form, able, lookout)
        within = _keys(*_positions(hits[1], hits[2] - hits[1] + 1), hits[0])
        around = np.setdiff1d(_around(placed, hits, lookout.span), within, assume_unique=True)
        for keys, totals, cells in ((around, window, near), (within, own, inside)):
            place, node = np.divmod(keys, _PAIR)
            totals.append((node, placed.document[place]))
            kept = able[place]
            cells.append(_cells(node[kept], form[place[kept]], placed.document[place[kept]]))
        every.append((form, placed.document))
    return _near(near, inside, (window, own, every), documents, types.names, min_count)


class _Forms:
    """Types without the 's of possessives, and which of them may be a collocate."""

    def __init__(self, types: Types, stop_words: frozenset[str]) -> None:
        self._types, self._stop = types, stop_words
        self._form: list[int] = []
        self._able: list[bool] = []

    def of(self, type_of: Offsets) -> tuple[Offsets, NDArray[np.bool_]]:
        """Return the form of each token, and whether it may be a collocate."""
        for name in self._types.names[len(self._form) :]:
            short = name.removesuffix("'s") if self._types.rule == "words" else name
            self._form.append(self._types.row(short or name))
            known = name in self._stop or short in self._stop
            self._able.append(len(short) > 1 and short[0].isalpha() and not known)
        form = np.array(self._form, dtype=np.int64)[type_of]
        return form, np.array(self._able, dtype=bool)[type_of]


def _occurrences(
    placed: Placed, form: Offsets, able: NDArray[np.bool_], lookout: Lookout
) -> tuple[Offsets, Offsets, Offsets]:
    """Return node, first and last token of each occurrence of a node in a batch."""
    if lookout.nodes is None:
        place = np.flatnonzero(able)
        return form[place], place, place
    if not len(placed.document):
        return (np.empty(0, dtype=np.int64),) * 3
    nodes = lookout.nodes
    first_document, last_document = placed.document[0], placed.document[-1]
    nodes = nodes[nodes["document"].between(first_document, last_document)]
    # Offsets of all documents on one line, so that one search finds them.
    size = max(int(placed.end.max()), int(nodes["end"].max() if len(nodes) else 0)) + 1
    base = nodes["document"].to_numpy() * size
    first = np.searchsorted(placed.document * size + placed.end, base + nodes["start"], "right")
    last = np.searchsorted(placed.document * size + placed.start, base + nodes["end"], "left") - 1
    return nodes["node"].to_numpy(dtype=np.int64), first, last


def _positions(first: Offsets, sizes: Offsets) -> tuple[Offsets, Offsets]:
    """Return the positions of runs, and for each the number of its run."""
    run = np.repeat(np.arange(len(sizes)), sizes)
    return np.arange(len(run)) - np.repeat(np.cumsum(sizes) - sizes - first, sizes), run


def _keys(place: Offsets, run: Offsets, node: Offsets) -> Offsets:
    """Return places and nodes as one number, each pair once."""
    keys: Offsets = np.unique(place * _PAIR + node[run])
    return keys


def _around(placed: Placed, hits: tuple[Offsets, Offsets, Offsets], span: int | str) -> Offsets:
    """Return the tokens near each node, in its sentence."""
    node, first, last = hits
    begin = np.searchsorted(placed.sentence, placed.sentence[first], "left")
    past = np.searchsorted(placed.sentence, placed.sentence[first], "right")
    if not isinstance(span, str):
        begin, past = np.maximum(begin, first - span), np.minimum(past, last + 1 + span)
    return _keys(*_positions(begin, past - begin), node)


def _cells(node: Offsets, form: Offsets, document: Offsets) -> Cells:
    """Return node, type and document of each combination, and how often it is there."""
    if not len(node):
        return (np.empty(0, dtype=np.int64),) * 4
    least, width = document.min(), int(form.max()) + 1
    depth = int(document.max() - least) + 1
    keys, n = np.unique((node * width + form) * depth + (document - least), return_counts=True)
    both, document = np.divmod(keys, depth)
    node, form = np.divmod(both, width)
    return node, form, document + least, n


def _near(
    near: Sequence[Cells],
    inside: Sequence[Cells],
    totals: tuple[list[tuple[Offsets, Offsets]], ...],
    documents: int,
    names: list[str],
    min_count: int,
) -> Near:
    node, form, document, n = (np.concatenate(part) for part in zip(*near, strict=True))
    keys, pair = np.unique(node * _PAIR + form, return_inverse=True)
    kept = np.bincount(pair, n, len(keys)) >= min_count
    number = np.where(kept, np.cumsum(kept) - 1, -1)
    rare = np.bincount(keys[~kept] // _PAIR)
    keys, pair = keys[kept], number[pair]
    own = [np.concatenate(part) for part in zip(*inside, strict=True)]
    place = pd.Index(keys).get_indexer(pd.Index(own[0] * _PAIR + own[1])).astype(np.int64)
    shape = (documents, len(keys))
    window, own_tokens, every = (
        [np.concatenate(part) for part in zip(*parts, strict=True)] for parts in totals
    )
    most = max(int(part[0].max(initial=-1)) for part in (window, own_tokens))
    width = max(len(names), most + 1)
    return Near(
        pairs=np.column_stack(np.divmod(keys, _PAIR)),
        near=_counted(document, pair, n, shape),
        inside=_counted(own[2], place, own[3], shape),
        window=_counted(window[1], window[0], np.ones(len(window[0])), (documents, width)),
        own=_counted(own_tokens[1], own_tokens[0], np.ones(len(own_tokens[0])), (documents, width)),
        types=_counted(every[1], every[0], np.ones(len(every[0])), (documents, len(names))),
        tokens=np.bincount(every[1], minlength=documents).astype(np.float64),
        names=names,
        rare=rare,
    )


def _counted(
    row: Offsets, column: Offsets, values: NDArray[np.generic], shape: tuple[int, int]
) -> sparse.csc_array:
    """Return values added up in cells; those of column -1 are left out."""
    kept = column >= 0
    cells = (values[kept].astype(np.float64), (row[kept], column[kept]))
    return sparse.coo_array(cells, shape=shape).tocsc()


@dataclass(frozen=True, eq=False)
class Collocations(Result):
    """Words that stand near a node more, or less, often than elsewhere.

    Attributes
    ----------
    table : pandas.DataFrame
        A row a node and collocate, the strongest of each node first: ``node``; ``collocate``;
        ``statistic`` (of the measure); ``p`` (of the log-ratio, documents taken for
        independent); ``n`` (occurrences in the span of the node); ``expected`` (occurrences
        there, were the word as frequent as anywhere); ``n_elsewhere``; ``p_adjusted``;
        ``log_ratio`` (binary logarithm of the relative frequency in the span to that
        elsewhere), ``log_ratio_low`` and ``log_ratio_high``; ``rate`` and ``rate_elsewhere``
        (per 1,000 tokens); ``documents`` (in which it stands near) and ``documents_elsewhere``.
    nodes : pandas.DataFrame
        ``node``, ``n`` (occurrences), ``documents``, ``tokens`` (in its span) and
        ``tokens_elsewhere``; also nodes that never occur.
    measure : str
    span : int or "sentence"
    level : float
    rare : int
        Words near a node fewer than ``min_count`` times, of all nodes.
    left_out : pandas.DataFrame
        ``node``, ``n`` (such words) and ``reason``, one row per node that has any.
    settings : dict
        ``min_count``, ``adjust``, ``tokens``, ``documents``.

    See Also
    --------
    collocations, keyness, plot_keyness
    """

    table: pd.DataFrame
    nodes: pd.DataFrame
    measure: str
    span: int | str
    level: float
    rare: int

    draw_instead: ClassVar[str] = "collocations.keyness(node).plot() draws those of one node."
    computed_by: ClassVar[tuple[str, ...]] = (
        "scipy",
        "nltk",
    )

    def __repr__(self) -> str:
        met = int((self.nodes["n"] > 0).sum())
        span = "in the sentence" if self.span == SENTENCE else f"{self.span} words to each side"
        return (
            f"<Collocations: {len(self):,} of {met:,} nodes ({len(self.nodes) - met:,} without an "
            f"occurrence), {span}, by {self.measure}; {self.rare:,} below "
            f"{self.settings['min_count']:,} occurrences left out>"
        )

    def keyness(self, node: str | None = None) -> Keyness:
        """Return the collocates of one node as keyness: its span against all other text.

        Parameters
        ----------
        node : str, optional
            Not needed where there is one.

        Returns
        -------
        Keyness
            To be drawn by `plot_keyness`; p-values are adjusted for all nodes.

        Raises
        ------
        InputError
            There is no such node, or it has no collocate.
        """
        known = list(dict.fromkeys(self.table["node"].astype(str)))
        if node is None and len(known) == 1:
            node = known[0]
        check_choice("node", node, known)
        own = self.table[self.table["node"].astype(str) == node]
        renamed = own.rename(
            columns={
                "collocate": "term", "n": "n_target", "n_elsewhere": "n_reference",
                "rate": "rate_target", "rate_elsewhere": "rate_reference",
                "documents": "documents_target", "documents_elsewhere": "documents_reference",
            }
        )  # fmt: skip
        facts = self.nodes[self.nodes["node"] == node].iloc[0]
        sides = pd.DataFrame(
            {
                "side": ["target", "reference"],
                "name": [f"near {node}", "elsewhere"],
                "documents": [facts["documents"], self.settings["documents"]],
                "total": [facts["tokens"], facts["tokens_elsewhere"]],
            }
        )
        settings = {
            "correction": "none", "adjust": self.settings["adjust"],
            "min_count": self.settings["min_count"], "total": "tokens", "by": "node",
            "documents_left_out": 0,
        }  # fmt: skip
        table = renamed[list(KEYNESS_COLUMNS)].reset_index(drop=True)
        rare = self.left_out[self.left_out["node"] == node].reset_index(drop=True)
        return Keyness(
            table, sides, self.measure, self.level, int(rare["n"].sum()),
            settings=settings | instrument_of(self), left_out=rare,
        )  # fmt: skip


@renamed(adjustment="adjust")
@check_objects
def collocations(
    corpus: Corpus,
    node: Node | None = None,
    *,
    span: int | str = 5,
    measure: str = "g2",
    min_count: int = 5,
    stop_words: "str | Sequence[str] | None" = "en",
    tokens: str = "words",
    adjust: str = "bh",
    level: float = 0.95,
) -> Collocations:
    """Find the words that stand near a node: a word, a pattern, or the names of an actor.

    Tokens in the span of the node are set against all tokens elsewhere (surface co-occurrence,
    Evert 2008); those of the node itself are in neither. A token in the span of two occurrences
    counts once.

    Parameters
    ----------
    corpus : Corpus
        The texts to search.
    node : str, list of str, mapping, Actors, Hits or None
        A pattern (see `read_lexicon`); several, each a node; a mapping of nodes to patterns;
        `Actors`, each with all its aliases; `Hits`, each frame a node. Without it each word is
        a node, the stop words excepted. A name inside a longer one of another actor is not his.
    span : int or "sentence"
        Tokens to each side, stop words included, never beyond the sentence; or all of it.
    measure : {"g2", "chi2", "log_ratio", "npmi", "pmi", "t"}
        What ``statistic`` is: the log-likelihood ratio (Dunning 1993) or Pearson's chi-square,
        below zero where the word is rarer near the node; the binary logarithm of the ratio of
        relative frequencies (Hardie 2014); normalised pointwise mutual information, -1 to 1
        (Bouma 2009), or its plain form in bits; Student's t. All but the log-ratio and NPMI are
        computed by nltk.
    min_count : int
        Occurrences near the node that a collocate needs.
    stop_words : "en", iterable of str or None
        Words that are no collocates; nor are numbers and single letters.
    tokens : {"words", "plain"}
        As in `count_terms`.
    adjust : {"bh", "holm", "none"}
        Of the p-values, for all rows.
    level : float
        Of the interval of each log-ratio by itself.

    Returns
    -------
    Collocations
        Interval and p-value come from the variance between documents, in which tokens near and
        elsewhere go together; missing where a side has a single document. No pair that is
        frequent enough gives an empty table.

    Raises
    ------
    InputError
        No node occurs, or all text is near one; a pattern cannot be read, the hits are those of
        another corpus, or an argument is none of those allowed.

    References
    ----------
    Bouma, G. (2009). Normalized (pointwise) mutual information in collocation extraction.
    Proceedings of GSCL, 31-40.

    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
    Computational Linguistics 19(1), 61-74.

    Evert, S. (2008). Corpora and collocations. In A. Lüdeling and M. Kytö (eds), Corpus
    Linguistics: An International Handbook, volume 2, 1212-1248. Mouton de Gruyter.

    Hardie, A. (2014). Log Ratio: An informal introduction. ESRC Centre for Corpus Approaches to
    Social Science (CASS), Lancaster University.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["A fragile truce held.", "The fragile truce broke.", "Gas prices fell in May."]
    >>> found = fr.collocations(fr.make_corpus(texts), "truce", span=2, min_count=2)
    >>> found.table[["node", "collocate", "n", "expected", "n_elsewhere"]]
        node collocate  n  expected  n_elsewhere
    0  truce   fragile  2  1.090909            0
    """
    check_choice("measure", measure, MEASURES)
    check_choice("tokens", tokens, RULES)
    check_choice("adjust", adjust, ADJUSTMENTS)
    check_positive("min_count", min_count, whole=True)
    check_share("level", level)
    if span != SENTENCE:
        check_positive("span", span, whole=True)
    if not isinstance(corpus, Corpus):
        raise InputError(
            f"corpus is a {type(corpus).__name__}; collocations need the order of words, which "
            "is in a corpus (read_corpus, make_corpus) and not in the features of a study."
        )
    places, names = (None, None) if node is None else _places(corpus, node)
    parts = make_batches(corpus.table["text"], corpus.removed_lines)
    lookout = Lookout(places, span, as_stop_words(stop_words, tokens))
    task = Task("sentence", 0, tokens, corpus.language)
    near = count_near(task, parts, len(corpus), lookout, min_count)
    table = _table(near, names, measure, level)
    table.insert(7, "p_adjusted", adjusted(table["p"].to_numpy(dtype=np.float64), adjust))
    settings = {
        "min_count": min_count, "adjust": adjust, "tokens": tokens,
        "documents": int((near.tokens > 0).sum()), "corpus_fingerprint": corpus.fingerprint,
    }  # fmt: skip
    described = _nodes(near, names, places)
    return Collocations(
        table, described, measure, span, level, int(near.rare.sum()),
        settings=settings, left_out=_rare(near, names, min_count),
    )  # fmt: skip


def _rare(near: Near, names: list[str] | None, min_count: int) -> pd.DataFrame:
    """Return how many words are too rare near each node."""
    labels = near.names if names is None else names
    nodes = np.flatnonzero(near.rare)
    reason = f"fewer than {min_count:,} occurrences near the node"
    gone = left_out([labels[node] for node in nodes.tolist()], reason, item="node")
    gone.insert(1, "n", near.rare[nodes])
    return gone.sort_values("node", ignore_index=True) if names is None else gone


def _places(corpus: Corpus, node: Node) -> tuple[pd.DataFrame, list[str]]:
    """Return where each node stands (document, node, start, end), and their names."""
    hits, names = _node_hits(corpus, node)
    if not len(hits):
        raise InputError(
            f"None of {len(names):,} nodes occurs in the corpus ({', '.join(names[:3])}…). See "
            "kwic(corpus, pattern) for what a pattern finds."
        )
    table = hits.table
    places = pd.DataFrame(
        {
            "document": pd.Index(corpus.table["doc_id"]).get_indexer(pd.Index(table["doc_id"])),
            "node": table["frame"].cat.codes.to_numpy(dtype=np.int64),
            "start": table["start"].to_numpy(),
            "end": table["end"].to_numpy(),
        }
    )
    return places, names


def _node_hits(corpus: Corpus, node: Node) -> tuple[Hits, list[str]]:
    if isinstance(node, Hits):
        if node.corpus_fingerprint != corpus.fingerprint:
            raise InputError(
                "These hits were found in other texts than those of the corpus: give the corpus "
                "that find_hits was given."
            )
        return node, node.frames
    if isinstance(node, Actors):
        groups = node.table.groupby("actor", sort=False)["alias"]
        patterns = {str(actor): list(aliases) for actor, aliases in groups}
    elif isinstance(node, Mapping):
        patterns = {
            str(name): [own] if isinstance(own, str) else list(own) for name, own in node.items()
        }
    else:
        given = [node] if isinstance(node, str) else list(node)
        patterns = {str(pattern): [str(pattern)] for pattern in given}
    if not patterns:
        raise InputError("node is empty: give a pattern such as 'peace talk*', or several.")
    # Names of nodes may hold signs that the names of frames may not.
    lexicon = make_lexicon({f"node {n}": own for n, own in enumerate(patterns.values())})
    nested = "lexicon" if isinstance(node, Actors) else "frame"
    return find_hits(corpus, lexicon, nested=nested), list(patterns)


def _table(near: Near, names: list[str] | None, measure: str, level: float) -> pd.DataFrame:
    labels = near.names if names is None else names
    parts = []
    for node, pairs in _by_node(near):
        close = near.window[:, [node]].sum() + near.own[:, [node]].sum()
        if close == near.tokens.sum():
            raise InputError(
                f"All text is near {labels[node]!r}, which leaves nothing to compare with. Take a "
                "smaller span, a rarer node, or more text."
            )
        parts.append(_of_node(near, node, pairs, measure, level))
    columns = [name for name in COLLOCATION_COLUMNS if name != "p_adjusted"]
    table = pd.concat(parts) if parts else pd.DataFrame(columns=columns, dtype=np.float64)
    order = ["statistic", "node", "collocate"]
    table["collocate"] = np.array(near.names, dtype=object)[table["collocate"].astype(int)]
    if names is None:
        table["node"] = np.array(near.names, dtype=object)[table["node"].astype(int)]
    else:
        table["node"] = pd.Categorical.from_codes(
            table["node"].to_numpy(dtype=np.int64), dtype=pd.CategoricalDtype(names)
        )
        order = ["node", "statistic", "collocate"]
    rising = [name != "statistic" for name in order]
    table = table.astype({"collocate": "str"} | ({"node": "str"} if names is None else {}))
    return table.sort_values(order, ascending=rising, ignore_index=True)[columns]


def _by_node(near: Near) -> Iterator[tuple[int, slice]]:
    """Yield each node with a pair, and its pairs, which follow each other."""
    nodes, begins = np.unique(near.pairs[:, 0], return_index=True)
    edges = [*begins.tolist(), len(near.pairs)]
    for row, node in enumerate(nodes.tolist()):
        yield node, slice(edges[row], edges[row + 1])


def _of_node(near: Near, node: int, pairs: slice, measure: str, level: float) -> pd.DataFrame:
    types = near.pairs[pairs, 1]
    close = near.near[:, pairs]
    far = near.types[:, types] - close - near.inside[:, pairs]
    far.eliminate_zeros()
    window = near.window[:, [node]].toarray()[:, 0]
    rest = near.tokens - window - near.own[:, [node]].toarray()[:, 0]
    ratios = log_ratios(Counts(close.tocsr(), window), Counts(far.tocsr(), rest), level)
    a, b = (np.asarray(side.sum(axis=0), dtype=np.float64) for side in (close, far))
    totals = float(window.sum()), float(rest.sum())
    return pd.DataFrame(
        {
            "node": node,
            "collocate": types,
            "statistic": _statistic(measure, a, b, totals, ratios),
            "p": ratios.p,
            "n": a.astype(np.int64),
            "expected": totals[0] * (a + b) / sum(totals),
            "n_elsewhere": b.astype(np.int64),
            "log_ratio": ratios.estimate,
            "log_ratio_low": ratios.low,
            "log_ratio_high": ratios.high,
            "rate": PER * a / totals[0],
            "rate_elsewhere": PER * b / totals[1],
            "documents": np.diff(close.indptr),
            "documents_elsewhere": np.diff(far.indptr),
        }
    )


def _statistic(measure: str, a: Any, b: Any, totals: tuple[float, float], ratios: LogRatios) -> Any:
    if measure == "log_ratio":
        return ratios.estimate
    from nltk.metrics import BigramAssocMeasures

    functions: dict[str, Callable[..., float]] = {
        "g2": BigramAssocMeasures.likelihood_ratio,
        "chi2": BigramAssocMeasures.chi_sq,
        "npmi": npmi,
        "pmi": BigramAssocMeasures.pmi,
        "t": BigramAssocMeasures.student_t,
    }
    n_all = sum(totals)
    found = np.array(
        [
            functions[measure](n, (totals[0], n + other), n_all)
            for n, other in zip(a.tolist(), b.tolist(), strict=True)
        ]
    )
    if measure in ("g2", "chi2"):
        return np.where(a * totals[1] < b * totals[0], -found, found)
    return found


def _nodes(near: Near, names: list[str] | None, places: pd.DataFrame | None) -> pd.DataFrame:
    """Return how often each node occurs, and the tokens near it."""
    window, own = (np.asarray(part.sum(axis=0), dtype=np.int64) for part in (near.window, near.own))
    documents = np.diff(near.own.indptr)
    if names is None or places is None:
        which = np.flatnonzero(own > 0)
        labels, n = [near.names[row] for row in which.tolist()], own[which]
    else:
        which, labels = np.arange(len(names)), names
        # There may be more nodes than words.
        rest = 0, max(len(names) - len(own), 0)
        window, own, documents = (np.pad(part, rest) for part in (window, own, documents))
        n = np.bincount(places["node"], minlength=len(names))
    table = pd.DataFrame(
        {
            "node": pd.array(labels, dtype="str"),
            "n": n,
            "documents": documents[which],
            "tokens": window[which],
            "tokens_elsewhere": int(near.tokens.sum()) - window[which] - own[which],
        }
    )
    return table.sort_values("node", ignore_index=True) if names is None else table
