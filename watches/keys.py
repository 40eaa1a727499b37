"""Which key opens which captioner."""

from __future__ import annotations

from django.conf import settings

from poster.errors import Actor, Unauthorized
from watches.captioners import Key

KEYLESS = {"describer"}


def key_for(captioner: str, model: str = "") -> Key:
    """The operator's key. Raises Unauthorized with the name of the setting that is missing."""
    if captioner in KEYLESS:
        return Key(secret="", model=model)
    if captioner == "compatible":
        if not settings.COMPATIBLE_URL:
            raise _missing("COMPATIBLE_URL")
        return Key(secret=settings.AI_KEYS[captioner], base_url=settings.COMPATIBLE_URL, model=model)
    secret = settings.AI_KEYS.get(captioner, "")
    if not secret:
        raise _missing(f"{captioner.upper()}_API_KEY")
    return Key(secret=secret, model=model)


def _missing(name: str) -> Unauthorized:
    return Unauthorized(
        f"{name} is not set, so this captioner cannot be asked. The operator sets it.", actor=Actor.OPERATOR
    )
