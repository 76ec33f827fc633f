"""Drawing: style, sizes, labels and files, for all figures."""

import inspect
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from functools import cache, wraps
from importlib import resources
from io import BytesIO
from pathlib import Path
from textwrap import fill as fill_letters
from typing import Any, cast
from unicodedata import category, east_asian_width
from weakref import WeakKeyDictionary
from xml.sax.saxutils import quoteattr

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import is_color_like, to_hex
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.text import Text
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    MaxNLocator,
    NullLocator,
    PercentFormatter,
)

from framing._core.checks import (
    InputError,
    a_kind,
    check_objects,
    check_positive,
    chosen_names,
    listing,
)
from framing._core.files import Output

# Figures import colours and markers from here.
from framing._core.palette import COLOURS as COLOURS
from framing._core.palette import MARKERS as MARKERS
from framing._core.palette import OTHER_COLOURS as OTHER_COLOURS
from framing._core.palette import frame_style as usual_style
from framing._core.palette import readable
from framing._core.tables import ENTRY
from framing._core.tables import shorten as shorten
from framing._core.typing import Array, Mask
from framing.datasets import load_lexicon
from framing.lexicons.lexicon import Lexicon

# Files that a figure can be written as.
FORMATS = ("svg", "pdf", "png", "tiff")
# Typefaces that have the characters of other scripts, by their names.
SCRIPTS = re.compile(
    r"CJK|Noto Sans|Han Sans|Hei|Song|Gothic|Mincho|PingFang|Hiragino|WenQuanYi|Fallback|Unicode|"
    r"Unifont|Devanagari|Nirmala|Mangal|Lohit|Arabic|Naskh|Malgun|Nanum|FreeSans"
)
# The mark that the text goes on from left to right, and where it is needed: between a name of a
# script that runs from right to left and what this package writes behind it.
MARK = "\N{LEFT-TO-RIGHT MARK}"
AFTER_RIGHT = re.compile(
    r"(?<=[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])"
    r"(?=:(?: |$)|\s*\((?:n|all)\b|\s*\([\d,]+\)|\s*−|\s+/ )"
)
# Characters that no file of XML can hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Characters without a typeface of which a warning spoke, by figure.
_warned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
# Inches: width of the text of an A4 page (160 mm), and of a column. Figures are printed at this
# size.
WIDE, NARROW = 6.3, 3.5
# No letter can be drawn with fewer dots per inch.
FEWEST_DOTS = 20
# With fewer dots per inch the widths of letters are rounded up, and the first of a row is cut.
EVEN_DOTS = 96
# Largest number of rows of a figure.
MOST_UNITS = 60
# Largest number of frames of a matrix, without and with intervals.
MOST_FRAMES, MOST_INTERVALS = 12, 6
# Characters per line of a label.
LABEL = 26
# Columns of the title of a panel, and of all names of a legend, that may be wider than their room.
HEAD, LEGEND = 18, 60

# Colours of a colour map that lists colours instead of mixing them, such as tab20.
LISTED = 20
# Colours without a frame: of points, and of bars.
PLAIN, PLAIN_BAR = "#4A5D6E", "#7C8C9A"
GREY = "#777777"


class FrameFigure(Figure):
    """A figure that JupyterLab shows when it is the last value of a cell."""

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        with style():
            _find_typefaces(self)
            self.savefig(buffer, format="png")
        return buffer.getvalue()


@contextmanager
def style() -> Iterator[None]:
    """Draw in the style of the package, without the settings of the user."""
    with resources.as_file(resources.files("framing") / "data" / "framing.mplstyle") as path:
        settings = mpl.rc_params_from_file(path, use_default_template=True)
    kept = {"backend": mpl.rcParams["backend"], **_typeface(settings)}
    with mpl.rc_context(cast("Any", dict(settings) | kept)), warnings.catch_warnings():
        # `_find_typefaces` says it once for all characters.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def _typeface(settings: mpl.RcParams) -> dict[str, Any]:
    """Return the typeface that the user has set, before that of the package; none by default."""
    chosen = {}
    for name in ("font.family", "font.sans-serif", "font.serif"):
        if mpl.rcParams[name] != mpl.rcParamsDefault[name]:
            chosen[name] = list(mpl.rcParams[name])
    if "font.sans-serif" in chosen and "font.family" not in chosen:
        chosen["font.family"] = chosen["font.sans-serif"]
    if "font.family" in chosen:
        usual = [name for name in settings["font.family"] if name not in chosen["font.family"]]
        chosen["font.family"] = [*chosen["font.family"], *usual]
    return chosen


def _find_typefaces(figure: Figure) -> None:
    """Give texts in other scripts a typeface that has their characters, or warn once."""
    texts = [text for text in figure.findobj(Text) if text.get_text()]
    missing = {
        character
        for text in texts
        for character in text.get_text()
        if ord(character) > 127
        # Joiners and marks of direction are not drawn.
        and category(character) != "Cf"
        and not any(_has(family, character) for family in text.get_fontfamily())
    }
    if not missing:
        return
    families = list(mpl.rcParams["font.family"])
    for family in _other_typefaces():
        found = {character for character in missing if _has(family, character)}
        if found:
            families.append(family)
            missing -= found
        if not missing:
            break
    for text in texts:
        if not text.get_text().isascii():
            text.set_fontfamily(list(dict.fromkeys([*text.get_fontfamily(), *families])))
    # Texts that were added to a figure after it was drawn are looked at when it is written.
    missing -= _warned.setdefault(figure, set())
    if missing:
        _warned[figure] |= missing
        warnings.warn(
            f"No typeface on this computer has {len(missing)} of the characters, such as "
            f"{''.join(sorted(missing)[:5])!r}: they are drawn as boxes. Install one that has "
            "them, such as Noto Sans, and name it: "
            "matplotlib.rcParams['font.family'] = ['Noto Sans CJK JP'].",
            UserWarning,
            stacklevel=4,
        )


