"""Stories of a Page: a photo that was laid down before, shown for a day. Rules: Page Stories API."""

from __future__ import annotations

from typing import Any

from sandbox.meta import errors, posts, shown
from sandbox.meta.calls import Answer, Call
from sandbox.meta.fieldsets import choose, page_of, parse
from sandbox.meta.rows import DAY, Page, Photo, Story
from sandbox.meta.tokens import Caller
from sandbox.world import World

FIELDS = "post_id,status,creation_time,media_type,media_id,url"


def add_story(world: World, call: Call, page: Page, caller: Caller) -> Answer:
    """POST /{page}/photo_stories: show a photo that no post has shown."""
    posts.must_be_allowed(page, caller)
    photo = world.table(Photo).get(call.needed("photo_id"))
    if photo is None or photo.page_id != page.id or posts.is_gone(world, photo):
        raise errors.invalid_parameter(f"The photo {call.param('photo_id')} does not exist or cannot be used")
    if photo.post_id:
        raise errors.used_photo()
    story = Story(id=world.new_id("122", digits=18), page_id=page.id, photo_id=photo.id, made_at=world.now())
    world.table(Story)[story.id] = story
    photo.post_id = f"{page.id}_{story.id}"
    return {"success": True, "post_id": story.id}


def list_stories(world: World, call: Call, page: Page, caller: Caller) -> Answer:
    """GET /{page}/stories: newest first. Older ones only of Pages that keep an archive; ours keep none."""
    if not caller.may("pages_read_engagement"):
        raise errors.may_not("pages_read_engagement")
    begun = world.now() - DAY
    own = [one for one in world.table(Story).values() if one.page_id == page.id and one.made_at > begun]
    stories = shown.listed(world, call, [(one.made_at, one) for one in own])
    wanted = parse(call.param("fields"))

    def show(story: Story) -> dict[str, Any]:
        node = choose("Stories", _node(call, story), wanted, FIELDS)
        return {name: value for name, value in node.items() if name != "id"}

    return page_of(call, stories, show, most=shown.most(world, call))


def _node(call: Call, story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "post_id": story.id,
        "status": "PUBLISHED",
        "creation_time": f"{int(story.made_at)}",
        "media_type": "photo",
        "media_id": story.photo_id,
        "url": f"{call.root}{address(story)}",
    }


def address(story: Story) -> str:
    """The path of its page."""
    return f"www.facebook.com/stories/{story.page_id}/{story.id}"
