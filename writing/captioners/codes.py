"""The codes with which services say no, sorted by what they mean for us. Every name is one of theirs.

Sources: OpenAI, "Error codes" and "Troubleshooting API usage and spend limits"; Anthropic, "Errors" and "Rate limits";
Gemini API, "API errors", and google/api/error_reason.proto; OpenRouter, openapi.yaml (`ApiErrorType`), "Errors and
Debugging" and "Limits". What has no code of theirs: see `phrases`, and `server_answers` for OpenRouter's stages.
"""

from __future__ import annotations

# An amount is gone
USED_UP = {
    *("insufficient_quota", "credit_balance_exhausted"),  # OpenAI
    "billing_error",  # Anthropic
    *("payment_required", "openrouter_credits", "weight_exceeds_budget"),  # OpenRouter
}
LIMIT_REACHED = {  # one that somebody has set, or the tier of the account
    *("organization_spend_limit_exceeded", "project_spend_limit_exceeded", "organization_usage_limit_exceeded"),
    "billing_hard_limit_reached",
    "enforced_spend_limit_reached",  # Anthropic
    *("openrouter_key_limit", "openrouter_guardrail_budget", "openrouter_workspace_budget"),
}
NO_BILLING = {"billing_not_active", "BILLING_DISABLED"}
A_DAY = "PerDay"  # in the names of Gemini's quotas
DAILY = {"quota_per_day"}
BUSY = {"openrouter_in_flight_budget", "in_flight_budget_exhausted"}  # a 402 that passes by itself

# The account, its key, its model
BAD_KEY = {"invalid_api_key", "authentication_error", "authentication", "UNAUTHENTICATED"} | {
    *("API_KEY_INVALID", "API_KEY_EXPIRED"),  # Gemini says them with a 400
}
NARROW_KEY = {"missing_scope", "ip_not_authorized", "SERVICE_DISABLED", "API_KEY_SERVICE_BLOCKED"} | {
    *("API_KEY_IP_ADDRESS_BLOCKED", "API_KEY_HTTP_REFERRER_BLOCKED"),
}
CLOSED = {"account_deactivated", "access_terminated", "CONSUMER_SUSPENDED", "CONSUMER_INVALID"}
NOT_READY = {"FAILED_PRECONDITION"}
ELSEWHERE = {"unsupported_country_region_territory"}
POLICY = {"data_policy"}
UNVERIFIED = {"organization_not_verified"}
BLIND = {"no_image_input"}
NO_MODEL = {"model_not_found", "invalid_model", "unsupported_model", "model_not_available", "DEPRECATED_MODEL"} | {
    "key_model_access_denied",  # LiteLLM
}

# The picture
DECLINED = {
    *("content_policy_violation", "content_filter", "moderation_blocked", "image_content_policy_violation"),
    *("moderation", "guardrail", "refusal"),  # OpenRouter
}
TOO_LARGE = {
    *("request_too_large", "payload_too_large", "image_too_large", "image_file_too_large"),
    *("context_length_exceeded", "token_limit_exceeded", "string_too_long"),
}
UNREADABLE = {
    *("invalid_image", "invalid_image_format", "image_parse_error", "unsupported_image_format", "image_too_small"),
    *("unsupported_image_media_type", "empty_image_file", "invalid_base64_image"),
}

OF_THE_REQUEST = DECLINED | TOO_LARGE | UNREADABLE | BLIND
# One of these says enough: no words of theirs have to be read.
TELLING = (
    OF_THE_REQUEST | USED_UP | LIMIT_REACHED | NO_BILLING | DAILY | BUSY | BAD_KEY | NARROW_KEY | CLOSED | ELSEWHERE
) | (POLICY | UNVERIFIED)
