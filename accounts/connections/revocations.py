"""Permissions that could not be given back when a login was disconnected: asked for daily, given up after 30 days.

    order   → the token that the provider wants for it is sealed again, for this alone; the login's own is gone (P14)
    ask_due → each is asked once a day; taken back, or refused for good: the order goes

An account that is connected again drops its order (`granting.keep`): the token of before would end the new permission.
What the provider never took is told to its owner, who can remove the app there (P33).
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext

from accounts.connections.grants import living_on
from accounts.connections.provider_apps import app_of
from accounts.local_time import read_by
from accounts.models import Credential, Request, Revocation, User
from accounts.notices import warn_surely
from accounts.providers import PROVIDERS, Grant
from accounts.reasons.disconnecting import ConnectedSince, GivenUp, OverAnyway, TakenBack
from accounts.reasons.login_events import PermissionOver
from poster import clock
from poster.errors import OutsideError, Unauthorized
from poster.ledger.security_log import Kind, record
from poster.reasons import Because, Reason
from poster.reasons.fields import stored
from poster.secrets.keyring import Undecryptable
from poster.work import time_budget

EVERY = dt.timedelta(days=1)
KEPT = dt.timedelta(days=30)
LEAST_TRIES = 20  # a clock that leaps, or a machine that was off, does not end it
AT_ONCE = 20  # that one round asks about


def order(login: Credential, grant: Grant, *, receipt: str = "") -> None:
    """Keep what is needed to ask again; in the transaction that deletes the tokens of this login."""
    order_for(login.owner, login.provider, login.remote_id, grant, practice=login.practice, receipt=receipt)


def order_for(owner: User, provider: str, remote_id: str, grant: Grant, *, practice: bool, receipt: str = "") -> None:
    """The same for a login that was never kept. One order for each account at a provider: the newest token counts."""
    now = clock.now()
    Revocation.objects.filter(provider=provider, remote_id=remote_id).delete()
    Revocation.objects.create(
        owner=owner,
        provider=provider,
        remote_id=remote_id,
        secret={"token": grant.refresh_token or grant.access_token},
        practice=practice,
        receipt=receipt,
        next_at=now + EVERY,
        ends_at=now + KEPT,
    )


def ask_due() -> int:
    """Ask again where it is time. Returns how many permissions are back, or known to be over."""
    over = time_budget.begun()
    now = clock.now()
    asked = Q(next_at__lte=now) | Q(next_at__gt=now + 2 * EVERY)  # as far ahead only a wrong clock has put it
    due = Revocation.objects.filter(asked, practice=settings.PRACTICE)
    done = 0
    for each in due.select_related("owner")[:AT_ONCE]:
        if over():
            break
        done += _asked(each)
    return done


def _asked(each: Revocation) -> bool:
    """Of two workers, one asks: it moves the next time first."""
    mine = Revocation.objects.filter(pk=each.pk, next_at=each.next_at)
    if not mine.update(next_at=clock.now() + EVERY, tries=F("tries") + 1):
        return False
    if living_on(each.provider, each.remote_id).exists():
        return _over(each, ConnectedSince(name=str(each)))
    if (told := _answer(each)) is not None:
        return _over(each, told)
    if clock.now() + EVERY >= each.ends_at and each.tries + 1 >= LEAST_TRIES:
        _give_up(each)
    return False


def _answer(each: Revocation) -> Reason | None:
    """What came of it; None when they did not say."""
    if each.provider not in PROVIDERS:
        return None
    try:
        PROVIDERS[each.provider]().revoke(Grant(each.secret["token"]), app_of(each.provider))
    except (Unauthorized, Undecryptable):
        return OverAnyway(name=str(each))
    except OutsideError:
        return None
    return TakenBack(name=str(each))


def _over(each: Revocation, outcome: Reason) -> bool:
    gone, _ = _rows(each).delete()
    if gone:
        record(Kind.DISCONNECT, PermissionOver(outcome=Because(outcome)), person=each.owner_id)
    return bool(gone)


def _give_up(each: Revocation) -> None:
    """The token goes; its owner is told what only they can do. Whoever left finds it at the receipt."""
    told = GivenUp(name=str(each), days=KEPT.days)
    with transaction.atomic():  # with the order goes the last that knows of it
        if not _over(each, told):
            return
        if each.owner is not None:
            with read_by(each.owner):
                subject = gettext("Remove the app at %(provider)s") % {"provider": each}
                warn_surely(each.owner, about=f"revoke:{each.pk}", subject=subject, words=str(told))
        for receipt in Request.objects.filter(code=each.receipt).exclude(code=""):
            Request.objects.filter(pk=receipt.pk).update(outcomes=[*receipt.outcomes, *stored([told])])


def _rows(each: Revocation) -> QuerySet[Revocation]:
    return Revocation.objects.filter(pk=each.pk)
