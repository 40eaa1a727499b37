"""Access tokens: who is asking, with what rights; making, checking, revoking."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from sandbox.meta import errors
from sandbox.meta.calls import Answer, Call
from sandbox.meta.rows import DAY, App, Grant, Instagram, Page, Person, Threads, Token
from sandbox.world import World

LONG_LIFE = 5_183_944.0
SHORT_LIFE = 3_600.0
DATA_ACCESS = 90 * DAY
PREFIXES = {"USER": "EAA", "PAGE": "EAA", "IG": "IGAA", "TH": "THAA"}
KINDS = {"facebook": "USER", "instagram": "IG", "threads": "TH"}
HOST_KINDS = {
    "graph.facebook.com": {"USER", "PAGE"},
    "graph.instagram.com": {"IG"},
    "graph.threads.net": {"TH"},
    "graph.threads.com": {"TH"},
}


@dataclass(frozen=True, slots=True)
class Caller:
    """The token behind a call and the grant it comes from."""

    token: Token
    grant: Grant
    sees_data: bool = True

    def may(self, *scopes: str) -> bool:
        """Are all of these scopes granted now? Declining one later counts at once.

        After 90 days without the person, Facebook Login's scopes end that are not listed as lasting: those of Instagram
        are not (Facebook Login, "Data Access Expiration").
        """
        if not self.sees_data and any(scope.startswith("instagram_") for scope in scopes):
            return False
        return all(scope in self.token.scopes and scope in self.grant.scopes for scope in scopes)


def who(world: World, call: Call) -> Caller:
    """Whose call this is. Raises GraphError 104 and 190 with their subcodes, 100 for a wrong proof."""
    if not call.token_text:
        raise errors.nobody() if call.parts[:1] == ("me",) else errors.no_token()
    token = world.table(Token).get(call.token_text)
    if token is None or token.kind not in HOST_KINDS[call.host]:
        raise errors.malformed_token()
    check(world, token)
    _check_proof(world.table(App)[token.app_id], token, call)
    grant = world.table(Grant)[token.grant_id]
    ended = grant.product == "facebook" and world.now() > grant.active_at + DATA_ACCESS
    return Caller(token, grant, sees_data=not ended)


def check(world: World, token: Token) -> None:
    """Does this token still work? Raises GraphError 190."""
    if token.revoked:
        raise errors.revoked_token(token.revoked, token.app_id)
    if token.expires_at and world.now() >= token.expires_at:
        raise errors.expired_token(token.expires_at, world.now())


def _check_proof(app: App, token: Token, call: Call) -> None:
    proof = call.param("appsecret_proof")
    if not proof:
        if app.require_proof and call.host == "graph.facebook.com":
            raise errors.missing_proof()
        return
    right = hmac.new(app.secret.encode(), token.id.encode(), hashlib.sha256).hexdigest()
    if app.secret and not hmac.compare_digest(right, proof):
        raise errors.wrong_proof()


def issue(world: World, grant: Grant, *, long: bool) -> Token:
    """A new token for what was granted: an hour, or sixty days."""
    kind = KINDS[grant.product]
    life = LONG_LIFE if long else SHORT_LIFE
    return _make(world, grant, kind, grant.account_id, expires_at=world.now() + life, long=long)


def page_token(world: World, user: Token, page: Page) -> Token:
    """The Page's token under this user token. From a long-lived one it never expires."""
    for token in world.table(Token).values():
        same = token.kind == "PAGE" and token.grant_id == user.grant_id and token.account_id == page.id
        if same and token.long == user.long and not token.revoked:
            return token
    grant = world.table(Grant)[user.grant_id]
    expires_at = 0.0 if user.long else user.expires_at
    return _make(world, grant, "PAGE", page.id, expires_at=expires_at, long=user.long)


def _make(world: World, grant: Grant, kind: str, account_id: str, *, expires_at: float, long: bool) -> Token:
    token = Token(
        id=world.new_token(PREFIXES[kind], length=160),
        kind=kind,
        app_id=grant.app_id,
        grant_id=grant.id,
        account_id=account_id,
        scopes=list(grant.scopes),
        issued_at=world.now(),
        expires_at=expires_at,
        long=long,
    )
    world.table(Token)[token.id] = token
    return token


