"""Posts of a Page. Rules: Graph API reference, Page Feed and Page Post."""

from __future__ import annotations

import json
from typing import Any

from sandbox.faults import trouble
from sandbox.meta import errors, shown, words
from sandbox.meta.calls import Answer, Call
from sandbox.meta.fieldsets import Fields, choose, page_by_time, page_of, parse
from sandbox.meta.rows import DAY, App, Page, Photo, Post
from sandbox.meta.tokens import Caller
from sandbox.world import World

SOONEST, LATEST = 600.0, 30 * DAY
DUPLICATE_WINDOW = 3600.0
MOST_PHOTOS = 10
POST_FIELDS = "id,created_time,message"


def add_post(world: World, call: Call, page: Page, caller: Caller) -> Answer:
    """POST /{page}/feed: words, a link, photos that were laid down before; now, later, or as a draft."""
    must_be_allowed(page, caller)
    message, link = call.param("message"), call.param("link")
    photos = _attached(world, call, page)
    words.check_message(message)
    if not (message.strip() or link or photos):
        raise errors.empty_post()
    if not photos and _said_before(world, page, message, link):
        raise errors.duplicate_post()
    scheduled_at = _scheduled(world, call)
    post = make(world, page, caller, message=message, photos=photos, link=link)
    post.scheduled_at = scheduled_at
    if call.flag("published", default=True):
        publish(world, post)
    wanted = parse(call.param("fields"))
    return choose("Post", post_node(world, call, post), wanted, "id")


def _attached(world: World, call: Call, page: Page) -> list[str]:
    raw = [value for name, value in call.params.items() if name.startswith("attached_media[")]
    try:
        whole = json.loads(call.param("attached_media") or "[]")
        given = [json.loads(item) if isinstance(item, str) else item for item in [*whole, *raw]]
        ids = [str(item["media_fbid"]) for item in given]
    except (TypeError, KeyError, ValueError) as error:
        raise errors.invalid_parameter("Param attached_media must be a list of {media_fbid}") from error
    if len(ids) > MOST_PHOTOS:
        raise errors.invalid_parameter(f"attached_media takes at most {MOST_PHOTOS} photos")
    for photo_id in ids:
        photo = world.table(Photo).get(photo_id)
        if photo is None or photo.page_id != page.id or is_gone(world, photo):
            raise errors.invalid_parameter(f"The photo {photo_id} does not exist or cannot be attached")
    return ids


def is_gone(world: World, photo: Photo) -> bool:
    """A photo that no post shows is thrown away after a day, unless it was called temporary."""
    return not (photo.post_id or photo.temporary) and world.now() > photo.made_at + DAY


def _said_before(world: World, page: Page, message: str, link: str) -> bool:
    since = world.now() - DUPLICATE_WINDOW
    return any(
        post.page_id == page.id and (post.message, post.link) == (message, link) and post.published_at > since
        for post in world.table(Post).values()
    )


def _scheduled(world: World, call: Call) -> float:
    if not call.param("scheduled_publish_time"):
        return 0.0
    at = shown.moment(call.param("scheduled_publish_time"))
    if call.flag("published", default=True) or not SOONEST <= at - world.now() <= LATEST:
        raise errors.scheduled_wrong()
    return at


def make(world: World, page: Page, caller: Caller, *, message: str, photos: list[str], link: str = "") -> Post:
    """A new post that nobody sees yet."""
    post = Post(
        id=f"{page.id}_{world.new_id('122', digits=18)}",
        page_id=page.id,
        app_id=caller.token.app_id,
        message=shown.edited(world, message),
        link=link,
        photos=photos,
        made_at=world.now(),
    )
    world.table(Post)[post.id] = post
    return post


def publish(world: World, post: Post) -> None:
    """Show it to everybody from now on."""
    post.published_at = world.now()
    for photo_id in post.photos:
        photo = world.table(Photo)[photo_id]
        photo.post_id = photo.post_id or post.id


def must_be_allowed(page: Page, caller: Caller) -> None:
    """Raises GraphError 190 without a Page token, 200 without the scopes or the task."""
    if caller.token.kind != "PAGE":
        raise errors.page_token_needed()
    if not caller.may("pages_manage_posts", "pages_read_engagement") or not page.may_post:
        raise errors.may_not_post()


