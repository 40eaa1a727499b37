"""One door, and it is narrow."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import factories

DOOR = "/accounts/login/"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def carol(db) -> User:
    return factories.person("Carol", password=factories.PASSWORD)


def knock(client: Client, password: str, address: str = "carol@example.org", **more):
    return client.post(DOOR, {"login": address, "password": password}, **more)


def test_the_right_password_opens_the_dashboard(carol) -> None:
    client = Client()
    response = knock(client, factories.PASSWORD)
    assert response.status_code == 302
    assert response["Location"] == reverse("admin:index")
    assert client.get(reverse("admin:index")).status_code == 200


def test_the_wrong_one_does_not_and_says_so(carol) -> None:
    client = Client()
    response = knock(client, "wrong")
    assert response.status_code == 200
    assert b"errorlist" in response.content
    assert client.get(reverse("admin:index")).status_code == 302


def test_django_s_own_door_leads_to_the_one_door(carol) -> None:
    response = Client().get("/dashboard/login/")
    assert response.status_code == 302
    assert response["Location"].startswith(DOOR)
    posted = Client().post("/dashboard/login/", {"username": "carol@example.org", "password": factories.PASSWORD})
    assert posted.status_code == 302
    assert posted["Location"].startswith(DOOR)


def test_one_comes_out_where_one_wanted_to_go(carol) -> None:
    wanted = reverse("admin:publishing_post_changelist")
    client = Client()
    asked = client.get(wanted, follow=True)
    assert DOOR in asked.redirect_chain[-1][0]
    response = client.post(DOOR, {"login": "carol@example.org", "password": factories.PASSWORD, "next": wanted})
    assert response["Location"] == wanted


def test_guessing_is_stopped_even_when_the_guess_is_right(carol) -> None:
    client = Client()
    for _ in range(6):
        knock(client, "wrong")
    response = knock(client, factories.PASSWORD)
    assert response.status_code != 302
    assert Client().get(reverse("admin:index")).status_code == 302


def test_passwords_are_kept_as_argon2id(carol) -> None:
    assert carol.password.startswith("argon2$argon2id$")


def test_nobody_signs_up(db) -> None:
    page = Client().get(DOOR)
    assert page.status_code == 200
    assert b"signup" not in page.content
    assert b"sign up" not in page.content.lower()
    wish = {"email": "eve@example.org", "password1": factories.PASSWORD, "password2": factories.PASSWORD}
    Client().post("/accounts/signup/", wish)
    assert not User.objects.filter(email="eve@example.org").exists()


def test_somebody_locked_out_does_not_get_in(carol) -> None:
    User.objects.filter(pk=carol.pk).update(is_active=False)
    client = Client()
    knock(client, factories.PASSWORD)
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize(
    "where", ["/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/logout/", "/accounts/inactive/"]
)
def test_the_other_pages_at_the_door_have_our_look(where, carol) -> None:
    client = Client()
    if "logout" in where:
        client.force_login(carol)
    response = client.get(where)
    assert response.status_code == 200
    assert b'class="door"' in response.content


def test_signing_out_ends_the_session_and_leads_back_to_the_door(carol) -> None:
    client = Client()
    client.force_login(carol)
    assert client.get(reverse("admin:logout"))["Location"] == reverse("admin:index")
    left = client.post(reverse("admin:logout"))
    assert left.status_code == 200
    assert DOOR.encode() in left.content
    assert client.get(reverse("admin:index")).status_code == 302
