import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import framing as fr
from framing.text.alphabet import Alphabet, fold_text
from framing.text.characters import code_points
from framing.text.chunks import token_starts, token_texts, tokens_of_texts
from framing.text.tokens import Types, tokens_of_pieces

# What breaks tokens: signs inside words, letters beyond ASCII, marks, invisible characters.
ALPHABET = "abZé9_ .,'’-\u0301\u200b\xad\u00a0ßİﬁя中。“—😀€\n²¬"


@given(st.lists(st.text(alphabet=ALPHABET, max_size=40), min_size=1, max_size=5))
def test_tokens_are_those_of_the_rest_of_the_package(texts):
    types = Types()
    for text in texts:
        tokens = types.find(text, code_points(text))
        names = types.names
        assert [names[row] for row in tokens.type_of.tolist()] == token_texts(text, (0, len(text)))


def test_the_name_of_an_account_stays_one_word_behind_a_point():
    lexicon = fr.make_lexicon({"f": ["gull"]})
    texts = [".@gull says no.", "“.@gull” left", "The flock left.@gull stayed"]
    found = fr.find_hits(fr.make_corpus(texts, furniture=False), lexicon).table
    assert found["start"].tolist() == [texts[2].index("gull")]


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
