"""What Drive remembers: files, shared drives, and the log of changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
DOCUMENT = "application/vnd.google-apps.document"
NATIVE = "application/vnd.google-apps."


@dataclass(slots=True)
class Node:
    """A file, folder or shortcut. Times are Unix seconds; `sha256` names its bytes in the world."""

    id: str
    name: str
    mime: str
    parent: str
    owner: str
    drive: str
    created_at: float
    modified_at: float
    version: int = 1
    sha256: str = ""
    md5: str = ""
    sha1: str = ""
    size: int = 0
    revision: str = ""
    width: int = 0
    height: int = 0
    rotation: int = 0
    description: str = ""
    target: str = ""
    trashed: bool = False
    trashed_at: float = 0.0
    readers: list[str] = field(default_factory=list)
    downloadable: bool = True
    abusive: bool = False
    link_key: str = ""  # shared by link since long: who has no permission of their own on it must bring this key
    odd: dict[str, Any] = field(default_factory=dict)  # fields as the API tells them wrongly; None: left out

    @property
    def has_bytes(self) -> bool:
        """Ordinary files have; folders, shortcuts and Google's own documents do not."""
        return not self.mime.startswith(NATIVE)


@dataclass(slots=True)
class SharedDrive:
    """A shared drive; its root folder has the same id."""

    id: str
    name: str
    members: list[str]
    created_at: float


@dataclass(slots=True)
class Change:
    """One line of the log. `file` empty: the shared drive itself (`drive`) changed."""

    id: str
    at: float
    corpus: str
    file: str
    drive: str = ""
    removed: bool = False


class NoSuchFile(LookupError):
    """No file has this id; the message is the id."""
