"""The times of a week at which a channel is posted to."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel
from poster.models import Row


class Slot(Row):
    """A wall time of one weekday in a zone. A future local time is never kept as an offset."""

    class Day(models.IntegerChoices):
        """As `datetime.weekday` has them."""

        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="slots")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="slots", verbose_name=_("channel"))
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Day.choices)
    wall = models.TimeField(_("time"))
    zone = models.CharField(_("time zone"), max_length=60)

    # No column: when it comes next, and whether something has that, where it was asked (`publishing.posts.queueing`).
    ahead: tuple[dt.datetime, bool] | None = None

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering = ["channel", "weekday", "wall"]
        constraints = [models.UniqueConstraint(fields=["channel", "weekday", "wall", "zone"], name="slot_once")]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.wall:%H:%M}"
