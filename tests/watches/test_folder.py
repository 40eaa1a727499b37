"""A folder of this machine: what counts as new, as the same, as gone, and what is left alone."""

from __future__ import annotations

import hashlib
import os
import resource
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from poster.errors import Refused, Unavailable
from tests.facts import with_reason
from tests.watches.looking import Looker, drop
from watches.reasons import places as why
from watches.reasons.files import EmptyFile
from watches.sources import NEVER_LOOKED, Place
from watches.sources.folder import FolderSource

# --- what counts


def test_a_file_counts_when_it_was_the_same_in_two_looks_three_seconds_apart(inbox, looker, hours):
    drop(inbox, "cat.jpg")
    assert not looker.once().found
    hours.pass_by(2)
    assert not looker.once().found
    hours.pass_by(2)
    assert [file.name for file in looker.once().found] == ["cat.jpg"]


def test_a_look_says_when_the_next_one_tells_more(inbox, looker, hours):
    assert looker.once().again_in == 0
    path = drop(inbox, "cat.jpg")
    hours.pass_by(first := looker.once().again_in)
    assert first > 3
    assert looker.once().again_in == 0
    path.unlink()
    hours.pass_by(looker.once().again_in)
    last = looker.once()
    assert (len(last.gone), last.again_in) == (1, 0)


def test_a_look_in_between_puts_nothing_off(inbox, looker, hours):
    drop(inbox, "cat.jpg")
    looker.once()
    hours.pass_by(2)
    hours.pass_by(rest := looker.once().again_in)
    assert 0 < rest < 2
    assert [file.name for file in looker.once().found] == ["cat.jpg"]


def test_a_file_that_still_grows_is_waited_for(inbox, looker, hours):
    path = drop(inbox, "cat.jpg", "half")
    for _ in range(4):
        assert not looker.once().found
        hours.pass_by(60)
        with path.open("a") as file:
            file.write("more")
    assert looker.names() == ["cat.jpg"]


def test_bytes_written_under_an_old_time_are_noticed(inbox, looker, hours):
    path = drop(inbox, "cat.jpg", "half")
    os.utime(path, (10**9, 10**9))
    looker.once()
    path.write_text("HALF")
    os.utime(path, (10**9, 10**9))
    hours.pass_by(60)
    assert not looker.once().found


def test_nothing_changed_means_nothing_found_and_the_very_same_cursor(inbox, looker):
    for number in range(5):
        drop(inbox, f"{number}.jpg")
    assert len(looker.look()) == 5
    before = looker.cursor
    assert looker.look() == []
    assert looker.cursor == before


def test_an_empty_file_is_waited_for_and_then_refused(inbox, looker, hours):
    (inbox / "cat.jpg").touch()
    assert looker.look() == []
    hours.pass_by(700)
    [file] = looker.look()
    assert file.unfit == EmptyFile(name="cat.jpg")


def test_an_empty_file_that_is_filled_in_time_is_an_ordinary_one(inbox, looker, hours):
    (inbox / "cat.jpg").touch()
    looker.look()
    drop(inbox, "cat.jpg")
    [file] = looker.look()
    assert not file.unfit


def test_the_oldest_file_comes_first(inbox, looker):
    for age, name in enumerate(["new.jpg", "newer.jpg", "newest.jpg"]):
        os.utime(drop(inbox, name), (10**9 + age, 10**9 + age))
    os.utime(drop(inbox, "z-old.jpg"), (10**8, 10**8))
    assert [file.name for file in looker.look()] == ["z-old.jpg", "new.jpg", "newer.jpg", "newest.jpg"]


def test_a_clock_that_was_set_back_does_not_stop_us(inbox, looker, hours):
    drop(inbox, "cat.jpg")
    looker.once()
    hours.pass_by(-1800)
    assert looker.names() == ["cat.jpg"]


@pytest.mark.slow
def test_one_step_reads_only_so_much_and_the_next_goes_on(inbox, looker, hours):
    for number in range(4):
        os.truncate(drop(inbox, f"{number}.jpg", str(number)), 190 * 2**20)
    looker.once()
    hours.pass_by(5)
    first = looker.step()
    assert (len(first.found), first.more) == (3, True)
    assert [file.name for file in looker.step().found] == ["3.jpg"]


# --- the first look


def test_files_at_rest_are_all_told_at_the_first_look(inbox, hours):
    for number in range(3):
        drop(inbox, f"sub/{number}.jpg")
    sighting = FolderSource().look([Place(str(inbox), subfolders=True)], NEVER_LOOKED)
    assert len(sighting.found) == 3
    assert sighting.listed == [str(inbox)]


