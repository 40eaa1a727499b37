"""docs/security.md: every item and every bad input has its row, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in PAGE.splitlines() if line.startswith("|")]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def rows(first: str) -> list[list[str]]:
    return [row for row in ROWS if re.fullmatch(first, row[0])]


@cache
def functions_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[f"{Path(path).stem}-{name}" for path, name in NAMED])
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    assert name in functions_in(path)


@pytest.mark.parametrize(("first", "many"), [(r"S\d+", 46), (r"\d+", 112)])
def test_every_row_is_there_with_a_test_or_a_reason(first: str, many: int) -> None:
    told = rows(first)
    letter = first.partition("\\")[0]
    assert [row[0] for row in told] == [f"{letter}{number}" for number in range(1, many + 1)]
    for row in told:
        assert len(row) == 3, row
        assert len(row[2]) > 20, row


def test_every_file_that_is_linked_exists() -> None:
    for path in re.findall(r"\]\(([\w./-]+)\)", PAGE):
        assert (ROOT / "docs" / path).exists(), path
