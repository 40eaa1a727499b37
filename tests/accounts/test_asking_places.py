"""Places whose tokens never end are asked once a day; those that do not answer stand in nobody's way."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from accounts.connections import expiry, token_refresh
from accounts.models import Channel
from poster import clock
from poster.http import turnstile
from tests.house import House


@pytest.fixture
def places(house: House, settings) -> list[Channel]:
    """Thirty of them."""
    page = house.connect()["facebook"]
    settings.PROVIDER_APPS = {"facebook": ("1", "secret")}
    cache.clear()
    for n in range(29):
        made = Channel(owner=house.owner, credential=page.credential, platform="facebook", remote_id=f"p{n}", name="P")
        made.token = f"EAAtoken{n}"
        made.save()
    return list(Channel.objects.filter(token__isnull=False))


def test_without_a_verdict_they_are_asked_less_and_less_and_all_get_their_turn(
    house: House, places: list[Channel]
) -> None:
    house.box.fault("status", status=503, path="*debug_token*")
    for _ in range(60):
        expiry.check_places()
        house.later(60)
    number = len(places)
    assert number >= 30
    assert number <= len(house.box.calls("debug_token")) < 2 * number + 20
    assert all(cache.get(f"checked:{place.pk}") for place in places)


def test_a_mark_that_is_over_gives_the_turn_to_those_behind(house: House, places: list[Channel]) -> None:
    house.box.fault("status", status=503, path="*debug_token*")
    asked = 0
    while asked < len(places):
        expiry.check_places()
        cache.delete_many([f"checked:{place.pk}" for place in places])
        asked += expiry.AT_ONCE
    assert all(cache.get(f"unchecked:{place.pk}") for place in places)


def test_a_token_that_was_just_renewed_belongs_to_its_login(house: House) -> None:
    """What is announced to it in the same step is kept for the login."""
    login = house.connect()["threads"].credential
    turnstile.forget_tokens()
    house.later(3 * 86400)
    renewed = token_refresh.refresh(login)
    assert turnstile.scopes_of(renewed.access_token) == token_refresh.scopes_of(login)
    assert abs((clock.now() - login.refreshed_at).total_seconds()) < 5
