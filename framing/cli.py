"""Command line: init, check, score, contrast, hits, evidence, code, features and paper."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

# Each command imports what it uses, so that the help is fast.
import framing as fr

if TYPE_CHECKING:
    from framing.lexicons.actors import Actors
    from framing.lexicons.lexicon import Lexicon

# Allowed values of the options. They are repeated here so that the help imports no other file; a
# test compares them with the originals.
KINDS = ("rate", "share", "count")
REJECTED = ("include", "exclude", "only")
COMPARISONS = ("pairs", "rest", "factor")
LEXICONS = ("peace-initiative", "peace-initiative-1.1")
FORMATS = ("html", "docx", "tex", "pdf")
STUDIES = ("articles", "briefings")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="media-framing", prog_name="framing")
def main() -> None:
    """Measure how news frames an issue."""


@contextmanager
def _input_errors() -> Iterator[None]:
    """Turn an InputError into a message without a traceback."""
    from framing._core.checks import InputError

    try:
        yield
    except InputError as error:
        raise click.ClickException(str(error)) from None


def _check_out(out: Path, ending: str) -> None:
    """Raise InputError where the file cannot be written, before the texts are measured."""
    from framing._core.files import check_output

    if out.suffix != ending:
        raise fr.InputError(f"{out}: this is written as {ending}. Give --out a path ending so.")
    check_output(out)


def _lexicon(name: str | None) -> "Lexicon":
    """Return the lexicon of this name, or in this file. There is no default."""
    if name is None:
        raise fr.InputError(
            "--lexicon is missing. What counts as a hit depends on it, and each issue has its own. "
            "Give a file of yours, such as --lexicon lexicon.toml, or one that ships: "
            f"{', '.join(LEXICONS)}."
        )
    return fr.read_lexicon(name) if Path(name).suffix else fr.load_lexicon(name)


def _actors(name: str | None) -> "Actors | None":
    """Return the actors of this name, or in this file."""
    if name is None:
        return None
    return fr.lexicons.read_actors(name) if Path(name).suffix else fr.data.load_actors(name)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the study. [default: that of the folder]")
@click.option("--example", is_flag=True, help="With 80 constructed articles, to try all steps.")
def init(folder: Path, name: str | None, example: bool) -> None:
    """Make FOLDER to begin a study in: settings, lexicon, notebook."""
    with _input_errors():
        fr.data.start_study(folder, name=name, example=example)
    articles, lexicon = folder / "articles", folder / "lexicon.toml"
    click.echo(
        f"{folder} is ready.\nNext: put articles into {articles}, write the words of your frames "
        f"into {lexicon}, then run: framing check {folder}"
    )


@main.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Say how far the study in FOLDER has come, and what comes next."""
    with _input_errors():
        state = fr.data.check_study(folder)
    marks = {"done": "done   ", "open": "open   ", "problem": "PROBLEM"}
    for row in state.table.itertuples():
        click.echo(f"{marks[str(row.state)]}  {row.step:<12}{row.detail}")
    click.echo(f"Next: {state.next}" if state.next else "All steps are done. Write the paper.")


