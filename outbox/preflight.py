"""Before anything is sent: may this go out now? Asked before preparing, and again in the transaction that marks.

Each question reads what it needs by `Seen`, so that what two of them need is read once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db import connection

from accounts.connections import suspensions
from accounts.connections.token_refresh import scopes_of_place
from accounts.models import Channel, Credential
from accounts.reasons.logins import LoginNotAccepted
from outbox import quiet_hours
from outbox.kinds import kind_of
from outbox.models import Outgoing
from outbox.reasons import gate as why
from poster import clock
from poster.database import trigger_sync
from poster.errors import Actor
from poster.models import Rest, Switch
from poster.reasons import Reason
from poster.work import clock_jumps, cooldowns

UNDO = dt.timedelta(seconds=60)  # so long what a person approved in a browser is not marked
State = Outgoing.State
LONGEST_WAIT = 3600.0  # seconds; then it is asked again whether it still has to wait


@dataclass(frozen=True, slots=True)
class Stop:
    """It may not go out now. `state` empty: not yet, ask again in `after` seconds.

    `theirs`: it waits for what the channel takes (its quota, its pause between two posts). That makes no post late.
    `told`: the person should read meanwhile why it waits.
    """

    reason: Reason
    state: str = ""
    after: float = 0
    actor: str = ""
    theirs: bool = False
    told: bool = False


class Seen:
    """What is there in the moment of asking. `anew`: more than a moment has passed since its row was read."""

    def __init__(self, out: Outgoing, *, anew: bool) -> None:
        self.out = out
        self.anew = anew

    @cached_property
    def channel(self) -> Channel | None:
        """Where it goes, with the login that opens it; None when that is gone."""
        if not self.anew:
            return self.out.channel
        return Channel.objects.filter(outgoing=self.out.pk).select_related("credential").first()

    @property
    def place(self) -> Channel:
        """The same, once it is known that it is there."""
        assert self.channel is not None  # noqa: S101 - asked before
        return self.channel

    @cached_property
    def rests(self) -> list[Rest]:
        """What keeps the place, its login or its app waiting, or did so lately."""
        return cooldowns.rows([*scopes_of_place(self.place).keys(), *suspensions.all_keys(self.place)])


def gate(out: Outgoing, *, anew: bool = False) -> Stop | None:
    """The first reason that stops it, or None. `anew`: what its row says of its channel may have changed since."""
    return _first(out, (*ABOUT_IT, *ABOUT_THE_CHANNEL), anew=anew)


def going_on(out: Outgoing) -> Stop | None:
    """For what is laid down in part: whether anything keeps it from being laid down. The mark asks all the rest."""
    return _first(out, (*ABOUT_IT, _channel, _possible, _resting, _suspended), anew=False)


def shut(out: Outgoing) -> Stop | None:
    """Only what is mended from outside, asked of many that wait: not its turn, and not whether it was there already."""
    return _first(out, (*ABOUT_IT, _channel, _possible), anew=True)


def _first(out: Outgoing, questions: Sequence[Question], *, anew: bool) -> Stop | None:
    seen = Seen(out, anew=anew)
    for ask in questions:
        if stop := ask(seen):
            return stop
    return None


def undoable(out: Outgoing) -> Stop | None:
    """What a person approved in a browser is not marked yet. (A longer wait than that is a wrong clock's.)"""
    now, until = clock.now(), out.undo_until
    if until is None or not now < until <= now + UNDO:
        return None
    return Stop(why.StillUndoable(), after=(until - now).total_seconds())


def publishing_paused() -> bool:
    """The kill switch: the environment's, or the one in the dashboard."""
    return settings.PAUSE_PUBLISHING or Switch.objects.filter(name=Switch.PAUSE).exists()


def put_back() -> bool:
    """Whether an older copy was put back, and nobody has said that it goes on."""
    return Switch.objects.filter(name=Switch.RESTORED).exists()


def doubted_from() -> dt.datetime | None:
    """For what is approved now: after a restore it may be out already, until its channel was asked."""
    return clock.now() if put_back() else None


def _paused(seen: Seen) -> Stop | None:
    thrown = set(Switch.objects.values_list("name", flat=True))
    if settings.PAUSE_PUBLISHING or Switch.PAUSE in thrown:
        return Stop(why.PublishingPaused(), after=5)
    return Stop(why.BackupPutBack(), after=60) if Switch.RESTORED in thrown else None


def _restored(seen: Seen) -> Stop | None:
    """Until its channel was asked, or its owner has said. (Where the channel is gone, nothing goes out anyway.)"""
    in_doubt = seen.out.restored_at is not None and seen.out.channel_id is not None
    return Stop(why.MayBeOut(), after=60) if in_doubt else None


def _unguarded(seen: Seen) -> Stop | None:
    """Nothing is published that could not be proven afterwards. Asked behind the mark; laying down changes nothing."""
    return None if not seen.anew or trigger_sync.stand(connection) else Stop(why.Unguarded(), after=30)


def _wanted(seen: Seen) -> Stop | None:
    return kind_of(seen.out).wanted(seen.out)


def _early(seen: Seen) -> Stop | None:
    """Whoever wakes it: what is planned does not go before its time."""
    now, planned = clock.now(), seen.out.planned_at
    if planned is None or planned <= now:
        return None
    return Stop(why.NotYet(when=planned), after=(planned - now).total_seconds())


def _late(seen: Seen) -> Stop | None:
    if clock.now() <= seen.out.latest_at:
        return None
    if until := clock_jumps.leapt_until():
        return Stop(why.ClockLeapt(), after=(until - clock.now()).total_seconds() + 1)
    hours = int((clock.now() - seen.out.due_at).total_seconds() // 3600)
    return Stop(why.TooLate(hours=hours), State.MISSED, actor=Actor.YOU)


def _channel(seen: Seen) -> Stop | None:
    channel = seen.channel
    if channel is None:
        return Stop(why.ChannelGone(channel=seen.out.channel_name), State.CANCELLED)
    if channel.owner_id != seen.out.owner_id:
        return Stop(why.ChannelOfAnother(), State.CANCELLED)
    if channel.state == Channel.State.OFF:
        return Stop(why.ChannelOff(channel=channel.name), State.BLOCKED, actor=Actor.YOU)
    ended = channel.credential.state == Credential.State.BLOCKED and not channel.has_own_token
    if ended or channel.state == Channel.State.BLOCKED:
        problem = _problem(channel)
        return Stop(problem, State.BLOCKED, actor=Actor.YOU)
    return _other_world(channel) if channel.practice != settings.PRACTICE else None


def _problem(channel: Channel) -> Reason:
    by_login = channel.reason_code == LoginNotAccepted.code and channel.credential.reason
    return by_login or channel.reason or channel.credential.reason or LoginNotAccepted()


def _other_world(channel: Channel) -> Stop:
    if channel.practice:
        return Stop(why.PracticeOver(), State.CANCELLED)
    return Stop(why.NotWhilePractising(), State.BLOCKED, actor=Actor.OPERATOR)


def _possible(seen: Seen) -> Stop | None:
    return kind_of(seen.out).possible(seen.out)


def _resting(seen: Seen) -> Stop | None:
    """They asked for it, or our allowance is nearly used up."""
    channel, now = seen.place, clock.now()
    if until := cooldowns.announced_until(seen.rests):
        wait = min(max((until - now).total_seconds(), 1), LONGEST_WAIT)
        return Stop(why.AskedUsToWait(channel=channel.name), after=wait, theirs=True)
    if channel.resting_until and channel.resting_until > now:
        wait = (channel.resting_until - now).total_seconds()
        return Stop(why.AskedUsToWait(channel=channel.name), after=wait, theirs=True)
    return None


def _spacing(seen: Seen) -> Stop | None:
    channel, now = seen.place, clock.now()
    if not channel.spacing:
        return None
    others = Outgoing.objects.filter(channel=channel, committed_at__lte=now).exclude(pk=seen.out.pk)
    last = others.order_by("-committed_at").values_list("committed_at", flat=True).first()
    free = last + dt.timedelta(seconds=channel.spacing) if last else now
    if free > now:
        wait = (free - now).total_seconds()
        return Stop(why.Pausing(channel=channel.name), after=wait, theirs=True)
    return None


def _as_they_want_it(seen: Seen) -> Stop | None:
    """Quiet hours, and so many a day: its owner's own rules for the channel."""
    channel = seen.place
    if until := quiet_hours.quiet_until(channel):
        wait = min((until - clock.now()).total_seconds(), LONGEST_WAIT)
        return Stop(why.QuietHours(channel=channel.name, until=until), after=wait, theirs=True)
    if until := quiet_hours.full_until(channel, seen.out):
        wait = min((until - clock.now()).total_seconds(), LONGEST_WAIT)
        return Stop(why.EnoughToday(channel=channel.name, most=channel.most_per_day or 0), after=wait, theirs=True)
    return kind_of(seen.out).paced(seen.out)


def _repeated(seen: Seen) -> Stop | None:
    """Asked before anything is laid down, and before the mark: what is laid down by now was no twin when it began."""
    asked = not seen.anew and seen.out.staged_at is not None
    return None if asked else kind_of(seen.out).repeated(seen.out)


def _suspended(seen: Seen) -> Stop | None:
    """They refuse everything of this account, or its login is in doubt: one post is tried. Asked last: this one may."""
    rest = suspensions.stops(seen.place, seen.out.pk, seen.rests)
    if rest is None:
        return None
    wait = min(max((rest.until - clock.now()).total_seconds() + 1, 1), LONGEST_WAIT)
    return Stop(suspensions.told(rest), after=wait, actor=Actor.YOU, theirs=True, told=True)


Question = Callable[[Seen], Stop | None]
ABOUT_IT: tuple[Question, ...] = (_paused, _unguarded, _restored, _wanted, _early, _late)
ABOUT_THE_CHANNEL: tuple[Question, ...] = (
    _channel,
    _possible,
    _resting,
    _spacing,
    _as_they_want_it,
    _repeated,
    _suspended,
)
