"""Faults of machines: memory that ends, a disk that is full, rights that are lost in mid-run.

Each run is a process of its own. Afterwards every document is scored once, with the hits of a run
that nothing disturbed.
"""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

import framing as fr
from tests.support.planted_articles import plant_articles

ROOT = Path(__file__).parents[2]
LEXICON = fr.make_lexicon({"peace": ["truce", "talks"], "land": ["land"]})
WORDS = ["talks", "truce", "said", "that", "the", "envoy", "would", "not", "land"]
SCRIPT = """
import sys
import framing as fr
from tests.scale.test_faults_of_machines import LEXICON
try:
    done = fr.score_dataset(sys.argv[1], LEXICON, sys.argv[2], workers=1, rows=20)
except fr.InputError as error:
    sys.exit(f"InputError: {error}")
print(*done.left_out["reason"], sep="\\n")
"""
PR_CAPBSET_DROP, DAC_OVERRIDE, DAC_READ_SEARCH = 24, 1, 2

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    table = plant_articles(WORDS, 9, (2, 6), 200)
    # Long articles late in the dataset, which need memory that a process does not have yet.
    late = table.index >= 60
    table.loc[late & (table.index % 20 == 0), "text"] += " Rain fell on the town." * 20_000
    path = tmp_path_factory.mktemp("faults") / "news.parquet"
    table.to_parquet(path, row_group_size=20)
    return path


@pytest.fixture(scope="module")
def undisturbed(source: Path) -> pd.DataFrame:
    fr.score_dataset(source, LEXICON, source.parent / "out", workers=1, rows=20)
    return fr.open_hits(source.parent / "out").hits()


