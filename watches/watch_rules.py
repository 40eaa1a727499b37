"""What a standing order may say, and how many of them one person may have: checked for whoever asks."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

from django.conf import settings

from accounts import allowances
from accounts.models import User
from poster.errors import OutsideError, Refused
from poster.permissions import NotPossible
from watches.model_checks import try_model
from watches.models import Watch
from watches.reasons import orders as why
from watches.sources import about
from writing.captioners import CAPTIONERS
from writing.captioners.placeholders import UnknownBlanks, blanks
from writing.keys import key_for

MOST_INTERVAL = 7 * 24 * 3600  # seconds
MOST_LATE = 366 * 24  # hours
LEAST_INTERVAL = 2  # seconds, in practice


class Rules(TypedDict, total=False):
    """What a watch may be told besides where to look; each has the model's default."""

    interval: int
    captioner: str
    model: str
    language: str
    approval: str
    backlog: str
    fit: str
    subfolders: bool
    name_places: bool
    always_ai: bool
    always_adult: bool
    latest_hours: int
    most_per_day: int | None
    quiet_from: dt.time | None
    quiet_until: dt.time | None
    in_queue: bool


class TooManyWatches(NotPossible):
    """One of the others has to go first, or the operator allows more."""


def check_rules(name: str, rules: Rules) -> None:
    """Raises NotPossible for what no watch can be told."""
    if not name.strip():
        raise NotPossible(why.NameMissing(), about="name")
    if not 0 <= rules.get("latest_hours", 0) <= MOST_LATE:
        raise NotPossible(why.TooLateHours(most=MOST_LATE))
    check_quiet_hours(rules.get("quiet_from"), rules.get("quiet_until"))
    most_per_day = rules.get("most_per_day")
    if most_per_day is not None and most_per_day < 1:
        raise NotPossible(why.NoneADay(), about="most_per_day")
    check_captioner(rules.get("captioner", "describer"))
    for rule, choices in (("approval", Watch.Approval), ("backlog", Watch.Backlog), ("fit", Watch.Fit)):
        value = rules.get(rule, choices.values[0])
        if value not in choices.values:
            raise NotPossible(why.NoSuchChoice(rule=rule, value=str(value), known=tuple(choices.values)))


def check_captioner(captioner: str) -> None:
    """Raises NotPossible."""
    if captioner not in CAPTIONERS:
        raise NotPossible(why.NoSuchCaptioner(name=captioner, known=tuple(CAPTIONERS)))


def check_quiet_hours(begin: dt.time | None, end: dt.time | None) -> None:
    """Raises NotPossible."""
    if (begin is None) != (end is None) or (begin is not None and begin == end):
        raise NotPossible(why.HalfQuiet(), about="quiet_until")


def least_interval(owner: User, source: str) -> int:
    """Seconds between two looks, at least. In practice nobody's limits count."""
    if settings.PRACTICE:
        return LEAST_INTERVAL
    if about(source).of_this_machine:
        return int(settings.SHORTEST_FOLDER_INTERVAL)
    return allowances.interval(owner, settings.SHORTEST_INTERVAL)


def check_interval(owner: User, source: str, interval: int | None) -> None:
    """Raises NotPossible. None: the usual one, which the operator may have forbidden too."""
    wanted = int(Watch._meta.get_field("interval").default) if interval is None else interval
    least = least_interval(owner, source)
    if wanted < least:
        raise NotPossible(why.TooOften(least=least), about="interval")
    if wanted > MOST_INTERVAL:
        raise NotPossible(why.TooSeldom(), about="interval")


def check_number(owner: User) -> None:
    """Raises TooManyWatches. Of two that are made at once, one waits here. The caller is in a transaction."""
    if settings.PRACTICE:
        return
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    most = allowances.watches(owner)
    if Watch.objects.filter(owner=owner, practice=False).count() >= most:
        raise TooManyWatches(why.TooMany(most=most))


def check_prompt(text: str) -> None:
    """Raises NotPossible for blanks that we cannot fill: each picture would stand still on them."""
    try:
        blanks(text)
    except UnknownBlanks as error:
        raise NotPossible(error.reason) from error


def check_key(owner: User, captioner: str) -> None:
    """Raises NotPossible when nobody has put one in."""
    try:
        key_for(captioner, owner.pk)
    except OutsideError as error:
        raise NotPossible(error.reason, about="captioner") from error


def check_model(owner: User, captioner: str, model: str) -> str:
    """A warning when its service could not be asked. Raises NotPossible for an unknown model, or a refused key."""
    try:
        return try_model(owner.pk, captioner, model)
    except Refused as error:
        raise NotPossible(error.reason, about="model") from error
