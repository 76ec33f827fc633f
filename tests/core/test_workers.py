import json
import os
import threading

import numpy as np
import pytest
from joblib import delayed

import framing as fr
from framing._core.arrays import open_arrays
from framing._core.files import read_bytes, read_json
from framing._core.long_work import in_parallel
from tests.support.orphans import workers_left


def die(number):
    """Kill the process, as the system does where memory is short."""
    os.kill(os.getpid(), 9)


def test_a_killed_worker_is_one_message():
    with pytest.raises(fr.InputError, match=r"A worker process was killed.*workers=1"):
        list(in_parallel([delayed(die)(0), delayed(die)(1)], 2))
    assert list(in_parallel([delayed(abs)(-1)], 2)) == [1]


@pytest.mark.skipif(os.name != "posix", reason="Windows does not tell that a parent has ended")
@pytest.mark.parametrize("signal", ["SIGKILL", "SIGTERM"])
def test_workers_end_with_their_parent(tmp_path, signal):
    code = """
from joblib import delayed
from framing._core.long_work import in_parallel
from tests.support.orphans import workers_left
list(in_parallel([delayed(work_for_ever)(folder)] * 2, 2))
"""
    assert workers_left(code, tmp_path, signal) == (2, [])


def test_arrays_with_flipped_bits_get_the_message_of_the_file(tmp_path):
    path = tmp_path / "t.npz"
    np.savez_compressed(path, a=np.arange(50), b=np.array("facts"))
    data = path.read_bytes()
    for position in range(0, len(data), 7):
        path.write_bytes(data[:position] + bytes([data[position] ^ 0xA5]) + data[position + 1 :])
        try:
            with open_arrays(path, "holds no arrays") as file:
                assert {file["a"].size, file["b"].size} == {50, 1}
        except fr.InputError as error:
            assert "holds no arrays" in str(error)  # noqa: PT017


def test_json_that_is_none_and_files_that_are_none(tmp_path):
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"a": 1}) + "\n}")
    with pytest.raises(fr.InputError, match=r"t\.json, line 2: this is not JSON"):
        read_json(path)
    path.write_text("[" * 100_000)
    with pytest.raises(fr.InputError, match="nested too deep"):
        read_json(path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(fr.InputError, match="is a pipe or a socket"):
        read_bytes(tmp_path / "pipe")
    with pytest.raises(fr.InputError, match="cannot be read"):
        read_bytes(tmp_path / ("a" * 5000))


def test_threads_give_results_in_order_and_make_few_calls_ahead():
    made = []

    def calls():
        for number in range(40):
            made.append(number)
            yield delayed(sorted)([number, -number])

    results = in_parallel(calls(), 2, threads=True)
    assert next(results) == [0, 0]
    assert len(made) <= 4
    assert list(results) == [[-number, number] for number in range(1, 40)]


@pytest.mark.parametrize("size", [1, 3, 40])
def test_other_work_is_done_once_while_threads_compute_the_first_results(size):
    begun, done = threading.Event(), []

    def wait(number):
        """Return the number once the other work has begun."""
        assert begun.wait(60)
        return number

    def meanwhile():
        done.append(threading.current_thread())
        begun.set()

    calls = (delayed(wait)(number) for number in range(size))
    results = in_parallel(calls, 2, threads=True, meanwhile=meanwhile)
    assert list(results) == list(range(size))
    assert done == [threading.current_thread()]


def test_an_error_in_a_thread_is_raised_and_ends_the_work():
    calls = (delayed(divmod)(1, number) for number in (1, 0, 1))
    with pytest.raises(ZeroDivisionError):
        list(in_parallel(calls, 2, threads=True))
