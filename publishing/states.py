"""Where a post may appear."""

from __future__ import annotations

from django.db import models


class Placement(models.TextChoices):
    """Where in a channel a post appears."""

    FEED = "feed", "feed"
    STORY = "story", "story"
