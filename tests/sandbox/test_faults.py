"""The fault panel: each kind of trouble, as a client meets it."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Client, numbers
from tests.sandbox_fixture import Box


def post(page: Client, words: str = "Hello") -> requests.Response:
    """The call that all of these strike."""
    return page.ask("POST", "me/feed", message=words)


def test_a_drop_does_nothing_and_hangs_up(sandbox: Box, page: Client) -> None:
    sandbox.fault("drop", method="POST", times=1)
    with pytest.raises(requests.ConnectionError):
        post(page)
    assert sandbox.feed() == []
    assert post(page).status_code == 200


def test_a_lost_answer_did_it_all_the_same(sandbox: Box, page: Client) -> None:
    sandbox.fault("lost", method="POST", path="*/feed", times=1)
    with pytest.raises(requests.ConnectionError):
        post(page)
    assert [shown["text"] for shown in sandbox.feed()] == ["Hello"]


@pytest.mark.parametrize("after", [False, True])
def test_a_status_can_come_before_or_after_the_effect(sandbox: Box, page: Client, after: bool) -> None:
    sandbox.fault("status", status=503, after=after, method="POST", times=1)
    answer = post(page)
    assert answer.status_code == 503
    assert answer.json()["error"]["is_transient"] is True
    assert len(sandbox.feed()) == after


def test_a_status_can_come_as_a_page(sandbox: Box, page: Client) -> None:
    sandbox.fault("status", status=502, body="html")
    answer = post(page)
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("after", [False, True])
def test_any_graph_error_can_come_before_or_after_the_effect(sandbox: Box, page: Client, after: bool) -> None:
    sandbox.fault("error", code=368, subcode=1390008, after=after, method="POST", times=1)
    assert numbers(post(page).json()["error"]) == (368, 1390008)
    assert len(sandbox.feed()) == after


def test_an_error_nobody_knows_can_be_made_up(sandbox: Box, page: Client) -> None:
    sandbox.fault("error", code=99999, subcode=7, status=200, message="Something new")
    answer = post(page)
    assert answer.status_code == 200
    assert answer.json()["error"]["message"] == "Something new"


@pytest.mark.parametrize("retry_after", ["", "120", "-5", "Sat, 21 Nov 2026 20:00:00 GMT"])
def test_too_many_calls_with_and_without_retry_after(sandbox: Box, page: Client, retry_after: str) -> None:
    sandbox.fault("rate", retry_after=retry_after)
    answer = post(page)
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == 4
    assert answer.headers.get("Retry-After", "") == retry_after
    assert sandbox.feed() == []


@pytest.mark.parametrize("kind", ["malformed", "truncated"])
def test_an_answer_can_be_unreadable_after_the_effect(sandbox: Box, page: Client, kind: str) -> None:
    sandbox.fault(kind, method="POST", times=1)
    with pytest.raises(requests.RequestException):
        post(page).json()
    assert len(sandbox.feed()) == 1


def test_an_answer_can_be_empty_after_the_effect(sandbox: Box, page: Client) -> None:
    sandbox.fault("empty", method="POST", times=1)
    assert post(page).json() == {}
    assert len(sandbox.feed()) == 1


def test_tokens_can_be_called_expired_or_revoked(sandbox: Box, page: Client) -> None:
    sandbox.fault("expired", times=1)
    assert numbers(post(page).json()["error"]) == (190, 463)
    sandbox.fault("revoked", times=1)
    assert numbers(post(page).json()["error"]) == (190, 458)
    sandbox.fault("revoked", subcode=460, times=1)
    assert numbers(post(page).json()["error"]) == (190, 460)


def test_a_delay_may_outlast_the_client_and_still_do_it(sandbox: Box, page: Client) -> None:
    sandbox.fault("delay", seconds=0.4, method="POST", times=1)
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{page.root}/me/feed", data={"message": "Late", "access_token": page.token}, timeout=0.1)
    assert sandbox.feed() == []
    deadline = time.monotonic() + 10
    while not sandbox.feed() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [shown["text"] for shown in sandbox.feed()] == ["Late"]


def test_a_redirect_is_offered_and_nothing_done(sandbox: Box, page: Client) -> None:
    sandbox.fault("redirect", status=308, message="http://127.0.0.1:9/elsewhere")
    answer = post(page)
    assert (answer.status_code, answer.headers["Location"]) == (308, "http://127.0.0.1:9/elsewhere")
    assert sandbox.feed() == []


def test_a_flood_is_as_long_as_wished(sandbox: Box, page: Client) -> None:
    sandbox.fault("flood", code=300_000)
    assert len(post(page).content) == 300_000


def test_only_the_nth_call_is_struck(sandbox: Box, page: Client) -> None:
    sandbox.fault("status", status=500, nth=2, method="POST")
    assert [post(page, f"Post {number}").status_code for number in range(3)] == [200, 500, 200]


def test_a_rule_keeps_to_its_host_method_and_path(sandbox: Box, page: Client, thready: Client) -> None:
    sandbox.fault("status", status=500, host="graph.facebook.com", method="POST", path="*/photos")
    assert post(page).status_code == 200
    assert page.ask("GET", "me").status_code == 200
    assert thready.ask("POST", "me/threads", media_type="TEXT", text="x").status_code == 200
    assert page.ask("POST", "me/photos", files={"source": b"x"}).status_code == 500


def test_chance_strikes_about_as_often_as_it_should(sandbox: Box, page: Client) -> None:
    sandbox.fault("status", status=500, probability=0.3, method="GET")
    struck = sum(page.ask("GET", "me").status_code == 500 for _ in range(200))
    assert 35 <= struck <= 85


def test_a_person_with_a_browser_is_struck_only_where_the_rule_says_so(sandbox: Box) -> None:
    browser, page = {"Sec-Fetch-Mode": "navigate"}, f"{sandbox.root}/www.facebook.com/dialog/oauth"
    sandbox.fault("status", status=503)
    assert requests.get(page, headers=browser, timeout=10).status_code == 400
    sandbox.fault("status", status=503, host="www.facebook.com")
    assert requests.get(page, headers=browser, timeout=10).status_code == 503


def test_rules_are_listed_counted_and_ended(sandbox: Box, page: Client) -> None:
    rule = sandbox.fault("status", status=500)
    post(page)
    [kept] = sandbox.ask("GET", "faults")["data"]
    assert (kept["id"], kept["struck"]) == (rule, 1)
    sandbox.ask("DELETE", f"faults/{rule}")
    assert post(page).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"kind": "earthquake"}, {"kind": "drop", "colour": 1}, {"kind": "drop", "times": "x"}]
)
def test_a_rule_that_makes_no_sense_is_refused(sandbox: Box, wrong: dict[str, Any]) -> None:
    answer = requests.post(f"{sandbox.root}/_sandbox/faults", json=wrong, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_every_call_is_logged_without_secrets(sandbox: Box, page: Client) -> None:
    sandbox.fault("status", status=500, method="POST")
    post(page)
    page.get("me")
    struck, good = sandbox.calls()
    assert (struck["method"], struck["path"], struck["status"], struck["fault"]) == (
        "POST",
        "/v25.0/me/feed",
        500,
        "status",
    )
    assert (good["status"], good["fault"], good["token_in"]) == (200, "", "header")
    assert page.token not in str(sandbox.calls())


def test_one_connection_carries_many_requests(sandbox: Box) -> None:
    port = int(sandbox.root.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line, line.makefile("rb") as answers:
        for _ in range(3):
            line.sendall(b"GET /_sandbox/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert answers.readline().startswith(b"HTTP/1.1 200")
            length = 0
            while (head := answers.readline().strip()) != b"":
                if head.lower().startswith(b"content-length:"):
                    length = int(head.partition(b":")[2])
            assert b"ai-poster" in answers.read(length)


def test_another_site_cannot_steer_the_sandbox_through_a_browser(sandbox: Box) -> None:
    foreign = {"Sec-Fetch-Site": "same-site"}
    for address in ("/_sandbox/reset", "/faults/clear"):
        assert requests.post(sandbox.root + address, headers=foreign, timeout=10).status_code == 403
