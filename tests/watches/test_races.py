"""Two workers with the same read, leases that end, and rows that vanish under a worker's hands."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from media import blobs, sweeping
from media.images import BadPicture
from media.intake import take_in
from media.models import Asset, Blob
from media.reasons import ShortOfMemory
from poster.permissions import TERMINAL
from poster.work import lease_recovery
from publishing.models import Post
from tests.held import files, original
from tests.house import House
from tests.watches.staged import EVENTS, registered
from watches import tasks, watch_service
from watches.fetching import fetch
from watches.models import FoundFile, SourceCursor, Watch
from watches.reasons.files import UnreadForAnHour
from watches.scanning import scan
from watches.sources import SOURCES
from watches.sources.atomic_files import arriving
from writing.captioners import CAPTIONERS

State = FoundFile.State


@pytest.fixture
def watch(house: House, settings) -> Iterator[Watch]:
    """A watch whose source is staged, and whose captioner may be."""
    settings.AI_KEYS = {**settings.AI_KEYS, "staged": "a key"}
    house.connect()
    with (
        registered(SOURCES, "staged", "tests.watches.staged:Source"),
        registered(CAPTIONERS, "staged", "tests.watches.staged:Captioner"),
    ):
        made = house.watch()
        SourceCursor.objects.update(source="staged")
        yield made


def held(row):
    """The row as a worker holds it."""
    assert type(row).objects.take(row)
    return row


def read(asset: FoundFile) -> FoundFile:
    """As a worker reads it."""
    return FoundFile.objects.select_related("watch__stream", "watch__prompt_template").get(pk=asset.pk)


def found(house: House, name: str = "a.jpg", seed: int = 0) -> FoundFile:
    """A picture that was seen and not fetched."""
    house.drop(name, seed=seed)
    look(house)
    look(house)
    return read(FoundFile.objects.get(name=name, state=State.FOUND))


def look(house: House) -> None:
    house.later(90)
    for stream in tasks.streams_due():
        scan(held(stream))


def ready(house: House, name: str = "a.jpg", seed: int = 0) -> FoundFile:
    """A picture that wants words."""
    asset = found(house, name, seed)
    fetch(held(asset))
    assert asset.state == State.TAKEN
    return read(asset)


def sleep_through_the_lease(house: House) -> None:
    house.later(6 * 60)


# --- looking


def test_of_two_workers_with_the_same_read_of_a_stream_one_looks(house: House, watch: Watch) -> None:
    house.later(60)
    one, other = SourceCursor.objects.get(), SourceCursor.objects.get()
    assert SourceCursor.objects.take(one)
    assert not SourceCursor.objects.take(other)


def test_a_look_that_slept_through_its_lease_writes_nothing(house: House, watch: Watch) -> None:
    house.drop("a.jpg")
    house.later(60)
    sleeper = held(SourceCursor.objects.get())
    sleep_through_the_lease(house)
    look(house)
    look(house)
    before = SourceCursor.objects.get().cursor
    assert FoundFile.objects.count() == 1
    assert "faster" in scan(sleeper)
    assert SourceCursor.objects.get().cursor == before
    assert FoundFile.objects.count() == 1


def test_a_watch_that_is_removed_while_its_folder_is_looked_into_stops_nobody(house: House, watch: Watch) -> None:
    threads = [house.channels["threads"]]
    Watch.objects.get().channels.set([house.channels["facebook"]])
    other = watch_service.add_watch(
        house.owner,
        name="Second",
        source="folder",
        place=str(house.folder),
        channels=threads,
        by=TERMINAL,
    )
    Watch.objects.update(stream=watch.stream)
    look(house)
    house.drop("a.jpg")
    look(house)
    EVENTS["looked"] = lambda: watch_service.remove(other, by=TERMINAL)
    look(house)
    look(house)
    assert [(asset.watch, asset.state) for asset in FoundFile.objects.all()] == [(watch, State.FOUND)]


def test_a_watch_and_its_stream_that_are_removed_while_looked_at_leave_nothing(house: House, watch: Watch) -> None:
    house.drop("a.jpg")
    EVENTS["looked"] = lambda: watch_service.remove(watch, by=TERMINAL)
    look(house)
    assert (SourceCursor.objects.count(), FoundFile.objects.count()) == (0, 0)


# --- fetching


def test_of_two_workers_with_the_same_read_of_an_asset_one_fetches(house: House, watch: Watch) -> None:
    asset = found(house)
    one, other = read(asset), read(asset)
    assert FoundFile.objects.take(one)
    assert not FoundFile.objects.take(other)
    fetch(one)
    assert not FoundFile.objects.take(other)


def test_a_fetch_that_slept_through_its_lease_does_not_undo_the_other(house: House, watch: Watch) -> None:
    sleeper = held(found(house))
    sleep_through_the_lease(house)
    fetch(held(read(sleeper)))
    kept = original(sleeper.pk).read_bytes()
    (house.folder / "a.jpg").write_bytes(b"no picture any more")
    fetch(sleeper)
    asset = read(sleeper)
    assert asset.state == State.TAKEN
    assert original(asset.pk).read_bytes() == kept
    assert len(files(asset.pk)) == Blob.objects.count() == 3  # what the sleeper had laid down is gone


def test_killed_between_its_bytes_and_its_rows_it_is_fetched_again_and_the_leftovers_go(
    house: House, watch: Watch
) -> None:
    killed = held(found(house))
    with blobs.scratch(killed.pk) as folder:
        path = Path(shutil.copy(house.folder / "a.jpg", folder / "original"))
        take_in(path, Asset(pk=killed.pk, owner_id=killed.owner_id, name=killed.name), "0" * 64)
    assert (len(files(killed.pk)), Blob.objects.count(), Asset.objects.count()) == (3, 0, 0)
    sleep_through_the_lease(house)
    fetch(held(read(killed)))
    assert (len(files(killed.pk)), Blob.objects.count()) == (6, 3)
    house.later(25 * 3600)
    assert sweeping.sweep() == 3
    assert {file.name for file in files(killed.pk)} == set(Blob.objects.values_list("key", flat=True))


def test_a_bad_picture_that_is_told_late_does_not_take_the_others_bytes(house: House, watch: Watch) -> None:
    sleeper = held(found(house))
    sleep_through_the_lease(house)
    fetch(held(read(sleeper)))
    FoundFile.objects.filter(pk=sleeper.pk).update(size=1)
    sleeper.size = 300 * 1024 * 1024  # as if it had seen another file
    fetch(sleeper)
    assert original(sleeper.pk).exists()


def test_two_who_write_one_file_do_not_mix_their_bytes(tmp_path: Path) -> None:
    to = tmp_path / "picture"
    with arriving(to) as slow:
        slow.write(b"slow")
        slow.flush()
        with arriving(to) as quick:
            quick.write(b"quick")
        slow.write(b" and complete")
    assert to.read_bytes() == b"slow and complete"
    assert [path.name for path in tmp_path.iterdir()] == ["picture"]


def test_a_watch_that_is_removed_while_its_picture_is_fetched_leaves_no_bytes(
    house: House, watch: Watch, settings
) -> None:
    asset = found(house)
    EVENTS["fetched"] = lambda: watch_service.remove(Watch.objects.get(), by=TERMINAL)
    fetch(held(asset))
    assert read(asset).state == State.GONE
    house.round()
    assert list(settings.SPOOL.glob("*")) == []


def test_an_owner_who_is_deleted_while_his_picture_is_fetched_stops_nobody(house: House, watch: Watch) -> None:
    asset = found(house)
    EVENTS["fetched"] = lambda: house.owner.delete()
    fetch(held(asset))
    assert FoundFile.objects.count() == 0


# --- people and workers


def test_when_the_clock_jumps_back_nothing_is_fetched_twice(house: House, watch: Watch) -> None:
    asset = ready(house)
    house.later(-3600)
    house.round()
    assert read(asset).state == State.TAKEN
    house.later(3600 + 60)
    house.round()
    assert Post.objects.get().words_from is not None


def test_a_machine_that_is_short_of_memory_for_minutes_loses_no_picture(house: House, watch: Watch) -> None:
    asset = found(house)
    for _ in range(6):
        EVENTS["fetched"] = _run_short
        fetch(held(read(asset)))
        assert read(asset).state == State.FOUND
        house.later(3700)
    fetch(held(read(asset)))
    assert read(asset).state == State.TAKEN


def test_what_cannot_be_read_for_long_is_given_up_with_a_sentence(house: House, watch: Watch) -> None:
    asset = found(house)
    while asset.state == State.FOUND:
        EVENTS["fetched"] = _run_short
        fetch(held(asset))
        house.later(3700)
        asset = read(asset)
    assert asset.state == State.SKIPPED
    assert asset.reason == UnreadForAnHour(name="a.jpg")


def _run_short() -> None:
    raise BadPicture(ShortOfMemory(name="a.jpg"), may_pass=True)


@pytest.mark.parametrize(
    ("deaths", "power_is_back", "state"),
    [(8, "at once", State.TAKEN), (8, "later", State.TAKEN), (2, "", State.TAKEN), (3, "", State.SKIPPED)],
)
def test_power_cuts_put_no_picture_aside_but_what_stops_its_reader_for_good_is(
    house: House, watch: Watch, deaths: int, power_is_back: str, state: str
) -> None:
    asset = found(house)
    for _ in range(deaths):
        held(read(asset))
        if power_is_back == "at once":
            lease_recovery.let_go()
        sleep_through_the_lease(house)
        if power_is_back == "later":
            lease_recovery.let_go()
            lease_recovery.let_go()  # it failed once more before anybody took the row
    fetch(held(read(asset)))
    assert read(asset).state == state
