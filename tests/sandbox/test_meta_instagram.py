"""Instagram publishing in the sandbox, with either login."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Client, numbers
from tests.sandbox.pictures import Gallery, picture
from tests.sandbox_fixture import Box

DAY = 86_400


def lay_down(insta: Client, gallery: Gallery, **params: Any) -> str:
    """A container for a good picture; its id."""
    return str(insta.post("me/media", image_url=gallery.show(picture()), **params)["id"])


def refused(insta: Client, url: str) -> tuple[int, int]:
    """The numbers of the error for a picture at this address."""
    return numbers(insta.error("POST", "me/media", image_url=url))


def status(insta: Client, container: str) -> str:
    """The status code of a container."""
    return str(insta.get(container, fields="status_code,status")["status_code"])


def test_a_picture_goes_in_is_processed_and_is_published_once(sandbox: Box, insta: Client, gallery: Gallery) -> None:
    sandbox.settings(processing_seconds=5)
    container = lay_down(insta, gallery, caption="Bread #fresh", alt_text="A loaf")
    assert status(insta, container) == "IN_PROGRESS"
    assert numbers(insta.error("POST", "me/media_publish", creation_id=container)) == (9007, 2207027)
    assert sandbox.feed() == []

    sandbox.advance(6)
    assert status(insta, container) == "FINISHED"
    media = insta.post("me/media_publish", creation_id=container)["id"]

    assert media != container
    assert status(insta, container) == "PUBLISHED"
    [shown] = sandbox.feed("instagram")
    assert (shown["id"], shown["text"]) == (media, "Bread #fresh")
    assert shown["pictures"][0]["alt_text"] == "A loaf"


def test_the_crawler_fetches_the_picture_itself_without_following_redirects(insta: Client, gallery: Gallery) -> None:
    lay_down(insta, gallery)
    assert [path for path, _ in gallery.visits][:4] == ["/robots.txt", *["/picture.jpg"] * 3]
    assert all(agent.startswith("facebookexternalhit/1.1") for _, agent in gallery.visits)
    moved = gallery.show(b"", name="moved.jpg", status=302)
    assert refused(insta, moved) == (9004, 2207052)


@pytest.mark.parametrize(
    "robots",
    ["User-agent: *\nDisallow: /\n", "User-agent: facebookexternalhit\nDisallow: /picture.jpg\n"],
    ids=["everybody", "this one"],
)
def test_the_crawler_obeys_robots_txt(insta: Client, gallery: Gallery, robots: str) -> None:
    gallery.robots = robots
    assert refused(insta, gallery.show(picture())) == (9004, 2207052)
    gallery.robots = "User-agent: *\nAllow: /picture.jpg\nDisallow: /\n"
    assert insta.post("me/media", image_url=gallery.show(picture()))["id"]


@pytest.mark.parametrize("swallowed", ["range", "head", "length"])
def test_the_crawler_wants_head_length_and_range(insta: Client, gallery: Gallery, swallowed: str) -> None:
    gallery.swallows = swallowed
    assert refused(insta, gallery.show(picture())) == (9004, 2207052)


def test_the_address_has_to_live_until_the_container_is_published(
    insta: Client, gallery: Gallery, sandbox: Box
) -> None:
    sandbox.settings(processing_seconds=10)
    early, late = lay_down(insta, gallery), lay_down(insta, gallery)
    sandbox.advance(11)
    assert status(insta, late) == "FINISHED"
    gallery.shown.clear()
    assert status(insta, early) == "ERROR"
    assert numbers(insta.error("POST", "me/media_publish", creation_id=late)) == (9007, 2207027)
    assert status(insta, late) == "ERROR"


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (picture(progressive=True), "image/jpeg", (9004, 2207052)),
        (b"<html>", "text/html", (9004, 2207052)),
        (picture(), "text/html", (9004, 2207052)),
        (picture(kind="PNG"), "image/png", (36001, 2207005)),
        (picture(1080, 300), "image/jpeg", (36003, 2207009)),
        (picture(600, 1080), "image/jpeg", (36003, 2207009)),
        (picture(300, 300), "image/jpeg", (9004, 2207052)),
        (picture() + b"\0" * (8 * 1024 * 1024), "image/jpeg", (36000, 2207004)),
    ],
    ids=["progressive", "a page", "wrong type", "png", "too wide", "too tall", "too small", "too heavy"],
)
def test_a_picture_outside_the_rules_is_refused(
    insta: Client, gallery: Gallery, content: bytes, kind: str, expected: tuple[int, int]
) -> None:
    assert refused(insta, gallery.show(content, kind=kind)) == expected


@pytest.mark.parametrize(("width", "height"), [(1080, 1350), (1080, 566), (320, 320)])
def test_the_outermost_shapes_are_taken(insta: Client, gallery: Gallery, width: int, height: int) -> None:
    assert insta.post("me/media", image_url=gallery.show(picture(width, height)))["id"]


def test_an_address_that_nobody_answers_is_refused(insta: Client, gallery: Gallery) -> None:
    error = insta.error("POST", "me/media", image_url=f"{gallery.root}/missing.jpg")
    assert numbers(error) == (9004, 2207052)
    assert "missing.jpg" in error["error_user_msg"]
    assert refused(insta, "http://127.0.0.1:9/x.jpg") == (9004, 2207052)
    assert refused(insta, "ftp://127.0.0.1/x.jpg") == (9004, 2207052)


@pytest.mark.parametrize(
    ("caption", "code"),
    [("a" * 2201, 36004), ("#a " * 31, 100), ("@somebody " * 21, 100)],
    ids=["long", "tags", "names"],
)
def test_captions_beyond_the_limits_are_refused(insta: Client, gallery: Gallery, caption: str, code: int) -> None:
    url = gallery.show(picture())
    assert insta.error("POST", "me/media", image_url=url, caption=caption)["code"] == code


def test_a_caption_at_the_limit_is_taken(insta: Client, gallery: Gallery) -> None:
    assert lay_down(insta, gallery, caption="a" * 2200)


def test_the_second_publish_of_one_container_makes_no_second_post(
    sandbox: Box, insta: Client, gallery: Gallery
) -> None:
    container = lay_down(insta, gallery)
    insta.post("me/media_publish", creation_id=container)
    assert numbers(insta.error("POST", "me/media_publish", creation_id=container)) == (24, 2207008)
    assert len(sandbox.feed()) == 1


@pytest.mark.parametrize(("variant", "posts"), [("same", 1), ("another", 2)])
def test_the_second_publish_can_be_made_to_behave_otherwise(
    sandbox: Box, insta: Client, gallery: Gallery, variant: str, posts: int
) -> None:
    sandbox.fault("second_publish", variant=variant)
    container = lay_down(insta, gallery)
    first, second = (insta.post("me/media_publish", creation_id=container)["id"] for _ in range(2))
    assert (first == second) is (variant == "same")
    assert len(sandbox.feed()) == posts


def test_a_container_expires_after_a_day(sandbox: Box, insta: Client, gallery: Gallery) -> None:
    container = lay_down(insta, gallery)
    sandbox.advance(DAY + 1)
    assert status(insta, container) == "EXPIRED"
    assert numbers(insta.error("POST", "me/media_publish", creation_id=container)) == (24, 2207008)


def test_an_unknown_container_is_gone(insta: Client) -> None:
    assert numbers(insta.error("POST", "me/media_publish", creation_id="17889455560051444")) == (24, 2207008)


def test_the_daily_quota_is_told_and_kept(sandbox: Box, insta: Client, gallery: Gallery) -> None:
    sandbox.fault("quota", code=2)
    for expected in (1, 2):
        insta.post("me/media_publish", creation_id=lay_down(insta, gallery))
        [told] = insta.get("me/content_publishing_limit", fields="quota_usage,config")["data"]
        assert told == {"quota_usage": expected, "config": {"quota_total": 2, "quota_duration": DAY}}
    third = lay_down(insta, gallery)
    assert numbers(insta.error("POST", "me/media_publish", creation_id=third)) == (9, 2207042)
    sandbox.advance(DAY - 60)
    sandbox.advance(120)
    assert insta.get("me/content_publishing_limit")["data"] == [{"quota_usage": 0}]


def test_a_carousel_is_one_post_with_its_pictures_in_order(sandbox: Box, insta: Client, gallery: Gallery) -> None:
    children = [
        insta.post("me/media", image_url=gallery.show(picture(800 + step, 800)), is_carousel_item="true")["id"]
        for step in range(3)
    ]
    whole = insta.post("me/media", media_type="CAROUSEL", children=",".join(children), caption="Three")["id"]
    media = insta.post("me/media_publish", creation_id=whole)["id"]
    told = insta.get(media, fields="media_type,caption,children{id,media_type}")
    assert told["media_type"] == "CAROUSEL_ALBUM"
    assert len(told["children"]["data"]) == 3
    assert len(sandbox.feed()[0]["pictures"]) == 3
    assert [one["id"] for one in insta.get("me/media")["data"]] == [media]


@pytest.mark.parametrize(("second", "cut"), [((600, 400), False), ((480, 600), True), ((600, 600), True)])
def test_a_carousel_is_cut_to_the_shape_of_its_first(
    sandbox: Box, insta: Client, gallery: Gallery, second: tuple[int, int], cut: bool
) -> None:
    """Content Publishing, "Carousel Posts"."""
    children = [
        insta.post("me/media", image_url=gallery.show(picture(*size)), is_carousel_item="true")["id"]
        for size in ((900, 600), second)
    ]
    whole = insta.post("me/media", media_type="CAROUSEL", children=",".join(children))["id"]
    insta.post("me/media_publish", creation_id=whole)
    assert sandbox.feed()[0]["cut"] is cut


def test_a_carousel_of_one_or_of_strangers_is_refused(insta: Client, gallery: Gallery) -> None:
    alone = insta.post("me/media", image_url=gallery.show(picture()), is_carousel_item="true")["id"]
    for children in (alone, f"{alone},17889455560051444"):
        error = insta.error("POST", "me/media", media_type="CAROUSEL", children=children)
        assert numbers(error) == (100, 2207028)
    assert numbers(insta.error("POST", "me/media_publish", creation_id=alone)) == (24, 2207008)


def test_the_list_is_newest_first_and_has_what_a_matcher_needs(sandbox: Box, insta: Client, gallery: Gallery) -> None:
    for caption in ("one", "two"):
        insta.post("me/media_publish", creation_id=lay_down(insta, gallery, caption=caption))
        sandbox.advance(60)
    fields = "id,caption,timestamp,permalink,media_type,media_product_type,shortcode"
    listed = insta.get("me/media", fields=fields)["data"]
    assert [one["caption"] for one in listed] == ["two", "one"]
    assert listed[0]["permalink"] == f"{sandbox.root}/www.instagram.com/p/{listed[0]['shortcode']}/"
    assert listed[0]["timestamp"].endswith("+0000")


def test_facebook_login_reaches_the_linked_account(
    sandbox: Box, user: Client, page: Client, gallery: Gallery, person: dict[str, Any]
) -> None:
    account = person["facebook"]["pages"][0]["instagram_id"]
    container = page.post(f"{account}/media", image_url=gallery.show(picture()), caption="via Facebook")["id"]
    assert user.get(container, fields="status_code")["status_code"] == "FINISHED"
    page.post(f"{account}/media_publish", creation_id=container)
    assert sandbox.feed()[0]["account_id"] == account


def test_a_stranger_sees_neither_account_nor_container(sandbox: Box, insta: Client, gallery: Gallery) -> None:
    container = lay_down(insta, gallery)
    stranger = sandbox.person(name="Mallory Stranger")["instagram"]["access_token"]
    other = Client(insta.root, stranger)
    assert numbers(other.error("GET", container, fields="status_code")) == (100, 33)
    assert numbers(other.error("POST", "me/media_publish", creation_id=container)) == (24, 2207008)


def test_the_account_has_two_ids(insta: Client, person: dict[str, Any]) -> None:
    told = insta.get("me", fields="user_id,username,account_type")
    assert told["user_id"] == person["instagram"]["account_id"]
    assert told["id"] != told["user_id"]
    assert insta.get(told["user_id"], fields="user_id")["user_id"] == told["user_id"]


def test_without_the_scope_nothing_is_laid_down(sandbox: Box, gallery: Gallery) -> None:
    made = sandbox.person(scopes=["instagram_business_basic"])
    reader = Client(f"{sandbox.root}/graph.instagram.com/v25.0", made["instagram"]["access_token"])
    assert reader.error("POST", "me/media", image_url=gallery.show(picture()))["code"] == 10


def test_containers_can_be_stuck_or_end_in_an_error(sandbox: Box, insta: Client, gallery: Gallery) -> None:
    sandbox.fault("container_stuck", times=1)
    stuck = lay_down(insta, gallery)
    sandbox.fault("container_error", times=1, code=2207026)
    broken = lay_down(insta, gallery)
    sandbox.advance(3600)
    assert status(insta, stuck) == "IN_PROGRESS"
    assert status(insta, broken) == "ERROR"
    assert insta.get(broken, fields="status")["status"].endswith("error code 2207026")
    assert status(insta, lay_down(insta, gallery)) == "FINISHED"


def test_a_list_can_lag_behind_the_truth(sandbox: Box, insta: Client, gallery: Gallery) -> None:
    sandbox.fault("listing_lag", seconds=600)
    insta.post("me/media_publish", creation_id=lay_down(insta, gallery))
    assert len(sandbox.feed()) == 1
    assert insta.get("me/media")["data"] == []
    sandbox.advance(601)
    assert len(insta.get("me/media")["data"]) == 1


def test_a_post_says_that_ai_made_it(sandbox: Box, insta: Client, gallery: Gallery) -> None:
    """Rules: IG User Media, `is_ai_generated`; readable on the media."""
    said = {}
    for told in ("true", "false", None):
        container = lay_down(insta, gallery, **({} if told is None else {"is_ai_generated": told}))
        media = insta.post("me/media_publish", creation_id=container)["id"]
        said[told] = insta.get(media, fields="is_ai_generated")["is_ai_generated"]
    assert said == {"true": True, "false": False, None: False}
    assert [post["ai"] for post in sandbox.feed("instagram")].count(True) == 1
    page = requests.get(f"{sandbox.root}/feed/", timeout=10).text
    assert page.count("AI info") == 1


@pytest.mark.parametrize("told", ["", "maybe", "2", "trainedAlgorithmicMedia"])
def test_whether_ai_made_it_is_yes_or_no(insta: Client, gallery: Gallery, told: str) -> None:
    answer = insta.error("POST", "me/media", image_url=gallery.show(picture()), is_ai_generated=told)
    assert numbers(answer)[0] == 100


def test_a_carousel_says_it_as_a_whole(sandbox: Box, insta: Client, gallery: Gallery) -> None:
    child: dict[str, Any] = {"image_url": gallery.show(picture()), "is_carousel_item": "true"}
    assert numbers(insta.error("POST", "me/media", is_ai_generated="true", **child))[0] == 100
    children = ",".join(str(insta.post("me/media", **child)["id"]) for _ in range(2))
    whole = insta.post("me/media", media_type="CAROUSEL", children=children, is_ai_generated="true")["id"]
    media = insta.post("me/media_publish", creation_id=whole)["id"]
    assert insta.get(media, fields="is_ai_generated")["is_ai_generated"] is True
