"""Folders of this machine that hold files of our own: those are never taken for somebody's pictures.

All that lies in VAR is ours but for the inbox, which may lie in it: that is where pictures are dropped.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from poster.permissions import NotPossible
from watches.reasons.orders import OurOwnFiles


def inbox() -> Path:
    """Where pictures are dropped, as the system knows it."""
    return Path(settings.INBOX).resolve()


def is_ours(folder: Path) -> bool:
    """What lies right in it is."""
    return folder.is_relative_to(_var()) and not folder.is_relative_to(inbox())


def is_hidden(folder: Path) -> bool:
    """Nobody has to walk into it: it is ours, and not on the way to the inbox."""
    return is_ours(folder) and not inbox().is_relative_to(folder)


def holds_ours(folder: Path) -> bool:
    """Something of ours lies in it or below it, so it is no place for a source."""
    return is_ours(folder) or (_var().is_relative_to(folder) and not folder.is_relative_to(inbox()))


def refused(folder: object, about: str = "") -> NotPossible:
    """What is said of it."""
    return NotPossible(OurOwnFiles(folder=str(folder), inbox=str(inbox())), about=about)


def _var() -> Path:
    return Path(settings.VAR).resolve()
