"""What happens in a watched folder makes its next look due at once."""

from __future__ import annotations

import datetime as dt
import select
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.folder_events import FolderEvents
from poster import clock
from tests import factories
from watches.models import SourceCursor, Watch

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux tells it"),
]
LATER = dt.timedelta(minutes=5)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox" / "deep").mkdir(parents=True)
    return tmp_path / "inbox"


@pytest.fixture
def watch(inbox: Path) -> Watch:
    """Looked at five minutes from now."""
    made = factories.watch(factories.person("Ann"), place_id=str(inbox))
    SourceCursor.objects.update(key=str(inbox), next_at=clock.now() + LATER)
    return made


@pytest.fixture
def events() -> Iterator[FolderEvents]:
    made = FolderEvents()
    yield made
    made.close()


def is_due() -> bool:
    return SourceCursor.objects.filter(next_at__lte=clock.now()).exists()


@pytest.mark.parametrize("where", ["one.jpg", "deep/one.jpg"])
def test_a_file_that_is_whole_is_looked_at_at_once(events: FolderEvents, watch: Watch, inbox: Path, where: str) -> None:
    assert (events.look(), is_due()) == (0, False)
    with (inbox / where).open("wb") as file:
        file.write(b"half")
        file.flush()
        assert (events.look(), is_due()) == (0, False)
    assert (events.look(), is_due()) == (1, True)
    assert events.look() == 0


def test_whoever_waits_for_the_next_tick_is_woken(events: FolderEvents, watch: Watch, inbox: Path) -> None:
    events.look()
    assert select.select(events.descriptors, [], [], 0)[0] == []
    assert not events.lively
    (inbox / "one.jpg").write_bytes(b"one")
    assert select.select(events.descriptors, [], [], 0)[0] == events.descriptors
    events.look()
    assert events.lively


def test_what_is_taken_away_or_moved_is_noticed_too(events: FolderEvents, watch: Watch, inbox: Path) -> None:
    (inbox / "one.jpg").write_bytes(b"one")
    events.look()
    (inbox / "one.jpg").unlink()
    assert (events.look(), is_due()) == (1, True)


def test_a_new_subfolder_is_followed_from_then_on(events: FolderEvents, watch: Watch, inbox: Path) -> None:
    events.look()
    (inbox / "new").mkdir()
    events.look()
    SourceCursor.objects.update(next_at=clock.now() + LATER)
    (inbox / "new" / "one.jpg").write_bytes(b"one")
    assert (events.look(), is_due()) == (1, True)


@pytest.mark.parametrize("why", ["paused", "gone"])
def test_a_folder_that_nobody_watches_or_that_is_gone_is_none(
    events: FolderEvents, watch: Watch, inbox: Path, why: str
) -> None:
    if why == "gone":
        SourceCursor.objects.update(key=str(inbox / "away"))
    else:
        Watch.objects.update(state=Watch.State.PAUSED)
    events.look()
    (inbox / "one.jpg").write_bytes(b"one")
    assert (events.look(), is_due()) == (0, False)


def test_a_folder_in_two_watches_makes_both_due(events: FolderEvents, watch: Watch, inbox: Path) -> None:
    factories.watch(factories.person("Bob"), place_id=str(inbox / "deep"))
    SourceCursor.objects.exclude(key=str(inbox)).update(key=str(inbox / "deep"), next_at=clock.now() + LATER)
    events.look()
    (inbox / "deep" / "one.jpg").write_bytes(b"one")
    assert events.look() == 2


def test_what_happened_before_a_new_folder_is_followed_is_not_lost(
    events: FolderEvents, watch: Watch, inbox: Path
) -> None:
    events.look()
    (inbox / "deep" / "one.jpg").write_bytes(b"one")
    (inbox / "deep").rename(inbox / "deeper")
    assert (events.look(), is_due()) == (1, True)