def grant_to(world: World, app: App, product: str, account_id: str, scopes: list[str]) -> Grant:
    """What this person allows this app from now on."""
    fresh = Grant(f"{app.id}:{product}:{account_id}", app.id, product, account_id, list(scopes))
    grant = world.table(Grant).setdefault(fresh.id, fresh)
    grant.scopes, grant.declined, grant.active_at = list(scopes), [], world.now()
    return grant


def revoke(world: World, grant: Grant, subcode: int = 458) -> None:
    """Kill every token of this grant: 458 the app was removed, 460 the password was changed."""
    for token in world.table(Token).values():
        if token.grant_id == grant.id:
            token.revoked = subcode
    if subcode == 458:
        grant.scopes = []


def renew(world: World, call: Call) -> Answer:
    """Refresh a long-lived Instagram or Threads token: a day old at least, not expired; 60 more days."""
    caller = who(world, call)
    if not caller.token.long:
        raise errors.GraphError(
            "Session key invalid. This could be because the session key has an incorrect "
            "format, or because the user has revoked this session",
            452,
        )
    if world.now() < caller.token.issued_at + DAY:
        raise errors.invalid_parameter("The access token must be at least 24 hours old to be refreshed")
    token = issue(world, caller.grant, long=True)
    return token_answer(world, token)


def lengthen(world: World, call: Call, *, grant_type: str) -> Answer:
    """Swap a short-lived Instagram or Threads token for a long-lived one; needs the app's secret."""
    if call.needed("grant_type") != grant_type:
        raise errors.invalid_parameter(f"Param grant_type must be {grant_type}")
    caller = who(world, call)
    check_secret(world.table(App)[caller.token.app_id], call.needed("client_secret"))
    return token_answer(world, issue(world, caller.grant, long=True))


def check_secret(app: App, secret: str) -> None:
    """The first secret of an app that has none becomes its own. Raises GraphError 1 for a wrong one."""
    app.secret = app.secret or secret
    if not hmac.compare_digest(app.secret.encode(), secret.encode()):
        raise errors.wrong_secret()


def token_answer(world: World, token: Token) -> Answer:
    """What every exchange answers."""
    return {
        "access_token": token.id,
        "token_type": "bearer",
        "expires_in": round(token.expires_at - world.now()),
    }


def inspect(world: World, call: Call) -> Answer:
    """debug_token: what a token is, told to its app (`app_id|app_secret`) or to a person who uses the app."""
    asker = call.token_text
    app_id, _, secret = asker.partition("|")
    if secret:
        app = world.table(App).get(app_id.removeprefix("TH|"))
        if app is None:
            raise errors.invalid_app()
        check_secret(app, secret)
    else:
        app = world.table(App)[who(world, call).token.app_id]
    token = world.table(Token).get(call.needed("input_token"))
    if token is None or token.app_id != app.id:
        problem = {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"}
        return {"data": {"error": problem, "is_valid": False, "scopes": []}}
    return {"data": _told(world, app, token)}


def _told(world: World, app: App, token: Token) -> Answer:
    grant = world.table(Grant)[token.grant_id]
    told: Answer = {
        "app_id": app.id,
        "type": token.kind if token.kind == "PAGE" else "USER",
        "application": app.name,
        "data_access_expires_at": int(grant.active_at + DATA_ACCESS),
        "expires_at": int(token.expires_at),
        "is_valid": True,
        "issued_at": int(token.issued_at),
        "scopes": [scope for scope in token.scopes if scope in grant.scopes],
        "granular_scopes": [_granular(scope, grant) for scope in token.scopes if scope != "public_profile"],
        "user_id": grant.account_id,
    }
    if token.kind == "PAGE":
        told["profile_id"] = token.account_id
    try:
        check(world, token)
    except errors.GraphError as error:
        problem = {"code": 190, "message": error.message, "subcode": error.subcode}
        told |= {"is_valid": False, "error": problem}
    return told


def _granular(scope: str, grant: Grant) -> Answer:
    about_pages = scope.startswith(("pages_", "instagram_")) and grant.product == "facebook"
    return {"scope": scope, "target_ids": list(grant.pages)} if about_pages else {"scope": scope}


def account_of(world: World, token: Token) -> Person | Page | Instagram | Threads:
    """Whom a token speaks for."""
    tables = {"USER": Person, "PAGE": Page, "IG": Instagram, "TH": Threads}
    return world.table(tables[token.kind])[token.account_id]
