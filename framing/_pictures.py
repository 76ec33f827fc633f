"""The images of a paper: where they are, and in which format each output takes them."""

import os
import shutil
from pathlib import Path
from typing import Any

from framing._core.checks import InputError, itemised

# Drawing an SVG comes out the same on every processor; drawing a PDF need not.
ENDINGS = {"html": ".svg", "docx": ".svg", "tex": ".pdf", "pdf": ".pdf"}
# Dots per inch of the pictures in a DOCX, and the widest that fits its text, in cm.
DPI, WIDEST = 220, 16.0


def _found(node: Any) -> list[dict[str, Any]]:
    """Return the images of pandoc's tree, in their order."""
    if isinstance(node, dict):
        if node.get("t") == "Image":
            return [node]
        node = list(node.values())
    return [image for part in node for image in _found(part)] if isinstance(node, list) else []


class Pictures:
    """The images of an article as pandoc reads it, which are named without an ending.

    Attributes
    ----------
    names : list of str
        As written in the text, in the order of the text.
    """

    def __init__(self, article: dict[str, Any], folder: Path) -> None:
        self._images = _found(article["blocks"])
        self._folder = folder
        self._given = [list(image["c"][0][2]) for image in self._images]
        self._widths: dict[str, str] = {}
        self.names = [str(image["c"][2][0]) for image in self._images]

    def _path(self, name: str, ending: str) -> Path:
        written = Path(name)
        stem = written.with_suffix("") if written.suffix in {".svg", ".pdf", ".png"} else written
        return self._folder / stem.parent / (stem.name + ending)

    def _paths(self, ending: str) -> list[Path]:
        paths = [self._path(name, ending) for name in self.names]
        missing = [
            f"{name}: no {path.name} in {path.parent}"
            for name, path in zip(self.names, paths, strict=True)
            if not path.is_file()
        ]
        if missing:
            raise InputError(
                "Images of the paper are missing:"
                + itemised(missing)
                + "\nDraw them (make figures) "
                "or mend their names, which stand without an ending."
            )
        return paths

    def rename(self, names: list[str]) -> None:
        """Set the names of the images; a PNG gets the width that it was drawn in."""
        for image, given, name in zip(self._images, self._given, names, strict=True):
            width = self._widths.get(name)
            kept = [pair for pair in given if not (width and pair[0] == "width")]
            image["c"][0][2] = [*kept, ["width", width]] if width else kept
            image["c"][2][0] = name

    def copy(self, room: Path, ending: str) -> list[str]:
        """Copy the images to a folder under names that tell nothing of this machine."""
        names = []
        for number, path in enumerate(self._paths(ending), 1):
            names.append(f"image-{number}{ending}")
            shutil.copyfile(path, room / names[-1])
        return names

    def relative(self, folder: Path, ending: str) -> list[str]:
        """Return the paths of the images as seen from a folder."""
        paths = self._paths(ending)
        try:
            return [Path(os.path.relpath(path, folder)).as_posix() for path in paths]
        except ValueError:
            raise InputError(
                f"{self._folder} and {folder} lie on two drives, so that LaTeX cannot refer to the "
                "images by a relative path. Put both on one drive."
            ) from None

    def draw(self, room: Path, ending: str) -> list[str]:
        """Draw the images as PNG in a folder; they keep their width where the page has it."""
        import typst

        names = self.copy(room, ending)
        for number, (given, name) in enumerate(zip(self._given, names, strict=True), 1):
            page = room / "picture.typ"
            page.write_text(
                f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{name}")\n',
                encoding="utf-8",
            )
            drawn: Any = typst.compile(
                str(page), root=str(room), format="png", ppi=DPI, ignore_system_fonts=True
            )
            names[number - 1] = f"image-{number}.png"
            (room / names[number - 1]).write_bytes(drawn)
            width = min(int.from_bytes(drawn[16:20], "big") / DPI * 2.54, WIDEST)
            share = dict(given).get("width", "")
            if share.endswith("%"):
                width = WIDEST * float(share[:-1]) / 100
            self._widths[names[number - 1]] = f"{width:.2f}cm"
        return names
