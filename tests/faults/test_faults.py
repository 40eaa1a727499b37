"""Faults of the catalogue that need a story of their own. docs/reliability.md says where the others are."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path

import pytest

from accounts.connections.grants import delete_tokens
from accounts.models import Channel, Credential
from accounts.providers.meta import client as meta
from accounts.providers.meta.errors import meaning_of
from outbox import manual_actions
from outbox.access import account_of
from outbox.models import LedgerEntry
from outbox.reasons.acts import MayStillCome
from outbox.staging import staged
from outbox.verdicts import MOST_COMMITS
from poster import clock
from poster.errors import Actor, Refused
from poster.http import client as http
from poster.permissions import Caller, NotPossible
from proof.faults import Fault, Kind, Place, Said
from publishing.delivery.publish_request import request_of
from publishing.models import Delivery, Post, PostAsset
from publishing.platforms import PLATFORMS as KNOWN
from publishing.platforms import containers, facebook
from publishing.posts.approving import approve_by_watch
from publishing.public_pictures import addresses
from sandbox.faults import Rule
from sandbox.meta.people import made_to_measure
from sandbox.meta.published import published
from tests import pictures
from tests.facts import with_reason
from tests.faults.laboratory import PLATFORMS, Laboratory, laboratory
from tests.held import hold, lay_down, rendition

State = Delivery.State
HOUR = 3600.0
LOST = Fault("answer lost", silent=True)
CUT_OFF = Fault("cut off before they did it", done=False, silent=True)
AWAY = Fault("down", reaches=False, done=False, silent=True)
LIMITED = Fault("429", done=False, said=Said(429, code=4, retry_after="60"))
LOGIN_ENDED = Fault("the login has ended", done=False, said=Said(400, code=190, subcode=463))


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def at(kind: Kind, fault: Fault):
    """Every call of this kind goes wrong in this way."""
    return lambda _place, which: fault if which is kind else None


def first_commit(fault: Fault):
    """The first call that publishes goes wrong; the others go well."""
    struck: set[int] = set()

    def plan(place: Place, kind: Kind) -> Fault | None:
        if kind is not Kind.COMMIT or place.delivery in struck:
            return None
        struck.add(place.delivery)
        return fault

    return plan


def commits(lab: Laboratory, number: int) -> int:
    return sum(call.delivery == number for call in lab.wire.commits)


def go_on(lab: Laboratory, number: int, seconds: float, *, every: float = 30) -> Delivery:
    """Workers come by every so often, for so long."""
    until = lab.time.moment + seconds
    while lab.time.moment < until:
        lab.step(number)
        lab.time.sleep(every)
    return lab.row(number)


def test_while_they_let_nobody_ask_nothing_is_concluded_and_nothing_sent(lab: Laboratory, platform: str) -> None:
    """F39: 429 on the reads that would bring evidence, for an hour."""
    number = lab.post(platform)

    def plan(place: Place, kind: Kind) -> Fault | None:
        if kind is Kind.COMMIT and commits(lab, number) == 0:
            return CUT_OFF
        return LIMITED if lab.row(number).state == State.CHECKING else None

    lab.planned(plan)
    row = go_on(lab, number, HOUR)
    assert (row.state, commits(lab, number)) == (State.CHECKING, 1)
    lab.quiet()
    assert lab.settle(number).state == State.PUBLISHED
    assert len(lab.feed(number)) == 1


def test_one_platform_that_is_away_for_hours_stops_no_other_and_fails_nothing(lab: Laboratory) -> None:
    """F47."""
    numbers = {platform: lab.post(platform) for platform in PLATFORMS}
    lab.planned(lambda place, _kind: AWAY if place.delivery == numbers["instagram"] else None)
    for platform in ("facebook", "threads"):
        assert lab.settle(numbers[platform]).state == State.PUBLISHED
    waiting = go_on(lab, numbers["instagram"], 6 * HOUR, every=300)
    assert waiting.state == State.QUEUED
    lab.quiet()
    assert lab.settle(numbers["instagram"]).state == State.PUBLISHED
    assert [len(lab.feed(number)) for number in numbers.values()] == [1, 1, 1]


@pytest.mark.parametrize("platform", ["instagram", "threads"])
def test_a_picture_that_they_work_on_for_twenty_minutes_is_laid_down_once(lab: Laboratory, platform: str) -> None:
    """F49."""
    slow = Fault("in progress for 20 minutes", world=(("container_stuck", 1200),))
    number = lab.post(platform)
    lab.planned(at(Kind.STAGE, slow))
    row = lab.settle(number)
    assert row.state == State.PUBLISHED
    assert row.entries.filter(kind=LedgerEntry.Kind.STAGE).count() == 1
    assert len(lab.feed(number)) == 1


@pytest.mark.parametrize("platform", ["instagram", "threads"])
def test_a_container_that_expires_while_we_are_in_doubt_is_made_anew(lab: Laboratory, platform: str) -> None:
    """F51."""
    number = lab.post(platform)
    lab.planned(first_commit(CUT_OFF))
    while lab.row(number).state != State.CHECKING:
        lab.step(number)
        lab.time.sleep(5)
    lab.planned(lambda _place, _kind: AWAY)
    go_on(lab, number, 23 * HOUR, every=900)
    lab.time.sleep(HOUR)
    lab.quiet()
    Delivery.objects.filter(pk=lab.rows[number]).update(latest_at=clock.now() + dt.timedelta(days=3))
    row = lab.settle(number)
    if row.state == State.NEEDS_YOU:  # a day of doubt is over; a truthful person has looked
        manual_actions.say_it_is_not(row, by=Caller.of(lab.owner))
        row = lab.settle(number)
    assert row.state == State.PUBLISHED
    assert row.entries.filter(kind=LedgerEntry.Kind.STAGE).count() == 2
    assert len(lab.feed(number)) == 1


def test_a_second_publish_that_would_make_a_second_post_is_never_made(lab: Laboratory, platform: str) -> None:
    """F54 c: where publishing one container twice shows two posts. Nothing but proof of absence leads back there."""
    lab.wire.world.table(Rule)["twice"] = Rule("twice", "second_publish", variant="another")
    for fault in (LOST, CUT_OFF, Fault("500, done", said=Said(500, code=2)), Fault("killed", dies="after")):
        number = lab.post(platform)
        lab.planned(first_commit(fault))
        assert lab.settle(number).state == State.PUBLISHED
        assert len(lab.feed(number)) == 1, fault.name


@pytest.mark.parametrize("fault", [LOST, CUT_OFF], ids=lambda fault: fault.name)
def test_lists_that_lag_ten_minutes_mislead_nobody(elsewhere: None, platform: str, fault: Fault) -> None:
    """F55, and F60 for Facebook: the photo names no post either."""
    with laboratory(lag=600) as lab:
        number = lab.post(platform)
        blind, first = Fault("names no post", world=(("no_story_id", 0),)), first_commit(fault)
        lab.planned(lambda place, kind: first(place, kind) or (blind if kind is Kind.READ else None))
        assert lab.settle(number).state == State.PUBLISHED
        assert len(lab.feed(number)) == 1


@pytest.mark.parametrize("fault", [LOST, CUT_OFF], ids=lambda fault: fault.name)
def test_the_same_words_by_hand_while_we_are_in_doubt_are_not_taken_for_ours(
    lab: Laboratory, platform: str, fault: Fault
) -> None:
    """F58."""
    number = lab.post(platform, "Fresh bread, the same words.")
    lab.planned(first_commit(fault))
    while lab.row(number).state != State.CHECKING:
        lab.step(number)
        lab.time.sleep(5)
    by_hand = post_by_hand(lab, platform, "Fresh bread, the same words.")
    row = lab.settle(number)
    assert by_hand
    assert row.remote_id not in by_hand
    assert len(lab.feed(number)) == (row.state == State.PUBLISHED)
    assert row.state in {State.PUBLISHED, State.NEEDS_YOU}


def post_by_hand(lab: Laboratory, platform: str, text: str) -> list[str]:
    """Somebody posts it with the platform's own app; the ids of what is there then."""
    adapter, number = KNOWN[platform](), lab.post(platform, text)
    row = lab.row(number)
    assert Delivery.objects.take(row)
    lay_down(row)
    row.refresh_from_db()
    lab.time.sleep(10)
    adapter.publish(account_of(row), request_of(row), staged(row))
    lab.erase(number)
    del lab.rows[number]
    return lab.feed(number)


