"""Services that a person can have a key of their own for. (The operator's own model server is the operator's alone.)"""

from __future__ import annotations

SERVICES = {
    "openai": "OpenAI",
    "anthropic": "Anthropic Claude",
    "gemini": "Google Gemini",
    "openrouter": "OpenRouter",
}


def service_choices() -> list[tuple[str, str]]:
    """For forms."""
    return list(SERVICES.items())
