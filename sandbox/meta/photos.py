"""Photos of a Page: laid down first, shown by a post later. Rules: Graph API reference, Page Photos."""

from __future__ import annotations

from sandbox.faults import trouble
from sandbox.fetching import Unfetchable
from sandbox.meta import errors, pictures, posts, shown, words
from sandbox.meta.calls import Answer, Call
from sandbox.meta.fieldsets import choose, parse
from sandbox.meta.rows import Page, Photo
from sandbox.meta.tokens import Caller
from sandbox.world import World


def add_photo(world: World, call: Call, page: Page, caller: Caller) -> Answer:
    """POST /{page}/photos: bytes or an address; published at once or laid down for a later post."""
    posts.must_be_allowed(page, caller)
    caption = call.param("caption") or call.param("message") or call.param("name")
    words.check_message(caption)
    content = _photo_bytes(world, call)
    seen = pictures.uploaded(content)
    photo = Photo(
        id=world.new_id("122", digits=18),
        page_id=page.id,
        sha256=world.keep(content),
        width=seen.width,
        height=seen.height,
        made_at=world.now(),
        caption=caption,
        alt_text=call.param("alt_text_custom"),
        temporary=call.flag("temporary", default=False),
        says_ai=pictures.says_ai(content),
    )
    world.table(Photo)[photo.id] = photo
    if not call.flag("published", default=True):
        return {"id": photo.id}
    post = posts.make(world, page, caller, message=caption, photos=[photo.id])
    posts.publish(world, post)
    return {"id": photo.id, "post_id": post.id}


def _photo_bytes(world: World, call: Call) -> bytes:
    if call.files:
        return next(iter(call.files.values()))
    if not call.param("url"):
        raise errors.GraphError("(#324) Requires upload file", 324)
    try:
        return world.fetch(call.param("url")).content
    except Unfetchable as error:
        raise errors.bad_image() from error


def read_photo(world: World, call: Call, photo: Photo, _caller: Caller) -> Answer:
    """GET /{photo}: `page_story_id` once a post shows it (a fault can hide it)."""
    if posts.is_gone(world, photo):
        raise errors.missing_object("get", photo.id)
    hidden = trouble(world, "no_story_id", host=call.host)
    source = shown.picture_address(world, call, photo.sha256)
    node = {
        "id": photo.id,
        "created_time": shown.iso(photo.made_at),
        "updated_time": shown.iso(photo.made_at),
        "name": photo.caption or None,
        "alt_text_custom": photo.alt_text or None,
        "link": posts.photo_address(call, photo),
        "width": photo.width,
        "height": photo.height,
        "page_story_id": photo.post_id if photo.post_id and not hidden else None,
        "images": [{"height": photo.height, "source": source, "width": photo.width}],
        "from": {"id": photo.page_id, "name": world.table(Page)[photo.page_id].name},
    }
    return choose("Photo", node, parse(call.param("fields")), "id,created_time")


def delete_photo(world: World, _call: Call, photo: Photo, caller: Caller) -> Answer:
    """DELETE /{photo}."""
    posts.must_be_allowed(world.table(Page)[photo.page_id], caller)
    del world.table(Photo)[photo.id]
    return {"success": True}
