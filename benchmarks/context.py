"""Quality of the context of hits: precision, recall and F1 on labelled hits, as Markdown.

python benchmarks/context.py [FILE.tsv …] [--gold FOLDER] [--speed FILE.jsonl] [--errors]
python benchmarks/context.py --briefings FILE.jsonl
python benchmarks/context.py --polnear FOLDER
"""

import argparse
import json
import re
import time
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from framing import find_hits, load_lexicon, make_actors, make_corpus, make_lexicon
from framing._core.statistics import wilson_interval
from framing.datasets import load_actors
from framing.hits.context.cues import KINDS, Cues, actor_patterns, cue_patterns, speaker_names
from framing.hits.matcher import Matcher, claim, mark_context
from framing.lexicons.actors import Actors
from framing.text.chunks import Chunk, make_chunk

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "hits" / "data"
FILES = [DATA / "context_dev.tsv", DATA / "context_cases.tsv"]
COLUMNS = ("rejected", "hedged", "quoted")
# Positions and codes of hits in the briefings, without their text.
BRIEFINGS = ROOT / "benchmarks" / "context_briefings.csv"


def make_matcher(actors: Actors, extra: dict[str, list[str]] | None = None):
    """Return a matcher of cues, actors and further entries, and the kind of each entry."""
    groups: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for kind, pattern in cue_patterns():
        groups[kind].append(pattern)
    for number, pattern in actor_patterns(actors):
        groups.setdefault(f"actor {number}", []).append(pattern)
    groups |= extra or {}
    return Matcher(make_lexicon(groups, shared=True)), list(groups)


def find_cues(matcher: Matcher, chunk: Chunk, count: int) -> Cues:
    """Return the matches of the first ``count`` kinds, sorted."""
    found = matcher.finder.find(chunk)
    kind = matcher.frame_of[found.rule]
    found, kind = found.take(kind < count), kind[kind < count]
    order = np.lexsort((-found.end, found.start))
    return Cues(kind[order], found.start[order], found.end[order])


def mark(texts: list[str], items: pd.DataFrame, actors: Actors) -> pd.DataFrame:
    """Return the context of hits, given the number of the text, start and end of each."""
    matcher, kinds = cached_matcher(actors.hash)
    chunk = make_chunk(0, texts, [()] * len(texts), "en", matcher.alphabet)
    base = np.cumsum([0, *(len(text) + 1 for text in texts)])[items["number"]]
    start = chunk.folded.from_text(base + items["start"].to_numpy())
    end = chunk.folded.from_text(base + items["end"].to_numpy())
    order = np.argsort(start, kind="stable")
    cues = find_cues(matcher, chunk, len(kinds))
    marked = mark_context(chunk, start[order], end[order], cues)
    marked.index = items.index[order]
    names = np.array(speaker_names(actors))
    return marked.sort_index().assign(speaker=lambda table: names[table["speaker"]])


@cache
def cached_matcher(key: str):
    """Return the matcher of the actors that ship, built once."""
    return make_matcher(load_actors("ukraine-peace"))


def read_labelled(path: Path) -> tuple[list[str], pd.DataFrame]:
    """Return the passages of a file and its labelled hits, by the number of the passage."""
    table = pd.read_csv(path, sep="\t", quoting=3, keep_default_na=False)
    table["text"] = table["text"].str.replace("\\n", "\n")
    for column in COLUMNS:
        table[column] = table[column].astype(int) > 0
    texts = list(dict.fromkeys(table["text"]))
    table["number"] = table["text"].map({text: place for place, text in enumerate(texts)})
    wrong = [row.item for row in table.itertuples() if row.text[row.start : row.end] != row.hit]
    if wrong:
        # Offsets into the text of the file, in which a line break has two characters.
        for row in table[table["item"].isin(wrong)].itertuples():
            start = row.text.find(row.hit)
            table.loc[row.Index, ["start", "end"]] = start, start + len(row.hit)
    return texts, table


def share(label: str, found: np.ndarray, coded: np.ndarray) -> dict[str, object]:
    """Return one row of the table: precision, recall and F1."""
    both = int((found & coded).sum())
    precision = both / max(int(found.sum()), 1)
    recall = both / max(int(coded.sum()), 1)
    return {
        "column": label,
        "coded": int(coded.sum()),
        "found": int(found.sum()),
        "precision": precision,
        "recall": recall,
        "F1": 2 * both / max(int(found.sum() + coded.sum()), 1),
    }


