"""One bad member of a folder is told and tried again, and keeps nothing else from being seen. Hidden is not gone."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from poster.errors import Refused
from tests.watches.looking import Hours, Looker, drop
from watches.sources import NEVER_LOOKED, Place
from watches.sources.disk import Seen
from watches.sources.folder import FolderSource
from watches.sources.mounts import hidden_folders


@contextmanager
def as_anybody() -> Iterator[None]:
    """The superuser may read everything: be somebody else meanwhile."""
    before = os.geteuid()
    os.seteuid(before or 65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.fixture
def open_inbox() -> Iterator[Path]:
    """Anybody may read it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder).resolve()


def looker_at(inbox: Path, hours: Hours, *, deep: bool = True) -> Looker:
    looker = Looker(FolderSource, [Place(str(inbox), subfolders=deep)], between=lambda: hours.pass_by(5))
    looker.look()
    return looker


def test_a_file_and_a_folder_that_may_not_be_read_are_told_and_the_rest_is_found(open_inbox, hours):
    looker = looker_at(open_inbox, hours)
    drop(open_inbox, "secret.jpg").chmod(0)
    drop(open_inbox, "closed/inside.jpg")
    (open_inbox / "closed").chmod(0)
    drop(open_inbox, "cat.jpg").chmod(0o644)
    with as_anybody():
        assert looker.names() == ["cat.jpg"]
        assert (looker.unread[str(open_inbox)], looker.broken, looker.gone) == (["closed", "secret.jpg"], {}, [])
        assert looker.once().again_in == 0  # nobody is asked again and again
    (open_inbox / "closed").chmod(0o755)
    (open_inbox / "closed" / "inside.jpg").chmod(0o644)
    (open_inbox / "secret.jpg").chmod(0o644)
    with as_anybody():
        found = looker.look()
    assert {file.name: file.unfit for file in found} == {"inside.jpg": None, "secret.jpg": None}
    assert looker.unread == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may read what nobody may")
def test_a_file_that_could_not_be_read_is_tried_again_though_nothing_about_it_changed(open_inbox, hours):
    """As a disk that failed for a while: what stands in the way is not in the file itself."""
    looker = looker_at(open_inbox, hours)
    drop(open_inbox, "cat.jpg").chmod(0)
    with as_anybody():
        assert looker.look() == []
    hours.pass_by(120)
    assert looker.names() == ["cat.jpg"]  # by the superuser, who may


def test_subfolders_that_nobody_wants_are_not_entered(open_inbox, hours):
    looker = looker_at(open_inbox, hours, deep=False)
    (open_inbox / "closed").mkdir(mode=0)
    drop(open_inbox, "cat.jpg").chmod(0o644)
    with as_anybody():
        assert looker.names() == ["cat.jpg"]
    assert looker.unread == {}


def test_nothing_is_gone_that_lies_in_a_folder_which_cannot_be_read_any_more(open_inbox, hours):
    drop(open_inbox, "sub/deep/cat.jpg")
    dog = drop(open_inbox, "dog.jpg")
    looker = looker_at(open_inbox, hours)
    (open_inbox / "sub").chmod(0)
    dog.unlink()
    with as_anybody():
        looker.look()
        assert looker.gone == [looker.files["dog.jpg"].external_id]
        with pytest.raises(Refused):
            FolderSource().still_there(looker.files["cat.jpg"], looker.cursor)
    (open_inbox / "sub").chmod(0o755)
    with as_anybody():
        assert (looker.look(), looker.gone) == ([], [])


def test_an_empty_folder_in_the_place_of_another_is_one_whose_disk_is_missing(inbox, hours):
    drop(inbox, "disk/cat.jpg")
    looker = looker_at(inbox, hours)
    (inbox / "disk").rename(inbox.parent / "away")
    (inbox / "disk").mkdir()
    looker.look()
    assert (looker.gone, looker.unread[str(inbox)]) == ([], ["disk"])
    with pytest.raises(Refused):
        FolderSource().still_there(looker.files["cat.jpg"], looker.cursor)
    drop(inbox, "disk/other.jpg")  # it is used: then it is no mount point
    assert looker.names() == ["other.jpg"]
    assert looker.gone == [looker.files["cat.jpg"].external_id]


