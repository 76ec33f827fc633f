"""Study folders: a folder to begin a study in, and how far the study in it has come."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pandas as pd

from framing._core.checks import InputError, check_objects, listing
from framing._core.delimited import render_rows
from framing._core.files import Output, convert, read_errors, read_toml, write_errors
from framing._core.result import TableResult
from framing._core.tables import counted
from framing.coding.codes import Codes
from framing.coding.correction import correct
from framing.coding.lexicon_tests import check_lexicon
from framing.coding.reliability import agreement
from framing.coding.sample_files import read_sample
from framing.coding.samples import Sample, sample_for_coding
from framing.coding.sheets import read_codes
from framing.coding.validation import validate
from framing.corpus.corpus import Corpus
from framing.corpus.readers import read_corpus
from framing.hits.hits import Hits, find_hits
from framing.lexicons.dictionaries import read_lexicon
from framing.lexicons.lexicon import Lexicon
from framing.testbed import load_testbed

CONFIG = "study.toml"
FILES = (
    CONFIG,
    "lexicon.toml",
    "study.ipynb",
    "paper.md",
    "references.bib",
    "Makefile",
    "README.md",
)
# Which sentences were drawn for the sheets beside it, as `framing sample` names it too.
SAMPLE = "sheet.sample.json"
# A lower alpha does not even allow tentative conclusions (Krippendorff 2004, p. 241).
ENOUGH_ALPHA = 0.667
DRAWS = 500


class _Reading(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """How the articles are read: arguments of `read_corpus`."""

    language: str = "en"
    text: str | None = None
    title: str | None = None
    source: str | None = None
    date: str | None = None
    doc_id: str | None = None
    dates: str | None = None
    encoding: str | None = None


class _Study(msgspec.Struct, forbid_unknown_fields=True):
    """The content of study.toml."""

    name: str = "study"
    articles: str = "articles"
    lexicon: str = "lexicon.toml"
    coding: str = "coding"
    sentences: int = 300
    coders: int = 2
    compare: str = "source"
    seed: int = 1
    reading: _Reading = msgspec.field(default_factory=_Reading)


@dataclass(frozen=True, eq=False, repr=False)
class StudyState(TableResult):
    """How far a study has come.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per step: ``step``; ``state``, which is "done", "open" or "problem"; ``detail``,
        what is there; ``next``, what to do, empty where the step is done.
    settings : dict
        The content of study.toml, and the versions.
    left_out : pandas.DataFrame
        Empty: every step has a row.
    """

    made_by: ClassVar[str] = "check_study"
    rows: ClassVar[str] = "steps"

    @property
    def next(self) -> str:
        """What to do next; empty where all steps are done."""
        waiting = self.table[self.table["state"] != "done"]
        return str(waiting["next"].iloc[0]) if len(waiting) else ""


@check_objects
def start_study(path: str | Path, *, name: str | None = None, example: bool = False) -> list[Path]:
    """Write a folder to begin a study in.

    It holds study.toml (the settings), articles/ (put your articles there), lexicon.toml (its
    comments teach the grammar), study.ipynb (all steps from reading to the paper), paper.md and
    references.bib (a paper to fill), a Makefile and a README.

    Parameters
    ----------
    path : str or Path
        The folder. It may exist; no file in it is replaced.
    name : str, optional
        The name of the study. By default that of the folder.
    example : bool
        Put the 80 constructed articles of the testbed "newswire" into articles/, to try all
        steps.

    Returns
    -------
    list of Path
        The files and folders that were written.

    Raises
    ------
    InputError
        One of the files exists; or the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> files = fr.start_study(tempfile.mkdtemp() + "/mine")
    >>> [file.name for file in files]
    ['articles', 'study.toml', 'lexicon.toml', 'study.ipynb', 'paper.md', 'references.bib',
    'Makefile', 'README.md']
    """
    folder = Path(path)
    articles = folder / "articles"
    with write_errors(folder):
        name = name or folder.resolve().name
    if '"' in name or "\\" in name or not name.isprintable():
        raise InputError(f"name={name!r} cannot be used: take letters, digits, spaces and hyphens.")
    with write_errors(folder):
        existing = [file for file in FILES if (folder / file).exists()]
    if existing:
        raise InputError(
            f"{folder} already has {listing(existing)}. No file is replaced. Give another folder."
        )
    starter = resources.files("framing").joinpath("data", "starter")
    texts = _example(articles) if example else {}
    for file in FILES:
        text = starter.joinpath(file).read_text(encoding="utf-8")
        texts[folder / file] = text.replace("{{name}}", name)
    with write_errors(folder):
        articles.mkdir(parents=True, exist_ok=True)
    with Output() as output:
        for written, text in texts.items():
            output.bytes(written, text.encode("utf-8"), new=True)
    return [articles, *(folder / file for file in FILES)]


def _example(folder: Path) -> dict[Path, str]:
    """Return the articles of the newswire testbed as text files, with a table of their facts."""
    table = load_testbed("newswire").corpus.table
    texts = {
        folder / f"{doc_id}.txt": text
        for doc_id, text in zip(table["doc_id"], table["text"], strict=True)
    }
    columns = ["doc_id", "title", "source", "date"]
    rows = table[columns].astype(str).to_numpy().tolist()
    texts[folder / "documents.csv"] = render_rows([columns, *rows], separator=",")
    return texts


@check_objects
def check_study(path: str | Path = ".") -> StudyState:
    """Return how far the study in a folder has come, and what to do next.

    Parameters
    ----------
    path : str or Path
        A folder that `start_study` wrote.

    Returns
    -------
    StudyState
        One row per step. A step whose input cannot be read is a "problem", with the message.

    Raises
    ------
    InputError
        The folder has no study.toml, or that cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> folder = tempfile.mkdtemp() + "/mine"
    >>> _ = fr.start_study(folder)
    >>> fr.check_study(folder).next
    'Put articles into articles/, or name another folder or table in study.toml.'

    References
    ----------
    Krippendorff, K. (2004). *Content analysis*, 2nd ed. Sage.
    """
    folder = Path(path)
    config = folder / CONFIG
    with read_errors(config):
        known = config.is_file()
    if not known:
        raise InputError(
            f"{folder} has no {CONFIG}. `framing init {folder}` makes a folder of a study."
        )
    data, where = read_toml(config)
    study = convert(data, _Study, where)
    steps = _Steps(folder, study)
    columns = ["step", "state", "detail", "next"]
    table = pd.DataFrame(steps.rows(), columns=columns, dtype="str")
    return StudyState(table, settings=msgspec.structs.asdict(study))


class _OpenError(Exception):
    """A step that is not done yet: what is there, and what to do."""

    def __init__(self, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.detail, self.remedy = detail, remedy


class _Steps:
    """The steps of a study in their order; each uses the results of those before."""

    def __init__(self, folder: Path, study: _Study) -> None:
        self._folder, self._study = folder, study
        self._corpus: Corpus
        self._lexicon: Lexicon
        self._hits: Hits
        self._sample: Sample
        self._codes: Codes

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Return step, state, detail and what to do next; a problem stops the steps after it."""
        steps: dict[str, Callable[[], str]] = {
            "articles": self._read,
            "lexicon": self._look_up,
            "hits": self._find,
            "coding": self._code,
            "agreement": self._agree,
            "validation": self._validate,
            "correction": self._correct,
        }
        rows: list[tuple[str, str, str, str]] = []
        blocked = ""
        for step, run in steps.items():
            if blocked:
                rows.append((step, "open", "", f"First: {blocked}."))
                continue
            try:
                rows.append((step, "done", run(), ""))
            except _OpenError as state:
                rows.append((step, "open", state.detail, state.remedy))
                blocked = step if step != "agreement" else ""
            except InputError as error:
                rows.append((step, "problem", str(error), "Mend this, then check again."))
                blocked = step
        return rows

    def _read(self) -> str:
        articles = self._folder / self._study.articles
        if not articles.exists() or (articles.is_dir() and not any(articles.iterdir())):
            raise _OpenError(
                "no articles",
                f"Put articles into {self._study.articles}/, or name another folder or table in "
                f"{CONFIG}.",
            )
        self._corpus = read_corpus(articles, **msgspec.to_builtins(self._study.reading))
        excluded = len(self._corpus.exclusions)
        left = f"; left out {excluded:,} (lines, files, articles)" if excluded else ""
        doubts = self._corpus.doubts["doc_id"].nunique()
        asked = f"; {counted(doubts, 'articles')} in doubt: see framing doctor" if doubts else ""
        sizes = f"{len(self._corpus):,} articles, {len(self._corpus.sentences):,} sentences"
        return f"{sizes}{left}{asked}"

    def _look_up(self) -> str:
        self._lexicon = read_lexicon(self._folder / self._study.lexicon)
        check = check_lexicon(self._lexicon, self._corpus)
        failed = int(check.counts["failed"].sum())
        silent = int((check.table["problem"] == "never fires").sum())
        detail = f"{len(self._lexicon):,} entries; {silent:,} never fire{'s' * (silent == 1)}"
        if failed:
            raise _OpenError(
                f"{detail}; {failed:,} examples fail",
                f"Look at fr.coding.check_lexicon(lexicon).table and mend {self._study.lexicon}.",
            )
        return detail

    def _find(self) -> str:
        self._hits = find_hits(self._corpus, self._lexicon)
        if not len(self._hits):
            raise _OpenError(
                "no hit", f"Write entries that fit the articles into {self._study.lexicon}."
            )
        counts = self._hits.table["frame"].value_counts(sort=False)
        return ", ".join(f"{frame} {count:,}" for frame, count in counts.items())

    def _code(self) -> str:
        folder = self._folder / self._study.coding
        drawn = folder / SAMPLE
        if drawn.is_file():
            # The lexicon may have changed since: what was drawn then is what is coded.
            self._sample = read_sample(drawn)
        else:
            n = min(self._study.sentences, len(self._hits.sentences))
            self._sample = sample_for_coding(self._hits, self._corpus, n, seed=self._study.seed)
        n = len(self._sample)
        sheets = sorted(folder.glob("sheet_*")) if folder.is_dir() else []
        if not sheets:
            remedy = "Run study.ipynb up to 'Code a sample': it writes the sheets."
            raise _OpenError("no sheet", remedy)
        try:
            self._codes = read_codes(sheets)
        except InputError as error:
            if "no cell has a code" not in str(error):
                raise
            raise _OpenError(f"0 of {n:,} sentences coded", self._fill(sheets)) from None
        by_coder = self._codes.table.groupby("coder", observed=True)
        coded = by_coder[["doc_id", "sentence"]].apply(lambda rows: len(rows.drop_duplicates()))
        fewest = int(coded.min()) if len(coded) == len(sheets) else 0
        detail = f"{fewest:,} of {n:,} sentences coded by all of {len(sheets)} coders"
        if fewest < n:
            counts = ", ".join(f"{coder} {count:,}" for coder, count in coded.items())
            raise _OpenError(f"{detail} ({counts})", self._fill(sheets))
        return detail

    def _fill(self, sheets: list[Path]) -> str:
        names = listing([sheet.name for sheet in sheets], 4)
        return f"Fill in {names}: 1, 0, or empty where it cannot be told."

    def _agree(self) -> str:
        if len(self._codes.coders) < 2:
            remedy = "Let a second person fill in a sheet, without the codes of the first."
            raise _OpenError("one coder", remedy)
        table = agreement(self._codes, draws=DRAWS, seed=self._study.seed).table
        worst = table.sort_values("alpha").iloc[0]
        frame = str(worst["frame"])
        detail = f"alpha {worst['alpha']:.2f} for {frame}, the lowest of {len(table)} frames"
        if not worst["alpha"] >= ENOUGH_ALPHA:
            raise _OpenError(detail, f"Make the rules for {frame} clearer, and code again.")
        return detail

    def _validate(self) -> str:
        table = validate(self._hits, self._codes, sample=self._sample).table
        figures = zip(table["frame"], table["f1"], strict=True)
        return "F1 " + ", ".join(f"{frame} {value:.2f}" for frame, value in figures)

    def _correct(self) -> str:
        table = correct(self._hits, self._codes, self._sample).table
        rows: Any = table.itertuples()
        return ", ".join(
            f"{row.frame} {row.low:.0%} to {row.high:.0%} of sentences" for row in rows
        )
