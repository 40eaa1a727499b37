"""The link "That was not me" in mails about sign-ins, passwords and second factors: it shuts everybody out.

All sessions end, the password opens nothing any more, and what was set up to come in since the mail goes: factors,
accounts at Google, addresses that wait to be confirmed. Whoever it was cannot come back by what they knew or made. The
person comes in again by a link to choose a new password, which is mailed at once; where their address itself was
changed, the operator helps, and is told.

A link is for one person, for seven days, and for that alone. It works once: when it was used, all that were mailed
before are over.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.mailer import link
from accounts.models import User
from accounts.notices import warn_surely
from accounts.people import operator
from accounts.reasons.events import WasNotMe
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


@dataclass(frozen=True, slots=True)
class Alarm:
    """What a link says. `reached`: the mail went to the address that the account still has."""

    person: User
    since: dt.datetime
    reached: bool


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
    if since + VALID < clock.now() or _was_used(person, since):
        raise NotPossible(NotMeOver())
    return Alarm(person, since, constant_time_compare(mark, _mark(person.email)))


def shut(alarm: Alarm, request: HttpRequest) -> None:
    """Do it, once. Raises NotPossible when it was done meanwhile."""
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=alarm.person.pk)
        if _was_used(person, alarm.since):
            raise NotPossible(NotMeOver())
        person.set_unusable_password()
        person.save(update_fields=["password"])
        _take_away(person, alarm.since - MARGIN)
        ended = end_all(person)
        record(Kind.ACCOUNT, WasNotMe(sessions=ended), person=person.pk, request=request)
        if not alarm.reached:
            _tell_the_operator(person)
    if alarm.reached:
        _mail_a_way_in(person, request)


def _mail_a_way_in(person: User, request: HttpRequest) -> None:
    """A link to choose a password, by allauth's own form: who presses this asks for nothing that is counted."""
    form = ResetPasswordForm({"email": person.email})
    if form.is_valid():
        form.save(request)


def _take_away(person: User, since: dt.datetime) -> None:
    Authenticator.objects.filter(user=person, created_at__gte=since).delete()
    SocialAccount.objects.filter(user=person, date_joined__gte=since).delete()
    EmailAddress.objects.filter(user=person, verified=False).exclude(email__iexact=person.email).delete()


def _was_used(person: User, since: dt.datetime) -> bool:
    later = Event.objects.filter(person=person.pk, created_at__gte=since, fact_code=WasNotMe.code)
    return bool(later.exists())


def _tell_the_operator(person: User) -> None:
    """Its address was changed, and whoever had the one before says that it was not them."""
    words = (
        f"The e-mail address of the account {person.email} was changed. Who has the address that it had before says "
        "that they did not do that. All its sessions are ended and its password opens nothing. Find out whose it is; "
        "then write their address into it at People, and they can choose a new password."
    )
    about = f"not_me:{person.pk}:{clock.now():%Y%m%d%H%M}"
    warn_surely(operator(), about=about, subject="Somebody may have taken over an account", words=words)


def _mark(mail: str) -> str:
    return salted_hmac(SALT, mail.lower(), algorithm="sha256").hexdigest()[:16]
