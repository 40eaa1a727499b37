"""A post of pictures that are uploaded: from a browser, as its user does it. What is typed is not lost."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from media.models import Asset
from poster.models import LaidBy
from publishing.models import Delivery, Post
from tests import factories, pictures
from tests.dashboard.test_browser import (
    CHROMIUM,
    FLAGS,
    SIZES,
    WATCH_FOR_VIOLATIONS,
    in_a_thread,
    sign_in,
    sync_playwright,
)

ADD = "/dashboard/publishing/post/add/"


@pytest.mark.django_db
def test_what_is_typed_is_kept_as_one_types_and_comes_back(alice, browser) -> None:
    client: Client = browser(alice)
    page = client.get(ADD)
    mark = page.content.decode().split('name="typed_here" value="')[1].split('"')[0]
    kept = client.post(reverse("keep_typed"), {"text": "Half a sentence", "typed_here": mark})
    assert kept.status_code == 204
    assert LaidBy.objects.get().until - LaidBy.objects.get().created_at > dt.timedelta(days=6)
    again = client.get(ADD)
    assert (again.context["composer"].text, again.context["came_back"]) == ("Half a sentence", True)
    assert client.get(reverse("admin:index")).status_code == 200


@pytest.mark.django_db
def test_whoever_begins_anew_begins_with_nothing(alice, browser) -> None:
    client: Client = browser(alice)
    mark = client.get(ADD).content.decode().split('name="typed_here" value="')[1].split('"')[0]
    client.post(reverse("keep_typed"), {"text": "Half a sentence", "typed_here": mark})
    assert client.post(reverse("forget_typed"), {"typed_here": mark})["Location"] == ADD
    assert client.get(ADD).context["composer"].text == ""
    assert not LaidBy.objects.exists()


@pytest.mark.django_db
def test_nobody_else_gets_what_was_typed(alice, bob, browser) -> None:
    mark = browser(alice).get(ADD).content.decode().split('name="typed_here" value="')[1].split('"')[0]
    browser(bob).post(reverse("keep_typed"), {"text": "Not Alice's", "typed_here": mark + "x"})
    assert browser(alice).get(ADD).context["composer"].text == ""
    assert browser(bob).get(ADD).context["composer"].text == ""


@pytest.fixture
def shop(transactional_db, settings, tmp_path: Path) -> Any:
    """Somebody with a channel, and three pictures and some other files on their desktop."""
    settings.SPOOL, settings.VAR = tmp_path / "spool", tmp_path
    person = factories.person("Alice", password=factories.PASSWORD)
    factories.channel(person, platform="facebook")
    folder = tmp_path / "desktop"
    folder.mkdir()
    for number in range(1, 4):
        pictures.saved(folder / f"bread {number}.jpg", pictures.four_corners(400, 300, look=number))
    (folder / "letter.jpg").write_bytes(b"%PDF-1.7 a letter")
    (folder / "nothing.jpg").write_bytes(b"")
    return person, folder


@pytest.mark.slow
def test_a_carousel_is_uploaded_ordered_and_scheduled(shop: Any, live_server) -> None:
    person, folder = shop
    wrong = in_a_thread(_compose, live_server.url, person.email, folder)
    assert wrong == []
    post = Post.objects.get()
    items = list(post.items.order_by("position"))
    assert [item.asset.name for item in items] == ["bread 1.jpg", "bread 3.jpg", "bread 2.jpg"]
    assert [item.alt_text for item in items] == ["", "The third loaf.", ""]
    assert (post.state, post.text) == (Post.State.APPROVED, "Three loaves.")
    delivery = Delivery.objects.get()
    assert delivery.due_at == post.due_at
    assert delivery.undo_until
    assert not LaidBy.objects.exists()
    assert Asset.objects.filter(origin="uploaded").count() == 3


def _compose(root: str, address: str, folder: Path) -> list[str]:
    wrong: list[str] = []
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context(viewport=SIZES["desk"], timezone_id="UTC")
        context.add_init_script(WATCH_FOR_VIOLATIONS)
        sign_in(context, root, address)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(root + ADD)
        page.set_input_files("[data-uploading] input", sorted(map(str, folder.iterdir())))
        page.locator(".coming .there").nth(2).wait_for()
        page.locator(".coming .wrong").nth(1).wait_for()
        page.fill("#text", "Three loaves.")
        with page.expect_response(lambda answer: "/typed/" in answer.url):
            page.locator("[name=to]").first.check()
        page.goto(root + "/dashboard/")
        page.goto(root + ADD)
        names = page.locator("[data-chosen] label span")
        wanted = ["bread 1.jpg", "bread 3.jpg", "bread 2.jpg"]
        for place, name in enumerate(wanted):
            while (at := names.all_inner_texts().index(name)) > place:
                page.locator("[data-chosen] li").nth(at).locator(".acts button").first.click()
        page.locator("[data-chosen] textarea").nth(1).fill("The third loaf.")
        page.select_option("#when", "at")
        page.fill("#due", time.strftime("%Y-%m-%dT09:00", time.gmtime(time.time() + 86400)))
        page.click("button[name=approve]")
        page.wait_for_url("**/change/")
        wrong += page.evaluate("window.violations")
        chromium.close()
    return wrong
