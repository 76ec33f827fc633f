"""The sample of mutants: each is another program, at the place that it names, drawn by the seed."""

import ast

from support.mutants import list_mutants, sample

SOURCE = b'''"""Words \xe2\x80\x94 and signs."""
import os


def above(x: int = 1, *, name: str = "y") -> bool:
    """Return whether x is above zero."""
    # A comment \xe2\x80\x94 not code.
    if x < 0 and not name:
        return None
    os.getpid()
    return x > 0 or f"{x + 1}" == name
'''


def test_a_mutant_changes_one_place_and_leaves_the_rest():
    mutants = list_mutants(SOURCE, "a.py")
    changed = [mutant.apply(SOURCE) for mutant in mutants]
    assert len({*changed, SOURCE}) == len(mutants) + 1
    lines = SOURCE.splitlines()
    for mutant, new in zip(mutants, changed, strict=True):
        assert ast.dump(ast.parse(new)) != ast.dump(ast.parse(SOURCE))
        rest = [n for n, pair in enumerate(zip(lines, new.splitlines(), strict=True), 1)
                if pair[0] != pair[1]]  # fmt: skip
        assert rest == [mutant.line]


def test_what_is_changed():
    seen = {(mutant.line, mutant.old, mutant.new) for mutant in list_mutants(SOURCE)}
    assert seen == {
        (5, "1", "(2)"),
        (8, "x < 0 and not name", "(x < 0 or not name)"),
        (8, "x < 0", "(x <= 0)"),
        (8, "0", "(1)"),
        (8, "not name", "(name)"),
        (10, "os.getpid()", "pass"),
        (11, 'return x > 0 or f"{x + 1}" == name', "return"),
        (11, 'x > 0 or f"{x + 1}" == name', "(x > 0 and f'{x + 1}' == name)"),
        (11, "x > 0", "(x >= 0)"),
        (11, "0", "(1)"),
        (11, 'f"{x + 1}" == name', "(f'{x + 1}' != name)"),
    }


def test_the_sample_depends_on_the_seed_and_takes_from_every_file():
    mutants = {path: list_mutants(SOURCE, path) for path in ("a.py", "b.py", "c.py")}
    drawn = sample(mutants, 7, "1")
    assert drawn == sample(dict(reversed(mutants.items())), 7, "1")
    assert drawn != sample(mutants, 7, "2")
    paths = [mutant.path for mutant in drawn]
    assert sorted(paths.count(path) for path in mutants) == [2, 2, 3]
    assert len(sample(mutants, 1000, "1")) == sum(map(len, mutants.values()))