def test_an_account_that_they_restricted_is_not_hammered(lab: Laboratory, platform: str) -> None:
    """F65."""
    number = lab.post(platform)
    lab.planned(at(Kind.STAGE, Fault("restricted", done=False, said=Said(400, code=368))))
    row = go_on(lab, number, 5.5 * HOUR, every=60)
    assert (row.state, lab.wire.calls) == (State.QUEUED, 2)  # at once and after two hours; the next is after four more
    lab.quiet()
    assert go_on(lab, number, HOUR, every=60).state == State.PUBLISHED


def test_a_version_that_they_retired_is_for_the_operator() -> None:
    """F68."""
    meaning = meaning_of(2635, 0)
    assert meaning is not None
    assert (meaning.kind, meaning.reason.actor) == (Refused, Actor.OPERATOR)


def test_of_three_channels_one_fails_for_ever_and_the_others_are_published_once(lab: Laboratory) -> None:
    """F71: each channel has a delivery of its own; nothing is ever repeated for all."""
    numbers = {platform: lab.post(platform) for platform in PLATFORMS}
    never = Fault("refused", done=False, said=Said(400, code=36003, subcode=2207009))
    lab.planned(lambda place, _kind: never if place.delivery == numbers["instagram"] else None)
    ends = {platform: lab.settle(number).state for platform, number in numbers.items()}
    assert ends == {"facebook": State.PUBLISHED, "instagram": State.FAILED, "threads": State.PUBLISHED}
    lab.quiet()
    manual_actions.post_now(lab.row(numbers["instagram"]), by=Caller.of(lab.owner))
    for number in numbers.values():
        lab.settle(number)
    assert [len(lab.feed(number)) for number in numbers.values()] == [1, 1, 1]


