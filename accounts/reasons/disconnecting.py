"""What came of giving a permission back at a provider."""

from __future__ import annotations

from poster.reasons import Actor, Fact, Group, Reason, _, _n


class NoTokenLeft(Fact, code="accounts.no_token_left"):
    text = _("There was no token any more.")


class TakenBack(Fact, code="accounts.taken_back"):
    text = _("%(name)s took the permission back.")
    name: str


class OverAnyway(Fact, code="accounts.over_anyway"):
    text = _("%(name)s did not accept the login any more, so the permission is over.")
    name: str


class ConnectedSince(Fact, code="accounts.connected_since"):
    text = _("%(name)s was connected again, so the permission of before was not taken back.")
    name: str


class LeftToDo(Reason, group=Group.ACCOUNT, actor=Actor.YOU):
    """The rest is their owner's."""

    name: str


class UnknownHere(LeftToDo, code="accounts.provider_unknown"):
    text = _("%(name)s is not known here any more.")
    fix = _("Take the permission away there.")


class SharedThere(LeftToDo, code="accounts.shared_there"):
    text = _(
        "Another login here uses the same account at %(name)s, so the permission was not given back there: that would "
        "end both."
    )
    fix = _("Disconnect that one too, or remove the app in your settings there.")


class AlreadyRefused(LeftToDo, code="accounts.already_refused"):
    text = _("%(name)s did not accept the login any more.")
    fix = _("If the app is still listed in your settings there, remove it.")


class ByHand(LeftToDo, code="accounts.by_hand"):
    """`where`: in its settings."""

    text = _("%(name)s offers no way for us to give the permission back.")
    fix = _("Take it away yourself: in %(name)s, open %(where)s and remove the app.")
    where: str


class AskedAgainDaily(LeftToDo, code="accounts.asked_again_daily", again=True):
    text = _("%(name)s did not confirm that it took the permission back.")
    fix = _n(
        "We ask again every day, for %(days)d day. You can also remove the app in your settings there.",
        "We ask again every day, for %(days)d days. You can also remove the app in your settings there.",
        "days",
    )
    days: int


class GivenUp(LeftToDo, code="accounts.given_up"):
    text = _n(
        "%(name)s could not be reached for %(days)d day, so it may still list our app. The token is deleted here, and "
        "we do not ask again.",
        "%(name)s could not be reached for %(days)d days, so it may still list our app. The token is deleted here, and "
        "we do not ask again.",
        "days",
    )
    fix = _("Remove the app yourself, in your settings at %(name)s.")
    days: int


# --- what came of being asked by a provider


class LoginsDeleted(Fact, code="accounts.logins_deleted"):
    text = _(
        "Done. The login, its tokens and the channels that it opened are deleted here, with their names and ids. What "
        "was posted through them stays in the history of the person who posted it."
    )


class NothingHere(Fact, code="accounts.nothing_here"):
    text = _("Done. There was nothing about this account on this install.")
