"""What people ask about their data: a request has a code, which is its receipt, and a clock of 30 days."""

from __future__ import annotations

import datetime as dt
import math
import secrets

from django.core.mail import EmailMessage
from django.utils.translation import get_language, gettext

from accounts.local_time import language_of, read_in
from accounts.mailer import post
from accounts.models import Request, User
from accounts.reasons.events import RequestDone, RequestMade
from accounts.reasons.people import RequestAnswered
from poster import clock
from poster.ledger import security_log
from poster.permissions import Caller, NotPossible, require_operator
from poster.reasons import Reason, Term
from poster.reasons.fields import stored

Kind = Request.Kind
CLOCK = dt.timedelta(days=30)  # article 12(3) GDPR: within one month
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another, when read out or typed


def ask(kind: str, *, owner: User | None = None, email: str = "", words: str = "") -> Request:
    """Write down a request that has come in. `kind`: one of `Request.Kind`; `email`: where the answer goes."""
    request = Request.objects.create(
        code=_code(),
        kind=kind,
        owner=owner,
        email=email or (owner.email if owner else ""),
        words=words[:5000],
        language=language_of(owner) if owner else get_language() or "",
        due_at=clock.now() + CLOCK,
    )
    who = owner.pk if owner else None
    fact = RequestMade(kind=Term(f"request.{kind}"), receipt=request.code)
    security_log.record(security_log.Kind.REQUEST, fact, person=who)
    return request


def answer(request: Request, words: str, *, by: Caller) -> None:
    """Answer it, once, and mail the answer to who asked.

    Raises NotPossible when it was answered before, or is an erasure that the machine is carrying out.
    """
    require_operator(by)
    won = Request.objects.filter(pk=request.pk, answered_at=None, begun_at=None).update(
        answered_at=clock.now(), answer=words
    )
    if not won:
        raise NotPossible(RequestAnswered())
    request.refresh_from_db()
    security_log.record(security_log.Kind.REQUEST, RequestDone(receipt=request.code), person=request.owner_id)
    if request.email:
        with read_in(request.language):
            subject = gettext("Your request %(code)s") % {"code": request.code}
            letter = "\n\n".join([words, gettext("This answers what you asked about your data.")])
            post(EmailMessage(subject, letter, to=[request.email]))


def settle(request: Request, outcome: Reason) -> None:
    """The machine did at once what was asked. It stays as the receipt."""
    done = {"answered_at": clock.now(), "outcomes": stored([outcome])}
    Request.objects.filter(pk=request.pk, answered_at=None).update(**done)
    request.refresh_from_db()


def days_left(request: Request) -> int:
    """Until it is due; negative when it is late."""
    return math.ceil((request.due_at - clock.now()) / dt.timedelta(days=1))


def _code() -> str:
    """Twelve letters, 59 bits: nobody finds another request by trying. (Meta takes letters and digits only.)"""
    return "".join(secrets.choice(LETTERS) for _ in range(12))
