"""Instagram content publishing, alike on both hosts. Rules: Instagram Platform, IG User reference."""

from __future__ import annotations

from typing import Any

from sandbox.faults import trouble
from sandbox.meta import containers, errors, shown, words
from sandbox.meta.calls import Answer, Call
from sandbox.meta.containers import Draft
from sandbox.meta.fieldsets import Fields, choose, page_of, parse
from sandbox.meta.rows import Container, Instagram, Media
from sandbox.meta.tokens import Caller
from sandbox.world import World

QUOTA = 100
DAY_SECONDS = 86_400
CAROUSEL = range(2, 11)
PUBLISH = ("instagram_content_publish", "instagram_business_content_publish")
READ = ("instagram_basic", "instagram_business_basic")
STATUS = {
    "IN_PROGRESS": "In Progress: Media is still being processed.",
    "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
    "PUBLISHED": "Published: Media has been published.",
    "EXPIRED": "Expired: The container was not published within 24 hours.",
    "ERROR": "Error: Media upload has failed with error code {code}",
}
MEDIA_FIELDS = "id"


def _must(caller: Caller, scopes: tuple[str, str]) -> None:
    if not any(caller.may(scope) for scope in scopes):
        raise errors.may_not(scopes[1] if caller.token.kind == "IG" else scopes[0])


def read_account(world: World, call: Call, account: Instagram, caller: Caller) -> Answer:
    """GET /{ig} and, on graph.instagram.com, /me."""
    _must(caller, READ)
    posts = [media for media in world.table(Media).values() if media.account_id == account.id]
    node = {
        "id": account.id,
        "username": account.username,
        "name": account.name,
        "biography": "Practice only.",
        "profile_picture_url": f"{call.root}_sandbox/static/face.svg",
        "followers_count": 128,
        "follows_count": 12,
        "media_count": sum(not media.parent_id for media in posts),
    }
    if caller.token.kind == "IG":
        node |= {"id": account.scoped_id, "user_id": account.id, "account_type": "BUSINESS"}
        return choose("IGUser", node, parse(call.param("fields")), "id,username")
    return choose("IGUser", node, parse(call.param("fields")), "id")


def create(world: World, call: Call, account: Instagram, caller: Caller) -> Answer:
    """POST /{ig}/media: a container for one picture, a carousel child, or a carousel."""
    _must(caller, PUBLISH)
    words.check_caption(call.param("caption"))
    words.check_alt_text(call.param("alt_text"))
    draft = _carousel(world, call, account) if call.param("media_type") == "CAROUSEL" else _single(call)
    return {"id": containers.lay_down(world, "instagram", account.id, draft).id}


def _single(call: Call) -> Draft:
    story = call.param("media_type") == "STORIES"
    if story and (call.param("caption") or "is_carousel_item" in call.params):
        raise errors.invalid_parameter("Param caption and is_carousel_item are not allowed for stories")
    if not story and call.param("media_type") not in ("", "IMAGE"):
        raise errors.GraphError(
            "Invalid parameter",
            100,
            2207023,
            title="Unknown media type",
            advice=f"The media type {call.param('media_type')} is unknown.",
        )
    return Draft(
        "IMAGE",
        text=call.param("caption"),
        alt_text=call.param("alt_text"),
        url=call.needed("image_url"),
        child=call.flag("is_carousel_item", default=False),
        ai_generated=_ai_generated(call),
        story=story,
    )


def _ai_generated(call: Call) -> bool:
    """`is_ai_generated`: true or false, of a whole post, not of one picture in a carousel. Raises GraphError 100."""
    if "is_ai_generated" in call.params and not call.param("is_ai_generated"):
        raise errors.invalid_parameter("Param is_ai_generated must be a boolean")
    told = call.flag("is_ai_generated", default=False)
    if "is_ai_generated" in call.params and call.flag("is_carousel_item", default=False):
        raise errors.invalid_parameter("Param is_ai_generated is not allowed for carousel items")
    return told


def _carousel(world: World, call: Call, account: Instagram) -> Draft:
    children = tuple(one.strip() for one in call.needed("children").strip("[]").replace('"', "").split(","))
    if len(children) not in CAROUSEL:
        raise errors.wrong_children()
    containers.children_of(world, children, account.id)
    return Draft("CAROUSEL_ALBUM", text=call.param("caption"), children=children, ai_generated=_ai_generated(call))


