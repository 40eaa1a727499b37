"""What this app says about itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.models import LedgerEntry, Outgoing
from poster.manifests import Check, Manifest, Owned, Personal, Round, Walled

MANIFEST = Manifest(
    reasons="outbox.reasons",
    rounds=(
        Round(
            "outbox.tasks.round",
            _("Posts: publishing, checking"),
            order=90,
            due="outbox.tasks.due",
            oldest="outbox.due.oldest",
            moments="outbox.due.moments",
            by_hand=False,  # it publishes: whatever may be repeated of that, it finds by itself
        ),
    ),
    leased=(Outgoing,),
    owned=(Owned(Outgoing, ties=("channel",)),),
    walled=(Walled(LedgerEntry, keys=(("id",), ("outgoing_id", "number")), about=("outgoing_id", "id")),),
    faults=("outbox.outcomes.faults",),
    checks=(Check("outbox.doctor.deliveries", 50),),
    tones={
        Outgoing.State.QUEUED: ("live", "clock"),
        Outgoing.State.PREPARED: ("live", "arrow"),
        Outgoing.State.PUBLISHING: ("live", "deliveries"),
        Outgoing.State.ACCEPTED: ("live", "clock"),
        Outgoing.State.CHECKING: ("doubt", "search"),
        Outgoing.State.NEEDS_YOU: ("wait", "hand"),
        Outgoing.State.BLOCKED: ("bad", "plug"),
        Outgoing.State.PUBLISHED: ("good", "check"),
        Outgoing.State.FAILED: ("bad", "cross"),
        Outgoing.State.CANCELLED: ("quiet", "minus"),
        Outgoing.State.MISSED: ("bad", "clock"),
    },
    personal=(
        Personal(
            "ledger",
            "outbox.LedgerEntry",
            ("outgoing__owner",),
            _("Every step of it: what we asked, and what they said."),
            many=_("lines of the ledger"),
        ),
    ),
    impersonal={"outbox.Outgoing": "Each is in the copy with what it is: a delivery."},
    no_table={"receipts": "Answers of platforms until the database has them: minutes."},
    answers={
        "accounts.connected": "outbox.wake_ups.after_connecting",
        "poster.clock_put": "outbox.clock_repair.after_clock_put",
    },
)
