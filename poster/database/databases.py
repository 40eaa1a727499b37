"""From one `DATABASE_URL` to Django's DATABASES: SQLite with care by default, PostgreSQL at scale."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# WAL: readers do not wait for the writer. FULL: a marked intent survives a power cut. IMMEDIATE: a transaction
# that will write waits at its start, instead of failing in the middle. secure_delete: what is erased is overwritten.
SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    " PRAGMA cache_size=-8000; PRAGMA secure_delete=ON;",
}


SHAPE = "Write sqlite:////path/to/file or postgres://user:password@host:5432/name."


def database(url: str, var: Path) -> dict[str, Any]:
    """Django's settings for `sqlite:///path` or `postgres://user:password@host:port/name`; "" is SQLite in `var`."""
    try:
        parts = urlsplit(url or f"sqlite:///{var / 'poster.sqlite3'}")
        port = str(parts.port or "") if parts.scheme != "sqlite" else ""
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read. {SHAPE}") from error
    if parts.scheme in {"sqlite", "postgres", "postgresql"} and not parts.path.strip("/"):
        raise ImproperlyConfigured(f"DATABASE_URL names no database. {SHAPE}")
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": dict(SQLITE),
            "TEST": {"NAME": str(var / "test.sqlite3")},  # a file: threads and processes meet in it as in real life
        }
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL starts neither with sqlite:// nor with postgres://.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