def read_container(world: World, call: Call, container: Container, caller: Caller) -> Answer:
    """GET /{container}: how far the processing is."""
    _must(caller, READ)
    state = containers.state_of(world, container)
    node = {
        "id": container.id,
        "status_code": state,
        "status": STATUS[state].format(code=container.fate),
        "copyright_check_status": {"status": "completed", "matches_found": False},
    }
    return choose("IGContainer", node, parse(call.param("fields")), "id")


def publish(world: World, call: Call, account: Instagram, caller: Caller) -> Answer:
    """POST /{ig}/media_publish. Once; what a second time does is a matter of the fault panel."""
    _must(caller, PUBLISH)
    container = world.table(Container).get(call.needed("creation_id"))
    if container is None or container.account_id != account.id or container.child:
        raise errors.container_gone(call.param("creation_id"))
    state = containers.state_of(world, container, publishing=True)
    if state == "PUBLISHED":
        again = containers.publish_again(world, container, errors.container_gone(container.id))
        return {"id": again.id}
    if state == "EXPIRED":
        raise errors.container_gone(container.id)
    if state != "FINISHED" or trouble(world, "not_ready", host=call.host):
        raise errors.not_ready()
    if containers.used_today(world, "instagram", account.id) >= containers.quota(world, QUOTA):
        raise errors.quota_reached()
    return {"id": containers.publish(world, container).id}


def publishing_limit(world: World, call: Call, account: Instagram, caller: Caller) -> Answer:
    """GET /{ig}/content_publishing_limit."""
    _must(caller, PUBLISH)
    node = {
        "quota_usage": containers.used_today(world, "instagram", account.id),
        "config": {"quota_total": containers.quota(world, QUOTA), "quota_duration": DAY_SECONDS},
    }
    return {"data": [choose("IGQuota", node, parse(call.param("fields")), "quota_usage")]}


def list_media(world: World, call: Call, account: Instagram, caller: Caller) -> Answer:
    """GET /{ig}/media: newest first."""
    _must(caller, READ)
    wanted = parse(call.param("fields"))
    media = containers.posts_of(world, call, account.id)
    return page_of(call, media, lambda one: _show(world, call, one, wanted), most=shown.most(world, call))


def list_stories(world: World, call: Call, account: Instagram, caller: Caller) -> Answer:
    """GET /{ig}/stories: those of the last day, newest first."""
    _must(caller, READ)
    wanted = parse(call.param("fields"))
    media = containers.stories_of(world, call, account.id)
    return page_of(call, media, lambda one: _show(world, call, one, wanted), most=shown.most(world, call))


def read_media(world: World, call: Call, media: Media, caller: Caller) -> Answer:
    """GET /{media}."""
    _must(caller, READ)
    return _show(world, call, media, parse(call.param("fields")))


def _show(world: World, call: Call, media: Media, wanted: Fields) -> Answer:
    return choose("IGMedia", media_node(world, call, media), wanted, MEDIA_FIELDS)


def media_node(world: World, call: Call, media: Media) -> dict[str, Any]:
    """Everything that can be asked of a media."""
    account = world.table(Instagram)[media.account_id]
    children = [world.table(Media)[one] for one in media.children]
    first = children[0].sha256 if children else media.sha256
    return {
        "id": media.id,
        "ig_id": media.id[::-1],
        "caption": media.text or None,
        "alt_text": media.alt_text or None,
        "media_type": media.media_type,
        "media_product_type": "STORY" if media.story else "FEED",
        "media_url": shown.picture_address(world, call, first),
        "permalink": f"{call.root}www.instagram.com/p/{media.shortcode}/",
        "shortcode": media.shortcode,
        "timestamp": shown.iso(media.made_at),
        "username": account.username,
        "owner": lambda _inner: {"id": account.id},
        "like_count": 0,
        "comments_count": 0,
        "is_comment_enabled": True,
        "is_ai_generated": media.ai_generated,
        "children": (lambda inner: {"data": [_show(world, call, one, inner) for one in children]})
        if children
        else None,
    }
