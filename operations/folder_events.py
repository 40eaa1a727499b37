"""What happens in watched folders of this machine makes their next look due at once.

The kernel tells it (inotify, on Linux). Elsewhere, in folders of the network, and below more subfolders than are
followed, looks come by the clock as they do anyway: this is a hint, and brings no file in by itself.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from poster import clock, file_systems
from watches.models import SourceCursor, Watch
from watches.sources import SOURCES

MOST = 2000  # folders that are followed
AGAIN = 60.0  # seconds until it is seen which folders there are now
LIVELY = 10.0  # seconds after which nobody waits any more for what follows from a file that came
STATES = Watch.State.looking()


class FolderEvents:
    """Asked at each tick, in the supervisor's only thread: a process that forks has no others.

    Between two ticks: `descriptors` can be read when something has happened; `lively`: whether it did a moment ago.
    """

    def __init__(self) -> None:
        self._inotify: Any = None  # an INotify
        self._streams: dict[int, set[str]] = {}  # by a number of the kernel: keys of streams that the folder is in
        self._seen_at = self._happened_at = -AGAIN

    @property
    def descriptors(self) -> list[int]:
        return [self._inotify.fileno()] if self._inotify else []

    @property
    def lively(self) -> bool:
        return clock.steady() - self._happened_at < LIVELY

    def look(self) -> int:
        """Make due what something happened in. Returns how many streams."""
        if sys.platform != "linux":
            return 0
        told, folders = self._read()
        if folders or clock.steady() - self._seen_at >= AGAIN:
            self._follow()
        return _due_now(told)

    def _read(self) -> tuple[set[str], bool]:
        """Keys of streams in which something happened, and whether there may be other folders now."""
        from inotify_simple import flags

        events = self._inotify.read(timeout=0) if self._inotify else []
        if events:
            self._happened_at = clock.steady()
        folders = [event for event in events if event.mask & (flags.ISDIR | flags.Q_OVERFLOW)]
        telling = [event for event in events if event.mask & flags.ISDIR or not event.mask & flags.CREATE]
        keys = [self._streams.get(event.wd, set()) for event in telling]
        return set().union(*keys), bool(folders)

    def close(self) -> None:
        """Nothing is followed any more."""
        if self._inotify is not None:
            self._inotify.close()
        self._inotify, self._streams = None, {}

    def _follow(self) -> None:
        """All folders that are watched now, and those in them."""
        from inotify_simple import INotify, flags

        told = flags.CLOSE_WRITE | flags.MOVED_TO | flags.MOVED_FROM | flags.DELETE | flags.CREATE | flags.ONLYDIR
        self.close()
        self._seen_at = clock.steady()
        with contextlib.suppress(OSError):  # too many of them on this machine: looks come by the clock
            self._inotify = INotify(nonblocking=True)
            for key, folder in _folders():
                with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                    self._streams.setdefault(self._inotify.add_watch(folder, told), set()).add(key)


def _folders() -> Iterator[tuple[str, str]]:
    """(key of its stream, path), at most so many."""
    here = [name for name, _ in SOURCES.choices() if SOURCES[name].about.of_this_machine]
    rows = SourceCursor.objects.filter(source__in=here, watches__state__in=STATES).distinct().order_by("pk")
    left = MOST
    for key in rows.values_list("key", flat=True).iterator():
        if file_systems.is_of_the_network(Path(key)):
            continue
        for folder, _, _ in os.walk(key):
            if not left:
                return
            left -= 1
            yield key, folder


def _due_now(keys: set[str]) -> int:
    now = clock.now()
    return SourceCursor.objects.filter(key__in=keys, next_at__gt=now).update(next_at=now) if keys else 0
