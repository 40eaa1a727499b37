"""The memory of folders as a cursor: a short text, and a line for each file that is known, new or missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from watches.sources import Cursor, key_of
from watches.sources.disk import Body
from watches.sources.folder_memory import Entry, Fresh, Known, Memory
from watches.sources.ids import by_looks

SHORT = 8  # characters of the key of a place, which stands in each of its lines
_dumps = json.JSONEncoder(separators=(",", ":")).encode
_loads = json.loads
PLAIN = ("folders", "unread", "closed", "bare", "looked")


def remembered(cursor: Cursor) -> dict[str, Memory]:
    """By place."""
    memories = {place_id: _memory(kept) for place_id, kept in _loads(cursor.text or "{}").items()}
    by_tag = {key_of(place_id)[:SHORT]: memory for place_id, memory in memories.items()}
    for key, line in cursor.known.items():
        tag, path, known, fresh, missing = _loads(line)
        if tag in by_tag:
            entry = _known(path, *known) if known else None, _fresh(*fresh) if fresh else None, missing
            _take_in(by_tag[tag], path, entry)
            by_tag[tag].told[path] = entry, key, line
    return memories


def as_cursor(memories: dict[str, Memory]) -> Cursor:
    """The reverse. A line that says the same as before is the same."""
    kept = {place_id: memory for place_id, memory in memories.items() if memory.top}
    text = json.dumps(
        {place_id: _text(memory) for place_id, memory in kept.items()}, separators=(",", ":"), sort_keys=True
    )
    return Cursor(text, dict(line for place_id, memory in kept.items() for line in _lines(place_id, memory)))


def _text(memory: Memory) -> dict[str, Any]:
    return {"top": memory.top} | {name: told for name in PLAIN if (told := getattr(memory, name))}


def _memory(told: dict[str, Any]) -> Memory:
    return Memory(
        top=tuple(told["top"]) if told["top"] else None,
        folders={path: (device, inode) for path, (device, inode) in told.get("folders", {}).items()},
        unread=told.get("unread", {}),
        closed=told.get("closed", []),
        bare={path: (device, inode) for path, (device, inode) in told.get("bare", {}).items()},
        looked=told.get("looked", 0.0),
    )


def _take_in(memory: Memory, path: str, entry: Entry) -> None:
    known, fresh, missing = entry
    if known is not None:
        memory.files[path] = known
    if fresh is not None:
        memory.fresh[path] = fresh
    if missing is not None:
        memory.missing[path] = missing


def _lines(place_id: str, memory: Memory) -> Iterator[tuple[str, str]]:
    tag = key_of(place_id)[:SHORT]
    for path in {**memory.files, **memory.fresh}:
        entry = memory.files.get(path), memory.fresh.get(path), memory.missing.get(path)
        before = memory.told.get(path)
        if before is not None and before[0] == entry:
            yield before[1], before[2]
        else:
            known, fresh, missing = entry
            told = _row(path, known) if known else None, _fresh_row(fresh) if fresh else None
            yield key_of(place_id, path), _dumps([tag, path, *told, missing])


def _row(path: str, file: Known) -> list[Any]:
    row: list[Any] = [file.inode, file.size, file.modified]
    if file.id != _usual_id(path, file.revision):
        return [*row, file.revision, file.id]
    return row if file.revision == f"{file.size}-{file.modified}" else [*row, file.revision]


def _known(path: str, inode: int, size: int, modified: int, revision: str = "", known_as: str = "") -> Known:
    revision = revision or f"{size}-{modified}"
    return Known(known_as or _usual_id(path, revision), revision, inode, size, modified)


def _usual_id(path: str, revision: str) -> str:
    """What `name_for` gives for nearly every file, quickly."""
    return f"{path}#{revision if by_looks(revision) else revision[:16]}"


def _fresh(body: list[int], *rest: Any) -> Fresh:  # noqa: ANN401 - as JSON has it
    return Fresh(Body(*body), *rest)


def _fresh_row(fresh: Fresh) -> list[Any]:
    body = fresh.body
    return [[body.inode, body.size, body.modified, body.changed], fresh.since, fresh.first, fresh.before, fresh.old]
