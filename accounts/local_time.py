"""Words and times as each person reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.models import User
from poster.web.languages import of_address, of_browser, spoken

Piece = TypeVar("Piece")
ZONES = frozenset(available_timezones())  # read from disk once


def zone_of(person: User) -> ZoneInfo:
    """The one that they chose, else that of the install."""
    return ZoneInfo(person.time_zone if person.time_zone in ZONES else settings.TIME_ZONE)


def language_of(person: User) -> str:
    """The one that they chose, else that of the install; never that of whoever causes a mail to them."""
    return person.language if spoken(person.language) else str(settings.LANGUAGE_CODE)


def read_in(code: str) -> translation.override:
    """What is put into words within is in the language with this code; in that of the install, where there is none."""
    return translation.override(code if spoken(code) else settings.LANGUAGE_CODE)


@contextmanager
def read_by(person: User) -> Iterator[None]:
    """What is put into words within is in their language and their time zone: mails, above all."""
    with translation.override(language_of(person)), timezone.override(zone_of(person)):
        yield


@contextmanager
def shown_to(person: User) -> Iterator[None]:
    """A page that is theirs, though nobody has signed in: where they chose no language, in that of the browser."""
    language = person.language if spoken(person.language) else translation.get_language()
    with translation.override(language), timezone.override(zone_of(person)):
        yield


def said_as_now(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Made one by one when the request is over, in its language and its time zone."""
    return _said_in(iter(pieces), translation.get_language(), timezone.get_current_timezone())


def _said_in(parts: Iterator[Piece], language: str | None, zone: dt.tzinfo) -> Iterator[Piece]:
    while True:
        with translation.override(language), timezone.override(zone):
            piece = next(parts, None)
        if piece is None:
            return
        yield piece


class OwnWords:
    """Middleware: the pages of a person are in the language and the time zone that they chose.

    Where they chose none: in what their browser asks for, and in the zone of the install. An address that says its
    language is in that one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone, language = (getattr(request.user, name, "") for name in ("time_zone", "language"))
        if request.user.is_authenticated and not of_address(request):
            chosen = language if spoken(language) else of_browser(request)
            translation.activate(chosen)  # put back by `poster.web.languages.Negotiated`
        with timezone.override(ZoneInfo(zone) if zone in ZONES else None):
            return self.get_response(request)
