"""Workers whose parent is ended by a signal."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def work_for_ever(folder, *_):
    """Say which process works, and never end."""
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(3600)


def workers_left(code, folder, name):
    """Run code that starts two workers and end its process by a signal.

    Return how many workers there were, and those that go on.
    """
    start = "import sys\nfrom tests.support.orphans import work_for_ever\nfolder = sys.argv[1]\n"
    parent = subprocess.Popen(
        [sys.executable, "-c", start + code, str(folder)], cwd=ROOT, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    deadline = time.monotonic() + 60
    workers: list[str] = []
    while len(workers) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
        workers = [path.name for path in folder.iterdir()]
    parent.send_signal(getattr(signal, name))
    parent.wait()
    while any(map(_is_running, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = [worker for worker in workers if _is_running(worker)]
    for worker in left:
        os.kill(int(worker), signal.SIGKILL)
    return len(workers), left


def _is_running(process):
    """Return whether a process runs; one that has ended may wait for its parent to see it."""
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", process], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()[:1] not in ("", "Z")
