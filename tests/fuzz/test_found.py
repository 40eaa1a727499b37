"""What strangers have found, kept as a test each."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> None:
    """Strangers of other tests have used up what may be tried from this address."""
    cache.clear()


@pytest.mark.parametrize("said", ["9" * 5000, "[" * 20_000, "{", "null", "[]", "7", '{"response": []}', "x" * 30_000])
def test_a_passkey_that_is_none_is_refused_with_a_page(said: str) -> None:
    response = Client(raise_request_exception=False).post("/accounts/2fa/passkeys/login/", {"credential": said})
    assert response.status_code in {200, 302}


def test_somebody_without_a_password_is_sent_to_where_he_gets_one() -> None:
    client = Client()
    client.force_login(factories.person("Bob"))
    assert client.get("/accounts/password/", follow=True).redirect_chain[-1][0] == "/accounts/password/reset/"


@pytest.mark.parametrize("place", ["facebook", "x y", "admin:index", "."])
def test_a_place_to_go_back_to_that_is_none_breaks_nothing(place: str) -> None:
    bob = factories.person("Bob", agreed=False)
    client = Client()
    client.force_login(bob)
    assert client.post("/agree/", {"adult": "on", "agreed": "on", "next": place}).status_code == 302
    page = factories.channel(bob)
    where = reverse("admin:accounts_channel_do", args=[page.pk, "switch-off"])
    assert client.post(where, {"back": place}).status_code == 302


@pytest.mark.parametrize("page", ["change", "delete"])
def test_an_empty_name_of_a_field_breaks_nothing(page: str) -> None:
    bob = factories.person("Bob")
    client = Client()
    client.force_login(bob)
    where = reverse(f"admin:accounts_channel_{page}", args=[factories.channel(bob).pk])
    assert client.get(where, {"_to_field": ""}).status_code in {200, 403}
