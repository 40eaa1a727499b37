"""How each house says no in cases of its own, by the name that a fault or a habit asks for it with.

Sources: Anthropic "Errors" and "Rate limits", OpenAI "Error codes", Gemini "API errors", OpenRouter openapi.yaml,
"Errors and Debugging", "Limits" and "Sensitive Info Guardrail"; answers that were reported for those that have no code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ANTHROPIC, OPENAI, OPENROUTER, GEMINI = (
    "api.anthropic.com",
    "api.openai.com",
    "openrouter.ai",
    "generativelanguage.googleapis.com",
)
RPC = "type.googleapis.com/google.rpc."


@dataclass(frozen=True, slots=True)
class Own:
    """`fields`: of the error, besides its message. `stage`: of OpenRouter's pipeline, told to whom asks for it."""

    status: int
    message: str
    fields: dict[str, Any] = field(default_factory=dict)
    stage: dict[str, Any] = field(default_factory=dict)


def _claude(status: int, message: str, kind: str = "invalid_request_error", **more: Any) -> Own:  # noqa: ANN401
    return Own(status, message, {"type": kind, **more})


def _gpt(status: int, message: str, code: str | None, kind: str = "invalid_request_error") -> Own:
    return Own(status, message, {"type": kind, "param": None, "code": code})


def _gemini(status: int, message: str, rpc: str, *details: dict[str, Any]) -> Own:
    return Own(status, message, {"code": status, "status": rpc} | ({"details": list(details)} if details else {}))


def _router(status: int, message: str, **metadata: Any) -> Own:  # noqa: ANN401
    return Own(status, message, {"code": status} | ({"metadata": metadata} if metadata else {}))


def _reason(name: str) -> dict[str, Any]:
    return {"@type": f"{RPC}ErrorInfo", "reason": name, "domain": "googleapis.com"}


