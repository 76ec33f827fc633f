"""Voices: which speakers use which frames, and how each frame is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from framing._core.checks import (
    InputError,
    check_choice,
    check_objects,
    check_positive,
    check_resamples,
    check_seed,
    check_share,
    listing,
    plural_of,
)
from framing._core.result import Result
from framing._core.tables import counted
from framing._core.typing import Rows
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

VOICE_UNITS = ("speaker", "camp")
RARER = "(rarer speakers)"
# With fewer documents with hits, paragraphs are resampled instead of documents.
FEW_DOCUMENTS = 10


@dataclass(frozen=True, eq=False)
class Voices(Result):
    """Which speakers use which frames, and how each frame is said.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per speaker (or camp) and frame: ``speaker``, ``camp`` (empty without a table of
        actors), ``frame``, ``hits``, ``n`` (hits of the speaker, of all frames), ``share``
        (hits / n, 0 to 1) with ``low`` and ``high``, ``ratio`` (of this share to the share in all
        hits, including those of the speaker; 1 is no difference) with ``ratio_low`` and
        ``ratio_high``, ``p`` and ``p_adjusted`` (for all cells together) of a test whether the
        frame is more, or less, frequent for the speaker than in the rest of the same documents;
        ``share_of_frame`` (share of the speaker in the hits of the frame) with ``frame_low`` and
        ``frame_high``; ``documents`` (with hits of the speaker), ``method`` of the interval of
        ``share`` ("t"; "limits" if fewer than five clusters have such a hit, or lack it; "none")
        and ``note``.
    base : pandas.DataFrame
        One row per frame: ``frame``, ``share`` of all hits, ``low``, ``high``, ``hits``, ``n``.
    context : pandas.DataFrame
        One row per frame, group (with ``by``) and ``what``: "quoted" (in quotation marks),
        "reported" (with a speaker, without quotation marks) and "own" (neither: unmarked,
        as by the journalist), whose shares sum to 1; "attributed" (with a speaker); "rejected"
        (denied or refused) and "affirmed" (not rejected); "hedged". Then ``share`` of the hits of
        the frame, ``low``, ``high``, ``hits``, ``n``, ``documents``, ``method``, ``note``.
    tests : pandas.DataFrame
        Tests of whether speakers differ in their frames, one row per set of ``speakers``: "all",
        "attributed" (without the journalist), "named" (also without "other" and "unresolved").
        ``v`` (Cramér's V, corrected for chance, 0 to 1) with ``low`` and ``high``, ``statistic``
        (chi-square), ``p`` (by permutation within documents), ``n`` (hits), ``voices``,
        ``documents`` (with several speakers and several frames), ``note``.
    groups : dict
        For each row the speakers that it pools, to use as ``groups`` in
        ``contrast(score(hits, unit="speaker", kind="share"), by="speaker", groups=…)``.
    level : float
        Level of the intervals.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    hits : Hits
        The hits that are described.

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
        test, settings = self.tests.iloc[0], self.settings
        tested = np.isnan(test[["v", "p"]].astype(float)).sum() == 0
        association = f", V = {test['v']:.2f}, p = {test['p']:.3f}" if tested else ""
        return (
            f"<Voices: {counted(len(self.groups), settings['unit'] + 's')} by "
            f"{counted(len(self.base), 'frames')} "
            f"({settings['lexicon']}) in {counted(int(test['n']), 'hits')}{association}; intervals "
            f"over {counted(settings['clusters'], plural_of(settings['resampled']))}>"
        )

    def evidence(self, speaker: str, frame: str) -> pd.DataFrame:
        """Return the hits of a frame by a speaker or a camp.

        Parameters
        ----------
        speaker : str
            One of the speakers or camps in ``.groups``.
        frame : str
            One of the frames of the hits.

        Returns
        -------
        pandas.DataFrame
            Rows of ``hits.table``. Their number is ``hits`` in the row of the table.

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
        selected = _speakers(self.hits).isin(self.groups[speaker]) & (table["frame"] == frame)
        evidence: pd.DataFrame = table[selected].reset_index(drop=True)
        return evidence


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
    """Return which speakers use which frames, and how each frame is said.

    Returns Voices: its ``table`` has a row for each speaker and frame with the number of hits,
    the share of the hits of the speaker, and its 95% interval.

    Try it: ``news = fr.load_testbed("newswire")``,
    ``hits = fr.find_hits(news.corpus, fr.load_lexicon("peace-initiative"))``,
    ``fr.voices(hits, seed=1).table``.

    Each hit counts once; weights are not used. Rules find the column ``speaker``;
    benchmarks/context.md says how often they are right. A hit without a speaker is by the
    journalist, "(journalist)". In a transcript this is the person whose turn it is.

    Parameters
    ----------
    hits : Hits
        Hits in English texts. To find speakers by name, use
        ``find_hits(corpus, lexicon, actors=…)``.
    actors : Actors, optional
        The table of actors that the hits were found with. It orders the speakers by camp.
    unit : {"speaker", "camp"}
        With "camp" the speakers of each camp of ``actors`` are pooled. "other", "unresolved" and
        "(journalist)" are in no camp and keep their rows; a camp called "other" becomes
        "other (camp)".
    by : str, two of them, or Series, optional
        Groups of the table ``context``: a column of the documents, "document", "paragraph" (its
        number), "sentence", "speaker", "year", "quarter", "month", "week" or "day" of the date,
        two of these, or a Series of labels by doc_id.
    min_hits : int
        Speakers with fewer hits are pooled as "(rarer speakers)".
    cluster : str, two of them, or Series, optional
        The units that the intervals are over, with the same values as ``by``; "paragraph" and
        "sentence" are those of one document. By default documents; paragraphs if fewer than ten
        documents have a hit. Intervals over paragraphs are for these documents only, not for
        similar ones, and the notes say so.
    seed : int
        The same seed gives the same intervals and p-values.
    draws : int
        Bootstrap samples for ratios and V.
    permutations : int
        Number of permutations of the labels of the speakers.
    level : float
        Level of the intervals.

    Returns
    -------
    Voices
        Intervals are over clusters. Those of shares are the intervals of
        ``score(hits, unit="speaker", kind="share").interval()``, which says how they are made
        (`Scores.interval`). If a speaker has hits in one cluster only, some of them with the frame,
        there is none. Those of ratios are studentised bootstrap intervals of the logarithm; if
        fewer than five clusters have such a hit, or a hit of another kind, they are combined from
        the limits of the speaker and of the rest (Zou and Donner 2008). The
        permutation test moves the speakers of a document by a random number of hits, in a circle:
        it compares speakers within documents, and hits of one passage stay together. V is that of
        the whole table and includes differences between documents. Speakers without a hit have no
        row. ``share_of_frame`` and ``ratio`` are missing for a frame without a hit.

    Raises
    ------
    InputError
        The hits carry no context, there is no hit, they name speakers that ``actors`` lacks,
        ``unit="camp"`` is used without ``actors``, there is no such column, or an argument is out
        of range.

    References
    ----------
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
    hitlist = _coded(hits, members, cluster)
    bootstrap = Draws(int(seed), draws, level)
    test = associate(
        hitlist.voice, hitlist.frame, hitlist.document,
        (len(hitlist.voices), len(hitlist.frames)), permutations, bootstrap.seed,
    )  # fmt: skip
    base = shares_of_all(hitlist, bootstrap)
    settings = {
        "unit": unit, "by": None if by is None else name_of(by), "min_hits": min_hits,
        "cluster": None if cluster is None else name_of(cluster, "cluster"), "seed": seed,
        "draws": draws, "permutations": permutations, "resampled": hitlist.resampled,
        "clusters": len(np.unique(hitlist.cluster)),
        "documents": len(np.unique(hitlist.document)), "actors": actors.name if actors else "",
        "lexicon": hits.lexicon, "lexicon_hash": hits.lexicon_hash,
    }  # fmt: skip
    return Voices(
        table=voice_table(hitlist, camps, base, test, bootstrap),
        base=base_table(hitlist, base),
        context=context_table(hits, hitlist, by, bootstrap),
        tests=association_table(hitlist, test, permutations, bootstrap),
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
    """Raise InputError unless the arguments can be used."""
    if "speaker" not in hits.table:
        raise InputError(
            "These hits name no speakers: find_hits finds speakers in English texts only, and "
            "hits of a classifier or of codes have none. For such texts contrast(scores, by=…) "
            "compares sources and periods."
        )
    if not len(hits):
        raise InputError(
            f"There is no hit of {listing(hits.frames)}. Use another lexicon or other texts."
        )
    check_choice("unit", unit, VOICE_UNITS)
    check_seed(seed)
    check_positive("min_hits", min_hits, whole=True)
    check_resamples(draws, permutations)
    check_share("level", level)
    if actors is None:
        if unit == "camp":
            raise InputError(
                'unit="camp" needs the table with the camps: actors=load_actors("ukraine-peace"), '
                "read_actors(…) or make_actors(…)."
            )
        return
    unknown = set(_speakers(hits)) - {*actors.names, *RESERVED, JOURNALIST}
    if unknown:
        raise InputError(
            f"The hits name {listing(sorted(unknown))}, who are not in the table of actors "
            f"{actors.name!r}. Give the table that the hits were found with, or find them again: "
            "find_hits(corpus, lexicon, actors=…)."
        )


def _speakers(hits: Hits) -> "pd.Series[str]":
    """Return the speaker of each hit; hits without one are by the journalist."""
    return hits.table["speaker"].astype(str).replace("", JOURNALIST)


def _members(
    hits: Hits, actors: Actors | None, unit: str, min_hits: int
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return the rows in order with the speakers that each pools, and the camp of each row."""
    counts = _speakers(hits).value_counts()
    camps = _camps(actors)
    rank = {camp: number for number, camp in enumerate(dict.fromkeys(camps.values()))}
    last = [name for name in (*RESERVED[::-1], JOURNALIST) if name in counts]
    named = [str(name) for name in counts.index if name not in last]
    named.sort(key=lambda name: (rank.get(camps.get(name, ""), 0), -counts[name], name))
    members: dict[str, list[str]] = {}
    for name in named:
        members.setdefault(camps[name] if unit == "camp" else name, []).append(name)
    rare = [row for row, speakers in members.items() if counts[speakers].sum() < min_hits]
    pooled = [name for row in rare for name in members.pop(row)]
    camp_of = {row: camps.get(row, row if unit == "camp" else "") for row in members}
    if pooled:
        members[RARER] = pooled
    members |= {name: [name] for name in last}
    return members, camp_of


def _camps(actors: Actors | None) -> dict[str, str]:
    """Return the camp of each actor. A camp called "other" becomes "other (camp)"."""
    if actors is None:
        return {}
    return {
        name: f"{camp} (camp)" if camp in (*RESERVED, JOURNALIST) else camp
        for camp, names in actors.camps.items()
        for name in names
    }


def _coded(hits: Hits, members: Mapping[str, list[str]], cluster: By | None) -> Hitlist:
    """Return the hits as codes of voice, frame, document and cluster."""
    table = hits.table
    number = {name: row for row, names in enumerate(members.values()) for name in names}
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
    """Return the cluster of each hit, and the word for a cluster."""
    if cluster is None:
        documents = len(np.unique(document))
        cluster = "paragraph" if documents < FEW_DOCUMENTS else "document"
    units, row = units_of_hits(hits, document, cluster)
    code, resampled = clusters_of(units, cluster)
    return code[row], resampled
