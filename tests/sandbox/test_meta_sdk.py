"""Meta's own Python SDK against the sandbox, unmodified apart from its address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from tests.sandbox.pictures import Gallery, picture
from tests.sandbox_fixture import Box


def client(box: Box, login: dict[str, Any], token: str) -> FacebookAdsApi:
    """The SDK with our address; it proves the app's secret with every call."""
    session = FacebookSession(login["app_id"], login["app_secret"], token)
    session.GRAPH = f"{box.root}/graph.facebook.com"
    return FacebookAdsApi(session, api_version="v25.0")


def test_the_official_sdk_lists_pages_posts_photos_and_publishes_on_instagram(
    sandbox: Box, person: dict[str, Any], gallery: Gallery, tmp_path: Path
) -> None:
    login = person["facebook"]
    user = client(sandbox, login, login["access_token"])
    fields = ["id", "name", "access_token", "instagram_business_account"]
    [page] = User("me", api=user).get_accounts(fields=fields)
    api = client(sandbox, login, page["access_token"])

    file = tmp_path / "bread.jpg"
    file.write_bytes(picture())
    with file.open("rb") as bread:
        wishes = {"published": False, "alt_text_custom": "Bread"}
        photo = api.call("POST", (page["id"], "photos"), params=wishes, files={"source": bread}).json()
    post = Page(page["id"], api=api).create_feed(
        params={"message": "From the SDK", "attached_media": [{"media_fbid": photo["id"]}]}
    )
    [found] = Page(page["id"], api=api).get_published_posts(fields=["id", "message"])
    assert (found["id"], found["message"]) == (post["id"], "From the SDK")

    account = IGUser(page["instagram_business_account"]["id"], api=api)
    container = account.create_media(params={"image_url": gallery.show(picture()), "caption": "SDK"})
    media = account.create_media_publish(params={"creation_id": container["id"]})
    [listed] = account.get_media(fields=["id", "caption"])
    assert (listed["id"], listed["caption"]) == (media["id"], "SDK")
    assert {shown["platform"] for shown in sandbox.feed()} == {"facebook", "instagram"}


def test_the_official_sdk_understands_our_errors(sandbox: Box, person: dict[str, Any]) -> None:
    login = person["facebook"]
    api = client(sandbox, login, login["pages"][0]["access_token"])
    with pytest.raises(FacebookRequestError) as caught:
        IGUser(login["pages"][0]["instagram_id"], api=api).create_media_publish(params={"creation_id": "178"})
    assert (caught.value.api_error_code(), caught.value.api_error_subcode()) == (24, 2207008)
