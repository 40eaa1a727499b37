"""What every source must do, whatever it looks into. One suite, one small driver for each."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from poster.errors import Refused, Unavailable
from tests.contracts.source_owners import AtThisMachine, looker_of
from tests.watches.looking import Looker

MANY = 1100  # more than one page of any source


def test_the_first_look_tells_of_everything_and_says_that_it_is_complete(owner, hours):
    owner.put("one.jpg", b"one")
    owner.put("two.jpg", b"two")
    looker = looker_of(owner, hours)
    assert looker.names() == ["one.jpg", "two.jpg"]
    assert all(place.listed for place in looker.places)


def test_a_folder_of_many_pages_is_told_whole(owner, hours):
    owner.put_many(MANY)
    looker = looker_of(owner, hours)
    assert len({file.external_id for file in looker.look()}) == MANY
    assert (looker.look(relist=True), looker.gone) == ([], [])


def test_many_files_at_once_are_told_whole(owner, looker):
    owner.put_many(MANY)
    assert len({file.external_id for file in looker.look()}) == MANY


def test_a_quiet_folder_has_nothing_new_and_keeps_the_cursor(owner, looker):
    owner.put("cat.jpg", b"cat")
    looker.look()
    before = looker.cursor
    assert (looker.look(), looker.gone, looker.cursor) == ([], [], before)


def test_a_new_file_is_told_once(owner, looker):
    owner.put("cat.jpg", b"cat")
    [file] = looker.look()
    assert (file.place_id, file.name, file.size, file.unfit) == (owner.top, "cat.jpg", 3, None)
    assert looker.look() == []


def test_a_full_listing_tells_of_the_same_files_and_revisions(owner, looker):
    for name in ("one.jpg", "two.jpg"):
        owner.put(name, name.encode())
    new = {(file.external_id, file.revision) for file in looker.look()}
    listed = looker.once(relist=True)
    assert {(file.external_id, file.revision) for file in listed.found} == new
    assert list(listed.listed) == [owner.top]


def test_without_a_cursor_nothing_gets_another_id(owner, hours):
    owner.put("cat.jpg", b"cat")
    ids = [[file.external_id for file in looker_of(owner, hours).look()] for _ in range(2)]
    assert ids[0] == ids[1] != []


def test_a_renamed_file_is_nothing_new(owner, looker):
    file = owner.put("cat.jpg", b"cat")
    looker.look()
    owner.rename(file, "kitten.jpg")
    assert (looker.look(), looker.gone) == ([], [])


def test_a_file_moved_within_the_place_is_nothing_new(owner, looker):
    file = owner.put("cat.jpg", b"cat")
    pets = owner.folder("pets")
    looker.look()
    owner.move(file, pets)
    assert (looker.look(), looker.gone) == ([], [])


def test_replaced_bytes_are_a_new_revision_of_the_same_file(owner, looker):
    file = owner.put("cat.jpg", b"cat")
    [before] = looker.look()
    owner.replace(file, b"another cat")
    [after] = looker.look()
    assert after.external_id == before.external_id
    assert after.revision != before.revision


def test_the_same_bytes_written_again_are_nothing_new(owner, looker):
    file = owner.put("cat.jpg", b"cat")
    looker.look()
    owner.replace(file, b"cat")
    assert looker.look() == []


def test_a_removed_file_is_gone(owner, looker):
    owner.put("dog.jpg", b"dog")
    file = owner.put("cat.jpg", b"cat")
    looker.look()
    owner.remove(file)
    assert looker.look() == []
    assert looker.gone == [looker.files["cat.jpg"].external_id]


def test_subfolders_are_looked_into_only_when_asked(owner, hours):
    owner.put("below.jpg", b"below", owner.folder("sub"))
    owner.put("top.jpg", b"top")
    assert looker_of(owner, hours, subfolders=False).names() == ["top.jpg"]
    deep = looker_of(owner, hours)
    assert deep.names() == ["below.jpg", "top.jpg"]
    assert {file.name: (file.folder, file.deep) for file in deep.files.values()} == {
        "below.jpg": ("sub", True),
        "top.jpg": (Path(owner.top).name if isinstance(owner, AtThisMachine) else "watched", False),
    }


def test_a_new_file_in_a_new_subfolder_is_told(owner, looker):
    owner.put("below.jpg", b"below", owner.folder("sub"))
    assert looker.names() == ["below.jpg"]


def test_a_place_that_cannot_be_looked_at_is_broken_until_it_is_back(owner, looker):
    owner.put("cat.jpg", b"cat")
    looker.look()
    owner.take_top_away()
    assert (looker.look(), looker.gone) == ([], [])
    assert isinstance(looker.broken[owner.top], Refused)
    assert looker.broken[owner.top].sentence.endswith(".")
    owner.put_top_back()
    assert (looker.look(), looker.gone, looker.broken) == ([], [], {})
    owner.put("dog.jpg", b"dog")
    assert looker.names() == ["dog.jpg"]


def test_the_bytes_arrive_as_they_are(owner, looker, tmp_path):
    content = bytes(range(256)) * 1000
    owner.put("cat.jpg", content)
    [file] = looker.look()
    fetched = owner.source().fetch(file, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == content
    assert (fetched.size, fetched.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_bytes_that_changed_since_the_look_are_not_taken(owner, looker, tmp_path):
    path = owner.put("cat.jpg", b"cat")
    [file] = looker.look()
    owner.replace(path, b"dog")
    with pytest.raises(Unavailable):
        owner.source().fetch(file, tmp_path / "copy")
    assert not list(tmp_path.glob("copy*"))


def test_a_file_is_there_until_it_is_taken_away_whatever_it_is_called(owner, looker, tmp_path):
    path = owner.put("cat.jpg", b"cat")
    [file] = looker.look()
    path = owner.rename(path, "kitten.jpg")
    assert owner.source().still_there(file)
    assert owner.source().fetch(file, tmp_path / "copy").size == 3
    owner.remove(path)
    assert not owner.source().still_there(file)
    with pytest.raises(Unavailable):
        owner.source().fetch(file, tmp_path / "copy")


def test_a_chosen_place_can_be_looked_at_and_browsed(owner, hours):
    owner.folder("pets")
    place = owner.source().place(owner.top)
    assert place.id == owner.top
    assert place.name
    assert [folder.name for folder in owner.source().browse(place.id)] == ["pets"]
    owner.put("cat.jpg", b"cat")
    assert Looker(owner.source, [place], between=lambda: hours.pass_by(5)).names() == ["cat.jpg"]


def test_nonsense_is_no_place(owner):
    for text in ("", "?", "https://example.com/"):
        with pytest.raises(Refused):
            owner.source().place(text)
