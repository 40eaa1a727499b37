"""What a model's server said, in one form: its status, its error, and every code that tells what is meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from poster import clock
from poster.http.client import LONGEST_WAIT, retry_after
from writing.captioners import codes, phrases

# How servers that do not know a form of answer name what they did not understand.
FORM = re.compile(r"response_format|json_schema|json_object|structured output|guided|grammar", re.I)
# How those say no whose model looks at fewer pictures: Ollama's of one (ollama/ollama#9020), and vLLM's, which looks at
# one unless it is started with more (vllm-project/vllm#13397).
TOO_MANY = re.compile(r"only supports a single image|at most \d+ image\(s\)", re.I)
BLOCKED = {"block", "blocked"}
MILLISECONDS = re.compile(r"\d{13}")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> object:
        """The parsed body; None when it is not JSON. Gemini wraps its errors in a list."""
        body = _parsed(self.content)
        return body[0] if isinstance(body, list) and len(body) == 1 else body

    @property
    def error(self) -> dict[str, Any]:
        """Their error; {} when there is none. With HTTP 200 too: OpenRouter may fail once it has begun."""
        return _error(self.body)

    @property
    def meant(self) -> int:
        """The status they mean: the body's when it came with 200."""
        code = self.error.get("code")
        return code if self.status < 400 and isinstance(code, int) and code >= 400 else self.status

    @property
    def codes(self) -> set[str]:
        """Every code that their error has in it; where none says enough, what their words stand for as well."""
        return _understood(self.meant, self.error, _stages(self.body)) | self._behind()

    @property
    def message(self) -> str:
        """Their words for people; those of the host behind OpenRouter where there are any."""
        behind = _error(_raw(self.error)).get("message")
        return str(behind or self.error.get("message") or "")

    @property
    def is_of_a_host(self) -> bool:
        """Whether a host behind OpenRouter said no to OpenRouter's key, and not to ours."""
        metadata = _object(self.error.get("metadata"))
        return bool(metadata.get("provider_name")) and not metadata.get("is_byok")

    @property
    def trace_id(self) -> str:
        """What their support asks for."""
        return self.headers.get("x-request-id") or self.headers.get("request-id") or ""

    @property
    def rejects_form(self) -> bool:
        """Does the server not know the form of answer that we asked for?"""
        return self.status in {400, 404, 415, 422, 501} and bool(FORM.search(json.dumps(self.error)))

    @property
    def is_of_too_many_pictures(self) -> bool:
        """Does the model look at fewer pictures than it was sent?"""
        return self.status >= 400 and bool(TOO_MANY.search(self.content.decode(errors="replace")))

    @property
    def wait(self) -> float | None:
        """Seconds to wait, from the header, from Gemini's `RetryInfo` ("31s") or from what OpenRouter says of it."""
        for detail in _objects(self.error.get("details")):
            delay = str(detail.get("retryDelay"))
            if re.fullmatch(r"\d{1,6}(\.\d+)?s", delay):
                return float(delay[:-1])
        metadata = _object(self.error.get("metadata"))
        inside = {str(name): str(value) for name, value in _object(metadata.get("headers")).items()}
        waits = (retry_after(self.headers), _seconds(metadata), _until(self.headers), _until(inside))
        return next((wait for wait in waits if wait is not None), None)

    def _behind(self) -> set[str]:
        """What the host behind OpenRouter said: about the request always, about the account where the key is ours."""
        raw = _raw(self.error)
        error = _error(raw) or ({"message": raw} if isinstance(raw, str) else {})
        found = _understood(self.meant, error)
        is_own = _object(self.error.get("metadata")).get("is_byok")
        return found if is_own else found & codes.OF_THE_REQUEST


def _understood(status: int, error: Json, besides: Iterable[str] = ()) -> set[str]:
    found = {*_codes(error), *besides}
    return found if found & codes.TELLING else found | phrases.read(status, str(error.get("message") or ""))


def _codes(error: Json) -> set[str]:
    metadata = _object(error.get("metadata"))
    named = [error.get(name) for name in ("code", "type", "status", "error_type")]
    named += [metadata.get(name) for name in ("error_type", "reason", "limit_source")]
    named.append(_object(error.get("details")).get("error_code"))  # Anthropic's
    for detail in _objects(error.get("details")):  # Gemini's
        named.append(detail.get("reason"))
        quotas = [str(quota.get("quotaId")) for quota in _objects(detail.get("violations"))]
        named.append("quota_per_day" if any(codes.A_DAY in quota for quota in quotas) else None)
    # OpenRouter tells with a 403 why its moderation, or which pattern of a guardrail, stopped a request.
    named.append("moderation" if metadata.get("reasons") else None)
    named.append("guardrail" if metadata.get("patterns") else None)
    return {str(code) for code in named if isinstance(code, str | int) and code}


def _stages(body: object) -> Iterator[str]:
    """OpenRouter's stages that a request went through, told to whom has asked for it, if one of them stopped it."""
    routed = _object(_object(body).get("openrouter_metadata"))
    for stage in _objects(routed.get("pipeline")):
        done = _object(stage.get("data")).get("action", "blocked")
        if stage.get("type") == "guardrail" and str(done) in BLOCKED:
            yield "guardrail"


def _raw(error: Json) -> object:
    """What the host behind OpenRouter answered: JSON in a string, or plain words."""
    raw = _object(error.get("metadata")).get("raw")
    return _parsed(raw) or raw if isinstance(raw, str) else raw


def _error(body: object) -> dict[str, Any]:
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return {"message": error}
    return error if isinstance(error, dict) else {}


def _parsed(text: str | bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _seconds(metadata: Json) -> float | None:
    told = metadata.get("retry_after_seconds")
    return float(min(told, LONGEST_WAIT)) if isinstance(told, int | float) and told > 0 else None


def _until(headers: Mapping[str, str]) -> float | None:
    """OpenRouter's `X-RateLimit-Reset` is a moment, in milliseconds; others' is something else."""
    named = {name.casefold(): value for name, value in headers.items()}
    raw = named.get("x-ratelimit-reset", "")
    if not MILLISECONDS.fullmatch(raw):
        return None
    wait = int(raw) / 1000 - clock.now().timestamp()
    return min(wait, LONGEST_WAIT) if wait > 0 else None
