"""Tables of voices: speakers by frames, frames by context, and the tests."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.resampling import rng_for
from framing.contrasts.voice_shares import (
    Association,
    Draws,
    Hitlist,
    Shares,
    associate,
    cramers_v,
    indicators,
    ratios,
    shares,
)
from framing.hits.hits import Hits
from framing.lexicons.actors import RESERVED
from framing.scores.groups import By, allowed_keys, groups_of
from framing.scores.scores import JOURNALIST

# What a hit can be in its context. The first three sum to 1, as do rejected and affirmed.
CONTEXTS = ("quoted", "reported", "own", "attributed", "rejected", "affirmed", "hedged")
VOICE_COLUMNS = (
    "speaker", "camp", "frame", "hits", "n", "share", "low", "high", "ratio", "ratio_low",
    "ratio_high", "p", "p_adjusted", "share_of_frame", "frame_low", "frame_high", "documents",
    "method", "note",
)  # fmt: skip
TEST_COLUMNS = (
    "speakers", "v", "low", "high", "statistic", "p", "n", "voices", "documents", "note",
)  # fmt: skip
# Whom a test leaves out.
SETS = {"all": (), "attributed": (JOURNALIST,), "named": (JOURNALIST, *RESERVED)}

Rows = NDArray[np.int64]


def shares_of_all(found: Hitlist, made: Draws) -> Shares:
    """Return the share of each frame in all hits."""
    every = np.zeros(len(found), dtype=np.int64)
    columns = indicators(found.frame, len(found.frames))
    return shares(every, ["all"], columns, found.cluster, "base", made)


def voice_table(
    found: Hitlist, camps: Mapping[str, str], base: Shares, shift: Association, made: Draws
) -> pd.DataFrame:
    """Return a row a voice and frame."""
    v, f = len(found.voices), len(found.frames)
    columns = indicators(found.frame, f)
    own = shares(found.voice, found.voices, columns, found.cluster, "share", made)
    said = shares(
        found.frame, found.frames, indicators(found.voice, v), found.cluster, "frame", made
    )
    ratio, low, high = ratios(found, own, base, made)
    documents = _documents(found.voice, found.document, v)
    cells = {
        "hits": own.hits.astype(np.int64), "share": own.share, "low": own.low, "high": own.high,
        "ratio": ratio, "ratio_low": low, "ratio_high": high, "p": shift.p_cell,
        "p_adjusted": shift.p_adjusted, "share_of_frame": said.share.T,
        "frame_low": said.low.T, "frame_high": said.high.T, "method": _methods(own),
        "note": _notes(own, found),
    }  # fmt: skip
    table = pd.DataFrame({name: values.ravel() for name, values in cells.items()})
    table["speaker"] = np.repeat(found.voices, f)
    table["camp"] = [camps.get(name, "") for name in table["speaker"]]
    table["frame"] = pd.Categorical(found.frames * v, categories=found.frames)
    table["n"] = np.repeat(own.size.astype(np.int64), f)
    table["documents"] = np.repeat(documents, f)
    return table[list(VOICE_COLUMNS)]


def _documents(group: Rows, document: Rows, count: int) -> Rows:
    keys = np.unique(np.column_stack([group, document]), axis=0)[:, 0]
    found: Rows = np.bincount(keys, minlength=count).astype(np.int64)
    return found


def _methods(own: Shares) -> NDArray[np.object_]:
    return np.select(
        [own.size[:, None] == 0, own.bootstrap], ["none", "bootstrap-t"], "limits"
    ).astype(object)


def _notes(own: Shares, found: Hitlist) -> NDArray[np.object_]:
    """Return what the data bear only in part."""
    what = found.resampled
    within = ""
    if what == "paragraph":
        count = len(np.unique(found.document))
        within = f"about the {count:,} documents at hand: paragraphs are resampled"
    notes = np.full(own.share.shape, "", dtype=object)
    for row, column in np.ndindex(*notes.shape):
        if not own.size[row]:
            notes[row, column] = "no hit"
            continue
        k, total = int(own.touched[row, column]), int(own.clusters[row])
        few = f"such hits in {k:,} of {total:,} {what}{'s' * (total != 1)}"
        parts = ["" if own.bootstrap[row, column] else few, within]
        notes[row, column] = "; ".join(part for part in parts if part)
    return notes


def base_table(found: Hitlist, base: Shares) -> pd.DataFrame:
    """Return a row a frame."""
    return pd.DataFrame(
        {
            "frame": pd.Categorical(found.frames, categories=found.frames),
            "share": base.share[0],
            "low": base.low[0],
            "high": base.high[0],
            "hits": base.hits[0].astype(np.int64),
            "n": len(found),
        }
    )


def units_of_hits(hits: Hits, document: Rows, value: By) -> tuple[pd.DataFrame, Rows]:
    """Return the units that ``by`` or ``cluster`` group, and the row of each hit in them.

    They are the documents, or the hits themselves where a value tells paragraphs, sentences or
    speakers of a document apart.
    """
    names: Any = () if isinstance(value, pd.Series) else np.atleast_1d(np.asarray(value, object))
    if set(names) <= set(allowed_keys(hits.documents)):
        return hits.documents, document
    within: dict[str, Any] = {
        name: hits.table[name].to_numpy() for name in ("paragraph", "sentence")
    }
    within["speaker"] = hits.table["speaker"].astype(str).replace("", JOURNALIST).to_numpy()
    units = hits.documents.iloc[document].reset_index(drop=True)
    units = units.assign(**{name: one for name, one in within.items() if name not in units})
    return units, np.arange(len(units))


def context_table(hits: Hits, found: Hitlist, by: By | None, made: Draws) -> pd.DataFrame:
    """Return how the hits of each frame are said, in all documents or by group."""
    code, names = np.zeros(len(found), dtype=np.int64), [""]
    if by is not None:
        units, row = units_of_hits(hits, found.document, by)
        code, names = groups_of(units, by)
        code = code[row]
    cell = found.frame * len(names) + code
    labels = [f"{frame} {name}" for frame in found.frames for name in names]
    own = shares(cell, labels, _contexts(hits), found.cluster, "context", made)
    w = len(CONTEXTS)
    frames = np.repeat(found.frames, len(names) * w)
    table = pd.DataFrame(
        {
            "frame": pd.Categorical(frames, categories=found.frames),
            "group": np.tile(np.repeat(names, w), len(found.frames)),
            "what": list(CONTEXTS) * len(labels),
            "share": own.share.ravel(),
            "low": own.low.ravel(),
            "high": own.high.ravel(),
            "hits": own.hits.ravel().astype(np.int64),
            "n": np.repeat(own.size.astype(np.int64), w),
            "documents": np.repeat(_documents(cell, found.document, len(labels)), w),
            "method": _methods(own).ravel(),
            "note": _notes(own, found).ravel(),
        }
    )
    return table if by is not None else table.drop(columns="group")


def _contexts(hits: Hits) -> NDArray[np.float64]:
    table = hits.table
    quoted, rejected, hedged = (
        table[name].to_numpy(dtype=bool) for name in ("quoted", "rejected", "hedged")
    )
    told = (table["speaker"].astype(str) != "").to_numpy()
    columns = [quoted, told & ~quoted, ~told & ~quoted, told, rejected, ~rejected, hedged]
    return np.column_stack(columns).astype(np.float64)


def association_table(
    found: Hitlist, whole: Association, permutations: int, made: Draws
) -> pd.DataFrame:
    """Return whether voices differ in their frames, and how much, for each set of them."""
    names = np.array(found.voices, dtype=object)
    shape = len(found.voices), len(found.frames)
    rows = []
    for which, without in SETS.items():
        kept = ~np.isin(names[found.voice], without)
        voice, frame = found.voice[kept], found.frame[kept]
        if not kept.any():
            rows.append((which, *[np.nan] * 5, 0, 0, 0, "no such hit"))
            continue
        test = whole
        if not kept.all():
            test = associate(
                voice, frame, found.document[kept], shape, permutations, made.seed
            )  # fmt: skip
        rng = rng_for(made.seed, f"voices v {which}")
        v = cramers_v(voice, frame, found.cluster[kept], made.count, made.level, rng)
        told = test.documents
        note = "" if told else "in no document do two speakers and two frames meet"
        sizes = int(kept.sum()), len(np.unique(voice)), told
        rows.append((which, *v, test.statistic, test.p, *sizes, note))
    return pd.DataFrame(rows, columns=list(TEST_COLUMNS))