@cache
def _characters(file: str) -> frozenset[int]:
    """Return the characters of a typeface."""
    return frozenset(get_font(file).get_charmap())


def _has(family: str, character: str) -> bool:
    return ord(character) in _characters(str(findfont(FontProperties(family=[family]))))


@cache
def _other_typefaces() -> tuple[str, ...]:
    """Return the typefaces on this computer that are made for other scripts."""
    known = {entry.name for entry in fontManager.ttflist}
    return tuple(sorted(name for name in known if SCRIPTS.search(name)))


@check_objects
def write_figure(
    figure: Figure,
    path: str | Path,
    *,
    alt: str | None = None,
    formats: Sequence[str] = ("svg", "pdf"),
    dpi: int = 300,
) -> list[Path]:
    """Write a figure as SVG and PDF; each run writes the same bytes.

    Try it: ``figure = fr.plot_scores(fr.score(fr.load_study("articles").hits).interval())``,
    ``fr.write_figure(figure, "profile")``.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        From one of the plot functions.
    path : str or Path
        Path without an ending: each of ``formats`` is written. With the ending of one of them,
        such as "profile.png", that file alone is written. Missing folders are created.
    alt : str, optional
        What the figure shows, for readers who cannot see it. Screen readers find it in the SVG
        (``<title>``, ``role="img"`` and ``aria-label``); in the PDF it is title and subject. By
        default the text of `describe_figure`.
    formats : sequence of {"svg", "pdf", "png", "tiff"}
        The files to write. Text in SVG is text, which can be searched and edited.
    dpi : int
        Dots per inch of PNG and TIFF, as the journal asks for: often 300 or 600.

    Returns
    -------
    list of Path
        The files, in the order of ``formats``.

    Raises
    ------
    InputError
        The path has another ending, ``alt`` is not text, or a format is not known.

    References
    ----------
    W3C (2018). Graphics Accessibility API Mappings. https://www.w3.org/TR/graphics-aam-1.0/

    Examples
    --------
    >>> import framing as fr, tempfile
    >>> study = fr.load_study("articles")
    >>> figure = fr.plot_entries(fr.count_entries(study.hits))
    >>> [path.name for path in fr.write_figure(figure, tempfile.mkdtemp() + "/entries")]
    ['entries.svg', 'entries.pdf']
    """
    path = Path(path)
    if not path.name:
        raise InputError(f"path={str(path)!r} has no name of a file. Give one, such as gap.svg.")
    if path.suffix:
        if path.suffix[1:] not in FORMATS:
            raise InputError(
                f"{path}: a figure cannot be written as {path.suffix!r}. Give one of "
                f"{listing(f'.{ending}' for ending in FORMATS)}, or a path without an ending."
            )
        path, formats = path.with_suffix(""), [path.suffix[1:]]
    if alt is not None and not (isinstance(alt, str) and alt.strip()):
        raise InputError(
            f"alt={alt!r} is not text. Say in words what the figure shows, or leave alt out."
        )
    words = _printable(" ".join((alt or describe_figure(figure)).split()))
    endings = [formats] if isinstance(formats, str) else list(formats)
    unknown = [ending for ending in endings if ending not in FORMATS]
    if unknown or not endings:
        raise InputError(f"formats={formats!r} cannot be used. Give some of {listing(FORMATS)}.")
    check_positive("dpi", dpi, whole=True)
    if dpi < FEWEST_DOTS:
        raise InputError(
            f"dpi={dpi} cannot be used: letters need {FEWEST_DOTS} or more; journals ask for 300."
        )
    files = [path.with_name(f"{path.name}.{ending}") for ending in endings]
    with style():
        _rewrite(figure, _printable)
        _find_typefaces(figure)
    with style(), _laid_out(figure), Output() as output:
        for file, ending in zip(files, endings, strict=True):
            output.bytes(file, _written(figure, ending, words, dpi))
    return files


