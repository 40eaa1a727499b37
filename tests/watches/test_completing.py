"""A picture of which part is missing: it waits for the rest, is taken when it is there, and is damaged after a day."""

from __future__ import annotations

from pathlib import Path

import pytest

import watches.tasks
from accounts.connections.grants import connect
from media.reasons import EndsTooEarly, PartMissing
from poster.permissions import Caller
from tests import pictures
from tests.held import files
from tests.house import House, grant
from tests.media.encoders import photo
from tests.sandbox.google_world import Google, google_account
from watches.manual_actions import try_again
from watches.models import FoundFile
from watches.reasons.files import NotComplete
from watches.watch_service import remove

pytestmark = pytest.mark.slow  # every look at a picture is a child process
State = FoundFile.State
A_DAY = 24 * 3600


@pytest.fixture
def house(house: House) -> House:
    house.connect()
    house.watch()
    return house


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    return pictures.saved(tmp_path / "whole.jpg", photo(1)).read_bytes()


def drop(house: House, content: bytes, name: str = "cat.jpg") -> None:
    (house.folder / name).write_bytes(content)
    house.look(3)


def states() -> list[str]:
    return list(FoundFile.objects.order_by("created_at").values_list("state", flat=True))


def test_part_of_a_picture_waits_and_the_rest_is_taken(house: House, whole: bytes) -> None:
    drop(house, whole[: len(whole) // 2])
    part = FoundFile.objects.get()
    assert (part.state, part.reason) == (State.INCOMPLETE, NotComplete(name="cat.jpg"))
    assert part.asset is None
    assert not files(part.pk)
    drop(house, whole[: len(whole) * 3 // 4])
    assert states() == [State.GONE, State.INCOMPLETE]
    drop(house, whole)
    assert states() == [State.GONE, State.GONE, State.TAKEN]
    assert set(FoundFile.objects.values_list("external_id", flat=True)) == {part.external_id}


@pytest.mark.parametrize("keep", [0.0, 0.4])
def test_a_file_that_was_given_its_size_first_is_taken_when_it_is_filled(
    house: House, whole: bytes, keep: float
) -> None:
    kept = int(len(whole) * keep)
    drop(house, whole[:kept] + bytes(len(whole) - kept))
    assert states() == [State.INCOMPLETE]
    drop(house, whole)
    assert states() == [State.GONE, State.TAKEN]


def test_after_a_day_without_a_change_it_is_damaged_and_said_so_once(house: House, whole: bytes) -> None:
    drop(house, whole[: len(whole) // 2])
    house.later(A_DAY - 3600)
    watches.tasks.round()
    assert states() == [State.INCOMPLETE]
    house.later(3600)
    watches.tasks.round()
    asset = FoundFile.objects.get()
    assert asset.state == State.SKIPPED
    assert isinstance(asset.reason, PartMissing | EndsTooEarly)
    try_again(asset, by=Caller.of(house.owner))
    watches.tasks.round()
    assert states() == [State.SKIPPED]
    drop(house, whole)  # and still the rest is taken, when it comes
    assert states() == [State.SKIPPED, State.TAKEN]


def test_each_change_begins_a_day_of_its_own(house: House, whole: bytes) -> None:
    drop(house, whole[: len(whole) // 3])
    house.later(A_DAY - 3600)
    drop(house, whole[: len(whole) // 2])
    house.later(2 * 3600)
    watches.tasks.round()
    assert states() == [State.GONE, State.INCOMPLETE]


def test_it_may_be_taken_away_or_lose_its_watch_meanwhile(house: House, whole: bytes) -> None:
    drop(house, whole[: len(whole) // 2], "a.jpg")
    drop(house, whole[: len(whole) // 3], "b.jpg")
    (house.folder / "a.jpg").unlink()
    house.look(3)
    assert states() == [State.GONE, State.INCOMPLETE]
    remove(FoundFile.objects.get(name="b.jpg").watch, by=Caller.of(house.owner))
    assert states() == [State.GONE, State.GONE]


def test_what_is_no_picture_is_not_waited_for(house: House) -> None:
    drop(house, b"just words", "notes.jpg")
    drop(house, pictures.png_bomb(house.folder / "x.png", 30_000, 30_000).read_bytes(), "x.png")
    assert set(states()) == {State.SKIPPED}


@pytest.mark.parametrize("kind", ["zTXt", "iTXt", "iCCP"])
def test_what_is_whole_and_bloated_is_not_waited_for(house: House, tmp_path: Path, kind: str) -> None:
    drop(house, pictures.bloated_png(tmp_path / "a.png", kind).read_bytes(), "a.png")
    assert states() == [State.SKIPPED]


def test_a_half_of_a_picture_in_drive_waits_for_its_rest_too(house: House, whole: bytes, settings) -> None:
    account: Google = google_account(house.box, email="ann@example.com")
    app = (account.login["client_id"], account.login["client_secret"])
    settings.PROVIDER_APPS = {**settings.PROVIDER_APPS, "google": app}
    credential, _ = connect(house.owner, "google", grant(account.login))
    folder = account.folder("Bakery")
    house.watch("Drive", source="drive", place=folder, credential=credential, interval=60)
    file = account.upload("cat.jpg", whole[: len(whole) // 2], folder)
    house.look(2)
    assert states() == [State.INCOMPLETE]
    account.steer("PUT", f"files/{file['id']}/content", data=whole)
    house.look(2)
    assert states() == [State.GONE, State.TAKEN]
