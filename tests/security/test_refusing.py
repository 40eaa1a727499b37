"""Who asks for what is not his stands in the security log (S44), once a minute, without a name of anybody else."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.urls import reverse

from poster.models import Event
from tests import factories
from tests.security.conftest import World, signed_in
from tests.security.probing import FOR_OPERATORS, OWNED, page


@pytest.fixture(autouse=True)
def _a_quiet_minute_is_over() -> None:
    cache.clear()


def refused() -> list[Event]:
    return list(Event.objects.filter(kind=Event.Kind.REFUSED))


@pytest.mark.parametrize("model", [model for model, _ in OWNED], ids=[model._meta.label for model, _ in OWNED])
def test_asking_for_somebody_elses_row_is_written_down_once(model, world: World) -> None:
    named = f"{model._meta.app_label}_{model._meta.model_name}"
    key = world.rows[model._meta.label].pk
    for what in ("change", "delete", "history"):
        world.browsers["bob"].get(reverse(f"admin:{named}_{what}", args=[key]))
    world.browsers["bob"].post(reverse(f"admin:{named}_do", args=[key, "approve"]))
    (line,) = (each for each in refused() if "a row of somebody else" in each.sentence)
    assert {each.person for each in refused()} == {world.bob.pk}
    assert line.address == "127.0.0.1"
    assert "Alice" not in line.sentence


def test_asking_for_a_page_of_the_operators_is_written_down(world: World) -> None:
    for model, _ in FOR_OPERATORS:
        assert world.browsers["bob"].get(page(model)).status_code == 403
    assert world.browsers["bob"].get(reverse("admin:queue")).status_code == 403
    assert [line.person for line in refused()] == [world.bob.pk]


def test_asking_outside_of_the_dashboard_is_written_down_too(world: World) -> None:
    bob = world.browsers["bob"]
    assert bob.get(reverse("provider_setup", args=["google"])).status_code == 403
    assert bob.post(reverse("connect_again", args=[world.rows["accounts.Credential"].pk])).status_code == 404
    assert {each.sentence for each in refused()} == {
        "Asked for a page that is not for them.",
        "Asked for a row of somebody else (login).",
    }


def test_asking_for_what_is_nobodys_is_no_attempt(db) -> None:
    bob = factories.person("Bob")
    for key in ("x", "00000000-0000-4000-8000-000000000000", "'; DROP TABLE", "%00"):
        signed_in(bob).get(f"/dashboard/publishing/post/{key}/change/")
    assert refused() == []
