"""The documents that people agree to, and their versions. A new date is a material change: people are asked again."""

from __future__ import annotations

from accounts.models import Acceptance

TERMS = "2026-11-21"
PRIVACY = "2026-12-01"


def current() -> dict[Acceptance.Document, str]:
    """What has to be agreed to today: document -> version."""
    return {Acceptance.Document.TERMS: TERMS, Acceptance.Document.PRIVACY: PRIVACY}
