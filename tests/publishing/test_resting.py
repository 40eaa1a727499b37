"""An announced rest is kept by everything that uses the credential, whoever was told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

import accounts.tasks
import outbox.takings
import outbox.tasks
import watches.tasks
from accounts.connections.expiry import _is_dead
from accounts.connections.grants import connect
from accounts.connections.token_refresh import grant_of, refresh, scopes_of, scopes_of_place, token_of
from accounts.models import Channel, Credential
from accounts.providers import PROVIDERS
from operations.doctor import logins
from outbox import checking, permalinks, verdicts
from outbox.access import account_of
from outbox.kinds import adapter_of
from outbox.reasons import gate as why
from outbox.staging import staged as laid_down
from poster import clock
from poster.errors import Actor, OutsideError, Reach
from poster.http import turnstile
from poster.models import Rest
from poster.work import cooldowns
from publishing.delivery import matching
from publishing.delivery.publish_request import request_of
from publishing.models import Delivery
from tests.held import lay_down
from tests.house import House, grant
from watches.models import SourceCursor
from watches.opened_sources import open_source
from watches.sources import NEVER_LOOKED, Found, Place

State = Delivery.State
FACEBOOK, THREADS = "graph.facebook.com", "graph.threads.net"
HOUR, DAY = 3600.0, 86400.0


def delivery(house: House, platform: str) -> Delivery:
    (made,) = house.approved("Fresh bread, still warm.", house.channels[platform])
    return Delivery.objects.select_related("post", "channel__credential").get(pk=made.pk)


def at(house: House, platform: str, state: str, **columns: object) -> Delivery:
    """One that has come so far, by the hand of the test."""
    row = delivery(house, platform)
    told = {"committed_at": clock.now(), "refs": "123", "staged_at": clock.now(), "published_at": clock.now()}
    Delivery.objects.filter(pk=row.pk).update(state=state, **{**told, **columns})
    row.refresh_from_db()
    return row


def everything(house: House, platform: str) -> dict[str, Callable[[], object]]:
    """Every caller of a platform and of its provider."""
    channel = house.channels[platform]
    login = channel.credential
    provider = PROVIDERS[login.provider]()
    doubtful = at(house, platform, State.CHECKING)
    nameless = at(house, platform, State.PUBLISHED, remote_id="", permalink="")
    unlinked = at(house, platform, State.PUBLISHED, remote_id="77_1", permalink="")
    fresh = delivery(house, platform)
    staged = at(house, platform, State.PREPARED)
    adapter = adapter_of(staged)
    return {
        "prepare": lambda: lay_down(fresh),
        "publish": lambda: outbox.takings.advance(staged),
        "adapter's own read": lambda: adapter.find(
            account_of(staged), request_of(staged), laid_down(staged), clock.now(), ""
        ),
        "check": lambda: checking.look(doubtful),
        "id": lambda: permalinks.link(nameless),
        "link": lambda: permalinks.link(unlinked),
        "reconcile": lambda: matching.posted(channel, clock.now()),
        "profile": lambda: provider.identify(grant_of(login)),
        "discover": lambda: provider.discover(grant_of(login)),
        "refresh": lambda: refresh(login),
        "places": lambda: _is_dead(channel) if channel.has_own_token else None,
        "renew": accounts.tasks.round,
        "doctor": lambda: list(logins(offline=False)),
        "publishing round": outbox.tasks.round,
    }


def run(callers: dict[str, Callable[[], object]]) -> None:
    for call in callers.values():
        try:
            call()
        except OutsideError:
            continue


def asked(house: House, host: str) -> list[str]:
    return [call["path"] for call in house.box.calls() if call["host"] == host]


@pytest.mark.parametrize("platform", ["facebook", "instagram", "threads"])
@pytest.mark.parametrize("reach", list(Reach))
def test_while_it_rests_nobody_asks_and_afterwards_everything_moves(house: House, platform: str, reach: Reach) -> None:
    house.connect()
    channel = house.channels[platform]
    host = THREADS if platform == "threads" else FACEBOOK
    callers = everything(house, platform)
    for unused in set(callers) & ({"profile", "discover", "refresh", "renew", "doctor"} if reach == "place" else set()):
        if channel.has_own_token:
            del callers[unused]  # the login itself does not rest
    before = len(asked(house, host))
    cooldowns.announce(scopes_of_place(channel).at(reach), 2 * HOUR)
    run(callers)
    assert asked(house, host)[before:] == []
    house.later(2 * HOUR + 1)
    run(callers)
    assert len(asked(house, host)) > before
    published = Delivery.objects.filter(state=State.PUBLISHED, remote_id__gt="").exclude(remote_id="77_1")
    assert published.exists()


LIMITS = [
    ("code 4", {"code": 4}, {"app:facebook"}),
    ("code 17", {"code": 17}, {"login"}),
    ("code 613", {"code": 613}, {"login"}),
    ("code 32", {"code": 32}, {"place"}),
    ("code 341", {"code": 341}, {"place"}),
    ("code 80001", {"code": 80001}, {"place"}),
    ("code 80002", {"code": 80002}, {"place"}),
    ("429", {"code": 4711, "status": 429}, {"place"}),
]


@pytest.mark.parametrize(("name", "fault", "rests"), LIMITS)
def test_what_a_limit_reaches(house: House, name: str, fault: dict[str, int], rests: set[str]) -> None:
    channel = house.connect()["facebook"]
    house.box.fault("error", path="*/photos", retry_after="5400", times=1, **fault)
    delivery(house, "facebook")
    outbox.tasks.round()
    told = {row.key.split(":")[0]: row for row in Rest.objects.all()}
    assert {name.split(":")[0] for name in rests} <= set(told), name
    for key in rests:
        row = told[key.split(":")[0]]
        assert 5300 < (row.until - clock.now()).total_seconds() <= 5400
    behind = scopes_of_place(house.channels["instagram"])
    assert cooldowns.resting_until(behind.keys()) is not None  # the Instagram account behind the Page rests too
    assert (cooldowns.resting_until(scopes_of_place(house.channels["threads"]).keys()) is None) is True
    assert channel.platform == "facebook"


def test_an_allowance_that_is_used_up_is_told_by_any_answer(house: House) -> None:
    house.connect()
    token = token_of(house.channels["facebook"])
    scopes = turnstile.scopes_of(token)
    from accounts.providers.meta import client as meta

    told = {"x-app-usage": '{"call_count":100}', "x-business-use-case-usage": '{"1":[{"call_count":9}]}'}
    assert list(meta.limits(told)) == [(Reach.APP, HOUR)]
    told = {"x-business-use-case-usage": '{"1":[{"call_count":100,"estimated_time_to_regain_access":90}]}'}
    assert list(meta.limits(told)) == [(Reach.PLACE, 90 * 60.0)]
    assert scopes.at(Reach.PLACE).startswith("place:")


def test_the_longest_wait_wins_whoever_hears_it_last(house: House) -> None:
    for seconds in (600, 7200, 60):
        cooldowns.announce("login:1", seconds)
    until = cooldowns.resting_until(["login:1"])
    assert until is not None
    assert 7190 < (until - clock.now()).total_seconds() <= 7200


def test_a_commit_in_doubt_is_asked_about_when_the_rest_is_over_and_not_given_up(house: House) -> None:
    channel = house.connect()["instagram"]
    house.box.fault("lost", path="*/media_publish", method="POST", times=1)
    row = delivery(house, "instagram")
    outbox.tasks.round()
    cooldowns.announce(scopes_of_place(channel).at(Reach.PLACE), 24 * HOUR)
    before = len(asked(house, FACEBOOK))
    for _ in range(25):
        house.later(HOUR - 60)
        outbox.tasks.round()
        if cooldowns.resting_until(scopes_of_place(channel).keys()) is None:
            break
        row.refresh_from_db()
        assert (row.state, len(asked(house, FACEBOOK))) == (State.CHECKING, before)
    house.settle(row, hours=2)
    assert (row.state, len(house.box.feed())) == (State.PUBLISHED, 1)


# --- Drive


@pytest.fixture
def drive(house: House) -> SourceCursor:
    tokens = house.box.person("google", email="owner@example.com")
    login, _ = connect(house.owner, "google", grant(tokens.get("google", tokens)))
    return SourceCursor.objects.create(owner=house.owner, source="drive", credential=login, key=str(login.pk))


def drive_callers(drive: SourceCursor, tmp_path: Path) -> dict[str, Callable[[], object]]:
    file = Found("root", "nothing", "1", "a.jpg", "", 1)
    provider = PROVIDERS["google"]()
    login = Credential.objects.get(pk=drive.credential_id)
    return {
        "look": lambda: open_source(drive).look([Place("root", "Drive", subfolders=True)], NEVER_LOOKED, relist=True),
        "fetch": lambda: open_source(drive).fetch(file, tmp_path / "a"),
        "still there": lambda: open_source(drive).still_there(file),
        "profile": lambda: provider.identify(grant_of(login)),
        "refresh": lambda: refresh(login),
        "doctor": lambda: list(logins(offline=False)),
        "round": watches.tasks.round,
    }


@pytest.mark.parametrize("reach", [Reach.APP, Reach.LOGIN])
def test_a_drive_account_rests_as_one(house: House, drive: SourceCursor, tmp_path: Path, reach: Reach) -> None:
    assert drive.credential is not None
    callers = drive_callers(drive, tmp_path)
    before = len(house.box.calls())
    cooldowns.announce(scopes_of(drive.credential).at(reach), 600)
    run(callers)
    assert house.box.calls()[before:] == []
    house.later(601)
    run(callers)
    assert len(house.box.calls()) > before + 4


@pytest.mark.parametrize("variant", ["rateLimitExceeded", "userRateLimitExceeded"])
def test_drive_says_so_once_and_everybody_waits(
    house: House, drive: SourceCursor, tmp_path: Path, variant: str
) -> None:
    house.box.fault("rate", host="www.googleapis.com", variant=variant, retry_after="300", times=1)
    callers = drive_callers(drive, tmp_path)
    before = len(house.box.calls())
    run(callers)
    assert len(house.box.calls()) - before == 1
    assert Channel.objects.count() == 0


@pytest.mark.parametrize(
    ("rest", "told"), [(HOUR, why.NotFoundOut), (DAY, why.MayNotAsk)], ids=["asked when it ends", "not even asked"]
)
def test_doubt_has_an_end_though_nobody_may_be_asked(house: House, rest: float, told: type[why.LookThere]) -> None:
    page = house.connect()["facebook"]
    house.box.fault("lost", path="*/feed", method="POST", times=1)
    (row,) = house.approved("Fresh bread.", page)
    outbox.tasks.round()
    house.later(30)
    house.box.fault("rate", method="GET", retry_after=str(int(rest)))
    for _ in range(int(verdicts.AT_LAST.total_seconds() // 1800) + 4):
        outbox.tasks.round()
        house.later(1800)
    row.refresh_from_db()
    assert (row.state, row.actor, row.commits) == (Delivery.State.NEEDS_YOU, Actor.YOU, 1)
    assert row.reason_code == told.code


def test_what_was_over_long_ago_is_cleared_away_and_what_is_held_stays(house: House) -> None:
    now = clock.now()
    for age in (dt.timedelta(hours=1), cooldowns.KEPT + dt.timedelta(hours=1)):
        for prefix, kind in (
            *(("app:", Rest.Kind.ANNOUNCED), ("held:place:", Rest.Kind.HELD)),
            *((cooldowns.LIMIT, Rest.Kind.HELD), (cooldowns.DOUBT, Rest.Kind.HELD)),
        ):
            Rest.objects.create(key=f"{prefix}{age.days}", kind=kind, until=now - age)
    assert cooldowns.forget() == 3
    assert set(Rest.objects.values_list("key", flat=True)) == {
        *("app:0", "limit:0", "doubt:0", "held:place:0"),
        "held:place:2",
    }
