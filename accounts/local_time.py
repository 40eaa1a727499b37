"""Words and times as each person reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.models import User
from poster.web.languages import spoken

ZONES = frozenset(available_timezones())  # read from disk once


def zone_of(person: User) -> ZoneInfo:
    """The one that they chose, else that of the install."""
    return ZoneInfo(person.time_zone if person.time_zone in ZONES else settings.TIME_ZONE)


def language_of(person: User) -> str:
    """The one that they chose; else that of the page on which it is asked, and without a page, that of the install."""
    return person.language if spoken(person.language) else translation.get_language() or settings.LANGUAGE_CODE


def speaks(person: User) -> None:
    """They sign in, and have chosen no language: that of their browser is theirs, where it is not the install's.

    Mails are written where nobody can ask their browser.
    """
    code = translation.get_language() or ""
    if code != settings.LANGUAGE_CODE and spoken(code):
        User.objects.filter(pk=person.pk, language="").update(language=code)


def read_in(code: str) -> translation.override:
    """What is put into words within is in the language with this code; in that of the install, where there is none."""
    return translation.override(code if spoken(code) else settings.LANGUAGE_CODE)


@contextmanager
def read_by(person: User) -> Iterator[None]:
    """What is put into words within is in their language and their time zone: mails, above all."""
    with translation.override(language_of(person)), timezone.override(zone_of(person)):
        yield


class OwnWords:
    """Middleware: the pages of a person are in the language and the time zone that they chose.

    Where they chose none: in what their browser asks for, and in the zone of the install.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone, language = (getattr(request.user, name, "") for name in ("time_zone", "language"))
        if spoken(language):
            translation.activate(language)  # put back by `poster.web.languages.Negotiated`
        with timezone.override(ZoneInfo(zone) if zone in ZONES else None):
            return self.get_response(request)
