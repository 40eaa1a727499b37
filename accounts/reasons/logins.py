"""Why a login or a place is not as it should be. What decides asks for the code."""

from __future__ import annotations

import datetime as dt

from poster.reasons import Actor, Because, Group, Reason, _, _n
from poster.reasons.rendering import Message, sentence

NO_TOKEN = "page_token"  # noqa: S105 - what a place may lack: they gave no token of its own for it
NO_TASK = "CREATE_CONTENT"  # of a person on a Page


class OfALogin(Reason, group=Group.ACCOUNT, actor=Actor.YOU):
    """What all of them have in common."""

    fix = _("Connect the account again.")


class ByThem(OfALogin):
    """`cause`: what the provider said; its words say what comes next."""

    text = _("%(cause)s")
    cause: Because

    def what(self) -> str:
        return self.cause.reason.what()

    def next(self) -> str:
        return self.cause.reason.next() or super().next()


class NotAccepted(ByThem, code="accounts.not_accepted"):
    """A login, or a place's own token."""


class LoginNotAccepted(OfALogin, code="accounts.login_not_accepted"):
    """Of a place that is posted to with its login."""

    text = _("The login is no longer accepted.")


class NamedNotAccepted(OfALogin, code="accounts.named_not_accepted"):
    """A login that is used and says nothing more."""

    text = _("%(name)s is no longer accepted.")
    name: str


class NotRenewed(ByThem, code="accounts.not_renewed"):
    """It works still."""


class EndsSoon(ByThem, code="accounts.ends_soon"):
    """It works still, and could not be made lasting."""

    def what(self) -> str:
        return f"{sentence(SOON, {})} {super().what()}"


SOON = _("This login ends soon and could not be made lasting:")


class Removed(OfALogin, code="accounts.app_removed"):
    """They told us so."""

    text = _("Our app was removed at %(name)s, so this login ended.")
    fix = _("Connect the account again to go on.")
    name: str


class Disconnected(OfALogin, code="accounts.disconnected"):
    """By its owner."""

    text = _("Disconnected.")
    fix = _("Connect the account again to go on.")


class Lacking(OfALogin, code="accounts.lacking"):
    """`missing`: permissions in the provider's words, `NO_TASK`, `NO_TOKEN`: what cannot be allowed on its page."""

    text = _n("%(name)s lacks the permission %(allowed)s.", "%(name)s lacks the permissions %(allowed)s.", "number")
    fix = _n("Connect again and allow it.", "Connect again and allow them.", "number")
    name: str
    missing: tuple[str, ...]

    def what(self) -> str:
        return self._told(self.text, NO_TASK_TEXT, NO_TOKEN_TEXT)

    def next(self) -> str:
        return self._told(self.fix, NO_TASK_FIX, NO_TOKEN_FIX)

    def _told(self, permissions: Message, task: Message, token: Message) -> str:
        allowed = tuple(each for each in self.missing if each not in {NO_TASK, NO_TOKEN})
        values = {"name": self.name, "allowed": allowed, "number": len(allowed)}
        told = {permissions: bool(allowed), task: NO_TASK in self.missing, token: NO_TOKEN in self.missing}
        return " ".join(sentence(each, values) for each, wanted in told.items() if wanted)


NO_TASK_TEXT = _("You lack the task CREATE_CONTENT on %(name)s.")
NO_TASK_FIX = _("Somebody who manages the Page has to give it to you; then connect again.")
NO_TOKEN_TEXT = _("Facebook gave us no login of its own for %(name)s.")
NO_TOKEN_FIX = _(
    "If the business that owns the Page demands two-factor authentication, switch it on in your own Facebook account, "
    "then connect again."
)


class Closed(OfALogin, code="accounts.closed"):
    """A place that its login opened once."""

    text = _("This login does not open this account any more.")
    fix = _("Connect again as somebody who may post there.")


class LeftOut(OfALogin, code="accounts.left_out"):
    """When its owner chose."""

    text = _("You left it out when you connected.")
    fix = _("Connect again and choose it.")


class Released(OfALogin, code="accounts.released"):
    """By its owner or the operator."""

    text = _("It was released, so that somebody else on this install can connect it.")
    fix = _("Connect again to have it back.")


class InDoubt(Reason, code="accounts.in_doubt", group=Group.DOUBT, actor=Actor.NOBODY, again=True):
    """Refused, and tried again before anybody is asked to act.

    `certain`: so many refusals block it; `tried_at`: None when a try is due; `trying`: one is being made.
    """

    text = _n(
        "They refused the login %(refusals)d time, which may be a mistake of theirs.",
        "They refused the login %(refusals)d times, which may be a mistake of theirs.",
        "refusals",
    )
    fix = _("One try is made at %(tried_at)s; everything else waits for it.")
    refusals: int
    certain: int
    tried_at: dt.datetime | None = None
    trying: bool = False

    def next(self) -> str:
        if self.tried_at is None:
            return sentence(DUE, {})
        if self.trying:
            return sentence(TRYING, {})
        more = sentence(CERTAIN, {"certain": self.certain}) if self.refusals < self.certain else ""
        return f"{super().next()} {more}".strip()


DUE = _("It is tried again with whatever comes next.")
TRYING = _("It is tried again right now; everything else waits for that.")
CERTAIN = _("If they refuse it %(certain)d times, it has to be connected again.")


class OtherWorld(Reason, group=Group.OURS, actor=Actor.YOU):
    """Practice and real accounts do not meet."""

    name: str


class IsPractice(OtherWorld, code="accounts.is_practice"):
    text = _("%(name)s is a practice account, and this is not practice.")
    fix = _("Connect a real account.")


class IsReal(OtherWorld, code="accounts.is_real"):
    text = _("%(name)s is a real account. Real accounts are not touched while we practise.")
    fix = _("End practice to use it.")


class KeysMissing(Reason, code="accounts.keys_missing", group=Group.OURS, actor=Actor.YOU):
    """Our own keys do not open what is sealed."""

    text = _("The login cannot be opened with the keys of this install.")
    fix = _(
        "The operator puts the missing key back into CREDENTIAL_KEYS or the key file; or you connect the account again."
    )


class AppKeysMissing(Reason, code="accounts.app_keys_missing", group=Group.OURS, actor=Actor.OPERATOR):
    """The same, of the operator's app at a provider."""

    text = _("The secret of the app at %(name)s cannot be opened with the keys here.")
    fix = _("The operator puts the missing key back, or enters the secret again under Provider apps.")
    name: str


class AiKeyLost(Reason, code="accounts.ai_key_lost", group=Group.OURS, actor=Actor.YOU):
    """The same, of a person's own key for an AI service."""

    text = _("Your own %(name)s key cannot be opened any more.")
    fix = _("Store it again under AI keys.")
    name: str


class NothingKeepsIt(Reason, code="accounts.nothing_keeps_it", group=Group.TIMING, actor=Actor.YOU):
    """Asked to be tried at once, and it waits for nothing by now."""

    text = _("Nothing keeps %(name)s from being used by now.")
    fix = _("Load the page again.")
    name: str
