"""Meta's Graph: how Facebook, Instagram and Threads are called, and what their answers mean to us.

Three kinds of calls, because the same answer means different things:

    get      reads; may be asked again: whatever stays unclear is Unavailable
    stage    lays something down that nobody sees; may be repeated: whatever stays unclear is Unavailable
    commit   cannot be taken back: only codes on a short proven list had no effect, the rest is Unanswered

The token travels in the Authorization header, never in the address. Ids are text: they exceed 2**53.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from accounts.providers.meta import paging
from accounts.providers.meta.errors import (
    BY_BOTH,
    BY_CODE,
    HOUR,
    LIMITED,
    TROUBLE,
    Meaning,
    Proven,
    meaning_of,
    numbers,
)
from accounts.providers.meta.versions import VERSION
from poster.errors import OutsideError, Reach, Refused, Trace, Unanswered, Unauthorized, Unavailable
from poster.http.client import LONGEST_WAIT, Answer, Client, retry_after
from poster.http.deadlines import DEADLINE, deadline_for
from poster.reasons import Quoted, outside
from poster.reasons.outside_logins import LoginRefused, NotALogin
from poster.reasons.outside_posts import Refusal

FACEBOOK = f"https://graph.facebook.com/{VERSION}"
INSTAGRAM = f"https://graph.instagram.com/{VERSION}"
THREADS = "https://graph.threads.net/v1.0"
MOST_PAGES = 20
SHARES = ("call_count", "total_time", "total_cputime")  # of an allowance, in percent
USED_UP = 100

Judge = Callable[[str, str, Answer], OutsideError | None]

_ID = re.compile(r"[\w:.-]{1,200}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Graph:
    """One of Meta's hosts, spoken to with one login. Use `facebook`, `instagram` or `threads` to make one.

    `app_secret`: signs every call (appsecret_proof), where the host takes that.
    """

    base: str
    name: str
    token: str = field(repr=False)
    app_secret: str = field(default="", repr=False)

    def get(self, path: str, **params: object) -> dict[str, Any]:
        """Read an object."""
        return self._client(judge).get(path, **params, **self._proof())

    def delete(self, path: str) -> dict[str, Any]:
        """Take an object away."""
        return self._client(judge).delete(path, **self._proof())

    def listing(self, path: str, **params: object) -> Iterator[dict[str, Any]]:
        """All rows of a list, page after page. Unavailable when it cannot be read to its end."""
        place: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            answer = self.get(path, **(params | place))
            rows = answer.get("data")
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise Unavailable(outside.Unreadable(service=self.name))
            yield from rows
            before, more = place, self._following(answer, path)
            if more is None:
                return
            if more == before:
                break
            place = more
        raise Unavailable(outside.Unreadable(service=self.name))

    def _following(self, answer: Mapping[str, Any], path: str) -> dict[str, str] | None:
        try:
            return paging.following(answer, self.base, path)
        except paging.Unclear:
            raise Unavailable(outside.Unreadable(service=self.name)) from None

    def stage(self, path: str, *, files: Mapping[str, Any] | None = None, **form: object) -> str:
        """Lay something down; its id. A lost answer is Unavailable: doing it again shows nothing."""
        size = sum(len(content) for _, content, _ in (files or {}).values())
        try:
            answer = self._client(judge, deadline=deadline_for(size)).post(path, files=files, **form, **self._proof())
        except Unanswered as lost:
            raise Unavailable(outside.Incomplete(service=self.name), trace=lost.trace) from None
        return identity(answer) or _raise(Unavailable(outside.Unreadable(service=self.name)))

    def commit(self, path: str, *, no_effect: Proven, told: str = "id", **form: object) -> str:
        """Do what cannot be taken back and return the id of what is there now, which they call `told`.

        Refused, Unauthorized, RateLimited and Unavailable certainly had no effect: the request never left, or
        they answered with a code in `no_effect`. Everything else is Unanswered.
        """
        answer = self._committed(path, no_effect, form)
        return identity(answer, told) or _raise(Unanswered(_unclear(self.name)))

    def switch(self, path: str, *, no_effect: Proven, **form: object) -> None:
        """The same where nothing new comes into being, and they only say that it was done."""
        if self._committed(path, no_effect, form).get("success") is not True:
            raise Unanswered(_unclear(self.name))

    def _committed(self, path: str, no_effect: Proven, form: Mapping[str, object]) -> dict[str, Any]:
        # Whether the account rests, the gate has asked when it marked: no intent is left without its call.
        client = self._client(partial(_judge_commit, no_effect), asks_first=False)
        return client.post(path, files=None, **form, **self._proof())

    def _client(self, judged: Judge, *, asks_first: bool = True, deadline: float = DEADLINE) -> Client:
        # A line break or a letter beyond ASCII in a header would end in an error that quotes the token.
        if not (self.token.isascii() and self.token.isprintable() and self.token):
            raise Unauthorized(NotALogin(service=self.name))
        headers = {"Authorization": f"Bearer {self.token}"}
        told = {"gauge": usage, "limits": limits, "asks_first": asks_first, "deadline": deadline}
        return Client(self.base, partial(judged, self.name), self.name, headers, **told)  # type: ignore[arg-type]

    def _proof(self) -> dict[str, str]:
        if not self.app_secret:
            return {}
        proof = hmac.new(self.app_secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()
        return {"appsecret_proof": proof}


def facebook(token: str, app_secret: str = "", *, name: str = "Facebook") -> Graph:
    """graph.facebook.com: Pages, and Instagram accounts behind a Page (with `name`)."""
    return Graph(FACEBOOK, name, token, app_secret)


def instagram(token: str) -> Graph:
    """graph.instagram.com, for Instagram Login. It documents no appsecret_proof."""
    return Graph(INSTAGRAM, "Instagram", token)


def threads(token: str) -> Graph:
    """graph.threads.net. It documents no appsecret_proof."""
    return Graph(THREADS, "Threads", token)


def identity(row: Mapping[str, Any], key: str = "id") -> str:
    """An id as text; "" when there is none that looks like one."""
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value) if _ID.fullmatch(str(value)) else ""


def web_address(row: Mapping[str, Any], key: str) -> str:
    """An address that may stand in a link; "" when it is none."""
    value = row.get(key)
    return value if isinstance(value, str) and urlsplit(value).scheme in {"https", "http"} else ""


def judge(name: str, _method: str, answer: Answer) -> OutsideError | None:
    """What an answer to a read or a staging call means; None when it is good.

    A 200 with an `error` is an error. What is not the Graph's own JSON says nothing about our request.
    """
    told = answer.json()
    error = told.get("error")
    if isinstance(error, dict):
        return _named(name, answer, error)
    if 200 <= answer.status < 300 and told and "error" not in told:
        return None
    wait = retry_after(answer.headers)
    trace = _trace(answer, {})
    if answer.status == 429:
        return LIMITED.error(name, trace, wait=wait)
    return Unavailable(outside.Unreadable(service=name), retry_after=wait, trace=trace)


def _judge_commit(no_effect: Proven, name: str, method: str, answer: Answer) -> OutsideError | None:
    """What an answer to the irreversible call means: an error is evidence, not a verdict."""
    error = judge(name, method, answer)
    if error is None or _proven(error.trace, no_effect):
        return error
    return Unanswered(_unclear(name, error.trace), trace=error.trace, meant=error)


def _proven(trace: Trace, no_effect: Proven) -> bool:
    if not trace.code or (trace.status or 500) >= 500:
        return False
    code, subcode = int(trace.code), int(trace.subcode or 0)
    return (code, subcode) in no_effect or (code, None) in no_effect


def _named(name: str, answer: Answer, error: dict[str, Any]) -> OutsideError:
    """An error of the Graph's own: by its subcode, its code, what it says of itself, then the HTTP status."""
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    trace = _trace(answer, error)
    meaning = _meaning(code, subcode, passing=error.get("is_transient"))
    if meaning is not None:
        return meaning.error(name, trace, wait=_wait(answer))
    if answer.status == 429:
        return LIMITED.error(name, trace, wait=_wait(answer))
    if error.get("is_transient") is True or answer.status >= 500:
        return TROUBLE.error(name, trace, wait=_wait(answer))
    said = Quoted(str(error.get("error_user_msg") or error.get("message") or ""))
    if answer.status == 401:
        return Unauthorized(LoginRefused(service=name, vendor_code=numbers(trace), said=said), trace=trace)
    return Refused(Refusal(service=name, vendor_code=numbers(trace), said=said), trace=trace)


