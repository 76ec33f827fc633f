"""Names of frames and keys of entries."""

import pytest

import framing as fr


def test_a_frame_has_a_name():
    with pytest.raises(fr.InputError, match="a frame has no name"):
        fr.make_lexicon({" ": ["truce"]})


def test_the_keys_of_an_entry_are_listed_as_they_are_written():
    with pytest.raises(fr.InputError, match="'if', 'unless'") as error:
        fr.make_lexicon({"peace": [{"pattern": "truce", "only_if": "talks"}]})
    assert "Did you mean" not in str(error.value)