def test_a_picture_that_cannot_be_written_is_made_again_later(lab: Laboratory, settings, tmp_path: Path) -> None:
    """F78: the disk does not take it, or the machine is short of memory."""
    number = lab.post("facebook")
    row = lab.row(number)
    hold(row.post.assets.get(), pictures.saved(tmp_path / "a.jpg", pictures.four_corners(400, 400)).read_bytes())
    Delivery.objects.filter(pk=row.pk).update(renditions=[])
    rendition(row).unlink()
    settings.VAR = tmp_path
    in_the_way = tmp_path / "scratch"
    in_the_way.write_bytes(b"no folder")
    assert go_on(lab, number, 120).state == State.QUEUED
    in_the_way.unlink()
    assert lab.settle(number).state == State.PUBLISHED


# --- the queue


def test_of_five_workers_with_the_same_read_one_works(lab: Laboratory, platform: str) -> None:
    """F83: the queue delivers one message five times; F85: there are two clusters."""
    number = lab.post(platform)
    while lab.row(number).state not in {State.PUBLISHED, State.FAILED}:
        readers = [lab.due(number) for _ in range(5)]
        worked = [lab.step(number, row=row) for row in readers if row]
        assert worked.count(True) <= 1
        lab.time.sleep(5)
    assert commits(lab, number) == 1
    assert len(lab.feed(number)) == 1


def test_a_delivery_that_was_deleted_meanwhile_is_nothing_to_do(lab: Laboratory, platform: str) -> None:
    """F84."""
    number = lab.post(platform)
    read = lab.due(number)
    assert read is not None
    lab.erase(number)
    assert lab.step(number, row=read) is False
    assert lab.wire.calls == 0


def test_after_nine_hours_off_what_is_due_drips_out_and_nothing_is_lost(lab: Laboratory) -> None:
    """F21."""
    Channel.objects.filter(pk=lab.channels["facebook"].pk).update(spacing=600)
    numbers = [lab.post("facebook") for _ in range(12)]
    lab.time.sleep(9 * HOUR)
    for _ in range(200):
        for number in numbers:
            lab.step(number)
        lab.time.sleep(60)
    assert [lab.row(number).state for number in numbers] == [State.PUBLISHED] * 12
    moments = sorted(row.published_at for row in map(lab.row, numbers))
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) >= dt.timedelta(seconds=595)


# --- time


def test_a_clock_that_jumps_forward_publishes_nothing_twice(lab: Laboratory, platform: str) -> None:
    """F88: by two hours, while an answer is out and while a worker holds the row."""
    number = lab.post(platform)
    sleeper = lab.due(number)
    assert sleeper is not None
    assert Delivery.objects.take(sleeper)
    lab.time.sleep(2 * HOUR)
    assert lab.settle(number).state == State.PUBLISHED
    fence = lab.row(number).fence
    lay_down(sleeper)  # it wakes up, and does what it was about to do
    row = lab.row(number)
    assert (row.state, row.fence, len(lab.feed(number))) == (State.PUBLISHED, fence, 1)


