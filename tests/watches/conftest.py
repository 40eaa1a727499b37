"""What the tests of sources share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.google_world import Google, google_account
from tests.sandbox_fixture import Box
from tests.watches.looking import Hours, Looker, drop
from watches.sources import Place
from watches.sources.drive import DriveSource
from watches.sources.folder import FolderSource


@pytest.fixture
def hours() -> Iterator[Hours]:
    hours = Hours()
    with hours.running():
        yield hours


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    inbox = tmp_path.resolve() / "inbox"
    inbox.mkdir()
    return inbox


@pytest.fixture
def looker(inbox: Path, hours: Hours) -> Looker:
    """Watches the inbox with its subfolders; the first look is behind him."""
    looker = Looker(FolderSource, [Place(str(inbox), subfolders=True)], between=lambda: hours.pass_by(5))
    looker.look()
    return looker


@pytest.fixture
def cat(inbox: Path, looker: Looker) -> Path:
    """A picture that was told about."""
    path = drop(inbox, "cat.jpg", "a cat")
    assert looker.names() == ["cat.jpg"]
    return path


# --- Google Drive


@pytest.fixture
def drive(sandbox: Box, settings) -> Google:
    settings.REMOTE_ROOT = sandbox.root
    return google_account(sandbox, email="owner@example.com")


@pytest.fixture
def source(drive: Google) -> DriveSource:
    return DriveSource(drive.login["access_token"])


@pytest.fixture
def watched(drive: Google) -> str:
    return drive.folder("watched")


@pytest.fixture
def guest(sandbox: Box, drive: Google) -> Google:
    return google_account(sandbox, email="guest@example.com")


@pytest.fixture
def team(drive: Google, guest: Google) -> str:
    members = [drive.login["account_id"], guest.login["account_id"]]
    return str(drive.steer("POST", "drives", json={"name": "Team", "members": members})["id"])
