"""The engine is broken on purpose, and somebody notices: docs/reliability.md has the table."""

from __future__ import annotations

import pytest

from tests.mutants import MUTANTS
from tests.mutants.mutant import Mutant
from tests.mutants.running import fits, survives, unchanged

EACH = pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)


@EACH
def test_the_change_can_still_be_made(mutant: Mutant) -> None:
    assert fits(mutant) == ""


@pytest.mark.thorough
@EACH
def test_it_is_noticed(mutant: Mutant) -> None:
    assert survives(mutant) == ""


@pytest.mark.thorough
def test_nothing_is_noticed_where_nothing_is_changed() -> None:
    assert unchanged(MUTANTS) == ""