def test_a_clock_that_jumps_back_publishes_nothing_until_it_is_right_again(lab: Laboratory, platform: str) -> None:
    """F89: by two hours, in the middle of it."""
    number = lab.post(platform)
    lab.planned(first_commit(CUT_OFF))
    while lab.row(number).state != State.CHECKING:
        lab.step(number)
        lab.time.sleep(5)
    clock.use(lambda: lab.time.moment - 2 * HOUR)
    row = go_on(lab, number, 1.5 * HOUR)
    assert (row.state, commits(lab, number)) == (State.CHECKING, 1)
    clock.use(lab.time.now)
    assert lab.settle(number).state == State.PUBLISHED
    assert len(lab.feed(number)) == 1


def test_a_worker_whose_clock_is_ahead_by_minutes_takes_no_row_from_another(lab: Laboratory) -> None:
    """F92: the lease is longer than clocks differ."""
    number = lab.post("facebook")
    mine = lab.due(number)
    assert mine is not None
    assert Delivery.objects.take(mine)
    clock.use(lambda: lab.time.moment + 90)
    assert lab.due(number) is None


@pytest.mark.parametrize("platform", [key for key, _ in KNOWN.choices()])
def test_the_address_of_a_picture_outlives_what_was_prepared_with_it(platform: str) -> None:
    """F93: they may come for it as long as the container lives."""
    assert max(containers.LIFE, facebook.LIFE) < addresses.LIFE
    assert dt.timedelta(hours=24) < addresses.LIFE


# --- logins


def test_a_login_that_ends_between_preparing_and_publishing_waits_with_what_was_prepared(
    lab: Laboratory, platform: str
) -> None:
    """F95, before the call: blocked, and after the reconnect the same container goes out."""
    number = lab.post(platform)
    lab.lay_down(number)
    lab.planned(lambda _place, kind: LOGIN_ENDED)
    row = go_on(lab, number, HOUR)
    handle = row.refs
    assert (row.state, lab.feed(number)) == (State.BLOCKED, [])
    assert handle
    lab.quiet()
    lab.connect("threads" if platform == "threads" else "facebook")
    row = lab.settle(number)
    assert (row.state, row.refs, len(lab.feed(number))) == (State.PUBLISHED, handle, 1)


@pytest.mark.parametrize("fault", [LOST, CUT_OFF], ids=lambda fault: fault.name)
def test_a_login_that_ends_while_we_are_in_doubt_ends_no_doubt(lab: Laboratory, platform: str, fault: Fault) -> None:
    """F95, after the call: it stays open, and the verdict comes after the reconnect."""
    number = lab.post(platform)
    first = first_commit(fault)
    lab.planned(
        lambda place, kind: first(place, kind) or (LOGIN_ENDED if lab.row(number).state == State.CHECKING else None)
    )
    row = go_on(lab, number, 3 * HOUR, every=60)
    assert (row.state, commits(lab, number)) == (State.CHECKING, 1)
    lab.quiet()
    lab.connect("threads" if platform == "threads" else "facebook")
    assert lab.settle(number).state == State.PUBLISHED
    assert len(lab.feed(number)) == 1


def test_reconnecting_somebody_elses_account_lets_nothing_go_on(lab: Laboratory) -> None:
    """F95: what waits for one Page never goes out on another."""
    number = lab.post("threads")
    lab.planned(lambda _place, _kind: LOGIN_ENDED)
    assert go_on(lab, number, HOUR).state == State.BLOCKED
    lab.quiet()
    with lab.wire.world.lock:
        lab.logins = made_to_measure(lab.wire.world, {"name": "Ben Other"})
    lab.connect("threads")
    row = go_on(lab, number, HOUR)
    assert (row.state, lab.feed(number)) == (State.BLOCKED, [])


def test_an_account_that_is_disconnected_in_doubt_is_given_to_a_person(lab: Laboratory, platform: str) -> None:
    """F99: nobody can ask any more."""
    number = lab.post(platform)
    lab.planned(first_commit(LOST))
    while lab.row(number).state != State.CHECKING:
        lab.step(number)
        lab.time.sleep(5)
    delete_tokens(Credential.objects.get(pk=lab.row(number).channel.credential_id))
    row = lab.settle(number)
    assert row.state == State.NEEDS_YOU
    assert commits(lab, number) == 1
    assert "look" in row.error


