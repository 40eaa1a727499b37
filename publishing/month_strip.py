"""The last thirty days in figures: posts of each day, what captions cost this month, what the platforms still take."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache
from django.utils import timezone

from accounts.models import Channel, User
from poster import clock
from publishing import day_bars
from publishing.calendar import grid
from publishing.calendar.grid import DAY
from publishing.calendar.showing import Mark
from publishing.models import Delivery
from publishing.spending.budgets import Budget

DAYS = 30
MOST = 3_000  # deliveries that are counted
KEPT = 300  # seconds that a count is kept for
FEW = 6  # channels
TOLD = dt.timedelta(hours=24)  # a platform's count is of a day


@dataclass(frozen=True, slots=True)
class Strip:
    """`total`: posts of all days; `more`: there are more than were counted; `rooms`: with how many posts are left."""

    bars: list[day_bars.Bar]
    total: int
    more: bool
    budget: Budget
    rooms: list[tuple[Mark, int]]
    height: int = day_bars.HIGH

    @property
    def width(self) -> int:
        """Of the drawing."""
        return day_bars.width(self.bars)

    @property
    def most(self) -> int:
        """Posts of the busiest day."""
        return max(int(bar.amount) for bar in self.bars)

    @property
    def busy(self) -> list[day_bars.Bar]:
        """Days with posts, for those who hear it."""
        return [bar for bar in self.bars if bar.amount]


def of(person: User, channels: dict[UUID, Mark], newest: UUID | None) -> Strip:
    """`newest`: the post that went out last, by which a kept count is known to be old."""
    today = grid.day_of(clock.now(), timezone.get_current_timezone())
    days = [today - DAY * back for back in reversed(range(DAYS))]
    key = f"posts-a-day:{person.pk}:{today}:{timezone.get_current_timezone()}:{newest}".replace(" ", "")
    kept: tuple[list[int], bool] | None = cache.get(key)
    if kept is None:
        kept = _counted(person, channels, days)
        cache.set(key, kept, KEPT)
    posts, more = kept
    return Strip(day_bars.drawn(days, posts), sum(posts), more, Budget.of(person), _rooms(person, channels))


def _counted(person: User, channels: dict[UUID, Mark], days: list[dt.date]) -> tuple[list[int], bool]:
    """Posts that went out on each of these days: one that went to three channels is one."""
    zone = timezone.get_current_timezone()
    rows = Delivery.objects.filter(
        channel__in=list(channels), state=Delivery.State.PUBLISHED, due_at__gte=grid.begins(days[0], zone)
    )
    found = list(rows.order_by().values_list("post_id", "due_at")[: MOST + 1])
    of_days = Counter(day for _, day in {(post, grid.day_of(at, zone)) for post, at in found})
    return [of_days[day] for day in days], len(found) > MOST


def _rooms(person: User, channels: dict[UUID, Mark]) -> list[tuple[Mark, int]]:
    """Where a platform said lately how many posts it takes, the fewest first."""
    rows = Channel.objects.filter(
        owner=person, state=Channel.State.ACTIVE, room_left__isnull=False, room_read_at__gt=clock.now() - TOLD
    )
    told = rows.order_by("room_left", "name").values_list("pk", "room_left")[:FEW]
    return [(channels[pk], left) for pk, left in told if pk in channels and left is not None]
