"""Change the code by one operator at a time, and list the changes that no test of the room sees.

`make mutants` runs it on the files that differ from a base revision. All changes are made in a
copy of the tree. The sample depends on the seed and on the code alone. mutmut and cosmic-ray
know more operators, but draw no sample by number and seed and have one test command for all files.
A mutant in a function meets the tests of its room that enter the function; any other mutant, and
one in a function that no test enters, meets all of them.
"""

import argparse
import ast
import builtins
import compileall
import contextlib
import copy
import json
import math
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from queue import Empty

ROOT = Path(__file__).parents[2]
# Imported before the first fork, so that each run of the tests starts at once.
LIBRARIES = ("hypothesis", "matplotlib.figure", "pandas", "pytest", "scipy.stats", "sklearn")
SECONDS = 20  # a test may take this long, and ten times what it takes on unchanged code
COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
LOGIC = {ast.And: ast.Or, ast.Or: ast.And}


@dataclass(frozen=True)
class Mutant:
    """A change: the bytes from `start` to `end` of a file become `new`."""

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str

    def __str__(self):
        return f"{self.path}:{self.line}: {shorten(self.old)}  ->  {shorten(self.new)}"

    def apply(self, source):
        return source[: self.start] + self.new.encode() + source[self.end :]


def shorten(code):
    line = " ".join(code.split())
    return line if len(line) < 90 else line[:87] + "..."


def list_mutants(source, path=""):
    """Return the mutants of a file, in the order of the code."""
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    mutants = []
    for node in walk(ast.parse(source)):
        start = lines[node.lineno - 1] + node.col_offset
        end = lines[node.end_lineno - 1] + node.end_col_offset
        old = source[start:end].decode()
        for new in changes(node):
            text = ast.unparse(new)
            if isinstance(node, ast.expr):
                text = f"({text})"
            mutants.append(Mutant(path, node.lineno, start, end, old, text))
    return mutants


def walk(node):
    """Yield expressions and statements; no annotations, decorators, docstrings or f-strings."""
    if isinstance(node, ast.expr | ast.stmt):
        yield node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_comment"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                yield from walk(child)


def changes(node):
    """Yield what may stand where a node stands."""
    match node:
        case ast.Compare(ops=ops):
            for number, op in enumerate(ops):
                flipped = [*ops[:number], COMPARISONS[type(op)](), *ops[number + 1 :]]
                yield replaced(node, ops=flipped)
        case ast.BoolOp(op=op):
            yield replaced(node, op=LOGIC[type(op)]())
        case ast.BinOp(op=op) if type(op) in ARITHMETIC and not is_text(node):
            yield replaced(node, op=ARITHMETIC[type(op)]())
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert(), operand=operand):
            yield operand
        case ast.IfExp(test=test):
            yield replaced(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Return(value=ast.expr() as value) if not is_none(value):
            yield ast.Return(None)
        case ast.Expr(value=value) if not isinstance(value, ast.Constant):
            yield ast.Pass()
        case ast.AugAssign():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()


def replaced(node, **fields):
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def is_text(node):
    return any(
        isinstance(side, ast.JoinedStr)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str | bytes))
        for side in (node.left, node.right)
    )


def is_none(node):
    return isinstance(node, ast.Constant) and node.value is None


def sample(mutants, n, seed):
    """Draw `n` mutants, as many from each file as can be."""
    queues = []
    for path in sorted(mutants):
        queue = list(mutants[path])
        random.Random(f"{seed} {path}").shuffle(queue)
        queues.append(queue)
    random.Random(seed).shuffle(queues)
    drawn = []
    while len(drawn) < n and any(queues):
        drawn += [queue.pop() for queue in queues if queue][: n - len(drawn)]
    return sorted(drawn, key=lambda mutant: (mutant.path, mutant.start, mutant.new))


