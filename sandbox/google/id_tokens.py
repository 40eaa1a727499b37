"""The ID token that comes with an access token when `openid` was asked for.

Source: Google Identity "OpenID Connect", "An ID token's payload". Its signature is noise: Google says that whoever got
the token from Google itself over TLS need not check it, and nobody can check it with Google's real keys here.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from sandbox.google.people import SHORT_NAMES, Person, Tokens
from sandbox.world import World

ISSUER = "https://accounts.google.com"
SECONDS = 3600


def id_token(world: World, client_id: str, person: Person, tokens: Tokens) -> str:
    """Who signed in, for this app, as a JSON Web Token."""
    now = int(world.now())
    claims = {"iss": ISSUER, "azp": client_id, "aud": client_id, "iat": now, "exp": now + SECONDS}
    parts: list[dict[str, Any]] = [
        {"alg": "RS256", "kid": "sandbox", "typ": "JWT"},
        claims | facts(person, tokens.scopes),
    ]
    signature = base64.urlsafe_b64encode(world.new_token(length=256).encode()).rstrip(b"=").decode()
    return ".".join([*map(_part, parts), signature])


def facts(person: Person, scopes: tuple[str, ...]) -> dict[str, Any]:
    """What the scopes let the app know."""
    known: dict[str, Any] = {"sub": person.id}
    if SHORT_NAMES["profile"] in scopes:
        known |= {"name": person.name, "given_name": person.name.partition(" ")[0]}
    if SHORT_NAMES["email"] in scopes:
        known |= {"email": person.email, "email_verified": person.email_verified}
    return known


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
