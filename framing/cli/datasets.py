"""Datasets: the commands for articles as a table, for large datasets, and for what ships."""

from pathlib import Path
from typing import Any

import click

import framing as fr
from framing.cli.options import (
    Command,
    articles_options,
    example,
    lexicon_option,
    seed_option,
    target_options,
)
from framing.cli.sources import Articles, lexicon_of
from framing.cli.targets import Target

# What ships, by kind: its folder and its ending.
SHIPPED = {
    "lexicon": ("lexicons", ".toml"),
    "actors": ("actors", ".toml"),
    "codebook": ("codebooks", ".toml"),
    "stop words": ("stopwords", ".txt"),
    "study": ("studies", ""),
    "testbed": ("testbed", ".jsonl"),
}
# Names that differ from that of the file.
NAMES = {"testbed": "constructed"}


@click.group(
    epilog=example("framing data articles exports/ --out articles.csv",
                   "framing data list",
                   "framing data copy newswire --out newswire.csv"),
)  # fmt: skip
def data() -> None:
    """Articles as a table, and what ships with the package."""


@data.command(
    "articles",
    cls=Command,
    epilog=example("framing data articles exports/ --out articles.csv --left-out left_out.csv"),
)
@articles_options()
@click.option("--left-out", type=click.Path(), help="Table of what was left out or is in doubt.")
@target_options
def articles_(articles: Articles, left_out: str | None, target: Target) -> None:
    """Write ARTICLES as one table: text, title, source, date and what else is known.

    So any export becomes a CSV, and the other commands read that.
    """
    from framing.cli.wording import in_options

    beside = None if left_out is None else Target(left_out)
    if beside:
        beside.check()
    corpus = articles.read()
    target.write(corpus.table)
    if beside:
        import pandas as pd

        doubts = corpus.doubts.assign(kind="doubt")
        beside.write(pd.concat([corpus.exclusions, doubts], ignore_index=True))
    params = click.get_current_context().command.params
    notes = [f"Note: {in_options(note, params)}" for note in corpus.notes]
    target.say(repr(corpus), *notes)


def shipped() -> dict[tuple[str, str], Path]:
    """Return what ships: the file or folder of each kind and name."""
    folder = Path(fr.__file__).parent / "data"
    return {
        (kind, NAMES.get(path.stem, path.stem)): path
        for kind, (name, ending) in SHIPPED.items()
        for path in sorted((folder / name).iterdir())
        if (path.suffix == ending if ending else path.is_dir())
    }


@data.command("list", cls=Command, epilog=example("framing data list"))
@target_options
def list_(target: Target) -> None:
    """List what ships with the package: lexicons, codebooks, coded texts and others."""
    import pandas as pd

    target.write(pd.DataFrame(list(shipped()), columns=["kind", "name"]))


@data.command(
    "copy",
    cls=Command,
    epilog=example("framing data copy peace-initiative --kind lexicon --out mine.toml",
                   "framing data copy newswire --out newswire.csv"),
)  # fmt: skip
@click.argument("name")
@click.option("--kind", type=click.Choice([*SHIPPED]), help="Where a name is that of two things.")
@click.option("--out", "-o", required=True, help="File to write; an existing one is kept.")
def copy(name: str, kind: str | None, out: str) -> None:
    """Write a copy of what ships, to read or to change."""
    from framing._core.files import Output, read_bytes

    everything = shipped()
    there = [
        (group, path)
        for (group, known), path in everything.items()
        if known == name and kind in (None, group)
    ]
    if not there:
        known_names = ", ".join(sorted({known for _, known in everything}))
        raise fr.InputError(f"{name!r} does not ship with the package. These do: {known_names}.")
    if len(there) > 1:
        kinds = " or ".join(group for group, _ in there)
        raise fr.InputError(
            f"{name!r} is the name of a {kinds}. Say which one you want with --kind."
        )
    ((group, path),) = there
    if Path(out).exists():
        raise fr.InputError(f"{out} exists already and is not replaced. Give --out another path.")
    if group == "testbed":
        table = fr.data.load_testbed(name).corpus.table
        target = Target(out)
        target.check()
        target.write(table)
    elif path.is_dir():
        with Output() as output:
            for file in sorted(path.iterdir()):
                output.bytes(Path(out) / file.name, read_bytes(file), new=True)
    else:
        with Output() as output:
            output.bytes(out, read_bytes(path), new=True)
    click.echo(f"{group} {name}, written to {out}")


