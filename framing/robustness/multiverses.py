"""Multiverse: the same contrast under every defensible choice, and which choice matters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from joblib import delayed

from framing._core.checks import InputError, check_objects, check_positive, check_seed
from framing._core.long_work import in_parallel, progress_bar, with_progress
from framing._core.result import Result
from framing.coding.models.model_codes import ModelCodes
from framing.contrasts.contrasts import Contrast
from framing.corpus.corpus import Corpus
from framing.hits.hits import NESTED, Hits, find_hits
from framing.hits.study import Study
from framing.lexicons.lexicon import Lexicon
from framing.robustness.choices import DEFAULTS, check_choices, grid_of, instruments_of
from framing.robustness.reference import (
    Claim,
    barred_choices,
    check_arguments,
    check_frames,
    claim_of,
)
from framing.robustness.runs import Arrays, RunPlan, cache_folder, cached, check_size, key_of, run
from framing.robustness.specifications import (
    Curves,
    Material,
    SpecificationBatch,
    batches_of,
    count_specifications,
    enumerate_curves,
)
from framing.robustness.summaries import (
    check_corrections,
    curve_table,
    explain,
    joint_tests,
    summarise,
)
from framing.scores.groups import name_of
from framing.scores.scores import refuse_signed_entries


@dataclass(frozen=True, eq=False)
class Multiverse(Result):
    """A contrast under every defensible choice: one curve per frame and comparison.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame, comparison and specification: its number, ``reference`` (true for the
        original claim, number 1), one column per choice; ``measure`` (the unit of the estimate),
        ``estimate`` with ``low`` and ``high``, ``ratio`` with its interval (as in `Contrast`: 0
        or missing where a side has no hit), ``log_ratio`` (natural, with half a hit added to
        each side, so that it is never infinite), ``p`` (not adjusted), ``n`` (units),
        ``clusters``, ``method``, ``note``.
    summary : pandas.DataFrame
        One row per curve: ``specifications``, ``ratio`` of the claim; ``median`` (of log ratios,
        as a ratio), ``least`` and ``most`` (lowest and highest ratio), ``without_ratio``
        (specifications without a ratio); four shares, 0 to 1: of all specifications those with
        the sign of the claim (``same_sign``); of the specifications with a p those with that sign
        and p < .05 (``significant``), and those with the other sign and p < .05 (``reversed``);
        of the specifications with an interval those whose interval includes no difference
        (``no_difference``); the joint tests ``p_median``, ``p_adjusted`` (of the median, by Holm
        over the curves), ``p_share`` and ``p_z``.
    matters : pandas.DataFrame
        One row per curve and choice, with the choice that explains most first: ``choice``,
        ``options`` (their number), ``explained`` (share of the variance of log ratios, 0 to 1),
        the options with the ``lowest`` and ``highest`` mean, and these means as ratios.
    options : pandas.DataFrame
        One row per curve, choice and option: ``specifications``, mean ``ratio`` (geometric),
        ``same_sign``, ``significant``.
    left_out : pandas.DataFrame
        Combinations that were not run: ``frame``, ``reason``, ``n``.
    level : float
    settings : dict
        ``choices`` (options of each), ``dropped`` (choices that do not vary, each with the
        reason), ``seed``, ``limit``, ``distinct`` (specifications of each
        frame before a random draw), ``permutations``, ``lexicon``, ``cache`` (number of batches
        "read", "made", and "damaged": made again because the file was damaged).
    contrast : Contrast
        The claim.

    See Also
    --------
    multiverse, plot_multiverse
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    matters: pd.DataFrame
    options: pd.DataFrame
    level: float
    contrast: Contrast

    drawn_by: ClassVar[str] = "plot_multiverse"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __repr__(self) -> str:
        sizes = self.table.groupby(["frame", "comparison"], observed=True).size()
        fewest, largest = sizes.min(), sizes.max()
        sizes_text = fewest if fewest == largest else f"{fewest} to {largest}"
        drawn = any(n > self.settings["limit"] for n in self.settings["distinct"].values())
        total = f", drawn from up to {max(self.settings['distinct'].values()):,}" if drawn else ""
        by = name_of(self.contrast.settings["by"])
        dropped = self.settings.get("dropped", {})
        still = ", ".join(f"{name} ({reason})" for name, reason in dropped.items())
        still = f"; not varied: {still}" if still else ""
        return (
            f"<Multiverse of {len(sizes)} curve{'s' * (len(sizes) != 1)} by {by}: "
            f"{sizes_text} specifications each{total}; "
            f"choices {', '.join(self.settings['choices'])}{still}; {self.settings['lexicon']}>"
        )

    def _rows(self) -> pd.DataFrame:
        return self.summary


