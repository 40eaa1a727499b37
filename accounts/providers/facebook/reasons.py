"""What Facebook says that nobody else does."""

from __future__ import annotations

from poster.reasons import _
from poster.reasons.outside import Passing
from poster.reasons.outside_logins import Login


class NotRenewable(Login, code="facebook.not_renewable"):
    """A long login is not lengthened."""

    text = _("Facebook logins cannot be renewed without you.")
    fix = _(
        "Connect Facebook again. Until then, Pages that are already connected go on; Instagram accounts behind them do "
        "for 90 days after you last connected, and Facebook does not say whether any longer."
    )


class LifeNotTold(Passing, code="facebook.life_not_told"):
    """Of a Page's own token."""

    text = _("Facebook does not say whether this Page's login lives.")
