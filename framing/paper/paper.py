"""The paper: Markdown with keys for numbers, as HTML, DOCX, LaTeX and PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from framing._core.checks import InputError, check_choice, itemised
from framing._core.renaming import renamed
from framing._core.result import Shown
from framing.paper.lines import read_lines
from framing.paper.markdown import check_labels, fill
from framing.paper.result_files import stale
from framing.paper.results import read_results, result_rows
from framing.paper.typesetting import ENDINGS, bibliography_keys, typeset

FORMATS = ("html", "docx", "tex", "pdf")
COLUMNS = ("file", "line", "key", "form", "text", "notebook", "cell")


@dataclass(frozen=True, eq=False)
class Paper(Shown):
    """A paper that was written, and where each of its numbers comes from.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per number in the text: ``file`` and ``line`` of the source, ``key``, ``form``, the
        ``text`` that stands for it, and the ``notebook`` and ``cell`` that computed it.
    paths : list of Path
        The files that were written.

    See Also
    --------
    write_paper
    """

    table: pd.DataFrame
    paths: list[Path]

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        keys = self.table["key"].nunique()
        return (
            f"<Paper: {len(self):,} number{'s' * (len(self) != 1)} under {keys:,} "
            f"key{'s' * (keys != 1)}; "
            f"{', '.join(path.name for path in self.paths)}>"
        )


@renamed(folder="path")
def write_paper(
    source: str | Path,
    path: str | Path | None = None,
    *,
    notebooks: str | Path,
    results: str | Path | None = None,
    bibliography: str | Path | None = None,
    formats: Sequence[str] = FORMATS,
) -> Paper:
    """Write a paper whose numbers come from notebooks.

    In the Markdown, ``{{articles.peace.rate}}`` stands for a number with its interval, in the form
    of its kind: ``3.6 [0.0, 8.8]``. ``{{key|value}}`` gives the number alone, ``|interval``,
    ``|low``, ``|high``, ``|n``, ``|unit`` a part of it, ``|words`` a small whole number as a word
    (``|Words`` begins a sentence), ``|full`` all: ``3.6 hits per 1,000 tokens (95% CI [0.0, 8.8],
    n = 24 sentences)``. Keys may stand in the header, in headings, captions, footnotes and
    alternative texts; in code (fences or backticks) and comments they stay as they are, and a
    formula or an address cannot have them. A line ``{{table: file.csv}}`` stands for a table
    (``code=column`` shows one as code), ``{{include: file.md}}`` for another file; pictures and
    tables of that file, too, are looked for from the folder of the paper. ``@fig:name``,
    ``@tbl:name``, ``@eq:name`` and ``@sec:name`` refer to what is labelled ``{#fig:name}`` and so
    on, ``[@entman1993]`` cites.

    In the abstract, and in sections whose heading has the class ``.checked``, no number may be
    typed, in digits or words, subheadings, captions, footnotes and alternative texts included.
    What is no result is marked ``[12 February]{.fixed}``, and a figure whose alternative text has
    such numbers ``{#fig:name .fixed alt="…"}``. "One", ordinals, Roman numerals, names (F1,
    COVID-19), citations, versions, the level of an interval and the base of a rate (per 1,000) are
    not taken for results. Tables that notebooks write are not held against them.

    Parameters
    ----------
    source : str or Path
        The Markdown, with title, authors and abstract in its header.
    path : str or Path, optional
        The folder of the files; the source's folder unless given.
    notebooks : str or Path
        The folder of the notebooks that wrote the results.
    results : str or Path, optional
        ``results.json`` beside the source unless given.
    bibliography : str or Path, optional
        ``references.bib`` beside the source unless given.
    formats : sequence of str
        Of "html", "docx", "tex" and "pdf". The files have the source's name.

    Returns
    -------
    Paper
        A second run writes the same bytes.

    Raises
    ------
    InputError
        Results are stale, a key or a file is missing, a number is typed where it must not be, or a
        reference leads nowhere: all of them are listed with their lines. Also where pandoc and
        typst are not installed (``pip install ".[paper]"``).

    References
    ----------
    Knuth, D. E. (1984). Literate programming. *The Computer Journal*, 27(2), 97-111.
    doi:10.1093/comjnl/27.2.97

    Examples
    --------
    >>> import framing as fr
    >>> fr.write_paper("paper/paper.md", notebooks="notebooks")  # doctest: +SKIP
    """
    source = Path(source)
    for name in formats:
        check_choice("formats", name, FORMATS)
    beside = source.parent
    known = read_results(results or beside / "results.json")
    numbers = {row["key"]: row for row in result_rows(known)}
    references = Path(bibliography or beside / "references.bib")
    lines = read_lines(source)
    filled = fill(lines, numbers, beside)
    problems = [
        *_stale_results(stale(known.sources, Path(notebooks)), filled.rows),
        *filled.problems,
        *check_labels(
            lines, bibliography_keys(references), beside, [ENDINGS[name] for name in formats]
        ),
    ]
    if problems:
        raise InputError(f"{source} cannot be written:" + itemised(problems))
    paths = typeset(
        filled.markdown,
        Path(path) if path is not None else beside,
        source.stem,
        formats=formats,
        images=beside,
        bibliography=references,
    )
    return Paper(pd.DataFrame(filled.rows, columns=list(COLUMNS)), paths)


def _stale_results(
    reasons: Mapping[str, Sequence[str]], rows: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Say of each notebook that must run again where the paper has a number of it first."""
    problems = []
    for notebook, found in reasons.items():
        used = [row for row in rows if row["notebook"] == notebook]
        place = f"{used[0]['file']}, line {used[0]['line']}: " if used else ""
        more = f" ({used[0]['key']!r} and {len(used) - 1:,} more numbers)" if used else ""
        problems += [
            f"{place}results{more} are stale, run the notebook again. {notebook}: {reason}"
            for reason in found
        ]
    return problems
