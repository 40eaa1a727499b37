"""A secret that this install makes for itself once, and keeps."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path


def _token() -> str:
    return secrets.token_urlsafe(50)


def kept(path: Path, make: Callable[[], str] = _token) -> str:
    """What stands in `path`; made on first use, readable by its owner only."""
    if not path.exists():
        _write_once(path, make())
    return path.read_text(encoding="utf-8").strip()


def replace(path: Path, text: str) -> None:
    """Write it anew, whole or not at all: whoever reads meanwhile reads the old or the new."""
    _draft(path, text).replace(path)


def _write_once(path: Path, text: str) -> None:
    """Whole or not at all; of two processes that start together, the first one's stays."""
    draft = _draft(path, text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(path: Path, text: str) -> Path:
    """The text in a file beside `path`, readable by its owner only, and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
