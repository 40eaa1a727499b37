"""Facebook Pages in the sandbox: what is refused, what is shown, what can be found again."""

from __future__ import annotations

import json
from typing import Any

from tests.sandbox.conftest import Client, numbers
from tests.sandbox.pictures import Gallery, picture
from tests.sandbox_fixture import Box

DAY = 86_400


def lay_down(page: Client, content: bytes = b"", **params: Any) -> str:
    """An unpublished photo; its id."""
    made = page.post("me/photos", files={"source": content or picture()}, published="false", **params)
    assert set(made) == {"id"}
    return str(made["id"])


def attach(*photo_ids: str) -> dict[str, Any]:
    """The parameters that hang photos on a post."""
    return {f"attached_media[{number}]": json.dumps({"media_fbid": one}) for number, one in enumerate(photo_ids)}


def test_the_pages_of_a_person_come_with_tasks_tokens_and_linked_instagram(
    user: Client, person: dict[str, Any]
) -> None:
    page = user.get("me/accounts", fields="id,name,access_token,tasks,instagram_business_account{id,username}")
    [told] = page["data"]
    [made] = person["facebook"]["pages"]
    assert told["id"] == made["id"]
    assert told["access_token"] == made["access_token"]
    assert "PROFILE_PLUS_CREATE_CONTENT" in told["tasks"]
    assert told["instagram_business_account"]["id"] == made["instagram_id"]
    assert set(told["instagram_business_account"]) == {"id", "username"}


def test_many_pages_come_in_portions_with_cursors_and_whole_addresses(sandbox: Box) -> None:
    made = sandbox.person(pages=[{"name": f"Page {number}"} for number in range(5)])
    user = Client(f"{sandbox.root}/graph.facebook.com/v25.0", made["facebook"]["access_token"])
    first = user.get("me/accounts", fields="name", limit=2)
    assert first["paging"]["next"].startswith(f"{sandbox.root}/graph.facebook.com/v25.0/")
    assert "previous" not in first["paging"]
    second = user.get("me/accounts", fields="name", limit=2, after=first["paging"]["cursors"]["after"])
    third = user.get("me/accounts", fields="name", limit=2, after=second["paging"]["cursors"]["after"])
    assert [page["name"] for part in (first, second, third) for page in part["data"]] == [f"Page {n}" for n in range(5)]
    assert "next" not in third["paging"]


def test_a_photo_laid_down_is_seen_by_nobody_until_a_post_shows_it(sandbox: Box, page: Client) -> None:
    photo = lay_down(page, alt_text_custom="An orange square")
    assert sandbox.feed() == []
    assert "page_story_id" not in page.get(photo, fields="page_story_id")

    post = page.post("me/feed", message="Fresh bread", **attach(photo))["id"]

    [shown] = sandbox.feed("facebook")
    assert shown["text"] == "Fresh bread"
    assert shown["id"] == post
    assert shown["pictures"][0]["alt_text"] == "An orange square"
    assert page.get(photo, fields="page_story_id")["page_story_id"] == post


def test_followers_get_exactly_the_bytes_that_were_uploaded(sandbox: Box, page: Client) -> None:
    import hashlib

    import requests

    content = picture(640, 480)
    page.post("me/feed", message="x", **attach(lay_down(page, content)))
    [shown] = sandbox.feed("facebook")[0]["pictures"]
    assert shown["sha256"] == hashlib.sha256(content).hexdigest()
    assert requests.get(shown["url"], timeout=10).content == content


def test_attached_media_may_be_one_json_list(sandbox: Box, page: Client) -> None:
    photos = [lay_down(page, picture(400 + number, 400)) for number in range(2)]
    media = json.dumps([{"media_fbid": photo} for photo in photos])
    post = page.post("me/feed", message="Two", attached_media=media)["id"]
    found = page.get(post, fields="attachments{target,type,subattachments{target{id}}}")["attachments"]["data"][0]
    assert found["type"] == "album"
    assert [one["target"]["id"] for one in found["subattachments"]["data"]] == photos
    assert len(sandbox.feed()[0]["pictures"]) == 2


