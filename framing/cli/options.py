"""Options: those that several commands share, and what they stand for."""

import logging
import os
import warnings
from collections.abc import Callable
from functools import wraps
from itertools import pairwise
from typing import Any

import click

from framing.cli.sources import ACTORS, LEXICONS, Articles
from framing.cli.targets import FORMS, Target

# Allowed values. They are repeated here so that the help imports no other file; a test compares
# them with the originals.
KINDS = ("rate", "share", "count")
REJECTED = ("include", "exclude", "only")
COMPARISONS = ("pairs", "rest", "factor")
ADJUSTMENTS = ("holm", "bh", "none")
ORDERS = ("dmy", "mdy", "ymd")

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Command(click.Command):
    """A command that says faults of its input in the words of its options."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options of the command, then those of reading."""
        reading = [param for param in self.params if param.name in READING]
        listed = [param for param in self.get_params(ctx) if param not in reading]
        for title, params in (("Options", listed), ("Options of reading", reading)):
            records = [record for param in params if (record := param.get_help_record(ctx))]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line. The shell leaves ~ as it is in quotes and behind a sign ``=``."""
        if any("~" in arg for arg in args):
            args = [_from_home(arg) for arg in args]
        try:
            # The parser takes them out of its list.
            return super().parse_args(ctx, [*args])
        except click.UsageError as error:
            if error.message.startswith("Got unexpected extra argument"):
                raise click.UsageError(f"{error.message}{_advice(args)}", error.ctx) from None
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; warnings and errors name options, not arguments of Python."""
        from framing._core.checks import InputError
        from framing.cli.clashes import refuse_clashes
        from framing.cli.wording import in_options

        def show(message: Warning | str, *_: object, **__: object) -> None:
            click.echo(f"Note: {' '.join(in_options(str(message), self.params).split())}", err=True)

        # Which engine searches is said by `framing doctor`, not by each command.
        logging.getLogger("framing").setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.showwarning = show
            try:
                refuse_clashes(self.params, ctx.params)
                return super().invoke(ctx)
            except InputError as error:
                raise click.ClickException(in_options(str(error), self.params)) from None


def _from_home(arg: str) -> str:
    """Return an argument with the home folder in place of ~ at the beginning of a path."""
    from framing._core.checks import from_home, is_at_home

    option, sign, value = arg.partition("=") if arg.startswith("-") else ("", "", arg)
    return f"{option}{sign}{from_home(value)}" if is_at_home(value) else arg


def _advice(args: list[str]) -> str:
    """Return what to do about arguments that no parameter takes."""
    if any(flag == "--dictionary" and value.endswith(_LEXICON) for flag, value in pairwise(args)):
        return ". --dictionary takes no value; the lexicon is --lexicon FILE."
    if sum(map(os.path.exists, args)) > 1:
        return ". Several files are one argument: write the pattern in quotes, 'news/*.csv'."
    return ""


# How files of lexicons end; tables do, too, and are not meant here.
_LEXICON = (".toml", ".yml", ".yaml", ".dic", ".dicx", ".lcd", ".lc3", ".cat", ".ykd")


class ShippedOrFile(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """The name of something that ships, or a file; completion offers both."""

    name = "name or file"

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> Any:
        """Return the names that begin so, and the wish for files."""
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name) for name in self._names if name.startswith(incomplete)]
        return [*names, CompletionItem(incomplete, type="file")]


FILE = click.Path(allow_dash=True)


