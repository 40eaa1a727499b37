"""The page "Settings" draws what it saves: saving leaves what was not touched."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.models import User
from accounts.sign_in.my_account import MeForm
from tests.accounts.doors import inside, quick_door, somebody  # noqa: F401

pytestmark = pytest.mark.django_db
WHERE = reverse("my_account")
ONE: dict[str, Any] = {
    "name": "Carol", "time_zone": "Europe/Berlin", "to_approve": "daily", "approve_by_link": True,
    "on_failure": "daily", "on_reconnect": "", "on_budget": "daily", "weekly_summary": True, "announcements": True,
    "single_keys": True, "always_ai": True, "always_adult": True,
}  # fmt: skip
OTHER: dict[str, Any] = {
    "name": "", "time_zone": "", "to_approve": "at_once", "approve_by_link": None,
    "on_failure": "", "on_reconnect": "at_once", "on_budget": "", "weekly_summary": False, "announcements": False,
    "single_keys": False, "always_ai": False, "always_adult": False,
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
