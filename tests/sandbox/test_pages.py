"""The pages of the sandbox for people: feeds, permalinks, the fault panel."""

from __future__ import annotations

import re
from typing import Any

import requests

from sandbox.feed import coloured
from tests.sandbox.conftest import Client
from tests.sandbox.pictures import Gallery, picture
from tests.sandbox_fixture import Box


def read(address: str) -> str:
    """A page, which has to be there, and to keep its own rules."""
    answer = requests.get(address, timeout=10)
    assert answer.status_code == 200, address
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "Practice" in answer.text
    assert not re.search(r"<style|style=|<script(?! src=\"/)|\son\w+=", answer.text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", answer.text)
    return answer.text


def test_the_feed_shows_what_was_published_with_words_and_alt_text(
    sandbox: Box, page: Client, insta: Client, thready: Client, gallery: Gallery
) -> None:
    page.post("me/photos", files={"source": picture()}, caption="On the Page", alt_text_custom="Orange")
    url = gallery.show(picture())
    container = insta.post("me/media", image_url=url, caption="On Instagram #tag", alt_text="Square")["id"]
    insta.post("me/media_publish", creation_id=container)
    container = thready.post("me/threads", media_type="TEXT", text="On Threads")["id"]
    thready.post("me/threads_publish", creation_id=container)

    text = read(f"{sandbox.root}/feed/")

    for words in ("On the Page", "On Instagram", "On Threads", 'alt="Orange"', 'alt="Square"', "#tag</b>"):
        assert words in text


def test_the_front_door_leads_to_the_feeds(sandbox: Box) -> None:
    assert "What followers see" in read(f"{sandbox.root}/")


def test_an_empty_world_says_so(sandbox: Box) -> None:
    assert "Nobody lives here yet" in read(f"{sandbox.root}/feed/")


def test_every_account_has_a_feed_of_its_own(sandbox: Box, page: Client, person: dict[str, Any]) -> None:
    page.post("me/feed", message="Only here")
    page_id = person["facebook"]["pages"][0]["id"]
    assert "Only here" in read(f"{sandbox.root}/feed/facebook/{page_id}")
    assert "Only here" not in read(f"{sandbox.root}/feed/threads/{person['threads']['account_id']}")
    assert requests.get(f"{sandbox.root}/feed/facebook/1", timeout=10).status_code == 404


def test_permalinks_lead_to_the_post(
    sandbox: Box, page: Client, insta: Client, thready: Client, gallery: Gallery
) -> None:
    page.post("me/photos", files={"source": picture()}, caption="First")
    container = insta.post("me/media", image_url=gallery.show(picture()), caption="Second")["id"]
    media = insta.post("me/media_publish", creation_id=container)["id"]
    container = thready.post("me/threads", media_type="TEXT", text="Third")["id"]
    thready.post("me/threads_publish", creation_id=container)
    for post in sandbox.feed():
        assert post["text"] in read(post["permalink"])
    assert "Second" in read(insta.get(media, fields="permalink")["permalink"])
    assert requests.get(f"{sandbox.root}/www.instagram.com/p/nothing/", timeout=10).status_code == 404


def test_what_people_write_is_shown_as_words_never_as_markup(sandbox: Box, page: Client) -> None:
    page.post("me/feed", message="<script>alert(1)</script> & #<b>")
    assert "&lt;script&gt;alert(1)" in read(f"{sandbox.root}/feed/")


def test_faults_are_set_and_ended_with_forms(sandbox: Box, page: Client) -> None:
    wishes = {"kind": "status", "status": "503", "method": "POST", "times": "", "after": "1"}
    answer = requests.post(f"{sandbox.root}/faults/", data=wishes, timeout=10, allow_redirects=False)
    assert answer.status_code == 303
    assert "status 503" in read(f"{sandbox.root}/faults/")
    assert page.ask("POST", "me/feed", message="x").status_code == 503
    assert len(sandbox.feed()) == 1
    requests.post(f"{sandbox.root}/faults/clear", timeout=10)
    assert "The weather is fine" in read(f"{sandbox.root}/faults/")


def test_a_fault_that_makes_no_sense_is_explained(sandbox: Box) -> None:
    answer = requests.post(f"{sandbox.root}/faults/", data={"kind": "earthquake"}, timeout=10)
    assert answer.status_code == 400
    assert "There is no fault" in answer.text


def test_every_ready_made_fault_can_be_set(sandbox: Box) -> None:
    text = read(f"{sandbox.root}/faults/")
    forms = re.findall(r"<form method=\"post\">\s*((?:<input type=\"hidden\"[^>]+>)+)", text)
    assert len(forms) >= 8
    for form in forms:
        wishes = dict(re.findall(r"name=\"(\w+)\" value=\"([^\"]*)\"", form))
        answer = requests.post(f"{sandbox.root}/faults/", data=wishes, timeout=10, allow_redirects=False)
        assert answer.status_code == 303, wishes


def test_only_the_hashtags_that_count_there_are_marked() -> None:
    marked = coloured("#a @b #c #d", 2)
    assert marked.count("<b class=tag>") == 3
    assert marked.endswith("#d")