def test_a_published_photo_makes_a_post_at_once(sandbox: Box, page: Client, gallery: Gallery) -> None:
    made = page.post("me/photos", url=gallery.show(picture()), caption="At once")
    assert made["post_id"].endswith(sandbox.feed()[0]["id"].partition("_")[2])
    assert gallery.visits[0][1].startswith("facebookexternalhit/1.1")


def test_a_published_post_can_be_found_by_time_and_by_its_photo(sandbox: Box, page: Client) -> None:
    page.post("me/feed", message="Yesterday")
    sandbox.advance(DAY)
    photo = lay_down(page)
    post = page.post("me/feed", message="Today", **attach(photo))["id"]
    since = int(sandbox.ask("GET", "")["time"]) - 120
    fields = "id,created_time,message,application,attachments{target}"
    [found] = page.get("me/published_posts", since=since, fields=fields)["data"]
    assert found["id"] == post
    assert found["attachments"]["data"][0]["target"]["id"] == photo
    assert found["application"]["id"]
    assert found["created_time"].endswith("+0000")
    assert len(page.get("me/feed")["data"]) == 2


def test_a_draft_is_shown_by_a_flip_and_flipping_again_changes_nothing(sandbox: Box, page: Client) -> None:
    post = page.post("me/feed", message="Later", published="false")["id"]
    assert page.get(post, fields="is_published")["is_published"] is False
    assert sandbox.feed() == []
    for _ in range(2):
        assert page.post(post, is_published="true") == {"success": True}
    assert [shown["id"] for shown in sandbox.feed()] == [post]
    assert page.get(post, fields="is_published,permalink_url")["permalink_url"].startswith(sandbox.root)


def test_a_scheduled_post_goes_out_by_itself_at_its_time(sandbox: Box, page: Client) -> None:
    at = int(sandbox.ask("GET", "")["time"]) + 3600
    page.post("me/feed", message="In an hour", published="false", scheduled_publish_time=at)
    assert sandbox.feed() == []
    sandbox.advance(3700)
    assert [shown["text"] for shown in sandbox.feed()] == ["In an hour"]


def test_a_schedule_outside_the_window_is_refused(sandbox: Box, page: Client) -> None:
    now = sandbox.ask("GET", "")["time"]
    for wrong in (now + 60, now + 31 * DAY):
        params: dict[str, Any] = {"published": "false", "scheduled_publish_time": int(wrong)}
        assert page.error("POST", "me/feed", message="x", **params)["code"] == 100


def test_the_same_words_again_are_refused_as_a_duplicate(sandbox: Box, page: Client) -> None:
    page.post("me/feed", message="Hello")
    assert numbers(page.error("POST", "me/feed", message="Hello")) == (506, 0)
    assert len(sandbox.feed()) == 1


def test_a_second_post_of_one_photo_is_a_second_post(sandbox: Box, page: Client) -> None:
    photo = lay_down(page)
    for _ in range(2):
        page.post("me/feed", message="Twice", **attach(photo))
    assert len(sandbox.feed()) == 2


def test_an_unpublished_photo_is_gone_after_a_day(sandbox: Box, page: Client) -> None:
    photo = lay_down(page)
    sandbox.advance(DAY + 60)
    assert page.error("POST", "me/feed", message="x", **attach(photo))["code"] == 100
    assert numbers(page.error("GET", photo)) == (100, 33)


def test_an_empty_post_says_so(page: Client) -> None:
    assert page.error("POST", "me/feed")["code"] == 197
    assert page.error("POST", "me/feed", message="")["code"] == 197


def test_a_message_beyond_the_limit_is_refused(page: Client) -> None:
    assert page.error("POST", "me/feed", message="a" * 63_207)["code"] == 100


def test_what_is_no_picture_is_refused(page: Client) -> None:
    assert page.error("POST", "me/photos", files={"source": b"not a picture"}, published="false")["code"] == 324
    assert page.error("POST", "me/photos", published="false")["code"] == 324
    cut = picture()[:-500]
    assert page.error("POST", "me/photos", files={"source": cut}, published="false")["code"] == 324


