"""The weather between client and world: a WSGI layer that breaks requests as the fault rules say."""

from __future__ import annotations

import json
import socket
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.http import http_date
from werkzeug.wrappers import Response

from sandbox.faults import Complaint, Rule, on_the_wire
from sandbox.vendors import Vendor
from sandbox.world import World

SECRETS = {
    "access_token",
    "refresh_token",
    "client_secret",
    "code",
    "code_verifier",
    "fb_exchange_token",
    "input_token",
}
REMEMBERED_CALLS = 50_000
PIECE = b" " * 65_536


class HungUp(ConnectionError):
    """The sandbox closed the line without an answer, as it was told to."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a vendor, without anything secret."""

    at: float
    method: str
    host: str
    path: str
    status: int
    fault: str
    token_in: str
    secret_in_address: bool = False

    def as_json(self) -> dict[str, Any]:
        """For the control API."""
        return {name: getattr(self, name) for name in self.__slots__}


class Weather:
    """Around the Flask application: logs every call to a vendor and lets the fault rules strike it."""

    def __init__(self, app: WSGIApplication, world: World, vendors: tuple[Vendor, ...]) -> None:
        self.app = app
        self.world = world
        self.vendors = {host: vendor for vendor in vendors for host in vendor.hosts}
        self.calls: deque[Call] = deque(maxlen=REMEMBERED_CALLS)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        host, _, rest = environ.get("PATH_INFO", "/").lstrip("/").partition("/")
        if host not in self.vendors:
            return self.app(environ, start_response)
        method, path = environ["REQUEST_METHOD"], f"/{rest}"
        with self.world.lock:
            rule = on_the_wire(self.world, method, host, path, browser="HTTP_SEC_FETCH_MODE" in environ)
        status = 0
        try:
            response = self._answer(environ, host, rule)
            status = response.status_code
            response.headers["Date"] = http_date(self.world.now())  # it is what this world takes for the time
            return response(environ, start_response)
        finally:
            fault = rule.kind if rule else ""
            where, leaks = _where_the_token_is(environ), _leaks(environ)
            self.calls.append(Call(self.world.now(), method, host, path, status, fault, where, leaks))

    def _answer(self, environ: WSGIEnvironment, host: str, rule: Rule | None) -> Response:
        if rule is None:
            return self._do(environ)
        before = _BEFORE.get(rule.kind)
        if before is not None and not rule.after:
            return before(self, environ, host, rule)
        done = self._do(environ)
        return self._spoil(environ, host, rule, done)

    def _do(self, environ: WSGIEnvironment) -> Response:
        return Response.from_app(self.app, environ, buffered=True)

    def _spoil(self, environ: WSGIEnvironment, host: str, rule: Rule, done: Response) -> Response:
        if rule.kind == "lost":
            raise hang_up(environ)
        if rule.kind == "delay":
            self.world.outside.sleep(rule.seconds)
            return done
        if rule.kind in _SPOILED:
            return _SPOILED[rule.kind](environ, rule, done)
        return self._complain(environ, host, rule)

    def _drop(self, environ: WSGIEnvironment, _host: str, _rule: Rule) -> Response:
        raise hang_up(environ)

    def _delay(self, environ: WSGIEnvironment, _host: str, rule: Rule) -> Response:
        self.world.outside.sleep(rule.seconds)
        return self._do(environ)

    def _complain(self, _environ: WSGIEnvironment, host: str, rule: Rule) -> Response:
        if rule.kind == "redirect":
            return Response(status=rule.status or 307, headers={"Location": rule.message})
        if rule.body == "html":
            return Response(ERROR_PAGE, rule.status or 502, content_type="text/html; charset=utf-8")
        with self.world.lock:
            complaint = self.vendors[host].complain(self.world, rule)
        return _as_response(complaint, rule)


def hang_up(environ: WSGIEnvironment) -> HungUp:
    """Close the line under this request, if there is one; the error says so where there is none."""
    line = environ.get("werkzeug.socket")
    if line is not None:
        line.shutdown(socket.SHUT_RDWR)
    return HungUp("The sandbox hung up, as the fault panel says.")


ERROR_PAGE = "<!DOCTYPE html><title>Error</title><h1>Sorry, something went wrong.</h1>"
JSON_TYPE = "application/json; charset=UTF-8"


def _as_response(complaint: Complaint, rule: Rule) -> Response:
    response = Response(json.dumps(complaint.body), complaint.status, content_type=JSON_TYPE)
    response.headers.extend(list(complaint.headers))
    if rule.retry_after:
        response.headers["Retry-After"] = rule.retry_after
    return response


def _malformed(_environ: WSGIEnvironment, _rule: Rule, done: Response) -> Response:
    return Response('{"id": "17', done.status_code, content_type=JSON_TYPE)


def _empty(_environ: WSGIEnvironment, _rule: Rule, done: Response) -> Response:
    return Response("{}", done.status_code, content_type=JSON_TYPE)


def _truncated(environ: WSGIEnvironment, _rule: Rule, done: Response) -> Response:
    whole = done.get_data()

    def half() -> Iterator[bytes]:
        yield whole[: len(whole) // 2]
        if "werkzeug.socket" in environ:
            raise hang_up(environ)

    return _unmeasured(done, half(), len(whole))


def _trickle(environ: WSGIEnvironment, rule: Rule, done: Response) -> Response:
    whole = done.get_data()

    def drops() -> Iterator[bytes]:
        for index in range(len(whole)):
            time.sleep(rule.seconds or 1.0)
            yield whole[index : index + 1]

    return _unmeasured(done, drops(), len(whole))


def _flood(_environ: WSGIEnvironment, rule: Rule, done: Response) -> Response:
    size = rule.code or 2**31
    pieces = (PIECE[: min(len(PIECE), size - start)] for start in range(0, size, len(PIECE)))
    return _unmeasured(done, pieces, size)


def _unmeasured(done: Response, body: Iterable[bytes], length: int) -> Response:
    response = Response(body, done.status_code, content_type=done.content_type, direct_passthrough=True)
    response.headers["Content-Length"] = str(length)
    return response


_BEFORE = {
    "drop": Weather._drop,
    "delay": Weather._delay,
    "status": Weather._complain,
    "rate": Weather._complain,
    "error": Weather._complain,
    "expired": Weather._complain,
    "revoked": Weather._complain,
    "redirect": Weather._complain,
}
_SPOILED = {
    "truncated": _truncated,
    "malformed": _malformed,
    "empty": _empty,
    "trickle": _trickle,
    "flood": _flood,
}


def _where_the_token_is(environ: WSGIEnvironment) -> str:
    if "access_token" in parse_qs(environ.get("QUERY_STRING", "")):
        return "address"
    return "header" if environ.get("HTTP_AUTHORIZATION") else ""


def _leaks(environ: WSGIEnvironment) -> bool:
    """Whether the address itself holds something secret."""
    return not SECRETS.isdisjoint(parse_qs(environ.get("QUERY_STRING", "")))
