"""Reading the environment: every setting passes through here once, and nonsense is refused with a sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from poster.config import hosts


def text(name: str, default: str = "") -> str:
    """The value of `name`, or of the file that `NAME_FILE` names (for mounted secrets; it wins)."""
    value = _unquoted(_raw(name, default))
    if not value.isprintable():
        raise ImproperlyConfigured(f"{name} has a line break or another invisible letter in it. Write it in one line.")
    return value


def _raw(name: str, default: str) -> str:
    file = os.environ.get(f"{name}_FILE", "")
    if not file:
        return os.environ.get(name, default)
    try:
        return Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE names {file!r}, which cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(f"{name}_FILE names {file!r}, which is not a text.") from error


def _unquoted(value: str) -> str:
    """Without space around it, and without the quotes that some tools leave in an environment file."""
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip() if quoted else value


def pair(first: str, second: str) -> tuple[str, str]:
    """Two that go together: an id and its secret."""
    found = text(first), text(second)
    if any(found) and not all(found):
        raise ImproperlyConfigured(f"{first} and {second} go together: set both, or neither.")
    return found


def flag(name: str, *, default: bool = False) -> bool:
    """`yes` or `no`."""
    raw = text(name, "yes" if default else "no").lower()
    if raw not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name} is {raw!r}; write yes or no.")
    return raw == "yes"


def number(name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    """A whole number between `least` and `most`."""
    raw = text(name, str(default))
    if not re.fullmatch(r"-?[0-9]{1,10}", raw) or not least <= int(raw) <= most:
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
    """A list separated by commas, or in a file by lines."""
    parts = _unquoted(_raw(name, default)).replace("\n", ",").split(",")
    return [_unquoted(part) for part in parts if part.strip()]


def some(name: str, allowed: Collection[str]) -> list[str]:
    """Some of these words, separated by commas."""
    chosen = names(name)
    if wrong := [each for each in chosen if each not in allowed]:
        raise ImproperlyConfigured(f"{name} is {wrong[0]!r}; choose of {', '.join(allowed)}.")
    return chosen


def root(name: str, default: str = "") -> str:
    """A web address such as `https://poster.example.org`, without a slash at its end; empty when unset.

    As browsers send it: an international name in ASCII, the usual port left out.
    """
    raw = text(name, default).rstrip("/")
    try:
        if raw and _is_root(raw):
            return hosts.normal(raw)
    except ValueError:
        pass  # a name that no machine can have
    if raw:
        raise ImproperlyConfigured(f"{name} is {raw!r}; write an address like https://poster.example.org.")
    return ""


def origin(name: str) -> str:
    """A web address that is only scheme, host and perhaps port: all of our pages begin right behind it."""
    raw = root(name)
    parts = urlsplit(raw)
    if parts.path or "@" in parts.netloc:
        raise ImproperlyConfigured(
            f"{name} is {raw!r}; write it without a path or a user, like https://poster.example.org."
        )
    return raw


def hostnames(name: str, default: str) -> list[str]:
    """Names of machines, as they stand in requests. A dot before one (all names under it) stays."""
    try:
        return [_hostname(each) for each in names(name, default)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} has a name in it that no machine can have: {error}") from error


def _hostname(given: str) -> str:
    if given.strip() in {"*", "."}:
        return given  # refused by a check, with a sentence
    dot, bare = ("." if given.startswith(".") else ""), given.removeprefix(".")
    return dot + hosts.written(hosts.plain(bare))


def _is_root(raw: str) -> bool:
    try:
        parts = urlsplit(raw)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return whole and not (parts.query or parts.fragment or any(sign in raw for sign in " \\"))
