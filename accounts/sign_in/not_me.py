"""The link "That was not me" in mails about sign-ins, passwords and second factors: it shuts everybody out.

All sessions end, the password opens nothing any more, and what was set up in the last seven days to come in goes,
whichever mail the link stood in: factors, accounts at Google, addresses that wait to be confirmed. Whoever it was
cannot come back by what they knew or made. The person comes in again by a link to choose a new password, which is
mailed at once (`Way.MAIL`).

Where their address itself was changed, such a link would reach whoever changed it. The account is switched off until
the operator, who is told, has written the right address into it (`Way.OFF`). The account of the only operator stays on,
for the rounds need one, but nothing opens it until somebody at the machine does (`Way.TERMINAL`).

A link is for one person, for seven days, and for that alone. It works once: when it was used, all that were mailed
before are over; but a link that was mailed to an address of before is not ended from the address of now.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.local_time import read_by
from accounts.mailer import link
from accounts.models import User
from accounts.notices import warn_surely
from accounts.people import hold_operators, is_the_only_operator, operator
from accounts.reasons.events import AddressInDoubt, LockedOut, WasNotMe
from accounts.reasons.people import NotMeOver
from accounts.sign_in.sessions import end_all
from poster import clock
from poster.ledger.security_log import Kind, record
from poster.models import Event
from poster.permissions import NotPossible

VALID = dt.timedelta(days=7)
MARGIN = dt.timedelta(minutes=10)  # what a mail tells of was made a little before it
SALT = "accounts.sign_in.not_me"
SIGNER = Signer(salt=SALT, sep=".")
APART = "-"


class Way(StrEnum):
    """How its person comes into the account again."""

    MAIL = "mail"
    OFF = "off"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Alarm:
    """What a link says. `mark`: of the address that it was mailed to."""

    person: User
    since: dt.datetime
    mark: str

    @property
    def reached(self) -> bool:
        """The mail went to the address that the account still has."""
        return constant_time_compare(self.mark, _mark(self.person.email))

    @property
    def way(self) -> Way:
        if self.reached:
            return Way.MAIL
        return Way.TERMINAL if is_the_only_operator(self.person) else Way.OFF


def address(person: User, mailed_to: str) -> str:
    """As it stands in a mail of this moment."""
    now = int(clock.now().timestamp())
    return link("not_me", SIGNER.sign(APART.join([person.pk.hex, str(now), _mark(mailed_to)])))


def opened(token: str) -> Alarm:
    """Raises NotPossible when it opens nothing (any more)."""
    try:
        whose, moment, mark = SIGNER.unsign(token).split(APART)
        person = User.objects.get(pk=UUID(whose), is_active=True)
        since = dt.datetime.fromtimestamp(int(moment), dt.UTC)
    except (BadSignature, ValueError, User.DoesNotExist):
        raise NotPossible(NotMeOver()) from None
    alarm = Alarm(person, since, mark)
    if since + VALID < clock.now() or _was_used(alarm):
        raise NotPossible(NotMeOver())
    return alarm


def shut(alarm: Alarm, request: HttpRequest) -> Alarm:
    """Do it, once; returns the alarm as it was found then. Raises NotPossible when it was done meanwhile."""
    with transaction.atomic():
        hold_operators()
        person = User.objects.select_for_update(no_key=True).filter(pk=alarm.person.pk, is_active=True).first()
        if person is None or _was_used(alarm := replace(alarm, person=person)):
            raise NotPossible(NotMeOver())
        person.set_unusable_password()
        person.save(update_fields=["password"])
        _take_away(person)
        ended = end_all(person)
        record(Kind.ACCOUNT, WasNotMe(sessions=ended), person=person.pk, request=request)
        if alarm.way is not Way.MAIL:
            _doubt_the_address(person, alarm.way, request)
    if alarm.way is Way.MAIL:
        _mail_a_way_in(person, request)
    return alarm


def _doubt_the_address(person: User, way: Way, request: HttpRequest) -> None:
    """No link opens the account to who has its address now: neither one of before, nor one that they ask for."""
    EmailAddress.objects.filter(user=person).delete()  # made anew: links to confirm it end
    EmailAddress.objects.create(user=person, email=person.email.lower(), verified=False, primary=True)
    person.approve_by_link = False
    person.is_active = way is Way.TERMINAL
    person.save(update_fields=["approve_by_link", "is_active"])
    record(Kind.ACCOUNT, AddressInDoubt(), person=person.pk, request=request)
    if way is Way.OFF:
        record(Kind.ROLE, LockedOut(), person=person.pk, request=request)
        _tell_the_operator(person)


def _mail_a_way_in(person: User, request: HttpRequest) -> None:
    """A link to choose a password, by allauth's own form: who presses this asks for nothing that is counted."""
    form = ResetPasswordForm({"email": person.email})
    if form.is_valid():
        form.save(request)


def _take_away(person: User) -> None:
    """Of all seven days: who came in earlier than the mail tells has made things before it."""
    since = clock.now() - VALID - MARGIN
    Authenticator.objects.filter(user=person, created_at__gte=since).delete()
    SocialAccount.objects.filter(user=person, date_joined__gte=since).delete()
    EmailAddress.objects.filter(user=person, verified=False).exclude(email__iexact=person.email).delete()


def _was_used(alarm: Alarm) -> bool:
    code = WasNotMe.code if alarm.reached else AddressInDoubt.code
    later = Event.objects.filter(person=alarm.person.pk, created_at__gte=alarm.since, fact_code=code)
    return bool(later.exists())


def _tell_the_operator(person: User) -> None:
    """Its address was changed, and whoever had the one before says that it was not them."""
    with read_by(operator()):
        words = _(
            "The e-mail address of the account %(email)s was changed. Who has the address that it had before says that "
            "they did not do that. The account is switched off: all its sessions are ended, and neither a password nor "
            "a mailed link opens it.\n\n"
            "Find out whose it is. Then open it at People, write their address into it, tick “Active” and save: they "
            "can choose a new password by “Forgot your password?”. Do not switch it on with the address that it has "
            "now.\n\n"
            "Nothing of it is deleted. Posts that are approved still go out at their time, and sources that post by "
            "themselves go on: look through both, and pause what you do not trust. Posts that repeat pause until "
            "somebody starts them again."
        ) % {"email": person.email}
        about = f"not_me:{person.pk}:{clock.now():%Y%m%d%H%M}"
        subject = _("Somebody may have taken over an account")
        warn_surely(operator(), about=about, subject=subject, words=words)


def _mark(mail: str) -> str:
    return salted_hmac(SALT, mail.lower(), algorithm="sha256").hexdigest()[:16]