@check_objects
@with_progress
def multiverse(
    source: Corpus | Study,
    lexicon: Lexicon | Hits | ModelCodes | None,
    contrast: Contrast | Mapping[str, Any],
    *,
    choices: Mapping[str, Any] | None = None,
    frame: str | Sequence[str] | None = None,
    seed: int,
    limit: int = 400,
    workers: int = 1,
    cache: str | Path | None = None,
    progress: bool = True,
) -> Multiverse:
    """Repeat a contrast under every defensible choice.

    Returns a Multiverse: its ``table`` has a row for each frame and combination of choices, its
    ``summary`` in how many of these the claim holds.

    Try it: ``study = fr.load_study("briefings")``,
    ``fr.multiverse(study, None, {"by": "year", "groups": ["2024", "2025"], "seed": 1},
    choices={"kind": ["rate", "share"]}, seed=1).summary``.

    Each combination of options is one specification. Groups, seed, draws and permutations are
    those of the claim, so that each row is what `contrast` returns for such scores.

    Parameters
    ----------
    source : Corpus or Study
        A study has no text: "nested", "furniture" and "duplicates" cannot vary.
    lexicon : Lexicon, Hits, ModelCodes or None
        What the claim is measured with: a lexicon; hits of another instrument, such as a
        classifier; or what `code_with_model` returned, of which the first coder makes the claim
        unless the contrast is of another one. None for the hits of a study.
    contrast : Contrast or dict
        The original claim, or the arguments to make it: those of `contrast` and, for the scores,
        ``unit``, ``kind``, ``per`` and ``rejected``. It is the reference.
    choices : dict, optional
        Options of each choice. The option of the claim is always among them, and choices that
        are not named stay as in the claim. The default is every choice except the last four,
        where the source allows it and it changes a hit (defaults are marked \\*):

        - "kind": "rate"\\*, "share"\\* (of sentences), "count" (hits per unit), "presence"\\*
          (share of units with a hit);
        - "unit": "document"\\*, "paragraph"\\*, "sentence": the unit of counts and presence.
          Rates and shares of a group are pooled, so they are the same for each unit;
        - "rejected": "include"\\*, "exclude"\\*, "only"; "hedged" likewise;
        - "quoted": "all"\\*, "journalist"\\* (outside quotation marks), "quoted";
        - "nested": "frame"\\*, "lexicon"\\*, as in `find_hits`;
        - "weights": "lexicon"\\*, "equal"\\* (each hit counts 1);
        - "furniture": whether page furniture is removed, True\\*, False\\*;
        - "duplicates": "keep"\\*, "once"\\* (the first of each cluster among the documents
          compared, by `Corpus.find_duplicates`), "weight"\\* (1 / size of the cluster);
        - "entry": a number n, for the n entries of a frame with the most hits, each left out in
          turn (3\\*), or a list of entries; only the frame of the entry loses it. Its hits are
          removed, as in `drop_one`: no entry that it hid comes back;
        - "length": minimum tokens of a document, such as [0, 100];
        - "cluster": "document" or columns;
        - "correction": None and pairs (codes, sample): shares corrected by `correct` over
          the clusters of the claim, with the interval and p of it;
        - "instrument": hits of other instruments by name, or what `code_with_model` returned, or
          both: ``{"classifier": hits, "model": coded}``. Each model is an option, and each wording
          of its prompt one of "prompt" (on another occasion it is another model), so that
          ``summary`` says in how many of them the conclusion holds and ``matters`` which of the
          two moves it more. It is a default where ``lexicon`` is a `ModelCodes` of several coders.
    frame : str or list of str, optional
        Frames with a curve; all by default.
    seed : int
        For the joint test, the duplicates and the random draw of specifications.
    limit : int
        Largest number of specifications per frame. With more, the claim and a random draw of the
        others are run.
    workers : int
        Processes; the result is the same with any number.
    cache : str or Path, optional
        Folder for results. They are read from there if counts, groups, lexicon, corpus, seeds
        and version of the package are the same. A run that was interrupted continues from there.
    progress : bool
        Whether to show a bar on stderr where this takes long. There is none where stderr is not a
        terminal.

    Returns
    -------
    Multiverse
        The joint test permutes the labels of the groups, in the same way in all specifications
        (by cluster of the claim). Its p is how often the permuted curve is at least as extreme in
        the direction of its reference: by median log ratio, by share of specifications with
        p < .05, and by mean z (Simonsohn et al. 2020). The test holds its level where the
        clusters of the groups are exchangeable; it rejects too often where a small group varies
        much more than a large one. Specifications are not a random sample: their shares describe
        the options listed, and the p of a single specification is not adjusted. Specifications
        that codes correct are not in the test.

    Raises
    ------
    InputError
        A choice or option is unknown or the source does not allow it, the contrast is of other
        hits, entries have negative weights (a sum of their hits has no ratio), there are more than
        20,000 combinations, or so many groups that memory does not hold their permuted curves.

    References
    ----------
    Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020). Specification curve analysis. Nature
    Human Behaviour 4, 1208-1214. doi:10.1038/s41562-020-0912-z

    Steegen, S., Tuerlinckx, F., Gelman, A. and Vanpaemel, W. (2016). Increasing transparency
    through a multiverse analysis. Perspectives on Psychological Science 11(5), 702-712.
    doi:10.1177/1745691616658637

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["A truce is near. Talks on.", "Talks on a truce.", "Rain fell.", "No truce."] * 3
    >>> corpus = fr.make_corpus(texts, source=["Wire", "Wire", "Blog", "Blog"] * 3)
    >>> lexicon = fr.make_lexicon({"peace": ["truce", "talks"]})
    >>> claim = {"by": "source", "groups": ["Wire", "Blog"], "seed": 1, "draws": 200}
    >>> found = fr.multiverse(
    ...     corpus, lexicon, claim, choices={"kind": ["rate", "share"], "entry": 2}, seed=1
    ... )
    >>> found.summary[["frame", "specifications", "same_sign"]].round(2)
       frame  specifications  same_sign
    0  peace               6       0.83
    """
    check_seed(seed)
    check_positive("limit", limit, whole=True)
    check_positive("workers", workers, whole=True)
    folder = cache_folder(cache)
    check_choices(choices)
    check_arguments(contrast)
    kinds = (DEFAULTS if choices is None else choices).get("kind", [])
    counted = {"rate", "count"} & {_kind(contrast), *kinds}
    # What is refused is refused before the texts are searched.
    if counted and isinstance(lexicon, Lexicon):
        some = check_frames(frame, lexicon.frames["frame"].tolist())
        refuse_signed_entries(lexicon.table, some, "multiverse")
    hits, corpus, furniture = _base(source, lexicon, contrast, workers)
    if counted:
        refuse_signed_entries(hits.entries, check_frames(frame, hits.frames), "multiverse")
    claim = claim_of(contrast, hits, furniture)
    frames = check_frames(frame, claim.contrast.scores.frames)
    instruments, first = _instruments(choices, lexicon, hits, frames)
    claim = replace(claim, reference=replace(claim.reference, instrument=first[0], prompt=first[1]))
    given = isinstance(lexicon, Hits | ModelCodes)
    lexicon = lexicon if isinstance(lexicon, Lexicon) else None
    barred = barred_choices(source, claim, hits, given=given)
    columns = [name for name in hits.documents.columns if name != "doc_id"]
    clusters = list(dict.fromkeys([claim.reference.cluster, "document", *columns]))
    material = Material.of(hits, corpus, lexicon, claim, seed, workers, instruments)
    idle = {} if choices is not None or claim.cell_unit != "document" else material.idle()
    grid = grid_of(choices, claim.reference, hits, frames, barred, idle, clusters, instruments)
    check_corrections(material, grid)
    curves = enumerate_curves(material, grid, limit)
    plan = _plan(claim, seed)
    check_size(plan, count_specifications(curves))
    results, status = _run(material, curves, plan, workers, folder, hits)
    table, varied = curve_table(material, grid, curves, results)
    matters, options = explain(table, list(varied), frames)
    return Multiverse(
        table=table,
        summary=summarise(table, joint_tests(results, curves, claim, table), frames),
        matters=matters,
        options=options,
        left_out=curves.left_out,
        level=claim.contrast.level,
        settings={
            "choices": varied, "seed": int(seed), "limit": int(limit),
            "dropped": grid.dropped, "distinct": curves.distinct, "permutations": plan.permutations,
            "lexicon": hits.lexicon, "lexicon_hash": hits.lexicon_hash, "cache": status,
        },
        contrast=claim.contrast,
    )  # fmt: skip


