"""Which key opens which captioner."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from accounts.ai_keys import OwnKey, own_key
from poster.errors import Unauthorized
from poster.secrets.redaction import hold
from writing.captioners import Key
from writing.reasons.words import NoKey, SettingMissing

KEYLESS = {"describer"}


def key_for(captioner: str, owner_id: UUID, model: str = "", *, own: OwnKey = own_key) -> Key:
    """The key that this person's pictures are described with: their own, or else the operator's.

    `own`: where their own comes from, when many are asked for. Raises Unauthorized when there is none, or when their
    own cannot be opened any more.
    """
    if captioner in KEYLESS:
        return Key(secret="", model=model)
    if captioner == "compatible":
        if not settings.COMPATIBLE_URL:
            raise _missing("COMPATIBLE_URL")
        private = frozenset(settings.ALLOW_PRIVATE)
        return Key(settings.AI_KEYS[captioner], base_url=settings.COMPATIBLE_URL, model=model, private=private)
    secret = own(owner_id, captioner) or settings.AI_KEYS.get(captioner, "")
    if not secret:
        raise Unauthorized(NoKey(setting=f"{captioner.upper()}_API_KEY"))
    hold(secret)
    return Key(secret=secret, model=model)


def _missing(name: str) -> Unauthorized:
    return Unauthorized(SettingMissing(setting=name))
