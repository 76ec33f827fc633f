import inspect
import warnings

import pytest

from framing._core.checks import InputError
from framing._core.renaming import renamed


@renamed(level=("measurement", str), interval="level", seeds="starts")
def measure(codes, *, measurement="nominal", level=0.95, starts=10):
    """Return what came in."""
    return codes, measurement, level, starts


def test_an_old_name_works_with_a_warning_that_names_the_new_one():
    with pytest.warns(DeprecationWarning, match="seeds= is now called starts=") as caught:
        assert measure(1, seeds=3) == (1, "nominal", 0.95, 3)
    assert caught[0].filename == __file__


def test_a_new_name_gives_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert measure(1, level=0.8, measurement="ordinal", starts=2) == (1, "ordinal", 0.8, 2)


def test_a_type_tells_an_old_meaning_from_the_new_one_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert measure(1, level="ordinal") == (1, "ordinal", 0.95, 10)


def test_two_old_names_of_which_one_is_a_new_one():
    with pytest.warns(DeprecationWarning, match="interval= is now called level="):
        assert measure(1, interval=0.8, level="ordinal") == (1, "ordinal", 0.8, 10)


def test_the_old_and_the_new_name_together_are_an_input_error():
    with pytest.raises(InputError, match="Give starts= alone"):
        measure(1, starts=2, seeds=3)
    with pytest.raises(InputError, match="Give measurement= alone"):
        measure(1, level="ordinal", measurement="nominal")


def test_an_argument_by_position_counts_as_given():
    @renamed(n="top")
    def ranking(top=10):
        return top

    assert ranking(3) == 3
    with pytest.raises(InputError, match="Give top= alone"):
        ranking(3, n=4)


def test_the_signature_stays_readable():
    names = list(inspect.signature(measure).parameters)
    assert names == ["codes", "measurement", "level", "starts"]
    assert measure.__doc__ == "Return what came in."


def test_a_name_that_was_never_one_is_a_type_error():
    with pytest.raises(TypeError, match="seed_words"):
        measure(1, seed_words=3)