def joined(*decorators: Decorator) -> Decorator:
    """Return the decorators as one; the first is the outermost."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


# Of articles: they stand in a list of their own in each help.
READING: dict[str, Decorator] = {
    name: click.option(*names, **settings)
    for name, names, settings in (
        ("text", ["--text"], {"metavar": "COLUMN", "help": "Column of a table with the texts."}),
        ("title", ["--title"], {"metavar": "COLUMN", "help": "That with the titles."}),
        ("source", ["--source"], {"metavar": "COLUMN", "help": "That with the sources."}),
        ("date", ["--date"], {"metavar": "COLUMN", "help": "That with the dates."}),
        ("doc_id", ["--doc-id"], {"metavar": "COLUMN", "help": "That with the ids."}),
        ("dates", ["--dates"], {
            "type": click.Choice(ORDERS), "help": "Order of day and month in 03/04/2025.",
        }),
        ("encoding", ["--encoding"], {"help": "Of text files, such as cp1252. [default: found]"}),
        ("language", ["--language"], {
            "default": "en", "show_default": True, "help": "Of the texts, such as de.",
        }),
        ("furniture", ["--furniture/--no-furniture"], {
            "default": True, "help": "Remove lines of the web page. [default: remove]",
        }),
        ("clean", ["--clean/--no-clean"], {
            "default": True, "help": "Replace HTML in columns of a table. [default: replace]",
        }),
        ("repair", ["--repair"], {
            "is_flag": True, "help": "Put right characters that were decoded wrongly: cafÃ©.",
        }),
        ("input_format", ["--input-format"], {
            "metavar": "ENDING", "help": "What comes through -, such as csv. [default: found]",
        }),
        ("progress", ["--progress/--no-progress"], {
            "default": True, "help": "Show a bar on a terminal. [default: show]",
        }),
    )
}  # fmt: skip


def articles_options(required: bool = True, without: tuple[str, ...] = ()) -> Decorator:
    """Add ARTICLES and the options of reading; the command gets ``articles``, still unread.

    ``without`` are options that mean something else in this command.
    """
    given = {name: option for name, option in READING.items() if name not in without}

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(articles: str | None, progress: bool, **options: Any) -> Any:
            from framing._core.long_work import progress_shown

            reading = {name: options.pop(name) for name in given if name != "progress"}
            with progress_shown(progress):
                source = None if articles is None else Articles(articles, reading)
                return function(articles=source, **options)

        argument = click.argument("articles", type=FILE, required=required)
        return joined(argument, *given.values())(command)

    return decorate


def lexicon_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --lexicon; there is no default."""
    return click.option(
        "--lexicon",
        type=ShippedOrFile(LEXICONS),
        help="Name or file. Needed: each issue has its own.",
    )(function)


def actors_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --actors."""
    return click.option(
        "--actors",
        type=ShippedOrFile(ACTORS),
        help="Name or file of a table of actors, to name the speakers.",
    )(function)


def scores_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of scores."""
    return joined(
        click.option("--unit", default="document", show_default=True, help="Unit of text."),
        click.option("--kind", default="rate", show_default=True, type=click.Choice(KINDS)),
        click.option(
            "--rejected", default="include", show_default=True, type=click.Choice(REJECTED),
            help="What is done with hits that the text denies.",
        ),
    )(function)  # fmt: skip


def level_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --level."""
    return click.option("--level", default=0.95, show_default=True, help="Of the intervals.")(
        function
    )


def seed_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --seed."""
    return click.option("--seed", default=1, show_default=True, help="Seed of random numbers.")(
        function
    )


def workers_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --workers."""
    return click.option("--workers", default=1, show_default=True, help="Number of processes.")(
        function
    )


def table_option(*tables: str) -> Decorator:
    """Add --table, which of the tables of the result is written; the first is the default."""
    return click.option(
        "--table", default=tables[0], show_default=True, type=click.Choice(tables),
        help="Which table of the result is written.",
    )  # fmt: skip


def target_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --out, --format and --dictionary; the command gets ``target``."""

    @wraps(function)
    def command(out: str, form: str, dictionary: bool, **options: Any) -> Any:
        target = Target(out, form, dictionary)
        target.check()
        return function(target=target, **options)

    return joined(
        click.option(
            "--out", "-o", type=FILE, default="-", show_default=True,
            help="File to write: .csv, .tsv, .json, .jsonl, .parquet or .xlsx. "
            "- writes to the pipe.",
        ),
        click.option(
            "--format", "form", default="csv", show_default=True, type=click.Choice(FORMS),
            help="What --out - writes.",
        ),
        click.option(
            "--dictionary", is_flag=True,
            help="Describe the columns and how they were made, in files beside .csv or .parquet.",
        ),
    )(command)  # fmt: skip


def example(*lines: str) -> str:
    """Return an example for the end of a help."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)
