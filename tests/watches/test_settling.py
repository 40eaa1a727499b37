"""Which file is which: renamed, moved, replaced, touched, deleted, put back, copied."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest

from tests.watches.looking import Looker, drop
from watches.sources import Place
from watches.sources.disk import Body
from watches.sources.folder import FolderSource
from watches.sources.folder_memory import AGAIN, Memory
from watches.sources.ids import name_for, path_in


def test_a_renamed_file_is_nothing_new_and_not_gone(cat, looker):
    cat.rename(cat.with_name("kitten.jpg"))
    assert (looker.look(), looker.gone) == ([], [])


def test_a_file_moved_into_a_subfolder_is_nothing_new_and_not_gone(cat, looker):
    (cat.parent / "pets").mkdir()
    cat.rename(cat.parent / "pets" / "cat.jpg")
    assert (looker.look(), looker.gone) == ([], [])


def test_a_renamed_folder_is_nothing_new(inbox, looker):
    drop(inbox, "pets/cat.jpg")
    looker.look()
    (inbox / "pets").rename(inbox / "animals")
    assert (looker.look(), looker.gone) == ([], [])


def test_a_file_moved_by_copying_and_deleting_is_nothing_new(cat, looker):
    shutil.copyfile(cat, cat.with_name("kitten.jpg"))
    cat.unlink()
    assert (looker.look(), looker.gone) == ([], [])


def test_a_file_of_the_first_look_moved_by_copying_and_deleting_is_nothing_new(inbox, hours):
    old = drop(inbox, "old.jpg")
    looker = Looker(FolderSource, [Place(str(inbox))], between=lambda: hours.pass_by(5))
    looker.look()
    shutil.copy2(old, inbox / "moved.jpg")
    old.unlink()
    assert (looker.look(), looker.gone) == ([], [])


def test_two_files_that_change_names_are_nothing_new(cat, looker):
    dog = drop(cat.parent, "dog.jpg", "a dog")
    looker.look()
    cat.rename(cat.with_name("between.jpg"))
    dog.rename(cat)
    cat.with_name("between.jpg").rename(dog)
    assert (looker.look(), looker.gone) == ([], [])


def test_touching_a_file_is_nothing_new(cat, looker, hours):
    os.utime(cat, (10**9, 10**9))
    assert looker.look() == []
    FolderSource().fetch(looker.files["cat.jpg"], cat.parent.parent / "copy")


def test_bytes_written_over_a_file_are_a_new_revision_of_it(cat, looker):
    before = looker.files["cat.jpg"]
    cat.write_text("another cat")
    [after] = looker.look()
    assert after.external_id == before.external_id
    assert after.revision != before.revision


def test_a_file_replaced_by_a_rename_is_a_new_revision_of_it(cat, looker):
    before = looker.files["cat.jpg"]
    drop(cat.parent, ".cat.jpg.new", "another cat").rename(cat)
    [after] = looker.look()
    assert after.external_id == before.external_id
    assert after.revision != before.revision
    assert looker.gone == []


def test_a_file_replaced_by_the_same_bytes_is_nothing_new(cat, looker):
    drop(cat.parent, ".cat.jpg.new", "a cat").rename(cat)
    assert looker.look() == []


def test_a_file_missing_for_a_moment_is_not_gone(cat, looker, hours):
    aside = cat.rename(cat.parent.parent / "aside")
    assert not looker.once().gone
    hours.pass_by(1)
    aside.rename(cat)
    assert (looker.look(), looker.gone) == ([], [])


def test_a_deleted_file_is_gone_once(cat, looker):
    drop(cat.parent, "dog.jpg")
    looker.look()
    cat.unlink()
    looker.look()
    assert looker.gone == [looker.files["cat.jpg"].external_id]
    looker.look()
    assert looker.gone == []


def test_the_last_file_deleted_is_gone_too(cat, looker):
    cat.unlink()
    looker.look()
    assert looker.gone == [looker.files["cat.jpg"].external_id]


@pytest.mark.parametrize("name", ["cat.jpg", "another.jpg"])
def test_the_same_bytes_after_a_deletion_are_nothing_new(cat, looker, name):
    drop(cat.parent, "dog.jpg")
    cat.unlink()
    looker.look()
    drop(cat.parent, name, "a cat")
    assert looker.look() == []


def test_other_bytes_under_the_name_of_a_deleted_file_are_a_new_file(cat, looker):
    cat.unlink()
    looker.look()
    drop(cat.parent, "cat.jpg", "the camera counts from one again")
    [file] = looker.look()
    assert file.external_id not in looker.gone
    assert file.external_id.startswith("cat.jpg#")


def test_a_name_that_became_free_is_a_new_file(cat, looker):
    cat.rename(cat.with_name("first.jpg"))
    drop(cat.parent, "cat.jpg", "a second cat")
    [file] = looker.look()
    assert looker.gone == []
    FolderSource().fetch(file, cat.parent.parent / "copy")
    assert (cat.parent.parent / "copy").read_text() == "a second cat"


def test_a_copy_is_a_new_file(cat, looker):
    shutil.copy2(cat, cat.with_name("copy.jpg"))
    assert looker.names() == ["copy.jpg"]


def test_a_hard_link_is_the_same_file(cat, looker):
    os.link(cat, cat.with_name("link.jpg"))
    assert looker.look() == []
    cat.unlink()
    assert (looker.look(), looker.gone) == ([], [])


def test_a_folder_taken_out_and_put_back_is_nothing_new(inbox, hours):
    for number in range(3):
        drop(inbox, f"trip/{number}.jpg")
    drop(inbox, "other.jpg")
    looker = Looker(FolderSource, [Place(str(inbox), subfolders=True)], between=lambda: hours.pass_by(5))
    looker.look()
    away = (inbox / "trip").rename(inbox.parent / "away")
    looker.look()
    assert len(looker.gone) == 3
    shutil.copytree(away, inbox / "trip")
    assert looker.look() == []


@pytest.mark.parametrize("path", ["a/b.jpg", "100%.jpg", "x#y", "\udcff.jpg", "tab\t.jpg", "\u202e.jpg"])
def test_an_id_tells_where_the_file_was(path):
    assert path_in(name_for(path, "0" * 64)) == path


HOUR = 3600


def made_with(folder, hours):
    """A looker whose watch was made when everything lay there."""
    looker = Looker(FolderSource, [Place(str(folder), making=True)], between=lambda: hours.pass_by(5))
    looker.look()
    looker.places = [Place(str(folder))]
    looker.look()
    return looker


@pytest.mark.parametrize("shift", [HOUR, -HOUR, 15 * 60, 13 * HOUR])
def test_times_that_move_with_the_zone_as_those_of_fat_do_are_no_other_content(inbox, hours, shift):
    files = [drop(inbox, f"{number}.jpg", f"picture {number}") for number in range(5)]
    for file in files:
        os.utime(file, (10**9, 10**9))
    looker = made_with(inbox, hours)
    known = {file.name: file for file in looker.once(relist=True).found}
    for file in files:
        os.utime(file, (10**9 + shift, 10**9 + shift))
    assert (looker.look(), looker.gone) == ([], [])
    again = {file.name: file for file in looker.once(relist=True).found}
    assert {name: file.revision for name, file in again.items()} == {name: f.revision for name, f in known.items()}
    for file in again.values():
        assert FolderSource().still_there(file)
        assert FolderSource().fetch(file, inbox.parent / "fetched").size == file.size


@pytest.mark.parametrize("shift", [HOUR + 2, 27 * HOUR, 60])
def test_times_that_moved_otherwise_are_other_content(inbox, hours, shift):
    file = drop(inbox, "a.jpg")
    os.utime(file, (10**9, 10**9))
    looker = made_with(inbox, hours)
    os.utime(file, (10**9 + shift, 10**9 + shift))
    assert [found.name for found in looker.look()] == ["a.jpg"]


def test_a_disk_that_gives_out_other_inodes_at_each_look_keeps_nothing_waiting():
    body = Body(inode=1, size=10, modified=10**9, changed=2 * 10**9)
    memory, now = Memory(top=(1, 1)), 100.0
    assert memory.settled({"cat.jpg": body}, now, first=False) == []
    assert memory.settled({"cat.jpg": replace(body, inode=2)}, now + 5, first=False) == ["cat.jpg"]
    assert memory.settled({"cat.jpg": replace(body, inode=3, changed=3 * 10**9)}, now + 6, first=False) == []


def test_a_file_that_could_not_be_read_is_tried_again_also_when_the_clock_was_put_back():
    body = Body(inode=1, size=10, modified=10**9, changed=2 * 10**9)
    memory, now = Memory(top=(1, 1)), 100_000.0
    memory.settled({"cat.jpg": body}, now, first=False)
    memory.put_off("cat.jpg", now)
    assert memory.settled({"cat.jpg": body}, now + AGAIN / 2, first=False) == []
    memory.settled({"cat.jpg": body}, now - 36_000, first=False)
    assert memory.settled({"cat.jpg": body}, now + AGAIN / 2, first=False) == ["cat.jpg"]
