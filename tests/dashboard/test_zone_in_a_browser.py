"""Settings offer the time zone that a browser is in, and take it only when somebody says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from tests import factories
from tests.dashboard.test_browser import in_a_thread, somebody_at, sync_playwright

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
OFFER = "[data-zone]"


def offered_and_taken(root: str, address: str) -> tuple[list[bool], str]:
    with somebody_at(root, address, timezone_id="Europe/Istanbul") as page:
        page.goto(root + reverse("my_account"))
        page.wait_for_selector(OFFER)
        seen, words = [page.is_visible(OFFER)], page.inner_text(OFFER)
        page.click(f"{OFFER} button")
        seen.append(page.is_visible(OFFER))
        page.click(".submit-row [type=submit]")
        page.wait_for_load_state()
        seen.append(page.is_visible(OFFER))
    return seen, words


def test_it_is_offered_taken_by_a_click_and_offered_no_more(live_server: Any) -> None:
    sync_playwright()
    ann = factories.person("Ann", password=factories.PASSWORD)
    seen, words = in_a_thread(offered_and_taken, live_server.url, ann.email)
    assert (seen, "Europe/Istanbul" in words) == ([True, False, False], True)
    assert User.objects.get(pk=ann.pk).time_zone == "Europe/Istanbul"


def asked(root: str, address: str) -> bool:
    with somebody_at(root, address, timezone_id="Europe/Istanbul") as page:
        page.goto(root + reverse("my_account"))
        page.wait_for_load_state("networkidle")
        return bool(page.is_visible(OFFER))


def test_who_is_in_the_zone_of_the_install_is_asked_nothing(live_server: Any, settings: Any) -> None:
    sync_playwright()
    settings.TIME_ZONE = "Europe/Istanbul"
    bob = factories.person("Bob", password=factories.PASSWORD)
    assert in_a_thread(asked, live_server.url, bob.email) is False
    assert User.objects.get(pk=bob.pk).time_zone == ""
