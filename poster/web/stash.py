"""What a person sent and nobody took, laid by for a while: sealed, in a row that says whose it is and tells no more.

In the database, so that it goes with the person, is in the copy of their data, and is gone when its time is over.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from poster import clock
from poster.models import LaidBy
from poster.secrets import keyring

MOST = 200_000  # characters; nobody fills the disk with it
Purpose = LaidBy.Purpose


def put(whose: str, purpose: Purpose, name: str, what: dict[str, Any], seconds: int) -> bool:
    """Lay it by for this person (an id), under a name that is theirs alone.

    False when it is too much, or they are not here (any more).
    """
    if len(json.dumps(what)) > MOST or not (person := _person(whose)):
        return False
    until = clock.now() + dt.timedelta(seconds=seconds)
    row = LaidBy(id=_key(whose, purpose, name), person=person, purpose=purpose, what=what, until=until)
    # The key follows from the name, so what was laid by under it before gives way.
    fresh = ["what", "until", "created_at"]
    LaidBy.objects.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=fresh)
    return True


def read(whose: str, purpose: Purpose, name: str) -> dict[str, Any] | None:
    """What lies under the name, if its time is not over and our keys open it."""
    row = _rows(whose, purpose, name).filter(until__gt=clock.now()).first()
    try:
        return row.what if row else None
    except keyring.Undecryptable:
        return None


def take(whose: str, purpose: Purpose, name: str) -> dict[str, Any] | None:
    """The same, for one alone: of two who ask at once, one gets it."""
    found = read(whose, purpose, name)
    return found if found is not None and drop(whose, purpose, name) else None


def drop(whose: str, purpose: Purpose, name: str) -> bool:
    """Whether there was anything."""
    return bool(_rows(whose, purpose, name).delete()[0])


def clear_away() -> int:
    """What nobody came back for. How many."""
    return LaidBy.objects.filter(until__lte=clock.now()).delete()[0]


def _rows(whose: str, purpose: Purpose, name: str) -> QuerySet[LaidBy]:
    return LaidBy.objects.filter(pk=_key(whose, purpose, name))


def _person(whose: str) -> UUID | None:
    """Not somebody who is leaving: nothing of theirs comes after the last row is gone."""
    try:
        key = UUID(whose)
    except ValueError:  # a form that was shown to nobody in particular
        return None
    return key if get_user_model().objects.filter(pk=key, is_active=True).exists() else None


def _key(whose: str, purpose: Purpose, name: str) -> UUID:
    """A name may hold an address or the key of a session: its row tells nothing of it."""
    return UUID(bytes=salted_hmac("poster.web.stash", f"{whose} {purpose} {name}", algorithm="sha256").digest()[:16])


def of(person: Any) -> QuerySet[LaidBy]:  # noqa: ANN401 - accounts.User, which stands above this
    """What waits for this person."""
    return LaidBy.objects.filter(person=person.pk)
