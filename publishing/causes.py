"""What holds things up, each cause once: what is wrong, who must act, what comes next, and how much waits for it.

An expired login is one thing that needs one act, however many posts and watches wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.connections import login_doubts, suspensions
from accounts.connections.token_refresh import scopes_of_place
from accounts.models import Channel, Credential, User
from outbox.preflight import publishing_paused
from outbox.reasons.gate import PublishingPaused
from poster import clock
from poster.errors import Actor
from poster.models import Rest
from poster.work import clock_jumps, cooldowns, space
from poster.work.queue_watchdog import longest_wait
from publishing.describing import budgets
from publishing.describing.held_accounts import held_accounts
from publishing.models import Delivery
from publishing.posts.text_limits import limits_of
from publishing.public_pictures import addresses
from watches import limits
from watches.arrivals import arriving
from watches.models import FoundFile, Watch
from watches.silence import silence

State = Delivery.State
MOST = 100  # counted no further
STANDS = 300.0  # seconds that a task may wait


class Code(StrEnum):
    """Which kind of cause it is."""

    PAUSED = "paused"
    DISK = "disk"
    WORKER = "worker"
    CLOCK = "clock"
    ADDRESS = "address"
    LOGIN = "login"
    DOUBT = "doubt"
    OFF = "off"
    SUSPENDED = "suspended"
    REST = "rest"
    CAPTIONER = "captioner"
    WATCH = "watch"
    SILENT = "silent"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Cause:
    """One card. `press`: the label and the address of the act (a POST), where there is one; `or_press`: of another."""

    code: Code
    key: str
    icon: str
    name: str
    sentence: str
    page: str
    who: Actor = Actor.YOU
    waiting: int = 0
    press: tuple[str, str] | None = None
    or_press: tuple[str, str] | None = None


def causes(person: User) -> list[Cause]:
    """Those of this person, the widest first."""
    of_all = (_paused, _disk, _worker, _address, _clock)
    ones_own = (_logins, _doubts, _off, _suspended, _rests, _captioners, _limits, _watches)
    return [cause for look in (*of_all, *ones_own) for cause in look(person)]


def explained() -> Q:
    """Blocked deliveries that one of these cards speaks for."""
    known = Q(channel__state__in=Channel.State.closed())
    known |= Q(channel__credential__state=Credential.State.BLOCKED)
    return known if addresses.reachable() else known | Q(actor=Actor.OPERATOR)


def _mine(person: User) -> QuerySet[Delivery]:
    return Delivery.objects.filter(owner=person, state__in=State.held_up())


def _count(rows: QuerySet[Delivery] | QuerySet[FoundFile]) -> int:
    return rows.order_by()[:MOST].count()


def _install(code: Code, name: str, sentence: str, waiting: int) -> Cause:
    """Something of the whole install."""
    page = reverse("admin:publishing_delivery_changelist")
    return Cause(code, code, "hand", name, sentence, f"{page}?stage=way", Actor.OPERATOR, waiting)


def _paused(person: User) -> Iterator[Cause]:
    if publishing_paused():
        yield _install(Code.PAUSED, _("Publishing"), str(PublishingPaused()), _count(_mine(person)))


def _disk(person: User) -> Iterator[Cause]:
    room = space.room()
    if not room.holds():
        mine = arriving(FoundFile.objects.filter(owner=person))
        waiting = min(sum(_count(rows) for rows in mine), MOST)
        yield _install(Code.DISK, _("The disk"), room.sentence, waiting)


def _worker(person: User) -> Iterator[Cause]:
    wait = longest_wait()
    if wait > STANDS:
        minutes = int(wait // 60)
        sentence = ngettext(
            "Nothing has been worked on for %(minutes)d minute. The operator looks whether `manage.py start` runs.",
            "Nothing has been worked on for %(minutes)d minutes. The operator looks whether `manage.py start` runs.",
            minutes,
        )
        yield _install(Code.WORKER, _("The workers"), sentence % {"minutes": minutes}, _count(_mine(person)))


def _address(person: User) -> Iterator[Cause]:
    if addresses.reachable():
        return
    active = Channel.objects.filter(owner=person, state=Channel.State.ACTIVE, credential__practice=settings.PRACTICE)
    asking = [each for each in active.values_list("platform", flat=True).distinct() if limits_of(each).needs_address]
    if asking:
        sentence = _(
            "Platforms fetch pictures from a public address, and this install has none. The operator sets PUBLIC_URL "
            "or BUCKET_URL; then it goes on by itself."
        )
        waiting = _count(_mine(person).filter(platform__in=asking))
        yield _install(Code.ADDRESS, _("Public address"), sentence, waiting)


def _clock(person: User) -> Iterator[Cause]:
    if person.is_superuser and (put := clock_jumps.put_back()):
        sentence = _(
            "This machine's clock was put back by %(by)s. What it had written was mended; what went out lately is "
            "checked for longer. The operator switches on time synchronisation."
        )
        yield _install(Code.CLOCK, _("The clock"), sentence % {"by": put[0]}, 0)


def _logins(person: User) -> Iterator[Cause]:
    blocked = Q(state=Credential.State.BLOCKED) | Q(channels__state=Channel.State.BLOCKED)
    for login in (
        Credential.objects.filter(blocked, owner=person).distinct().order_by("name").prefetch_related("channels")
    ):
        closed = [each for each in login.channels.all() if each.state == Channel.State.BLOCKED]
        problem = login.problem or next((each.problem for each in closed if each.problem), "")
        waiting = _count(_mine(person).filter(channel__credential=login).exclude(channel__state=Channel.State.OFF))
        waiting += _count(FoundFile.objects.filter(watch__stream__credential=login, state=FoundFile.State.FOUND))
        usual = _("The login is no longer accepted. Connect it again, and everything goes on by itself.")
        yield _login(Code.LOGIN, login, problem or usual, waiting)


def _login(
    code: Code,
    login: Credential,
    sentence: str,
    waiting: int,
    who: Actor = Actor.YOU,
    press: tuple[str, str] | None = None,
) -> Cause:
    """It can be connected again; `press`: what else helps, and comes first."""
    page, icon = reverse("admin:accounts_credential_change", args=[login.pk]), login.provider
    again = (_("Connect again"), reverse("connect_again", args=[login.pk]))
    presses = (press, again) if press else (again, None)
    return Cause(code, f"{code}-{login.pk}", icon, str(login), sentence, page, who, waiting, *presses)


def _doubts(person: User) -> Iterator[Cause]:
    """Refused, and tried again before anybody has to act. Where a place of it is blocked already, that card says it."""
    blocked = Channel.objects.filter(owner=person, state=Channel.State.BLOCKED)
    closed = set(blocked.values_list("credential", flat=True))
    for doubt in login_doubts.doubts(person.pk):
        login = doubt.login
        if login.pk in closed or login.state == Credential.State.BLOCKED:  # a Page may outlive its login
            continue
        waiting = _count(_mine(person).filter(channel__in=doubt.channels()))
        if doubt.whole:
            waiting += _count(FoundFile.objects.filter(watch__stream__credential=login, state=FoundFile.State.FOUND))
        press = (_("Try now"), reverse("admin:accounts_credential_do", args=[login.pk, "try-now"]))
        yield _login(Code.DOUBT, login, doubt.sentence, waiting, Actor.PLATFORM, press)


def _off(person: User) -> Iterator[Cause]:
    for channel in Channel.objects.filter(owner=person, state=Channel.State.OFF).order_by("name"):
        if waiting := _count(_mine(person).filter(channel=channel)):
            press = (_("Switch on"), reverse("admin:accounts_channel_do", args=[channel.pk, "switch-on"]))
            sentence = _("It is switched off. Switch it on, and what waits goes out.")
            yield _channel(Code.OFF, channel, sentence, waiting, press)


def _channel(code: Code, channel: Channel, sentence: str, waiting: int, press: tuple[str, str] | None) -> Cause:
    page = reverse("admin:accounts_channel_change", args=[channel.pk])
    key = f"{code}-{channel.pk}"
    return Cause(code, key, channel.platform, str(channel), sentence, page, waiting=waiting, press=press)


def _suspended(person: User) -> Iterator[Cause]:
    """A whole login that is refused is one card, not one for each of its channels."""
    mine = suspensions.held_channels().filter(owner=person).exclude(state=Channel.State.BLOCKED)
    channels, seen = list(mine.select_related("credential").order_by("name")), set()
    suspensions.look_up(channels)
    for channel in channels:
        rest = suspensions.suspended(channel)
        if rest is None or rest.key in seen:
            continue
        seen.add(rest.key)
        whole = rest.key.startswith(suspensions.LOGIN)
        rows = (
            _mine(person).filter(channel__credential=channel.credential_id)
            if whole
            else Delivery.objects.filter(channel=channel, state__in=State.held_up())
        )
        press = (_("Try now"), reverse("admin:accounts_channel_do", args=[channel.pk, "try-now"]))
        yield _channel(Code.SUSPENDED, channel, str(suspensions.told(rest)), _count(rows), press)


def _rests(person: User) -> Iterator[Cause]:
    now = clock.now()
    rests = {each.key: each for each in Rest.objects.filter(kind=Rest.Kind.ANNOUNCED, until__gt=now)}
    if not rests:
        return
    for channel in Channel.objects.filter(owner=person, state=Channel.State.ACTIVE).select_related("credential"):
        keys = scopes_of_place(channel).keys()
        mine = [rests.pop(key) for key in keys if key in rests]
        if mine:
            until = max(each.until for each in mine)
            yield _channel(
                Code.REST, channel, str(cooldowns.told(until)), _count(_mine(person).filter(channel=channel)), None
            )


def _captioners(person: User) -> Iterator[Cause]:
    for held in held_accounts(person.pk):
        page = reverse("admin:accounts_aikey_changelist")
        yield Cause(Code.CAPTIONER, held.rest.key, "spark", held.name, held.sentence, page, waiting=held.waiting)


def _limits(person: User) -> Iterator[Cause]:
    """What one person may use. The disk is everybody's, and told above."""
    page = reverse("admin:watches_foundfile_changelist")
    for met in (*limits.all_met(person), *budgets.met(person)):
        if met.rest.code != limits.Limit.DISK:
            sentence = met.rest.sentence
            yield Cause(Code.LIMIT, met.rest.key, "hand", _("What you may use"), sentence, page, waiting=met.waiting)


def _watches(person: User) -> Iterator[Cause]:
    """But for those whose login is what is wrong. Of one account that does not answer there is one card."""
    seen = set()
    doubtful = [doubt.login.pk for doubt in login_doubts.doubts(person.pk) if doubt.whole]
    silent = Q(state=Watch.State.ACTIVE) & ~Q(unanswered_code="")
    rows = Watch.objects.filter(Q(state=Watch.State.BROKEN) | silent, owner=person).with_stream()
    lost = Q(stream__credential__state=Credential.State.BLOCKED) | Q(stream__credential__in=doubtful)
    for watch in rows.exclude(lost).order_by("name")[:MOST]:
        page = reverse("admin:watches_watch_change", args=[watch.pk])
        if watch.state == Watch.State.BROKEN:
            press = (_("Look again"), reverse("admin:watches_watch_do", args=[watch.pk, "resume"]))
            yield Cause(
                Code.WATCH, f"watch-{watch.pk}", "watches", watch.name, str(watch.problem or ""), page, press=press
            )
        elif (said := silence(watch)) and watch.stream_id not in seen:
            seen.add(watch.stream_id)
            yield Cause(Code.SILENT, f"silent-{watch.stream_id}", "watches", watch.name, said, page)
