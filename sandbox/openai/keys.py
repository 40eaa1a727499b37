"""Which AI keys are good: in a world for people those that its front page shows, elsewhere all that begin right."""

from __future__ import annotations

from sandbox.openai.own import ANTHROPIC, GEMINI, OPENAI, OPENROUTER
from sandbox.world import World

PRACTICE = {OPENAI: "sk-practice", OPENROUTER: "sk-or-practice", GEMINI: "AIza-practice", ANTHROPIC: "sk-ant-practice"}
BEGINNINGS = {OPENAI: ("sk-",), OPENROUTER: ("sk-",), GEMINI: ("sk-", "AI"), ANTHROPIC: ("sk-",)}
NAMES = {OPENAI: "OpenAI", OPENROUTER: "OpenRouter", GEMINI: "Gemini", ANTHROPIC: "Anthropic"}


def is_good(world: World, host: str, key: str) -> bool:
    """Whether this house has given the key to somebody."""
    return key == PRACTICE[host] if world.practice else key.startswith(BEGINNINGS[host])


def shown(*hosts: str) -> tuple[tuple[str, str], ...]:
    """Names of houses, and the key that each takes in practice."""
    return tuple((NAMES[host], PRACTICE[host]) for host in hosts)
