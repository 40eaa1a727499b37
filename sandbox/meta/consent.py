"""The three consent dialogs: choose who you are, tick what the app may do, allow or cancel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.control import refuse_strangers
from sandbox.meta import errors, exchange, people, tokens
from sandbox.meta.rows import SCOPES, App, Code, Grant, Instagram, Page, Person, Threads
from sandbox.world import World

THREADS_HOSTS = ("threads.net", "www.threads.net", "threads.com", "www.threads.com")
HOSTS = ("www.facebook.com", "www.instagram.com", *THREADS_HOSTS)
TITLES = {"facebook": "Facebook", "instagram": "Instagram", "threads": "Threads"}
TAILS = {"facebook": "#_=_", "instagram": "#_", "threads": "#_"}
ALWAYS = {"facebook": "public_profile", "instagram": "instagram_business_basic", "threads": "threads_basic"}
WORDS = {
    "pages_show_list": "See which Pages you manage",
    "pages_read_engagement": "Read what your Pages have posted",
    "pages_manage_posts": "Publish on your Pages",
    "pages_manage_engagement": "Comment as your Pages",
    "pages_read_user_content": "Read what others write on your Pages",
    "pages_manage_metadata": "Change settings of your Pages",
    "read_insights": "Read the numbers of your Pages",
    "business_management": "Manage your business portfolio",
    "instagram_basic": "See the Instagram accounts linked to your Pages",
    "instagram_content_publish": "Publish on these Instagram accounts",
    "instagram_manage_comments": "Manage comments on Instagram",
    "instagram_manage_insights": "Read the numbers of Instagram",
    "instagram_business_content_publish": "Publish on your Instagram account",
    "instagram_business_manage_comments": "Manage comments",
    "instagram_business_manage_messages": "Read and send messages",
    "instagram_business_manage_insights": "Read the numbers of your account",
    "threads_content_publish": "Publish threads",
    "threads_read_replies": "Read replies",
    "threads_manage_replies": "Manage replies",
    "threads_manage_insights": "Read the numbers of your threads",
    "threads_delete": "Delete threads",
}


class Unclear(Exception):
    """The app asked in a wrong way: a page says so, nobody is sent back."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the app asked for in the address of the dialog."""

    product: str
    app: App
    redirect_uri: str
    state: str
    scopes: tuple[str, ...]
    again: bool = False  # auth_type=rerequest: ask once more for what was declined

    def back(self, **answer: str) -> str:
        """The address that the browser is sent back to, with the oddity at its end that the real ones have."""
        joint = "&" if urlsplit(self.redirect_uri).query else "?"
        state = {"state": self.state} if self.state else {}
        return f"{self.redirect_uri}{joint}{urlencode(answer | state)}{TAILS[self.product]}"


def add_dialogs(blueprint: Blueprint, world: World) -> None:
    """Serve the dialogs of all three products."""

    def dialog(product: str, **_ignored: str) -> ResponseReturnValue:
        if world.practice:
            people.practice(world)
        try:
            wish = _wish(world, product)
            return _decide(world, wish) if request.method == "POST" else _ask(world, wish)
        except Unclear as error:
            return render_template("meta/unclear.html", title=TITLES[product], why=str(error)), 400

    versions = ["/www.facebook.com/dialog/oauth", "/www.facebook.com/<version>/dialog/oauth"]
    addresses = dict.fromkeys(versions, "facebook") | {"/www.instagram.com/oauth/authorize": "instagram"}
    addresses |= {f"/{host}/oauth/authorize": "threads" for host in THREADS_HOSTS}
    for address, product in addresses.items():
        blueprint.add_url_rule(
            address, f"dialog_{product}", dialog, methods=["GET", "POST"], defaults={"product": product}
        )


