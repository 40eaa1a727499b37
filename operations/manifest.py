"""What this app says about itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from poster.manifests import INSTALL, Check, Days, Manifest, MenuEntry, Page, Removal, Retention, Round

MANIFEST = Manifest(
    reasons="operations.reasons",
    urls="operations.urls",
    menu=(
        MenuEntry(
            _("Health"),
            "heart",
            "health",
            group=INSTALL,
            order=90,
            operators_only=True,
            sections=(
                MenuEntry(_("Health"), "heart", "health", operators_only=True),
                MenuEntry(_("Queue"), "queue", "queue", operators_only=True),
                MenuEntry(_("Storage and backups"), "drive", "storage", operators_only=True),
                MenuEntry(_("Ledger"), "history", "ledger", operators_only=True),
                MenuEntry(_("This install"), "apps", "version", operators_only=True),
            ),
        ),
    ),
    pages=(
        Page("health", "health/", "operations.desk.pages.health"),
        Page("queue", "queue/", "operations.desk.pages.queue_page"),
        Page("storage", "storage/", "operations.desk.pages.storage_page"),
        Page("ledger", "ledger/", "operations.desk.pages.ledger"),
        Page("version", "version/", "operations.desk.pages.version"),
        Page("errand", "errands/<slug:kind>/", "operations.desk.pages.ask"),
        Page("queue_again", "queue/<slug:pk>/again/", "operations.desk.pages.again"),
    ),
    rounds=(
        Round("operations.tasks.round", _("Install: erasures, and what a backup left open")),
        Round(
            "operations.errands.tasks.round",
            _("Install: what the operator asked for"),
            due="operations.errands.tasks.due",
            oldest="operations.errands.tasks.oldest",
            moments="operations.errands.tasks.moments",
        ),
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
    impersonal={"operations.Errand": "What the operator asked the install itself to do last, and what came of it."},
    no_table={
        "exports": "Copies of a person's data, named by their id; they go with the person, and after EXPORT_DAYS.",
        "backups": "Copies of the whole, for BACKUP_DAYS.",
    },
    in_the_cache={"storage": "How many bytes of pictures are held for what, for minutes."},
    removals=(Removal("operations.Errand", rows="operations.errands.orders.naming"),),
    retention=(
        Retention(
            "errands",
            ngettext_lazy("%d report", "%d reports"),
            _("What the operator asked the install to look at, and what it said of logins and sources"),
            "operations.errands.orders.forget",
            _("a week"),
        ),
        Retention(
            "exports",
            ngettext_lazy("%d copy of data", "%d copies of data"),
            _("Copies of your data that the operator had written on the server"),
            "operations.privacy.retention.exports",
            Days("EXPORT_DAYS"),
        ),
        Retention(
            "backups",
            ngettext_lazy("%d backup", "%d backups"),
            _("Backups that this install makes"),
            "operations.privacy.retention.backups",
            Days("BACKUP_DAYS"),
        ),
        Retention(
            "tasks",
            ngettext_lazy("%d note of the queue", "%d notes of the queue"),
            _("Notes of the queue about what it did"),
            "operations.privacy.retention.tasks",
            _("2 days"),
        ),
    ),
    answers={
        "poster.facts": "operations.privacy.policy_facts.facts",
        "watches.held_bytes": "operations.privacy.held_bytes.of_copies",
    },
)
