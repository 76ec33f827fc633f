from hypothesis import given
from hypothesis import strategies as st

import framing as fr
from framing.text.characters import code_points
from framing.text.chunks import token_texts
from framing.text.tokens import Types

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
