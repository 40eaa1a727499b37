"""Facebook Pages: photos are laid down unpublished, then one post shows them. Rules: Pages API, Posts and Photos.

The handle is the photo's id (several: with commas between). Publishing a handle twice makes two posts, but each of
them can be found by the photo it shows.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from accounts.providers.meta import client as meta
from accounts.providers.meta.errors import ON_FACEBOOK
from poster.errors import OutsideError, Refused, Unavailable
from publishing.platforms import Draft, Evidence, Limits, Look, Medium, Posted, Receipt, Verdict

SKEW = dt.timedelta(seconds=120)  # their clock and ours
MOST_PHOTOS = 10  # what other apps keep to; Meta states no number
NAMES = {"image/jpeg": "picture.jpg", "image/png": "picture.png"}
LISTED = "id,created_time,message,permalink_url,full_picture"
SHOWN = "id,created_time,permalink_url,attachments{target{id},subattachments{target{id}}}"


class FacebookPage:
    """A Page, with its own token. No public address is needed: it takes the bytes."""

    look = Look("facebook", actions=("Like", "Comment", "Share"), dated=True)
    limits = Limits(
        text=63206,
        sweet_spot=400,
        hashtags=30,
        mentions=50,
        alt_text=1000,
        min_ratio=0.1,
        max_ratio=10.0,
        min_width=100,
        max_width=2048,
        max_height=2048,
        max_bytes=10_000_000,
        formats=("JPEG", "PNG"),
        settle=15 * 60,  # how long its lists may lag
    )

    def prepare(self, draft: Draft) -> str:
        if not 1 <= len(draft.media) <= MOST_PHOTOS:
            raise Refused(f"A post on Facebook needs one to {MOST_PHOTOS} pictures.")
        return ",".join(_lay_down(draft, medium) for medium in draft.media)

    def is_ready(self, draft: Draft, handle: str) -> bool:
        return True

    def publish(self, draft: Draft, handle: str) -> Receipt:
        attached = {
            f"attached_media[{place}]": json.dumps({"media_fbid": photo})
            for place, photo in enumerate(handle.split(","))
        }
        path = f"/{draft.account_id}/feed"
        # An empty message is refused as 197; none at all is fine.
        post = _graph(draft).commit(path, no_effect=ON_FACEBOOK, message=draft.text or None, **attached)
        return Receipt(post)

    def find(self, draft: Draft, handle: str, since: dt.datetime) -> Sequence[Evidence]:
        if not handle:
            return [Evidence("the Page", Verdict.NO_ANSWER, "Nothing was laid down, so there is nothing to look for.")]
        photos = handle.split(",")
        return [_ask_photo(draft, photos[0]), _look_through(draft, set(photos), since)]

    def posted(self, draft: Draft, since: dt.datetime) -> Sequence[Posted]:
        path = f"/{draft.account_id}/published_posts"
        rows = _graph(draft).listing(path, fields=LISTED, since=int((since - SKEW).timestamp()), limit=50)
        return [
            Posted(
                meta.identity(row),
                str(row.get("message") or ""),
                _moment(row.get("created_time")),
                meta.web_address(row, "permalink_url"),
                meta.web_address(row, "full_picture"),
            )
            for row in rows
        ]

    def page(self, account_id: str, name: str) -> str:
        return f"https://www.facebook.com/{account_id}"

    def permalink(self, draft: Draft, remote_id: str) -> str:
        return meta.web_address(_graph(draft).get(f"/{remote_id}", fields="permalink_url"), "permalink_url")


def _graph(draft: Draft) -> meta.Graph:
    return meta.facebook(draft.token, draft.app_secret)


def _lay_down(draft: Draft, medium: Medium) -> str:
    try:
        picture = medium.path.read_bytes()
    except OSError:
        raise Unavailable("The picture is not here at the moment. We get it again.") from None
    return _graph(draft).stage(
        f"/{draft.account_id}/photos",
        files={"source": (NAMES.get(medium.mime, "picture"), picture, medium.mime)},
        published="false",
        alt_text_custom=medium.alt_text or None,
    )


def _ask_photo(draft: Draft, photo: str) -> Evidence:
    """The photo names the post that shows it. That it names none proves nothing."""
    source = "the photo that we laid down"
    try:
        told = _graph(draft).get(f"/{photo}", fields="page_story_id")
    except OutsideError as error:
        return Evidence(source, Verdict.NO_ANSWER, error.sentence)
    post = meta.identity(told, "page_story_id")
    if not post:
        return Evidence(source, Verdict.NOT_THERE, "It names no post that shows it. That alone proves nothing.")
    said = f"It is shown by the post {post}."
    return Evidence(source, Verdict.THERE, said, authoritative=True, receipt=Receipt(post))


def _look_through(draft: Draft, photos: set[str], since: dt.datetime) -> Evidence:
    """The Page's posts since we asked, all of them: does one show our photo?"""
    source = "the list of posts"
    path = f"/{draft.account_id}/published_posts"
    after = int((since - SKEW).timestamp())
    try:
        rows = _graph(draft).listing(path, fields=SHOWN, since=after, limit=50)
        found = next((row for row in rows if photos & set(_targets(row))), None)
    except OutsideError as error:
        return Evidence(source, Verdict.NO_ANSWER, error.sentence)
    if found is None:
        return Evidence(source, Verdict.NOT_THERE, "No post since we asked shows our photo.")
    receipt = Receipt(meta.identity(found), meta.web_address(found, "permalink_url"))
    said = f"The post {receipt.remote_id} shows our photo."
    return Evidence(source, Verdict.THERE, said, authoritative=True, receipt=receipt)


def _targets(row: dict[str, Any]) -> Iterator[str]:
    """The ids of what a post shows, albums taken apart."""
    attachments = _rows(row.get("attachments"))
    inside = [inner for attachment in attachments for inner in _rows(attachment.get("subattachments"))]
    for attachment in [*attachments, *inside]:
        target = attachment.get("target")
        if isinstance(target, dict):
            yield meta.identity(target)


def _moment(value: object) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError:
        raise Unavailable("Facebook lists a post without its time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _rows(value: object) -> list[dict[str, Any]]:
    rows = value.get("data") if isinstance(value, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
