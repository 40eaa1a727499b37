"""A post of pictures that are uploaded: from a browser, as its user does it. What is typed is not lost."""

from __future__ import annotations

import datetime as dt
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from media.models import Asset
from media.uploads import PIECE
from poster.models import LaidBy
from publishing.models import Delivery, Post
from tests import factories, pictures
from tests.dashboard.test_browser import in_a_thread, somebody_at

ADD = "/dashboard/publishing/post/add/"
CHOOSER, CAMERA = ".dropzone input", ".camera input"


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
    in_a_thread(_compose, live_server.url, person.email, folder)
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


def _compose(root: str, address: str, folder: Path) -> None:
    with somebody_at(root, address, timezone_id="UTC") as page:
        page.goto(root + ADD)
        page.set_input_files(CHOOSER, sorted(map(str, folder.iterdir())))
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


@pytest.mark.slow
def test_what_the_network_loses_goes_on_where_it_has_ended(shop: Any, live_server) -> None:
    """From a file of three pieces: the second is lost twice, and the first is sent once."""
    person, folder = shop
    pictures.saved(folder / "large.png", pictures.four_corners(1400, 1100).effect_spread(90), compress_level=0)
    sent = in_a_thread(_loses, live_server.url, person.email, folder / "large.png")
    assert Asset.objects.filter(name="large.png").count() == 1
    places = [address.rsplit("/", 1)[1] for address in sent]
    assert places == ["0", *[str(PIECE)] * 3, *[str(PIECE * at) for at in range(2, len(places) - 2)]]
    assert len(places) > 4


def _loses(root: str, address: str, file: Path) -> list[str]:
    sent: list[str] = []

    def lost(route: Any) -> None:
        sent.append(route.request.url)
        route.abort() if sent.count(sent[-1]) < 3 and sent[-1].endswith(f"/{PIECE}") else route.continue_()

    with somebody_at(root, address) as page:
        page.route(re.compile(r"/uploads/[^/]+/\d+$"), lost)
        page.goto(root + ADD)
        page.set_input_files(CHOOSER, str(file))
        page.locator(".coming .there").wait_for()
    return sent


BRINGS = """
([event, name, bytes]) => {
  const held = new DataTransfer();
  held.items.add(new File([Uint8Array.from(bytes)], name, { type: "image/jpeg" }));
  const brought = event === "paste"
    ? new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true });
  document.querySelector("#text").dispatchEvent(brought);
}
"""


@pytest.mark.slow
def test_pictures_are_dropped_and_pasted_too_and_the_same_twice_is_one(shop: Any, live_server) -> None:
    person, folder = shop
    said = in_a_thread(_brought, live_server.url, person.email, folder)
    assert said == ["dropped.jpg", "pasted.jpg"]
    assert Asset.objects.filter(owner=person).count() == 2


def _brought(root: str, address: str, folder: Path) -> list[str]:
    with somebody_at(root, address) as page:
        page.goto(root + ADD)
        for number, (event, name) in enumerate(
            (("drop", "dropped.jpg"), ("paste", "pasted.jpg"), ("drop", "again.jpg"))
        ):
            content = (folder / f"bread {number % 2 + 1}.jpg").read_bytes()
            page.evaluate(BRINGS, [event, name, list(content)])
            page.locator(".coming .there").nth(number).wait_for()
        named: list[str] = page.locator("[data-chosen] label span").all_inner_texts()
    return sorted(named)


@pytest.mark.slow
def test_on_a_phone_a_picture_is_taken_on_the_spot_and_at_a_desk_no_camera_is_offered(shop: Any, live_server) -> None:
    person, folder = shop
    assert in_a_thread(_taken, live_server.url, person.email, folder / "bread 1.jpg") == (True, "bread 1.jpg", False)
    assert Asset.objects.get(owner=person).origin == "uploaded"


def _taken(root: str, address: str, file: Path) -> tuple[bool, str, bool]:
    """Whether it is offered, what is chosen then; whether it is offered with a mouse."""
    with somebody_at(root, address, size="phone", is_mobile=True, has_touch=True) as page:
        page.goto(root + ADD)
        on_a_phone = page.locator(".camera").is_visible()
        page.set_input_files(CAMERA, str(file))
        page.locator(".coming .there").wait_for()
        name = page.locator("[data-chosen] label span").inner_text()
    with somebody_at(root, address) as page:
        page.goto(root + ADD)
        return on_a_phone, name, page.locator(".camera").is_visible()