def _kind(contrast: object) -> str:
    """Return the kind of the scores of a claim, as far as its arguments tell it."""
    if isinstance(contrast, Contrast):
        return contrast.scores.kind
    return str(contrast.get("kind", "rate")) if isinstance(contrast, Mapping) else ""


def _instruments(
    choices: Mapping[str, Any] | None, lexicon: object, hits: Hits, frames: Sequence[str]
) -> tuple[dict[tuple[str, str], Hits], tuple[str, str]]:
    """Return the instruments that vary, with that of the claim; none where there is no other."""
    chosen = (choices or {}).get("instrument")
    if choices is None and isinstance(lexicon, ModelCodes):
        chosen = lexicon
    if chosen is None and "instrument" not in (choices or {}):
        return {}, ("", "")
    return instruments_of(chosen, hits, frames)


def _base(
    source: Corpus | Study,
    lexicon: Lexicon | Hits | ModelCodes | None,
    contrast: object,
    workers: int,
) -> tuple[Hits, Corpus | None, bool]:
    """Return the hits of the claim, the corpus, and whether furniture is removed."""
    if isinstance(source, Study):
        if isinstance(lexicon, Lexicon):
            raise InputError(
                "lexicon must be None with a Study, which has hits of a lexicon; or hits of "
                "another instrument in its texts."
            )
        if isinstance(lexicon, ModelCodes):
            return _coded(lexicon, source.hits, contrast), None, True
        return source.hits if lexicon is None else lexicon, None, True
    if lexicon is None:
        raise InputError("lexicon=None is for a Study only. Give the lexicon of the claim.")
    removed = bool(source.exclusions["kind"].eq("line").any())
    if isinstance(lexicon, ModelCodes):
        return _coded(lexicon, source, contrast), source, removed
    if isinstance(lexicon, Hits):
        return lexicon, source, removed
    nested = NESTED[0]
    if isinstance(contrast, Contrast) and contrast.scores.hits is not None:
        nested = contrast.scores.hits.nested
    hits = find_hits(source, lexicon, nested=nested, workers=workers)
    return hits, source, removed


