"""What must hold at run time is checked at start-up."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from poster.checks import OURS
from publishing.platforms import PLATFORMS
from publishing.posts.text_limits import unseen


@register(OURS)
def bucket_address(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """A bucket that cannot be spoken to is noticed now, and not with the first post."""
    if not settings.BUCKET_URL:
        return []
    from media import buckets  # with all that it is spoken to by: most installs have none

    try:
        buckets.parse(settings.BUCKET_URL)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="publishing.E001")]
    return []


@register("platforms")  # with `start` and `check` alone: it loads each of them, and all that they speak by
def previews(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """A platform that takes a form says how followers see it: nothing is approved unseen."""
    missing = ((name, unseen(PLATFORMS[name])) for name in PLATFORMS)
    return [
        Error(f"{name} does not say in `shown` how followers see: {', '.join(sorted(forms))}", id="publishing.E002")
        for name, forms in missing
        if forms
    ]
