"""The corners of the delivery core that no larger story comes by."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection

from accounts.models import Channel, Credential, User
from outbox import checking, delivering, manual_actions, pacing, takings, tasks, unblocked
from outbox.access import account_of
from outbox.crew import Crew
from outbox.models import LedgerEntry
from outbox.reasons.acts import NothingSent, StateIsOther, WorkerOnIt
from outbox.reasons.steps import Mended
from outbox.receipts import settle
from outbox.staging import staged
from poster import clock
from poster.errors import Actor, Trace, Unauthorized
from poster.http.client import Exchange
from poster.permissions import Caller, NotPossible
from poster.work import mishaps
from proof.faults import Fault, Kind, Said
from publishing.delivery import cleanup
from publishing.delivery.publish_request import request_of
from publishing.models import Delivery, Post, PostAsset
from publishing.platforms import PLATFORMS as KNOWN
from publishing.platforms import Receipt
from publishing.posts import approving
from publishing.reasons.posts import NoChannelLeft, NoDraft
from tests import facts, pictures
from tests.facts import Told, with_reason
from tests.faults.laboratory import Laboratory
from tests.held import deliver, files, hold, lay_down, rendition
from tests.publishing.staged import EVENTS
from tests.walls import walls_down
from tests.watches.staged import registered
from watches.models import FoundFile, SourceCursor, Watch

State = Delivery.State
CUT_OFF = Fault("cut off before they did it", done=False, silent=True)


def held(lab: Laboratory, number: int) -> Delivery:
    """As a worker holds it."""
    row = lab.row(number)
    assert Delivery.objects.take(row)
    return row


def prepared(lab: Laboratory, platform: str = "facebook") -> int:
    number = lab.post(platform)
    assert lab.lay_down(number).state == State.PREPARED
    return number


def in_doubt(lab: Laboratory, platform: str = "facebook") -> int:
    number = lab.post(platform)
    lab.planned(lambda _place, kind: CUT_OFF if kind is Kind.COMMIT else None)
    while lab.row(number).state != State.CHECKING:
        lab.step(number)
        lab.time.sleep(5)
    lab.quiet()
    return number


def draft(lab: Laboratory, *channels: Channel) -> Post:
    post = Post.objects.create(owner=lab.owner, text="Not yet.")
    post.channels.set(channels)
    PostAsset.objects.create(post=post, asset=lab.asset("b" * 64), alt_text="A loaf")
    return post


# --- the gate


def test_a_channel_that_changed_hands_gets_nothing(lab: Laboratory) -> None:
    """I12: asked again right before the call, in the transaction that writes the intent."""
    number = lab.post("facebook")
    other = User.objects.create(email="ben@example.org")
    with walls_down():  # the database would not let it
        Channel.objects.filter(pk=lab.row(number).channel_id).update(owner=other)
    row = lab.settle(number)
    assert (row.state, lab.wire.commits) == (State.CANCELLED, [])
    assert "somebody else" in row.error


@pytest.mark.parametrize(
    ("practising", "end", "says"), [(True, State.BLOCKED, "Real"), (False, State.CANCELLED, "over")]
)
def test_practice_and_real_accounts_are_never_mixed(
    lab: Laboratory, settings, practising: bool, end: str, says: str
) -> None:
    number = lab.post("facebook")
    settings.PRACTICE = practising
    Credential.objects.update(practice=not practising)
    row = lab.settle(number, hours=1)
    assert (row.state, lab.wire.calls) == (end, 0)
    assert says in row.error


def test_the_operators_matter_does_not_block_the_channel(lab: Laboratory) -> None:
    """The login is fine; it is our app that they do not know."""
    number = lab.post("facebook")
    lab.planned(lambda _place, kind: Fault("no", done=False, said=Said(400, code=101)) if kind is Kind.STAGE else None)
    row = lab.settle(number, hours=1)
    assert row.state in {State.FAILED, State.BLOCKED}
    assert row.actor == "operator"
    assert Channel.objects.get(pk=row.channel_id).state == Channel.State.ACTIVE


def test_a_channel_that_is_switched_off_waits_until_it_is_switched_on(lab: Laboratory) -> None:
    number = lab.post("facebook")
    channels = Channel.objects.filter(pk=lab.row(number).channel_id)
    channels.update(state=Channel.State.OFF)
    row = lab.settle(number, hours=1)
    assert (row.state, "switched off" in row.error) == (State.BLOCKED, True)
    channels.update(state=Channel.State.ACTIVE)
    assert lab.settle(number).state == State.PUBLISHED


# --- the round


def test_a_round_whose_time_is_over_begins_nothing(lab: Laboratory) -> None:
    number, asked = lab.post("facebook"), lab.post("facebook")
    lab.settle(asked)
    calls = lab.wire.calls
    assert takings.deliver_due(lambda: True, Crew(1)) == 0
    assert lab.row(number).state == State.QUEUED
    assert tasks.link_due(lambda: True, Crew(1)) == 0
    assert lab.wire.calls == calls
    assert cleanup.drop_finished(over=lambda: True) == 0
    assert files(lab.row(asked).post.assets.get().pk)
    assert cleanup.drop_finished() == 1


def test_an_error_of_the_database_that_is_not_about_a_deleted_row_is_not_hushed_up(
    lab: Laboratory, caplog: pytest.LogCaptureFixture
) -> None:
    number = lab.post("facebook")
    mishaps.forget()

    def refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT INTO"):
            raise IntegrityError("no")
        return execute(sql, *rest)

    assert lab.step(number, statements=refuse)
    assert (lab.row(number).state, lab.row(number).deaths) == (State.QUEUED, 0)
    assert [record.name for record in caplog.records if record.exc_info] == [mishaps.__name__]


# --- what was prepared


def test_what_was_prepared_long_ago_is_prepared_anew(lab: Laboratory) -> None:
    number = prepared(lab)
    before = lab.row(number).refs
    lab.time.sleep(21 * 3600)
    row = lab.settle(number)
    assert (row.state, len(lab.feed(number))) == (State.PUBLISHED, 1)
    assert row.refs != before


def test_what_is_out_already_although_nobody_marked_it_is_asked_about_and_not_published(lab: Laboratory) -> None:
    """Their container says published: a request of ours that we had given up, or another program with our login."""
    number = prepared(lab, "instagram")
    row = lab.row(number)
    KNOWN["instagram"]().publish(account_of(row), request_of(row), staged(row))
    lab.step(number)
    assert lab.row(number).state == State.CHECKING
    row = lab.settle(number)
    assert (row.state, len(lab.feed(number)), lab.wire.commits) == (State.PUBLISHED, 1, [])


def test_an_app_that_they_do_not_let_in_waits_for_the_operator_and_blames_no_channel(lab: Laboratory) -> None:
    number = lab.post("facebook")
    Delivery.objects.filter(pk=lab.rows[number]).update(platform="staged")

    def shut() -> None:
        raise Unauthorized(facts.Said(words="Our app is not let in."), actor=Actor.OPERATOR)

    with registered(KNOWN, "staged", "tests.publishing.staged:Platform"):
        EVENTS["preparing"] = shut
        lab.step(number)
        row = lab.row(number)
    assert (row.state, row.actor) == (State.BLOCKED, "operator")
    assert Channel.objects.get(pk=row.channel_id).state == Channel.State.ACTIVE


def test_a_picture_that_is_none_fails_with_its_name(lab: Laboratory) -> None:
    number = lab.post("facebook")
    row = lab.row(number)
    hold(row.post.assets.get(), b"no picture at all")
    rendition(row).unlink()
    row = lab.settle(number)
    assert (row.state, row.actor, lab.wire.calls) == (State.FAILED, "you", 0)
    assert "bread.jpg" in row.error


@pytest.fixture
def dropped(lab: Laboratory, tmp_path: Path) -> tuple[int, Path]:
    """A post, prepared, whose picture lies in a watched folder."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    path = pictures.saved(folder / "bread.jpg", pictures.four_corners(400, 400), format="JPEG")
    number = prepared(lab)
    stream = SourceCursor.objects.create(owner=lab.owner, source="folder", key=str(folder))
    watch = Watch.objects.create(owner=lab.owner, stream=stream, place_id=str(folder), name="Inbox")
    FoundFile.objects.create(
        owner=lab.owner,
        asset=lab.row(number).post.assets.get(),
        state="taken",
        watch=watch,
        external_id=f"{path.name}#1",  # as the folder source writes it
        revision=hashlib.sha256(path.read_bytes()).hexdigest(),
        name=path.name,
        size=path.stat().st_size,
    )
    return number, path


