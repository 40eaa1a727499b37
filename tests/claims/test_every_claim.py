"""No claim that is of a part that is finished (*now*, *mend*, *desk*) is without a test that bears its name."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def proved() -> set[str]:
    """The claims that tests are named after, wherever they are: `test_p13_...`, `test_s9_p33_...`."""
    names = [name for file in TESTS.rglob("test_*.py") for name in re.findall(r"def (test_\w+)", file.read_text())]
    return {f"P{number}" for name in names for number in re.findall(r"_p(\d\d)(?=_)", name)}


def test_every_claim_of_today_has_a_test(shared: Path) -> None:
    table = (shared / "CLAIMS.md").read_text()
    today = set(re.findall(r"^\| (P\d\d) \|.*\| (?:now|mend|desk) \|$", table, flags=re.MULTILINE))
    assert len(today) > 40
    assert today - proved() == set()
