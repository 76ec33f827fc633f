"""Arguments of contrasts that are almost right, and weights and draws without a limit."""

import numpy as np
import pytest

import framing as fr


@pytest.fixture(scope="module")
def hits():
    texts = ["A truce is near. Rain fell.", "Rain fell. Snow fell.", "The truce held. A truce."] * 4
    corpus = fr.make_corpus(
        texts,
        source=["Wire", "Post"] * 6,
        wide=[1e308] + [1.0] * 11,
        even=[1e200, 2e200] * 6,
        top=[1e308] * 12,
    )
    return fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))


def test_a_list_of_one_column_is_that_column(hits):
    scores = fr.score(hits)
    one, listed = (fr.contrast(scores, by=by, seed=1) for by in ("source", ["source"]))
    assert one.table.equals(listed.table)


def test_draws_that_do_not_fit_in_memory_are_refused(hits):
    with pytest.raises(fr.InputError, match="permutations=1000000000 cannot be used"):
        fr.contrast(fr.score(hits), by="source", seed=1, permutations=10**9)
    with pytest.raises(fr.InputError, match="draws=1000000000 cannot be used"):
        fr.score(hits).interval(seed=1, draws=10**9)


def test_weights_are_finite_after_they_are_squared(hits):
    scores = fr.score(hits)
    with pytest.raises(fr.InputError, match="one unit decides alone"):
        fr.contrast(scores, by="source", weight="wide", seed=1)
    equal = fr.contrast(scores, by="source", weight="top", seed=1).table
    plain = fr.contrast(scores, by="source", seed=1).table
    assert equal["estimate"].to_numpy() == pytest.approx(plain["estimate"].to_numpy())
    huge = fr.contrast(scores, by="source", weight="even", seed=1).table
    assert np.isfinite(huge[["estimate", "low", "high", "ratio"]].to_numpy(dtype=float)).all()


def test_a_column_without_values_has_no_groups(hits):
    with pytest.raises(fr.InputError, match="by='title': no unit with a token has a value"):
        fr.contrast(fr.score(hits), by="title", seed=1)


def test_voices_that_do_not_vary_get_exact_limits():
    said = '"A truce is near," Putin said. "I doubt the plan," Putin said.'
    lexicon = fr.make_lexicon({"peace": ["truce"], "doubt": ["doubt*"]})
    table = fr.voices(fr.find_hits(fr.make_corpus([said] * 6), lexicon), seed=1).table
    assert (table["method"] == "limits").all()
    assert (table["high"] - table["low"] > 0.3).all()
