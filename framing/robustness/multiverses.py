"""Multiverse: the same contrast under every defensible choice, and which choice matters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from framing._core.checks import InputError, check_objects, check_positive, check_seed
from framing._core.result import Result
from framing.contrasts.contrasts import Contrast
from framing.corpus.corpus import Corpus
from framing.hits.hits import NESTED, Hits, find_hits
from framing.hits.study import Study
from framing.lexicons.lexicon import Lexicon
from framing.robustness.choices import grid_of
from framing.robustness.reference import Claim, barred_choices, check_frames, claim_of
from framing.robustness.runs import Plan, cache_folder, kept, key_of, run
from framing.robustness.specifications import (
    Curves,
    Material,
    Part,
    count_parts,
    enumerate_curves,
    parts_of,
)
from framing.robustness.summaries import (
    Results,
    check_corrections,
    curve_table,
    explain,
    joint_tests,
    summarise,
)
from framing.scores.groups import name_of


@dataclass(frozen=True, eq=False)
class Multiverse(Result):
    """A contrast under every defensible choice: a curve of specifications a frame and comparison.

    Attributes
    ----------
    table : pandas.DataFrame
        A row a frame, comparison and specification: its number, ``reference`` (whether it is the
        claim as it was first made, number 1), a column a choice; ``measure`` (the unit of the
        estimate), ``estimate`` with ``low`` and ``high``, ``ratio`` with its interval (as in
        `Contrast`: 0 or missing where a side has no hit), ``log_ratio`` (natural, with half a hit
        added to each side, so that it is never infinite), ``p`` (not adjusted), ``n`` (units),
        ``clusters``, ``method``, ``note``.
    summary : pandas.DataFrame
        A row a curve: ``specifications``, ``ratio`` of the claim; ``median`` (of log ratios, as a
        ratio), ``least`` and ``most`` of the ratios, ``without_ratio`` (specifications that have
        none); the shares with the sign of the claim (``same_sign``), with that sign and p < .05
        (``significant``), with the other sign and p < .05 (``reversed``), and whose interval holds
        no difference at all (``no_difference``), 0 to 1; the joint tests ``p_median``,
        ``p_adjusted`` (that of the median, by Holm over the curves), ``p_share`` and ``p_z``.
    matters : pandas.DataFrame
        A row a curve and choice, that which explains most first: ``choice``, ``options`` (how
        many), ``explained`` (share of the variance of log ratios, 0 to 1), the options with the
        ``lowest`` and ``highest`` mean, and these as ratios.
    options : pandas.DataFrame
        A row a curve, choice and option: ``specifications``, mean ``ratio`` (geometric),
        ``same_sign``, ``significant``.
    left_out : pandas.DataFrame
        Combinations that were not made: ``frame``, ``reason``, ``n``.
    level : float
    settings : dict
        ``choices`` (options of each), ``seed``, ``limit``, ``distinct`` (specifications of each
        frame before some were drawn), ``permutations``, ``lexicon``, ``cache`` (parts "read",
        "made", and made since their file was "damaged").
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
        few, many = sizes.min(), sizes.max()
        drawn = any(n > self.settings["limit"] for n in self.settings["distinct"].values())
        of = f", drawn from up to {max(self.settings['distinct'].values()):,}" if drawn else ""
        by = name_of(self.contrast.settings["by"])
        return (
            f"<Multiverse of {len(sizes)} curve{'s' * (len(sizes) != 1)} by {by}: "
            f"{few if few == many else f'{few} to {many}'} specifications each{of}; "
            f"choices {', '.join(self.settings['choices'])}; {self.settings['lexicon']}>"
        )

    def _rows(self) -> pd.DataFrame:
        return self.summary