@main.command()
@click.argument("articles", type=click.Path(path_type=Path))
@click.option("--lexicon", help="Name or file. Needed: each issue has its own.")
@click.option("--unit", default="document", show_default=True, help="Unit of text to score.")
@click.option("--kind", default="rate", show_default=True, type=click.Choice(KINDS))
@click.option("--rejected", default="include", show_default=True, type=click.Choice(REJECTED))
@click.option(
    "--seed", default=1, show_default=True, help="No longer used: intervals draw no random number."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV file to write.")
def score(
    articles: Path, lexicon: str | None, unit: str, kind: str, rejected: str, seed: int, out: Path
) -> None:
    """Score the frames in ARTICLES (a folder of .txt, or a .csv, .tsv, .jsonl, .parquet)."""
    with _input_errors():
        _check_out(out, ".csv")
        corpus = fr.read_corpus(articles)
        hits = fr.find_hits(corpus, _lexicon(lexicon))
        scores = fr.score(hits, unit=unit, kind=kind, rejected=rejected)
        if unit != "sentence":
            scores = scores.interval(seed=seed)
        fr.write_table(scores.table, out, digits=None)
    click.echo(f"{corpus!r}\n{scores!r}\nwritten to {out}")


@main.command()
@click.argument("articles", type=click.Path(path_type=Path))
@click.option("--by", required=True, help="Column, or year, quarter, month or week.")
@click.option("--lexicon", help="Name or file. Needed: each issue has its own.")
@click.option("--kind", default="rate", show_default=True, type=click.Choice(KINDS))
@click.option("--compare", default="pairs", show_default=True, type=click.Choice(COMPARISONS))
@click.option("--cluster", help="Column that groups dependent articles, such as a story.")
@click.option("--seed", default=1, show_default=True, help="Seed of intervals and p-values.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV file to write.")
def contrast(
    articles: Path,
    by: str,
    lexicon: str | None,
    kind: str,
    compare: str,
    cluster: str | None,
    seed: int,
    out: Path,
) -> None:
    """Compare the frames in ARTICLES between groups, with intervals and p-values."""
    with _input_errors():
        _check_out(out, ".csv")
        corpus = fr.read_corpus(articles)
        scores = fr.score(fr.find_hits(corpus, _lexicon(lexicon)), kind=kind)
        gap = fr.contrast(scores, by=by, compare=compare, cluster=cluster, seed=seed)
        fr.write_table(gap.table, out, digits=None)
    click.echo(f"{corpus!r}\n{gap!r}\nwritten to {out}")


@main.command()
@click.argument("articles", type=click.Path(path_type=Path))
@click.option("--lexicon", help="Name or file. Needed: each issue has its own.")
@click.option("--actors", help="Name or file of a table of actors, to name the speakers.")
@click.option("--workers", default=1, show_default=True, help="Number of processes.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV file to write.")
def hits(articles: Path, lexicon: str | None, actors: str | None, workers: int, out: Path) -> None:
    """Find the hits in ARTICLES, one row per hit, with position, entry and context."""
    with _input_errors():
        _check_out(out, ".csv")
        matches = fr.find_hits(
            fr.read_corpus(articles),
            _lexicon(lexicon),
            actors=_actors(actors),
            workers=workers,
        )
        fr.write_table(matches.table, out, digits=None)
    click.echo(f"{matches!r}\nwritten to {out}")


@main.command()
@click.argument("articles", type=click.Path(path_type=Path))
@click.option("--lexicon", help="Name or file. Needed: each issue has its own.")
@click.option("--actors", help="Name or file of a table of actors, to name the speakers.")
@click.option("--title", help="Title of the page.")
@click.option(
    "--seed", default=1, show_default=True, help="No longer used: intervals draw no random number."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="HTML file to write.")
def evidence(
    articles: Path, lexicon: str | None, actors: str | None, title: str | None, seed: int, out: Path
) -> None:
    """Write ARTICLES as a page to read, with every hit marked in the text."""
    with _input_errors():
        _check_out(out, ".html")
        corpus = fr.read_corpus(articles)
        matches = fr.find_hits(corpus, _lexicon(lexicon), actors=_actors(actors))
        scores = fr.score(matches).interval(seed=seed)
        files = fr.write_evidence(matches, corpus, out, scores=scores, title=title)
    more = f" and {len(files) - 1} pages beside it" if len(files) > 1 else ""
    click.echo(f"{corpus!r}\n{matches!r}\nwritten to {out}{more}")


@main.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--notebooks", type=click.Path(path_type=Path), required=True, help="Folder of the notebooks."
)
@click.option(
    "--results", type=click.Path(path_type=Path), help="[default: results.json beside SOURCE]"
)
@click.option(
    "--bibliography",
    type=click.Path(path_type=Path),
    help="[default: references.bib beside SOURCE]",
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
    """Write the paper in SOURCE, with numbers from notebooks, as HTML, DOCX, LaTeX and PDF."""
    with _input_errors():
        written = fr.write_paper(
            source,
            out,
            notebooks=notebooks,
            results=results,
            bibliography=bibliography,
            formats=formats,
        )
    click.echo(repr(written))


@main.command()
@click.argument("name", type=click.Choice(STUDIES))
@click.argument("texts", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def features(name: str, texts: Path, folder: Path) -> None:
    """Write the features of the study NAME, computed from its TEXTS, to FOLDER."""
    with _input_errors():
        from framing.datasets import measure_study, read_study_texts

        study = measure_study(name, read_study_texts(name, texts))
        fr.data.write_study(study, folder)
    click.echo(f"{study!r}\nwritten to {folder}")


@main.command()
@click.argument("articles", type=click.Path(path_type=Path))
@click.option("--codebook", required=True, help="TOML file, or the name of one that ships.")
@click.option("--model", "models", required=True, multiple=True, help="Name on the server.")
@click.option("--base-url", required=True, help="Such as http://127.0.0.1:11434/v1 (Ollama).")
@click.option("--sample", type=click.IntRange(min=1), help="Sentences to draw. [default: all]")
@click.option("--sheet", type=click.Path(path_type=Path), help="Blind sheets of the sample, too.")
@click.option("--context", default=1, show_default=True, help="Neighbours that the model sees.")
@click.option("--batch", default=1, show_default=True, help="Sentences in a request.")
@click.option("--replicate", default=1, show_default=True, help="Wordings of the prompt.")
@click.option("--workers", default=4, show_default=True, help="Requests at the same time.")
@click.option("--price", type=float, nargs=2, help="Per million tokens of prompts and answers.")
@click.option("--max-cost", type=float, help="What the run may cost at most.")
@click.option("--allow-hosted", is_flag=True, help="Texts may go to another machine.")
@click.option("--key-env", help="Environment variable with the key.")
@click.option("--again", multiple=True, help="Reason for which sentences are sent again.")
@click.option("--dry-run", is_flag=True, help="Say requests, tokens and cost, and send nothing.")
@click.option("--seed", default=1, show_default=True, help="Seed of the sample and of the model.")
@click.option("--out", type=click.Path(path_type=Path), default="codes.csv", show_default=True)
def code(
    articles: Path,
    codebook: str,
    models: tuple[str, ...],
    base_url: str,
    sample: int | None,
    sheet: Path | None,
    dry_run: bool,
    seed: int,
    out: Path,
    **options: Any,
) -> None:
    """Let a language model code the sentences of ARTICLES by a codebook.

    Beside the codes it writes their manifest (.manifest.json), what has no code and why
    (.problems.csv), and model-codes.sqlite, with which a run that was stopped goes on.
    """
    with _input_errors():
        _check_out(out, ".csv")
        if sheet is not None and sample is None:
            raise fr.InputError("--sheet writes sheets of a sample: give --sample, such as 300.")
        own = Path(codebook).suffix
        book = fr.coding.read_codebook(codebook) if own else fr.data.load_codebook(codebook)
        corpus = fr.read_corpus(articles)
        drawn = fr.coding.sample_by_codebook(corpus, book, sample, seed=seed) if sample else None
        options |= {
            "model": models, "base_url": base_url, "seed": seed,
            "cache": out.with_name("model-codes.sqlite"), "price": options["price"] or None,
        }  # fmt: skip
        source = corpus if drawn is None else drawn
        click.echo(repr(fr.coding.code_with_model(source, book, dry_run=True, **options)))
        if dry_run:
            return
        coded = fr.coding.code_with_model(source, book, **options)
        assert isinstance(coded, fr.coding.ModelCodes)
        wide = coded.table.pivot(
            index=["doc_id", "sentence", "coder"], columns="frame", values="code"
        ).astype("Int64")
        fr.write_table(wide.rename_axis(columns=None).reset_index(), out, digits=None)
        fr.write_table(coded.problems, out.with_suffix(".problems.csv"), digits=None)
        fr.coding.write_manifest(coded, out.with_suffix(".manifest.json"))
        if sheet is not None and drawn is not None:
            fr.write_coding_sheet(drawn, sheet, codebook=book)
    click.echo(f"{coded!r}\nwritten to {out}, with its manifest and its problems beside it")
