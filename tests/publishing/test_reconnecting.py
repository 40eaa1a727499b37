"""After a login is connected again, everything that waited for it moves within ten seconds."""

from __future__ import annotations

import datetime as dt

import pytest

import outbox.tasks
import watches.tasks
from accounts.connections.blocks import block
from accounts.connections.grants import connect
from accounts.models import Channel
from accounts.reason_columns import because
from poster import clock
from publishing.models import Delivery
from tests.factories import ENDED, THEY_SAID
from tests.house import House, grant
from watches.models import FoundFile, SourceCursor, Watch

State = Delivery.State
DAY, YEAR = dt.timedelta(days=1), dt.timedelta(days=365)
LOGINS = [("facebook", "facebook"), ("facebook", "instagram"), ("threads", "threads")]


def out_without_its_id(house: House, channel: Channel) -> Delivery:
    (row,) = house.approved("A loaf that is out.", channel)
    house.settle(row)
    Delivery.objects.filter(pk=row.pk).update(permalink="", remote_id="", looks=9)
    return row


def waiting(house: House, channel: Channel) -> dict[str, Delivery]:
    """One in each state in which something waits for the login."""
    made = {
        name: house.approved(f"A loaf that is {name}.", channel, asset=house.asset(f"{n}.jpg", look=n))[0]
        for n, name in enumerate(["doubtful", "waiting", "planned"], start=1)
    }
    now = clock.now()
    Delivery.objects.filter(pk=made["planned"].pk).update(due_at=now + YEAR, next_at=now + YEAR)
    Delivery.objects.filter(pk=made["doubtful"].pk).update(
        state=State.CHECKING, refs="1", staged_at=now, committed_at=now
    )
    return made


@pytest.mark.parametrize(("provider", "platform"), LOGINS)
def test_within_ten_seconds_everything_moves(house: House, provider: str, platform: str) -> None:
    tokens = house.box.person()
    connect(house.owner, provider, grant(tokens[provider]))
    channel = Channel.objects.get(owner=house.owner, platform=platform)
    out = out_without_its_id(house, channel)
    block(channel.credential, THEY_SAID)
    Channel.objects.filter(pk=channel.pk).update(state=Channel.State.BLOCKED, **because(ENDED))
    made = waiting(house, channel) | {"published": out}
    for _ in range(4):
        outbox.tasks.round()
        house.later(20)
    made["waiting"].refresh_from_db()
    assert made["waiting"].state == State.BLOCKED
    Delivery.objects.exclude(pk=made["planned"].pk).update(next_at=clock.now() + DAY)
    evidence = made["doubtful"].entries.filter(kind="evidence").count()
    assert not outbox.tasks.due()
    connect(house.owner, provider, grant(tokens[provider]))
    house.later(10)
    assert outbox.tasks.due()
    outbox.tasks.round()
    for row in made.values():
        row.refresh_from_db()
    assert made["waiting"].state == State.PUBLISHED or made["waiting"].refs
    assert made["published"].remote_id
    assert made["doubtful"].entries.filter(kind="evidence").count() > evidence
    assert made["planned"].next_at > clock.now() + 300 * DAY


def test_a_drive_that_was_connected_again_is_looked_into_and_its_pictures_fetched(house: House) -> None:
    tokens = house.box.person("google", email="owner@example.com")
    login, _ = connect(house.owner, "google", grant(tokens["google"]))
    stream = SourceCursor.objects.create(owner=house.owner, source="drive", credential=login, key=str(login.pk))
    watch = Watch.objects.create(owner=house.owner, name="Drive", stream=stream, place_id="root", place_name="Drive")
    asset = FoundFile.objects.create(owner=house.owner, watch=watch, name="a.jpg", external_id="a", revision="1")
    house.box.fault("revoked", host="*.googleapis.com")
    watches.tasks.round()
    house.later(120)
    watches.tasks.round()
    block(login, THEY_SAID)
    SourceCursor.objects.update(next_at=clock.now() + DAY)
    FoundFile.objects.update(next_at=clock.now() + DAY, state=FoundFile.State.FOUND)
    house.box.no_faults()
    assert not watches.tasks.due()
    connect(house.owner, "google", grant(tokens["google"]))
    house.later(10)
    assert watches.tasks.due()
    before, files = len(house.box.calls()), len(house.box.calls("/files/a"))
    watches.tasks.round()
    watch.refresh_from_db()
    asset.refresh_from_db()
    assert len(house.box.calls()) > before
    assert (watch.state, len(house.box.calls("/files/a")) - files) == (Watch.State.ACTIVE, 1), asset.reason