def _coded(coded: ModelCodes, source: Corpus | Hits, contrast: object) -> Hits:
    """Return the hits of the coder of whom the contrast is, or of the first."""
    first = coded.hits(source, coder=coded.coders[0])
    if isinstance(contrast, Contrast) and contrast.scores.lexicon_hash != first.lexicon_hash:
        for coder in coded.coders[1:]:
            hits = coded.hits(source, coder=coder)
            if hits.lexicon_hash == contrast.scores.lexicon_hash:
                return hits
    return first


def _plan(claim: Claim, seed: int) -> RunPlan:
    """Return how each specification is compared, from the settings of the claim."""
    settings = claim.contrast.settings
    return RunPlan(
        units=claim.units,
        comparisons=claim.comparisons,
        seed=int(settings["seed"]),
        joint_seed=int(seed),
        permutations=int(settings["permutations"]),
        level=claim.contrast.level,
    )


def _run(
    material: Material, curves: Curves, plan: RunPlan, workers: int, folder: Path | None, hits: Hits
) -> tuple[dict[tuple[str, int], tuple[Arrays, int]], dict[str, int]]:
    """Return the arrays of each frame and specification, and its column in them."""
    identity = version("media-framing"), hits.corpus_fingerprint, hits.lexicon_hash
    results: dict[tuple[str, int], tuple[Arrays, int]] = {}
    status = {"read": 0, "made": 0, "damaged": 0}
    queue: list[list[tuple[str, int]]] = []

    def calls() -> Iterator[Any]:
        for batch in batches_of(material, curves):
            queue.append(batch.keys)
            yield delayed(_run_batch)(batch, plan, folder, identity)

    total = count_specifications(curves)
    with progress_bar(total, "spec", "multiverse", delay=3) as bar:
        for arrays, outcome in in_parallel(calls(), workers):
            keys = queue.pop(0)
            results |= {key: (arrays, column) for column, key in enumerate(keys)}
            status[outcome] += 1
            bar.update(len(keys))
    return results, status


def _run_batch(
    batch: SpecificationBatch, plan: RunPlan, folder: Path | None, identity: tuple[str, ...]
) -> tuple[Arrays, str]:
    """Return the arrays of a batch, from the cache or new, and which of these."""
    units = plan.units
    key = key_of(
        identity, units.group, units.groups, units.cluster, plan.comparisons, plan.seed,
        plan.joint_seed, plan.permutations, plan.level, batch.keys, batch.numerators,
        batch.denominators, batch.cluster, batch.per, units.resampled,
    )  # fmt: skip
    return cached(folder, key, lambda: run(batch, plan))