def test_a_file_that_is_taken_away_at_the_last_moment_stops_it(lab: Laboratory, dropped: tuple[int, Path]) -> None:
    number, path = dropped
    path.unlink()
    os.utime(path.parent, (lab.time.moment, lab.time.moment))  # just now, by the clock of the laboratory
    row = lab.settle(number)
    assert (row.state, lab.feed(number)) == (State.CANCELLED, [])


def test_a_file_that_is_still_there_stops_nothing(lab: Laboratory, dropped: tuple[int, Path]) -> None:
    assert lab.settle(dropped[0]).state == State.PUBLISHED


def test_a_source_that_cannot_be_asked_holds_back_nothing(lab: Laboratory, dropped: tuple[int, Path]) -> None:
    number, path = dropped
    path.unlink()
    path.parent.rmdir()
    assert lab.settle(number).state == State.PUBLISHED


# --- whoever comes too late writes nothing


def overtaken(row: Delivery) -> None:
    """Another worker takes the row; `row` is what the first one still holds."""
    Delivery.objects.filter(pk=row.pk).update(fence=row.fence + 1)


@pytest.mark.parametrize(
    "plan",
    [
        None,
        CUT_OFF,
        Fault("refused", done=False, said=Said(400, code=36003, subcode=2207009)),
        Fault("the login has ended", done=False, said=Said(400, code=190, subcode=463)),
        Fault("busy", done=False, said=Said(429, code=4)),
    ],
    ids=lambda fault: fault.name if fault else "all is well",
)
@pytest.mark.parametrize("at", [Kind.STAGE, Kind.READ, Kind.COMMIT])
def test_a_worker_that_lost_its_row_during_a_call_changes_nothing_but_by_proof(
    lab: Laboratory, at: Kind, plan: Fault | None
) -> None:
    number = lab.post("instagram")
    if at is Kind.COMMIT:
        lab.lay_down(number)
    row = held(lab, number)
    seen: list[dict[str, Any]] = []

    def strike(_place: object, kind: Kind) -> Fault | None:
        if kind is at and not seen:
            overtaken(lab.row(number))
            seen.append(as_it_is(number))
        return plan if kind is at else None

    def as_it_is(number: int) -> dict[str, Any]:
        rows = Delivery.objects.filter(pk=lab.rows[number])
        return dict(rows.values("state", "refs", "fence", "next_at", "reason_code").get())

    lab.planned(strike)
    with lab.wire.about(number):
        (deliver if at is Kind.COMMIT else lay_down)(row)
    if at is Kind.COMMIT and plan is None:
        assert lab.row(number).state == State.PUBLISHED  # a receipt always counts
    else:
        assert as_it_is(number) == seen[0]


