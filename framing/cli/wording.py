"""Wording: messages of the package in the words of the command line."""

import re
from collections.abc import Iterable

import click

# Functions of the package, and the command that does what they do.
FUNCTIONS = {
    "agreement": "framing agreement",
    "check_lexicon": "framing lexicon check",
    "check_study": "framing check",
    "code_with_model": "framing code",
    "contrast": "framing contrast",
    "correct": "framing correct",
    "find_hits": "framing hits",
    "find_duplicates": "framing duplicates",
    "kwic": "framing kwic",
    "load_lexicon": "--lexicon NAME",
    "read_lexicon": "--lexicon FILE",
    "make_lexicon": "--lexicon FILE",
    "load_actors": "--actors NAME",
    "read_actors": "--actors FILE",
    "make_actors": "--actors FILE",
    "load_codebook": "--codebook NAME",
    "read_codebook": "--codebook FILE",
    "multiverse": "framing multiverse",
    "read_codes": "framing codes",
    "read_corpus": "framing data articles",
    "make_corpus": "framing data articles",
    "sample_for_coding": "framing sample",
    "sample_by_codebook": "framing code --sample",
    "score": "framing score",
    "start_study": "framing init",
    "suggest": "framing suggest",
    "trend": "framing trend",
    "validate": "framing validate",
    "write_coding_sheet": "framing sample",
    "write_evidence": "framing evidence",
    "write_lexicon": "framing lexicon convert",
    "write_paper": "framing paper",
    "choose_topics": "framing topics",
    "fit_topics": "framing topics",
}
# Arguments of functions with another name than the option.
ARGUMENTS = {
    "format": "framing lexicon convert --from",
    "first": "--first",
    "corpus": "ARTICLES",
    "codes": "--codes",
    "sample": "--sample",
    "strata": "--strata",
    "grid": "--n-topics",
    "choices": "--choice",
    "groups": "--group",
    "path": "--out",
    "texts": "TEXTS",
}
# What the command line has no option for, and what to do there.
PHRASES = {
    "Pool groups (groups={name: [values]})": "Give several groups one name in a column of ARTICLES",
}
_VALUE = r"""(?P<value>'[^']*'|"[^"]*"|\([^()]*\)|\[[^\[\]]*\]|[\w./…-]+(?<![.-]))"""


def in_options(message: str, params: Iterable[click.Parameter]) -> str:
    """Return a message that names options and commands, not arguments and functions of Python."""
    params = list(params)
    on: dict[str, str] = {}
    off: dict[str, str] = {}
    for param in params:
        if isinstance(param, click.Option) and param.name:
            on[param.name] = max(param.opts, key=len)
            if param.secondary_opts:
                off[param.name] = param.secondary_opts[0]
        elif param.name:
            on[param.name] = (param.metavar or param.name).upper()
    names = {**ARGUMENTS, **on}
    # dates='dmy' is --dates dmy, clean=False is --no-clean, first= alone is --first.
    pattern = rf"(?:(?:the |The )?arguments? )?\b(?P<name>{'|'.join(names)})=(?:{_VALUE})?"

    def option(match: "re.Match[str]") -> str:
        name, value = match["name"], match["value"]
        if value == "False" and name in off:
            return off[name]
        if value in (None, "True"):
            return names[name]
        bare = value[1:-1] if value[:1] in "'\"" and " " not in value[1:-1] else value
        return f"{names[name]} {bare}"

    for phrase, instead in PHRASES.items():
        message = message.replace(phrase, instead)
    # model={'mine': 'gpt-4o'} is --model mine=gpt-4o.
    pair = rf"\b({'|'.join(on)})=\{{'([^']*)': '([^']*)'\}}"
    message = re.sub(pair, lambda m: f"{on[m[1]]} {m[2]}={m[3]}", message) if on else message
    message = re.sub(pattern, option, message)
    # Without a value it is the name of an option only where no English word is written so.
    bare_names = "|".join(name for name in on if "_" in name)
    if bare_names:
        message = re.sub(rf"(?<![-'\"])\b(?:{bare_names})\b", lambda m: on[m[0]], message)
    # The lexicon that `framing kwic` makes is of the patterns.
    commands = {**FUNCTIONS, **({"make_lexicon": "PATTERNS"} if "patterns" in on else {})}
    functions = "|".join(FUNCTIONS)
    # With fr. or with arguments in brackets it is a call, whatever stands in the brackets.
    call = rf"\bfr\.(?:\w+\.)*(?P<a>{functions})\b(?:\([^()]*\))?|\b(?P<b>{functions})\([^()]*\)"
    message = re.sub(call, lambda m: f"`{commands[m['a'] or m['b']]}`", message)
    with_mark = "|".join(name for name in FUNCTIONS if "_" in name)
    return re.sub(rf"\b({with_mark})\b", lambda m: f"`{commands[m[1]]}`", message)
