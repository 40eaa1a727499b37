"""Threads publishing. Rules: Threads API, Posts and Retrieve; the official Postman collection."""

from __future__ import annotations

from typing import Any

from sandbox.faults import trouble
from sandbox.meta import containers, errors, shown, words
from sandbox.meta.calls import Answer, Call
from sandbox.meta.containers import Draft
from sandbox.meta.fieldsets import Fields, choose, page_of, parse
from sandbox.meta.rows import Container, Media, Threads
from sandbox.meta.tokens import Caller
from sandbox.world import World

QUOTA = 250
DAY_SECONDS = 86_400
CAROUSEL = range(2, 21)
TYPES = {"TEXT": "TEXT_POST", "IMAGE": "IMAGE"}
WHO_REPLIES = {"everyone", "accounts_you_follow", "mentioned_only", "parent_post_author_only", "followers_only"}
TOPIC = range(1, 51)
OPTIONS = ("reply_control", "topic_tag", "is_spoiler_media")


def _must(caller: Caller, scope: str) -> None:
    if not caller.may(scope):
        raise errors.may_not(scope)


def read_profile(_world: World, call: Call, profile: Threads, caller: Caller) -> Answer:
    """GET /me."""
    _must(caller, "threads_basic")
    node = {
        "id": profile.id,
        "username": profile.username,
        "name": profile.name,
        "threads_profile_picture_url": f"{call.root}_sandbox/static/face.svg",
        "threads_biography": "Practice only.",
        "is_verified": False,
    }
    return choose("ThreadsUser", node, parse(call.param("fields")), "id")


def create(world: World, call: Call, profile: Threads, caller: Caller) -> Answer:
    """POST /{user}/threads: a container for words, a picture, or a carousel."""
    _must(caller, "threads_content_publish")
    words.check_thread(call.param("text"))
    words.check_alt_text(call.param("alt_text"))
    container = containers.lay_down(world, "threads", profile.id, _draft(world, call, profile))
    if container.media_type == "TEXT_POST" and call.flag("auto_publish_text", default=False):
        return {"id": containers.publish(world, container).id}
    return {"id": container.id}


def _draft(world: World, call: Call, profile: Threads) -> Draft:
    kind = call.needed("media_type")
    if kind == "CAROUSEL":
        children = tuple(one.strip() for one in call.needed("children").split(","))
        if len(children) not in CAROUSEL:
            raise errors.wrong_children()
        containers.children_of(world, children, profile.id)
        if not containers.all_done(world, children):
            raise errors.children_not_ready()
        return Draft("CAROUSEL_ALBUM", text=call.param("text"), children=children, options=_options(call, kind))
    if kind not in TYPES:
        raise errors.invalid_parameter("Param media_type must be one of {TEXT, IMAGE, VIDEO, CAROUSEL}")
    return Draft(
        TYPES[kind],
        text=call.needed("text") if kind == "TEXT" else call.param("text"),
        alt_text=call.param("alt_text"),
        url=call.needed("image_url") if kind == "IMAGE" else "",
        child=call.flag("is_carousel_item", default=False),
        options=_options(call, kind),
    )


def _options(call: Call, kind: str) -> dict[str, str]:
    """Who may reply, the topic, whether the picture is a spoiler. Raises GraphError 100 for what is none of theirs."""
    told = {name: value for name, value in call.params.items() if name in OPTIONS}
    if "reply_control" in told and told["reply_control"] not in WHO_REPLIES:
        raise errors.invalid_parameter(f"Param reply_control must be one of {{{', '.join(sorted(WHO_REPLIES))}}}")
    if "topic_tag" in told and (len(told["topic_tag"]) not in TOPIC or set(told["topic_tag"]) & set(".&")):
        raise errors.invalid_parameter("Param topic_tag must be 1 to 50 characters long, without '.' and '&'")
    if call.flag("is_spoiler_media", default=False) and kind == "TEXT":
        raise errors.invalid_parameter("Param is_spoiler_media is not allowed for posts without media")
    return told


