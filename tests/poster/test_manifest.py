"""An app says about itself what the others need to know: a new one is a folder and a line in the settings."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from poster.manifests import Manifest, asked, found, manifests, the
from tests.ours import OURS, ROOT

TOY = Path(__file__).parent / "toy"
MAY_NAME_APPS = {"settings.py"}  # INSTALLED_APPS, middleware, the model of people


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What an install with one app more does, asked in a process of its own."""
    folder = tmp_path_factory.mktemp("toys")
    app = folder / "toys"
    app.mkdir()
    for file in TOY.glob("*.txt"):
        (app / f"{file.stem}.py").write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "with_toys.py").write_text(
        'from poster.settings import *\nINSTALLED_APPS += ["toys"]\n', encoding="utf-8"
    )
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-m", "toys.playing"],
        env=kept
        | {
            "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
            "DJANGO_SETTINGS_MODULE": "with_toys",
            "VAR": str(folder / "var"),
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, object] = json.loads(ran.stdout.splitlines()[-1])
    return answer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "expected"),
    {
        "menu": ["Toys"],
        "its page, for its owner and for somebody else": [200, 404],
        "rounds that are planned": ["toys.tasks.round"],
        "rounds that are nudged when something is due": ["toys.tasks.round"],
        "what a round says": ["1 toy wound up."],
        "due since": True,
        "what goes out of its own kind": ["published", "published"],
        "how often": ["Hello.", "Hello?"],
        "the same once more": True,
        "its marks": [1, 1],
        "leases let go when the house comes up again": 0,
        "a row for somebody else": "a row stays with its owner",
        "a row tied to somebody else's": "rows of two people are not tied together",
        "the ledger": [],
        "a line that is changed": "the ledger is append-only",
        "the ledger, with a line changed past the database": ["changed"],
        "in the copy": ["Bear"],
        "kept": "toys",
        "retired": 1,
        "doctor": ["ok"],
        "a reason of its own": "It stood still for 2 days. Wind it up.",
        "tone": ["good", "check"],
        "left after erasing": 0,
        "left of somebody else": 1,
        "what is left of its calls": 0,
    }.items(),
)
def test_an_app_arrives_with_one_folder_and_one_line(what: str, expected: object, told: dict[str, object]) -> None:
    assert told[what] == expected


def test_the_foundation_names_no_app() -> None:
    """Not in a string, not in a comment: it would be a table to edit."""
    others = [app for app in (*OURS, "sandbox") if app != "poster"]
    named = re.compile(rf"\b(?:{'|'.join(others)})[./][a-z_]")
    files = [file for file in (ROOT / "poster").rglob("*.py") if file.name not in MAY_NAME_APPS]
    assert {str(file.relative_to(ROOT)) for file in files if named.search(file.read_text(encoding="utf-8"))} == set()


FILES = sorted(ROOT.glob("*/manifest.py"))


@pytest.mark.parametrize("file", FILES, ids=[file.parent.name for file in FILES])
def test_a_manifest_is_data_and_imports_no_more_than_its_models(file: Path) -> None:
    tree, app = ast.parse(file.read_text(encoding="utf-8")), file.parent.name
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {"__future__", "django.utils.translation", "poster.manifests", f"{app}.models"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda | ast.If | ast.IfExp)]


def references(manifest: Manifest) -> set[str]:
    """The functions that it names."""
    named = {*manifest.faults, *manifest.sealed, *manifest.answers.values(), *manifest.origins.values()}
    named |= {ref for each in manifest.rounds for ref in (each.run, each.due, each.oldest, each.moments)}
    named |= {ref for each in manifest.removals for ref in (each.remove, each.rows)}
    named |= {ref for each in manifest.retention for ref in (each.retire, each.kept_by)}
    return (named | {*manifest.kinds} | {each.run for each in manifest.checks}) - {""}


def test_every_function_that_a_manifest_names_is_there() -> None:
    named = {ref for manifest in manifests() for ref in references(manifest)}
    assert len(named) > 30
    assert all(callable(found(ref)) for ref in named)


def test_a_question_for_one_app_is_refused_when_there_is_no_answer() -> None:
    assert asked("toys.nobody_knows") == []
    with pytest.raises(LookupError):
        the("toys.nobody_knows")


def test_no_two_manifests_say_different_things_of_one_state_name_or_answer() -> None:
    tones: dict[str, object] = {}
    names: list[str] = []
    for manifest in manifests():
        for state, tone in manifest.tones.items():
            assert tones.setdefault(str(state), tone) == tone, state
        names += [each.name for each in manifest.personal]
        names += [f"kept {each.name}" for each in manifest.retention]
    assert len(names) == len(set(names))


def test_every_question_is_asked_by_somebody() -> None:
    """An answer to a question that nobody asks would be dead."""
    text = "".join(file.read_text(encoding="utf-8") for app in OURS for file in (ROOT / app).rglob("*.py"))
    asked = set(re.findall(r'^[A-Z_]+ = "([a-z]+\.[a-z_]+)"  # \(', text, re.MULTILINE))
    answered = {question for manifest in manifests() for question in manifest.answers}
    assert answered == asked