def test_a_listing_is_complete_only_when_what_was_copied_just_before_has_settled(inbox, hours):
    hours.pass_by(-3600)
    drop(inbox, "cat.jpg")
    looker = Looker(FolderSource, [Place(str(inbox))])
    first = looker.once()
    assert (list(first.found), list(first.listed)) == ([], [])
    hours.pass_by(5)
    second = looker.once()
    assert [file.name for file in second.found] == ["cat.jpg"]
    assert second.listed == [str(inbox)]


def test_a_file_that_is_still_written_to_does_not_hold_the_listing_up(inbox, hours):
    hours.pass_by(-3600)
    path = drop(inbox, "growing.jpg")
    looker = Looker(FolderSource, [Place(str(inbox))])
    looker.once()
    path.write_text("more bytes than before")
    hours.pass_by(5)
    second = looker.once()
    assert (list(second.found), second.listed) == ([], [str(inbox)])


def test_a_second_watch_of_the_folder_is_told_of_everything(inbox, looker):
    drop(inbox, "cat.jpg")
    looker.look()
    looker.places = [*looker.places, Place(str(inbox))]
    sighting = looker.once()
    assert [file.name for file in sighting.found] == ["cat.jpg"]
    assert sighting.listed == [str(inbox)]


def test_subfolders_are_left_out_where_nobody_wants_them(inbox, hours):
    drop(inbox, "top.jpg")
    drop(inbox, "sub/below.jpg")
    shallow = FolderSource().look([Place(str(inbox))], NEVER_LOOKED)
    assert [file.name for file in shallow.found] == ["top.jpg"]
    deep = FolderSource().look([Place(str(inbox)), Place(str(inbox), subfolders=True)], NEVER_LOOKED)
    assert {(file.name, file.folder, file.deep) for file in deep.found} == {
        ("top.jpg", "inbox", False),
        ("below.jpg", "sub", True),
    }


def test_losing_the_memory_gives_the_same_ids_again(inbox, looker):
    drop(inbox, "old.jpg")
    first = {file.external_id for file in FolderSource().look(looker.places, NEVER_LOOKED).found}
    again = {file.external_id for file in FolderSource().look(looker.places, NEVER_LOOKED).found}
    assert first == again != set()


# --- folders that are not what they were


def test_a_missing_folder_is_broken_and_nothing_is_gone(cat, looker):
    away = cat.parent.rename(cat.parent.parent / "away")
    assert looker.look() == []
    [error] = looker.broken.values()
    assert isinstance(error, Refused)
    assert isinstance(error.reason, why.FolderMissing)
    assert looker.gone == []
    away.rename(cat.parent)
    assert (looker.look(), looker.broken, looker.gone) == ([], {}, [])


def test_a_folder_whose_disk_is_not_mounted_is_broken_and_nothing_is_gone(cat, looker, hours):
    away = cat.parent.rename(cat.parent.parent / "away")
    cat.parent.mkdir()
    hours.pass_by(2 * 24 * 3600)
    assert looker.look() == []
    [error] = looker.broken.values()
    assert isinstance(error.reason, why.OtherDisk)
    with pytest.raises(Refused):
        FolderSource().still_there(looker.files["cat.jpg"])
    cat.parent.rmdir()
    away.rename(cat.parent)
    assert (looker.look(), looker.broken, looker.gone) == ([], {}, [])


def test_a_folder_that_became_a_link_is_broken(cat, looker):
    away = cat.parent.rename(cat.parent.parent / "away")
    cat.parent.symlink_to(away)
    assert looker.look() == []
    [error] = looker.broken.values()
    assert isinstance(error.reason, why.LeadsElsewhere)


def test_a_file_in_place_of_the_folder_is_broken(inbox, looker):
    inbox.rmdir()
    inbox.write_text("a file")
    looker.look()
    assert looker.broken[str(inbox)].reason == why.NoFolder(path=str(inbox))


def test_one_broken_folder_does_not_hide_the_others(inbox, hours):
    drop(inbox, "cat.jpg")
    sighting = FolderSource().look([Place("/nowhere/at/all"), Place(str(inbox))], NEVER_LOOKED)
    assert list(sighting.broken) == ["/nowhere/at/all"]
    assert [file.name for file in sighting.found] == ["cat.jpg"]
    assert sighting.listed == [str(inbox)]


# --- what is left alone


