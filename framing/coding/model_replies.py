"""Replies of model coders: the schema that they follow, and what a reply says of each sentence."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from framing._core.checks import listing
from framing.coding.model_prompts import Passage

# Why a frame of a sentence has no code: what the model said or did …
SAID = (
    "cannot tell", "refused", "truncated", "empty answer", "not JSON", "wrong shape", "no answer",
    "answered twice", "unknown label", "contradiction",
)  # fmt: skip
# … what went wrong on the way, …
ON_THE_WAY = (
    "no connection", "connection lost", "timeout", "rate limit", "server error",
    "request refused", "not a reply", "other model", "prompt cut", "not sent", "interrupted",
    "no word",
)  # fmt: skip
# … and what leaves a code in doubt that is there.
OF_QUOTES = ("quote not in sentence", "no quote")
REASONS = (*SAID, *ON_THE_WAY, *OF_QUOTES)
# Characters that models write for each other.
ALIKE = ("'‘’‚‛ʼ`´", '"“”„‟«»', "-‐‑‒–—−")
# Marks around a quotation that are no part of it: for words left out, and for the quotation.
LEFT_OUT = " .…\n\t\u200b\ufeff"
AROUND = LEFT_OUT + ALIKE[0] + ALIKE[1]


class _Label(msgspec.Struct, forbid_unknown_fields=True):
    """A frame that the sentence carries."""

    frame: str
    rejected: bool = False
    quote: str | None = ""


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    """The answer for one sentence."""

    id: int
    frames: list[_Label]
    cannot_tell: list[str] = []


class _Reply(msgspec.Struct):
    """The answer of the model."""

    sentences: list[_Answer]


class Code(msgspec.Struct, array_like=True):
    """The code of a frame; missing where the model cannot tell. Offsets count in the sentence."""

    frame: str
    code: int | None
    rejected: bool = False
    start: int | None = None
    end: int | None = None


class Problem(msgspec.Struct, array_like=True):
    """Something that went wrong; ``frame`` is empty where it concerns the whole sentence."""

    frame: str
    reason: str
    detail: str = ""


class Outcome(msgspec.Struct):
    """What came of a sentence: a code for each frame, or the reason why there is none."""

    codes: list[Code] = []
    problems: list[Problem] = []


@dataclass
class ReplyOutcomes:
    """What a reply says: outcomes of the sentences that can be used, by number, and the faults."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    faults: dict[int, Problem] = field(default_factory=dict)


def failed(reason: str, detail: str = "") -> Outcome:
    """Return the outcome of a sentence without any code."""
    return Outcome(problems=[Problem("", reason, detail)])


def schema_of(frames: Sequence[str], n: int) -> dict[str, Any]:
    """Return the JSON schema of the answer for n sentences."""
    names = {"type": "string", "enum": list(frames)}
    label = _object(frame=names, rejected={"type": "boolean"}, quote={"type": "string"})
    answer = _object(
        id={"type": "integer"},
        frames={"type": "array", "maxItems": len(frames), "items": label},
        cannot_tell={"type": "array", "maxItems": len(frames), "items": names},
    )
    return _object(sentences={"type": "array", "minItems": n, "maxItems": n, "items": answer})


