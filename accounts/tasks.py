"""The minute's work on accounts. A task is a doorway: no arguments, a sentence as its result."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import ngettext_lazy

from accounts.connections import expiry, revival, revocations
from accounts.connections.token_refresh import renew_due
from accounts.data_rights import announcements
from accounts.notices import send_waiting
from accounts.sign_in import sign_ups
from poster.web import stash
from poster.work import clock_jumps, time_budget

TOLD = (
    ngettext_lazy("%d login or place is accepted again.", "%d logins or places are accepted again."),
    ngettext_lazy("%d login or place is not in doubt any more.", "%d logins or places are not in doubt any more."),
    ngettext_lazy("%d place does not accept us any more.", "%d places do not accept us any more."),
    ngettext_lazy("%d person told.", "%d people told."),
    ngettext_lazy("%d unfinished connection cleared away.", "%d unfinished connections cleared away."),
    ngettext_lazy("%d permission taken back.", "%d permissions taken back."),
    ngettext_lazy("%d form that waited cleared away.", "%d forms that waited cleared away."),
    ngettext_lazy("%d wish for an account looked at.", "%d wishes for an account looked at."),
)
COUNTED: tuple[Callable[[], int], ...] = (
    *(revival.ask_blocked, revival.ask_untried, expiry.check_places, expiry.warn, expiry.clear_away),
    *(revocations.ask_due, stash.clear_away, sign_ups.look_at_new),
)


def round() -> str:
    """Renew the logins that end soon, tell about those that need a person, clear away what was never finished."""
    parts = time_budget.Parts()
    parts.run(clock_jumps.notice, otherwise=None)
    renewed = parts.run(renew_due, otherwise="")
    numbers = [parts.run(part, otherwise=0) for part in COUNTED]
    parts.run(announcements.announce_changes, otherwise=None)
    parts.run(send_waiting, otherwise=None)
    parts.end()
    told = [words % number for words, number in zip(TOLD, numbers, strict=True) if number]
    return " ".join([renewed, *told])