def obey_rights() -> None:
    """Let a superuser obey the rights of files, as other users do."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    for right in (DAC_OVERRIDE, DAC_READ_SEARCH) if prctl and not os.geteuid() else ():
        prctl(PR_CAPBSET_DROP, right, 0, 0, 0)


@contextmanager
def running(source: Path, out: Path, after: int = 1) -> Iterator["subprocess.Popen[str]"]:
    """Yield a run that has scored so many partitions and has not ended."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(source), str(out)], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, preexec_fn=obey_rights,
    )  # fmt: skip
    manifest, deadline = out / "manifest.jsonl", time.monotonic() + 90
    try:
        while after and time.monotonic() < deadline and process.poll() is None:
            if manifest.exists() and manifest.read_text().count('"scored"') >= after:
                break
            time.sleep(0.002)
        assert process.poll() is None, "the run ended before it could be disturbed"
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Return the exit status of a run, and the errors that it named."""
    reasons, message = process.communicate(timeout=120)
    assert "Traceback" not in message, message
    lines = [line for line in message.splitlines() if line.startswith("InputError")]
    return process.returncode, "\n".join([*lines, reasons.strip()])


def worker_of(process: "subprocess.Popen[str]") -> int:
    """Return the worker of a run: its child with the most memory, which the system kills first."""
    sizes = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            facts = dict(line.split(":", 1) for line in status.read_text().splitlines())
            if int(facts["PPid"]) == process.pid and "VmRSS" in facts:
                sizes[int(facts["Pid"])] = int(facts["VmRSS"].split()[0])
        except (OSError, ValueError):
            continue
    return max(sizes, key=lambda pid: sizes[pid])


def check_all(source: Path, out: Path, undisturbed: pd.DataFrame) -> None:
    """Check that each document is there once, with its hits, and nothing else."""
    opened = fr.open_hits(out)
    ids = opened.documents(["doc_id"])["doc_id"].tolist()
    assert ids == pd.read_parquet(source, columns=["doc_id"])["doc_id"].tolist()
    pd.testing.assert_frame_equal(opened.hits().astype(str), undisturbed.astype(str))
    assert opened.table["refused"].sum() == 0
    assert not list(out.rglob(".framing*"))


@needs_linux
def test_a_worker_that_the_system_kills_for_its_memory(
    source: Path, undisturbed: pd.DataFrame, tmp_path: Path
) -> None:
    with running(source, tmp_path / "o") as process:
        os.kill(worker_of(process), signal.SIGKILL)
        assert ended(process)[0] == 0
    check_all(source, tmp_path / "o", undisturbed)


@contextmanager
def memory_group() -> Iterator[Path]:
    """Yield a new control group (version 2) that can limit the memory of a process."""
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()
              if line.split()[2] == "cgroup2"]  # fmt: skip
    ours = [line[3:] for line in Path("/proc/self/cgroup").read_text().splitlines()
            if line.startswith("0::")]  # fmt: skip
    why = "no cgroup of version 2 is mounted"
    if mounts and ours:
        group = Path(mounts[0]) / ours[0].lstrip("/")
        # A group with processes gives none of its memory to others; the one above may.
        for parent in (group, group.parent) if ours[0] != "/" else (group,):
            child = parent / f"framing-{os.getpid()}"
            try:
                child.mkdir()
            except OSError as error:
                why = f"this user cannot make a cgroup: {error}"
                continue
            try:
                if (child / "memory.max").exists():
                    yield child
                    return
                why = "the cgroups of this machine do not limit memory"
            finally:
                child.rmdir()
    pytest.skip(f"{why}; the kernel sends the signal of the test before this one")


@needs_linux
def test_a_worker_that_the_kernel_kills_since_its_group_has_no_memory(
    source: Path, undisturbed: pd.DataFrame, tmp_path: Path
) -> None:
    with memory_group() as group:
        (group / "memory.max").write_text("1000000")
        with running(source, tmp_path / "o") as process:
            # What it holds stays with its former group: it may take another megabyte.
            (group / "cgroup.procs").write_text(str(worker_of(process)))
            assert ended(process)[0] == 0
        killed = dict(line.split() for line in (group / "memory.events").read_text().splitlines())
    assert int(killed["oom_kill"]) >= 1
    check_all(source, tmp_path / "o", undisturbed)


@needs_linux
def test_a_worker_that_gets_no_more_memory(
    source: Path, undisturbed: pd.DataFrame, tmp_path: Path
) -> None:
    with running(source, tmp_path / "o") as process:
        # From now on, the system refuses each request of this process for memory.
        resource.prlimit(worker_of(process), resource.RLIMIT_AS, (1, 1))
        status, said = ended(process)
    assert (status, said.strip()) == (0, "")
    check_all(source, tmp_path / "o", undisturbed)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """Yield a function that gives a disk in memory another size."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o"]
    made = subprocess.run([*mount, f"size={size}", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("this user cannot mount a disk")
    try:
        yield lambda size: subprocess.run(
            ["mount", "-o", f"remount,size={size}", str(folder)], check=True
        )
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@needs_linux
@pytest.mark.parametrize("size", ["8k", "40k", "120k"])
def test_a_disk_that_is_full(
    source: Path, undisturbed: pd.DataFrame, tmp_path: Path, size: str
) -> None:
    with small_disk(tmp_path / "disk", size) as resize:
        with running(source, tmp_path / "disk" / "o", after=0) as process:
            status, said = ended(process)
        assert status == 1
        assert "there is no room" in said
        resize("9m")
        fr.score_dataset(source, LEXICON, tmp_path / "disk" / "o", workers=1, rows=20)
        check_all(source, tmp_path / "disk" / "o", undisturbed)


@needs_linux
@pytest.mark.parametrize("lost", ["o/hits", "o", "in/news.parquet"])
def test_rights_that_are_lost_in_mid_run(
    source: Path, undisturbed: pd.DataFrame, tmp_path: Path, lost: str
) -> None:
    (tmp_path / "in").mkdir()
    copy, out = tmp_path / "in" / "news.parquet", tmp_path / "o"
    copy.write_bytes(source.read_bytes())
    with running(copy, out) as process:
        rights = (tmp_path / lost).stat().st_mode
        (tmp_path / lost).chmod(0)
        status, said = ended(process)
    (tmp_path / lost).chmod(rights)
    assert "ermission denied" in said
    assert status == (lost != "in/news.parquet")
    done = fr.score_dataset(copy, LEXICON, out, workers=1, rows=20)
    assert done.complete
    check_all(copy, out, undisturbed)
