"""The last thirty days in figures: posts of each day, what captions cost this month, what the platforms still take."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.cache import cache
from django.utils import timezone

from accounts import allowances
from accounts.models import Channel, User
from poster import clock
from publishing.calendar import grid
from publishing.calendar.grid import DAY
from publishing.calendar.showing import Mark
from publishing.models import Delivery
from writing.ai_costs import spent

DAYS = 30
MOST = 3_000  # deliveries that are counted
KEPT = 300  # seconds that a count is kept for
FEW = 6  # channels
TOLD = dt.timedelta(hours=24)  # a platform's count is of a day
STEP, WIDE, HIGH, LOW = 20, 14, 72, 2  # of the drawing: from bar to bar, a bar, the highest, a day without any


@dataclass(frozen=True, slots=True)
class Bar:
    """A day. Where it stands in the drawing, and how high."""

    day: dt.date
    posts: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Money:
    """US dollars of this month: spent, and what may be."""

    spent: Decimal
    budget: Decimal

    @property
    def percent(self) -> int:
        """Of the budget, to 100."""
        return min(int(self.spent * 100 / self.budget), 100) if self.budget else 100


@dataclass(frozen=True, slots=True)
class Strip:
    """`total`: posts of all days; `more`: there are more than were counted; `rooms`: with how many posts are left."""

    bars: list[Bar]
    total: int
    more: bool
    money: Money
    rooms: list[tuple[Mark, int]]
    width: int = DAYS * STEP - (STEP - WIDE)
    height: int = HIGH

    @property
    def most(self) -> int:
        """Posts of the busiest day."""
        return max(bar.posts for bar in self.bars)

    @property
    def busy(self) -> list[Bar]:
        """Days with posts, for those who hear it."""
        return [bar for bar in self.bars if bar.posts]


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
    money = Money(spent(person), allowances.ai_budget(person))
    return Strip(bars(days, posts), sum(posts), more, money, _rooms(person, channels))


def bars(days: list[dt.date], posts: list[int]) -> list[Bar]:
    """Pure: as high as they are to the highest."""
    most = max(posts) or 1
    heights = [max(number * HIGH // most, 8) if number else LOW for number in posts]
    rows = enumerate(zip(days, posts, heights, strict=True))
    return [Bar(day, number, at * STEP, HIGH - high, high) for at, (day, number, high) in rows]


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
