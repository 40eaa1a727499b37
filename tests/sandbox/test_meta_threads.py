"""Threads in the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Client, numbers
from tests.sandbox.pictures import Gallery, picture
from tests.sandbox_fixture import Box


def test_a_picture_is_laid_down_and_published(sandbox: Box, thready: Client, gallery: Gallery) -> None:
    sandbox.settings(processing_seconds=30)
    url = gallery.show(picture(kind="PNG"), kind="image/png")
    container = thready.post("me/threads", media_type="IMAGE", image_url=url, text="Look", alt_text="A square")["id"]
    assert thready.get(container, fields="status,error_message") == {"id": container, "status": "IN_PROGRESS"}
    assert numbers(thready.error("POST", "me/threads_publish", creation_id=container)) == (24, 4279009)
    sandbox.advance(31)
    media = thready.post("me/threads_publish", creation_id=container)["id"]
    assert thready.get(container)["status"] == "PUBLISHED"
    [shown] = sandbox.feed("threads")
    assert (shown["id"], shown["text"], shown["pictures"][0]["alt_text"]) == (media, "Look", "A square")


def test_words_alone_are_ready_at_once(sandbox: Box, thready: Client) -> None:
    sandbox.settings(processing_seconds=30)
    container = thready.post("me/threads", media_type="TEXT", text="Hello")["id"]
    media = thready.post("me/threads_publish", creation_id=container)["id"]
    fields = "id,text,timestamp,permalink,media_type,username"
    [listed] = thready.get("me/threads", fields=fields)["data"]
    assert listed["id"] == media
    assert listed["media_type"] == "TEXT_POST"
    assert listed["permalink"].startswith(f"{sandbox.root}/www.threads.net/@{listed['username']}/post/")


def test_the_second_publish_makes_no_second_post(sandbox: Box, thready: Client) -> None:
    container = thready.post("me/threads", media_type="TEXT", text="Once")["id"]
    thready.post("me/threads_publish", creation_id=container)
    assert numbers(thready.error("POST", "me/threads_publish", creation_id=container)) == (24, 4279009)
    assert len(sandbox.feed()) == 1


def test_a_finished_container_may_still_not_be_found_for_a_while(sandbox: Box, thready: Client) -> None:
    sandbox.fault("not_ready", times=2)
    container = thready.post("me/threads", media_type="TEXT", text="Patience")["id"]
    for _ in range(2):
        assert numbers(thready.error("POST", "me/threads_publish", creation_id=container)) == (24, 4279009)
    assert thready.post("me/threads_publish", creation_id=container)["id"]


@pytest.mark.parametrize("text", ["a" * 501, "a" * 497 + "\U0001f600"], ids=["letters", "an emoji is four bytes"])
def test_text_beyond_the_limit_is_refused(thready: Client, text: str) -> None:
    assert thready.error("POST", "me/threads", media_type="TEXT", text=text)["code"] == 100


def test_text_at_the_limit_is_taken(thready: Client) -> None:
    assert thready.post("me/threads", media_type="TEXT", text="a" * 496 + "\U0001f600")["id"]


def test_lists_can_be_cut_by_time(sandbox: Box, thready: Client) -> None:
    times = []
    for text in ("old", "new"):
        container = thready.post("me/threads", media_type="TEXT", text=text)["id"]
        thready.post("me/threads_publish", creation_id=container)
        times.append(int(sandbox.ask("GET", "")["time"]))
        sandbox.advance(3600)
    recent = thready.get("me/threads", fields="text", since=times[1] - 60)["data"]
    older = thready.get("me/threads", fields="text", until=times[0] + 60)["data"]
    assert ([one["text"] for one in recent], [one["text"] for one in older]) == (["new"], ["old"])


def test_the_quota_is_told(thready: Client) -> None:
    [told] = thready.get("me/threads_publishing_limit", fields="quota_usage,config")["data"]
    assert told == {"quota_usage": 0, "config": {"quota_total": 250, "quota_duration": 86_400}}


def test_a_thread_can_be_deleted(sandbox: Box, thready: Client) -> None:
    container = thready.post("me/threads", media_type="TEXT", text="Oops")["id"]
    media = thready.post("me/threads_publish", creation_id=container)["id"]
    assert thready.ask("DELETE", media).json() == {"success": True, "deleted_id": media}
    assert sandbox.feed() == []
    assert numbers(thready.error("GET", media)) == (100, 33)


def test_the_profile_is_told(thready: Client) -> None:
    assert set(thready.get("me", fields="id,username,name,threads_profile_picture_url")) == {
        "id",
        "username",
        "name",
        "threads_profile_picture_url",
    }


@pytest.mark.parametrize(
    "options",
    [
        {"reply_control": "the_baker"},
        {"reply_control": ""},
        {"topic_tag": "b" * 51},
        {"topic_tag": "B&B"},
        {"topic_tag": "no.dots"},
        {"is_spoiler_media": "perhaps"},
        {"is_spoiler_media": "true"},  # there is no picture in it
    ],
)
def test_options_that_are_none_are_refused(thready: Client, options: dict[str, Any]) -> None:
    assert thready.error("POST", "me/threads", media_type="TEXT", text="Hello", **options)["code"] == 100


def test_options_are_kept_with_the_thread(sandbox: Box, thready: Client, gallery: Gallery) -> None:
    """Rules: the official Postman collection, `reply_control`, `topic_tag`, `is_spoiler_media`."""
    told: dict[str, Any] = {"reply_control": "mentioned_only", "topic_tag": "Bread", "is_spoiler_media": "true"}
    url = gallery.show(picture(kind="PNG"), kind="image/png")
    container = thready.post("me/threads", media_type="IMAGE", image_url=url, **told)["id"]
    media = thready.post("me/threads_publish", creation_id=container)["id"]
    assert sandbox.feed("threads")[0]["options"] == told
    shown = thready.get(media, fields="topic_tag,is_spoiler_media")
    assert (shown["topic_tag"], shown["is_spoiler_media"]) == ("Bread", True)
