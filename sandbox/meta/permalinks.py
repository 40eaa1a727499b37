"""The public pages of posts and pictures, at the addresses that the API tells."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox import control, feed
from sandbox.meta.published import published
from sandbox.meta.rows import Instagram, Page, Photo, Threads
from sandbox.world import World

PICTURE_HOST = "scontent.xx.fbcdn.net"
THREADS = "www.threads.net"


def add_pages(blueprint: Blueprint, world: World) -> None:
    """Serve them."""
    _posts(blueprint, world)
    _homes(blueprint, world)

    @blueprint.get(f"/{PICTURE_HOST}/v/<sha256>.jpg")
    def picture(sha256: str) -> Response:
        if not _is_served(world, request.args.get("oe", "")):
            abort(403, "URL signature expired")
        return control.picture(world, sha256)


def _is_served(world: World, until: str) -> bool:
    """An address of theirs opens to everybody, and only until the moment that stands in it."""
    try:
        return int(until, 16) > world.now()
    except ValueError:
        return False


def _posts(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/www.facebook.com/<page>/posts/<post>")
    @blueprint.get("/www.facebook.com/stories/<page>/<post>")
    @blueprint.get("/www.instagram.com/p/<code>/")
    @blueprint.get(f"/{THREADS}/@<user>/post/<code>")
    def post(**_named: str) -> str:
        path = request.path.strip("/")
        found = [one for one in published(world) if one.permalink.strip("/") == path]
        return feed.post_page(world, found[0]) if found else abort(404)

    @blueprint.get("/www.facebook.com/photo.php")
    def photo() -> AnyResponse:
        shown = world.table(Photo).get(request.args.get("fbid", ""))
        if shown is None or not shown.post_id:
            abort(404)
        page_id, _, post_id = shown.post_id.partition("_")
        return redirect(f"/www.facebook.com/{page_id}/posts/{post_id}")


def _homes(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/www.facebook.com/<page_id>")
    def page(page_id: str) -> AnyResponse:
        return _home("facebook", page_id if page_id in world.table(Page) else "")

    @blueprint.get("/www.instagram.com/<username>/")
    def instagram(username: str) -> AnyResponse:
        named = [one.id for one in world.table(Instagram).values() if one.username == username]
        return _home("instagram", *named)

    @blueprint.get(f"/{THREADS}/@<username>")
    def threads(username: str) -> AnyResponse:
        named = [one.id for one in world.table(Threads).values() if one.username == username]
        return _home("threads", *named)


def _home(platform: str, *account_ids: str) -> AnyResponse:
    if not any(account_ids):
        abort(404)
    return redirect(f"/feed/{platform}/{account_ids[0]}")
