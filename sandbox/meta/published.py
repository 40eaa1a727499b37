"""What followers of Meta's platforms can see."""

from __future__ import annotations

from sandbox.meta import pictures, stories
from sandbox.meta.rows import Instagram, Media, Page, Photo, Post, Story, Threads
from sandbox.vendors import Account, Picture, Published
from sandbox.world import World


def published(world: World) -> list[Published]:
    """Every post that is public now, oldest first."""
    now = world.now()
    pages = [_page_post(world, post) for post in world.table(Post).values() if post.shown_at(now)]
    media = [_media(world, one) for one in world.table(Media).values() if not one.parent_id]
    stories = [_page_story(world, story) for story in world.table(Story).values()]
    return sorted(pages + media + stories, key=lambda post: post.created_at)


def accounts(world: World) -> list[Account]:
    """Every Page, professional account and profile."""
    pages = [Account("facebook", page.id, page.name) for page in world.table(Page).values()]
    instagrams = [Account("instagram", one.id, one.username) for one in world.table(Instagram).values()]
    profiles = [Account("threads", one.id, one.username) for one in world.table(Threads).values()]
    return pages + instagrams + profiles


def _page_post(world: World, post: Post) -> Published:
    page = world.table(Page)[post.page_id]
    photos = [world.table(Photo)[one] for one in post.photos if one in world.table(Photo)]
    return Published(
        platform="facebook",
        account_id=page.id,
        account_name=page.name,
        id=post.id,
        text=post.message,
        created_at=post.shown_at(world.now()),
        permalink=f"www.facebook.com/{page.id}/posts/{post.id.partition('_')[2]}",
        pictures=tuple(Picture(photo.sha256, photo.alt_text) for photo in photos),
        facts={"photo_ids": list(post.photos), "link": post.link, "ai": any(photo.says_ai for photo in photos)},
    )


def _page_story(world: World, story: Story) -> Published:
    page, photo = world.table(Page)[story.page_id], world.table(Photo)[story.photo_id]
    return Published(
        platform="facebook",
        account_id=page.id,
        account_name=page.name,
        id=story.id,
        text="",
        created_at=story.made_at,
        permalink=stories.address(story),
        pictures=(Picture(photo.sha256, photo.alt_text),),
        facts={"photo_ids": [photo.id], "story": True, "ai": photo.says_ai},
    )


def _media(world: World, media: Media) -> Published:
    parts = [world.table(Media)[one] for one in media.children] or [media]
    return Published(
        platform=media.platform,
        account_id=media.account_id,
        account_name=_name(world, media),
        id=media.id,
        text=media.text,
        created_at=media.made_at,
        permalink=permalink(world, media),
        pictures=tuple(Picture(part.sha256, part.alt_text) for part in parts if part.sha256),
        facts={
            "container_id": media.container_id,
            "media_type": media.media_type,
            "ai": media.ai_generated,
            "story": media.story,
            "options": dict(media.options),
            "cut": media.platform == "instagram" and len(parts) > 1 and _is_cut(world, parts),
        },
    )


def _is_cut(world: World, parts: list[Media]) -> bool:
    """Whether a picture of a carousel shows less than was sent: all are cut to the shape of the first."""
    seen = [shown for part in parts if part.sha256 and (shown := pictures.look(world.blob(part.sha256)))]
    ratios = [each.width / each.height for each in seen]
    return any(abs(ratio / ratios[0] - 1) > pictures.SLACK for ratio in ratios)


def permalink(world: World, media: Media) -> str:
    """The path of a media's own page."""
    if media.platform == "instagram":
        return f"www.instagram.com/p/{media.shortcode}/"
    return f"www.threads.net/@{_name(world, media)}/post/{media.shortcode}"


def _name(world: World, media: Media) -> str:
    if media.platform == "instagram":
        return world.table(Instagram)[media.account_id].username
    return world.table(Threads)[media.account_id].username
