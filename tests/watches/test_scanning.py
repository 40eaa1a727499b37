"""What is new is written once, with the bookmark behind it; a first look posts nothing; nothing is lost."""

from __future__ import annotations

import shutil

import pytest

from media.models import Blob
from media.reasons import NoPicture
from poster import clock
from poster.permissions import TERMINAL, Caller, NotPossible
from publishing.models import Post
from publishing.reasons import gate
from tests.facts import with_reason
from tests.held import files
from tests.house import House
from watches.manual_actions import post_it, try_again
from watches.memory import known_of
from watches.models import FoundFile, SourceCursor, Watch
from watches.reasons.files import BackAgain
from watches.reasons.orders import WatchGone
from watches.reasons.places import FolderMissing
from watches.scanning import scan
from watches.watch_service import pause, remove, resume
from writing.models import AiCall, Suggestion

State = FoundFile.State


@pytest.fixture
def house(house: House) -> House:
    house.connect()
    return house


def states(name: str = "") -> list[str]:
    rows = FoundFile.objects.filter(name__contains=name).order_by("created_at")
    return list(rows.values_list("state", flat=True))


def test_a_dropped_picture_is_found_read_and_described_once(house: House) -> None:
    house.watch()
    house.drop("fresh bread.jpg")
    house.look(3)
    asset = FoundFile.objects.get().asset
    assert (states(), asset.width, asset.mime) == ([State.TAKEN], 400, "image/jpeg")
    caption = Suggestion.objects.get()
    assert "bread" in caption.text.lower()
    assert next(iter(caption.alt_texts.values()))
    assert AiCall.objects.get().outcome == "words"


def test_what_was_there_before_is_recorded_and_not_posted(house: House) -> None:
    house.drop("old.jpg")
    house.later(120)
    house.watch()
    house.drop("new.jpg", seed=1)
    house.look(3)
    assert states("old") == [State.RECORDED]
    assert states("new") == [State.TAKEN]


def test_unless_the_user_asked_for_it(house: House) -> None:
    house.drop("old.jpg")
    house.later(120)
    house.watch(backlog="post")
    house.look(2)
    assert states("old") == [State.TAKEN]


def test_a_recorded_picture_can_be_posted_after_all(house: House) -> None:
    house.drop("old.jpg")
    house.later(120)
    house.watch()
    post_it(FoundFile.objects.get(), by=Caller.of(house.owner))
    house.look()
    assert states() == [State.TAKEN]


def test_other_bytes_under_the_same_name_wait_for_a_person(house: House) -> None:
    house.watch()
    house.drop("menu.jpg")
    house.look(3)
    house.drop("menu.jpg", seed=7)
    house.look(3)
    assert states() == [State.TAKEN, State.HELD]


def test_the_same_picture_again_is_a_duplicate(house: House) -> None:
    house.watch()
    first = house.drop("one.jpg")
    house.look(3)
    shutil.copy(first, house.folder / "two.jpg")
    house.look(3)
    assert states() == [State.TAKEN, State.DUPLICATE]
    assert {file.name for file in files()} == set(Blob.objects.values_list("key", flat=True))
    assert AiCall.objects.count() == 1


def test_a_bad_picture_is_skipped_by_name_and_the_next_one_goes_on(house: House) -> None:
    house.watch()
    (house.folder / "broken.jpg").write_bytes(b"<html>no picture</html>")
    house.drop("good.jpg")
    house.look(3)
    assert states("broken") == [State.SKIPPED]
    told = FoundFile.objects.get(name="broken.jpg").reason
    assert isinstance(told, NoPicture)
    assert told.name == "broken.jpg"
    assert states("good") == [State.TAKEN]


def test_a_file_taken_away_discards_its_draft(house: House) -> None:
    house.watch(approval="ask")
    path = house.drop()
    house.look(3)
    house.round()
    assert Post.objects.get().state == Post.State.DRAFT
    path.unlink()
    house.look(3)
    house.round()
    assert Post.objects.get().state == Post.State.DISCARDED


def test_a_folder_that_is_gone_breaks_the_watch_and_heals_with_it(house: House) -> None:
    watch = house.watch()
    house.folder.rename(house.folder.with_name("elsewhere"))
    house.look()
    watch.refresh_from_db()
    assert watch.state == Watch.State.BROKEN
    assert watch.problem == FolderMissing(path=str(house.folder))
    house.folder.with_name("elsewhere").rename(house.folder)
    house.look()
    watch.refresh_from_db()
    assert (watch.state, watch.problem) == (Watch.State.ACTIVE, None)