@check_objects
def multiverse(
    source: Corpus | Study,
    lexicon: Lexicon | None,
    contrast: Contrast | Mapping[str, Any],
    *,
    choices: Mapping[str, Any] | None = None,
    frame: str | Sequence[str] | None = None,
    seed: int,
    limit: int = 400,
    workers: int = 1,
    cache: str | Path | None = None,
) -> Multiverse:
    """Make a contrast again under every defensible choice.

    Each combination of options is one specification. It is compared as the claim was: same groups,
    seed, draws and permutations, so that each row is what `contrast` gives for such scores.

    Parameters
    ----------
    source : Corpus or Study
        A study has no text: "nested", "furniture" and "duplicates" cannot be varied.
    lexicon : Lexicon or None
        None for a study, whose hits are used.
    contrast : Contrast or dict
        The claim as it was first made, or the arguments to make it: those of `contrast` and, for
        the scores, ``unit``, ``kind``, ``per`` and ``rejected``. It is the reference.
    choices : dict, optional
        Options of each choice; that of the claim is always among them, and choices that are not
        named stay as in the claim. By default all of these but the last three, as far as the
        source can bear them and they change a hit (defaults are marked \\*):

        - "kind": "rate"\\*, "share"\\* (of sentences), "count" (hits per unit), "presence"\\*
          (share of units with a hit);
        - "unit": "document"\\*, "paragraph"\\*, "sentence": that of counts and presence. Rates and
          shares of a group are pooled and the same by any unit;
        - "rejected": "include"\\*, "exclude"\\*, "only"; "hedged" likewise;
        - "quoted": "all"\\*, "journalist"\\* (outside quotation marks), "quoted";
        - "nested": "frame"\\*, "lexicon"\\*, as in `find_hits`;
        - "weights": "lexicon"\\*, "equal"\\* (each hit counts 1);
        - "furniture": whether page furniture is taken out, True\\*, False\\*;
        - "duplicates": "keep"\\*, "once"\\* (the first of each cluster among the documents
          compared, by `Corpus.find_duplicates`), "weight"\\* (1 / size of the cluster);
        - "entry": a number n, for the n entries of a frame with most hits, each left out in turn
          (3\\*), or a list of entries; only the frame of the entry is made without it. Its hits
          are taken away, as in `drop_one`: no entry that it hid comes back;
        - "length": least tokens of a document, such as [0, 100];
        - "cluster": "document" or columns;
        - "correction": None and pairs (codes, sample): shares corrected by `correct`, which have
          an interval but no p.
    frame : str or list of str, optional
        Frames to make curves of; all by default.
    seed : int
        Of the joint test, of duplicates, and of the specifications drawn.
    limit : int
        Specifications a frame. Of more, the claim and as many others as fit are drawn at random.
    workers : int
        Processes; the result is the same with any number.
    cache : str or Path, optional
        Folder for results. They are read again where the counts, groups, lexicon, corpus, seeds
        and version of the package are the same; a run that was stopped goes on from there.

    Returns
    -------
    Multiverse
        The joint test deals the labels of the groups out anew, alike in all specifications (by
        cluster of the claim), and asks how often the curve is as extreme in the direction of its
        own reference: by its median log ratio, its share of specifications with p < .05, and its
        mean z (Simonsohn et al. 2020). It holds its level where clusters of the groups could be
        exchanged; a small group that varies much more than a large one makes it reject too often.
        Specifications are no sample of anything: shares of them describe the options listed, and
        p of single ones is not adjusted. Those corrected by codes take no part in the test.

    Raises
    ------
    InputError
        A choice or option is unknown or cannot be borne by the source, the contrast is of other
        hits, or there are more than 20,000 combinations.

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
    hits, corpus, furniture = _base(source, lexicon, contrast, workers)
    claim = claim_of(contrast, hits, furniture)
    frames = check_frames(frame, hits.frames)
    barred = barred_choices(source, claim, hits)
    columns = [name for name in hits.documents.columns if name != "doc_id"]
    clusters = list(dict.fromkeys([claim.reference.cluster, "document", *columns]))
    material = Material.of(hits, corpus, lexicon, claim, seed, workers)
    idle = [] if choices is not None or claim.cell_unit != "document" else material.idle()
    grid = grid_of(choices, claim.reference, hits, frames, barred, idle, clusters)
    check_corrections(material, grid)
    curves = enumerate_curves(material, grid, limit)
    plan = _plan(claim, seed)
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
            "distinct": curves.distinct, "permutations": plan.permutations,
            "lexicon": hits.lexicon, "lexicon_hash": hits.lexicon_hash, "cache": status,
        },
        contrast=claim.contrast,
    )  # fmt: skip


def _base(
    source: Corpus | Study, lexicon: Lexicon | None, contrast: object, workers: int
) -> tuple[Hits, Corpus | None, bool]:
    """Return the hits that the claim is about, the corpus, and whether furniture is taken out."""
    if isinstance(source, Study):
        if lexicon is not None:
            raise InputError("A study has hits of its own lexicon: give None in place of one.")
        return source.hits, None, True
    if not isinstance(source, Corpus):
        raise InputError(
            f"source is a Corpus or a Study, not {type(source).__name__}: scores and hits do not "
            "tell what was chosen before they were made."
        )
    if lexicon is None:
        raise InputError("lexicon=None goes with a Study only. Give the lexicon of the claim.")
    nested = NESTED[0]
    if isinstance(contrast, Contrast) and contrast.scores.hits is not None:
        nested = contrast.scores.hits.nested
    hits = find_hits(source, lexicon, nested=nested, workers=workers)
    return hits, source, bool(source.exclusions["kind"].eq("line").any())


def _plan(claim: Claim, seed: int) -> Plan:
    settings = claim.contrast.settings
    return Plan(
        units=claim.units,
        comparisons=claim.comparisons,
        seed=int(settings["seed"]),
        joint_seed=int(seed),
        draws=int(settings["draws"]),
        permutations=int(settings["permutations"]),
        level=claim.contrast.level,
    )


def _run(
    material: Material, curves: Curves, plan: Plan, workers: int, folder: Path | None, hits: Hits
) -> tuple[dict[tuple[str, int], tuple[Results, int]], dict[str, int]]:
    """Return for each frame and specification the results of its part, and its column in them."""
    identity = version("media-framing"), hits.corpus_fingerprint, hits.lexicon_hash
    results: dict[tuple[str, int], tuple[Results, int]] = {}
    status = {"read": 0, "made": 0, "damaged": 0}
    queue: list[list[tuple[str, int]]] = []

    def calls() -> Iterator[Any]:
        for part in parts_of(material, curves):
            queue.append(part.keys)
            yield delayed(_part)(part, plan, folder, identity)

    total = count_parts(curves)
    with tqdm(total=total, unit="spec", desc="multiverse", delay=3, disable=None) as bar:
        done = Parallel(n_jobs=workers, return_as="generator")(calls())
        for found, how in done:
            keys = queue.pop(0)
            results |= {key: (found, column) for column, key in enumerate(keys)}
            status[how] += 1
            bar.update(len(keys))
    return results, status


def _part(
    part: Part, plan: Plan, folder: Path | None, identity: tuple[str, ...]
) -> tuple[Results, str]:
    units = plan.units
    key = key_of(
        identity, units.group, units.groups, units.cluster, plan.comparisons, plan.seed,
        plan.joint_seed, plan.draws, plan.permutations, plan.level, part.keys, part.numerators,
        part.denominators, part.cluster, part.per, units.resampled,
    )  # fmt: skip
    return kept(folder, key, lambda: run(part, plan))
