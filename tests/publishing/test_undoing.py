"""A yes in a browser can be taken back for a minute, and the platform hears nothing of it: whoever comes first wins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.models import Channel
from outbox import manual_actions, preflight, takings, tasks
from outbox.models import LedgerEntry
from poster import clock
from poster.ledger.verification import verify
from poster.permissions import Caller, NotPossible
from publishing.models import Delivery, Post
from publishing.posts import approval_undo, approving
from publishing.posts.approving import approve, discard
from tests import factories
from tests.facts import Said
from tests.house import House
from tests.publishing.staged import EVENTS, SHOWN
from tests.publishing.test_races import channel, read, to  # noqa: F401 - the fixture too

State = Delivery.State


@pytest.fixture(autouse=True)
def standing(house: House) -> None:
    """Time passes only when the test says so."""
    began = clock.now().timestamp()
    clock.use(lambda: began + house.offset)


@pytest.fixture
def post(house: House, channel: Channel) -> Post:  # noqa: F811
    made = house.post("Bread.", channel)
    approve(made, by=Caller.of(house.owner), undoable=True)
    return made


def rounds(house: House, seconds: int) -> None:
    for _ in range(seconds):
        tasks.round()
        house.later(1)


def test_what_is_undone_after_59_seconds_was_never_asked_for_and_can_be_approved_again(
    house: House, post: Post
) -> None:
    rounds(house, 59)
    assert (read(post.deliveries.get()).state, SHOWN) == (State.PREPARED, [])
    assert approval_undo.undo(post, by=Caller.of(house.owner)) == []
    rounds(house, 5)
    old = post.deliveries.get()
    assert (post.state, post.text, post.decided_by, old.state, SHOWN) == ("draft", "Bread.", None, "cancelled", [])
    assert not manual_actions.may_be_posted(old)
    (new,) = approve(post, by=Caller.of(house.owner), undoable=True)
    rounds(house, 70)
    assert (read(new).state, read(old).state, len(SHOWN)) == (State.PUBLISHED, State.CANCELLED, 1)
    assert verify() == []


@pytest.mark.parametrize(("hurried", "shown_after"), [(False, 60), (True, 0)])
def test_it_goes_out_when_the_minute_is_over_or_knowingly_at_once(
    house: House, post: Post, hurried: bool, shown_after: int
) -> None:
    if hurried:
        approval_undo.post_at_once(post, by=Caller.of(house.owner))
        with pytest.raises(NotPossible):
            approval_undo.post_at_once(post, by=Caller.of(house.owner))
    rounds(house, shown_after)
    assert SHOWN == []
    rounds(house, 4)
    assert len(SHOWN) == 1


def test_at_once_skips_the_minute_and_not_the_time_that_it_is_planned_for(house: House, channel: Channel) -> None:  # noqa: F811
    made = house.post("Bread.", channel)
    Post.objects.update(due_at=clock.now() + dt.timedelta(seconds=30))
    made.refresh_from_db()
    approve(made, by=Caller.of(house.owner), undoable=True)
    (hurried,) = approval_undo.post_at_once(made, by=Caller.of(house.owner))
    assert (hurried.undo_until, hurried.due_at, hurried.next_at) == (None, made.due_at, made.due_at)


@pytest.mark.parametrize(("seconds", "offered"), [(None, True), (30, True), (3600, False)])
def test_at_once_is_offered_for_what_waits_for_nothing_but_the_minute(
    house: House,
    channel: Channel,  # noqa: F811
    seconds: int | None,
    offered: bool,
) -> None:
    made = house.post("Bread.", channel)
    Post.objects.update(due_at=seconds and clock.now() + dt.timedelta(seconds=seconds))
    made.refresh_from_db()
    approve(made, by=Caller.of(house.owner), undoable=True)
    assert approval_undo.may_go_at_once(made) is offered


def test_nobody_hurries_a_post_of_somebody_else(post: Post) -> None:
    with pytest.raises(NotPossible):
        approval_undo.post_at_once(post, by=Caller.of(factories.person("Bob")))
    assert post.deliveries.get().undo_until is not None


def test_what_may_be_out_since_a_backup_was_put_back_is_not_undone(house: House, post: Post) -> None:
    Delivery.objects.update(restored_at=clock.now())
    with pytest.raises(NotPossible):
        approval_undo.undo(post, by=Caller.of(house.owner))
    assert post.deliveries.get().state == State.QUEUED


def test_commands_and_standing_orders_do_not_wait(house: House, channel: Channel) -> None:  # noqa: F811
    house.approved("At once.", channel)
    tasks.round()
    assert len(SHOWN) == 1


def test_what_was_marked_stays_and_the_others_are_cancelled(house: House, post: Post, channel: Channel) -> None:  # noqa: F811
    other = Channel.objects.create(
        owner=house.owner, credential=channel.credential, platform="staged", remote_id="2", name="Second"
    )
    first = post.deliveries.get()
    second = Delivery.objects.create(
        **{each: getattr(first, each) for each in ("owner", "post", "platform", "due_at", "latest_at", "content_hash")},
        channel=other,
        channel_name="Second",
        state=State.BLOCKED,
    )
    approval_undo.post_at_once(post, by=Caller.of(house.owner))
    to(State.PUBLISHED, first)
    assert approval_undo.undo(post, by=Caller.of(house.owner)) == [first]
    assert (read(second).state, post.state) == (State.CANCELLED, Post.State.APPROVED)
    with pytest.raises(NotPossible):
        approval_undo.undo(post, by=Caller.of(house.owner))


@pytest.fixture
def apart(house: House, channel: Channel) -> tuple[Post, Delivery, Delivery]:  # noqa: F811
    """A post for two places: the first had it already when it was undone, the second did not."""
    other = Channel.objects.create(
        owner=house.owner, credential=channel.credential, platform="staged", remote_id="2", name="Second"
    )
    made = house.post("Bread.", channel, other)
    approve(made, by=Caller.of(house.owner), undoable=True)
    approval_undo.post_at_once(made, by=Caller.of(house.owner))
    first, second = made.deliveries.get(channel=channel), made.deliveries.get(channel=other)
    to(State.PUBLISHED, first)
    assert approval_undo.undo(made, by=Caller.of(house.owner)) == [first]
    return made, first, second


def sent(delivery: Delivery) -> dict[str, object]:
    """What is known to have been asked for."""
    facts = ("state", "remote_id", "commits", "committed_at", "text")
    return Delivery.objects.filter(pk=delivery.pk).values(*facts).get()


def test_the_part_that_was_undone_is_approved_again_and_the_other_is_left_alone(
    house: House, apart: tuple[Post, Delivery, Delivery]
) -> None:
    post, first, second = apart
    before = sent(first)
    assert approving.may_be_approved(post)
    (again,) = approve(post, by=Caller.of(house.owner), undoable=True)
    assert (again.channel_id, again.pk == second.pk, read(second).state) == (second.channel_id, False, State.CANCELLED)
    assert not approving.may_be_approved(post)
    rounds(house, 70)
    assert (read(again).state, len(SHOWN)) == (State.PUBLISHED, 2)
    assert sent(first) == before
    assert verify() == []


def test_the_part_that_was_undone_gets_other_words(house: House, apart: tuple[Post, Delivery, Delivery]) -> None:
    post, first, _ = apart
    approving.reword(post, text="Bread and butter.", alt_texts={}, by=Caller.of(house.owner))
    assert [each.code for each in verify()] == []
    (again,) = approve(post, by=Caller.of(house.owner))
    assert (again.text, read(first).text) == ("Bread and butter.", "Bread.")


def test_of_two_who_approve_the_part_again_one_wins(house: House, apart: tuple[Post, Delivery, Delivery]) -> None:
    twin = Post.objects.get(pk=apart[0].pk)
    (again,) = approve(apart[0], by=Caller.of(house.owner))
    with pytest.raises(NotPossible):
        approve(twin, by=Caller.of(house.owner))
    manual_actions.forget(again, by=Caller.of(house.owner))  # what a person leaves stays left
    with pytest.raises(NotPossible):
        approve(twin, by=Caller.of(house.owner))
    with pytest.raises(NotPossible):
        approving.reword(twin, text="Too late.", alt_texts={}, by=Caller.of(house.owner))
    assert Delivery.objects.count() == 3


def test_the_part_is_undone_and_approved_as_often_as_they_like(
    house: House, apart: tuple[Post, Delivery, Delivery]
) -> None:
    post, first, _ = apart
    for _ in range(3):
        approve(post, by=Caller.of(house.owner), undoable=True)
        assert approval_undo.undo(post, by=Caller.of(house.owner)) == [first]
    assert approve(post, by=Caller.of(house.owner))
    rounds(house, 5)
    assert len(SHOWN) == 2


def test_a_part_whose_channel_is_gone_is_not_offered_again(
    house: House, apart: tuple[Post, Delivery, Delivery]
) -> None:
    post, _, second = apart
    Channel.objects.filter(pk=second.channel_id).delete()
    assert not approving.may_be_approved(Post.objects.get(pk=post.pk))
    with pytest.raises(NotPossible):
        approve(post, by=Caller.of(house.owner))


@pytest.mark.parametrize("decide", [approve, discard])
def test_why_it_waited_is_there_again(house: House, channel: Channel, decide: Callable[..., object]) -> None:  # noqa: F811
    made = house.post("Held.", channel)
    Post.objects.filter(pk=made.pk).update(**Post.hold.columns(Said(words="Look at it first.")))
    decide(made, by=Caller.of(house.owner))
    assert Post.objects.get(pk=made.pk).waits_because == ""
    approval_undo.undo(made, by=Caller.of(house.owner))
    rounds(house, 70)
    read_again = Post.objects.get(pk=made.pk)
    assert (read_again.state, read_again.waits_because, SHOWN) == (Post.State.DRAFT, str(read_again.hold), [])
    assert read_again.hold == Said(words="Look at it first.")


@pytest.mark.parametrize("moment", ["preparing", "asked", "publishing"])
def test_undo_and_the_mark_never_cross(house: House, post: Post, moment: str) -> None:
    """A person undoes in the middle of a worker's step: it is taken back, or it is out, and never both."""
    came: list[str] = []

    def undo() -> None:
        try:
            came.extend(each.state for each in approval_undo.undo(Post.objects.get(), by=Caller.of(house.owner)))
            came.append("undone")
        except NotPossible:
            came.append("too late")

    EVENTS[moment] = undo
    rounds(house, 63)
    marked = moment == "publishing"
    assert came == ["too late" if marked else "undone"]
    assert len(SHOWN) == marked
    assert Post.objects.get().state == (Post.State.APPROVED if marked else Post.State.DRAFT)
    assert read(post.deliveries.get()).state == (State.PUBLISHED if marked else State.CANCELLED)
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.COMMIT).count() == marked


