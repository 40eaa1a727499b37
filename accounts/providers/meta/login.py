"""Logins that end and are renewed with themselves: what Meta's three products have in common.

S5 wants no token and no secret in an address. Two calls of Instagram and Threads are documented as GET with both as
parameters, and no other way: the exchange for a long-lived token, and its renewal; and `debug_token` takes the token it
is asked about as a parameter. Everything else goes in the header or in the body.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from accounts.providers import App, CodeRefused, Grant, Place, Profile, RedirectRefused
from accounts.providers.consent import seconds_in, token_in
from accounts.providers.meta import client as meta
from accounts.reasons.disconnecting import ByHand
from poster import clock
from poster.errors import OutsideError, Refused, Trace, Unavailable
from poster.http.client import Answer
from poster.reasons import Reason
from poster.reasons import outside_logins as logins

HOUR = 3600
SHORT = dt.timedelta(hours=3)  # first logins live one or two hours, lengthened ones sixty days
LASTING = dt.timedelta(days=60)
RENEW_AHEAD = dt.timedelta(days=30)  # they live for sixty days; one younger than a day cannot be renewed
WARN_AHEAD = dt.timedelta(days=7)
REDIRECT = ("191", "1349187")  # the first a code: "URL not permitted"; the second a subcode: not https (reported)
OUR_APP = {"1", "101"}  # "error validating client secret" is told as code 1 ("unknown"); 101: no such app


def about_code(name: str, method: str, answer: Answer) -> OutsideError | None:
    """What the answer to a code means: the Graph's own envelope. 100/36007 to 36009: the code; 1 and 101: our app.

    36008 is both: the code is none, or it was asked for with another redirect address (both recorded).
    """
    error = meta.judge(name, method, answer)
    if error is None or answer.status >= 500 or error.trace.status is None:
        return error
    if error.trace.code in OUR_APP:
        return wrong_app(name, error.trace)
    if about_redirect(answer) or error.trace.code in REDIRECT or error.trace.subcode in REDIRECT:
        return RedirectRefused(name, trace=error.trace)
    if error.trace.code == "100":
        return CodeRefused(logins.CodeNotTaken(service=name), trace=error.trace)
    return error


def about_redirect(answer: Answer) -> bool:
    """Whether it speaks of the redirect address. `message` is English for everybody; recorded wrapped and not."""
    told = answer.json()
    error = told.get("error")
    message = error.get("message") if isinstance(error, dict) else told.get("error_message")
    return "redirect_uri" in str(message or "").lower()


def wrong_app(name: str, trace: Trace) -> Refused:
    """Our id or secret is wrong, which only the operator can change."""
    return Refused(logins.AppNotAccepted(service=name), trace=trace)


def first(told: Mapping[str, Any], name: str, scopes: tuple[str, ...] = ()) -> Grant:
    """The login of an hour that a code brought."""
    life = dt.timedelta(seconds=seconds_in(told, "expires_in", HOUR))
    ends_at = clock.now() + life
    return Grant(token_in(told, "access_token", name), expires_at=ends_at, scopes=scopes, ends_at=ends_at)


def is_short(grant: Grant) -> bool:
    """Whether this is a first login, which ends within hours."""
    now = clock.now()
    return grant.expires_at is not None and now < grant.expires_at <= now + SHORT


def lengthened(grant: Grant, app: App, graph: meta.Graph, kind: str, name: str) -> Grant:
    """The lasting login for a first one; as it is when it lasts already, or our app is not known.

    One whose end was not told is taken for a lasting one, so that it is renewed in time.
    """
    if grant.expires_at is None:
        ends_at = clock.now() + LASTING
        return replace(grant, expires_at=ends_at, ends_at=ends_at)
    if not (is_short(grant) and app.client_secret):
        return replace(grant, ends_at=grant.expires_at)
    # They document token and secret as parameters here.
    told = graph.get("/access_token", grant_type=kind, client_secret=app.client_secret, access_token=grant.access_token)
    return renewed(grant, told, name)


def profile_of(told: Mapping[str, Any], key: str, name: str) -> Profile:
    """Whose login it is, from the answer to /me. Raises Unavailable when it does not say."""
    remote_id = meta.identity(told, key)
    if not remote_id:
        raise Unavailable(logins.WhoseLogin(service=name))
    shown = str(told.get("username") or told.get("name") or remote_id)[:200]
    return Profile(remote_id, shown, meta.identity(told)[:100])


def only_place(platform: str, told: Mapping[str, Any], profile: Profile, lacking: tuple[str, ...]) -> Place:
    """The one place of a login that opens exactly one, with the login's own token."""
    name = str(told.get("name") or profile.name)[:200]
    handle = str(told.get("username") or "")[:200]
    return Place(platform, profile.remote_id, name, handle, missing=lacking)


def lacking(needed: tuple[str, ...], grant: Grant) -> tuple[str, ...]:
    """The needed scopes that were not granted; none when the grant does not say which it has."""
    return tuple(scope for scope in needed if grant.scopes and scope not in grant.scopes)


def renewed(grant: Grant, told: Mapping[str, Any], name: str) -> Grant:
    """The login with the token they gave now. Raises Unavailable when there is none in the answer."""
    seconds = seconds_in(told, "expires_in", 0)
    ends_at = clock.now() + dt.timedelta(seconds=seconds) if seconds else None
    return Grant(token_in(told, "access_token", name), expires_at=ends_at, scopes=grant.scopes, ends_at=ends_at)


def by_hand(name: str, where: str) -> Reason:
    """What to do where they have no way to give a permission back."""
    return ByHand(name=name, where=where)
