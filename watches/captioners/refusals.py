"""What it means when a server of OpenAI's kind says no. Decided on status and code, never on a sentence of theirs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from poster.errors import Actor, OutsideError, RateLimited, Refused, Suspended, Trace, Unauthorized, Unavailable
from poster.http import retry_after
from poster.redacting import redact
from watches.captioners import Key, Usage
from watches.captioners.answering import Call
from watches.wording import Reason

USED_UP = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error"}
DECLINED = {"content_policy_violation", "content_filter", "moderation_blocked", "moderation"}
NO_MODEL = {"model_not_found", "invalid_model", "unsupported_model", "model_not_available", "DEPRECATED_MODEL"}
BAD_KEY = {"API_KEY_INVALID", "invalid_api_key", "UNAUTHENTICATED"}  # Gemini says the first with a 400
LATER = {408, 409, 425, 500, 502, 503, 504, 520, 522, 524, 529}
# How servers that do not know a form of answer name what they did not understand.
FORM = re.compile(r"response_format|json_schema|json_object|structured output|guided|grammar", re.I)


class Fault(StrEnum):
    """What is wrong with an account, whatever the picture. For good: codes are stored."""

    KEY = "key_refused"
    CREDITS = "credits_used_up"
    MODEL = "model_unknown"
    ADDRESS = "address_wrong"


@dataclass(frozen=True, slots=True)
class Meaning:
    """An answer's kind, its sentence with blanks for their name and their reason, and the fault of an account."""

    kind: type[Refused] | type[Unavailable]
    sentence: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> object:
        """The parsed body; None when it is not JSON. Gemini wraps its errors in a list."""
        try:
            body = json.loads(self.content)
        except (ValueError, RecursionError):
            return None
        return body[0] if isinstance(body, list) and len(body) == 1 else body

    @property
    def error(self) -> dict[str, Any]:
        """Their error; {} when there is none. With HTTP 200 too: OpenRouter may fail once it has begun."""
        body = self.body
        error = body.get("error") if isinstance(body, dict) else None
        if isinstance(error, str):
            return {"message": error}
        return error if isinstance(error, dict) else {}

    @property
    def meant(self) -> int:
        """The status they mean: the body's when it came with 200."""
        code = self.error.get("code")
        return code if self.status < 400 and isinstance(code, int) and code >= 400 else self.status

    @property
    def codes(self) -> set[str]:
        """Every code that their error has in it."""
        return _codes(self.error)

    @property
    def trace_id(self) -> str:
        """What their support asks for."""
        return self.headers.get("x-request-id") or self.headers.get("request-id") or ""

    @property
    def rejects_form(self) -> bool:
        """Does the server not know the form of answer that we asked for?"""
        return self.status in {400, 404, 415, 422, 501} and bool(FORM.search(json.dumps(self.error)))


def refusal(said: Said, name: str, key: Key) -> OutsideError | None:
    """The error that an answer about a key or a model means; None when they said yes."""
    if said.status < 300 and not said.error and isinstance(said.body, dict):
        return None
    if said.status < 300 and not said.error:
        return Unavailable(f"{name} answered in a way that we do not understand.")
    trace = Trace(said.meant, ", ".join(sorted(said.codes)), trace_id=said.trace_id)
    return _failure(
        said,
        name,
        _meaning(said, said.codes, key.model),
        trace=trace,
        secret=key.secret,
        own_address=bool(key.base_url),
    )


def judged(said: Said, name: str, call: Call, usage: Usage) -> OutsideError | None:
    """The error that an answer means; None when it is an answer."""
    if said.status < 300 and not said.error:
        if isinstance(said.body, dict):
            return None
        return call.no_words(Reason.MALFORMED, usage)
    codes = _codes(said.error)
    trace = Trace(said.meant, ", ".join(sorted(codes)), trace_id=said.trace_id)
    if codes & DECLINED:
        return call.no_words(Reason.REFUSED, usage)
    meaning, own_address = _meaning(said, codes, call.model), bool(call.key.base_url)
    return _failure(said, name, meaning, trace=trace, secret=call.key.secret, own_address=own_address)


def _codes(error: Mapping[str, Any]) -> set[str]:
    found = error.get("metadata")
    metadata = found if isinstance(found, dict) else {}
    named = [error.get("code"), error.get("type"), error.get("status"), metadata.get("error_type")]
    details = error.get("details")  # Gemini's
    named += [each.get("reason") for each in details if isinstance(each, dict)] if isinstance(details, list) else []
    # OpenRouter tells with a 403 why its moderation stopped a request.
    named.append("moderation" if "reasons" in metadata else None)
    return {str(code) for code in named if code}


def _failure(said: Said, name: str, meaning: Meaning, *, trace: Trace, secret: str, own_address: bool) -> OutsideError:
    """`own_address`: somebody here has put in where it is."""
    kind = meaning.kind
    message = str(said.error.get("message") or "no reason")
    theirs = redact(message.replace(secret, "[hidden]") if secret else message, limit=200).rstrip(". ")
    what = "the model's name and the address" if own_address else "the model's name"
    told = meaning.sentence.format(name=name, theirs=theirs, what=what)
    if issubclass(kind, Suspended):
        return kind(told, code=meaning.fault or "", actor=Actor.OPERATOR, trace=trace)
    if issubclass(kind, Refused):
        return kind(told, actor=Actor.OPERATOR, trace=trace)
    return kind(told, retry_after=_wait(said), trace=trace)


def _meaning(said: Said, codes: set[str], model: str) -> Meaning:
    status = said.meant
    if status == 402 or codes & USED_UP:
        told = "The credits at {name} are used up. Add credits there, or choose another captioner."
        return Meaning(Suspended, told, Fault.CREDITS)
    if status in {401, 403} or codes & BAD_KEY:
        return Meaning(Unauthorized, "{name} does not accept the key. Put in a valid one.", Fault.KEY)
    if status == 429:
        return Meaning(RateLimited, "{name} asks us to slow down. We go on by ourselves.")
    if status in LATER or status >= 500:
        return Meaning(Unavailable, "{name} has trouble at the moment. We try again by ourselves.")
    if status < 400 or status == 405:
        told = "The address of {name} sends us elsewhere. Put in the address it has now."
        return Meaning(Suspended, told, Fault.ADDRESS)
    told = "{name} refused the request ({theirs}). Check {what}."
    return Meaning(Suspended, told, Fault.MODEL) if _about_the_model(said, codes, model) else Meaning(Refused, told)


def _about_the_model(said: Said, codes: set[str], model: str) -> bool:
    """Nobody there has this model, or it cannot look at pictures in our way. A 404 has no picture in it."""
    error = said.error
    named = error.get("param") == "model" or (said.meant == 400 and f"{model} " in f"{error.get('message')} ")
    return said.meant == 404 or bool(codes & NO_MODEL) or named


def _wait(said: Said) -> float | None:
    """Seconds to wait, from the header or from Gemini's `RetryInfo` ("31s")."""
    details = said.error.get("details")
    for detail in details if isinstance(details, list) else []:
        delay = str(detail.get("retryDelay")) if isinstance(detail, dict) else ""
        if re.fullmatch(r"\d{1,6}(\.\d+)?s", delay):
            return float(delay[:-1])
    return retry_after(said.headers)
