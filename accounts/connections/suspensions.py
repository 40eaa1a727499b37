"""A platform refuses all posts of a place, or of a whole login, for a while: it rests, then one post is tried.

Nobody knows for how long such a block holds, and each call meanwhile may prolong it. So nothing is asked for two hours,
then one post is; refused again, it rests twice as long, at most a day. When the one goes out, the others follow.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.connections import login_doubts, wake_ups
from accounts.models import Channel, Credential
from accounts.reasons.logins import NothingKeepsIt
from poster.errors import Suspended
from poster.models import Rest
from poster.permissions import Caller, NotPossible, Scope, require_owner
from poster.reasons import Reason
from poster.work import cooldowns

PAUSE = cooldowns.Pause(first=dt.timedelta(hours=2), most=dt.timedelta(hours=24), trial=dt.timedelta(minutes=15))
PLACE, LOGIN = "held:place:", "held:login:"
LOOKED_UP = "held_as_looked_up"
NOT_ASKED: Any = object()


def keys(channel: Channel) -> list[str]:
    """What may be held for it: the login that opens it, and the place itself."""
    return [f"{LOGIN}{channel.credential_id}", f"{PLACE}{channel.pk}"]


def _doubt(channel: Channel) -> str:
    """What holds it while they refuse its token now and then: see `doubting`."""
    return login_doubts.key(login_doubts.posted_with(channel))


def all_keys(channel: Channel) -> list[str]:
    """The same, and what makes it doubtful."""
    return [*keys(channel), _doubt(channel)]


def suspend(channel: Channel, error: Suspended, holder: UUID) -> Rest:
    """They said so to the post `holder`: nothing more goes there until one try is due."""
    login, place = keys(channel)
    return cooldowns.hold(login if error.whole else place, PAUSE, code=error.code, reason=error.reason, holder=holder)


def stops(channel: Channel, holder: UUID, rests: Iterable[Rest] | None = None) -> Rest | None:
    """What keeps this post waiting; None when nothing does, or the one try is its own. `rests`: its, read just now."""
    pauses = {**dict.fromkeys(keys(channel), PAUSE), _doubt(channel): login_doubts.PAUSE}
    return cooldowns.held(pauses, holder, rests)


def suspended(channel: Channel) -> Rest | None:
    """What is held of it."""
    known = vars(channel).get(LOOKED_UP, NOT_ASKED)
    return cooldowns.waits(keys(channel)) if known is NOT_ASKED else known


def keeps(channel: Channel) -> Rest | None:
    """What is held of it, or makes it doubtful: posts wait for that."""
    held = suspended(channel)
    return held or login_doubts.doubt(login_doubts.posted_with(channel))


def why(channel: Channel) -> str:
    """The same for people; "" where nothing does."""
    rest = keeps(channel)
    return str(told(rest)) if rest else ""


def look_up(channels: Iterable[Channel]) -> None:
    """What is held of each, in one question: for a list that is about to ask of them all."""
    held, doubted = _all_held(), login_doubts.all_rows()
    for channel in channels:
        rests = [held[key] for key in keys(channel) if key in held]
        setattr(channel, LOOKED_UP, max(rests, key=lambda rest: rest.until, default=None))
        login_doubts.looked_up(login_doubts.posted_with(channel), doubted)


def lift(channel: Channel) -> None:
    """A post went out: what waits follows, and no refusal of before counts any more."""
    if cooldowns.let_go(all_keys(channel)):
        wake_ups.wake(channel.credential)


def proven(channel: Channel, post: UUID, sent_at: dt.datetime | None) -> None:
    """This post is out, however we learnt it: if they have not refused another since it was sent, it is well again."""
    well = cooldowns.let_go_proven(keys(channel), post, sent_at, PAUSE)
    if cooldowns.let_go_proven([_doubt(channel)], post, sent_at, login_doubts.PAUSE) or well:
        wake_ups.wake(channel.credential)


def try_now(channel: Channel, *, by: Caller) -> None:
    """A person has put it right there, and does not want to wait: one post is tried at once."""
    require_owner(channel, by, Scope.ACCOUNT)
    if not cooldowns.try_now(all_keys(channel)):
        raise NotPossible(NothingKeepsIt(name=channel.name))
    wake_ups.wake(channel.credential)


def connected(credential: Credential) -> None:
    """It was connected anew: what was held of it is tried at once, and whatever waits for it moves on."""
    channels = list(credential.channels.all())
    cooldowns.try_now([f"{LOGIN}{credential.pk}", *(f"{PLACE}{channel.pk}" for channel in channels)])
    login_doubts.accepted_all([credential, *channels])
    wake_ups.wake(credential)


def told(rest: Rest) -> Reason:
    """What they said, and when we try again. Also of a login or place that is in doubt."""
    doubtful = rest.key.startswith(login_doubts.PREFIX)
    return login_doubts.told(rest) if doubtful else cooldowns.told_of_one(rest, cooldowns.POST)


def held_channels() -> QuerySet[Channel]:
    """Those that refuse everything, by themselves or by their login."""
    ids = [UUID(key.rpartition(":")[2]) for key in _all_held()]
    return Channel.objects.filter(Q(pk__in=ids) | Q(credential__in=ids))


def _all_held() -> dict[str, Rest]:
    """Every place and login that is held, by key. There are few."""
    return {row.key: row for row in Rest.objects.filter(kind=Rest.Kind.HELD, key__startswith="held:")}
