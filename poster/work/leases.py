"""Rows that workers take in turns: due, take, let go. A compare-and-swap decides, never a lock held over a call."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, Self, TypeVar

from django.db import Error, models
from django.db.models import F, Min, Q
from django.db.models.functions import Coalesce, Greatest

from poster import clock

LEASE = dt.timedelta(minutes=5)
LONGEST = LEASE + dt.timedelta(minutes=1)  # clocks of several machines differ a little
MOST_DEATHS = 3
# What one death counts. A worker that died while others lived was killed by its row, most likely; one that went down
# with the whole house (a power cut, a restart) was not. But a row may also pull down the house each time.
ALONE, WITH_ALL = 4, 1

Row = TypeVar("Row", bound="Leased")


class LeasedQuerySet(models.QuerySet[Row]):
    """Querysets of rows that carry a lease."""

    def free(self) -> Self:
        """Nobody works on it and its time has come. A lease that is longer than one is a wrong clock's, and over."""
        now = clock.now()
        over = Q(leased_until=None) | Q(leased_until__lt=now) | Q(leased_until__gt=now + LONGEST)
        return self.filter(over, next_at__lte=now)

    def take(self, row: Row, **still: Any) -> bool:  # noqa: ANN401
        """Swap the lease in, if the row is still as free as when we read it, and `still` holds. Fences the row.

        The fence counts takings: whoever writes later must hold the same number, so a worker that slept through
        its lease writes nothing.
        """
        mine = self.free().filter(pk=row.pk, fence=row.fence, **still)
        until = clock.now() + LEASE
        if not mine.update(leased_until=until, fence=F("fence") + 1, deaths=F("deaths") + ALONE):
            return False
        row.leased_until, row.fence, row.deaths = until, row.fence + 1, row.deaths + ALONE
        return True

    def survived(self) -> int:
        """The house went down and is up again: the workers of these rows did not die alone. Returns how many.

        However long it was down: leases that ended meanwhile count too, and are let go: nothing is forgiven twice.
        """
        held = self.filter(leased_until__isnull=False, deaths__gte=ALONE)
        forgiven = held.update(deaths=F("deaths") - (ALONE - WITH_ALL))
        self.filter(leased_until__lte=clock.now()).update(leased_until=None)
        return forgiven


class Leased(models.Model):
    """`next_at`: when it is due. `leased_until`: somebody works on it until then. `fence`: how often it was taken.

    `deaths` counts takings that did not end in order, four for each, or one when the whole house went down: a row that
    kills its worker three times is put aside, and after ten power cuts in its hands as well.
    """

    next_at = models.DateTimeField(default=clock.now, db_index=True)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    fence = models.PositiveIntegerField(default=0, editable=False)
    deaths = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def swap(self, **values: Any) -> bool:  # noqa: ANN401
        """Write `values` if we still hold the row; False when somebody else has taken it since."""
        model = self._meta.get_field("fence").model  # of a row in two tables, the one with the lease
        if not model._base_manager.filter(pk=self.pk, fence=self.fence).update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True

    def is_held(self) -> bool:
        """Whether we still hold the row: before something is done that writes nothing here."""
        model = self._meta.get_field("fence").model
        return model._base_manager.filter(pk=self.pk, fence=self.fence).exists()

    def extend(self) -> bool:
        """We are still at it: the lease begins anew. False when somebody else has taken the row since."""
        return self.swap(leased_until=clock.now() + LEASE)

    def let_go(self, *, after: float = 0, **values: Any) -> bool:  # noqa: ANN401
        """Write `values`, give the lease back, and be due again in `after` seconds."""
        due = clock.now() + dt.timedelta(seconds=after)
        return self.swap(leased_until=None, next_at=due, deaths=0, **values)

    def give_back(self, **values: Any) -> bool:  # noqa: ANN401
        """Write `values` and give the lease back; it is as due as before."""
        return self.swap(leased_until=None, deaths=0, **values)

    def stumble(self, **values: Any) -> bool:  # noqa: ANN401
        """Something raised, and its worker lives: no death. It is due again after a while that grows each time.

        A database that does not even take this is told it later (`settle_owed`).
        """
        times = _raised[self.pk] = _raised.get(self.pk, 0) + 1
        wait = dt.timedelta(seconds=backoff(times - 1, first=30, most=900))
        owed = {"leased_until": None, "deaths": max(self.deaths - ALONE, 0), "next_at": clock.now() + wait, **values}
        try:
            return self.swap(**owed)
        except Error:
            _owed[self.pk] = (self, owed)
            return False

    @property
    def deadly(self) -> bool:
        """Whether it has killed its worker so often that it is put aside."""
        return self.deaths > ALONE * MOST_DEATHS


_raised: dict[object, int] = {}  # how often the work on a row has raised in this process, in a row
_owed: dict[object, tuple[Leased, dict[str, Any]]] = {}  # leases that could not be given back when they ought to be


def earliest(rows: models.QuerySet[Any]) -> dt.datetime | None:
    """When the first of them is due and free; None when there is none."""
    free_at = Greatest(F("next_at"), Coalesce(F("leased_until"), F("next_at")))
    moment: dt.datetime | None = rows.order_by().aggregate(moment=Min(free_at))["moment"]
    return moment


def went_well(row: Leased) -> None:
    """The work on it raised nothing: the next time that it does is the first."""
    _raised.pop(row.pk, None)


def settle_owed() -> int:
    """Give back what could not be given back. How many; raises what the database raises while it still cannot."""
    done = 0
    for key, (row, values) in list(_owed.items()):
        done += row.swap(**values)
        _owed.pop(key, None)
    return done


def backoff(tries: int, *, first: float = 15, most: float = 3600) -> float:
    """Seconds to wait after `tries` that did not work: doubling, with a little chance so that not all come at once."""
    return min(first * float(2 ** min(tries, 20)), most) * random.uniform(0.85, 1.15)
