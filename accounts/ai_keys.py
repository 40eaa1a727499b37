"""A person's own keys for AI services: sealed, never shown again, and used for their pictures only."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from accounts.ai_services import SERVICES
from accounts.models import AiKey
from accounts.reasons.logins import AiKeyLost
from poster.errors import Unauthorized
from poster.manifests import the
from poster.secrets.keyring import Undecryptable

LONGEST = 500
TRY_AI_KEY = "accounts.try_ai_key"  # (owner_id, service, secret) -> "", or a warning; raises what the outside says
OwnKey = Callable[[UUID, str], str]  # from a person and a service to their key, "" for none


def own_key(owner_id: UUID, service: str) -> str:
    """This person's key; "" when they have stored none.

    Raises Unauthorized when it is there and cannot be opened: the operator's key is not taken in its place, because
    then their pictures would be paid for by somebody else without anybody knowing.
    """
    row = AiKey.objects.filter(owner_id=owner_id, captioner=service).first()
    return _opened(row, service)


def own_keys(owners: set[UUID]) -> OwnKey:
    """The same for many people, whose keys are asked for once."""
    rows = {(row.owner_id, row.captioner): row for row in AiKey.objects.filter(owner_id__in=owners)}
    return lambda owner_id, service: _opened(rows.get((owner_id, service)), service)


def _opened(row: AiKey | None, service: str) -> str:
    if row is None:
        return ""
    try:
        return str(row.key)
    except Undecryptable as error:
        name = SERVICES.get(service, service)
        raise Unauthorized(AiKeyLost(name=name)) from error


def tried(owner_id: UUID, service: str, secret: str) -> str:
    """Ask the service, which costs nothing: "", or a warning when it could not be asked. Raises Unauthorized."""
    return str(the(TRY_AI_KEY)(owner_id, service, secret))


def is_key(text: str) -> bool:
    """Whether this can be a key at all: it travels in a header, so visible ASCII without spaces."""
    return 0 < len(text) <= LONGEST and text.isascii() and text.isprintable() and " " not in text
