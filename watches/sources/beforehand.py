"""What was there before, though nobody had seen it: on a disk that was away, or below a folder that could not be read.

Pure. Old pictures must not be posted because they come into sight. So where a folder is another one than it was (its
disk was connected, or taken away), what was changed before the last look there is old: it did not come since. And what
could not be read when somebody was told of everything stays old until it has been read once, whatever its times say.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from watches.sources.disk import Body, Seen
from watches.sources.folder_memory import Memory
from watches.sources.mounts import Identity, is_below

NOTED, NOTED_EMPTY = 600.0, 60.0  # seconds by which the time of the last look may be late, with files and without


def judge(memory: Memory, top: Identity, seen: Seen) -> Callable[[str, Body], bool]:
    """Whether a file that nobody knows was there before. To be asked before the memory takes over what is seen."""
    closed = set(memory.closed)
    others = {folder for folder, was in memory.bare.items() if seen.folders.get(folder, was) != was}
    other_top = memory.top not in {None, top}
    since = (memory.looked or math.inf) * 1e9

    def was_there(path: str, body: Body) -> bool:
        if closed and is_below(path, closed):
            return True
        return (other_top or bool(others and is_below(path, others))) and body.changed < since

    return was_there


def remember(memory: Memory, seen: Seen, hidden: set[str], now: float, *, listing: bool, other: bool) -> None:
    """Keep what `judge` asks for the next time. `listing`: what is hidden now counts as there before.

    `other`: the folder itself is another one than it was.
    """
    closed = set(memory.closed)
    still = {path for path in hidden if listing or is_below(path, closed)}
    unseen = {path for path in closed if path not in seen.folders and path not in seen.files}
    memory.closed = sorted(still | unseen)
    kept = {folder: was for folder, was in memory.bare.items() if is_below(folder, hidden)}
    bare = {folder: identity for folder, identity in seen.folders.items() if folder not in memory.folders}
    moved = any(memory.bare.get(folder, identity) != identity for folder, identity in bare.items())
    memory.bare = {folder: identity for folder, identity in bare.items() if not is_below(folder, hidden)} | kept
    late = NOTED if any(memory.present) else NOTED_EMPTY
    if other or moved or not 0 <= now - memory.looked <= late:
        memory.looked = now