def _object(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object that has these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read_reply(content: str, passages: Sequence[Passage], frames: Sequence[str]) -> ReplyOutcomes:
    """Return what a reply says of each passage. Nothing is guessed: a fault has no codes."""
    numbers = range(1, len(passages) + 1)
    try:
        text = _bare(content)
        reply = msgspec.json.decode(text, type=_Reply)
        check_once(text)
    except msgspec.ValidationError as error:
        fault = Problem("", "wrong shape", str(error)[:120])
        return ReplyOutcomes(faults=dict.fromkeys(numbers, fault))
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return ReplyOutcomes(faults=dict.fromkeys(numbers, Problem("", "not JSON")))
    strange = sorted({answer.id for answer in reply.sentences} - set(numbers))
    if strange:
        # A model that counts from 0 gives each sentence the answer of the next one.
        detail = f"id {strange[0]}, where the ids are 1 to {len(passages)}"
        return ReplyOutcomes(faults=dict.fromkeys(numbers, Problem("", "wrong shape", detail)))
    by_number: dict[int, list[_Answer]] = {number: [] for number in numbers}
    for answer in reply.sentences:
        by_number[answer.id].append(answer)
    reading = ReplyOutcomes()
    for number, answers in by_number.items():
        result = _outcome(answers, passages[number - 1].text, frames)
        if isinstance(result, Outcome):
            reading.outcomes[number] = result
        else:
            reading.faults[number] = result
    return reading


def check_once(text: str) -> None:
    """Raise ValidationError where an object of a JSON text has a key twice.

    A reader of JSON takes one of the two values without a word; which one is right is not known.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise msgspec.ValidationError(f"Object has the key {twice[:30]!r} twice")
        return dict(pairs)

    json.loads(text, object_pairs_hook=once)


def _bare(content: str) -> str:
    """Return the JSON of a reply without the thoughts and the code fence around it."""
    content = content.strip("\ufeff \t\r\n")
    if not content.startswith(("{", "[", "`")):
        # Some servers leave out the tag that opens the thoughts.
        content = re.sub(r"\A.*?</think>", "", content, flags=re.DOTALL).strip()
    fenced = re.fullmatch(r"```\w*\s*\n(.*?)\n?\s*```", content, flags=re.DOTALL)
    return fenced[1] if fenced else content


def _outcome(answers: list[_Answer], text: str, frames: Sequence[str]) -> Outcome | Problem:
    """Return the codes of a sentence, or the fault of its answer."""
    if not answers:
        return Problem("", "no answer")
    answer = answers[0]
    if any(other != answer for other in answers[1:]):
        return Problem("", "answered twice")
    named = [label.frame for label in answer.frames]
    unknown = [name[:30] for name in [*named, *answer.cannot_tell] if name not in frames]
    if unknown:
        return Problem("", "unknown label", listing(unknown, 3))
    both = [name for name in frames if name in named and name in answer.cannot_tell]
    if both:
        return Problem("", "contradiction", f"{listing(both)} present, and cannot tell")
    outcome = Outcome(codes=[], problems=[])
    for frame in frames:
        labels = [label for label in answer.frames if label.frame == frame]
        if frame in answer.cannot_tell:
            outcome.codes.append(Code(frame, None))
            outcome.problems.append(Problem(frame, "cannot tell"))
        elif not labels:
            outcome.codes.append(Code(frame, 0))
        else:
            rejected = all(label.rejected for label in labels)
            quotes = [
                label.quote.strip() for label in labels if label.quote and label.quote.strip()
            ]
            spans = [span for quote in quotes if (span := find_quote(quote, text))]
            start, end = spans[0] if spans else (None, None)
            outcome.codes.append(Code(frame, 1, rejected, start, end))
            if not spans:
                reason = OF_QUOTES[0] if quotes else OF_QUOTES[1]
                outcome.problems.append(Problem(frame, reason))
    return outcome


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """Return where a quotation stands in a sentence; blanks, quotation marks and case may differ.

    Dots at either end, which stand for words left out, are no part of the quotation. Neither are
    quotation marks, where the sentence does not have them.
    """
    for marks in (LEFT_OUT, AROUND):
        words = quote.strip(marks).split()
        if not words:
            return None
        found = re.search(r"\s+".join(map(_pattern, words)), text, flags=re.IGNORECASE)
        if found:
            return found.span()
    return None


def _pattern(word: str) -> str:
    """Return the pattern of a word, with the marks that are written for each other."""
    groups = {mark: f"[{re.escape(marks)}]" for marks in ALIKE for mark in marks}
    return "".join(groups.get(letter) or re.escape(letter) for letter in word)
