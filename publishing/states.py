"""Where a post may appear."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Placement(models.TextChoices):
    """Where in a channel a post appears."""

    FEED = "feed", _("feed")
    STORY = "story", _("story")