def _meaning(code: int, subcode: int, *, passing: object) -> Meaning | None:
    """The table's row. Where 1 and 2, "unknown", are all that it goes by, what they say of it themselves counts more.

    Recorded: with a subcode and `is_transient` false, 1 and 2 stay as they are for good.
    """
    known = meaning_of(code, subcode)
    if (code, subcode) in BY_BOTH and passing is True:
        return TROUBLE
    unknown = code in {1, 2} and subcode and known == BY_CODE[code]
    return None if unknown and passing is False else known


def _trace(answer: Answer, error: Mapping[str, Any]) -> Trace:
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    trace_id = error.get("fbtrace_id") or answer.headers.get("x-fb-trace-id") or ""
    return Trace(answer.status, str(code) if error else "", str(subcode or ""), str(trace_id)[:100])


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return 0
    text = str(value)
    return int(text) if re.fullmatch(r"-?[0-9]{1,12}", text) else 0


def _wait(answer: Answer) -> float | None:
    """Seconds until we may come back, if they say so, at most a day: Retry-After, or their estimate (in minutes).

    Where they say both, the longer one: who comes too early prolongs the refusal (Graph rate limits).
    """
    estimates = [entry.get("estimated_time_to_regain_access") for entry in _business_usage(answer.headers)]
    minutes = max((_number(estimate) for estimate in estimates), default=0)
    return min(max(retry_after(answer.headers) or 0.0, minutes * 60.0), LONGEST_WAIT) or None


