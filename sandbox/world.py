"""All that the sandbox remembers, behind one lock and one clock.

Rows are mutable dataclasses whose fields are plain JSON values; a table is a dict of rows by id, in the order
in which they were made. Bytes (pictures, files) are kept apart, by their sha256.
"""

from __future__ import annotations

import hashlib
import json
import random
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from sandbox.fetching import Fetched, Unfetchable, fetch, reach

Row = TypeVar("Row")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Outside:
    """How the world reaches what is not the world: time, sleep, and the pictures that it is told to fetch."""

    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    fetch: Callable[[str], Fetched] = fetch
    reach: Callable[[str], object] = reach


class World:
    """One world. Use it only while holding `lock`; the web layer takes it around every request.

    clock: what time it is, in Unix seconds; `advance` adds to it.
    fetch, reach: how a picture address is read, and whether it is still there; replaced where there are no sockets.
    seed: the same seed gives the same ids, tokens and dice; None means different ones each time.
    state: a JSON file to remember everything in; bytes lie in the folder beside it.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        fetch: Callable[[str], Fetched] = fetch,
        reach: Callable[[str], object] = reach,
        seed: int | None = None,
        state: Path | None = None,
        practice: bool = False,
    ) -> None:
        self.outside = Outside(clock, sleep, fetch, reach)
        self.practice = practice
        self.lock = threading.Lock()
        self._state = state
        self._media = state.with_suffix(".media") if state else None
        self._given_seed = seed
        self._empty()
        self._load()

    def reset(self) -> None:
        """Forget everything."""
        self._empty()
        if self._media is not None:
            shutil.rmtree(self._media, ignore_errors=True)

    def _empty(self) -> None:
        self.seed = secrets.randbits(64) if self._given_seed is None else self._given_seed
        self._noise = random.Random(self._given_seed)
        self.counter = 0
        self.offset = 0.0
        self.processing_seconds = 1.5
        self._tables: dict[str, dict[str, Any]] = {}
        self._unread: dict[str, dict[str, dict[str, Any]]] = {}
        self._blobs: dict[str, bytes] = {}
        self._saved = (-1, "")

    # Time, chance and names

    def now(self) -> float:
        """Unix seconds in this world."""
        return self.outside.clock() + self.offset

    def advance(self, seconds: float) -> None:
        """Let time pass for everything in here."""
        self.offset += seconds

    def new_id(self, prefix: str, *, digits: int = 17) -> str:
        """A string of digits that was never given before, as long as the real ones."""
        self.counter += 1
        room = 10 ** (digits - len(prefix))
        number = (self.counter * 6_364_136_223_846_793_007 + self.seed) % room
        return f"{prefix}{number:0{digits - len(prefix)}d}"

    def new_token(self, prefix: str = "", *, length: int = 48) -> str:
        """Letters and digits that nobody can guess from the outside."""
        self.counter += 1
        drops = hashlib.shake_256(f"{self.seed}:{self.counter}".encode()).digest(length)
        return prefix + "".join(LETTERS[drop % len(LETTERS)] for drop in drops)

    def new_trace(self, prefix: str = "", *, length: int = 22) -> str:
        """Letters and digits for a trace id: worth nothing, remembered by nobody."""
        return prefix + "".join(self._noise.choices(LETTERS, k=length))

    def chance(self, probability: float, about: str = "") -> bool:
        """Throw the dice: the same answer for the same seed and `about`, a fresh throw without."""
        if not about:
            return self._noise.random() < probability
        drops = hashlib.sha256(f"{self.seed}:{about}".encode()).digest()[:8]
        return int.from_bytes(drops, "big") / 2**64 < probability

    # Rows

    def table(self, row: type[Row]) -> dict[str, Row]:
        """All rows of one kind by id. Change them in place; add and delete as with any dict."""
        name = f"{row.__module__}.{row.__qualname__}"
        if name not in self._tables:
            known = {field.name for field in fields(row)}  # type: ignore[arg-type]
            self._tables[name] = {
                key: row(**{field: value for field, value in raw.items() if field in known})
                for key, raw in self._unread.pop(name, {}).items()
            }
        return self._tables[name]

    # Bytes

    def keep(self, content: bytes) -> str:
        """Keep these bytes; their sha256 is how to ask for them again."""
        sha256 = hashlib.sha256(content).hexdigest()
        if self._media is None:
            self._blobs[sha256] = content
        elif not (self._media / sha256).exists():
            _write(self._media / sha256, content)
        return sha256

    def blob(self, sha256: str) -> bytes:
        """The bytes with this sha256. Raises KeyError when there are none."""
        if self._media is None:
            return self._blobs[sha256]
        if not (sha256.isalnum() and (self._media / sha256).exists()):
            raise KeyError(sha256)
        return (self._media / sha256).read_bytes()

    def fetch(self, url: str) -> Fetched:
        """Read a public address as a vendor's crawler does. Others may use the world meanwhile.

        Raises Unfetchable.
        """
        self.lock.release()
        try:
            return self.outside.fetch(url)
        finally:
            self.lock.acquire()

    def reaches(self, url: str) -> bool:
        """Whether a vendor's crawler still finds something there. Others may use the world meanwhile."""
        self.lock.release()
        try:
            self.outside.reach(url)
        except Unfetchable:
            return False
        else:
            return True
        finally:
            self.lock.acquire()

    # Memory

    def save(self, *, only_if_made: bool = False) -> None:
        """Write everything down, whole or not at all, if there is a state file and something changed.

        only_if_made: spare the comparison when no id or token was made since the last time.
        """
        if self._state is None or (only_if_made and self._saved[0] == self.counter):
            return
        text = json.dumps(self._snapshot())
        if text != self._saved[1]:
            _write(self._state, text.encode())
        self._saved = (self.counter, text)

    def _snapshot(self) -> dict[str, Any]:
        tables = self._unread | {
            name: {key: _plain(row) for key, row in rows.items()} for name, rows in self._tables.items()
        }
        own = ("seed", "counter", "offset", "processing_seconds")
        return {name: getattr(self, name) for name in own} | {"tables": tables}

    def _load(self) -> None:
        if self._state is None or not self._state.exists():
            return
        remembered = json.loads(self._state.read_text())
        self._unread = remembered.pop("tables")
        for name, value in remembered.items():
            setattr(self, name, value)


def _plain(row: object) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}  # type: ignore[arg-type]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{threading.get_ident()}.new")
    draft.write_bytes(content)
    draft.replace(path)
