"""Google accounts, the apps that know them, and what was granted: codes and tokens. No HTTP in here.

Sources: Google Identity "Using OAuth 2.0 for Web Server Applications", "OAuth 2.0 Policies".
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field

from sandbox.world import World

AUTH = "https://www.googleapis.com/auth/"
SCOPES = {
    "openid": "Associate you with your personal info on Google",
    f"{AUTH}userinfo.email": "See your primary Google Account email address",
    f"{AUTH}userinfo.profile": "See your personal info, including any you have made public",
    f"{AUTH}drive": "See, edit, create and delete all of your Google Drive files",
    f"{AUTH}drive.readonly": "See and download all your Google Drive files",
    f"{AUTH}drive.metadata.readonly": "See information about your Google Drive files",
    f"{AUTH}drive.file": "See, edit, create and delete only the Drive files you use with this app",
    f"{AUTH}youtube.upload": "Manage your YouTube videos",
    f"{AUTH}youtube.readonly": "View your YouTube account",
    f"{AUTH}youtube.force-ssl": "See, edit and permanently delete your YouTube videos and comments",
}
SHORT_NAMES = {"email": f"{AUTH}userinfo.email", "profile": f"{AUTH}userinfo.profile"}
ALWAYS_GRANTED = frozenset({"openid", *SHORT_NAMES.values()})
ACCESS_SECONDS = 3599
CODE_SECONDS = 600
TESTING_SECONDS = 7 * 24 * 3600
LIVE_REFRESH_TOKENS = 100
PRACTICE_CLIENT = "practice.apps.googleusercontent.com"
PRACTICE_SECRET = "practice"  # noqa: S105 - it opens nothing but this sandbox


class OAuthError(Exception):
    """The token address says no. `error` is the OAuth word that clients decide on."""

    def __init__(self, error: str, description: str = "Bad Request", *, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


@dataclass(slots=True)
class Person:
    """A Google account; `id` is its `sub`."""

    id: str
    email: str
    name: str
    email_verified: bool = True


@dataclass(slots=True)
class Client:
    """An app as registered in the Cloud console. No redirect addresses listed: any is fine."""

    id: str
    secret: str
    redirect_uris: list[str] = field(default_factory=list)
    project: str = ""
    testing: bool = False


@dataclass(slots=True)
class Code:
    """What the browser brings back from the consent page; good for one exchange."""

    id: str
    client_id: str
    person_id: str
    redirect_uri: str
    scopes: list[str]
    challenge: str
    challenge_method: str
    refreshable: bool
    ends_at: float


@dataclass(slots=True)
class Token:
    """An access token, or a refresh token (`refresh`). `ends_at` 0: never by time."""

    id: str
    client_id: str
    person_id: str
    scopes: list[str]
    ends_at: float
    refresh: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What an app asks a person for, read from the authorization address."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    offline: bool
    force_consent: bool
    include_granted: bool
    challenge: str
    challenge_method: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token address answers. Without a refresh token: keep the one you have."""

    access_token: str
    expires_in: int
    scopes: tuple[str, ...]
    refresh_token: str = ""
    refresh_expires_in: int = 0


def person_with_email(world: World, email: str, name: str = "") -> Person:
    """The account with this address, made if there is none."""
    for person in world.table(Person).values():
        if person.email == email:
            return person
    made = Person(world.new_id("1", digits=21), email, name or email.partition("@")[0].title())
    world.table(Person)[made.id] = made
    return made


def client_with_id(world: World, client_id: str) -> Client:
    """The registered app. Raises OAuthError invalid_client when there is none."""
    clients = world.table(Client)
    if PRACTICE_CLIENT not in clients:
        clients[PRACTICE_CLIENT] = Client(PRACTICE_CLIENT, PRACTICE_SECRET, project="practice")
    if client_id not in clients:
        raise OAuthError("invalid_client", "The OAuth client was not found.", status=401)
    return clients[client_id]


def spelled_out(scopes: str) -> tuple[str, ...]:
    """Scopes as Google answers them: short names in full, `openid` added to e-mail and profile.

    Raises OAuthError invalid_scope.
    """
    asked = [SHORT_NAMES.get(scope, scope) for scope in scopes.split()]
    if not asked or any(scope not in SCOPES for scope in asked):
        raise OAuthError("invalid_scope", f"Some requested scopes were invalid. {{invalid=[{scopes}]}}")
    if any(scope in SHORT_NAMES.values() for scope in asked):
        asked.append("openid")
    return tuple(dict.fromkeys(asked))


def check(world: World, asked: Asked) -> Client:
    """Whether this app may ask at all. Raises OAuthError, which Google shows to the person."""
    client = client_with_id(world, asked.client_id)
    if client.redirect_uris and asked.redirect_uri not in client.redirect_uris:
        raise OAuthError("redirect_uri_mismatch", f"redirect_uri={asked.redirect_uri}")
    if not asked.redirect_uri.startswith(("http://", "https://")):
        raise OAuthError("invalid_request", "Missing required parameter: redirect_uri")
    if asked.challenge and asked.challenge_method not in {"S256", "plain"}:
        raise OAuthError("invalid_request", "Invalid code_challenge_method")
    return client


