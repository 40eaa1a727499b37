"""Why a login or a place is not as it should be: a code with what it is about, and the sentences that tell it.

What decides asks for the code; the sentence is made when somebody reads it. What a provider said is a quotation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models


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


def _lacking(name: str, missing: list[str]) -> str:
    what = "the permission" if len(missing) == 1 else "the permissions"
    return f"{name} lacks {what} {', '.join(missing)}. Connect again and allow it."


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


WELL = because("")


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
