"""`make audit` fails for a known vulnerability, and for nothing else."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
FINE = {"name": "django", "version": "5.2", "vulns": []}
SKIPPED = {"name": "pillow", "skip_reason": "Dependency not found on PyPI"}
BAD = {"name": "pillow", "version": "9", "vulns": [{"id": "CVE-1", "fix_versions": ["10"]}]}


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    found = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("packages", "code", "told"),
    [
        ([FINE, SKIPPED], 0, "1 of 2 packages audited, 0 known"),
        ([FINE, BAD], 1, "pillow 9: CVE-1, fixed in 10"),
        ([SKIPPED], 0, "Nothing was audited"),
        ([], 0, "Nothing was audited"),
    ],
)
def test_only_a_known_vulnerability_fails(packages, code, told, audit) -> None:
    lines, ended = audit.verdict({"dependencies": packages})
    assert (ended, told in "\n".join(lines)) == (code, True)


def test_without_an_answer_it_says_that_nothing_was_audited(audit) -> None:
    assert audit.verdict(None) == (["Nothing was audited: no vulnerability service could be reached."], 0)


@pytest.mark.slow
def test_the_sbom_names_every_package_that_we_stand_on(audit, tmp_path) -> None:
    pytest.importorskip("cyclonedx_py")
    listed = tmp_path / "sbom.json"
    audit.list_packages(listed)
    names = {part["name"].lower() for part in json.loads(listed.read_text())["components"]}
    assert {"django", "pillow", "cryptography", "requests"} <= names
