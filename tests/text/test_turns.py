"""Turns: which paragraphs begin with a label, and how far it counts."""

import numpy as np
import pytest

from framing.text.characters import code_points
from framing.text.turns import find_turns


def turns(lines):
    """Return for each line the one with its label, -1 for none."""
    text = "\n".join([*lines, ""])
    size = np.array([len(line) for line in lines])
    start = np.cumsum(size + 1) - size - 1
    document = np.zeros(len(lines), dtype=np.int64)
    return find_turns(text, code_points(text), document, start, start + size)[0].tolist()


@pytest.mark.parametrize(
    "label",
    ["Doe van der Berg", "Doe of Rome", "Doe of_", "O’Doe Jr.", "Doe 2"],
)
def test_a_name_with_small_words_is_a_label(label):
    # Three names are a transcript, so that the last one counts for the line after it too.
    assert turns(["Putin: Rain.", f"{label}: Rain.", "Putin: Rain.", "A truce."]) == [0, 1, 2, 2]


@pytest.mark.parametrize(
    "sentence", ["Doe often wrote", "Doe van den Berg", "We — we said", "Rain fell. He said"]
)
def test_a_sentence_in_front_of_a_colon_is_no_label(sentence):
    assert turns(["Putin: Rain.", f"{sentence}: Rain.", "Putin: Rain.", "A truce."])[1::2] == [
        -1,
        -1,
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Q. is a truce near?", "Yes."], [0, 0]),
        (["Q  is a truce near?", "Yes."], [0, 0]),
        (["Q is a truce near?", "TRUMP: Yes.", "DOE: No."], [-1, 1, 2]),
        (["DOE--a truce?", "TRUMP--a truce.", "It holds."], [0, 1, 1]),
        (["MR. DOE:", "A truce.", "MR. ROE:**", "No."], [0, 0, 2, 2]),
    ],
)
def test_labels_of_questions_and_answers(lines, expected):
    assert turns(lines) == expected
