"""The page "Settings" draws what it saves: saving leaves what was not touched. Its theme is kept by a toggle, too."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.models import User
from accounts.sign_in.my_account import MeForm
from tests import factories
from tests.accounts.doors import inside, quick_door, somebody  # noqa: F401

pytestmark = pytest.mark.django_db
WHERE, THEME = reverse("my_account"), reverse("my_theme")
ONE: dict[str, Any] = {
    "name": "Carol", "language": "en", "time_zone": "Europe/Berlin", "to_approve": "daily", "approve_by_link": True,
    "on_failure": "daily", "on_reconnect": "", "on_budget": "daily", "weekly_summary": True, "announcements": True,
    "theme": "dark", "single_keys": True, "always_ai": True, "always_adult": True,
    "keep_small_copies": True,
}  # fmt: skip
OTHER: dict[str, Any] = {
    "name": "", "language": "", "time_zone": "", "to_approve": "at_once", "approve_by_link": None,
    "on_failure": "", "on_reconnect": "at_once", "on_budget": "", "weekly_summary": False, "announcements": False,
    "theme": "light", "single_keys": False, "always_ai": False, "always_adult": False,
    "keep_small_copies": False,
}  # fmt: skip


def kept(person: User) -> dict[str, Any]:
    return dict(User.objects.filter(pk=person.pk).values().get())


def drawn(client: Client) -> dict[str, Any]:
    """What a browser sends when its person presses "Save" at once."""
    page = html.fromstring(client.get(WHERE).content)
    [form] = [each for each in page.forms if "time_zone" in each.fields]
    return dict(form.form_values())


@pytest.mark.parametrize("chosen", [ONE, OTHER], ids=["one way", "the other"])
def test_saving_leaves_what_was_not_touched(chosen: dict[str, Any]) -> None:
    carol = somebody()
    client = inside(carol)
    assert set(chosen) == set(MeForm.base_fields)
    User.objects.filter(pk=carol.pk).update(**chosen)
    before = kept(carol)
    assert client.post(WHERE, drawn(client)).status_code == 302
    assert kept(carol) == before


def look_of(client: Client, where: str = WHERE) -> str:
    return str(html.fromstring(client.get(where).content).get("data-theme"))


def test_the_theme_goes_with_the_account(client: Client) -> None:
    carol = somebody()
    desk, phone = inside(carol), inside(carol)
    assert look_of(desk) == "auto"
    assert desk.post(THEME, {"theme": "dark"}).status_code == 204
    pages = (WHERE, reverse("admin:index"), reverse("account_reauthenticate"))
    assert [look_of(phone, page) for page in pages] == ["dark"] * 3
    assert phone.post(WHERE, {**drawn(phone), "theme": "light"}).status_code == 302
    assert look_of(desk) == "light"
    assert look_of(client, reverse("account_login")) == "None"  # nobody's


def test_the_toggle_writes_a_theme_of_ones_own_and_nothing_else(client: Client) -> None:
    carol, dave = somebody(), factories.person("Dave")
    known = inside(carol)
    before = kept(carol)
    for wrong in ({"theme": "pink"}, {"theme": ""}, {}):
        assert known.post(THEME, wrong).status_code == 400
    assert client.post(THEME, {"theme": "dark"}).status_code == 302
    assert kept(carol) == before
    known.post(THEME, {"theme": "dark", "user": dave.pk, "name": "Mallory"})
    assert kept(carol) == {**before, "theme": "dark"}
    assert User.objects.get(pk=dave.pk).theme == "auto"
    assert known.get(THEME)["Location"] == WHERE


def test_the_toggle_is_pressed_while_a_second_factor_is_still_to_be_set_up(settings: Any) -> None:
    """Else it would take the place of what they asked for before, which waits for that."""
    known = inside(somebody())
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    assert known.post(THEME, {"theme": "dark"}).status_code == 204


def test_public_pages_know_no_account() -> None:
    page = inside(somebody()).get(reverse("faq")).content.decode()
    assert "theme-toggle" in page
    assert THEME not in page
    assert "data-theme" not in page