def test_who_finds_it_too_old_after_another_has_taken_it_changes_nothing(lab: Laboratory) -> None:
    number = prepared(lab)
    lab.time.sleep(21 * 3600)
    row = held(lab, number)
    overtaken(row)
    lay_down(row)
    assert (lab.row(number).state, lab.row(number).refs) == (State.PREPARED, row.refs)


def test_a_dead_worker_is_doubted_once(lab: Laboratory) -> None:
    number = prepared(lab)
    lab.planned(lambda _place, kind: Fault("killed", dies="after") if kind is Kind.COMMIT else None)
    lab.step(number)
    lab.time.sleep(400)
    first = held(lab, number)
    overtaken(first)
    before = lab.row(number).entries.count()
    delivering.doubt_the_dead(first)
    assert (lab.row(number).state, lab.row(number).entries.count()) == (State.PUBLISHING, before)


def test_who_asks_a_person_after_somebody_else_decided_writes_nothing(lab: Laboratory) -> None:
    number = in_doubt(lab)
    lab.time.sleep(30 * 3600)
    late = held(lab, number)
    manual_actions.say_it_is_there(lab.row(number), by=Caller.of(lab.owner))
    lab.planned(lambda _place, _kind: CUT_OFF)
    with lab.wire.about(number):
        checking.look(late)
    row = lab.row(number)
    assert row.state == State.PUBLISHED
    assert row.error == ""


