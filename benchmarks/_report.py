"""Report of a run, in Markdown."""

from collections.abc import Sequence
from typing import Any

Figures = dict[str, Any]
# What is said of a text of less than a megabyte.
SHORT = " Without the time of building: the text is short."


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], align: str) -> str:
    """Return a Markdown table; ``align`` has an l or an r for each column."""
    rules = ["---" if side == "l" else "---:" for side in align]
    lines = [heads, rules, *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def figure(value: float) -> str:
    """Return a number with about three digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def ranged(spread: dict[str, float]) -> str:
    """Return median and range."""
    return f"{figure(spread['median'])} ({figure(spread['low'])} to {figure(spread['high'])})"


def markdown(figures: Figures) -> str:
    """Return all tables with their explanations."""
    parts = [
        _heading(figures),
        *(_speed(block, figures["rounds"]) for block in figures["speed"]),
        _programs(figures),
        _agreement(figures["agreement"]),
        _traps(figures["traps"]),
        _scaling(figures["scaling"]),
        _memory(figures["memory"]),
    ]
    return "\n\n".join(part for part in parts if part)


def _heading(figures: Figures) -> str:
    machine, text = figures["machine"], figures["text"]
    load_average = machine["load"]
    load = "" if load_average is None else f" (load {figure(load_average)} at the start)"
    packages = [f"{name} {number}" for name, number in machine["packages"].items() if number]
    return "\n\n".join(
        [
            "# Matching",
            f"{machine['processor']}, {machine['cores']} cores{load}, {machine['system']}, Python "
            f"{machine['python']}; {', '.join(packages)}.",
            f"Text: {text['documents']:,} documents, {figure(text['megabytes'])} MB "
            f"({text['origin']}). Programs marked with a * are slow and search "
            f"{figure(min(text['part_megabytes'], text['megabytes']))} MB of it.",
            *(f"Remark: {remark}" for remark in figures["remarks"]),
        ]
    )


def _speed(block: Figures, rounds: int) -> str:
    largest = max(row["megabytes"] for row in block["programs"])
    rows = [
        [
            row["name"] + ("*" if row["megabytes"] < largest else ""),
            row["task"],
            f"{row['entries']:,}",
            ranged(row["megabytes_per_second"]),
            ranged(row["times_ours"]),
            ranged(row["build_seconds"]),
        ]
        for row in block["programs"]
    ]
    heads = ["program", "task", "entries", "MB/s", "time per byte, ours = 1", "building, s"]
    note = "" if block["builds"] else SHORT
    return (
        f"## Speed: {block['setting']}, {figure(block['hits_per_1000_words'])} hits per 1,000 "
        f"words\n\nLexicon: {block['lexicon']}, {block['entries']:,} entries, on "
        f"{figure(largest)} MB. Medians of {rounds} "
        f"interleaved rounds (lowest to highest).{note}\n\n{table(heads, rows, 'llrrrr')}"
    )


def _programs(figures: Figures) -> str:
    rows = [[row["name"], row["task"], row["does"]] for row in figures["speed"][-1]["programs"]]
    return f"## What each does\n\n{table(['program', 'task', 'what it gives'], rows, 'lll')}"


def _agreement(rows: Sequence[Figures]) -> str:
    def difference(comparison: Figures) -> str:
        if not comparison["documents_that_differ"]:
            return "the same"
        return (
            f"{comparison['difference']:+,}, in {comparison['documents_that_differ']:,} documents"
        )

    def why(row: Figures) -> str:
        same = not any(row[kind]["documents_that_differ"] for kind in ("words", "phrases"))
        return "" if same else row["why"]

    first = rows[0]
    lines = [
        [
            row["name"], row["task"], f"{row['words']['hits']:,}", difference(row["words"]),
            f"{row['phrases']['hits']:,}", difference(row["phrases"]), why(row),
        ]
        for row in rows
    ]  # fmt: skip
    heads = ["program", "task", "words", "against ours", "phrases", "against ours", "why"]
    return (
        f"## Do they count the same?\n\n{first['words']['entries']} single words and "
        f"{first['phrases']['entries']} phrases of a to z that share no word, so that neither "
        "overlaps, nor exceptions and wildcards play a part.\n\n" + table(heads, lines, "llrrrrl")
    )


def _traps(rows: Sequence[Figures]) -> str:
    keys = list(rows[0]["counts"])
    lines = []
    for row in rows:
        counts = ["–" if row["counts"][key] is None else row["counts"][key] for key in keys]
        cells = [f"**{count}**" if count not in (row["right"], "–") else count for count in counts]
        text = row["text"].replace("\n", "↵")
        lines.append(
            [row["trap"], f"{', '.join(row['entries'])} in “{text}”", row["right"], *cells]
        )
    return (
        "## Who differs, and why\n\nConstructed texts with one trap each, and what each program "
        "counts; bold where a reader would count otherwise, – where it cannot take the entry.\n\n"
        + table(["trap", "entry and text", "reader", *keys], lines, "ll" + "r" * (1 + len(keys)))
    )


def _scaling(rows: Sequence[Figures]) -> str:
    lines = [
        [
            row["name"], row["task"], row["size"], figure(row["megabytes"]),
            ranged(row["seconds"]), f"{row['base']}: {ranged(row['times_base'])}",
        ]
        for row in rows
    ]  # fmt: skip
    heads = ["program", "task", "size", "MB", "seconds", "times that of"]
    return "## How ours grows\n\n" + table(heads, lines, "lllrrr")


def _memory(rows: Sequence[Figures]) -> str:
    lines = [
        [
            row["verb"], figure(row["megabytes"]), figure(row["peak_megabytes"]),
            figure(row["times_text"]),
        ]
        for row in rows
    ]  # fmt: skip
    heads = ["call", "text, MB", "peak above the loaded corpus, MB", "times the text"]
    return "## Memory of ours\n\n" + table(heads, lines, "lrrr") if lines else ""
