"""How Google's services say no: the envelopes of Drive v3, one row a reason.

Sources: Drive "Resolve errors" page, recorded answers. `errors[0].reason` is what clients decide on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.faults import Complaint, Rule
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Reason:
    """One way to say no. `location` is what it is about: a parameter, or the Authorization header."""

    status: int
    message: str
    domain: str = "global"
    location: str = ""
    detail: str = ""


REASONS = {
    "authError": Reason(401, "Invalid Credentials", location="Authorization"),
    "required": Reason(401, "Login Required.", location="Authorization"),
    "insufficientPermissions": Reason(
        403,
        "Request had insufficient authentication scopes.",
        detail="ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    ),
    "insufficientFilePermissions": Reason(403, "The user does not have sufficient permissions for this file."),
    "appNotAuthorizedToFile": Reason(403, "The user has not granted the app read access to the file."),
    "cannotDownloadFile": Reason(403, "This file cannot be downloaded by the user."),
    "cannotDownloadAbusiveFile": Reason(
        403, "This file has been identified as malware or spam and cannot be downloaded."
    ),
    "fileNotDownloadable": Reason(
        403,
        "Only files with binary content can be downloaded. Use Export with Docs Editors files.",
        location="alt",
    ),
    "domainPolicy": Reason(403, "The domain administrators have disabled Drive apps."),
    "userRateLimitExceeded": Reason(403, "User Rate Limit Exceeded", domain="usageLimits"),
    "rateLimitExceeded": Reason(403, "Rate Limit Exceeded", domain="usageLimits"),
    "sharingRateLimitExceeded": Reason(403, "Rate limit exceeded. User message: please try later."),
    "dailyLimitExceeded": Reason(403, "Daily Limit Exceeded", domain="usageLimits"),
    "quotaExceeded": Reason(403, "Quota exceeded.", domain="usageLimits"),
    "downloadQuotaExceeded": Reason(403, "The download quota for this file has been exceeded.", domain="usageLimits"),
    "notFound": Reason(404, "File not found: {about}.", location="fileId"),
    "requestedRangeNotSatisfiable": Reason(416, "Request range not satisfiable", location="Range"),
    "invalid": Reason(400, "Invalid Value", location="{about}"),
    "invalidParameter": Reason(400, "Invalid value", location="{about}"),
    "badRequest": Reason(400, "Bad Request"),
    "backendError": Reason(500, "Backend Error"),
    "internalError": Reason(500, "Internal Error"),
}
STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
}
HEADERS = {"Authorization", "Range"}
BY_STATUS = {401: "authError", 404: "notFound", 429: "rateLimitExceeded"}  # what each has when the API itself says it


class Problem(Exception):
    """A Drive call ends with an error. `reason` is a key of REASONS; `about` fills its blanks."""

    def __init__(self, reason: str, about: str = "", *, message: str = "", status: int = 0, location: str = "") -> None:
        super().__init__(reason)
        known = REASONS.get(reason, Reason(status or 403, reason))
        self.reason = reason
        self.about = about
        self.status = status or known.status
        self.message = message or known.message.format(about=about)
        self.domain = known.domain
        self.location = location or known.location.format(about=about)
        self.detail = known.detail

    def body(self) -> dict[str, Any]:
        """The envelope, as Drive v3 writes it."""
        first = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location:
            kind = "header" if self.location in HEADERS else "parameter"
            first |= {"locationType": kind, "location": self.location}
        error: dict[str, Any] = {"code": self.status, "message": self.message, "errors": [first]}
        if self.detail:
            error["status"] = STATUS_NAMES[self.status]
            error["details"] = [_error_info(self.detail)]
        return {"error": error}

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Headers that come with it."""
        if self.reason == "requestedRangeNotSatisfiable":
            return (("Content-Range", f"bytes */{self.about}"),)
        if self.status != 401:
            return ()
        return (
            (
                "WWW-Authenticate",
                'Bearer realm="https://accounts.google.com/", error="invalid_token"',
            ),
        )


# What the token address says no with besides `invalid_grant`. Sources: Google "Authorization errors", "Refresh token
# expiration"; recorded: dust PR 31975, twenty PR 25148, sync-engine PR 1014, oauth2client PR 11.
OAUTH_ERRORS = {
    "access_denied": (403, "Account restricted"),
    "admin_policy_enforced": (400, "Access to your account data is restricted by policies within your organization."),
    "policy_enforced": (400, "The account is enrolled in Advanced Protection."),
    "org_internal": (403, "This client is restricted to users within its organization."),
    "deleted_client": (401, "The OAuth client was deleted."),
    "disabled_client": (401, "The OAuth client was disabled."),
    "rate_limit_exceeded": (403, "Rate Limit Exceeded"),
}


def complain(_world: World, rule: Rule) -> Complaint:
    """The error that the fault panel asks for. `variant` may name a reason of REASONS.

    A rule for the token host gets an answer in the OAuth shape, all others in Drive's.
    """
    if rule.host.startswith(("oauth2", "accounts")):
        return _oauth_complaint(rule)
    usual = {"rate": "rateLimitExceeded", "expired": "authError", "revoked": "authError"}
    reason = rule.variant or usual.get(rule.kind) or BY_STATUS.get(rule.status, "backendError")
    status = rule.status or (429 if rule.kind == "rate" and not rule.variant else rule.code)
    problem = Problem(reason, rule.path.rpartition("/")[2], message=rule.message, status=status)
    return Complaint(problem.status, problem.body(), problem.headers())


def _oauth_complaint(rule: Rule) -> Complaint:
    if rule.kind in {"expired", "revoked"}:
        return Complaint(400, oauth_error("invalid_grant", "Token has been expired or revoked."))
    usual, words = OAUTH_ERRORS.get(rule.variant, (500, ""))
    status = rule.status or (429 if rule.kind == "rate" else rule.code or usual)
    error = rule.variant or ("internal_failure" if status >= 500 else "invalid_request")
    return Complaint(status, oauth_error(error, rule.message or words))


def oauth_error(error: str, description: str) -> dict[str, Any]:
    """The envelope of the token and revocation addresses."""
    return {"error": error} | ({"error_description": description} if description else {})


def _error_info(reason: str) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": "drive.googleapis.com"},
    }
