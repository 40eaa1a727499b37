"""How Anthropic says no. Source: Anthropic API reference, "Errors" (version 2023-06-01)."""

from __future__ import annotations

from typing import Any

from sandbox.faults import Complaint, Rule
from sandbox.openai.problems import Problem
from sandbox.world import World

HOST = "api.anthropic.com"
TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def status_of(problem: Problem) -> int:
    """An empty purse has a status of its own here."""
    return 402 if problem.code == "insufficient_quota" else problem.status


def body(world: World, status: int, message: str) -> dict[str, Any]:
    """Their envelope."""
    error = {"type": TYPES.get(status, "api_error"), "message": message}
    return {"type": "error", "error": error, "request_id": "req_" + world.new_token(length=24)}


def complain(world: World, rule: Rule) -> Complaint:
    """The error that the fault panel asks for. `variant` may name a type of theirs, or OpenAI's word for it."""
    usual = {"rate": 429, "expired": 401, "revoked": 401}
    named = {name: status for status, name in TYPES.items()} | {"insufficient_quota": 402, "invalid_api_key": 401}
    status = rule.status or named.get(rule.variant) or rule.code or usual.get(rule.kind, 500)
    headers = (("retry-after", "20"),) if status == 429 and not rule.retry_after else ()
    return Complaint(status, body(world, status, rule.message or TYPES.get(status, "api_error")), headers)
