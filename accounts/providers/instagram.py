"""Instagram Login: a professional account by itself, without a Facebook Page. Rules: Business Login for Instagram."""

from __future__ import annotations

from accounts.providers import NOBODY, App, Grant, Place, Profile
from accounts.providers.expiring import RENEW_AHEAD, lacking, lengthened, only_place, profile_of, renewed
from poster.clients import meta

FIELDS = "user_id,username,name"


class Instagram:
    """The provider protocol. `user_id` names the account in paths; `id` is only our app's name for it."""

    scopes = ("instagram_business_basic", "instagram_business_content_publish")
    renew_ahead = RENEW_AHEAD

    def lengthen(self, grant: Grant, app: App) -> Grant:
        return lengthened(grant, app, meta.instagram(grant.access_token), "ig_exchange_token", "Instagram")

    def identify(self, grant: Grant, app: App = NOBODY) -> Profile:
        return profile_of(meta.instagram(grant.access_token).get("/me", fields=FIELDS), "user_id", "Instagram")

    def discover(self, grant: Grant, app: App = NOBODY) -> list[Place]:
        told = meta.instagram(grant.access_token).get("/me", fields=FIELDS)
        profile = profile_of(told, "user_id", "Instagram")
        return [only_place("instagram", told, profile, lacking(self.scopes, grant))]

    def refresh(self, grant: Grant, app: App) -> Grant:
        """Sixty more days. Refused while the token is younger than a day; Unauthorized when it has ended."""
        graph = meta.instagram(grant.access_token)
        # They document the token as a parameter here.
        told = graph.get("/refresh_access_token", grant_type="ig_refresh_token", access_token=grant.access_token)
        return renewed(grant, told, "Instagram")
