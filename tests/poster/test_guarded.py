"""Addresses that somebody wrote down lead outside, or where the operator has allowed it, and nowhere else."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from poster.errors import OutsideError, Refused, Unavailable
from poster.http import ssrf
from poster.http.client import Client
from poster.reasons.addresses import AddressRefused, LeadsInside
from tests.contracts.model_server import Reply, serving
from tests.facts import with_reason
from writing.captioners import CAPTIONERS, Brief, Key

PUBLIC = "93.184.216.34"
BRIEF = Brief(prompt="", language="en", hard_limit=500, sweet_spot=100, max_hashtags=3)

ODDLY_SPELLED = [
    *("file:///etc/passwd", "gopher://h:70/_x", "ftp://h/x", "dict://h:11211/", "ldap://h", "//h/x", "h:80", "", "https://"),
    *("https://user:pw@h/", "https://user@h/", "http://h@127.0.0.1/", "http://[::1", "http://h:99999/", "http://h:0/"),
    *("http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://1/"),
    *("http://①②⑦.⓪.⓪.①/", "http://loc\u0430lhost/", "http://h\t/", "http://h\\@127.0.0.1/", "http://h .org/"),
    *("http://h\r\nX-Evil: 1/", "http://h%00.org/", "http://[fe80::1%25eth0]/", "http://-h/", "http://h..org/"),
    "http://" + "a" * 300 + "/",
]  # fmt: skip
INSIDE = [
    *("127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"),
    *("::1", "fd00::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
]
NEVER = [
    *("0.0.0.0", "0.1.2.3", "169.254.169.254", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),  # noqa: S104
    *("192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "::", "fe80::1", "ff02::1"),
    *("fec0::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "2001::1", "64:ff9b:1::1", "100::1"),
    *("::127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"),
]


def web(ip: str, port: int = 80) -> str:
    return f"http://[{ip}]:{port}/" if ":" in ip else f"http://{ip}:{port}/"


@pytest.mark.parametrize("url", ODDLY_SPELLED)
def test_an_address_in_an_odd_spelling_is_refused_before_any_name_is_asked_for(url: str) -> None:
    def ask(host: str, port: int) -> list[str]:
        raise AssertionError("it was asked for")

    with pytest.raises(Refused, check=with_reason(AddressRefused)):
        ssrf.checked(url, resolve=ask)


@pytest.mark.parametrize("ip", [*INSIDE, *NEVER])
def test_what_leads_inside_is_refused_as_a_number_and_behind_a_name(ip: str) -> None:
    with pytest.raises(Refused):
        ssrf.checked(web(ip))
    with pytest.raises(Refused, check=with_reason(LeadsInside)):
        ssrf.checked("https://models.example.org/v1", resolve=lambda host, port: [ip])


@pytest.mark.parametrize("ip", INSIDE)
def test_the_operator_can_allow_a_host_inside_by_its_name_and_port(ip: str) -> None:
    def inside(host: str, port: int) -> list[str]:
        return [ip]

    assert ssrf.checked("http://models:8080/v1", private=["models:8080"], resolve=inside)
    for other in ("models:80", "models", "other:8080", "*", ""):
        with pytest.raises(Refused, check=with_reason(LeadsInside, name="models:8080")):
            ssrf.checked("http://models:8080/v1", private=[other], resolve=inside)


# What no connection of ours goes to: both ends of each range, and what lies right beside it on the open internet.
RANGES = {
    "0.0.0.0/8": "1.0.0.0",
    "10.0.0.0/8": "9.255.255.255 11.0.0.0",
    "100.64.0.0/10": "100.63.255.255 100.128.0.0",
    "127.0.0.0/8": "126.255.255.255 128.0.0.0",
    "169.254.0.0/16": "169.253.255.255 169.255.0.0",
    "172.16.0.0/12": "172.15.255.255 172.32.0.0",
    "192.0.0.0/24": "191.255.255.255 192.0.1.0",
    "192.0.2.0/24": "192.0.1.255 192.0.3.0",
    "192.88.99.0/24": "192.88.98.255 192.88.100.0",
    "192.168.0.0/16": "192.167.255.255 192.169.0.0",
    "198.18.0.0/15": "198.17.255.255 198.20.0.0",
    "198.51.100.0/24": "198.51.99.255 198.51.101.0",
    "203.0.113.0/24": "203.0.112.255 203.0.114.0",
    "224.0.0.0/4": "223.255.255.255",
    "240.0.0.0/4": "",
    "::/128": "",
    "::1/128": "",
    "::/96": "",
    "::ffff:0:0:0/96": "",
    "64:ff9b:1::/48": "",
    "100::/64": "",
    "100:0:0:1::/64": "",
    "::/3": "2000::",
    "2001::/32": "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:2::/48": "",
    "2001:10::/28": "",
    "2001:20::/28": "",
    "2001::/23": "2001:200::",
    "2001:db8::/32": "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff 2001:db9::",
    "2002::/16": "2003::",
    "3fff::/20": "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff 3fff:1000::",
    "4000::/2": "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "5f00::/16": "",
    "8000::/1": "",
    "fc00::/7": "",
    "fe80::/10": "",
    "fec0::/10": "",
    "ff00::/8": "",
}


def is_open(ip: str) -> bool:
    try:
        ssrf.checked("https://h.org/", resolve=lambda host, port: [ip])
    except Refused:
        return False
    return True


@pytest.mark.parametrize(("closed", "beside"), RANGES.items())
def test_a_range_is_closed_from_end_to_end_and_not_beyond(closed: str, beside: str) -> None:
    network = ipaddress.ip_network(closed)
    ends = [str(network[0]), str(network[network.num_addresses // 2]), str(network[-1])]
    assert [ip for ip in ends if is_open(ip)] == []
    assert [ip for ip in beside.split() if not is_open(ip)] == []


@pytest.mark.parametrize(("closed", "beside"), [(each, near) for each, near in RANGES.items() if "." in each])
@pytest.mark.parametrize("prefix", ["::ffff:0:0", "64:ff9b::"])
def test_an_ipv4_address_in_an_ipv6_one_is_that_address(prefix: str, closed: str, beside: str) -> None:
    network, base = ipaddress.ip_network(closed), int(ipaddress.ip_address(prefix))

    def wrapped(ip: object) -> str:
        return str(ipaddress.IPv6Address(base + int(ipaddress.ip_address(str(ip)))))

    assert [ip for ip in (network[0], network[-1]) if is_open(wrapped(ip))] == []
    assert [ip for ip in beside.split() if not is_open(wrapped(ip))] == []


def test_the_table_of_ranges_is_the_one_that_is_tried() -> None:
    """So that it does not matter what Python's own tables say, and no range goes untried."""
    assert {str(each) for each in ssrf.CLOSED} <= set(RANGES)


