"""Somebody moves posts in the calendar: with a mouse, with a finger, by the keyboard; and takes it back."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import User
from poster import clock
from poster.permissions import Caller
from publishing.calendar import grid
from publishing.models import Post
from publishing.posts import due_times
from publishing.posts.approving import approve
from tests import factories
from tests.dashboard.test_browser import in_a_thread, somebody_at

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WHERE = reverse("admin:calendar")
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ENTRY = "[data-free] > a:first-child"


def later(days: int, hour: int = 9) -> dt.datetime:
    """A day of next month's middle, so that it and its neighbours are all to come."""
    soon = grid.day_of(clock.now(), dt.UTC).replace(day=1) + dt.timedelta(days=45)
    return dt.datetime.combine(soon.replace(day=10 + days), dt.time(hour), dt.UTC)


@pytest.fixture
def alice(db: None) -> User:
    made = factories.person("Alice", password=factories.PASSWORD)
    User.objects.filter(pk=made.pk).update(time_zone="UTC")
    return made


@pytest.fixture
def post(alice: User) -> Post:
    """Approved, for the tenth."""
    made = factories.post(alice, factories.channel(alice), due_at=later(0))
    approve(made, by=Caller.of(alice))
    return made


def doing(root: str, address: str, act: Any, *, view: str = "month", size: str = "desk", **context: Any) -> Any:
    """What somebody does on the page of that month, and what went wrong there."""
    with somebody_at(root, address, size=size, **context) as page:
        page.goto(f"{root}{WHERE}?view={view}&on={later(0):%Y-%m-%d}")
        return act(page)


def day(number: int) -> str:
    return f"[data-day='{later(number):%Y-%m-%d}']"


def middle(page: Any, part: str) -> tuple[float, float]:
    box = page.locator(part).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def carry(page: Any, to: str) -> None:
    page.mouse.move(*middle(page, ENTRY))
    page.mouse.down()
    page.mouse.move(*middle(page, to), steps=8)
    page.mouse.up()


def test_a_post_is_dragged_to_another_day_and_taken_back(alice, post, live_server) -> None:
    def act(page: Any) -> dict[str, Any]:
        carry(page, day(2))
        page.wait_for_selector(f"{day(2)} {ENTRY}")
        focused = page.evaluate("document.activeElement.closest('[data-post]').dataset.post")
        told = page.inner_text("#told")
        page.click("#said button:has-text('Undo')")
        page.wait_for_selector(f"{day(0)} {ENTRY}")
        return {"focused": focused, "told": bool(told), "left": page.locator(f"{day(2)} {ENTRY}").count()}

    assert in_a_thread(doing, live_server.url, alice.email, act) == {
        "focused": str(post.pk),
        "told": True,
        "left": 0,
    }
    post.refresh_from_db()
    assert post.due_at == later(0)
    assert post.deliveries.get().entries.filter(fact_code="publishing.moved_time").count() == 2


def test_by_the_keyboard_it_is_moved_to_the_day_that_is_typed(alice, post, live_server) -> None:
    def act(page: Any) -> list[Any]:
        page.focus(day(0))
        seen = []
        for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
            page.keyboard.press(key)
            seen.append(page.evaluate("document.activeElement.dataset.day"))
        page.keyboard.press(".")
        page.wait_for_selector("#move-form")
        page.fill("#move-form [name=day]", f"{later(3):%Y-%m-%d}")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"{day(3)} {ENTRY}")
        seen.append(page.evaluate("document.activeElement.closest('[data-day]').dataset.day"))
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{reverse('admin:publishing_post_change', args=[post.pk])}")
        return seen

    days = [later(number).date().isoformat() for number in (1, 8, 7, 0, 3)]
    assert in_a_thread(doing, live_server.url, alice.email, act) == days
    post.refresh_from_db()
    assert post.due_at == later(3)


def test_in_a_week_it_is_dragged_to_an_hour(alice, post, live_server) -> None:
    other = 1 if later(0).weekday() < 6 else -1

    def act(page: Any) -> None:
        carry(page, f"{day(other)} [data-hour='15']")
        page.wait_for_selector(f"{day(other)} [data-hour='15'] {ENTRY}")

    in_a_thread(partial(doing, view="week"), live_server.url, alice.email, act)
    post.refresh_from_db()
    assert post.due_at == later(other, 15)


def test_a_finger_holds_it_first(alice, post, live_server) -> None:
    """Over the page on a large screen with touch: what is only swiped is scrolled."""

    def act(page: Any) -> list[int]:
        touch = page.context.new_cdp_session(page)

        def finger(kind: str, *at: float) -> None:
            points = [{"x": at[0], "y": at[1]}] if at else []
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        page.clock.install(time=START)
        page.clock.pause_at(START + dt.timedelta(seconds=1))  # or a slow machine holds it longer than it is told
        found = []
        for hold in (0, 600):
            finger("touchStart", *middle(page, ENTRY))
            page.clock.run_for(hold)
            x, y = middle(page, ENTRY)
            there = middle(page, day(1))
            for step in range(1, 6):
                finger("touchMove", x + (there[0] - x) * step / 5, y + (there[1] - y) * step / 5)
            finger("touchEnd")
            page.clock.run_for(100)
            if hold:
                page.wait_for_selector(f"{day(1)} {ENTRY}")
            found.append(page.locator(f"{day(1)} {ENTRY}").count())
        return found

    assert in_a_thread(partial(doing, has_touch=True), live_server.url, alice.email, act) == [0, 1]


def test_whoever_comes_second_sees_why_and_where_it_is_now(alice, post, live_server) -> None:
    def meanwhile() -> None:
        due_times.move_post(Post.objects.get(), to=later(4), was=later(0), by=Caller.of(alice))
        connection.close()

    def act(page: Any) -> list[int]:
        in_a_thread(meanwhile)
        carry(page, day(2))
        page.wait_for_selector("#said .error")
        return [page.locator(f"{day(number)} {ENTRY}").count() for number in (0, 2, 4)]

    assert in_a_thread(doing, live_server.url, alice.email, act) == [0, 0, 1]
    post.refresh_from_db()
    assert post.due_at == later(4)


def test_what_is_out_is_not_lifted(alice, post, live_server) -> None:
    post.deliveries.update(state="publishing")

    def act(page: Any) -> int:
        page.mouse.move(*middle(page, "[data-post]"))
        page.mouse.down()
        page.mouse.move(*middle(page, day(2)), steps=5)
        lifted = page.locator(".carried").count()
        page.mouse.up()
        return lifted

    assert in_a_thread(doing, live_server.url, alice.email, act) == 0
