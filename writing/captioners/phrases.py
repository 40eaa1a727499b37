"""English of theirs that we have to read, as they give no code of its own to what it says. The last resort, all of it.

Each is read only with its statuses, and only when none of their codes says enough; it stands for a code of `codes`.
The sources are reports in public repositories (owner/name#number) of what was answered, or the vendor's own pages.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """`words`, in small letters, anywhere in their message."""

    statuses: frozenset[int]
    words: str
    code: str
    source: str


def _phrase(statuses: str, words: str, code: str, source: str) -> Phrase:
    return Phrase(frozenset(int(status) for status in statuses.split()), words, code, source)


_ANTHROPIC = (
    _phrase("400", "credit balance is too low", "billing_error", "anthropics/claude-code#66314"),
    _phrase("400", "api usage limits", "enforced_spend_limit_reached", "anthropics/claude-code#38035"),
    _phrase("400 403", "organization has been disabled", "account_deactivated", "anthropics/claude-code#72457"),
    _phrase("400", "blocked by content filtering policy", "content_filter", "anthropics/claude-code#58367"),
    _phrase("400", "could not process image", "image_parse_error", "anthropics/claude-code#8646"),
    _phrase("403", "request not allowed", "unsupported_country_region_territory", "langgenius/dify#5445"),
)
_OPENAI = (
    _phrase("400 403 404", "organization must be verified", "organization_not_verified", "openai/openai-go#565"),
    _phrase("401 403", "missing scopes", "missing_scope", "continuedev/continue#10059"),
    _phrase("429", "request too large", "request_too_large", "DrShushen/climb#13"),
    _phrase("400 404", "image_url is only supported by certain models", "no_image_input", "browser-use/web-ui#274"),
)
_COUNTRY = "unsupported_country_region_territory"
_GEMINI = (
    _phrase("400", "location is not supported", _COUNTRY, "poenl/gemini-api#4"),
    _phrase("400", "not available in your country", _COUNTRY, "kolbytn/mindcraft#133"),
    _phrase("429", "credits are depleted", "billing_error", "ai.google.dev, API errors (with 402 since)"),
    _phrase("403", "reported as leaked", "API_KEY_INVALID", "continuedev/continue#10513"),
    _phrase("403", "disabled in this account", "CONSUMER_SUSPENDED", "google-gemini/gemini-cli#19501"),
)
_OPENROUTER = (
    _phrase("403", "key limit exceeded", "openrouter_key_limit", "gptme/gptme#1449"),
    _phrase("403", "request blocked", "guardrail", "openrouter.ai, Sensitive Info Guardrail"),
    _phrase("403", "blocked pii detected", "guardrail", "openrouter.ai, Sensitive Info Guardrail"),
    _phrase("403", "not available in your region", "model_not_available", "standardagents/dmux#43"),
    _phrase("403", "violation of provider terms", "data_policy", "Davidvandijcke/coarse#183"),
    _phrase("404", "data policy", "data_policy", "truefoundry/models#826"),
    _phrase("404", "support image input", "no_image_input", "HartsyAI/SwarmUI-MagicPromptExtension#50"),
)
_OWN_SERVERS = (
    _phrase("400 404 500", "does not support image", "no_image_input", "lmstudio-bug-tracker#908, ollama/ollama#17301"),
    _phrase("500", "image input is not supported", "no_image_input", "ggml-org/llama.cpp#15377"),
)
PHRASES = (*_ANTHROPIC, *_OPENAI, *_GEMINI, *_OPENROUTER, *_OWN_SERVERS)


def read(status: int, message: str) -> set[str]:
    """The codes that these words stand for."""
    said = message.casefold()
    return {phrase.code for phrase in PHRASES if status in phrase.statuses and phrase.words in said}
