"""Logins that end and are renewed with themselves: what Meta's three products have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from accounts.providers import App, Grant, Place, Profile
from poster import clock
from poster.clients import meta
from poster.errors import Unavailable

SHORT = dt.timedelta(hours=3)  # first logins live one or two hours, lengthened ones sixty days
LASTING = dt.timedelta(days=60)
RENEW_AHEAD = dt.timedelta(days=30)  # they live for sixty days; one younger than a day cannot be renewed


def is_short(grant: Grant) -> bool:
    """Whether this is a first login, which ends within hours."""
    now = clock.now()
    return grant.expires_at is not None and now < grant.expires_at <= now + SHORT


def lengthened(grant: Grant, app: App, graph: meta.Graph, kind: str, name: str) -> Grant:
    """The lasting login for a first one; as it is when it lasts already, or our app is not known.

    One whose end was not told is taken for a lasting one, so that it is renewed in time.
    """
    if grant.expires_at is None:
        return replace(grant, expires_at=clock.now() + LASTING)
    if not (is_short(grant) and app.client_secret):
        return grant
    # They document token and secret as parameters here.
    told = graph.get("/access_token", grant_type=kind, client_secret=app.client_secret, access_token=grant.access_token)
    return renewed(grant, told, name)


def profile_of(told: Mapping[str, Any], key: str, name: str) -> Profile:
    """Whose login it is, from the answer to /me. Raises Unavailable when it does not say."""
    remote_id = meta.identity(told, key)
    if not remote_id:
        raise Unavailable(f"{name} does not say whose login this is. We ask again.")
    return Profile(remote_id, str(told.get("username") or told.get("name") or remote_id)[:200])


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
    token, seconds = told.get("access_token"), told.get("expires_in")
    if not isinstance(token, str) or not token:
        raise Unavailable(f"{name} gave no new login. We ask again.")
    expires_at = None
    if isinstance(seconds, int) and 0 < seconds < 10**9:
        expires_at = clock.now() + dt.timedelta(seconds=seconds)
    return Grant(token, expires_at=expires_at, scopes=grant.scopes)
