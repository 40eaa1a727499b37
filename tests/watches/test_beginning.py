"""What counts from when, and what is no complaint: folders of this machine, as the product looks at them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from poster import clock
from poster.permissions import TERMINAL, Caller, NotPossible
from publishing.overview import went_wrong
from tests.commands.asking import ask
from tests.factories import file, person
from tests.facts import Said, with_reason
from tests.house import House
from watches.manual_actions import put_aside, take_back, try_again
from watches.models import FoundFile, SourceCursor, Watch
from watches.place_checks import Doubtful
from watches.reasons.orders import NoPictureThere
from watches.watch_service import add_watch, look_first

State = FoundFile.State


@pytest.fixture
def house(house: House) -> House:
    house.owner = person("Zoe", operator=True)
    house.connect()
    return house


def make(house: House, name: str = "Inbox", **rules) -> Watch:
    """No look but the one that comes with making it."""
    options = {"source": "folder", "place": str(house.folder), "interval": 5, "approval": "auto"}
    channels = rules.pop("channels", list(house.channels.values()))
    return add_watch(house.owner, by=TERMINAL, name=name, channels=channels, **{**options, **rules})


def named(**where) -> dict[str, str]:
    return dict(FoundFile.objects.filter(**where).values_list("name", "state"))


# --- from when


@pytest.mark.parametrize("ahead", [0, 7200, -7200])
def test_what_is_dropped_right_after_the_watch_was_made_is_posted_and_what_was_there_is_not(house, ahead):
    """Whatever the clock of the folder says: it may be that of a file server."""
    house.offset += ahead
    house.drop("old.jpg")
    make(house)
    house.drop("new.jpg", seed=1)
    house.look(3)
    assert named() == {"old.jpg": State.RECORDED, "new.jpg": State.TAKEN}


def test_where_the_first_look_could_not_be_made_at_once_times_tell(house):
    """Somebody else held the folder at that moment."""
    house.drop("old.jpg")
    make(house, "One", channels=[house.channels["facebook"]])
    stream = SourceCursor.objects.get()
    SourceCursor.objects.update(next_at=clock.now())
    stream.refresh_from_db()
    assert SourceCursor.objects.take(stream)
    second = make(house, "Two", channels=[house.channels["threads"]])
    assert second.listed_at is None
    copied = house.drop("copied.jpg", seed=1)
    shutil.copystat(house.folder, copied)
    house.folder.joinpath("copied.jpg").touch()
    stream.let_go()
    house.look(3)
    assert named(watch=second) == {"old.jpg": State.RECORDED, "copied.jpg": State.TAKEN}


@pytest.mark.parametrize("at_once", [True, False])
def test_pictures_under_subfolders_count_from_when_those_are_looked_into(house, at_once):
    watch = make(house, subfolders=False)
    house.drop("sub/before.jpg")
    Watch.objects.filter(pk=watch.pk).update(subfolders=True, listed_at=None, began_at=clock.now())
    if at_once:
        look_first(watch.pk)
        house.drop("sub/soon.jpg", seed=2)
    house.look(3)
    house.drop("sub/after.jpg", seed=1)
    house.look(3)
    soon = {"soon.jpg": State.TAKEN} if at_once else {}
    assert named() == {"before.jpg": State.RECORDED, "after.jpg": State.TAKEN} | soon


def test_a_picture_that_becomes_whole_or_readable_later_is_taken(house):
    make(house)
    house.drop("whole.jpg")
    content = (house.folder / "whole.jpg").read_bytes()
    (house.folder / "whole.jpg").write_bytes(content[: len(content) // 2])
    (house.folder / "empty.jpg").touch()
    house.look(12)
    assert named() == {"whole.jpg": State.INCOMPLETE, "empty.jpg": State.SKIPPED}
    (house.folder / "whole.jpg").write_bytes(content)
    house.drop("empty.jpg", seed=2)
    house.look(3)
    assert {State.TAKEN} == set(
        FoundFile.objects.exclude(state__in=[State.GONE, State.SKIPPED]).values_list("state", flat=True)
    )
    assert FoundFile.objects.filter(state=State.TAKEN).count() == 2


# --- what is no complaint


def test_what_lies_beside_a_photo_is_no_complaint(house):
    make(house)
    house.drop("IMG_1.jpg")
    for name in ("IMG_1.AAE", "IMG_1.jpg.json", "IMG_1.xmp", "IMG_1.THM", ".DS_Store", "Thumbs.db", "IMG_1.MOV"):
        (house.folder / name).write_bytes(b"\0\0\0\x14ftypqt  " + name.encode())
    house.look(3)
    assert named() == {"IMG_1.jpg": State.TAKEN}


def test_a_film_that_came_before_its_photo_is_put_aside_with_it_and_another_is_told(house):
    make(house)
    for name in ("img_1.mov", "lonely.mov"):
        (house.folder / name).write_bytes(b"\0\0\0\x14ftypqt  " + name.encode())
    house.look(3)
    assert named() == {"img_1.mov": State.SKIPPED, "lonely.mov": State.SKIPPED}
    house.drop("IMG_1.jpg")
    house.look(3)
    assert named() == {"img_1.mov": State.ASIDE, "lonely.mov": State.SKIPPED, "IMG_1.jpg": State.TAKEN}


@pytest.mark.parametrize("backlog", ["skip", "post"])
def test_files_that_were_there_and_are_no_pictures_are_not_offered(house, backlog):
    house.drop("old.jpg")
    for name in ("passwd", "app.conf", "film.mp4", "notes.txt"):
        (house.folder / name).write_text(name)
    house.drop("photo.jpg", seed=1).rename(house.folder / "scan")
    house.later(120)
    make(house, backlog=backlog)
    house.look(2)
    assert set(named()) == {"old.jpg", "scan"}


# --- folders without pictures


def without_pictures(folder: Path, count: int = 343) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number}.conf").write_text("key = value")
    return folder


def test_a_folder_without_pictures_is_asked_about_and_nothing_in_it_is_offered(house):
    without_pictures(house.folder)
    with pytest.raises(Doubtful, check=with_reason(NoPictureThere, files=343)):
        make(house)
    assert not Watch.objects.exists()
    make(house, anyway=True)
    house.look(2)
    assert named() == {}


def test_an_empty_folder_one_picture_or_one_without_its_name_is_enough(house):
    make(house, "empty", channels=[house.channels["facebook"]])
    without_pictures(house.folder, 5)
    house.drop("photo.jpg").rename(house.folder / "scan")
    make(house, "scan", channels=[house.channels["threads"]])
    assert Watch.objects.count() == 2


def test_pictures_below_count_only_where_subfolders_are_looked_into(house):
    without_pictures(house.folder, 3)
    house.drop("sub/photo.jpg")
    with pytest.raises(Doubtful):
        make(house, subfolders=False)
    make(house)


def test_command_and_page_ask_in_the_same_words(house, tmp_path):
    folder = without_pictures(tmp_path / "etc", 4)
    words = f"4 files, no picture in {folder}."
    given = ("--owner", house.owner.email, "--source", "folder", "--place", str(folder), "--channels", "all", "--json")
    told = ask("watch", "add", "--name", "Command", *given)
    assert (told.code, words in told.json["error"]) == (1, True)
    assert ask("watch", "add", "--name", "Command", *given, "--anyway").code == 0
    Watch.objects.all().delete()
    browser = Client()
    browser.force_login(house.owner)
    page = reverse("admin:watches_watch_add")
    typed = {
        "name": "Page",
        "source": "folder",
        "place": str(folder),
        "backlog": "skip",
        "approval": "ask",
        "fit": "pad",
        "captioner": "describer",
        "interval": 60,
        "latest_hours": 24,
        "anyway": "",
        "channels": [str(house.channels["facebook"].pk)],
    }
    answer = browser.post(page, typed)
    assert (answer.status_code, words in answer.content.decode()) == (200, True)
    assert 'type="checkbox" name="anyway"' in answer.content.decode()
    assert browser.post(page, {**typed, "anyway": "on"}).status_code == 302
    assert Watch.objects.get().name == "Page"


# --- put aside


def test_a_failure_that_is_put_aside_counts_nowhere_as_wrong_and_comes_back(db):
    ann = person("Ann")
    failed = file(ann, state=State.SKIPPED, reason=Said(words="It is no picture."), sha256="")
    assert went_wrong(ann)["skipped"].total == 1
    put_aside(failed, by=Caller.of(ann))
    assert (failed.state, failed.reason) == (State.ASIDE, Said(words="It is no picture."))
    assert went_wrong(ann)["skipped"].total == 0
    with pytest.raises(NotPossible):
        put_aside(failed, by=Caller.of(ann))
    with pytest.raises(NotPossible):
        try_again(failed, by=Caller.of(ann))
    take_back(failed, by=Caller.of(ann))
    assert went_wrong(ann)["skipped"].total == 1
