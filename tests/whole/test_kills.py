"""A short run of `python -m tests.kills`: workers killed and stopped at random; feeds against the database."""

from __future__ import annotations

import os
import random

import pytest

from tests.kills import run
from tests.whole.servers import NotHere

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("SEED", random.randrange(10_000)))


def test_ten_kills_on_sqlite_break_no_rule() -> None:
    told = run(10, "sqlite", SEED)
    assert told["wrong"] == [], f"SEED={SEED}"
    assert told["done"]["kills"] >= 10
    assert told["ends"].get("published", 0) > 0, f"SEED={SEED}: {told['ends']}"


@pytest.mark.thorough
def test_forty_kills_on_postgresql_whose_server_is_restarted_twice_break_no_rule() -> None:
    try:
        told = run(40, "postgres", SEED)
    except NotHere as error:
        pytest.skip(str(error))
    assert told["wrong"] == [], f"SEED={SEED}"
    assert told["done"]["restarts of the database"] == 2
