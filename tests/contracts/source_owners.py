"""Somebody at the other end of each source, and looks at what they do there: fixtures for a conftest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import pytest
import requests

from tests.sandbox.google_world import Google, google_account
from tests.sandbox_fixture import Box
from tests.watches.looking import Hours, Looker
from watches.sources import SOURCES, Place, Source

__all__ = ["hours", "looker", "owner"]


class Owner(Protocol):
    """Somebody at the other end, who puts pictures into a folder and takes them out."""

    top: str

    def source(self) -> Source: ...
    def put(self, name: str, content: bytes, folder: str = "") -> str: ...
    def put_many(self, count: int) -> None: ...
    def folder(self, name: str) -> str: ...
    def rename(self, file: str, name: str) -> str: ...
    def move(self, file: str, folder: str) -> str: ...
    def replace(self, file: str, content: bytes) -> None: ...
    def remove(self, file: str) -> None: ...
    def take_top_away(self) -> None: ...
    def put_top_back(self) -> None: ...


@dataclass(slots=True)
class AtThisMachine:
    """Somebody with a shell."""

    top: str

    def source(self) -> Source:
        return cast(Any, SOURCES["folder"])("")

    def put(self, name: str, content: bytes, folder: str = "") -> str:
        path = Path(folder or self.top) / name
        path.write_bytes(content)
        return str(path)

    def put_many(self, count: int) -> None:
        for number in range(count):
            self.put(f"{number}.jpg", b"%d" % number)

    def folder(self, name: str) -> str:
        path = Path(self.top) / name
        path.mkdir()
        return str(path)

    def rename(self, file: str, name: str) -> str:
        return str(Path(file).rename(Path(file).with_name(name)))

    def move(self, file: str, folder: str) -> str:
        return shutil.move(file, folder)

    def replace(self, file: str, content: bytes) -> None:
        Path(file).write_bytes(content)

    def remove(self, file: str) -> None:
        Path(file).unlink()

    def take_top_away(self) -> None:
        Path(self.top).rename(f"{self.top}-away")

    def put_top_back(self) -> None:
        Path(f"{self.top}-away").rename(self.top)


@dataclass(slots=True)
class InDrive:
    """Somebody with drive.google.com open."""

    google: Google
    top: str

    def source(self) -> Source:
        return cast(Any, SOURCES["drive"])(self.google.login["access_token"])

    def put(self, name: str, content: bytes, folder: str = "") -> str:
        return str(self.google.upload(name, content, folder or self.top)["id"])

    def put_many(self, count: int) -> None:
        with requests.Session() as session:
            for number in range(count):
                where = {"name": f"{number}.jpg", "parent": self.top}
                answer = session.post(f"{self.google.root}/_sandbox/drive/files", params=where, data=b"%d" % number)
                answer.raise_for_status()

    def folder(self, name: str) -> str:
        return self.google.folder(name, self.top)

    def rename(self, file: str, name: str) -> str:
        return str(self.google.act("rename", file, name=name)["id"])

    def move(self, file: str, folder: str) -> str:
        return str(self.google.act("move", file, parent=folder)["id"])

    def replace(self, file: str, content: bytes) -> None:
        self.google.steer("PUT", f"files/{file}/content", data=content)

    def remove(self, file: str) -> None:
        self.google.act("trash", file)

    def take_top_away(self) -> None:
        self.google.act("trash", self.top)

    def put_top_back(self) -> None:
        self.google.act("restore", self.top)


@pytest.fixture
def hours() -> Iterator[Hours]:
    hours = Hours()
    with hours.running():
        yield hours


@pytest.fixture(params=["folder", "drive"])
def owner(request: pytest.FixtureRequest, tmp_path: Path, hours: Hours) -> Owner:
    if request.param == "folder":
        top = tmp_path.resolve() / "inbox"
        top.mkdir()
        return AtThisMachine(str(top))
    box: Box = request.getfixturevalue("sandbox")
    settings: Any = request.getfixturevalue("settings")
    settings.REMOTE_ROOT = box.root
    google = google_account(box, email="owner@example.com")
    return InDrive(google, google.folder("watched"))


def looker_of(owner: Owner, hours: Hours, *, subfolders: bool = True) -> Looker:
    return Looker(owner.source, [Place(owner.top, subfolders=subfolders)], between=lambda: hours.pass_by(5))


@pytest.fixture
def looker(owner: Owner, hours: Hours) -> Looker:
    """His first look, at an empty folder, is behind him."""
    looker = looker_of(owner, hours)
    looker.look()
    return looker
