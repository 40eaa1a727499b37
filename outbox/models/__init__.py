"""What goes out once, and the ledger of everything we asked and were told."""

from __future__ import annotations

from outbox.models.ledger import LedgerEntry
from outbox.models.outgoing import Outgoing, actor_choices, platform_choices

__all__ = ["LedgerEntry", "Outgoing", "actor_choices", "platform_choices"]
