"""How we speak with the outside: once, with a deadline, and knowing what may have happened."""

from __future__ import annotations

import gzip
import re
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from poster import clock
from poster.errors import OutsideError, RateLimited, Trace, Unanswered, Unavailable
from poster.http import client as http
from poster.http.client import Answer, Client
from poster.reasons.outside import Unreachable
from tests.facts import Said, with_reason

GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"id":"123"}'


class Peer:
    """A server that answers each connection with raw bytes and remembers what it was asked."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.root = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.asked: list[bytes] = []
        self.reply: Callable[[], bytes] = lambda: GOOD
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            with peer:
                self.asked.append(_request(peer))
                peer.sendall(self.reply())


def _request(peer: socket.socket) -> bytes:
    """Head and body, whole."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += peer.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += peer.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def peer(settings) -> Iterator[Peer]:
    settings.REMOTE_ROOT = ""
    peer = Peer()
    yield peer
    peer.listener.close()


def judge(method: str, answer: Answer) -> OutsideError | None:
    if answer.status == 429:
        return RateLimited(Said(words="slow down"), retry_after=http.retry_after(answer.headers))
    return None if answer.status < 400 else Unavailable(Said(words="no"), trace=Trace(status=answer.status))


def client(peer: Peer, **fields: object) -> Client:
    headers = {"Authorization": "Bearer EAABsecrettoken"}
    return Client(base=peer.root, judge=judge, name="The peer", headers=headers, **fields)  # type: ignore[arg-type]


def test_a_good_answer_comes_back(peer: Peer) -> None:
    assert client(peer).post("/feed", message="hello") == {"id": "123"}
    assert b"message=hello" in peer.asked[0]


def test_ids_beyond_2_to_the_53_stay_exact(peer: Peer) -> None:
    peer.reply = lambda: b'HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{"id":179841234567890123}'
    assert client(peer).get("/me")["id"] == 179841234567890123


def test_a_lost_answer_to_a_post_may_have_happened(peer: Peer) -> None:
    peer.reply = lambda: b""
    with pytest.raises(Unanswered):
        client(peer).post("/feed")
    assert len(peer.asked) == 1  # and no library has sent it again


def test_a_lost_answer_to_a_get_is_merely_unavailable(peer: Peer) -> None:
    peer.reply = lambda: b""
    with pytest.raises(Unavailable):
        client(peer).get("/me")


def test_a_cut_off_answer_is_no_answer(peer: Peer) -> None:
    peer.reply = lambda: b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"id":"1'
    with pytest.raises(Unanswered):
        client(peer).post("/feed")


def test_a_refused_connection_did_certainly_not_happen(peer: Peer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        peer.root = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(Unavailable, check=with_reason(Unreachable)):
        client(peer).post("/feed")


def test_a_redirect_is_not_followed(peer: Peer) -> None:
    peer.reply = lambda: b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    assert client(peer).call("POST", "/feed").status == 307
    assert len(peer.asked) == 1


def test_an_endless_answer_is_given_up(peer: Peer) -> None:
    body = b"x" * (http.MOST + 1)
    peer.reply = lambda: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with pytest.raises(Unanswered):
        client(peer).post("/feed")


def test_a_small_answer_that_unpacks_to_a_huge_one_is_given_up(peer: Peer) -> None:
    body = gzip.compress(b"x" * (http.MOST * 10))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    peer.reply = lambda: head % len(body) + body
    with pytest.raises(Unanswered):
        client(peer).post("/feed")


def test_no_exception_and_no_exchange_holds_the_token(peer: Peer) -> None:
    peer.reply = lambda: b""
    with http.listening() as heard, pytest.raises(Unanswered) as caught:
        client(peer).post("/feed?access_token=EAABsecrettoken", access_token="EAABsecrettoken")
    assert "secrettoken" not in repr(caught.value) + str(caught.value.__cause__) + repr(heard)
    assert heard[0].asked.startswith("POST 127.0.0.1")


def test_what_was_said_is_remembered(peer: Peer) -> None:
    with http.listening() as heard:
        client(peer).get("/me")
    assert (heard[0].status, heard[0].said) == (200, '{"id":"123"}')


@pytest.mark.parametrize(
    ("header", "seconds"), [("120", 120), ("0", 0), ("-5", None), ("soon", None), ("", None), ("999999999", 86400)]
)
def test_retry_after_in_seconds(header: str, seconds: float | None) -> None:
    assert http.retry_after({"Retry-After": header}) == seconds


def test_retry_after_as_a_date() -> None:
    moment = clock.now().replace(microsecond=0)
    header = moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
    wait = http.retry_after({"Retry-After": header})
    assert wait is not None
    assert 0 <= wait <= 1
