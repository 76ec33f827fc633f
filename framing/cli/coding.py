"""Coding: the commands for samples, coding sheets, codes, and what they say of a lexicon."""

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import framing as fr
from framing.cli.options import (
    Command,
    articles_options,
    example,
    joined,
    level_option,
    lexicon_option,
    seed_option,
    table_option,
    target_options,
)
from framing.cli.sources import Articles, codes_of, lexicon_of, sample_of
from framing.cli.targets import Target, said

if TYPE_CHECKING:
    from framing.coding.codebooks import Codebook
    from framing.coding.samples import Sample
    from framing.corpus.corpus import Corpus
    from framing.hits.hits import Hits
    from framing.lexicons.lexicon import Lexicon

ALLOCATIONS = ("proportional", "neyman")
MEASUREMENTS = ("nominal", "ordinal", "interval", "ratio")
SHEETS = (".csv", ".tsv", ".xlsx")


@click.command(
    cls=Command,
    epilog=example("framing sample articles/ --lexicon mine.toml --n 300 --coder Ann --coder Bo \\",
                   "  --out coding/sheet.xlsx"),
)  # fmt: skip
@articles_options()
@lexicon_option
@click.option("--n", "-n", default=300, show_default=True,
              help="Sentences to draw, or what the codebook has as its unit.")  # fmt: skip
@click.option("--coder", "coders", multiple=True, help="Name of a coder. [default: coder1, coder2]")
@click.option("--strata", multiple=True, help="frame, or a column. [default: frame]")
@click.option("--allocate", default="proportional", show_default=True,
              type=click.Choice(ALLOCATIONS), help="Sentences of each stratum.")  # fmt: skip
@click.option("--first", type=click.Path(), help="Sample file of a first wave.")
@click.option("--codes", multiple=True, type=click.Path(), help="Codes of the first wave.")
@click.option(
    "--codebook",
    help="Rules for the coders: a TOML file, or the name of one that ships. [default: "
    "the one that ships with the lexicon, or its descriptions of the frames]",
)
@seed_option
@click.option("--out", "-o", type=click.Path(path_type=Path), required=True,
              help="sheet.xlsx gives sheet_Ann.xlsx and so on. Or .csv, .tsv.")  # fmt: skip
def sample(
    articles: Articles,
    lexicon: str | None,
    n: int,
    coders: tuple[str, ...],
    strata: tuple[str, ...],
    allocate: str,
    first: str | None,
    codes: tuple[str, ...],
    codebook: str | None,
    seed: int,
    out: Path,
) -> None:
    """Draw sentences of ARTICLES for coders, and write a blind sheet for each of them.

    The sheets show no hits. Beside them stands a file .sample.json, which says with which
    probability each sentence was drawn: framing validate and framing correct read it.
    """
    if out.suffix.lower() not in SHEETS:
        raise fr.InputError(
            f"{out}: a coding sheet is written as {', '.join(SHEETS)}. Give --out a path with "
            "such an ending."
        )
    record = out.with_name(f"{out.stem}.sample.json")
    if record.exists():
        raise fr.InputError(
            f"{record}: a file of this name exists, and belongs to sheets that were written "
            "before. No file is replaced. Give --out another path."
        )
    rules = None if codebook is None else _codebook(codebook)
    instrument = lexicon_of(lexicon)
    corpus = articles.read()
    found = fr.find_hits(corpus, instrument)
    wave = None if first is None else sample_of(first, [], needed=True)
    known = codes_of(codes)[0] if codes else None
    drawn = fr.coding.sample_for_coding(
        found, corpus, n, strata=list(strata) or "frame", allocate=allocate, first=wave,
        codes=known, unit=None if rules is None else rules.unit, seed=seed,
    )  # fmt: skip
    notes, told = (rules, f"{rules!r}") if rules is not None else _rules_of(instrument)
    sheets = fr.coding.write_coding_sheet(
        drawn.last_wave, out, coders=list(coders) or 2, codebook=notes, seed=seed
    )
    fr.write_sample(drawn, record)
    names = ", ".join(map(str, [*sheets, record]))
    click.echo(f"{said(repr(corpus))}\n{drawn!r}\nrules on the sheets: {told}\nwritten to {names}")


