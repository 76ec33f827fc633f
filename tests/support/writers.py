"""Writers in processes that are killed, and on a disk that is full.

    python -m support.writers FOLDER ROUNDS [WRITER …]

Each writer writes two versions of its files. A process writes one after the other until SIGKILL
ends it at a random moment. Then each file must be one of the versions, whole. After the rounds, the
system refuses files above a few bytes; then each file must be the older version.
"""

import json
import os
import random
import resource
import signal
import sys
import time
from functools import cache
from pathlib import Path

import pandas as pd
from click.testing import CliRunner

import framing as fr
from framing.cli import main


def _corpus(word):
    texts = [f"A {word} is near. Rain fell on {word} day {n}. Critics doubt it." for n in range(30)]
    return fr.make_corpus(texts, source=["A", "B"] * 15)


def versions(base):
    """Return the writers by name: a function of a folder and a version, 0 or 1.

    The texts and sources that some of them read are in the folder ``base``.
    """
    words = ["truce", "talks"]
    corpora = [_corpus(word) for word in words]
    lexicons = [fr.make_lexicon({"peace": [word, "near"]}) for word in words]
    pairs = list(zip(corpora, lexicons, strict=True))
    hits = [fr.find_hits(corpus, lexicon) for corpus, lexicon in pairs]
    studies = [fr.make_study(corpus, lexicon) for corpus, lexicon in pairs]
    scores = [fr.score(item) for item in hits]
    samples = [fr.sample_for_coding(*pair, 20, seed=1) for pair in zip(hits, corpora, strict=True)]
    themes = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas", "bread, oven"]
    terms = fr.count_terms(fr.make_corpus([*themes, "bread oven", "oven"]))
    topics = [fr.fit_topics(terms, n_topics=3, seed=seed) for seed in (1, 2)]
    codes = [
        fr.make_codes(item.table[["doc_id", "sentence"]].assign(peace=[0, 1] * 10))
        for item in samples
    ]
    valid = [fr.validate(*pair) for pair in zip(hits, codes, strict=True)]
    fitted = [fr.fit_classifier(*pair, seed=1) for pair in zip(codes, corpora, strict=True)]
    # Fitted by the first writer that is asked for, which no signal ends.
    instrument = cache(
        lambda n: fr.fit_instrument([lexicons[n], fitted[n]], codes[n], corpora[n], seed=1)
    )
    figures = [fr.plot_entries(fr.count_entries(item)) for item in hits]
    numbers = [fr.make_results({"a": 1 + n}, kind="count", unit="hits") for n in (0, 1)]

    sources = [base / str(n) for n in (0, 1)]
    for n, source in enumerate(sources):
        source.mkdir(parents=True)
        (source / "a.txt").write_text(f"A {words[n]} is near. Critics doubt it.", encoding="utf-8")
        (source / "one.ipynb").write_text('{"cells": []}', encoding="utf-8")
        (source / "paper.md").write_text(f"# Title {n}\n\nText.\n", encoding="utf-8")
        corpora[n].table[["doc_id", "text", "source"]].to_parquet(source / "news.parquet")
        (source / "references.bib").write_text("", encoding="utf-8")
        fr.write_lexicon(lexicons[n], source / "l.toml")
        fr.write_results(numbers[n], source / "results.json", notebook=source / "one.ipynb")

    def paper(folder, n):
        source = sources[n] / "paper.md"
        fr.write_paper(source, folder, notebooks=sources[n], formats=["html", "tex"])

    def command(words, ending):
        """Return the writer of a command, which reads ARTICLES or LEXICON and writes OUT."""

        def write(folder, n):
            files = {"ARTICLES": sources[n] / "news.parquet", "LEXICON": sources[n] / "l.toml",
                     "OUT": folder / f"c.{ending}", "TOPICS": folder / "t.npz"}  # fmt: skip
            arguments = [str(files.get(word, word)) for word in words.split()]
            done = CliRunner().invoke(main, arguments)
            if done.exit_code:
                raise fr.InputError(done.output)

        return write

    writers = {
        "table": lambda folder, n: fr.write_table(hits[n].table, folder / "t.csv"),
        "study": lambda folder, n: fr.data.write_study(studies[n], folder),
        "data": lambda folder, n: fr.write_data(scores[n], folder / "d.csv"),
        "parquet": lambda folder, n: fr.write_data(scores[n], folder / "d.parquet"),
        "evidence": lambda folder, n: fr.write_evidence(hits[n], corpora[n], folder / "e.html"),
        "pages": lambda folder, n: fr.write_evidence(
            hits[n], corpora[n], folder / "e.html", per_page=10
        ),
        "errors": lambda folder, n: fr.write_errors(valid[n], corpora[n], folder / "e.html"),
        "figure": lambda folder, n: fr.write_figure(figures[n], folder / "f"),
        "results": lambda folder, n: fr.write_results(
            numbers[n], folder / "r.json", notebook=sources[0] / "one.ipynb"
        ),
        "topics": lambda folder, n: fr.write_topics(topics[n], folder / "t.npz"),
        "instrument": lambda folder, n: fr.write_instrument(instrument(n), folder / "i.npz"),
        "classifier": lambda folder, n: fr.write_classifier(fitted[n], folder / "c.npz"),
        "score": command("score ARTICLES --lexicon LEXICON --out OUT", "xlsx"),
        "marked": command("evidence ARTICLES --lexicon LEXICON --out OUT", "html"),
        "convert": command("lexicon convert LEXICON --out OUT", "dic"),
        "fit": command("topics ARTICLES --n-topics 2 --min-units 1 --save TOPICS --out OUT", "csv"),
        "paper": paper,
    }
    for ending in ("toml", "yml", "dic", "lc3", "ykd", "cat", "csv", "tsv"):
        writers[ending] = lambda folder, n, ending=ending: fr.write_lexicon(
            lexicons[n], folder / f"l.{ending}"
        )
    # Sheets are never replaced, so that each version has a folder of its own.
    for ending in ("csv", "tsv", "xlsx"):
        writers[f"sheet {ending}"] = lambda folder, n, ending=ending: fr.write_coding_sheet(
            samples[n], folder / str(n) / f"s.{ending}"
        )
    writers["new terms"] = lambda folder, n: fr.count_terms(
        sources[n] / "news.parquet", out=folder / str(n)
    )
    writers["intrusion"] = lambda folder, n: fr.write_intrusion_sheet(
        topics[n], folder / str(n) / "i.csv", top=2, seed=1
    )
    return writers