def _written(figure: Figure, ending: str, words: str, dpi: int) -> bytes:
    """Return a figure as the bytes of a file, with its description where this has a place."""
    image = BytesIO()
    if ending == "svg":
        figure.savefig(image, format="svg", metadata={"Date": None, "Title": words})
        head = f'<svg role="img" aria-label={quoteattr(words)} '.encode()
        # Where the typeface is not there, one of the same width.
        named = image.getvalue().replace(b"'DejaVu Sans'", b"'DejaVu Sans', Verdana, sans-serif")
        return named.replace(b"<svg ", head, 1)
    if ending == "pdf":
        about = {"CreationDate": None, "Title": words, "Subject": words}
        figure.savefig(image, format="pdf", metadata=about)
    else:
        times = -(-EVEN_DOTS // dpi)
        if ending == "png":
            about = {"Software": None, "Description": words}
            figure.savefig(image, format="png", dpi=dpi * times, metadata=about)
        else:
            packed = {"compression": "tiff_lzw"}
            figure.savefig(image, format="tiff", dpi=dpi * times, pil_kwargs=packed)
        if times > 1:
            image = _reduced(image, ending, times, dpi, words)
    return image.getvalue()


def _reduced(image: BytesIO, ending: str, times: int, dpi: int, words: str) -> BytesIO:
    """Return an image with so many times fewer dots: letters of few dots are drawn too wide."""
    from PIL import Image, PngImagePlugin

    about = PngImagePlugin.PngInfo()
    about.add_itxt("Description", words)
    options: dict[str, Any] = {"pnginfo": about} if ending == "png" else {"compression": "tiff_lzw"}
    small = BytesIO()
    with Image.open(image) as large:
        large.reduce(times).save(small, format=ending, dpi=(dpi, dpi), **options)
    return small


@check_objects
def describe_figure(figure: Figure) -> str:
    """Return in words what a figure shows, for readers who cannot see it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        From one of the plot functions.

    Returns
    -------
    str
        The titles of the panels, the axes, rows and legend, and the note below the figure:
        measure, unit, intervals and numbers of cases. It has no values, which are in the table of
        the object, and no conclusion: add that yourself with ``write_figure(…, alt=…)``.

    Examples
    --------
    >>> import framing as fr
    >>> hits = fr.find_hits(fr.make_corpus(["A truce."]), fr.make_lexicon({"peace": ["truce"]}))
    >>> print(fr.describe_figure(fr.plot_entries(fr.count_entries(hits))))
    Panels: peace: 1 of 1 hits. Horizontal: hits. Rows: truce. The most frequent entries of each
    frame.
    """
    panels = [axes for axes in figure.axes if axes.axison]
    hidden_axes = [axes for axes in figure.axes if not axes.axison]
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes)]
    entries = [text for legend in legends if legend for text in legend.get_texts()]
    texts_of = {
        "Title": [figure.get_suptitle()],
        "Panels": [axes.get_title(loc="left") for axes in panels],
        "Horizontal": [axes.get_xlabel() for axes in panels],
        "Vertical": [figure.get_supylabel(), *(axes.get_ylabel() for axes in panels)],
        "Columns": [name for axes in panels for name in _named(axes.xaxis)],
        "Rows": [name for axes in panels for name in _named(axes.yaxis)],
        "Labels": [text.get_text() for axes in hidden_axes for text in axes.texts],
        "Legend": [text.get_text() for text in entries],
    }
    sentences = []
    for head, texts in texts_of.items():
        # Panels share axes, and empty rows have no name.
        plain = [" ".join(text.replace(MARK, "").split()) for text in texts]
        names = [name for name in dict.fromkeys(plain) if name]
        if names:
            sentences.append(f"{head}: {'; '.join(names)}.")
    return " ".join([*sentences, *figure.get_supxlabel().split()])


def _named(axis: Axis) -> list[str]:
    """Return the labels of an axis of names; none for an axis of numbers."""
    labels = [label.get_text() for label in axis.get_ticklabels()]
    return labels if any(map(str.isalpha, "".join(labels))) else []


@contextmanager
def _laid_out(figure: Figure) -> Iterator[None]:
    """Fix the axes at the positions of the layout, rounded to nine decimals.

    The last bits of the layout differ from run to run, and matplotlib derives the names of
    clipping paths from them.
    """
    engine = figure.get_layout_engine()
    # Lay out as SVG: text is as wide as in a PDF, and wider than on a screen.
    figure.savefig(BytesIO(), format="svg")
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(float(side), 9) for side in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))
    try:
        yield
    finally:
        figure.set_layout_engine(engine)


@dataclass(frozen=True)
class _Canvas:
    """Where and how to draw: axes, size, looks of frames and names of entries of the caller."""

    ax: Axes | None = None
    figsize: tuple[float, float] | None = None
    looks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    entries: Mapping[str, str] = field(default_factory=dict)


_USUAL = _Canvas()
_canvas: ContextVar[_Canvas] = ContextVar("_canvas", default=_USUAL)

# The parameters of all plot functions, for their docstrings.
_COMMON = """    ax : matplotlib.axes.Axes, optional
        Axes of your figure to draw in. A figure of several panels replaces these axes in their
        grid.
    figsize : tuple of float, optional
        Width and height in inches, instead of the default size.
    title : str, optional
        A title above the drawing.
    frames : sequence of str, optional
        The frames to draw, in this order. They keep their colours.
    order : sequence of str, optional
        The rows that come first (units, groups or speakers), in this order; the others follow.
    palette : mapping, sequence of str, or str, optional
        Colours of frames: by name, or in the order of the frames. ``"grey"`` gives shades of grey,
        and the name of a colour map of matplotlib, such as ``"viridis"``, its colours; frames
        differ in their markers too.
"""
# The same for functions that have no labels of their own.
_LABELS = """    labels : mapping or Lexicon, optional
        Other words for names in the drawing, such as those of frames in another language, or of
        entries by their pattern. With a lexicon, entries have the labels that it gives them.
"""
_RETURNED = " With ``ax=``, the axes."


