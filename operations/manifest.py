"""What this app says about itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from poster.manifests import Check, Days, Manifest, Retention, Round

MANIFEST = Manifest(
    reasons="operations.reasons",
    urls="operations.urls",
    rounds=(
        Round("operations.tasks.round", _("Install: erasures, and what a backup left open")),
        Round("operations.privacy.retention.daily", _("Retention: what is kept no longer, once a day"), every=24 * 60),
    ),
    checks=(
        Check("operations.doctor.trust", 10),
        Check("operations.doctor.folder", 20),
        Check("operations.doctor.keys", 30),
        Check("operations.doctor.queue", 40),
        Check("operations.doctor.mail", 70),
        Check("operations.doctor.logins", 110),
        Check("operations.doctor.our_clock", 120),
    ),
    no_table={
        "exports": "Copies of a person's data, named by their id; they go with the person, and after EXPORT_DAYS.",
        "backups": "Copies of the whole, for BACKUP_DAYS.",
    },
    retention=(
        Retention(
            "exports",
            ngettext_lazy("%d copy of data", "%d copies of data"),
            "Copies of your data that the operator had written on the server",
            "operations.privacy.retention.exports",
            Days("EXPORT_DAYS"),
        ),
        Retention(
            "backups",
            ngettext_lazy("%d backup", "%d backups"),
            "Backups that this install makes",
            "operations.privacy.retention.backups",
            Days("BACKUP_DAYS"),
        ),
        Retention(
            "tasks",
            ngettext_lazy("%d note of the queue", "%d notes of the queue"),
            "Notes of the queue about what it did",
            "operations.privacy.retention.tasks",
            "2 days",
        ),
    ),
    answers={
        "poster.facts": "operations.privacy.policy_facts.facts",
        "watches.held_bytes": "operations.privacy.held_bytes.of_copies",
    },
)
