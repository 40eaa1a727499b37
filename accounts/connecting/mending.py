"""What a wrong clock has written about logins and places."""

from __future__ import annotations

from django.core.cache import cache

from accounts.models import Channel, Credential
from poster import clock
from poster.timekeeping import FAR, Put


def after_clock_put(_put: Put) -> None:
    """Nothing rests longer than anybody can say, and what is asked now and then is asked."""
    now = clock.now()
    Channel.objects.filter(resting_until__gt=now + FAR).update(resting_until=None)
    Channel.objects.filter(room_read_at__gt=now).update(room_read_at=None)
    Credential.objects.filter(refreshed_at__gt=now).update(refreshed_at=now)
    tried = [f"renew:{pk}:{version}" for pk, version in Credential.objects.values_list("pk", "version")]
    checked = [f"checked:{pk}" for pk in Channel.objects.values_list("pk", flat=True)]
    cache.delete_many([*tried, *checked])