def _quota(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    violated = {"@type": f"{RPC}QuotaFailure", "violations": [{"quotaId": name}]}
    return violated, {"@type": f"{RPC}RetryInfo", "retryDelay": "31s"}


_CREDIT = (
    "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase "
    "credits."
)
_SPENT = "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."
_BLOCKED = "Output blocked by content filtering policy"
AT_ANTHROPIC = {
    "insufficient_quota": _claude(400, _CREDIT),
    "usage_limit": _claude(400, _SPENT),
    "enforced_spend_limit_reached": _claude(
        429,
        "Your organization has reached its spend limit.",
        "rate_limit_error",
        details={"error_code": "enforced_spend_limit_reached"},
    ),
    "billing_error": _claude(402, "Your payment could not be made.", "billing_error"),
    "account_deactivated": _claude(400, "This organization has been disabled."),
    "permission_error": _claude(
        403, "Your API key does not have permission to use the specified resource.", "permission_error"
    ),
    "forbidden": _claude(403, "Request not allowed", "forbidden"),
    "request_too_large": _claude(413, "Request exceeds the maximum size", "request_too_large"),
    "content_filter": _claude(400, _BLOCKED),
    "content_policy_violation": _claude(400, _BLOCKED),
    "image_parse_error": _claude(400, "Could not process image"),
}
_QUOTA = "You exceeded your current quota, please check your plan and billing details."
AT_OPENAI = {
    "credit_balance_exhausted": _gpt(429, _QUOTA, "credit_balance_exhausted", "insufficient_quota"),
    "project_spend_limit_exceeded": _gpt(429, _QUOTA, "project_spend_limit_exceeded", "insufficient_quota"),
    "billing_not_active": _gpt(
        429,
        "Your account is not active, please check your billing details on our website.",
        "billing_not_active",
        "billing_not_active",
    ),
    "account_deactivated": _gpt(
        401, "The OpenAI account associated with this API key has been deactivated.", "account_deactivated"
    ),
    "access_terminated": _gpt(
        403, "Your access was terminated due to violation of our policies.", None, "access_terminated"
    ),
    "model_forbidden": _gpt(403, "Project `proj_1` does not have access to model `gpt-6-luna`", "model_not_found"),
    "unverified": _gpt(
        403, "Your organization must be verified to use the model `gpt-6-luna`. Go to settings.", "model_not_found"
    ),
    "missing_scope": _gpt(
        401, "You have insufficient permissions for this operation. Missing scopes: model.request.", None
    ),
    "tokens_too_large": _gpt(
        429,
        "Request too large for gpt-6-luna in organization org-1 on tokens per min (TPM): Limit 300, Requested 1200.",
        "rate_limit_exceeded",
        "tokens",
    ),
    "no_images": _gpt(400, "Invalid content type. image_url is only supported by certain models.", None),
}
_DEPLETED = "Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing."
AT_GEMINI = {
    "user_location": _gemini(400, "User location is not supported for the API use.", "FAILED_PRECONDITION"),
    "free_tier": _gemini(
        400,
        "Gemini API free tier is not available in your country. Please enable billing on your project.",
        "FAILED_PRECONDITION",
    ),
    "billing_disabled": _gemini(
        400, "Billing is disabled for this project.", "FAILED_PRECONDITION", _reason("BILLING_DISABLED")
    ),
    "failed_precondition": _gemini(400, "Precondition check failed.", "FAILED_PRECONDITION"),
    "insufficient_quota": _gemini(402, _DEPLETED, "RESOURCE_EXHAUSTED"),
    "depleted": _gemini(429, _DEPLETED, "RESOURCE_EXHAUSTED"),
    "quota_a_day": _gemini(
        429, _QUOTA, "RESOURCE_EXHAUSTED", *_quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier")
    ),
    "quota_a_minute": _gemini(
        429, _QUOTA, "RESOURCE_EXHAUSTED", *_quota("GenerateRequestsPerMinutePerProjectPerModel")
    ),
    "consumer_suspended": _gemini(
        403,
        "Permission denied: Consumer 'api_key:...' has been suspended.",
        "PERMISSION_DENIED",
        _reason("CONSUMER_SUSPENDED"),
    ),
    "terms": _gemini(
        403, "This service has been disabled in this account for violation of Terms of Service.", "PERMISSION_DENIED"
    ),
    "leaked": _gemini(403, "Your API key was reported as leaked. Please use another API key.", "PERMISSION_DENIED"),
    "invalid_api_key": _gemini(
        400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", _reason("API_KEY_INVALID")
    ),
    "service_blocked": _gemini(
        403,
        "Requests to this API generativelanguage.googleapis.com are blocked.",
        "PERMISSION_DENIED",
        _reason("API_KEY_SERVICE_BLOCKED"),
    ),
}
_HIDDEN = '{"error":{"type":"invalid_request_error","message":"' + _BLOCKED + '"}}'
_PURSE = '{"error":{"type":"invalid_request_error","message":"' + _CREDIT + '"}}'
_PATTERNS = ["ignore all previous instructions"]
AT_OPENROUTER = {
    "insufficient_quota": _router(402, "Insufficient credits. Add more using https://openrouter.ai/credits"),
    "key_limit": _router(
        403, "Key limit exceeded (monthly limit). Manage it using https://openrouter.ai/settings/keys"
    ),
    "guardrail_budget": _router(
        403,
        "Budget limit exceeded",
        limit_source="openrouter_guardrail_budget",
        resets_at="2026-12-01T00:00:00Z",
    ),
    "in_flight": _router(
        402,
        "This request would exceed your available credits given your current in-flight requests.",
        reason="in_flight_budget_exhausted",
        limit_source="openrouter_in_flight_budget",
    ),
    "free_models_a_day": _router(
        429,
        "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day",
        headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1796083200000"},
    ),
    "upstream_busy": _router(
        429,
        "Provider returned error",
        provider_name="Google",
        raw="It is temporarily rate-limited upstream.",
        retry_after_seconds=17,
    ),
    "guardrail": Own(
        403,
        "Request blocked: prompt injection patterns detected",
        {"code": 403, "metadata": {"patterns": _PATTERNS}},
        {"type": "guardrail", "name": "regex_pi_detection", "data": {"action": "blocked", "patterns": _PATTERNS}},
    ),
    "content_filter": Own(
        403,
        "Request blocked by content filter: Email address",
        {"code": 403},
        {"type": "guardrail", "name": "content-filter", "data": {"action": "blocked"}},
    ),
    "pii_filter": _router(403, "Blocked PII detected: PERSON"),
    "moderation": _router(
        403,
        "openai/gpt-6-luna requires moderation. Your input was flagged.",
        reasons=["violence"],
        flagged_input="...",
        provider_name="OpenAI",
        model_slug="openai/gpt-6-luna",
    ),
    "refusal": _router(400, "Provider returned error", error_type="refusal"),
    "host_declines": _router(400, "Provider returned error", provider_name="Anthropic", is_byok=False, raw=_HIDDEN),
    "own_key_without_credit": _router(
        400, "Provider returned error", provider_name="Anthropic", is_byok=True, raw=_PURSE
    ),
    "host_forbids": _router(403, "Provider returned error", provider_name="xAI", is_byok=False, raw="No."),
    "data_policy": _router(
        404, "No endpoints found matching your data policy. Configure: https://openrouter.ai/settings/privacy"
    ),
    "guardrail_restrictions": _router(
        404, "No endpoints available matching your guardrail restrictions and data policy."
    ),
    "terms": _router(
        403, "The request is prohibited due to a violation of provider Terms Of Service.", provider_name=None
    ),
    "region": _router(403, "This model is not available in your region."),
    "no_images": _router(404, "No endpoints found that support image input"),
    "request_too_large": _router(413, "Request payload too large"),
    "image_too_large": _router(400, "Provider returned error", error_type="image_too_large"),
    "permission": _router(403, "Only management keys can perform this operation"),
}
OWN = {ANTHROPIC: AT_ANTHROPIC, OPENAI: AT_OPENAI, GEMINI: AT_GEMINI, OPENROUTER: AT_OPENROUTER}


def own(host: str, name: str) -> Own | None:
    """How this house says that; None when it has no way of its own."""
    return OWN.get(host, {}).get(name)
