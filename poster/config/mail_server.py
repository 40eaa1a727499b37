"""The mail server of the install, and what happens to mails when there is none."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.filebased import EmailBackend as FileBackend

PORTS = {"smtp": 587, "smtps": 465}
ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
EXAMPLE = "smtp://user:password@mail.example.org:587"


def server(url: str) -> dict[str, Any]:
    """Django's mail settings for `smtp://user:password@host:587` (STARTTLS) or `smtps://...` (TLS from the start).

    Without a user the connection is left plain: that is a mail server on this machine or in the same network.
    Raises ImproperlyConfigured; its sentence never repeats the address, which holds a password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        host, port = None, 0
    if not host or not port or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"EMAIL_URL cannot be read; write an address like {EXAMPLE} or smtps://...")
    if bool(parts.username) != bool(parts.password):
        raise ImproperlyConfigured("EMAIL_URL has a user without a password, or the other way round; write both.")
    return {
        "EMAIL_HOST": host,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def sender(written: str, host: str) -> str:
    """Whom mails come from: what EMAIL_FROM says, or a name at our own host. Raises ImproperlyConfigured."""
    if written and not ADDRESS.search(written):
        raise ImproperlyConfigured(f"EMAIL_FROM is {written!r}; write an address like ai-poster <poster@example.org>.")
    return written or f"ai-poster <no-reply@{host}>"


class PrivateFiles(FileBackend):
    """Each mail as a file of its own that only the account of this install can read: links to sign in are in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        Path(self.file_path).chmod(0o700)

    def open(self) -> bool:
        if self.stream is not None:
            return False
        named = os.open(self._get_filename(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.stream = os.fdopen(named, "ab")
        return True
