"""How we speak HTTP with the outside: once, with a deadline, following nothing, and remembering what was said.

No library retries and no redirects: each would send a request again, and a post must go out once. A total deadline,
not one per read. What went wrong is told as one of `poster.errors`, by what it means for us:

- never reached (no address, refused, no TLS): `Unavailable`, whatever the method;
- sent, and no complete answer: `Unavailable` for a GET (asking again is harmless), `Unanswered` for anything else;
- answered: the vendor's own `judge` decides.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError as TransportError

from poster import clock
from poster.errors import OutsideError, RateLimited, Reach, Trace, Unanswered, Unavailable
from poster.http import endpoints, ssrf, turnstile
from poster.http.connection import Line
from poster.http.deadlines import DEADLINE
from poster.reasons import outside
from poster.secrets.redaction import redact

MOST = 2 * 1024 * 1024  # bytes of an answer, decompressed: vendors' JSON is far below
LONGEST_WAIT = 24 * 3600.0

_simulated: Callable[[], BaseAdapter] | None = None


def use(wire: Callable[[], BaseAdapter] | None) -> None:
    """Send everything through `wire` from now on (simulations only); None: through real connections again."""
    global _simulated
    _simulated = wire


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object; {} when it is none. Numbers stay exact: ids exceed 2**53."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call as the ledger tells it: no secret in it."""

    asked: str
    status: int | None
    said: str
    trace: Trace
    seconds: float
    used: int = 0  # percent of our allowance there, when they say so


_listening: ContextVar[list[Exchange] | None] = ContextVar("exchanges", default=None)


@contextmanager
def listening() -> Iterator[list[Exchange]]:
    """Every call made inside this block is appended to the list, so that adapters need not report."""
    heard: list[Exchange] = []
    token = _listening.set(heard)
    try:
        yield heard
    finally:
        _listening.reset(token)


