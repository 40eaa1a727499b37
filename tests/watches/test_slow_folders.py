"""A slow disk or share is read in steps, each with its cursor, and stands still nowhere without saying so."""

from __future__ import annotations

from functools import partial
from itertools import count
from pathlib import Path

from poster.errors import Unavailable
from tests.watches.looking import Hours, Looker, drop
from watches.sources import Place
from watches.sources.folder import FolderSource
from watches.sources.step_limits import Pace

LARGE = "x" * (3 * 2**20)  # several pieces


def looker_at(inbox: Path, hours: Hours, pace: Pace) -> Looker:
    looker = Looker(FolderSource, [Place(str(inbox))], between=lambda: hours.pass_by(5))
    looker.look()
    looker.source = partial(FolderSource, pace=pace)
    return looker


def test_each_step_brings_at_least_one_file_and_says_that_there_is_more(inbox, hours):
    looker = looker_at(inbox, hours, Pace(step=0.0))
    for name in "abc":
        drop(inbox, f"{name}.jpg")
    looker.once()
    hours.pass_by(5)
    steps = [looker.step() for _ in range(4)]
    assert [([file.name for file in step.found], step.more) for step in steps] == [
        (["a.jpg"], True),
        (["b.jpg"], True),
        (["c.jpg"], False),
        ([], False),
    ]


def test_files_without_the_name_of_a_picture_are_looked_into_in_steps_too(inbox, hours):
    for number in range(3):
        (inbox / f"scan {number}").write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    looker = Looker(partial(FolderSource, pace=Pace(step=0.0)), [Place(str(inbox))], between=lambda: hours.pass_by(5))
    mimes: dict[str, str] = {}
    for _ in range(6):
        mimes |= {file.name: file.mime for file in looker.step().found if file.mime}
        hours.pass_by(5)
    assert looker.places[0].listed
    assert mimes == {f"scan {number}": "image/jpeg" for number in range(3)}


def test_a_file_that_cannot_be_read_in_time_is_told_by_its_size_and_time_once_it_had_all_the_time(
    inbox, hours, tmp_path
):
    looker = looker_at(inbox, hours, Pace(step=60.0, longest=4.0, stopwatch=partial(next, count())))
    drop(inbox, "a.jpg")
    slow = drop(inbox, "slow.jpg", LARGE)
    looker.once()
    hours.pass_by(5)
    first, second = looker.step(), looker.step()
    assert ([file.name for file in first.found], first.more) == (["a.jpg"], True)
    (found,) = second.found
    assert (found.name, "-" in found.revision, second.more) == ("slow.jpg", True, False)
    assert FolderSource().fetch(found, tmp_path / "copy").size == slow.stat().st_size
    again = {(file.external_id, file.revision) for file in looker.look(relist=True)}
    assert again == {(file.external_id, file.revision) for file in (*first.found, found)}


def test_a_folder_that_cannot_be_looked_through_in_time_is_told_and_nothing_in_it_is_gone(inbox, hours):
    looker = looker_at(inbox, hours, Pace(longest=0.0))
    drop(inbox, "cat.jpg")
    looker.look()
    assert (type(looker.broken[str(inbox)]), looker.gone) == (Unavailable, [])
    looker.source = FolderSource
    assert looker.names() == ["cat.jpg"]
    assert looker.broken == {}
