"""A platform refuses everything of an account for a while: it rests, one post is tried, then the others go."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.connections import suspensions
from accounts.data_rights import agreements
from accounts.models import Acceptance, Channel
from operations import rest_checks
from outbox.tasks import round as publishing_round
from poster import clock
from poster.doctor import Level
from poster.errors import Suspended
from poster.models import Rest
from poster.permissions import Caller
from poster.reasons import Actor
from poster.reasons import outside_logins as logins
from poster.reasons.outside import Outside
from publishing.causes import Code, causes
from publishing.models import Delivery
from tests.facts import Said
from tests.house import House

State = Delivery.State
HOUR = 3600.0
LAID_DOWN = {"facebook": "*/photos", "instagram": "*/media", "threads": "*/threads"}
SHOWN = {"facebook": "*/feed", "instagram": "*/media_publish", "threads": "*/threads_publish"}
CODES = [
    ("facebook", 368, 0, logins.BlockedOrDuplicate),
    ("facebook", 368, 1404112, logins.LimitedForAWhile),
    ("facebook", 368, 1346003, logins.HeldForAbuse),
    ("facebook", 200, 1404078, logins.AuthorizePublishing),
    ("facebook", 10, 0, logins.PermissionInDoubt),
    ("facebook", 415, 2859009, logins.TwoFactorDemanded),
    ("instagram", 415, 1404120, logins.TwoFactorDemanded),
    ("instagram", 25, 2207050, logins.Restricted),
    ("instagram", 4, 2207051, logins.HeldForSpam),
    ("instagram", 25, 0, logins.Restricted),
    ("threads", 1, 4279013, logins.Restricted),
]


def posts(house: House, channel: Channel, number: int) -> list[Delivery]:
    """So many, each with a picture of its own."""
    return [
        house.approved(f"Loaf number {n}, still warm.", channel, asset=house.asset(f"{n}.jpg", look=n))[0]
        for n in range(number)
    ]


def work(house: House, hours: float, *, every: float = 600) -> None:
    """Rounds while so much time passes."""
    for _ in range(int(hours * HOUR / every)):
        publishing_round()
        house.later(every)
    publishing_round()


def asked(house: House, platform: str) -> int:
    """How often somebody tried to lay something down."""
    return len([call for call in house.box.calls(method="POST") if call["path"].endswith(LAID_DOWN[platform][1:])])


def states(rows: list[Delivery]) -> set[str]:
    return {Delivery.objects.get(pk=row.pk).state for row in rows}


@pytest.mark.parametrize(("platform", "code", "subcode", "reason"), CODES)
def test_one_post_is_tried_after_hours_and_then_the_others_go(
    house: House, platform: str, code: int, subcode: int, reason: type[Outside]
) -> None:
    channel = house.connect()[platform]
    rows = posts(house, channel, 3)
    house.box.fault("suspended", path=LAID_DOWN[platform], code=code, subcode=subcode)
    work(house, 1.5)
    assert (asked(house, platform), states(rows)) == (1, {State.QUEUED})
    rest = Rest.objects.get(key__contains=str(channel.pk))
    assert (rest.code, rest.reason_code, rest.refusals) == (reason.code, reason.code, 1)
    work(house, 1)
    assert (asked(house, platform), states(rows)) == (2, {State.QUEUED})  # one was tried, and nothing else
    work(house, 3)
    assert asked(house, platform) == 2  # the pause has grown
    house.box.no_faults()
    work(house, 1)
    assert (states(rows), len(house.box.feed())) == ({State.PUBLISHED}, 3)
    assert suspensions.suspended(channel) is None


def test_what_concerns_the_person_rests_all_places_of_the_login(house: House) -> None:
    house.connect()
    rows = [*posts(house, house.channels["facebook"], 1), *posts(house, house.channels["instagram"], 1)]
    house.box.fault("suspended", code=368, subcode=4854002)
    work(house, 1)
    assert len(house.box.calls(method="POST")) - len(house.box.calls("access_token", method="POST")) == 1
    assert states(rows) == {State.QUEUED}


@pytest.mark.parametrize("platform", ["facebook", "instagram", "threads"])
def test_refused_at_the_call_that_publishes_it_is_looked_for_and_the_others_wait(house: House, platform: str) -> None:
    """368 and 2207051 come with the post live, too: evidence about the account, none about the post."""
    channel = house.connect()[platform]
    code, subcode = (4, 2207051) if platform == "instagram" else (368, 0)
    house.box.fault("error", path=SHOWN[platform], method="POST", code=code, subcode=subcode, after=True, times=1)
    first, second = posts(house, channel, 2)
    publishing_round()
    first.refresh_from_db()
    assert first.state == State.CHECKING
    work(house, 1, every=60)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state in {State.QUEUED, State.PREPARED}) == (State.PUBLISHED, True)
    work(house, 3)
    assert (states([first, second]), len(house.box.feed())) == ({State.PUBLISHED}, 2)


def test_refused_and_not_there_it_goes_out_once_when_they_allow_it(house: House) -> None:
    channel = house.connect()["instagram"]
    house.box.fault("suspended", path="*/media_publish", code=4, subcode=2207051)
    (row,) = posts(house, channel, 1)
    work(house, 1.5, every=120)
    row.refresh_from_db()
    assert (row.state, row.commits) == (State.PREPARED, 1)
    house.box.no_faults()
    work(house, 1)
    assert (states([row]), len(house.box.feed())) == ({State.PUBLISHED}, 1)


def test_a_container_that_they_refused_is_not_asked_about_again(house: House) -> None:
    channel = house.connect()["instagram"]
    house.box.fault("container_error", code=2207050, times=1)
    (row,) = posts(house, channel, 1)
    work(house, 1)
    row.refresh_from_db()
    assert (row.state, row.refs, row.tries) == (State.QUEUED, "", 0)
    work(house, 1.5)
    assert states([row]) == {State.PUBLISHED}


def test_waiting_for_them_makes_no_post_late_and_no_picture_old(house: House) -> None:
    channel = house.connect()["facebook"]
    rows = posts(house, channel, 2)
    house.box.fault("suspended", code=368)
    work(house, 80, every=1800)
    assert states(rows) == {State.QUEUED}
    house.box.no_faults()
    work(house, 25, every=1800)
    assert states(rows) == {State.PUBLISHED}


@pytest.mark.parametrize("how", ["try now", "connect again"])
def test_a_person_need_not_wait(house: House, how: str) -> None:
    channel = house.connect()["facebook"]
    rows = posts(house, channel, 3)
    house.box.fault("suspended", code=368)
    work(house, 0.5)
    assert asked(house, "facebook") == 1
    if how == "try now":
        suspensions.try_now(channel, by=Caller.of(house.owner))
        publishing_round()
        assert (asked(house, "facebook"), states(rows)) == (2, {State.QUEUED})
        house.box.no_faults()
        suspensions.try_now(channel, by=Caller.of(house.owner))
    else:
        house.box.no_faults()
        suspensions.connected(channel.credential)
    publishing_round()
    publishing_round()
    assert states(rows) == {State.PUBLISHED}


def test_it_is_told_where_people_look(house: House, client) -> None:
    channel = house.connect()["facebook"]
    (row,) = posts(house, channel, 1)
    house.box.fault("suspended", code=368)
    publishing_round()
    row.refresh_from_db()
    rest = suspensions.suspended(channel)
    assert rest is not None
    assert rest.until > clock.now()
    assert row.error == str(suspensions.told(rest))
    assert [(each.code, each.waiting) for each in causes(house.owner)] == [(Code.SUSPENDED, 1)]
    assert [(each.level, each.actor) for each in rest_checks.looks() if channel.name in each.name] == [
        (Level.PROBLEM, Actor.NOBODY)
    ]
    wanted = agreements.missing(house.owner.pk).items()
    Acceptance.objects.bulk_create(Acceptance(owner=house.owner, document=each, version=at) for each, at in wanted)
    client.force_login(house.owner)
    pages = [reverse("admin:index"), reverse("admin:accounts_channel_changelist")]
    for page in pages:
        assert rest.sentence[:60] in client.get(page).content.decode(), page


def test_grown_pauses_end_at_a_day() -> None:
    hours = [suspensions.PAUSE.after(n).total_seconds() / HOUR for n in range(1, 8)]
    assert hours == [2, 4, 8, 16, 24, 24, 24]


def test_of_two_who_ask_at_once_one_makes_the_try(house: House) -> None:
    channel = house.connect()["facebook"]
    first, second = posts(house, channel, 2)
    suspensions.suspend(channel, Suspended(logins.HeldForSpam(service="Facebook")), first.pk)
    assert suspensions.stops(channel, first.pk)
    house.later(2 * HOUR + 1)
    assert suspensions.stops(channel, second.pk) is None
    assert suspensions.stops(channel, first.pk) is not None
    assert suspensions.stops(channel, second.pk) is None  # asked again before the call
    suspensions.suspend(
        channel, Suspended(logins.HeldForSpam(service="Facebook")), first.pk
    )  # it was on its way already
    row = Rest.objects.get()
    assert (row.refusals, row.holder) == (1, second.pk)
    house.later(16 * 60)  # the one that tries has died
    assert suspensions.stops(channel, first.pk) is None


def test_who_waits_for_one_thing_takes_no_try_at_another(house: House) -> None:
    """The place is held for a day, its login for two hours: the login's try is for a post that may go at all."""
    page, insta = (house.connect()[name] for name in ("facebook", "instagram"))
    rows = [house.approved(f"Loaf {n}.", page, asset=house.asset(f"a{n}.jpg", look=n))[0] for n in range(3)]
    login, place = suspensions.keys(page)
    for key, hours, refusals in ((place, 20, 4), (login, 2, 1)):
        until = clock.now() + dt.timedelta(hours=hours)
        Rest.objects.create(key=key, kind="held", until=until, refusals=refusals, reason_code=key)
    (free,) = house.approved("Loaf B.", insta, asset=house.asset("b.jpg", look=20))
    work(house, 2.5)
    assert (states(rows), states([free])) == ({State.QUEUED}, {State.PUBLISHED})
    assert {row.key: row.holder for row in Rest.objects.all()} == {place: None}


