"""Reading the environment: every setting passes through here once, and nonsense is refused with a sentence."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The value of `name`, or of the file that `NAME_FILE` names (for mounted secrets; it wins)."""
    file = os.environ.get(f"{name}_FILE", "")
    if not file:
        return os.environ.get(name, default).strip()
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE names {file!r}, which cannot be read: {error.strerror}.") from error


def flag(name: str, *, default: bool = False) -> bool:
    """`yes` or `no`."""
    raw = text(name, "yes" if default else "no").lower()
    if raw not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name} is {raw!r}; write yes or no.")
    return raw == "yes"


def number(name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    """A whole number between `least` and `most`."""
    raw = text(name, str(default))
    if not raw.lstrip("-").isdigit() or not least <= int(raw) <= most:
        raise ImproperlyConfigured(f"{name} is {raw!r}; write a whole number from {least} to {most}.")
    return int(raw)


def choice(name: str, default: str, allowed: Collection[str]) -> str:
    """One of `allowed`."""
    raw = text(name, default)
    if raw not in allowed:
        known = sorted(allowed)
        raise ImproperlyConfigured(f"{name} is {raw!r}; write one like {', '.join(known[:6])}.")
    return raw


def names(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def root(name: str, default: str = "") -> str:
    """A web address such as `https://poster.example.org`, without a slash at its end; empty when unset."""
    raw = text(name, default).rstrip("/")
    parts = urlsplit(raw)
    if raw and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise ImproperlyConfigured(f"{name} is {raw!r}; write an address like https://poster.example.org.")
    return raw
