"""Study: the features of a corpus that can be shared where its texts cannot."""

import hashlib
import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_objects
from framing._core.files import ASIDE, Output, read_bytes, read_errors, read_json, write_errors
from framing._core.parquet import read_parquet
from framing._core.renaming import renamed
from framing._core.result import Shown
from framing._core.tables import counted
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits, find_hits
from framing.lexicons.actors import Actors
from framing.lexicons.lexicon import Lexicon
from framing.text.counts import Task, count_types, make_batches

TABLES = ("documents", "sentences", "hits", "entries", "terms", "exclusions")
FACTS = ("lexicon", "lexicon_hash", "corpus_fingerprint", "nested")


@dataclass(frozen=True, eq=False)
class Study(Shown):
    """The features of a corpus: enough to make its scores and figures without its texts.

    Attributes
    ----------
    name : str
        Name of the study.
    documents : pandas.DataFrame
        Title, source, date and covariates, with counts before and after cleaning, and the
        SHA-256 of each text (UTF-8).
    hits : Hits
        Hits and sentences, with their positions.
    terms : pandas.DataFrame
        Word counts: ``doc_id``, ``paragraph``, ``term`` (folded token), ``n``.
    exclusions : pandas.DataFrame
        What was left out, and why.
    origin : str
        "features" where the study was read from files, "texts" where it was made from texts.
    """

    name: str
    documents: pd.DataFrame
    hits: Hits
    terms: pd.DataFrame
    exclusions: pd.DataFrame
    origin: str

    def __repr__(self) -> str:
        return (
            f"<Study {self.name!r} from {self.origin}: "
            f"{counted(len(self.documents), 'documents')}, "
            f"{counted(len(self.hits.sentences), 'sentences')}, "
            f"{counted(len(self.hits), 'hits')} of {self.hits.lexicon}>"
        )

    def _rows(self) -> pd.DataFrame:
        return self.documents


@check_objects
def make_study(
    corpus: Corpus, lexicon: Lexicon, *, name: str = "study", actors: Actors | None = None
) -> Study:
    """Return the features of a corpus: metadata, sentences, hits and word counts.

    Parameters
    ----------
    corpus : Corpus
        The texts to measure; the study does not keep them.
    lexicon : Lexicon
        What to search for.
    name : str
        Name of the study.
    actors : Actors, optional
        As in `find_hits`.

    Returns
    -------
    Study
        It contains no text longer than a word.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce is near."], title="Truce")
    >>> fr.make_study(corpus, fr.make_lexicon({"peace": ["truce"]}))
    <Study 'study' from texts: 1 document, 1 sentence, 1 hit of unnamed>
    """
    hits = find_hits(corpus, lexicon, actors=actors)
    described = corpus.describe()
    covariates = corpus.table.drop(columns=["text", "title", "source", "date"])
    documents = described.merge(covariates, on="doc_id")
    documents["sha256"] = [text_hash(text) for text in corpus.table["text"]]
    return Study(name, documents, hits, _count_terms(corpus), corpus.exclusions, "texts")


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _count_terms(corpus: Corpus) -> pd.DataFrame:
    """Return the count of each term in each paragraph."""
    article_batches = make_batches(corpus.table["text"], corpus.removed_lines)
    matrix, names, units = count_types(
        Task("paragraph", 0, "words", corpus.language), article_batches
    )
    document = np.concatenate([batch.document for batch in units])
    paragraph = pd.Series(document).groupby(document).cumcount().to_numpy() + 1
    counts = matrix.tocoo()
    table = pd.DataFrame(
        {
            "document": document[counts.row],
            "paragraph": paragraph[counts.row],
            "term": np.array(names, dtype=object)[counts.col],
            "n": counts.data,
        }
    )
    # Two spellings of a type are two columns of the matrix; their counts are summed here.
    table = table.groupby(["document", "paragraph", "term"], sort=True)["n"].sum().reset_index()
    ids = corpus.table["doc_id"].iloc[table.pop("document")].reset_index(drop=True)
    table.insert(0, "doc_id", ids)
    order = ["doc_id", "paragraph", "term"]
    return table.astype({"term": "str"}).sort_values(order, ignore_index=True)


