"""A false "your token is invalid" fails and blocks nothing; one that lasts blocks, and goes away by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import accounts.tasks
import publishing.tasks
from accounts.connecting import doubting
from accounts.connecting.granting import connect, disconnect, release
from accounts.connecting.provider_apps import app_of
from accounts.models import Channel, Credential
from accounts.providers import PROVIDERS, Grant
from accounts.reasons import Reason
from poster.models import Rest
from publishing.delivery.ledger import Kind
from publishing.models import Delivery
from tests.house import House, grant

State = Delivery.State
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
LAID_DOWN = {"facebook": "*/photos", "instagram": "*/media", "threads": "*/threads"}
SHOWN = {"facebook": "*/feed", "instagram": "*/media_publish", "threads": "*/threads_publish"}
PLATFORMS = list(LAID_DOWN)
FEW = 3  # in a row, within the pause after which one more would count


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
        publishing.tasks.round()
        house.later(every)


def post(house: House, platform: str) -> Delivery:
    return house.approved("Bread that is out.", house.channels[platform])[0]


def states(row: Delivery) -> tuple[str, str, str]:
    """Of the delivery, of its channel, of its login."""
    row = Delivery.objects.select_related("channel__credential").get(pk=row.pk)
    assert row.channel is not None
    return row.state, row.channel.state, row.channel.credential.state


def has_been(row: Delivery) -> set[str]:
    return set(row.steps.exclude(state="").values_list("state", flat=True))


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
    assert (len(house.box.feed()), row.steps.filter(kind=Kind.COMMIT).count()) == (1, 1 + FEW * (where is SHOWN))
    assert not Rest.objects.filter(key__startswith=doubting.PREFIX).exists()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_refusal_that_lasts_blocks_and_what_waited_goes_out_by_itself(house: House, tokens, platform: str) -> None:
    fault = {"path": LAID_DOWN[platform], "method": "POST"}
    house.box.fault("revoked", **fault)
    row = post(house, platform)
    work(house, 10 * MINUTE)
    assert states(row)[:2] == (State.QUEUED, "active")
    work(house, 15 * MINUTE)
    assert states(row)[:2] == (State.BLOCKED, "blocked")
    assert Channel.objects.get(pk=row.channel_id).reason == (Reason.LOGIN if platform == "threads" else Reason.REFUSED)
    assert Channel.objects.get(pk=row.channel_id).problem
    house.box.no_faults()
    work(house, 2 * HOUR)
    assert states(row) == (State.PUBLISHED, "active", "active")
    assert (len(house.box.feed()), State.FAILED in has_been(row)) == (1, False)
    assert not Rest.objects.filter(key__startswith=doubting.PREFIX).exists()
    assert set(Channel.objects.values_list("reason", flat=True)) == {""}


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
    assert Rest.objects.get(key__startswith=doubting.PREFIX).refusals > doubting.CERTAIN + 3


def refusals(house: House, platform: str) -> int:
    """Posts that were tried."""
    return len([call for call in house.box.calls(method="POST") if call["path"].endswith(LAID_DOWN[platform][1:])])


@pytest.mark.parametrize("app", ["known"], indirect=True)
def test_a_token_of_which_they_say_that_it_is_dead_is_blocked_at_once_and_stays_so(house: House, tokens) -> None:
    PROVIDERS["facebook"]().revoke(Grant(tokens["facebook"]["access_token"]), app_of("facebook"))
    row = post(house, "facebook")
    publishing.tasks.round()
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
        disconnect(page.credential)
        disconnect(house.channels["threads"].credential)
    elif how == "released":
        for each in house.channels.values():
            release(each)
    else:
        Channel.objects.update(state=Channel.State.OFF)
    left = set(Channel.objects.values_list("state", "reason"))
    before = len(house.box.calls())
    work(house, DAY, every=HOUR)
    assert set(Channel.objects.values_list("state", "reason")) == left
    assert len(house.box.calls()) == before


@pytest.mark.parametrize("app", ["known"], indirect=True)
def test_connected_again_it_has_no_past(house: House, tokens) -> None:
    house.box.fault("revoked", method="POST", path=LAID_DOWN["facebook"])
    post(house, "facebook")
    work(house, HOUR)
    assert Rest.objects.filter(key=doubting.key(house.channels["facebook"])).exists()
    connect(house.owner, "facebook", grant(tokens["facebook"]))
    assert not Rest.objects.filter(key__startswith=doubting.PREFIX).exists()
    assert set(Credential.objects.values_list("state", flat=True)) == {"active"}