def functions_of(source):
    """Return the functions of a file."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


def function_at(source, line):
    """Return the number of the innermost function around a line of a body; None outside of all."""
    around = [
        (function.body[0].lineno, number)
        for number, function in enumerate(functions_of(source))
        if function.body[0].lineno <= line <= function.end_lineno
    ]
    return max(around, default=(0, None))[1]


def traced(source, path):
    """Return a file whose functions note that they are entered, by the file and their number."""
    tree = ast.parse(source)
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    functions = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    for number, function in enumerate(functions):
        note = ast.parse(
            f"getattr(__import__('builtins'), 'entered', set()).add(({path!r}, {number}))"
        ).body
        at = 0 if ast.get_docstring(function, clean=False) is None else 1
        function.body[at:at] = note
    return ast.unparse(ast.fix_missing_locations(tree)).encode()


def room_tests(root, path):
    """Return what tests a file: its room's tests and the room's docstrings."""
    room = Path(path).relative_to("framing").parts[0]
    names = [f"tests/{room.removeprefix('_')}", f"framing/{room}"]
    if room.endswith(".py"):
        names[0] = f"tests/test_{room}"
    return [name for name in names if (root / name).exists()]


class FastFirst:
    """Run the tests in the order of their durations, each with a time-out.

    Tests that take longer than `longest` seconds are left out, so that a survivor costs little.
    `only` are the tests to run, or None for all. What one test of a file computes and keeps for
    the others may fall to any of them, so that each may take as long as the slowest of its file.
    """

    def __init__(self, durations, longest, timed, only):
        self.durations = durations
        self.timed = timed
        self.longest = longest
        self.only = only
        self.slowest = {}
        for name, seconds in durations.items():
            file = name.partition("::")[0]
            self.slowest[file] = max(seconds, self.slowest.get(file, 0))
        self.measured = {}
        self.failed = ""
        self.entered = {}
        builtins.entered = set()

    def pytest_collection_modifyitems(self, items):
        items.sort(key=lambda item: self.durations.get(item.nodeid, 0))
        items[:] = [
            item
            for item in items
            if self.durations.get(item.nodeid, 0) <= self.longest
            and (self.only is None or item.nodeid in self.only)
        ]

    def pytest_runtest_logstart(self, nodeid):
        if self.timed:
            signal.alarm(int(SECONDS + 10 * self.slowest.get(nodeid.partition("::")[0], 0)))
        # What is entered between two tests belongs to all: it was imported or collected.
        self.entered[""] = sorted({*self.entered.get("", ()), *builtins.entered})
        builtins.entered.clear()

    def pytest_runtest_logfinish(self, nodeid):
        self.entered[nodeid] = sorted(builtins.entered)
        builtins.entered.clear()

    def pytest_runtest_logreport(self, report):
        self.measured[report.nodeid] = self.measured.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.failed = report.nodeid


def run_tests(root, tests, durations, longest, timed, only, queue):
    """Run tests in this process, a fork; exit with pytest's code, or die of the alarm."""
    import hypothesis
    import pytest

    os.setsid()
    os.chdir(root)
    # The first run keeps the compiled tests for those that follow.
    sys.dont_write_bytecode = timed
    sys.path.insert(0, str(root))
    output = os.open("tests.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    phases = [phase for phase in hypothesis.Phase if phase.name in ("explicit", "generate")]
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, phases=phases
    )
    hypothesis.settings.load_profile("mutants")
    if timed:
        signal.alarm(6 * SECONDS)
    order = FastFirst(durations, longest, timed, only)
    if only is not None:
        tests = sorted({name.partition("::")[0] for name in only})
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # hypothesis is imported
    code = pytest.main([*options, *tests], [order])
    signal.alarm(0)
    queue.put((order.measured, order.failed, order.entered))
    queue.close()
    queue.join_thread()
    os._exit(code)


def outcome(root, tests, durations, longest, *, timed=True, only=None):
    """Return the exit code of the tests, their durations, which failed, and what each entered.

    The code is negative after a time-out.
    """
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    # Tests of progress bars expect the name of a process that the user started.
    process = context.Process(
        name="MainProcess",
        target=run_tests,
        args=(root, tests, durations, longest, timed, only, queue),
    )
    process.start()
    measured, failed, entered = {}, "", {}
    while process.is_alive():
        with contextlib.suppress(Empty):
            measured, failed, entered = queue.get(timeout=0.2)
            break
    process.join()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # what the tests started, after a time-out
    return process.exitcode, measured, failed, entered


