"""Threads' own login: one profile. Rules: Threads API, Get Access Tokens."""

from __future__ import annotations

from accounts.providers import App, Grant, Place, Profile
from accounts.providers.expiring import RENEW_AHEAD, lacking, only_place, profile_of, renewed
from poster.clients import meta

FIELDS = "id,username,name"


class Threads:
    """The provider protocol."""

    scopes = ("threads_basic", "threads_content_publish")
    renew_ahead = RENEW_AHEAD

    def identify(self, grant: Grant) -> Profile:
        return profile_of(meta.threads(grant.access_token).get("/me", fields=FIELDS), "id", "Threads")

    def discover(self, grant: Grant) -> list[Place]:
        told = meta.threads(grant.access_token).get("/me", fields=FIELDS)
        return [only_place("threads", told, profile_of(told, "id", "Threads"), lacking(self.scopes, grant))]

    def refresh(self, app: App, grant: Grant) -> Grant:
        """Sixty more days. Refused while the token is younger than a day; Unauthorized when it has ended."""
        graph = meta.threads(grant.access_token)
        # They document the token as a parameter here.
        told = graph.get("/refresh_access_token", grant_type="th_refresh_token", access_token=grant.access_token)
        return renewed(grant, told, "Threads")
