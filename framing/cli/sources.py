"""Sources: what commands read, from paths, from the pipe, or from what ships."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

import framing as fr

if TYPE_CHECKING:
    from framing.coding.codes import Codes
    from framing.coding.samples import Sample
    from framing.corpus.corpus import Corpus
    from framing.hits.hits import Hits
    from framing.lexicons.actors import Actors
    from framing.lexicons.lexicon import Lexicon

# What ships. The names are repeated here so that the help imports no other file; a test compares
# them with the files.
LEXICONS = ("peace-initiative", "peace-initiative-1.1")
ACTORS = ("ukraine-peace",)
# The name of what comes through the pipe; a plain text gets it as its id.
PIPE = "stdin"


@dataclass(frozen=True)
class Articles:
    """Articles to read: a path or "-", and the options of reading."""

    path: str
    options: Mapping[str, Any]

    def read(self) -> "Corpus":
        """Return the corpus."""
        options = {key: value for key, value in self.options.items() if key != "input_format"}
        if self.path != "-":
            return fr.read_corpus(self.path, **options)
        with piped(str(self.options["input_format"] or "")) as path:
            return fr.read_corpus(path, **options)

    def hits(self, lexicon: str | None, **options: Any) -> "tuple[Corpus, Hits]":
        """Return the corpus and the hits of a lexicon, which is read first."""
        instrument = lexicon_of(lexicon)
        corpus = self.read()
        return corpus, fr.find_hits(corpus, instrument, **options)


@contextmanager
def piped(ending: str = "") -> Iterator[Path]:
    """Give what comes through the pipe as a file; messages call it "-"."""
    from framing._core.files import Output

    data = sys.stdin.buffer.read() if sys.stdin is not None else b""
    if not data.strip():
        raise fr.InputError(
            "-: nothing came through the pipe. Write a path, or send something: cat articles.csv | "
            "framing …"
        )
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{PIPE}{_ending(data, ending)}"
        with Output() as output:
            output.bytes(path, data)
        try:
            yield path
        except fr.InputError as error:
            raise fr.InputError(str(error).replace(str(path), "-")) from None


def _ending(data: bytes, ending: str) -> str:
    """Return the ending that the content has, or the one that was named."""
    if ending:
        return "." + ending.lower().removeprefix(".")
    from framing._core.encodings import find_text
    from framing.corpus.archives.kinds import kind_of
    from framing.corpus.columns import is_usual

    if kind_of(data, PIPE) != "text":
        return ""
    first, _, rest = find_text(data, "-", None).text.lstrip().partition("\n")
    if first[:1] == "[":
        return ".json"
    if first[:1] == "{":
        return ".jsonl" if first.rstrip()[-1:] == "}" and rest.strip() else ".json"
    for separator in ",;\t|":
        names = [name.strip('"\r ') for name in first.split(separator)]
        if len(names) > 1 and any(is_usual(name, "text") for name in names):
            return ".csv"
    return ".txt"


def lexicon_of(name: str | None) -> "Lexicon":
    """Return the lexicon of this name, or in this file. There is no default."""
    if name is None:
        raise click.UsageError(
            "--lexicon is missing. What counts as a hit depends on it, and each issue has its own. "
            "Give a file of yours, such as --lexicon lexicon.toml, or one that ships: "
            f"{', '.join(LEXICONS)}."
        )
    if name == "-":
        with piped(".toml") as path:
            return fr.read_lexicon(path)
    path = Path(name)
    if path.suffix or path.is_file():
        return fr.read_lexicon(name)
    if name not in LEXICONS:
        raise fr.InputError(
            f"--lexicon {name}: there is no file of this name, and no lexicon that ships. Give a "
            f"file, such as --lexicon lexicon.toml, or one of {', '.join(LEXICONS)}."
        )
    return fr.load_lexicon(name)


def actors_of(name: str | None) -> "Actors | None":
    """Return the actors of this name, or in this file."""
    if name is None:
        return None
    return fr.lexicons.read_actors(name) if Path(name).suffix else fr.data.load_actors(name)


def codes_of(
    paths: Sequence[str], encoding: str | None = None, **options: Any
) -> "tuple[Codes, list[Path]]":
    """Return the codes of files, of folders or of the pipe; and the sample files beside them."""
    if list(paths) == ["-"]:
        with piped(".csv") as path:
            return fr.read_codes(path, encoding=encoding, **options), []
    files: list[Path] = []
    samples: list[Path] = []
    for name in paths:
        path = Path(name)
        samples += sorted((path if path.is_dir() else path.parent).glob("*.sample.json"))
        inside = [
            file
            for file in (sorted(path.iterdir()) if path.is_dir() else [])
            if file.suffix.lower() in (".csv", ".tsv", ".xlsx") and file.name[:1] not in ".~"
        ]
        if path.is_dir() and not inside:
            raise fr.InputError(f"{path}: this folder has no coding sheet (.csv, .tsv, .xlsx).")
        files += inside or [path]
    return (
        fr.read_codes(files, encoding=encoding, **options),
        list(dict.fromkeys(path.resolve() for path in samples)),
    )


def sample_of(path: str | None, beside: Sequence[Path], *, needed: bool) -> "Sample | None":
    """Return the sample in this file, or in the only one beside the coding sheets."""
    if path is None and len(beside) == 1:
        return fr.read_sample(beside[0])
    if path is not None:
        return fr.read_sample(path)
    if needed or beside:
        there = ", ".join(item.name for item in beside)
        raise fr.InputError(
            "--sample is missing: the file that `framing sample` writes beside the coding sheets. "
            "It has the probability with which each sentence was drawn."
            + (f" There are several: {there}." if beside else "")
        )
    return None
