"""In which units of text a frame is present."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr

LEXICON = {"peace": ["truce", "talks"], "war": ["shell*"]}


def find(*texts):
    return fr.find_hits(fr.make_corpus(list(texts)), fr.make_lexicon(LEXICON))


def test_each_unit_has_a_row_with_hits_or_without():
    hits = find("Rain.\n\nA truce. Shells fell.\n\nSnow. Talks.", "Fog.")
    rows = [[0, 0], [1, 0], [0, 1], [0, 0], [1, 0], [0, 0]]
    assert hits.presence().tolist() == np.array(rows, dtype=bool).tolist()
    rows = [[0, 0], [1, 1], [1, 0], [0, 0]]
    assert hits.presence("paragraph").tolist() == np.array(rows, dtype=bool).tolist()
    assert hits.presence("document").tolist() == [[True, True], [False, False]]


def test_hits_that_are_rejected_count_where_they_are_wanted():
    hits = find("No truce was signed. Talks began in Geneva on Monday morning.")
    assert hits.presence()[:, 0].tolist() == [True, True]
    assert hits.presence(rejected="exclude")[:, 0].tolist() == [False, True]
    assert hits.presence(rejected="only")[:, 0].tolist() == [True, False]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.text("trucealks .\n", min_size=1).filter(str.strip) | st.just("A truce.\n\nTalks. Rain"),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["sentence", "paragraph", "document"]),
)
def test_a_frame_is_present_where_its_count_is_above_zero(texts, unit):
    hits = find(*texts)
    numerators = fr.score(hits, unit=unit, kind="count").wide("numerator").to_numpy()
    present = hits.presence(unit)
    # Documents without a sentence have a row in both.
    assert present.shape == numerators.shape
    assert (present == (numerators > 0)).all()


def test_wrong_arguments_are_named():
    hits = find("A truce.")
    with pytest.raises(fr.InputError, match="unit='speaker' is not known"):
        hits.presence("speaker")
    with pytest.raises(fr.InputError, match="rejected='no' is not known"):
        hits.presence(rejected="no")
    french = fr.make_corpus(["Une truce."], language="fr")
    with pytest.raises(fr.InputError, match="finds it in English texts"):
        fr.find_hits(french, fr.make_lexicon(LEXICON, language="fr")).presence(rejected="only")
