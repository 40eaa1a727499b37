"""What Meta tells us about people who have left: a signed request. Source: Data Deletion Request Callback.

The signature is over the text of the payload as it came, with the secret of our app. Nothing in the payload is looked
at before it is found right.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.connections.grants import delete_tokens
from accounts.connections.provider_apps import app_of
from accounts.data_rights.data_requests import ask, settle
from accounts.local_time import read_by
from accounts.models import Channel, Credential, Request
from accounts.notices import warn_surely
from accounts.providers import PROVIDERS
from accounts.reason_columns import because
from accounts.reasons.disconnecting import LoginsDeleted, NothingHere
from accounts.reasons.login_events import DeletionAsked, LoginEndedThere
from accounts.reasons.logins import Removed
from poster import clock
from poster.ledger.security_log import Kind, record
from poster.reasons import Because, Reason

ALGORITHM = "HMAC-SHA256"
LONGEST = 4096  # letters of a signed request; real ones have about 250
NEWEST, OLDEST = 10 * 60, 24 * 3600  # seconds: clocks differ, and they may repeat a call that we did not answer
_TEXT = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_ID = re.compile(r"[0-9]{1,40}", re.ASCII)


class Forged(Exception):
    """It is not from whom it says, or not for us. Nobody is told why."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Whom it is about, by the id that only our app sees; and when Meta said it."""

    user_id: str
    issued_at: dt.datetime


def read(provider: str, text: str) -> Signed:
    """What a `signed_request` says. Raises Forged."""
    secret = app_of(provider).client_secret
    signature, _, payload = text.partition(".")
    if not secret or len(text) > LONGEST:
        raise Forged
    right = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(right, _decoded(signature)):
        raise Forged
    told = _object(payload)
    if str(told.get("algorithm", "")).upper() != ALGORITHM or not _recent(told.get("issued_at")):
        raise Forged
    user_id = told.get("user_id")
    if isinstance(user_id, bool) or not isinstance(user_id, str | int) or not _ID.fullmatch(str(user_id)):
        raise Forged
    return Signed(str(user_id), dt.datetime.fromtimestamp(told["issued_at"], tz=dt.UTC))


def _decoded(text: str) -> bytes:
    if not _TEXT.fullmatch(text):
        raise Forged
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise Forged from None


def _object(payload: str) -> dict[str, Any]:
    try:
        told = json.loads(_decoded(payload))
    except (ValueError, RecursionError):
        raise Forged from None
    if not isinstance(told, dict):
        raise Forged
    return told


def _recent(issued_at: object) -> bool:
    if isinstance(issued_at, bool) or not isinstance(issued_at, int) or not 0 < issued_at < 10**12:
        return False
    age = clock.now().timestamp() - issued_at
    return -NEWEST < age < OLDEST


def logins_of(provider: str, signed: Signed) -> QuerySet[Credential]:
    """The logins that this is about. At Instagram the id may be either of an account's two."""
    about = Q(remote_id=signed.user_id) | Q(scoped_id=signed.user_id)
    return Credential.objects.filter(about, provider=provider)


def deauthorize(provider: str, signed: Signed) -> int:
    """Somebody removed our app there: tokens are gone, channels rest, its owner sees why. How many logins it was.

    A login that was connected or renewed afterwards is another one: they repeat what we did not answer.
    """
    return _end(provider, signed, Removed(name=PROVIDERS.label(provider)))


def delete(provider: str, signed: Signed) -> Request:
    """Somebody asked there to have their data deleted: the login and its channels go. The receipt, in any case."""
    name = PROVIDERS.label(provider)
    logins = list(logins_of(provider, signed).select_related("owner"))
    with transaction.atomic():
        for login in logins:
            Channel.objects.filter(credential=login).delete()
            Credential.objects.filter(pk=login.pk).delete()
        only = logins[0].owner if len({login.owner_id for login in logins}) == 1 else None
        request = ask(Request.Kind.PLATFORM, owner=only, words=f"Asked through {name}.")
        settle(request, LoginsDeleted() if logins else NothingHere())
        for login in logins:
            _tell(login, name)
    return request


def _tell(login: Credential, name: str) -> None:
    """Its tokens, names and ids are gone; its owner hears of it. Their posts keep the name frozen into them."""
    record(Kind.DELETION, DeletionAsked(provider=name), person=login.owner_id)
    with read_by(login.owner):
        warn_surely(
            login.owner,
            about=f"deleted:{login.pk}",
            subject=_("%(provider)s asked us to delete a login") % {"provider": name},
            words=_(
                "The account that you had connected at %(provider)s asked there to have its data deleted. Its login "
                "and its channels were deleted here, and nothing is posted to them any more. What was posted stays in "
                "your history."
            )
            % {"provider": name},
        )


def _end(provider: str, signed: Signed, why: Reason) -> int:
    ended, columns = 0, because(why)
    until = signed.issued_at + dt.timedelta(seconds=NEWEST)
    for login in logins_of(provider, signed).filter(refreshed_at__lt=until):
        with transaction.atomic():
            delete_tokens(login)
            Credential.objects.filter(pk=login.pk).update(**columns)
            Channel.objects.filter(credential=login, state=Channel.State.BLOCKED).update(**columns)
            record(Kind.DISCONNECT, LoginEndedThere(login=str(login), cause=Because(why)), person=login.owner_id)
        ended += 1
    return ended
