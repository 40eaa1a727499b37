"""The story in the terminal: each thing that happens, once."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import Channel, User
from operations.activity_log import Story
from poster import clock
from publishing.models import Delivery, Post
from tests.factories import asset, channel, delivery, file, person, post, watch, wordless, words_for
from tests.facts import Said
from watches.models import FoundFile, Watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return person("Ann", operator=True)


@pytest.fixture
def page(ann: User) -> Channel:
    return channel(ann, name="Bakery")


@pytest.fixture
def inbox(ann: User) -> Watch:
    return watch(ann, name="Inbox")


def test_the_way_of_a_picture_is_told_line_by_line(ann: User, page: Channel, inbox: Watch) -> None:
    story = Story()
    file(ann, watched_by=inbox, name="bread.jpg", state="found")
    assert story.lines() == ["Found bread.jpg in Inbox."]
    FoundFile.objects.all().delete()
    draft = wordless(ann, page, picture=asset(ann, watched_by=inbox, name="bread.jpg"))
    assert story.lines() == ["Found bread.jpg in Inbox."]
    words_for(draft, text="Fresh bread.")
    Post.objects.update(wants_words="")
    draft.refresh_from_db()
    assert story.lines() == ["Words for bread.jpg: Fresh bread.", "Waits for you: Fresh bread."]
    row = delivery(draft, page)
    assert story.lines() == []
    Delivery.objects.update(state="published", published_at=clock.now(), permalink="https://example.org/1")
    assert story.lines() == ["Published on Bakery (facebook): https://example.org/1"]
    assert story.lines() == []
    assert row.channel_name == "Bakery"


def test_a_published_post_waits_a_little_for_its_link(ann: User, page: Channel) -> None:
    draft = post(ann, page)
    story = Story()
    delivery(draft, page, "published", text="Fresh bread.")
    assert story.lines() == []
    Delivery.objects.update(published_at=clock.now() - dt.timedelta(minutes=1))
    assert story.lines() == ["Published on Bakery (facebook): Fresh bread."]


def test_what_cannot_be_posted_and_what_waits_is_told_with_the_reason(ann: User, page: Channel, inbox: Watch) -> None:
    picture = asset(ann)
    story = Story()
    file(ann, watched_by=inbox, name="notes.txt", state="skipped", reason=Said(words="It is not a picture."))
    post(ann, page, picture=picture, text="Fresh bread.", hold=Said(words="Look at it first."))
    assert story.lines() == [
        "Found notes.txt in Inbox.",
        f"Put aside notes.txt: {Said(words='It is not a picture.')}",
        f"Waits for you: Fresh bread. {Said(words='Look at it first.')}",
    ]


def test_what_failed_is_told_with_its_sentence(ann: User, page: Channel) -> None:
    draft = post(ann, page)
    story = Story()
    delivery(draft, page, "failed", **Delivery.reason.columns(Said(words="The picture is too large.")))
    assert story.lines() == [f"Failed on Bakery (facebook): {Said(words='The picture is too large.')}"]


def test_a_cause_that_blocks_many_posts_is_told_once(ann: User, page: Channel) -> None:
    drafts = [post(ann, page) for _ in range(3)]
    story = Story()
    for draft in drafts[:2]:
        delivery(draft, page, "blocked", **Delivery.reason.columns(Said(words="Connect the account again.")))
    [line] = story.lines()
    assert (line.count("Connect the account again."), line.startswith("2 ")) == (1, True)
    last = delivery(drafts[2], page, "blocked", **Delivery.reason.columns(Said(words="Connect the account again.")))
    assert story.lines() == []
    Delivery.objects.update(state="queued")
    story.lines()
    Delivery.objects.filter(pk=last.pk).update(state="blocked")
    [line] = story.lines()  # it went on meanwhile, so that it is news
    assert line.startswith("1 ")


def test_what_was_blocked_and_goes_on_is_told_to_its_end(ann: User, page: Channel) -> None:
    drafts = [post(ann, page) for _ in range(2)]
    story = Story()
    rows = [
        delivery(draft, page, "blocked", **Delivery.reason.columns(Said(words="Connect the account again.")))
        for draft in drafts
    ]
    assert len(story.lines()) == 1
    Delivery.objects.filter(pk=rows[0].pk).update(
        state="published", permalink="https://example.org/1", remote_id="1", published_at=clock.now()
    )
    assert story.lines() == ["Published on Bakery (facebook): https://example.org/1"]
    Delivery.objects.filter(pk=rows[1].pk).update(state="queued")
    assert story.lines() == []
    Delivery.objects.filter(pk=rows[1].pk).update(
        state="cancelled", **Delivery.reason.columns(Said(words="Taken back."))
    )
    assert len(story.lines()) == 1


def test_many_at_once_are_one_line(ann: User, inbox: Watch) -> None:
    story = Story()
    for _ in range(30):
        file(ann, watched_by=inbox, state="found")
    assert story.lines() == ["30 pictures found."]


def test_what_was_before_is_not_told_but_what_becomes_of_it_is(ann: User, page: Channel, inbox: Watch) -> None:
    words_for(post(ann, page, picture=asset(ann, watched_by=inbox)))
    waiting = file(ann, watched_by=inbox, name="old.jpg", state="found")
    delivery(post(ann, page), page, "published")
    moving = delivery(post(ann, page), page, "prepared")
    story = Story()
    assert story.lines() == []
    FoundFile.objects.filter(pk=waiting.pk).update(
        state="skipped", **FoundFile.reason.columns(Said(words="It is damaged."))
    )
    Delivery.objects.filter(pk=moving.pk).update(state="failed", **Delivery.reason.columns(Said(words="No.")))
    assert story.lines() == [
        f"Put aside old.jpg: {Said(words='It is damaged.')}",
        f"Failed on Bakery (facebook): {Said(words='No.')}",
    ]


def test_recorded_files_are_no_news(ann: User, inbox: Watch) -> None:
    story = Story()
    file(ann, watched_by=inbox, state="recorded")
    assert story.lines() == []
