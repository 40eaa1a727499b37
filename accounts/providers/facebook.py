"""Facebook Login: one login opens Pages, and the Instagram accounts behind them. Rules: Facebook Login, Access Tokens.

A Page's token made from a long-lived login does not end; one made from a login of an hour ends with it. So the login
is lengthened before `discover` is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.providers import NOBODY, App, Grant, Place, Profile
from accounts.providers.expiring import SHORT, is_short, profile_of, renewed
from poster.clients import meta
from poster.errors import Actor, Refused, Unauthorized, Unavailable

POSTING = "CREATE_CONTENT"  # the task on the Page
ON_PAGES = ("pages_show_list", "pages_read_engagement", "pages_manage_posts")
ON_INSTAGRAM = ("instagram_basic", "instagram_content_publish", "pages_show_list", "pages_read_engagement")
PLACES = "id,name,username,access_token,tasks,instagram_business_account{id,username,name}"


class Facebook:
    """The provider protocol. `app`, where it is taken: its secret signs the calls (appsecret_proof)."""

    # business_management: Pages that a person has only through a business portfolio are not listed without it.
    scopes = (*ON_PAGES, "instagram_basic", "instagram_content_publish", "business_management")
    renew_ahead = SHORT

    def identify(self, grant: Grant, app: App = NOBODY) -> Profile:
        return profile_of(_graph(grant, app).get("/me", fields="id,name"), "id", "Facebook")

    def discover(self, grant: Grant, app: App = NOBODY) -> list[Place]:
        graph = _graph(grant, app)
        allowed = _allowed(graph)
        pages = graph.listing("/me/accounts", fields=PLACES, limit=100)
        return [place for page in pages for place in _places(page, allowed)]

    def lengthen(self, grant: Grant, app: App) -> Grant:
        """A login of an hour becomes one of sixty days, when our app is known."""
        return renewed(grant, _exchange(app, grant), "Facebook") if is_short(grant) and app.client_secret else grant

    def refresh(self, grant: Grant, app: App) -> Grant:
        """There is no renewal but lengthening a short one: after that only a new login helps."""
        longer = self.lengthen(grant, app)
        if longer is grant:
            raise Unauthorized(
                "Facebook logins cannot be renewed without you. Connect Facebook again; until then, Pages that are "
                "already connected go on."
            )
        return longer


def _graph(grant: Grant, app: App) -> meta.Graph:
    return meta.facebook(grant.access_token, app.client_secret)


def _exchange(app: App, grant: Grant) -> dict[str, Any]:
    try:
        return _graph(grant, app).get(
            "/oauth/access_token",
            grant_type="fb_exchange_token",
            client_id=app.client_id,
            client_secret=app.client_secret,
            fb_exchange_token=grant.access_token,
        )
    except Unavailable as error:
        if error.trace.code == "1" and error.trace.status == 400:  # a wrong secret is told as "unknown error"
            raise Refused(
                "Facebook does not accept our app's secret. The operator has to check the app id and the secret.",
                actor=Actor.OPERATOR,
                trace=error.trace,
            ) from None
        raise


def _allowed(graph: meta.Graph) -> set[str]:
    """The permissions that the person gave and has not taken back."""
    rows = graph.listing("/me/permissions")
    return {str(row.get("permission")) for row in rows if row.get("status") == "granted"}


def _places(page: dict[str, Any], allowed: set[str]) -> Iterator[Place]:
    """The Page itself, and the Instagram account behind it, which is published to with the Page's token."""
    page_id, token = meta.identity(page), str(page.get("access_token") or "")
    if not page_id:
        return
    tasks = page.get("tasks")
    may_not = () if isinstance(tasks, list) and POSTING in tasks else (POSTING,)
    missing = _lacking(ON_PAGES, allowed) + may_not
    yield Place("facebook", page_id, _text(page, "name"), _text(page, "username"), token, missing)
    behind = page.get("instagram_business_account")
    if isinstance(behind, dict) and meta.identity(behind):
        name, handle = _text(behind, "name") or _text(behind, "username"), _text(behind, "username")
        yield Place("instagram", meta.identity(behind), name, handle, token, _lacking(ON_INSTAGRAM, allowed))


def _lacking(needed: tuple[str, ...], allowed: set[str]) -> tuple[str, ...]:
    return tuple(scope for scope in needed if scope not in allowed)


def _text(row: dict[str, Any], key: str) -> str:
    return str(row.get(key) or "")[:200]
