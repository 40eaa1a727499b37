"""Strangers at every door: probes made by introspection. No byte of Alice's comes out, and none of her rows changes."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import Any, cast

import pytest
from django.db import transaction
from django.urls import reverse
from django_q.models import Task

from poster import clock
from poster.dashboard.scoping import OwnedAdmin
from poster.manifests import rounds
from poster.work import schedules
from tests.security.conftest import World
from tests.security.probing import FOR_OPERATORS, MAKERS, REGISTRY, Probe, addresses, page

PROBES = {make.__name__: list(make()) for make in MAKERS}


def test_there_are_more_than_five_thousand_probes(record_testsuite_property) -> None:
    counted = Counter(probe.kind for probes in PROBES.values() for probe in probes)
    record_testsuite_property("probes", sum(counted.values()))
    assert sum(counted.values()) > 5000, counted
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
    client.cookies = cookies  # type: ignore[assignment]
    return response


def _as_form(data: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: [value for other, value in data if other == name] for name, _ in data}


def _with_keys(text: str, world: World) -> str:
    return re.sub(r"\{([\w.]+)\}", lambda found: world.key_of(found[1]), text)


def test_members_reach_no_page_of_the_operators(world: World) -> None:
    """The whole URLconf, whatever is added to it: nothing of people, schedules, the queue or others' log entries."""
    schedules.install()
    Task.objects.create(
        id="1" * 32,
        name="broken",
        func="operations.privacy.retention.daily",
        started=clock.now(),
        stopped=clock.now(),
        success=False,
    )
    marks = (
        *(str(each.title) for each in rounds()),
        "tasks.round",
        "retiring.daily",
        "django_q",
        "Olga connected",
        "nora@example.org",
    )
    for route, _ in addresses():
        if "<" in route:
            continue
        with transaction.atomic():
            response = world.browsers["bob"].get(route)
            told = b"".join(cast(Any, response).streaming_content) if response.streaming else response.content
            assert [mark for mark in marks if mark in told.decode(errors="replace")] == [], route
            transaction.set_rollback(True)
    assert marks[0] in world.browsers["olga"].get(reverse("admin:queue")).content.decode()


def test_the_menu_of_a_member_leads_nowhere_that_is_shut(world: World) -> None:
    front = world.browsers["bob"].get(reverse("admin:index"))
    links = [line.url for _, lines in front.context["menu"] for line in lines]
    assert {world.browsers["bob"].get(link).status_code for link in links} == {200}
    operators = [page(model) for model, _ in FOR_OPERATORS]
    assert not [link for link in links if link.partition("?")[0] in {*operators, reverse("admin:queue")}]