def list_posts(world: World, call: Call, page: Page, caller: Caller) -> Answer:
    """GET /{page}/published_posts, /feed, /posts: newest first."""
    if not caller.may("pages_read_engagement"):
        raise errors.may_not("pages_read_engagement")
    now = world.now()
    own = [post for post in world.table(Post).values() if post.page_id == page.id and post.shown_at(now)]
    posts = shown.listed(world, call, [(post.shown_at(now), post) for post in own])
    wanted = parse(call.param("fields"))

    def show(post: Post) -> dict[str, Any]:
        return choose("Post", post_node(world, call, post), wanted, POST_FIELDS)

    if trouble(world, "pages_by_time", host=call.host):
        return page_by_time(call, posts, show, lambda post: post.shown_at(now), most=shown.most(world, call))
    return page_of(call, posts, show, most=shown.most(world, call))


def read_post(world: World, call: Call, post: Post, caller: Caller) -> Answer:
    """GET /{post}."""
    if not caller.may("pages_read_engagement"):
        raise errors.may_not("pages_read_engagement")
    return choose("Post", post_node(world, call, post), parse(call.param("fields")), POST_FIELDS)


def change_post(world: World, call: Call, post: Post, caller: Caller) -> Answer:
    """POST /{post}: is_published=true shows a draft (again and again without harm); message rewords it."""
    must_be_allowed(world.table(Page)[post.page_id], caller)
    if post.app_id != caller.token.app_id:
        raise errors.may_not_post()
    if call.flag("is_published", default=False) and not post.shown_at(world.now()):
        publish(world, post)
    if "message" in call.params:
        words.check_message(call.param("message"))
        post.message = call.param("message")
    return {"success": True}


def delete_post(world: World, _call: Call, post: Post, caller: Caller) -> Answer:
    """DELETE /{post}."""
    must_be_allowed(world.table(Page)[post.page_id], caller)
    del world.table(Post)[post.id]
    return {"success": True}


def post_node(world: World, call: Call, post: Post) -> dict[str, Any]:
    """Everything that can be asked of a post."""
    at = post.shown_at(world.now())
    photos = [world.table(Photo)[one] for one in post.photos if one in world.table(Photo)]
    page, app = world.table(Page)[post.page_id], world.table(App)[post.app_id]
    return {
        "id": post.id,
        "message": post.message or None,
        "created_time": shown.iso(at or post.made_at),
        "updated_time": shown.iso(at or post.made_at),
        "permalink_url": permalink(call, post),
        "is_published": bool(at),
        "is_hidden": False,
        "scheduled_publish_time": int(post.scheduled_at) if post.scheduled_at and not at else None,
        "status_type": "added_photos" if photos else "mobile_status_update",
        "full_picture": shown.picture_address(world, call, photos[0].sha256) if photos else None,
        "from": lambda _inner: {"id": page.id, "name": page.name},
        "application": lambda _inner: {"id": app.id, "name": app.name},
        "attachments": lambda inner: _attachments(world, call, post, photos, inner),
        "likes": lambda _inner: {"data": [], "summary": {"total_count": 0}},
        "comments": lambda _inner: {"data": [], "summary": {"total_count": 0}},
        "reactions": lambda _inner: {"data": [], "summary": {"total_count": 0}},
        "shares": None,
    }


def permalink(call: Call, post: Post) -> str:
    """Where people see the post."""
    return f"{call.root}www.facebook.com/{post.page_id}/posts/{post.id.partition('_')[2]}"


def _attachments(world: World, call: Call, post: Post, photos: list[Photo], inner: Fields) -> Answer | None:
    if not photos:
        return None
    wanted = inner or parse("media,target,type,url")
    items = [choose("StoryAttachment", _photo_attachment(world, call, photo), wanted, "") for photo in photos]
    if len(items) == 1:
        return {"data": items}
    album = _photo_attachment(world, call, photos[0]) | {
        "type": "album",
        "media_type": "album",
        "target": {"id": post.id, "url": permalink(call, post)},
        "url": permalink(call, post),
        "subattachments": lambda sub: _subattachments(world, call, photos, sub),
    }
    return {"data": [choose("StoryAttachment", album, wanted, "")]}


def _subattachments(world: World, call: Call, photos: list[Photo], inner: Fields) -> Answer:
    wanted = inner or parse("media,target,type,url")
    return {"data": [choose("StoryAttachment", _photo_attachment(world, call, photo), wanted, "") for photo in photos]}


def _photo_attachment(world: World, call: Call, photo: Photo) -> dict[str, Any]:
    source = shown.picture_address(world, call, photo.sha256)
    image = {"height": photo.height, "src": source, "width": photo.width}
    return {
        "description": photo.caption or None,
        "media": {"image": image},
        "media_type": "photo",
        "target": {"id": photo.id, "url": photo_address(call, photo)},
        "title": None,
        "type": "photo",
        "url": photo_address(call, photo),
        "subattachments": None,
    }


def photo_address(call: Call, photo: Photo) -> str:
    """The page of a photo."""
    return f"{call.root}www.facebook.com/photo.php?fbid={photo.id}"