def test_a_paused_watch_looks_at_nothing_and_catches_up_when_resumed(house: House) -> None:
    watch = house.watch()
    pause(watch, by=TERMINAL)
    house.drop()
    house.look(3)
    assert states() == []
    resume(watch, by=TERMINAL)
    house.look(3)
    assert states() == [State.TAKEN]


def test_the_bookmark_and_the_rows_are_written_together(house: House) -> None:
    """A worker that lost its lease while it looked writes neither."""
    house.watch()
    house.drop()
    house.look()
    stream = SourceCursor.objects.get()
    before = stream.cursor, known_of(stream)
    house.later(60)
    assert SourceCursor.objects.take(stream)
    SourceCursor.objects.filter(pk=stream.pk).update(fence=stream.fence + 1, leased_until=clock.now())  # taken over
    assert "faster" in scan(stream)
    assert states() == []
    assert (SourceCursor.objects.get().cursor, known_of(stream)) == before


def test_two_watches_of_one_folder_each_get_their_own(house: House) -> None:
    house.watch("Shop", channels=[house.channels["facebook"]])
    house.watch("Studio", channels=[house.channels["threads"]])
    house.drop()
    house.look(3)
    assert SourceCursor.objects.count() == 1
    assert sorted(FoundFile.objects.values_list("watch_name", flat=True)) == ["Shop", "Studio"]


def test_a_file_that_is_put_back_brings_its_draft_back_for_a_person_to_look_at(house: House) -> None:
    """It was its owner's stop. Whether it goes on is for him to say."""
    house.watch(approval="ask")
    path = house.drop()
    house.look(3)
    house.round()
    away = path.rename(house.folder.parent / "away.jpg")
    house.look(3)
    house.round()
    assert Post.objects.get().state == Post.State.DISCARDED
    away.rename(path)
    house.look(3)
    house.round()
    assert (states(), FoundFile.objects.get().gone_at) == ([State.TAKEN], None)
    assert (Post.objects.get().state, Post.objects.get().hold) == (Post.State.DRAFT, gate.BackAgain())


def test_a_file_that_was_taken_away_before_it_was_fetched_asks_when_it_is_back(house: House) -> None:
    house.watch()
    path = house.drop()
    for _ in range(2):
        scan(due(SourceCursor.objects.get()))
        house.later(60)
    assert states() == [State.FOUND]
    away = path.rename(house.folder.parent / "away.jpg")
    for _ in range(2):
        scan(due(SourceCursor.objects.get()))
        house.later(60)
    assert states() == [State.GONE]
    away.rename(path)
    house.look(2)
    assert (states(), FoundFile.objects.get().reason) == ([State.HELD], BackAgain())
    post_it(FoundFile.objects.get(), by=Caller.of(house.owner))
    house.look()
    assert states() == [State.TAKEN]


def test_a_copy_of_what_was_taken_away_asks_and_takes_its_place(house: House) -> None:
    house.watch()
    path = house.drop()
    house.look(3)
    shutil.copy(path, house.folder.parent / "away.jpg")
    path.unlink()
    house.look(3)
    FoundFile.objects.update(external_id="another", revision="another")  # as a source that names it anew
    shutil.move(house.folder.parent / "away.jpg", house.folder / "again.jpg")
    house.look(3)
    assert states() == [State.TAKEN, State.HELD]
    post_it(FoundFile.objects.get(state=State.HELD), by=Caller.of(house.owner))
    house.look()
    assert states() == [State.GONE, State.TAKEN]


def test_what_was_put_aside_may_be_tried_again(house: House) -> None:
    watch = house.watch()
    broken = house.folder / "broken.jpg"
    broken.write_bytes(b"no picture")
    house.look(3)
    assert states() == [State.SKIPPED]
    try_again(FoundFile.objects.get(), by=Caller.of(house.owner))
    assert states() == [State.FOUND]
    house.look()
    assert states() == [State.SKIPPED]
    remove(watch, by=Caller.of(house.owner))
    with pytest.raises(NotPossible, check=with_reason(WatchGone)):
        try_again(FoundFile.objects.get(), by=Caller.of(house.owner))


def due(stream: SourceCursor) -> SourceCursor:
    """Taken by us, now."""
    SourceCursor.objects.update(next_at=clock.now())
    stream.refresh_from_db()
    assert SourceCursor.objects.take(stream)
    return stream
