"""Error pages show an id that is in the log, too, and nothing of what went wrong inside."""

from __future__ import annotations

import logging
import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from poster import urls
from poster.config.logs import Redacting

CANARY = "EAAcanary0123456789"


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"it broke with access_token={CANARY}")


breaks.login_required = False  # type: ignore[attr-defined]
urlpatterns = [path("breaks/", breaks), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def error_id(response) -> str:
    found = re.search(r"Error id <code>([0-9a-f]{8})</code>", response.content.decode())
    assert found
    return found[1]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.fixture
def log(caplog):
    """What the install's own log would hold."""
    caplog.set_level(logging.INFO)

    def text() -> str:
        ours = (each for each in logging.getLogger().handlers if any(isinstance(f, Redacting) for f in each.filters))
        handler = next(ours)
        kept = [record for record in caplog.records if handler.filter(record)]
        return "\n".join(handler.format(record) for record in kept)

    return text


def test_a_broken_page_shows_an_id_and_the_log_says_what_broke(client, log) -> None:
    response = client.get("/breaks/?x=1")
    assert response.status_code == 500
    assert b"RuntimeError" not in response.content
    assert b"Traceback" not in response.content
    told = log()
    assert f"Error page {error_id(response)} (500): GET /breaks/" in told
    assert "RuntimeError: it broke" in told


def test_what_was_raised_is_logged_without_its_secret(client, log) -> None:
    client.get("/breaks/")
    assert CANARY not in log()
    assert "[hidden]" in log()


def test_every_error_page_has_an_id_of_its_own_that_is_in_the_log(client, alice, log) -> None:
    client.force_login(alice)
    answers = [
        (404, client.get("/nothing/here/")),
        (400, client.get("/dashboard/publishing/post/?owner__password__startswith=a")),
        (400, client.get("/", headers={"host": "evil.example.org"})),
        (403, client.get("/dashboard/queue/")),
        (403, client.post("/dashboard/pause/")),  # without the token of a form
    ]
    assert [answer.status_code for _, answer in answers] == [status for status, _ in answers]
    ids = {error_id(answer) for _, answer in answers}
    assert len(ids) == len(answers)
    assert all(each in log() for each in ids)


# -- what strangers can write into it ---------------------------------------------------------------------------------
LONG = "x" * 20_000
MOST = 1_000  # bytes


@pytest.mark.parametrize(
    ("status", "ask"),
    [
        (404, lambda client: client.get(f"/{LONG}")),
        (404, lambda client: client.get(f"/picture/{LONG}")),
        (400, lambda client: client.get("/", headers={"host": f"{LONG}.example.org"})),
        (400, lambda client: client.get("/", headers={"host": "evil.example.org"})),
        (400, lambda client: client.post("/accounts/login/", {f"field{n}": "x" for n in range(1_100)})),
        (400, lambda client: client.get(f"/dashboard/publishing/post/?owner__password__startswith={LONG}")),
        (400, lambda client: client.get(f"/dashboard/publishing/post/?owner__{LONG}=a")),
        (403, lambda client: client.get("/dashboard/queue/")),
        (403, lambda client: client.post("/dashboard/pause/")),
        (403, lambda client: client.post("/dashboard/pause/", headers={"origin": f"https://{LONG}.org"})),
        (405, lambda _client: Client().put("/robots.txt")),
    ],
)
def test_what_is_refused_is_a_line_or_two(status: int, ask, client, alice, log) -> None:
    client.force_login(alice)
    assert ask(client).status_code == status
    told = log()
    assert "Traceback" not in told
    assert 0 < len(told.encode()) < MOST


def test_a_page_that_breaks_tells_its_address_cut(client, log) -> None:
    client.get(f"/breaks/?{LONG}")
    assert "Traceback" in log()
    assert LONG[:500] not in log()


def test_nobody_writes_a_line_of_their_own(client, log) -> None:
    client.get("/a%0A2026-01-01%20ERROR%20poster:%20forged%0Db%E2%80%A8c")
    assert not any(line.startswith(("2026-01-01", "b", "c")) for line in log().splitlines())


@pytest.mark.parametrize(
    "where", ["/picture/{}", "/join/{}/", "/accounts/confirm-email/{}/", "/accounts/password/reset/key/{}/"]
)
def test_an_address_that_opens_something_is_not_told_whole(where: str, client, log) -> None:
    token = "WyJlZmJkMjhmOC1lMjZi:1xXo6u:fTHAgwgwE6E_-ZVsfywb6h6pb5NYzCN0SVebnVqU0kc"
    client.get(f"{where.format(token)}nothing/here/")
    assert token[:12] not in log()
    assert "[hidden]" in log()


def test_an_error_page_keeps_the_content_security_policy(client) -> None:
    for where in ("/breaks/", "/nothing/here/"):
        response = client.get(where)
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
