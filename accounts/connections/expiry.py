"""Logins that come to their end: told in time, looked after daily, and cleared away when they were never finished."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TypedDict

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import notices
from accounts.connections import flows
from accounts.connections.authorization import give_up
from accounts.connections.blocks import block_place
from accounts.connections.token_refresh import check_place
from accounts.local_time import read_by
from accounts.models import Channel, Credential, Flow, Notice
from accounts.providers import PROVIDERS
from accounts.reasons.logins import Disconnected
from poster import clock
from poster.errors import OutsideError, Unauthorized
from poster.permissions import NotPossible
from poster.reasons.rendering import sentence
from poster.secrets.keyring import Undecryptable
from poster.work import time_budget

DAY = 24 * 3600
AGAIN = 15 * 60  # seconds after the first question that was not answered; doubled with each in a row
LAST_ASKED = "checked:last"
AT_ONCE = 20  # places that one round asks about


class Letter(TypedDict):
    """What a mail says, see `notices.warn_once`."""

    about: str
    subject: str
    words: str


def soon(login: Credential) -> bool:
    """Whether this login ends within the days that its provider's people are told ahead, and only a person can help."""
    if login.state != Credential.State.ACTIVE or login.ends_at is None or login.provider not in PROVIDERS:
        return False
    return login.ends_at < clock.now() + PROVIDERS[login.provider].warn_ahead


def ending() -> QuerySet[Credential]:
    """The logins of which `soon` is true. Renewal had weeks for those that renew themselves, and failed."""
    now = clock.now()
    near = Q()
    for provider in PROVIDERS:
        near |= Q(provider=provider, ends_at__lt=now + PROVIDERS[provider].warn_ahead)
    return Credential.objects.filter(near, state=Credential.State.ACTIVE)


def warn() -> int:
    """Mail each owner once about each end. Returns how many mails went out. What was mended is not told any more."""
    if settings.PRACTICE:
        return 0
    sent = 0
    ways = (
        ("ends:", ending(), _warned),
        ("data:", losing_data(), _warned_of_data),
        ("ended:", ended(), _told_of_the_end),
    )
    for prefix, rows, letter in ways:
        told = [(login, _read(letter, login)) for login in rows.filter(practice=False).select_related("owner")]
        notices.forget_mended(prefix, standing=[each["about"] for _login, each in told])
        sent += sum(notices.warn_once(login.owner, kind=Notice.Kind.RECONNECT, **each) for login, each in told)
    return sent


def _read(letter: Callable[[Credential], Letter], login: Credential) -> Letter:
    with read_by(login.owner):
        return letter(login)


def ended() -> QuerySet[Credential]:
    """The logins that are accepted no more, and that places wait for; not those that their owner has disconnected."""
    blocked = Credential.objects.filter(state=Credential.State.BLOCKED, owner__is_active=True)
    return blocked.exclude(reason_code=Disconnected.code).filter(channels__isnull=False).distinct()


def _told_of_the_end(login: Credential) -> Letter:
    name = PROVIDERS.label(login.provider)
    return Letter(
        about=f"ended:{login.pk}:{login.version}:{login.refreshed_at:%Y%m%d%H%M}",
        subject=_("Connect %(provider)s again") % {"provider": name},
        words=_in_a_row(
            f"{login}: {login.problem}",
            _meanwhile(login),
            _('Nothing is lost: what waits goes on when you have pressed "Connect again" at this login.'),
        ),
    )


def _warned(login: Credential) -> Letter:
    name = PROVIDERS.label(login.provider)
    when: dt.datetime = login.ends_at or clock.now()
    return Letter(
        about=f"ends:{login.pk}:{when:%Y%m%d}",
        subject=_("Connect %(provider)s again by %(when)s") % {"provider": name, "when": date_format(when, "d F")},
        words=_in_a_row(
            _("Your login %(login)s ends on %(when)s, and it cannot be renewed without you.")
            % {"login": login, "when": date_format(when, "d F Y")},
            _meanwhile(login),
            _('Open the dashboard and press "Connect again" at this login. It takes a minute.'),
        ),
    )


