"""What a model can write in place of what it was asked for: coded rightly, or listed."""

import json
import random
import unicodedata

import pytest

from framing.coding.models.prompts import Passage
from framing.coding.models.replies import REASONS, find_quote, read_reply, remark

FRAMES = ["truce", "doubt"]
TEXTS = ["A truce may come.", "Rain fell.", "Some doubt the “truce” – they’re tired."]
RIGHT = [(1, 0), (0, 0), (1, 1)]


def label(frame, quote=None, **more):
    return {"frame": frame, "rejected": False, "quote": quote or frame, **more}


def answers(**more):
    """The right answer for the three sentences."""
    return [
        {"id": 1, "frames": [label("truce")], "cannot_tell": [], **more},
        {"id": 2, "frames": [], "cannot_tell": [], **more},
        {"id": 3, "frames": [label("doubt"), label("truce")], "cannot_tell": [], **more},
    ]


def changed(number, **fields):
    items = answers()
    items[number - 1] |= fields
    return {"sentences": items}


def read(content, texts=TEXTS):
    passages = [Passage("a", number, 0, "", text, "") for number, text in enumerate(texts, 1)]
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return read_reply(text, passages, FRAMES)


TEXT = json.dumps({"sentences": answers()})
# Answers that say the right codes in another way. None of them loses a sentence.
HARMLESS = {
    "a reason": {"sentences": answers(reason="It names a truce or doubt, or does not.")},
    "a reason of a label": changed(1, frames=[label("truce", rationale="A truce is named.")]),
    "how sure": changed(1, frames=[label("truce", confidence=0.9)], confidence="high"),
    "how sure in capitals": changed(1, frames=[label("truce", confidenceScore=1)]),
    "nothing": {"sentences": answers(comment=None), "note": ""},
    "several remarks": changed(3, thoughts=["Short.", "Clear."], language="en"),
    "where the quote stands": changed(1, frames=[label("truce", start=2, end=7, span=[2, 7])]),
    "the sentence again": changed(1, sentence="a truce may  come"),
    "a fence": f"```json\n{TEXT}\n```",
    "a fence without a name": f"```\n{TEXT}```",
    "a fence with words": f"Sure! Here it is:\n\n```JSON\n{TEXT}\n```\nI hope this helps.",
    "words": f"Here is the JSON:\n{TEXT}",
    "a mark": f"\ufeff{TEXT}",
    "commas": TEXT.replace("]}", "],}").replace("}]", "},]"),
    "thoughts": f'<think>Maybe {{"a": 1}}? No.</think>\n{TEXT}',
    "thoughts of other models": f'<reasoning>Maybe {{"a": 1}}?</reasoning>\n{TEXT}',
    "thoughts in brackets": f"[THINK]Maybe [1]?[/THINK]{TEXT}",
    "a channel of thoughts": f'<|channel|>analysis<|message|>{{"a": 1}}?<|end|><|start|>assistant'
                             f"<|channel|>final<|message|>{TEXT}<|return|>",
    "a line end in a text": {"sentences": answers(reason="One.")} | {"note": "a\nb"},
    "a raw line end": TEXT.replace('"quote": "truce"', '"quote": "\ntruce"'),
    "half a letter": TEXT.replace('"quote": "truce"', r'"quote": "\ud83d truce"'),
    "sure in words": changed(1, frames=[label("truce", confidence="very high")]),
    "sure in percent": changed(1, frames=[label("truce", confidence="90%", certainty="4/5")]),
    "thoughts without a beginning": f"Maybe.</think>{TEXT}",
    "a list alone": answers(),
    "ids as texts": {"sentences": [{**item, "id": str(item["id"])} for item in answers()]},
    "ids with a point": TEXT.replace('"id": 2', '"id": 2.0'),
    "any order": {"sentences": answers()[::-1]},
    "twice the same": {"sentences": [*answers(), answers()[1]]},
    "names in capitals": TEXT.replace('"frame": "doubt"', '"frame": " Doubt"'),
    "names alone": changed(1, frames=["truce"]),
    "no cannot_tell": {"sentences": [{k: v for k, v in item.items() if k != "cannot_tell"}
                                     for item in answers()]},
    "no quote": changed(1, frames=[{"frame": "truce", "quote": None}]),
}  # fmt: skip


@pytest.mark.parametrize("content", HARMLESS.values(), ids=HARMLESS)
def test_what_carries_no_code_loses_no_sentence(content):
    reading = read(content)
    assert not reading.faults
    codes = [[code.code for code in reading.outcomes[number].codes] for number in (1, 2, 3)]
    assert [tuple(pair) for pair in codes] == RIGHT


