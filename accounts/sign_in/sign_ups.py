"""Asking for an account. How it goes on, the operator's setting says (`SIGN_UP`).

    invitation  nobody asks: the operator invites
    request     the wish is kept for the operator, who invites or refuses
    open        a link is mailed, which proves the address and makes the account; Google proves it as well

Whoever asks is answered the same, and as fast, whether there is an account or not: the wish is kept in either case, and
the round of the worker finds out what becomes of it (`look_at_new`). Asking is counted: for the address that it comes
from, for the one that the mail would go to, and for everybody together in a day.
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.local_time import read_by, read_in
from accounts.mailer import link, post
from accounts.models import Invitation, SignUp, User
from accounts.notices import warn_surely
from accounts.people import operator
from accounts.reasons.events import MEMBER as AS_MEMBER
from accounts.reasons.events import AskedToJoin, Invited, JoinRefused
from accounts.reasons.people import SignUpDecided, SignUpsClosed, SignUpsToday
from accounts.sign_in import invitations
from poster import clock
from poster.ledger.security_log import Kind, record
from poster.permissions import Caller, NotPossible, require_operator
from poster.work import mishaps, time_budget

BY_INVITATION, OPEN = "invitation", "open"
APP = "accounts.sign_in.sign_ups"
AT_ONCE = 50  # wishes in a round
UNSEEN = "A wish for an account could not be looked at"
ADDRESS, MAILBOX, EVERYBODY = "sign_up_address", "sign_up_mailbox", "sign_up_everybody"
# In the words of allauth. docs/security.md says these figures. An address of IPv6 counts as its network.
LIMITS = {ADDRESS: "5/h/ip,10/d/ip", MAILBOX: "3/d/key"}


def is_possible() -> bool:
    """Whether somebody may ask."""
    return str(settings.SIGN_UP) != BY_INVITATION


def ask(request: HttpRequest, email: str, words: str = "") -> bool:
    """They ask for an account with this address; False when this was too often.

    Raises NotPossible when nobody may ask, or too many did today. What comes of it goes to the address, and is not told
    to who asks.
    """
    if not is_possible():
        raise NotPossible(SignUpsClosed())
    email = email.strip().lower()
    if not _counts(request, ADDRESS, ""):
        return False
    _count_the_day(request)
    if _counts(request, MAILBOX, email):
        _keep(request, email, words)
    return True


def look_at_new() -> int:
    """What people asked since the last round: mail it, or tell the operator. Returns how many wishes there were."""
    over, done = time_budget.begun(), 0
    for wish in SignUp.objects.filter(waits=True).order_by("created_at")[:AT_ONCE]:
        if over():
            break
        with mishaps.survived(UNSEEN):
            done += _look_at(wish)
    return done


def by_google(request: HttpRequest, email: str) -> Invitation | None:
    """Google says whose this address is: where everybody may have an account, they go on at once. None: not so."""
    email = email.strip().lower()
    if str(settings.SIGN_UP) != OPEN or User.objects.filter(email__iexact=email).exists():
        return None
    if not _counts(request, ADDRESS, ""):
        return None
    try:
        _count_the_day(request)
    except NotPossible:
        return None
    return invitations.for_themselves(email)[0]


def accept(wish: SignUp, *, by: Caller) -> Invitation:
    """The operator says yes: they are invited. Raises NotPossible when it was answered before."""
    require_operator(by)
    with transaction.atomic():
        _end(wish)
        made, token = invitations.prepared(wish.email, by=by)
        record(Kind.INVITATION, Invited(role=AS_MEMBER), person=by.person_id)
    with read_in(wish.language):
        invitations.mail(made, token, by=by)
    return made


def refuse(wish: SignUp, *, by: Caller) -> None:
    """The operator says no, and they are told. Raises NotPossible when it was answered before."""
    require_operator(by)
    with transaction.atomic():
        _end(wish)
        record(Kind.INVITATION, JoinRefused(), person=by.person_id)
    with read_in(wish.language):
        body = render_to_string("account/email/sign_up_refused_message.txt", {"email": wish.email})
        post(EmailMessage(_("Your wish for an account at ai-poster"), body, to=[wish.email]))


def _end(wish: SignUp) -> None:
    if not SignUp.objects.filter(pk=wish.pk).delete()[0]:
        raise NotPossible(SignUpDecided())


def _keep(request: HttpRequest, email: str, words: str) -> None:
    """The same writes for everybody: who asked before, has an account, or has none."""
    said = {"words": words[:1000], "language": get_language() or ""}
    wish = SignUp(email=email, waits=True, is_for_operator=False, **said)
    anew = ["waits", "language"]
    SignUp.objects.bulk_create([wish], update_conflicts=True, unique_fields=["email"], update_fields=anew)
    record(Kind.INVITATION, AskedToJoin(), request=request)


def _look_at(wish: SignUp) -> bool:
    """Whether it was us: of two workers, one does it. What breaks on the way leaves the wish for the next round."""
    with transaction.atomic():
        if not SignUp.objects.filter(pk=wish.pk, waits=True).update(waits=False):
            return False
        with read_in(wish.language):
            letter = _answer(wish)
    if letter:  # behind it: a mail cannot be taken back
        post(letter)
    return True


def _answer(wish: SignUp) -> EmailMessage | None:
    """What becomes of it; the mail to who asked, if they get one now."""
    if User.objects.filter(email__iexact=wish.email).exists():
        SignUp.objects.filter(pk=wish.pk).delete()
        return _about_the_account(wish.email)
    if str(settings.SIGN_UP) == OPEN:
        SignUp.objects.filter(pk=wish.pk, is_for_operator=False).delete()
        _made, token = invitations.for_themselves(wish.email)
        return invitations.letter(wish.email, token)
    if not wish.is_for_operator:
        _hand_on(wish)
    return None


def _about_the_account(email: str) -> EmailMessage:
    facts = {"email": email, "link": link("account_login"), "reset": link("account_reset_password")}
    body = render_to_string("account/email/sign_up_known_message.txt", facts)
    return EmailMessage(_("You have an account at ai-poster already"), body, to=[email])


def _hand_on(wish: SignUp) -> None:
    """To the operator, who is told once a day. Who is invited already has a mail; where nobody may ask, nothing is."""
    if invitations.open_for(wish.email) or not is_possible():
        SignUp.objects.filter(pk=wish.pk).delete()
        return
    SignUp.objects.filter(pk=wish.pk).update(is_for_operator=True)
    page = link("admin:accounts_signup_changelist")
    with read_by(operator()):
        told = "\n\n".join([_("Somebody asks for an account here. Look at it, and invite or refuse them:"), page])
        about = f"sign_up:{clock.now():%Y%m%d}"
        warn_surely(operator(), about=about, subject=_("Somebody asks for an account"), words=told)


def _count_the_day(request: HttpRequest) -> None:
    """Raises NotPossible when everybody together has asked too often."""
    limits = {EVERYBODY: f"{settings.SIGN_UPS_PER_DAY}/d/key"}
    if ratelimit.consume(request, app=APP, action=EVERYBODY, config=limits, key="all", limit_get=True) is None:
        raise NotPossible(SignUpsToday())


def _counts(request: HttpRequest, action: str, key: str) -> bool:
    return ratelimit.consume(request, app=APP, action=action, config=LIMITS, key=key, limit_get=True) is not None
