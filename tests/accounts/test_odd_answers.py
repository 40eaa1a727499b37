"""Token addresses that answer oddly: what makes no sense is refused or read with care. No token is in an address."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from accounts.providers import PROVIDERS, App, CodeRefused, Grant
from accounts.providers.google.reasons import NotLastingYet
from accounts.providers.meta.versions import VERSION
from poster import clock
from poster.errors import OutsideError, Refused, Unavailable
from poster.http import client as http
from tests.accounts.browsing import OURS, query, sent_back
from tests.facts import with_reason
from tests.house import grant
from tests.sandbox_fixture import Box

ALL = ["google", "facebook", "instagram", "threads"]
APP = App("1", "secret-of-our-app")
BACK = "https://poster.example.org/connect/x/back/"
GOOD = {"access_token": "EAAgood", "refresh_token": "1//good", "scope": "a b", "user_id": 17}


class Wire(BaseAdapter):
    """Answers the first call as told, and every later one with an empty list."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__()
        self.answers = [(status, body)]
        self.asked: list[Any] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        self.asked.append(request)
        status, body = self.answers.pop() if self.answers else (200, b'{"data": []}')
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, request.url or ""
        response.raw = HTTPResponse(io.BytesIO(body), {"Content-Length": str(len(body))}, status, preload_content=False)
        return response

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def answering() -> Iterator[Any]:
    """`answering(status, body)`: the outside answers that, in every language of bodies."""

    def make(status: int, body: object) -> Wire:
        wire = Wire(status, body if isinstance(body, bytes) else json.dumps(body).encode())
        http.use(lambda: wire)
        return wire

    yield make
    http.use(None)


def exchanged(provider: str) -> Grant:
    return PROVIDERS[provider]().exchange(APP, "a code", BACK, "v" * 43)


@pytest.mark.parametrize("provider", ALL)
@pytest.mark.parametrize("life", [0, -5, "soon", None, True, 10**20, [], 3.5])
def test_i90_an_odd_life_is_taken_for_an_hour(provider: str, life: object, answering) -> None:
    answering(200, GOOD | {"expires_in": life})
    left = exchanged(provider).expires_at - clock.now()
    assert dt.timedelta(minutes=59) < left <= dt.timedelta(hours=1)


@pytest.mark.parametrize("provider", ALL)
def test_i90_a_life_in_quotes_is_read(provider: str, answering) -> None:
    answering(200, GOOD | {"expires_in": "7200"})
    assert exchanged(provider).expires_at - clock.now() > dt.timedelta(minutes=119)


@pytest.mark.parametrize("provider", ALL)
@pytest.mark.parametrize("token", ["", None, 17, "x" * 10_000, "a\r\nX-Evil: 1", "tökén", ["a"]])
def test_i90_a_token_that_cannot_be_one_is_refused(provider: str, token: object, answering) -> None:
    answering(200, GOOD | {"access_token": token})
    with pytest.raises(OutsideError) as caught:
        exchanged(provider)
    assert "x" * 100 not in str(caught.value)


def test_i90_google_without_a_lasting_permission_says_what_to_do(answering) -> None:
    answering(200, {name: value for name, value in GOOD.items() if name != "refresh_token"})
    with pytest.raises(Refused, check=with_reason(NotLastingYet)):
        exchanged("google")


@pytest.mark.parametrize("provider", ALL)
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"[" * 5000, b"\xff", b'{"data": []}'])
def test_an_answer_that_is_none_is_told_as_such(provider: str, body: bytes, answering) -> None:
    answering(200, body)
    with pytest.raises(OutsideError):
        exchanged(provider)


@pytest.mark.parametrize("body", [GOOD | {"permissions": ["a", "b"]}, {"data": [GOOD | {"permissions": "a,b"}]}])
def test_instagram_may_answer_flat_or_wrapped(body: dict[str, Any], answering) -> None:
    answering(200, body)
    assert exchanged("instagram").scopes == ("a", "b")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Matching code was not found or was already used", CodeRefused),
        ("Invalid platform app", Refused),
        ("Error validating client secret.", Refused),
    ],
)
def test_instagrams_words_are_told_apart(said: str, kind: type[Exception], answering) -> None:
    answering(400, {"error_type": "OAuthException", "code": 400, "error_message": said})
    with pytest.raises(Refused) as caught:
        exchanged("instagram")
    assert type(caught.value) is kind


@pytest.mark.parametrize("provider", ALL)
def test_s5_nothing_secret_stands_in_the_address_of_an_exchange(provider: str, answering) -> None:
    wire = answering(200, GOOD)
    exchanged(provider)
    asked = wire.asked[0]
    assert (asked.method, "?" in asked.url) == ("POST", False)
    assert "secret-of-our-app" in asked.body


@pytest.mark.parametrize("tail", ["#_=_", "#_"])
def test_what_they_hang_on_to_a_code_is_taken_off(tail: str, answering) -> None:
    provider = "facebook" if tail == "#_=_" else "instagram"
    wire = answering(200, GOOD)
    PROVIDERS[provider]().exchange(APP, f"code{tail}", BACK, "")
    assert "code=code&" in f"{wire.asked[0].body}&"


# What is documented with a token or a secret in the address, and in no other way. Everything else must not.
DOCUMENTED = {
    ("graph.instagram.com", f"/{VERSION}/access_token"),
    ("graph.instagram.com", f"/{VERSION}/refresh_access_token"),
    ("graph.threads.net", "/v1.0/access_token"),
    ("graph.threads.net", "/v1.0/refresh_access_token"),
    ("graph.threads.net", "/v1.0/debug_token"),
    ("graph.facebook.com", f"/{VERSION}/debug_token"),
}


@pytest.mark.parametrize("provider", ALL)
def test_s5_only_what_is_documented_so_has_a_token_in_its_address(provider: str, sandbox: Box, settings) -> None:
    settings.REMOTE_ROOT = sandbox.root
    made = (sandbox.person() | sandbox.person("google"))[provider]
    app = App(made.get("client_id") or made["app_id"], made.get("client_secret") or made["app_secret"])
    adapter, mine = PROVIDERS[provider](), grant(made)
    short = Grant(mine.access_token, mine.refresh_token, clock.now() + dt.timedelta(hours=1), mine.scopes)
    page = adapter.authorize_url(app, OURS, "state", "v" * 43)
    form = {"decision": "allow", "account": made.get("email") or made["account_id"], "scope": adapter.scopes}
    code = query(sent_back(requests.post(page, data=form, timeout=10, allow_redirects=False)))["code"]
    for act in (
        lambda: adapter.exchange(app, code, OURS, "v" * 43),
        lambda: adapter.lengthen(short, app),
        lambda: adapter.identify(mine, app),
        lambda: adapter.discover(mine, app),
        lambda: adapter.refresh(mine, app),
        lambda: adapter.check(mine.access_token, app),
        lambda: adapter.revoke(mine, app),
    ):
        try:
            act()
        except (Refused, Unavailable):
            continue
    told = {(call["host"], call["path"]) for call in sandbox.calls() if call["secret_in_address"]}
    assert told == {place for place in DOCUMENTED if provider in place[0]}
