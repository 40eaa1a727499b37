"""What Google's answers mean: its own envelope is a verdict, a page in its place is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.providers.google.client import judged
from poster.errors import Actor, OutsideError, RateLimited, Reach, Refused, Unauthorized, Unavailable

PAGE = b"<html><title>Sorry...</title>We're sorry ... but your computer may be sending automated queries."
NO_VERDICTS = (PAGE, b"", b"{}", b"[]", b'"error"', b'{"error": "invalid"}', b'{"error": {}}', b"\xff")


def said(status: int, error: dict[str, Any]) -> OutsideError:
    return judged(status, json.dumps({"error": {"code": status, "message": "No."} | error}).encode(), {})


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 500, 502])
@pytest.mark.parametrize("body", NO_VERDICTS)
def test_what_is_no_answer_of_the_api_is_no_verdict_whatever_its_status(status: int, body: bytes) -> None:
    assert type(judged(status, body, {})) is Unavailable


def test_a_page_that_asks_for_slowness_is_heeded() -> None:
    failed = judged(429, PAGE, {"Retry-After": "70"})
    assert isinstance(failed, RateLimited)
    assert failed.retry_after == 70


@pytest.mark.parametrize(
    ("status", "reason", "expected", "actor"),
    [
        (401, "authError", Unauthorized, Actor.YOU),
        (404, "notFound", Refused, Actor.YOU),
        (403, "insufficientFilePermissions", Refused, Actor.YOU),
        (403, "abuse", Refused, Actor.YOU),
        (403, "rateLimitExceeded", RateLimited, None),
        *((status, "anewone", Unavailable, None) for status in (401, 403, 404, 410, 500)),
        (400, "anewone", Refused, Actor.OPERATOR),
    ],
)
def test_the_reason_of_the_envelope_decides(
    status: int, reason: str, expected: type[OutsideError], actor: Actor | None
) -> None:
    failed = said(status, {"errors": [{"reason": reason}]})
    assert type(failed) is expected
    assert getattr(failed, "actor", None) == actor


@pytest.mark.parametrize(
    ("reason", "expected", "actor"),
    [
        ("RATE_LIMIT_EXCEEDED", RateLimited, None),
        ("CONSUMER_SUSPENDED", Refused, Actor.OPERATOR),
        ("BILLING_DISABLED", Refused, Actor.OPERATOR),
        ("USER_PROJECT_DENIED", Refused, Actor.OPERATOR),
        ("SERVICE_DISABLED", Refused, Actor.OPERATOR),
        ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", Unauthorized, Actor.YOU),
    ],
)
def test_an_envelope_with_details_alone_is_read_too(
    reason: str, expected: type[OutsideError], actor: Actor | None
) -> None:
    failed = said(403, {"status": "PERMISSION_DENIED", "details": [{"reason": reason}]})
    assert type(failed) is expected
    assert getattr(failed, "actor", None) == actor
    if isinstance(failed, RateLimited):
        assert failed.reach is Reach.LOGIN
