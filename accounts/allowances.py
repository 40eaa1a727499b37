"""How much of this install one person may use: the usual amounts are settings, and the operator changes them at People.

Nothing of it counts in practice.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User
from poster import clock
from poster.work import cooldowns

MB = 2**20
PREFIX = cooldowns.LIMIT


def held_bytes(person: User) -> int:
    """Bytes of pictures that may be held for them at once."""
    megabytes = settings.MOST_HELD_MB if person.most_held_mb is None else person.most_held_mb
    return int(megabytes) * MB


def ai_budget(person: User) -> Decimal:
    """US dollars that captions with the operator's keys may cost in a calendar month. 0: nothing."""
    return Decimal(settings.AI_BUDGET if person.ai_budget is None else person.ai_budget)


def watches(person: User) -> int:
    """Watches that they may have."""
    return int(settings.MOST_WATCHES if person.most_watches is None else person.most_watches)


def pictures(person: User) -> int:
    """Pictures that are fetched for them in a day."""
    return int(settings.MOST_PICTURES if person.most_pictures is None else person.most_pictures)


def interval(person: User, usual: int) -> int:
    """Seconds between two looks at one place, at least. `usual`: where the operator said nothing about this person."""
    return usual if person.shortest_interval is None else int(person.shortest_interval)


def zone() -> ZoneInfo:
    """That of this install: a person's own they may change every hour."""
    return ZoneInfo(settings.TIME_ZONE)


def day() -> dt.datetime:
    """When the present day began there."""
    now = clock.now().astimezone(zone())
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def month() -> dt.datetime:
    """When the present month began there."""
    return day().replace(day=1)


def next_month() -> dt.datetime:
    """When the next one begins."""
    return month_after(month())


def month_after(begins: dt.datetime) -> dt.datetime:
    """The beginning of the month behind the one that begins then."""
    return (begins + dt.timedelta(days=32)).replace(day=1)


def key(code: str, person_id: object, *more: str) -> str:
    """The name under which it is remembered that a limit was met (a row of `poster.Rest`)."""
    return ":".join([PREFIX.rstrip(":"), code, str(person_id), *more])


def changed(person: User) -> None:
    """The operator has given them more, or less: what waits is tried at once."""
    cooldowns.let_go_beginning(PREFIX, containing=f":{person.pk}")
