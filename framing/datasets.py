"""Data of the package: lexicons, actors, stop words, a classifier and studies."""

from dataclasses import replace
from importlib import resources
from pathlib import Path

import pandas as pd

from framing._core.checks import InputError, check_choice, check_objects, check_text, listing
from framing.coding.classifiers import Classifier
from framing.coding.codebooks import Codebook, read_codebook
from framing.coding.instrument_files import read_classifier, read_instrument
from framing.coding.instruments import Instrument
from framing.corpus.corpus import Corpus
from framing.corpus.readers import read_corpus
from framing.hits.study import Study, make_study, read_study, text_hash
from framing.lexicons.actors import Actors, read_actors
from framing.lexicons.lexicon import Lexicon, read_toml_lexicon
from framing.text.stop_words import shipped_stop_words

# What the studies that ship were made with.
LEXICON_OF = {"articles": "peace-initiative", "briefings": "peace-initiative"}
ACTORS_OF = {"articles": "ukraine-peace", "briefings": "ukraine-peace"}


def _data(*parts: str) -> Path:
    """Return a path in the folder of the data."""
    return Path(str(resources.files("framing"))).joinpath("data", *parts)


def _shipped(folder: str, name: str, ending: str, reader: str) -> Path:
    """Return the file of this name; raises InputError that lists the names that ship."""
    names = sorted(path.stem for path in _data(folder).glob(f"*.{ending}"))
    check_text("name", name, f"the name of what ships: {listing(names)}")
    if name not in names and Path(name).suffix:
        raise InputError(
            f"{name!r} does not ship with the package. Read your own file with {reader}({name!r})."
        )
    check_choice("name", name, names)
    return _data(folder, f"{name}.{ending}")


@check_objects
def load_lexicon(name: str) -> Lexicon:
    """Return a lexicon that ships with the package.

    Try it: ``fr.load_lexicon("peace-initiative").table``.

    Parameters
    ----------
    name : {"peace-initiative", "peace-initiative-1.1"}
        "peace-initiative" is the newest version. "peace-initiative-1.1" is version 1.1.0, which
        repeats earlier numbers of the studies.

    Returns
    -------
    Lexicon
        The lexicon.

    Raises
    ------
    InputError
        No lexicon of this name ships; the message lists the names.

    Examples
    --------
    >>> import framing as fr
    >>> fr.load_lexicon("peace-initiative").frames["frame"].tolist()
    ['peace', 'concession', 'sovereignty', 'skepticism']
    """
    return read_toml_lexicon(_shipped("lexicons", name, "toml", "read_lexicon"))


@check_objects
def load_codebook(name: str) -> Codebook:
    """Return a codebook that ships with the package.

    Parameters
    ----------
    name : {"peace-initiative"}
        "peace-initiative": the four frames of the lexicon of this name.

    Returns
    -------
    Codebook
        The codebook.

    Raises
    ------
    InputError
        No codebook of this name ships; the message lists the names.

    Examples
    --------
    >>> import framing as fr
    >>> fr.data.load_codebook("peace-initiative").frames
    ['peace', 'concession', 'sovereignty', 'skepticism']
    """
    return read_codebook(_shipped("codebooks", name, "toml", "read_codebook"))


@check_objects
def load_actors(name: str) -> Actors:
    """Return a table of actors that ships with the package.

    Parameters
    ----------
    name : {"ukraine-peace"}
        Name of the table of actors.

    Returns
    -------
    Actors
        The actors.

    Raises
    ------
    InputError
        No table of this name ships; the message lists the names.

    Examples
    --------
    >>> from framing.datasets import load_actors
    >>> load_actors("ukraine-peace").names[:2]
    ['Zelensky', 'Yermak']
    """
    return read_actors(_shipped("actors", name, "toml", "read_actors"))


@check_objects
def load_stop_words(language: str) -> list[str]:
    """Return the stop words that ship for a language; add to them, or remove some.

    Parameters
    ----------
    language : str
        "da", "de", "en", "es", "fi", "fr", "hu", "it", "nb", "nl", "pt", "ru" or "sv": the lists
        of the Snowball project (BSD licence), of function words alone; the English one with "will".

    Returns
    -------
    list of str
        In the order of the list.

    Raises
    ------
    InputError
        No list ships for this language.

    Examples
    --------
    >>> import framing as fr
    >>> fr.load_stop_words("en")[:3]
    ['i', 'me', 'my']
    >>> words = [*fr.load_stop_words("de"), "wurde", "sei"]
    """
    _shipped("stopwords", language, "txt", "open")
    return list(shipped_stop_words(language))


