"""Times as each person reads them."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User

ZONES = frozenset(available_timezones())  # read from disk once


def zone_of(person: User) -> ZoneInfo:
    """The one that they chose, else that of the install."""
    return ZoneInfo(person.time_zone if person.time_zone in ZONES else settings.TIME_ZONE)


class OwnTime:
    """Middleware: the pages of a person are in the time zone that they chose, else in that of the install."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = getattr(request.user, "time_zone", "")
        with timezone.override(ZoneInfo(name) if name in ZONES else None):
            return self.get_response(request)
