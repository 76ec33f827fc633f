"""Paper: Markdown with keys for numbers, written as HTML, DOCX, LaTeX and PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from framing._core.checks import InputError, check_choice, check_objects, itemised
from framing._core.renaming import renamed
from framing._core.result import Shown
from framing.paper.lines import read_lines
from framing.paper.markdown import check_labels, fill
from framing.paper.result_files import stale
from framing.paper.results import read_results, result_rows
from framing.paper.typesetting import ENDINGS, FORMATS, bibliography_keys, typeset

NUMBER_COLUMNS = ("file", "line", "key", "form", "text", "notebook", "cell")


@dataclass(frozen=True, eq=False)
class Paper(Shown):
    """A written paper, and the source of each of its numbers.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per number in the text: ``file`` and ``line`` of the source, ``key``, ``form``, the
        ``text`` written for it, and the ``notebook`` and ``cell`` that computed it.
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
@check_objects
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

    Returns a Paper, which says how many numbers were filled in, and which files were written.

    Try it: write ``fr.write_results(fr.make_results(scores, "{unit_id}.{frame}"), "results.json",
    notebook="study.ipynb")`` in a notebook, ``{{wire.peace.value}}`` in paper.md, and call
    ``fr.write_paper("paper.md", notebooks=".")``.

    In the Markdown, ``{{articles.peace.rate}}`` is replaced by a number with its interval, written
    by the rule of its kind: ``3.6 [0.0, 8.8]``. ``{{key|value}}`` gives the number alone.
    ``|interval``, ``|low``, ``|high``, ``|n`` and ``|unit`` give these. ``|words`` gives a small
    whole number as a word (``|Words`` with a capital letter). ``|full`` gives everything: ``3.6
    hits per 1,000 tokens (95% CI [0.0, 8.8], n = 24 sentences)``. Keys can be in the header, in
    headings, captions, footnotes and alternative texts. In code (fences or backticks) and comments
    they stay as they are. A formula or an address cannot have a key. A line ``{{table: file.csv}}``
    is replaced by a table (``code=column`` shows a column as code), ``{{include: file.md}}`` by
    another file. Paths of pictures and tables start at the folder of the paper, in included files
    too. ``@fig:name``, ``@tbl:name``, ``@eq:name`` and ``@sec:name`` refer to the labels
    ``{#fig:name}`` and so on. ``[@entman1993]`` cites.

    In the abstract, and in sections whose heading has the class ``.checked``, numbers must come
    from keys. A number typed in digits or words is an error, also in subheadings, captions,
    footnotes and alternative texts. Mark a number that is not a result as
    ``[12 February]{.fixed}``, and a figure whose alternative text has such numbers as
    ``{#fig:name .fixed alt="…"}``. "One", ordinals, Roman numerals, names (F1, COVID-19),
    citations, versions, the level of an interval and the base of a rate (per 1,000) need no mark.
    Tables that notebooks write are not checked.

    Parameters
    ----------
    source : str or Path
        The Markdown file. Its header has the title, the authors and the abstract.
    path : str or Path, optional
        The folder to write to. By default the folder of the source.
    notebooks : str or Path
        The folder of the notebooks that wrote the results.
    results : str or Path, optional
        The file of results. By default ``results.json`` in the folder of the source.
    bibliography : str or Path, optional
        The bibliography. By default ``references.bib`` in the folder of the source.
    formats : sequence of str
        Some of "html", "docx", "tex" and "pdf". The files have the name of the source.

    Returns
    -------
    Paper
        The files, and a table of the numbers. A second run writes the same bytes.

    Raises
    ------
    InputError
        Results are stale, a key or a file is missing, a number is typed where a key is needed, or
        a reference has no label. The message lists all of these with their lines. Also if pandoc
        and typst are not installed (``pip install ".[paper]"``).

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
    folder = source.parent
    lines = read_lines(source)
    known = read_results(results or folder / "results.json")
    numbers = {row["key"]: row for row in result_rows(known)}
    references = Path(bibliography or folder / "references.bib")
    filled = fill(lines, numbers, folder)
    problems = [
        *_stale_results(stale(known.sources, Path(notebooks)), filled.rows),
        *filled.problems,
        *check_labels(
            lines, bibliography_keys(references), folder, [ENDINGS[name] for name in formats]
        ),
    ]
    if problems:
        raise InputError(f"{source} cannot be written:" + itemised(problems))
    paths = typeset(
        filled.markdown,
        Path(path) if path is not None else folder,
        source.stem,
        formats=formats,
        images=folder,
        bibliography=references,
    )
    return Paper(pd.DataFrame(filled.rows, columns=list(NUMBER_COLUMNS)), paths)


def _stale_results(
    reasons: Mapping[str, Sequence[str]], rows: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return one message per reason why a notebook must run again.

    It names the first line of the paper with a number of this notebook.
    """
    problems = []
    for notebook, changes in reasons.items():
        used = [row for row in rows if row["notebook"] == notebook]
        location = f"{used[0]['file']}, line {used[0]['line']}: " if used else ""
        numbers = f" ({used[0]['key']!r} and {len(used) - 1:,} more numbers)" if used else ""
        problems += [
            f"{location}results{numbers} are stale, run the notebook again. {notebook}: {reason}"
            for reason in changes
        ]
    return problems
