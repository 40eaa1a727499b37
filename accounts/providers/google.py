"""Google: a login that may read one account's Drive, and nothing else.

Access tokens live an hour. The refresh token stays the same for life: Google sends none when it renews. That life
ends when the person takes the access back, after six months without use, or, while the operator's app is still in
"Testing", after seven days. Source: Google Identity "Using OAuth 2.0 to Access Google APIs".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from accounts.providers import NOBODY, App, Grant, Place, Profile
from poster import clock
from poster.clients import google
from poster.errors import Actor, OutsideError, RateLimited, Refused, Trace, Unanswered, Unauthorized, Unavailable
from poster.http import Answer, Client, retry_after

DRIVE = "https://www.googleapis.com/auth/drive.readonly"
USUAL_LIFE = 3600  # seconds of an access token, where Google does not say

# `error` of the token address: what it means, and who must act.
CONFIGURATION = {"invalid_client", "unauthorized_client", "redirect_uri_mismatch", "invalid_scope"}
PASSING = {"internal_failure", "server_error", "temporarily_unavailable"}


class Google:
    """Google Drive, read only."""

    scopes = (DRIVE,)
    renew_ahead = dt.timedelta(minutes=10)

    def lengthen(self, grant: Grant, app: App) -> Grant:
        """An hour is all there is; the refresh token is what lasts. An hour, too, when its end was not told."""
        if grant.expires_at is None and grant.refresh_token:
            return replace(grant, expires_at=clock.now() + dt.timedelta(seconds=USUAL_LIFE))
        return grant

    def identify(self, grant: Grant, app: App = NOBODY) -> Profile:
        """Whose Drive it is. Raises Unauthorized when the box for Drive was not ticked."""
        with google.drive(grant.access_token) as service:
            about = google.ask(service.about().get(fields="user(displayName,emailAddress,permissionId)"), "user")
        user = about["user"]
        if not user.get("permissionId"):
            raise Unavailable("Google did not say whose login this is. Try again.")
        return Profile(str(user["permissionId"]), user.get("emailAddress") or user.get("displayName") or "Google")

    def discover(self, grant: Grant, app: App = NOBODY) -> list[Place]:
        """Nothing can be published in a Drive."""
        return []

    def refresh(self, grant: Grant, app: App) -> Grant:
        """A new access token. Raises Unauthorized when only a new login helps."""
        if not grant.refresh_token:
            raise Unauthorized("Google gave no lasting permission with this login. Connect the Google account again.")
        try:
            answer = Client("https://oauth2.googleapis.com", _judge, "Google").post(
                "/token",
                grant_type="refresh_token",
                refresh_token=grant.refresh_token,
                client_id=app.client_id,
                client_secret=app.client_secret,
            )
        except Unanswered as error:  # asking twice is harmless: the refresh token stays the same
            raise Unavailable("Google did not answer in full. We try again by ourselves.", trace=error.trace) from None
        return _renewed(grant, answer)


def _renewed(grant: Grant, answer: dict[str, Any]) -> Grant:
    token, lasts = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not token:
        raise Unavailable("Google's answer was not complete. We ask again by ourselves.")
    life = dt.timedelta(seconds=lasts if isinstance(lasts, int) else USUAL_LIFE)
    return Grant(
        access_token=token,
        refresh_token=answer.get("refresh_token") or grant.refresh_token,
        expires_at=clock.now() + life,
        scopes=tuple(str(answer.get("scope", "")).split()) or grant.scopes,
    )


def _judge(_method: str, answer: Answer) -> OutsideError | None:
    """What the token address says: {"error", "error_description"}."""
    if answer.status < 300:
        return None
    error = str(answer.json().get("error", ""))
    trace = Trace(answer.status, error)
    if error == "invalid_grant":
        return Unauthorized(
            "Google does not renew this login any more: access was taken back, or the operator's app is still in "
            'Google\'s "Testing" mode, where every login ends after 7 days. Connect the Google account again.',
            trace=trace,
        )
    if error in CONFIGURATION:
        return Refused(
            f"Google does not accept this app ({error}). The operator has to check its client id and secret.",
            actor=Actor.OPERATOR,
            trace=trace,
        )
    if answer.status == 429:
        return RateLimited(
            "We asked Google too often. We wait a little.", retry_after=retry_after(answer.headers), trace=trace
        )
    if error in PASSING or answer.status >= 500 or answer.status < 400 or answer.status == 408:
        return Unavailable(
            "Google has trouble of its own at the moment. We try again by ourselves.",
            retry_after=retry_after(answer.headers),
            trace=trace,
        )
    return Refused(
        f"Google refused to renew the login ({error or answer.status}). Please report this.",
        actor=Actor.OPERATOR,
        trace=trace,
    )
