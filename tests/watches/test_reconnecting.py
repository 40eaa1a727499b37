"""A login that was connected again: what waited for it moves at once. And ready pictures whose file is away."""

from __future__ import annotations

import datetime as dt

import pytest

import watches.tasks
from accounts.models import Credential
from poster import clock
from poster.permissions import Caller
from publishing.models import Delivery, Post
from publishing.posts.approving import approve
from tests.accounts.browsing import Browser
from tests.factories import person
from tests.house import House
from tests.sandbox.google_world import Google, picture
from tests.watches.test_drive_looks import drive_of, may_look_often, states, watch  # noqa: F401 - a fixture too
from watches.models import FoundFile, SourceCursor, Watch
from watches.scanning import scan

State = FoundFile.State


@pytest.fixture
def house(house: House) -> House:
    house.owner = person("Zoe", operator=True)
    house.connect()
    return house


def connect_again(house: House, drive: Google, settings) -> None:
    """By a person with a browser, over the consent page."""
    public, settings.PUBLIC_URL = settings.PUBLIC_URL, "http://testserver"
    browser, login = Browser(house.owner, house.box), Credential.objects.get(provider="google")
    browser.back(browser.allow(browser.leave("google", login=login), drive.login["email"]))
    settings.PUBLIC_URL = public
    login.refresh_from_db()
    assert login.state == Credential.State.ACTIVE


@pytest.mark.slow
def test_everything_that_waited_for_a_login_moves_within_ten_seconds_of_its_being_connected_again(house, settings):
    drive = drive_of(house)
    settings.PROVIDER_APPS = {"google": (drive.login["client_id"], drive.login["client_secret"])}
    folders = [drive.folder(f"{number}") for number in range(3)]
    for number, folder in enumerate(folders):
        watch(house, drive, folder, f"{number}")
        drive.upload("found.jpg", picture(300 + number, 200), folder)
    house.later(90)
    for stream in watches.tasks.streams_due():
        assert SourceCursor.objects.take(stream)
        scan(stream)
    assert states() == {State.FOUND: 3}
    FoundFile.objects.filter(watch__name="0").update(tries=6, next_at=clock.now() + dt.timedelta(hours=1))
    drive.steer("POST", f"accounts/{drive.login['account_id']}/revoke")
    house.later(600)
    watches.tasks.round()
    login = Credential.objects.get(provider="google")
    assert login.state == Credential.State.BLOCKED
    assert set(Watch.objects.values_list("state", flat=True)) == {Watch.State.BROKEN}
    house.later(3000)
    watches.tasks.round()
    assert (states(), watches.tasks.due()) == ({State.FOUND: 3}, False)
    for folder in folders:
        drive.upload("meanwhile.jpg", picture(400, 300, "red"), folder)
    connect_again(house, drive, settings)
    house.later(9)
    assert watches.tasks.due()
    watches.tasks.round()
    assert set(Watch.objects.values_list("state", flat=True)) == {Watch.State.ACTIVE}
    assert states() == {State.TAKEN: 6}


def test_a_look_that_waited_long_is_made_at_once_when_the_login_is_connected_again(house, settings):
    """It was not the login that failed, as far as the look could see."""
    drive = drive_of(house)
    settings.PROVIDER_APPS = {"google": (drive.login["client_id"], drive.login["client_secret"])}
    watch(house, drive, drive.folder("watched"))
    SourceCursor.objects.update(next_at=clock.now() + dt.timedelta(minutes=15), failures=9)
    assert not watches.tasks.streams_due().exists()
    connect_again(house, drive, settings)
    assert watches.tasks.streams_due().exists()


@pytest.mark.parametrize("act", ["trash", "move", "delete"])
@pytest.mark.parametrize("until", ["fetched", "drafted", "queued"])
def test_a_ready_picture_whose_file_is_taken_away_ends_as_gone(house, act, until):
    drive = drive_of(house)
    folder = drive.folder("watched")
    watch(house, drive, folder)
    file = drive.upload("cat.jpg", picture(400, 300), folder)
    house.look(2)
    if until != "fetched":
        house.round()
    if until == "queued":
        approve(Post.objects.get(), by=Caller.of(house.owner))
        Delivery.objects.update(next_at=clock.now() + dt.timedelta(hours=1))
    assert states() == {State.TAKEN: 1}
    {
        "trash": lambda: drive.act("trash", file["id"]),
        "move": lambda: drive.act("move", file["id"], parent=drive.home),
        "delete": lambda: drive.delete(file["id"]),
    }[act]()
    for _ in range(3):
        house.later(90)
        Delivery.objects.update(next_at=clock.now())
        house.round()
    assert states() == {State.GONE: 1}
    assert set(Delivery.objects.values_list("state", flat=True)) <= {Delivery.State.CANCELLED}
    assert not Post.objects.filter(state=Post.State.DRAFT).exists()
    assert house.box.feed() == []


def test_a_draft_comes_back_with_its_file(house):
    drive = drive_of(house)
    folder = drive.folder("watched")
    watch(house, drive, folder)
    file = drive.upload("cat.jpg", picture(400, 300), folder)
    house.look(2)
    house.round()
    drive.act("trash", file["id"])
    house.look()
    house.round()
    assert (states(), Post.objects.get().state) == ({State.GONE: 1}, Post.State.DISCARDED)
    drive.act("restore", file["id"])
    house.look()
    house.round()
    assert (states(), Post.objects.get().state) == ({State.TAKEN: 1}, Post.State.DRAFT)
    assert Post.objects.get().hold
