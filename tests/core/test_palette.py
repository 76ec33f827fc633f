import pytest

from framing._core.palette import contrast_ratio, frame_letters, mix, readable


def test_contrast_by_the_definition_and_letters_of_frames():
    assert contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21)
    # W3C's example of the palest grey on white that passes.
    assert contrast_ratio("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)
    assert mix("#000000", "#FFFFFF", 0.25) == "#BFBFBF"
    assert readable("#767676", "#FFFFFF", 4.5) == "#767676"
    assert contrast_ratio(readable("#DDAA33", "#FFFFFF", 4.5), "#FFFFFF") >= 4.5
    assert frame_letters(["sovereignty", "skepticism", "so", "s"]) == ["S", "K", "O", "4"]
