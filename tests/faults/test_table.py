"""docs/reliability.md: every fault, rule and broken engine has its row, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from publishing.models import Delivery
from publishing.platforms import PLATFORMS
from publishing.posts.text_limits import limits_of
from tests.mutants import MUTANTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in PAGE.splitlines() if line.startswith("|")]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
NOT_HERE_YET = {"r"}


def rows(first: str) -> list[list[str]]:
    return [row for row in ROWS if re.fullmatch(first, row[0])]


@cache
def functions_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    assert name in functions_in(path)


@pytest.mark.parametrize(("letter", "many"), [("F", 104), ("I", 14)])
def test_every_row_is_there_and_says_something(letter: str, many: int) -> None:
    told = rows(rf"{letter}\d+")
    assert [row[0] for row in told] == [f"{letter}{number}" for number in range(1, many + 1)]
    assert all(len(row[-1]) > 5 for row in told)


def test_every_broken_engine_is_in_the_table_with_those_who_notice() -> None:
    words = r"[a-z]|ledger|restore|files|suspended|refused|resting|linking|clock|undo|receipt|[PS]\d\d"
    words += "|causes|carry on|reviving|twins|taken away|crew|mark|overtaken"
    told: dict[tuple[str, ...], str] = {(row[0], row[1]): row[2] for row in rows(words)}
    named: dict[tuple[str, ...], Any] = {
        tuple(mutant.name.removeprefix("claims, ").split(": ", 1)): mutant for mutant in MUTANTS
    }
    assert {key for key in told if key[0] not in NOT_HERE_YET} == set(named)
    for key, mutant in named.items():
        assert all(f"`{test.partition('[')[0]}`" in told[key] for test in mutant.tests)


def test_every_state_is_explained() -> None:
    assert {row[0] for row in ROWS} >= {state.replace("_", " ") for state in Delivery.State.values}


@pytest.mark.parametrize("platform", [key for key, _ in PLATFORMS.choices()])
def test_the_settle_times_are_those_of_the_limits(platform: str) -> None:
    (row,) = rows(PLATFORMS.label(platform))
    assert row[1].endswith(f"{limits_of(platform).settle // 60} minutes")