def usage(headers: Mapping[str, str]) -> int:
    """How much of the allowance is used up, in percent; 0 when they do not say. At 100 they refuse calls."""
    entries = [
        *_business_usage(headers),
        _object(headers.get("x-app-usage")),
        _object(headers.get("x-page-usage")),
    ]
    return max((_share(entry) for entry in entries), default=0)


def limits(headers: Mapping[str, str]) -> Iterator[tuple[Reach, float]]:
    """What rests because an allowance is used up, and for how many seconds: an hour where they do not say."""
    if _share(_object(headers.get("x-app-usage"))) >= USED_UP:
        yield Reach.APP, HOUR
    if _share(_object(headers.get("x-page-usage"))) >= USED_UP:
        yield Reach.PLACE, HOUR
    for entry in _business_usage(headers):
        minutes = _number(entry.get("estimated_time_to_regain_access"))
        if minutes > 0 or _share(entry) >= USED_UP:
            yield Reach.PLACE, min(minutes * 60.0 or HOUR, LONGEST_WAIT)


def _share(entry: Mapping[str, Any]) -> int:
    return max(_number(entry.get(share)) for share in SHARES)


def _business_usage(headers: Mapping[str, str]) -> list[dict[str, Any]]:
    """The entries of X-Business-Use-Case-Usage: {"<id>": [{"type", "call_count", ...}]} in JSON."""
    by_business = _object(headers.get("x-business-use-case-usage")).values()
    lists = [entries for entries in by_business if isinstance(entries, list)]
    return [entry for entries in lists for entry in entries if isinstance(entry, dict)]


def _object(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _unclear(name: str, trace: Trace | None = None) -> outside.UnclearAnswer:
    return outside.UnclearAnswer(service=name, vendor_code=numbers(trace) if trace else "")


def _raise(error: OutsideError) -> Any:  # noqa: ANN401 - stands where a value would
    raise error
