"""The server of the web part: whoever is slow holds nobody up, and HTTP is spoken as the standard says."""

from __future__ import annotations

import http.client
import resource
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings as ours
from django.urls import reverse
from waitress.buffers import ReadOnlyFileBasedBuffer

from bench import crowd
from operations import web_server
from poster.web import proxies
from publishing.public_pictures import addresses
from tests import factories
from tests.held import show
from tests.operations.served import PATIENCE, Web, serve, until

SIZE = 8 * 2**20
SLOW = 200
HASTY = web_server.Limits(idle=1.0, request=1.5, answer=1.5, rate=10.0**9)
PATIENT = web_server.Limits(idle=600.0, request=600.0, answer=600.0)  # so that a busy machine throws nobody out


@pytest.fixture
def web(transactional_db: None) -> Iterator[Web]:
    with serve(web_server.Limits()) as running:
        yield running


@pytest.fixture
def picture(transactional_db: None, settings, tmp_path: Path) -> str:
    """The path of a picture of 8 MB, on its way."""
    settings.SPOOL = tmp_path / "spool"
    alice = factories.person("Alice")
    page = factories.channel(alice, "instagram")
    delivery = factories.delivery(factories.post(alice, page), page, "prepared")
    show(delivery, bytes(range(256)) * (SIZE // 256))
    return reverse("picture", args=[addresses.token(delivery, 0)])


@pytest.mark.slow
def test_two_hundred_slow_visitors_hold_nobody_up(transactional_db: None, picture: str) -> None:
    with serve(PATIENT) as web, crowd.Crowd(web.port, picture, SLOW, come_back=False).here() as slow:
        crowd.until(slow)
        fetched = requests.get(f"{web.root}{picture}", timeout=PATIENCE)
        page = requests.get(f"{web.root}/accounts/login/", timeout=PATIENCE)
        held = slow.held()
        assert (fetched.status_code, len(fetched.content), page.status_code) == (200, SIZE, 200)
        assert len(held) == SLOW
        assert all(each.got < SIZE for each in held if each.kind == "reader")


@pytest.mark.thorough
def test_two_hundred_slow_visitors_for_five_minutes(web: Web, picture: str, capsys) -> None:
    """Whoever is thrown out comes back. The figures are printed, and not judged: the machine may be busy."""
    pages: list[Any] = []
    fetches: list[Any] = []
    fewest, end = SLOW, time.monotonic() + 300
    with crowd.Crowd(web.port, picture, SLOW).here() as slow:
        crowd.until(slow)
        while time.monotonic() < end:
            for path, took in [("/accounts/login/", pages), (picture, fetches)]:
                answer = requests.get(f"{web.root}{path}", timeout=PATIENCE)
                assert answer.status_code == 200
                took.append(answer.elapsed.total_seconds())
            fewest = min(fewest, len(slow.held()))
            time.sleep(1)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with capsys.disabled():
        print(f"page {max(pages):.3f} s at most, picture {max(fetches):.3f} s, held {fewest} at least, {memory} MB")  # noqa: T201
    assert fewest > 0


def test_who_is_late_has_to_go_whatever_trickles(transactional_db: None, picture: str) -> None:
    with serve(HASTY) as web, crowd.Crowd(web.port, picture, 6, come_back=False).here() as slow, web.door() as silent:
        until(lambda: not slow.held())
        assert silent.recv(1) == b""
        assert requests.get(f"{web.root}/accounts/login/", timeout=PATIENCE).status_code == 200


def test_when_all_places_are_taken_the_slowest_make_room(transactional_db: None, picture: str) -> None:
    limits = web_server.Limits(places=20)
    with serve(limits) as web, crowd.Crowd(web.port, picture, 60).here() as slow:
        until(lambda: slow.thrown_out)
        page = requests.get(f"{web.root}/accounts/login/", timeout=PATIENCE)
        assert page.status_code == 200
        assert len(web.server.active_channels) <= limits.places + limits.spare


@contextmanager
def junk(port: int, count: int) -> Iterator[list[int]]:
    """A stranger with `count` connections that never send a whole header; whoever is thrown out is back at once."""
    ended, thrown_out = threading.Event(), [0]

    def come() -> socket.socket:
        door = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        door.sendall(b"GET / HTTP/1.1\r\n")
        return door

    def go_on() -> None:
        doors = [come() for _ in range(count)]
        while not ended.wait(0.02):
            for closed in select.select(doors, [], [], 0)[0]:
                thrown_out[0] += 1
                doors[doors.index(closed)] = come()
                closed.close()
        for each in doors:
            each.close()

    stranger = threading.Thread(target=go_on, daemon=True)
    stranger.start()
    try:
        yield thrown_out
    finally:
        ended.set()
        stranger.join(PATIENCE)


def asked_for(picture: str, visitor: str = "") -> bytes:
    header = f"X-Forwarded-For: {visitor}\r\n" if visitor else ""
    return f"GET {picture} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n".encode()


def test_who_gets_on_is_not_thrown_out_for_whoever_has_only_just_come(transactional_db: None, picture: str) -> None:
    """At two megabytes a second the picture takes many times the moment that everybody has."""
    limits = web_server.Limits(places=30, spare=4, moment=0.3)
    with serve(limits) as web, junk(web.port, 60) as thrown_out:
        until(lambda: thrown_out[0])
        with narrow_door(web, asked_for(picture)) as reading:
            got = 0
            while got < SIZE and (sip := reading.recv(65536)):
                got += len(sip)
                time.sleep(len(sip) / (2 * 2**20))
        assert got >= SIZE
        assert thrown_out[0] > limits.places


def test_who_has_stopped_reading_goes_before_who_reads(transactional_db: None, picture: str) -> None:
    limits = web_server.Limits(places=6, spare=2, moment=0.3)
    with serve(limits) as web, ExitStack() as doors:
        reading = doors.enter_context(narrow_door(web, asked_for(picture)))
        stopped = [doors.enter_context(narrow_door(web, asked_for(picture))) for _ in range(5)]
        assert all(each.recv(1) for each in (reading, *stopped)), "all of them are in"
        end, got = time.monotonic() + 8, 0
        while time.monotonic() < end and len(web.server.active_channels) > limits.places - 2:
            got += len(reading.recv(4096))
            time.sleep(0.01)
        assert len(web.server.active_channels) <= limits.places - limits.spare
        before = got
        while got < before + 2**20 and (sip := reading.recv(65536)):
            got += len(sip)
        assert got >= before + 2**20
        assert any(not reads_on(each) for each in stopped)


def test_an_address_with_more_than_its_share_gives_some_back_first(
    transactional_db: None, picture: str, settings
) -> None:
    settings.BEHIND_PROXY = proxies.USUAL
    limits = web_server.Limits(places=8, spare=2, moment=0.3)
    with serve(limits) as web, ExitStack() as doors:
        others = [doors.enter_context(narrow_door(web, asked_for(picture, f"192.0.2.{n}"))) for n in range(4)]
        assert all(each.recv(1) for each in others)
        time.sleep(1)
        greedy = [doors.enter_context(narrow_door(web, asked_for(picture, "198.51.100.1"))) for _ in range(8)]
        until(lambda: 0 < len(web.server.active_channels) < limits.places)
        assert all(reads_on(each) for each in others)
        assert not all(reads_on(each) for each in greedy)


@contextmanager
def narrow_door(web: Web, first: bytes) -> Iterator[socket.socket]:
    """One that takes little before it is read: what lies in the system's buffers would look as if it were."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        door.settimeout(PATIENCE)
        door.connect(("127.0.0.1", web.port))
        door.sendall(first)
        yield door


def reads_on(door: socket.socket) -> bool:
    """Whether the rest of the answer comes."""
    try:
        got = 0
        while got < SIZE // 2 and (sip := door.recv(2**20)):
            got += len(sip)
    except ConnectionError:
        return False
    return got >= SIZE // 2


def test_what_is_under_way_finishes_before_the_end(web: Web, picture: str) -> None:
    with web.door() as idle, web.door(b"GET /held/ HTTP/1.1\r\nHost: localhost\r\n\r\n") as waiting:
        with web.door(f"GET {picture} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()) as reading:
            until(lambda: len(web.server.active_channels) == 3)
            reading.recv(1000)
            web.server.end()
            assert idle.recv(1) == b""
            web.hold.set()
            answer = http.client.HTTPResponse(waiting)
            answer.begin()
            assert answer.read() == b"held"
            rest = 0
            while sip := reading.recv(65536):
                rest += len(sip)
            assert rest > SIZE - 1000
        assert web.thread is not None
        web.thread.join(PATIENCE)
        assert not web.thread.is_alive()


def test_a_connection_serves_one_request_after_the_other_and_head_has_no_body(web: Web, picture: str) -> None:
    line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE)
    told = []
    for method, path in [("HEAD", picture), ("HEAD", "/accounts/login/"), ("GET", "/robots.txt"), ("GET", picture)]:
        line.request(method, path)
        answer = line.getresponse()
        body = answer.read()
        told.append((answer.status, len(body) if method == "GET" else body))
        assert answer.headers["Date"]
        assert answer.headers["Server"] is None
        assert int(answer.headers["Content-Length"]) == len(body) or method == "HEAD"
    line.close()
    assert [status for status, _ in told] == [200] * 4
    assert [body for _, body in told[:2]] == [b"", b""]
    assert told[3][1] == SIZE


def test_parts_static_files_and_what_is_not_changed(web: Web, picture: str) -> None:
    part = requests.get(f"{web.root}{picture}", headers={"Range": "bytes=256-511"}, timeout=PATIENCE)
    assert (part.status_code, part.content) == (206, bytes(range(256)))
    assert (part.headers["Content-Range"], part.headers["Content-Length"]) == (f"bytes 256-511/{SIZE}", "256")
    tail = requests.get(f"{web.root}{picture}", headers={"Range": "bytes=100-"}, timeout=PATIENCE)
    assert (tail.status_code, tail.content) == (206, (bytes(range(256)) * (SIZE // 256))[100:])
    sheet = requests.get(f"{web.root}/static/poster/frame.css", timeout=PATIENCE)
    assert (sheet.status_code, sheet.headers["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    asked = {"If-Modified-Since": sheet.headers["Last-Modified"]}
    again = requests.get(f"{web.root}/static/poster/frame.css", headers=asked, timeout=PATIENCE)
    assert (again.status_code, again.content) == (304, b"")


def test_a_part_that_nobody_reads_is_neither_in_memory_nor_copied(web: Web, picture: str) -> None:
    """The server has the file itself in its hands, and no buffer with what it read of it."""
    asked = f"GET {picture} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=1-\r\n\r\n".encode()
    with narrow_door(web, asked) as door:
        assert door.recv(12) == b"HTTP/1.1 206"
        until(lambda: all(not each.requests for each in web.server.active_channels.values()))
        waiting = [each for channel in web.server.active_channels.values() for each in channel.outbufs]
        assert max(len(each) for each in waiting if isinstance(each, ReadOnlyFileBasedBuffer)) > SIZE // 4
        assert sum(len(each) for each in waiting if not isinstance(each, ReadOnlyFileBasedBuffer)) < 10_000


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 40_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
    ],
)
def test_what_is_too_long_or_no_http_is_refused_at_once(web: Web, sent: bytes, status: int) -> None:
    with web.door(sent) as door:
        answer = http.client.HTTPResponse(door)
        answer.begin()
        assert answer.status == status


def test_a_body_without_end_is_given_up(web: Web) -> None:
    with web.door(b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n") as door:
        chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
        for _ in range(2 * ours.DATA_UPLOAD_MAX_MEMORY_SIZE // 0x10000 - 1):
            door.sendall(chunk)
        door.sendall(chunk)
        answer = http.client.HTTPResponse(door)
        answer.begin()
        assert answer.status == 413


def test_who_asks_is_told_by_the_connection_and_no_header_can_slip_in(web: Web, settings) -> None:
    settings.BEHIND_PROXY = proxies.USUAL
    sent = {"X_Forwarded_For": "192.0.2.1", "X-Forwarded-For": "192.0.2.2", "X-Forwarded-Proto": "https"}
    requests.get(f"{web.root}/robots.txt", headers=sent, timeout=PATIENCE)
    assert web.seen["REMOTE_ADDR"] == "127.0.0.1"
    assert web.seen["HTTP_X_FORWARDED_FOR"] == "192.0.2.2"
    assert web.seen["wsgi.url_scheme"] == "http"
