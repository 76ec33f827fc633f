"""Command line: scores, contrasts, hits and evidence of articles, features of a study, a paper."""

from pathlib import Path

import click

from framing._core.checks import InputError
from framing._core.tables import write_table
from framing.contrasts.contrasts import COMPARISONS
from framing.contrasts.contrasts import contrast as contrast_scores
from framing.corpus.readers import read_corpus
from framing.datasets import LEXICON_OF, load_actors, load_lexicon, measure_study, read_study_texts
from framing.evidence.evidence import write_evidence
from framing.hits.hits import find_hits
from framing.hits.study import write_study
from framing.lexicons.actors import Actors, read_actors
from framing.lexicons.dictionaries import read_lexicon
from framing.lexicons.lexicon import Lexicon
from framing.paper.paper import FORMATS, write_paper
from framing.scores.scores import KINDS, REJECTED
from framing.scores.scores import score as score_hits


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="media-framing", prog_name="framing")
def main() -> None:
    """Measure how news frames an issue."""


def _lexicon(name: str) -> Lexicon:
    return read_lexicon(name) if Path(name).suffix else load_lexicon(name)


def _actors(name: str) -> Actors:
    return read_actors(name) if Path(name).suffix else load_actors(name)


@main.command()
@click.argument("articles", type=click.Path(path_type=Path))
@click.option("--lexicon", default="peace-initiative", show_default=True, help="Name or file.")
@click.option("--unit", default="document", show_default=True, help="Unit that is scored.")
@click.option("--kind", default="rate", show_default=True, type=click.Choice(KINDS))
@click.option("--rejected", default="include", show_default=True, type=click.Choice(REJECTED))
@click.option("--seed", default=1, show_default=True, help="Seed of the bootstrap intervals.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV file to write.")
def score(
    articles: Path, lexicon: str, unit: str, kind: str, rejected: str, seed: int, out: Path
) -> None:
    """Score the frames in ARTICLES (a folder of .txt, or a .csv, .tsv, .jsonl, .parquet)."""
    try:
        corpus = read_corpus(articles)
        hits = find_hits(corpus, _lexicon(lexicon))
        scores = score_hits(hits, unit=unit, kind=kind, rejected=rejected)
        if unit != "sentence":
            scores = scores.interval(seed=seed)
        write_table(scores.table, out)
    except InputError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{corpus!r}\n{scores!r}\nwritten to {out}")


@main.command()
@click.argument("articles", type=click.Path(path_type=Path))
@click.option("--by", required=True, help="Column, or year, quarter, month or week.")
@click.option("--lexicon", default="peace-initiative", show_default=True, help="Name or file.")
@click.option("--kind", default="rate", show_default=True, type=click.Choice(KINDS))
@click.option("--compare", default="pairs", show_default=True, type=click.Choice(COMPARISONS))
@click.option("--cluster", help="Column of articles that belong together, such as a story.")
@click.option("--seed", default=1, show_default=True, help="Seed of intervals and p-values.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV file to write.")
def contrast(
    articles: Path,
    by: str,
    lexicon: str,
    kind: str,
    compare: str,
    cluster: str | None,
    seed: int,
    out: Path,
) -> None:
    """Compare the frames in ARTICLES between groups, with intervals and p-values."""
    try:
        corpus = read_corpus(articles)
        scores = score_hits(find_hits(corpus, _lexicon(lexicon)), kind=kind)
        gap = contrast_scores(scores, by=by, compare=compare, cluster=cluster, seed=seed)
        write_table(gap.table, out)
    except InputError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{corpus!r}\n{gap!r}\nwritten to {out}")


@main.command()
@click.argument("articles", type=click.Path(path_type=Path))
@click.option("--lexicon", default="peace-initiative", show_default=True, help="Name or file.")
@click.option("--actors", help="Name or file of a table of actors, to name the speakers.")
@click.option("--workers", default=1, show_default=True, help="Processes that share the work.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV file to write.")
def hits(articles: Path, lexicon: str, actors: str | None, workers: int, out: Path) -> None:
    """Find the hits in ARTICLES, one row each, with place, entry and context."""
    try:
        found = find_hits(
            read_corpus(articles),
            _lexicon(lexicon),
            actors=_actors(actors) if actors else None,
            workers=workers,
        )
        write_table(found.table, out)
    except InputError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{found!r}\nwritten to {out}")


@main.command()
@click.argument("articles", type=click.Path(path_type=Path))
@click.option("--lexicon", default="peace-initiative", show_default=True, help="Name or file.")
@click.option("--actors", help="Name or file of a table of actors, to name the speakers.")
@click.option("--title", help="Title of the page.")
@click.option("--seed", default=1, show_default=True, help="Seed of the bootstrap intervals.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="HTML file to write.")
def evidence(
    articles: Path, lexicon: str, actors: str | None, title: str | None, seed: int, out: Path
) -> None:
    """Write ARTICLES as a page to read, with every hit marked in its place."""
    try:
        corpus = read_corpus(articles)
        found = find_hits(corpus, _lexicon(lexicon), actors=_actors(actors) if actors else None)
        scores = score_hits(found).interval(seed=seed)
        files = write_evidence(found, corpus, out, scores=scores, title=title)
    except InputError as error:
        raise click.ClickException(str(error)) from None
    more = f" and {len(files) - 1} pages beside it" if len(files) > 1 else ""
    click.echo(f"{corpus!r}\n{found!r}\nwritten to {out}{more}")


@main.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--notebooks", type=click.Path(path_type=Path), required=True, help="Their folder.")
@click.option(
    "--results", type=click.Path(path_type=Path), help="[default: results.json beside it]"
)
@click.option(
    "--bibliography", type=click.Path(path_type=Path), help="[default: references.bib beside it]"
)
@click.option("--format", "formats", multiple=True, type=click.Choice(FORMATS), default=FORMATS)
@click.option("--out", type=click.Path(path_type=Path), help="[default: the folder of SOURCE]")
def paper(
    source: Path,
    notebooks: Path,
    results: Path | None,
    bibliography: Path | None,
    formats: tuple[str, ...],
    out: Path | None,
) -> None:
    """Write the paper in SOURCE, with numbers of the notebooks, as HTML, DOCX, LaTeX and PDF."""
    try:
        made = write_paper(
            source,
            out,
            notebooks=notebooks,
            results=results,
            bibliography=bibliography,
            formats=formats,
        )
    except InputError as error:
        raise click.ClickException(str(error)) from None
    click.echo(repr(made))


@main.command()
@click.argument("name", type=click.Choice(sorted(LEXICON_OF)))
@click.argument("texts", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def features(name: str, texts: Path, folder: Path) -> None:
    """Write the features of the study NAME, made from its TEXTS, to FOLDER."""
    try:
        corpus = read_study_texts(name, texts)
        study = measure_study(name, corpus)
        write_study(study, folder)
    except InputError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{study!r}\nwritten to {folder}")