class Meanwhile:
    """Just before the first statement that begins so, something else happens."""

    def __init__(self, beginning: str, event: Callable[[], object]) -> None:
        self.beginning, self.event = beginning, event

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.beginning and sql.startswith(self.beginning):
            self.beginning = ""
            self.event()
        return execute(sql, params, many, context)


UPDATING = 'UPDATE "outbox_outgoing"'


def test_of_two_who_let_a_blocked_one_go_on_one_does(lab: Laboratory) -> None:
    number = prepared(lab)
    Delivery.objects.filter(pk=lab.rows[number]).update(state=State.BLOCKED)
    with connection.execute_wrapper(Meanwhile(UPDATING, unblocked.unblock)):
        assert unblocked.unblock() == 0
    assert lab.row(number).entries.filter(kind=LedgerEntry.Kind.DECISION, fact_code=Mended.code).count() == 1
    assert lab.row(number).state == State.QUEUED  # and goes on from what is laid down
    assert lab.row(number).refs


def test_a_person_who_meets_a_worker_is_told_to_try_again(lab: Laboratory) -> None:
    number = in_doubt(lab)
    wrapper = Meanwhile(UPDATING, lambda: overtaken(lab.row(number)))
    with connection.execute_wrapper(wrapper), pytest.raises(NotPossible, check=with_reason(WorkerOnIt)):
        manual_actions.ask_again(lab.row(number), by=Caller.of(lab.owner))
    assert lab.row(number).state == State.CHECKING


# --- proof


def test_a_post_that_belongs_to_another_is_not_bound_twice(lab: Laboratory) -> None:
    """Ours is out, they say, and name a post that is another one's: so we do not know which is ours."""
    first, second = lab.post("facebook"), prepared(lab)
    taken = lab.settle(first).remote_id
    settle(lab.row(second), Receipt(taken), Told(words="They say it is out."))
    row = lab.row(second)
    assert (row.state, row.remote_id) == (State.PUBLISHED, "")
    assert lab.row(first).remote_id == taken


def test_without_its_channel_nobody_can_be_asked(lab: Laboratory) -> None:
    number = in_doubt(lab)
    calls = lab.wire.calls
    Delivery.objects.filter(pk=lab.rows[number]).update(channel=None)
    row = lab.settle(number)
    assert (row.state, lab.wire.calls) == (State.NEEDS_YOU, calls)


def test_a_quota_that_they_do_not_tell_holds_back_nothing(lab: Laboratory) -> None:
    number = prepared(lab, "instagram")
    asked = []

    def plan(_place: object, kind: Kind) -> Fault | None:
        asked.append(kind)
        return CUT_OFF if asked.count(Kind.READ) == 2 and kind is Kind.READ else None  # the status, then the quota

    lab.planned(plan)
    assert lab.settle(number).state == State.PUBLISHED
    assert Channel.objects.get(pk=lab.row(number).channel_id).room_read_at is None


@pytest.mark.parametrize(("used", "minutes"), [(0, 0), (79, 0), (80, 5), (99, 5), (100, 60), (250, 60)])
def test_before_an_allowance_is_used_up_the_channel_rests(lab: Laboratory, used: int, minutes: int) -> None:
    row = lab.row(lab.post("facebook"))
    heard = [Exchange("", 200, "", Trace(), 0, used=part) for part in (0, used, 10)]
    pacing.slow_down(row, heard)
    resting = Channel.objects.get(pk=row.channel_id).resting_until
    assert resting == (clock.now() + dt.timedelta(minutes=minutes) if minutes else None)


def test_a_short_rest_ends_no_longer_one(lab: Laboratory) -> None:
    """They said "tomorrow" to one worker, and another is told a moment later that most of the allowance is used."""
    row = lab.row(lab.post("facebook"))
    for hours in (24, 1):
        pacing.rest(row, dt.timedelta(hours=hours))
    assert Channel.objects.get(pk=row.channel_id).resting_until == clock.now() + dt.timedelta(hours=24)


