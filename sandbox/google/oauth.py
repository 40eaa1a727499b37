"""Google's OAuth addresses: the consent page for people, token, revocation and profile for apps."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from sandbox.google import people
from sandbox.google.id_tokens import facts, id_token
from sandbox.google.people import ALWAYS_GRANTED, SCOPES, Asked, Client, OAuthError, Person, Tokens
from sandbox.google.problems import oauth_error
from sandbox.world import World

Query = MultiDict[str, str]


def routes(world: World) -> Blueprint:
    """All of Google's OAuth over one world."""
    oauth = Blueprint("oauth", __name__)
    _for_people(oauth, world)
    _for_apps(oauth, world)
    _about_the_person(oauth, world)
    return oauth


def _for_people(oauth: Blueprint, world: World) -> None:
    @oauth.get("/accounts.google.com/o/oauth2/v2/auth")
    @oauth.get("/accounts.google.com/o/oauth2/auth")
    def consent() -> AnyResponse | tuple[str, int]:
        try:
            asked = _asked(world, request.args)
        except OAuthError as error:
            return _blocked(error)
        return _consent_page(world, asked, request.args)

    @oauth.post("/accounts.google.com/o/oauth2/v2/auth")
    @oauth.post("/accounts.google.com/o/oauth2/auth")
    def decide() -> AnyResponse | tuple[str, int]:
        try:
            asked = _asked(world, request.args)
        except OAuthError as error:
            return _blocked(error)
        return _decided(world, asked, request.args.get("state", ""), request.form)


def _for_apps(oauth: Blueprint, world: World) -> None:
    @oauth.post("/oauth2.googleapis.com/token")
    @oauth.post("/accounts.google.com/o/oauth2/token")
    @oauth.post("/www.googleapis.com/oauth2/v4/token")
    def token() -> Response:
        try:
            return jsonify(_as_json(world, _tokens(world, request.form)))
        except OAuthError as error:
            return _no(error)

    @oauth.post("/oauth2.googleapis.com/revoke")
    @oauth.post("/accounts.google.com/o/oauth2/revoke")
    def revoke() -> Response:
        try:
            people.revoke(world, request.values.get("token", ""))
        except OAuthError as error:
            return _no(error)
        return jsonify({})


def _about_the_person(oauth: Blueprint, world: World) -> None:
    @oauth.get("/www.googleapis.com/oauth2/v2/userinfo")
    @oauth.get("/www.googleapis.com/oauth2/v1/userinfo")
    def profile() -> Response:
        return _profile(world, {"sub": "id", "email_verified": "verified_email"})

    @oauth.get("/www.googleapis.com/oauth2/v3/userinfo")
    @oauth.get("/openidconnect.googleapis.com/v1/userinfo")
    def newer_profile() -> Response:
        return _profile(world, {})

    @oauth.get("/oauth2.googleapis.com/tokeninfo")
    def about_token() -> Response:
        kept = people.holder(world, request.args.get("access_token", ""))
        if kept is None:
            return _no(OAuthError("invalid_token", "Invalid Value"))
        return jsonify(
            azp=kept.client_id,
            aud=kept.client_id,
            sub=kept.person_id,
            scope=" ".join(kept.scopes),
            exp=str(int(kept.ends_at)),
            expires_in=str(int(kept.ends_at - world.now())),
            access_type="offline",
        )


def _asked(world: World, query: Query) -> Asked:
    """The authorization address, read and checked. Raises OAuthError."""
    for name in ("client_id", "redirect_uri", "response_type", "scope"):
        if not query.get(name):
            raise OAuthError("invalid_request", f"Required parameter is missing: {name}")
    if query["response_type"] != "code":
        raise OAuthError("unsupported_response_type", f"Invalid response_type: {query['response_type']}")
    asked = Asked(
        client_id=query["client_id"],
        redirect_uri=query["redirect_uri"],
        scopes=people.spelled_out(query["scope"]),
        offline=query.get("access_type") == "offline",
        force_consent="consent" in query.get("prompt", "").split(),
        include_granted=query.get("include_granted_scopes") == "true",
        challenge=query.get("code_challenge", ""),
        challenge_method=query.get("code_challenge_method", "plain"),
    )
    people.check(world, asked)
    return asked


