"""Comparisons: the commands for groups, time, other choices, and topics."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

import framing as fr
from framing._core.files import read_text
from framing.cli.options import (
    ADJUSTMENTS,
    COMPARISONS,
    KINDS,
    REJECTED,
    Command,
    articles_options,
    example,
    joined,
    level_option,
    lexicon_option,
    scores_options,
    seed_option,
    table_option,
    target_options,
    workers_option,
)
from framing.cli.sources import Articles
from framing.cli.targets import Target, said
from framing.text.stop_words import stop_word_languages

PERIODS = ("day", "week", "month", "quarter", "year")
TEXT_UNITS = ("document", "paragraph", "sentence")


def _groups_options(function: Any) -> Any:
    """Add the options that say which groups are compared."""
    return joined(
        click.option(
            "--by", required=True, multiple=True,
            help="Column, or year, quarter, month, week. Twice: two factors.",
        ),
        click.option("--group", "groups", multiple=True, help="Group to compare. [default: all]"),
        click.option("--reference", help="Group that all others are compared with."),
        click.option("--compare", default="pairs", show_default=True,
                     type=click.Choice(COMPARISONS)),
        click.option("--cluster", help="Column that groups dependent articles, such as a story."),
        click.option("--draws", default=2000, show_default=True, help="Bootstrap draws."),
        click.option("--permutations", default=2000, show_default=True, help="For the p-values."),
        click.option("--adjust", default="holm", show_default=True,
                     type=click.Choice(ADJUSTMENTS)),
    )(function)  # fmt: skip


def _claim(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a contrast."""
    by = options["by"]
    claim = {**options, "by": by[0] if len(by) == 1 else list(by)}
    claim["groups"] = list(options["groups"]) or None
    return claim


@click.command(
    cls=Command,
    epilog=example("framing contrast articles.csv --lexicon mine.toml --by source --out gap.csv"),
)
@articles_options()
@lexicon_option
@click.option(
    "--frame",
    "frames",
    multiple=True,
    help="Frame to compare; p is adjusted for these only. [default: all]",
)
@_groups_options
@scores_options
@level_option
@seed_option
@table_option("table", "groups", "tests")
@target_options
def contrast(
    articles: Articles,
    lexicon: str | None,
    unit: str,
    kind: str,
    rejected: str,
    table: str,
    frames: tuple[str, ...],
    target: Target,
    **options: Any,
) -> None:
    """Compare the frames in ARTICLES between groups, with intervals and p-values."""
    corpus, found = articles.hits(lexicon)
    scores = fr.score(found, unit=unit, kind=kind, rejected=rejected)
    gap = fr.contrast(scores, frames=list(frames) or None, **_claim(options))
    target.write(gap, table=table)
    target.say(repr(corpus), repr(gap))


@click.command(
    cls=Command,
    epilog=example("framing trend articles.csv --lexicon mine.toml --every month --out trend.csv",
                   "framing trend articles.csv --lexicon mine.toml --change 2025-02-28"),
)  # fmt: skip
@articles_options()
@lexicon_option
@click.option("--every", default="week", show_default=True, type=click.Choice(PERIODS))
@click.option("--by", help="Column: one course for each of its groups.")
@click.option("--timezone", help="In which times of day become days, such as Europe/Kyiv.")
@click.option("--cluster", help="Column that groups dependent articles, such as a story.")
@click.option("--df", type=int, help="Degrees of freedom of the smooth curve.")
@click.option("--draws", default=2000, show_default=True, help="Bootstrap draws.")
@click.option("--change", metavar="DATE", help="Test what changed at this date instead.")
@click.option("--find-changes", is_flag=True, help="Search for dates of changes instead.")
@scores_options
@level_option
@seed_option
@target_options
def trend(
    articles: Articles,
    lexicon: str | None,
    unit: str,
    kind: str,
    rejected: str,
    change: str | None,
    find_changes: bool,
    seed: int,
    target: Target,
    **options: Any,
) -> None:
    """Follow the frames in ARTICLES over time, with intervals and a smooth curve."""
    if change and find_changes:
        raise click.UsageError("Give --change or --find-changes, not both.")
    corpus, found = articles.hits(lexicon)
    scores = fr.score(found, unit=unit, kind=kind, rejected=rejected)
    course: Any = fr.trend(scores, seed=seed, **options)
    if change:
        course = fr.claims.change_at(course, change)
    if find_changes:
        course = fr.claims.find_change_points(course, seed=seed)
    target.write(course)
    target.say(repr(corpus), repr(course))


def _number(text: str, option: str) -> float:
    """Return a whole number of units, or a share with a decimal point."""
    try:
        return int(text) if text.isdigit() else float(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is not a number such as 2 or 0.01.", param_hint=f"'--{option}'"
        ) from None


def _value(text: str) -> Any:
    """Return an option of a choice: a number, a truth value, or text."""
    plain = {"true": True, "false": False, "none": None}
    if text.lower() in plain:
        return plain[text.lower()]
    return int(text) if text.isdigit() else text


def _choices(texts: Sequence[str]) -> dict[str, Any] | None:
    """Return the choices of options such as kind=rate,share; None without any."""
    choices: dict[str, Any] = {}
    for text in texts:
        name, sign, values = text.partition("=")
        if not sign or not values:
            raise click.BadParameter(
                f"{text!r} is not NAME=VALUE,VALUE, such as kind=rate,share.",
                param_hint="'--choice'",
            )
        options = [_value(value) for value in values.split(",")]
        choices[name] = options[0] if name == "entry" and isinstance(options[0], int) else options
    return choices or None


