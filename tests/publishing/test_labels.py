"""Made with AI, for adults only: what is always labelled nobody below takes off, and people are told or it stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, User
from poster.permissions import Caller, NotPossible
from publishing.models import Delivery, Post
from publishing.platforms import PLATFORMS, Form, Label
from publishing.posts import approving, labels, writing
from publishing.posts.contents import Content, Wanted
from publishing.posts.previewing import counters, previews
from tests import factories
from tests.dashboard.forms_of_a_page import forms_of
from tests.house import House
from watches.models import Watch

FEED, STORY = "feed", "story"
LINE = "Made with AI."


@pytest.fixture
def ann(db) -> User:
    return factories.person("Ann", password=factories.PASSWORD)


@pytest.fixture
def page(ann: User) -> Channel:
    return factories.channel(ann)


def write(ann: User, *places: Wanted, text: str = "Fresh bread.", picture: bool = False, **said: Any) -> Post:
    chosen = [factories.asset(ann).pk] if picture else []
    return writing.write(ann, Content(text=text, pictures=chosen, places=places, **said), by=Caller.of(ann))


@pytest.mark.parametrize("who", ["install", "person", "source", "source of a picture", "channel"])
@pytest.mark.parametrize("label", list(Label))
def test_what_is_always_labelled_is_so_whatever_the_post_says(
    ann: User, page: Channel, who: str, label: Label, settings
) -> None:
    order = factories.watch(ann, page)
    post = factories.post(ann, page, picture=factories.asset(ann, watched_by=order))
    if who == "source of a picture":
        Post.objects.filter(pk=post.pk).update(watch=None)
    assert labels.labels_of(Post.objects.get(), page) == frozenset()
    column = {f"always_{label}": True}
    if who == "install":
        settings.ALWAYS_LABEL = [label.value]
    else:
        {"person": User, "channel": Channel}.get(who, Watch)._base_manager.update(**column)
    fresh = Post.objects.get()
    assert labels.labels_of(fresh, Channel.objects.get(pk=page.pk)) == {label}
    assert list(labels.always(fresh, Channel.objects.get(pk=page.pk))) == [label]


def test_another_channel_of_theirs_is_not_labelled(ann: User, page: Channel) -> None:
    other = factories.channel(ann, "threads", always_ai=True)
    post = write(ann, Wanted(page.pk, FEED), Wanted(other.pk, FEED))
    sent = {each.platform: each for each in approving.approve(post, by=Caller.of(ann))}
    assert {name: each.made_with_ai for name, each in sent.items()} == {"facebook": False, "threads": True}
    assert sent["facebook"].text == "Fresh bread."


@pytest.mark.parametrize(
    ("text", "sent"),
    [("Bread.", f"Bread.\n\n{LINE}"), ("Bread, made with ai. Really.", "Bread, made with ai. Really.")],
)
def test_where_there_is_no_field_the_words_end_with_a_line_once(ann: User, page: Channel, text: str, sent: str) -> None:
    post = write(ann, Wanted(page.pk, FEED), text=text, made_with_ai=True)
    (preview,), (counter,) = previews(post), counters(post)
    assert (preview.text, preview.line, counter.used) == (text, LINE, len(sent))
    (delivery,) = approving.approve(post, by=Caller.of(ann))
    assert (delivery.text, delivery.made_with_ai) == (sent, True)


def test_the_line_counts(ann: User) -> None:
    thread, room = factories.channel(ann, "threads"), 500 - len(f"\n\n{LINE}")
    post = write(ann, Wanted(thread.pk, FEED), text="x" * room, made_with_ai=True)
    with pytest.raises(NotPossible):
        approving.reword(post, text="x" * (room + 1), alt_texts={}, by=Caller.of(ann))
    with pytest.raises(NotPossible):
        write(ann, Wanted(thread.pk, FEED), text="x" * (room + 1), made_with_ai=True)


@pytest.mark.parametrize(
    ("platform", "place", "label", "told"),
    [
        ("instagram", STORY, Label.AI, True),
        ("facebook", STORY, Label.AI, False),  # no words, and no field
        ("facebook", FEED, Label.ADULT, False),
        ("instagram", FEED, Label.ADULT, False),
        ("threads", FEED, Label.ADULT, False),
    ],
)
def test_what_nobody_can_be_told_does_not_go_there(
    ann: User, platform: str, place: str, label: Label, told: bool
) -> None:
    channel = factories.channel(ann, platform)
    said: dict[str, Any] = {"made_with_ai": label is Label.AI, "adult": label is Label.ADULT}
    if told:
        (delivery,) = approving.approve(write(ann, Wanted(channel.pk, place), picture=True, **said), by=Caller.of(ann))
        assert delivery.made_with_ai
    else:
        with pytest.raises(NotPossible):
            write(ann, Wanted(channel.pk, place), picture=True, **said)
        assert not Post.objects.exists()


def test_what_is_labelled_after_it_was_written_waits_at_the_yes(ann: User, page: Channel) -> None:
    post = write(ann, Wanted(page.pk, FEED))
    Channel.objects.update(always_adult=True)
    with pytest.raises(NotPossible):
        approving.approve(Post.objects.get(pk=post.pk), by=Caller.of(ann))


def test_the_form_shows_who_wants_it_so_and_nobody_takes_it_off(ann: User, page: Channel) -> None:
    User.objects.filter(pk=ann.pk).update(always_ai=True)
    post = write(ann, Wanted(page.pk, FEED))
    client = Client()
    client.force_login(ann)
    act = reverse("admin:publishing_post_do", args=[post.pk, "approve"])
    shown = client.get(reverse("admin:publishing_post_change", args=[post.pk])).content.decode()
    form = next(each for each in forms_of(shown) if each.action == act.replace("approve", "reword"))
    assert [each.value for each in form.fields if each.name == "label"] == [Label.ADULT]  # the other one is disabled
    client.post(act, form.values())
    assert Delivery.objects.get().made_with_ai


def test_every_form_that_has_a_field_says_so_in_the_table() -> None:
    for key in PLATFORMS:
        platform = PLATFORMS[key]
        assert set(platform.labels) <= set(platform.limits)
    assert all(Label.AI in PLATFORMS["instagram"].labels[form] for form in (Form.PHOTO, Form.ALBUM, Form.STORY))


def test_people_are_told_on_every_platform(house: House) -> None:
    channels = house.connect()
    places = [Wanted(channels[name].pk, FEED) for name in ("facebook", "instagram", "threads")]
    content = Content(text="Bread.", pictures=[house.asset().pk], places=places, made_with_ai=True)
    post = writing.write(house.owner, content, by=Caller.of(house.owner))
    for delivery in approving.approve(post, by=Caller.of(house.owner)):
        assert house.settle(delivery).state == Delivery.State.PUBLISHED
    shown = {name: house.box.feed(name)[0] for name in channels}
    assert {name: each["text"].endswith(LINE) for name, each in shown.items()} == {
        "facebook": True,
        "instagram": False,
        "threads": True,
    }
    assert shown["instagram"]["ai"]