def test_a_photo_above_ten_megabytes_is_refused(page: Client) -> None:
    heavy = picture() + b"\0" * (10 * 1024 * 1024)
    assert numbers(page.error("POST", "me/photos", files={"source": heavy}, published="false")) == (
        324,
        1366046,
    )


def test_unknown_parameters_and_fields_are_refused(page: Client) -> None:
    assert page.error("POST", "me/feed", message="x", colour="red")["code"] == 100
    assert "nonexisting field (colour)" in page.error("GET", "me", fields="id,colour")["message"]


def test_a_user_token_may_not_post_for_the_page(user: Client, person: dict[str, Any]) -> None:
    page_id = person["facebook"]["pages"][0]["id"]
    assert numbers(user.error("POST", f"{page_id}/feed", message="x")) == (190, 2069032)


def test_without_the_scope_or_the_task_nothing_is_posted(sandbox: Box) -> None:
    reader = ["pages_show_list", "pages_read_engagement"]
    for wishes in ({"scopes": reader}, {"pages": [{"name": "Guest", "tasks": ["ANALYZE"]}]}):
        made = sandbox.person(**wishes)
        page = Client(f"{sandbox.root}/graph.facebook.com/v25.0", made["facebook"]["pages"][0]["access_token"])
        assert page.error("POST", "me/feed", message="x")["code"] == 200
    assert sandbox.feed() == []


def test_somebody_elses_page_does_not_exist_for_me(sandbox: Box, page: Client) -> None:
    other = sandbox.person(name="Bob Other")["facebook"]["pages"][0]["id"]
    assert numbers(page.error("GET", other)) == (100, 33)
    assert numbers(page.error("POST", f"{other}/feed", message="x")) == (100, 33)


def test_a_deleted_post_is_gone_from_every_list(sandbox: Box, page: Client) -> None:
    post = page.post("me/feed", message="Oops")["id"]
    assert page.ask("DELETE", post).json() == {"success": True}
    assert sandbox.feed() == []
    assert page.get("me/published_posts")["data"] == []
    assert numbers(page.error("GET", post)) == (100, 33)


def test_a_post_can_tell_its_address_in_the_answer(page: Client) -> None:
    assert set(page.post("me/feed", message="x", fields="id,permalink_url")) == {"id", "permalink_url"}


def test_the_version_may_be_missing_but_not_unknown(sandbox: Box, page: Client) -> None:
    host = f"{sandbox.root}/graph.facebook.com"
    assert Client(host, page.token).get("me", fields="id")
    assert Client(f"{host}/v99.0", page.token).error("GET", "me")["code"] == 2500


def test_every_answer_carries_trace_ids_and_usage(page: Client) -> None:
    good, bad = page.ask("GET", "me"), page.ask("GET", "me", fields="nonsense")
    for answer in (good, bad):
        assert answer.headers["x-fb-trace-id"]
        assert json.loads(answer.headers["x-app-usage"])["call_count"] >= 1
    assert bad.json()["error"]["fbtrace_id"]
    [[told]] = json.loads(good.headers["x-business-use-case-usage"]).values()
    assert told["type"] == "pages"


def test_a_page_of_a_business_that_demands_two_factor_authentication_has_no_token_and_answers_nothing(
    sandbox: Box,
) -> None:
    login = sandbox.person(pages=[{"name": "Bakery", "instagram": "bakery.ch", "two_factor": True}])["facebook"]
    user = Client(f"{sandbox.root}/graph.facebook.com/v25.0", login["access_token"])
    [told] = user.get("me/accounts", fields="id,access_token,tasks")["data"]
    assert set(told) == {"id", "tasks"}
    for path in (login["pages"][0]["id"], login["pages"][0]["instagram_id"]):
        error = user.error("GET", path)
        assert (error["code"], error["error_subcode"]) == (415, 2859009)
