"""Argument checks and the wording of errors."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import wraps
from os import PathLike
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

import numpy as np

from framing._core.annotations import fits, in_words
from framing._core.typing import Arguments, Returned

# Values that a message lists before it says how many more there are.
SHOWN = 10
# Lines that a message lists before it says how many more there are.
LISTED = 20
# Which function makes the objects that other functions take.
MAKERS = {
    "Actors": "load_actors, read_actors or make_actors",
    "Agreement": "agreement(codes, seed=1)",
    "ChangePoints": "find_change_points(trend, seed=1)",
    "Classifier": "fit_classifier, read_classifier or load_classifier",
    "Codebook": "read_codebook or load_codebook",
    "Codes": "read_codes or make_codes",
    "Collocations": "collocations(corpus, node)",
    "Consensus": "consensus_topics(terms, 10, seed=1)",
    "Contrast": 'contrast(scores, by="source", seed=1)',
    "Cooccurrences": "count_cooccurrences(hits)",
    "Corpus": "read_corpus or make_corpus",
    "Correction": "correct(hits, codes, sample)",
    "Dataset": "open_dataset(path)",
    "Duplicates": "corpus.find_duplicates(seed=1)",
    "EntryCounts": "count_entries(hits)",
    "HitPositions": "locate_hits(hits)",
    "Figure": "a plot function, such as plot_scores(scores),",
    "Hits": "find_hits(corpus, lexicon)",
    "Instrument": "fit_instrument, read_instrument or load_instrument",
    "Interruption": "change_at(trend, date)",
    "Keyness": "keyness(terms, by=…, target=…)",
    "LeaveOneOut": "drop_one(hits, scores)",
    "Pooled": 'pool(scores, by="source")',
    "Lexicon": "load_lexicon, read_lexicon or make_lexicon",
    "ModelCodes": "code_with_model(corpus, codebook, model=…, base_url=…)",
    "Multiverse": "multiverse(corpus, lexicon, contrast, seed=1)",
    "Packages": "find_packages(topics, seed=1)",
    "Prevalence": "prevalence(topics, terms, by=…, seed=1)",
    "Regression": "regress(scores, formula)",
    "Results": "make_results",
    "Sample": "sample_for_coding(hits, corpus, 300, seed=1)",
    "Scores": "score(hits)",
    "StoredTerms": "count_terms(dataset, out=…)",
    "Study": "make_study, read_study or load_study",
    "Terms": "count_terms(corpus)",
    "TopicChoice": "choose_topics(terms, [5, 10], seed=1)",
    "TopicFrames": "frames_by_topic(topics, hits, seed=1)",
    "Topics": "fit_topics(terms, n_topics=10, seed=1)",
    "Trend": "trend(scores, seed=1)",
    "Validation": "validate(hits, codes)",
    "Voices": "voices(hits, seed=1)",
    "WordShift": "word_shift(hits, by=…, target=…, frame=…, seed=1)",
}
# Characters of a value that a message shows before it cuts it.
SHORT = 200
# What a path is, in a message.
PATH = "a path: a str or a pathlib.Path"
# How to turn a wrong object into the required one.
REMEDIES = {
    ("Corpus", "DataFrame"): 'make_corpus(table, text="column of the texts") makes one of a table.',
    ("Corpus", "list"): "make_corpus(texts) makes one of a list of texts.",
    ("Corpus", "str"): "read_corpus(path) reads one, make_corpus([text]) makes one of a text.",
    (
        "Corpus",
        "Study",
    ): "The order of words, and the texts, are in a corpus and not in the features of a study.",
    ("path", "DataFrame"): "A table is not read from a path: use the make_ function of this kind.",
    ("Lexicon", "dict"): "make_lexicon(frames) makes one of a dict of word lists.",
    ("Lexicon", "str"): "load_lexicon(name) loads one that ships, read_lexicon(path) reads a file.",
    ("Hits", "Study"): (
        "A Study holds features and no text. Its hits are study.hits. A function that shows texts "
        "needs the corpus of these texts and find_hits(corpus, lexicon)."
    ),
    (
        "Hits",
        "Corpus",
    ): "Find the hits of a lexicon in the corpus first: find_hits(corpus, lexicon).",
    ("Scores", "Hits"): "Score the hits first: score(hits).",
    ("Codebook", "str"): "read_codebook(path) reads one, load_codebook(name) loads one that ships.",
    ("Codes", "DataFrame"): "make_codes(table) makes them of a table.",
    ("Codes", "str"): "read_codes(path) reads them.",
    ("Terms", "Corpus"): "Count the terms of the corpus first: count_terms(corpus).",
    ("Codes", "ModelCodes"): "Its codes are coded.codes.",
    ("Hits", "ModelCodes"): "Its hits are coded.hits(corpus).",
    ("Topics", "Terms"): "Fit the topics first: fit_topics(terms, n_topics=10, seed=1).",
    ("Actors", "dict"): "make_actors(actors) makes them of a dict.",
    ("Actors", "str"): "load_actors(name) loads those that ship, read_actors(path) reads a file.",
}

# The codes of ISO 639-1.
_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce "
    "ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo "  # codespell:ignore fo
    "fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik "
    "io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb "
    "lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl "
    "nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc "
    "sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk "  # codespell:ignore te
    "tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
LANGUAGES = tuple(_CODES.split())


class InputError(ValueError):
    """Input that cannot be used. It says what was wrong, where, what is allowed and what to do."""


def listing(values: Iterable[object], limit: int = SHOWN) -> str:
    """Return the values as one readable line, cut after ``limit`` of them."""
    items = [repr(value) for value in values]
    rest = len(items) - limit
    return ", ".join(items[:limit]) + (f" and {rest} more" if rest > 0 else "")


def itemised(lines: Sequence[str]) -> str:
    """Return one indented line per item, cut after 20 of them."""
    rest = len(lines) - LISTED
    more = [f"and {rest} more"] if rest > 0 else []
    return "".join(f"\n  {line}" for line in [*lines[:LISTED], *more])


def suggestion(value: object, allowed: Iterable[object]) -> str:
    """Return ``" Did you mean …?"`` where an allowed value is close to this one, else ``""``."""
    close = get_close_matches(str(value), [str(item) for item in allowed], n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def check_choice(name: str, value: object, allowed: Iterable[object]) -> None:
    """Raise InputError unless ``value`` is one of the allowed values."""
    allowed = list(allowed)
    try:
        known = value in allowed
    except (TypeError, ValueError):  # A table or an array, which is equal to nothing as a whole.
        known = False
    if not known:
        unfit = f"is a {_kind_of(value)}"
        raise InputError(
            f"{_shown(name, value)} {'is not known' if _is_plain(value) else unfit}. "
            f"Allowed: {listing(allowed, 20)}." + suggestion(value, allowed)
        )


def check_text(name: str, value: object, need: str) -> None:
    """Raise InputError unless ``value`` is a str; ``need`` says what it must be."""
    if not isinstance(value, str):
        raise InputError(f"{name} is a {_kind_of(value)}; it must be {need}.")


def check_made_by(name: str, value: object, kind: type | tuple[type, ...], call: str) -> None:
    """Raise InputError unless ``value`` has this type, which ``call`` returns."""
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        names = " or ".join(option.__name__ for option in kinds)
        raise InputError(
            f"{name} is a {type(value).__name__}; it must be {names}, which {call} returns."
        )


def check_objects(
    function: Callable[Arguments, Returned],
) -> Callable[Arguments, Returned]:
    """Make a public function refuse wrong objects.

    The annotations say which object is required: a Corpus, Hits, Scores and the others in
    `MAKERS`, or a path. The message names the function that makes this object. These are looked
    at before the call. Where the call itself fails, by an error that is no InputError, every
    other argument is held against its annotation too, and the message names the wrong one.
    """
    signature = inspect.signature(function)
    required = {
        name: options
        for name, parameter in signature.parameters.items()
        if (options := _options(parameter.annotation))
    }

    # Any value would pass for one that is true or false: stem="no" would stem.
    switches = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.annotation in (bool, bool | None)
    ]

    @wraps(function)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
        try:
            arguments = signature.bind_partial(*args, **kwargs).arguments
        except TypeError:
            arguments = {}  # The call itself raises it, with the names of the arguments.
        for name, options in required.items():
            if name in arguments and not any(_fits(arguments[name], option) for option in options):
                raise InputError(_wrong_object(function.__qualname__, name, options, arguments))
        for name in switches:
            if not fits(arguments.get(name, False), signature.parameters[name].annotation):
                raise InputError(_wrong_type(function.__qualname__, signature, arguments))
        try:
            return function(*args, **kwargs)
        except InputError:
            raise
        except Exception:
            wrong = _wrong_type(function.__qualname__, signature, arguments)
            if wrong:
                raise InputError(wrong) from None
            raise

    return checked


def _wrong_type(
    function: str, signature: inspect.Signature, arguments: Mapping[str, object]
) -> str:
    """Return the message about the first argument that does not fit its annotation, else ``""``."""
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    for name, value in arguments.items():
        parameter = signature.parameters[name]
        annotation = parameter.annotation
        if annotation is parameter.empty or parameter.kind in several or fits(value, annotation):
            continue
        what = "cannot be used" if value is None else f"is a {_kind_of(value)}"
        return f"{function}: {_shown(name, value)} {what}; it must be {in_words(annotation)}."
    return ""


def _options(annotation: Any) -> tuple[Any, ...]:
    """Return the types that an annotation allows; none where it names no object and no path."""
    options = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    named = all(isinstance(get_origin(option) or option, type) for option in options)
    checked = Path in options or any(_name(option) in MAKERS for option in options)
    return options if named and checked else ()


def _name(option: Any) -> str:
    """Return the name of the object that an option requires, also of those in a sequence."""
    flat = [arg for item in get_args(option) for arg in get_args(item) or (item,)]
    inner = [arg for arg in flat if getattr(arg, "__name__", "") in MAKERS]
    return str(getattr((inner or [option])[0], "__name__", option))


def _fits(value: object, option: Any) -> bool:
    """Return whether a value has the type; a sequence of objects is a list or tuple of them."""
    kind = PathLike if option is Path else get_origin(option) or option
    if not isinstance(value, kind):
        return False
    if kind is tuple and Ellipsis not in get_args(option):
        # A pair of different objects, such as codes and their sample.
        kinds = get_args(option)
        if not isinstance(value, tuple) or len(value) != len(kinds):
            return False
        return all(_fits(item, kind) for item, kind in zip(value, kinds, strict=True))
    several = kind is not option and not issubclass(kind, Mapping)
    if several and _name(option) in MAKERS:
        return isinstance(value, list | tuple) and all(
            isinstance(item, get_args(option)[0]) for item in value
        )
    return True


def _wrong_object(
    function: str, name: str, options: Sequence[Any], arguments: dict[str, object]
) -> str:
    """Return the message: what the argument is, what it must be, and how to get that."""
    value = arguments[name]
    pairs = [get_args(option) for option in options if get_origin(option) is tuple]
    if pairs and Ellipsis not in pairs[0]:
        members = " and ".join(f"{_name(kind)} ({MAKERS[_name(kind)]})" for kind in pairs[0])
        return f"{function}: {name} is a {_kind_of(value)}; it must be a pair of {members}."
    required = list(dict.fromkeys(_name(option) for option in options if option is not NoneType))
    if "Path" in required:
        required = [name for name in required if name in MAKERS]
        need = " or ".join([*(f"{kind} ({MAKERS[kind]})" for kind in required), PATH])
        required.append("path")
    elif len(required) == 1:
        need = f"{required[0]}, which {MAKERS[required[0]]} returns"
    else:
        need = " or ".join(
            f"{kind} ({MAKERS[kind]})" if kind in MAKERS else kind for kind in required
        )
    message = f"{function}: {name} is a {_kind_of(value)}; it must be {need}."
    remedies = [REMEDIES.get((kind, _kind_of(value)), "") for kind in required]
    if any(remedies):
        return f"{message} {next(remedy for remedy in remedies if remedy)}"
    fitting = [
        key
        for key, item in arguments.items()
        if key != name and any(_fits(item, option) for option in options)
    ]
    if fitting:
        return f"{message} The argument {fitting[0]} is one: are the arguments swapped?"
    if type(value).__name__ == "DataFrame":
        return f"{message} Give the object itself, not its table."
    return message


def _is_plain(value: object) -> bool:
    """Return whether a value can stand in a message as it is."""
    return value is None or isinstance(value, str | bytes | int | float | list | tuple)


def _shown(name: str, value: object) -> str:
    """Return the name of an argument with its value, cut where it is long; a table has none."""
    if not _is_plain(value):
        return name
    text = repr(value)
    return f"{name}={text if len(text) <= SHORT else text[:SHORT] + '…'}"


def _kind_of(value: object) -> str:
    """Return the name of the type of an object; a path counts as a string."""
    return "str" if hasattr(value, "__fspath__") else type(value).__name__


def check_positive(name: str, value: object, *, whole: bool = False) -> None:
    """Raise InputError unless ``value`` is a finite number above zero."""
    kinds = (int, np.integer) if whole else (int, float, np.integer, np.floating)
    number = isinstance(value, kinds) and not isinstance(value, bool)
    if not number or not 0 < value < float("inf"):  # type: ignore[operator]
        kind = "a whole number" if whole else "a number"
        raise InputError(f"{name}={value!r} cannot be used: it must be {kind} above zero.")


def check_share(name: str, value: object) -> None:
    """Raise InputError unless ``value`` lies strictly between 0 and 1."""
    if not isinstance(value, int | float | np.floating) or not 0 < value < 1:
        raise InputError(f"{name}={value!r} cannot be used: it must lie between 0 and 1.")


def check_columns(columns: Iterable[object], needed: Iterable[str], where: str) -> None:
    """Raise InputError where columns are missing; it names them and the columns of the table."""
    columns = list(columns)
    missing = [column for column in needed if column not in columns]
    if missing:
        hints = "".join(suggestion(column, columns) for column in missing)
        raise InputError(
            f"{where} has no column {listing(missing)}. Its columns: {listing(columns, 20)}.{hints}"
        )


def check_from_zero(name: str, value: object) -> None:
    """Raise InputError unless ``value`` is a whole number, 0 or more."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 0:
        raise InputError(f"{name}={value!r} cannot be used: it must be a whole number, 0 or more.")


def check_seed(seed: object) -> None:
    """Raise InputError unless the seed is a whole number, 0 or more."""
    check_from_zero("seed", seed)


def check_language(language: object) -> None:
    """Raise InputError unless the language is a code of ISO 639-1, such as "en"."""
    if language not in LANGUAGES:
        short = str(language).lower()[:2]
        hint = f" Did you mean {short!r}?" if short in LANGUAGES else ""
        raise InputError(
            f"language={language!r} is not known. Give a code of ISO 639-1: "
            f"{' '.join(LANGUAGES)}.{hint}"
        )
