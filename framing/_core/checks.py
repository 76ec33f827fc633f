"""Argument checks: whether a value fits the type of an argument, and the wording of errors."""

import inspect
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from functools import wraps
from numbers import Integral, Real
from os import PathLike, fsencode
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import numpy as np

from framing._core.typing import Arguments, Returned

# Values that a message lists before it says how many more there are.
SHOWN = 10
# Lines that a message lists before it says how many more there are.
LISTED = 20
# More draws than this are a slip: their sums do not fit in memory.
MOST_DRAWS = 1_000_000
# With fewer draws the limits of an interval are single draws, and p is too coarse.
MIN_DRAWS = 100
# With fewer draws an interval is narrower than its level says, whatever its limits.
LEAST_DRAWS = 20
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
    "Trend": "trend(scores)",
    "Validation": "validate(hits, codes)",
    "Voices": "voices(hits, seed=1)",
    "WordShift": "word_shift(hits, by=…, target=…, frame=…, seed=1)",
}
# What the plain types are called in a message.
WORDS: dict[Any, str] = {
    str: "a text",
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    bytes: "bytes",
    NoneType: "None",
    Path: "a path",
    object: "any value",
}
PLURALS = {str: "texts", bool: "True or False", int: "whole numbers", float: "numbers"}
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
    ("path", "DataFrame"): "A DataFrame is no file; write_data(table, path) writes one.",
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
# What takes a table, where a function reads a file.
OF_TABLES = {
    "read_corpus": 'make_corpus(table, text="column of the texts") takes a table. ',
    "read_codes": "make_codes(table) takes a table. ",
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


# Parameters that are whole numbers, 0 or more, in each function that has them.
FROM_ZERO = ("seed", "digits")


# Half of a character that takes two places in UTF-16.
_HALVES = re.compile("[\ud800-\udfff]")


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
    # "outlet" and "text" share six of ten letters.
    close = get_close_matches(str(value), [str(item) for item in allowed], n=1, cutoff=0.61)
    return f" Did you mean {close[0]!r}?" if close else ""


def check_choice(name: str, value: object, allowed: Iterable[object]) -> None:
    """Raise InputError unless ``value`` is one of the allowed values."""
    allowed = list(allowed)
    try:
        known = value in allowed
    except (TypeError, ValueError):  # A table or an array, which is equal to nothing as a whole.
        known = False
    if not known:
        unfit = f"is {a_kind(_kind_of(value))}"
        raise InputError(
            f"{_shown(name, value)} {'is not known' if _is_plain(value) else unfit}. "
            f"Allowed: {listing(allowed, 20)}." + suggestion(value, allowed)
        )


def chosen_names(name: str, chosen: object, known: Sequence[str]) -> list[str]:
    """Return the frames, or rows, that an argument names, in its order; one text names one.

    Raises
    ------
    InputError
        It names none, one that is not known, or one twice.
    """
    if isinstance(chosen, str) or not isinstance(chosen, Iterable):
        chosen = [chosen]
    names = list(chosen)
    if not names:
        raise InputError(f"{name} is empty. Allowed: {listing(known, 20)}.")
    for item in names:
        check_choice(name, item, known)
    twice = [item for item in dict.fromkeys(names) if names.count(item) > 1]
    if twice:
        raise InputError(f"{name} names {listing(twice)} twice. Name each once.")
    return [str(item) for item in names]


def check_text(name: str, value: object, need: str) -> None:
    """Raise InputError unless ``value`` is a str; ``need`` says what it must be."""
    if not isinstance(value, str):
        raise InputError(f"{name} is {a_kind(_kind_of(value))}; it must be {need}.")


def check_made_by(name: str, value: object, kind: type | tuple[type, ...], call: str) -> None:
    """Raise InputError unless ``value`` has this type, which ``call`` returns."""
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        names = " or ".join(option.__name__ for option in kinds)
        raise InputError(
            f"{name} is {a_kind(type(value).__name__)}; it must be {names}, which {call} returns."
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

    paths = [
        name
        for name, parameter in signature.parameters.items()
        if Path in _union(parameter.annotation)
    ]

    seed = signature.parameters.get("seed")
    seeded = seed is not None and seed.default is inspect.Parameter.empty
    seeded = seeded and "seed" not in getattr(function, "still_optional", ())

    @wraps(function)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
        try:
            bound = signature.bind_partial(*args, **kwargs)
        except TypeError:
            arguments = {}  # The call itself raises it, with the names of the arguments.
        else:
            arguments = bound.arguments
            if function.__name__.startswith(("read_", "write")):
                for name in paths:
                    _refuse_address(arguments.get(name))
            at_home = [name for name in paths if name in arguments and is_at_home(arguments[name])]
            for name in at_home:
                arguments[name] = from_home(arguments[name])
            if at_home:
                args, kwargs = bound.args, bound.kwargs  # type: ignore[assignment]
        for name, options in required.items():
            if name in arguments and not any(
                fits(arguments[name], option, contents=False) for option in options
            ):
                raise InputError(_wrong_object(function.__qualname__, name, options, arguments))
        for name, value in arguments.items():
            _check_number(name, value, signature.parameters[name])
        for name in switches:
            if not fits(arguments.get(name, False), signature.parameters[name].annotation):
                raise InputError(_wrong_type(function.__qualname__, signature, arguments))
        if seeded and arguments and "seed" not in arguments:
            raise InputError(
                f"{function.__qualname__} draws random numbers: give it a whole number as seed, "
                "such as seed=1. The same seed gives the same result."
            )
        try:
            return function(*args, **kwargs)
        except InputError:
            raise
        except UnicodeEncodeError:
            half = _with_half(function.__qualname__, signature, arguments)
            if half:
                raise InputError(half) from None
            raise
        except OSError as error:
            wrong = _wrong_type(function.__qualname__, signature, arguments) or _unusable(error)
            if wrong:
                raise InputError(wrong) from None
            raise
        except Exception:
            wrong = _wrong_type(function.__qualname__, signature, arguments)
            if wrong:
                raise InputError(wrong) from None
            raise

    return checked


def is_at_home(path: object) -> bool:
    """Return whether a path begins with ~, which stands for the home folder.

    Python takes ~ for the name of a folder, and would make one of this name.
    """
    return isinstance(path, str | PathLike) and re.match(r"~(?:[/\\]|\Z)", str(path)) is not None


def _refuse_address(path: object) -> None:
    """Raise InputError for an address of the web; as a path it would be a folder "https:"."""
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", path) if isinstance(path, str) else None
    if found and found[1].lower() == "file":
        raise InputError(f"{path[:300]!r}: give the path without 'file://'.")  # type: ignore[index]
    if found:
        raise InputError(
            f"{path[:300]!r} is a web address, not a file on this machine. "  # type: ignore[index]
            "Give the path of a file. To read the address, save it as a file first. To write "
            "there, write a file and then copy it."
        )


def from_home(path: Any) -> Any:
    """Return a path with the home folder in place of ~; as it is where no home is known."""
    with suppress(RuntimeError):
        return str(Path(path).expanduser()) if isinstance(path, str) else Path(path).expanduser()
    return path


def _unusable(error: OSError) -> str:
    """Return the message for a path that the system refuses, else ``""``.

    Files are read and written with messages of their own; this is for a folder that is looked
    into, and the like.
    """
    if error.errno is None or not isinstance(error.filename, str | bytes | PathLike):
        return ""
    path = fsencode(error.filename).decode("utf-8", "backslashreplace")
    return (
        f"{path[:300]}: this path cannot be used ({(error.strerror or str(error)).lower()}). "
        "Choose another one, or change its permissions."
    )


def _check_number(name: str, value: object, parameter: inspect.Parameter) -> None:
    """Raise InputError where a number cannot be one of its parameter, whatever the function does.

    NaN is never one. A seed and digits are 0 or more, passes above 0; some functions hand them to
    libraries that say in their own words, or do not say, what is wrong.
    """
    options = _union(parameter.annotation)
    if not {int, float} & set(options) or (value is None and NoneType in options):
        return
    if isinstance(value, Real) and value != value:
        raise InputError(f"{name}={value!r} cannot be used: it must be a number.")
    if name in FROM_ZERO:
        check_from_zero(name, value)
    elif name == "passes":
        check_positive(name, value, whole=True)


def _with_half(function: str, signature: inspect.Signature, arguments: Mapping[str, object]) -> str:
    """Return the message about the first argument with half a character, else ``""``."""
    given: dict[str, object] = {}
    for name, value in arguments.items():
        named = signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD
        given |= value if named and isinstance(value, Mapping) else {name: value}
    for name, value in given.items():
        for text in _texts_in(value):
            if _HALVES.search(text):
                shown = text if len(text) <= SHORT else f"{text[:SHORT]}…"
                return (
                    f"{function}: {name} has {shown!r}, with half of a character (a lone "
                    "surrogate), as where an emoji was cut in two. No table and no file can hold "
                    r"it: replace it, as with re.sub('[\ud800-\udfff]', '?', text)."
                )
    return ""


def _texts_in(value: object, depth: int = 3) -> Iterator[str]:
    """Yield the texts in a value, also those in lists, dicts, columns and tables."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping) or hasattr(value, "columns"):
        for key in list(value) if depth else ():  # type: ignore[call-overload]
            yield from _texts_in(key, depth - 1)
            yield from _texts_in(value[key], depth - 1)  # type: ignore[index]
    elif isinstance(value, Iterable) and depth and not isinstance(value, bytes | Iterator):
        for item in value:
            yield from _texts_in(item, depth - 1)


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
        what = "cannot be used" if value is None else f"is {a_kind(_kind_of(value))}"
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


def fits(value: object, annotation: Any, *, contents: bool = True) -> bool:
    """Return whether a value has the type of an annotation; True where this cannot be told.

    A number of numpy is a number, True is no number, a str is no list of texts, and a path is a
    str or a `pathlib.Path`. Libraries that check annotations follow Python instead, where a str is
    a sequence of texts and True is a whole number. Without ``contents``, only the objects of
    `MAKERS` are looked at in a list: of all else, the function itself says more.
    """
    if isinstance(annotation, str | ForwardRef):
        return _fits_name(value, _names(annotation))
    if annotation is None or annotation is NoneType:
        return value is None
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return any(fits(value, option, contents=contents) for option in inner)
    if origin is Literal:
        return any(value is option or (value == option) is True for option in inner)
    kind = origin or annotation
    if kind is Any or not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return True
    if kind in (bool, int, float, Path):
        return _fits_plain(value, kind)
    if kind is np.ndarray or not inner or not issubclass(kind, Iterable | tuple):
        return isinstance(value, kind)
    if issubclass(kind, Mapping):
        pairs = value.items() if isinstance(value, Mapping) else None
        return pairs is not None and (
            not contents
            or all(fits(key, inner[0]) and fits(item, inner[-1]) for key, item in pairs)
        )
    if kind is tuple and Ellipsis not in inner:
        if not isinstance(value, tuple) or len(value) != len(inner):
            return False
        return all(
            fits(item, option, contents=contents) for item, option in zip(value, inner, strict=True)
        )
    if issubclass(kind, Iterable):
        # The members of a table are the names of its columns.
        table = type(value).__name__ == "DataFrame"
        if isinstance(value, str | bytes) or not isinstance(value, Iterable) or table:
            return False
        if _name(annotation) in MAKERS:
            return isinstance(value, list | tuple) and all(fits(item, inner[0]) for item in value)
        if not contents:
            return isinstance(value, kind)
        return not isinstance(value, Collection) or all(fits(item, inner[0]) for item in value)
    return isinstance(value, kind)


def in_words(annotation: Any) -> str:
    """Return an annotation in words, such as "a text, a list of texts or None"."""
    return " or ".join(_with_commas(list(dict.fromkeys(_phrases(annotation)))))


def _fits_plain(value: object, kind: type) -> bool:
    """Return whether a value is a bool, a whole number, a number or a path."""
    if kind is Path:
        return isinstance(value, str | PathLike)
    truth = isinstance(value, bool | np.bool_)
    if kind is bool:
        return truth
    return isinstance(value, Integral if kind is int else Real) and not truth


def _names(annotation: str | ForwardRef) -> list[str]:
    """Return the names of the types in an annotation that was written as a text."""
    text = annotation if isinstance(annotation, str) else annotation.__forward_arg__
    return [option.split("[")[0].split(".")[-1].strip() for option in text.split("|")]


def _fits_name(value: object, names: list[str]) -> bool:
    """Return whether a value has one of the types that are only known by their names."""
    if "Any" in names or (value is None and "None" in names):
        return True
    if "Mapping" in names and isinstance(value, Mapping):
        return True  # A dict is one, but does not inherit from it.
    return any(kind.__name__ in names for kind in type(value).__mro__)


def _phrases(annotation: Any) -> list[str]:
    """Return each option of an annotation in words."""
    if isinstance(annotation, str | ForwardRef):
        return [f"a {name}" for name in _names(annotation)]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return [phrase for option in inner for phrase in _phrases(option)]
    if origin is Literal:
        return [repr(option) for option in inner]
    kind = origin or annotation
    if kind in WORDS:
        return [WORDS[kind]]
    if kind is Callable:
        return ["a function"]
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return ["a dict"]
    if inner and isinstance(kind, type) and issubclass(kind, Iterable) and kind is not np.ndarray:
        members = " or ".join(_plural(option) for option in _union(inner[0]))
        return [f"a list of {members}"]
    return [f"a {getattr(kind, '__name__', kind)}"]


def _union(annotation: Any) -> tuple[Any, ...]:
    """Return the options of a union; an annotation that is none is its one option."""
    union = get_origin(annotation) in (Union, UnionType)
    return get_args(annotation) if union else (annotation,)


def _plural(annotation: Any) -> str:
    """Return an annotation in words, for several values."""
    if annotation in PLURALS:
        return PLURALS[annotation]
    phrase = in_words(annotation)
    return phrase if annotation in WORDS else f"{phrase.removeprefix('a ')} each"


def _with_commas(phrases: list[str]) -> list[str]:
    """Return the phrases with all but the last joined by commas."""
    return [", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else phrases


def _wrong_object(
    function: str, name: str, options: Sequence[Any], arguments: dict[str, object]
) -> str:
    """Return the message: what the argument is, what it must be, and how to get that."""
    value = arguments[name]
    pairs = [get_args(option) for option in options if get_origin(option) is tuple]
    if pairs and Ellipsis not in pairs[0]:
        members = " and ".join(f"{_name(kind)} ({MAKERS[_name(kind)]})" for kind in pairs[0])
        return f"{function}: {name} is {a_kind(_kind_of(value))}; it must be a pair of {members}."
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
    message = f"{function}: {name} is {a_kind(_kind_of(value))}; it must be {need}."
    remedies = [REMEDIES.get((kind, _kind_of(value)), "") for kind in required]
    if any(remedies):
        remedy = next(remedy for remedy in remedies if remedy)
        return f"{message} {OF_TABLES.get(function, '')}{remedy}"
    fitting = [
        key
        for key, item in arguments.items()
        if key != name and any(fits(item, option, contents=False) for option in options)
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


def plural_of(noun: str) -> str:
    """Return the plural of a noun, which may be the name of a column: stories, days, classes."""
    if re.search(r"[^aeiou]y\Z", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if re.search(r"(?:[sxz]|[cs]h)\Z", noun) else f"{noun}s"


def a_kind(name: str) -> str:
    """Return the name of a type with its article: an int, a str, an ndarray."""
    vowel = name[:1].lower() in "aeio" or name.startswith(("nd", "un"))
    return f"an {name}" if vowel else f"a {name}"


def check_positive(name: str, value: object, *, whole: bool = False) -> None:
    """Raise InputError unless ``value`` is a finite number above zero."""
    kinds = (int, np.integer) if whole else (int, float, np.integer, np.floating)
    number = isinstance(value, kinds) and not isinstance(value, bool)
    if not number or not 0 < value < float("inf"):  # type: ignore[operator]
        kind = "a whole number" if whole else "a number"
        raise InputError(f"{name}={value!r} cannot be used: it must be {kind} above zero.")


def check_draws(name: str, value: object) -> None:
    """Raise InputError unless ``value`` is a number of draws that fits in memory."""
    check_positive(name, value, whole=True)
    if value > MOST_DRAWS:  # type: ignore[operator]
        raise InputError(
            f"{name}={value!r} cannot be used: more than {MOST_DRAWS:,} draws do not fit in "
            "memory. 2,000 are enough for an interval, 100,000 for a p of .0001."
        )


def check_interval_draws(draws: object) -> None:
    """Raise InputError unless there are enough draws for the limits of an interval.

    Fewer than 20 lie in a range that need not hold the estimate; one has no width at all.
    """
    check_draws("draws", draws)
    if draws < LEAST_DRAWS:  # type: ignore[operator]
        raise InputError(
            f"draws={draws} is too few for an interval. Use {LEAST_DRAWS} or more, better 1,000."
        )


def check_resamples(draws: int, permutations: int) -> None:
    """Raise InputError unless there are enough draws for intervals and permutations for p."""
    check_draws("draws", draws)
    check_draws("permutations", permutations)
    if min(draws, permutations) < MIN_DRAWS:
        raise InputError(
            f"draws={draws} and permutations={permutations} cannot be used: intervals and p need "
            f"at least {MIN_DRAWS} of each, better 2,000."
        )


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
