"""A secret that this install makes for itself once, and keeps."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from poster.config import files


def _token() -> str:
    return secrets.token_urlsafe(50)


def kept(path: Path, make: Callable[[], str] = _token, *, sync: files.Sync = os.fsync) -> str:
    """What stands in `path`; made on first use, readable by its owner only, and on the disk before it is used.

    Something may be sealed or signed with it a moment later: a power cut must not take the key and leave that.
    Raises ImproperlyConfigured where it cannot be read or made: a link that leads nowhere is not followed, for another
    key in its place would open nothing that the right one has sealed.
    """
    if path.is_symlink() and not path.exists():
        raise ImproperlyConfigured(
            f"{path} is a link that leads nowhere. Put the key back there, or take the link away."
        )
    try:
        if not path.exists():
            files.write_once(path, make(), sync=sync)
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"The key in {path} cannot be read or made: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(f"What stands in {path} is no key. Put the key back there.") from error
