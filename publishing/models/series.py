"""A post that is repeated."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from poster.models import Row
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams
from publishing.models.posts import Post


class Series(Row):
    """A standing order: this post again, every so many weeks at a wall time. A yes to it is one to each repetition.

    It is a yes to what was seen: a pattern that was changed since waits for another one (`revision`).
    """

    class State(models.TextChoices):
        REPEATING = "repeating", _("repeats")
        PAUSED = "paused", _("paused")
        ENDED = "ended", _("ended")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="series")
    post = models.ForeignKey(Post, models.CASCADE, related_name="repeated_by")  # the pattern
    revision = models.PositiveIntegerField()  # of the pattern, as it was seen
    first_on = models.DateField(_("first on"))  # and from then on that weekday
    wall = models.TimeField(_("time"))
    zone = models.CharField(_("time zone"), max_length=60)
    every = models.PositiveSmallIntegerField(_("every … weeks"), default=1, validators=[MinValueValidator(1)])
    until = models.DateField(_("until"), null=True, blank=True)  # the last day; empty: as long as nobody ends it
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.REPEATING)
    next_at = models.DateTimeField(editable=False)  # the moment of the next one; moved by comparing it
    hold_code = ReasonCode()
    hold_params = ReasonParams()
    hold = ReasonColumns()  # why it was paused by itself

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("several", "series")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "next_at"], name="series_due")]

    def __str__(self) -> str:
        said = ngettext("%(post)s, every week", "%(post)s, every %(weeks)d weeks", self.every)
        return said % {"post": self.post, "weeks": self.every}
