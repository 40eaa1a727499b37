"""Why a login or a place is not as it should be: a code with what it is about, and the sentences that tell it.

What decides asks for the code; the sentence is made when somebody reads it. What a provider said is a quotation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db import models

from accounts.providers import NO_TOKEN


class Reason(models.TextChoices):
    """For good: codes are stored."""

    REFUSED = "refused", "no longer accepted"  # `said`: by whoever refused it
    LOGIN = "login", "its login is blocked"  # of a place that is posted to with its login
    NOT_RENEWED = "not_renewed", "could not be renewed"  # `said`; it works still
    ENDS_SOON = "ends_soon", "could not be made lasting"  # `said`; it works still
    REMOVED = "removed", "our app was removed there"  # `name` of the provider
    DISCONNECTED = "disconnected", "disconnected"
    LACKING = "lacking", "lacks permissions"  # `name` of the place, `missing`: permissions
    CLOSED = "closed", "not opened by its login any more"
    LEFT_OUT = "left_out", "left out when it was connected"
    RELEASED = "released", "released"


# What a place lacks and nobody can allow on the consent page: what to do instead.
ELSEWHERE: Mapping[str, str] = {
    "CREATE_CONTENT": "You lack the task CREATE_CONTENT on {name}. Somebody who manages the Page has to give it to "
    "you; then connect again.",
    NO_TOKEN: "Facebook gave us no login of its own for {name}. If the business that owns the Page demands two-factor "
    "authentication, switch it on in your own Facebook account, then connect again.",
}


def _lacking(name: str, missing: list[str]) -> str:
    permissions = [each for each in missing if each not in ELSEWHERE]
    what, it = ("permission", "it") if len(permissions) == 1 else ("permissions", "them")
    allow = f"{name} lacks the {what} {', '.join(permissions)}. Connect again and allow {it}."
    told = [ELSEWHERE[each].format(name=name) for each in missing if each in ELSEWHERE]
    return " ".join(([allow] if permissions else []) + told)


SENTENCES: Mapping[str, str | Callable[..., str]] = {
    Reason.REFUSED: "{said}",
    Reason.LOGIN: "The login is no longer accepted. Connect the account again.",
    Reason.NOT_RENEWED: "{said}",
    Reason.ENDS_SOON: "This login ends soon and could not be made lasting: {said}",
    Reason.REMOVED: "Our app was removed at {name}, so this login ended. Connect the account again to go on.",
    Reason.DISCONNECTED: "Disconnected. Connect the account again to go on.",
    Reason.LACKING: _lacking,
    Reason.CLOSED: "This login does not open this account any more. Connect again as somebody who may post there.",
    Reason.LEFT_OUT: "You left it out when you connected. Connect again and choose it.",
    Reason.RELEASED: "It was released, so that somebody else on this install can connect it. Connect again to have it "
    "back.",
}


def sentence(reason: str, reason_params: Mapping[str, Any]) -> str:
    """For people; "" where nothing is wrong. A code that this version does not know is shown as it is."""
    told = SENTENCES.get(reason, reason)
    try:
        return told.format_map(reason_params) if isinstance(told, str) else told(**reason_params)
    except (KeyError, TypeError):  # written by another version
        return reason


def because(reason: str, **params: object) -> dict[str, Any]:
    """The columns that say so."""
    return {"reason": reason, "reason_params": params}


def lacking_token(name: str) -> dict[str, Any]:
    """They gave no token for this place."""
    return because(Reason.LACKING, name=name, missing=[NO_TOKEN])


WELL = because("")

# In doubt: refused, and tried again before anybody is asked to act. Told of a row of `poster.Rest`, never stored here.
IN_DOUBT = "in_doubt"


def doubted(refusals: int, certain: int, tried_at: dt.datetime | None, *, trying: bool) -> str:
    """What is told while it is in doubt. `certain`: so many refusals block it; `tried_at`: None when a try is due."""
    times = {1: "once", 2: "twice"}.get(refusals, f"{refusals} times")
    said = f"They refused the login {times}, which may be a mistake of theirs."
    if tried_at is None:
        return f"{said} It is tried again with whatever comes next."
    if trying:
        return f"{said} One try is being made now; everything else waits for it."
    more = f" If they refuse it {certain} times, it has to be connected again." if refusals < certain else ""
    return f"{said} One try is made at {tried_at:%H:%M:%S} UTC; everything else waits for it.{more}"


class WithReason(models.Model):
    """A row that says what is wrong with it. `reason` is empty where nothing is."""

    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True, editable=False)
    reason_params = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def problem(self) -> str:
        """What is wrong, for people."""
        return sentence(self.reason, self.reason_params)