# --- people


def test_nobody_can_say_that_it_is_there_before_anything_of_it_was_sent(lab: Laboratory) -> None:
    """It was held back because the same picture went there: "it is there" would be true of the other one."""
    number = lab.post("facebook")
    Delivery.objects.filter(pk=lab.rows[number]).update(state=State.NEEDS_YOU)
    with pytest.raises(NotPossible, check=with_reason(NothingSent)):
        manual_actions.say_it_is_there(lab.row(number), by=Caller.of(lab.owner))
    assert lab.row(number).state == State.NEEDS_YOU


def test_what_a_person_saw_is_written_down_as_his_word(lab: Laboratory) -> None:
    number = in_doubt(lab)
    manual_actions.say_it_is_there(lab.row(number), by=Caller.of(lab.owner))
    last = lab.row(number).entries.latest("number")
    assert (last.kind, "ann" in last.sentence) == (LedgerEntry.Kind.HUMAN, True)


def test_what_is_forgotten_stays_forgotten(lab: Laboratory) -> None:
    number = in_doubt(lab)
    manual_actions.forget(lab.row(number), by=Caller.of(lab.owner))
    row = lab.settle(number)
    assert (row.state, lab.feed(number)) == (State.CANCELLED, [])
    assert row.entries.filter(kind=LedgerEntry.Kind.HUMAN).count() == 1


def test_after_it_has_settled_a_person_may_say_that_it_is_not_there(lab: Laboratory) -> None:
    number = in_doubt(lab)
    lab.time.sleep(19 * 60)
    manual_actions.say_it_is_not(lab.row(number), by=Caller.of(lab.owner))
    assert lab.settle(number).state == State.PUBLISHED
    assert len(lab.feed(number)) == 1


def test_a_verb_that_does_not_fit_is_refused_with_the_state(lab: Laboratory) -> None:
    number = lab.post("facebook")
    lab.settle(number)
    for verb in (
        manual_actions.say_it_is_there,
        manual_actions.say_it_is_not,
        manual_actions.ask_again,
        manual_actions.post_now,
    ):
        with pytest.raises(NotPossible, check=with_reason(StateIsOther)):
            verb(lab.row(number), by=Caller.of(lab.owner))
    with pytest.raises(NotPossible):
        manual_actions.forget(lab.row(number), by=Caller.of(lab.owner))


def test_a_draft_is_reworded_until_it_is_decided(lab: Laboratory) -> None:
    post = draft(lab, lab.channels["threads"])
    item = post.items.get()
    approving.reword(post, text=" Better words. ", alt_texts={item.pk: " A brown loaf "}, by=Caller.of(lab.owner))
    assert (post.text, post.items.get().alt_text) == ("Better words.", "A brown loaf")
    with pytest.raises(NotPossible, match=lab.channels["threads"].name):
        approving.reword(post, text="x" * 501, alt_texts={}, by=Caller.of(lab.owner))
    approving.discard(post, by=Caller.of(lab.owner))
    with pytest.raises(NotPossible, check=with_reason(NoDraft)):
        approving.reword(post, text="Too late.", alt_texts={}, by=Caller.of(lab.owner))
    with pytest.raises(NotPossible):
        approving.approve(post, by=Caller.of(lab.owner))


def test_without_a_channel_there_is_nothing_to_approve(lab: Laboratory) -> None:
    Channel.objects.filter(pk=lab.channels["threads"].pk).update(state=Channel.State.OFF)
    for post in (draft(lab), draft(lab, lab.channels["threads"])):
        with pytest.raises(NotPossible, check=with_reason(NoChannelLeft)):
            approving.approve(post, by=Caller.of(lab.owner))
        assert Post.objects.get(pk=post.pk).state == Post.State.DRAFT


# --- small things


def test_a_login_of_the_other_world_is_never_opened(lab: Laboratory, settings) -> None:
    number = in_doubt(lab, "threads")
    settings.PRACTICE = True
    row = lab.settle(number, hours=0.5)
    assert row.state == State.CHECKING
    assert row.committed_at is not None
    assert clock.now() - row.committed_at > dt.timedelta(minutes=20)
