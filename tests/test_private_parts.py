"""Other packages are used by their public ways. What is left stands here with its reason in docs/decisions.md."""

from __future__ import annotations

import ast
import importlib
from importlib.util import find_spec
from pathlib import Path

from tests.ours import OURS, ROOT

PRIVATE = {
    ("allauth.account.internal.flows.login", "record_authentication"),
    ("allauth.account.internal.stagekit", "unstash_login"),
    ("allauth.core.internal", "ratelimit"),
}
NOT_FOR_OTHERS = {("django_q.cluster", "Sentinel")}  # public by its name, and not meant to be started by others
STDLIB_AND_DJANGO = ("django.", "__future__")


def imported(file: Path) -> set[tuple[str, str]]:
    """(module, name) of what a file imports from somebody else's private parts."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] not in OURS:
            parts = node.module.split(".")
            for each in node.names:
                hidden = "internal" in parts or any(part.startswith("_") for part in [*parts, each.name])
                if hidden and not node.module.startswith(STDLIB_AND_DJANGO):
                    found.add((node.module, each.name))
    return found


def test_no_more_private_parts_are_used_than_are_accounted_for() -> None:
    files = [file for app in OURS for file in (ROOT / app).rglob("*.py")]
    used = set().union(*map(imported, files))
    assert used == PRIVATE


def test_each_of_them_is_still_there() -> None:
    for module, name in PRIVATE | NOT_FOR_OTHERS:
        assert hasattr(importlib.import_module(module), name) or find_spec(f"{module}.{name}"), (module, name)
