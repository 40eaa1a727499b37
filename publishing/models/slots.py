"""The times of a week at which a channel is posted to."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models

from accounts.models import Channel
from poster.models import Row


class Slot(Row):
    """A wall time of one weekday in a zone. A future local time is never kept as an offset."""

    class Day(models.IntegerChoices):
        """As `datetime.weekday` has them."""

        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="slots")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField("day", choices=Day.choices)
    wall = models.TimeField("time")
    zone = models.CharField("time zone", max_length=60)

    # No column: when it comes next, and whether something has that, where it was asked (`publishing.posts.queueing`).
    ahead: tuple[dt.datetime, bool] | None = None

    class Meta:
        ordering = ["channel", "weekday", "wall"]
        constraints = [models.UniqueConstraint(fields=["channel", "weekday", "wall", "zone"], name="slot_once")]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.wall:%H:%M}"
