"""Old pictures that come into sight later, on a disk that was away or in a folder that was closed, are not new."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.house import House
from tests.watches.looking import Hours, Looker, drop
from tests.watches.test_folder_members import as_anybody, open_inbox  # noqa: F401 - a fixture
from watches.models import FoundFile
from watches.sources import Place
from watches.sources.folder import FolderSource

State = FoundFile.State
needs_mounts = pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can connect disks")


@contextmanager
def mounted(*options: str) -> Iterator[None]:
    done = subprocess.run(["mount", *options], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("disks cannot be connected here")
    try:
        yield
    finally:
        subprocess.run(["umount", options[-1]], check=True)


def looked_at(inbox: Path, hours: Hours) -> Looker:
    looker = Looker(FolderSource, [Place(str(inbox), subfolders=True)], between=lambda: hours.pass_by(5))
    looker.look()
    return looker


def elsewhere(looker: Looker, change: Callable[[dict], None]) -> None:
    """As if what was seen until now had been seen on another disk."""
    kept = json.loads(looker.cursor.text)
    for memory in kept.values():
        change(memory)
    looker.cursor = replace(looker.cursor, text=json.dumps(kept))


def other_device(memory: dict) -> None:
    memory["top"][0] += 1


def other_inode(memory: dict) -> None:
    memory["top"][1] += 1


def other_below(memory: dict) -> None:
    memory["bare"]["sub"][0] += 1


@pytest.mark.parametrize("change", [other_device, other_inode, other_below])
def test_what_lies_on_another_disk_than_the_one_that_was_looked_at_was_there_before(inbox, hours, change):
    (inbox / "sub").mkdir()
    looker = looked_at(inbox, hours)
    drop(inbox, "sub/old.jpg")
    elsewhere(looker, change)
    assert [(file.name, file.old) for file in looker.look()] == [("old.jpg", True)]
    drop(inbox, "sub/new.jpg")
    assert [(file.name, file.old) for file in looker.look()] == [("new.jpg", False)]


@pytest.mark.parametrize("change", [other_device, other_inode, other_below])
def test_what_was_written_on_another_disk_since_the_last_look_is_new(inbox, hours, change):
    hours.ahead = 0
    (inbox / "sub").mkdir()
    looker = looked_at(inbox, hours)
    elsewhere(looker, change)
    elsewhere(looker, lambda memory: memory.update(looked=memory["looked"] - 60))
    drop(inbox, "sub/new.jpg")
    assert [(file.name, file.old) for file in looker.look()] == [("new.jpg", False)]


def test_a_disk_that_is_away_while_its_files_settle_is_an_old_one_when_it_is_back(inbox, hours):
    hours.ahead = 0
    looker = Looker(FolderSource, [Place(str(inbox))], between=lambda: hours.pass_by(5))
    drop(inbox, "old.jpg")
    looker.once()
    content = (inbox / "old.jpg").rename(inbox.parent / "away.jpg")
    elsewhere(looker, other_inode)
    hours.pass_by(90)
    looker.look()
    elsewhere(looker, other_inode)
    content.rename(inbox / "old.jpg")
    assert [file.old for file in looker.look()] == [True]


@pytest.mark.parametrize("how", ["made", "listed again"])
def test_what_could_not_be_read_at_a_listing_was_there_before_until_it_was_read_once(open_inbox, hours, how):  # noqa: F811
    looker = Looker(FolderSource, [Place(str(open_inbox), subfolders=True)], between=lambda: hours.pass_by(5))
    if how == "listed again":  # somebody else wants the folder too, later
        looker.look()
    drop(open_inbox, "old/deep/cat.jpg").chmod(0o644)
    closed = open_inbox / "old"
    closed.chmod(0)
    (closed / "deep").chmod(0o755)
    looker.places = [Place(str(open_inbox), subfolders=True)]
    with as_anybody():
        assert looker.names() == []
        assert (looker.places[0].listed, looker.unread[str(open_inbox)]) == (True, ["old"])
    closed.chmod(0o755)
    (closed / "deep").chmod(0)
    with as_anybody():
        assert looker.names() == []
        assert looker.unread[str(open_inbox)] == ["old/deep"]
    (closed / "deep").chmod(0o755)
    with as_anybody():
        assert [(file.name, file.old) for file in looker.look()] == [("cat.jpg", True)]
        assert looker.unread == {}
    drop(open_inbox, "old/deep/dog.jpg").chmod(0o644)
    with as_anybody():
        assert [(file.name, file.old) for file in looker.look()] == [("dog.jpg", False)]


def test_a_file_that_could_not_be_read_when_somebody_else_came_is_old_for_them(open_inbox, hours):  # noqa: F811
    looker = looked_at(open_inbox, hours)
    drop(open_inbox, "cat.jpg").chmod(0)
    looker.places = [Place(str(open_inbox), subfolders=True, listed=True)]
    with as_anybody():
        assert looker.names() == []
        looker.places = [Place(str(open_inbox), subfolders=True)]
        assert looker.names() == []
    (open_inbox / "cat.jpg").chmod(0o644)
    hours.pass_by(120)
    with as_anybody():
        assert [(file.name, file.old) for file in looker.look()] == [("cat.jpg", True)]


@needs_mounts
def test_pictures_of_a_disk_that_was_away_when_its_watch_was_made_are_not_posted(house: House, tmp_path):
    house.connect()
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted("-t", "tmpfs", "tmpfs", str(disk)):
        for number in range(2):
            old = house.drop(f"{number}.jpg", seed=number + 1)
            (disk / old.name).write_bytes(old.read_bytes())
            old.unlink()
        house.later(200)
        watch = house.watch()
        assert watch.listed_at is not None
        with mounted("--bind", str(disk), str(house.folder)):
            house.look(3)
            states = dict(FoundFile.objects.values_list("name", "state"))
            assert states == {"0.jpg": State.RECORDED, "1.jpg": State.RECORDED}
            house.drop("new.jpg", seed=7)
            house.look(3)
            assert FoundFile.objects.get(name="new.jpg").state == State.TAKEN
