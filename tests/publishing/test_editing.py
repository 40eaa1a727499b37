"""A draft is changed: words, pictures in an order, places. Each edit is a revision, and two tabs lose nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, User
from media.models import Asset
from poster.permissions import Caller, NotPossible, Scope
from poster.web import unsaved_input
from publishing.models import Delivery, Post
from publishing.posts import approving, writing
from publishing.posts.contents import Content, Wanted
from tests import factories
from tests.dashboard.forms_of_a_page import Form, forms_of

FEED, STORY = "feed", "story"


@pytest.fixture
def ann(db) -> User:
    return factories.person("Ann", password=factories.PASSWORD)


@pytest.fixture
def page(ann: User) -> Channel:
    return factories.channel(ann)


@pytest.fixture
def album(ann: User, page: Channel) -> Post:
    chosen = [factories.asset(ann).pk for _ in range(3)]
    return writing.write(
        ann, Content(text="Fresh bread.", pictures=chosen, places=[Wanted(page.pk, FEED)]), by=Caller.of(ann)
    )


def shown(post: Post) -> list[Any]:
    return [item.asset_id for item in post.items.all()]


def edit(post: Post, by: Caller | None = None, **changed: Any) -> None:
    """With everything else as it is."""
    places = [Wanted(row.channel_id, row.placement) for row in post.variants.all()]
    now = {"text": post.text, "pictures": shown(post), "places": places, "fit": post.fit}
    writing.edit(post, Content(**{**now, **changed}), by=by or Caller.of(post.owner))


def test_pictures_are_put_in_another_order_taken_out_and_added(ann: User, album: Post) -> None:
    first, second, third = shown(album)
    words = {item.pk: f"Loaf {place}" for place, item in enumerate(album.items.all())}
    approving.reword(album, text=album.text, alt_texts=words, by=Caller.of(ann))
    fresh, seen = factories.asset(ann), album.revision
    edit(album, pictures=[third, first, fresh.pk], alt_texts={first: " The first. "})
    said = [(item.asset_id, item.alt_text) for item in album.items.all()]
    assert said == [(third, "Loaf 2"), (first, "The first."), (fresh.pk, "")]
    assert album.revision == seen + 1
    edit(album, pictures=[second])
    assert shown(album) == [second]
    (delivery,) = approving.approve(album, by=Caller.of(ann))
    assert [part["asset"] for part in delivery.media] == [str(second)]


def test_a_draft_goes_to_other_places(ann: User, album: Post, page: Channel) -> None:
    kept, other = album.variants.get(), factories.channel(ann, "instagram")
    edit(album, places=[Wanted(page.pk, FEED), Wanted(other.pk, FEED)])
    assert {(row.channel_id, row.placement) for row in album.variants.all()} == {(page.pk, FEED), (other.pk, FEED)}
    assert kept in album.variants.all()
    edit(album, places=[])
    assert not album.variants.exists()
    with pytest.raises(NotPossible):
        approving.approve(album, by=Caller.of(ann))


@pytest.mark.parametrize(
    "what", ["their picture", "gone", "twice", "their channel", "switched off", "no such place", "not taken", "nothing"]
)
def test_what_cannot_be_changes_nothing(ann: User, album: Post, what: str) -> None:
    ben = factories.person("Ben")
    first, off = shown(album)[0], factories.channel(ann, state=Channel.State.OFF)
    changes: dict[str, dict[str, Any]] = {
        "their picture": {"pictures": [first, factories.asset(ben).pk]},
        "gone": {"pictures": [first, factories.file(ann, gone_at=album.created_at).asset_id]},
        "twice": {"pictures": [first, first]},
        "their channel": {"places": [Wanted(factories.channel(ben).pk, FEED)]},
        "switched off": {"places": [Wanted(off.pk, FEED)]},
        "no such place": {"places": [Wanted(album.variants.get().channel_id, "billboard")]},
        "not taken": {"places": [Wanted(album.variants.get().channel_id, STORY)]},  # a story is one picture
        "nothing": {"text": " ", "pictures": []},
    }
    before = (album.revision, album.text, shown(album), list(album.variants.values_list("channel", "placement")))
    with pytest.raises(NotPossible):
        edit(album, **changes[what])
    album.refresh_from_db()
    after = (album.revision, album.text, shown(album), list(album.variants.values_list("channel", "placement")))
    assert after == before


def test_what_is_in_it_already_may_stay(ann: User, page: Channel) -> None:
    """Taken away at its source, or switched off: the gate asks about that, not the form."""
    post = factories.post(ann, page, picture=factories.file(ann).asset)
    type(post.file).objects.filter(pk=post.file_id).update(gone_at=post.created_at)
    Channel.objects.filter(pk=page.pk).update(state=Channel.State.OFF)
    edit(post, text="Other words.")
    assert (post.text, len(shown(post)), post.variants.count()) == ("Other words.", 1, 1)


def test_only_a_draft_of_ones_own_is_changed_and_only_where_writing_is_allowed(ann: User, album: Post) -> None:
    ben = factories.person("Ben")
    reading = Caller(ann, Caller.of(ann).door, frozenset({Scope.ACCOUNT}))
    for by in (Caller.of(ben), reading):
        with pytest.raises(NotPossible):
            edit(album, by=by, text="Mine.")
    approving.approve(album, by=Caller.of(ann))
    with pytest.raises(NotPossible):
        edit(album, text="Too late.")
    album.refresh_from_db()
    assert album.text == "Fresh bread."


def test_other_words_are_a_persons_and_other_pictures_still_wait_for_their_captioner(ann: User, page: Channel) -> None:
    post = factories.wordless(ann, page)
    edit(post, pictures=[*shown(post), factories.asset(ann).pk])
    assert post.wants_words == Post.Words.CAPTIONER
    edit(post, text="My own.")
    assert post.wants_words == Post.Words.THERE


# --- in the dashboard


@pytest.fixture
def browser(ann: User) -> Client:
    client = Client()
    client.force_login(ann)
    return client


def page_of(post: Post) -> str:
    return reverse("admin:publishing_post_change", args=[post.pk])


def act(post: Post, name: str) -> str:
    return reverse("admin:publishing_post_do", args=[post.pk, name])


def form_of(browser: Client, post: Post) -> Form:
    """That of the whole draft, as the page has it now."""
    forms = forms_of(browser.get(page_of(post)).content.decode())
    return next(form for form in forms if form.action == act(post, "reword"))


def test_a_page_that_is_sent_as_it_is_changes_only_the_revision(browser: Client, album: Post) -> None:
    before = (album.text, shown(album), list(album.variants.values_list("pk", flat=True)), album.fit)
    browser.post(act(album, "reword"), form_of(browser, album).values())
    album.refresh_from_db()
    assert (album.text, shown(album), list(album.variants.values_list("pk", flat=True)), album.fit) == before
    assert album.revision == 2


def test_the_form_changes_all_of_a_draft_and_approves_what_it_shows(browser: Client, ann: User, album: Post) -> None:
    other, (first, second, third) = factories.channel(ann, "instagram"), shown(album)
    sent = form_of(browser, album).values()
    sent |= {f"place_{first}": [""], f"place_{second}": ["2"], f"place_{third}": ["1"], "text": ["Two.\r\nWarm."]}
    sent |= {"to": [f"{other.pk}:feed"], "fit": ["crop"]}
    browser.post(act(album, "approve"), sent)
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.text) == (other, "Two.\nWarm.")
    assert [(part["asset"], part["recipe"]["fit"]) for part in delivery.media] == [
        (str(third), "crop"),
        (str(second), "crop"),
    ]


@pytest.mark.parametrize("verb", ["reword", "approve"])
def test_the_second_of_two_tabs_changes_nothing_and_loses_nothing(
    browser: Client, ann: User, album: Post, verb: str
) -> None:
    other, (first, second, third) = factories.channel(ann, "threads"), shown(album)
    second_tab = form_of(browser, album).values()
    edit(album, text="The first tab's.", pictures=[first, second])
    typed = {"text": ["The second tab's."], "to": [f"{other.pk}:feed"], f"place_{third}": ["1"]}
    typed |= {f"place_{first}": ["2"], f"place_{second}": [""]}
    browser.post(act(album, verb), {**second_tab, **typed})
    album.refresh_from_db()
    assert (album.text, shown(album), Delivery.objects.count()) == ("The first tab's.", [first, second], 0)
    again = form_of(browser, album).values()
    assert {name: again[name] for name in typed} == typed
    assert again["revision"] == [str(album.revision)]
    browser.post(act(album, "reword"), again)
    album.refresh_from_db()
    assert (album.text, shown(album)) == ("The second tab's.", [third, first])
    assert [row.channel for row in album.variants.all()] == [other]
    assert not browser.get(page_of(album)).context["typed"]


def test_what_a_place_does_not_take_comes_back_in_the_form(browser: Client, ann: User, album: Post) -> None:
    sent = form_of(browser, album).values()
    wanted = f"{album.variants.get().channel_id}:story"
    browser.post(act(album, "reword"), {**sent, "to": [wanted]})
    assert album.variants.get().placement == FEED
    assert form_of(browser, album).values()["to"] == [wanted]


def test_nobody_is_offered_what_is_somebody_elses(browser: Client, album: Post) -> None:
    ben = factories.person("Ben")
    picture, channel = factories.asset(ben), factories.channel(ben)
    shown_page = browser.get(page_of(album)).content.decode()
    assert str(picture.pk) not in shown_page
    assert str(channel.pk) not in shown_page
    sent = form_of(browser, album).values()
    browser.post(act(album, "reword"), {**sent, f"place_{picture.pk}": "1"})
    assert Asset.objects.get(pk=picture.pk).items.count() == 0
    assert unsaved_input.MARK in sent
