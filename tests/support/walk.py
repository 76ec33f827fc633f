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
LEXICON = fr.make_lexicon({"peace": ["truce", "talks"]})
TEXT = "Talks begin\n\nNo truce was signed. “We want a truce,” the minister said on Monday.\n"
# Commas in its first line, a day, a time, an entity, a label, dashes: most articles have some.
SIGNS = """Ceasefire talks open, with doubts on all sides

GENEVA, March 3 (Wire) – Negotiators met on Monday at 10:30 for talks, the first since 2/3/2024.

“We expect no truce,” said Anna Berger, the mediator. Smith &amp; Sons paid 3,000 francs.

Mr. Smith: "No truce will hold." The two sides — 14 people in all — sat in separate rooms.
"""


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


def contrast():
    """Contrast two sources of eight articles."""
    texts = ["A truce. War."] * 4 + ["War, war. Talks."] * 4
    table = pd.DataFrame({"text": texts, "source": ["Wire", "Post"] * 4})
    scores = fr.score(fr.find_hits(fr.make_corpus(table), LEXICON))
    return lambda: fr.contrast(scores, by="source", seed=1)


def walked(folder):
    """Yield each way and the functions that it enters, by file; what it writes is in a folder."""
    path = Path(folder) / "article.txt"

    def article():
        hits = fr.find_hits(fr.read_corpus(path), LEXICON)
        fr.write_figure(fr.plot_scores(fr.score(hits)), Path(folder) / "figure")

    for name, text in (("an article", TEXT), ("an article with signs of all kinds", SIGNS)):
        path.write_text(text, encoding="utf-8")
        yield name, files_entered(article)
    yield "a contrast", files_entered(contrast())


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name, entered in walked(folder):
            print(f"{name} enters {len(entered)} files")
            for file in sorted(entered):
                print(f"  {file}: {len(entered[file])}")


if __name__ == "__main__":
    main()
