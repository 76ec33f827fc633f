"""Actors: the speakers in the articles, their names and their camps."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from framing._core.checks import InputError, a_kind, check_objects, listing
from framing._core.files import Place, Where, convert, read_toml
from framing._core.result import Shown
from framing.lexicons.lexicon import check_pattern
from framing.text.characters import fold

# Values of the column speaker for speakers that are not in the table.
RESERVED = ("unresolved", "other")
NO_CAMP = "no camp"


class _Actor(msgspec.Struct, forbid_unknown_fields=True):
    """An actor as it stands in the TOML file."""

    aliases: list[str] = []
    camp: str = ""


class _ActorFile(msgspec.Struct, forbid_unknown_fields=True):
    """The TOML file."""

    actors: dict[str, dict[str, Any]]
    name: str = ""


@dataclass(frozen=True, eq=False)
class Actors(Shown):
    """Actors and their names: a table with one row per alias.

    Attributes
    ----------
    table : pandas.DataFrame
        ``actor`` (the name in the column ``speaker`` of hits), ``alias`` (a name in the articles;
        the name of the actor is an alias too), ``camp``.
    name : str
        Name of the list of actors.
    hash : str
        SHA-256 of actors, aliases and camps.

    See Also
    --------
    read_actors, make_actors, load_actors
    """

    table: pd.DataFrame
    name: str
    hash: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Actors) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def names(self) -> list[str]:
        """Return the actors, in the order of the table."""
        return list(dict.fromkeys(self.table["actor"]))

    @property
    def camps(self) -> dict[str, list[str]]:
        """Return the actors of each camp; actors without a camp are under "no camp".

        Examples
        --------
        >>> from framing.lexicons.actors import make_actors
        >>> make_actors({"Tusk": {"camp": "Europe"}, "Modi": []}).camps
        {'Europe': ['Tusk'], 'no camp': ['Modi']}
        """
        camps: dict[str, list[str]] = {}
        for actor, camp in self.table.drop_duplicates("actor")[["actor", "camp"]].to_numpy():
            camps.setdefault(str(camp) or NO_CAMP, []).append(str(actor))
        return camps

    def __repr__(self) -> str:
        camps = ", ".join(f"{camp} {len(actors)}" for camp, actors in self.camps.items())
        return f"<Actors {self.name}: {len(self)} actors ({camps}), hash {self.hash[:8]}>"


@check_objects
def read_actors(path: str | Path) -> Actors:
    """Read a table of actors from a TOML file.

    Parameters
    ----------
    path : str or Path
        A file with ``name`` and one table per actor: ``[actors.Zelensky]``, or
        ``[actors."White House"]``, with ``aliases`` (a list; the grammar is that of lexicon
        entries) and ``camp``. The name of the actor is always an alias. With the aliases "Doe" and
        "Anna Doe", Tom Doe is somebody else.

    Returns
    -------
    Actors
        The actors. Without a name in the file, the name of the list is that of the file.

    Raises
    ------
    InputError
        The file is missing or not TOML, has an unknown key, an empty alias, an alias that occurs
        twice or with two actors, or an actor with the name "other" or "unresolved".

    Examples
    --------
    >>> import framing as fr, pathlib, tempfile
    >>> from framing.lexicons.actors import read_actors
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "mine.toml"
    >>> _ = path.write_text('[actors.Tusk]\\ncamp = "Europe"\\naliases = ["Polish premier"]')
    >>> read_actors(path).table["alias"].tolist()
    ['Tusk', 'Polish premier']
    """
    path = Path(path)
    data, where = read_toml(path)
    actors = _build(data, where)
    return actors if actors.name else replace(actors, name=path.stem)


@check_objects
def make_actors(
    actors: Mapping[str, Sequence[str] | Mapping[str, Any]], *, name: str = "unnamed"
) -> Actors:
    """Make a table of actors from lists of aliases.

    Parameters
    ----------
    actors : mapping
        For each actor its aliases, or a mapping with ``aliases`` and ``camp``.
    name : str
        Name of the list of actors.

    Returns
    -------
    Actors
        The actors in the order of the mapping.

    Raises
    ------
    InputError
        As in `read_actors`.

    Examples
    --------
    >>> from framing.lexicons.actors import make_actors
    >>> make_actors({"Tusk": ["Polish premier"], "Stubb": {"camp": "Europe"}}).names
    ['Tusk', 'Stubb']
    """
    if not isinstance(actors, Mapping):
        raise InputError(
            f"actors is {a_kind(type(actors).__name__)}; it must be a mapping such as "
            '{"Zelensky": ["Zelenskyy", "Ukraine\'s president"]}.'
        )
    tables = {
        str(actor): dict(content) if isinstance(content, Mapping) else {"aliases": content}
        for actor, content in actors.items()
    }
    return _build({"name": name, "actors": tables}, lambda *keys: "make_actors")


def _build(data: Mapping[str, Any], where: Where) -> Actors:
    """Return the actors of a file or a mapping; ``where`` names the place in messages."""
    if not data.get("actors"):
        raise InputError(
            f"{where()}: there are no actors. Give one table for each actor, such as "
            '[actors.Zelensky] with aliases = ["Zelenskyy"].'
        )
    file = convert(data, _ActorFile, where)
    rows: list[tuple[str, str, str]] = []
    for actor, content in file.actors.items():
        entry = convert(content, _Actor, where, "actors", actor)
        if fold(actor) in RESERVED:
            raise InputError(
                f"{where('actors', actor)}: an actor cannot be called {actor!r}. The column "
                f"speaker uses {listing(RESERVED)} for speakers that are not in the table. Choose "
                "another name."
            )
        check_pattern(actor, Place(where, ("actors", actor), ": name of an actor"))
        folded_name = fold(actor)
        for alias in entry.aliases:
            check_pattern(alias, Place(where, ("actors", actor, alias), f": alias of {actor!r}"))
        names = [alias for alias in entry.aliases if fold(alias) != folded_name]
        rows.extend((actor, alias, entry.camp) for alias in [actor, *names])
    _check_repeats(rows, where)
    measured = json.dumps(sorted(rows), ensure_ascii=True)
    return Actors(
        table=pd.DataFrame(rows, columns=["actor", "alias", "camp"]),
        name=file.name,
        hash=hashlib.sha256(measured.encode()).hexdigest(),
    )


def _check_repeats(rows: Sequence[tuple[str, str, str]], where: Where) -> None:
    """Raise InputError where an alias occurs twice or belongs to two actors."""
    owner: dict[str, str] = {}
    for actor, alias, _ in rows:
        before = owner.setdefault(fold(alias), actor)
        if before != actor:
            raise InputError(
                f"{where('actors', actor, alias)}: alias {alias!r} belongs to {before!r} and to "
                f"{actor!r}. Keep it with one of them."
            )
    folded = [fold(alias) for _, alias, _ in rows]
    for (actor, alias, _), name in zip(rows, folded, strict=True):
        if folded.count(name) > 1:
            raise InputError(
                f"{where('actors', actor, alias)}: alias {alias!r} is in {actor!r} twice. Remove "
                "one of the two."
            )
