"""Measures: the commands that find hits, score them and show them in the articles."""

import warnings
from pathlib import Path
from typing import Any

import click

import framing as fr
from framing.cli.options import (
    Command,
    actors_option,
    articles_options,
    example,
    level_option,
    lexicon_option,
    scores_options,
    seed_option,
    table_option,
    target_options,
    workers_option,
)
from framing.cli.sources import Articles, actors_of, lexicon_of
from framing.cli.targets import Target, said

NESTED = ("frame", "lexicon")
MEASURES = ("jaccard", "containment")


@click.command(
    cls=Command,
    epilog=example("framing hits articles/ --lexicon mine.toml --out hits.csv",
                   "cat articles.jsonl | framing hits - --lexicon mine.toml | head"),
)  # fmt: skip
@articles_options()
@lexicon_option
@actors_option
@click.option("--nested", default="frame", show_default=True, type=click.Choice(NESTED),
              help="Which of overlapping hits count.")  # fmt: skip
@workers_option
@target_options
def hits(
    articles: Articles,
    lexicon: str | None,
    actors: str | None,
    nested: str,
    workers: int,
    target: Target,
) -> None:
    """Find the hits in ARTICLES, one row per hit, with position, entry and context."""
    corpus, found = articles.hits(lexicon, actors=actors_of(actors), nested=nested, workers=workers)
    target.write(found)
    target.say(repr(corpus), repr(found))


@click.command(
    cls=Command,
    epilog=example('framing kwic articles/ "peace talk*" --window 8',
                   "framing kwic articles/ --lexicon mine.toml --frame peace --out kwic.xlsx"),
)  # fmt: skip
@articles_options()
@click.argument("patterns", nargs=-1)
@lexicon_option
@click.option("--frame", help="Frame of the lexicon whose hits are shown.")
@click.option("--window", default=5, show_default=True, help="Tokens on either side.")
@target_options
def kwic(
    articles: Articles,
    patterns: tuple[str, ...],
    lexicon: str | None,
    frame: str | None,
    window: int,
    target: Target,
) -> None:
    """Show each match of PATTERNS in ARTICLES with the words around it.

    A pattern is written as in a lexicon: truce*, "peace talk*". Without patterns, the hits of
    --lexicon are shown, those of --frame alone where it is given.
    """
    if not patterns and lexicon is None:
        raise click.UsageError("Give a pattern, such as truce*, or --lexicon.")
    if patterns and (lexicon is not None or frame is not None):
        raise click.UsageError("Give patterns, or --lexicon and --frame, not both.")
    if any(Path(name).exists() for name in patterns) and not (
        articles.path == "-" or Path(articles.path).exists()
    ):
        raise click.UsageError("ARTICLES stand before the patterns: framing kwic articles/ truce*.")
    if patterns:
        found = fr.kwic(articles.read(), list(patterns), window=window)
    else:
        instrument = lexicon_of(lexicon)
        corpus = articles.read()
        what = fr.find_hits(corpus, instrument) if frame is None else frame
        given = None if frame is None else instrument
        found = fr.kwic(corpus, what, lexicon=given, window=window)
    target.write(found)
    target.say(repr(found))


@click.command(
    cls=Command,
    epilog=example("framing score articles/ --lexicon mine.toml --unit source --out scores.csv"),
)
@articles_options()
@lexicon_option
@scores_options
@click.option("--per", default=1000.0, show_default=True, help="Tokens that a rate is for.")
@level_option
@seed_option
@target_options
def score(
    articles: Articles,
    lexicon: str | None,
    unit: str,
    kind: str,
    rejected: str,
    per: float,
    level: float,
    seed: int,
    target: Target,
) -> None:
    """Score the frames in ARTICLES, with an interval for each score.

    The unit is document, paragraph, sentence, corpus, speaker, or a column such as source. A rate
    is hits per 1,000 tokens. The intervals draw no random number; --seed is there for old scripts.
    """
    corpus, found = articles.hits(lexicon)
    scores = fr.score(found, unit=unit, kind=kind, per=per, rejected=rejected)
    if unit != "sentence":
        scores = scores.interval(seed=seed, level=level)
    target.write(scores)
    target.say(repr(corpus), repr(scores))


@click.command(
    cls=Command,
    epilog=example("framing evidence articles/ --lexicon mine.toml --out evidence.html"),
)
@articles_options(without=("title",))
@lexicon_option
@actors_option
@click.option("--title", "page", help="Title of the page.")
@click.option("--by", help="Column of groups: also whether they differ in each frame.")
@level_option
@seed_option
@click.option("--out", "-o", type=click.Path(path_type=Path), required=True, help="HTML file.")
def evidence(
    articles: Articles,
    lexicon: str | None,
    actors: str | None,
    page: str | None,
    by: str | None,
    level: float,
    seed: int,
    out: Path,
) -> None:
    """Write ARTICLES as a page to read, with every hit marked in the text."""
    from framing._core.files import check_output

    if out.suffix != ".html":
        raise fr.InputError(
            f"{out}: the page is written as .html. Give --out a path that ends in .html."
        )
    check_output(out)
    corpus, found = articles.hits(lexicon, actors=actors_of(actors))
    scores = fr.score(found).interval(seed=seed, level=level)
    gap = _differences(scores, by, seed, level) if by else None
    files = fr.write_evidence(found, corpus, out, scores=scores, contrast=gap, title=page)
    more = f" and {len(files) - 1} pages beside it" if len(files) > 1 else ""
    click.echo(f"{said(repr(corpus))}\n{found!r}\nwritten to {out}{more}")


def _differences(scores: fr.Scores, by: str, seed: int, level: float) -> fr.Contrast | None:
    """Return the contrast of the groups; None, with a warning, where no two can be compared."""
    from framing.contrasts.contrasts import NoComparisonError

    try:
        return fr.contrast(scores, by=by, seed=seed, level=level)
    except NoComparisonError as error:
        warnings.warn(f"The page has no differences between groups. {error}", stacklevel=2)
        return None


@click.command(
    cls=Command,
    epilog=example("framing duplicates articles/ --threshold 0.8 --out duplicates.csv"),
)
@articles_options()
@click.option("--threshold", default=0.5, show_default=True, help="Similarity from which on.")
@click.option("--measure", default="jaccard", show_default=True, type=click.Choice(MEASURES))
@click.option("--shingle", default=5, show_default=True, help="Tokens in a run.")
@table_option("table", "pairs")
@seed_option
@target_options
def duplicates(articles: Articles, table: str, target: Target, **options: Any) -> None:
    """Find the documents in ARTICLES that repeat another one, in clusters."""
    corpus = articles.read()
    found = corpus.find_duplicates(**options)
    target.write(found, table=table)
    target.say(repr(corpus), repr(found))
