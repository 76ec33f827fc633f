"""The manifest of a scored dataset: one line of JSON for the run and one for each partition."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from framing._core.checks import InputError
from framing._core.files import write_errors
from framing.corpus.storage import Storage
from framing.scale.scoring import KINDS

NAME = "manifest.jsonl"


@dataclass
class Manifest:
    """The finished partitions. The last line of a partition counts; a truncated line is ignored.

    ``run`` says how the dataset is scored. ``lines`` has the last line of each partition by its
    key.
    """

    storage: Storage
    folder: str
    run: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path of the file."""
        return f"{self.folder}/{NAME}"

    @classmethod
    def read(cls, storage: Storage, folder: str) -> "Manifest":
        """Read a manifest; without a file it is empty."""
        manifest = cls(storage, folder)
        if not storage.is_file(manifest.path):
            return manifest
        text = storage.read(manifest.path).decode("utf-8", "replace")
        for line in text.splitlines():
            try:
                content = json.loads(line)
            except json.JSONDecodeError:
                continue
            manifest._take(content)
        return manifest

    def _take(self, content: dict[str, Any]) -> None:
        """Take a line into account."""
        if "run" in content:
            self.run = content["run"]
        elif content.get("dropped"):
            self.lines.pop(content["partition"], None)
        elif "partition" in content:
            self.lines[content["partition"]] = content

    def rewrite(self) -> None:
        """Write the file anew, with one line for the run and one per partition."""
        rows = [{"run": self.run}, *(self.lines[key] for key in sorted(self.lines))]
        with self.storage.aside(self.path) as file:
            file.write("".join(f"{_line(row)}\n" for row in rows).encode())

    def add(self, content: dict[str, Any]) -> None:
        """Add a line; it is on the disk when this function returns."""
        self._take(content)
        if not self.storage.local:
            # Object stores cannot append to a file.
            self.rewrite()
            return
        with write_errors(Path(self.path)), Path(self.path).open("ab") as file:
            file.write(f"{_line(content)}\n".encode())
            file.flush()
            os.fsync(file.fileno())

    def complete(self, line: dict[str, Any]) -> bool:
        """Return whether the three files of a partition are there with their sizes."""
        return "files" in line and all(
            self.storage.info(f"{self.folder}/{kind}/{name}").size == size
            for kind, (name, size) in line["files"].items()
        )

    def paths(self, kind: str) -> Iterator[str]:
        """Yield the paths of the files of one kind, in the order of the dataset."""
        for line in self.in_order():
            yield f"{self.folder}/{kind}/{line['files'][kind][0]}"

    def in_order(self) -> list[dict[str, Any]]:
        """Return the lines of the scored partitions in the order of the dataset."""
        scored = [line for line in self.lines.values() if "files" in line]
        return sorted(scored, key=lambda line: (line["name"], line["start"]))

    def clean(self) -> None:
        """Delete files that no line names: those of a killed run, and older ones."""
        for kind in KINDS:
            named = set(self.paths(kind))
            for path in self.storage.files(f"{self.folder}/{kind}"):
                if path not in named:
                    self.storage.delete(path)


def _line(content: dict[str, Any]) -> str:
    """Return a line of JSON."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def read_manifest(storage: Storage, folder: str, address: str) -> Manifest:
    """Read the manifest of a scored dataset; raise InputError where there is none."""
    manifest = Manifest.read(storage, folder)
    if not manifest.run:
        raise InputError(
            f"{address}: no scored dataset is here (there is no {NAME}). "
            "Make it: score_dataset(source, lexicon, out)."
        )
    return manifest
