"""What is hidden rather than gone: below a folder that cannot be read, or whose disk is not there.

Pure. A disk that is not connected leaves an empty folder behind, or none at all. So a folder that was on another device
than the one around it is never taken for deleted; and one that is empty, and another one than it was, is not either.
"""

from __future__ import annotations

from collections.abc import Iterable

from watches.sources.disk import Seen

Identity = tuple[int, int]  # device and inode


def hidden_folders(seen: Seen, remembered: dict[str, Identity], top: Identity, known: Iterable[str]) -> set[str]:
    """Those of the folders below `top` that hide what was in them. `known`: paths of files that were there."""
    hidden = set(seen.unread)
    for folder, identity in remembered.items():
        now = seen.folders.get(folder)
        around = remembered.get(folder.rpartition("/")[0], top)
        if now is None:
            lost = identity[0] != around[0]
        else:
            other = now[0] != identity[0] and not _any_seen(folder, seen, known)
            lost = now != identity and (folder in seen.empty or other)
        if lost:
            hidden.add(folder)
    return hidden


def is_below(path: str, folders: set[str]) -> bool:
    """Whether one of these is on the way to `path`, or is it."""
    while path:
        if path in folders:
            return True
        path = path.rpartition("/")[0]
    return False


def identities(
    seen: Seen, remembered: dict[str, Identity], hidden: set[str], known: Iterable[str]
) -> dict[str, Identity]:
    """What to remember: the folders on the way to each known file, as they are, or as they were where hidden."""
    wanted: set[str] = set()
    for path in known:
        folder = path.rpartition("/")[0]
        while folder and folder not in wanted:
            wanted.add(folder)
            folder = folder.rpartition("/")[0]
    found = {}
    for folder in wanted:
        was, now = remembered.get(folder), seen.folders.get(folder)
        identity = was if now is None or (was is not None and is_below(folder, hidden)) else now
        if identity is not None:
            found[folder] = identity
    return found


def _any_seen(folder: str, seen: Seen, known: Iterable[str]) -> bool:
    return any(path in seen.files for path in known if path.startswith(f"{folder}/"))