def losing_data() -> QuerySet[Credential]:
    """The logins of which some places soon go on by nobody's word. Also of a login that has ended."""
    near = Q(pk__in=())
    for name in PROVIDERS:
        if limit := PROVIDERS[name].about.data_access:
            last = clock.now() - limit.span
            behind = Channel.objects.filter(
                platform__in=limit.platforms, state=Channel.State.ACTIVE, token__isnull=False
            )
            near |= Q(
                provider=name,
                refreshed_at__gt=last,
                refreshed_at__lt=last + PROVIDERS[name].warn_ahead,
                pk__in=behind.values("credential"),
            )
    return Credential.objects.filter(near)


def _warned_of_data(login: Credential) -> Letter:
    limit = PROVIDERS[login.provider].about.data_access
    assert limit is not None  # noqa: S101 - asked for
    when = login.refreshed_at + limit.span
    behind = login.channels.filter(platform__in=limit.platforms, state=Channel.State.ACTIVE)
    names = ", ".join(behind.values_list("name", flat=True))
    words = sentence(limit.words, {"login": str(login), "when": date_format(when, "d F Y"), "names": names})
    return Letter(
        about=f"data:{login.pk}:{when:%Y%m%d}",
        subject=sentence(limit.subject, {"when": date_format(when, "d F")}),
        words=_in_a_row(
            words, _('Open the dashboard before then and press "Connect again" at this login. It takes a minute.')
        ),
    )


def _meanwhile(login: Credential) -> str:
    return sentence(PROVIDERS[login.provider].about.meanwhile, {})


def _in_a_row(*sentences: str) -> str:
    return " ".join(sentences)


def check_places() -> int:
    """Ask once a day about tokens that have no end of their own (Facebook Pages). Returns how many are dead."""
    over = time_budget.begun()
    rows = Channel.objects.filter(
        state=Channel.State.ACTIVE, token__isnull=False, credential__practice=settings.PRACTICE
    )
    asked = dead = 0
    for channel in _in_turn(rows.select_related("credential")):
        if over() or asked == AT_ONCE:
            break
        if cache.add(f"checked:{channel.pk}", 1, DAY):
            asked += 1
            dead += _is_dead(channel)
            cache.set(LAST_ASKED, channel.pk, None)
    return dead


def _in_turn(rows: QuerySet[Channel]) -> Iterator[Channel]:
    """Those that come after the one that was asked last, then the others: none waits for ever behind the same few."""
    last, ordered = cache.get(LAST_ASKED), rows.order_by("pk")
    if last is None:
        yield from ordered.iterator()
    else:
        yield from ordered.filter(pk__gt=last).iterator()
        yield from ordered.filter(pk__lte=last).iterator()


def _is_dead(channel: Channel) -> bool:
    try:
        check_place(channel)
    except Unauthorized as error:
        return block_place(channel, error.reason)
    except (OutsideError, Undecryptable):
        _no_verdict(channel)
    else:
        cache.delete(f"unchecked:{channel.pk}")
    return False


def _no_verdict(channel: Channel) -> None:
    """It is asked again, less and less soon, at most a day later."""
    before = int(cache.get(f"unchecked:{channel.pk}") or 0)
    cache.set(f"unchecked:{channel.pk}", before + 1, 2 * DAY)
    cache.set(f"checked:{channel.pk}", 1, min(AGAIN * 2 ** min(before, 10), DAY))


def clear_away() -> int:
    """Connections that were begun and never ended. What was found goes back to its provider. Returns how many."""
    old = list(Flow.objects.filter(created_at__lt=clock.now() - flows.CHOICE)[:AT_ONCE])
    for flow in old:
        end(flow)
    return len(old)


def end(flow: Flow) -> None:
    """It is over: what it has found goes back to its provider, and nothing of it stays here."""
    try:
        if flow.__dict__.get("found") is not None:
            give_up(flow)
    except NotPossible:
        pass  # our keys do not open it any more
    flows.take_away(flow)
