"""Facebook Login: one login opens Pages, and the Instagram accounts behind them. Rules: Facebook Login, Access Tokens.

A Page's token made from a long-lived login does not end; one made from a login of an hour ends with it. So the login
is lengthened before `discover` is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from accounts.providers import NO_TOKEN, NOBODY, About, App, DataAccess, Grant, Guide, Place, Profile
from accounts.providers.companies import META
from accounts.providers.consent import SECONDS, consent_address
from accounts.providers.facebook.reasons import LifeNotTold, NotRenewable
from accounts.providers.meta import client as meta
from accounts.providers.meta import versions
from accounts.providers.meta.login import SHORT, WARN_AHEAD, about_code, first, is_short, profile_of, renewed
from poster.errors import Unanswered, Unauthorized, Unavailable
from poster.http.client import Client
from poster.reasons import _
from poster.reasons.outside import Incomplete
from poster.reasons.outside_logins import LoginRefused

CONSENT = f"https://www.facebook.com/{versions.VERSION}/dialog/oauth"
POSTING = "CREATE_CONTENT"  # the task on the Page
# Each lets a person post there: the same task, and whatever holds it, by the names of both kinds of Pages. Source:
# codegen v25, Page `tasks`.
POSTS = (POSTING, "MANAGE", f"PROFILE_PLUS_{POSTING}", "PROFILE_PLUS_MANAGE", "PROFILE_PLUS_FULL_CONTROL")
ON_PAGES = ("pages_show_list", "pages_read_engagement", "pages_manage_posts")
ON_INSTAGRAM = ("instagram_basic", "instagram_content_publish", "pages_show_list", "pages_read_engagement")
PLACES = "id,name,username,access_token,tasks,instagram_business_account{id,username,name}"


# Facebook Login, "Data Access Expiration": so long after the person was last there, permissions end that are not in a
# list. Those for Pages are in it, those for Instagram are not; what happens to them then is nowhere said.
DATA_ACCESS = DataAccess(
    span=dt.timedelta(days=90),
    platforms=("instagram",),
    subject=_("Connect Facebook again by %(when)s, for Instagram"),
    words=_(
        "Facebook lets an app see the Instagram accounts behind your Pages for 90 days after you last said yes "
        "there. For %(login)s that is until %(when)s. The Pages themselves go on. Whether posts to %(names)s go on "
        "after that day, Facebook does not say: they may stop."
    ),
)
# What the operator does there. Source: Meta "Facebook Login", "Data Deletion Request Callback".
ABOUT = About(
    company=META,
    gets=_("Gets the words and pictures of posts to the Pages and Instagram accounts that you choose."),
    opens=_("Your Pages, and the Instagram accounts behind them."),
    guide=Guide(
        "https://developers.facebook.com/apps",
        (
            _("Create an app, with the use case to manage a Page, and Instagram content if you post there."),
            _("App roles: add everybody whose Pages you use. For them Standard Access is enough, without a review."),
            _(
                "Facebook Login, Settings: paste the redirect address under Valid OAuth Redirect URIs, and the "
                "deauthorise and data deletion addresses in their fields."
            ),
            _("App settings, Basic: copy app id and app secret into this page, and check them."),
            _("Publish the app."),
        ),
        (
            _("As long as the app is in Development mode, posts go out and only people with a role in it see them."),
            _("People without a role in the app can connect only after App Review and business verification."),
        ),
        id_name=_("App id"),
    ),
    icon="facebook",
    nothing_opened=_(
        "There is no Page that %(whose)s manages, or none was ticked at Facebook. Make a Page there, or ask "
        "again and tick one."
    ),
    meanwhile=_(
        "Pages that are connected already go on after that. Instagram accounts behind them do for 90 days from "
        "the day on which you last connected; whether any longer, Facebook does not say."
    ),
    tells_of_removal=True,
    data_access=DATA_ACCESS,
    practice=App("1000000000000001", "practice-facebook-secret"),
)


class Facebook:
    """The provider protocol. `app`, where it is taken: its secret signs the calls (appsecret_proof)."""

    about = ABOUT
    # business_management: Pages that a person has only through a business portfolio are not listed without it.
    scopes = (*ON_PAGES, "instagram_basic", "instagram_content_publish", "business_management")
    words = {
        "public_profile": _("see your name"),
        "pages_show_list": _("see which Pages you manage"),
        "pages_read_engagement": _("read what your Pages have posted"),
        "pages_manage_posts": _("publish on your Pages"),
        "instagram_basic": _("see the Instagram accounts linked to your Pages"),
        "instagram_content_publish": _("publish on these Instagram accounts"),
        "business_management": _("see Pages that you manage through a business portfolio"),
        POSTING: _("create content on the Page: somebody who manages it gives you this task"),
        NO_TOKEN: _(
            "a login of its own, which Facebook did not give us. If the business that owns the Page demands "
            "two-factor authentication, switch it on in your own Facebook account, then connect again"
        ),
    }
    for_posting = True
    own_tokens = ("facebook", "instagram")
    pkce = False
    issuer = ""
    https_only = True
    renews = False
    renew_ahead = SHORT
    warn_ahead = WARN_AHEAD

    def authorize_url(self, app: App, back: str, state: str, verifier: str, *, again: bool = False) -> str:
        """What was declined once is only asked for again when we say so."""
        asked = {"state": state} | ({"auth_type": "rerequest"} if again else {})
        return consent_address(CONSENT, app, back, ",".join(self.scopes), **asked)

    def exchange(self, app: App, code: str, back: str, verifier: str) -> Grant:
        grant = first(_token(app, "Facebook", redirect_uri=back, code=code.removesuffix("#_=_")), "Facebook")
        return replace(grant, scopes=tuple(sorted(_allowed(_graph(grant, app)))))

    def identify(self, grant: Grant, app: App = NOBODY) -> Profile:
        return profile_of(_graph(grant, app).get("/me", fields="id,name"), "id", "Facebook")

    def discover(self, grant: Grant, app: App = NOBODY) -> list[Place]:
        graph = _graph(grant, app)
        allowed = _allowed(graph)
        pages = graph.listing("/me/accounts", fields=PLACES, limit=100)
        return [place for page in pages for place in _places(page, allowed)]

    def lengthen(self, grant: Grant, app: App) -> Grant:
        """A login of an hour becomes one of sixty days, when our app is known. Nothing renews it after that."""
        if not (is_short(grant) and app.client_secret):
            return replace(grant, ends_at=grant.expires_at)
        try:
            told = _token(app, "Facebook", grant_type="fb_exchange_token", fb_exchange_token=grant.access_token)
        except Unanswered as lost:  # asking twice is harmless
            raise Unavailable(Incomplete(service="Facebook"), trace=lost.trace) from None
        return renewed(grant, told, "Facebook")

    def refresh(self, grant: Grant, app: App) -> Grant:
        """There is no renewal but lengthening a short one: after that only a new login helps."""
        longer = self.lengthen(grant, app)
        if longer.access_token == grant.access_token:
            raise Unauthorized(NotRenewable(service="Facebook"))
        return longer

    def check(self, token: str, app: App) -> None:
        """Ask about a Page's token, which has no end of its own. Source: Access Tokens, "Debugging".

        Only what Facebook says about the token to our app is a verdict. Where our app is not known, a read with the
        token itself shows that it lives; that it is refused shows no more than any other refusal.
        """
        known = bool(app.client_secret)
        graph = meta.facebook(f"{app.client_id}|{app.client_secret}" if known else token)
        try:
            told = graph.get("/debug_token", input_token=token) if known else graph.get("/me", fields="id")
        except Unauthorized as error:  # of our app, or of one read
            raise Unavailable(LifeNotTold(service="Facebook"), trace=error.trace) from None
        about = told.get("data") if known else {"is_valid": True}
        valid = about.get("is_valid") if isinstance(about, dict) else None
        if not isinstance(valid, bool):
            raise Unavailable(LifeNotTold(service="Facebook"))
        if not valid:
            raise Unauthorized(LoginRefused(service="Facebook"))

    def revoke(self, grant: Grant, app: App) -> None:
        _graph(grant, app).delete("/me/permissions")


def _graph(grant: Grant, app: App) -> meta.Graph:
    return meta.facebook(grant.access_token, app.client_secret)


def _token(app: App, name: str, **asked: str) -> dict[str, Any]:
    """Ask their token address, which takes a form: nothing secret stands in the address."""
    client = Client(meta.FACEBOOK, partial(about_code, name), name, deadline=SECONDS)
    return client.post(
        "/oauth/access_token", files=None, client_id=app.client_id, client_secret=app.client_secret, **asked
    )


def _allowed(graph: meta.Graph) -> set[str]:
    """The permissions that the person gave and has not taken back."""
    rows = graph.listing("/me/permissions")
    return {str(row.get("permission")) for row in rows if row.get("status") == "granted"}


def _places(page: dict[str, Any], allowed: set[str]) -> Iterator[Place]:
    """The Page itself, and the Instagram account behind it, which is published to with the Page's token.

    A Page is listed without a token where its business demands two-factor authentication (reference of Page). Then
    neither can be posted to: the person's own token is not for that.
    """
    page_id, token = meta.identity(page), str(page.get("access_token") or "")
    if not page_id:
        return
    no_token = () if token else (NO_TOKEN,)
    missing = _lacking(ON_PAGES, allowed) + _lacking_task(page.get("tasks")) + no_token
    yield Place("facebook", page_id, _text(page, "name"), _text(page, "username"), token, missing)
    behind = page.get("instagram_business_account")
    if isinstance(behind, dict) and meta.identity(behind):
        name, handle = _text(behind, "name") or _text(behind, "username"), _text(behind, "username")
        yield Place("instagram", meta.identity(behind), name, handle, token, _lacking(ON_INSTAGRAM, allowed) + no_token)


def _lacking_task(tasks: object) -> tuple[str, ...]:
    """Where no tasks are told, nothing is known: then posting itself shows it."""
    may_post = not isinstance(tasks, list) or any(task in POSTS for task in tasks)
    return () if may_post else (POSTING,)


def _lacking(needed: tuple[str, ...], allowed: set[str]) -> tuple[str, ...]:
    return tuple(scope for scope in needed if scope not in allowed)


def _text(row: dict[str, Any], key: str) -> str:
    return str(row.get(key) or "")[:200]
