"""A few hundred requests of strangers; `python -m tests.fuzz --minutes 60` is a long one."""

from __future__ import annotations

import pytest

from tests.fuzz.hostile import Stranger
from tests.fuzz.running import fuzz, routes
from tests.fuzz.scenes import scene

REQUESTS = 800
SEED = 20261121


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_that_strangers_send_is_answered_with_500(settings) -> None:
    settings.REMOTE_ROOT = "http://127.0.0.1:9"  # nobody listens there
    found = fuzz(SEED, scene, enough=lambda sofar: sofar.asked >= REQUESTS)
    assert found.broken == {}
    assert found.statuses[200]  # some of it is understood
    assert found.statuses[400] + found.statuses[403] + found.statuses[404]


def test_the_same_seed_asks_the_same() -> None:
    one, other = (Stranger(7, routes(), ["1"], {}) for _ in range(2))
    assert [one.wish() for _ in range(50)] == [other.wish() for _ in range(50)]
