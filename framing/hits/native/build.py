"""Build the native engine: compile the C files beside this file into a library.

The hook of the package runs it at each install; run it by hand after a change in C:
``python framing/hits/native/build.py``. It needs only Python and a C compiler.
"""

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SUFFIXES = {"win32": ".dll", "darwin": ".dylib"}
LIBRARY = FOLDER / f"engine{SUFFIXES.get(sys.platform, '.so')}"
OPTIONS = ["-std=c11", "-O3", "-shared", "-fvisibility=hidden", "-Wall", "-Wextra"]
# Windows needs no such option, and its compilers refuse it.
OPTIONS += [] if sys.platform == "win32" else ["-fPIC"]
SECONDS = 300
# Wheels for release: the name of the platform in a wheel, the name that zig has for it, and the
# suffix of a library there.
PLATFORMS = {
    "manylinux_2_17_x86_64": ("x86_64-linux-gnu.2.17", ".so"),
    "manylinux_2_17_aarch64": ("aarch64-linux-gnu.2.17", ".so"),
    "macosx_11_0_x86_64": ("x86_64-macos.11.0", ".dylib"),
    "macosx_11_0_arm64": ("aarch64-macos.11.0", ".dylib"),
}


def compilers() -> list[list[str]]:
    """Return the commands of the C compilers of this machine, in the order in which to try them."""
    named = shlex.split(os.environ.get("CC", ""))
    found = [named] if named and shutil.which(named[0]) else []
    found += [[name] for name in ("cc", "gcc", "clang") if shutil.which(name)]
    # The wheel of zig brings a C compiler.
    return found + ([[sys.executable, "-m", "ziglang", "cc"]] if find_spec("ziglang") else [])


def build_engine(target: Path = LIBRARY, options: tuple[str, ...] = ()) -> str:
    """Compile the engine, and return "" or the reason of a failure, which removes an old one."""
    reasons = []
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / target.name
        environment = {"ZIG_GLOBAL_CACHE_DIR": folder, "ZIG_LOCAL_CACHE_DIR": folder, **os.environ}
        for command in compilers():
            sources = [str(path) for path in sorted(FOLDER.glob("*.c"))]
            try:
                done = subprocess.run(
                    [*command, *OPTIONS, *options, "-o", str(fresh), *sources],
                    capture_output=True, text=True, timeout=SECONDS, check=False, env=environment,
                )  # fmt: skip
                if done.returncode:
                    raise OSError((done.stderr.strip() or "no output").splitlines()[-1])
                if not options:
                    ctypes.CDLL(str(fresh)).framing_interface()
                _put(fresh, target)
            except (OSError, AttributeError, subprocess.SubprocessError) as error:
                reasons.append(f"{' '.join(command)}: {error}")
            else:
                return ""
    target.unlink(missing_ok=True)
    return "; ".join(reasons) or "no C compiler (cc, gcc, clang or the wheel ziglang) was found"


def _put(fresh: Path, target: Path) -> None:
    """Replace the library in one step, since another process may be loading it."""
    beside = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copyfile(fresh, beside)
    beside.replace(target)


def cross_build(platform: str, folder: Path) -> Path:
    """Compile the engine for one of PLATFORMS into a folder, with the wheel of zig."""
    target, suffix = PLATFORMS[platform]
    library = folder / f"engine{suffix}"
    options = [option for option in OPTIONS if option != "-fPIC"]
    options += ["-target", target, "-s", "-fPIC"]
    sources = [str(path) for path in sorted(FOLDER.glob("*.c"))]
    command = [sys.executable, "-m", "ziglang", "cc", *options, "-o", str(library), *sources]
    subprocess.run(command, check=True)
    return library


def main() -> None:
    """Build the engine, or say why it cannot be built."""
    reason = build_engine()
    if reason:
        sys.exit(f"The native engine was not built ({reason}). The numpy engine is used.")


if __name__ == "__main__":
    main()
