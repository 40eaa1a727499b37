"""Browsers in which somebody has signed in as a whole: who guesses elsewhere does not keep them out there.

A signed cookie says for whom, and is good for a year, or until the password changes elsewhere. It opens nothing: wrong
passwords are counted for this browser by itself, and a sign-in in a browser without it is told by mail. Here nothing
is kept of it: what it holds is a random name and a keyed checksum.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from accounts.models import User

SALT = "accounts.sign_in.known_browsers"
YEAR = 365 * 24 * 3600
PROVED = "known_by_a_mailed_link"
PEOPLE = 5  # who share a browser; the one who was there longest ago is forgotten
Entries = dict[str, list[str]]  # whose: what the browser is called for them, and a mark of their password


def cookie_name() -> str:
    """Over https of the kind that only this host can set."""
    return "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"


def known_as(request: HttpRequest, person: User) -> str:
    """What this browser is called for this person; empty when they have not signed in here."""
    entry = _entries(request).get(str(person.pk))
    return entry[0] if entry and secrets.compare_digest(entry[1], _mark(person)) else ""


class Remembering:
    """Middleware: whoever is signed in, with every step of it done, is known in this browser from now on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        person = request.user if request.user.is_authenticated else getattr(request, PROVED, None)
        if isinstance(person, User) and not known_as(request, person):
            _remember(request, person, response)
        return response


def proved_by_mail(request: HttpRequest, person: User) -> None:
    """They have just chosen a new password here, through a mailed link."""
    setattr(request, PROVED, person)


def _remember(request: HttpRequest, person: User, response: HttpResponseBase) -> None:
    others = [(whose, entry) for whose, entry in _entries(request).items() if whose != str(person.pk)]
    entries = dict([*others[1 - PEOPLE :], (str(person.pk), [secrets.token_hex(8), _mark(person)])])
    response.set_cookie(
        cookie_name(),
        signing.dumps(entries, salt=SALT),
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )


def _entries(request: HttpRequest) -> Entries:
    try:
        told = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=YEAR)
    except signing.BadSignature:
        return {}
    return dict(told)


def _mark(person: User) -> str:
    """Changes with the password, and tells nothing about it."""
    return salted_hmac(SALT, person.password, algorithm="sha256").hexdigest()[:16]
