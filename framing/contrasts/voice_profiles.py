"""Voices: who carries which frames, and how each frame is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import (
    InputError,
    check_choice,
    check_objects,
    check_positive,
    check_seed,
    check_share,
    listing,
)
from framing._core.result import Result
from framing.contrasts.voice_shares import Draws, Hitlist, associate
from framing.contrasts.voice_tables import (
    association_table,
    base_table,
    context_table,
    shares_of_all,
    units_of_hits,
    voice_table,
)
from framing.hits.hits import Hits
from framing.lexicons.actors import RESERVED, Actors
from framing.scores.groups import By, clusters_of, name_of
from framing.scores.scores import JOURNALIST

UNITS = ("speaker", "camp")
RARER = "(rarer speakers)"
# Documents with hits below which paragraphs are resampled in their place.
FEW_DOCUMENTS = 10
LEAST_DRAWS = 100

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Voices(Result):
    """Who carries which frames, and how each frame is said.

    Attributes
    ----------
    table : pandas.DataFrame
        A row a speaker (or camp) and frame: ``speaker``, ``camp`` (empty without a table of
        actors), ``frame``, ``hits``, ``n`` (hits of the speaker, of any frame), ``share``
        (hits / n, 0 to 1) with ``low`` and ``high``, ``ratio`` (of this share to the one in all
        hits, the speaker's own included; 1 is no difference) with ``ratio_low`` and
        ``ratio_high``, ``p`` and ``p_adjusted`` (for all cells at once) of the frame being more,
        or less, frequent with the speaker than in the rest of the same documents;
        ``share_of_frame`` (of the hits of the frame, those that the speaker says) with
        ``frame_low`` and ``frame_high``; ``documents`` (in which the speaker has hits),
        ``method`` of the interval of ``share`` ("bootstrap-t" or "limits") and ``note``.
    base : pandas.DataFrame
        ``frame``, ``share`` of all hits, ``low``, ``high``, ``hits``, ``n``.
    context : pandas.DataFrame
        A row a frame, group (with ``by``) and ``what``: "quoted" (in quotation marks),
        "reported" (has a speaker, without quotation marks), "own" (neither: the journalist's),
        which sum to 1; "attributed" (has a speaker); "rejected" (denied or refused) and
        "affirmed" (not so); "hedged". Then ``share`` of the hits of the frame, ``low``,
        ``high``, ``hits``, ``n``, ``documents``, ``method``, ``note``.
    tests : pandas.DataFrame
        Whether speakers differ in their frames at all, a row a set of ``speakers``: "all",
        "attributed" (without the journalist), "named" (without "other" and "unresolved" too).
        ``v`` (Cramér's V, less what chance gives, 0 to 1) with ``low`` and ``high``,
        ``statistic`` (chi-square), ``p`` (by exchange within documents), ``n`` (hits),
        ``voices``, ``documents`` (in which there is something to exchange), ``note``.
    groups : dict
        For each row the speakers with a hit that it pools: what
        ``contrast(score(hits, unit="speaker", kind="share"), by="speaker", groups=…)`` takes.
    level : float
    settings : dict
    hits : Hits

    See Also
    --------
    voices, plot_voices, plot_voice_context
    """

    table: pd.DataFrame
    base: pd.DataFrame
    context: pd.DataFrame
    tests: pd.DataFrame
    groups: Mapping[str, list[str]]
    level: float
    hits: Hits

    drawn_by: ClassVar[str] = "plot_voices"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __repr__(self) -> str:
        test, made = self.tests.iloc[0], self.settings
        told = np.isnan(test[["v", "p"]].astype(float)).sum() == 0
        found = f", V = {test['v']:.2f}, p = {test['p']:.3f}" if told else ""
        return (
            f"<Voices: {len(self.groups)} {made['unit']}s by {len(self.base)} frames "
            f"({made['lexicon']}) in {int(test['n']):,} hits{found}; intervals over "
            f"{made['clusters']:,} {made['resampled']}s>"
        )

    def evidence(self, speaker: str, frame: str) -> pd.DataFrame:
        """Return the hits of a frame that a speaker, or a camp, says.

        Parameters
        ----------
        speaker : str
            One in ``.groups``.
        frame : str
            One of the frames of the hits.

        Returns
        -------
        pandas.DataFrame
            Rows of ``hits.table``, as many as ``hits`` in the row of the table.

        Raises
        ------
        InputError
            There is no such speaker or frame.

        Examples
        --------
        >>> import framing as fr
        >>> found = fr.voices(fr.load_study("articles").hits, seed=1, draws=100, permutations=100)
        >>> len(found.evidence("Trump", "peace"))
        9
        """
        check_choice("speaker", speaker, self.groups)
        check_choice("frame", frame, self.hits.frames)
        table = self.hits.table
        own = _speakers(self.hits).isin(self.groups[speaker]) & (table["frame"] == frame)
        found: pd.DataFrame = table[own].reset_index(drop=True)
        return found


@check_objects
def voices(
    hits: Hits,
    *,
    actors: Actors | None = None,
    unit: str = "speaker",
    by: By | None = None,
    min_hits: int = 1,
    cluster: By | None = None,
    seed: int,
    draws: int = 2000,
    permutations: int = 2000,
    level: float = 0.95,
) -> Voices:
    """Return which speakers carry which frames, and how each frame is said.

    A hit counts once, whatever its weight. The column ``speaker`` is found by rules, and
    benchmarks/context.md tells how often they are right; whom the text does not name is the
    journalist. In a transcript "(journalist)" is whoever holds the floor.

    Parameters
    ----------
    hits : Hits
        Of English texts. To have speakers by name: ``find_hits(corpus, lexicon, actors=…)``.
    actors : Actors, optional
        The table the speakers are from: orders them by camp.
    unit : {"speaker", "camp"}
        With "camp" the speakers of a camp of ``actors`` are pooled. "other", "unresolved" and
        "(journalist)" are in none and stay; a camp called "other" becomes "other (camp)".
    by : str, two of them, or Series, optional
        Groups of the table ``context``: a column of the documents, "document", "paragraph" (its
        number), "sentence", "speaker", "year", "quarter", "month", "week" or "day" of the date,
        two of these, or a Series of labels by doc_id.
    min_hits : int
        Speakers with fewer hits are pooled as "(rarer speakers)".
    cluster : str, two of them, or Series, optional
        What intervals resample: the same values as ``by``; "paragraph" and "sentence" are those
        of one document. Documents by default; paragraphs where fewer than ten documents hold a
        hit. Such intervals are about these documents, not about others like them, and the notes
        say so.
    seed : int
        The same seed gives the same intervals and p-values.
    draws : int
        Bootstrap samples.
    permutations : int
        Times that the labels of the speakers are dealt out anew.
    level : float
        Level of the intervals.

    Returns
    -------
    Voices
        Intervals are studentised bootstrap intervals over clusters: of the log-odds of shares,
        of the log of ratios. Where fewer than five clusters have, or lack, such a hit they are
        exact limits, with the effective number of hits (Korn and Graubard 1998) by their
        correlation within clusters (Kish 1965; Fleiss and Cuzick 1979), and ratios are put
        together from those of the speaker and of the rest (Zou and Donner 2008). The test moves
        the speakers of a document on by a random number of hits, in a circle, so that it
        compares speakers within documents, and hits of one passage stay together. V is that of
        the whole table, documents that differ included. Speakers without a hit have no row.
        Shares of a frame without a hit are missing.

    Raises
    ------
    InputError
        The hits carry no context, there is none, they name speakers that ``actors`` lacks,
        camps are asked for without ``actors``, there is no such column, or an argument is out
        of range.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley.

    Fleiss, J. L. and Cuzick, J. (1979). The reliability of dichotomous judgments: unequal
    numbers of judges per subject. Applied Psychological Measurement 3(4), 537-542.
    doi:10.1177/014662167900300410

    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data. Survey Methodology 24(2),
    193-201.

    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a
    general approach. Statistics in Medicine 27(10), 1693-1702. doi:10.1002/sim.3095

    Westfall, P. H. and Young, S. S. (1993). Resampling-Based Multiple Testing. Wiley.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["Putin said the truce is dead. Trump said a truce is near, a truce that holds."]
    >>> lexicon = fr.make_lexicon({"peace": ["truce"], "doubt": ["dead"]})
    >>> actors = fr.load_actors("ukraine-peace")
    >>> hits = fr.find_hits(fr.make_corpus(texts * 6), lexicon, actors=actors)
    >>> found = fr.voices(hits, actors=actors, unit="camp", seed=1)
    >>> found.table[["speaker", "frame", "hits", "n", "share", "ratio"]].round(2)
      speaker  frame  hits   n  share  ratio
    0      US  peace    12  12    1.0   1.33
    1      US  doubt     0  12    0.0   0.00
    2  Russia  peace     6  12    0.5   0.67
    3  Russia  doubt     6  12    0.5   2.00
    """
    _check(hits, actors, unit, min_hits, seed, draws, permutations, level)
    members, camps = _members(hits, actors, unit, min_hits)
    found = _coded(hits, members, cluster)
    made = Draws(int(seed), draws, level)
    shift = associate(
        found.voice, found.frame, found.document, (len(found.voices), len(found.frames)),
        permutations, made.seed,
    )  # fmt: skip
    base = shares_of_all(found, made)
    settings = {
        "unit": unit, "by": None if by is None else name_of(by), "min_hits": min_hits,
        "cluster": None if cluster is None else name_of(cluster, "cluster"), "seed": seed,
        "draws": draws, "permutations": permutations, "resampled": found.resampled,
        "clusters": len(np.unique(found.cluster)), "documents": len(np.unique(found.document)),
        "actors": actors.name if actors else "", "lexicon": hits.lexicon,
        "lexicon_hash": hits.lexicon_hash,
    }  # fmt: skip
    return Voices(
        table=voice_table(found, camps, base, shift, made),
        base=base_table(found, base),
        context=context_table(hits, found, by, made),
        tests=association_table(found, shift, permutations, made),
        groups=members,
        level=level,
        settings=settings,
        hits=hits,
    )


def _check(
    hits: Hits,
    actors: Actors | None,
    unit: str,
    min_hits: int,
    seed: int,
    draws: int,
    permutations: int,
    level: float,
) -> None:
    if "speaker" not in hits.table:
        raise InputError(
            "These hits name no speakers: context is found in English texts only "
            "(the language of the corpus), by find_hits."
        )
    if not len(hits):
        raise InputError(f"There is no hit of {listing(hits.frames)}, so nobody to count them for.")
    check_choice("unit", unit, UNITS)
    check_seed(seed)
    for name, value in (("min_hits", min_hits), ("draws", draws), ("permutations", permutations)):
        check_positive(name, value, whole=True)
    check_share("level", level)
    if min(draws, permutations) < LEAST_DRAWS:
        raise InputError(
            f"draws={draws} and permutations={permutations}: an interval or a p takes "
            f"{LEAST_DRAWS} at least, better 2,000."
        )
    if actors is None:
        if unit == "camp":
            raise InputError(
                'unit="camp" needs the table with the camps: actors=load_actors("ukraine-peace"), '
                "read_actors(…) or make_actors(…)."
            )
        return
    strange = set(_speakers(hits)) - {*actors.names, *RESERVED, JOURNALIST}
    if strange:
        raise InputError(
            f"The hits name {listing(sorted(strange))}, whom the table of actors "
            f"{actors.name!r} lacks. Give the one they were found with, or find them anew: "
            "find_hits(corpus, lexicon, actors=…)."
        )


def _speakers(hits: Hits) -> "pd.Series[str]":
    return hits.table["speaker"].astype(str).replace("", JOURNALIST)


def _members(
    hits: Hits, actors: Actors | None, unit: str, min_hits: int
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return the rows in their order with the speakers they pool, and the camp of each row."""
    counts = _speakers(hits).value_counts()
    camps = _camps(actors)
    place = {camp: number for number, camp in enumerate(dict.fromkeys(camps.values()))}
    last = [name for name in (*RESERVED[::-1], JOURNALIST) if name in counts]
    named = [str(name) for name in counts.index if name not in last]
    named.sort(key=lambda name: (place.get(camps.get(name, ""), 0), -counts[name], name))
    members: dict[str, list[str]] = {}
    for name in named:
        members.setdefault(camps[name] if unit == "camp" else name, []).append(name)
    rare = [row for row, own in members.items() if counts[own].sum() < min_hits]
    pooled = [name for row in rare for name in members.pop(row)]
    of = {row: camps.get(row, row if unit == "camp" else "") for row in members}
    if pooled:
        members[RARER] = pooled
    members |= {name: [name] for name in last}
    return members, of


def _camps(actors: Actors | None) -> dict[str, str]:
    """Return the camp of each actor; "other" is what speakers outside the table are called."""
    if actors is None:
        return {}
    return {
        name: f"{camp} (camp)" if camp in (*RESERVED, JOURNALIST) else camp
        for camp, names in actors.camps.items()
        for name in names
    }


def _coded(hits: Hits, members: Mapping[str, list[str]], cluster: By | None) -> Hitlist:
    table = hits.table
    number = {name: row for row, own in enumerate(members.values()) for name in own}
    document = pd.Index(hits.documents["doc_id"]).get_indexer(pd.Index(table["doc_id"]))
    code, resampled = _clusters(hits, document, cluster)
    return Hitlist(
        voice=_speakers(hits).map(number).to_numpy().astype(np.int64),
        voices=list(members),
        frame=table["frame"].cat.codes.to_numpy().astype(np.int64),
        frames=hits.frames,
        document=document.astype(np.int64),
        cluster=np.unique(code, return_inverse=True)[1].astype(np.int64),
        resampled=resampled,
    )


def _clusters(hits: Hits, document: Rows, cluster: By | None) -> tuple[Rows, str]:
    if cluster is None:
        few = len(np.unique(document)) < FEW_DOCUMENTS
        cluster = "paragraph" if few else "document"
    units, row = units_of_hits(hits, document, cluster)
    code, resampled = clusters_of(units, cluster)
    return code[row], resampled
