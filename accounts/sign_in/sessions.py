"""How long people stay signed in, and ending it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accounts.models import User
from accounts.reasons.events import SessionOver, SessionsEnded
from poster import clock
from poster.ledger.security_log import Kind, record
from poster.manifests import asked
from poster.web import unsaved_input
from poster.web.post_only import post_only

SIGNED_OUT = "accounts.signed_out"  # (id of a person): sessions of theirs were ended by hand
BEGAN, SEEN = "began_at", "seen_at"  # in the session; seconds since 1970
EVERY = 60  # seconds between two notes of having seen somebody

Answering = Callable[[HttpRequest], HttpResponse]


def begin(request: HttpRequest, person: User) -> None:
    """Somebody signed in: their time begins, and they have just said who they are."""
    request.session[BEGAN] = request.session[SEEN] = clock.now().timestamp()
    record_authentication(request, person, method="sign_in", reauthenticated=True)


class Ending:
    """Middleware: sessions that nobody used for long, or that are old, end with a sentence."""

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return _told(request, self.get_response(request))
        if sentence := over(request):
            record(Kind.SIGN_OUT, SessionOver(), person=request.user.pk, request=request)
            logout(request)
            messages.info(request, sentence)
            return redirect_to_login(request.get_full_path())  # what takes a POST alone leads to its page
        _note(request)
        return self.get_response(request)


def _told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Who is led to the sign-in page with the cookie of a session that is there no more is told so."""
    place = urlsplit(response.get("Location", ""))
    gone = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.is_empty()
    if not gone or request.method != "GET" or place.path != reverse(settings.LOGIN_URL):
        return response
    return unsaved_input.door(request.get_full_path(), "ended")


def over(request: HttpRequest) -> str:
    """Why this session is over; empty when it is not."""
    now = clock.now().timestamp()
    if now - request.session.get(BEGAN, now) > settings.SESSION_MAX_DAYS * 24 * 3600:
        days = int(settings.SESSION_MAX_DAYS)
        told = ngettext(
            "You were signed in for %d day. Sign in again to go on.",
            "You were signed in for %d days. Sign in again to go on.",
            days,
        )
        return told % days
    if now - request.session.get(SEEN, now) > settings.SESSION_IDLE_MINUTES * 60:
        return gettext("You were away for long, so you were signed out. Sign in again to go on.")
    return ""


def _note(request: HttpRequest) -> None:
    """Remember, once a minute, that this person was here. A page that refreshes itself is nobody."""
    now = clock.now().timestamp()
    seen = request.session.get(SEEN, 0)
    if now - seen < EVERY or request.headers.get("HX-Request"):
        return
    request.session.setdefault(BEGAN, now)
    request.session[SEEN] = now
    UserSession.objects.create_from_request(request)


class RecordingAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    """Ending sessions from the list is written into the security log."""

    def end_sessions(self, sessions: Any) -> None:  # noqa: ANN401
        ended = list(sessions)
        super().end_sessions(ended)
        for person in {each.user_id for each in ended}:
            _tell(person)
            count = sum(each.user_id == person for each in ended)
            record(Kind.ACCOUNT, SessionsEnded(sessions=count), person=person, request=context.request)


@post_only("usersessions_list")
def end_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One session of one's own, from the list."""
    session = get_object_or_404(UserSession, pk=pk, user_id=request.user.pk)
    was_here = session.is_current()
    RecordingAdapter().end_sessions([session])
    if was_here:
        logout(request)
    messages.info(request, gettext("That session is ended."))
    return redirect("usersessions_list")


def end_all(person: User) -> int:
    """Sign this person out everywhere; how many sessions there were."""
    _tell(person.pk)
    sessions = list(UserSession.objects.filter(user=person))
    for session in sessions:
        session.end()
    return len(sessions)


def _tell(person: UUID) -> None:
    """Other apps, whose doors close as well."""
    for answer in asked(SIGNED_OUT):
        answer(person)