@pytest.mark.parametrize("left", ["nothing", "an empty folder", "another disk"])
def test_a_folder_that_was_on_another_device_and_is_away_is_not_deleted(inbox, hours, left):
    """What was remembered says that it was one: no test may mount anything."""
    drop(inbox, "disk/trip/cat.jpg")
    looker = looker_at(inbox, hours)
    cursor = json.loads(looker.cursor.text)
    folders = cursor[str(inbox)]["folders"]
    assert set(folders) == {"disk", "disk/trip"}
    for told in folders.values():
        told[0] += 1000
    looker.cursor = replace(looker.cursor, text=json.dumps(cursor))
    away = (inbox / "disk").rename(inbox.parent / "away")
    if left != "nothing":
        (inbox / "disk").mkdir()
    if left == "another disk":
        drop(inbox, "disk/other.jpg")
    assert (looker.names(), looker.gone) == ([], [])
    assert "disk" in looker.unread[str(inbox)]
    with pytest.raises(Refused):
        FolderSource().still_there(looker.files["cat.jpg"], looker.cursor)
    if left == "nothing":
        away.rename(inbox / "disk")
        assert (looker.look(), looker.gone, looker.unread) == ([], [], {})


def test_a_deleted_folder_is_a_deletion(inbox, hours):
    path = drop(inbox, "sub/deep/cat.jpg")
    looker = looker_at(inbox, hours)
    path.unlink()
    path.parent.rmdir()
    path.parent.parent.rmdir()
    assert (looker.look(), looker.gone) == ([], [looker.files["cat.jpg"].external_id])
    assert not FolderSource().still_there(looker.files["cat.jpg"], looker.cursor)
    assert looker.unread == {}


@pytest.mark.parametrize(
    ("now", "empty", "remembered", "hidden"),
    [
        ({}, set(), {"a": (1, 5)}, set()),  # deleted
        ({}, set(), {"a": (2, 5)}, {"a"}),  # its disk went, with the folder
        ({}, set(), {"a": (2, 5), "a/b": (2, 6)}, {"a"}),
        ({"a": (1, 9)}, {"a"}, {"a": (2, 5)}, {"a"}),  # the empty mount point
        ({"a": (1, 5)}, {"a"}, {"a": (1, 5)}, set()),  # emptied
        ({"a": (1, 9)}, {"a"}, {"a": (1, 5)}, {"a"}),  # empty, and another folder
        ({"a": (3, 5)}, set(), {"a": (2, 5)}, {"a"}),  # another disk in its place
        ({"a": (1, 9)}, set(), {"a": (1, 5)}, set()),  # made anew by somebody
    ],
)
def test_what_counts_as_hidden(now, empty, remembered, hidden):
    seen = Seen(folders=now, empty=empty)
    assert hidden_folders(seen, remembered, (1, 1), ["a/cat.jpg"]) == hidden


def test_a_name_that_nobody_can_read_as_text_stops_nothing(inbox, looker, tmp_path):
    for name in (b"\xff\xfe.jpg", b"sub \xe9/\x80\x81.jpg", b"cat\n.jpg"):
        path = Path(os.fsdecode(os.fsencode(inbox) + b"/" + name))
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name)
    files = looker.look()
    assert (len(files), looker.unread) == (3, {})
    for file in files:
        FolderSource().fetch(file, tmp_path / "copy")
        assert FolderSource().still_there(file, looker.cursor)
    assert looker.look(relist=True) == []


# --- what counts as there before


def test_what_lies_there_when_the_watch_is_made_was_there_before_and_what_comes_next_was_not(inbox, hours):
    hours.pass_by(-3600)  # as long as it takes: nothing has come to rest
    drop(inbox, "old.jpg")
    source, place = FolderSource(), Place(str(inbox), making=True)
    first = source.look([place], NEVER_LOOKED)
    drop(inbox, "new.jpg")
    hours.pass_by(5)
    second = source.look([Place(str(inbox))], first.cursor)
    hours.pass_by(5)
    third = source.look([Place(str(inbox))], second.cursor)
    came = {file.name: file.appeared_at for file in [*first.found, *second.found, *third.found]}
    assert (came["old.jpg"], came["new.jpg"] is not None) == (None, True)
