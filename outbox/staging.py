"""How far the invisible part of it is: read from its row, and kept there as soon as something is laid down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction

from outbox import ledger
from outbox.ledger import Kind
from outbox.ledger_statements import STAGED
from outbox.models import Outgoing
from outbox.protocol import Staged
from outbox.reasons.steps import TheyHaveIt, TheyHavePart, TheyHavePercent, Uploading
from outbox.verdicts import CALL
from poster import clock
from poster.http.client import Exchange
from poster.reasons import Reason
from poster.secrets.fields import SealedField

NOTHING: Mapping[str, Any] = {
    "keys": None,
    "refs": "",
    "staged_at": None,
    "staged_until": None,
    "done": 0,
    "total": 0,
    "commit_bytes": 0,
    "operation": "",
    "follow_until": None,
}
SAVE_EVERY = 5.0  # seconds between two notes of how far it is, where nothing new is called by a name
MANY = 100  # parts that are counted; bytes are told as a share
State = Outgoing.State


def staged(out: Outgoing) -> Staged:
    """What is laid down of it."""
    return Staged(
        keys=out.keys or {},
        refs=tuple(filter(None, out.refs.split(","))),
        done=out.done,
        total=out.total,
        expires_at=out.staged_until,
        redone=out.redone,
        ready=out.state != State.QUEUED,
        commit_bytes=out.commit_bytes,
    )


def begun(out: Outgoing) -> bool:
    """Whether anything of it was laid down."""
    return out.staged_at is not None


def call_of(out: Outgoing) -> dt.timedelta:
    """How long the call that publishes it could take, as was written down with its mark."""
    if out.committed_at is None or out.deadline_at is None:
        return CALL
    return out.deadline_at - out.committed_at


def columns(out: Outgoing, now: Staged) -> dict[str, Any]:
    """The same as the row has it."""
    if not now.refs and not now.keys:
        return {**NOTHING, "redone": now.redone}
    sealing = Outgoing._meta.get_field("keys")
    assert isinstance(sealing, SealedField)  # noqa: S101 - the model says so
    return {
        "keys": sealing.seal(out.pk, dict(now.keys)),
        "refs": ",".join(now.refs),
        "staged_at": out.staged_at or clock.now(),
        "staged_until": now.expires_at,
        "done": now.done,
        "total": now.total,
        "redone": now.redone,
        "commit_bytes": now.commit_bytes,
    }


class Keeper:
    """Keeps what each step brings, as long as we hold the row: a new name at once, how far it is now and then.

    That it is ready, where nothing new has a name, is owed: it is written with the mark, in one transaction, or by
    `pay` where there is none.
    """

    def __init__(self, out: Outgoing) -> None:
        self._out = out
        self.so_far = self._kept = staged(out)
        self._at = clock.steady()
        self._heard: dict[str, Any] = {}
        self._first = [] if begun(out) else [ledger.Line(Kind.STAGE, Uploading(channel=out.channel_name), {})]
        self.owed: Mapping[str, Any] = {}  # columns that are not written yet

    def keep(self, now: Staged, heard: list[Exchange], **also: Any) -> bool:  # noqa: ANN401
        """False when somebody else has the row by now. `also`: what is written in any case, unless it is ready."""
        self.so_far = now = replace(now, redone=max(now.redone, self._kept.redone))
        self._heard = ledger.answer(heard)
        ready = {"state": State.PREPARED, "tries": 0} if now.ready and self._out.state == State.QUEUED else {}
        named = (now.refs, now.keys) != (self._kept.refs, self._kept.keys)
        if ready and not named:
            self.owed = {**self._told(now), **ready}
            return True
        if not (named or also or clock.steady() - self._at >= SAVE_EVERY):
            return True
        if now.refs == self._kept.refs and not ready:  # what they call it is as before: no line for each piece
            kept = self._out.swap(**columns(self._out, now), **also)
        else:
            kept = self._written({**self._told(now), **ready, **also})
        self._kept, self._at = now, clock.steady()
        return kept

    def pay(self) -> bool:
        """Write what is owed. False when somebody else has the row by now."""
        owed, self.owed = self.owed, {}
        return self._written(owed) if owed else True

    def lines(self) -> list[ledger.Line]:
        """The lines of what was just written; they go into the same transaction, and are then `paid`."""
        told = {"refs": self._out.refs, **self._heard}
        state = State.PREPARED if self.so_far.ready else self._out.state
        return [
            *self._first,
            ledger.move(self._out, Kind.OUTCOME, _said(self.so_far), changed=STAGED, state=state, **told),
        ]

    def paid(self) -> None:
        """All of it is written."""
        self._first, self.owed = [], {}

    def _told(self, now: Staged) -> dict[str, Any]:
        return {**columns(self._out, now), **Outgoing.reason.columns(None), "actor": ""}

    def _written(self, values: Mapping[str, Any]) -> bool:
        with transaction.atomic():
            kept = self._out.swap(**values)
            if kept:
                ledger.write_all(self._out, self.lines())
        self._first = []
        return kept


def _said(now: Staged) -> Reason:
    if now.ready:
        return TheyHaveIt()
    if now.total <= MANY:
        return TheyHavePart(done=now.done, total=now.total)
    return TheyHavePercent(percent=now.done * 100 // now.total)
