"""What the disk does besides what every storage must: modes, other disks, folders that are away."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from media.reasons import StorageFailed
from media.storage.disk import Disk
from poster.config import files
from poster.errors import Unavailable

KEY = "3f2a-thumbnail-0a1b"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "made"
    path.write_bytes(b"bytes")
    path.chmod(0o644)
    return path


def test_files_and_folder_are_for_this_user_alone(tmp_path: Path, made: Path) -> None:
    Disk(str(tmp_path / "spool")).put(made, KEY)
    (tmp_path / "spool").chmod(0o700)
    assert files.loose(tmp_path / "spool") == []


def test_between_two_disks_it_is_copied_whole(tmp_path: Path) -> None:
    other = Path("/dev/shm")  # noqa: S108 - memory, as another disk than the folder of tests
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("this machine has no second disk")
    source = other / f"ai-poster-{os.getpid()}"
    source.write_bytes(b"from elsewhere")
    storage = Disk(str(tmp_path / "spool"))
    storage.put(source, KEY)
    assert (storage.read(KEY, 0, 100), source.exists()) == (b"from elsewhere", False)
    assert [each.key for each in storage.lying()] == [KEY]


def test_a_disk_that_does_not_answer_is_not_taken_for_an_empty_one(tmp_path: Path, made: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / KEY).mkdir()  # whatever is wrong: what lies there cannot be read, deleted or replaced
    storage = Disk(str(tmp_path / "spool"))
    for ask in (storage.open, storage.delete, lambda key: storage.put(made, key)):
        with pytest.raises(Unavailable) as told:
            ask(KEY)
        assert isinstance(told.value.reason, StorageFailed)
    assert os.strerror(errno.EISDIR) in str(told.value)