def test_a_try_that_is_proven_by_a_look_lifts_the_hold(house: House) -> None:
    page = house.connect()["facebook"]
    house.box.fault("suspended", code=368, times=1)
    first, second = posts(house, page, 2)
    publishing_round()
    house.later(2 * HOUR + 60)
    house.box.fault("lost", path="*/feed", method="POST", times=1)
    work(house, 0.5, every=60)
    assert states([first, second]) == {State.PUBLISHED}
    assert suspensions.suspended(page) is None


def test_proof_of_what_was_sent_before_they_refused_lifts_nothing(house: House) -> None:
    page = house.connect()["facebook"]
    sent = clock.now()
    house.later(60)
    refused = suspensions.suspend(page, Suspended(Said(words="They refuse."), code="368"), uuid4())
    suspensions.proven(page, uuid4(), sent)
    assert suspensions.suspended(page) == refused
    suspensions.proven(page, uuid4(), clock.now())
    assert suspensions.suspended(page) is None


def test_a_hold_whose_try_failed_for_itself_says_that_the_next_is_tried(house: House) -> None:
    page = house.connect()["facebook"]
    house.box.fault("suspended", code=368, times=1)
    (row,) = posts(house, page, 1)
    publishing_round()
    house.later(2 * HOUR + 60)
    house.box.fault("error", path="*/photos", method="POST", code=324, times=1)
    publishing_round()
    house.later(HOUR)
    rest = suspensions.suspended(page)
    assert (states([row]), rest is not None) == ({State.FAILED}, True)
    assert rest is not None
    over, running = str(suspensions.told(rest)), clock.now() + dt.timedelta(hours=1)
    Rest.objects.update(until=running)
    assert str(suspensions.told(Rest.objects.get())) != over
    assert f"{rest.until:%H:%M}" not in over
