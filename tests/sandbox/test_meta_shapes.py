"""Our envelopes beside recorded ones: the same keys, types and numbers. Skipped where the recordings are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.faults import Rule
from sandbox.meta.web import complain
from sandbox.world import World
from tests.sandbox.conftest import Client
from tests.sandbox.pictures import Gallery, picture
from tests.sandbox_fixture import Box

ERRORS = [
    ("ig_9004_2207052_fetch_failed", 9004, 2207052),
    ("ig_9007_2207027_not_ready", 9007, 2207027),
    ("ig_24_2207008_container_gone", 24, 2207008),
    ("ig_9_2207042_daily_limit", 9, 2207042),
    ("ig_4_2207051_spam", 4, 2207051),
    ("ig_100_33_unsupported", 100, 33),
    ("threads_24_4279009_media_not_found", 24, 4279009),
    ("fb_324_bad_image", 324, 0),
    ("fb_506_duplicate", 506, 0),
    ("fb_368_abusive", 368, 0),
    ("fb_368_1390008_too_fast", 368, 1390008),
    ("fb_32_page_request_limit", 32, 0),
    ("fb_341_feed_limit", 341, 0),
    ("fb_80001_buc_pages", 80001, 0),
    ("fb_200_permissions", 200, 0),
]


def recorded(shared: Path, path: str) -> dict[str, Any]:
    """A recorded body."""
    file = shared / "payloads" / "meta" / f"{path}.json"
    if not file.exists():
        pytest.skip(f"{path} is not here")
    told = json.loads(file.read_text())
    return dict(told.get("body", told))


def shape(value: Any) -> Any:
    """Keys and types, without the values."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items() if key != "fbtrace_id"}
    return [shape(value[0])] if isinstance(value, list) and value else type(value).__name__


@pytest.mark.parametrize(("name", "code", "subcode"), ERRORS)
def test_errors_have_the_recorded_shape(shared: Path, name: str, code: int, subcode: int) -> None:
    theirs = recorded(shared, f"errors/{name}")
    ours = complain(World(seed=1), Rule("1", "error", code=code, subcode=subcode)).body
    assert shape(ours) == shape(theirs)
    for key in ("type", "code", "error_subcode", "is_transient", "error_user_title"):
        assert ours["error"].get(key) == theirs["error"].get(key)


def test_an_expired_token_reads_like_the_recorded_one(shared: Path) -> None:
    theirs = recorded(shared, "errors/fb_190_463_expired")["error"]
    ours = complain(World(seed=1), Rule("1", "expired")).body["error"]
    assert shape(ours) == shape(theirs)
    assert ours["message"].split(" on ")[0] == theirs["message"].split(" on ")[0]


def test_instagram_answers_have_the_recorded_shape(shared: Path, sandbox: Box, insta: Client, gallery: Gallery) -> None:
    container = insta.post("me/media", image_url=gallery.show(picture()))
    assert shape(container) == shape(recorded(shared, "instagram/container_create"))
    status = insta.get(container["id"], fields="status_code,status")
    assert shape(status) == shape(recorded(shared, "instagram/container_status_finished"))
    assert status["status"] == recorded(shared, "instagram/container_status_finished")["status"]
    media = insta.post("me/media_publish", creation_id=container["id"])
    assert shape(media) == shape(recorded(shared, "instagram/media_publish"))
    limit = insta.get("me/content_publishing_limit", fields="quota_usage,config")
    assert shape(limit) == shape(recorded(shared, "instagram/content_publishing_limit"))
    wanted = recorded(shared, "instagram/media_image")
    told = insta.get(media["id"], fields=",".join(set(wanted) - {"caption"}))
    assert shape(told) == {key: kind for key, kind in shape(wanted).items() if key != "caption"}


def test_facebook_answers_have_the_recorded_shape(shared: Path, user: Client, page: Client) -> None:
    accounts = user.get("me/accounts")
    theirs = recorded(shared, "oauth/fb_me_accounts")
    assert shape(accounts["data"][0]) == shape(theirs["data"][0])
    assert shape(accounts["paging"]) == shape(theirs["paging"])
    post = page.post("me/feed", message="x")
    assert shape(post) == shape(recorded(shared, "facebook/feed_create"))
    assert shape(page.get(post["id"])) == shape(recorded(shared, "facebook/post_fields"))
    photo = page.post("me/photos", files={"source": picture()}, caption="x")
    assert shape(photo) == shape(recorded(shared, "facebook/photo_create_published"))
    permissions = user.get("me/permissions")
    assert shape(permissions) == shape(recorded(shared, "oauth/fb_me_permissions"))


def test_threads_answers_have_the_recorded_shape(shared: Path, thready: Client) -> None:
    container = thready.post("me/threads", media_type="TEXT", text="x")["id"]
    assert shape(thready.get(container)) == shape(recorded(shared, "threads/media_container_success"))
    media = thready.post("me/threads_publish", creation_id=container)["id"]
    theirs = recorded(shared, "threads/basic_media")
    del theirs["allowlisted_country_codes"]
    assert shape(thready.get(media, fields=",".join(theirs))) == shape(theirs)
    theirs = recorded(shared, "threads/official_retrieve_publishing_quota_limit")
    fields = "quota_usage,config,reply_quota_usage,reply_config"
    assert shape(thready.get("me/threads_publishing_limit", fields=fields)) == shape(theirs)
