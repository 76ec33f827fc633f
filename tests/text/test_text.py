import numpy as np
import pytest

import framing as fr
from framing.text import wrapped_lines
from framing.text.alphabet import Alphabet, fold_text
from framing.text.characters import code_points
from framing.text.chunks import token_starts, token_texts, tokens_of_texts
from framing.text.tokens import tokens_of_pieces


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
    none = np.empty(0, dtype=np.int64)
    folded = fold_text(text, code_points(text), Alphabet(), none)
    assert len(token_starts(folded, Alphabet())) == len(tokens)


def paragraphs(text, removed=()):
    """Return the paragraphs of one text, removed lines given by their starts."""
    codes = code_points(text + "\n")
    starts = np.array(removed, dtype=np.int64)
    spans = wrapped_lines.paragraphs(text + "\n", codes, np.array([0]), starts)
    return [text[a:b] for a, b in zip(spans.start, spans.end, strict=True)]


def sentences(texts):
    corpus = fr.make_corpus(texts, furniture=False)
    text_of = dict(zip(corpus.table["doc_id"], corpus.table["text"], strict=True))
    rows = corpus.sentences[["doc_id", "start", "end"]].to_numpy().tolist()
    return [text_of[doc_id][start:end] for doc_id, start, end in rows]


def test_every_line_of_an_article_is_a_paragraph():
    text = "Title\r\n\r\nA man spoke.\r\nA woman spoke."
    assert paragraphs(text) == ["Title", "A man spoke.", "A woman spoke."]


def test_a_blank_line_ends_a_paragraph_of_a_wrapped_transcript():
    text = "Q    Will the talks\ngo on this week\nor the next?\n\nA    They will\ngo on."
    assert [part.count("\n") for part in paragraphs(text)] == [2, 1]


def test_a_removed_line_is_in_no_paragraph():
    text = "One.\nRelated Sources:\nTwo."
    assert paragraphs(text, [5]) == ["One.", "Two."]


def test_sentences_are_cut_at_their_ends_and_know_abbreviations():
    text = "  Mr. Smith left.  He said: “No way.”  "
    assert sentences([text]) == ["Mr. Smith left.", "He said: “No way.”"]


def test_no_sentence_is_lost_in_a_long_chunk_of_texts():
    # sentencex works in pieces of 10 KiB and loses what parts two of them.
    texts = [f"The {n}th man’s word. It was brief.\n\nIt ended there." for n in range(2000)]
    expected = [
        s for text in texts for s in text.replace("\n\n", " ").replace(". ", ".|").split("|")
    ]
    assert sentences(texts) == expected


def test_tokens_of_many_pieces_are_those_of_each_alone():
    bits = [
        "U.S.",
        "don't",
        "1,000.5",
        "re\u00adport",
        "a@b.com",
        "nego-\ntiations",
        "\u2060z",
        "'",
        "cafe\u0301",
        "x\u200by",
        "\u548c\u5e73",
        "-",
        ".",
        "3",
        "\u200d",
        "",
        " ",
        "\n\n",
    ]
    pieces = [f"{left}{middle}{right}" for left in bits for middle in ("", " ") for right in bits]
    pieces *= 4
    alone = [token_texts(piece, (0, len(piece))) for piece in pieces[: len(pieces) // 4]]
    assert tokens_of_pieces(pieces) == alone * 4
    # What stands next to a text takes no part in it: no word and no address goes on.
    texts = [*pieces[: len(pieces) // 4], "www.x.org/a-", "b", "peace-", "talks", "&am", "p; x"]
    assert tokens_of_texts(texts) == [token_texts(text, (0, len(text))) for text in texts]
    assert tokens_of_texts([]) == []
