"""How Anthropic says no. Source: Anthropic API reference, "Errors" (version 2023-06-01)."""

from __future__ import annotations

from typing import Any

from sandbox.faults import Complaint, Rule
from sandbox.openai.own import ANTHROPIC, own
from sandbox.openai.problems import Problem
from sandbox.world import World

HOST = ANTHROPIC
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
    """An empty purse is a bad request here, by its status."""
    return problem.status_at(HOST)


def body(world: World, status: int, problem: Problem) -> dict[str, Any]:
    """Their envelope."""
    special = own(HOST, problem.code)
    message = problem.wanted[0] or (special.message if special else problem.message)
    error = {"type": TYPES.get(status, "api_error"), "message": message} | (special.fields if special else {})
    return {"type": "error", "error": error, "request_id": "req_" + world.new_token(length=24)}


def complain(world: World, rule: Rule) -> Complaint:
    """The error that the fault panel asks for. `variant`: a type of theirs, OpenAI's word for it, or an `own` case."""
    usual = {"rate": 429, "expired": 401, "revoked": 401}
    named = {name: status for status, name in TYPES.items()} | {"invalid_api_key": 401}
    special = own(HOST, rule.variant)
    status = rule.status or (special.status if special else 0) or named.get(rule.variant) or rule.code
    status = status or usual.get(rule.kind, 500)
    told = rule.message or ("" if special else TYPES.get(status, "api_error"))
    headers = (("retry-after", "20"),) if status == 429 and not special and not rule.retry_after else ()
    return Complaint(status, body(world, status, Problem(rule.variant, message=told)), headers)
