"""What the foundation says about itself, as each app does."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from poster.manifests import FIRST, MORE, Days, Manifest, MenuEntry, Personal, Removal, Retention, Walled
from poster.models import Erasure, Event, Link

OF_THE_INSTALL = "About the install, not about a person."

MANIFEST = Manifest(
    reasons="poster.reasons",
    menu=(
        MenuEntry(_("Overview"), "overview", "index", group=FIRST, order=10, on_a_phone=True),
        MenuEntry(_("Security log"), "history", "poster.event", group=MORE, order=90),
    ),
    walled=(
        Walled(Link, keys=(("number",), ("line",)), chained=False),
        Walled(Event, about=("person", "id")),
        Walled(Erasure, keys=(("id",), ("about",))),
    ),
    personal=(
        Personal(
            "security_events",
            "poster.Event",
            ("person",),
            _("The security log about you: time, address, browser."),
            many=_("security events"),
        ),
        Personal(
            "typed",
            "poster.LaidBy",
            ("person",),
            _("What you typed and nothing took yet; an hour, and a post that you write a week."),
            also="words",
            many=_("forms that wait for you"),
        ),
        Personal(
            "limits",
            "poster.Rest",
            ("key__contains",),
            _("Limits of yours that were met; for days."),
            many=_("limits that were met"),
        ),
        Personal(
            "history",
            "admin.LogEntry",
            ("user",),
            _("What you did in the dashboard."),
            many=_("lines of what you did in the dashboard"),
        ),
    ),
    impersonal={
        "poster.Switch": OF_THE_INSTALL,
        "poster.Install": OF_THE_INSTALL,
        "poster.Restore": OF_THE_INSTALL,
        "poster.ClockSight": OF_THE_INSTALL,
        "poster.Link": "Checksums of the ledger. They hold no content.",
        "poster.Erasure": "Numbers of what was erased. They hold no content.",
    },
    no_table={
        "the cache": "Marks and counters, under checksums, for a day or two. No words: see `in_the_cache`.",
        "mail": "Mails that were written as files; those to the person go with them, all after MAIL_DAYS.",
        "logs": "Addresses and pages, for LOG_DAYS.",
        "run": "Locks, and what the parts of the install tell each other.",
    },
    in_the_cache={"refused_attempts": "That a refusal to this person was told lately."},
    removals=(
        Removal("poster.LaidBy", rows="poster.web.stash.of"),
        Removal("poster.Rest", rows="poster.work.cooldowns.of"),
        Removal(
            "poster.Event", "poster.ledger.event_removal.remove_events", rows="poster.ledger.event_removal.events_of"
        ),
        Removal("admin.LogEntry", rows="poster.row_removal.history_of"),
    ),
    retention=(
        Retention(
            "logs",
            ngettext_lazy("%d log", "%d logs"),
            _("What the web server and the workers write: time, address, page"),
            "poster.retention.logs",
            Days("LOG_DAYS"),
        ),
        Retention(
            "typed",
            ngettext_lazy("%d form that waited", "%d forms that waited"),
            _("What you typed into a form when you were signed out or it was refused, sealed, so that it comes back"),
            "poster.web.stash.clear_away",
            _("an hour"),
        ),
        Retention(
            "events",
            ngettext_lazy("%d line of the security log", "%d lines of the security log"),
            _("The security log: sign-ins, connects, exports, deletions"),
            "poster.retention.events",
            Days("SECURITY_LOG_DAYS"),
        ),
        Retention(
            "mails",
            ngettext_lazy("%d mail in a file", "%d mails in files"),
            _("Mails that could only be written as files"),
            "poster.retention.mails",
            Days("MAIL_DAYS"),
        ),
    ),
)