def measure(path: Path, actors: Actors, errors: bool) -> list[dict[str, object]]:
    """Return the rows of one file of labelled hits."""
    texts, table = read_labelled(path)
    marked = mark(texts, table, actors)
    rows = [share(name, marked[name].to_numpy(), table[name].to_numpy()) for name in COLUMNS]
    # The coders used fewer actors: an actor that they never use counts as "other".
    known = set(table["speaker"])
    said = marked["speaker"].where(marked["speaker"].isin(known), "other").to_numpy()
    coded = table["speaker"].to_numpy()
    right = (said == coded) & (coded != "")
    precision, recall = right.sum() / max((said != "").sum(), 1), right.sum() / (coded != "").sum()
    rows.append(
        {
            "column": "speaker (hits with one)",
            "coded": int((coded != "").sum()),
            "found": int((said != "").sum()),
            "precision": precision,
            "recall": recall,
            "F1": 2 * right.sum() / ((said != "").sum() + (coded != "").sum()),
        }
    )
    exact = float((said == coded).mean())
    rows.append({"column": "speaker (exact, all hits)", "coded": len(coded), "found": len(coded),
                 "precision": exact, "recall": exact, "F1": exact})  # fmt: skip
    if errors:
        for name in COLUMNS:
            for place in np.flatnonzero(marked[name].to_numpy() != table[name].to_numpy()):
                row = table.iloc[place]
                print(f"{name} {int(row[name])} [{row['hit']}] {row['text']}")
        for place in np.flatnonzero(said != coded):
            row = table.iloc[place]
            print(f"speaker {row['speaker']!r} not {said[place]!r} [{row['hit']}] {row['text']}")
    return rows


def cut(texts: dict[str, str], codes: pd.DataFrame, key: str) -> list[str]:
    """Return the coded sentences."""
    spans = zip(codes[key], codes["start"], codes["end"], strict=True)
    return [texts[name][start:end] for name, start, end in spans]


def gold_sentences(folder: Path) -> dict[str, tuple[pd.DataFrame, list[str]]]:
    """Return the coded sentences of the articles and the briefings."""
    dev = pd.read_csv(folder / "dev.csv", keep_default_na=False)
    files = {path.name: path.read_text("utf-8") for path in (folder.parent / "corpus").glob("*")}
    talks = pd.read_csv(folder / "whitehouse.csv", keep_default_na=False)
    with (folder.parent / "public" / "whitehouse_talks.jsonl").open(encoding="utf-8") as lines:
        texts = {item["doc_id"]: item["text"] for item in map(json.loads, lines)}
    talks_a = talks[talks["coder"] == "a"].reset_index(drop=True)
    talks_b = talks[talks["coder"] == "b"].reset_index(drop=True)
    return {
        "articles": (dev, cut(files, dev, "file")),
        "briefings, coder a": (talks_a, cut(texts, talks_a, "doc_id")),
        "briefings, coder b": (talks_b, cut(texts, talks_b, "doc_id")),
    }


def measure_gold(folder: Path, actors: Actors, errors: bool) -> list[dict[str, object]]:
    """Return precision and recall of rejected hits for sentences that deny a frame."""
    lexicon = load_lexicon("peace-initiative")
    rows = []
    for label, (codes, texts) in gold_sentences(folder).items():
        corpus = make_corpus(texts, doc_id=[f"s{number}" for number in range(len(texts))])
        hits = find_hits(corpus, lexicon, actors=actors).table
        denied = hits[hits["rejected"]]
        found = set(zip(denied["doc_id"].str[1:].astype(int), denied["frame"], strict=True))
        coded = {
            (number, frame)
            for number, cell in enumerate(codes["rejected"])
            for frame in str(cell).replace(",", " ").replace(";", " ").split()
        }
        every = sorted(found | coded)
        rows.append(
            share(
                f"rejected, {label}",
                np.array([pair in found for pair in every], dtype=bool),
                np.array([pair in coded for pair in every], dtype=bool),
            )
        )
        if errors:
            for number, frame in sorted(found ^ coded):
                kind = "found" if (number, frame) in found else "missed"
                print(kind, frame, texts[number].replace("\n", " "))
    return rows


