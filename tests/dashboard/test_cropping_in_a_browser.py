"""A picture of a post is cropped in a browser: by hand, by keyboard alone, and by touch on a small phone."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
import requests
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from PIL import Image

from media import blobs
from media.models import Blob
from publishing.models import Delivery, Post
from tests import factories, pictures
from tests.dashboard.axe import ASK_AXE, EVERYTHING
from tests.dashboard.test_browser import in_a_thread, somebody_at
from tests.dashboard.test_composing import ADD, CHOOSER, shop
from tests.house import House
from tests.pictures import GREEN
from tests.publishing.test_preview_pictures import a_member

__all__ = ["a_member", "shop"]
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
GRIPS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
HELD = "document.querySelector('.cropper').contains(document.activeElement) || document.activeElement === document.body"


def put(page: Any, root: str, *files: Path) -> None:
    page.goto(root + ADD)
    page.set_input_files(CHOOSER, [str(file) for file in files])
    page.locator(".coming .there").nth(len(files) - 1).wait_for()


def field(page: Any, at: int = 0) -> str:
    """What the form would send."""
    return str(page.locator("[data-chosen] input[type=hidden]").nth(at).input_value())


def crop_button(page: Any, at: int = 0) -> Any:
    return page.locator("[data-chosen] li").nth(at).get_by_role("button", name="Crop")


def said(page: Any) -> list[int]:
    """How large the part is, in pixels."""
    return [int(number) for number in re.findall(r"\d+", page.locator("[data-said]").inner_text())]


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def middle(page: Any, part: str) -> tuple[float, float]:
    box = page.locator(part).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Any, part: str, across: float, down: float) -> None:
    """By shares of the whole picture."""
    board, (x, y) = page.locator(".cropper .board").bounding_box(), middle(page, part)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across * board["width"], y + down * board["height"], steps=5)
    page.mouse.up()


# --- by hand


@pytest.fixture
def ann(house: House) -> House:
    """Somebody with a Page, and no picture yet."""
    house.owner.set_password(factories.PASSWORD)
    house.owner.save()
    house.connect()
    return house


def test_what_is_cropped_by_hand_goes_out_so_and_is_never_cut_twice(ann: House, live_server) -> None:
    """The top right one of four quarters."""
    file = pictures.photo(ann.folder / "quarters.jpg", 900, 700)
    in_a_thread(_by_hand, live_server.url, ann.owner.email, file)
    post = Post.objects.get()
    (left, top, right, bottom) = post.items.get().crop
    assert (right, top) == (10_000, 0)
    assert abs(left - 5100) < 60
    assert abs(bottom - 4900) < 60
    delivery = Delivery.objects.get(platform="facebook")
    assert ann.settle(delivery).state == Delivery.State.PUBLISHED
    (shown,) = ann.box.feed("facebook")
    with Image.open(io.BytesIO(requests.get(shown["pictures"][0]["url"], timeout=10).content)) as picture:
        assert abs(picture.width / picture.height - 441 / 343) < 0.03
        colours: Any = picture.convert("RGB").resize((9, 7), Image.Resampling.BOX).getcolors()
    assert all(max(abs(a - b) for a, b in zip(GREEN, each, strict=True)) < 12 for _, each in colours)
    blobs.drop(Blob.objects.filter(asset=post.assets.get()))  # so it is looked for where it was published
    where = reverse("admin:publishing_post_change", args=[post.pk])
    assert in_a_thread(_afterwards, live_server.url, ann.owner.email, where) == "0 0 900 700"


def _by_hand(root: str, address: str, file: Path) -> None:
    with somebody_at(root, address) as page:
        put(page, root, file)
        crop_button(page).click()
        assert said(page) == [900, 700]
        assert page.evaluate("document.activeElement.className") == "part"
        drag(page, ".cropper [data-grip=sw]", 0.41, -0.41)
        drag(page, ".cropper .part", 0.3, -0.3)  # as far as there is room
        drag(page, ".cropper [data-grip=w]", 0.1, 0)
        drag(page, ".cropper [data-grip=s]", 0, -0.1)
        wide, high = said(page)
        assert abs(wide - 441) < 6
        assert abs(high - 343) < 6
        assert broken(page) == []
        with page.expect_response(lambda answer: "/typed/" in answer.url):
            page.get_by_role("button", name="Show this part").click()
        assert focused(page) == "Crop"
        kept = field(page)
        page.goto(root + "/dashboard/")
        page.goto(root + ADD)
        assert field(page) == kept
        assert page.locator("[data-chosen] .cut svg").get_attribute("viewBox").split()[2:] == [str(wide), str(high)]
        page.fill("#text", "A quarter.")
        page.locator("[name=to]").first.check()
        page.click("button[name=approve]")
        page.wait_for_url("**/change/")


def broken(page: Any) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(ASK_AXE, [".cropper", EVERYTHING])
    return found


def _afterwards(root: str, address: str, where: str) -> str:
    with somebody_at(root, address) as page:
        page.goto(root + where)
        page.locator(".cut image[href$='/seen']").wait_for()
        return str(page.locator(".cut svg").get_attribute("viewBox"))


# --- by keyboard


def test_by_keyboard_alone(shop: Any, live_server) -> None:
    person, folder = shop
    kept = in_a_thread(_by_keyboard, live_server.url, person.email, folder)
    assert kept == ["", "950,500,9050,9500", "950,500,9050,9500", "1250,0,8750,10000", ""]


def _by_keyboard(root: str, address: str, folder: Path) -> list[str]:
    with somebody_at(root, address) as page:
        put(page, root, folder / "bread 1.jpg")
        return list(_pressed(page))


def _pressed(page: Any) -> Any:
    """What stands in the field after each visit to the dialog."""
    for last in ("Escape", "Enter"):  # the same of both: only one of them takes it
        crop_button(page).focus()
        page.keyboard.press("Enter")
        for key in (*["Shift+ArrowLeft"] * 10, *["ArrowRight"] * 5, "+"):
            page.keyboard.press(key)
        assert said(page) == [324, 270]
        page.keyboard.press(last)
        assert focused(page) == "Crop"
        yield field(page)
    page.keyboard.press("Enter")
    for _ in range(15):
        page.keyboard.press("Tab")
        assert page.evaluate(HELD)
    page.get_by_role("button", name="Cancel").press("Enter")
    yield field(page)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="1:1").first.press("Enter")
    for _ in range(9):
        page.keyboard.press("-")
    assert said(page) == [300, 300]
    page.get_by_role("button", name="Show this part").press("Enter")
    yield field(page)
    assert page.locator("[data-chosen] .cut").count() == 1
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Whole picture").press("Enter")
    assert page.locator("[data-chosen] .cut").count() == 0
    yield field(page)


# --- by touch


def test_on_a_small_phone_a_finger_does_it(shop: Any, live_server) -> None:
    person, folder = shop
    in_a_thread(_by_touch, live_server.url, person.email, folder)


def _by_touch(root: str, address: str, folder: Path) -> None:
    phone = {"is_mobile": True, "has_touch": True, "color_scheme": "dark", "reduced_motion": "reduce"}
    with somebody_at(root, address, size="phone", **phone) as page:
        page.set_viewport_size({"width": 360, "height": 640})
        put(page, root, folder / "bread 1.jpg")
        crop_button(page).tap()
        page.locator(".cropper").wait_for()
        box = page.locator(".cropper").bounding_box()
        assert (box["x"] >= 0, box["x"] + box["width"] <= 360) == (True, True)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        parts = [f".cropper [data-grip={grip}]" for grip in GRIPS]
        parts += [f".cropper [data-act={act}]" for act in ("closer", "farther")]
        sizes = [page.locator(each).bounding_box() for each in [*parts, ".cropper [data-shape=own]"]]
        assert all(min(each["width"], each["height"]) >= 44 for each in sizes)
        assert broken(page) == []
        finger = page.context.new_cdp_session(page)
        board, (x, y) = page.locator(".cropper .board").bounding_box(), middle(page, ".cropper [data-grip=se]")
        for kind, share in (("touchStart", 0.0), ("touchMove", 0.2), ("touchMove", 0.4), ("touchEnd", 0.4)):
            at = {"x": x - share * board["width"], "y": y - share * board["height"]}
            told = {"type": kind, "touchPoints": [] if kind == "touchEnd" else [at]}
            finger.send("Input.dispatchTouchEvent", told)
        page.get_by_role("button", name="Show this part").tap()
        page.locator(".cropper").wait_for(state="hidden")  # what a finger presses comes a moment later
        left, top, right, bottom = map(int, field(page).split(","))
        assert (left, top) == (0, 0)
        assert abs(right - 6000) < 150
        assert abs(bottom - 6000) < 150
