"""Two workers with the same read, leases that end, people who decide meanwhile, rows that vanish: never twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import IntegrityError

from accounts.connections.grants import connect, delete_tokens
from accounts.models import Channel
from outbox import manual_actions, takings
from outbox.models import LedgerEntry
from outbox.reasons.acts import NothingUploaded
from outbox.receipts import settle
from poster import clock
from poster.errors import RateLimited, Unanswered, Unauthorized
from poster.models import Switch
from poster.permissions import Caller, NotPossible
from publishing.describing.adopting import adopt
from publishing.models import Delivery, Post
from publishing.platforms import PLATFORMS, Receipt, Spoilt
from publishing.posts.approving import approve, approve_by_watch, discard, reword
from publishing.posts.composing import compose, compose_ready
from publishing.posts.writing_again import write_again
from publishing.reasons.sending import ThrownAway
from publishing.reasons.waiting import ChannelsOfWatchOff
from tests.facts import Said, Told, with_reason
from tests.house import House, grant
from tests.publishing.staged import EVENTS, SHOWN, laid_down
from tests.walls import walls_down
from tests.watches.staged import registered
from watches.models import FoundFile, Watch
from writing.models import Suggestion

State = Delivery.State


@pytest.fixture
def channel(house: House) -> Iterator[Channel]:
    """A channel of a platform behind which something may happen."""
    tokens = house.box.person()
    credential, _ = connect(house.owner, "facebook", grant(tokens["facebook"]))
    Channel.objects.all().delete()
    with registered(PLATFORMS, "staged", "tests.publishing.staged:Platform"):
        made = Channel.objects.create(
            owner=house.owner, credential=credential, platform="staged", remote_id="1", name="Stage"
        )
        house.channels = {"staged": made}
        yield made
    EVENTS.clear()
    SHOWN.clear()


@pytest.fixture
def delivery(house: House, channel: Channel) -> Delivery:
    return house.approved("Bread.", channel)[0]


def read(delivery: Delivery) -> Delivery:
    """As a worker reads it."""
    return Delivery.objects.select_related("post", "channel__credential").get(pk=delivery.pk)


def to(state: str, delivery: Delivery) -> Delivery:
    """Let it go on until it is there."""
    for _ in range(5):
        delivery = read(delivery)
        if delivery.state == state:
            return delivery
        if delivery.state == State.QUEUED:
            laid_down(delivery)
        else:
            assert takings.advance(delivery)
    raise AssertionError(f"It is {read(delivery).state}.")


def lost() -> None:
    raise Unanswered(Said(words="No answer."))


# --- the same read


@pytest.mark.parametrize("state", [State.QUEUED, State.PREPARED, State.PUBLISHING, State.CHECKING])
def test_of_two_workers_with_the_same_read_one_makes_the_step(house: House, delivery: Delivery, state: str) -> None:
    Delivery.objects.update(state=state, committed_at=clock.now(), commits=1, refs="laid")
    one, other = read(delivery), read(delivery)
    assert takings.advance(one)
    assert not takings.advance(other)


def test_an_old_read_never_moves_what_went_on(house: House, delivery: Delivery) -> None:
    stale = {state: read(to(state, delivery)) for state in (State.QUEUED, State.PREPARED, State.PUBLISHED)}
    house.later(3600)
    assert [takings.advance(old) for state, old in stale.items() if state != State.PUBLISHED] == [False, False]
    assert len(SHOWN) == 1


def test_two_posts_to_one_channel_are_never_in_flight_together(house: House, channel: Channel) -> None:
    first, second = (house.approved(text, channel)[0] for text in ("One.", "Two."))
    to(State.PREPARED, first)
    to(State.PREPARED, second)
    seen: list[str] = []

    def meanwhile() -> None:
        takings.advance(read(second))
        seen.append(read(second).state)

    EVENTS["publishing"] = meanwhile
    takings.advance(read(first))
    assert seen == [State.PREPARED]
    house.settle(second)
    assert len(SHOWN) == 2


# --- leases that end


def test_a_preparation_that_slept_through_its_lease_writes_nothing(house: House, delivery: Delivery) -> None:
    def sleep() -> None:
        house.later(6 * 60)
        to(State.PUBLISHED, delivery)

    EVENTS["preparing"] = sleep
    takings.advance(read(delivery))
    house.settle(delivery)
    assert (delivery.state, len(SHOWN)) == (State.PUBLISHED, 1)


def test_a_worker_that_slept_before_the_mark_does_not_publish(house: House, delivery: Delivery) -> None:
    to(State.PREPARED, delivery)

    def sleep() -> None:
        house.later(6 * 60)
        to(State.PUBLISHED, delivery)

    EVENTS["asked"] = sleep
    takings.advance(read(delivery))
    assert (read(delivery).state, len(SHOWN)) == (State.PUBLISHED, 1)


def test_a_receipt_that_comes_after_the_lease_still_counts(house: House, delivery: Delivery) -> None:
    to(State.PREPARED, delivery)

    def sleep() -> None:
        house.later(3 * 60)
        to(State.CHECKING, delivery)

    EVENTS["published"] = sleep
    takings.advance(read(delivery))
    delivery = read(delivery)
    assert (delivery.state, delivery.remote_id, len(SHOWN)) == (State.PUBLISHED, "1", 1)


def test_who_lost_the_lease_while_marking_does_not_let_go_of_the_others(house: House, channel: Channel) -> None:
    first, second = (house.approved(text, channel)[0] for text in ("One.", "Two."))
    to(State.PREPARED, first)
    to(State.PREPARED, second)
    others: list[int] = []

    def taken_over() -> None:
        """Its lease is over, another worker has it, and a third post is in flight on the channel."""
        house.later(6 * 60)
        Delivery.objects.filter(pk=first.pk).update(state=State.PUBLISHING)
        other = read(second)
        assert Delivery.objects.take(other)
        others.append(other.fence)

    EVENTS["asked"] = taken_over
    takings.advance(read(second))
    assert SHOWN == []
    assert read(second).leased_until is not None
    assert [read(second).fence] == others


def test_what_a_person_says_while_a_worker_looks_is_not_undone_by_it(house: House, delivery: Delivery) -> None:
    to(State.PREPARED, delivery)
    EVENTS["publishing"] = lost
    takings.advance(read(delivery))
    house.later(1200)
    for _ in range(2):
        takings.advance(read(delivery))
        house.later(70)
    EVENTS["finding"] = lambda: manual_actions.say_it_is_there(read(delivery), by=Caller.of(house.owner))
    takings.advance(read(delivery))  # the third "not there": without the person it would go out again
    house.settle(delivery)
    assert (delivery.state, SHOWN) == (State.PUBLISHED, [])


def test_a_receipt_that_comes_while_another_looks_is_not_undone_by_it(house: House, delivery: Delivery) -> None:
    to(State.PREPARED, delivery)
    zombie = read(delivery)
    EVENTS["publishing"] = lost
    takings.advance(read(delivery))
    house.later(1200)
    for _ in range(2):
        takings.advance(read(delivery))
        house.later(70)

    def late() -> None:
        SHOWN.append("late")
        settle(zombie, Receipt("1"), Told(words="They say it is out."))

    EVENTS["finding"] = late
    takings.advance(read(delivery))
    house.settle(delivery)
    assert (delivery.state, SHOWN) == (State.PUBLISHED, ["late"])


# --- people meanwhile


def test_discarded_while_it_was_prepared_it_does_not_go_out(house: House, delivery: Delivery) -> None:
    EVENTS["preparing"] = lambda: Post.objects.update(state=Post.State.DISCARDED)
    house.settle(delivery)
    assert (delivery.state, SHOWN) == (State.CANCELLED, [])


@pytest.mark.parametrize("moment", ["preparing", "asked"])
def test_the_kill_switch_stops_what_is_not_marked_yet(house: House, delivery: Delivery, moment: str) -> None:
    EVENTS[moment] = lambda: Switch.objects.create(name=Switch.PAUSE)
    for _ in range(5):
        house.round()
        house.later(10)
    assert SHOWN == []
    Switch.objects.all().delete()
    house.settle(delivery)
    assert len(SHOWN) == 1


def test_the_kill_switch_between_mark_and_answer_leaves_the_truth(house: House, delivery: Delivery) -> None:
    EVENTS["publishing"] = lambda: Switch.objects.create(name=Switch.PAUSE)
    house.settle(delivery)
    assert (delivery.state, len(SHOWN)) == (State.PUBLISHED, 1)


@pytest.mark.parametrize("moment", ["preparing", "asked", "publishing", "published"])
def test_a_channel_that_is_deleted_in_mid_flight_stops_nobody(house: House, delivery: Delivery, moment: str) -> None:
    EVENTS[moment] = lambda: Channel.objects.all().delete()
    house.settle(delivery)
    out = moment in {"publishing", "published"}
    assert (delivery.state, len(SHOWN)) == ((State.PUBLISHED, 1) if out else (State.CANCELLED, 0))


@pytest.mark.parametrize("moment", ["preparing", "asked"])
def test_a_login_that_is_disconnected_in_mid_flight_blocks_it(house: House, delivery: Delivery, moment: str) -> None:
    EVENTS[moment] = lambda: delete_tokens(Channel.objects.get().credential)
    house.settle(delivery, hours=0.1)
    assert (delivery.state, SHOWN) == (State.BLOCKED, [])


def test_a_verdict_about_the_old_login_does_not_block_the_new_one(house: House, delivery: Delivery) -> None:
    def reconnected() -> None:
        credential = Channel.objects.get().credential
        type(credential).objects.update(version=credential.version + 1, refreshed_at=clock.now())
        raise Unauthorized(Said(words="The old token is no longer accepted."))

    EVENTS["preparing"] = reconnected
    takings.advance(read(delivery))
    assert Channel.objects.get().state == Channel.State.ACTIVE
    house.settle(delivery)
    assert delivery.state == State.PUBLISHED


@pytest.mark.parametrize("moment", ["preparing", "asked", "publishing", "published"])
def test_a_row_that_vanishes_in_mid_flight_stops_nobody(house: House, channel: Channel, moment: str) -> None:
    gone, other = (house.approved(text, channel)[0] for text in ("Gone.", "Stays."))

    def vanish() -> None:
        with walls_down():
            gone.post.delete()

    EVENTS[moment] = vanish
    takings.advance(read(gone)) if moment == "preparing" else to_the_end(gone)
    house.settle(other)
    assert other.state == State.PUBLISHED
    assert Delivery.objects.count() == 1


def to_the_end(delivery: Delivery) -> None:
    for _ in range(4):
        if Delivery.objects.filter(pk=delivery.pk).exists():
            takings.advance(read(delivery))


def test_of_two_who_approve_one_wins_and_there_is_one_delivery(house: House, channel: Channel) -> None:
    post = house.post("Once.", channel)
    twin = Post.objects.get(pk=post.pk)
    approve(post, by=Caller.of(house.owner))
    with pytest.raises(NotPossible):
        approve(twin, by=Caller.of(house.owner))
    with pytest.raises(NotPossible):
        discard(twin, by=Caller.of(house.owner))
    assert Delivery.objects.count() == 1


def test_an_answer_of_a_person_and_a_step_of_a_worker_never_cross(house: House, delivery: Delivery) -> None:
    to(State.PREPARED, delivery)
    EVENTS["publishing"] = lost
    takings.advance(read(delivery))
    house.later(120)
    answers: list[type[BaseException]] = []

    def person() -> None:
        try:
            manual_actions.say_it_is_not(Delivery.objects.get(), by=Caller.of(house.owner))
        except NotPossible as error:
            answers.append(type(error))

    EVENTS["finding"] = person
    takings.advance(read(delivery))
    house.settle(delivery)
    assert len(SHOWN) == 1


def test_what_was_never_laid_down_is_not_asked_about(house: House, channel: Channel) -> None:
    asset = house.asset()
    house.settle(house.approved("One.", channel, asset=asset)[0])
    post = house.post("Two.", channel, asset=asset)
    (delivery,) = approve_by_watch(post)
    house.settle(delivery)
    assert (delivery.state, delivery.refs) == (State.NEEDS_YOU, "")
    with pytest.raises(NotPossible, check=with_reason(NothingUploaded)):
        manual_actions.ask_again(delivery, by=Caller.of(house.owner))


# --- composing


def taken(house: House, *channels: Channel) -> FoundFile:
    """A file that was taken, of a watch that posts by itself."""
    return house.found(house.watch(channels=list(channels))).found


def test_two_workers_compose_one_post(house: House, channel: Channel) -> None:
    file = taken(house, channel)
    one, other = (FoundFile.objects.select_related("watch").get(pk=file.pk) for _ in range(2))
    assert compose(one)
    assert not compose(other)
    assert (Post.objects.count(), Post.objects.get().wants_words) == (1, Post.Words.CAPTIONER)


def words(post: Post, text: str = "Bread.") -> Suggestion:
    return Suggestion(owner=post.owner, subject=post.pk, turn=post.turn, text=text, captioner="describer")


def wordless(house: House, channel: Channel) -> Post:
    file = taken(house, channel)
    assert compose(file)
    return Post.objects.select_related("watch").get(file=file)


def test_of_two_answers_to_one_question_the_second_is_dropped(house: House, channel: Channel) -> None:
    post = wordless(house, channel)
    assert adopt(post, post.watch, words(post))
    with pytest.raises(IntegrityError):
        adopt(post, post.watch, words(post, "Cake."))
    assert (Post.objects.get().text, Suggestion.objects.count(), Delivery.objects.count()) == ("Bread.", 1, 1)


def test_an_answer_never_comes_over_what_a_person_typed_meanwhile(house: House, channel: Channel) -> None:
    post = wordless(house, channel)
    reword(Post.objects.get(), text="My own words.", alt_texts={}, by=Caller.of(house.owner))
    assert not adopt(post, post.watch, words(post))
    assert (Post.objects.get().text, Suggestion.objects.get().text) == ("My own words.", "Bread.")
    assert Post.objects.get().state == Post.State.DRAFT


def test_written_again_the_next_answer_takes_the_place_of_the_last_unless_it_was_approved(
    house: House, channel: Channel
) -> None:
    post = wordless(house, channel)
    Watch.objects.update(approval=Watch.Approval.ASK)
    assert adopt(post, Watch.objects.get(), words(post))
    for text in ("Cake.", "Rolls."):
        post.refresh_from_db()
        write_again(post, by=Caller.of(house.owner))
        assert post.text != text  # what is there stays until the new words are
        with pytest.raises(NotPossible):
            approve(post, by=Caller.of(house.owner))
        assert adopt(post, Watch.objects.get(), words(post, text))
        assert Post.objects.get().text == text
    post.refresh_from_db()
    approve(post, by=Caller.of(house.owner))
    with pytest.raises(NotPossible):
        write_again(post, by=Caller.of(house.owner))
    late = Suggestion(owner=post.owner, subject=post.pk, turn=4, text="Too late.", captioner="describer")
    assert not adopt(post, Watch.objects.get(), late)
    assert Post.objects.get().text == "Rolls."


def test_an_answer_for_a_post_that_was_deleted_is_kept_nowhere(house: House, channel: Channel) -> None:
    post = wordless(house, channel)
    Post.objects.all().delete()
    assert not adopt(post, post.watch, words(post))
    assert not Suggestion.objects.exists()


def test_a_watch_whose_channels_are_all_switched_off_holds_up_nobody_else(house: House, channel: Channel) -> None:
    off = Channel.objects.create(
        owner=house.owner, credential=channel.credential, platform="staged", remote_id="2", name="Off"
    )
    post = wordless(house, off)
    Channel.objects.filter(pk=off.pk).update(state=Channel.State.OFF)
    assert adopt(post, post.watch, words(post))
    (delivery,) = house.approved("From another watch.", channel)
    house.settle(delivery)
    assert delivery.state == State.PUBLISHED
    assert Post.objects.get(state=Post.State.DRAFT).hold == ChannelsOfWatchOff()


def test_a_watch_that_is_removed_between_reading_and_composing_stops_nobody(house: House, channel: Channel) -> None:
    stale = FoundFile.objects.select_related("watch").get(pk=taken(house, channel).pk)
    Watch.objects.all().delete()
    assert not compose(stale)
    assert compose_ready() == 0


# --- pacing, staging, clocks


def test_a_channel_that_asked_for_rest_is_not_asked_by_the_next_in_line(house: House, channel: Channel) -> None:
    asked: list[str] = []

    def busy() -> None:
        asked.append("called")
        EVENTS["preparing"] = busy
        raise RateLimited(Said(words="Too many calls."), retry_after=600)

    EVENTS["preparing"] = busy
    for number in range(4):
        house.approved(f"Number {number}.", channel, asset=house.asset(f"{number}.jpg", width=640 + number))
    house.round()
    assert asked == ["called"]


def test_preparations_that_were_not_answered_are_not_counted_as_spoilt(house: House, delivery: Delivery) -> None:
    def unanswered() -> None:
        raise Unanswered(Said(words="No answer."))

    for _ in range(5):
        EVENTS["preparing"] = unanswered
        takings.advance(read(delivery))
        house.later(4000)
    EVENTS["asked"] = _gone
    house.settle(delivery)
    assert delivery.state == State.PUBLISHED


def _gone() -> None:
    raise Spoilt(ThrownAway(service="Staged"))


def test_a_picture_that_is_spoilt_each_time_is_given_up(house: House, delivery: Delivery) -> None:
    def again() -> None:
        EVENTS["asked"] = again
        _gone()

    EVENTS["asked"] = again
    house.settle(delivery)
    assert (delivery.state, SHOWN) == (State.FAILED, [])
    assert delivery.entries.filter(kind=LedgerEntry.Kind.STAGE).count() == 3


def test_a_clock_that_jumps_back_after_the_mark_sends_nothing_twice(house: House, delivery: Delivery) -> None:
    to(State.PREPARED, delivery)

    def jump() -> None:
        house.later(-7200)
        raise Unanswered(Said(words="No answer."))

    EVENTS["published"] = jump
    takings.advance(read(delivery))
    house.settle(delivery)
    assert (delivery.state, len(SHOWN)) == (State.PUBLISHED, 1)


def test_a_clock_that_jumps_far_ahead_sends_nothing_twice(house: House, delivery: Delivery) -> None:
    to(State.PREPARED, delivery)

    def jump() -> None:
        house.later(20 * 3600)
        raise Unanswered(Said(words="No answer."))

    EVENTS["published"] = jump
    takings.advance(read(delivery))
    house.settle(delivery)
    assert (delivery.state, len(SHOWN)) == (State.PUBLISHED, 1)


def test_the_lease_of_a_mark_outlives_the_call(house: House, delivery: Delivery) -> None:
    to(State.PREPARED, delivery)
    left: list[dt.timedelta] = []
    EVENTS["publishing"] = lambda: left.append(read(delivery).leased_until - clock.now())
    takings.advance(read(delivery))
    assert left[0] > dt.timedelta(seconds=90)
