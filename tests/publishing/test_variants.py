"""What a post has of its own in one place: words, time, options. What is empty is as the post."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, User
from poster import clock
from poster.permissions import Caller, NotPossible
from poster.reasons import Because
from publishing.models import Delivery, Post, PostAsset, Variant
from publishing.platforms import NO_DEFAULT, PLATFORMS, Form, Option, OptionKind
from publishing.posts import approving, options, repeating, writing
from publishing.posts.contents import Content, Wanted
from publishing.posts.previewing import counters, previews
from publishing.reasons import content as why
from publishing.reasons.content import OptionUnknown
from publishing.reasons.posts import AtAPlace, PictureNotInPost
from tests import factories
from tests.dashboard.forms_of_a_page import forms_of
from tests.house import House
from watches.models import FoundFile

FEED = "feed"
LONG = "Loaf. " * 100  # too long for Threads, and for nobody else


@pytest.fixture
def ann(db) -> User:
    return factories.person("Ann", password=factories.PASSWORD)


@pytest.fixture
def channels(ann: User) -> dict[str, Channel]:
    return {name: factories.channel(ann, name) for name in ("facebook", "threads")}


def write(ann: User, *places: Wanted, text: str = "Fresh bread.", pictures: int = 0) -> Post:
    chosen = [factories.asset(ann).pk for _ in range(pictures)]
    return writing.write(ann, Content(text=text, pictures=chosen, places=places), by=Caller.of(ann))


def test_own_words_count_for_their_place_alone_and_are_what_goes_out(ann: User, channels: dict[str, Channel]) -> None:
    page, thread = channels["facebook"].pk, channels["threads"].pk
    with pytest.raises(NotPossible):
        write(ann, Wanted(page, FEED), Wanted(thread, FEED), text=LONG)
    with pytest.raises(NotPossible):
        write(ann, Wanted(page, FEED), Wanted(thread, FEED, LONG))
    post = write(ann, Wanted(page, FEED), Wanted(thread, FEED, " Loaf. "), text=LONG)
    seen = {each.channel.platform: each.text for each in previews(post)}
    assert seen == {"facebook": post.text, "threads": "Loaf."}
    assert [each.channel.platform for each in counters(post)] == ["facebook"]
    approving.reword(post, text=LONG + LONG, alt_texts={}, by=Caller.of(ann))
    sent = {each.platform: each.text for each in approving.approve(post, by=Caller.of(ann))}
    assert sent == {"facebook": (LONG + LONG).strip(), "threads": "Loaf."}
    assert len(set(Delivery.objects.values_list("content_hash", flat=True))) == 2


def test_two_pages_with_other_words_are_seen_both(ann: User, channels: dict[str, Channel]) -> None:
    other = factories.channel(ann)
    post = write(ann, Wanted(channels["facebook"].pk, FEED), Wanted(other.pk, FEED, "For the others."))
    assert sorted(each.text for each in previews(post)) == ["For the others.", "Fresh bread."]


def test_own_time_is_kept_and_the_minute_of_undoing_as_well(ann: User, channels: dict[str, Channel]) -> None:
    later = clock.now() + dt.timedelta(days=2)
    post = write(ann, Wanted(channels["facebook"].pk, FEED), Wanted(channels["threads"].pk, FEED, due_at=later))
    due = {each.platform: each for each in approving.approve(post, by=Caller.of(ann), undoable=True)}
    assert (due["threads"].due_at, due["threads"].planned_at) == (later, later)
    assert (due["facebook"].due_at, due["facebook"].planned_at) == (due["facebook"].undo_until, None)


# --- options


CHOICE = Option(
    name="who",
    kind=OptionKind.CHOICE,
    label="Who",
    forms=frozenset({Form.TEXT, Form.PHOTO}),
    default=NO_DEFAULT,
    choices=(("all", "All"), ("few", "A few")),
    scope="toys_who",
)


@pytest.mark.parametrize(
    ("form", "chosen", "found"),
    [
        (Form.TEXT, {}, []),
        (Form.TEXT, {"reply_control": "mentioned_only", "topic_tag": "Bread"}, []),
        (Form.PHOTO, {"is_spoiler_media": True}, []),
        (Form.TEXT, {"is_spoiler_media": True}, [why.OptionNotHere]),
        (Form.PHOTO, {"is_spoiler_media": "yes"}, [why.OptionValueRefused]),
        (Form.TEXT, {"reply_control": "the_baker"}, [why.OptionValueRefused]),
        (Form.TEXT, {"topic_tag": "B&B"}, [why.OptionValueRefused]),
        (Form.TEXT, {"topic_tag": "b" * 50}, []),
        (Form.TEXT, {"topic_tag": "b" * 51}, [why.OptionTooLong]),
        (Form.TEXT, {"colour": "red", "topic_tag": 7}, [why.OptionUnknown, why.OptionValueRefused]),
    ],
)
def test_what_cannot_be_chosen_is_found_and_never_dropped(
    form: Form, chosen: dict[str, Any], found: list[type]
) -> None:
    assert [type(each) for each in options.findings(PLATFORMS["threads"].options, form, chosen, ())] == found


@pytest.mark.parametrize(
    ("chosen", "scopes", "found"),
    [
        ({}, (), [why.OptionMissing]),
        ({"who": "few"}, ("toys_who",), []),
        ({"who": "few"}, (), [why.OptionLacksScope]),
    ],
)
def test_what_nobody_else_may_choose_is_asked_for(
    chosen: dict[str, str], scopes: tuple[str, ...], found: list[type]
) -> None:
    assert [type(each) for each in options.findings([CHOICE], Form.TEXT, chosen, scopes)] == found


def test_what_holds_anyway_is_frozen_and_what_says_nothing_is_not_sent() -> None:
    assert options.frozen("threads", Form.TEXT, {}) == {"reply_control": "everyone"}
    assert options.frozen("threads", Form.PHOTO, {"is_spoiler_media": True, "reply_control": "followers_only"}) == {
        "reply_control": "followers_only",
        "is_spoiler_media": True,
    }
    assert options.frozen("facebook", Form.TEXT, {}) == {}


@pytest.mark.parametrize("key", list(PLATFORMS))
def test_what_a_platform_declares_holds_together(key: str) -> None:
    platform = PLATFORMS[key]
    names = [option.name for option in platform.options]
    assert len(names) == len(set(names))
    for option in platform.options:
        assert option.forms <= set(platform.limits)
        form = next(iter(option.forms))
        choices: dict[OptionKind, list[Any]] = {
            OptionKind.CHOICE: [value for value, _ in option.choices],
            OptionKind.FLAG: [True, False],
            OptionKind.TEXT: ["x" * option.most],
        }
        for value in choices[option.kind]:
            assert not list(options.findings(platform.options, form, {option.name: value}, {option.scope}))


def test_an_option_that_is_not_offered_any_more_is_told_until_it_is_taken_out(
    ann: User, channels: dict[str, Channel]
) -> None:
    post = write(ann, Wanted(channels["threads"].pk, FEED))
    Variant.objects.update(options={"old_one": "red"})
    gone = AtAPlace(place=str(channels["threads"]), cause=Because(OptionUnknown(option="old_one")))
    with pytest.raises(NotPossible) as refused:
        approving.approve(post, by=Caller.of(ann))
    assert refused.value.reason == gone
    assert previews(Post.objects.get())[0].problem == gone
    client = Client()
    client.force_login(ann)
    act = reverse("admin:publishing_post_do", args=[post.pk, "reword"])
    page = client.get(reverse("admin:publishing_post_change", args=[post.pk])).content.decode()
    sent = next(form for form in forms_of(page) if form.action == act).values()
    client.post(act, sent)
    assert Variant.objects.get().options == {"old_one": "red"}
    client.post(act, {name: value for name, value in sent.items() if not name.endswith(":old_one")})
    assert Variant.objects.get().options == {}


def test_the_form_keeps_what_a_place_has_of_its_own(ann: User, channels: dict[str, Channel]) -> None:
    post = write(ann, Wanted(channels["threads"].pk, FEED), pictures=1)
    client, place = Client(), f"{channels['threads'].pk}:feed"
    client.force_login(ann)
    where, act = (
        reverse("admin:publishing_post_change", args=[post.pk]),
        reverse("admin:publishing_post_do", args=[post.pk, "reword"]),
    )
    own = {
        f"words_{place}": ["Own.\r\nWords."],
        f"due_{place}": ["2031-03-30T02:30"],
        f"option_{place}:reply_control": ["mentioned_only"],
        f"option_{place}:topic_tag": [" Bread "],
        f"option_{place}:is_spoiler_media": ["yes"],
    }
    sent = next(form for form in forms_of(client.get(where).content.decode()) if form.action == act).values()
    client.post(act, {**sent, **own})
    kept = Variant.objects.get()
    assert (kept.text, kept.options) == (
        "Own.\nWords.",
        {"reply_control": "mentioned_only", "topic_tag": "Bread", "is_spoiler_media": True},
    )
    again = next(form for form in forms_of(client.get(where).content.decode()) if form.action == act).values()
    assert again[f"due_{place}"] == own[f"due_{place}"]
    client.post(act, {**again, f"due_{place}": ["tomorrow"]})
    kept.refresh_from_db()
    assert kept.due_at is not None
    client.post(act, {name: value for name, value in again.items() if place not in name})
    kept.refresh_from_db()
    assert (kept.text, kept.due_at, kept.options) == ("", None, {})


# --- all the way


def test_options_and_own_words_go_all_the_way(house: House) -> None:
    thread = house.connect()["threads"]
    told = {"reply_control": "followers_only", "topic_tag": "Bread", "is_spoiler_media": True}
    for pictures in (1, 2):
        assets = [house.asset(f"{pictures}-{number}.jpg", width=640 + 40 * number).pk for number in range(pictures)]
        own = Wanted(thread.pk, FEED, f"Own words {pictures}.", options=told)
        content = Content(text="The post's.", pictures=assets, places=[own])
        post = writing.write(house.owner, content, by=Caller.of(house.owner))
        (delivery,) = approving.approve(post, by=Caller.of(house.owner))
        assert house.settle(delivery).state == Delivery.State.PUBLISHED
    for shown in house.box.feed("threads"):
        assert shown["text"].startswith("Own words")
        assert shown["options"] == {**told, "is_spoiler_media": "true"}


def test_what_was_approved_and_is_not_taken_any_more_waits_for_a_person(house: House) -> None:
    thread = house.connect()["threads"]
    content = Content(text="Bread.", places=[Wanted(thread.pk, FEED)])
    post = writing.write(house.owner, content, by=Caller.of(house.owner))
    (delivery,) = approving.approve(post, by=Caller.of(house.owner))
    Delivery.objects.update(options={"old_one": "red"})
    house.settle(delivery)
    assert (delivery.state, delivery.reason_code) == (Delivery.State.NEEDS_YOU, why.NotAsApproved.code)
    assert house.box.feed("threads") == []


# --- pictures


def album(ann: User, *places: Wanted, pictures: int = 3) -> Post:
    return write(ann, *places, pictures=pictures)


def shown(delivery: Delivery) -> list[str]:
    return [each["asset"] for each in delivery.media]


def of_post(post: Post) -> list[str]:
    return [str(item.asset_id) for item in post.items.all()]


def test_a_place_has_its_own_pictures_in_its_own_order(ann: User, channels: dict[str, Channel]) -> None:
    page, thread = channels["facebook"].pk, channels["threads"].pk
    post = album(ann, Wanted(page, FEED), Wanted(thread, FEED))
    one, two, three = (item.asset_id for item in post.items.all())
    own = Wanted(thread, FEED, pictures=[three, one])
    again = Content(text=post.text, pictures=[one, two, three], places=[Wanted(page, FEED), own])
    writing.edit(post, again, by=Caller.of(ann))
    post.refresh_from_db()
    seen = {each.channel.platform: [frame.asset.pk for frame in each.frames] for each in previews(post)}
    assert seen == {"facebook": [one, two, three], "threads": [three, one]}
    made = {each.platform: each for each in approving.approve(post, by=Caller.of(ann))}
    assert shown(made["facebook"]) == [str(one), str(two), str(three)]
    assert shown(made["threads"]) == [str(three), str(one)]
    assert [item.asset_id for item in made["threads"].shown] == [three, one]
    assert made["threads"].content_hash != made["facebook"].content_hash


def test_a_story_may_show_one_picture_of_an_album(ann: User, channels: dict[str, Channel]) -> None:
    page = channels["facebook"].pk
    with pytest.raises(NotPossible):
        album(ann, Wanted(page, FEED), Wanted(page, "story"))
    post = album(ann, Wanted(page, FEED))
    keys = [item.asset_id for item in post.items.all()]
    places = [Wanted(page, FEED), Wanted(page, "story", pictures=keys[1:2])]
    writing.edit(post, Content(text=post.text, pictures=keys, places=places), by=Caller.of(ann))
    post.refresh_from_db()
    made = {each.placement: each for each in approving.approve(post, by=Caller.of(ann))}
    assert shown(made["story"]) == [str(keys[1])]
    assert made["story"].form is Form.STORY
    assert len(shown(made["feed"])) == 3


def test_the_order_of_the_post_is_no_own_one_and_what_left_the_post_is_passed_over(
    ann: User, channels: dict[str, Channel]
) -> None:
    thread = channels["threads"].pk
    post = album(ann, Wanted(thread, FEED))
    keys = [item.asset_id for item in post.items.all()]
    writing.edit(
        post,
        Content(text=post.text, pictures=keys, places=[Wanted(thread, FEED, pictures=keys)]),
        by=Caller.of(ann),
    )
    assert Variant.objects.get().pictures == []
    Variant.objects.update(pictures=[str(keys[2]), str(keys[0])])
    post.items.filter(asset=keys[2]).delete()
    post = Post.objects.get(pk=post.pk)
    (made,) = approving.approve(post, by=Caller.of(ann))
    assert shown(made) == [str(keys[0])]


def test_a_place_shows_no_picture_that_its_post_has_not_and_none_twice(ann: User, channels: dict[str, Channel]) -> None:
    thread, stranger = channels["threads"].pk, factories.asset(ann).pk
    post = album(ann, Wanted(thread, FEED))
    keys = [item.asset_id for item in post.items.all()]
    for wrong in ([stranger], [keys[0], keys[0]]):
        content = Content(text=post.text, pictures=keys, places=[Wanted(thread, FEED, pictures=wrong)])
        with pytest.raises(NotPossible) as refused:
            writing.edit(post, content, by=Caller.of(ann))
        assert isinstance(refused.value.reason, PictureNotInPost)


def test_what_a_place_leaves_out_does_not_stop_it_when_its_file_is_taken_away(house: House) -> None:
    house.connect()
    watch = house.watch()
    page = house.channels["facebook"]
    kept, left_out = house.asset("kept.jpg"), house.found(watch)
    post = house.post("An album.", page, asset=kept)
    PostAsset.objects.create(post=post, asset=left_out, position=1)
    Variant.objects.update(pictures=[str(kept.pk)])
    (delivery,) = approving.approve(Post.objects.get(pk=post.pk), by=Caller.of(house.owner))
    FoundFile.objects.filter(pk=left_out.pk).update(gone_at=clock.now())
    assert house.settle(delivery).state == Delivery.State.PUBLISHED
    (published,) = house.box.feed("facebook")
    assert len(published["pictures"]) == 1


def test_own_pictures_are_numbered_in_the_form_of_the_draft(ann: User, channels: dict[str, Channel]) -> None:
    browser, page = Client(), channels["facebook"]
    browser.force_login(ann)
    post = album(ann, Wanted(page.pk, FEED), Wanted(channels["threads"].pk, FEED))
    one, two, three = of_post(post)
    where = reverse("admin:publishing_post_change", args=[post.pk])
    drawn = browser.get(where).content.decode()
    place = f"{page.pk}:feed"
    assert f'name="shows_{place}:{one}"' in drawn
    sent = {
        "text": post.text, "revision": "1", "whole": "yes", "fit": "pad", "when": "now", "due": "",
        "to": [place, f"{channels['threads'].pk}:feed"],
        **{f"place_{key}": str(number) for number, key in enumerate((one, two, three), 1)},
        f"shows_{place}:{three}": "1", f"shows_{place}:{two}": "2",
    }  # fmt: skip
    assert browser.post(reverse("admin:publishing_post_do", args=[post.pk, "reword"]), sent).status_code == 302
    own = {row.channel_id: row.pictures for row in Variant.objects.all()}
    assert own == {page.pk: [three, two], channels["threads"].pk: []}
    drawn = browser.get(where).content.decode()
    assert re.search(rf'name="shows_{place}:{three}"\s+value="1"', drawn)
    left = {name: value for name, value in sent.items() if name != f"place_{three}"} | {"revision": "2"}
    browser.post(reverse("admin:publishing_post_do", args=[post.pk, "reword"]), left)
    own = {row.channel_id: row.pictures for row in Variant.objects.all()}
    assert own[page.pk] == [two]


def test_a_repeated_post_keeps_them(ann: User, channels: dict[str, Channel]) -> None:
    post = album(ann, Wanted(channels["threads"].pk, FEED))
    own = of_post(post)[::-1]
    Variant.objects.update(pictures=own)
    when: dict[str, Any] = {"first_on": clock.now().date(), "wall": dt.time(9), "zone": "UTC", "every": 1}
    assert repeating.repeat(repeating.start(post, by=Caller.of(ann), **when))
    made = Delivery.objects.get()
    assert (shown(made), made.post_id != post.pk) == (own, True)