def allow(world: World, asked: Asked, person: Person, ticked: tuple[str, ...]) -> Code:
    """The person said yes to `ticked`. Identity scopes cannot be unticked."""
    granted = [scope for scope in asked.scopes if scope in ticked or scope in ALWAYS_GRANTED]
    before = _granted_before(world, asked.client_id, person.id)
    if asked.include_granted:
        granted = list(dict.fromkeys([*granted, *before]))
    code = Code(
        id="4/0A" + world.new_token(length=68),
        client_id=asked.client_id,
        person_id=person.id,
        redirect_uri=asked.redirect_uri,
        scopes=granted,
        challenge=asked.challenge,
        challenge_method=asked.challenge_method,
        refreshable=asked.offline and (asked.force_consent or not before),
        ends_at=world.now() + CODE_SECONDS,
    )
    world.table(Code)[code.id] = code
    return code


def exchange(world: World, client: Client, code: str, *, redirect_uri: str, verifier: str) -> Tokens:
    """Code -> tokens, once. Raises OAuthError."""
    if client.redirect_uris and redirect_uri not in client.redirect_uris:
        raise OAuthError("redirect_uri_mismatch")
    kept = world.table(Code).pop(code, None)
    if kept is None or kept.client_id != client.id or kept.ends_at < world.now():
        raise OAuthError("invalid_grant", "Bad Request" if code.startswith("4/") else "Malformed auth code.")
    if kept.redirect_uri != redirect_uri:
        raise OAuthError("redirect_uri_mismatch")
    _check_verifier(kept, verifier)
    return issue(world, client, kept.person_id, tuple(kept.scopes), refreshable=kept.refreshable)


def issue(world: World, client: Client, person_id: str, scopes: tuple[str, ...], *, refreshable: bool) -> Tokens:
    """New tokens for an account, without asking it."""
    access = _keep(world, client, person_id, scopes, refresh=False)
    if not refreshable:
        return Tokens(access.id, ACCESS_SECONDS, scopes)
    refresh = _keep(world, client, person_id, scopes, refresh=True)
    _drop_the_oldest(world, client.id, person_id)
    lasts = TESTING_SECONDS if client.testing and not ALWAYS_GRANTED.issuperset(scopes) else 0
    refresh.ends_at = world.now() + lasts if lasts else 0
    return Tokens(access.id, ACCESS_SECONDS, scopes, refresh.id, lasts)


def refresh(world: World, client: Client, refresh_token: str) -> Tokens:
    """A new access token; the refresh token stays the same. Raises OAuthError."""
    kept = world.table(Token).get(refresh_token)
    if kept is None or not kept.refresh or _is_over(world, kept):
        dead = "Token has been expired or revoked." if refresh_token.startswith("1//") else "Bad Request"
        raise OAuthError("invalid_grant", dead)
    if kept.client_id != client.id:
        raise OAuthError("unauthorized_client", "Unauthorized")
    return issue(world, client, kept.person_id, tuple(kept.scopes), refreshable=False)


def revoke(world: World, token: str) -> None:
    """End everything that this account granted to the project of this token. Raises OAuthError.

    All clients of the project lose it, other scopes included (Google's "Token revocation").
    """
    kept = world.table(Token).get(token)
    if kept is None or _is_over(world, kept):
        raise OAuthError("invalid_token", "Token expired or revoked")
    project = client_with_id(world, kept.client_id).project
    same = {client.id for client in world.table(Client).values() if client.project == project}
    forget(world, kept.person_id, same if project else {kept.client_id})


def forget(world: World, person_id: str, client_ids: set[str] | None = None) -> None:
    """The person removes an app (or all) on the security page of the account."""
    tokens = world.table(Token)
    for token in list(tokens.values()):
        if token.person_id == person_id and (client_ids is None or token.client_id in client_ids):
            del tokens[token.id]


def end_access(world: World, person_id: str) -> None:
    """All access tokens of this account have just run out."""
    for token in world.table(Token).values():
        if token.person_id == person_id and not token.refresh:
            token.ends_at = world.now() - 1


def holder(world: World, access_token: str) -> Token | None:
    """The live access token with this value, if it is one."""
    kept = world.table(Token).get(access_token)
    return kept if kept is not None and not kept.refresh and not _is_over(world, kept) else None


def _granted_before(world: World, client_id: str, person_id: str) -> list[str]:
    grants = [
        token.scopes
        for token in world.table(Token).values()
        if token.refresh and (token.client_id, token.person_id) == (client_id, person_id)
    ]
    return [scope for scopes in grants for scope in scopes]


def _check_verifier(code: Code, verifier: str) -> None:
    if not code.challenge:
        return
    if not verifier:
        raise OAuthError("invalid_grant", "Missing code verifier.")
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if code.challenge != (digest if code.challenge_method == "S256" else verifier):
        raise OAuthError("invalid_grant", "Invalid code verifier.")


def _keep(world: World, client: Client, person_id: str, scopes: tuple[str, ...], *, refresh: bool) -> Token:
    value = "1//0" + world.new_token(length=99) if refresh else "ya29.a0" + world.new_token(length=180)
    ends_at = 0 if refresh else world.now() + ACCESS_SECONDS
    token = Token(value, client.id, person_id, list(scopes), ends_at, refresh)
    world.table(Token)[token.id] = token
    return token


def _drop_the_oldest(world: World, client_id: str, person_id: str) -> None:
    tokens = world.table(Token)
    live = [
        token.id
        for token in tokens.values()
        if token.refresh and (token.client_id, token.person_id) == (client_id, person_id)
    ]
    for token_id in live[:-LIVE_REFRESH_TOKENS]:
        del tokens[token_id]


def _is_over(world: World, token: Token) -> bool:
    return bool(token.ends_at) and token.ends_at <= world.now()
