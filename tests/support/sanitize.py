"""Run random examples through a native engine that stops at bad addresses and overflows.

It needs gcc or clang with their sanitizers, on Linux; elsewhere it says so and passes.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from framing.hits.native.build import build_engine

EXAMPLES = 60
CHECKS = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


def runtime() -> str:
    """Return the path of the sanitizer's own library, "" where there is none."""
    try:
        named = subprocess.run(
            ["cc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
    return str(Path(named).resolve()) if Path(named).is_absolute() else ""


def main() -> int:
    """Build the engine with checks, and run the examples."""
    preloaded = runtime() if sys.platform == "linux" else ""
    if not preloaded:
        print("no sanitizers here: left out")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        checked = Path(folder) / "engine.so"
        reason = build_engine(checked, CHECKS)
        if reason:
            print(f"left out: {reason}")
            return 0
        # Python itself leaks at its end, and its allocator hides what it does from the checks.
        environment = {
            **os.environ, "LD_PRELOAD": preloaded, "ASAN_OPTIONS": "detect_leaks=0",
            "PYTHONMALLOC": "malloc",
        }  # fmt: skip
        trial = "import sys, ctypes; ctypes.CDLL(sys.argv[1]).framing_interface()"
        runs = subprocess.run(
            [sys.executable, "-c", trial, str(checked)],
            env=environment, check=False, capture_output=True,
        )  # fmt: skip
        if runs.returncode:
            print("left out: Python does not run under the sanitizers here")
            return 0
        command = [sys.executable, str(Path(__file__).with_name("engines.py")), str(EXAMPLES)]
        return subprocess.run(
            [*command, "0", str(checked)], env=environment, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