def test_what_was_passed_over_is_said():
    reading = read({"sentences": answers(reason="Because."), "note": "Done."})
    assert reading.outcomes[2].tolerated == ["field note", "field reason"]
    reading = read(f"Here is the JSON: {TEXT.replace(']}', '],}')}")
    assert reading.outcomes[1].tolerated == ["commas before a bracket", "words around the JSON"]
    assert read(TEXT).outcomes[1].tolerated == []


# Answers that may mean something else than they say: which sentences are not coded by them.
DOUBTFUL = {
    "a second list": ({"sentences": answers(), "sentences2": answers()}, "123"),
    "a list of corrections": ({"sentences": answers(), "corrections": [{"id": 2}]}, "123"),
    "labels beside frames": (changed(2, label="truce"), "2"),
    "a second field of frames": (changed(2, frames2=[label("truce")]), "2"),
    "a field called like a frame": (changed(2, truce=1), "2"),
    "a remark that is a frame": (changed(2, remark="Truce."), "2"),
    "a list of remarks with a frame": (changed(2, notes=["nothing", "truce"]), "2"),
    "a nested answer": (changed(2, remark={"frames": ["truce"]}), "2"),
    "a label that is not there": (changed(1, frames=[label("truce", present=False)]), "1"),
    "a label that does not apply": (changed(1, frames=[label("truce", holds="no")]), "1"),
    "a label that is unlikely": (changed(1, frames=[label("truce", confidence=0.05)]), "1"),
    "an unlikely label in words": (
        changed(1, frames=[label("truce", confidence="very low")]), "1"
    ),
    "a label of no percent": (changed(1, frames=[label("truce", confidence="0%")]), "1"),
    "a label of one in five": (changed(1, frames=[label("truce", confidence="1/5")]), "1"),
    "a confidence without its scale": (changed(1, frames=[label("truce", confidence="3")]), "1"),
    "nothing to quote": (changed(2, frames=[label("truce", "N/A")]), "2"),
    "no words to quote": (changed(2, frames=[label("truce", "None found.")]), "2"),
    "the frame rejected, not its claim": (
        changed(2, frames=[{"frame": "truce", "rejected": True, "quote": ""}]), "2"
    ),
    "a channel without an end": (f"<|channel|>analysis<|message|>{TEXT}", "123"),
    "brackets without an end": (f"[THINK]{TEXT}", "123"),
    "half a letter in a name": (TEXT.replace('"frame": "doubt"', r'"frame": "doubt\ud83d"'), "3"),
    "a label of percent": (changed(1, frames=[label("truce", confidence=5)]), "1"),
    "a reason why it is not": (changed(1, frames=[label("truce", reason="Not a truce.")]), "1"),
    "frames by name": (changed(1, frames={"truce": True}), "1"),
    "no frames": (changed(1, frames=None), "1"),
    "a frame of its own": (changed(2, frames=[label("war")]), "2"),
    "a misspelt frame": (changed(1, frames=[label("truces")]), "1"),
    "rejected in words": (changed(1, frames=[{"frame": "truce", "rejected": "false"}]), "1"),
    "both": (changed(1, cannot_tell=["truce"]), "1"),
    "another sentence again": (changed(2, text="A truce may come."), "2"),
    "ids from 0": (TEXT.replace('"id": 1', '"id": 0'), "123"),
    "an id too many": ({"sentences": [*answers(), {"id": 4, "frames": []}]}, "123"),
    "ids of one": (TEXT.replace('"id": 2', '"id": 1'), "12"),
    "ids moved by one": (
        {"sentences": [{**item, "id": item["id"] % 3 + 1} for item in answers()]}, "123"
    ),
    "no ids": ({"sentences": [{"frames": []} for _ in TEXTS]}, "123"),
    "ids with words": (TEXT.replace('"id": 2', '"id": "S2"'), "123"),
    "a key twice": (TEXT.replace('"frames": []', '"frames": [], "frames": ["truce"]'), "123"),
    "an object by id": ({"sentences": {"1": answers()[0]}}, "123"),
    "a draft": (f"First: {TEXT}\nThen: {TEXT}", "123"),
    "two fences": (f"```\n{TEXT}\n```\n```\n{TEXT}\n```", "123"),
    "words that take it back": (f"{TEXT}\nWait, that is wrong.", "123"),
    "words that add a frame": (f"{TEXT}\nThe second has doubt.", "123"),
    "a thought without an end": (f"<think>Perhaps {TEXT}", "123"),
    "half": (TEXT[:-30], "123"),
    "a line each": ("\n".join(map(json.dumps, answers())), "123"),
    "single quotes": (TEXT.replace('"', "'"), "123"),
    "a number": ("7", "123"),
    "null": ("null", "123"),
    "a page": ("<html><body>502 Bad Gateway</body></html>", "123"),
    "a missing answer": ({"sentences": answers()[:2]}, "3"),
    "an empty list": ({"sentences": []}, "123"),
    "depth": ("[" * 100_000, "123"),
    "a lone surrogate": ('{"sentences": "\ud800"}', "123"),
    "JSON in JSON": (json.dumps(TEXT), "123"),
    "an answer in an answer": ({"answer": {"sentences": answers()}}, "123"),
    "a comment": (TEXT.replace('"cannot_tell"', '// none\n"cannot_tell"'), "123"),
    "the shape that was shown": (changed(1, frames=[label("NAME", "words of the sentence")]), "1"),
    "what was asked": (
        {"sentences": [{"id": number, "before": "", "sentence": text, "after": ""}
                       for number, text in enumerate(TEXTS, 1)]}, "123",
    ),
    "labels as lists": (changed(1, frames=[["truce", False, "truce"]]), "1"),
    "in another language": (changed(1, frames=[label("Waffenruhe", "truce")]), "1"),
    "an id without end": (TEXT.replace('"id": 2', '"id": Infinity'), "123"),
    "a confidence that is no number": (TEXT.replace('"id": 2', '"confidence": NaN, "id": 2'), "2"),
    "line ends without end": (TEXT[:20] + "\n" * 100_000, "123"),
    "marks without end": ('[\\"' * 30_000, "123"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "lost"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_may_carry_another_code_is_listed(content, lost):
    reading = read(content)
    assert "".join(map(str, sorted(reading.faults))) == lost
    assert all(fault.reason in REASONS for fault in reading.faults.values())
    assert {*reading.faults, *reading.outcomes} == {1, 2, 3}
    for number, outcome in reading.outcomes.items():
        assert tuple(code.code for code in outcome.codes) == RIGHT[number - 1]


def test_an_answer_that_was_damaged_at_random_gives_no_wrong_code():
    rng = random.Random(7)
    pieces = ["{", "}", "[", "]", ",", ":", '"', "null", "true", "NaN", "```", "</think>", "…",
              r"\ud800", "\n", '"id"', '{"id":1}', "0"]  # fmt: skip
    coded = 0
    for _ in range(3000):
        text = TEXT
        for _ in range(rng.randint(1, 3)):
            first = rng.randrange(len(text) + 1)
            last = first + rng.randint(0, 12)
            text = text[:first] + rng.choice([*pieces, text[first:last] * 2, ""]) + text[last:]
        reading = read(text)
        assert {*reading.faults, *reading.outcomes} == {1, 2, 3}
        for number, outcome in reading.outcomes.items():
            coded += 1
            for code, right in zip(outcome.codes, RIGHT[number - 1], strict=True):
                assert code.code in (right, None)
    assert coded > 200


def test_a_refusal_in_words_is_a_refusal():
    for words in ("I'm sorry, but I can’t help with that.", "As an AI, I cannot code this."):
        assert {fault.reason for fault in read(words).faults.values()} == {"refused"}


def test_a_single_answer_needs_neither_id_nor_list():
    for content in ({"frames": [label("truce")]}, {"sentences": [{"frames": ["truce"]}]},
                    [{"id": 1, "frames": ["truce"]}]):  # fmt: skip
        reading = read(content, TEXTS[:1])
        assert [code.code for code in reading.outcomes[1].codes] == [1, 0]


ACCENT = "The café’s “peace plan”,\nshe said — it’s dead... Or not?"
QUOTES = {
    "the café's": "The café’s",
    unicodedata.normalize("NFD", "CAFÉ’S"): "café’s",
    '"peace plan"': "“peace plan”",
    "«peace plan»": "“peace plan”",
    "peace plan, she said": None,
    "she said - it's dead": "she said — it’s dead",
    "…it's dead…": "it’s dead",
    "peace … dead": "peace plan”,\nshe said — it’s dead",
    "The café's [...] dead": "The café’s “peace plan”,\nshe said — it’s dead",
    "**it's dead**": "it’s dead",
    "it&#x27;s dead": "it’s dead",
    "Or not!": "Or not",
    "it\u200b's\u00a0dead": "it’s dead",
    "dead peace": None,
    "…": None,
    "": None,
}


@pytest.mark.parametrize(("quote", "words"), QUOTES.items())
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_evidence_is_found_whatever_its_marks(quote, words, form):
    text = unicodedata.normalize(form, ACCENT)
    span = find_quote(quote, text)
    if words is None:
        assert span is None
    else:
        assert text[slice(*span)] == unicodedata.normalize(form, words)


def test_names_of_remarks_are_no_names_of_codes():
    for name in ("reason", "explanation", "why", "my_notes", "thinking", "evidence", "summary"):
        assert remark(name, "Some words of the model.", FRAMES)
    for name in ("label", "labels", "code", "frames2", "farmes", "present", "id2", "quotes",
                 "is_truce", "classification", "final", "rejection", "topic"):  # fmt: skip
        assert not remark(name, "Some words of the model.", FRAMES)
    assert not remark("reason", True, FRAMES)
    assert not remark("reason", [{"frame": "truce"}], FRAMES)
