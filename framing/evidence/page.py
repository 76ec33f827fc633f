"""Page of evidence: one HTML file that contains its style and its script."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from framing._core.templates import render, template_file
from framing.evidence.items import GROUNDS, SIGNS, TEXTS, FrameItem, Items
from framing.evidence.marks import Address, Marker
from framing.evidence.page_data import as_json, packed

LIGHT, DARK = ":root{{{}}}", "@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}"


def render_page(items: Items, address: Address, **values: Any) -> str:
    """Return a page: an index (``has_tables``), articles (``has_articles``), or both in one.

    ``packs`` are the texts of the articles that the script shows, where the page has them packed;
    then the data are packed too.
    """
    from markupsafe import Markup

    packs = values.pop("packs", [])
    data = as_json(values.pop("data"))
    if not values["has_articles"]:
        data = packed(data)
    style = _colours(items.frames) + template_file("evidence/page.css")
    script = template_file("evidence/page.js")
    marker = Marker(items.frames, values["entries"], address)
    pieces = render(
        "evidence/page.html",
        items=items,
        address=address,
        paragraphs=marker.paragraphs,
        signs=SIGNS,
        style=Markup(style),
        style_digest=_digest(style),
        data=Markup(data),
        packs=[Markup(pack) for pack in packs],
        script=Markup(script),
        script_digest=_digest(script),
        **values,
    )
    return "".join(pieces)


def _digest(code: str) -> str:
    """Return the digest of a style or a script. The browser runs no code with another digest."""
    return "sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


def _colours(frames: Sequence[FrameItem]) -> str:
    """Return the style sheet of the colours in both schemes, and of the lines of the frames."""
    rules = []
    for scheme, rule in (("light", LIGHT), ("dark", DARK)):
        names = [f"--ground:{GROUNDS[scheme]}", f"--text:{TEXTS[scheme]}"]
        for frame in frames:
            ink, tint = frame.colours[scheme]
            names += [f"--i{frame.number}:{ink}", f"--t{frame.number}:{tint}"]
        rules.append(rule.format(";".join(names)))
    for frame in frames:
        number = frame.number
        rules.append(f".f{number}{{--ink:var(--i{number});--tint:var(--t{number})}}")
        rules.append(f"mark.f{number},b.f{number}{{text-decoration-style:{frame.line}}}")
    return "\n".join(rules) + "\n"
