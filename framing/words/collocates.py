"""Collocations: which words stand near each other, and which near the names of an actor."""

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
from framing._core.typing import Array, Mask, Offsets
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits, find_hits
from framing.lexicons.actors import Actors
from framing.lexicons.lexicon import make_lexicon
from framing.text.counts import Batch, Placed, Task, make_batches, place_tokens
from framing.text.stop_words import as_stop_words, stop_words_for
from framing.text.tokens import RULES, Types
from framing.words.keyness_statistics import Counts, LogRatios, log_ratios
from framing.words.keywords import KEYNESS_COLUMNS, PER, Keyness
from framing.words.phrases import npmi

# The span that takes the whole sentence.
SENTENCE = "sentence"
# Two numbers are stored as one, first * _PAIR + second: token 7 near node 2 is 7 * 2**31 + 2.
# A batch has fewer tokens, and a corpus fewer nodes, than this.
_PAIR = 2**31

CellTotals = tuple[Offsets, Offsets, Offsets, Offsets]


MEASURES = ("g2", "chi2", "log_ratio", "npmi", "pmi", "t")
COLLOCATION_COLUMNS = (
    "node", "collocate", "statistic", "p", "n", "expected", "n_elsewhere", "p_adjusted",
    "log_ratio", "log_ratio_low", "log_ratio_high", "rate", "rate_elsewhere", "documents",
    "documents_elsewhere",
)  # fmt: skip
NodeWords = str | Sequence[str] | Mapping[str, str | Sequence[str]] | Actors | Hits


@dataclass(frozen=True)
class Near:
    """Counts by document (rows), for each node, each type, and each pair of node and type.

    ``near`` and ``inside`` have one column per pair: the tokens of the type near the node, and
    those inside the node. ``pairs`` is the node and the type of each pair. ``window`` and
    ``node_tokens`` have one column per node: the tokens near it, and those in it. ``types`` has
    one column per type. ``rare`` is the number of types that are too rare near each node.
    """

    pairs: Offsets
    near: sparse.csc_array
    inside: sparse.csc_array
    window: sparse.csc_array
    node_tokens: sparse.csc_array
    types: sparse.csc_array
    tokens: Array
    names: list[str]
    rare: Offsets


@dataclass(frozen=True)
class NodeSearch:
    """The nodes to find: their spans (document, node, start, end), or None for each type."""

    nodes: pd.DataFrame | None
    span: int | str
    stop_words: frozenset[str]


def count_near(
    task: Task, batches: Iterable[Batch], documents: int, search: NodeSearch, min_count: int
) -> Near:
    """Return the counts near the nodes, of pairs that occur at least ``min_count`` times."""
    types = Types(task.rule)
    forms = _Forms(types, search.stop_words)
    near: list[CellTotals] = []
    inside: list[CellTotals] = []
    window: list[tuple[Offsets, Offsets]] = []
    node_tokens: list[tuple[Offsets, Offsets]] = []
    of_types: list[tuple[Offsets, Offsets]] = []
    for batch in batches:
        placed = place_tokens(task, batch, types)
        form, able = forms.of(placed.type_of)
        hits = _occurrences(placed, form, able, search)
        within = _keys(*_positions(hits[1], hits[2] - hits[1] + 1), hits[0])
        around = np.setdiff1d(_around(placed, hits, search.span), within, assume_unique=True)
        for keys, totals, cells in ((around, window, near), (within, node_tokens, inside)):
            position, node = np.divmod(keys, _PAIR)
            totals.append((node, placed.document[position]))
            eligible = able[position]
            cells.append(
                _cells(
                    node[eligible], form[position[eligible]], placed.document[position[eligible]]
                )
            )
        of_types.append((form, placed.document))
    return _near(near, inside, (window, node_tokens, of_types), documents, types.names, min_count)


class _Forms:
    """Types without the 's of possessives, and whether each can be a collocate."""

    def __init__(self, types: Types, stop_words: frozenset[str]) -> None:
        self._types, self._stop = types, stop_words
        self._form: list[int] = []
        self._able: list[bool] = []

    def of(self, type_of: Offsets) -> tuple[Offsets, Mask]:
        """Return the form of each token, and whether it can be a collocate."""
        for name in self._types.names[len(self._form) :]:
            short = name.removesuffix("'s") if self._types.rule == "words" else name
            self._form.append(self._types.row(short or name))
            known = name in self._stop or short in self._stop
            self._able.append(len(short) > 1 and short[0].isalpha() and not known)
        form = np.array(self._form, dtype=np.int64)[type_of]
        return form, np.array(self._able, dtype=bool)[type_of]