def _rules_of(lexicon: "Lexicon") -> "tuple[Codebook | dict[str, str] | None, str]":
    """Return what a sheet says of the frames where no codebook is given, and its name.

    The codebook that ships with a lexicon of this name and these frames, or what the lexicon says
    of its frames.
    """
    frames = [str(frame) for frame in lexicon.frames["frame"]]
    shipped = resources.files("framing").joinpath("data", "codebooks")
    if f"{lexicon.name}.toml" in [file.name for file in shipped.iterdir()]:
        book = fr.data.load_codebook(lexicon.name)
        if set(book.frames) == set(frames):
            return book, f"{book!r}, which ships with this lexicon"
    texts = zip(frames, map(str, lexicon.frames["description"]), strict=True)
    described = {frame: text for frame, text in texts if text.strip()}
    if described:
        return described, f"the descriptions of {', '.join(described)} in {lexicon.name}"
    return None, (
        "none. Coders must know what the frames mean: give --codebook, or each frame of the "
        "lexicon a description."
    )


def _codebook(name: str) -> Any:
    """Return the codebook in this file, or of this name."""
    return fr.coding.read_codebook(name) if Path(name).suffix else fr.data.load_codebook(name)


def _scale(text: str) -> tuple[float, ...]:
    """Return the codes that are allowed: 0,1 or 0-4."""
    try:
        low, dash, high = text.partition("-")
        if dash and low:
            return tuple(range(int(low), int(high) + 1))
        values = [float(value) for value in text.split(",")]
        return tuple(int(value) if value.is_integer() else value for value in values)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no list of codes, such as 0,1 or 0-4.", param_hint="'--scale'"
        ) from None


def _sheets_options(function: Any) -> Any:
    """Add SHEETS and how they are read."""
    return joined(
        click.argument("sheets", nargs=-1, required=True, type=click.Path(allow_dash=True)),
        click.option("--scale", default="0,1", show_default=True, help="Allowed codes, or 0-4."),
        click.option("--encoding", help="Encoding of CSV and TSV sheets. [default: found]"),
    )(function)


@click.command(cls=Command, epilog=example("framing codes coding/ --out codes.csv"))
@_sheets_options
@target_options
def codes(sheets: tuple[str, ...], scale: str, encoding: str | None, target: Target) -> None:
    """Read SHEETS that coders filled in (files or folders) into one table, a row per code."""
    found, _ = codes_of(sheets, encoding, scale=_scale(scale))
    # The unit goes with the codes, so that they can be read again.
    of_unit = {} if found.unit == "sentence" else {"unit": found.unit}
    target.write(found.table.assign(**of_unit))
    target.say(repr(found))


@click.command(cls=Command, epilog=example("framing agreement coding/ --out agreement.csv"))
@_sheets_options
@click.option("--measurement", default="nominal", show_default=True,
              type=click.Choice(MEASUREMENTS))  # fmt: skip
@click.option("--draws", default=2000, show_default=True, help="Bootstrap draws.")
@level_option
@seed_option
@target_options
def agreement(
    sheets: tuple[str, ...], scale: str, encoding: str | None, target: Target, **options: Any
) -> None:
    """Say how far the coders of SHEETS (files or folders) agree, frame by frame."""
    found, _ = codes_of(sheets, encoding, scale=_scale(scale))
    if len(found.coders) < 2:
        raise fr.InputError(
            f"Agreement needs at least two coders; these sheets are by {found.coders[0]} only. "
            "Name the sheets of all coders, or their folder: framing agreement Ann.xlsx Bo.xlsx."
        )
    agreed = fr.coding.agreement(found, **options)
    target.write(agreed)
    target.say(repr(found), _figures(agreed.table, "alpha"))


def _figures(table: Any, name: str) -> str:
    """Return a column of each frame in one line."""
    pairs = zip(table["frame"], table[name], strict=True)
    return f"{name}: " + ", ".join(
        f"{frame} {'–' if value != value else f'{value:.2f}'}" for frame, value in pairs
    )


