"""A false "your token is invalid" fails and blocks nothing; one that lasts blocks, and goes away by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

import accounts.tasks
import outbox.tasks
from accounts.connections import login_doubts
from accounts.connections.grants import connect, delete_tokens, release
from accounts.connections.provider_apps import app_of
from accounts.connections.token_refresh import token_of
from accounts.management.commands.connect import as_row
from accounts.models import Channel, Credential
from accounts.providers import PROVIDERS, Grant
from accounts.reasons.logins import InDoubt, LoginNotAccepted, NotAccepted
from operations import doctor
from outbox.ledger import Kind
from poster import clock
from poster.doctor import Level
from poster.errors import RateLimited
from poster.models import Rest
from poster.permissions import TERMINAL, Caller
from publishing.causes import Code, causes
from publishing.models import Delivery
from tests.house import House, grant

State = Delivery.State
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
LAID_DOWN = {"facebook": "*/photos", "instagram": "*/media", "threads": "*/threads"}
SHOWN = {"facebook": "*/feed", "instagram": "*/media_publish", "threads": "*/threads_publish"}
PLATFORMS = list(LAID_DOWN)
MANY = 20
FEW = login_doubts.CERTAIN - 1


@pytest.fixture(params=["known", "unknown"])
def app(request: pytest.FixtureRequest) -> str:
    """Whether our own app at Meta can be asked about a token."""
    return str(request.param)


@pytest.fixture
def tokens(house: House, settings, app: str) -> dict[str, Any]:
    made = house.box.person()
    if app == "known":
        names = ("facebook", "threads")
        settings.PROVIDER_APPS = {name: (made[name]["app_id"], made[name]["app_secret"]) for name in names}
    for provider in ("facebook", "threads"):
        connect(house.owner, provider, grant(made[provider]))
    house.channels = {channel.platform: channel for channel in Channel.objects.all()}
    house.later(10 * MINUTE)  # renewed long enough ago to be renewed when it is refused
    return made


def work(house: House, seconds: float, *, every: float = MINUTE) -> None:
    for _ in range(int(seconds / every)):
        accounts.tasks.round()
        outbox.tasks.round()
        house.later(every)


def post(house: House, platform: str) -> Delivery:
    return house.approved("Bread that is out.", house.channels[platform])[0]


def states(row: Delivery) -> tuple[str, str, str]:
    """Of the delivery, of its channel, of its login."""
    row = Delivery.objects.select_related("channel__credential").get(pk=row.pk)
    assert row.channel is not None
    return row.state, row.channel.state, row.channel.credential.state


def has_been(row: Delivery) -> set[str]:
    return set(row.entries.exclude(state="").values_list("state", flat=True))


@pytest.mark.parametrize("where", [LAID_DOWN, SHOWN], ids=["laying down", "publishing"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_few_false_refusals_block_nothing_and_it_goes_out_once(
    house: House, tokens, platform: str, where: dict[str, str]
) -> None:
    house.box.fault("revoked", path=where[platform], method="POST", times=FEW)
    row = post(house, platform)
    work(house, 5 * MINUTE, every=20)
    assert states(row) == (State.PUBLISHED, "active", "active")
    assert not has_been(row) & {State.BLOCKED, State.FAILED, State.CHECKING}
    assert (len(house.box.feed()), row.entries.filter(kind=Kind.COMMIT).count()) == (1, 1 + FEW * (where is SHOWN))
    assert not Rest.objects.filter(key__startswith=login_doubts.PREFIX).exists()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_refusal_that_lasts_blocks_and_what_waited_goes_out_by_itself(house: House, tokens, platform: str) -> None:
    fault = {"path": LAID_DOWN[platform], "method": "POST"}
    house.box.fault("revoked", **fault)
    row = post(house, platform)
    work(house, 2 * MINUTE, every=20)
    assert states(row)[:2] == (State.QUEUED, "active")
    work(house, 2 * MINUTE, every=20)
    assert states(row)[:2] == (State.BLOCKED, "blocked")
    assert Channel.objects.get(pk=row.channel_id).reason_code == (
        LoginNotAccepted.code if platform == "threads" else NotAccepted.code
    )
    assert Channel.objects.get(pk=row.channel_id).problem
    house.box.no_faults()
    work(house, 2 * HOUR)
    assert states(row) == (State.PUBLISHED, "active", "active")
    assert (len(house.box.feed()), State.FAILED in has_been(row)) == (1, False)
    assert not Rest.objects.filter(key__startswith=login_doubts.PREFIX).exists()
    assert set(Channel.objects.values_list("reason_code", flat=True)) == {""}


@pytest.mark.parametrize("app", ["known"], indirect=True)
@pytest.mark.parametrize("platform", ["facebook", "threads"])
def test_who_says_yes_when_asked_and_no_to_every_post_is_asked_less_and_less(
    house: House, tokens, platform: str
) -> None:
    house.box.fault("revoked", path=LAID_DOWN[platform], method="POST")
    row = post(house, platform)
    Delivery.objects.update(latest_at=row.latest_at + dt.timedelta(days=9))
    work(house, HOUR)
    posted = refusals(house, platform)
    work(house, 2 * DAY, every=HOUR)
    assert 3 <= refusals(house, platform) - posted <= 8
    assert Rest.objects.get(key__startswith=login_doubts.PREFIX).refusals > login_doubts.CERTAIN + 3


@pytest.mark.parametrize("platform", PLATFORMS)
def test_while_it_is_in_doubt_one_post_makes_each_try_and_it_is_told_everywhere(
    house: House, tokens, platform: str
) -> None:
    """Twenty posts, and as many calls that lay something down as it takes to be certain."""
    house.box.fault("revoked", path=LAID_DOWN[platform], method="POST")
    channel = house.channels[platform]
    rows = [house.approved(f"Loaf {n}.", channel, asset=house.asset(f"{n}.jpg", look=n))[0] for n in range(MANY)]
    outbox.tasks.round()
    assert refusals(house, platform) == 1
    [cause] = causes(house.owner)
    assert (cause.code, cause.waiting, cause.name) == (Code.DOUBT, MANY, str(channel.credential))
    assert {cause.press, cause.or_press} == {
        ("Try now", reverse("admin:accounts_credential_do", args=[channel.credential_id, "try-now"])),
        ("Connect again", reverse("connect_again", args=[channel.credential_id])),
    }
    told = Rest.objects.get(key__startswith=login_doubts.PREFIX)
    assert (told.code, told.refusals, as_row(channel)["reason"]) == (InDoubt.code, 1, InDoubt.code)
    assert set(Delivery.objects.values_list("state", "reason_code")) == {(State.QUEUED, InDoubt.code)}
    work(house, 2 * MINUTE, every=20)
    assert refusals(house, platform) == 2
    work(house, 3 * MINUTE, every=20)
    assert refusals(house, platform) == login_doubts.CERTAIN
    assert {states(row)[0] for row in rows} == {State.BLOCKED}
    [cause] = causes(house.owner)
    assert (cause.code, cause.waiting) == (Code.LOGIN, MANY)


@pytest.mark.parametrize("how", ["try now", "connect again", "by itself"])
def test_a_yes_ends_the_doubt_and_everything_moves(house: House, tokens, how: str) -> None:
    channel = house.channels["threads"]
    house.box.fault("revoked", path=LAID_DOWN["threads"], method="POST")
    for number in range(4):
        house.approved(f"Loaf {number}.", channel, asset=house.asset(f"{number}.jpg", look=number))
    outbox.tasks.round()
    house.box.no_faults()
    outbox.tasks.round()
    assert house.box.feed() == []
    if how == "try now":
        login_doubts.try_now(channel.credential, by=Caller.of(house.owner))
    elif how == "connect again":
        connect(house.owner, "threads", grant(tokens["threads"]))
    else:
        house.later(MINUTE + 2)
    work(house, MINUTE / 2, every=10)
    assert (len(house.box.feed()), causes(house.owner)) == (4, [])


def test_what_is_in_doubt_and_has_nothing_to_try_it_with_is_asked_after(house: House, tokens) -> None:
    house.box.fault("revoked", path=LAID_DOWN["threads"], method="POST", times=1)
    row = post(house, "threads")
    outbox.tasks.round()
    Delivery.objects.filter(pk=row.pk).update(state=State.CANCELLED)
    assert [each.login for each in login_doubts.doubts()] == [row.channel.credential]
    house.later(5 * MINUTE)
    accounts.tasks.round()
    assert login_doubts.doubts() == []


def test_what_asks_beside_the_posts_waits_too(house: House, tokens) -> None:
    """A look whether one is out, a login that is to be renewed, the doctor."""
    house.box.fault("lost", path="*/threads_publish", method="POST", times=1)
    row = post(house, "threads")
    outbox.tasks.round()
    login_doubts.count(row.channel.credential)
    before = len(house.box.calls())
    house.later(MINUTE / 2)
    Delivery.objects.update(next_at=clock.now())
    outbox.tasks.round()
    told = [each for each in doctor.logins(offline=False) if "threads" in each.name]
    assert [each.level for each in told] == [Level.WARNING]
    with pytest.raises(RateLimited):
        token_of(Channel.objects.get(pk=row.channel_id))
    assert not [call for call in house.box.calls()[before:] if call["host"].endswith("threads.net")]
    assert Delivery.objects.get(pk=row.pk).state == State.CHECKING


def refusals(house: House, platform: str) -> int:
    """Posts that were tried."""
    return len([call for call in house.box.calls(method="POST") if call["path"].endswith(LAID_DOWN[platform][1:])])


@pytest.mark.parametrize("app", ["known"], indirect=True)
def test_a_token_of_which_they_say_that_it_is_dead_is_blocked_at_once_and_stays_so(house: House, tokens) -> None:
    PROVIDERS["facebook"]().revoke(Grant(tokens["facebook"]["access_token"]), app_of("facebook"))
    row = post(house, "facebook")
    outbox.tasks.round()
    assert states(row)[:2] == (State.BLOCKED, "blocked")
    before = len(house.box.calls("debug_token"))
    work(house, DAY, every=20 * MINUTE)
    assert states(row)[1] == "blocked"
    assert 3 < len(house.box.calls("debug_token")) - before < 25  # two places


@pytest.mark.parametrize("app", ["known"], indirect=True)
def test_that_our_app_is_refused_says_nothing_about_a_place(house: House, tokens, settings) -> None:
    house.box.fault("revoked", path="*debug_token*")
    accounts.tasks.round()
    assert set(Channel.objects.values_list("state", flat=True)) == {"active"}
    assert house.box.calls("debug_token")


@pytest.mark.parametrize("app", ["known"], indirect=True)
@pytest.mark.parametrize("how", ["disconnected", "released", "switched off"])
def test_what_somebody_has_ended_is_not_asked_after(house: House, tokens, how: str) -> None:
    page = house.channels["facebook"]
    if how == "disconnected":
        delete_tokens(page.credential)
        delete_tokens(house.channels["threads"].credential)
    elif how == "released":
        for each in house.channels.values():
            release(each, by=TERMINAL)
    else:
        Channel.objects.update(state=Channel.State.OFF)
    left = set(Channel.objects.values_list("state", "reason_code"))
    before = len(house.box.calls())
    work(house, DAY, every=HOUR)
    assert set(Channel.objects.values_list("state", "reason_code")) == left
    assert len(house.box.calls()) == before


@pytest.mark.parametrize("app", ["known"], indirect=True)
def test_connected_again_it_has_no_past(house: House, tokens) -> None:
    house.box.fault("revoked", method="POST", path=LAID_DOWN["facebook"])
    post(house, "facebook")
    work(house, HOUR)
    assert Rest.objects.filter(key=login_doubts.key(house.channels["facebook"])).exists()
    connect(house.owner, "facebook", grant(tokens["facebook"]))
    assert not Rest.objects.filter(key__startswith=login_doubts.PREFIX).exists()
    assert set(Credential.objects.values_list("state", flat=True)) == {"active"}