def _occurrences(
    placed: Placed, form: Offsets, able: Mask, search: NodeSearch
) -> tuple[Offsets, Offsets, Offsets]:
    """Return node, first and last token of each occurrence of a node in a batch."""
    if search.nodes is None:
        position = np.flatnonzero(able)
        return form[position], position, position
    if not len(placed.document):
        return (np.empty(0, dtype=np.int64),) * 3
    nodes = search.nodes
    first_document, last_document = placed.document[0], placed.document[-1]
    nodes = nodes[nodes["document"].between(first_document, last_document)]
    # Offsets of all documents on one axis, so that one search is enough: with a size of
    # 100, offset 5 of document 2 is 205.
    size = max(int(placed.end.max()), int(nodes["end"].max() if len(nodes) else 0)) + 1
    base = nodes["document"].to_numpy() * size
    first = np.searchsorted(placed.document * size + placed.end, base + nodes["start"], "right")
    last = np.searchsorted(placed.document * size + placed.start, base + nodes["end"], "left") - 1
    return nodes["node"].to_numpy(dtype=np.int64), first, last


def _positions(first: Offsets, sizes: Offsets) -> tuple[Offsets, Offsets]:
    """Return the positions of runs, and for each position the number of its run.

    Runs that begin at 3 and 9 with sizes 2 and 3 give 3, 4, 9, 10, 11 and 0, 0, 1, 1, 1.
    """
    run = np.repeat(np.arange(len(sizes)), sizes)
    return np.arange(len(run)) - np.repeat(np.cumsum(sizes) - sizes - first, sizes), run


def _keys(position: Offsets, run: Offsets, node: Offsets) -> Offsets:
    """Return each pair of position and node once, as one number."""
    keys: Offsets = np.unique(position * _PAIR + node[run])
    return keys


def _around(placed: Placed, hits: tuple[Offsets, Offsets, Offsets], span: int | str) -> Offsets:
    """Return the tokens near each node, in its sentence."""
    node, first, last = hits
    begin = np.searchsorted(placed.sentence, placed.sentence[first], "left")
    past = np.searchsorted(placed.sentence, placed.sentence[first], "right")
    if not isinstance(span, str):
        begin, past = np.maximum(begin, first - span), np.minimum(past, last + 1 + span)
    return _keys(*_positions(begin, past - begin), node)


def _cells(node: Offsets, form: Offsets, document: Offsets) -> CellTotals:
    """Return node, type and document of each combination, and its number of tokens."""
    if not len(node):
        return (np.empty(0, dtype=np.int64),) * 4
    first_document, width = document.min(), int(form.max()) + 1
    depth = int(document.max() - first_document) + 1
    keys, n = np.unique(
        (node * width + form) * depth + (document - first_document), return_counts=True
    )
    both, document = np.divmod(keys, depth)
    node, form = np.divmod(both, width)
    return node, form, document + first_document, n


