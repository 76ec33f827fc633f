"""Templates: HTML pages from the files in data/templates/, with every value escaped."""

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

from framing._core.tables import shorten

if TYPE_CHECKING:
    from jinja2 import Environment

# What HTML cannot hold: NUL, and halves of a pair.
UNUSABLE = re.compile("[\x00\ud800-\udfff]")
# What is not written as it is.
SPECIAL = re.compile("[&<>\"'\r\x00\ud800-\udfff]")


def esc(text: str) -> str:
    """Return a text for HTML, in an element or in a quoted attribute."""
    # A carriage return by itself would come back as a line feed.
    return escape(UNUSABLE.sub("\ufffd", text)).replace("\r", "&#13;")


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Return a number of things in words: "1 hit", "2 hits", "3 entries"."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def template_file(name: str) -> str:
    """Return a file of data/templates/ as it is: a style sheet, a script, a template."""
    return resources.files("framing").joinpath("data", "templates", name).read_text("utf-8")


def render(name: str, **values: Any) -> Iterator[str]:
    """Return a page in pieces. ``name`` is a template; the values are escaped where they stand.

    In a template, line breaks and indentation do not count: it is laid out for its readers. A line
    break of the page is ``{{ "\\n" }}``. HTML that comes from a value stays text; only what is
    wrapped in ``markupsafe.Markup`` (the style sheet and the script of the package) is HTML.
    """
    return _environment().get_template(name).generate(**values)


@cache
def _environment() -> "Environment":
    # Not needed to measure.
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    def load(name: str) -> str:
        return "".join(line.strip() for line in template_file(name).splitlines())

    def escaped(value: object) -> object:
        # jinja2 escapes what is returned here, and lets NUL and carriage returns through.
        if isinstance(value, str) and not isinstance(value, Markup) and SPECIAL.search(value):
            return Markup(esc(value))
        return value

    environment = Environment(
        autoescape=True,
        finalize=escaped,
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
    )
    environment.filters.update(
        plural=plural, shorten=shorten, thousands=lambda number: f"{number:,}"
    )
    return environment
