"""Why a person cannot do with a delivery what they asked for."""

from __future__ import annotations

from outbox.reasons.acts import OfWhatGoesOut
from poster.reasons import Group, _


class NoWebAddress(OfWhatGoesOut, code="publishing.no_web_address", group=Group.CONTENT):
    text = _("The link does not look like a web address.")
    fix = _("Leave it empty if you have none.")
