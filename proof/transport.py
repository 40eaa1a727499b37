"""The wire between the engine and the sandbox: a requests adapter that calls the WSGI application, with trouble."""

from __future__ import annotations

import io
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from django.db import connection
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse
from werkzeug.test import run_wsgi_app

from proof.faults import LONGEST_STOP, Fault, Kind, Place, Said, Trouble
from proof.invariants import Sent
from proof.simulation import Simulation
from sandbox.faults import Rule
from sandbox.meta.numbered import by_number
from sandbox.meta.rows import Photo
from sandbox.world import World

JSON = "application/json; charset=UTF-8"
COMMITS = ("/feed", "/photo_stories", "/media_publish", "/threads_publish")
SWITCH = re.compile(r"/\d+_\d+$")  # of a Page's post, which is laid down unpublished
STAGES = ("/photos", "/media", "/threads")
TRIMMED = 0.3  # of all posts: the platform changes their spaces a little
SAME_AGAIN = 0.5  # a container that is published again names the same post; otherwise it is refused
SPOILED = {"malformed": b'{"id": "17', "empty": b"", "nothing": b"{}", "null": b'{"id": null}'}


class Killed(BaseException):
    """The worker dies here. Nothing in the product catches it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer on its way back."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Wire(BaseAdapter):
    """Everything that the engine says to the outside goes through here. `quiet_from`: from then on all is well."""

    def __init__(self, app: Any, world: World, simulation: Simulation, trouble: Trouble) -> None:  # noqa: ANN401
        super().__init__()
        self.app = app
        self.world = world
        self.simulation = simulation
        self.trouble = trouble
        self.quiet_from = 0.0
        self.intents: Callable[[int], int] = lambda _delivery: 0  # how many are durable in the ledger
        self.rescue: Callable[[int], None] = lambda _delivery: None  # told when a worker is stopped in a call
        self.calls = 0
        self.struck: Counter[str] = Counter()
        self.places: list[tuple[Place, str]] = []
        self.commits: list[Sent] = []
        self.inside_transactions = 0
        self._numbers: Counter[int] = Counter()
        self._published: Counter[int] = Counter()
        self._speaking = threading.local()
        self._adapter = HTTPAdapter()

    @contextmanager
    def about(self, delivery: int) -> Iterator[None]:
        """What is said in this block, in this thread, is about this delivery."""
        self._speaking.delivery = delivery
        try:
            yield
        finally:
            self._speaking.delivery = None

    def note(self, place: Place, fault: Fault) -> None:
        """A fault strikes."""
        self.struck[fault.name] += 1
        self.places.append((place, fault.name))

    def close(self) -> None:
        """Nothing to close."""

    def send(self, request: requests.PreparedRequest, *_args: object, **_options: object) -> requests.Response:
        """One call, with what goes wrong on its way there, over there, and on its way back."""
        delivery = getattr(self._speaking, "delivery", None)
        if delivery is None:
            return self._heard(request, self._do(request))
        self.calls += 1
        self._numbers[delivery] += 1
        place, kind = Place(delivery, "call", self._numbers[delivery]), kind_of(request)
        fault = self.trouble.at_call(place, kind) if self.simulation.now() < self.quiet_from else None
        if fault:
            self.note(place, fault)
        self._check(delivery, kind, fault or FINE)
        self._set_the_world(place, kind, request, fault)
        reply = self._through(request, place, kind, fault or FINE)
        return self._heard(request, reply)

    def _check(self, delivery: int, kind: Kind, fault: Fault) -> None:
        """Nobody may hold the database while they speak, and what publishes needs its intent written down."""
        inside = connection.in_atomic_block
        self.inside_transactions += inside
        if kind is Kind.COMMIT:
            intact = fault.done and not (fault.silent or fault.said or fault.spoils or fault.dies == "after")
            self._published[delivery] += 1
            marked = not inside and self.intents(delivery) == self._published[delivery]
            self.commits.append(Sent(delivery, fault.name, clear=fault.proven or intact, marked=marked))

    def never_left(self, delivery: int, fault: Fault, *, intents: int) -> None:
        """Its worker was stopped at a statement. Behind its mark and before its call, nobody knows that nothing left:
        it counts as a call that was not answered, and has to be asked about like one."""
        if intents == self._published[delivery] + 1:
            self._published[delivery] += 1
            self.commits.append(Sent(delivery, fault.name, clear=False, marked=True))

    def _through(self, request: requests.PreparedRequest, place: Place, kind: Kind, fault: Fault) -> Reply:
        dice = self.trouble.dice(place, "times")
        self._stop(place.delivery, "before", kind, fault)
        if fault.dies == "before":
            raise Killed
        if not fault.reaches:
            raise requests.ConnectTimeout("simulated: never reached")
        if fault.late:
            moment = self.simulation.now() + fault.wait + dice.uniform(1, fault.late)
            self.simulation.happen(moment, lambda: self._do_late(request))
        self.simulation.sleep(dice.uniform(0.05, 1.0))
        reply = self._do(request) if fault.done else None
        self.simulation.sleep(dice.uniform(0.05, 1.0))
        self._stop(place.delivery, "after", kind, fault)
        if fault.dies == "after":
            raise Killed
        return self._answer(reply, fault)

    def _stop(self, delivery: int, where: str, kind: Kind, fault: Fault) -> None:
        """The process is stopped for a while; longer than its lease, if it likes."""
        if fault.sleeps[0] != where:
            return
        self.rescue(delivery)
        most = LONGEST_STOP if (where, kind) == ("before", Kind.COMMIT) else fault.sleeps[1]
        self.simulation.sleep(self.trouble.dice("stop", delivery, self.simulation.now()).uniform(1, most))

    def _answer(self, reply: Reply | None, fault: Fault) -> Reply:
        if fault.silent:
            self.simulation.sleep(fault.wait)
            raise requests.ReadTimeout("simulated: no answer") if fault.wait else requests.ConnectionError("simulated")
        if fault.said:
            return self._said(fault.said)
        assert reply is not None  # noqa: S101 - what is neither silent nor said was done
        if fault.spoils == "truncated":
            return Reply(reply.status, reply.body[: len(reply.body) // 2], reply.headers)
        if fault.spoils:
            return Reply(reply.status, SPOILED[fault.spoils], {"Content-Type": JSON})
        return reply

    def _said(self, said: Said) -> Reply:
        headers = {"Content-Type": JSON if said.code else "text/html"}
        if said.retry_after:
            date = formatdate(self.simulation.now() + 300, usegmt=True)
            headers["Retry-After"] = date if said.retry_after == "date" else said.retry_after
        body = said.body
        if said.code:
            body = json.dumps(by_number(said.code, said.subcode).body("simulated")).encode()
        return Reply(said.status, body, headers)

    def _set_the_world(self, place: Place, kind: Kind, request: requests.PreparedRequest, fault: Fault | None) -> None:
        """What the world does at this very call: its standing weaknesses, and the fault's."""
        rules: dict[str, Rule] = {}
        for name, number in fault.world if fault else ():
            rules[name] = Rule(name, name, seconds=number, code=int(number))
        if kind is Kind.READ:
            rules.setdefault("listing_lag", Rule("lag", "listing_lag", seconds=self.trouble.lagging(place)))
            rules["listing_misses"] = Rule("blind", "listing_misses", probability=self.trouble.blind)
            if self._names_no_post(request):
                rules["no_story_id"] = Rule("story", "no_story_id")
        if kind is Kind.COMMIT and self.trouble.is_so("edited", place, TRIMMED):
            rules["edited_text"] = Rule("edited", "edited_text")
        if kind is Kind.COMMIT and self.trouble.is_so("again", place.delivery, SAME_AGAIN):
            rules["second_publish"] = Rule("again", "second_publish", variant="same")
        table = self.world.table(Rule)
        table.clear()
        table.update(rules)

    def _names_no_post(self, request: requests.PreparedRequest) -> bool:
        photo = self.world.table(Photo).get(urlsplit(request.url or "").path.rpartition("/")[2])
        return photo is not None and self.trouble.is_so("photo", number_in(photo.alt_text), self.trouble.blind)

    def _do_late(self, request: requests.PreparedRequest) -> None:
        self.world.table(Rule).clear()
        self._do(request)

    def _do(self, request: requests.PreparedRequest) -> Reply:
        """The sandbox carries it out."""
        body, status, headers = run_wsgi_app(self.app, environ(request), buffered=True)
        return Reply(int(status.split()[0]), b"".join(body), dict(headers))

    def _heard(self, request: requests.PreparedRequest, reply: Reply) -> requests.Response:
        raw = HTTPResponse(io.BytesIO(reply.body), reply.headers, reply.status, preload_content=False)
        return self._adapter.build_response(request, raw)


FINE = Fault("")


def kind_of(request: requests.PreparedRequest) -> Kind:
    """Does this call read, lay down, or publish?"""
    path = urlsplit(request.url or "").path
    if request.method != "POST":
        return Kind.READ
    hidden = "unpublished_content_type=DRAFT" in str(request.body or "")
    return Kind.COMMIT if (path.endswith(COMMITS) and not hidden) or SWITCH.search(path) else Kind.STAGE


def number_in(alt_text: str) -> int:
    """The delivery whose picture has this alternative text; -1 for none of ours."""
    number = alt_text.rpartition(" ")[2]
    return int(number) if number.isdigit() else -1


def environ(request: requests.PreparedRequest) -> dict[str, Any]:
    """The request as WSGI wants it."""
    parts = urlsplit(request.url or "")
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    made = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "HTTP_HOST": parts.netloc,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        made[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    return made
