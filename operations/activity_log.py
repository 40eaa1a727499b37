"""The story for the terminal: one line for each thing that happened, read from the rows themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import ngettext

from accounts.models import User
from poster import clock
from poster.reasons.known import load
from publishing.models import Delivery, Post
from watches.models import FoundFile

OVERLAP = dt.timedelta(seconds=20)  # a row is dated when it is made, and seen when it is committed
FOR_LINK = dt.timedelta(seconds=30)  # so long a published post may wait for its link before it is told without
MANY = 6  # of one kind at once are told in one line
TOLD = set(FoundFile.State.values) - {FoundFile.State.RECORDED}
MOST = 500  # rows that one look takes
WAITING = FoundFile.State.going_on()


class Story:
    """Remembers what it has told, and what is on its way."""

    def __init__(self) -> None:
        self._began = self._since = clock.now()
        self._told: dict[tuple[str, UUID], dt.datetime] = {}
        wordless = FoundFile.objects.filter(Q(post=None) | Q(post__text=""), state__in=WAITING)
        self._pictures = set(wordless.values_list("pk", flat=True)[:MOST])
        self._drafts = set(Post.objects.wordless().values_list("pk", flat=True)[:MOST])
        self._causes = set[str]()  # that blocked posts were told of
        self._blocked = set[UUID]()  # and those posts: how they go on is told, too
        self._deliveries = set(Delivery.objects.live().values_list("pk", flat=True)[:MOST])

    def lines(self) -> list[str]:
        """What has happened since the last time."""
        now = clock.now()
        people = list(User.objects.values_list("pk", flat=True))
        lines = [
            *_few(self._found(people), "pictures found"),
            *_few(self._put_aside(), "pictures put aside; the dashboard says why"),
            *_few(self._worded(), "captions written"),
            *_few(self._waiting(people), "posts wait for your approval"),
            *_few(self._delivered(people), "deliveries ended; the dashboard shows them"),
        ]
        self._since = max(now - OVERLAP, self._began)
        self._told = {key: moment for key, moment in self._told.items() if moment >= self._since - OVERLAP}
        return lines

    def _new(self, kind: str, rows: QuerySet[FoundFile] | QuerySet[Post] | QuerySet[Delivery]) -> Iterator[UUID]:
        """The keys of rows made since the last look that have not been told."""
        for pk, made in rows.filter(created_at__gt=self._since).values_list("pk", "created_at")[:MOST]:
            if (kind, pk) not in self._told:
                self._told[kind, pk] = made
                yield pk

    def _found(self, people: list[UUID]) -> Iterable[str]:
        rows = FoundFile.objects.filter(
            owner__in=people, state__in=set(FoundFile.State.values) - {FoundFile.State.RECORDED}
        )
        fresh = set(self._new("file", rows))
        self._pictures |= fresh
        for name, watch in FoundFile.objects.filter(pk__in=fresh).values_list("name", "watch_name"):
            yield f"Found {name} in {watch}." if watch else f"Found {name}."

    def _put_aside(self) -> Iterable[str]:
        ended = FoundFile.objects.filter(pk__in=self._some(self._pictures)).exclude(state__in=WAITING)
        for file in ended:
            self._pictures.discard(file.pk)
            yield f"Put aside {file.name}: {file.sentence or file.get_state_display()}"

    def _worded(self) -> Iterable[str]:
        written = Post.objects.filter(file__in=self._some(self._pictures)).exclude(text="").select_related("file")
        for post in written:
            assert post.file is not None  # noqa: S101 - asked for
            self._pictures.discard(post.file.pk)
            yield f"Words for {post.file.name}: {_short(post.text)}"

    def _waiting(self, people: list[UUID]) -> Iterable[str]:
        """Once it has its words, or none are to come."""
        self._drafts |= set(self._new("post", Post.objects.filter(owner__in=people)))
        for post in Post.objects.filter(pk__in=self._some(self._drafts)):
            if post.is_described:
                continue
            self._drafts.discard(post.pk)
            if post.state != Post.State.DRAFT:
                continue
            yield f"Waits for you: {_short(post.text)} {post.waits_because}".strip()

    def _delivered(self, people: list[UUID]) -> Iterable[str]:
        rows = Delivery.objects.filter(owner__in=people, state__in=Delivery.State.values)
        self._deliveries |= set(self._new("delivery", rows)) | self._unblocked()
        ended = Delivery.objects.filter(pk__in=self._some(self._deliveries)).exclude(state__in=Delivery.State.moving())
        blocked: dict[str, list[Delivery]] = {}
        for delivery in ended:
            if _link_may_come(delivery):
                continue
            self._deliveries.discard(delivery.pk)
            if delivery.state == Delivery.State.BLOCKED:
                self._blocked.add(delivery.pk)
                blocked.setdefault(delivery.error, []).append(delivery)
            else:
                yield _told(delivery)
        yield from self._why_blocked(blocked)

    def _unblocked(self) -> set[UUID]:
        """What goes on after it was told as blocked."""
        known = Delivery.objects.filter(pk__in=self._some(self._blocked)).values_list("pk", "state")
        gone_on = {pk for pk, state in known if state != Delivery.State.BLOCKED}
        self._blocked -= gone_on
        return gone_on

    def _why_blocked(self, by_cause: dict[str, list[Delivery]]) -> Iterable[str]:
        """Each cause once, for as long as anything is blocked by it."""
        if self._causes:
            still = Delivery.objects.filter(state=Delivery.State.BLOCKED).order_by()
            told = still.values_list("reason_code", "reason_params").distinct()
            self._causes &= {str(load(code, params) or "") for code, params in told}
        for cause, blocked in by_cause.items():
            if cause not in self._causes:
                yield _told_blocked(cause, blocked)
        self._causes |= set(by_cause)

    @staticmethod
    def _some(keys: set[UUID]) -> list[UUID]:
        return list(keys)[:MOST]


def _link_may_come(delivery: Delivery) -> bool:
    fresh = delivery.published_at is not None and delivery.published_at + FOR_LINK > clock.now()
    return fresh and not delivery.permalink


def _told(delivery: Delivery) -> str:
    where = f"{delivery.channel_name} ({delivery.platform})"
    if delivery.state == Delivery.State.PUBLISHED:
        return f"Published on {where}: {delivery.permalink or _short(delivery.text)}"
    return f"{delivery.get_state_display().capitalize()} on {where}: {delivery.error}"


def _told_blocked(cause: str, blocked: list[Delivery]) -> str:
    where = ", ".join(sorted({f"{each.channel_name} ({each.platform})" for each in blocked}))
    number = len(blocked)
    told = ngettext(
        "%(number)d post is blocked on %(where)s: %(cause)s",
        "%(number)d posts are blocked on %(where)s: %(cause)s",
        number,
    )
    return told % {"number": number, "where": where, "cause": cause}


def _few(lines: Iterable[str], many: str) -> list[str]:
    told = list(lines)
    return told if len(told) < MANY else [f"{len(told)} {many}."]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
