"""A platform that takes a large file in ten pieces, of which the last is the call that publishes, and shows it later.

It keeps no bytes, only how many and their checksum. What dies, and when, a test says.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from poster.errors import Refused, Unanswered, Unavailable
from poster.reasons import Term
from proof.transport import Killed
from publishing.platforms import Accepted, Account, Evidence, Form, Label, Part, Receipt, Request, Staged, Verdict
from publishing.platforms.facebook import PHOTO
from tests.facts import Said, Told

PIECES = 10
UNREAD = Told(words="They could not read it.")
HORIZON = dt.timedelta(hours=2)


@dataclass
class Session:
    """One upload: opened with its size, filled from the front, and accepted when it is full."""

    size: int
    got: int = 0
    sums: Any = field(default_factory=hashlib.sha256)
    asked: int = 0
    fate: str = "shown"  # or "failed", "failed for good", "silent"

    def put(self, offset: int, content: bytes) -> int:
        """Only what comes next is taken; how far it is by now."""
        if offset == self.got:
            self.got += len(content)
            self.sums.update(content)
        return self.got


SESSIONS: dict[str, Session] = {}
FATES: list[str] = []  # of the sessions to come, in turn
CALLS: list[str] = []
DIES: dict[int, str] = {}  # at which call a worker dies: "before" they hear it, or "after"
MEANWHILE: list[Callable[[], object]] = []  # at each call: what else happens
HALFWAY: list[Callable[[], object]] = []  # while a piece is read: what else happens between its two halves
LOST: list[bool] = []  # whether the answer to the call that publishes is lost


def shown() -> list[str]:
    """The checksums of what followers see."""
    full = [each for each in SESSIONS.values() if each.got == each.size and each.fate == "shown"]
    return [each.sums.hexdigest() for each in full]


def forget() -> None:
    for kept in (SESSIONS, FATES, CALLS, DIES, MEANWHILE, HALFWAY, LOST):
        kept.clear()


def _call(name: str, does: Callable[[], Any]) -> Any:
    CALLS.append(name)
    dies = DIES.pop(len(CALLS), "")
    if dies == "before":
        raise Killed
    answer = does()
    for event in MEANWHILE:
        event()
    if dies == "after":
        raise Killed
    return answer


def _in_halves(part: Part, offset: int, length: int) -> bytes:
    first = part.read(offset, length // 2)
    for event in HALFWAY:
        event()
    return first + part.read(offset + len(first), length - len(first))


class Platform:
    """Its adapter. `keys`: the session, which whoever knows it may fill. `refs`: what it is called, as on any page."""

    limits = {Form.PHOTO: PHOTO}
    options = ()
    labels: dict[Form, frozenset[Label]] = {}

    def prepare(self, account: Account, request: Request, so_far: Staged) -> Staged:
        (part,) = request.parts
        piece = -(-part.size // PIECES)
        if not so_far.keys:
            return self._opened(so_far, part.size, piece)
        last = part.size - piece
        if so_far.done >= last:
            return replace(so_far, ready=True)
        session = SESSIONS[so_far.keys["session"]]
        content = _in_halves(part, so_far.done, min(piece, last - so_far.done))
        got = _call("piece", lambda: session.put(so_far.done, content))
        return replace(so_far, done=min(got, last), ready=got >= last)

    def _opened(self, so_far: Staged, size: int, piece: int) -> Staged:
        def opened() -> str:
            key = f"session {len(SESSIONS)}"
            SESSIONS[key] = Session(size, fate=FATES.pop(0) if FATES else "shown")
            return key

        key = _call("open", opened)
        return replace(so_far, keys={"session": key}, refs=(key.replace(" ", "-"),), total=size, commit_bytes=piece)

    def publish(self, account: Account, request: Request, staged: Staged) -> Receipt | Accepted:
        session, (part,) = SESSIONS[staged.keys["session"]], request.parts
        content = part.read(staged.done, part.size)
        _call("publish", lambda: session.put(staged.done, content))
        if LOST and LOST.pop():
            raise Unanswered(Said(words="They gave no complete answer. It may have happened; we check."))
        if session.got != session.size:
            raise Refused(Said(words="That is not what comes next."))
        return Accepted(f"operation of {staged.refs[0]}", wait=5, horizon=HORIZON)

    def find(
        self, account: Account, request: Request, staged: Staged, since: dt.datetime, accepted: str
    ) -> Sequence[Evidence]:
        source = Term("source.upload")
        session = SESSIONS.get(staged.keys.get("session", ""))
        if session is None or session.fate == "silent":
            return [Evidence(source, Verdict.NO_ANSWER, Told(words="They say nothing."))]
        if session.got < session.size:
            return [Evidence(source, Verdict.NOT_THERE, Told(words="A piece is missing."), authoritative=True)]
        session.asked += 1
        if session.asked < 3:
            return [Evidence(source, Verdict.UNDER_WAY, Told(words="They work on it."), authoritative=True)]
        if session.fate.startswith("failed"):
            again = session.fate == "failed"
            return [Evidence(source, Verdict.FAILED, UNREAD, authoritative=True, again=again)]
        receipt = Receipt(f"post of {staged.refs[0]}")
        return [Evidence(source, Verdict.THERE, Told(words="It is out."), authoritative=True, receipt=receipt)]

    def permalink(self, account: Account, remote_id: str) -> str:
        raise Unavailable(Said(words="Not yet."))