def _coded_options(function: Any) -> Any:
    """Add the options that name codes and their sample."""
    return joined(
        click.option("--codes", multiple=True, required=True, type=click.Path(),
                     help="Coding sheets, filled in: files or folders."),
        click.option("--sample", type=click.Path(), help="The .sample.json of `framing sample`. "
                     "[default: the only one beside the sheets]"),
        click.option("--coder", help="Codes of this coder alone. [default: mean of all]"),
        click.option("--model-codes", type=click.Path(), help="In place of --lexicon: the CSV file "
                     "of `framing code`, of one model."),
    )(function)  # fmt: skip


def _hits(
    articles: Articles, lexicon: str | None, model_codes: str | None
) -> "tuple[Corpus, Hits]":
    """Return the corpus, and the hits of a lexicon or what a model coded in it."""
    if model_codes is None:
        return articles.hits(lexicon)
    if lexicon is not None:
        raise fr.InputError(
            "--lexicon and --model-codes cannot be used together. Give the one that you want to "
            "check or correct."
        )
    coded = fr.read_codes(model_codes)
    if len(coded.coders) > 1:
        raise fr.InputError(
            f"{model_codes} has the codes of {len(coded.coders)} coders: "
            f"{', '.join(coded.coders)}. Give the codes of one model and one prompt."
        )
    corpus = articles.read()
    return corpus, fr.hits_of_codes(coded, corpus)


@click.command(
    cls=Command,
    epilog=example("framing validate articles/ --lexicon mine.toml --codes coding/ --out f1.csv"),
)
@articles_options()
@lexicon_option
@_coded_options
@level_option
@table_option("table", "entries", "sentences")
@target_options
def validate(
    articles: Articles,
    lexicon: str | None,
    codes: tuple[str, ...],
    sample: str | None,
    coder: str | None,
    model_codes: str | None,
    level: float,
    table: str,
    target: Target,
) -> None:
    """Say how often the hits in ARTICLES are right by human codes, and what they miss."""
    coded, beside = codes_of(codes)
    drawn = sample_of(sample, beside, needed=False)
    corpus, found = _hits(articles, lexicon, model_codes)
    _fits(drawn, corpus.fingerprint)
    valid = fr.validate(found, coded, sample=drawn, coder=coder, level=level)
    target.write(valid, table=table)
    target.say(repr(corpus), repr(coded), repr(valid))


@click.command(
    cls=Command,
    epilog=example("framing correct articles/ --lexicon mine.toml --codes coding/ --by source"),
)
@articles_options()
@lexicon_option
@_coded_options
@click.option("--by", help="Column: also the share in each of its groups, and the differences.")
@click.option("--on", help="Column of numbers or dates: also the slope on it.")
@click.option("--cluster", help="document, or a column: intervals for other documents like these.")
@level_option
@target_options
def correct(
    articles: Articles,
    lexicon: str | None,
    codes: tuple[str, ...],
    sample: str | None,
    model_codes: str | None,
    target: Target,
    **options: Any,
) -> None:
    """Correct the shares that hits show in ARTICLES with the codes of a sample."""
    coded, beside = codes_of(codes)
    drawn = sample_of(sample, beside, needed=True)
    assert drawn is not None
    corpus, found = _hits(articles, lexicon, model_codes)
    _fits(drawn, corpus.fingerprint)
    shares = fr.correct(found, coded, drawn, **options)
    target.write(shares)
    target.say(repr(corpus), repr(coded), repr(shares))


def _fits(drawn: "Sample | None", fingerprint: str) -> None:
    """Raise InputError where a sample was drawn from other articles."""
    if drawn is not None and drawn.corpus_fingerprint != fingerprint:
        raise fr.InputError(
            "--sample was drawn from other articles than ARTICLES: a text, an id or their order "
            "differs. Give the articles and the options of reading (--text, --no-furniture …) "
            "that `framing sample` had."
        )


@click.command(
    cls=Command,
    epilog=example("framing code articles/ --codebook mine.toml --model llama3 \\",
                   "  --base-url http://127.0.0.1:11434/v1 --sample 300 --out codes.csv"),
)  # fmt: skip
@articles_options()
@click.option("--codebook", required=True, help="TOML file, or the name of one that ships.")
@click.option("--model", required=True, multiple=True,
              help="Name on the server; NAME=MODEL says what an alias stands for.")  # fmt: skip