@pytest.mark.parametrize("ip", NEVER)
def test_what_is_nobodys_server_cannot_be_allowed(ip: str) -> None:
    with pytest.raises(Refused):
        ssrf.checked("http://models:80/", private=["models:80"], resolve=lambda host, port: [ip])


def test_one_bad_answer_among_good_ones_is_enough() -> None:
    with pytest.raises(Refused):
        ssrf.checked("https://h.org/", resolve=lambda host, port: [PUBLIC, "127.0.0.1"])


@pytest.mark.parametrize("ip", [PUBLIC, "2606:4700::1111", "64:ff9b::5db8:d822"])
def test_what_is_public_is_fine(ip: str) -> None:
    assert ssrf.checked("https://h.org/", resolve=lambda host, port: [ip])


def test_a_name_that_nobody_knows_may_be_known_later() -> None:
    with pytest.raises(Unavailable):
        ssrf.checked("https://h.org/", resolve=lambda host, port: [])


@pytest.mark.parametrize(
    "url", ["http://localhost:6379", "http://127.0.0.1/", "http://[::ffff:7f00:1]/", "http://10.1.2.3"]
)
def test_some_lead_inside_for_sure(url: str) -> None:
    assert ssrf.surely_inside(url)
    assert not ssrf.surely_inside("https://models.example.org")


