"""What lies on the disk is for its own user alone, and a key is there before anything is sealed with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from django.conf import settings as real

from poster.config import files, secret_files
from poster.secrets import keyring

OPEN_FILE, OPEN_FOLDER = 0o644, 0o755


def mode(path: Path) -> int:
    return path.lstat().st_mode & 0o7777


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A data folder as a loose umask leaves it, with a link that leads out of it."""
    top = tmp_path / "var"
    for name in ("keys", "spool/picture", "backups/old/database.sqlite3", "logs/web.log"):
        file = top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
        file.chmod(OPEN_FILE)
    for folder in (top, *(path for path in top.rglob("*") if path.is_dir())):
        folder.chmod(OPEN_FOLDER)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "theirs").write_text("x")
    for path in (outside, outside / "theirs"):
        path.chmod(OPEN_FOLDER)
    (top / "link").symlink_to(outside)
    (top / "link to a file").symlink_to(outside / "theirs")
    os.mkfifo(top / "pipe", 0o666)
    return top


def test_all_that_is_there_is_tightened_and_told(var: Path) -> None:
    found = files.tighten(var)
    ours = [var, *(path for path in var.rglob("*") if not path.is_symlink() and path.name != "pipe")]
    assert {path: mode(path) for path in ours} == {path: 0o700 if path.is_dir() else 0o600 for path in ours}
    assert {each.path for each in found} == set(ours)
    assert {each.mode for each in found} == {OPEN_FILE, OPEN_FOLDER}
    assert files.told(found, var).endswith("and 4 more")
    assert files.tighten(var) == files.loose(var) == []


def test_no_link_is_followed(var: Path, tmp_path: Path) -> None:
    files.tighten(var)
    assert {mode(tmp_path / "outside"), mode(tmp_path / "outside" / "theirs")} == {OPEN_FOLDER}


def test_only_looking_changes_nothing(var: Path) -> None:
    assert len(files.loose(var)) == len(files.loose(var)) == 9
    assert mode(var / "keys") == OPEN_FILE


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_belongs_to_somebody_else_is_told_and_left_alone(var: Path) -> None:
    os.chown(var / "keys", 12345, 12345)
    (foreign,) = (each for each in files.tighten(var) if each.foreign)
    assert foreign.path == var / "keys"
    assert mode(var / "keys") == OPEN_FILE
    assert files.loose(var) == [foreign]


@pytest.mark.slow
def test_whatever_umask_we_are_started_with_nobody_else_reads_what_we_write(tmp_path: Path) -> None:
    """A command, and what it makes: keys, database, journal, folders, a backup with its keys."""
    environment = {**os.environ, "VAR": str(tmp_path / "var"), "DATABASE_URL": ""}
    for words in (["migrate", "--verbosity=0"], ["backup", "--with-keys"], ["rotate_keys", "--new"]):
        command = [sys.executable, str(real.BASE / "manage.py"), *words]
        subprocess.run(command, env=environment, umask=0, check=True, capture_output=True)
    made = list((tmp_path / "var").rglob("*"))
    assert {path.name for path in made} >= {"keys", "audit_key", "secret_key", "poster.sqlite3", "backup.json"}
    assert files.loose(tmp_path / "var") == []


# -- a power cut ------------------------------------------------------------------------------------------------------
class Disk:
    """What a power cut would leave: each file's content, and each folder's names, as they were last synced."""

    def __init__(self) -> None:
        self.files: dict[int, str] = {}
        self.synced: list[str] = []  # names, in order
        self.folders: dict[Path, dict[str, int]] = {}

    def sync(self, handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        self.synced.append(path.name)
        if path.is_dir():
            self.folders[path] = {entry.name: entry.inode() for entry in os.scandir(path)}
        else:
            self.files[os.fstat(handle).st_ino] = path.read_text()

    def left(self, path: Path) -> str | None:
        """What stands in `path` afterwards; None when it is not there, "" when only its name is."""
        inode = self.folders.get(path.parent, {}).get(path.name)
        return None if inode is None else self.files.get(inode, "")


linux = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks /proc what was synced")


@linux
def test_a_secret_survives_a_power_cut_as_soon_as_it_may_be_used(tmp_path: Path) -> None:
    disk = Disk()
    made = secret_files.kept(tmp_path / "audit_key", sync=disk.sync)
    assert disk.left(tmp_path / "audit_key") == f"{made}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["audit_key"]  # and no draft of it is left


@linux
def test_a_replaced_key_file_is_the_old_or_the_new_one_after_a_power_cut(tmp_path: Path) -> None:
    disk = Disk()
    files.replace(tmp_path / "keys", "new\nold", sync=disk.sync)
    assert disk.left(tmp_path / "keys") == "new\nold\n"
    assert "keys" not in disk.synced  # its content was on the disk under another name, before it got this one


def test_what_is_used_really_asks_the_disk() -> None:
    """Nobody gives another way of syncing but these tests."""
    for write in (files.replace, files.write_once, secret_files.kept):
        assert (write.__kwdefaults__ or {})["sync"] is os.fsync
    assert cast(Any, keyring).secret_files is secret_files


def test_of_two_that_make_a_secret_together_the_first_ones_stays(tmp_path: Path) -> None:
    path = tmp_path / "keys"

    def slower() -> str:
        secret_files.kept(path, lambda: "first")
        return "second"

    assert secret_files.kept(path, slower) == "first"
    assert [each.name for each in tmp_path.iterdir()] == ["keys"]