@click.option("--base-url", required=True, help="Such as http://127.0.0.1:11434/v1 (Ollama).")
@click.option("--sample", type=click.IntRange(min=1),
              help="Sentences, paragraphs or documents to draw. [default: all]")  # fmt: skip
@click.option("--sheet", type=click.Path(path_type=Path), help="Blind sheets of the sample, too.")
@click.option("--context", default=1, show_default=True, help="Neighbours that the model sees.")
@click.option("--batch", default=1, show_default=True, help="Sentences in a request.")
@click.option("--replicate", default=1, show_default=True, help="Wordings of the prompt.")
@click.option("--occasion", default="", help="Code anew under this label, such as 2027-01.")
@click.option("--workers", default=4, show_default=True, help="Requests at the same time.")
@click.option("--timeout", default=120.0, show_default=True, help="Seconds of a request.")
@click.option("--max-tokens", type=int, help="Of an answer. [default: enough for the frames]")
@click.option("--price", type=float, nargs=2, help="Per million tokens of prompts and answers.")
@click.option("--max-cost", type=float, help="What the run may cost at most.")
@click.option("--allow-hosted", is_flag=True, help="Texts may go to another machine.")
@click.option("--key-env", help="Environment variable with the key.")
@click.option("--again", multiple=True, help="Reason for which sentences are sent again.")
@click.option("--dry-run", is_flag=True, help="Say requests, tokens and cost, and send nothing.")
@click.option("--seed", default=1, show_default=True, help="Seed of the sample and of the model.")
@click.option("--out", "-o", type=click.Path(path_type=Path), default="codes.csv",
              show_default=True, help="CSV file to write.")  # fmt: skip
def code(
    articles: Articles,
    codebook: str,
    model: tuple[str, ...],
    base_url: str,
    sample: int | None,
    sheet: Path | None,
    dry_run: bool,
    seed: int,
    out: Path,
    **options: Any,
) -> None:
    """Let a language model code ARTICLES by a codebook, in the unit that it names.

    Beside the codes it writes their manifest (.manifest.json), what is rejected and where the
    evidence stands (.evidence.csv), what has no code and why (.problems.csv), and
    model-codes.sqlite, with which a run that was stopped goes on.
    """
    from framing._core.files import check_output

    if out.suffix != ".csv":
        raise fr.InputError(
            f"{out}: the codes are written as .csv. Give --out a path that ends in .csv."
        )
    check_output(out)
    if sheet is not None and sample is None:
        raise fr.InputError("--sheet writes sheets of a sample: give --sample, such as 300.")
    book = _codebook(codebook)
    corpus = articles.read()
    drawn = fr.coding.sample_by_codebook(corpus, book, sample, seed=seed) if sample else None
    pairs = [name.partition("=") for name in model]
    options |= {
        "model": {name: known for name, _, known in pairs}, "base_url": base_url, "seed": seed,
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
    wide = wide.rename_axis(columns=None).reset_index()
    if book.unit != "sentence":
        wide.insert(2, "unit", book.unit)
    fr.write_table(wide, out, digits=None)
    fr.write_table(coded, out.with_suffix(".evidence.csv"), digits=None)
    fr.write_table(coded.problems, out.with_suffix(".problems.csv"), digits=None)
    fr.coding.write_manifest(coded, out.with_suffix(".manifest.json"))
    if sheet is not None and drawn is not None:
        fr.coding.write_coding_sheet(drawn, sheet, codebook=book)
        fr.write_sample(drawn, sheet.with_name(f"{sheet.stem}.sample.json"))
    click.echo(f"{coded!r}\nwritten to {out}, with manifest, evidence and problems beside it")
    if not coded.table["code"].notna().any():
        reason = coded.problems["reason"].astype(str).value_counts().index[0]
        raise fr.InputError(
            f"No {book.unit} was coded. The most frequent reason is {reason!r}; "
            f"{out.with_suffix('.problems.csv')} has the reason of each."
        )
