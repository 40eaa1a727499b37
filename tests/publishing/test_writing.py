"""A post that a person writes: words, their own pictures in an order, places; and what is seen is what is approved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, User
from media.models import Asset
from outbox import ledger
from poster.permissions import Caller, NotPossible
from publishing.models import Delivery, Post
from publishing.platforms import PLATFORMS, Form
from publishing.posts import approval_undo, approving, writing
from publishing.posts.contents import Content, Wanted
from publishing.posts.previewing import counters, previews
from publishing.reasons.posts import ChangedMeanwhile
from tests import factories
from tests.facts import with_reason
from tests.house import House

FEED, STORY = "feed", "story"


@pytest.fixture
def ann(db) -> User:
    return factories.person("Ann", password=factories.PASSWORD)


@pytest.fixture
def channels(ann: User) -> dict[str, Channel]:
    return {name: factories.channel(ann, name) for name in ("facebook", "instagram", "threads")}


def write(ann: User, *places: tuple[Channel, str], text: str = "Fresh bread.", pictures: int = 0) -> Post:
    chosen = [factories.asset(ann).pk for _ in range(pictures)]
    wanted = [Wanted(each.pk, where) for each, where in places]
    return writing.write(ann, Content(text=text, pictures=chosen, places=wanted), by=Caller.of(ann))


def everywhere(channels: dict[str, Channel], where: str = FEED) -> list[tuple[Channel, str]]:
    return [(channel, where) for channel in channels.values()]


def test_pictures_keep_the_order_in_which_they_were_chosen(ann: User, channels: dict[str, Channel]) -> None:
    first, second, third = (factories.asset(ann) for _ in range(3))
    factories.post(ann, picture=second)
    chosen = [third.pk, first.pk, second.pk]
    places = [Wanted(channel.pk, where) for channel, where in everywhere(channels)]
    post = writing.write(ann, Content(text=" Three. ", pictures=chosen, places=places), by=Caller.of(ann))
    assert [item.asset_id for item in post.items.all()] == chosen
    assert [item.alt_text != "" for item in post.items.all()] == [False, False, True]
    assert (post.text, post.state, post.variants.count()) == ("Three.", Post.State.DRAFT, 3)


@pytest.mark.parametrize(
    ("platform", "where", "pictures", "text", "possible"),
    [
        ("facebook", FEED, 0, "Words.", True),
        ("threads", FEED, 0, "Words.", True),
        ("instagram", FEED, 0, "Words.", False),
        ("facebook", FEED, 10, "", True),
        ("facebook", FEED, 11, "", False),
        ("instagram", FEED, 10, "", True),
        ("instagram", FEED, 11, "", False),
        ("threads", FEED, 20, "", True),
        ("threads", FEED, 21, "", False),
        ("threads", FEED, 0, "", False),
        ("facebook", STORY, 1, "", True),
        ("instagram", STORY, 1, "x" * 5000, True),  # a story has no words
        ("instagram", STORY, 2, "", False),
        ("instagram", STORY, 0, "Words.", False),
        ("threads", STORY, 1, "", False),
        ("instagram", FEED, 1, "x" * 5000, False),
    ],
)
def test_what_a_place_does_not_take_is_told_before_anything_is_kept(
    ann: User, channels: dict[str, Channel], platform: str, where: str, pictures: int, text: str, possible: bool
) -> None:
    if possible:
        (delivery,) = approving.approve(
            write(ann, (channels[platform], where), text=text, pictures=pictures), by=Caller.of(ann)
        )
        assert delivery.form in PLATFORMS[platform].limits
        assert (delivery.text == "") == (delivery.form is Form.STORY or text == "")
        assert len(delivery.media) == pictures
    else:
        with pytest.raises(NotPossible):
            write(ann, (channels[platform], where), text=text, pictures=pictures)
        assert not Post.objects.exists()


def test_feed_and_story_of_one_account_are_two_deliveries_and_no_place_has_two(
    ann: User, channels: dict[str, Channel]
) -> None:
    page = channels["instagram"]
    post = write(ann, (page, FEED), (page, STORY), (page, FEED), pictures=1)
    deliveries = approving.approve(post, by=Caller.of(ann))
    assert sorted(each.placement for each in deliveries) == [FEED, STORY]
    assert len({each.content_hash for each in deliveries}) == 2
    with pytest.raises(NotPossible):
        approving.approve(post, by=Caller.of(ann))


def test_the_half_that_was_undone_is_approved_again_in_its_place(ann: User, channels: dict[str, Channel]) -> None:
    page = channels["instagram"]
    post = write(ann, (page, FEED), (page, STORY), pictures=1)
    approving.approve(post, by=Caller.of(ann), undoable=True)
    Delivery.objects.filter(placement=FEED).update(state="checking", committed_at=post.created_at, commits=1)
    approval_undo.undo(post, by=Caller.of(ann))
    (again,) = approving.approve(post, by=Caller.of(ann))
    assert (again.placement, Delivery.objects.exclude(state="cancelled").count()) == (STORY, 2)


@pytest.mark.parametrize("what", ["picture", "channel", "place", "nothing", "nowhere", "twice", "person"])
def test_nothing_of_somebody_else_and_nothing_that_is_not_there(
    ann: User, channels: dict[str, Channel], what: str
) -> None:
    ben = factories.person("Ben")
    picture = factories.asset(ben if what == "picture" else ann).pk
    channel = factories.channel(ben) if what == "channel" else channels["facebook"]
    place = Wanted(channel.pk, "billboard" if what == "place" else FEED)
    told: dict[str, Any] = {
        "text": "" if what == "nothing" else "Words.",
        "pictures": [] if what == "nothing" else [picture, picture] if what == "twice" else [picture],
        "places": [] if what == "nowhere" else [place],
    }
    with pytest.raises(NotPossible):
        writing.write(ben if what == "person" else ann, Content(**told), by=Caller.of(ann))
    assert not Post.objects.exists()


# --- what is seen is what is approved


def test_every_edit_is_a_revision_and_a_yes_to_an_older_one_is_refused(ann: User, channels: dict[str, Channel]) -> None:
    """Two tabs: one changes the words, the other still shows those of before."""
    by = Caller.of(ann)
    post = write(ann, (channels["facebook"], FEED))
    seen, stale = post.revision, Post.objects.get(pk=post.pk)
    approving.reword(post, text="Other words.", alt_texts={}, by=by, revision=seen)
    assert post.revision == seen + 1
    for late in (
        lambda: approving.approve(stale, by=by),
        lambda: approving.approve(post, by=by, revision=seen),
        lambda: approving.reword(post, text="Mine.", alt_texts={}, by=by, revision=seen),
    ):
        with pytest.raises(NotPossible, check=with_reason(ChangedMeanwhile)):
            late()
    assert Delivery.objects.count() == 0
    approving.approve(post, by=by, revision=post.revision)
    assert Delivery.objects.get().text == "Other words."


def test_the_part_that_was_undone_is_approved_as_it_was_seen(ann: User, channels: dict[str, Channel]) -> None:
    by = Caller.of(ann)
    post = write(ann, *everywhere(channels), pictures=1)
    approving.approve(post, by=by, undoable=True)
    page = channels["facebook"]
    Delivery.objects.filter(channel=page).update(state="checking", committed_at=post.created_at, commits=1)
    approval_undo.undo(post, by=by)
    seen = post.revision
    approving.reword(post, text="Other words.", alt_texts={}, by=by)
    with pytest.raises(NotPossible, check=with_reason(ChangedMeanwhile)):
        approving.approve(post, by=by, revision=seen)
    assert len(approving.approve(post, by=by, revision=post.revision)) == 2


# --- how it will look


def test_an_album_is_seen_as_all_its_frames_and_a_story_in_the_shape_of_a_phone(
    ann: User, channels: dict[str, Channel]
) -> None:
    album = write(ann, *everywhere(channels), pictures=3)
    assert [len(each.frames) for each in previews(album)] == [3, 3, 3]
    assert len(counters(album)) == 3
    story = write(ann, (channels["instagram"], STORY), pictures=1)
    (preview,) = previews(story)
    assert (preview.placement, preview.text, counters(story)) == (STORY, "", [])
    assert abs(preview.frames[0].width / preview.frames[0].height - 9 / 16) < 0.01


# --- in the dashboard


@pytest.fixture
def browser(ann: User) -> Client:
    client = Client()
    client.force_login(ann)
    return client


ADD = "admin:publishing_post_add"


def test_a_person_writes_a_post_and_sees_how_it_will_look(
    browser: Client, ann: User, channels: dict[str, Channel]
) -> None:
    first, second = factories.asset(ann), factories.asset(ann)
    page = browser.get(reverse(ADD))
    assert page.status_code == 200
    sent = {
        "text": "Two of them.\r\nToday.",
        f"place_{first.pk}": "2",
        f"place_{second.pk}": "1",
        "to": [f"{channels['instagram'].pk}:feed", f"{channels['facebook'].pk}:feed"],
    }
    answer = browser.post(reverse(ADD), sent)
    post = Post.objects.get()
    assert answer["Location"] == reverse("admin:publishing_post_change", args=[post.pk])
    assert [item.asset_id for item in post.items.all()] == [second.pk, first.pk]
    assert post.text == "Two of them.\nToday."
    shown = browser.get(answer["Location"]).content.decode()
    assert [shown.count(f'class="shots {each} of-2"') for each in ("swiped", "mosaic")] == [1, 1]


def placed(shown: str, picture: Asset) -> str:
    """The number beside this picture."""
    found = re.search(rf'name="place_{picture.pk}"\s+value="([^"]*)"', shown)
    return found[1] if found else "not on the page"


def test_what_was_typed_stays_when_it_cannot_be(browser: Client, ann: User, channels: dict[str, Channel]) -> None:
    picture = factories.asset(ann)
    sent = {"text": "Typed.", f"place_{picture.pk}": "1", "to": [f"{channels['threads'].pk}:story", "nonsense"]}
    shown = browser.post(reverse(ADD), sent).content.decode()
    assert ">Typed.</textarea>" in shown
    assert placed(shown, picture) == "1"
    assert 'role="alert"' in shown
    assert not Post.objects.exists()


def test_one_post_of_several_pictures_begins_on_the_list_of_pictures(browser: Client, ann: User) -> None:
    files = [factories.file(ann) for _ in range(3)]
    pictures = [each.asset for each in files]
    factories.file(factories.person("Ben"))
    sent = {"action": "one-post", "_selected_action": [str(each.pk) for each in files]}
    answer = browser.post(reverse("admin:watches_foundfile_changelist"), sent)
    assert answer["Location"].startswith(reverse(ADD))
    shown = browser.get(answer["Location"]).content.decode()
    assert [placed(shown, each) for each in pictures] == [str(place) for place in range(1, len(pictures) + 1)]
    assert not Post.objects.exists()


def test_the_page_names_the_revision_that_it_shows(browser: Client, ann: User, channels: dict[str, Channel]) -> None:
    post = write(ann, (channels["facebook"], FEED))
    where = reverse("admin:publishing_post_change", args=[post.pk])
    assert f'name="revision" value="{post.revision}"' in browser.get(where).content.decode()
    stale = {"text": "Fresh bread.", "revision": str(post.revision)}
    approving.reword(post, text="Meanwhile.", alt_texts={}, by=Caller.of(ann))
    browser.post(reverse("admin:publishing_post_do", args=[post.pk, "approve"]), stale)
    assert Delivery.objects.count() == 0


# --- all the way


@pytest.mark.parametrize("platform", ["facebook", "instagram", "threads"])
def test_an_album_goes_all_the_way_in_its_order(house: House, platform: str) -> None:
    channel = house.connect()[platform]
    assets = [house.asset(f"{number}.jpg", width=640 + 40 * number) for number in range(3)]
    post = writing.write(
        house.owner,
        Content(text="Three loaves.", pictures=[each.pk for each in assets], places=[Wanted(channel.pk, FEED)]),
        by=Caller.of(house.owner),
    )
    (delivery,) = approving.approve(post, by=Caller.of(house.owner))
    house.settle(delivery)
    assert delivery.state == Delivery.State.PUBLISHED
    (shown,) = house.box.feed(platform)
    assert [one["sha256"] for one in shown["pictures"]] == [one["sha256"] for one in delivery.renditions]
    assert delivery.entries.filter(kind=ledger.Kind.COMMIT).count() == 1


def test_words_alone_and_stories_go_all_the_way(house: House) -> None:
    channels, by = house.connect(), Caller.of(house.owner)
    words = writing.write(
        house.owner,
        Content(text="Closed on Monday.", places=[Wanted(channels[name].pk, FEED) for name in ("facebook", "threads")]),
        by=by,
    )
    story = writing.write(
        house.owner,
        Content(
            text="",
            pictures=[house.asset().pk],
            places=[
                *(Wanted(channels[name].pk, STORY) for name in ("facebook", "instagram")),
                Wanted(channels["instagram"].pk, FEED),
            ],
        ),
        by=by,
    )
    for delivery in [*approving.approve(words, by=by), *approving.approve(story, by=by)]:
        assert house.settle(delivery).state == Delivery.State.PUBLISHED
    for name in ("facebook", "threads"):
        assert "Closed on Monday." in [shown["text"] for shown in house.box.feed(name)]
    assert sorted(bool(shown.get("story")) for shown in house.box.feed("instagram")) == [False, True]


@pytest.mark.parametrize("fit", ["pad", "crop"])
def test_where_all_pictures_are_cut_to_the_shape_of_the_first_it_is_seen_before_and_nothing_is_cut_there(
    house: House, fit: str
) -> None:
    """Content Publishing, "Carousel Posts". Threads shows each as it is."""
    channels = house.connect()
    sizes = {"wide.jpg": (900, 600), "tall.jpg": (610, 900), "small.jpg": (500, 700)}
    assets = [house.asset(name, width=wide, height=high) for name, (wide, high) in sizes.items()]
    post = writing.write(
        house.owner,
        Content(
            text="Three shapes.",
            pictures=[asset.pk for asset in assets],
            places=[Wanted(channels[name].pk, FEED) for name in ("instagram", "threads")],
            fit=fit,
        ),
        by=Caller.of(house.owner),
    )
    seen = {each.channel.platform: each.frames for each in previews(post)}
    ratios = {name: [frame.width / frame.height for frame in frames] for name, frames in seen.items()}
    assert ratios["instagram"] == pytest.approx([1.5] * 3, rel=0.01)
    assert ratios["threads"] == pytest.approx([wide / high for wide, high in sizes.values()], rel=0.01)
    for delivery in approving.approve(post, by=Caller.of(house.owner)):
        assert house.settle(delivery).state == Delivery.State.PUBLISHED
    (shown,) = house.box.feed("instagram")
    assert (len(shown["pictures"]), shown["cut"]) == (3, False)
