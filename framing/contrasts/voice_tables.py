"""Tables of voices: speakers by frames, frames by context, and tests of association."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.resampling import rng_for
from framing._core.typing import Array, Rows
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
from framing.scores.groups import PASSAGES, By, allowed_keys, groups_of, read_keys
from framing.scores.interval_notes import few_note
from framing.scores.scores import JOURNALIST

# Properties of a hit in its context. The shares of the first three sum to 1; so do those of
# rejected and affirmed.
CONTEXTS = ("quoted", "reported", "own", "attributed", "rejected", "affirmed", "hedged")
VOICE_COLUMNS = (
    "speaker", "camp", "frame", "hits", "n", "share", "low", "high", "ratio", "ratio_low",
    "ratio_high", "p", "p_adjusted", "share_of_frame", "frame_low", "frame_high", "documents",
    "method", "note",
)  # fmt: skip
ASSOCIATION_COLUMNS = (
    "speakers", "v", "low", "high", "statistic", "p", "n", "voices", "documents", "note",
)  # fmt: skip
# The sets of speakers that are tested, with the speakers that each set leaves out.
SETS = {"all": (), "attributed": (JOURNALIST,), "named": (JOURNALIST, *RESERVED)}


def shares_of_all(hitlist: Hitlist, draws: Draws) -> Shares:
    """Return the share of each frame in all hits."""
    group = np.zeros(len(hitlist), dtype=np.int64)
    columns = indicators(hitlist.frame, len(hitlist.frames))
    return _over_clusters(hitlist, group, 1, columns, draws)


def _over_clusters(
    hitlist: Hitlist, group: Rows, count: int, columns: Array, draws: Draws
) -> Shares:
    """Return shares of the hits of each group, with the limits of `Scores.interval`."""
    borrow = hitlist.resampled not in PASSAGES
    return shares(group, count, columns, hitlist.cluster, draws.level, borrow=borrow)


def voice_table(
    hitlist: Hitlist, camps: Mapping[str, str], base: Shares, test: Association, draws: Draws
) -> pd.DataFrame:
    """Return the table of voices, one row per voice and frame."""
    v, f = len(hitlist.voices), len(hitlist.frames)
    columns = indicators(hitlist.frame, f)
    by_voice = _over_clusters(hitlist, hitlist.voice, v, columns, draws)
    by_frame = _over_clusters(hitlist, hitlist.frame, f, indicators(hitlist.voice, v), draws)
    ratio, low, high = ratios(hitlist, by_voice, base, draws)
    documents = _documents(hitlist.voice, hitlist.document, v)
    cells = {
        "hits": by_voice.hits.astype(np.int64), "share": by_voice.share, "low": by_voice.low,
        "high": by_voice.high, "ratio": ratio, "ratio_low": low, "ratio_high": high,
        "p": test.p_cell, "p_adjusted": test.p_adjusted, "share_of_frame": by_frame.share.T,
        "frame_low": by_frame.low.T, "frame_high": by_frame.high.T, "method": _methods(by_voice),
        "note": _notes(by_voice, hitlist),
    }  # fmt: skip
    table = pd.DataFrame({name: values.ravel() for name, values in cells.items()})
    table["speaker"] = np.repeat(hitlist.voices, f)
    table["camp"] = [camps.get(name, "") for name in table["speaker"]]
    table["frame"] = pd.Categorical(hitlist.frames * v, categories=hitlist.frames)
    table["n"] = np.repeat(by_voice.size.astype(np.int64), f)
    table["documents"] = np.repeat(documents, f)
    return table[list(VOICE_COLUMNS)]


def _documents(group: Rows, document: Rows, count: int) -> Rows:
    """Return the number of documents with hits of each group."""
    keys = np.unique(np.column_stack([group, document]), axis=0)[:, 0]
    documents: Rows = np.bincount(keys, minlength=count).astype(np.int64)
    return documents


def _methods(shares: Shares) -> NDArray[np.object_]:
    """Return the method of each interval."""
    return np.select([np.isnan(shares.low), shares.varied], ["none", "t"], "limits").astype(object)


def _notes(shares: Shares, hitlist: Hitlist) -> NDArray[np.object_]:
    """Return notes on intervals that rest on few clusters or on few documents."""
    what = hitlist.resampled
    within = ""
    if what == "paragraph":
        count = len(np.unique(hitlist.document))
        within = f"about the {count:,} documents at hand: its clusters are paragraphs"
    notes = np.full(shares.share.shape, "", dtype=object)
    for row, column in np.ndindex(*notes.shape):
        if not shares.size[row]:
            notes[row, column] = "no hit"
            continue
        k, total = int(shares.touched[row, column]), int(shares.clusters[row])
        sparse = f"such hits in {k:,} of {total:,} {what}{'s' * (total != 1)}"
        alone = few_note(total, 1.0, what) if np.isnan(shares.low[row, column]) else ""
        remarks = ["" if shares.varied[row, column] else alone or sparse, within]
        notes[row, column] = "; ".join(remark for remark in remarks if remark)
    return notes


def base_table(hitlist: Hitlist, base: Shares) -> pd.DataFrame:
    """Return the shares of the frames in all hits, one row per frame."""
    return pd.DataFrame(
        {
            "frame": pd.Categorical(hitlist.frames, categories=hitlist.frames),
            "share": base.share[0],
            "low": base.low[0],
            "high": base.high[0],
            "hits": base.hits[0].astype(np.int64),
            "n": len(hitlist),
        }
    )


def units_of_hits(hits: Hits, document: Rows, value: By) -> tuple[pd.DataFrame, Rows]:
    """Return the units that ``by`` or ``cluster`` group, and the row of each hit in them.

    The units are the documents. For paragraphs, sentences or speakers they are the hits.
    """
    names: Any = () if isinstance(value, pd.Series) else np.atleast_1d(np.asarray(value, object))
    if not all(isinstance(name, str) for name in names):
        read_keys(hits.documents, value, "by or cluster")  # It says what is wrong.
    if set(names) <= set(allowed_keys(hits.documents)):
        return hits.documents, document
    within: dict[str, Any] = {
        name: hits.table[name].to_numpy() for name in ("paragraph", "sentence")
    }
    within["speaker"] = hits.table["speaker"].astype(str).replace("", JOURNALIST).to_numpy()
    units = hits.documents.iloc[document].reset_index(drop=True)
    units = units.assign(**{name: values for name, values in within.items() if name not in units})
    return units, np.arange(len(units))


def context_table(hits: Hits, hitlist: Hitlist, by: By | None, draws: Draws) -> pd.DataFrame:
    """Return the shares of quoted, rejected, hedged … hits of each frame, in total or by group."""
    code, names = np.zeros(len(hitlist), dtype=np.int64), [""]
    if by is not None:
        units, row = units_of_hits(hits, hitlist.document, by)
        code, names = groups_of(units, by)
        code = code[row]
    # With 3 groups, group 1 of frame 2 (from 0) is cell 2 * 3 + 1 = 7.
    cell = hitlist.frame * len(names) + code
    labels = [f"{frame} {name}" for frame in hitlist.frames for name in names]
    in_context = _over_clusters(hitlist, cell, len(labels), _contexts(hits), draws)
    w = len(CONTEXTS)
    frames = np.repeat(hitlist.frames, len(names) * w)
    table = pd.DataFrame(
        {
            "frame": pd.Categorical(frames, categories=hitlist.frames),
            "group": np.tile(np.repeat(names, w), len(hitlist.frames)),
            "what": list(CONTEXTS) * len(labels),
            "share": in_context.share.ravel(),
            "low": in_context.low.ravel(),
            "high": in_context.high.ravel(),
            "hits": in_context.hits.ravel().astype(np.int64),
            "n": np.repeat(in_context.size.astype(np.int64), w),
            "documents": np.repeat(_documents(cell, hitlist.document, len(labels)), w),
            "method": _methods(in_context).ravel(),
            "note": _notes(in_context, hitlist).ravel(),
        }
    )
    return table if by is not None else table.drop(columns="group")


def _contexts(hits: Hits) -> Array:
    """Return one row of zeros and ones per hit, with the columns of `CONTEXTS`."""
    table = hits.table
    quoted, rejected, hedged = (
        table[name].to_numpy(dtype=bool) for name in ("quoted", "rejected", "hedged")
    )
    attributed = (table["speaker"].astype(str) != "").to_numpy()
    reported, by_journalist = attributed & ~quoted, ~attributed & ~quoted
    columns = [quoted, reported, by_journalist, attributed, rejected, ~rejected, hedged]
    return np.column_stack(columns).astype(np.float64)


def association_table(
    hitlist: Hitlist, whole: Association, permutations: int, draws: Draws
) -> pd.DataFrame:
    """Return the tests of whether voices differ in their frames, one row per set of voices."""
    names = np.array(hitlist.voices, dtype=object)
    shape = len(hitlist.voices), len(hitlist.frames)
    rows = []
    for which, without in SETS.items():
        inside = ~np.isin(names[hitlist.voice], without)
        voice, frame = hitlist.voice[inside], hitlist.frame[inside]
        if not inside.any():
            rows.append((which, *[np.nan] * 5, 0, 0, 0, "no such hit"))
            continue
        test = whole
        if not inside.all():
            document = hitlist.document[inside]
            test = associate(voice, frame, document, shape, permutations, draws.seed)
        rng = rng_for(draws.seed, f"voices v {which}")
        v = cramers_v(voice, frame, hitlist.cluster[inside], draws.count, draws.level, rng)
        note = "" if test.documents else "no document has two speakers and two frames"
        sizes = int(inside.sum()), len(np.unique(voice)), test.documents
        rows.append((which, *v, test.statistic, test.p, *sizes, note))
    return pd.DataFrame(rows, columns=list(ASSOCIATION_COLUMNS))