def draws(function: Callable[..., Figure]) -> Callable[..., Any]:
    """Decorate a plot function: check its object, and add the arguments that all have."""
    draw = check_objects(function)
    signature = inspect.signature(function)
    has_labels = "labels" in signature.parameters
    first = next(iter(signature.parameters))
    names = ["ax", "figsize", "title", "frames", "order", "palette"]
    extra = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None)
        for name in (names if has_labels else [*names, "labels"])
    ]

    @wraps(function)
    def plot(
        *args: Any,
        ax: Axes | None = None,
        figsize: tuple[float, float] | None = None,
        title: str | None = None,
        frames: Sequence[str] | None = None,
        order: Sequence[str] | None = None,
        palette: Mapping[str, str] | Sequence[str] | str | None = None,
        labels: Mapping[str, str] | Lexicon | None = None,
        **options: Any,
    ) -> Any:
        _check_canvas(ax, figsize, title)
        entries, labels = _entry_labels(labels)
        if has_labels:
            options["labels"] = labels
        if not args and first in options:
            args = (options.pop(first),)
        for name, value in (("frames", frames), ("order", order), ("palette", palette)):
            _check_names(name, value)
        looks = _looks(args[0], palette) if args else {}
        if args and (frames is not None or order is not None):
            args = (_chosen_rows(args[0], frames, order), *args[1:])
        token = _canvas.set(_Canvas(ax, figsize, looks, entries))
        try:
            figure = draw(*args, **options)
        finally:
            _canvas.reset(token)
        with style():
            if title is not None:
                figure.suptitle(title)
            if labels:
                _relabel(figure, labels)
            _rewrite(figure, lambda text: _in_order(_printable(text)))
            _find_typefaces(figure)
            if ax is None and _has_long_names(figure):
                _fit(figure, grows=figsize is None)
        return figure if ax is None else ax

    plot.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*signature.parameters.values(), *extra], return_annotation=Figure | Axes
    )
    if function.__doc__:
        common = _COMMON if has_labels else _COMMON + _LABELS
        text = function.__doc__.replace("\n    Returns\n", f"{common}\n    Returns\n", 1)
        plot.__doc__ = re.sub(
            r"(\n    matplotlib\.figure\.Figure)\n((?:        .*\n)+)",
            lambda match: f"{match[1]} or matplotlib.axes.Axes\n{match[2][:-1]}{_RETURNED}\n",
            text, count=1,
        )  # fmt: skip
    return plot


def _check_names(name: str, value: object) -> None:
    """Raise InputError unless frames, rows or colours are named one by one, in a list."""
    colours = name == "palette"
    if value is None or (colours and isinstance(value, str | Mapping)):
        return
    if isinstance(value, str) or not isinstance(value, Iterable):
        need = "a colour map, a list of colours, or colours by frame" if colours else "a list"
        of_one = f": [{value!r}]" if isinstance(value, str) else ""
        kind = a_kind(type(value).__name__)
        raise InputError(f"{name}={value!r} is {kind}; it must be {need}{of_one}.")


def _entry_labels(labels: object) -> tuple[Mapping[str, str], Mapping[str, str] | None]:
    """Return the names of entries by pattern, and other words for all texts of a figure."""
    if isinstance(labels, Lexicon):
        rows = labels.table[["pattern", "label"]].itertuples(index=False, name=None)
        return {str(pattern): str(label) for pattern, label in rows if label}, None
    if labels is None:
        return {}, None
    if not isinstance(labels, Mapping):
        raise InputError(
            f"labels is {a_kind(type(labels).__name__)}. Give a mapping such as "
            "{'peace': 'Frieden'}, or the lexicon, whose labels entries then have."
        )
    return {str(name): str(word) for name, word in labels.items()}, labels


