"""The documented proxies, for real: where a visitor comes from is what the proxy says, whatever they write themself."""

from __future__ import annotations

import http.client
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIRequest

from operations import trust_checks, web_server
from poster.web import proxies
from poster.web.proxies import Lack
from tests.operations.served import Web, serve
from tests.security import fronts
from tests.security.fronts import A_RANGE, Front

SOMEBODY = "203.0.113.9"
FORGED = {
    "X_Forwarded_For": SOMEBODY,
    "Forwarded": f"for={SOMEBODY};proto=http;host=evil.example.org",
    "CF_Connecting_IP": SOMEBODY,
    "X_Real_IP": SOMEBODY,
    "X_Forwarded_Host": "evil.example.org",
    "X_Forwarded_Proto": "http",
}
FROM = "127.0.0.5"  # of loopback: where the visitor of the test really comes from
Run = Callable[[Path, str, int], AbstractContextManager[Front]]


@pytest.fixture
def web(transactional_db: None, settings, tmp_path: Path) -> Iterator[Web]:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = f"https://{fronts.NAME}", [fronts.NAME]
    settings.BEHIND_PROXY = proxies.USUAL
    settings.SECURE_PROXY_SSL_HEADER, settings.SECURE_SSL_REDIRECT = ("HTTP_X_FORWARDED_PROTO", "https"), True
    settings.VAR = tmp_path / "var"
    with serve(web_server.Limits()) as running:
        yield running


@contextmanager
def front(run: Run, folder: Path, block: str, web: Web) -> Iterator[Front]:
    try:
        with run(folder, block, web.port) as opened:
            yield opened
    except FileNotFoundError as error:
        pytest.skip(f"{error} is not installed (.ci/packages installs it)")


def visitor(web: Web) -> str:
    return proxies.visitor_of(WSGIRequest(web.seen))


def in_cloudflare(block: str, source: str) -> str:
    return fronts.changed(block, (A_RANGE, f"{source}/32"))


def nginx_for_cloudflare(source: str) -> str:
    more = in_cloudflare(fronts.documented("nginx-cloudflare"), source)
    return fronts.changed(
        fronts.documented("nginx"), (f"server_name {fronts.NAME};", f"server_name {fronts.NAME};\n{more}")
    )


@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_the_documented_proxy_tells_where_visitors_come_from_whatever_they_write(
    name: str, web: Web, tmp_path: Path
) -> None:
    with front(getattr(fronts, name), tmp_path, fronts.documented(name), web) as proxy:
        for forged in ({}, *({name: value} for name, value in FORGED.items()), FORGED):
            answer = proxy.get("/accounts/login/", source=FROM, **forged)
            assert (answer.status, visitor(web)) == (200, FROM), forged
            assert WSGIRequest(web.seen).get_host() == fronts.NAME
        for path in ("/picture/x.jpg", "/robots.txt", "/health/"):
            assert proxy.get(path).status in {200, 404, 503}
    assert proxies.seen() is Lack.NOTHING
    assert [told[1] for told in trust_checks.proxy()] == ["ok"]


@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_behind_cloudflare_its_header_counts_and_only_from_it(name: str, web: Web, tmp_path: Path) -> None:
    block = {
        "nginx": nginx_for_cloudflare,
        "caddy": lambda source: in_cloudflare(fronts.documented("caddy-cloudflare"), source),
    }[name]
    with front(getattr(fronts, name), tmp_path, block(FROM), web) as proxy:
        assert proxy.get("/accounts/login/", source=FROM, CF_Connecting_IP="198.51.100.7").status == 200
        assert visitor(web) == "198.51.100.7"
        forged = {**FORGED, "CF_Connecting_IP": "198.51.100.8"}
        assert proxy.get("/accounts/login/", source=FROM, **forged).status == 200
        assert visitor(web) == "198.51.100.8"
        web.seen = {}
        try:
            proxy.get("/accounts/login/", source="127.0.0.6", CF_Connecting_IP=SOMEBODY)
        except (OSError, http.client.HTTPException):
            assert (name, web.seen) == ("caddy", {})
        else:
            assert visitor(web) == "127.0.0.6"