def is_new(name):
    """Return whether a writer never replaces its files."""
    return name.startswith(("sheet", "intrusion", "new"))


def content(folder):
    """Return the files of a folder by name, without those that a killed process left aside.

    The journal of a dataset, to which each partition adds a line with its time, is left out.
    """
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: _bytes(path)
        for name, path in files.items()
        if path.is_file() and not path.name.startswith(".") and path.name != "manifest.jsonl"
    }


def _bytes(path):
    """Return the bytes of a file; of a workbook, whose bytes hold the time, its cells."""
    if path.suffix == ".xlsx":
        return pd.read_excel(path, sheet_name=None, dtype=str).__repr__().encode()
    return path.read_bytes()


def kill(name, write, folder, rounds, rng):
    """Kill a writer ``rounds`` times. Return how often files were mixed and left unfinished."""
    references = []
    for n in (0, 1):
        (room := folder / f"reference{n}" / "files").mkdir(parents=True)
        write(room, n)
        references.append(content(room))
    started = time.monotonic()
    (timed := folder / "timed" / "files").mkdir(parents=True)
    write(timed, 0)
    duration = time.monotonic() - started
    outcome = {"killed": 0, "mixed": 0, "left": 0}
    for number in range(rounds):
        room = folder / (f"new{number}" if is_new(name) else "old") / "files"
        room.mkdir(parents=True, exist_ok=True)
        if not is_new(name) and not number:
            write(room, 0)
        child = os.fork()
        if not child:
            try:
                n = 1
                while True:
                    write(room, n)
                    n = 1 - n
                    if is_new(name) and n:
                        time.sleep(60)
            finally:
                os._exit(3)
        time.sleep(rng.uniform(0, 3 * duration))
        os.kill(child, signal.SIGKILL)
        assert os.WIFSIGNALED(os.waitpid(child, 0)[1]), f"{name}: the writer failed"
        outcome["killed"] += 1
        files = content(room)
        allowed = [set(item.items()) for item in references]
        broken = [item[0] for item in files.items() if not any(item in known for known in allowed)]
        assert not broken, f"{name}: {broken} are neither old nor new"
        absent = set(references[0]) - set(files)
        assert is_new(name) or not absent, f"{name}: {absent} are gone"
        if name == "study":
            rooms = [folder / f"reference{n}" / "files" for n in (0, 1)]
            assert _study(room) in map(_study, rooms), "parts of two studies are read as one"
        if not is_new(name) and not any(set(files.items()) == known for known in allowed):
            outcome["mixed"] += 1
            write(room, 0)
        if name.startswith("new") and (room / "1").exists():
            write(room, 1)
            whole = {item for item in references[1].items() if item[0].startswith("1/")}
            assert set(content(room).items()) >= whole, f"{name}: it does not go on"
        outcome["left"] += sum(path.suffix == ".part" for path in room.rglob(".framing-*"))
        for path in room.rglob(".framing-*"):
            path.unlink()
    return outcome


def _study(folder):
    """Return what is in the study of a folder, as text."""
    study = fr.data.read_study(folder)
    tables = [study.documents, study.terms, study.exclusions, study.hits.table]
    return [table.to_csv() for table in [*tables, study.hits.sentences, study.hits.entries]]


def fill(write, folder):
    """Return the message of a writer on a full disk, and whether the old files are whole."""
    (room := folder / "files").mkdir(parents=True)
    write(room, 0)
    before = content(room)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5, limits[1]))
    try:
        write(room, 1)
        message = ""
    except fr.InputError as error:
        message = str(error)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    left = [path.name for path in room.rglob(".framing-*")]
    return {"message": message, "whole": content(room) == before and not left}


if __name__ == "__main__":
    place, rounds, *names = sys.argv[1:]
    rng = random.Random(1)
    for writer, write in versions(Path(place) / "sources").items():
        if not names or writer in names:
            room = Path(place) / writer.replace(" ", "-")
            result = kill(writer, write, room / "killed", int(rounds), rng)
            result |= fill(write, room / "full")
            print(json.dumps({"writer": writer, **result}), flush=True)
