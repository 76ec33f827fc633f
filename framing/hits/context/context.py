"""Context of a hit: whether it is rejected, hedged, quoted, and who says it.

The context is never a filter: a hit stays a hit, and the columns say how it is meant.
"""

import numpy as np
import pandas as pd

from framing.hits.context.clauses import find_clauses, hedged, rejected
from framing.hits.context.cues import KINDS, Cues, languages, load_cues, make_reader
from framing.hits.context.quotes import find_quotes
from framing.hits.context.speakers import name_speakers
from framing.lexicons.actors import RESERVED, Actors
from framing.text.characters import Offsets
from framing.text.segments import Passages

__all__ = [
    "KINDS",
    "Cues",
    "actor_patterns",
    "cue_patterns",
    "mark_context",
    "speaker_names",
]


def cue_patterns(language: str = "en") -> list[tuple[str, str]]:
    """Return the cues of a language as kind and pattern, to be looked for with the lexicon.

    Parameters
    ----------
    language : {"en"}

    Returns
    -------
    list of (str, str)
        Kinds as in ``KINDS``; a pattern may stand in several.

    Raises
    ------
    InputError
        No cues ship for the language.

    References
    ----------
    Chapman, W. W. et al. (2001). A simple algorithm for identifying negated findings and
    diseases in discharge summaries. Journal of Biomedical Informatics 34(5), 301-310.
    doi:10.1006/jbin.2001.1029

    Examples
    --------
    >>> from framing.hits.context.context import cue_patterns
    >>> ("reject", "refus*") in cue_patterns()
    True
    """
    return list(load_cues(language).patterns)


def actor_patterns(actors: Actors) -> list[tuple[int, str]]:
    """Return the aliases of actors as the actor's number and pattern.

    Parameters
    ----------
    actors : Actors

    Returns
    -------
    list of (int, str)
        Numbers in the order of ``actors.names``.

    Examples
    --------
    >>> from framing.lexicons.actors import make_actors
    >>> from framing.hits.context.context import actor_patterns
    >>> actor_patterns(make_actors({"Putin": [], "Trump": ["US president"]}))
    [(0, 'Putin'), (1, 'Trump'), (1, 'US president')]
    """
    number = {actor: place for place, actor in enumerate(actors.names)}
    return [
        (number[actor], alias)
        for actor, alias in zip(actors.table["actor"], actors.table["alias"], strict=True)
    ]


def speaker_names(actors: Actors | None) -> list[str]:
    """Return what the codes of the column ``speaker`` stand for.

    Parameters
    ----------
    actors : Actors or None

    Returns
    -------
    list of str
        ``""`` (the journalist), "unresolved" (a pronoun), "other" (who is not in the table),
        then the actors.

    Examples
    --------
    >>> from framing.lexicons.actors import make_actors
    >>> from framing.hits.context.context import speaker_names
    >>> speaker_names(make_actors({"Putin": []}))
    ['', 'unresolved', 'other', 'Putin']
    """
    return ["", *RESERVED, *(actors.names if actors else [])]


def context_patterns(language: str, actors: Actors | None) -> list[tuple[int, str]]:
    """Return all that is looked for with a lexicon, with the numbers that `mark_context` takes.

    Parameters
    ----------
    language : str
    actors : Actors or None

    Returns
    -------
    list of (int, str)
        Nothing where no cues ship for the language.

    Examples
    --------
    >>> from framing.lexicons.actors import make_actors
    >>> from framing.hits.context.context import context_patterns
    >>> context_patterns("en", make_actors({"Putin": []}))[-1][1]
    'Putin'
    >>> context_patterns("de", make_actors({"Putin": []}))
    []
    """
    if language not in languages():
        return []
    kinds = [(KINDS.index(kind), pattern) for kind, pattern in cue_patterns(language)]
    aliases = actor_patterns(actors) if actors else []
    return kinds + [(len(KINDS) + actor, alias) for actor, alias in aliases]


def mark_context(
    text: Passages,
    start: Offsets,
    end: Offsets,
    cues: Cues,
    *,
    row: Offsets | None = None,
    language: str = "en",
) -> pd.DataFrame:
    """Return the context of the hits in a text.

    Parameters
    ----------
    text : Chunk or Excerpt
    start, end : arrays of int
        Positions of the hits in the folded text, sorted by ``start``.
    cues : Cues
        Where the patterns of `cue_patterns` and `actor_patterns` match, sorted by start:
        ``kind`` is the place of the kind in ``KINDS``, or ``len(KINDS)`` + the actor's number.
    row : array of int, optional
        The number of each hit's sentence in the text, where it is known already.
    language : {"en"}
        The language of the words that are looked up one by one.

    Returns
    -------
    pandas.DataFrame
        One row a hit: ``rejected`` (denied, refused, ruled out or said not to exist or happen,
        within its clause), ``hedged`` (possible, conditional or second-hand there), ``quoted``
        (between quotation marks), all bool, and ``speaker``, a code of `speaker_names`.

    Raises
    ------
    InputError
        No cues ship for the language.

    Examples
    --------
    >>> import numpy as np
    >>> from framing.text.characters import Alphabet
    >>> from framing.text.segments import make_chunk
    >>> from framing.hits.context.context import KINDS, Cues, mark_context
    >>> chunk = make_chunk(0, ["No compromise, he said."], [[]], "en", Alphabet())
    >>> kinds = np.array([KINDS.index("no"), KINDS.index("reporting")])
    >>> cues = Cues(kinds, np.array([0, 18]), np.array([2, 22]))
    >>> mark_context(chunk, np.array([3]), np.array([13]), cues)
       rejected  hedged  quoted  speaker
    0      True   False   False        1
    """
    reader = make_reader(text, load_cues(language))
    quotes = find_quotes(reader)
    clauses = find_clauses(reader, cues)
    clause = clauses.of(start)
    row = reader.row(start) if row is None else row
    speaker = name_speakers(reader, cues, quotes, start, row)
    return pd.DataFrame(
        {
            "rejected": rejected(reader, cues, clauses, start, end, clause),
            "hedged": hedged(reader, cues, clauses, clause),
            "quoted": quotes.holding(start) >= 0,
            "speaker": speaker.astype(np.int16),
        }
    )