@click.command(
    "score-dataset",
    cls=Command,
    epilog=example("framing score-dataset news/ --lexicon mine.toml --out scored/",
                   "framing score-dataset --status scored/"),
)  # fmt: skip
@click.argument("source", required=False)
@lexicon_option
@click.option("--out", "-o", help="Folder or address of the results; it must not be in SOURCE.")
@click.option("--text", default="text", show_default=True, help="Column of the texts.")
@click.option("--id", "doc_id", default="doc_id", show_default=True, help="Column of the ids.")
@click.option("--title", help='Column of the titles. [default: "title", if it is there]')
@click.option("--source", "outlet", help='Column of the sources. [default: "source"]')
@click.option("--date", help='Column of the dates. [default: "date"]')
@click.option("--dates", default="ymd", show_default=True,
              type=click.Choice(["ymd", "dmy", "mdy"]), help="Order in dates.")  # fmt: skip
@click.option("--language", default="en", show_default=True, help="Code of ISO 639-1.")
@click.option("--rows", default=50_000, show_default=True, help="Rows of a partition of Parquet.")
@click.option("--workers", type=int, help="Processes here. [default: one per core]")
@click.option("--scheduler", help="Address of a Dask scheduler, such as tcp://host:8786.")
@click.option("--status", help="Only say how far the results in this folder are.")
def score_dataset(
    source: str | None,
    lexicon: str | None,
    out: str | None,
    status: str | None,
    **options: Any,
) -> None:
    """Score SOURCE, a dataset larger than memory, part by part.

    SOURCE is a file, a folder or a glob of .parquet, .csv, .tsv or .jsonl files, or an address
    such as s3://bucket/news. Stopped and started again, it does only what is missing.
    """
    if status is not None:
        done = fr.data.dataset_status(status)
    elif source is None or out is None:
        absent = "SOURCE" if source is None else "--out"
        raise click.UsageError(f"{absent} is missing. Give SOURCE and --out, or --status FOLDER.")
    else:
        done = fr.score_dataset(source, lexicon_of(lexicon), out, **options)
    click.echo(repr(done))
    for row in done.left_out.itertuples():
        click.echo(f"not scored: {row.partition}: {row.reason}", err=True)
    if status is None and not done.complete:
        raise SystemExit(1)


@click.command(
    "duplicates-dataset",
    cls=Command,
    epilog=example("framing duplicates-dataset news/ --out duplicates/ --workers 4"),
)  # fmt: skip
@click.argument("source")
@click.option("--out", "-o", required=True, help="Folder of the results; it must not be in SOURCE.")
@click.option("--text", default="text", show_default=True, help="Column of the texts.")
@click.option("--id", "doc_id", default="doc_id", show_default=True, help="Column of the ids.")
@click.option("--date", help='Column of the dates. [default: "date"]')
@click.option("--language", default="en", show_default=True, help="Code of ISO 639-1.")
@click.option("--rows", default=50_000, show_default=True, help="Rows of a partition of Parquet.")
@click.option("--threshold", default=0.5, show_default=True, help="Similarity from which on.")
@click.option("--shingle", default=5, show_default=True, help="Tokens in a run.")
@click.option("--workers", default=1, show_default=True, help="Processes here.")
@seed_option
def duplicates_dataset(
    source: str,
    out: str,
    threshold: float,
    shingle: int,
    workers: int,
    seed: int,
    **columns: Any,
) -> None:
    """Find the documents of SOURCE, a dataset larger than memory, that repeat another one.

    They can be in different files. Stopped and started again, it does only what is missing. The
    folder has one table of documents per part, and pairs.parquet.
    """
    dataset = fr.data.open_dataset(source, **columns)
    found = fr.data.find_duplicates(
        dataset, out=out, threshold=threshold, seed=seed, shingle=shingle, workers=workers
    )
    click.echo(repr(found))
