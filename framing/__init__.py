"""Measure how news frames an issue, and lead every number back to its words.

>>> import framing as fr

Read and find
    read_corpus      articles from files, as a Corpus
    make_corpus      articles from a list or a DataFrame, as a Corpus
    read_lexicon     a lexicon from a file, of this or another program
    load_lexicon     a lexicon that ships
    make_lexicon     a lexicon from lists of words
    find_hits        every hit of a lexicon in a corpus, with its context, as Hits
    count_hits       the counts of hits alone
    kwic             words in their context

Score and claim
    score            hits per 1,000 tokens, shares or counts per unit, as Scores
    contrast         differences between groups, with intervals and p-values
    regress          frame scores on properties of the documents
    trend            frame scores over time

Know how often it is right
    validate         precision and recall against human codes
    correct          shares that the errors of the lexicon do not bias

Topics
    count_terms      terms per unit of text
    fit_topics       a topic model of them

Show and write
    explore          the articles with every hit marked, inside JupyterLab
    write_evidence   the articles as a page, with every hit marked
    write_figure     a figure as SVG and PDF
    write_table      a table as CSV
    write_data       a result with a dictionary of its columns
    write_paper      a paper whose numbers come from notebooks

Larger than memory
    score_dataset    hits and scores of a dataset, partition by partition, as Parquet
    open_hits        these results: scores, contrasts, trends, words in context

Types: Corpus, Lexicon, Hits, Scores. Input that cannot be used raises InputError.

The rest is in eight spaces
    fr.lexicons   actors, dictionaries of other programs
    fr.coding     samples, coding sheets, agreement, validation, classifiers
    fr.claims     contrasts, voices, regressions, trends, robustness
    fr.words      terms, phrases, keyness, word shifts, collocations
    fr.topics     topic models: choice, prevalence, packages, intrusion tests
    fr.plot       one figure per kind of result
    fr.paper      results with keys, the paper
    fr.data       what the package ships; studies and tables as files

help(fr.score), for example, gives units, what happens at zero, errors and an example.
"""

from collections.abc import Callable
from functools import cache

# Names of a first study: what dir(framing) shows.
_FIRST = (
    "Corpus",
    "Hits",
    "InputError",
    "Lexicon",
    "Scores",
    "contrast",
    "correct",
    "count_hits",
    "count_terms",
    "explore",
    "find_hits",
    "fit_topics",
    "kwic",
    "load_lexicon",
    "make_corpus",
    "make_lexicon",
    "open_hits",
    "read_corpus",
    "read_lexicon",
    "regress",
    "score",
    "score_dataset",
    "trend",
    "validate",
    "write_data",
    "write_evidence",
    "write_figure",
    "write_paper",
    "write_table",
)


# The stub file `__init__.pyi` says where each name is defined. There is no `__all__`: help()
# would write out every docstring.
@cache
def _stub() -> tuple[Callable[[str], object], frozenset[str]]:
    """Read the stub file when the first name is used: the help of the command needs none."""
    import lazy_loader

    load, _, names = lazy_loader.attach_stub(__name__, __file__)
    return load, frozenset(names)


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("media-framing")
    load, names = _stub()
    if name not in names:
        raise AttributeError(f"module 'framing' has no attribute {name!r}")
    return load(name)


def __dir__() -> list[str]:
    return [*_FIRST, "__doc__", "__name__", "__version__"]