@renamed(folder="path")
@check_objects
def write_study(study: Study, path: str | Path) -> None:
    """Write the features of a study to a folder, as Parquet files and a ``study.json``.

    Parameters
    ----------
    study : Study
        The result of `make_study`, `read_study` or `load_study`.
    path : str or Path
        A folder; it is created where it does not exist. Files of the same name are replaced, when
        all new ones are complete.

    Raises
    ------
    InputError
        ``path`` is a file, or the folder cannot be written to.

    Examples
    --------
    >>> import framing as fr, tempfile
    >>> corpus = fr.make_corpus(["A truce is near."])
    >>> study = fr.make_study(corpus, fr.make_lexicon({"peace": ["truce"]}))
    >>> folder = tempfile.mkdtemp()
    >>> fr.write_study(study, folder)
    >>> fr.read_study(folder).hits
    <Hits: 1 of unnamed in 1 sentence, 1 document (peace 1)>
    """
    folder = Path(path)
    with write_errors(folder):
        blocked = folder.is_file()
    if blocked:
        raise InputError(f"{folder} is a file; a folder is needed for the features of a study.")
    files: dict[str, bytes] = {}
    for table in TABLES:
        buffer = BytesIO()
        # The best compression is slow, but features are written once and read often.
        _table_of(study, table).to_parquet(
            buffer, index=False, compression="zstd", compression_level=19
        )
        files[f"{table}.parquet"] = buffer.getvalue()
    facts = {"name": study.name} | {fact: getattr(study.hits, fact) for fact in FACTS}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    with Output() as output:
        # All files are complete before the list of hashes takes its name, the first to do so.
        # Where the process is killed after that, `read_study` finds the others by their hashes.
        output.text(folder / "study.json", json.dumps({**facts, "files": hashes}, indent=2) + "\n")
        for name, data in files.items():
            output.bytes(folder / name, data)


def _table_of(study: Study, name: str) -> pd.DataFrame:
    """Return a table of a study by its name in `TABLES`."""
    table: pd.DataFrame
    if name in ("documents", "terms", "exclusions"):
        table = getattr(study, name)
    else:
        table = study.hits.table if name == "hits" else getattr(study.hits, name)
    return table


@renamed(folder="path")
@check_objects
def read_study(path: str | Path) -> Study:
    """Read the features of a study from a folder made by `write_study`.

    Parameters
    ----------
    path : str or Path
        A folder that `write_study` wrote.

    Returns
    -------
    Study
        The study, with the ``origin`` "features".

    Raises
    ------
    InputError
        The folder, or a file in it, is missing, or the files are not all of the same study.

    Examples
    --------
    See `write_study`.
    """
    folder = Path(path)
    with read_errors(folder):
        missing = [name for name in TABLES if not (folder / f"{name}.parquet").is_file()]
        listed = (folder / "study.json").is_file()
    if missing or not listed:
        files = ", ".join(f"{name}.parquet" for name in missing) or "study.json"
        raise InputError(
            f"{folder} does not contain the features of a study: {files} missing. "
            "Write them with write_study, or with `make features` for the study of the package."
        )
    facts = _facts(folder / "study.json")
    tables = {name: _read_table(folder / f"{name}.parquet", facts, folder) for name in TABLES}
    documents = tables["documents"]
    counted = ["paragraphs", "sentences", "tokens", "characters", "lines_removed"]
    hits = Hits(
        table=tables["hits"],
        sentences=tables["sentences"],
        documents=documents.drop(columns=[*counted, "characters_removed", "sha256"]),
        entries=tables["entries"],
        **{fact: facts[fact] for fact in FACTS},
    )
    return Study(facts["name"], documents, hits, tables["terms"], tables["exclusions"], "features")


def _facts(path: Path) -> dict[str, Any]:
    """Return what study.json says; raise InputError where it is not as it was written."""
    facts = read_json(path)
    known = isinstance(facts, dict) and isinstance(facts.get("files", {}), dict)
    missing = [name for name in ("name", *FACTS) if not known or name not in facts]
    if missing:
        raise InputError(
            f"{path} has no {', '.join(missing)}: the file is damaged, or it is not the file of a "
            "study. "
            "Write the study again with write_study."
        )
    return dict(facts)


def _read_table(path: Path, facts: dict[str, Any], folder: Path) -> pd.DataFrame:
    """Return the table in a file. Raise InputError unless it is the file that study.json lists."""
    data = read_bytes(path)
    # Studies of earlier versions list no files.
    if "files" in facts and hashlib.sha256(data).hexdigest() != facts["files"].get(path.name):
        data = _unnamed(facts["files"].get(path.name), folder) or b""
        if not data:
            raise InputError(
                f"{path} is not the file that {folder / 'study.json'} lists: it was changed, or "
                "the folder has parts of two studies. Write the study again with write_study, or "
                "take all files of one copy."
            )
    return read_parquet(data, str(path))


def _unnamed(digest: str | None, folder: Path) -> bytes | None:
    """Return a complete file that did not get its name, as its writer was killed before."""
    for path in folder.glob(ASIDE.format("*")):
        data = read_bytes(path)
        if hashlib.sha256(data).hexdigest() == digest:
            return data
    return None