@pytest.mark.parametrize(
    "name",
    [
        ".DS_Store",
        "._cat.jpg",
        ".cat.jpg.Xy12Zq",
        ".syncthing.cat.jpg.tmp",
        ".git/cat.jpg",
        ".stversions/cat.jpg",
        ".Trash-1000/files/cat.jpg",
        "Thumbs.db",
        "desktop.ini",
        "~$cat.jpg",
        ".~lock.cat.jpg#",
        "cat.jpg~",
        "cat.jpg.part",
        "cat.jpg.crdownload",
        "cat.jpg.tmp",
        ".cat.jpg.swp",
        "cat.jpg_original",
        "cat.jpg_exiftool_tmp",
        "cat.jpg.sb-1a2b3c4d-Ab12Cd",
        "~syncthing~cat.jpg.tmp",
        "@eaDir/cat.jpg/SYNOFILE_THUMB_M.jpg",
        "#recycle/cat.jpg",
        "$RECYCLE.BIN/cat.jpg",
        "lost+found/cat.jpg",
    ],
)
def test_what_systems_leave_behind_is_no_picture(inbox, looker, name):
    drop(inbox, name)
    assert looker.look() == []


@pytest.mark.parametrize("name", ["Ünïcödé ❤ cat.jpg", "a%20b#c.jpg", "CON", "no extension", "notes.txt", "$1.jpg"])
def test_other_files_are_found_and_fetched_whatever_their_names(inbox, looker, tmp_path, name):
    drop(inbox, name)
    [file] = looker.look()
    assert file.name == name
    fetched = FolderSource().fetch(file, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == f"the bytes of {name}"
    assert fetched.sha256 == hashlib.sha256((tmp_path / "copy").read_bytes()).hexdigest()


@pytest.mark.parametrize("name", [b"line\nbreak.jpg", b"not utf-8 \xff\xfe.jpg", b"\x1b[31mred.jpg", b"x" * 255])
def test_names_that_cannot_be_shown_are_shown_otherwise_and_still_fetched(inbox, looker, tmp_path, name):
    Path(os.fsdecode(os.fsencode(inbox) + b"/" + name)).write_bytes(b"bytes")
    [file] = looker.look()
    assert file.name.isprintable()
    assert (file.name + file.external_id).encode()
    assert FolderSource().fetch(file, tmp_path / "copy").size == 5


def test_a_path_longer_than_an_id_is_still_fetched(inbox, looker, tmp_path):
    drop(inbox, "/".join(["d" * 200] * 6) + "/cat.jpg")
    [file] = looker.look()
    assert len(file.external_id) < 1000
    FolderSource().fetch(file, tmp_path / "copy")


def test_two_spellings_of_one_name_are_two_files(inbox, looker):
    drop(inbox, "caf\u00e9.jpg")
    drop(inbox, "cafe\u0301.jpg")
    assert len({file.external_id for file in looker.look()}) == 2


# --- links and other traps


def test_links_are_not_followed(inbox, looker, tmp_path):
    outside = tmp_path / "outside"
    drop(outside, "secret.jpg")
    (inbox / "file.jpg").symlink_to(outside / "secret.jpg")
    (inbox / "folder").symlink_to(outside)
    (inbox / "loop").symlink_to(inbox)
    assert looker.look() == []


def test_pipes_and_sockets_are_not_files(inbox, looker):
    os.mkfifo(inbox / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(inbox / "socket.jpg"))
        assert looker.look() == []


@pytest.mark.parametrize("swap", ["link", "folder link", "pipe"])
def test_what_takes_the_place_of_a_file_before_it_is_fetched_is_not_read(inbox, looker, tmp_path, swap):
    drop(tmp_path / "outside", "cat.jpg", "secret")
    path = drop(inbox, "pets/cat.jpg", "public")
    [file] = looker.look()
    path.unlink()
    if swap == "link":
        path.symlink_to(tmp_path / "outside" / "cat.jpg")
    elif swap == "pipe":
        os.mkfifo(path)
    else:
        path.parent.rmdir()
        path.parent.symlink_to(tmp_path / "outside")
    with pytest.raises(Unavailable):
        FolderSource().fetch(file, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("trick", ["../outside/cat.jpg#1-1", "/etc/passwd#1-1", "a/../../x#1-1", "#1-1", ""])
def test_no_id_leads_out_of_the_folder(inbox, cat, looker, tmp_path, trick):
    file = type(looker.files["cat.jpg"])(str(inbox), trick, "1-1", "cat.jpg")
    with pytest.raises(Unavailable):
        FolderSource().fetch(file, tmp_path / "copy")


# --- fetching


def test_bytes_that_changed_since_the_look_are_not_taken(cat, looker, tmp_path):
    cat.write_text("other")
    with pytest.raises(Unavailable, check=with_reason(why.StillChanging)):
        FolderSource().fetch(looker.files["cat.jpg"], tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("first_look", [True, False])
def test_a_renamed_file_is_still_fetched_and_still_there(inbox, hours, tmp_path, first_look):
    looker = Looker(FolderSource, [Place(str(inbox), subfolders=True)], between=lambda: hours.pass_by(5))
    if not first_look:
        looker.look()
    path = drop(inbox, "cat.jpg", "a cat")
    [file] = looker.look()
    (inbox / "pets").mkdir()
    path.rename(inbox / "pets" / "kitten.jpg")
    FolderSource().fetch(file, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "a cat"
    assert FolderSource().still_there(file)


def test_what_moves_into_a_subfolder_that_nobody_watches_is_gone_for_whoever_asks(inbox, hours, tmp_path):
    looker = Looker(FolderSource, [Place(str(inbox), subfolders=False)], between=lambda: hours.pass_by(5))
    looker.look()
    path = drop(inbox, "cat.jpg", "a cat")
    [file] = looker.look()
    renamed = path.rename(inbox / "kitten.jpg")
    assert FolderSource().still_there(file, looker.cursor)
    (inbox / "pets").mkdir()
    moved = renamed.rename(inbox / "pets" / "kitten.jpg")
    assert not FolderSource().still_there(file, looker.cursor)
    with pytest.raises(Unavailable, check=with_reason(why.NotWhereItWas)):
        FolderSource().fetch(file, tmp_path / "copy")
    looker.look()
    assert looker.gone == [file.external_id]
    moved.rename(inbox / "cat.jpg")
    assert FolderSource().still_there(file, looker.cursor)


def test_of_a_file_in_a_subfolder_that_is_watched_no_more_nobody_says_that_it_is_there(inbox, hours):
    looker = Looker(FolderSource, [Place(str(inbox), subfolders=True)], between=lambda: hours.pass_by(5))
    drop(inbox, "pets/cat.jpg", "a cat")
    [file] = looker.look()
    assert FolderSource().still_there(file)
    assert not FolderSource().still_there(replace(file, subfolders=False))


def test_a_deleted_file_is_not_there_even_if_it_was_the_only_one(cat, looker):
    assert FolderSource().still_there(looker.files["cat.jpg"])
    cat.unlink()
    assert not FolderSource().still_there(looker.files["cat.jpg"])


def test_nobody_can_say_what_is_in_a_folder_that_is_not_there(cat, looker):
    cat.parent.rename(cat.parent.parent / "away")
    with pytest.raises(Refused):
        FolderSource().still_there(looker.files["cat.jpg"])


def test_a_disk_without_room_is_told_and_nothing_half_stays_behind(cat, looker, tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2, limits[1]))
    try:
        with pytest.raises(Unavailable, check=with_reason(why.NotCopied)):
            FolderSource().fetch(looker.files["cat.jpg"], tmp_path / "copy")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(tmp_path.glob("copy*"))


# --- choosing


def test_a_place_is_the_real_folder_behind_what_was_typed(inbox, tmp_path):
    (tmp_path / "link").symlink_to(inbox)
    for text in (
        str(inbox),
        f"  {inbox}/ ",
        f'"{inbox}"',
        f"file://{inbox}",
        f"{inbox}/../inbox",
        str(tmp_path / "link"),
    ):
        assert FolderSource().place(text) == Place(str(inbox), "inbox")


def test_the_home_folder_may_be_written_short(inbox, monkeypatch):
    monkeypatch.setenv("HOME", str(inbox.parent))
    assert FolderSource().place("~/inbox").id == str(inbox)


@pytest.mark.parametrize(
    "text", ["", "inbox", "./inbox", "/", "//", "/nowhere/at/all", "/etc/passwd", "/home\0x", "~no/x"]
)
def test_what_is_no_folder_is_refused_with_a_sentence(text):
    with pytest.raises(Refused) as refused:
        FolderSource().place(text)
    assert refused.value.sentence.endswith(".")


def test_folders_can_be_browsed(inbox):
    for name in ("Zoo", "apes", ".hidden", "@eaDir"):
        (inbox / name).mkdir()
    (inbox / "link").symlink_to(inbox)
    drop(inbox, "file.jpg")
    assert [folder.name for folder in FolderSource().browse(str(inbox))] == ["apes", "Zoo"]
    assert FolderSource().browse(str(inbox))[0].id == str(inbox / "apes")
