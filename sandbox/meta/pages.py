"""Facebook Pages as a person has them. Rules: Graph API reference, User Accounts and Page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.meta.calls import Answer, Call
from sandbox.meta.fieldsets import Fields, choose, page_of, parse
from sandbox.meta.rows import Instagram, Page, Person
from sandbox.meta.tokens import Caller, page_token
from sandbox.world import World


def accounts(world: World, call: Call, _person: Person, caller: Caller) -> Answer:
    """GET /me/accounts: the Pages that the person ticked, each with its own token."""
    if not caller.may("pages_show_list"):
        return {"data": []}
    pages = [world.table(Page)[page_id] for page_id in caller.grant.pages]
    usual = "access_token,category,category_list,name,id,tasks"
    wanted = parse(call.param("fields"))
    return page_of(call, pages, lambda page: choose("Page", page_node(world, call, page, caller), wanted, usual))


def read_page(world: World, call: Call, page: Page, caller: Caller) -> Answer:
    """GET /{page}."""
    return choose("Page", page_node(world, call, page, caller), parse(call.param("fields")), "name,id")


def page_node(world: World, call: Call, page: Page, caller: Caller) -> dict[str, Any]:
    """Everything that can be asked of a Page."""
    linked = world.table(Instagram).get(page.instagram_id) if caller.may("instagram_basic") else None
    account = _nested("IGUser", instagram_node(call, linked), "id") if linked else None
    user = caller.token.kind == "USER"
    return {
        "id": page.id,
        "name": page.name,
        "username": page.username,
        "category": page.category,
        "category_list": [{"id": "2200", "name": page.category}],
        "tasks": list(page.tasks) if user and page.tasks_told else None,
        "access_token": _token(world, page, caller),
        "link": f"{call.root}www.facebook.com/{page.id}",
        "fan_count": 128,
        "followers_count": 131,
        "is_published": True,
        "picture": lambda _inner: {"data": {"url": f"{call.root}_sandbox/static/face.svg", "is_silhouette": False}},
        "instagram_business_account": account,
        "connected_instagram_account": account,
    }


def _token(world: World, page: Page, caller: Caller) -> str | None:
    """None where the business demands two-factor authentication. Source: reference of Page, `access_token`."""
    if page.two_factor:
        return None
    return page_token(world, caller.token, page).id if caller.token.kind == "USER" else caller.token.id


def instagram_node(call: Call, account: Instagram) -> dict[str, Any]:
    """Everything that can be asked of a professional account."""
    return {
        "id": account.id,
        "username": account.username,
        "name": account.name,
        "biography": "Practice only.",
        "profile_picture_url": f"{call.root}_sandbox/static/face.svg",
        "followers_count": 128,
        "follows_count": 12,
        "media_count": 0,
    }


def _nested(kind: str, node: dict[str, Any], usual: str) -> Callable[[Fields], Answer]:
    def inside(inner: Fields) -> Answer:
        return choose(kind, node, inner, usual)

    return inside
