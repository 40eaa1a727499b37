"""Undo, the mark and a second yes at the very same moment, where the database lets both begin: one of them wins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from outbox import delivering
from outbox.staging import Keeper
from poster import clock
from poster.permissions import Caller, NotPossible
from publishing.models import Delivery, Post
from publishing.platforms import PLATFORMS
from publishing.posts import approval_undo
from publishing.posts.approving import approve, reword
from tests import factories
from tests.postgres.meeting import meeting
from tests.watches.staged import registered
from tests.whole.servers import Postgres

State = Delivery.State


@pytest.fixture
def two(on_postgres: Postgres) -> Iterator[list[Delivery]]:
    """Approved by a person for two places, and prepared; the minute is over, and one of them has it already."""
    ann = factories.person("Ann")
    with registered(PLATFORMS, "staged", "tests.publishing.staged:Platform"):
        channels = [factories.channel(ann, name=name) for name in ("Mill", "Bakery")]
        for channel in channels:
            type(channel).objects.filter(pk=channel.pk).update(platform="staged")
        post = factories.post(ann, *channels)
        approve(post, by=Caller.of(ann), undoable=True)
        Delivery.objects.update(
            state=State.PREPARED, undo_until=None, next_at=clock.now(), media=[], refs="laid", staged_at=clock.now()
        )
        mill, bakery = (post.deliveries.get(channel=channel) for channel in channels)
        now = clock.now()
        Delivery.objects.filter(pk=mill.pk).update(state=State.CHECKING, committed_at=now, commits=1)
        yield [mill, bakery]


def fresh(row: Delivery) -> Delivery:
    return Delivery.objects.select_related("post__owner", "channel__credential").get(pk=row.pk)


def undo(row: Delivery) -> Callable[[], Any]:
    post = fresh(row).post
    return lambda: approval_undo.undo(post, by=Caller.of(post.owner))


def marking(row: Delivery) -> Callable[[], Any]:
    read = fresh(row)
    assert Delivery.objects.take(read)

    def mark() -> bool:
        delivering._mark(read, Keeper(read), dt.timedelta(minutes=1))
        return True

    return mark


@pytest.mark.parametrize("first", ["undo", "mark"])
def test_of_undo_and_the_mark_that_meet_one_wins(on_postgres: Postgres, two: list[Delivery], first: str) -> None:
    bakery = two[1]
    works = [marking(bakery), undo(bakery)]
    told = meeting(on_postgres, *(works if first == "mark" else reversed(works)))
    assert (fresh(bakery).state == State.PUBLISHING) is (first == "mark")
    assert (True in told, any(isinstance(each, NotPossible) for each in told)) == ((first == "mark"),) * 2


def test_of_two_who_approve_what_was_undone_one_wins(on_postgres: Postgres, two: list[Delivery]) -> None:
    undo(two[1])()
    posts = [Post.objects.select_related("owner").get() for _ in range(2)]
    told = meeting(on_postgres, *[lambda post=post: approve(post, by=Caller.of(post.owner)) for post in posts])
    assert sorted(type(each).__name__ for each in told) == ["NotPossible", "list"]
    assert (Delivery.objects.count(), fresh(two[0]).state) == (3, State.CHECKING)
    assert Delivery.objects.filter(state=State.QUEUED).count() == 1


@pytest.mark.parametrize("first", ["words", "yes"])
def test_words_that_meet_a_second_yes_go_out_or_are_refused(
    on_postgres: Postgres, two: list[Delivery], first: str
) -> None:
    undo(two[1])()
    one, other = (Post.objects.select_related("owner").get() for _ in range(2))
    works: list[Callable[[], Any]] = [
        lambda: reword(one, text="Other words.", alt_texts={}, by=Caller.of(one.owner)),
        lambda: approve(other, by=Caller.of(other.owner)),
    ]
    meeting(on_postgres, *(works if first == "words" else reversed(works)))
    sent = Delivery.objects.filter(state=State.QUEUED)
    if first == "words":  # the yes was to what they had seen, and that is not what would go out
        assert not sent
        assert Post.objects.get().text == "Other words."
    else:
        assert sent.get().text == Post.objects.get().text != "Other words."


def test_of_two_who_undo_one_is_told_that_it_was_done(on_postgres: Postgres, two: list[Delivery]) -> None:
    told = meeting(on_postgres, undo(two[1]), undo(two[1]))
    assert sorted(type(each).__name__ for each in told) == ["NotPossible", "list"]
    assert (fresh(two[0]).state, fresh(two[1]).state) == (State.CHECKING, State.CANCELLED)
