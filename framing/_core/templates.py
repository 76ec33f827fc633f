"""Templates: HTML pages from the files in data/templates/, with every value escaped."""

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any, cast

from framing._core.tables import shorten

if TYPE_CHECKING:
    from jinja2 import Environment

# Characters that HTML cannot contain: NUL, and lone surrogates.
UNUSABLE = re.compile("[\x00\ud800-\udfff]")
# Characters that are escaped or replaced.
SPECIAL = re.compile("[&<>\"'\r\x00\ud800-\udfff]")


def esc(text: str) -> str:
    """Return a text for HTML, in an element or in a quoted attribute."""
    # A browser would read a bare carriage return as a line feed.
    return escape(UNUSABLE.sub("\ufffd", text)).replace("\r", "&#13;")


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Return a number with its noun: "1 hit", "2 hits", "3 entries"."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def template_file(name: str) -> str:
    """Return the text of a file in data/templates/: a style sheet, a script, a template."""
    return resources.files("framing").joinpath("data", "templates", name).read_text("utf-8")


def render(name: str, **values: Any) -> Iterator[str]:
    """Yield a page in pieces. ``name`` is a template; each value is escaped when it is inserted.

    Line breaks and indentation of a template are not in the page. ``{{ "\\n" }}`` writes a line
    break. HTML in a value stays text. Only values of the type ``markupsafe.Markup`` (the style
    sheet and the script of the package) are HTML.
    """
    return _environment().get_template(name).generate(**values)


@cache
def _environment() -> "Environment":
    """Return the settings of jinja2: where templates are, and how values are escaped."""
    # Loaded here because measuring does not need it.
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from jinja2.compiler import CodeGenerator
    from markupsafe import Markup, escape

    def load(name: str) -> str:
        return "".join(line.strip() for line in template_file(name).splitlines())

    def escaped(value: object) -> str:
        # Exact types first, for speed: nearly all values of a page are str, Markup or int.
        kind = type(value)
        if kind is str:
            text = cast("str", value)
            return esc(text) if SPECIAL.search(text) else text
        if kind is Markup:
            return cast("Markup", value)
        if kind is int:
            return str(value)
        if isinstance(value, str) and not isinstance(value, Markup):
            return esc(value)
        return escape(value)

    class OneCall(CodeGenerator):
        """Compile templates to code that calls `escaped` once per value.

        jinja2 itself writes three calls per value, and keeps NUL and carriage returns. A later
        version of jinja2 that lacks these two methods still escapes each value.
        """

        def _output_child_pre(self, *_: object) -> None:
            self.write("environment.escaped(")

        def _output_child_post(self, *_: object) -> None:
            self.write(")")

    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
    )
    environment.code_generator_class = OneCall
    vars(environment)["escaped"] = escaped
    environment.filters.update(
        # An entry. A browser may break the line after each alternative.
        breakable=lambda pattern: Markup(esc(pattern).replace("|", "|<wbr>")),
        plural=plural,
        shorten=shorten,
        thousands=lambda number: f"{number:,}",
    )
    return environment
