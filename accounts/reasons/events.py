"""What is written into the security log about people, invitations and what they ask."""

from __future__ import annotations

from poster.reasons import Because, Fact, Term, _
from poster.reasons.rendering import TERMS

APP, PASSKEY, CODES = Term("factor.app"), Term("factor.passkey"), Term("factor.codes")
OPERATOR, MEMBER = Term("role.operator"), Term("role.member")

TERMS |= {
    APP.name: _("an authenticator app"),
    PASSKEY.name: _("a passkey"),
    CODES.name: _("recovery codes"),
    OPERATOR.name: _("an operator"),
    MEMBER.name: _("a member"),
    "document.terms": _("terms"),
    "document.privacy": _("privacy policy"),
    "document.age": _("age"),
    "request.access": _("see my data"),
    "request.correction": _("correct my data"),
    "request.erasure": _("erase my data"),
    "request.restriction": _("restrict the use of my data"),
    "request.objection": _("object to the use of my data"),
    "request.portability": _("take my data elsewhere"),
    "request.question": _("something else"),
    "request.platform": _("erasure asked for at the platform"),
    "allowed.most_held_mb": _("megabytes of pictures held"),
    "allowed.ai_budget": _("US dollars a month for captions"),
    "allowed.most_watches": _("sources"),
    "allowed.most_pictures": _("pictures a day"),
    "allowed.shortest_interval": _("seconds between two looks"),
}

# --- coming in


class SignedIn(Fact, code="accounts.signed_in"):
    text = _("Signed in")


class SignedInWithGoogle(Fact, code="accounts.signed_in_with_google"):
    text = _("Signed in with Google")


class SignedOut(Fact, code="accounts.signed_out"):
    text = _("Signed out")


class SessionOver(Fact, code="accounts.session_over"):
    text = _("The session ran out")


class SessionsEnded(Fact, code="accounts.sessions_ended"):
    text = _("Ended sessions: %(sessions)d")
    sessions: int


class WasNotMe(Fact, code="accounts.was_not_me"):
    """`sessions`: how many ended."""

    text = _('Said by a mailed link: "That was not me"; sessions ended: %(sessions)d, and the password is void')
    sessions: int


class AddressInDoubt(Fact, code="accounts.address_in_doubt"):
    text = _("The e-mail address is in doubt: no link to choose a password is mailed to it")


class WrongPassword(Fact, code="accounts.wrong_password"):
    text = _("Wrong password")


class NoSuchAccount(Fact, code="accounts.no_such_account"):
    text = _("Tried an address that has no account")


class TooManyPasswords(Fact, code="accounts.too_many_passwords"):
    text = _("Held off after too many wrong passwords")


class LockedOutTried(Fact, code="accounts.locked_out_tried"):
    text = _("Tried to sign in to an account that is locked out")


class GoogleWithoutAccount(Fact, code="accounts.google_without_account"):
    text = _("Came with a Google account that has no account here")


class GoogleFailed(Fact, code="accounts.google_failed"):
    text = _("Signing in with Google did not work")


# --- the account


class PasswordChanged(Fact, code="accounts.password_changed"):
    text = _("Changed the password")


class PasswordSet(Fact, code="accounts.password_set"):
    text = _("Set a password")


class PasswordByLink(Fact, code="accounts.password_by_link"):
    text = _("Chose a new password through a mailed link; all sessions ended")


class PasswordByOperator(Fact, code="accounts.password_by_operator"):
    text = _("The operator set a new password")


class EmailChanged(Fact, code="accounts.email_changed"):
    text = _("Changed the e-mail address")


class EmailAsked(Fact, code="accounts.email_asked"):
    text = _("Asked to change the e-mail address")


class OfAFactor(Fact):
    """`factor`: a term."""

    factor: Term


class FactorAdded(OfAFactor, code="accounts.factor_added"):
    text = _("Set up %(factor)s")


class FactorRemoved(OfAFactor, code="accounts.factor_removed"):
    text = _("Removed %(factor)s")


class FactorReset(OfAFactor, code="accounts.factor_reset"):
    text = _("Made new %(factor)s")


class WrongCode(OfAFactor, code="accounts.wrong_code"):
    text = _("Wrong code of %(factor)s")


class FactorTakenAway(Fact, code="accounts.factor_taken_away"):
    text = _("An operator took the second factor away")


class GoogleAdded(Fact, code="accounts.google_added"):
    text = _("Connected a Google account for signing in")


class GoogleRemoved(Fact, code="accounts.google_removed"):
    text = _("Removed the Google account for signing in")


class Agreed(Fact, code="accounts.agreed"):
    """`document`: a term; `version`: of it."""

    text = _("Agreed: %(document)s, %(version)s.")
    document: Term
    version: str


# --- what an operator changed about somebody


class AccountMade(Fact, code="accounts.account_made"):
    text = _("An operator made this account")


class BecameOperator(Fact, code="accounts.became_operator"):
    text = _("Became an operator")


class OperatorNoMore(Fact, code="accounts.operator_no_more"):
    text = _("Is an operator no more")


class LetInAgain(Fact, code="accounts.let_in_again"):
    text = _("May come in again")


class LockedOut(Fact, code="accounts.locked_out"):
    text = _("Was locked out; all sessions ended")


class EmailByOperator(Fact, code="accounts.email_by_operator"):
    text = _("Got another e-mail address from an operator")


class Allowed(Fact, code="accounts.allowed"):
    """`what`: a term; `amount`: "" as for everybody."""

    text = _("Allowed %(kind)s: %(amount)s")
    kind: Term
    amount: str


class AllowedAsAll(Fact, code="accounts.allowed_as_all"):
    text = _("Allowed %(kind)s: as for everybody")
    kind: Term


class WantsAnnouncements(Fact, code="accounts.wants_announcements"):
    text = _("Ticked that announcements may be mailed")


class EndedAnnouncements(Fact, code="accounts.ended_announcements"):
    text = _("Ended the announcements")


class AnnouncementOut(Fact, code="accounts.announcement_out"):
    """`people`: who had ticked it."""

    text = _("Sent an announcement to everybody who ticked that they want some: %(people)d")
    people: int


class ChangedAnAccount(Fact, code="accounts.changed_an_account"):
    """Of the operator, what `AccountMade` and the others are of the person."""

    text = _("Changed an account: %(change)s")
    change: Because


# --- invitations


class Invited(Fact, code="accounts.invited"):
    text = _("Invited somebody as %(role)s")
    role: Term


class InvitedAtTerminal(Fact, code="accounts.invited_at_terminal"):
    text = _("Invited somebody at the command line")


class InvitationWithdrawn(Fact, code="accounts.invitation_withdrawn"):
    text = _("Withdrew an invitation")


class AskedToJoin(Fact, code="accounts.asked_to_join"):
    text = _("Somebody asked for an account")


class JoinRefused(Fact, code="accounts.join_refused"):
    text = _("Refused somebody who asked for an account")


class Joined(Fact, code="accounts.joined"):
    text = _("Joined by invitation as %(role)s")
    role: Term


class SignedUp(Fact, code="accounts.signed_up"):
    text = _("Made this account")


# --- requests about data


class RequestMade(Fact, code="accounts.request_made"):
    """`kind`: a term; `receipt`: its code."""

    text = _("Asked: %(kind)s (%(receipt)s).")
    kind: Term
    receipt: str


class RequestDone(Fact, code="accounts.request_done"):
    text = _("Answered: %(receipt)s.")
    receipt: str
