"""What a wrong clock has written about logins and places."""

from __future__ import annotations

import datetime as dt

from django.core.cache import cache
from django.db.models import F

from accounts import notices
from accounts.connections import revocations
from accounts.models import Channel, Credential, Notice, Revocation
from poster import clock
from poster.work.clock_jumps import FAR, Put


def after_clock_put(put: Put) -> None:
    """Nothing rests longer than anybody can say, and what is asked now and then is asked."""
    now = clock.now()
    if put.back:
        by = dt.timedelta(seconds=put.seconds)
        Channel.objects.filter(resting_until__gt=now).update(resting_until=F("resting_until") + by)
        Revocation.objects.filter(next_at__gt=now + revocations.EVERY).update(next_at=now)
        Revocation.objects.filter(ends_at__gt=now + revocations.KEPT).update(ends_at=now + revocations.KEPT)
    Channel.objects.filter(resting_until__gt=now + FAR).update(resting_until=None)
    Channel.objects.filter(room_read_at__gt=now).update(room_read_at=None)
    Credential.objects.filter(refreshed_at__gt=now).update(refreshed_at=now)
    Notice.objects.filter(sent_at=None, next_at__gt=now + notices.PAUSE.most).update(next_at=now)
    tried = [f"renew:{pk}:{version}" for pk, version in Credential.objects.values_list("pk", "version")]
    checked = [f"checked:{pk}" for pk in Channel.objects.values_list("pk", flat=True)]
    unchecked = [f"un{key}" for key in checked]
    cache.delete_many([*tried, *checked, *unchecked])
