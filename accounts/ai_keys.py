"""A person's own keys for AI services: sealed, never shown again, and used for his pictures only."""

from __future__ import annotations

from uuid import UUID

from accounts.ai_services import SERVICES
from accounts.models import AiKey
from poster.errors import Unauthorized
from poster.keyring import Undecryptable

LONGEST = 500


def own_key(owner_id: UUID, service: str) -> str:
    """This person's key; "" when he has stored none.

    Raises Unauthorized when it is there and cannot be opened: the operator's key is not taken in its place, because
    then his pictures would be paid for by somebody else without anybody knowing.
    """
    row = AiKey.objects.filter(owner_id=owner_id, captioner=service).first()
    if row is None:
        return ""
    try:
        return str(row.key)
    except Undecryptable as error:
        name = SERVICES.get(service, service)
        raise Unauthorized(f"Your own {name} key cannot be opened any more. Store it again under AI keys.") from error


def is_key(text: str) -> bool:
    """Whether this can be a key at all: it travels in a header, so visible ASCII without spaces."""
    return 0 < len(text) <= LONGEST and text.isascii() and text.isprintable() and " " not in text
