import numpy as np
import pytest

from framing._characters import Alphabet, fold_text
from framing._text import paragraphs, sentences, token_starts, token_texts


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("don’t stop", ["don't", "stop"]),
        ("Ukraine's", ["ukraine's"]),
        ("1,000.5 men", ["1,000.5", "men"]),
        ("the U.S. said", ["the", "u.s", "said"]),
        ("US-Russia", ["us", "russia"]),
        ("end.The", ["end", "the"]),
        ("'quoted'", ["quoted"]),
        ("— … !", []),
        ("", []),
    ],
)
def test_what_a_token_is(text, tokens):
    assert token_texts(text, (0, len(text))) == tokens
    folded = fold_text(text, Alphabet(), np.empty(0, dtype=np.int64))
    assert len(token_starts(folded.flags)) == len(tokens)


def test_every_line_of_an_article_is_a_paragraph():
    text = "Title\r\n\r\nA man spoke.\r\nA woman spoke."
    assert [text[a:b] for a, b in paragraphs(text)] == ["Title", "A man spoke.", "A woman spoke."]


def test_a_blank_line_ends_a_paragraph_of_a_wrapped_transcript():
    text = "Q    Will the talks\ngo on this week\nor the next?\n\nA    They will\ngo on."
    assert [text[a:b].count("\n") for a, b in paragraphs(text)] == [2, 1]


def test_a_removed_line_is_in_no_paragraph():
    text = "One.\nRelated Sources:\nTwo."
    assert [text[a:b] for a, b in paragraphs(text, [(5, 21)])] == ["One.", "Two."]


def test_sentences_are_cut_at_their_ends_and_know_abbreviations():
    text = "  Mr. Smith left.  He said: “No way.”  "
    spans = list(sentences(text, (0, len(text)), "en"))
    assert [text[a:b] for a, b in spans] == ["Mr. Smith left.", "He said: “No way.”"]
