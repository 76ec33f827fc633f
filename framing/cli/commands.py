"""Commands: which there are, in which file each is written, and how they end."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any

import click

from framing.cli.system import in_words, is_refused, prepare_streams, stopped_by_signals

# The file of each command and its short help. So the help imports click and this file alone; a
# test compares the short help with that of the command.
COMMANDS = {
    "Begin": {
        "init": ("studies", "Make a folder to begin a study in."),
        "check": ("studies", "Say how far a study has come, and what comes next."),
        "doctor": ("studies", "Say what is installed, or how articles are read."),
        "data": ("datasets", "Articles as a table, and what ships with the package."),
        "completion": ("studies", "Print the completion for bash, zsh or fish."),
    },
    "Measure": {
        "hits": ("measures", "Find the hits of a lexicon, one row per hit."),
        "kwic": ("measures", "Show words, or the hits of a frame, in their context."),
        "score": ("measures", "Score the frames of a lexicon."),
        "evidence": ("measures", "Write the articles as a page with every hit marked."),
        "duplicates": ("measures", "Find articles that repeat another one."),
        "duplicates-dataset": ("datasets", "Find repeats in a dataset larger than memory."),
        "score-dataset": ("datasets", "Score a dataset larger than memory, part by part."),
    },
    "Compare": {
        "contrast": ("comparisons", "Compare frames between groups, with intervals and p."),
        "trend": ("comparisons", "Follow frames over time."),
        "multiverse": ("comparisons", "Repeat a contrast under every defensible choice."),
        "topics": ("comparisons", "Fit a topic model, or compare numbers of topics."),
    },
    "Lexicons and codes": {
        "lexicon": ("lexicons", "Check, test or convert a lexicon."),
        "suggest": ("lexicons", "Suggest words that may belong in a lexicon."),
        "sample": ("coding", "Draw sentences for coders, as blind coding sheets."),
        "codes": ("coding", "Read filled-in coding sheets into one table."),
        "agreement": ("coding", "Say how far coders agree."),
        "validate": ("coding", "Say how often hits are right, and what they miss."),
        "correct": ("coding", "Correct shares with the codes of a sample."),
        "code": ("coding", "Let a language model code sentences."),
    },
    "This project's own study": {
        "features": ("studies", "Write the features of a study that ships."),
        "paper": ("studies", "Write a paper with the numbers of its notebooks."),
    },
}
EXITS = (
    "Exit codes: 0 done; 1 the input cannot be used, a model coded nothing, or a test of a lexicon "
    "or of the installation failed; 2 the command line is wrong; 130 stopped by the keyboard, "
    "143 by the system."
)


class Commands(click.Group):
    """The group of all commands; each is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return [name for commands in COMMANDS.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        for commands in COMMANDS.values():
            if cmd_name in commands:
                module = import_module(f"framing.cli.{commands[cmd_name][0]}")
                command: click.Command = getattr(module, cmd_name.replace("-", "_"))
                return command
        return None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find a command; the message about an unknown one names the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", error.ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by task."""
        for title, commands in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(name, short) for name, (_, short) in commands.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command. A fault is a message of one line, and an exit code."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        prepare_streams()
        run = partial(super().main, standalone_mode=False)
        with stopped_by_signals() as signals:
            code = _end_of(lambda: run(args, prog_name, complete_var, **extra))
        sys.exit(128 + signals[0] if signals else code)


def _end_of(run: Callable[[], Any]) -> int:
    """Run a command, say its fault in one line, and return its exit code."""
    try:
        code = run()
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        _say(f"Error: {_in_one_line(error)}")
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("Stopped. No file was left half written.")
        return 130
    except (OSError, MemoryError, ImportError) as error:
        if not is_refused(error):
            raise
        _say(f"Error: {in_words(error)}")
        return 1
    return code if isinstance(code, int) else 0


def _say(line: str) -> None:
    """Write a line to the terminal, if it is still open."""
    with suppress(OSError):
        click.echo(line, err=True)


def _in_one_line(error: click.ClickException) -> str:
    """Return the message of an error in one line; for a wrong command line, where help is."""
    lines = [line.strip() for line in error.format_message().splitlines() if line.strip()]
    message = "; ".join(lines).replace(":; ", ": ")
    if isinstance(error, click.UsageError) and error.ctx is not None:
        end = "" if message.endswith((".", "?", "!", ")")) else "."
        return f"{message}{end} See: {error.ctx.command_path} --help"
    return message


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXITS)
@click.version_option(package_name="media-framing", prog_name="framing")
def main() -> None:
    """Measure how news frames an issue.

    \b
    framing init my-study                      a folder to begin in
    framing doctor articles/                   how your articles are read
    framing hits articles/ --lexicon mine.toml --out hits.csv
    framing COMMAND --help                     options, with an example

    ARTICLES is a folder, a file, a zip archive, a glob in quotes, or - for what comes through a
    pipe. Results are written as their ending says (.csv, .tsv, .json, .jsonl, .parquet, .xlsx),
    with all digits; without --out, as CSV to the pipe.
    """
