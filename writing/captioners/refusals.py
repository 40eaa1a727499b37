"""What it means when a model's server says no. Decided on status and code; on their words only as `phrases` has it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from poster.errors import Actor, OutsideError, RateLimited, Refused, Suspended, Trace, Unauthorized, Unavailable
from poster.secrets.redaction import redact
from writing.caption_cleanup import Reason
from writing.captioners import TOO_LARGE, UNCLEAR, Key, NoWords, Usage, codes
from writing.captioners.answers import Call
from writing.captioners.faults import Fault
from writing.captioners.server_answers import Said

LATER = {408, 409, 425, 500, 502, 503, 504, 520, 522, 524, 529}


@dataclass(frozen=True, slots=True)
class Meaning:
    """An answer's kind, its sentence with blanks for their name and their reason, and our code for it."""

    kind: type[Refused] | type[Unavailable]
    sentence: str
    code: str = ""


NO_CREDITS = Meaning(
    Suspended, "The credits at {name} are used up. Add credits there, or choose another captioner.", Fault.CREDITS
)
LIMITED = Meaning(
    Suspended,
    "A spending limit at {name} is reached ({theirs}). Raise it there, wait until it is renewed, or choose another "
    "captioner.",
    Fault.CREDITS,
)
UNPAID = Meaning(
    Suspended,
    "{name} wants billing to be set up ({theirs}). Do that there, or choose another captioner.",
    Fault.CREDITS,
)
FOR_TODAY = Meaning(
    Suspended,
    "The quota of this model at {name} is used up. It is renewed by itself, mostly once a day; with a paid plan there, "
    "or another model, it goes on at once.",
    Fault.QUOTA,
)
SLOWER = Meaning(RateLimited, "{name} asks us to slow down. We go on by ourselves.")
TROUBLE = Meaning(Unavailable, "{name} has trouble at the moment. We try it again by ourselves.")
BAD_KEY = Meaning(Unauthorized, "{name} does not accept the key. Put in a valid one.", Fault.KEY)
NARROW_KEY = Meaning(
    Unauthorized,
    "{name} knows the key and does not let it do this ({theirs}). Allow it there, or put in another key.",
    Fault.KEY,
)
NO_ACCOUNT = Meaning(
    Suspended,
    "{name} does not serve this account ({theirs}). Settle that there, or choose another captioner.",
    Fault.ACCOUNT,
)
ELSEWHERE = Meaning(
    Suspended,
    "{name} answers nobody who calls from where this server stands ({theirs}). Nothing is wrong with the key. Look "
    "which countries they serve, or choose another captioner.",
    Fault.REGION,
)
POLICY = Meaning(
    Suspended,
    "The privacy settings of your account at {name} leave nobody who may answer with this model ({theirs}). Change "
    "them there, or choose another model.",
    Fault.POLICY,
)
UNVERIFIED = Meaning(
    Suspended,
    "{name} gives this model to verified organizations only ({theirs}). Verify yours there, or choose another model.",
    Fault.UNVERIFIED,
)
BLIND = Meaning(
    Suspended, "This model at {name} does not look at pictures ({theirs}). Choose one that does.", Fault.MODEL
)
NO_MODEL = Meaning(Suspended, "{name} refused the request ({theirs}). Check {what}.", Fault.MODEL)
NO_HOST = Meaning(
    Suspended, "Who runs this model for {name} refused the request ({theirs}). Choose another model.", Fault.MODEL
)
MOVED = Meaning(Suspended, "The address of {name} sends us elsewhere. Put in the address it has now.", Fault.ADDRESS)
DECLINED = Meaning(NoWords, "{name} declined this picture ({theirs}).")
LARGE = Meaning(Refused, "The picture is too large for {name} ({theirs}).", TOO_LARGE)
UNREADABLE = Meaning(Refused, "{name} could not read the picture ({theirs}). Ask again, or write the caption yourself.")
OTHERWISE = Meaning(Refused, "{name} refused the request ({theirs}). Check {what}.", UNCLEAR)

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
        return Unavailable(f"{name} answered in a way that we do not understand.")
    meaning = _meaning(said, key.model)
    return _failure(said, name, OTHERWISE if meaning is DECLINED else meaning, key)


def judged(said: Said, name: str, call: Call, usage: Usage) -> OutsideError | None:
    """The error that an answer means; None when it is an answer."""
    if said.status < 300 and not said.error:
        if isinstance(said.body, dict):
            return None
        return call.no_words(Reason.MALFORMED, usage)
    meaning = _meaning(said, call.model)
    if meaning is DECLINED:
        return call.no_words(Reason.REFUSED, usage, trace=_trace(said))
    return _failure(said, name, meaning, call.key)


def _trace(said: Said) -> Trace:
    return Trace(said.meant, ", ".join(sorted(said.codes)), trace_id=said.trace_id)


def _failure(said: Said, name: str, meaning: Meaning, key: Key) -> OutsideError:
    kind, trace = meaning.kind, _trace(said)
    message = said.message or "no reason"
    theirs = redact(message.replace(key.secret, "[hidden]") if key.secret else message, limit=200).rstrip(". ")
    # With an address in the key, somebody here has put in where it is.
    what = "the model's name and the address" if key.base_url else "the model's name"
    told = meaning.sentence.format(name=name, theirs=theirs, what=what)
    if issubclass(kind, Refused):
        return kind(told, code=meaning.code, actor=Actor.OPERATOR, trace=trace)
    return kind(told, retry_after=said.wait, trace=trace)


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
