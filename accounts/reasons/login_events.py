"""What is written into the security log about logins, keys and apps. `login`, `place`: as their owner sees them."""

from __future__ import annotations

from poster.reasons import Because, Fact, _, _n


class Connected(Fact, code="accounts.connected"):
    text = _n("Connected: %(login)s, %(places)d place.", "Connected: %(login)s, %(places)d places.", "places")
    login: str
    places: int


class ConnectedAgain(Fact, code="accounts.connected_again"):
    text = _n(
        "Connected again: %(login)s, %(places)d place.", "Connected again: %(login)s, %(places)d places.", "places"
    )
    login: str
    places: int


class ConnectedWithTokens(Fact, code="accounts.connected_with_tokens"):
    text = _n(
        "Connected with tokens: %(login)s, %(places)d place.",
        "Connected with tokens: %(login)s, %(places)d places.",
        "places",
    )
    login: str
    places: int


class NotConnected(Fact, code="accounts.not_connected"):
    text = _("%(provider)s was not connected. %(cause)s")
    provider: str
    cause: Because


class WithoutSession(Fact, code="accounts.without_session"):
    text = _("%(provider)s: the way back came without a session.")
    provider: str


class InAnothersSession(Fact, code="accounts.in_anothers_session"):
    text = _("%(provider)s: came back in the session of somebody else.")
    provider: str


class FinishedAnothers(Fact, code="accounts.finished_anothers"):
    text = _("%(provider)s: tried to finish what somebody else began.")
    provider: str


class LoginDisconnected(Fact, code="accounts.login_disconnected"):
    """`outcome`: what came of giving the permission back."""

    text = _("Disconnected: %(login)s. %(outcome)s")
    login: str
    outcome: Because


class LoginForgotten(Fact, code="accounts.login_forgotten"):
    text = _("Forgotten: a login at %(provider)s.")
    provider: str


class LoginEndedThere(Fact, code="accounts.login_ended_there"):
    text = _("%(login)s: %(cause)s")
    login: str
    cause: Because


class PermissionOver(Fact, code="accounts.permission_over"):
    """What came of asking again for a permission to end."""

    text = _("%(outcome)s")
    outcome: Because


class DeletionAsked(Fact, code="accounts.deletion_asked"):
    text = _("%(provider)s asked us to delete a login, and it was deleted.")
    provider: str


class CallbackNotSigned(Fact, code="accounts.callback_not_signed"):
    text = _("A callback in the name of %(provider)s was not signed by them.")
    provider: str


class PlaceReleased(Fact, code="accounts.place_released"):
    text = _("Released: %(place)s.")
    place: str


class KeyStored(Fact, code="accounts.key_stored"):
    text = _("An own %(service)s key was stored.")
    service: str


class KeyReplaced(Fact, code="accounts.key_replaced"):
    text = _("An own %(service)s key was replaced.")
    service: str


class KeyRemoved(Fact, code="accounts.key_removed"):
    text = _("The own %(service)s key was removed.")
    service: str


class KeyRemovedByOperator(Fact, code="accounts.key_removed_by_operator"):
    text = _("The own %(service)s key was removed by the operator.")
    service: str


class AppKept(Fact, code="accounts.app_kept"):
    text = _("Put down the app at %(provider)s.")
    provider: str


class AppTakenOut(Fact, code="accounts.app_taken_out"):
    text = _("Removed the app at %(provider)s.")
    provider: str
