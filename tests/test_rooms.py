"""Tests import what a user can import; the files of a room only in the tests of that room."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# Who needs something of another room that no public function gives; the list is to get shorter.
REACHES = {
    "support/chunks.py": {"text"},
    "support/engines.py": {"hits", "text"},
    "support/sanitize.py": {"hits"},
    "support/reference.py": {"text"},
    "contrasts/test_calibration.py": {"scores"},
    "evidence/test_evidence.py": {"_core"},
    # The options repeat what functions allow, and are compared with it.
    "cli/test_commands.py": {
        "_core", "coding", "contrasts", "corpus", "datasets", "hits", "lexicons", "paper", "scores",
        "testbed", "words",
    },
    "test_public.py": {"_core"},
}  # fmt: skip
FILES = sorted(path.relative_to(TESTS).as_posix() for path in TESTS.rglob("*.py"))


def room_of(name):
    """Return the room or the file of the package that a file of tests may look into."""
    folder, _, file = name.rpartition("/")
    if folder:
        return {"core": "_core"}.get(folder, folder)
    return Path(file).stem.removeprefix("test_")


def private_imports(name, source):
    """Return the lines that import what neither is public nor belongs to the room."""
    rooms = {room_of(name), *REACHES.get(name, ())}
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            pairs = [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            pairs = [(node.module or "", alias.name) for alias in node.names]
        else:
            continue
        lines += [node.lineno for module, wanted in pairs if not is_open(module, wanted, rooms)]
    return lines


def is_open(module, name, rooms):
    package, _, rest = module.partition(".")
    if package != "framing" or rest.split(".")[0] in rooms:
        return True
    if not rest:
        package = Path(import_module("framing").__file__).parent
        inner = name and ((package / name).is_dir() or (package / f"{name}.py").is_file())
        return not inner or name in rooms
    # The command is what a user runs; a room's public names are those it lists.
    listed = ["main"] if rest == "cli" else getattr(import_module(module), "__all__", ())
    return "." not in rest and name in listed


@pytest.mark.parametrize("name", FILES)
def test_a_test_imports_what_a_user_can_import(name):
    lines = private_imports(name, (TESTS / name).read_text(encoding="utf-8"))
    assert not lines, f"tests/{name}, lines {lines}: import it from framing, or test it in its room"


@pytest.mark.parametrize(
    ("name", "line", "open_"),
    [
        ("hits/test_x.py", "import framing as fr", True),
        ("hits/test_x.py", "from framing import score", True),
        ("hits/test_x.py", "from framing.cli import main", True),
        ("hits/test_x.py", "from framing.hits.matcher import Matcher", True),
        ("core/test_x.py", "from framing._core.checks import check_seed", True),
        ("test_testbed.py", "from framing.testbed import testbed_path", True),
        ("hits/test_x.py", "from framing.text.chunks import make_chunk", False),
        ("hits/test_x.py", "def f():\n    from framing.text import segments", False),
        ("hits/test_x.py", "import framing.text.chunks", False),
        ("hits/test_x.py", "from framing import _core", False),
        ("test_cli.py", "from framing.cli import main, paper", True),
        ("test_readme.py", "from framing.cli import paper", False),
        ("test_readme.py", "from framing.testbed import testbed_path", False),
    ],
)
def test_the_rule_tells_public_from_private(name, line, open_):
    assert (not private_imports(name, line)) is open_
