"""What waited for a login moves on at once when there is no more reason to wait.

Whose rows wait for it, the apps above say: they answer these questions by making them due.
"""

from __future__ import annotations

from uuid import UUID

from accounts.models import Credential
from poster.manifests import asked

CONNECTED = "accounts.connected"  # (credential): make due what waits for it
AI_KEY_CHANGED = "accounts.ai_key_changed"  # (owner_id, service): make due what waits for it


def wake(credential: Credential) -> None:
    """Make everything due that waits for this login and the places that it opens."""
    for due in asked(CONNECTED):
        due(credential)


def wake_pictures(owner_id: UUID, service: str) -> None:
    """Make everything due that waits for this person's, or the operator's, key for an AI service."""
    for due in asked(AI_KEY_CHANGED):
        due(owner_id, service)
