"""What docs/how_good.md says the lexicon reaches, computed anew where the coded sentences are."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import framing as fr

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
FRAMES = ["peace", "concession", "sovereignty", "skepticism"]

pytestmark = pytest.mark.skipif(
    not (SHARED / "gold").is_dir(), reason="the coded sentences are not here"
)


def articles():
    codes = pd.read_csv(SHARED / "gold" / "dev.csv")
    texts = {path.name: path.read_text("utf-8") for path in (SHARED / "corpus").glob("*.txt")}
    spans = zip(codes["file"], codes["start"], codes["end"], strict=True)
    return codes, [texts[name][start:end] for name, start, end in spans]


def constructed():
    codes = pd.read_csv(SHARED / "gold" / "invented.tsv", sep="\t")
    return codes, codes["text"].tolist()


def briefings():
    codes = pd.read_csv(SHARED / "gold" / "whitehouse.csv")
    codes = codes[codes["coder"] == "a"].reset_index(drop=True)
    lines = (SHARED / "public" / "whitehouse_talks.jsonl").open(encoding="utf-8")
    with lines:
        texts = {item["doc_id"]: item["text"] for item in map(json.loads, lines)}
    spans = zip(codes["doc_id"], codes["start"], codes["end"], strict=True)
    return codes, [texts[name][start:end] for name, start, end in spans]


def reached(codes, sentences):
    """Return precision, recall and F1 of each frame, as the page prints them."""
    corpus = fr.make_corpus(sentences, doc_id=[f"s{n}" for n in range(len(codes))])
    hits = fr.find_hits(corpus, fr.load_lexicon("peace-initiative-1.1"))
    shares = fr.score(hits, unit="document", kind="count").table
    said = shares.pivot_table("value", "unit_id", "frame", sort=False, observed=True) > 0
    cells, values = [], []
    for frame in FRAMES:
        found, coded = said[frame].to_numpy(), codes[frame].to_numpy() == 1
        both = (found & coded).sum()
        precision, recall = both / max(found.sum(), 1), both / coded.sum()
        values.append(2 * both / (found.sum() + coded.sum()))
        numbers = [f"{x:.2f}".lstrip("0") if x else "0" for x in (values[-1], precision, recall)]
        cells.append(f"{numbers[0]} ({numbers[1]}, {numbers[2]})")
    return [*cells, f"{sum(values) / 4:.2f}".lstrip("0")]


@pytest.mark.parametrize(("column", "coded"), [(0, articles), (1, constructed), (2, briefings)])
def test_the_readme_prints_what_the_lexicon_reaches(column, coded):
    text = (ROOT / "docs" / "how_good.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (?:peace|concession|sovereignty|skepticism|mean of the four) \|.*", text, re.M
    )
    printed = [row.split("|")[2 + column].split(";")[0].strip() for row in rows]
    assert reached(*coded()) == printed