def _consent_page(world: World, asked: Asked, query: Query) -> Response:
    persons = list(world.table(Person).values())
    hint = query.get("login_hint", "")
    chosen = next((one for one in persons if hint in (one.email, one.id)), persons[0] if persons else None)
    page = render_template(
        "google/consent.html",
        app=urlsplit(asked.redirect_uri).netloc,
        persons=persons,
        chosen=chosen,
        optional=[(scope, SCOPES[scope]) for scope in asked.scopes if scope not in ALWAYS_GRANTED],
        always=[SCOPES[scope] for scope in asked.scopes if scope in ALWAYS_GRANTED],
        address=f"?{urlencode(list(query.items(multi=True)))}",
    )
    return Response(page, mimetype="text/html")


def _decided(world: World, asked: Asked, state: str, form: Query) -> AnyResponse:
    """Back to the app, with a code or with `access_denied`."""
    if form.get("decision") != "allow":
        return redirect(_with_query(asked.redirect_uri, {"error": "access_denied", "state": state}))
    email = form.get("email", "").strip() or form.get("account", "")
    person = people.person_with_email(world, email or "somebody@example.com")
    code = people.allow(world, asked, person, tuple(form.getlist("scope")))
    return redirect(
        _with_query(
            asked.redirect_uri,
            {
                "state": state,
                "iss": "https://accounts.google.com",
                "code": code.id,
                "scope": " ".join(code.scopes),
                "authuser": "0",
                "prompt": "consent" if asked.force_consent else "none",
            },
        )
    )


def _with_query(address: str, values: dict[str, str]) -> str:
    parts = urlsplit(address)
    query = urlencode({name: value for name, value in values.items() if value})
    return urlunsplit(parts._replace(query=f"{parts.query}&{query}".lstrip("&")))


def _blocked(error: OAuthError) -> tuple[str, int]:
    """Google shows such errors to the person and does not send the browser back."""
    return render_template("google/blocked.html", error=error), error.status


def _tokens(world: World, form: Query) -> Tokens:
    """A POST to the token address. Raises OAuthError."""
    client = _client(world, form)
    kind = form.get("grant_type", "")
    if kind == "authorization_code":
        return people.exchange(
            world,
            client,
            _needed(form, "code"),
            redirect_uri=_needed(form, "redirect_uri"),
            verifier=form.get("code_verifier", ""),
        )
    if kind == "refresh_token":
        return people.refresh(world, client, _needed(form, "refresh_token"))
    raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {kind}")


def _client(world: World, form: Query) -> Client:
    """Who calls: from the form, or from HTTP Basic. Raises OAuthError."""
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        client_id, _, secret = base64.b64decode(value).decode().partition(":")
    if not client_id:
        raise OAuthError("invalid_request", "Could not determine client ID from request.")
    client = people.client_with_id(world, client_id)
    if client.secret != secret:
        raise OAuthError("invalid_client", "Unauthorized", status=401)
    return client


def _needed(form: Query, name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise OAuthError("invalid_request", f"Missing required parameter: {name}")
    return value


def _as_json(world: World, tokens: Tokens) -> dict[str, Any]:
    body: dict[str, Any] = {
        "access_token": tokens.access_token,
        "expires_in": tokens.expires_in,
        "scope": " ".join(tokens.scopes),
        "token_type": "Bearer",
    }
    if tokens.refresh_token:
        body["refresh_token"] = tokens.refresh_token
    if tokens.refresh_expires_in:
        body["refresh_token_expires_in"] = tokens.refresh_expires_in
    kept = people.holder(world, tokens.access_token)
    if kept is not None and "openid" in tokens.scopes:
        body["id_token"] = id_token(world, kept.client_id, world.table(Person)[kept.person_id], tokens)
    return body


def _profile(world: World, names: dict[str, str]) -> Response:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    token = people.holder(world, value) if kind == "Bearer" else None
    if token is None or ALWAYS_GRANTED.isdisjoint(token.scopes):
        return _no(OAuthError("invalid_request", "Invalid Credentials", status=401))
    known = facts(world.table(Person)[token.person_id], tuple(token.scopes))
    return jsonify({names.get(name, name): fact for name, fact in known.items()})


def _no(error: OAuthError) -> Response:
    response = jsonify(oauth_error(error.error, error.description))
    response.status_code = error.status
    return response
