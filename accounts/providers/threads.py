"""Threads' own login: one profile. Rules: Threads API, Get Access Tokens."""

from __future__ import annotations

from accounts.providers import NOBODY, App, Grant, Place, Profile
from accounts.providers.expiring import RENEW_AHEAD, lacking, lengthened, only_place, profile_of, renewed
from poster.clients import meta

FIELDS = "id,username,name"


class Threads:
    """The provider protocol."""

    scopes = ("threads_basic", "threads_content_publish")
    renew_ahead = RENEW_AHEAD

    def lengthen(self, grant: Grant, app: App) -> Grant:
        return lengthened(grant, app, meta.threads(grant.access_token), "th_exchange_token", "Threads")

    def identify(self, grant: Grant, app: App = NOBODY) -> Profile:
        return profile_of(meta.threads(grant.access_token).get("/me", fields=FIELDS), "id", "Threads")

    def discover(self, grant: Grant, app: App = NOBODY) -> list[Place]:
        told = meta.threads(grant.access_token).get("/me", fields=FIELDS)
        return [only_place("threads", told, profile_of(told, "id", "Threads"), lacking(self.scopes, grant))]

    def refresh(self, grant: Grant, app: App) -> Grant:
        """Sixty more days. Refused while the token is younger than a day; Unauthorized when it has ended."""
        graph = meta.threads(grant.access_token)
        # They document the token as a parameter here.
        told = graph.get("/refresh_access_token", grant_type="th_refresh_token", access_token=grant.access_token)
        return renewed(grant, told, "Threads")
