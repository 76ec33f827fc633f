"""Choices of an analysis: the options of each, and those that a source allows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from framing._core.checks import (
    InputError,
    a_kind,
    check_choice,
    check_from_zero,
    check_positive,
    listing,
)
from framing.coding.codes import Codes
from framing.coding.models.model_codes import ModelCodes
from framing.coding.samples import Sample
from framing.hits.hits import NESTED, REJECTED, Hits
from framing.scores.groups import INSIDE
from framing.scores.scores import KINDS

PRESENCE = "presence"
# Each choice with its options; the options of a choice with none here are checked separately.
OPTIONS: dict[str, tuple[Any, ...]] = {
    "kind": (*KINDS, PRESENCE),
    "unit": INSIDE[::-1],
    "rejected": REJECTED,
    "quoted": ("all", "journalist", "quoted"),
    "hedged": REJECTED,
    "nested": NESTED,
    "weights": ("lexicon", "equal"),
    "furniture": (True, False),
    "duplicates": ("keep", "once", "weight"),
    "length": (),
    "cluster": (),
    "correction": (),
    "entry": (),
    "instrument": (),
    "prompt": (),
}
TAKES = (
    "choices: 'instrument' takes hits by name, or what code_with_model returned: "
    '{"instrument": {"classifier": hits, "model": coded}}. Each model and each of its prompts is '
    "one instrument."
)
CONTEXT = ("rejected", "quoted", "hedged")
NEED_TEXT = ("nested", "furniture", "duplicates")
# Default options, where the source allows them.
DEFAULTS: dict[str, Any] = {
    "kind": ("rate", "share", PRESENCE),
    "unit": ("document", "paragraph"),
    "rejected": ("include", "exclude"),
    "quoted": ("all", "journalist"),
    "hedged": ("include", "exclude"),
    "nested": NESTED,
    "weights": ("lexicon", "equal"),
    "furniture": (True, False),
    "duplicates": ("keep", "once", "weight"),
    "entry": 3,
}


@dataclass(frozen=True)
class Specification:
    """One option of every choice. ``correction`` is the number of a coded sample, 0 for none.

    ``instrument`` is empty where only one measures; ``prompt`` where it has no prompt.
    """

    kind: str
    unit: str
    rejected: str
    nested: str
    furniture: bool
    cluster: str
    quoted: str = "all"
    hedged: str = "include"
    weights: str = "lexicon"
    duplicates: str = "keep"
    length: int = 0
    correction: int = 0
    entry: str = ""
    instrument: str = ""
    prompt: str = ""

    def labels(self) -> dict[str, str]:
        """Return the options as text for the table."""
        labels = {name: str(option) for name, option in asdict(self).items()}
        labels["furniture"] = "left in" if not self.furniture else "taken out"
        labels["entry"] = f"without {self.entry}" if self.entry else "all"
        labels["prompt"] = self.prompt or "none"
        labels["correction"] = f"coded sample {self.correction}" if self.correction else "none"
        return labels

    def differs(self, other: "Specification") -> list[str]:
        """Return the choices in which it differs from another one."""
        options, other_options = asdict(self), asdict(other)
        return [name for name in options if options[name] != other_options[name]]


@dataclass(frozen=True)
class Grid:
    """The options of each choice that are combined; entries are by frame.

    ``dropped`` are the choices that do not vary although they are asked for, or are among the
    default, each with the reason. ``instruments`` are hits by instrument and prompt.
    """

    options: dict[str, list[Any]]
    entries: dict[str, list[str]]
    corrections: list[tuple[Codes, Sample]]
    dropped: dict[str, str]
    instruments: dict[tuple[str, str], Hits]


def instruments_of(
    chosen: Any, hits: Hits, frames: Sequence[str]
) -> tuple[dict[tuple[str, str], Hits], tuple[str, str]]:
    """Return the hits of each instrument and prompt, and which of them are those of the claim.

    A model that coded with several wordings of the prompt is one instrument with several prompts.
    On another occasion it is another instrument.
    """
    found: dict[tuple[str, str], Hits] = {}
    given = {"": chosen} if isinstance(chosen, ModelCodes) else chosen
    if not isinstance(given, Mapping) or not given:
        raise InputError(TAKES)
    for name, item in given.items():
        if isinstance(item, ModelCodes):
            prompts: Counter[str] = Counter()
            for coder in item.manifest["coders"]:
                parts = coder["model"], coder.get("occasion", "")
                model = ", ".join(part for part in parts if part)
                prompts[model] += 1
                key = model, f"prompt {prompts[model]}"
                if key in found:
                    raise InputError(
                        f"choices: 'instrument': {model!r} with {key[1]} is there twice. Code with "
                        "occasion= the second time, so that the two have different names."
                    )
                found[key] = item.hits(hits, coder=coder["coder"])
        elif isinstance(item, Hits) and str(name):
            found[str(name), ""] = item
        else:
            raise InputError(TAKES)
    for (name, prompt), item in found.items():
        label = " ".join(part for part in (repr(name), prompt) if part)
        if item.corpus_fingerprint != hits.corpus_fingerprint:
            raise InputError(
                f"choices: 'instrument': the hits of {label} were found in another corpus than "
                "those of the claim. Give hits in the same texts."
            )
        if item.unit != hits.unit:
            raise InputError(
                f"choices: 'instrument': the hits of {label} are of {item.unit}s, those of the "
                f"claim of {hits.unit}s. hits_by_unit(hits, unit) gives hits of larger units."
            )
        lacking = [frame for frame in frames if frame not in item.frames]
        if lacking:
            raise InputError(
                f"choices: 'instrument': {label} has no frame {listing(lacking)}. Name the frames "
                f"that all instruments have with frame=: it has {listing(item.frames)}."
            )
    same = [key for key, item in found.items() if item.lexicon_hash == hits.lexicon_hash]
    first = same[0] if same else (hits.lexicon, "")
    if not same and first in found:
        raise InputError(
            f"choices: 'instrument': {hits.lexicon!r} is the instrument of the claim. Give the "
            "other hits another name."
        )
    return {first: hits, **found}, first


def check_choices(choices: Mapping[str, Any] | None) -> None:
    """Raise InputError for a choice, or an option, that is wrong whatever the hits are."""
    if choices is not None and not isinstance(choices, Mapping):
        raise InputError(
            f"choices is {a_kind(type(choices).__name__)}; it takes a list of options for each "
            'choice: {"kind": ["rate", "share"]}.'
        )
    for name, chosen in (choices or {}).items():
        check_choice("choices", name, [option for option in OPTIONS if option != "prompt"])
        if name in ("instrument", "entry"):
            continue
        for option in _listed(name, chosen):
            if name == "correction":
                _ = option is None or _coded_sample(option)
            elif name != "cluster":
                _check_option(name, option, ())


def grid_of(
    choices: Mapping[str, Any] | None,
    reference: Specification,
    hits: Hits,
    frames: Sequence[str],
    barred: Mapping[str, str],
    idle: Mapping[str, str],
    clusters: Sequence[str],
    instruments: Mapping[tuple[str, str], Hits],
) -> Grid:
    """Return the options to combine, those of the reference first.

    ``barred`` are the choices that the source does not allow, with the reason. The default leaves
    out choices that change nothing: those in ``idle``, and those without a case in the hits.
    """
    explicit = choices is not None
    dropped: dict[str, str] = {}
    if choices is None:
        dropped = {name: reason.removesuffix(".") for name, reason in barred.items()}
        dropped |= {**idle, **_useless(hits)}
        dropped = {name: dropped[name] for name in DEFAULTS if name in dropped}
        choices = {name: options for name, options in DEFAULTS.items() if name not in dropped}
        if len(instruments) > 1:
            choices["instrument"] = ()
    options: dict[str, list[Any]] = {}
    corrections: list[tuple[Codes, Sample]] = []
    entries: dict[str, list[str]] = {frame: [""] for frame in frames}
    for name, chosen in choices.items():
        check_choice("choices", name, [option for option in OPTIONS if option != "prompt"])
        if name == "instrument":
            options["instrument"] = list(dict.fromkeys(item for item, _ in instruments))
            options["prompt"] = list(dict.fromkeys(prompt for _, prompt in instruments))
            if len(options["prompt"]) < 2:
                del options["prompt"]
            continue
        if name in barred:
            raise InputError(f"choices: {name!r} cannot vary here: {barred[name]}")
        if name == "entry":
            entries = {frame: ["", *_entries(chosen, hits, frame, frames)] for frame in frames}
            continue
        chosen = _listed(name, chosen)
        if name == "correction":
            corrections = [_coded_sample(option) for option in chosen if option is not None]
            chosen = range(len(corrections) + 1)
        for option in chosen:
            _check_option(name, option, clusters)
        of_claim = getattr(reference, name)
        options[name] = list(dict.fromkeys([of_claim, *chosen]))
    options = {name: options[name] for name in OPTIONS if name in options}
    single = {name: "no option but that of the claim" for name in options if len(options[name]) < 2}
    if "entry" in choices and all(len(names) < 2 for names in entries.values()):
        single["entry"] = "no frame has another entry with a hit"
    dropped |= single
    all_options = [*options.values(), *entries.values()]
    if explicit and all(len(alternatives) < 2 for alternatives in all_options):
        raise InputError(
            "choices: each choice has only the option of the claim, so nothing varies. Give each "
            f"choice a second option. Choices: {listing(OPTIONS, 20)}."
        )
    return Grid(options, entries, corrections, dropped, dict(instruments))


def _useless(hits: Hits) -> dict[str, str]:
    """Return the choices that change no hit, with the reason."""
    cases = {"rejected": "denied", "quoted": "in quotation marks", "hedged": "hedged"}
    reasons = {
        name: f"no hit is {cases[name]}"
        for name in CONTEXT
        if name in hits.table and not hits.table[name].any()
    }
    if hits.entries["weight"].eq(1).all():
        reasons["weights"] = "each entry has the weight 1"
    return reasons


def _listed(name: str, chosen: Any) -> list[Any]:
    """Return the options of a choice as a list; raise InputError for a single value."""
    if isinstance(chosen, str | bytes) or not isinstance(chosen, Iterable):
        raise InputError(
            f"choices: {name!r} takes a list of options, such as {[chosen]!r}, not {chosen!r}."
        )
    return list(chosen)


def _check_option(name: str, option: Any, clusters: Sequence[str]) -> None:
    """Raise InputError for an option that the choice does not have."""
    if name == "length":
        check_from_zero("choices: 'length'", option)
    elif name == "cluster":
        check_choice("choices: 'cluster'", option, clusters)
    elif name != "correction":
        check_choice(f"choices: {name!r}", option, OPTIONS[name])
        if name == "furniture" and not isinstance(option, bool):
            raise InputError(f"choices: 'furniture' is True or False, not {option!r}.")


def _coded_sample(option: Any) -> tuple[Codes, Sample]:
    """Return the codes and the sample of an option of "correction"."""
    pair = option if isinstance(option, tuple) and len(option) == 2 else (None, None)
    codes, sample = pair
    if not isinstance(codes, Codes) or not isinstance(sample, Sample):
        raise InputError(
            "choices: 'correction' takes None and pairs of codes and their sample: "
            '{"correction": [None, (codes, sample)]}.'
        )
    return codes, sample


def _entries(chosen: Any, hits: Hits, frame: str, frames: Sequence[str]) -> list[str]:
    """Return the entries of a frame that are left out, each in its own specification."""
    entries = hits.table.loc[hits.table["frame"] == frame, "entry"].astype(str)
    counts = entries.value_counts()
    order = np.lexsort((counts.index.to_numpy(dtype=str), -counts.to_numpy()))
    by_count = counts.index[order].tolist()
    if isinstance(chosen, int):
        check_positive("choices: 'entry'", chosen, whole=True)
        # Without its only entry a frame has no hits.
        return by_count[:chosen] if len(by_count) > 1 else []
    named = [str(option) for option in _listed("entry", chosen) if option is not None]
    of_frames = hits.entries["frame"].astype(str).isin(frames)
    known = list(dict.fromkeys(hits.entries.loc[of_frames, "entry"]))
    for option in named:
        check_choice("choices: 'entry'", option, known)
    return [option for option in dict.fromkeys(named) if option in by_count]
