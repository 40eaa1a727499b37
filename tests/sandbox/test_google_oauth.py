"""Signing in with the Google of the sandbox: consent page, code, tokens, revocation."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.google_world import google_account
from tests.sandbox_fixture import Box

DRIVE = "https://www.googleapis.com/auth/drive.readonly"
BACK = "http://127.0.0.1:1/connect/google/"
APP = {"client_id": "practice.apps.googleusercontent.com", "client_secret": "practice"}


def asking(**changes: str) -> dict[str, str]:
    usual = {
        "client_id": APP["client_id"],
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": f"openid email {DRIVE}",
        "state": "s&t",
        "access_type": "offline",
        "prompt": "consent",
    }
    return {name: value for name, value in (usual | changes).items() if value}


def consent(
    sandbox: Box, decision: str = "allow", scopes: tuple[str, ...] = (DRIVE,), **changes: str
) -> dict[str, str]:
    """What the browser brings back to the app when the person has decided."""
    answer = requests.post(
        f"{sandbox.root}/accounts.google.com/o/oauth2/v2/auth",
        params=asking(**changes),
        data={"decision": decision, "account": "anna@example.com", "scope": list(scopes)},
        allow_redirects=False,
        timeout=10,
    )
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def token(sandbox: Box, **form: str) -> requests.Response:
    return requests.post(f"{sandbox.root}/oauth2.googleapis.com/token", data=APP | form, timeout=10)


def exchange(sandbox: Box, code: str, **form: str) -> requests.Response:
    return token(sandbox, **{"grant_type": "authorization_code", "code": code, "redirect_uri": BACK} | form)


def refresh(sandbox: Box, refresh_token: str) -> requests.Response:
    return token(sandbox, grant_type="refresh_token", refresh_token=refresh_token)


def connected(sandbox: Box, **changes: Any) -> dict[str, Any]:
    return dict(exchange(sandbox, consent(sandbox, **changes)["code"]).json())


def test_the_consent_page_says_that_it_is_practice_and_loads_nothing_from_elsewhere(sandbox: Box) -> None:
    google_account(sandbox, email="anna@example.com", name="Anna")
    page = requests.get(f"{sandbox.root}/accounts.google.com/o/oauth2/v2/auth", params=asking(), timeout=10)
    assert "this is not Google" in page.text
    assert "anna@example.com" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert not re.findall(r"<script|<style|style=|src=.?http|href=.?http", page.text)
    stylesheet = re.findall(r'href="([^"]+\.css)"', page.text)[0]
    assert requests.get(sandbox.root + stylesheet, timeout=10).status_code == 200


def test_what_an_app_says_of_itself_is_escaped_on_the_page(sandbox: Box) -> None:
    page = requests.get(
        f"{sandbox.root}/accounts.google.com/o/oauth2/v2/auth",
        params=asking(redirect_uri="http://<script>alert(1)</script>/"),
        timeout=10,
    )
    assert page.status_code == 200
    assert "<script>" not in page.text


def test_allowing_brings_a_code_and_the_code_brings_tokens(sandbox: Box) -> None:
    back = consent(sandbox)
    assert back["state"] == "s&t"
    answer = exchange(sandbox, back["code"])
    tokens = answer.json()
    assert answer.status_code == 200
    assert set(tokens) == {"access_token", "refresh_token", "expires_in", "scope", "token_type", "id_token"}
    assert tokens["expires_in"] == 3599
    assert set(tokens["scope"].split()) == {
        "openid",
        "https://www.googleapis.com/auth/userinfo.email",
        DRIVE,
    }


def test_cancelling_brings_access_denied(sandbox: Box) -> None:
    assert consent(sandbox, "cancel") == {"error": "access_denied", "state": "s&t"}


def test_a_scope_can_be_unticked_and_the_answer_says_so(sandbox: Box) -> None:
    code = consent(sandbox, scopes=())["code"]
    assert DRIVE not in exchange(sandbox, code).json()["scope"].split()


def test_a_code_is_good_once_and_for_ten_minutes(sandbox: Box) -> None:
    code = consent(sandbox)["code"]
    assert exchange(sandbox, code).status_code == 200
    again = exchange(sandbox, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    late = consent(sandbox)["code"]
    sandbox.advance(601)
    assert exchange(sandbox, late).json()["error"] == "invalid_grant"


def test_a_refresh_brings_a_new_access_token_and_no_new_refresh_token(sandbox: Box) -> None:
    tokens = connected(sandbox)
    renewed = refresh(sandbox, tokens["refresh_token"]).json()
    assert "refresh_token" not in renewed
    assert renewed["access_token"] != tokens["access_token"]
    assert refresh(sandbox, tokens["refresh_token"]).status_code == 200


def test_a_refresh_token_comes_only_offline_and_the_first_time_or_after_a_forced_consent(
    sandbox: Box,
) -> None:
    assert "refresh_token" not in connected(sandbox, access_type="online")
    assert "refresh_token" in connected(sandbox, prompt="")
    assert "refresh_token" not in connected(sandbox, prompt="")
    assert "refresh_token" in connected(sandbox)


def test_the_hundred_and_first_refresh_token_silently_ends_the_oldest(sandbox: Box) -> None:
    oldest = connected(sandbox)["refresh_token"]
    second = connected(sandbox)["refresh_token"]
    for _ in range(99):
        connected(sandbox)
    assert refresh(sandbox, oldest).json()["error"] == "invalid_grant"
    assert refresh(sandbox, second).status_code == 200


def test_an_app_in_testing_gets_refresh_tokens_for_a_week(sandbox: Box) -> None:
    app = {"id": "testing", "secret": "hush", "testing": True}
    requests.post(f"{sandbox.root}/_sandbox/drive/clients", json=app, timeout=10).raise_for_status()
    mine = {"client_id": "testing", "client_secret": "hush"}
    tokens = exchange(sandbox, consent(sandbox, client_id="testing")["code"], **mine).json()
    assert tokens["refresh_token_expires_in"] == 7 * 24 * 3600
    sandbox.advance(7 * 24 * 3600 + 1)
    dead = token(sandbox, grant_type="refresh_token", refresh_token=tokens["refresh_token"], **mine)
    assert dead.json() == {
        "error": "invalid_grant",
        "error_description": "Token has been expired or revoked.",
    }


@pytest.mark.parametrize("method", ["S256", "plain"])
def test_a_code_with_a_challenge_needs_its_verifier(sandbox: Box, method: str) -> None:
    verifier = "v" * 43
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    challenge: dict[str, Any] = {
        "code_challenge": digest if method == "S256" else verifier,
        "code_challenge_method": method,
    }
    said = [
        exchange(sandbox, consent(sandbox, **challenge)["code"], **form).json().get("error_description", "")
        for form in ({}, {"code_verifier": "w" * 43}, {"code_verifier": verifier})
    ]
    assert said == ["Missing code verifier.", "Invalid code verifier.", ""]


def test_an_address_that_is_not_registered_is_blocked_before_any_redirect(sandbox: Box) -> None:
    app = {"id": "strict", "secret": "hush", "redirect_uris": [BACK]}
    requests.post(f"{sandbox.root}/_sandbox/drive/clients", json=app, timeout=10).raise_for_status()
    evil = asking(client_id="strict", redirect_uri="https://evil.example/")
    page = requests.get(
        f"{sandbox.root}/accounts.google.com/o/oauth2/v2/auth", params=evil, allow_redirects=False, timeout=10
    )
    assert (page.status_code, "redirect_uri_mismatch" in page.text) == (400, True)
    other = exchange(sandbox, consent(sandbox)["code"], redirect_uri="https://evil.example/")
    assert (other.status_code, other.json()["error"]) == (400, "redirect_uri_mismatch")


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"client_id": "nobody"}, "invalid_client"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"redirect_uri": ""}, "invalid_request"),
    ],
)
def test_a_wrong_request_is_blocked_with_its_reason(sandbox: Box, changes: dict[str, str], word: str) -> None:
    page = requests.get(f"{sandbox.root}/accounts.google.com/o/oauth2/v2/auth", params=asking(**changes), timeout=10)
    assert page.status_code in {400, 401}
    assert word in page.text


@pytest.mark.parametrize(
    ("form", "status", "word"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "1//nonsense"}, 400, "invalid_grant"),
    ],
)
def test_the_token_address_says_no_in_googles_words(sandbox: Box, form: dict[str, str], status: int, word: str) -> None:
    answer = token(sandbox, **form)
    assert (answer.status_code, answer.json()["error"]) == (status, word)


def test_revoking_one_token_ends_everything_that_was_granted(sandbox: Box) -> None:
    first, second = connected(sandbox), connected(sandbox)
    address = f"{sandbox.root}/oauth2.googleapis.com/revoke"
    assert requests.post(address, data={"token": first["access_token"]}, timeout=10).json() == {}
    assert refresh(sandbox, second["refresh_token"]).json()["error"] == "invalid_grant"
    again = requests.post(address, data={"token": first["access_token"]}, timeout=10)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")


def test_a_profile_shows_what_the_scopes_allow(sandbox: Box) -> None:
    tokens = connected(sandbox)
    header = {"Authorization": f"Bearer {tokens['access_token']}"}
    base = f"{sandbox.root}/www.googleapis.com/oauth2"
    older = requests.get(f"{base}/v2/userinfo", headers=header, timeout=10).json()
    newer = requests.get(f"{base}/v3/userinfo", headers=header, timeout=10).json()
    assert (older["email"], older["verified_email"], "name" in older) == ("anna@example.com", True, False)
    assert newer == {"sub": older["id"], "email": "anna@example.com", "email_verified": True}
    nobody = requests.get(f"{base}/v2/userinfo", headers={"Authorization": "Bearer x"}, timeout=10)
    assert nobody.status_code == 401


def test_faults_at_the_token_address_come_in_the_oauth_shape(sandbox: Box) -> None:
    tokens = connected(sandbox)
    sandbox.fault("revoked", host="oauth2.googleapis.com", times=1)
    sandbox.fault("status", host="oauth2.googleapis.com", status=503, times=1)
    dead = refresh(sandbox, tokens["refresh_token"])
    down = refresh(sandbox, tokens["refresh_token"])
    assert (dead.status_code, dead.json()["error"]) == (400, "invalid_grant")
    assert (down.status_code, down.json()["error"]) == (503, "internal_failure")
    assert refresh(sandbox, tokens["refresh_token"]).status_code == 200
