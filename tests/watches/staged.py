"""Adapters behind which something happens: a test says what, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from poster.registry import Registry
from watches.sources import NEVER_LOOKED, Cursor, Fetched, Found
from watches.sources.folder import FolderSource
from writing.captioners import Brief, Key, Usage, Words

EVENTS: dict[str, Callable[[], object]] = {}


def happen(moment: str) -> None:
    """Once: what the test has planned for this moment."""
    EVENTS.pop(moment, lambda: None)()


class Source(FolderSource):
    """A folder; something happens after it was looked at ("looked"), or after bytes were copied ("fetched")."""

    def look(self, *places: Any, **how: Any) -> Any:
        sighting = super().look(*places, **how)
        happen("looked")
        return sighting

    def fetch(self, file: Found, to: Path, cursor: Cursor = NEVER_LOOKED) -> Fetched:
        fetched = super().fetch(file, to, cursor)
        happen("fetched")
        return fetched


class Captioner:
    """Says the same about every picture; something happens while it thinks ("described")."""

    most_pictures = 1
    takes_hints = False

    def describe(self, pictures: Sequence[Path], brief: Brief, key: Key) -> Words:
        happen("described")
        return Words("Bread.", ("A loaf.",), (), "", Usage("staged"))

    def check(self, key: Key) -> None: ...


@contextmanager
def registered(registry: Registry[Any], key: str, path: str) -> Iterator[None]:
    """One more adapter in a registry, as if it had its line there; or another one in the place of a real one."""
    before = dict(registry._entries)
    registry._entries[key] = ("Staged", path)
    try:
        yield
    finally:
        registry._entries.clear()
        registry._entries.update(before)
        EVENTS.clear()
