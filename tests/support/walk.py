"""Count the files of framing/ that one article, and one contrast, enter while they run.

``python tests/support/walk.py`` prints the files and how many functions of each were called.
Everything is imported before, and each way has been run once, so that loading does not count.
"""

import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import pandas as pd

import framing as fr

ROOT = Path(fr.__file__).parent
TEXT = "Talks begin\n\nNo truce was signed. “We want a truce,” the minister said on Monday.\n"


def files_entered(call):
    """Return the functions that a call enters, by the file of framing/ that they are in."""
    entered = defaultdict(set)

    def note(frame, event, _):
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(ROOT) and frame.f_code.co_name != "<module>":
            entered[str(path.relative_to(ROOT))].add(frame.f_code.co_name)

    call()
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return entered


def main():
    lexicon = fr.make_lexicon({"peace": ["truce", "talks"]})
    texts = ["A truce. War."] * 4 + ["War, war. Talks."] * 4
    table = pd.DataFrame({"text": texts, "source": ["Wire", "Post"] * 4})
    scores = fr.score(fr.find_hits(fr.make_corpus(table), lexicon))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "article.txt"
        path.write_text(TEXT, encoding="utf-8")

        def article():
            hits = fr.find_hits(fr.read_corpus(path), lexicon)
            fr.write_figure(fr.plot_scores(fr.score(hits)), Path(folder) / "figure")

        def contrast():
            fr.contrast(scores, by="source", seed=1)

        ways = {
            "an article": article,
            "a contrast": lambda: fr.contrast(scores, by="source", seed=1),
        }
        for name, call in ways.items():
            entered = files_entered(call)
            print(f"{name} enters {len(entered)} files")
            for file in sorted(entered):
                print(f"  {file}: {len(entered[file])}")


if __name__ == "__main__":
    main()
