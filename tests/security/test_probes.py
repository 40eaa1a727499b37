"""Strangers at every door: probes made by introspection. No byte of Alice's comes out, and none of her rows changes."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import Any

import pytest
from django.db import transaction

from poster.dashboard.owning import OwnedAdmin
from tests.security.conftest import World
from tests.security.probing import MAKERS, REGISTRY, Probe

PROBES = {make.__name__: list(make()) for make in MAKERS}


def test_there_are_more_than_three_thousand_probes(record_testsuite_property) -> None:
    counted = Counter(probe.kind for probes in PROBES.values() for probe in probes)
    record_testsuite_property("probes", sum(counted.values()))
    assert sum(counted.values()) >= 3000, counted
    assert min(counted.values()) > 10, counted


def test_every_model_in_the_dashboard_is_probed_with_a_row_of_alices(world: World) -> None:
    """Make one in tests.factories.everything."""
    assert [type(admin).__name__ for _, admin in REGISTRY if not isinstance(admin, OwnedAdmin)] == []
    without = {model._meta.label for model, _ in REGISTRY} - set(world.rows)
    assert without <= {"accounts.ProviderApp", "poster.Switch"}  # rows of the install


@pytest.mark.parametrize("maker", PROBES)
def test_strangers_get_nothing_of_alices_and_change_nothing(maker: str, world: World, nothing_of_alice) -> None:
    before = world.digest()
    for where, probes in groupby(PROBES[maker], key=lambda probe: probe.path.partition("?")[0]):
        with transaction.atomic():
            for probe in probes:
                response = _tried(probe, world)
                assert response.status_code in probe.answers, f"{response.status_code} for {probe}"
                nothing_of_alice(response, probe)
            assert world.digest() == before, where
            transaction.set_rollback(True)  # what Bob did to himself, such as signing out


def _tried(probe: Probe, world: World) -> Any:
    path = _with_keys(probe.path, world)
    data = [(name, _with_keys(value, world)) for name, value in probe.data]
    client = world.browsers[probe.who]
    cookies = client.cookies.copy()
    response = client.get(path) if probe.method == "GET" else client.post(path, _as_form(data))
    client.cookies = cookies
    return response


def _as_form(data: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: [value for other, value in data if other == name] for name, _ in data}


def _with_keys(text: str, world: World) -> str:
    return re.sub(r"\{([\w.]+)\}", lambda found: world.key_of(found[1]), text)
