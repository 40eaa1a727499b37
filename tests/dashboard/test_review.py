"""Review: what waits, one at a time, and what becomes of it; asked of the pages as a browser without scripts asks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from outbox.preflight import UNDO
from poster import clock
from poster.permissions import Caller, NotPossible
from publishing.models import Delivery, Post
from publishing.posts import authorship, due_times, going_out, review_queue, writing_again
from publishing.posts.approving import approve
from publishing.posts.places import Place
from publishing.reasons.posts import Decided, NoWordsBefore
from publishing.reasons.times import TimeChanged, TimeIsOver
from tests import factories
from tests.dashboard.test_verbs import do, said
from writing.models import AiCall

pytestmark = pytest.mark.django_db
BEGIN = reverse("admin:review")


@pytest.fixture
def three(alice) -> list[Post]:
    page = factories.channel(alice)
    return [factories.post(alice, page, picture=factories.asset(alice), text=f"Words {n}") for n in range(3)]


def at(post: Post) -> str:
    return reverse("admin:review_post", args=[post.pk])


def led(client: Client, where: str = BEGIN) -> str:
    """The post that somebody is led to."""
    return str(client.get(where).headers.get("Location", "")).partition("?")[0]


def sent(client: Client, post: Post, verb: str, **wishes: Any) -> Any:
    """Press a button on the page of this post, as it is there."""
    page = client.get(at(post)).context
    known = {"back": page["next_url"], "revision": page["post"].revision, "was": page["was"]}
    return do(client, post, verb, **{**known, **wishes})


def test_the_oldest_comes_first_and_the_next_one_by_itself(alice, browser, three) -> None:
    client = browser(alice)
    for number, post in enumerate(three):
        assert led(client) == at(post)
        shown = client.get(at(post)).context["around"]
        assert (shown.number, shown.total) == (1, 3 - number)
        answer = sent(client, post, "approve")
        assert post.state == Post.State.APPROVED
        following = led(client, answer.headers["Location"])
        assert following == (at(three[number + 1]) if number < 2 else "")
    assert client.get(BEGIN).templates[0].name == "admin/review/empty.html"


def test_one_goes_back_and_forth_and_around(alice, browser, three) -> None:
    client = browser(alice)
    first, last = (client.get(at(each)).context for each in (three[0], three[2]))
    assert (first["earlier"], first["later"]) == (at(three[2]), at(three[1]))
    assert (last["earlier"], last["later"]) == (at(three[1]), at(three[0]))
    alone = factories.person("Solo")
    only = factories.post(alone, factories.channel(alone))
    shown = browser(alone).get(at(only)).context
    assert (shown["earlier"], shown["later"]) == ("", "")


def test_what_was_refused_is_shown_again_with_what_was_typed(alice, browser, three) -> None:
    client, post = browser(alice), three[1]
    Post.objects.filter(pk=post.pk).update(text="Changed", revision=7)
    answer = do(
        client, post, "reword", back=review_queue_of(post), revision=1, text="Mine", typed_here=mark(client, post)
    )
    assert led(client, answer.headers["Location"]) == at(post)
    shown = client.get(at(post)).context
    assert (shown["words"], shown["typed"], shown["post"].text) == ("Mine", True, "Changed")


def review_queue_of(post: Post) -> str:
    return f"{BEGIN}?past={post.pk}"


def mark(client: Client, post: Post) -> str:
    """What the forms of that page carry."""
    return client.get(at(post)).content.decode().split('name="typed_here" value="')[1].split('"')[0]


def test_of_two_who_decide_the_second_is_told_and_led_on(alice, browser, three) -> None:
    client, other = browser(alice), browser(alice)
    page = client.get(at(three[0])).context
    sent(other, three[0], "discard")
    answer = do(client, three[0], "approve", back=page["next_url"], revision=1)
    assert str(Decided()) in said(answer)
    assert (three[0].state, led(client, answer.headers["Location"])) == (Post.State.DISCARDED, at(three[1]))
    there = client.get(at(three[0]))
    assert [each.level_tag for each in get_messages(there.wsgi_request)][-1] == "info"
    assert led(client, there.headers["Location"]) == at(three[1])


def test_what_was_changed_meanwhile_is_not_approved_but_shown(alice, browser, three) -> None:
    client, post = browser(alice), three[0]
    page = client.get(at(post)).context
    do(browser(alice), post, "reword", text="Other words")
    answer = do(client, post, "approve", back=page["next_url"], revision=page["post"].revision)
    assert (post.state, led(client, answer.headers["Location"])) == (Post.State.DRAFT, at(post))


def test_it_is_taken_back_from_the_next_one_and_shown_again(alice, browser, three) -> None:
    client = browser(alice)
    back = sent(client, three[0], "approve").headers["Location"]
    following = client.get(client.get(back).headers["Location"])
    assert following.context["undo_back"] == f"{BEGIN}?past={three[0].pk}"
    answer = do(client, three[0], "undo", back=following.context["undo_back"])
    assert (three[0].state, led(client, answer.headers["Location"])) == (Post.State.DRAFT, at(three[0]))


def test_what_was_just_decided_can_be_taken_back_two_posts_later(alice, browser, three) -> None:
    client = browser(alice)
    first = client.get(sent(client, three[0], "discard").headers["Location"]).headers["Location"]
    page = client.get(first).context
    answer = do(client, three[1], "approve", back=page["next_url"], revision=1)
    shown = client.get(client.get(answer.headers["Location"]).headers["Location"]).context
    assert [each.post for each, _ in shown["decided"]] == [three[0]]  # the last one stands in what is said
    again = client.get(client.get(answer.headers["Location"]).headers["Location"]).context
    assert [each.post for each, _ in again["decided"]] == [three[1], three[0]]
    until = again["decided"][0][0].until
    assert clock.now() < until <= clock.now() + UNDO


@pytest.mark.parametrize("verb", ["approve", "discard", "write-again", "plan", "undo", "keep-old-words"])
def test_a_stranger_meets_nothing(alice, bob, browser, three, verb) -> None:
    client = browser(bob)
    assert client.get(at(three[0])).status_code == client.get(reverse("admin:review_post", args=[uuid4()])).status_code
    assert client.get(at(three[0])).status_code == 404
    where = reverse("admin:publishing_post_do", args=[three[0].pk, verb])
    assert client.post(where).status_code == 404
    assert led(client) == ""
    assert led(client, f"{BEGIN}?past={three[0].pk}") == ""
    page = client.get(f"{BEGIN}?past={three[0].pk}").context
    assert page["decided"] == []
    three[0].refresh_from_db()
    assert three[0].state == Post.State.DRAFT


def test_the_operator_opens_what_is_somebody_elses_and_is_led_to_their_own(operator, browser, three) -> None:
    client = browser(operator)
    assert led(client) == ""
    shown = client.get(at(three[0])).context
    assert (shown["post"], shown["around"].number) == (three[0], 0)


@pytest.mark.parametrize("how", ["post", "put"])
def test_the_pages_are_only_read(alice, browser, three, how) -> None:
    client = browser(alice)
    for where in (BEGIN, at(three[0]), reverse("admin:post_words", args=[three[0].pk])):
        assert getattr(client, how)(where).status_code == 405


def test_another_time_by_what_was_seen(alice, browser, three) -> None:
    client, post, tomorrow = browser(alice), three[0], clock.now() + dt.timedelta(days=1)
    due = f"{tomorrow:%Y-%m-%dT%H:%M}"
    sent(client, post, "plan", when="at", due=due)
    assert (f"{post.due_at:%Y-%m-%dT%H:%M}", post.queue, post.revision) == (due, "", 2)
    late = do(client, post, "plan", when="now", was="")
    assert str(TimeChanged()) in said(late)
    sent(client, post, "plan", when="last")
    assert (post.due_at, post.queue, post.state) == (None, "last", Post.State.DRAFT)
    over = sent(client, post, "plan", when="at", due="2020-01-01T10:00")
    assert str(TimeIsOver()) in said(over)
    sent(client, post, "plan", when="now")
    assert (post.due_at, post.queue) == (None, "")
    approve(post, by=Caller.of(alice))
    with pytest.raises(NotPossible, match=str(TimeChanged())):
        due_times.plan(post, to=None, was=None, by=Caller.of(alice))


def test_a_slot_is_told_before_the_yes(alice, browser) -> None:
    page = factories.channel(alice)
    post = factories.post(alice, page, queue="next")
    (bare,) = browser(alice).get(at(post)).context["tabs"]
    slot = clock.now() + dt.timedelta(days=2)
    page.slots.create(owner=alice, weekday=slot.weekday(), wall=dt.time(9, 30), zone="UTC")
    (told,) = browser(alice).get(at(post)).context["tabs"]
    assert "09:30" in told.when
    assert told.when != bare.when


def test_several_are_approved_together_and_it_says_how_many_and_when_the_first_goes(alice, browser, three) -> None:
    client, soon = browser(alice), clock.now() + dt.timedelta(days=3)
    Post.objects.filter(pk__in=[three[0].pk, three[1].pk]).update(due_at=soon)
    where = reverse("admin:publishing_post_do_many", args=["approve"])
    answer = client.post(where, {"row": [str(each.pk) for each in three[:2]], "back": BEGIN})
    assert Delivery.objects.filter(post__in=three[:2], undo_until__isnull=False).count() == 2
    assert "2 posts" in said(answer)
    assert f"{soon:%H:%M}" in said(answer)
    assert led(client, answer.headers["Location"]) == at(three[2])


def test_each_channel_says_what_stands_there(alice, browser) -> None:
    first, second = factories.channel(alice), factories.channel(alice, "threads")
    post = factories.post(alice, first, second, text="For all")
    post.variants.filter(channel=second).update(text="For this one")
    tabs = browser(alice).get(at(post)).context["tabs"]
    assert {tab.place.channel: tab.preview.text for tab in tabs} == {first: "For all", second: "For this one"}


def test_who_wrote_it_and_what_it_cost(alice, browser) -> None:
    post = next(each for each in factories.everything(alice) if isinstance(each, Post) and each.words_from)
    AiCall.objects.filter(subject=post.pk).delete()
    for cost in ("0.0021", "0.0004", None):
        AiCall.objects.create(owner=alice, subject=post.pk, captioner="openai", outcome="words", cost=cost)
    told = authorship.of(post)
    assert (told.calls, told.cost, told.unpriced, told.is_free) == (3, Decimal("0.0025"), 1, False)
    assert told.model == post.words_from.model
    assert authorship.of(Post.objects.create(owner=alice, text="Mine")).captioner == ""


def test_nothing_is_foretold_for_a_time_that_is_past(alice) -> None:
    page = factories.channel(alice)
    past, ahead = (clock.now() + dt.timedelta(hours=hours) for hours in (-3, 3))
    told = {}
    for due in (past, ahead):
        post = factories.post(alice, page, due_at=due)
        row = factories.delivery(factories.post(alice, page), page, due_at=due)
        place = Place(page)
        told[due] = (going_out.foretold(place, post), going_out.said(place, row.post))
    assert told[past][0].startswith("a minute after you approve it")
    assert told[past][1].startswith("Was due")
    assert told[ahead][1].startswith("Goes out")


def test_with_a_hint_it_is_written_again_and_the_words_of_before_can_be_kept(alice, browser) -> None:
    order, client = factories.watch(alice, factories.channel(alice), captioner="openai"), browser(alice)
    post = factories.post(alice, *order.channels.all(), text="As it was")
    Post.objects.filter(pk=post.pk).update(watch=order)
    answer = sent(client, post, "write-again", hint="  shorter,\n please ")
    assert (post.hint, post.wants_words, post.turn) == ("shorter, please", "captioner", 1)
    assert led(client, answer.headers["Location"]) == ""
    do(client, post, "keep-old-words")
    assert (post.wants_words, post.text) == ("", "As it was")
    with pytest.raises(NotPossible, match=str(NoWordsBefore())):
        writing_again.bring_back(post, by=Caller.of(alice))


def test_nobody_keeps_the_words_of_somebody_elses_post(alice, bob) -> None:
    order = factories.watch(alice, factories.channel(alice))
    post = factories.post(alice, *order.channels.all(), text="As it was")
    Post.objects.filter(pk=post.pk).update(watch=order, wants_words="captioner")
    with pytest.raises(NotPossible):
        writing_again.bring_back(Post.objects.get(pk=post.pk), by=Caller.of(bob))


def test_a_queue_of_sixty_asks_as_much_as_one_of_three(alice, browser, three, django_assert_num_queries) -> None:
    client, page = browser(alice), three[0].channels.get()
    client.get(at(three[1]))  # what is asked once and then remembered
    with CaptureQueriesContext(connection) as few:
        assert len(client.get(at(three[1])).context["around"].beside) == 3
    for number in range(57):
        factories.post(alice, page, picture=factories.asset(alice), text=f"More {number}")
    with django_assert_num_queries(len(few)):
        shown = client.get(at(three[1])).context["around"]
    assert (shown.total, len(shown.beside)) == (60, 1 + 1 + review_queue.BEHIND)


def test_a_person_turns_the_keys_off(alice, browser) -> None:
    client = browser(alice)
    assert "poster/keys.js" in client.get(reverse("admin:index")).content.decode()
    User.objects.filter(pk=alice.pk).update(single_keys=False)
    assert "poster/keys.js" not in client.get(reverse("admin:index")).content.decode()
