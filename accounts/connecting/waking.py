"""What waited for a login moves on at once when there is no more reason to wait.

Whose rows wait for it, the apps above say: the functions named in `AFTER_CONNECTING` and `AFTER_AI_KEY` make them due.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Credential


def wake(credential: Credential) -> None:
    """Make everything due that waits for this login and the places that it opens."""
    for name in settings.AFTER_CONNECTING:
        cast(Callable[[Credential], None], import_string(name))(credential)


def wake_pictures(owner_id: UUID, service: str) -> None:
    """Make everything due that waits for this person's, or the operator's, key for an AI service."""
    for name in settings.AFTER_AI_KEY:
        cast(Callable[[UUID, str], None], import_string(name))(owner_id, service)
