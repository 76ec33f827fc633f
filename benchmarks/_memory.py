"""Print the memory of one call above a loaded corpus, in bytes: _memory.py VERB MEGABYTES."""

import ctypes
import gc
import json
import sys
from pathlib import Path

import pyarrow

import framing as fr
from _texts import load_texts, make_corpus

STATUS = Path("/proc/self/status")


def _kilobytes(field: str) -> int:
    """Return a field of the status of this process."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(field))
    return int(line.split()[1])


def _release() -> None:
    """Return freed memory to the system, so that it does not hide the memory of the call."""
    gc.collect()
    pyarrow.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def main(verb: str, size: float) -> None:
    """Load the corpus, reset the peak of the process, call, and print the new peak."""
    lexicon = fr.load_lexicon("peace-initiative")
    corpus = make_corpus(load_texts(size, lexicon).texts)
    fr.find_hits(fr.make_corpus(["A truce."]), lexicon)
    _release()
    Path("/proc/self/clear_refs").write_text("5")
    before = _kilobytes("VmRSS")
    result = getattr(fr, verb)(corpus, lexicon)
    print(json.dumps({"bytes": 1024 * (_kilobytes("VmHWM") - before), "hits": len(result)}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
