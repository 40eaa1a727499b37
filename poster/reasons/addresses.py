"""Addresses that somebody wrote down, and where we do not connect to."""

from __future__ import annotations

from poster.reasons.base import Actor, Group, Reason, _
from poster.reasons.rendering import TERMS
from poster.reasons.values import Term

NO_ADDRESS, NO_HTTPS = Term("address.none"), Term("address.not_https")
STRANGE, ODD, LEADS_NOWHERE = Term("address.strange"), Term("address.odd"), Term("address.nowhere")

TERMS |= {
    NO_ADDRESS.name: _("is not a web address"),
    NO_HTTPS.name: _("does not look like https://host/path"),
    STRANGE.name: _("has a user, a password or strange letters in it"),
    ODD.name: _("is spelled in an odd way"),
    LEADS_NOWHERE.name: _("leads to something that is no address"),
}


class AddressRefused(Reason, code="poster.address_refused", group=Group.OURS, actor=Actor.OPERATOR):
    """It is none that one may connect to."""

    text = _("We do not connect there: the address %(how)s.")
    fix = _("The operator checks it.")
    how: Term


class LeadsInside(Reason, code="poster.leads_inside", group=Group.OURS, actor=Actor.OPERATOR):
    """Into a private network, and nobody has allowed it."""

    text = _("We do not connect there: the address leads inside.")
    fix = _("If %(name)s is yours and meant, the operator writes ALLOW_PRIVATE=%(name)s.")
    name: str
