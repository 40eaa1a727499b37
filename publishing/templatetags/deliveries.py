"""What the page of a delivery needs."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from outbox.models import LedgerEntry
from poster.dashboard.display import UNKNOWN, icon
from publishing.models import Delivery

register = template.Library()

# What a delivery's state means, in a sentence, when there is no error that says it.
MEANINGS = {
    "queued": _("It waits for its turn."),
    "prepared": _("The platform has the picture; nobody can see it yet."),
    "publishing": _("The platform was told to show it, and has not answered yet."),
    "accepted": _("The platform has all of it, and shows it as soon as it has finished with it."),
    "checking": _("We asked for it to be shown and heard no clear answer, so we look whether it is there."),
    "needs_you": _("We cannot find out whether it is there. Please look at the page, and tell."),
    "published": _("It is there."),
    "cancelled": _("Nothing more is done about it."),
}

# Lines of a ledger: by what they are, and for evidence by what it says.
DOTS = {
    "stage": ("live", "arrow"),
    "read": ("quiet", "search"),
    "commit": ("live", "deliveries"),
    "outcome": ("good", "check"),
    "evidence": ("quiet", "question"),
    "decision": ("quiet", "spark"),
    "human": ("wait", "people"),
    "there": ("good", "check"),
    "not there": ("doubt", "minus"),
    "failed": ("bad", "cross"),
    "under way": ("live", "clock"),
    "no answer": ("quiet", "question"),
}


@register.simple_tag
def step_dot(step: LedgerEntry) -> SafeString:
    """The mark of one line of a ledger."""
    unclear = step.kind == "outcome" and not 200 <= (step.status or 0) < 300
    tone, shape = DOTS.get("no answer" if unclear else step.verdict) or DOTS.get(step.kind, UNKNOWN)
    return format_html('<span class="dot {}">{}</span>', tone, icon(shape))


@register.filter
def meaning(row: Delivery) -> str:
    """What its state means, for those that no error explains."""
    return str(MEANINGS.get(row.state, ""))
