"""Invitations: who may make an account here."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.data_rights.agreements import agree
from accounts.mailer import has_server, link, post
from accounts.models import Invitation, SignUp, User
from accounts.reasons.events import MEMBER, OPERATOR, Joined, SignedUp
from accounts.reasons.people import EmailTaken, HasAnAccount, HasJoined, InvitationOver
from accounts.sign_in.verified_addresses import vouch
from poster import clock
from poster.ledger.security_log import Kind, record
from poster.permissions import Caller, NotPossible, require_operator

VALID = dt.timedelta(days=7)
ASKED_VALID = dt.timedelta(days=1)  # of a link that somebody asked for themselves
PROVED = "invitation_proved_by_google"  # in the session
MAILED = Signer(salt="accounts.sign_in.invitations.mailed")


def invite(email: str, *, by: Caller, is_operator: bool = False) -> tuple[Invitation, str]:
    """Invite somebody: the row, and the link, which is told here and never again. A mail with it is sent.

    Open invitations to the same address end. Raises NotPossible when this person has an account.
    """
    made, token = prepared(email, by=by, is_operator=is_operator)
    mail(made, token, by=by)
    return made, link("join", token if has_server() else MAILED.sign(token))


def prepared(email: str, *, by: Caller, is_operator: bool = False) -> tuple[Invitation, str]:
    """As `invite`, without the mail: for a transaction, behind which `mail` follows. The row, and its token."""
    require_operator(by)
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise NotPossible(HasAnAccount(email=email))
    with transaction.atomic():
        Invitation.objects.filter(email=email, used_at=None).delete()
        return _make(email, VALID, invited_by_id=by.person_id, is_operator=is_operator)


def for_themselves(email: str) -> tuple[Invitation, str]:
    """Somebody asked for an account where everybody may have one: the row, and its token. The last wish's link ends."""
    with transaction.atomic():
        Invitation.objects.filter(email=email, used_at=None, asked=True).delete()
        return _make(email, ASKED_VALID, asked=True)


def letter(email: str, token: str) -> EmailMessage:
    """The mail with a link that somebody asked for themselves: opening it proves the address."""
    facts = {"email": email, "link": link("join", MAILED.sign(token))}
    body = render_to_string("account/email/sign_up_message.txt", facts)
    return EmailMessage(_("Make your account at ai-poster"), body, to=[email])


def withdraw(invitation: Invitation, *, by: Caller) -> None:
    """The link works no more. Raises NotPossible when somebody has joined with it."""
    require_operator(by)
    if not Invitation.objects.filter(pk=invitation.pk, used_at=None).delete()[0]:
        raise NotPossible(HasJoined(email=invitation.email))


def opened_by(token: str) -> tuple[Invitation | None, bool]:
    """The open invitation that this token belongs to; and whether the token came by mail, which proves the address.

    The link that the operator is shown proves nothing about who holds it, so its token is not signed as mailed - but
    when there is no mail server, the operator is the one who brings the mail.
    """
    try:
        bare, mailed = MAILED.unsign(token), True
    except BadSignature:
        bare, mailed = token, False
    return _open().filter(digest=_digest(bare)).first(), mailed


def open_for(email: str) -> Invitation | None:
    """The open invitation to this address."""
    return _open().filter(email__iexact=email).order_by("asked", "-created_at").first()


def join(invitation: Invitation, wishes: dict[str, Any], *, request: HttpRequest, verified: bool) -> User:
    """Make the account, once. `wishes`: "name", "password1". Raises NotPossible when the invitation was used meanwhile.

    `verified`: the link came by mail, or Google said whose the address is; else a mail asks for that before the first
    sign-in.
    """
    with transaction.atomic():
        if not _open().filter(pk=invitation.pk).update(used_at=clock.now()):
            raise NotPossible(InvitationOver())
        if User.objects.filter(email__iexact=invitation.email).exists():
            raise NotPossible(EmailTaken())
        person = User.objects.create_user(
            invitation.email,
            wishes["password1"],
            name=wishes["name"],
            is_superuser=invitation.is_operator,
            language=get_language() or "",  # of the page on which they make it
        )
        if verified:
            vouch(person)
        else:  # the first sign-in asks for the proof, by mail
            EmailAddress.objects.create(user=person, email=person.email, verified=False, primary=True)
        role = OPERATOR if invitation.is_operator else MEMBER
        how = SignedUp() if invitation.asked else Joined(role=role)
        record(Kind.INVITATION, how, person=person.pk, request=request)
        SignUp.objects.filter(email=person.email).delete()
        agree(person, request)
    return person


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(used_at=None, expires_at__gt=clock.now())


def _make(email: str, span: dt.timedelta, **columns: Any) -> tuple[Invitation, str]:  # noqa: ANN401
    token = secrets.token_urlsafe(32)
    until = clock.now() + span
    return Invitation.objects.create(email=email, digest=_digest(token), expires_at=until, **columns), token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def mail(invitation: Invitation, token: str, *, by: Caller) -> None:
    """Send the link of an invitation that was `prepared`."""
    require_operator(by)
    facts = {"invitation": invitation, "link": link("join", MAILED.sign(token)), "by": by.person, "days": VALID.days}
    body = render_to_string("account/email/invitation_message.txt", facts)
    post(EmailMessage(_("You are invited to ai-poster"), body, to=[invitation.email]))