_until: ContextVar[float] = ContextVar("until", default=math.inf)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """No call of this block lasts beyond its end, whatever its own deadline is: somebody waits for all of them."""
    token = _until.set(min(_until.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(token)


@dataclass(slots=True)
class Client:
    """One vendor host. `judge(method, answer)` returns the error an answer means, or None when it is good.

    `private`: for a host that somebody wrote down, what may lie inside (see `ssrf`); it is connected to directly,
    past any proxy. None: a vendor's own. `limits`: the rests, in seconds, that the headers of any answer announce.
    While the owner of our token rests, nothing is sent: RateLimited. (Not `asks_first`: whoever calls has asked.)
    """

    base: str
    judge: Callable[[str, Answer], OutsideError | None]
    name: str = "The service"
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    deadline: float = DEADLINE
    gauge: Callable[[Mapping[str, str]], int] | None = None
    limits: Callable[[Mapping[str, str]], Iterable[tuple[Reach, float]]] | None = None
    private: Collection[str] | None = None
    asks_first: bool = True
    most: int = MOST  # bytes of an answer

    def get(self, path: str, **params: object) -> dict[str, Any]:
        return self.call("GET", path, params=params).json()

    def post(self, path: str, *, files: Mapping[str, Any] | None = None, **form: object) -> dict[str, Any]:
        return self.call("POST", path, data=form, files=files).json()

    def delete(self, path: str, **params: object) -> dict[str, Any]:
        return self.call("DELETE", path, params=params).json()

    def call(self, method: str, path: str, **sending: Any) -> Answer:  # noqa: ANN401 - requests' own keywords
        """One request, one answer. Raises what the answer, or its absence, means."""
        url = endpoints.address(f"{self.base}{path}")
        if self.asks_first:
            turnstile.check(turnstile.scopes_of(self._token), self.name)
        began = time.monotonic()
        answer, failed = self._answer(method, url, sending)
        self._note(method, url, answer, failed, began)
        self._heed(answer, failed)
        if failed:
            raise failed  # outside of any `except`: what requests raised holds the whole address and our headers
        assert answer is not None  # noqa: S101 - no answer is a failure
        return answer

    def _answer(self, method: str, url: str, sending: dict[str, Any]) -> tuple[Answer | None, OutsideError | None]:
        wire = _simulated() if _simulated else Line(self._seconds, pinned=self._pinned(url))
        try:
            answer = self._send(wire, method, url, sending)
        except (requests.RequestException, TransportError, OSError) as error:
            return None, _lost(method, self.name, never_sent=_never_sent(wire, error))
        return answer, self.judge(method, answer)

    @property
    def _seconds(self) -> float:
        return max(min(self.deadline, _until.get() - time.monotonic()), 0.05)

    @property
    def _token(self) -> str:
        return self.headers.get("Authorization", "").partition(" ")[2]

    def _heed(self, answer: Answer | None, failed: OutsideError | None) -> None:
        """Keep what was announced for all that it reaches, whatever became of this call."""
        told = failed.meant if isinstance(failed, Unanswered) else failed
        if isinstance(told, RateLimited):
            turnstile.heed(self._token, told)
        if answer is not None and self.limits is not None:
            for reach, seconds in self.limits(answer.headers):
                turnstile.announce(self._token, reach, seconds, code="usage")

    def _pinned(self, url: str) -> str:
        """Where to connect to; "" to where the name leads. What REMOTE_ROOT stands for is the operator's own world."""
        return "" if self.private is None or endpoints.is_mapped(url) else ssrf.checked(url, private=self.private)

    def _note(self, method: str, url: str, answer: Answer | None, failed: OutsideError | None, began: float) -> None:
        heard = _listening.get()
        if heard is None:
            return
        parts = urlsplit(url)
        said = answer.body.decode("utf-8", "replace") if answer else "no complete answer"
        for secret in self.headers.get("Authorization", "").split()[1:]:
            said = said.replace(secret, "[hidden]")
        heard.append(
            Exchange(
                asked=f"{method} {parts.netloc}{redact(parts.path)}",
                status=answer.status if answer else None,
                said=redact(said),
                trace=failed.trace if failed else Trace(),
                seconds=round(time.monotonic() - began, 3),
                used=self.gauge(answer.headers) if self.gauge and answer else 0,
            )
        )

    def _send(self, wire: BaseAdapter, method: str, url: str, sending: dict[str, Any]) -> Answer:
        seconds = self._seconds
        until = time.monotonic() + seconds
        with requests.Session() as session:
            session.trust_env = False  # no .netrc: it would replace our Authorization header
            session.proxies = get_environ_proxies(url) if self.private is None else {}
            for scheme in ("http://", "https://"):
                session.mount(scheme, wire)
            timeout = (min(10, seconds), seconds)
            with session.request(
                method, url, headers=self.headers, timeout=timeout, allow_redirects=False, stream=True, **sending
            ) as response:
                return Answer(response.status_code, response.headers, _read(response, until, self.most))


def _read(response: requests.Response, until: float, most: int) -> bytes:
    body = bytearray()
    while chunk := response.raw.read1(65536, decode_content=True):
        body += chunk
        if len(body) > most:
            raise requests.ConnectionError("the answer is too large")
        if time.monotonic() > until:
            break
    if time.monotonic() > until:  # an end that came from our side may look like theirs
        raise requests.ReadTimeout("the answer took too long")
    expected = response.headers.get("Content-Length")
    if expected and response.raw.length_remaining:
        raise requests.ConnectionError("the answer was cut off")
    return bytes(body)


def _lost(method: str, name: str, *, never_sent: bool) -> OutsideError:
    """Reading again is harmless; anything else may have happened already."""
    if never_sent:
        return Unavailable(outside.Unreachable(service=name))
    if method == "GET":
        return Unavailable(outside.Incomplete(service=name))
    return Unanswered(outside.NoAnswer(service=name))


def _never_sent(wire: BaseAdapter, error: Exception) -> bool:
    """No address, refused, no TLS, a proxy that let us not through: no connection, so nothing of it has left."""
    return not wire.stood if isinstance(wire, Line) else isinstance(error, requests.ConnectTimeout)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from a Retry-After header in either form (RFC 9110 10.2.3), between 0 and a day; None when unusable.

    Of the three spellings of a date (5.6.7) the oldest names no zone; all of them mean UTC.
    """
    raw = headers.get("Retry-After", "").strip()
    if raw.isascii() and raw.isdigit():
        return min(float(raw), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(raw)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return min(max((moment - clock.now()).total_seconds(), 0.0), LONGEST_WAIT)
