"""An install is called by the operator's PUBLIC_URL, in mails and everywhere; never by what a request says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.models import User
from accounts.sign_in import invitations
from poster.config import env, hosts
from poster.permissions import Caller
from poster.web import canonical_host
from tests import factories

ROOT = Path(__file__).resolve().parent.parent.parent
REAL = "https://poster.example.org"
NEAR = ["localhost", "127.0.0.1", "[::1]"]
LINK = re.compile(r"https?://[^\s\"<>]+")


def settled(var: Path, **environment: str) -> dict[str, object]:
    """The settings as they come out in a process of their own."""
    names = ["PUBLIC_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DEFAULT_FROM_EMAIL"]
    ask = f"import json; from poster import settings as s; print(json.dumps({{n: getattr(s, n) for n in {names}}}))"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    given = kept | {"VAR": str(var)} | environment
    told = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, env=given, capture_output=True, text=True, check=True)
    return dict(json.loads(told.stdout))


@pytest.mark.parametrize(
    ("given", "url", "allowed"),
    [
        ({}, "", [*NEAR, "localhost"]),
        ({"PUBLIC_URL": "http://127.0.0.1:8000"}, "http://127.0.0.1:8000", [*NEAR, "127.0.0.1"]),
        ({"PUBLIC_URL": REAL}, REAL, ["poster.example.org"]),
        ({"PUBLIC_URL": "https://Poster.Example.ORG.:443/"}, REAL, ["poster.example.org"]),
        ({"PUBLIC_URL": "https://Bücher.example"}, "https://xn--bcher-kva.example", ["xn--bcher-kva.example"]),
        ({"PUBLIC_URL": "https://straße.example:84"}, "https://xn--strae-oqa.example:84", ["xn--strae-oqa.example"]),
        ({"PUBLIC_URL": "https://[2001:DB8:0::7]"}, "https://[2001:db8::7]", ["[2001:db8::7]"]),
        (
            {"PUBLIC_URL": REAL, "ALLOWED_HOSTS": "Küche.lan, .Example.com"},
            *(REAL, ["xn--kche-0ra.lan", ".example.com", "poster.example.org"]),
        ),
    ],
)  # fmt: skip
def test_a_name_is_kept_as_browsers_send_it_and_a_real_one_is_the_only_one(
    given: dict[str, str], url: str, allowed: list[str], tmp_path: Path
) -> None:
    told = settled(tmp_path, **given)
    assert (told["PUBLIC_URL"], told["ALLOWED_HOSTS"]) == (url, allowed)
    assert told["CSRF_TRUSTED_ORIGINS"] == ([url] if url else [])
    assert str(told["DEFAULT_FROM_EMAIL"]).isascii()


@pytest.mark.parametrize("url", ["https://bü_cher.example", "https://a\u00adb..example", "https://[zz::1]"])
def test_what_no_machine_can_be_called_is_refused(url: str, monkeypatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", url)
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL"):
        env.origin("PUBLIC_URL")


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.9.9.9:1", "[::1]", "[::1]:8000", "::1"]
)
def test_names_of_this_machine_are_known(host: str) -> None:
    assert hosts.is_loopback(host)
    assert not hosts.is_loopback(f"{host.strip('[]').partition(':')[0]}.example.org")


@pytest.fixture
def named(settings, db: None):
    """With a real name. Another one is let in too, as an operator may want it, and a stranger may use it."""
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = REAL, ["poster.example.org", "other.example.net"]
    settings.CSRF_TRUSTED_ORIGINS = [REAL]
    cache.clear()  # how many mails were asked for


def mails_of_all_kinds(client: Client, ann: User) -> None:
    """A reset, a confirmation, an invitation."""
    client.post("/accounts/password/reset/", {"email": ann.email})
    bea = factories.person("Bea", password=factories.PASSWORD)
    EmailAddress.objects.create(user=bea, email=bea.email, verified=False, primary=True)
    client.post("/accounts/login/", {"login": bea.email, "password": factories.PASSWORD})
    invitations.invite("cleo@example.org", by=Caller.of(factories.person("Olga", operator=True)))


@pytest.mark.parametrize("url", [REAL, ""])
def test_links_in_mails_lead_to_our_own_address_whatever_the_request_says(url: str, named: None, settings) -> None:
    settings.PUBLIC_URL = url
    ann = factories.person("Ann", password=factories.PASSWORD)
    mails_of_all_kinds(Client(HTTP_HOST="other.example.net"), ann)
    links = [link for message in mail.outbox for link in LINK.findall(str(message.body))]
    assert len(mail.outbox) == len(links) == 3
    assert {link for link in links if not link.startswith(f"{canonical_host.root()}/")} == set()
    assert not any("other.example.net" in str(message.message()) for message in mail.outbox)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]", "evil.example.org"])
def test_another_host_is_refused_on_a_page_that_says_so_and_not_what_ours_is(host: str, named: None, caplog) -> None:
    answer = Client(HTTP_HOST=host, raise_request_exception=False).get("/accounts/login/")
    assert answer.status_code == 400
    assert answer.templates[0].name == "400_host.html"
    assert "poster.example.org" not in answer.content.decode()
    assert REAL in caplog.text


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_this_machine_may_ask_for_its_health_and_nothing_else(host: str, named: None) -> None:
    client = Client(HTTP_HOST=host, raise_request_exception=False)
    assert client.get("/health/").status_code in {200, 503}
    assert {client.get(path).status_code for path in ("/", "/robots.txt", "/picture/x.jpg", "/dashboard/")} == {400}
    assert Client(HTTP_HOST="evil.example.org", raise_request_exception=False).get("/health/").status_code == 400


@pytest.mark.parametrize(
    ("headers", "template"),
    [
        ({"origin": "https://evil.example.org"}, "403_origin.html"),
        ({"origin": "null"}, "403_origin.html"),
        ({"origin": "http://poster.example.org"}, None),
        ({"origin": REAL}, "403_csrf.html"),
        ({}, "403_csrf.html"),
    ],
)
def test_a_form_from_elsewhere_is_told_from_one_that_is_old(
    headers: dict[str, str], template: str | None, named: None, caplog
) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_HOST="poster.example.org")
    answer = client.post("/accounts/login/", {"login": "a@b.c"}, headers=headers)
    assert answer.status_code == 403
    if template:
        assert answer.templates[0].name == template
    assert (REAL in caplog.text) == (template == "403_origin.html")
    assert REAL not in answer.content.decode()