@check_objects
def load_classifier(name: str) -> Classifier:
    """Return a classifier that ships with the package: a second instrument beside a lexicon.

    Parameters
    ----------
    name : {"peace-initiative"}
        Fitted to the training parts of the constructed testbeds. Its features are words, pairs
        of words and the hits of the lexicon "peace-initiative-1.1". Constructed text is not news:
        validate the classifier on your own coded sample.

    Returns
    -------
    Classifier
        Use it in `classify` and `predict_frames` with
        ``lexicon=load_lexicon("peace-initiative-1.1")``.

    Raises
    ------
    InputError
        No classifier of this name ships; the message lists the names.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Many doubt that a truce will hold. Rain fell in the hills."])
    >>> classifier = fr.load_classifier("peace-initiative")
    >>> lexicon = fr.load_lexicon("peace-initiative-1.1")
    >>> fr.classify(corpus, classifier, lexicon=lexicon).table["frame"].tolist()
    ['peace', 'skepticism']
    """
    return read_classifier(_shipped("classifiers", name, "npz", "read_classifier"))


@check_objects
def load_instrument(name: str) -> Instrument:
    """Return an instrument that ships with the package: lexicons and a classifier joined.

    Parameters
    ----------
    name : {"peace-initiative"}
        The lexicons "peace-initiative" and "peace-initiative-1.1" with a classifier of sentence
        embeddings. It was trained on real news with the codes of two model coders and on
        constructed text, as its ``trained_on`` says. Only weights ship, no text.

    Returns
    -------
    Instrument
        Use it in `apply_instrument`. This needs the extra ``embed`` and no network.

    Raises
    ------
    InputError
        No instrument of this name ships; the message lists the names.

    Examples
    --------
    >>> import framing as fr
    >>> fr.load_instrument("peace-initiative").frames
    ['peace', 'concession', 'sovereignty', 'skepticism']
    """
    return read_instrument(_shipped("instruments", name, "npz", "read_instrument"))


@check_objects
def load_study(name: str, *, texts: str | Path | None = None) -> Study:
    """Return a study that ships with the package: features, not texts.

    Parameters
    ----------
    name : {"articles", "briefings"}
        "articles": the five articles on the 2025 US peace initiative for Ukraine. "briefings":
        513 White House briefings and remarks about talks on the war in Ukraine, April 2021 to
        October 2025, in the public domain.
    texts : str or Path, optional
        A folder or file with the texts. The study is then measured from them, with the lexicon
        that ships. Their SHA-256 must be those of the study.

    Returns
    -------
    Study
        The study; its tables are the same from features and from texts.

    Raises
    ------
    InputError
        No study of this name ships, the folder lacks an article, or an article differs from the
        one that the study measured.

    Examples
    --------
    >>> import framing as fr
    >>> study = fr.load_study("articles")
    >>> len(study.documents), study.origin
    (5, 'features')
    """
    shipped = sorted(path.name for path in _data("studies").iterdir() if path.is_dir())
    check_choice("name", name, shipped)
    study = read_study(_data("studies", name))
    if texts is None:
        return study
    corpus = read_study_texts(name, texts)
    _check_texts(study, corpus, Path(texts))
    return measure_study(name, corpus)


def read_study_texts(name: str, texts: str | Path) -> Corpus:
    """Return the corpus of a study: texts from a folder, metadata from the package."""
    corpus = read_corpus(texts)
    metadata = pd.read_csv(_data("studies", name, "documents.csv"), dtype="str")
    metadata["date"] = pd.to_datetime(metadata["date"]).astype("datetime64[us]")
    order = metadata.merge(corpus.table[["doc_id", "text"]], on="doc_id", how="inner")
    absent = metadata.loc[~metadata["doc_id"].isin(order["doc_id"]), "doc_id"]
    if len(absent):
        raise InputError(
            f"{texts} lacks {len(absent)} of the {len(metadata)} articles of the study: "
            f"{listing(absent)}. Put each into the folder as a file of this name that ends in .txt."
        )
    heads = ["doc_id", "text", "title", "source", "date"]
    table = order[[*heads, *(column for column in order if column not in heads)]]
    exclusions = corpus.exclusions[corpus.exclusions["doc_id"].isin(table["doc_id"])]
    lines = exclusions[exclusions["kind"] == "line"].reset_index(drop=True)
    return replace(corpus, table=table, exclusions=lines)


def _check_texts(study: Study, corpus: Corpus, folder: Path) -> None:
    """Raise InputError unless the texts are those of the study."""
    expected = dict(zip(study.documents["doc_id"], study.documents["sha256"], strict=True))
    for doc_id, text in zip(corpus.table["doc_id"], corpus.table["text"], strict=True):
        digest = text_hash(text)
        if digest != expected.get(doc_id):
            raise InputError(
                f"{folder / doc_id}.txt is not the article that the study measured: its SHA-256 "
                f"is {digest[:16]}…, not {str(expected.get(doc_id))[:16]}…. Leave out texts= to "
                "use the features that ship."
            )


def measure_study(name: str, corpus: Corpus) -> Study:
    """Return the features of the texts of a study, by its lexicon and actors."""
    lexicon, actors = load_lexicon(LEXICON_OF[name]), load_actors(ACTORS_OF[name])
    return make_study(corpus, lexicon, name=name, actors=actors)
