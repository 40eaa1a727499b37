"""What it means when a model's server says no. Decided on status and code; on their words only as `phrases` has it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from poster.errors import OutsideError, RateLimited, Refused, Suspended, Trace, Unauthorized, Unavailable
from poster.reasons import Quoted, Term
from poster.reasons.outside import Outside, Trouble
from writing.captioners import TOO_LARGE, UNCLEAR, Key, NoWords, Usage, codes
from writing.captioners.answers import Call
from writing.captioners.faults import Fault
from writing.captioners.server_answers import Said
from writing.outcomes import Outcome
from writing.reasons import words as reasons

LATER = {408, 409, 425, 500, 502, 503, 504, 520, 522, 524, 529}


@dataclass(frozen=True, slots=True)
class Meaning:
    """An answer's kind, its reason, and our code for it."""

    kind: type[Refused] | type[Unavailable]
    reason: type[Outside]
    code: str = ""


NO_CREDITS = Meaning(Suspended, reasons.NoCredits, Fault.CREDITS)
LIMITED = Meaning(Suspended, reasons.SpendingLimit, Fault.CREDITS)
UNPAID = Meaning(Suspended, reasons.NoBilling, Fault.CREDITS)
FOR_TODAY = Meaning(Suspended, reasons.QuotaOfTheDay, Fault.QUOTA)
SLOWER = Meaning(RateLimited, reasons.SlowDown)
TROUBLE = Meaning(Unavailable, Trouble)
BAD_KEY = Meaning(Unauthorized, reasons.KeyRefused, Fault.KEY)
NARROW_KEY = Meaning(Unauthorized, reasons.KeyTooNarrow, Fault.KEY)
NO_ACCOUNT = Meaning(Suspended, reasons.AccountNotServed, Fault.ACCOUNT)
ELSEWHERE = Meaning(Suspended, reasons.NotFromHere, Fault.REGION)
POLICY = Meaning(Suspended, reasons.PrivacySettings, Fault.POLICY)
UNVERIFIED = Meaning(Suspended, reasons.NotVerified, Fault.UNVERIFIED)
BLIND = Meaning(Suspended, reasons.BlindModel, Fault.MODEL)
NO_MODEL = Meaning(Suspended, reasons.NoSuchModel, Fault.MODEL)
NO_HOST = Meaning(Suspended, reasons.HostRefused, Fault.MODEL)
MOVED = Meaning(Suspended, reasons.AddressMoved, Fault.ADDRESS)
DECLINED = Meaning(NoWords, reasons.DeclinedByService)
LARGE = Meaning(Refused, reasons.PictureTooLarge, TOO_LARGE)
UNREADABLE = Meaning(Refused, reasons.PictureUnread)
OTHERWISE = Meaning(Refused, reasons.RequestRefused, UNCLEAR)

# The first that fits. What is wrong with an account comes before what its answer says of a picture.
CASES: tuple[tuple[Set[str], Meaning], ...] = (
    (codes.BUSY, SLOWER),
    (codes.LIMIT_REACHED, LIMITED),
    (codes.USED_UP, NO_CREDITS),
    (codes.NO_BILLING, UNPAID),
    (codes.DAILY, FOR_TODAY),
    (codes.CLOSED, NO_ACCOUNT),
    (codes.ELSEWHERE, ELSEWHERE),
    (codes.POLICY, POLICY),
    (codes.UNVERIFIED, UNVERIFIED),
    (codes.DECLINED, DECLINED),
    (codes.BLIND, BLIND),
    (codes.TOO_LARGE, LARGE),
    (codes.UNREADABLE, UNREADABLE),
    (codes.NO_MODEL, NO_MODEL),
    (codes.NARROW_KEY, NARROW_KEY),
    (codes.BAD_KEY, BAD_KEY),
    (codes.NOT_READY, NO_ACCOUNT),
)
STATUSES = {401: BAD_KEY, 402: NO_CREDITS, 403: NARROW_KEY, 405: MOVED, 413: LARGE, 429: SLOWER}


def refusal(said: Said, name: str, key: Key) -> OutsideError | None:
    """The error that an answer about a key or a model means; None when they said yes."""
    if said.status < 300 and not said.error and isinstance(said.body, dict):
        return None
    if said.status < 300 and not said.error:
        return Unavailable(reasons.NotUnderstood(service=name))
    meaning = _meaning(said, key.model)
    return _failure(said, name, OTHERWISE if meaning is DECLINED else meaning, key)


def judged(said: Said, name: str, call: Call, usage: Usage) -> OutsideError | None:
    """The error that an answer means; None when it is an answer."""
    if said.status < 300 and not said.error:
        if isinstance(said.body, dict):
            return None
        return call.no_words(Outcome.MALFORMED, usage)
    meaning = _meaning(said, call.model)
    if meaning is DECLINED:
        return call.no_words(Outcome.REFUSED, usage, trace=_trace(said))
    return _failure(said, name, meaning, call.key)


def _trace(said: Said) -> Trace:
    return Trace(said.meant, ", ".join(sorted(said.codes)), trace_id=said.trace_id)


def _failure(said: Said, name: str, meaning: Meaning, key: Key) -> OutsideError:
    kind, trace = meaning.kind, _trace(said)
    message = said.message or ""
    theirs = message.replace(key.secret, "[hidden]") if key.secret else message
    about: dict[str, Any] = {"service": name, "said": Quoted(theirs[:200]), "vendor_code": trace.code[:100]}
    if issubclass(meaning.reason, reasons.RequestRefused):  # with an address in the key, somebody here put it in
        about["check"] = Term("model.name_and_address" if key.base_url else "model.name")
    reason = meaning.reason(**about)
    if issubclass(kind, Refused):
        return kind(reason, code=meaning.code, trace=trace)
    return kind(reason, retry_after=said.wait, trace=trace)


def _meaning(said: Said, model: str) -> Meaning:
    found, status = said.codes, said.meant
    for names, meaning in CASES:
        if found & names:
            return meaning
    if said.error.get("param") == "model":
        return NO_MODEL
    if status in {401, 403} and said.is_of_a_host:
        return NO_HOST
    if status in LATER or status >= 500:
        return TROUBLE
    if status < 400:
        return MOVED
    return STATUSES.get(status) or (NO_MODEL if _about_the_model(said, model) else OTHERWISE)


def _about_the_model(said: Said, model: str) -> bool:
    """Nobody there has this model, or it cannot look at pictures in our way. A 404 has no picture in it."""
    return said.meant == 404 or (said.meant == 400 and f"{model} " in f"{said.error.get('message')} ")