def _near(
    near: Sequence[CellTotals],
    inside: Sequence[CellTotals],
    totals: tuple[list[tuple[Offsets, Offsets]], ...],
    documents: int,
    names: list[str],
    min_count: int,
) -> Near:
    """Return the counts of all batches, for pairs that are frequent enough."""
    node, form, document, n = (np.concatenate(arrays) for arrays in zip(*near, strict=True))
    keys, pair = np.unique(node * _PAIR + form, return_inverse=True)
    frequent = np.bincount(pair, n, len(keys)) >= min_count
    new_column = np.where(frequent, np.cumsum(frequent) - 1, -1)
    rare = np.bincount(keys[~frequent] // _PAIR)
    keys, pair = keys[frequent], new_column[pair]
    of_inside = [np.concatenate(arrays) for arrays in zip(*inside, strict=True)]
    pair_of_inside = (
        pd.Index(keys).get_indexer(pd.Index(of_inside[0] * _PAIR + of_inside[1])).astype(np.int64)
    )
    shape = (documents, len(keys))
    window, node_tokens, type_tokens = (
        [np.concatenate(arrays) for arrays in zip(*batches, strict=True)] for batches in totals
    )
    last_node = max(int(arrays[0].max(initial=-1)) for arrays in (window, node_tokens))
    width = max(len(names), last_node + 1)
    return Near(
        pairs=np.column_stack(np.divmod(keys, _PAIR)),
        near=_counted(document, pair, n, shape),
        inside=_counted(of_inside[2], pair_of_inside, of_inside[3], shape),
        window=_counted(window[1], window[0], np.ones(len(window[0])), (documents, width)),
        node_tokens=_counted(
            node_tokens[1], node_tokens[0], np.ones(len(node_tokens[0])), (documents, width)
        ),
        types=_counted(
            type_tokens[1], type_tokens[0], np.ones(len(type_tokens[0])), (documents, len(names))
        ),
        tokens=np.bincount(type_tokens[1], minlength=documents).astype(np.float64),
        names=names,
        rare=rare,
    )


def _counted(
    row: Offsets, column: Offsets, values: NDArray[np.generic], shape: tuple[int, int]
) -> sparse.csc_array:
    """Return a matrix of the sums of values by cell, without those of column -1."""
    valid = column >= 0
    cells = (values[valid].astype(np.float64), (row[valid], column[valid]))
    return sparse.coo_array(cells, shape=shape).tocsc()


@dataclass(frozen=True, eq=False)
class Collocations(Result):
    """Words that stand near a node more, or less, often than elsewhere.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per node and collocate, the strongest of each node first: ``node``; ``collocate``;
        ``statistic`` (of the measure); ``p`` (of the log-ratio, with independent documents);
        ``n`` (occurrences in the span of the node); ``expected`` (occurrences there if the word
        were equally frequent everywhere); ``n_elsewhere``; ``p_adjusted``; ``log_ratio`` (binary
        logarithm of the relative frequency in the span divided by that elsewhere),
        ``log_ratio_low`` and ``log_ratio_high``; ``rate`` and ``rate_elsewhere``
        (per 1,000 tokens); ``documents`` (in which it stands near) and ``documents_elsewhere``.
    nodes : pandas.DataFrame
        ``node``, ``n`` (occurrences), ``documents``, ``tokens`` (in its span) and
        ``tokens_elsewhere``; with the nodes that never occur.
    measure : str
    span : int or "sentence"
    level : float
    rare : int
        Number of words near a node fewer than ``min_count`` times, over all nodes.
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
        """Return the collocates of one node as keyness: its span compared with all other text.

        Parameters
        ----------
        node : str, optional
            Not needed where there is one node.

        Returns
        -------
        Keyness
            For `plot_keyness`; p-values are adjusted over all nodes.

        Raises
        ------
        InputError
            There is no such node, or it has no collocate.
        """
        known = list(dict.fromkeys(self.table["node"].astype(str)))
        if node is None and len(known) == 1:
            node = known[0]
        check_choice("node", node, known)
        rows = self.table[self.table["node"].astype(str) == node]
        renamed = rows.rename(
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
    node: NodeWords | None = None,
    *,
    span: int | str = 5,
    measure: str = "g2",
    min_count: int = 5,
    stop_words: "str | Sequence[str] | None" = "auto",
    tokens: str = "words",
    adjust: str = "bh",
    level: float = 0.95,
) -> Collocations:
    """Find the words that stand near a node: a word, a pattern, or the names of an actor.

    Returns Collocations: its ``table`` has a row for each word near the node with its number,
    the log ratio of its frequency there and elsewhere, and the 95% interval.

    Try it: ``fr.collocations(fr.load_testbed("newswire").corpus, "peace").table``.

    Tokens in the span of the node are compared with all tokens elsewhere (surface co-occurrence,
    Evert 2008). The tokens of the node itself count on neither side. A token in the span of two
    occurrences counts once.

    Parameters
    ----------
    corpus : Corpus
        The texts to search.
    node : str, list of str, mapping, Actors, Hits or None
        A pattern (see `read_lexicon`); several patterns, each a node; a mapping of nodes to
        patterns; `Actors`, each with all its aliases; `Hits`, with each frame a node. By default
        each word except stop words is a node. A name inside a longer name of another actor
        counts for the other actor only.
    span : int or "sentence"
        Tokens to each side, with stop words, inside the sentence; or the whole sentence.
    measure : {"g2", "chi2", "log_ratio", "npmi", "pmi", "t"}
        What ``statistic`` is: the log-likelihood ratio (Dunning 1993) or Pearson's chi-square,
        below zero where the word is rarer near the node; the binary logarithm of the ratio of
        relative frequencies (Hardie 2014); normalised pointwise mutual information, -1 to 1
        (Bouma 2009), or its plain form in bits; Student's t. All but the log-ratio and NPMI are
        computed by nltk.
    min_count : int
        Fewest occurrences of a collocate near the node.
    stop_words : str, iterable of str or None
        Words that are not collocates, as in `count_terms`. Numbers and single letters are not
        collocates either.
    tokens : {"words", "plain"}
        As in `count_terms`.
    adjust : {"bh", "holm", "none"}
        How p-values are adjusted, over all rows.
    level : float
        Level of the interval of each single log-ratio.

    Returns
    -------
    Collocations
        Interval and p-value come from the variance between documents and the covariance of both
        sides in a document. They are missing where a side has a single document. The table is
        empty where no pair is frequent enough.

    Raises
    ------
    InputError
        No node occurs, or all text is near one. A pattern cannot be read, the hits are from
        another corpus, or an argument is not allowed.

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
    spans, names = (None, None) if node is None else _node_spans(corpus, node)
    batches = make_batches(corpus.table["text"], corpus.removed_lines)
    words = stop_words_for(stop_words, corpus.language, "collocations")
    search = NodeSearch(spans, span, as_stop_words(words, tokens))
    task = Task("sentence", 0, tokens, corpus.language)
    near = count_near(task, batches, len(corpus), search, min_count)
    table = _table(near, names, measure, level)
    table.insert(7, "p_adjusted", adjusted(table["p"].to_numpy(dtype=np.float64), adjust))
    settings = {
        "min_count": min_count, "adjust": adjust, "tokens": tokens,
        "documents": int((near.tokens > 0).sum()), "corpus_fingerprint": corpus.fingerprint,
    }  # fmt: skip
    described = _nodes(near, names, spans)
    return Collocations(
        table, described, measure, span, level, int(near.rare.sum()),
        settings=settings, left_out=_rare(near, names, min_count),
    )  # fmt: skip


def _rare(near: Near, names: list[str] | None, min_count: int) -> pd.DataFrame:
    """Return the number of words that are too rare near each node."""
    labels = near.names if names is None else names
    nodes = np.flatnonzero(near.rare)
    reason = f"fewer than {min_count:,} occurrences near the node"
    rare = left_out([labels[node] for node in nodes.tolist()], reason, item="node")
    rare.insert(1, "n", near.rare[nodes])
    return rare.sort_values("node", ignore_index=True) if names is None else rare


def _node_spans(corpus: Corpus, node: NodeWords) -> tuple[pd.DataFrame, list[str]]:
    """Return the spans of the nodes (document, node, start, end), and the names of the nodes."""
    hits, names = _node_hits(corpus, node)
    if not len(hits):
        raise InputError(
            f"None of the {len(names):,} patterns in node= occurs in the corpus "
            f"({', '.join(names[:3])}…). "
            "kwic(corpus, pattern) shows what a pattern finds."
        )
    table = hits.table
    spans = pd.DataFrame(
        {
            "document": pd.Index(corpus.table["doc_id"]).get_indexer(pd.Index(table["doc_id"])),
            "node": table["frame"].cat.codes.to_numpy(dtype=np.int64),
            "start": table["start"].to_numpy(),
            "end": table["end"].to_numpy(),
        }
    )
    return spans, names


def _node_hits(corpus: Corpus, node: NodeWords) -> tuple[Hits, list[str]]:
    """Return the hits of the nodes, and the names of the nodes."""
    if isinstance(node, Hits):
        if node.corpus_fingerprint != corpus.fingerprint:
            raise InputError(
                "node: these hits were found in another corpus. Give the corpus in which find_hits "
                "found them."
            )
        return node, node.frames
    if isinstance(node, Actors):
        groups = node.table.groupby("actor", sort=False)["alias"]
        patterns = {str(actor): list(aliases) for actor, aliases in groups}
    elif isinstance(node, Mapping):
        for name, aliases_of in node.items():
            if not isinstance(aliases_of, Iterable):
                raise InputError(
                    f"node: {name!r} has {aliases_of!r} as its patterns; give a text, or a list of "
                    'texts: {"peace": ["truce", "peace talk*"]}.'
                )
        patterns = {
            str(name): [aliases_of] if isinstance(aliases_of, str) else list(aliases_of)
            for name, aliases_of in node.items()
        }
    else:
        listed = [node] if isinstance(node, str) else list(node)
        patterns = {str(pattern): [str(pattern)] for pattern in listed}
    if not patterns:
        raise InputError("node is empty: give a pattern such as 'peace talk*', or several.")
    # Nodes can have characters in their names that frames cannot have.
    lexicon = make_lexicon(
        {f"node {n}": aliases_of for n, aliases_of in enumerate(patterns.values())},
        language=corpus.language,
    )
    nested = "lexicon" if isinstance(node, Actors) else "frame"
    return find_hits(corpus, lexicon, nested=nested), list(patterns)


def _table(near: Near, names: list[str] | None, measure: str, level: float) -> pd.DataFrame:
    """Return the collocates of all nodes, without adjusted p-values."""
    labels = near.names if names is None else names
    tables = []
    for node, pairs in _by_node(near):
        close = near.window[:, [node]].sum() + near.node_tokens[:, [node]].sum()
        if close == near.tokens.sum():
            raise InputError(
                f"All text is near {labels[node]!r}, so there is nothing to compare with. Use a "
                "smaller span, a rarer node, or more text."
            )
        tables.append(_of_node(near, node, pairs, measure, level))
    columns = [name for name in COLLOCATION_COLUMNS if name != "p_adjusted"]
    table = pd.concat(tables) if tables else pd.DataFrame(columns=columns, dtype=np.float64)
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
    """Yield each node that has pairs, with the slice of its pairs."""
    nodes, begins = np.unique(near.pairs[:, 0], return_index=True)
    edges = [*begins.tolist(), len(near.pairs)]
    for row, node in enumerate(nodes.tolist()):
        yield node, slice(edges[row], edges[row + 1])


def _of_node(near: Near, node: int, pairs: slice, measure: str, level: float) -> pd.DataFrame:
    """Return the collocates of one node."""
    types = near.pairs[pairs, 1]
    close = near.near[:, pairs]
    far = near.types[:, types] - close - near.inside[:, pairs]
    far.eliminate_zeros()
    window = near.window[:, [node]].toarray()[:, 0]
    rest = near.tokens - window - near.node_tokens[:, [node]].toarray()[:, 0]
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
    """Return the measure of each collocate, with a sign for "g2" and "chi2"."""
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
    values = np.array(
        [
            functions[measure](n, (totals[0], n + other), n_all)
            for n, other in zip(a.tolist(), b.tolist(), strict=True)
        ]
    )
    if measure in ("g2", "chi2"):
        return np.where(a * totals[1] < b * totals[0], -values, values)
    return values


def _nodes(near: Near, names: list[str] | None, spans: pd.DataFrame | None) -> pd.DataFrame:
    """Return the occurrences of each node, and the tokens near it."""
    window, node_tokens = (
        np.asarray(counts.sum(axis=0), dtype=np.int64) for counts in (near.window, near.node_tokens)
    )
    documents = np.diff(near.node_tokens.indptr)
    if names is None or spans is None:
        occurring = np.flatnonzero(node_tokens > 0)
        labels, n = [near.names[row] for row in occurring.tolist()], node_tokens[occurring]
    else:
        occurring, labels = np.arange(len(names)), names
        # There can be more nodes than words.
        padding = 0, max(len(names) - len(node_tokens), 0)
        window, node_tokens, documents = (
            np.pad(counts, padding) for counts in (window, node_tokens, documents)
        )
        n = np.bincount(spans["node"], minlength=len(names))
    table = pd.DataFrame(
        {
            "node": pd.array(labels, dtype="str"),
            "n": n,
            "documents": documents[occurring],
            "tokens": window[occurring],
            "tokens_elsewhere": int(near.tokens.sum()) - window[occurring] - node_tokens[occurring],
        }
    )
    return table.sort_values("node", ignore_index=True) if names is None else table
