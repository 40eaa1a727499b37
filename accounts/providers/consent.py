"""The way through the consent page: where the browser is sent, and how the answer of a token address is read.

Source: RFC 6749 4.1 (authorization code) and 5.1 (token answer), RFC 7636 (PKCE).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authlib.integrations.requests_client import OAuth2Session

from accounts.providers import App
from poster.errors import Unavailable
from poster.http import endpoints
from poster.http.client import Client
from poster.reasons.outside_logins import NoLogin

SECONDS = 20.0  # one call while a person waits at a browser
LONGEST = 4096  # letters of a token; Google's cap is 2048, Meta's are a few hundred


def consent_address(page: str, app: App, back: str, scope: str, **asked: str) -> str:
    """The consent page `page` with all it has to know; `code_verifier` among `asked`: with its S256 challenge."""
    with OAuth2Session(app.client_id, scope=scope, redirect_uri=back, code_challenge_method="S256") as session:
        address, _ = session.create_authorization_url(endpoints.address(page), **asked)
    return str(address)


def code_exchanged(client: Client, app: App, code: str, back: str) -> dict[str, Any]:
    """What the token address says to a code. Meta hangs `#_` on what the browser brings back."""
    return client.post(
        "/oauth/access_token",
        client_id=app.client_id,
        client_secret=app.client_secret,
        grant_type="authorization_code",
        redirect_uri=back,
        code=code.removesuffix("#_"),
    )


def token_in(told: Mapping[str, Any], key: str, name: str) -> str:
    """The token under `key`. Raises Unavailable when it is none that could be sent in a header."""
    token = told.get(key)
    if isinstance(token, str) and 0 < len(token) <= LONGEST and token.isascii() and token.isprintable():
        return token
    raise Unavailable(NoLogin(service=name))


def seconds_in(told: Mapping[str, Any], key: str, usual: int) -> int:
    """A span of time that they tell; the usual one when what they tell makes no sense (0, negative, words)."""
    value = told.get(key)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:12])
    sensible = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9
    return value if isinstance(value, int) and sensible else usual