def read_container(world: World, call: Call, container: Container, caller: Caller) -> Answer:
    """GET /{container}: how far the processing is."""
    _must(caller, "threads_basic")
    state = containers.state_of(world, container)
    node = {"id": container.id, "status": state, "error_message": "UNKNOWN" if state == "ERROR" else None}
    return choose("ThreadsMediaContainer", node, parse(call.param("fields")), "id,status,error_message")


def publish(world: World, call: Call, profile: Threads, caller: Caller) -> Answer:
    """POST /{user}/threads_publish. Too early is 'Media Not Found', as at the real service."""
    _must(caller, "threads_content_publish")
    container = world.table(Container).get(call.needed("creation_id"))
    if container is None or container.account_id != profile.id or container.child:
        raise errors.thread_not_found(call.param("creation_id"))
    state = containers.state_of(world, container, publishing=True)
    if state == "PUBLISHED":
        again = containers.publish_again(world, container, errors.thread_not_found(container.id))
        return {"id": again.id}
    if state != "FINISHED" or trouble(world, "not_ready", host=call.host):
        raise errors.thread_not_found(container.id)
    if containers.used_today(world, "threads", profile.id) >= containers.quota(world, QUOTA):
        raise errors.quota_reached()
    return {"id": containers.publish(world, container).id}


def publishing_limit(world: World, call: Call, profile: Threads, caller: Caller) -> Answer:
    """GET /{user}/threads_publishing_limit."""
    _must(caller, "threads_basic")
    node = {
        "quota_usage": containers.used_today(world, "threads", profile.id),
        "config": {"quota_total": containers.quota(world, QUOTA), "quota_duration": DAY_SECONDS},
        "reply_quota_usage": 0,
        "reply_config": {"quota_total": 1000, "quota_duration": DAY_SECONDS},
        "delete_quota_usage": 0,
        "delete_config": {"quota_total": 100, "quota_duration": DAY_SECONDS},
    }
    return {"data": [choose("ThreadsQuota", node, parse(call.param("fields")), "quota_usage,config")]}


def list_threads(world: World, call: Call, profile: Threads, caller: Caller) -> Answer:
    """GET /{user}/threads: newest first."""
    _must(caller, "threads_basic")
    wanted = parse(call.param("fields"))
    media = containers.posts_of(world, call, profile.id)
    return page_of(call, media, lambda one: _show(world, call, one, wanted), most=shown.most(world, call))


def read_media(world: World, call: Call, media: Media, caller: Caller) -> Answer:
    """GET /{media}."""
    _must(caller, "threads_basic")
    return _show(world, call, media, parse(call.param("fields")))


def delete_media(world: World, _call: Call, media: Media, caller: Caller) -> Answer:
    """DELETE /{media}."""
    _must(caller, "threads_delete")
    del world.table(Media)[media.id]
    return {"success": True, "deleted_id": media.id}


def _show(world: World, call: Call, media: Media, wanted: Fields) -> Answer:
    return choose("ThreadsMedia", _media_node(world, call, media), wanted, "id")


def _media_node(world: World, call: Call, media: Media) -> dict[str, Any]:
    profile = world.table(Threads)[media.account_id]
    children = [world.table(Media)[one] for one in media.children]
    return {
        "id": media.id,
        "media_product_type": "THREADS",
        "media_type": media.media_type,
        "media_url": shown.picture_address(world, call, media.sha256) if media.sha256 else None,
        "permalink": f"{call.root}www.threads.net/@{profile.username}/post/{media.shortcode}",
        "owner": lambda _inner: {"id": profile.id},
        "username": profile.username,
        "text": media.text or None,
        "alt_text": media.alt_text or None,
        "timestamp": shown.iso(media.made_at),
        "shortcode": media.shortcode,
        "topic_tag": media.options.get("topic_tag"),
        "is_spoiler_media": media.options.get("is_spoiler_media") == "true",
        "is_quote_post": False,
        "has_replies": False,
        "is_reply": False,
        "children": (lambda inner: {"data": [_show(world, call, one, inner) for one in children]})
        if children
        else None,
    }