@dataclass
class Server:
    """Counts who comes, and sends everybody on to another place."""

    port: int = 0
    onward: str = ""
    came: list[str] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.came.append(str(self.headers["Host"]))
            self.send_response(302 if told.onward else 200)
            self.send_header("Location", told.onward)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = running.server_port
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield told
    running.shutdown()
    running.server_close()


def client(url: str, *private: str) -> Client:
    return Client(url, lambda method, answer: None, private=private)


def test_a_server_inside_gets_no_connection_unless_it_is_allowed(server: Server, settings) -> None:
    settings.REMOTE_ROOT = ""
    url = f"http://localhost:{server.port}"
    with pytest.raises(Refused):
        client(url).call("GET", "/")
    assert server.came == []
    client(url, f"localhost:{server.port}").call("GET", "/")
    assert server.came == [f"localhost:{server.port}"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the socket that did not get out
def test_a_name_that_is_public_first_and_inside_afterwards_leads_nowhere(server: Server, settings, monkeypatch) -> None:
    """The connection goes to what was checked: the server inside hears nothing, whatever the name says by then."""
    settings.REMOTE_ROOT = ""
    answers = iter([PUBLIC])
    really = socket.getaddrinfo

    def rebinding(host: str, port: int, *more: object, **options: object) -> object:
        if host == "rebinds.example.org":
            return really(next(answers, "127.0.0.1"), port, type=socket.SOCK_STREAM)
        return really(host, port, *more, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    url = f"http://rebinds.example.org:{server.port}"
    with pytest.raises(AssertionError, match=PUBLIC):  # the guard of the tests: nothing leaves this machine
        client(url).call("GET", "/")
    with pytest.raises(Refused):
        client(url).call("GET", "/")
    assert server.came == []


def test_a_redirect_is_not_followed(server: Server, settings) -> None:
    settings.REMOTE_ROOT = ""
    server.onward = f"http://127.0.0.1:{server.port}/secret"
    answer = client(f"http://localhost:{server.port}", f"localhost:{server.port}").call("GET", "/")
    assert (answer.status, len(server.came)) == (302, 1)


def test_the_operators_model_server_is_asked_only_where_it_is_allowed(settings, tmp_path) -> None:
    settings.REMOTE_ROOT = ""
    picture = tmp_path / "picture.jpg"
    picture.write_bytes(b"jpeg")
    with serving() as models:
        where = models.root.replace("127.0.0.1", "localhost")
        models.say(Reply({"choices": [{"finish_reason": "stop", "message": {"content": "Bread on a table."}}]}))
        key = Key(base_url=f"{where}/v1", model="llava")
        with pytest.raises(Refused, check=with_reason(LeadsInside)):
            CAPTIONERS["compatible"]().describe([picture], BRIEF, key)
        assert models.asked == []
        allowed = Key(base_url=f"{where}/v1", model="llava", private=frozenset({where.removeprefix("http://")}))
        assert CAPTIONERS["compatible"]().describe([picture], BRIEF, allowed).text == "Bread on a table."
        assert models.asked[0].headers["host"] == where.removeprefix("http://")
        models.say(Reply({}, status=302, headers={"Location": f"{where}/secret"}))
        before = len(models.asked)
        with pytest.raises(OutsideError):
            CAPTIONERS["compatible"]().describe([picture], BRIEF, allowed)
        assert {asked.path for asked in models.asked[before:]} == {"/v1/chat/completions"}


def test_what_the_remote_root_stands_for_is_the_operators_own_world(server: Server, settings) -> None:
    settings.REMOTE_ROOT = f"http://127.0.0.1:{server.port}"
    client("https://bucket.example.org").call("GET", "/x")
    assert len(server.came) == 1