def measure_briefings(path: Path, actors: Actors) -> str:
    """Return precision and recall for hits in briefings that were coded before the rules ran.

    A column that is open to argument ("?") is left out; of speakers several may be right.
    """
    with path.open(encoding="utf-8") as lines:
        texts = {item["doc_id"]: item["text"] for item in map(json.loads, lines)}
    codes = pd.read_csv(BRIEFINGS, dtype=str).astype({"start": int, "end": int})
    wanted = list(dict.fromkeys(codes["doc_id"]))
    corpus = make_corpus([texts[name] for name in wanted], doc_id=wanted)
    hits = find_hits(corpus, load_lexicon("peace-initiative"), actors=actors).table
    hits["doc_id"] = hits["doc_id"].astype(str)
    spot = ["doc_id", "start", "end"]
    # Of two hits of the same words the first frame was coded.
    found = codes[spot].merge(hits.drop_duplicates(spot), on=spot, how="left")
    rows = ["| hits | column | precision | recall |", "| --- | --- | --- | --- |"]
    for part, label in (("closed", "200 unread"), ("read", "300 read")):
        mine = (codes["part"] == part) & found["rejected"].notna()
        wrong = np.zeros(len(codes), dtype=bool)
        for name in COLUMNS:
            sure = mine & (codes[name] != "?")
            coded, marked = codes[name] == "1", found[name].fillna(False).astype(bool)
            both = int((sure & coded & marked).sum())
            wrong |= sure & (coded != marked)
            shares = [_limits(both, int((sure & some).sum())) for some in (marked, coded)]
            rows.append(f"| {label} | {name} | {shares[0]} | {shares[1]} |")
        sure = mine & (codes["speaker"] != "?")
        said = found["speaker"].astype(str).replace({"": "nobody", "nan": "nobody"})
        right = np.array(
            [one in every.split("|") for one, every in zip(said, codes["speaker"], strict=True)]
        )
        wrong |= sure & ~right
        exact = _limits(int((sure & right).sum()), int(sure.sum()))
        rows.append(f"| {label} | speaker, exact | {exact} | |")
        for name, some in (
            ("any column wrong", mine),
            ("the same, plain half", mine & _plain(codes)),
        ):
            rows.append(
                f"| {label} | {name} | {_limits(int((wrong & some).sum()), int(some.sum()))} | |"
            )
    return "\n".join(rows)


# Frequent words of news, so that a page has many hits.
NEWS_WORDS = [
    "talks", "deal", "deals", "war", "peace", "ceasefire", "truce", "attack*", "agree*", "plan",
    "plans", "support*", "win", "vote", "votes", "tax*", "law", "laws", "crisis", "policy",
    "money", "change", "changes", "threat*", "accus*", "help", "lie", "lies", "end", "pay*",
    "trade", "jobs", "election", "security", "violence", "reform*", "weapons", "terrorism",
    "immigration", "rights", "trust", "evidence", "problem*",
]  # fmt: skip
CANDIDATES = {
    "Trump": ["Donald Trump"], "Clinton": ["Hillary Clinton"], "Sanders": ["Bernie Sanders"],
    "Obama": ["Barack Obama"], "Pence": [], "Kaine": [], "Cruz": [], "Rubio": [], "Ryan": [],
}  # fmt: skip


def measure_polnear(folder: Path) -> str:
    """Return how many hits with a speaker people found attributed, and the other way round.

    ``folder`` is the folder ``data`` of the PolNeAR corpus.
    """
    rows = [
        "| part | hits | precision | recall | recall in quotations |",
        "| --- | --- | --- | --- | --- |",
    ]
    for part in ("train", "dev", "test"):
        names = sorted(path.stem for path in (folder / part / "text").glob("*.txt"))
        texts = [(folder / part / "text" / f"{name}.txt").read_text("utf-8") for name in names]
        corpus = make_corpus(texts, doc_id=names, furniture=False)
        lexicon = make_lexicon({"f": NEWS_WORDS})
        hits = find_hits(corpus, lexicon, actors=make_actors(CANDIDATES)).table
        spans = {name: _contents(folder / part / "attributions", name) for name in names}
        cited = np.array(
            [
                any(low <= start and end <= high for low, high in spans[str(name)])
                for name, start, end in hits[["doc_id", "start", "end"]].itertuples(index=False)
            ]
        )
        said = (hits["speaker"].astype(str) != "").to_numpy()
        both = int((said & cited).sum())
        inside = cited & hits["quoted"].to_numpy()
        shares = [
            _limits(both, int(said.sum())), _limits(both, int(cited.sum())),
            _limits(int((said & inside).sum()), int(inside.sum())),
        ]  # fmt: skip
        rows.append(f"| {part} | {len(hits):,} | {' | '.join(shares)} |")
    return "\n".join(rows)


