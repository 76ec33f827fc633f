"""Count the files of framing/ that one article, and one contrast, enter while they run.

``python tests/support/walk.py`` prints the files, how many functions of each were called, and how
often a reader goes back to a file: each place in the code that asks for another file counts once.
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
    for _, (file, function) in steps(call):
        entered[file].add(function)
    return entered


def steps(call):
    """Return each pair of file and function that a call enters, after the pair that asks for it."""
    taken = {}

    def place_of(frame):
        path = Path(frame.f_code.co_filename)
        inside = path.is_relative_to(ROOT) and frame.f_code.co_name != "<module>"
        return (str(path.relative_to(ROOT)), frame.f_code.co_name) if inside else None

    def note(frame, event, _):
        if event != "call" or not (place := place_of(frame)):
            return
        asking = frame.f_back
        while asking is not None and not place_of(asking):
            asking = asking.f_back
        taken[asking and place_of(asking), place] = True

    call()
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return list(taken)


def count_returns(call):
    """Return how often a reader of a call goes back to a file that she has been in before."""
    known, returns = set(), 0
    for asking, (file, _) in steps(call):
        if asking is None or asking[0] != file:
            returns += file in known
        known.add(file)
    return returns


def contrast():
    """Contrast two sources of eight articles."""
    texts = ["A truce. War."] * 4 + ["War, war. Talks."] * 4
    table = pd.DataFrame({"text": texts, "source": ["Wire", "Post"] * 4})
    scores = fr.score(fr.find_hits(fr.make_corpus(table), LEXICON))
    return lambda: fr.contrast(scores, by="source", seed=1)


def walked(folder):
    """Yield the name of each way and the call that takes it; what it writes is in a folder."""
    path = Path(folder) / "article.txt"

    def article():
        hits = fr.find_hits(fr.read_corpus(path), LEXICON)
        fr.write_figure(fr.plot_scores(fr.score(hits)), Path(folder) / "figure")

    for name, text in (("an article", TEXT), ("an article with signs of all kinds", SIGNS)):
        path.write_text(text, encoding="utf-8")
        yield name, article
    yield "a contrast", contrast()


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name, call in walked(folder):
            entered = files_entered(call)
            print(f"{name} enters {len(entered)} files, with {count_returns(call)} returns")
            for file in sorted(entered):
                print(f"  {file}: {len(entered[file])}")


if __name__ == "__main__":
    main()
