"""Every endpoint of the Graph: what answers and which parameters it takes. One table, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.meta import exchange, instagram, pages, people, photos, posts, stories, threads, tokens
from sandbox.meta.calls import Answer

EVERYWHERE = frozenset({"access_token", "appsecret_proof", "fields", "format", "pretty", "locale", "debug", "summary"})
LISTS = "limit after before since until"
BY_TIME = f"{LISTS} __paging_token __previous"
LOGIN = "client_id client_secret redirect_uri code grant_type"
PHOTO = (
    "url source caption message name alt_text_custom published temporary no_story place targeting "
    "unpublished_content_type scheduled_publish_time backdated_time is_explicit_location"
)
FEED = (
    "message link attached_media published scheduled_publish_time unpublished_content_type targeting "
    "feed_targeting place tags backdated_time backdated_time_granularity call_to_action child_attachments"
)
CONTAINER = (
    "image_url video_url media_type caption alt_text is_carousel_item children collaborators user_tags "
    "location_id product_tags is_ai_generated upload_type"
)
THREAD = (
    "media_type text image_url video_url is_carousel_item children reply_to_id reply_control alt_text "
    "link_attachment quote_post_id topic_tag auto_publish_text allowlisted_country_codes is_spoiler_media"
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What answers, and which parameters it knows besides those known everywhere."""

    do: Callable[..., Answer]
    params: frozenset[str]


def _takes(do: Callable[..., Answer], params: str = "") -> Endpoint:
    return Endpoint(do, frozenset(params.split()))


FIXED: dict[tuple[str, str], Endpoint] = {
    ("graph.facebook.com", "oauth/access_token"): _takes(exchange.facebook, f"{LOGIN} fb_exchange_token"),
    ("graph.facebook.com", "debug_token"): _takes(tokens.inspect, "input_token"),
    ("api.instagram.com", "oauth/access_token"): _takes(exchange.instagram, LOGIN),
    ("graph.instagram.com", "access_token"): _takes(
        lambda world, call: tokens.lengthen(world, call, grant_type="ig_exchange_token"), LOGIN
    ),
    ("graph.instagram.com", "refresh_access_token"): _takes(tokens.renew, "grant_type"),
}
for _host in ("graph.threads.net", "graph.threads.com"):
    FIXED |= {
        (_host, "oauth/access_token"): _takes(exchange.threads, LOGIN),
        (_host, "debug_token"): _takes(tokens.inspect, "input_token"),
        (_host, "access_token"): _takes(
            lambda world, call: tokens.lengthen(world, call, grant_type="th_exchange_token"), LOGIN
        ),
        (_host, "refresh_access_token"): _takes(tokens.renew, "grant_type"),
    }

# (method, kind of object, edge)
EDGES: dict[tuple[str, str, str], Endpoint] = {
    ("GET", "Person", ""): _takes(people.read_person),
    ("GET", "Person", "accounts"): _takes(pages.accounts, LISTS),
    ("GET", "Person", "permissions"): _takes(people.permissions),
    ("DELETE", "Person", "permissions"): _takes(people.forget),
    ("GET", "Page", ""): _takes(pages.read_page),
    ("POST", "Page", "photos"): _takes(photos.add_photo, PHOTO),
    ("POST", "Page", "feed"): _takes(posts.add_post, FEED),
    ("GET", "Page", "feed"): _takes(posts.list_posts, BY_TIME),
    ("GET", "Page", "posts"): _takes(posts.list_posts, BY_TIME),
    ("GET", "Page", "published_posts"): _takes(posts.list_posts, BY_TIME),
    ("POST", "Page", "photo_stories"): _takes(stories.add_story, "photo_id"),
    ("GET", "Page", "stories"): _takes(stories.list_stories, f"{LISTS} status"),
    ("GET", "Photo", ""): _takes(photos.read_photo),
    ("DELETE", "Photo", ""): _takes(photos.delete_photo),
    ("GET", "Post", ""): _takes(posts.read_post),
    ("POST", "Post", ""): _takes(posts.change_post, "is_published message"),
    ("DELETE", "Post", ""): _takes(posts.delete_post),
    ("GET", "Instagram", ""): _takes(instagram.read_account),
    ("GET", "Instagram", "media"): _takes(instagram.list_media, LISTS),
    ("GET", "Instagram", "stories"): _takes(instagram.list_stories, LISTS),
    ("POST", "Instagram", "media"): _takes(instagram.create, CONTAINER),
    ("POST", "Instagram", "media_publish"): _takes(instagram.publish, "creation_id"),
    ("GET", "Instagram", "content_publishing_limit"): _takes(instagram.publishing_limit, "since"),
    ("GET", "instagram Container", ""): _takes(instagram.read_container),
    ("GET", "instagram Media", ""): _takes(instagram.read_media),
    ("GET", "Threads", ""): _takes(threads.read_profile),
    ("GET", "Threads", "threads"): _takes(threads.list_threads, LISTS),
    ("POST", "Threads", "threads"): _takes(threads.create, THREAD),
    ("POST", "Threads", "threads_publish"): _takes(threads.publish, "creation_id"),
    ("GET", "Threads", "threads_publishing_limit"): _takes(threads.publishing_limit),
    ("GET", "threads Container", ""): _takes(threads.read_container),
    ("GET", "threads Media", ""): _takes(threads.read_media),
    ("DELETE", "threads Media", ""): _takes(threads.delete_media),
}
