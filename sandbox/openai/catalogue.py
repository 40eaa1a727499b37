"""The models on offer, and what they cost: US dollars for a million tokens, in and out.

Source: price data of two independent packages, as of 2026-11-21.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.openai.own import ANTHROPIC, GEMINI, OPENAI, OPENROUTER

PRACTICE_MODEL = "gpt-6-luna"
REASONING = re.compile(r"o\d|gpt-[5-9]")
AT_OPENAI = {
    "gpt-6-luna": (0.10, 0.50),
    "gpt-6.1-terra": (1.0, 5.0),
    "gpt-6.1-sol": (2.0, 10.0),
    "gpt-5.6-luna": (0.20, 1.2),
    "gpt-5.6-terra": (2.0, 12.0),
    "gpt-5.6-sol": (4.0, 20.0),
    "gpt-5.4-mini": (0.75, 4.5),
    "gpt-5.4-nano": (0.20, 1.25),
    "gpt-5-mini": (0.25, 2.0),
    "gpt-5-nano": (0.05, 0.4),
    "gpt-4.1-mini": (0.40, 1.6),
    "gpt-4o-mini": (0.15, 0.6),
}
AT_GEMINI = {
    "gemini-3.8-flash": (0.75, 3.75),
    "gemini-3.5-flash-lite": (0.30, 2.5),
    "gemini-3.1-flash-lite": (0.25, 1.5),
    "gemini-2.5-flash": (0.3, 2.5),
    "gemini-2.5-flash-lite": (0.1, 0.4),
    "gemini-4-argon": (2.0, 10.0),
}
AT_ANTHROPIC = {
    "claude-haiku-5-5": (0.10, 0.50),
    "claude-haiku-4-5": (1.0, 5.0),
    "claude-sonnet-5-5": (2.0, 10.0),
    "claude-opus-5-5": (4.0, 20.0),
}


@dataclass(frozen=True, slots=True)
class Model:
    """One model at one house."""

    id: str
    owner: str
    price_in: float
    price_out: float


def models(host: str) -> dict[str, Model]:
    """All models of a house by the name that it gives them."""
    if host == OPENAI:
        return _named(AT_OPENAI, "openai")
    if host == GEMINI:
        return _named(AT_GEMINI, "google")
    if host == ANTHROPIC:
        return _named(AT_ANTHROPIC, "anthropic")
    houses = ((AT_OPENAI, "openai"), (AT_GEMINI, "google"), (AT_ANTHROPIC, "anthropic"))
    return {name: model for prices, owner in houses for name, model in _named(prices, owner, f"{owner}/").items()}


def model(host: str, name: str) -> Model | None:
    """The model with this name; names that begin with `practice` exist at every house."""
    plain = name.removeprefix("models/") if host == GEMINI else name.partition(":")[0] if host == OPENROUTER else name
    found = models(host).get(plain)
    if found is None and plain.rpartition("/")[2].startswith("practice"):
        return Model(name, "practice", 0.10, 0.50)
    return found


def is_reasoning(name: str) -> bool:
    """Models that think first take no temperature and no max_tokens."""
    return REASONING.match(name) is not None


def _named(prices: dict[str, tuple[float, float]], owner: str, prefix: str = "") -> dict[str, Model]:
    return {prefix + name: Model(prefix + name, owner, *price) for name, price in prices.items()}
