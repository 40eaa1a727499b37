"""Google's API client, for reading only.

google-api-python-client sends a request again whose answer was lost: harmless for a GET, never for anything else. The
discovery documents that it ships are used as they are, so that nothing is asked of the network before the first call.
No token is renewed in here: whoever opens a service brings a living one.

What Google says no with is in a table by `errors[0].reason`. Source: Drive "Resolve errors", "Usage limits". A page in
place of Drive's envelope comes from the machines in front of it ("We're sorry ... automated queries"), whatever its
status: it says nothing about a file or a login.
"""

from __future__ import annotations

import http.client
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import httplib2
from google.auth.exceptions import GoogleAuthError
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import Error as GoogleError
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseDownload

from accounts.providers.google import reasons
from poster.errors import OutsideError, RateLimited, Reach, Refused, Trace, Unauthorized, Unavailable
from poster.http import endpoints, turnstile
from poster.http.client import retry_after
from poster.reasons import outside
from poster.reasons.outside import Outside
from poster.reasons.outside_logins import LoginRefused, NotUnderstood

NAME = "Google Drive"
ROOT = "https://www.googleapis.com/"
SILENCE = 30  # seconds without a byte
PIECE = 8 * 2**20  # bytes of a download asked for at once
MINUTE, HOUR = 60.0, 3600.0
BAD_QUESTION, TOO_MANY = 400, 429


class Request(Protocol):
    """One call, made ready by the client and not yet sent."""

    def execute(self, *, num_retries: int = 0) -> Any: ...  # noqa: ANN401 - JSON