def test_a_worker_that_read_the_row_before_it_was_undone_does_not_mark_it(house: House, post: Post) -> None:
    prepared = to(State.PREPARED, post.deliveries.get())
    house.later(61)
    stale = read(prepared)
    assert Delivery.objects.take(stale)
    approval_undo.undo(post, by=Caller.of(house.owner))
    takings.STEPS[State.PREPARED](stale)
    assert (SHOWN, read(prepared).state) == ([], State.CANCELLED)


def test_a_no_is_taken_back_too_and_the_machine_s_own_is_not(house: House, channel: Channel) -> None:  # noqa: F811
    kept, taken = house.post("No.", channel), house.post("Gone.", channel)
    discard(kept, by=Caller.of(house.owner))
    Post.objects.filter(pk=taken.pk).update(state=Post.State.DISCARDED)
    taken.refresh_from_db()
    assert (approval_undo.may_be_undone(kept), approval_undo.may_be_undone(taken)) == (True, False)
    assert (approval_undo.undo(kept, by=Caller.of(house.owner)), kept.state) == ([], Post.State.DRAFT)
    with pytest.raises(NotPossible):
        approval_undo.undo(taken, by=Caller.of(house.owner))


def test_a_minute_of_a_clock_that_was_ahead_is_over(house: House, post: Post) -> None:
    row = post.deliveries.get()
    assert preflight.undoable(row) is not None
    house.offset -= 600
    assert preflight.undoable(row) is None


def test_what_was_marked_on_several_channels_is_told_of_several(house: House, post: Post) -> None:
    one = [Delivery(channel_name="Bakery")]
    both = [*one, Delivery(channel_name="Mill")]
    rest = [approval_undo.told(marked).replace(", Mill", "").replace("Bakery", "") for marked in (one, both)]
    assert rest[0] != rest[1]  # was, were
