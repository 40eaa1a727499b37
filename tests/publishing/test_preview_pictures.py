"""What a preview shows is what goes out, to the byte; and nobody else sees it."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.data_rights import agreements
from accounts.models import Acceptance
from media import blobs
from media.models import Asset, Blob
from media.reasons import OneAtATime
from poster import clock
from poster.permissions import Caller
from publishing.delivery import cleanup
from publishing.models import Delivery, Post
from publishing.platforms import PLATFORMS, Form
from publishing.posts import preview_pictures, writing
from publishing.posts.approving import approve
from publishing.posts.contents import Content, Wanted
from publishing.posts.framing import cut, framed, in_grid
from publishing.posts.freezing import recipe
from publishing.posts.previewing import Preview, previews
from publishing.posts.text_limits import limits_of, shown_of
from tests import factories
from tests.house import House
from tests.security.conftest import signed_in

pytestmark = pytest.mark.slow
FORMS = [(name, form) for name in PLATFORMS for form in PLATFORMS[name].limits if form is not Form.TEXT]
SHAPES = [(900, 300), (300, 800), (640, 640)]


@pytest.fixture(autouse=True)
def a_member(request: pytest.FixtureRequest) -> None:
    """Ann is one, who has agreed to everything; an operator would need a second factor."""
    if "house" in request.fixturenames:
        owner = request.getfixturevalue("house").owner
        owner.is_superuser = False
        owner.save()
        wanted = agreements.missing(owner.pk).items()
        Acceptance.objects.bulk_create(Acceptance(owner=owner, document=each, version=date) for each, date in wanted)


def draft(house: House, platform: str, form: Form, fit: str = "pad") -> Post:
    """Of pictures in odd shapes, so that every platform has to change some."""
    shapes = SHAPES if form is Form.ALBUM else SHAPES[:1]
    assets = [house.asset(f"{at}.jpg", width=wide, height=high) for at, (wide, high) in enumerate(shapes)]
    Asset.objects.filter(pk__in=[asset.pk for asset in assets]).update(origin="uploaded")
    place = Wanted(house.channels[platform].pk, "story" if form is Form.STORY else "feed")
    content = Content(text="Bread.", pictures=[asset.pk for asset in assets], places=[place], fit=fit)
    return writing.write(house.owner, content, by=Caller.of(house.owner))


def only(post: Post) -> Preview:
    (found,) = previews(Post.objects.get(pk=post.pk))
    return found


def seen(post: Post) -> list[Any]:
    browser = signed_in(post.owner)
    return [browser.get(frame.sent) for frame in only(post).frames]


def digest(answer: Any) -> str:
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    return hashlib.sha256(b"".join(answer.streaming_content)).hexdigest()


@pytest.mark.parametrize("fit", ["pad", "crop"])
@pytest.mark.parametrize(("platform", "form"), FORMS)
def test_the_bytes_of_the_preview_are_the_bytes_that_are_sent(
    house: House, platform: str, form: Form, fit: str
) -> None:
    house.connect()
    post = draft(house, platform, form, fit)
    before = [digest(answer) for answer in seen(post)]
    (delivery,) = approve(post, by=Caller.of(house.owner))
    assert house.settle(delivery).state == Delivery.State.PUBLISHED
    (shown,) = house.box.feed(platform)
    assert [picture["sha256"] for picture in shown["pictures"]] == before
    assert [made["sha256"] for made in delivery.renditions] == before
    assert len(set(before)) == len(only(post).frames)


@pytest.fixture
def post(house: House) -> Post:
    house.connect()
    return draft(house, "instagram", Form.PHOTO)


def test_it_is_made_once_and_a_browser_keeps_it(post: Post) -> None:
    (first,) = seen(post)
    assert digest(first) == Blob.objects.get(purpose="rendition").sha256
    assert "Shown-Instead" not in first
    address = only(post).frames[0].sent
    again = signed_in(post.owner).get(address, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again["Cache-Control"]) == (304, "private, max-age=3600")
    assert Blob.objects.filter(purpose="rendition").count() == 1


def test_another_shape_has_another_address(post: Post) -> None:
    before = only(post).frames[0].sent
    Post.objects.filter(pk=post.pk).update(fit="crop")
    assert only(post).frames[0].sent != before


def test_nobody_else_sees_it_and_nothing_is_made_for_them(post: Post) -> None:
    address = only(post).frames[0].sent
    stranger = signed_in(factories.person("Bob"))
    assert stranger.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert not Blob.objects.filter(purpose="rendition").exists()
    operator = signed_in(factories.person("Olga", operator=True)).get(address)
    assert digest(operator) == Blob.objects.get(purpose="rendition").sha256


@pytest.mark.parametrize("what", ["post", "channel", "placement", "asset"])
def test_what_is_not_in_the_post_is_not_there(house: House, post: Post, what: str) -> None:
    named = {"post": post.pk, "channel": house.channels["instagram"].pk, "placement": "feed", "asset": None}
    named["asset"] = post.assets.get().pk
    other = {"post": house.owner.pk, "channel": house.channels["threads"].pk, "placement": "story"}
    named[what] = other.get(what) or house.asset("other.jpg").pk
    address = reverse("preview_picture", args=list(named.values()))
    assert signed_in(post.owner).get(address).status_code == 404


def test_while_others_are_made_it_is_asked_for_again(post: Post) -> None:
    held = [preview_pictures._places.acquire() for _ in range(preview_pictures.AT_ONCE)]
    try:
        (answer,) = seen(post)
    finally:
        for _ in held:
            preview_pictures._places.release()
    assert (answer.json()["code"], answer.json()["again"]) == (OneAtATime.code, 1)


def test_without_the_original_nothing_is_fetched_or_made(house: House, post: Post) -> None:
    blobs.drop(Blob.objects.filter(purpose="original"))
    calls = len(house.box.calls())
    (answer,) = seen(post)
    assert answer.status_code in {200, 204}
    assert answer["Cache-Control"] == "private, max-age=60"
    assert not Blob.objects.filter(purpose="rendition").exists()
    assert len(house.box.calls()) == calls


def test_a_small_copy_in_its_place_says_so_and_is_kept_for_a_minute(post: Post) -> None:
    asset = post.assets.get()
    factories.blob(asset, Blob.Purpose.THUMBNAIL)
    blobs.drop(Blob.objects.filter(purpose="original"))
    (answer,) = seen(post)
    assert (answer.status_code, answer["Cache-Control"]) == (204, "private, max-age=60")
    assert "not the very file" in unquote(answer["Shown-Instead"])


def test_of_what_is_out_nothing_is_laid_down_again(house: House, post: Post) -> None:
    (delivery,) = approve(post, by=Caller.of(house.owner))
    house.settle(delivery)
    blobs.drop(Blob.objects.filter(purpose="rendition"))
    seen(post)
    assert not Blob.objects.filter(purpose="rendition").exists()


def test_what_was_made_for_a_draft_that_waits_long_goes_with_its_original(house: House, post: Post) -> None:
    Asset.objects.update(origin="found")
    assert [digest(answer) for answer in seen(post)]
    assert Blob.objects.filter(purpose="rendition").exists()
    house.later(25 * 3600)
    assert clock.now() > post.created_at
    cleanup.drop_finished()
    assert not Blob.objects.filter(purpose__in=["original", "rendition"]).exists()


@pytest.mark.parametrize(("shape", "whole"), [((1000, 1000), True), ((800, 1000), True), ((500, 1000), False)])
def test_a_feed_cuts_what_is_very_tall(shape: tuple[int, int], whole: bool) -> None:
    frame = framed(Asset(width=shape[0], height=shape[1]), recipe(limits_of("facebook"), "pad"))
    view = cut(frame, shown_of("facebook").tallest)
    assert (view is None) == whole
    assert view is None or abs(view.width / view.height - 0.8) < 0.001


@pytest.mark.parametrize(("shape", "cuts"), [((1080, 1350), True), ((1080, 1080), False), ((1910, 1000), False)])
def test_the_grid_of_a_profile_is_three_to_four(shape: tuple[int, int], cuts: bool) -> None:
    grid = shown_of("instagram").grid
    assert grid is not None
    view = in_grid(framed(Asset(width=shape[0], height=shape[1]), recipe(limits_of("instagram"), "pad")), grid)
    assert abs(view.width / view.height - 0.75) < 0.001
    assert (view.left > 0) == cuts


@pytest.mark.parametrize(("pictures", "tiles", "more"), [(1, 1, 0), (2, 2, 0), (5, 5, 0), (8, 5, 3)])
def test_a_mosaic_says_how_many_are_behind_it(db: None, pictures: int, tiles: int, more: int) -> None:
    ann = factories.person("Ann")
    place = Wanted(factories.channel(ann, "facebook").pk, "feed")
    chosen = [factories.asset(ann).pk for _ in range(pictures)]
    post = writing.write(ann, Content(text="", pictures=chosen, places=[place]), by=Caller.of(ann))
    found = only(post)
    assert (len(found.tiles), found.more) == (tiles, more)