class Sink(Protocol):
    """Where downloaded bytes go."""

    def write(self, piece: bytes, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an answer means: the error, its reason, and how many seconds to wait."""

    kind: type[OutsideError]
    reason: type[Outside]
    wait: float = MINUTE
    reach: Reach | None = None  # what a rate limit rests; None: the one file

    def error(self, trace: Trace, wait: float | None = None) -> OutsideError:
        reason = self.reason(service=NAME, vendor_code=trace.code)
        if issubclass(self.kind, RateLimited):
            return self.kind(reason, retry_after=wait or self.wait, trace=trace, reach=self.reach)
        if issubclass(self.kind, Unavailable):
            return self.kind(reason, retry_after=wait or self.wait, trace=trace)
        return self.kind(reason, trace=trace)


TROUBLE = Meaning(Unavailable, outside.Trouble)
TOO_OFTEN = Meaning(RateLimited, outside.TooOften, reach=Reach.LOGIN)
APP_USED_UP = Meaning(RateLimited, outside.QuotaUsedUp, wait=4 * HOUR, reach=Reach.APP)
USED_UP = Meaning(RateLimited, outside.FileQuotaUsedUp, wait=4 * HOUR)
SIGNED_OUT = Meaning(Unauthorized, LoginRefused)
NOT_ALLOWED = Meaning(Unauthorized, reasons.DriveNotAllowed)
SWITCHED_OFF = Meaning(Refused, reasons.DriveSwitchedOff)
NOT_THERE = Meaning(Refused, reasons.FileGone)
NOT_SHARED = Meaning(Refused, reasons.FileNotShared)
POLICY = Meaning(Refused, reasons.DriveForbidden)
NO_DOWNLOAD = Meaning(Refused, reasons.NoDownload)
NO_BYTES = Meaning(Refused, reasons.NoBytes)
ABUSIVE = Meaning(Refused, reasons.FileAbusive)
APP_CLOSED = Meaning(Refused, reasons.ProjectClosed)
OUR_FAULT = Meaning(Refused, NotUnderstood)

REASONS: dict[str, Meaning] = {
    "authError": SIGNED_OUT,
    "required": SIGNED_OUT,
    "insufficientPermissions": NOT_ALLOWED,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": NOT_ALLOWED,
    "userRateLimitExceeded": TOO_OFTEN,
    "rateLimitExceeded": TOO_OFTEN,
    "sharingRateLimitExceeded": TOO_OFTEN,
    "dailyLimitExceeded": APP_USED_UP,
    "quotaExceeded": APP_USED_UP,
    "downloadQuotaExceeded": USED_UP,
    "accessNotConfigured": SWITCHED_OFF,
    "SERVICE_DISABLED": SWITCHED_OFF,
    "RATE_LIMIT_EXCEEDED": TOO_OFTEN,
    "RESOURCE_QUOTA_EXCEEDED": APP_USED_UP,
    "CONSUMER_SUSPENDED": APP_CLOSED,
    "CONSUMER_INVALID": APP_CLOSED,
    "BILLING_DISABLED": APP_CLOSED,
    "USER_PROJECT_DENIED": APP_CLOSED,
    "insufficientFilePermissions": NOT_SHARED,
    "appNotAuthorizedToFile": NOT_SHARED,
    "domainPolicy": POLICY,
    "cannotDownloadFile": NO_DOWNLOAD,
    "fileNotDownloadable": NO_BYTES,
    "exportSizeLimitExceeded": NO_BYTES,
    "cannotDownloadAbusiveFile": ABUSIVE,
    "abuse": ABUSIVE,
    "notFound": NOT_THERE,
}


_token: ContextVar[str] = ContextVar("token", default="")  # of the account that is open


@contextmanager
def drive(token: str) -> Iterator[Any]:
    """Drive v3 with this access token, for as long as the block lasts."""
    mine = _token.set(token)
    wire = httplib2.Http(timeout=SILENCE, proxy_info=None)
    wire.follow_redirects = False  # the token must not go elsewhere
    # No status makes it renew the token: that is somebody else's work, and here it has nothing to renew it with.
    authorized = AuthorizedHttp(_login(token), http=wire, refresh_status_codes=())
    try:
        yield build_from_document(_document("drive", "v3", endpoints.address(ROOT)), http=authorized)
    finally:
        wire.close()
        _token.reset(mine)


def _login(token: str) -> Credentials:
    return Credentials(token)  # type: ignore[no-untyped-call]


@cache
def _document(name: str, version: str, root: str) -> str:
    document = json.loads(get_static_doc(name, version))
    return json.dumps(document | {"rootUrl": root, "mtlsRootUrl": root})


def ask(request: Request, *keys: str) -> dict[str, Any]:
    """Send one GET and return its object. An answer with none of `keys` in it is no answer: Unavailable."""
    with _translated():
        answer = request.execute()
    if not isinstance(answer, dict) or (keys and not any(key in answer for key in keys)):
        raise Unavailable(outside.Incomplete(service=NAME))
    return answer


def download(request: Request, into: Sink) -> None:
    """All bytes of a file, piece by piece."""
    piece = io.BytesIO()
    loader = MediaIoBaseDownload(piece, request, chunksize=PIECE)
    done = False
    while not done:
        with _translated():
            _, done = loader.next_chunk()
        if not done and not piece.tell():
            raise Unavailable(outside.Incomplete(service=NAME))
        into.write(piece.getvalue())
        piece.seek(0)
        piece.truncate()


@contextmanager
def _translated() -> Iterator[None]:
    """Whatever this client, and the libraries below it, raise -> `poster.errors`. Their texts hold addresses.

    While the account rests, nothing is sent.
    """
    turnstile.check(turnstile.scopes_of(_token.get()), NAME)
    try:
        yield
    except HttpError as error:
        failed = judged(error.status_code, error.content, error.resp)
        if isinstance(failed, RateLimited):
            turnstile.heed(_token.get(), failed)
        raise failed from None
    except GoogleAuthError:
        raise SIGNED_OUT.error(Trace()) from None
    except (OSError, httplib2.HttpLib2Error, http.client.HTTPException):
        raise Unavailable(outside.Incomplete(service=NAME)) from None
    except (GoogleError, ValueError, KeyError):
        raise Unavailable(outside.Unreadable(service=NAME)) from None


def judged(status: int, body: bytes, headers: Any) -> OutsideError:  # noqa: ANN401 - httplib2's own mapping
    """The error that an answer means. Its reason decides: a status alone is no word about a file or a login."""
    error = _envelope(body)
    told_reasons = _reasons(error)
    meaning = next((REASONS[reason] for reason in told_reasons if reason in REASONS), None)
    if meaning is None:
        meaning = TOO_OFTEN if status == TOO_MANY else OUR_FAULT if error and status == BAD_QUESTION else TROUBLE
    told = {str(name).title(): str(value) for name, value in headers.items()}
    return meaning.error(Trace(status, told_reasons[0] if told_reasons else ""), retry_after(told))


def _envelope(body: bytes) -> dict[str, Any]:
    """What stands under `error`; empty when it is no answer of the API itself."""
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return error if isinstance(error, dict) else {}


def _reasons(error: dict[str, Any]) -> list[str]:
    """Every reason in the envelope; those of `details` say it best, so they come first."""
    told = (error.get(name) for name in ("details", "errors"))
    items = [item for each in told if isinstance(each, list) for item in each if isinstance(item, dict)]
    return [str(item["reason"]) for item in items if "reason" in item]
