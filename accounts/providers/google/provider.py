"""Google: a login that may read one account's Drive, and nothing else.

Access tokens live an hour. The refresh token stays the same for life: Google sends none when it renews. That life
ends when the person takes the access back, after six months without use, or, while the operator's app is still in
"Testing", after seven days. Source: Google Identity "Using OAuth 2.0 to Access Google APIs".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from accounts.providers import NOBODY, About, App, CodeRefused, Grant, Guide, Place, Profile, RedirectRefused
from accounts.providers.companies import GOOGLE
from accounts.providers.consent import SECONDS, consent_address, seconds_in, token_in
from accounts.providers.google import client as google
from accounts.providers.google import reasons
from poster import clock
from poster.errors import OutsideError, RateLimited, Refused, Trace, Unanswered, Unauthorized, Unavailable
from poster.http.client import Answer, Client, retry_after
from poster.reasons import _, outside
from poster.reasons.outside import Outside
from poster.reasons.outside_logins import CodeNotTaken, NotUnderstood, WhoseLogin

CONSENT = "https://accounts.google.com/o/oauth2/v2/auth"
TOKENS = "https://oauth2.googleapis.com"
DRIVE = "https://www.googleapis.com/auth/drive.readonly"
USUAL_LIFE = 3600  # seconds of an access token, where Google does not say

# `error` of the token address: what it means, and who must act.
# Sources: Google "Authorization errors" and "Refresh token expiration". Recorded at a renewal: admin_policy_enforced
# (dust PR 31975), policy_enforced (twenty PR 25148), access_denied (sync-engine PR 1014).
CONFIGURATION: dict[str, type[Outside]] = dict.fromkeys(
    ("invalid_client", "unauthorized_client", "invalid_scope"), reasons.ClientRefused
)
CONFIGURATION |= dict.fromkeys(("deleted_client", "disabled_client"), reasons.ClientGone)
PASSING = {"internal_failure", "server_error", "temporarily_unavailable"}
TOO_OFTEN = {"rate_limit_exceeded"}  # with 403
NOT_RENEWED: dict[str, type[Outside]] = {
    "invalid_grant": reasons.GrantRefused,
    "admin_policy_enforced": reasons.ForbiddenByAdministrator,
    "access_denied": reasons.ForbiddenByAdministrator,
    "policy_enforced": reasons.AdvancedProtection,
    "org_internal": reasons.OtherOrganisation,
}


# Sources: Google "OAuth 2.0 for Web Server Applications", "Setting up your OAuth consent screen".
ABOUT = About(
    company=GOOGLE,
    gets=_("Reads the folders that you choose (read-only) and fetches new pictures from them."),
    opens=_("Folders that are watched for new pictures."),
    guide=Guide(
        "https://console.cloud.google.com/",
        (
            _("Make a project that is used for nothing else: taking access back ends all that an account gave to it."),
            _("APIs & Services, Library: enable the Google Drive API."),
            _(
                "OAuth consent screen, Audience: Internal if your Google account belongs to an organisation of yours, "
                "otherwise External."
            ),
            _("Data access: add the scope below."),
            _(
                "Clients, Create client, type Web application: paste the redirect address under Authorised redirect "
                "URIs."
            ),
            _("Copy client id and client secret into this page, and check them."),
        ),
        (
            _(
                "External and still in Testing: only test users that you list can connect (at most 100), and every "
                'login ends after 7 days. "Publish app" ends that.'
            ),
            _(
                "drive.readonly is a restricted scope: an app for people beyond your own needs Google's verification, "
                "and a security assessment every year."
            ),
        ),
        id_name=_("Client id"),
    ),
    icon="drive",
    opens_briefly=_("Drive folders"),
    short_logins=_(
        "A Google login here ends within seven days. If it was connected lately, your app is still in "
        "Testing: publish it at Google, and let people connect again."
    ),
    meanwhile=_("Until then pictures are found as always; afterwards nothing new is found."),
    practice=App("practice.apps.googleusercontent.com", "practice"),
)


class Google:
    """Google Drive, read only."""

    about = ABOUT
    scopes = (DRIVE,)
    words = {DRIVE: _("see and download the files in your Google Drive")}
    for_posting = False
    own_tokens = ()
    pkce = True
    issuer = "https://accounts.google.com"
    https_only = False  # addresses of this machine may be http
    renews = True
    renew_ahead = dt.timedelta(minutes=10)
    warn_ahead = dt.timedelta(days=2)  # while an app is in "Testing", a login lives seven

    def authorize_url(self, app: App, back: str, state: str, verifier: str, *, again: bool = False) -> str:
        """Offline, and asked every time: without both there is no refresh token."""
        asked = {"state": state, "code_verifier": verifier, "access_type": "offline", "prompt": "consent"}
        return consent_address(CONSENT, app, back, " ".join(self.scopes), **asked)

    def exchange(self, app: App, code: str, back: str, verifier: str) -> Grant:
        """Refused when what lasts is missing, or the box for Drive was not ticked."""
        told = Client(TOKENS, _judge_code, "Google", deadline=SECONDS).post(
            "/token",
            grant_type="authorization_code",
            code=code,
            redirect_uri=back,
            code_verifier=verifier,
            client_id=app.client_id,
            client_secret=app.client_secret,
        )
        if not told.get("refresh_token"):
            raise Refused(reasons.NotLastingYet(service="Google"))
        return _first(told)

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
            raise Unavailable(WhoseLogin(service="Google"))
        return Profile(str(user["permissionId"]), user.get("emailAddress") or user.get("displayName") or "Google")

    def discover(self, grant: Grant, app: App = NOBODY) -> list[Place]:
        """Nothing can be published in a Drive."""
        return []

    def refresh(self, grant: Grant, app: App) -> Grant:
        """A new access token. Raises Unauthorized when only a new login helps."""
        if not grant.refresh_token:
            raise Unauthorized(reasons.NotLasting(service="Google"))
        try:
            answer = Client(TOKENS, _judge, "Google").post(
                "/token",
                grant_type="refresh_token",
                refresh_token=grant.refresh_token,
                client_id=app.client_id,
                client_secret=app.client_secret,
            )
        except Unanswered as error:  # asking twice is harmless: the refresh token stays the same
            raise Unavailable(outside.Incomplete(service="Google"), trace=error.trace) from None
        return _renewed(grant, answer)

    def check(self, token: str, app: App) -> None:
        """Nothing in a Drive has a token of its own."""

    def revoke(self, grant: Grant, app: App) -> None:
        """Ends all that this account allowed this Google project, whichever token is sent ("Token revocation")."""
        Client(TOKENS, _judge_revoked, "Google", deadline=SECONDS).post(
            "/revoke", token=grant.refresh_token or grant.access_token
        )


def _first(told: dict[str, Any]) -> Grant:
    """The login that a code brought. The permission ends where Google says when; otherwise it lasts."""
    now = clock.now()
    lasts = seconds_in(told, "refresh_token_expires_in", 0)
    return Grant(
        access_token=token_in(told, "access_token", "Google"),
        refresh_token=token_in(told, "refresh_token", "Google"),
        expires_at=now + dt.timedelta(seconds=seconds_in(told, "expires_in", USUAL_LIFE)),
        scopes=tuple(str(told.get("scope", "")).split()),
        ends_at=now + dt.timedelta(seconds=lasts) if lasts else None,
    )


def _renewed(grant: Grant, answer: dict[str, Any]) -> Grant:
    life = dt.timedelta(seconds=seconds_in(answer, "expires_in", USUAL_LIFE))
    return Grant(
        access_token=token_in(answer, "access_token", "Google"),
        refresh_token=answer.get("refresh_token") or grant.refresh_token,
        expires_at=clock.now() + life,
        scopes=tuple(str(answer.get("scope", "")).split()) or grant.scopes,
        ends_at=grant.ends_at,
    )


def _judge_code(method: str, answer: Answer) -> OutsideError | None:
    """What the token address says about a code: used, too old, or brought back to another address."""
    error = _judge(method, answer)
    if error is not None and error.trace.code == "invalid_grant":
        return CodeRefused(CodeNotTaken(service="Google"), trace=error.trace)
    return error


def _judge_revoked(method: str, answer: Answer) -> OutsideError | None:
    """A token that is dead already is as good as one that was revoked now."""
    error = _judge(method, answer)
    return None if error is not None and error.trace.code == "invalid_token" else error


def _judge(_method: str, answer: Answer) -> OutsideError | None:
    """What the token address says: {"error", "error_description"}."""
    if answer.status < 300:
        return None
    error = str(answer.json().get("error", ""))
    trace = Trace(answer.status, error)
    about: dict[str, Any] = {"service": "Google", "vendor_code": error or str(answer.status)}
    if error in NOT_RENEWED:
        return Unauthorized(NOT_RENEWED[error](**about), trace=trace)
    if error == "redirect_uri_mismatch":
        return RedirectRefused("Google", trace=trace)
    if error in CONFIGURATION:
        return Refused(CONFIGURATION[error](**about), trace=trace)
    if answer.status == 429 or error in TOO_OFTEN:
        return RateLimited(outside.TooOften(**about), retry_after=retry_after(answer.headers), trace=trace)
    if error in PASSING or answer.status >= 500 or answer.status < 400 or answer.status == 408:
        return Unavailable(outside.Trouble(**about), retry_after=retry_after(answer.headers), trace=trace)
    return Refused(NotUnderstood(**about), trace=trace)
