"""A false "unauthorized" blocks nobody; one that lasts does; a login that lives after all comes back by itself."""

from __future__ import annotations

import pytest
from django.core.cache import cache

import accounts.tasks
import watches.tasks
from accounts.connections import login_doubts
from accounts.connections.grants import delete_tokens
from accounts.models import Credential
from poster.models import Rest
from publishing.causes import Code, causes
from tests.factories import person
from tests.house import House
from tests.sandbox.google_world import picture
from tests.watches.test_drive_looks import drive_of, may_look_often, states, watch  # noqa: F401 - a fixture too
from watches.models import FoundFile, Watch

ACTIVE, BLOCKED = Credential.State.ACTIVE, Credential.State.BLOCKED
API = "www.googleapis.com"


@pytest.fixture
def drive(house: House, settings):
    house.owner = person("Zoe", operator=True)
    house.connect()
    drive = drive_of(house)
    settings.PROVIDER_APPS = {"google": (drive.login["client_id"], drive.login["client_secret"])}
    watch(house, drive, drive.folder("watched"), interval=60)
    house.later(90)
    return drive


def rounds(house: House, minutes: float) -> None:
    for _ in range(int(minutes * 2)):
        watches.tasks.round()
        house.later(30)


def calls(house: House) -> int:
    return len([call for call in house.box.calls() if call["host"] == API])


def a_day_later(house: House) -> None:
    """The cache has a clock of its own."""
    house.later(24 * 3600 + 60)
    cache.clear()
    accounts.tasks.round()


def login() -> str:
    return Credential.objects.get(provider="google").state


@pytest.mark.parametrize("times", range(1, login_doubts.CERTAIN))
def test_a_few_false_refusals_in_a_row_block_nobody(house: House, drive, times):
    house.box.fault("error", host=API, status=401, times=times)
    drive.upload("cat.jpg", picture(400, 300), Watch.objects.get().place_id)
    rounds(house, 5)
    assert (login(), states()) == (ACTIVE, {FoundFile.State.TAKEN: 1})


def test_a_refusal_that_lasts_blocks_and_the_login_comes_back_by_itself_once_it_is_accepted(house: House, drive):
    house.box.fault("error", host=API, status=401, times=10_000)
    asked = calls(house)
    rounds(house, 0.5)
    assert login() == ACTIVE
    assert [(each.code, each.waiting) for each in causes(house.owner)] == [(Code.DOUBT, 0)]
    told = login_doubts.told(Rest.objects.get(key__startswith=login_doubts.PREFIX))
    assert Watch.objects.get().unanswered == told
    rounds(house, 4)
    assert (login(), Watch.objects.get().state) == (BLOCKED, Watch.State.BROKEN)
    assert calls(house) - asked == login_doubts.CERTAIN
    house.box.no_faults()
    drive.upload("cat.jpg", picture(400, 300), Watch.objects.get().place_id)
    accounts.tasks.round()
    assert login() == BLOCKED  # asked after a pause
    a_day_later(house)
    rounds(house, 2)
    assert (login(), Watch.objects.get().state, states()) == (ACTIVE, Watch.State.ACTIVE, {FoundFile.State.TAKEN: 1})


def test_a_login_that_was_taken_back_is_blocked_at_once_and_stays_so(house: House, drive):
    drive.steer("POST", f"accounts/{drive.login['account_id']}/revoke")
    house.later(4000)
    watches.tasks.round()
    assert login() == BLOCKED
    a_day_later(house)
    assert login() == BLOCKED


def test_a_login_that_its_owner_disconnected_stays_so(house: House, drive):
    delete_tokens(Credential.objects.get(provider="google"))
    a_day_later(house)
    assert login() == BLOCKED