def copy_tree(root, target):
    """Copy the files that git knows or would add and the native engine, and compile the package."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    engines = [str(path.relative_to(root)) for path in root.glob("framing/hits/native/engine.*")]
    for name in [*listed.decode().split("\0"), *engines]:
        if name and (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)
    # By hash: a file changed within the second is still seen as changed.
    mode = PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(str(target / "framing"), quiet=2, invalidation_mode=mode)


def changed_files(root, base):
    """Return the modules of the package that differ from `base`, or from the branch point."""

    def git(*arguments):
        result = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
        )
        return result.stdout.split()

    if not base:
        base = git("merge-base", "HEAD", "main")[0]
        if base == git("rev-parse", "HEAD")[0] and not git("status", "--porcelain"):
            base = "HEAD~1"
    names = git("diff", "--name-only", "--diff-filter=d", base, "--", "framing")
    names += git("ls-files", "--others", "--exclude-standard", "framing")
    return sorted(name for name in names if name.endswith(".py"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="modules; by default those that changed")
    parser.add_argument("--base", default="", help="the revision that the files differ from")
    parser.add_argument("-n", type=int, default=40, help="how many mutants")
    parser.add_argument("--seed", default="1")
    parser.add_argument(
        "--longest", type=float, default=math.inf, help="leave out tests of more seconds than that"
    )
    parser.add_argument("--durations", type=Path, help="a file that keeps how long tests take")
    arguments = parser.parse_args()
    files = arguments.files or changed_files(ROOT, arguments.base)
    mutants = {path: list_mutants((ROOT / path).read_bytes(), path) for path in files}
    drawn = sample(mutants, arguments.n, arguments.seed)
    if not drawn:
        print("No module of framing/ differs from the base: nothing to change.")
        return 0
    for name in LIBRARIES:
        __import__(name)
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        copy_tree(ROOT, root)
        os.environ |= {"PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        return report(drawn, root, arguments.longest, arguments.durations)


def measure(root, tests, files, known, longest):
    """Return how long each test takes on unchanged code, and which functions of files it enters."""
    sources = {path: (root / path).read_bytes() for path in files}
    for path, source in sources.items():
        (root / path).write_bytes(traced(source, path))
    code, measured, _, entered = outcome(root, tests, known, longest, timed=False)
    for path, source in sources.items():
        (root / path).write_bytes(source)
    if code:
        log = (root / "tests.log").read_text(errors="replace")
        raise SystemExit(f"{log}The tests fail on unchanged code: {' '.join(tests)}")
    return known | measured, entered


def tests_of(entered, mutant, source):
    """Return the tests that enter the function of a mutant; None where all may see it."""
    key = (mutant.path, function_at(source, mutant.line))
    found = {test for test, keys in entered.items() if key in map(tuple, keys)}
    return None if key[1] is None or not found or "" in found else found


def report(drawn, root, longest, kept):
    """Run the tests against each mutant and print which survive, and what kills the others."""
    survivors, measured = [], {}
    known = json.loads(kept.read_text()) if kept and kept.exists() else {}
    for number, mutant in enumerate(drawn, start=1):
        tests = room_tests(root, mutant.path)
        room = " ".join(tests)
        if room not in measured:
            files = {other.path for other in drawn if room_tests(root, other.path) == tests}
            measured[room] = measure(root, tests, files, known.get(room, {}), longest)
            known[room] = measured[room][0]
            if kept:
                kept.write_text(json.dumps(known, indent=1))
        durations, entered = measured[room]
        source = (root / mutant.path).read_bytes()
        only = tests_of(entered, mutant, source)
        (root / mutant.path).write_bytes(mutant.apply(source))
        start = time.monotonic()
        code, _, failed, _ = outcome(root, tests, durations, longest, only=only)
        (root / mutant.path).write_bytes(source)
        # 5: of the tests that enter the function none is short enough.
        verdict = "survived" if code in (0, 5) else "timed out" if code < 0 else "killed"
        survivors += [mutant] * (verdict == "survived")
        seconds = time.monotonic() - start
        print(f"{number:4} {verdict:9} {seconds:5.1f} s  {mutant}  {failed}", flush=True)
    killed = len(drawn) - len(survivors)
    print(f"{killed} of {len(drawn)} mutants were killed ({killed / len(drawn):.0%}).")
    for mutant in survivors:
        print(f"survived: {mutant}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