@pytest.mark.parametrize(
    ("line", "lack"),
    [
        ("        proxy_set_header X-Forwarded-For $remote_addr;\n", Lack.ADDRESS),
        ("        proxy_set_header X-Forwarded-Proto $scheme;\n", Lack.SCHEME),
    ],
)
def test_the_doctor_notices_what_a_proxy_does_not_tell(line: str, lack: Lack, web: Web, tmp_path: Path) -> None:
    assert list(trust_checks.proxy()) == []
    with front(fronts.nginx, tmp_path, fronts.changed(fronts.documented("nginx"), (line, "")), web) as proxy:
        proxy.get("/robots.txt")
    assert proxies.seen() is lack
    assert [(told[1], str(told[2])) for told in trust_checks.proxy()] == [("warning", str(trust_checks.LACKS[lack]))]


def test_the_doctor_notices_a_proxy_that_is_not_believed(web: Web, tmp_path: Path, settings) -> None:
    settings.BEHIND_PROXY = settings.SECURE_PROXY_SSL_HEADER = None
    with front(fronts.nginx, tmp_path, fronts.documented("nginx"), web) as proxy:
        proxy.get("/robots.txt")
        assert visitor(web) == "127.0.0.1"
    assert proxies.seen() is Lack.UNBELIEVED


@pytest.mark.parametrize(
    ("written", "peer", "headers", "visitor"),
    [
        ("no", "127.0.0.1", {"X-Forwarded-For": SOMEBODY}, "127.0.0.1"),
        ("yes", "127.0.0.1", {"X-Forwarded-For": f"1.2.3.4, {SOMEBODY}"}, SOMEBODY),
        ("yes", "::ffff:172.17.0.1", {"X-Forwarded-For": SOMEBODY}, SOMEBODY),
        ("yes", "198.51.100.1", {"X-Forwarded-For": SOMEBODY}, "198.51.100.1"),
        ("yes", "127.0.0.1", {"CF-Connecting-IP": SOMEBODY, "Forwarded": f"for={SOMEBODY}"}, "127.0.0.1"),
        ("CF-Connecting-IP", "127.0.0.1", {"CF-Connecting-IP": SOMEBODY, "X-Forwarded-For": "1.2.3.4"}, SOMEBODY),
        ("X-Real-IP from 198.51.100.0/24", "198.51.100.1", {"X-Real-IP": SOMEBODY}, SOMEBODY),
        ("X-Real-IP from 198.51.100.0/24, ::1", "127.0.0.1", {"X-Real-IP": SOMEBODY}, "127.0.0.1"),
        ("X-Real-IP from 198.51.100.0/24, ::1", "::1", {"X-Real-IP": "2001:db8::5"}, "2001:db8::5"),
    ],
)
def test_one_setting_says_which_header_is_believed_and_of_whom(
    written: str, peer: str, headers: dict[str, str], visitor: str, rf: Any, settings
) -> None:
    settings.BEHIND_PROXY = proxies.behind(written)
    request = rf.get("/", REMOTE_ADDR=peer, headers=headers)
    told: list[str] = []

    proxies.Front(lambda asked: told.append(proxies.visitor_of(asked)))(request)
    assert told == [visitor]
    kept = {name for name in proxies.TOLD if name in request.META}
    assert bool(kept) == (written == "no" or proxies.is_believed(request))


@pytest.mark.parametrize(
    "written", ["true", "maybe", "X-Nonsense", "yes from 10.0.0.5/8", "X-Real-IP from home", "X-Real-IP from"]
)
def test_nonsense_about_the_proxy_is_refused(written: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="BEHIND_PROXY"):
        proxies.behind(written)


def test_the_addresses_of_one_ipv6_network_are_one_visitor(settings) -> None:
    """Whoever has one of them has all the rest: a share of places for each would be a share for nobody."""
    settings.BEHIND_PROXY = None
    one, same, other = (proxies.connected(each) for each in ("2001:db8:1:2::5", "2001:db8:1:2:f::9", "2001:db8:1:3::5"))
    assert one == same != other


def test_what_a_proxy_showed_long_ago_is_forgotten(settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    proxies._note(Lack.SCHEME)
    assert proxies.seen() == Lack.SCHEME
    os.utime(tmp_path / "run" / "proxy", (0, 0))
    assert proxies.seen() is None
