"""What can happen to one call on a real line, and what we conclude: certainly not sent, or it may have happened."""

from __future__ import annotations

import datetime as dt
import gzip
import ipaddress
import resource
import socket
import ssl
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from accounts.providers.meta import client as meta
from poster.errors import OutsideError, RateLimited, Unanswered, Unavailable
from poster.http import client as http
from poster.http.client import Answer, Client
from poster.http.connection import Line
from poster.reasons.outside import Unreachable
from tests.facts import with_reason
from tests.faults.peers import OK, Behave, Peer, peer, request, resetting, saying

SOON = 0.4  # seconds: a deadline that a test can wait for


def client(of: Peer, *, deadline: float = 10) -> Client:
    return Client(base=of.address, judge=judge, name="The peer", deadline=deadline)


def judge(_method: str, answer: Answer) -> OutsideError | None:
    return meta.judge("The peer", _method, answer)


@pytest.fixture(autouse=True)
def _no_sandbox(settings) -> None:
    settings.REMOTE_ROOT = ""


def page(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


# --- certainly not sent


def test_a_name_that_nobody_knows_was_never_reached() -> None:
    with pytest.raises(Unavailable, check=with_reason(Unreachable)):
        Client("http://nobody.invalid", judge).post("/feed")


def test_a_certificate_that_is_not_theirs_ends_it_before_anything_is_said(tls: ssl.SSLContext) -> None:
    with peer(saying(OK), tls=tls) as impostor:
        with pytest.raises(Unavailable, check=with_reason(Unreachable)):
            client(impostor).post("/feed", message="secret plans")
        assert impostor.heard == []


def test_a_proxy_that_wants_a_password_was_never_passed(monkeypatch) -> None:
    with peer(saying(page("407 Proxy Authentication Required"))) as proxy:
        monkeypatch.setenv("https_proxy", proxy.address)
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(Unavailable, check=with_reason(Unreachable)):
            Client("https://graph.facebook.com", judge).post("/feed", message="secret plans")
        assert [heard.split(b" ")[0] for heard in proxy.heard] == [b"CONNECT"]
        assert b"secret plans" not in proxy.heard[0]


# --- sent, and then


def reset_inside_the_body(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
    resetting(line)


AFTER_IT_WAS_SENT: dict[str, Behave] = {
    "hung up without a word": lambda line: None,
    "reset without a word": resetting,
    "reset inside the answer": reset_inside_the_body,
    "half a status line": saying(b"HTTP/1.1 2"),
    "half the headers": saying(b"HTTP/1.1 200 OK\r\nContent-Ty"),
    "half the body": saying(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"id": "1'),
    "half a chunk": saying(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{"id": "1'),
    "no HTTP at all": saying(b"220 smtp.example.org ESMTP\r\n"),
    "headers without end": saying(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000),
    "broken compression": saying(page("200 OK", b"no gzip", "Content-Encoding: gzip")),
    "a compression bomb": saying(page("200 OK", gzip.compress(b" " * http.MOST * 20), "Content-Encoding: gzip")),
}


@pytest.mark.parametrize("behave", AFTER_IT_WAS_SENT.values(), ids=AFTER_IT_WAS_SENT)
def test_whatever_happens_after_it_was_sent_it_may_have_happened(behave: Behave) -> None:
    with peer(behave) as other:
        with pytest.raises(Unanswered):
            Client(other.address, graph_judge).post("/feed", message="once")
        assert len(other.heard) == 1
        with pytest.raises(Unavailable) as caught:
            client(other).get("/feed")
        assert type(caught.value) is Unavailable


def graph_judge(method: str, answer: Answer) -> OutsideError | None:
    """As at the call that publishes: nothing is proven."""
    return meta._judge_commit(frozenset(), "The peer", method, answer)


def test_a_tls_error_after_it_was_sent_is_not_taken_for_one_before(tls: ssl.SSLContext, certificate: Path) -> None:
    """To the library both are an SSLError. Taken for one before, it would be sent again at once."""

    def garble(line: socket.socket) -> None:
        socket.socket.sendall(line, b"\x17\x03\x03\x00\x20" + b"?" * 32)

    with peer(garble, tls=tls) as other:
        line = Line(10)
        with requests.Session() as session:
            session.mount("https://", line)
            with pytest.raises(requests.exceptions.SSLError):
                session.post(f"{other.address}/feed", data={"message": "once"}, verify=str(certificate))
        assert len(other.heard) == 1
        assert line.stood


HEAD, BODY = OK[: -len(b'{"id": "12_345"}')], OK[-len(b'{"id": "12_345"}') :]


@pytest.mark.parametrize(
    ("at_once", "slowly", "most"), [(b"", OK, len(HEAD)), (HEAD, BODY, len(BODY))], ids=["headers", "body"]
)
def test_an_answer_that_trickles_is_given_up_at_the_deadline_of_the_whole_call(
    at_once: bytes, slowly: bytes, most: int
) -> None:
    """No single byte is long in coming, and in the end it would be whole and good; but we do not wait for it."""

    def trickle(line: socket.socket) -> None:
        line.sendall(at_once)
        other.dribble(line, slowly, every=0.1)

    with peer(saying(OK)) as other:
        other.behave = trickle
        with pytest.raises(Unanswered):
            client(other, deadline=SOON).post("/feed")
        assert other.dribbled < most
        assert len(other.heard) == 1


def test_an_answer_that_ends_just_when_we_hang_up_is_not_taken_for_whole() -> None:
    """Without a length, the end of the line is the end of the answer; here it is our own doing."""
    with peer(saying(OK)) as other:
        other.behave = lambda line: other.dribble(line, b'HTTP/1.1 200 OK\r\n\r\n{"id": "1"}', every=0)
        with pytest.raises(Unanswered):
            client(other, deadline=SOON).post("/feed")


def test_one_who_does_not_read_what_we_send_is_given_up_too() -> None:
    def ignore(line: socket.socket) -> None:
        other.leaving.wait(30)

    with socket.create_server(("127.0.0.1", 0)) as deaf:
        other = Peer(f"http://127.0.0.1:{deaf.getsockname()[1]}", ignore)
        with pytest.raises(Unanswered):
            client(other, deadline=SOON).post("/photos", files={"source": ("p.jpg", b"x" * 30_000_000, "image/jpeg")})


def test_a_line_that_only_stands_after_the_deadline_is_not_used() -> None:
    with peer(saying(OK)) as other:
        line = Line(60)
        line.hang_up()
        with requests.Session() as session:
            session.mount("http://", line)
            with pytest.raises(requests.ConnectTimeout):
                session.post(f"{other.address}/feed")
        assert not line.stood


# --- never twice, never elsewhere


def test_each_call_has_a_line_of_its_own_so_that_none_is_stale() -> None:
    """A library that finds a kept line dead sends the request again on a new one; there is no kept line here."""

    def answer_and_keep(line: socket.socket) -> None:
        line.sendall(OK)
        request(line)  # waits for a second request on the same line

    with peer(answer_and_keep) as other:
        for _ in range(3):
            client(other).post("/feed")
        assert (len(other.heard), other.connections) == (3, 3)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_leads_nowhere_and_the_token_with_it(status: str) -> None:
    with peer(saying(OK)) as elsewhere:
        moved = saying(page(status, b"", f"Location: {elsewhere.address}/feed"))
        with peer(moved) as other:
            speaking = Client(other.address, graph_judge, headers={"Authorization": "Bearer EAABtoken"})
            with pytest.raises(Unanswered):
                speaking.post("/feed", message="once")
            assert len(other.heard) == 1
        assert elsewhere.connections == 0


def test_a_page_in_the_way_that_says_200_is_no_answer_of_theirs() -> None:
    with peer(saying(page("200 OK", b"<html>Please pay for this WiFi</html>"))) as portal, pytest.raises(Unanswered):
        Client(portal.address, graph_judge).post("/feed")


def test_an_answer_without_end_costs_little_memory() -> None:
    def flood(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not other.leaving.is_set():
            line.sendall(b" " * 65536)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with peer(flood) as other, pytest.raises(Unanswered):
        client(other).post("/feed")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


# --- Retry-After, in every form


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("Retry-After: 120", 120, 120),
        ("Retry-After: IN AN HOUR", 3000, 3600),
        ("Retry-After: Fri, 31 Dec 1999 23:59:59 GMT", 3600, 3600),  # long past: their word is worth nothing
        ("Retry-After: -5", 3600, 3600),
        ("Retry-After: soon", 3600, 3600),
        ("Retry-After: ", 3600, 3600),
        ("X-Nothing: here", 3600, 3600),
        ("Retry-After: 999999999", 86400, 86400),
        ("Retry-After: " + "9" * 400, 86400, 86400),
        ("Retry-After: Fri, 31 Dec 99999 23:59:59 GMT", 3600, 3600),
        ("Retry-After: Fri, 31 Dec 99999999999999999999 23:59:59 GMT", 3600, 3600),
        ("Retry-After: AS PROGRAMS WROTE IT IN 1989", 7000, 7200),
    ],
)
def test_how_long_to_wait_is_understood_in_every_form(header: str, least: float, most: float) -> None:
    in_an_hour, in_two = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours) for hours in (1, 2))
    header = header.replace("IN AN HOUR", f"{in_an_hour:%a, %d %b %Y %H:%M:%S GMT}")
    header = header.replace("AS PROGRAMS WROTE IT IN 1989", f"{in_two:%a %b %e %H:%M:%S %Y}")
    with peer(saying(page("429 Too Many Requests", b"", header))) as busy, pytest.raises(RateLimited) as caught:
        client(busy).get("/feed")
    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most


# --- certificates


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Signed by nobody but itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "peer")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "peer.pem"
    path.write_bytes(private + made.public_bytes(pem))
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
