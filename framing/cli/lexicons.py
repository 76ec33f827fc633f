"""Lexicons: the commands that check, test, convert and extend them."""

from pathlib import Path
from typing import Any

import click

import framing as fr
from framing.cli.options import (
    Command,
    ShippedOrFile,
    articles_options,
    example,
    lexicon_option,
    seed_option,
    target_options,
)
from framing.cli.sources import LEXICONS, Articles, lexicon_of
from framing.cli.targets import Target

FORMATS = ("toml", "yaml", "liwc", "lexicoder", "yoshikoder", "wordstat", "csv", "tsv")
NAME = ShippedOrFile(LEXICONS)


@click.group(
    epilog=example("framing lexicon check mine.toml articles/ --out remarks.csv",
                   "framing lexicon test mine.toml",
                   "framing lexicon convert mine.toml --out mine.ykd"),
)  # fmt: skip
def lexicon() -> None:
    """Check, test or convert a lexicon."""


@lexicon.command("check", cls=Command, epilog=example("framing lexicon check mine.toml articles/"))
@click.argument("lexicon", type=NAME)
@articles_options(required=False)
@target_options
def check(lexicon: str, articles: Articles | None, target: Target) -> None:
    """List remarks on LEXICON: examples that fail, entries that another one hides.

    With ARTICLES, also the entries that never fire in them.
    """
    instrument = lexicon_of(lexicon)
    found = fr.coding.check_lexicon(instrument, articles.read() if articles else None)
    target.write(found)
    target.say(repr(found))


@lexicon.command("test", cls=Command, epilog=example("framing lexicon test mine.toml"))
@click.argument("lexicon", type=NAME)
@click.pass_context
def test(context: click.Context, lexicon: str) -> None:
    """Run the examples of LEXICON as tests. The exit code is 1 where one fails."""
    found = fr.coding.check_lexicon(lexicon_of(lexicon))
    failed = found.table[found.table["problem"].isin(["must match", "must not match"])]
    for row in failed.itertuples():
        click.echo(f"FAILED  {row.frame}: {row.entry!r} {row.problem}: {row.detail}")
    click.echo(repr(found))
    context.exit(0 if found.ok else 1)


@lexicon.command(
    "convert",
    cls=Command,
    epilog=example("framing lexicon convert mine.dic --out mine.toml",
                   "framing lexicon convert mine.toml --to yaml > mine.yml"),
)  # fmt: skip
@click.argument("lexicon", type=NAME)
@click.option("--from", "format", type=click.Choice(FORMATS), help="[default: by the ending]")
@click.option("--to", type=click.Choice(FORMATS), help="[default: by the ending of --out]")
@click.option("--encoding", help="Encoding of LEXICON. [default: found]")
@click.option("--losses", "losses_path", type=click.Path(), help="Table of what is lost.")
@click.option("--out", "-o", type=click.Path(allow_dash=True), default="-", show_default=True)
def convert(
    lexicon: str,
    format: str | None,
    to: str | None,
    encoding: str | None,
    losses_path: str | None,
    out: str,
) -> None:
    """Write LEXICON in the format of another program, or as TOML.

    What the other format cannot hold is listed; nothing is lost in silence.
    """
    import warnings
    from tempfile import TemporaryDirectory

    list_losses = None if losses_path is None else Target(losses_path)
    if list_losses:
        list_losses.check()
    own = lexicon == "-" or not (Path(lexicon).suffix and (format or encoding))
    instrument: Any = (
        lexicon_of(lexicon) if own else fr.read_lexicon(lexicon, format=format, encoding=encoding)
    )
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        # What is lost is said below, reason by reason.
        warnings.simplefilter("ignore", UserWarning)
        if out != "-":
            losses = fr.lexicons.write_lexicon(instrument, out, format=to)
            click.echo(f"{instrument!r}\nwritten to {out}")
        else:
            path = Path(folder) / "lexicon.toml"
            losses = fr.lexicons.write_lexicon(instrument, path, format=to or "toml")
            click.echo(path.read_text(encoding="utf-8"), nl=False)
    if list_losses:
        list_losses.write(losses)
    counts = losses.groupby(["lost", "reason"], sort=False).size()
    for (lost, reason), count in zip(counts.index.tolist(), counts, strict=True):
        click.echo(f"Note: {count:,} × {lost} is lost: {reason}", err=True)
    if len(losses) and not list_losses:
        click.echo("Note: --losses losses.csv lists each of them", err=True)


@click.command(
    cls=Command,
    epilog=example("framing suggest articles/ --lexicon mine.toml --top 30 --out words.xlsx"),
)
@articles_options()
@lexicon_option
@click.option("--top", default=20, show_default=True, help="Most words per frame.")
@click.option("--min-count", default=5, show_default=True, help="Sentences with the word.")
@seed_option
@target_options
def suggest(
    articles: Articles, lexicon: str | None, top: int, min_count: int, seed: int, target: Target
) -> None:
    """Suggest words of ARTICLES that may belong in a lexicon. A person decides."""
    instrument = lexicon_of(lexicon)
    corpus = articles.read()
    words = fr.coding.suggest(corpus, instrument, top=top, min_count=min_count, seed=seed)
    target.write(words)
    target.say(repr(corpus), repr(words))
