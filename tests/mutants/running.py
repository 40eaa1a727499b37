"""Making one change in a copy of the tree, and running the tests that have to notice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mutants.mutant import Mutant

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = tuple(sorted(file.parent.name for file in ROOT.glob("*/apps.py")))
PARTS = (*APPS, "bench", "sandbox", "templates", "static", "tests", "docs")
FILES = ("manage.py", "pyproject.toml", "README.md", "CHANGELOG.md", "Makefile")
AT_ONCE = 2
LONGEST, LONGEST_OF_ALL = 300, 3600  # seconds: the tests of one, and those of all in one run
TESTS_FAILED = 1  # pytest's exit code; any other means that they were not even run


def fits(mutant: Mutant, tree: Path = ROOT) -> str:
    """What is wrong with the change; "" when it can be made."""
    found = (tree / mutant.path).read_text().count(mutant.old)
    return "" if found == 1 else f"{mutant.name}: its text stands {found} times in {mutant.path}, not once."


def survives(mutant: Mutant) -> str:
    """Change a copy and run its tests there. What went wrong, or "" when they noticed."""
    if problem := fits(mutant):
        return problem
    with copy() as tree:
        path = tree / mutant.path
        path.write_text(path.read_text().replace(mutant.old, mutant.new))
        code, said = run(tree, mutant.tests)
    if code == TESTS_FAILED:
        return ""
    return f"{mutant.name}: " + ("nobody noticed." if code == 0 else f"its tests did not run.\n{said}")


def unchanged(mutants: tuple[Mutant, ...]) -> str:
    """The same tests in a copy as it is: they must pass there, or their failing means nothing. "" when they do."""
    with copy() as tree:
        tests = tuple(dict.fromkeys(test for mutant in mutants for test in mutant.tests))
        code, said = run(tree, tests, LONGEST_OF_ALL)
    return "" if code == 0 else f"The tests fail without any change.\n{said}"


@contextmanager
def copy() -> Iterator[Path]:
    """The tree in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="poster-mutant-") as folder:
        tree = Path(folder)
        for part in PARTS:
            shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            shutil.copy(ROOT / name, tree / name)
        yield tree


def run(tree: Path, tests: tuple[str, ...], longest: int = LONGEST) -> tuple[int, str]:
    """pytest's exit code and its last words. What does not end has failed: a broken engine may go round for ever."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHONPATH"))}
    options = ["-q", "-x", "--no-header", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            timeout=longest,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return TESTS_FAILED, f"They did not end within {longest} seconds."
    return done.returncode, "\n".join((done.stdout + done.stderr).splitlines()[-15:])
