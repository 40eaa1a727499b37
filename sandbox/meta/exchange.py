"""Codes for tokens, at the three token addresses, and long tokens for short ones."""

from __future__ import annotations

from sandbox.meta import errors, tokens
from sandbox.meta.calls import Answer, Call
from sandbox.meta.rows import App, Code, Grant, Token
from sandbox.world import World

CODE_LIFE = {"facebook": 600.0, "instagram": 3600.0, "threads": 3600.0}


def known_app(world: World, app_id: str) -> App:
    """The app with this id; in practice any id will do. Raises GraphError 101."""
    apps = world.table(App)
    if app_id not in apps and world.practice and app_id:
        apps[app_id] = App(app_id, "Your app")
    if app_id not in apps:
        raise errors.invalid_app()
    return apps[app_id]


def facebook(world: World, call: Call) -> Answer:
    """graph.facebook.com/oauth/access_token: a code, a short token, or the app's own credentials."""
    app = known_app(world, call.needed("client_id"))
    tokens.check_secret(app, call.needed("client_secret"))
    grant_type = call.param("grant_type") or "authorization_code"
    if grant_type == "client_credentials":
        return {"access_token": f"{app.id}|{app.secret}", "token_type": "bearer"}
    if grant_type == "fb_exchange_token":
        return tokens.token_answer(world, _longer(world, app, call.needed("fb_exchange_token")))
    grant = redeem(world, app, "facebook", call)
    return tokens.token_answer(world, tokens.issue(world, grant, long=False))


def threads(world: World, call: Call) -> Answer:
    """graph.threads.net/oauth/access_token. The user id is a number here, and only here."""
    app = known_app(world, call.needed("client_id"))
    tokens.check_secret(app, call.needed("client_secret"))
    if call.param("grant_type") == "client_credentials":
        return {"access_token": f"TH|{app.id}|{app.secret}", "token_type": "bearer"}
    grant = redeem(world, app, "threads", call)
    return {"access_token": tokens.issue(world, grant, long=False).id, "user_id": int(grant.account_id)}


def instagram(world: World, call: Call) -> Answer:
    """api.instagram.com/oauth/access_token, in the flat shape that the service really answers."""
    app = known_app(world, call.needed("client_id"))
    tokens.check_secret(app, call.needed("client_secret"))
    grant = redeem(world, app, "instagram", call)
    token = tokens.issue(world, grant, long=False)
    return {"access_token": token.id, "user_id": grant.account_id, "permissions": list(token.scopes)}


def redeem(world: World, app: App, product: str, call: Call) -> Grant:
    """Use up a code. Raises GraphError 100 with 36007 (old), 36008 (other redirect), 36009 (used before)."""
    if app.redirect_uris and call.needed("redirect_uri") not in app.redirect_uris:
        raise _redirect_mismatch()
    code = world.table(Code).get(call.needed("code").split("#")[0])
    if code is None or code.app_id != app.id or code.product != product:
        raise _code_malformed()
    if code.used:
        raise _code_used()
    if code.redirect_uri != call.needed("redirect_uri"):
        raise _redirect_mismatch()
    if world.now() > code.made_at + CODE_LIFE[product]:
        raise _code_expired()
    code.used = True
    return world.table(Grant)[code.grant_id]


def _longer(world: World, app: App, token_text: str) -> Token:
    token = world.table(Token).get(token_text)
    if token is None or token.app_id != app.id or token.kind != "USER":
        raise errors.malformed_token()
    tokens.check(world, token)
    return tokens.issue(world, world.table(Grant)[token.grant_id], long=True)


def _redirect_mismatch() -> errors.GraphError:
    return errors.GraphError(
        "Error validating verification code. Please make sure your redirect_uri is identical to the one you "
        "used in the OAuth dialog request",
        100,
        36008,
    )


def _code_malformed() -> errors.GraphError:
    return errors.GraphError("Invalid verification code format.", 100, 36008)


def _code_used() -> errors.GraphError:
    return errors.GraphError("This authorization code has been used.", 100, 36009)


def _code_expired() -> errors.GraphError:
    return errors.GraphError("This authorization code has expired.", 100, 36007)
