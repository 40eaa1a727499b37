"""What the tests of sources share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.watches.looking import Hours, Looker, drop
from watches.sources import Place
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
