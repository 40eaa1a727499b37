"""Somebody reviews what waits in a browser: by keys, by hand on a phone, and with the keys turned off."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import User
from publishing.models import Post
from tests import factories
from tests.dashboard.test_browser import in_a_thread, somebody_at

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BEGIN = reverse("admin:review")


@pytest.fixture
def alice(db: None) -> User:
    return factories.person("Alice", password=factories.PASSWORD)


@pytest.fixture
def three(alice: User) -> list[Post]:
    order = factories.watch(alice, factories.channel(alice), captioner="openai")
    made = [
        factories.post(alice, *order.channels.all(), picture=factories.asset(alice), text=f"Words {number}")
        for number in range(3)
    ]
    Post.objects.update(watch=order)
    return made


def doing(root: str, address: str, act: Callable[[Any], Any], *, size: str = "desk", **context: Any) -> Any:
    """What somebody does there, and what went wrong."""
    with somebody_at(root, address, size=size, **context) as page:
        page.set_default_timeout(10_000)
        page.goto(root + BEGIN)
        return act(page)


def keys(page: Any, *pressed: str) -> None:
    """Each key that leads to another page is waited for."""
    for key in pressed:
        with page.expect_navigation():
            page.keyboard.press(key)


def here(page: Any) -> str:
    """Which post is on the page."""
    return str(page.inner_text(".channels .panel >> visible=true >> .words"))


def states() -> list[str]:
    found = list(Post.objects.order_by("created_at").values_list("state", flat=True))
    connection.close()
    return found


def test_by_keys_alone(alice, three, live_server) -> None:
    def act(page: Any) -> None:
        assert here(page) == "Words 0"
        keys(page, "j")
        assert here(page) == "Words 1"
        keys(page, "k", "a")
        assert here(page) == "Words 1"
        assert in_a_thread(states) == ["approved", "draft", "draft"]
        keys(page, "u")
        assert here(page) == "Words 0"
        assert in_a_thread(states) == ["draft", "draft", "draft"]
        keys(page, "d")
        assert in_a_thread(states) == ["discarded", "draft", "draft"]
        page.keyboard.press("e")
        page.wait_for_selector("#edit:popover-open textarea:focus")
        page.keyboard.type("ja?")  # typed, and nothing else
        assert page.input_value("#edit textarea[name=text]").count("ja?") == 1
        with page.expect_navigation():
            page.click("#edit button.primary")
        assert "ja?" in here(page)
        page.keyboard.press("w")
        page.wait_for_selector("#again:popover-open input:focus")
        page.keyboard.type("shorter")
        keys(page, "Enter")
        assert here(page) == "Words 2"
        keys_in_a_row(page, "g", "d")
        assert page.url.endswith(reverse("admin:index"))
        keys_in_a_row(page, "g", "r")
        assert here(page) == "Words 2"

    in_a_thread(doing, live_server.url, alice.email, act)
    again = Post.objects.get(pk=three[1].pk)
    assert (again.hint, again.wants_words) == ("shorter", "captioner")


def keys_in_a_row(page: Any, first: str, second: str) -> None:
    page.keyboard.press(first)
    keys(page, second)


def test_several_that_were_ticked_one_after_the_other_are_approved_together(alice, three, live_server) -> None:
    def act(page: Any) -> None:
        page.keyboard.press("x")
        keys(page, "j")
        page.keyboard.press("x")
        assert page.locator("#queue input:checked").count() == 2
        keys(page, "Shift+A")
        assert here(page) == "Words 2"
        assert page.locator("#queue input:checked").count() == 0
        keys(page, "u")

    in_a_thread(doing, live_server.url, alice.email, act)
    assert states() == ["draft", "draft", "draft"]


def test_the_map_opens_and_over_it_no_key_decides(alice, three, live_server) -> None:
    def act(page: Any) -> None:
        page.keyboard.press("?")
        page.wait_for_selector("#keys:popover-open")
        page.keyboard.press("a")
        page.keyboard.press("Escape")
        page.wait_for_selector("#keys:popover-open", state="detached")
        page.keyboard.press("Control+d")
        page.keyboard.press("Alt+a")
        page.wait_for_timeout(300)
        assert here(page) == "Words 0"

    in_a_thread(doing, live_server.url, alice.email, act)
    assert states() == ["draft", "draft", "draft"]


def test_turned_off_no_key_does_anything_and_every_button_does(alice, three, live_server) -> None:
    User.objects.update(single_keys=False)

    def act(page: Any) -> None:
        for key in ("a", "d", "j", "?"):
            page.keyboard.press(key)
        page.wait_for_timeout(300)
        assert (here(page), page.locator("#keys:popover-open").count()) == ("Words 0", 0)
        with page.expect_navigation():
            page.click(".acts .primary")

    in_a_thread(doing, live_server.url, alice.email, act)
    assert states() == ["approved", "draft", "draft"]


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_it_fits_and_what_one_does_is_at_hand(alice, three, live_server, width) -> None:
    def act(page: Any) -> None:
        page.set_viewport_size({"width": width, "height": 740})
        page.reload()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        approve = page.locator(".acts .primary").bounding_box()
        assert approve["y"] > 450
        assert approve["y"] + approve["height"] < 740
        page.tap(".acts button[popovertarget=time]")
        page.wait_for_selector("#time:popover-open")
        page.select_option("#when", "last")
        with page.expect_navigation():
            page.tap("#time .primary")
        with page.expect_navigation():
            page.tap(".acts .primary")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    in_a_thread(
        partial(doing, has_touch=True, is_mobile=True),
        live_server.url,
        alice.email,
        act,
    )
    assert Post.objects.order_by("created_at")[0].queue == "last"


def test_without_scripts_it_is_decided_by_the_same_buttons(alice, three, live_server) -> None:
    def act(page: Any) -> None:
        page.check("#queue li.here input")
        for button in ("#queue header button >> nth=0", ".acts form:last-child button", ".acts .primary"):
            with page.expect_navigation():
                page.click(button)

    in_a_thread(partial(doing, java_script_enabled=False), live_server.url, alice.email, act)
    assert states() == ["approved", "discarded", "approved"]
