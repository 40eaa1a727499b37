"""Who: people, the logins and keys they gave us, and the places they let us publish to."""

from __future__ import annotations

from accounts.models.logins import Channel, Credential, Flow, ProviderApp, Revocation
from accounts.models.people import Acceptance, AiKey, AlwaysLabelled, Invitation, SignUp, User
from accounts.models.rights import Announcement, Notice, Request

__all__ = [
    "Acceptance",
    "AiKey",
    "AlwaysLabelled",
    "Announcement",
    "Channel",
    "Credential",
    "Flow",
    "Invitation",
    "Notice",
    "ProviderApp",
    "Request",
    "Revocation",
    "SignUp",
    "User",
]