def _contents(folder: Path, name: str) -> list[tuple[int, int]]:
    """Return the spans of a text that people marked as what a source says or thinks."""
    return [
        (int(low), int(high))
        for path in sorted(folder.glob(f"{name}_????.ann"))
        for span in re.findall(r"^T\d+\tContent ([\d ;]+)\t", path.read_text("utf-8"), re.M)
        for low, high in (piece.split() for piece in span.split(";"))
    ]


def _plain(codes: pd.DataFrame) -> pd.Series:
    return codes["stratum"] == "plain"


def _limits(count: int, total: int) -> str:
    share, low, high = wilson_interval(count, total, 0.95)
    return f"{share:.2f} [{low:.2f}, {high:.2f}] ({count} of {total})"


def measure_speed(path: Path, actors: Actors, density: float = 0.06) -> str:
    """Return the best of five times per character of the context, at 60 hits per 1,000 words."""
    with path.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    matcher, kinds = make_matcher(actors, {"hit": ["the", "of", "people"]})
    cues_of = len(kinds) - 1
    begin, spent, characters, hits, cue_count, tokens = 0, 0.0, 0, 0, 0, 0
    while begin < len(texts):
        past = begin + 45
        part = texts[begin:past]
        chunk = make_chunk(0, part, [()] * len(part), "en", matcher.alphabet)
        found = matcher.finder.find(chunk)
        kind = matcher.frame_of[found.rule]
        order = np.lexsort((-found.end, found.start))
        found, kind = found.take(order), kind[order]
        own = kind < cues_of
        cues = Cues(kind[own], found.start[own], found.end[own])
        mine = found.take(~own)
        stays = claim(mine, np.zeros(len(mine), dtype=np.int64), chunk, "frame")
        mine = mine.take(stays)
        wanted = min(int(density * len(chunk.tokens)), len(mine))
        mine = mine.take(np.unique(np.linspace(0, len(mine) - 1, wanted).astype(np.int64)))
        times = []
        for _ in range(5):
            clock = time.process_time()
            mark_context(chunk, mine.start, mine.end, cues)
            times.append(time.process_time() - clock)
        spent += min(times)
        characters += len(chunk.text)
        hits, cue_count, tokens = (
            hits + len(mine),
            cue_count + len(cues),
            tokens + len(chunk.tokens),
        )
        begin = past
    return (
        f"{1e9 * spent / characters:.1f} ns per character: {characters:,} characters, "
        f"{1000 * hits / tokens:.0f} hits and {1000 * cue_count / tokens:.0f} cues in 1,000 words"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=FILES)
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--briefings", type=Path)
    parser.add_argument("--polnear", type=Path)
    parser.add_argument("--speed", type=Path)
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    actors = load_actors("ukraine-peace")
    if options.polnear:
        print(measure_polnear(options.polnear))
        return
    if options.briefings:
        print(measure_briefings(options.briefings, actors))
        return
    rows = []
    for path in options.files:
        rows += [{"file": path.name, **row} for row in measure(path, actors, options.errors)]
    if options.gold:
        found = measure_gold(options.gold, actors, options.errors)
        rows += [{"file": "coded sentences", **row} for row in found]
    print("| file | column | coded | found | precision | recall | F1 |")
    print("| --- | --- | --: | --: | --: | --: | --: |")
    for row in rows:
        shares = " | ".join(f"{row[name]:.2f}" for name in ("precision", "recall", "F1"))
        print(f"| {row['file']} | {row['column']} | {row['coded']} | {row['found']} | {shares} |")
    if options.speed:
        print("\n" + measure_speed(options.speed, actors))


if __name__ == "__main__":
    main()
