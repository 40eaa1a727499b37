"""A secret that this install makes for itself once, and keeps."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from poster import files


def _token() -> str:
    return secrets.token_urlsafe(50)


def kept(path: Path, make: Callable[[], str] = _token, *, sync: files.Sync = os.fsync) -> str:
    """What stands in `path`; made on first use, readable by its owner only, and on the disk before it is used.

    Something may be sealed or signed with it a moment later: a power cut must not take the key and leave that.
    """
    if not path.exists():
        files.write_once(path, make(), sync=sync)
    return path.read_text(encoding="utf-8").strip()
