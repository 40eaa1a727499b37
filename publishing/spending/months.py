"""The months of the spending page: as budgets count them, in the zone of the install."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from django.db.models import QuerySet

from accounts import allowances
from poster import clock
from writing.models import AiCall

YEARS = range(2000, 9999)


@dataclass(frozen=True, slots=True)
class Month:
    """`begins` and `ends` as aware moments; the end is the beginning of the next."""

    begins: dt.datetime

    @classmethod
    def read(cls, text: str) -> Self:
        """Of `2026-11`; the present one of what is none."""
        try:
            day = dt.date.fromisoformat(f"{text}-01")
        except ValueError:
            return cls(allowances.month())
        return cls.of(day) if day.year in YEARS else cls(allowances.month())

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """The one that this day is in."""
        return cls(dt.datetime(day.year, day.month, 1, tzinfo=allowances.zone()))

    @property
    def ends(self) -> dt.datetime:
        return allowances.month_after(self.begins)

    @property
    def is_present(self) -> bool:
        return self.begins <= clock.now() < self.ends

    @property
    def days(self) -> list[dt.date]:
        """All of them, also those that are still to come."""
        first = self.begins.date()
        return [first + dt.timedelta(days=number) for number in range((self.ends.date() - first).days)]

    def __str__(self) -> str:
        return f"{self.begins:%Y-%m}"


def earlier(calls: QuerySet[AiCall], month: Month) -> Month | None:
    """The last one before it in which anything was asked: one step along an index."""
    return _of(calls.filter(created_at__lt=month.begins).order_by("-created_at"))


def later(calls: QuerySet[AiCall], month: Month) -> Month | None:
    """The next one, or the present one."""
    if month.is_present:
        return None
    return _of(calls.filter(created_at__gte=month.ends).order_by("created_at")) or Month(allowances.month())


def _of(rows: QuerySet[AiCall]) -> Month | None:
    moment = rows.values_list("created_at", flat=True).first()
    return Month.of(moment.astimezone(allowances.zone()).date()) if moment else None
