"""Why a prompt cannot be tried on a picture, or a try brought no words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from poster.reasons import Actor, Group, Reason, _


class OfATry(Reason, group=Group.CONTENT, actor=Actor.YOU):
    """It holds nothing up: only this try brought no words."""


class TryUnderWay(OfATry, code="publishing.try_under_way", group=Group.TIMING):
    text = _("Words for other pictures are being tried for you.")
    fix = _("Wait until they are there, then try again.")


class TryInterrupted(OfATry, code="publishing.try_interrupted", group=Group.TIMING):
    text = _("It was interrupted before its words were there.")
    fix = _("Try again.")


class TryNotPaidFor(OfATry, code="publishing.try_not_paid_for", group=Group.QUOTA):
    """The budget is nothing, in any month."""

    text = _("The operator pays for no captions of yours, so nothing can be tried with their key.")
    fix = _("Store a key of your own (AI keys), or choose another captioner.")


class TryUnpaid(OfATry, code="publishing.try_unpaid", group=Group.QUOTA):
    """`budget`: of the operator's, in US dollars. `until`: when the next month begins."""

    text = _(
        "The %(budget)s US dollars that captions with the operator's key may cost you in a month are used up until "
        "%(until)s, so nothing can be tried with it."
    )
    fix = _("Store a key of your own (AI keys), or choose another captioner.")
    budget: Decimal
    until: dt.date
