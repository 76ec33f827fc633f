import io
from contextlib import redirect_stderr

from framing._core.long_work import progress_bar, progress_shown, with_progress
from framing._core.resampling import batches


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(function, stream=Terminal):
    """Return what a function writes to stderr, which is a terminal."""
    with redirect_stderr(stream()) as stderr:
        function()
    return stderr.getvalue()


def work(label="work"):
    with progress_bar(3, "step", label, delay=0) as bar:
        for _ in range(3):
            bar.update()


def test_a_bar_is_on_stderr_of_a_terminal_and_nowhere_else():
    assert "work" in shown(work)
    assert shown(work, io.StringIO) == ""


def test_progress_false_turns_off_all_bars_inside_and_none_after():
    @with_progress
    def function(*, progress=True):
        work("inner")

    assert shown(lambda: function(progress=False)) == ""
    assert "inner" in shown(function)
    with progress_shown(False):
        assert shown(lambda: function(progress=True)) == ""
    assert "work" in shown(work)


def test_a_bar_inside_another_one_is_not_shown():
    def outer():
        with progress_bar(1, "step", "outer", delay=0):
            work("inner")

    written = shown(outer)
    assert "outer" in written
    assert "inner" not in written


def test_resampling_in_batches_gives_each_draw_once():
    assert sum(batches(2000, 10**6)) == 2000
    assert list(batches(10, 10)) == [10]
    # A loop that stops early leaves later bars as they were.
    next(iter(batches(2000, 10**6)))
    assert "later" in shown(lambda: work("later"))
