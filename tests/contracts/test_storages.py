"""What every storage must do, wherever its bytes lie. One suite, one small driver for each."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from media.storage import STORAGES, Missing, Storage
from poster import clock
from poster.errors import Unavailable

BYTES = bytes(range(256)) * 300
KEY = "3f2a-original-0a1b"


def on_this_machine(folder: Path) -> Storage:
    return STORAGES["disk"](str(folder / "not" / "made" / "yet"))


OPENED: dict[str, Callable[[Path], Storage]] = {"disk": on_this_machine}


@pytest.fixture(params=sorted(STORAGES))
def storage(request, tmp_path: Path) -> Storage:
    return OPENED[request.param](tmp_path / "storage")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "in the making"
    path.write_bytes(BYTES)
    return path


def test_what_was_put_is_there_and_no_longer_where_it_was_made(storage: Storage, file: Path) -> None:
    storage.put(file, KEY)
    assert (storage.exists(KEY), storage.size(KEY), file.exists()) == (True, len(BYTES), False)
    with storage.open(KEY) as content:
        content.seek(100)
        assert content.read() == BYTES[100:]
    with storage.local(KEY) as path:
        assert path.read_bytes() == BYTES


@pytest.mark.parametrize(("offset", "length"), [(0, 10), (70_000, 512), (len(BYTES) - 5, 100), (len(BYTES) + 5, 10)])
def test_a_range_is_read_as_it_lies_and_short_at_the_end(
    storage: Storage, file: Path, offset: int, length: int
) -> None:
    storage.put(file, KEY)
    assert storage.read(KEY, offset, length) == BYTES[offset : offset + length]


def test_where_nothing_lies_it_says_so_and_that_it_is_for_now(storage: Storage) -> None:
    assert not storage.exists(KEY)
    for ask in (storage.open, storage.size, lambda key: storage.read(key, 0, 1), lambda key: _entered(storage, key)):
        with pytest.raises(Missing) as told:
            ask(KEY)
        assert isinstance(told.value, Unavailable)
        assert told.value.reason.again


def _entered(storage: Storage, key: str) -> None:
    with storage.local(key):
        pytest.fail("nothing is there")


def test_deleting_may_be_repeated(storage: Storage, file: Path) -> None:
    storage.put(file, KEY)
    for _ in range(2):
        storage.delete(KEY)
        assert not storage.exists(KEY)
    assert list(storage.lying()) == []


def test_who_has_it_open_reads_to_the_end_though_it_is_deleted(storage: Storage, file: Path) -> None:
    storage.put(file, KEY)
    with storage.open(KEY) as content:
        begun = content.read(10)
        storage.delete(KEY)
        assert begun + content.read() == BYTES


def test_what_lies_there_is_told_with_its_time_and_by_its_beginning(storage: Storage, tmp_path: Path) -> None:
    for key in ("a-1", "a-2", "b-1"):
        path = tmp_path / "next"
        path.write_bytes(b"x")
        storage.put(path, key)
    assert {each.key for each in storage.lying()} == {"a-1", "a-2", "b-1"}
    assert {each.key for each in storage.lying("a-")} == {"a-1", "a-2"}
    assert all(abs(clock.now() - each.since) < dt.timedelta(minutes=5) for each in storage.lying())


def test_a_file_that_was_old_when_it_was_put_is_new_there(storage: Storage, file: Path) -> None:
    """Or it would be swept away before its row is written."""
    os.utime(file, (0, 0))
    storage.put(file, KEY)
    (lying,) = storage.lying()
    assert clock.now() - lying.since < dt.timedelta(minutes=5)


def test_what_cannot_be_put_is_not_there_and_is_said(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        storage.put(tmp_path / "never made", KEY)
    assert not storage.exists(KEY)


@pytest.mark.parametrize("key", ["", "..", "../x", "a/b", "/etc/passwd", ".hidden", "a\n", "x" * 201, "ä"])
def test_a_name_that_is_no_key_of_ours_is_refused(storage: Storage, file: Path, key: str) -> None:
    for ask in (storage.open, storage.delete, storage.exists, lambda name: storage.put(file, name)):
        with pytest.raises(ValueError, match="is no key"):
            ask(key)