def frame_style(frames: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return colour and marker of each frame, as the caller of the plot function chose them."""
    return usual_style(frames) | {
        frame: look for frame, look in _canvas.get().looks.items() if frame in frames
    }


def known_frames(frames: Sequence[str]) -> list[str]:
    """Return the frames of a result, also those that the caller left out with ``frames=``."""
    return list(dict.fromkeys([*frames, *_canvas.get().looks]))


def _looks(result: object, palette: object) -> dict[str, tuple[str, str]]:
    """Return colour and marker of each frame of a result, before any are left out."""
    table = getattr(result, "table", None)
    if not isinstance(table, pd.DataFrame) or "frame" not in table:
        if palette is not None:
            raise InputError(
                "palette= cannot be used: this result has no frames to colour. Leave palette= out."
            )
        return {}
    names = _names(table, "frame")
    looks = usual_style(names)
    if palette is None:
        return looks
    if isinstance(palette, str):
        colours = dict(zip(names, _shades(palette, len(names)), strict=True))
    elif isinstance(palette, Mapping):
        chosen_names("palette", list(palette), names)
        colours = dict(palette)
    else:
        colours = dict(zip(names, cast("Sequence[str]", palette), strict=False))
    wrong = [colour for colour in colours.values() if not is_color_like(colour)]
    if wrong:
        raise InputError(f"palette has {wrong[0]!r}, which is not a colour. Give names or #rrggbb.")
    return {name: (colours.get(name, colour), mark) for name, (colour, mark) in looks.items()}


def _shades(palette: str, count: int) -> list[str]:
    """Return colours of a colour map, dark enough for lines on white."""
    name = "gray" if palette.lower() in ("grey", "gray", "greys", "grays") else palette
    if name not in mpl.colormaps:
        raise InputError(
            f"palette={palette!r} is not a colour map of matplotlib. Give 'grey', such a map, a "
            "list of colours, or colours by frame: {'peace': '#003F82'}."
        )
    colour_map = mpl.colormaps[name]
    if colour_map.N <= LISTED:
        shades = [colour_map(number % colour_map.N) for number in range(count)]
        return [readable(to_hex(shade), "#FFFFFF", 3) for shade in shades]
    steps = np.linspace(0, 0.55, count) if count > 1 else np.array([0.2])
    # From the dark end to the pale one.
    if sum(colour_map(0.0)[:3]) > sum(colour_map(1.0)[:3]):
        steps = 1 - steps
    return [readable(to_hex(colour_map(step)), "#FFFFFF", 3) for step in steps]


def _names(table: pd.DataFrame, column: str) -> list[str]:
    """Return the values of a column in the order in which they are drawn."""
    values = table[column]
    listed = values.cat.categories if hasattr(values, "cat") else pd.unique(values)
    return [str(value) for value in listed]


# Results of which a figure shows all frames and rows.
WHOLE = ("Cooccurrences", "Multiverse", "Voices", "TopicFrames", "WordShift")
# Columns whose values are the rows of a figure.
_ROWS = ("unit_id", "group", "comparison", "speaker", "doc_id", "term", "topic")


def _chosen_rows(result: Any, frames: object, order: object) -> Any:
    """Return a result with the chosen frames, and with its rows in the chosen order."""
    table = getattr(result, "table", None)
    # A matrix of frames by frames, or a summary of tests, has no rows that could be left out.
    whole = type(result).__name__ in WHOLE
    if whole or not isinstance(table, pd.DataFrame) or "frame" not in table:
        raise InputError(
            f"frames= and order= cannot be used: a {type(result).__name__} is always drawn as a "
            "whole. Leave them out."
        )
    known = _names(table, "frame")
    chosen = (
        known
        if frames is None
        else chosen_names("frames", [str(frame) for frame in cast("Sequence[str]", frames)], known)
    )
    column = next((name for name in _ROWS if name in table), None)
    first: list[str] = []
    if order is not None:
        if column is None:
            raise InputError(
                f"order= cannot be used: {type(result).__name__} has one row per frame. Leave "
                "order= out."
            )
        rows = [str(item) for item in cast("Sequence[str]", order)]
        first = chosen_names("order", rows, _names(table, column))
    return _with_rows(result, chosen, column if first else None, first)


def _with_rows(result: Any, frames: list[str], column: str | None, first: list[str]) -> Any:
    """Return a result whose tables have these frames, and rows in this order."""
    changed: dict[str, Any] = {}
    for item in fields(result):
        value = getattr(result, item.name)
        if item.name == "frames" and isinstance(value, list):
            changed["frames"] = frames
        elif item.name == "scores" and hasattr(value, "table"):
            changed["scores"] = _with_rows(value, frames, None, [])
        elif isinstance(value, pd.DataFrame) and item.name in ("table", "entries", "units", "base"):
            changed[item.name] = _rows_of(value, frames, column, first)
    # Not dataclasses.replace, for which the result of a table is a DataFrame.
    given = {item.name: getattr(result, item.name) for item in fields(result) if item.init}
    return type(result)(**given | changed)


def _rows_of(
    table: pd.DataFrame, frames: list[str], column: str | None, first: list[str]
) -> pd.DataFrame:
    """Return a table with these frames, and the rows of ``first`` before the others."""
    rank = {name: number for number, name in enumerate(first)}
    keys = pd.DataFrame({"rank": 0, "block": range(len(table))}, index=table.index)
    if column is not None and column in table:
        keys["rank"] = table[column].astype(str).map(lambda name: rank.get(name, len(rank)))
    by = ["rank", "block"]
    if "frame" in table and len(table):
        names = table["frame"].astype(str)
        keys["frame"] = names.map({name: number for number, name in enumerate(frames)})
        # Rows of a frame stand together, or rows of a unit: this stays.
        if names.head(2).nunique() == 1:
            keys["block"] = names.groupby(names).cumcount()
            by = ["frame", *by]
        else:
            keys["block"] = names.eq(names.iloc[0]).cumsum()
            by = [*by, "frame"]
        keys = keys[names.isin(frames)]
        if hasattr(table["frame"], "cat"):
            table = table.assign(frame=table["frame"].cat.set_categories(frames))
    return table.loc[keys.sort_values(by, kind="stable").index].reset_index(drop=True)


def _relabel(figure: Figure, labels: Mapping[str, str]) -> None:
    """Write other words for names in all texts of a figure."""
    names = sorted((str(name) for name in labels), key=len, reverse=True)
    # A name may stand in several lines.
    forms = "|".join(r"\s+".join(map(re.escape, name.split())) for name in names if name.split())
    pattern = re.compile(rf"(?<![\w-])(?:{forms})(?![\w-])")
    words = {" ".join(str(name).split()): str(word) for name, word in labels.items()}

    _rewrite(
        figure, lambda text: pattern.sub(lambda match: words[" ".join(match[0].split())], text)
    )


def _rewrite(figure: Figure, change: Callable[[str], str]) -> None:
    """Change the texts of a figure, those of the ticks too."""
    seen: set[int] = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            # Panels share the names of their rows; a name is changed once.
            if not isinstance(axis.get_major_locator(), FixedLocator) or id(axis.major) in seen:
                continue
            seen.add(id(axis.major))
            texts = [label.get_text() for label in axis.get_ticklabels()]
            if (changed := [change(text) for text in texts]) != texts:
                axis.set_ticks(axis.get_majorticklocs(), labels=changed)
    ticks = {
        label for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)
        for tick in [*axis.majorTicks, *axis.minorTicks] for label in (tick.label1, tick.label2)
    }  # fmt: skip
    for text in figure.findobj(Text):
        if text not in ticks and (written := change(text.get_text())) != text.get_text():
            text.set_text(written)


def _printable(text: str) -> str:
    """Return a text with a sign for each character that no file of XML can hold."""
    return _NO_XML.sub("\ufffd", text)


def _in_order(text: str) -> str:
    """Return a text in which counts stand behind a name that is written from right to left.

    Without the marks "NAME: 26 of 30 hits" is drawn as "of 30 hits 26 :NAME".
    """
    return "\n".join(
        f"{MARK}{AFTER_RIGHT.sub(MARK, line)}"
        if MARK not in line and AFTER_RIGHT.search(line)
        else line
        for line in text.split("\n")
    )


def _has_long_names(figure: Figure) -> bool:
    """Return whether a title or a legend may be wider than its room, which takes a while to say."""
    heads = [axes.get_title(loc="left") for axes in figure.axes]
    named = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    lines = [line for head in heads for line in head.splitlines()]
    return sum(map(columns_of, named)) > LEGEND or any(columns_of(line) > HEAD for line in lines)


def _fit(figure: Figure, *, grows: bool) -> None:
    """Break titles that are wider than their panel, and put wide legends in fewer columns.

    With ``grows`` the figure grows by the lines that are added.
    """
    figure.draw_without_rendering()
    grown: dict[int, int] = {}
    for axes in figure.axes:
        text = axes.get_title(loc="left")
        box = axes.bbox
        beside = [
            other.bbox.x0 for other in figure.axes
            if other.bbox.x0 > box.x0 + 1 and other.bbox.y0 < box.y1 and other.bbox.y1 > box.y0
        ]  # fmt: skip
        room = min([*beside, figure.bbox.width]) - box.x0 - 3
        heads = [item for item in axes.get_children() if isinstance(item, Text)]
        for head in heads:
            if not text or head.get_text() != text:
                continue
            wide = head.get_window_extent().width
            if wide > room:
                widest = max(map(columns_of, text.splitlines()))
                most = max(8, int(widest * room / wide) - 1)
                head.set_text(_broken(text, most))
                added = head.get_text().count("\n") - text.count("\n")
                row = round(box.y1)
                grown[row] = max(grown.get(row, 0), added)
    added = sum(grown.values())
    for legend in list(figure.legends):
        names = [text.get_text() for text in legend.get_texts()]
        tall = max(name.count("\n") for name in names) + 1
        columns = int(getattr(legend, "_ncols", 1))
        rows = -(-len(names) // columns)
        while columns > 1 and legend.get_window_extent().width > figure.bbox.width:
            columns -= 1
            handles = [item for item in legend.legend_handles if item is not None]
            legend.remove()
            legend = figure.legend(
                handles, names, loc="outside upper center", ncols=columns, handletextpad=0.3
            )
            figure.draw_without_rendering()
        added += tall * (-(-len(names) // columns) - rows)
    if added and grows:
        figure.set_figheight(figure.get_figheight() + 0.14 * added)


def _broken(text: str, width: int) -> str:
    """Return a title in lines of at most ``width`` columns; what stands in brackets stays apart.

    A name that was broken before is broken anew, not line by line. Example: "a name of\nfifty"
    in 8 columns gives "a name", "of fifty".
    """
    parts = []
    for part in re.split(r"\n(?=\(|n = )", text):
        lines = part.splitlines()
        joined = " ".join(lines)
        once = fill(joined, max(map(columns_of, lines))) == part
        parts += [fill(joined, width)] if once else [fill(line, width) for line in lines]
    return "\n".join(parts)


def _check_canvas(ax: object, figsize: object, title: object) -> None:
    """Raise InputError unless ax, figsize and title can be used."""
    if ax is not None and not isinstance(ax, Axes):
        raise InputError(
            f"ax is {a_kind(type(ax).__name__)}; it must be Axes, which plt.subplots() returns. If "
            "it returns several, give one of them: axes[0]."
        )
    if ax is not None and figsize is not None:
        raise InputError(
            "ax= and figsize= cannot be used together: the figure of ax already has a size. Leave "
            "one of them out."
        )
    if figsize is not None:
        sides = list(figsize) if isinstance(figsize, Sequence) else []
        if len(sides) != 2 or not all(isinstance(side, int | float) and side > 0 for side in sides):
            raise InputError(
                f"figsize={figsize!r} cannot be used. Give width and height in inches, such as "
                "(6.3, 4)."
            )
    if title is not None and not isinstance(title, str):
        raise InputError(f"title={title!r} is not text. Give a string.")


class _Inset:
    """Axes of the caller that act as a figure.

    A single panel is drawn in the axes. Several panels are drawn in a subfigure that replaces the
    axes in their grid.
    """

    def __init__(self, ax: Axes) -> None:
        self.ax = ax
        self.whole = ax.get_figure(root=True)
        self.subfigure: SubFigure | None = None

    @property
    def axes(self) -> list[Axes]:
        """The axes that were drawn in."""
        return list(self.subfigure.axes) if self.subfigure else [self.ax]

    def findobj(self, match: type[Any]) -> list[Any]:
        """Return the parts of the drawing of this type, not those of the caller's figure."""
        return list((self.subfigure or self.ax).findobj(match))

    @property
    def dpi(self) -> float:
        return float(self.whole.dpi)  # type: ignore[union-attr]

    def get_figwidth(self) -> float:
        box = self.subfigure.bbox if self.subfigure else self.ax.get_window_extent()
        return float(box.width) / self.dpi

    def draw_without_rendering(self) -> None:
        self.whole.draw_without_rendering()  # type: ignore[union-attr]

    def _split(self) -> SubFigure:
        """Return the subfigure that replaces the axes."""
        if self.subfigure is None:
            grid = self.ax.get_subplotspec()
            if grid is None:
                raise InputError(
                    "ax is not in a grid, but this figure has several panels. Give axes that "
                    "plt.subplots() returns, or leave ax out."
                )
            self.ax.set_axis_off()
            self.subfigure = self.ax.figure.add_subfigure(grid)
        return self.subfigure

    def subplots(
        self, nrows: int = 1, ncols: int = 1, *, squeeze: bool = True, **options: Any
    ) -> Any:
        if nrows == ncols == 1:
            return self.ax if squeeze else np.array([[self.ax]])
        return self._split().subplots(nrows, ncols, squeeze=squeeze, **options)

    def add_gridspec(self, *args: Any, **options: Any) -> Any:
        return self._split().add_gridspec(*args, **options)

    def add_subplot(self, *args: Any, **options: Any) -> Any:
        return self._split().add_subplot(*args, **options)

    def colorbar(self, *args: Any, **options: Any) -> Any:
        return self._split().colorbar(*args, **options)

    def legend(self, *, loc: Any, **options: Any) -> Any:
        if self.subfigure:
            return self.subfigure.legend(loc=loc, **options)
        return self.ax.legend(
            loc="lower center", bbox_to_anchor=(0.5, 1.0), borderaxespad=0.2, **options
        )

    def supylabel(self, text: str, **options: Any) -> None:
        if self.subfigure:
            self.subfigure.supylabel(text, **options)
        else:
            self.ax.set_ylabel(text, **options)

    def supxlabel(self, text: str, **options: Any) -> None:
        """Write the note: below the panels, or below the label of the axes."""
        if self.subfigure:
            self.subfigure.supxlabel(text, **options)
        else:
            options.pop("ha")
            self.ax.annotate(
                text, (0.5, 0), (0, -36), xycoords="axes fraction", textcoords="offset points",
                ha="center", va="top", annotation_clip=False, **options,
            )  # fmt: skip

    def suptitle(self, text: str) -> None:
        if self.subfigure:
            self.subfigure.suptitle(text)
        else:
            # The title of the panel stays below.
            head = self.ax.get_title(loc="left")
            self.ax.set_title(f"{text}\n{head}" if head else text, loc="left")


def new_figure(width: float, height: float) -> FrameFigure:
    """Return the figure to draw in: a new one of this size, or what the caller gives."""
    canvas = _canvas.get()
    if canvas.ax is not None:
        return cast(FrameFigure, _Inset(canvas.ax))
    return FrameFigure(figsize=canvas.figsize or (width, height), layout="constrained")


def steady(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with numbers rounded to six decimals.

    The last bits of a model differ between processors, and matplotlib derives the names of
    clipping paths from them.
    """
    return table.round(6)


def columns_of(text: str) -> int:
    """Return the width of a text in columns: a letter of Chinese, Japanese or Korean has two."""
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)


def fill(text: str, width: int) -> str:
    """Return a text in lines of at most ``width`` columns."""
    wide = columns_of(text) - len(text)
    return fill_letters(text, max(4, width * len(text) // (len(text) + wide)) if wide else width)


def wrap_labels(ids: Sequence[str], labels: Mapping[str, str] | None) -> list[str]:
    """Return the labels of ids in lines of 26 characters; an id without a label stays."""
    return [fill(str((labels or {}).get(item, item)), LABEL) for item in ids]


def in_lines(text: str, width: int) -> str:
    """Return a text in lines of at most ``width`` characters, with no break at = or <.

    Example: "the joint p = .025 holds" in lines of 14 characters gives "the joint", "p = .025",
    "holds".
    """
    whole = re.sub(" ([=<≥:]) ", "\N{NO-BREAK SPACE}\\1\N{NO-BREAK SPACE}", text)
    return fill(whole, width).replace("\N{NO-BREAK SPACE}", " ")


def write_note(figure: Figure, text: str) -> None:
    """Write the note below a figure: what its signs mean."""
    lines = in_lines(text, int(figure.get_figwidth() * 17.5))
    figure.supxlabel(lines, fontsize=7, color="#444444", ha="center")


def p_value(p: float) -> str:
    """Return a p-value with its sign: "p = 0.025"; never 0."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def entry_names(entries: Sequence[str], lexicon_hash: object) -> list[str]:
    """Return names of entries for readers: their labels, or their first words.

    Labels are those that the caller gives, or of the lexicons that the package ships. Example:
    "(negotiat*|renegotiat*|negotiator*)" without a label has the name "negotiat*, renegotiat*, …".
    """
    known = _shipped_labels(str(lexicon_hash)) | dict(_canvas.get().entries)
    return [known.get(entry) or _first_words(entry) for entry in entries]


def _first_words(entry: str) -> str:
    """Return the first alternatives of a long entry, without brackets."""
    if "|" not in entry or len(entry) <= ENTRY:
        return shorten(entry)
    words = [word.strip("() ") for word in entry.split(")")[0].split("|")]
    lengths = np.cumsum([len(word) + 2 for word in words])
    shown = [word for word, length in zip(words, lengths, strict=True) if length < ENTRY + 2]
    return f"{', '.join(shown)}, …" if shown else shorten(entry)


@cache
def _shipped_labels(lexicon_hash: str) -> dict[str, str]:
    """Return the labels of the shipped lexicon with this hash, by entry; empty without one."""
    for file in sorted(
        file.name for file in resources.files("framing").joinpath("data", "lexicons").iterdir()
    ):
        lexicon = load_lexicon(file.removesuffix(".toml")) if file.endswith(".toml") else None
        if lexicon is not None and lexicon.hash == lexicon_hash:
            rows = lexicon.table[["pattern", "label"]].itertuples(index=False, name=None)
            return {str(pattern): str(label) for pattern, label in rows if label}
    return {}


def mark_cut(axes: Axes, x: Array, below: Mask, above: Mask, colours: Sequence[str]) -> None:
    """Draw an arrow at the edge of the axes for each interval that goes beyond it."""
    for cut, marker, edge in ((above, "^", 1.0), (below, "v", 0.0)):
        if cut.any():
            axes.scatter(
                x[cut], np.full(int(cut.sum()), edge), marker=marker, s=9, linewidths=0,
                c=[colour for colour, marked in zip(colours, cut, strict=True) if marked],
                transform=axes.get_xaxis_transform(), clip_on=False, zorder=5,
            )  # fmt: skip


def mark_beyond(
    axes: Axes, rows: np.ndarray[Any, Any], below: Mask, above: Mask, colour: str
) -> None:
    """Draw a small arrow at the side of the axes for each interval that goes beyond it."""
    for cut, marker, edge in ((below, "<", 0.0), (above, ">", 1.0)):
        if cut.any():
            axes.plot(
                np.full(int(cut.sum()), edge), rows[cut], marker, color=colour, markersize=3,
                transform=axes.get_yaxis_transform(), clip_on=False, zorder=2.5,
            )  # fmt: skip


def percent(share: float, sign: str = "%") -> str:
    """Return a share in whole per cent; one that is not 0 or 1 is not written as 0% or 100%.

    Example: .123 is "12%", .0012 is "0.1%", .0002 is "<0.1%", .999 is "99.9%", and 0 is "0%".
    """
    if 0.995 <= share < 1:
        return f"{100 * share:.1f}{sign}" if share < 0.9995 else f">99.9{sign}"
    if 0 < share < 0.005:
        return f"{100 * share:.1f}{sign}" if share >= 0.0005 else f"<0.1{sign}"
    return f"{100 * share:.0f}{sign}"


def least_to_most(numbers: "pd.Series[Any]") -> str:
    """Return the range of numbers in words: "1 to 6"; "5" where all are 5."""
    least, most = numbers.min(), numbers.max()
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def row_height(names: Sequence[str]) -> float:
    """Return the height of a row in inches, with room for labels of several lines."""
    lines = max(name.count("\n") + 1 for name in names)
    return max(0.3, 0.145 * lines + 0.06)


def make_panels(
    figure: Figure, count: int, columns: int, *, sharex: bool = True, sharey: bool = False
) -> list[Axes]:
    """Return so many panels, row by row, by default with a common horizontal axis."""
    columns = min(columns, count)
    grid = figure.subplots(
        -(-count // columns), columns, sharex=sharex, sharey=sharey, squeeze=False
    )
    panels: list[Axes] = list(grid.flat)
    for axes in panels[count:]:
        axes.remove()
    return panels[:count]


def label_below(panels: Sequence[Axes], label: str, columns: int) -> None:
    """Label the lowest panel of each column."""
    for axes in panels[-columns:]:
        axes.set_xlabel(label)
        axes.tick_params(labelbottom=True)


def set_rows(axes: Axes, names: Sequence[str]) -> None:
    """Name the rows, the first one on top."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)


def label_bars(axes: Axes, lengths: Sequence[float], texts: Sequence[str]) -> None:
    """Write a text at the end of each bar."""
    for row, (length, text) in enumerate(zip(lengths, texts, strict=True)):
        axes.annotate(
            text, (length, row), (3, 0), textcoords="offset points", va="center", fontsize=7
        )


def check_count(
    count: int,
    what: str,
    remedy: str = 'Draw a selection, or pool them, for example score(hits, unit="source").',
) -> None:
    """Raise InputError unless a figure has room for this many rows."""
    if not 0 < count <= MOST_UNITS:
        raise InputError(
            f"{count:,} {what} cannot be drawn: a figure takes 1 to {MOST_UNITS}. {remedy}"
        )


def check_matrix(rows: int, what: str, remedy: str, frames: int, call: str) -> None:
    """Raise InputError if a matrix of rows by frames is too large to read."""
    if rows > MOST_UNITS:
        raise InputError(
            f"{rows} {what} cannot be drawn: a figure takes {MOST_UNITS} at most. {remedy}"
        )
    if frames > MOST_FRAMES:
        raise InputError(
            f"{frames} frames cannot be drawn: a figure takes {MOST_FRAMES} at most. Pool them "
            f"with merge_frames(hits, …) before {call}."
        )


# Ticks of an axis of ratios, from wide to narrow ranges.
_RATIO_TICKS = (
    (0.001, 0.01, 0.1, 1, 10, 100, 1000), (0.04, 0.2, 1, 5, 25), (1 / 8, 0.25, 0.5, 1, 2, 4, 8),
    (0.25, 0.35, 0.5, 0.7, 1, 1.4, 2, 3, 4), (0.8, 0.9, 1, 1.1, 1.25), (0.95, 1, 1.05),
    (0.99, 1, 1.01),
)  # fmt: skip


def set_value_ticks(axis: Axis, kind: str = "", most: int = 4) -> None:
    """Set a few round ticks, in percent where the values are shares."""
    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
    if kind == "share":
        axis.set_major_formatter(PercentFormatter(1))


def set_ratio_ticks(axis: Axis, bottom: float, top: float) -> None:
    """Set round ratios as ticks of a logarithmic axis."""
    visible = [[tick for tick in ticks if bottom <= tick <= top] for ticks in _RATIO_TICKS]
    choices = [ticks for ticks in visible if len(ticks) >= 3] or [max(visible, key=len)]
    axis.set_major_locator(FixedLocator(choices[0]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda tick, _: f"{tick:.3g}"))