def test_a_used_up_chance_of_three_calls_ends_with_a_person(lab: Laboratory, platform: str) -> None:
    number = lab.post(platform)
    lab.planned(at(Kind.COMMIT, CUT_OFF))
    row = lab.settle(number)
    assert (row.state, commits(lab, number), lab.feed(number)) == (State.NEEDS_YOU, MOST_COMMITS, [])


# --- the same picture again


def test_a_watch_sends_the_same_picture_to_a_channel_once_a_week(lab: Laboratory, platform: str) -> None:
    """I13: the second is held; a person may say yes."""
    first = lab.post(platform, sha256="a" * 64)
    Post.objects.update(decided_by=None)
    assert lab.settle(first).state == State.PUBLISHED
    second = by_watch(lab, platform, "a" * 64)
    row = lab.settle(second)
    assert (row.state, lab.feed(second)) == (State.NEEDS_YOU, [])
    manual_actions.say_it_is_not(row, by=Caller.of(lab.owner))
    assert lab.settle(second).state == State.PUBLISHED
    lab.time.sleep(8 * 24 * HOUR)
    assert lab.settle(by_watch(lab, platform, "a" * 64)).state == State.PUBLISHED


def by_watch(lab: Laboratory, platform: str, sha256: str) -> int:
    """A post that no person has seen."""
    number = lab.post(platform)
    post = lab.row(number).post
    lab.erase(number)
    post.assets.update(sha256=sha256)
    Post.objects.filter(pk=post.pk).update(state=Post.State.DRAFT, decided_by=None)
    post.refresh_from_db()
    assert PostAsset.objects.filter(post=post).count() == 1
    (delivery,) = approve_by_watch(post)
    lab.lay_out(delivery)
    lab.rows[number] = delivery.pk
    return number


def test_a_person_cannot_say_that_it_is_not_there_while_it_may_still_come(lab: Laboratory, platform: str) -> None:
    """What he does not see at once may be there a minute later, and the second time for all to see."""
    late = Fault("done late, no answer", done=False, late=90, silent=True, wait=60)
    number = lab.post(platform)
    lab.planned(first_commit(late))
    while lab.row(number).state != State.CHECKING:
        lab.step(number)
        lab.time.sleep(5)
    with pytest.raises(NotPossible, check=with_reason(MayStillCome)):
        manual_actions.say_it_is_not(lab.row(number), by=Caller.of(lab.owner))
    assert lab.settle(number).state == State.PUBLISHED
    assert len(lab.feed(number)) == 1


# --- before and after


def test_what_was_approved_goes_out_however_often_it_is_tried(lab: Laboratory, platform: str) -> None:
    """I4: nobody is asked for words again, and nothing that changes later finds its way in."""
    number = lab.post(platform, "As it was approved.")
    lab.planned(first_commit(CUT_OFF))
    post = lab.row(number).post
    Post.objects.filter(pk=post.pk).update(text="Something else.")
    PostAsset.objects.filter(post=post).update(alt_text="Something else.")
    assert lab.settle(number).state == State.PUBLISHED
    (shown,) = (one for one in published(lab.wire.world) if one.id in lab.feed(number))
    assert shown.text == "As it was approved."


def test_trouble_with_the_link_changes_nothing(lab: Laboratory, platform: str) -> None:
    """F14, I5: published is the end."""
    number, shown = lab.post(platform), list[Kind]()

    def once_it_is_out(_place: object, kind: Kind) -> Fault | None:
        shown.extend([kind] if kind is Kind.COMMIT else [])
        return AWAY if shown and kind is Kind.READ else None

    lab.planned(once_it_is_out)
    lab.settle(number)
    for _ in range(8):
        lab.link(number)
        go_on(lab, number, HOUR, every=600)
    row = lab.row(number)
    assert (row.state, row.permalink, commits(lab, number)) == (State.PUBLISHED, "", 1)
    assert len(lab.feed(number)) == 1


def test_an_id_that_comes_as_a_number_is_kept_exactly() -> None:
    """F35: beyond 2**53."""
    answer = http.Answer(200, {}, b'{"id": 179841234567890123}')
    assert meta.identity(answer.json()) == "179841234567890123"
