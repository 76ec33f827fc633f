"""Replies of model coders: the schema that they follow, and what a reply says of each sentence.

Models write more than they are asked for. What cannot carry a code is passed over and counted: see
`remark`. All else that is not as asked is a fault.
"""

import html
import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

import msgspec

from framing._core.checks import listing
from framing.coding.models.prompts import Passage

# Why a frame of a sentence has no code: what the model said or did …
SAID = (
    "cannot tell", "refused", "truncated", "empty answer", "not JSON", "wrong shape", "no answer",
    "answered twice", "unknown label", "contradiction", "mixed up",
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
# Characters that models write for each other, the first of each group for all.
ALIKE = ("'‘’‚‛ʼ`´", '"“”„‟«»', "-‐‑‒–—−")
PLAIN = {mark: group[0] for group in ALIKE for mark in group}
# Characters without a width.
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
# Marks around a quotation that are no part of it: for words left out, for the quotation, and the
# punctuation after it.
LEFT_OUT = " .…\n\t"
AROUND = LEFT_OUT + ALIKE[0] + ALIKE[1] + "*_"
ENDS = AROUND + ",;:!?()[]"
# Characters that one of a sentence can have in a quote, at most, as in "&#x1F91D;".
MOST_MARKS = 10
# What is left out inside a quotation, and the most characters that this can be.
DOTS, LONGEST_GAP = re.compile(r"\s*(?:…|\.{3,}|\[(?:…|\.{3})\])\s*"), 400
# The fields of an answer and of a label.
ANSWER, LABEL = ("id", "frames", "cannot_tell"), ("frame", "rejected", "quote")
# Fields whose name has such a piece may carry a code, and are never passed over.
CARRIES = (
    "frame|label|cod|class|categ|tag|topic|theme|present|presence|absen|appl|value|answer|"
    "decision|verdict|result|reject|negat|den[iy]|quot|cannot|tell|unsure|unclear|ids?$|sentence|"
    "paragraph|document|final|correct|revis|update|alternat|second|other|addition|more|option|"
    "inclu|exclu|match|support|valid|true|false|carr|contain|express|missing|found|detect|stance|"
    "polar|attitude|status|judg|conclu|assess"
)
# Numbers that say where something stands, and numbers that say how sure a model is.
WHERE = (
    r"(char_?)?(start|end|begin|offset|position|length|tokens?|span|range)s?"
    r"(_?(char|offset|index))?"
)
SURE = "confiden|certain|probab|likel|score"
# Words for codes: a remark that is nothing else may be one.
CODES = {"yes", "no", "true", "false", "none", "0", "1", "y", "n", "n/a", "na", "null", "absent",
         "present", "not present"}  # fmt: skip
# What stands where a quote should be if there is nothing to quote.
NO_QUOTE = re.compile(
    r"\W*(none|no|not|null|nothing|absent|false|na|n/a)\W*((\w+\W+)?(present|applicable|found|"
    r"available|mentioned|quote|evidence|text|words?)\b.*)?", re.I | re.DOTALL
)  # fmt: skip
# How sure a model is, in words and as a number in a text.
UNSURE = re.compile(r"\W*(\w+ly\W+|very\W+)?(low|weak|none|no|zero|unlikely|poor|minimal)\b", re.I)
NUMBER = re.compile(r"\s*(\d{1,6}(?:[.,]\d{1,6})?)\s*(%|/\s*\d{1,6})?\s*", re.ASCII)
# What ends the thoughts before an answer, in the forms of several families of models, and what
# begins them.
THOUGHT = re.compile(
    r"\A.*(</(think|thinking|thought|thoughts|reason|reasoning)>|\[/THINK\]|◁/think▷|"
    r"<\|channel\|>final<\|message\|>)", re.I | re.DOTALL
)  # fmt: skip
THINKS = re.compile(r"[<\[◁]\W*(think|thought|reason|channel\W+(analysis|commentary))", re.I)
# How a remark begins that takes a label back, and words after an answer that take it back.
TAKEN_BACK = re.compile(
    r"\W*(\w+\W+){0,5}?(no|not|none|never|absent|without|lacks?|isn.t|doesn.t|cannot|n/a)\b", re.I
)
REVISED = re.compile(
    r"\b(correct(ion|ed)|wrong|mistake|actually|instead|wait|revis|upda|should|except|but|however|"
    r"draft|first|ignore)", re.I
)  # fmt: skip
REFUSAL = re.compile(
    r"\b(i.?m|i am|we are|we.?re) (very |really )?(sorry|unable|not able)\b|\b(i|we) (can.?t|"
    r"cannot|can not|won.?t|will not|must decline)\b|cannot (assist|help|comply)|as an ai\b", re.I
)  # fmt: skip
# Characters of prose around an answer, and of the name of a remark, at most.
PROSE, LONGEST_NAME = 400, 100


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
    """What came of a sentence: a code for each frame, or the reason why there is none.

    ``tolerated`` says what was not as asked and passed over.
    """

    codes: list[Code] = []
    problems: list[Problem] = []
    tolerated: list[str] = []


@dataclass
class ReplyOutcomes:
    """What a reply says: outcomes of the sentences that can be used, by number, and the faults."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    faults: dict[int, Problem] = field(default_factory=dict)


def failed(reason: str, detail: str = "") -> Outcome:
    """Return the outcome of a sentence without any code."""
    return Outcome(problems=[Problem("", reason, detail)])


def schema_of(frames: Sequence[str], n: int, unit: str = "sentence") -> dict[str, Any]:
    """Return the JSON schema of the answer for n sentences."""
    names = {"type": "string", "enum": list(frames)}
    label = _object(frame=names, rejected={"type": "boolean"}, quote={"type": "string"})
    answer = _object(
        id={"type": "integer"},
        frames={"type": "array", "maxItems": len(frames), "items": label},
        cannot_tell={"type": "array", "maxItems": len(frames), "items": names},
    )
    return _object(**{f"{unit}s": {"type": "array", "minItems": n, "maxItems": n, "items": answer}})


def _object(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object that has these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


class _Fault(Exception):  # noqa: N818
    """An answer cannot be used."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.problem = Problem("", reason, detail)


@dataclass
class _Answer:
    """The answer for one sentence. Labels are pairs of a frame, whether it is rejected, a quote."""

    labels: list[tuple[str, bool, str]]
    unsure: list[str]
    tolerated: list[str]


def read_reply(
    content: str, passages: Sequence[Passage], frames: Sequence[str], unit: str = "sentence"
) -> ReplyOutcomes:
    """Return what a reply says of each passage. Nothing is guessed: a fault has no codes."""
    numbers = range(1, len(passages) + 1)
    try:
        reply, around = _json_of(content, frames)
        items, tolerated = _items(reply, unit, frames)
        by_number: dict[int, list[Any]] = {number: [] for number in numbers}
        for item in items:
            by_number[_id_of(item, len(passages))].append(item)
    except _Fault as fault:
        return ReplyOutcomes(faults=dict.fromkeys(numbers, fault.problem))
    reading = ReplyOutcomes()
    for number, found in by_number.items():
        passage = passages[number - 1]
        try:
            if not found:
                raise _Fault("no answer")
            answers = [_answer(item, passage.text, frames, unit) for item in found]
            if any(
                (other.labels, other.unsure) != (answers[0].labels, answers[0].unsure)
                for other in answers[1:]
            ):
                raise _Fault("answered twice")
            outcome = _outcome(answers[0], passage.text, frames)
            outcome.tolerated = sorted({*around, *tolerated, *answers[0].tolerated})
            reading.outcomes[number] = outcome
        except _Fault as fault:
            reading.faults[number] = fault.problem
    if mixed := _mixed_up(by_number, passages):
        # A model that mistakes its ids gives sentences without a quote the wrong answers, too.
        return ReplyOutcomes(faults=dict.fromkeys(numbers, Problem("", "mixed up", mixed)))
    return reading


def check_once(text: str) -> Any:
    """Return the value of a JSON text; raise ValidationError where an object has a key twice.

    A reader of JSON takes one of the two values without a word; which one is right is not known.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise msgspec.ValidationError(f"Object has the key {twice[:30]!r} twice")
        return dict(pairs)

    # A line end inside a text is against the rules of JSON, and there is one way to read it.
    value = json.loads(text, object_pairs_hook=once, strict=False)
    # Half of a character that JSON writes in two halves can be kept in no file.
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _json_of(content: str, frames: Sequence[str]) -> tuple[Any, list[str]]:
    """Return the value of the JSON in a reply, and what around it was passed over."""
    text = content.strip("\ufeff \t\r\n")
    if THINKS.match(text) or not text.startswith(("{", "[", "`")):
        # Some servers leave out the tag that opens the thoughts.
        text = THOUGHT.sub("", text).strip()
    if THINKS.match(text):
        # Thoughts without an end may have a draft of the answer.
        raise _Fault("not JSON")
    tolerated = []
    inner, before, after = _bare(text)
    if prose := f"{before} {after}".strip():
        if REFUSAL.search(prose) and not inner:
            raise _Fault("refused")
        if not inner or len(prose) > PROSE or _speaks(prose, after, frames):
            raise _Fault("not JSON")
        tolerated.append("words around the JSON")
    for attempt in (inner, _without_commas(inner)):
        try:
            value = check_once(attempt)
        except msgspec.ValidationError as error:
            raise _Fault("wrong shape", str(error)) from None
        except (ValueError, RecursionError):
            continue
        return value, [*tolerated, *(["commas before a bracket"] if attempt != inner else [])]
    raise _Fault("not JSON")


def _bare(text: str) -> tuple[str, str, str]:
    """Return the JSON of a reply, and the words before and after it; no JSON where it is not sure.

    The JSON is all of the reply, its only code fence, or what stands between its first and its last
    bracket.
    """
    fences = re.findall(r"```", text)
    fenced = re.fullmatch(r"(.*?)```[\w ]*\r?\n?(.*?)```(.*)", text, flags=re.DOTALL)
    if fenced and len(fences) == 2:
        before, inner, after = (piece.strip() for piece in fenced.groups())
        return (
            (inner, before, after) if not re.search(r"[{}\[\]]", before + after) else ("", text, "")
        )
    first = re.search(r"[{\[]", text)
    last = max(text.rfind("}"), text.rfind("]")) + 1
    if fences or first is None or last <= first.start():
        return "", text, ""
    return text[first.start() : last], text[: first.start()].strip(), text[last:].strip()


def _speaks(prose: str, after: str, frames: Sequence[str]) -> bool:
    """Return whether words around an answer may say something about it."""
    named = any(re.search(rf"\b{re.escape(frame)}\b", prose, re.I) for frame in frames)
    return named or bool(REVISED.search(after))


def _without_commas(text: str) -> str:
    """Return a JSON text without the commas that stand before a closing bracket."""
    # A text without an end reaches to the end of all, so that it is read once.
    pattern = r'("(?:\\.|[^"\\])*(?:"|\Z))|,(?=\s*[}\]])'
    return re.sub(pattern, lambda match: match[1] or "", text)


def _items(reply: Any, unit: str, frames: Sequence[str]) -> tuple[list[Any], list[str]]:
    """Return the answers of a reply: a list under its name, a list alone, or a single answer."""
    key = f"{unit}s"
    if isinstance(reply, list):
        return reply, ["a list without its name"]
    if not isinstance(reply, dict):
        raise _Fault("wrong shape", "no object")
    if key not in reply and "frames" in reply:
        return [reply], ["an answer without its list"]
    if not isinstance(reply.get(key), list):
        raise _Fault("wrong shape", f"no list {key!r}")
    return reply[key], _remarks(reply, (key,), frames)


def _id_of(item: Any, n: int) -> int:
    """Return the id of an answer; a model that is asked for one sentence may leave it out."""
    if not isinstance(item, dict):
        raise _Fault("wrong shape", "an answer is no object")
    if "id" not in item and n == 1:
        return 1
    value = item.get("id")
    number = -1
    if isinstance(value, int | float) and not isinstance(value, bool) and value == value:
        number = int(value) if abs(value) < 1e9 and value == int(value) else -1
    elif isinstance(value, str) and re.fullmatch(r"\d{1,6}", value.strip(), flags=re.ASCII):
        number = int(value)
    if not 1 <= number <= n:
        # A model that counts from 0 gives each sentence the answer of the next one.
        raise _Fault("wrong shape", f"id {str(value)[:20]}, where the ids are 1 to {n}")
    return number


def _answer(item: Mapping[str, Any], text: str, frames: Sequence[str], unit: str) -> _Answer:
    """Return the answer for a sentence, or raise a fault."""
    echoed = [name for name in (unit, "text") if isinstance(item.get(name), str)]
    if any(not _echoes(item[name], text) for name in echoed):
        raise _Fault("mixed up", f"the answer repeats another {unit}")
    tolerated = [f"field {name}" for name in echoed]
    tolerated += _remarks(item, (*ANSWER, *echoed), frames)
    if not isinstance(item.get("frames"), list):
        raise _Fault("wrong shape", "no list 'frames'")
    unsure = item.get("cannot_tell", [])
    if not isinstance(unsure, list):
        raise _Fault("wrong shape", "no list 'cannot_tell'")
    labels = [_label(label, frames, tolerated) for label in item["frames"]]
    return _Answer(labels, [_frame(name, frames, tolerated) for name in unsure], tolerated)


def _label(label: Any, frames: Sequence[str], tolerated: list[str]) -> tuple[str, bool, str]:
    """Return frame, whether it is rejected, and the quote."""
    if isinstance(label, str):
        tolerated.append("frames as texts")
        return _frame(label, frames, tolerated), False, ""
    if not isinstance(label, dict) or "frame" not in label:
        raise _Fault("wrong shape", "a label without 'frame'")
    frame = _frame(label["frame"], frames, tolerated)
    rejected, quote = label.get("rejected", False), label.get("quote")
    if not isinstance(rejected, bool):
        raise _Fault("wrong shape", f"rejected is {str(rejected)[:20]!r}")
    if not isinstance(quote, str | None):
        raise _Fault("wrong shape", "a quote is no text")
    tolerated += _remarks(label, LABEL, frames)
    for name, value in label.items():
        if name in LABEL or rejected:
            continue
        doubtful = re.search(SURE, name, re.I) and _is_unsure(value)
        if doubtful or (isinstance(value, str) and TAKEN_BACK.match(value)):
            raise _Fault("contradiction", f"{frame}, with {name} {str(value)[:40]!r}")
    if rejected and not (quote or "").strip():
        # Some models mean that they reject the frame: that the sentence does not carry it.
        raise _Fault("contradiction", f"{frame} is rejected, without words that reject it")
    return frame, rejected, quote or ""


def _is_unsure(value: Any) -> bool:
    """Return whether a confidence is below one half, or on a scale that is not known."""
    if isinstance(value, str) and (number := NUMBER.fullmatch(value)):
        parts = 100.0 if number[2] == "%" else float((number[2] or "/1").strip("/ ") or 1)
        share = float(number[1].replace(",", ".")) / (parts or 1)
        return not 0.5 <= share <= 1
    if isinstance(value, str):
        return bool(UNSURE.match(value))
    return isinstance(value, int | float) and value < 0.5


def _frame(name: Any, frames: Sequence[str], tolerated: list[str]) -> str:
    """Return the frame of this name; case and blanks may differ where one frame alone fits."""
    if not isinstance(name, str):
        raise _Fault("wrong shape", "a frame is no text")
    if name in frames:
        return name
    alike = [frame for frame in frames if _key(frame) == _key(name)]
    if len(alike) != 1:
        raise _Fault("unknown label", listing([name[:30]]))
    tolerated.append("names of frames in other letters")
    return alike[0]


def _key(name: str) -> str:
    """Return a name without case, and with one kind of blank."""
    return re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFKC", name).casefold()).strip()


def _remarks(item: Mapping[str, Any], known: Sequence[str], frames: Sequence[str]) -> list[str]:
    """Return the fields of an object that are passed over, or raise a fault: one may be a code."""
    names = [name for name in item if name not in known]
    for name in names:
        if not remark(name, item[name], frames):
            raise _Fault("wrong shape", f"field {name[:30]!r}, which was not asked for")
    return [f"field {name[:30]}" for name in names]


def remark(name: str, value: Any, frames: Sequence[str]) -> bool:
    """Return whether a field that was not asked for is a remark, which can carry no code.

    A remark has a name that no field of the schema and no frame resembles, and that is no other
    word for a code. Its value is a text, or a list of texts, none of which is the name of a frame
    or a word such as "yes"; nothing; or a number that says how sure the model is, or where
    something stands. An object, or true and false, is no remark.
    """
    if len(name) > LONGEST_NAME:
        return False
    key = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().strip()
    taken = {_key(frame) for frame in frames}
    fields = (*ANSWER, *LABEL)
    if re.search(CARRIES, key) or any(frame in _key(key) for frame in taken):
        return False
    if any(SequenceMatcher(None, key, field).ratio() > 0.75 for field in fields):
        return False
    if value is None:
        return True
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        sure = re.search(SURE, key) and 0 <= value <= 1
        return bool(sure or re.fullmatch(WHERE, key))
    texts = value if isinstance(value, list) else [value]
    if re.fullmatch(WHERE, key) and all(isinstance(item, int) for item in texts):
        return True
    return all(
        isinstance(text, str) and _key(text.strip(ENDS)) not in taken | CODES for text in texts
    )


def _outcome(answer: _Answer, text: str, frames: Sequence[str]) -> Outcome:
    """Return the codes of a sentence, or raise a fault."""
    named = [frame for frame, _, _ in answer.labels]
    both = [name for name in frames if name in named and name in answer.unsure]
    if both:
        raise _Fault("contradiction", f"{listing(both)} present, and cannot tell")
    outcome = Outcome(codes=[], problems=[])
    for frame in frames:
        labels = [label for label in answer.labels if label[0] == frame]
        if frame in answer.unsure:
            outcome.codes.append(Code(frame, None))
            outcome.problems.append(Problem(frame, "cannot tell"))
        elif not labels:
            outcome.codes.append(Code(frame, 0))
        else:
            rejected = all(denied for _, denied, _ in labels)
            quotes = [quote for *_, quote in labels if quote.strip()]
            spans = [span for quote in quotes if (span := find_quote(quote, text))]
            nothing = [quote for quote in quotes if NO_QUOTE.fullmatch(quote)]
            if nothing and not spans:
                raise _Fault("contradiction", f"{frame}, with quote {nothing[0][:40]!r}")
            start, end = spans[0] if spans else (None, None)
            outcome.codes.append(Code(frame, 1, rejected, start, end))
            if not spans:
                reason = OF_QUOTES[0] if quotes else OF_QUOTES[1]
                outcome.problems.append(Problem(frame, reason))
    return outcome


def _mixed_up(by_number: Mapping[int, Sequence[Any]], passages: Sequence[Passage]) -> str:
    """Return which quote stands in another sentence of the request than its own; empty if none."""
    for number, items in by_number.items():
        for label in (label for item in items for label in _labels_of(item)):
            quote = label.get("quote") if isinstance(label, dict) else None
            if not isinstance(quote, str) or find_quote(quote, passages[number - 1].text):
                continue
            for other, passage in enumerate(passages, start=1):
                if other != number and find_quote(quote, passage.text):
                    return f"the quote of id {number} stands in id {other}"
    return ""


def _labels_of(item: Any) -> list[Any]:
    """Return the labels in an answer, whatever else is wrong with it."""
    labels = item.get("frames") if isinstance(item, dict) else None
    return labels if isinstance(labels, list) else []


def _echoes(said: str, text: str) -> bool:
    """Return whether a text that a model repeats is the text that it was sent."""
    first, second = (" ".join(_plain(item)[0].split()).strip(ENDS) for item in (said, text))
    return first == second or (len(first) > 20 and second.startswith(first.rstrip(ENDS)))


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """Return where a quotation stands in a sentence.

    Blanks, case, quotation marks, hyphens and the composition of accents may differ, and words may
    be left out where the quotation has dots. Dots at either end are no part of it; neither are
    quotation marks and punctuation, where the sentence does not have them.
    """
    if len(quote) > MOST_MARKS * (len(text) + 100):
        return None  # Longer than the sentence could be in any form.
    plain, positions = _plain(text)
    for said in dict.fromkeys((quote, html.unescape(quote))):
        wanted = " ".join(_plain(said)[0].split())
        for marks in (LEFT_OUT, AROUND, ENDS):
            pieces = [piece.split() for piece in DOTS.split(wanted.strip(marks))]
            found = _find_pieces([words for words in pieces if words], plain)
            if found:
                last = positions[found[1] - 1]
                return positions[found[0]], last + _width(text, last)
    return None


def _find_pieces(pieces: Sequence[Sequence[str]], plain: str) -> tuple[int, int] | None:
    """Return where words stand one after the other in a text, with gaps between the pieces.

    It is the first place, with the shortest gaps. A single pattern for all pieces would find the
    same, and would try all ways to part the text where there are many gaps.
    """
    if not pieces or sum(len(word) for words in pieces for word in words) > len(plain):
        return None
    # From the last piece on: the places from which all that follow can be reached, and the end.
    reached: list[tuple[int, int]] = []
    for number, words in enumerate(reversed(pieces)):
        pattern = r"\s+".join(map(re.escape, words))
        spans = [match.span(1) for match in re.finditer(rf"(?=({pattern}))", plain)]
        if number:
            starts = [start for start, _ in reached]
            nearest = [(start, end, bisect_left(starts, end)) for start, end in spans]
            spans = [
                (start, reached[at][1])
                for start, end, at in nearest
                if at < len(reached) and starts[at] - end <= LONGEST_GAP
            ]
        reached = spans
        if not reached:
            return None
    return reached[0]


def _plain(text: str) -> tuple[str, list[int]]:
    """Return a text in one form, and where each of its characters stands in the text.

    Of "Café" four letters are left, whether the accent is a character by itself or not.
    """
    letters, positions = [], []
    for position, letter in enumerate(text):
        if letter in UNSEEN:
            continue
        for plain in unicodedata.normalize("NFKD", PLAIN.get(letter, letter)):
            if unicodedata.combining(plain):
                continue
            for folded in PLAIN.get(plain, plain).casefold():
                letters.append(folded)
                positions.append(position)
    return "".join(letters), positions


def _width(text: str, position: int) -> int:
    """Return how many characters of a text a letter has, with the accents after it."""
    width = 1
    while position + width < len(text) and unicodedata.combining(text[position + width]):
        width += 1
    return width