@click.command(
    cls=Command,
    epilog=example("framing multiverse articles.csv --lexicon mine.toml --by source \\",
                   "  --choice kind=rate,share --choice entry=3 --out curves.csv"),
)  # fmt: skip
@articles_options()
@lexicon_option
@_groups_options
@click.option("--unit", default="document", show_default=True, help="Unit of text.")
@click.option("--kind", default="rate", show_default=True, type=click.Choice(KINDS))
@click.option("--rejected", default="include", show_default=True, type=click.Choice(REJECTED))
@click.option("--choice", "choices", multiple=True, metavar="NAME=VALUE,VALUE",
              help="A choice and its options. [default: all that fit]")  # fmt: skip
@click.option("--frame", "frames", multiple=True, help="Frame with a curve. [default: all]")
@click.option("--limit", default=400, show_default=True, help="Most specifications per frame.")
@click.option("--cache", type=click.Path(path_type=Path), help="Folder, to go on after a stop.")
@level_option
@seed_option
@workers_option
@table_option("summary", "table", "matters", "options")
@target_options
def multiverse(
    articles: Articles,
    lexicon: str | None,
    choices: tuple[str, ...],
    frames: tuple[str, ...],
    limit: int,
    cache: Path | None,
    workers: int,
    table: str,
    seed: int,
    target: Target,
    **options: Any,
) -> None:
    """Repeat a contrast in ARTICLES under every defensible choice, and test all at once."""
    from framing.cli.sources import lexicon_of

    varied = _choices(choices)
    instrument = lexicon_of(lexicon)
    corpus = articles.read()
    curves = fr.claims.multiverse(
        corpus,
        instrument,
        {**_claim(options), "seed": seed},
        choices=varied,
        frame=list(frames) or None,
        seed=seed,
        limit=limit,
        cache=cache,
        workers=workers,
    )
    target.write(curves, table=table)
    target.say(repr(corpus), repr(curves))


@click.command(
    cls=Command,
    epilog=example("framing topics articles/ --n-topics 5 --n-topics 10 --n-topics 20",
                   "framing topics articles/ --n-topics 10 --by source --out shares.csv"),
)  # fmt: skip
@articles_options()
@click.option("--n-topics", "grid", type=int, multiple=True, required=True,
              help="Number of topics. Several times: the numbers are compared.")  # fmt: skip
@click.option("--model", default="nmf", show_default=True, help="nmf, lda and others.")
@click.option("--unit", default="document", show_default=True, type=click.Choice(TEXT_UNITS))
@click.option("--words", type=int, help="Cut units into windows of so many words.")
@click.option(
    "--stop-words",
    default="auto",
    show_default=True,
    help="auto (those of --language), a language, none, or a file of words, one a line.",
)
@click.option(
    "--min-units",
    default="2",
    show_default=True,
    help="Units that a term is in at least: a number, or a share such as 0.01.",
)
@click.option(
    "--max-units",
    default="1.0",
    show_default=True,
    help="Units that a term is in at most: a share, or a number.",
)
@click.option("--top", default=10, show_default=True, help="Terms shown of each topic.")
@click.option("--passes", type=int, help="How often the model goes through the units.")
@click.option("--starts", default=10, show_default=True, help="Random starts of a comparison.")
@click.option("--by", help="Column: the shares of the topics in each of its groups.")
@click.option("--shares", is_flag=True, help="Write the shares of the topics in each unit.")
@click.option("--save", type=click.Path(path_type=Path), help="File of the model (.npz).")
@level_option
@seed_option
@workers_option
@target_options
def topics(
    articles: Articles,
    grid: tuple[int, ...],
    model: str,
    stop_words: str,
    top: int,
    passes: int | None,
    starts: int,
    by: str | None,
    shares: bool,
    save: Path | None,
    level: float,
    seed: int,
    workers: int,
    target: Target,
    **counting: Any,
) -> None:
    """Fit a topic model to ARTICLES, or compare several numbers of topics.

    With one number, the terms of each topic are written; with --shares what each unit holds of
    each topic, with --by the mean shares of groups. With several numbers, measures of each are
    written. A topic is no frame before a person has read it.
    """
    for name in ("min_units", "max_units"):
        counting[name] = _number(counting[name], name.replace("_", "-"))
    corpus = articles.read()
    words: str | list[str] | None = None if stop_words == "none" else stop_words
    lists = stop_word_languages()
    if stop_words not in ("auto", "none", *lists):
        if not Path(stop_words).suffix and not Path(stop_words).is_file():
            raise fr.InputError(
                f"--stop-words {stop_words}: there is no list and no file of this name. Allowed: "
                f"auto, none, {', '.join(lists)}, or a file with one word a line."
            )
        words = read_text(Path(stop_words)).split()
    terms = fr.count_terms(corpus, stop_words=words, workers=workers, **counting)
    click.echo(said(repr(corpus)), err=target.path == "-")
    if len(grid) > 1:
        if by or shares or save or passes:
            raise click.UsageError(
                "--by, --shares, --save and --passes need one number of topics: give --n-topics "
                "once."
            )
        choice = fr.topics.choose_topics(
            terms, grid, model=model, starts=starts, seed=seed, top=top, workers=workers
        )
        target.write(choice)
        target.say(repr(choice), *choice.candidates["reason"])
        return
    fitted = fr.fit_topics(terms, model=model, n_topics=grid[0], seed=seed, passes=passes)
    if save:
        fr.topics.write_topics(fitted, save)
    if by:
        found = fr.topics.prevalence(fitted, terms, by=by, seed=seed, level=level, workers=workers)
        target.write(found)
        target.say(repr(fitted), repr(found))
    elif shares:
        target.write(fitted.shares)
        target.say(repr(fitted))
    else:
        best = fitted.table.groupby("topic", observed=True, sort=False).head(top)
        target.write(best.reset_index(drop=True))
        target.say(repr(fitted))
