"""*Connect again* on the overview: one press to the provider, and back to where one was; what waited goes out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

import outbox.tasks
from accounts.connections.blocks import block
from accounts.connections.grants import connect
from accounts.models import Channel
from accounts.reason_columns import because
from accounts.reasons.logins import LoginNotAccepted
from publishing.models import Delivery
from tests import factories
from tests.accounts.test_in_a_browser import consent
from tests.dashboard.test_browser import (
    CHROMIUM,
    FLAGS,
    SIZES,
    WATCH_FOR_VIOLATIONS,
    in_a_thread,
    sign_in,
    sync_playwright,
)
from tests.factories import THEY_SAID
from tests.house import House, grant

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
State = Delivery.State


@pytest.fixture
def waiting(house: House, live_server: Any, settings: Any) -> Delivery:
    """A login of Facebook that has ended, and a post that waits for it."""
    settings.PUBLIC_URL = live_server.url
    house.owner = factories.person("Zoe", password=factories.PASSWORD)
    made = house.box.person(name="Ada Example", pages=[{"name": "Mill"}])["facebook"]
    settings.PROVIDER_APPS = {"facebook": (made["app_id"], made["app_secret"])}
    connect(house.owner, "facebook", grant(made))
    channel = Channel.objects.get(owner=house.owner, platform="facebook")
    block(channel.credential, THEY_SAID)
    Channel.objects.filter(pk=channel.pk).update(state=Channel.State.BLOCKED, **because(LoginNotAccepted()))
    (row,) = house.approved("A loaf.", channel)
    outbox.tasks.round()
    row.refresh_from_db()
    assert row.state == State.BLOCKED
    return row


def walk(root: str, address: str, answer: str, then: str) -> tuple[list[str], str, str]:
    """What broke the policy, where the person ended, and what the card of the login still says there."""
    broken: list[str] = []
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context(viewport=SIZES["desk"])
        context.add_init_script(WATCH_FOR_VIOLATIONS)
        sign_in(context, root, address)
        page = context.new_page()
        page.on("console", lambda line: broken.append(line.text) if "Content Security Policy" in line.text else None)
        page.goto(root + reverse("admin:index"))
        page.click("#wrong >> text=Connect again")
        page.wait_for_url("**/dialog/oauth?*")
        consent(page, answer=answer)
        page.wait_for_url(f"{root}/connect/**")
        page.click(f"text={then} >> visible=true")
        page.wait_for_url(lambda url: url.startswith(f"{root}/dashboard/"))
        told = urlsplit(page.url).path, page.inner_text("#wrong")
        chromium.close()
    return broken, *told


def test_one_press_and_the_person_is_back_and_what_waited_goes_out(
    house: House, waiting: Delivery, live_server: Any
) -> None:
    sync_playwright()
    broken, where, wrong = in_a_thread(walk, live_server.url, house.owner.email, "allow", "Connect what is ticked")
    assert (broken, where) == ([], reverse("admin:index"))
    assert "Connect again" not in wrong
    house.later(10)
    house.settle(waiting)
    assert waiting.state == State.PUBLISHED
    assert Delivery.objects.count() == 1