def _wish(world: World, product: str) -> Wish:
    asked = request.args
    try:
        app = exchange.known_app(world, asked.get("client_id", ""))
    except errors.GraphError as error:
        raise Unclear("Invalid App ID: the app that sent you here is not known.") from error
    scopes = tuple(filter(None, asked.get("scope", "").replace(" ", ",").split(",")))
    if wrong := [scope for scope in scopes if scope not in SCOPES[product]]:
        raise Unclear(f"Invalid Scopes: {', '.join(wrong)}.")
    if asked.get("response_type", "code") != "code":
        raise Unclear("Only response_type=code is served here.")
    address = asked.get("redirect_uri", "")
    _check_redirect(app, address)
    with_usual = dict.fromkeys((ALWAYS[product], *scopes))
    again = asked.get("auth_type") == "rerequest" or product != "facebook"
    return Wish(product, app, address, asked.get("state", ""), tuple(with_usual), again)


def _check_redirect(app: App, address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unclear("The address to return to (redirect_uri) is missing or is no web address.")
    at_home = parts.hostname in {"127.0.0.1", "::1"} or "." not in parts.hostname
    if parts.scheme == "http" and not at_home:
        raise Unclear("Insecure login blocked: the address to return to must begin with https.")
    if app.redirect_uris and address not in app.redirect_uris:
        raise Unclear("URL blocked: the address to return to is not registered for this app.")


def _ask(world: World, wish: Wish) -> str:
    persons = _accounts(world, wish.product)
    pages = [page for page in world.table(Page).values() if wish.product == "facebook"]
    return render_template(
        "meta/consent.html",
        title=TITLES[wish.product],
        wish=wish,
        accounts=persons,
        pages=pages,
        optional=[(scope, WORDS[scope]) for scope in wish.scopes if scope != ALWAYS[wish.product]],
    )


def _accounts(world: World, product: str) -> list[dict[str, Any]]:
    tables: dict[str, type[Person | Instagram | Threads]] = {
        "facebook": Person,
        "instagram": Instagram,
        "threads": Threads,
    }
    return [
        {"id": account.id, "name": account.name, "handle": getattr(account, "username", "")}
        for account in world.table(tables[product]).values()
    ]


def _decide(world: World, wish: Wish) -> ResponseReturnValue:
    refuse_strangers()
    if request.form.get("decision") != "allow":
        return _send(wish.back(**_denial(wish.product)))
    account_id = request.form.get("account", "")
    if account_id not in {account["id"] for account in _accounts(world, wish.product)}:
        raise Unclear("Nobody was chosen.")
    return _send(wish.back(code=_allow(world, wish, account_id).id))


def _allow(world: World, wish: Wish, account_id: str) -> Code:
    ticked = {ALWAYS[wish.product], *request.form.getlist("scope")} - _declined_before(world, wish, account_id)
    scopes = [scope for scope in wish.scopes if scope in ticked]
    grant = tokens.grant_to(world, wish.app, wish.product, account_id, scopes)
    grant.declined = [scope for scope in wish.scopes if scope not in ticked]
    ticked_pages = request.form.getlist("page")
    grant.pages = [page_id for page_id in people.pages_of(world, account_id) if page_id in ticked_pages]
    code = Code(
        id=world.new_token("AQ", length=200),
        app_id=wish.app.id,
        product=wish.product,
        grant_id=grant.id,
        redirect_uri=wish.redirect_uri,
        made_at=world.now(),
    )
    world.table(Code)[code.id] = code
    return code


def _declined_before(world: World, wish: Wish, account_id: str) -> set[str]:
    """What this person said no to before. Facebook does not ask for it again unless the app wants that."""
    before = world.table(Grant).get(f"{wish.app.id}:{wish.product}:{account_id}")
    return set() if wish.again or before is None else set(before.declined)


def _denial(product: str) -> dict[str, str]:
    if product == "facebook":
        return {
            "error": "access_denied",
            "error_code": "200",
            "error_description": "Permissions error",
            "error_reason": "user_denied",
        }
    return {
        "error": "access_denied",
        "error_reason": "user_denied",
        "error_description": "The user denied your request.",
    }


def _send(address: str) -> ResponseReturnValue:
    return "", 302, {"Location": address}
