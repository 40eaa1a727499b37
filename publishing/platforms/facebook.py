"""Facebook Pages. Rules: Pages API, Posts and Photos; Page Stories API.

Pictures are laid down unpublished, then one post, or a story, shows them: showing them twice makes two posts, but each
of them can be found by the picture. Words alone are laid down as an unpublished post, which is then switched on: that
may be done again without harm, and the post itself says for certain whether it is out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from accounts.providers.meta import client as meta
from accounts.providers.meta.errors import ON_FACEBOOK
from poster import clock
from poster.errors import OutsideError, Refused, Unavailable
from poster.reasons import _
from publishing.platforms import (
    ANY,
    Account,
    Evidence,
    Fold,
    Form,
    Label,
    Limits,
    Look,
    Part,
    Posted,
    Receipt,
    Request,
    Shown,
    Sign,
    Staged,
    Together,
    Verdict,
    as_story,
)
from publishing.reasons import evidence, sending

NAME = "Facebook"
SKEW = dt.timedelta(seconds=120)  # their clock and ours
LIFE = dt.timedelta(hours=20)  # of what is laid down: a photo that no post shows is thrown away after a day
MOST_PHOTOS = 10  # what other apps keep to; Meta states no number
NAMES = {"image/jpeg": "picture.jpg", "image/png": "picture.png"}
LISTED = "id,created_time,message,permalink_url,full_picture"
SHOWN = "id,created_time,permalink_url,attachments{target{id},subattachments{target{id}}}"
PICTURED = "full_picture,attachments{media{image{src}},subattachments{media{image{src}}}}"
PHOTO = Limits(
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
    settle=15 * 60,  # how long its lists may lag
)
FEED = Shown(
    fold=Fold(
        lines=3,
        columns=40,
        word=_("See more"),
        source="not verified: posttruncate, socialk.it (June 2026), boldlytype: 110 to 125 characters, 3 to 5 lines",
        on_the_web=477,
    ),
    pressed={Sign.LINK: ANY, Sign.HASHTAG: ANY},  # a name in plain text becomes no mention by API
    tallest=0.8,  # not verified
    together=Together.MOSAIC,
    unknown=(
        _("Facebook says nowhere where it folds a text: the phone, its letters and the app's version decide."),
        _("How Facebook cuts several pictures depends on the shape of the first."),
    ),
)


class FacebookPage:
    """A Page, with its own token. No public address is needed: it takes the bytes."""

    look = Look("facebook", actions=(_("Like"), _("Comment"), _("Share")), dated=True)
    options = ()
    labels: Mapping[Form, frozenset[Label]] = {}  # it reads a picture's own mark, and has no field
    limits = {
        Form.PHOTO: PHOTO,
        Form.ALBUM: replace(PHOTO, parts=MOST_PHOTOS),
        Form.TEXT: replace(PHOTO, parts=0, settle=180),
        Form.STORY: replace(as_story(PHOTO), alt_text=PHOTO.alt_text),  # its photo has one, as any other
    }
    shown = {
        Form.PHOTO: FEED,
        Form.ALBUM: FEED,
        # Set large up to 85 characters: not verified.
        Form.TEXT: replace(FEED, large=85, unknown=(*FEED.unknown[:1], _("A link may be followed by its own card."))),
        Form.STORY: Shown(fold=None, unknown=(_("The app's own buttons lie over the top and the bottom."),)),
    }

    def prepare(self, account: Account, request: Request, so_far: Staged) -> Staged:
        total = len(request.parts) or 1
        if len(so_far.refs) >= total:
            return replace(so_far, ready=True, wait=0)
        if request.form == Form.TEXT:
            laid = _lay_down_words(account, request.text)
        elif total <= self.limits[request.form].parts:
            laid = _lay_down(account, request.parts[len(so_far.refs)])
        else:
            raise Refused(sending.NumberNotTaken(service=NAME, pictures=total))
        refs = (*so_far.refs, laid)
        ends = so_far.expires_at or clock.now() + LIFE
        return replace(so_far, refs=refs, done=len(refs), total=total, expires_at=ends, ready=len(refs) == total)

    def publish(self, account: Account, request: Request, staged: Staged) -> Receipt:
        graph = _graph(account)
        if request.form == Form.TEXT:
            graph.switch(f"/{staged.refs[0]}", no_effect=ON_FACEBOOK, is_published="true")
            return Receipt(staged.refs[0])
        if request.form == Form.STORY:
            path = f"/{account.remote_id}/photo_stories"
            return Receipt(graph.commit(path, told="post_id", no_effect=ON_FACEBOOK, photo_id=staged.refs[0]))
        attached = {
            f"attached_media[{place}]": json.dumps({"media_fbid": photo}) for place, photo in enumerate(staged.refs)
        }
        # An empty message is refused as 197; none at all is fine.
        message = request.text or None
        return Receipt(graph.commit(f"/{account.remote_id}/feed", no_effect=ON_FACEBOOK, message=message, **attached))

    def find(
        self, account: Account, request: Request, staged: Staged, since: dt.datetime, accepted: str
    ) -> Sequence[Evidence]:
        if not staged.refs:
            return [Evidence(evidence.PAGE, Verdict.NO_ANSWER, evidence.NothingLaidDown())]
        if request.form == Form.TEXT:
            return [_ask_post(account, staged.refs[0])]
        if request.form == Form.STORY:
            return [_look_through_stories(account, staged.refs[0], since)]
        return [_ask_photo(account, staged.refs[0]), _look_through(account, set(staged.refs), since)]

    def posted(self, account: Account, since: dt.datetime) -> Sequence[Posted]:
        path = f"/{account.remote_id}/published_posts"
        rows = _graph(account).listing(path, fields=LISTED, since=int((since - SKEW).timestamp()), limit=50)
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

    def permalink(self, account: Account, remote_id: str) -> str:
        return meta.web_address(_graph(account).get(f"/{remote_id}", fields="permalink_url"), "permalink_url")

    def pictures(self, account: Account, remote_id: str) -> Sequence[str]:
        told = _graph(account).get(f"/{remote_id}", fields=PICTURED)
        sources = [_source(each) for each in _attached(told) if not _rows(each.get("subattachments"))]
        return sources or [meta.web_address(told, "full_picture")]


def _graph(account: Account) -> meta.Graph:
    return meta.facebook(account.token, account.app_secret)


def _lay_down_words(account: Account, text: str) -> str:
    path, kind = f"/{account.remote_id}/feed", "DRAFT"
    return _graph(account).stage(path, message=text, published="false", unpublished_content_type=kind)


def _lay_down(account: Account, part: Part) -> str:
    return _graph(account).stage(
        f"/{account.remote_id}/photos",
        files={"source": (NAMES.get(part.mime, "picture"), part.read(0, part.size), part.mime)},
        published="false",
        alt_text_custom=part.alt_text or None,
    )


def _ask_post(account: Account, post: str) -> Evidence:
    """The post itself, which was there before anybody could see it."""
    source = evidence.POST
    try:
        told = _graph(account).get(f"/{post}", fields="is_published,permalink_url")
    except OutsideError as error:
        return Evidence(source, Verdict.NO_ANSWER, error.reason)
    if told.get("is_published") is True:
        receipt = Receipt(post, meta.web_address(told, "permalink_url"))
        return Evidence(source, Verdict.THERE, evidence.PostIsPublished(), authoritative=True, receipt=receipt)
    if told.get("is_published") is False:
        return Evidence(source, Verdict.NOT_THERE, evidence.PostIsNotPublished(), authoritative=True)
    return Evidence(source, Verdict.NO_ANSWER, evidence.PostDoesNotSay())


def _ask_photo(account: Account, photo: str) -> Evidence:
    """The photo names the post that shows it. That it names none proves nothing."""
    source = evidence.PHOTO
    try:
        told = _graph(account).get(f"/{photo}", fields="page_story_id")
    except OutsideError as error:
        return Evidence(source, Verdict.NO_ANSWER, error.reason)
    post = meta.identity(told, "page_story_id")
    if not post:
        return Evidence(source, Verdict.NOT_THERE, evidence.PhotoNamesNone())
    said = evidence.PhotoShownBy(post=post)
    return Evidence(source, Verdict.THERE, said, authoritative=True, receipt=Receipt(post))


def _look_through_stories(account: Account, photo: str, since: dt.datetime) -> Evidence:
    """The Page's stories since we asked: does one show our photo? Where none does, a person has to look."""
    source = evidence.STORIES
    after = int((since - SKEW).timestamp())
    try:
        rows = _graph(account).listing(f"/{account.remote_id}/stories", since=after, limit=50)
        found = next((row for row in rows if meta.identity(row, "media_id") == photo), None)
    except OutsideError as error:
        return Evidence(source, Verdict.NO_ANSWER, error.reason)
    if found is None:
        return Evidence(source, Verdict.NOT_THERE, evidence.NoStoryShows())
    receipt = Receipt(meta.identity(found, "post_id"), meta.web_address(found, "url"))
    return Evidence(source, Verdict.THERE, evidence.AStoryShows(), receipt=receipt)


def _look_through(account: Account, photos: set[str], since: dt.datetime) -> Evidence:
    """The Page's posts since we asked, all of them: does one show our photo?"""
    source = evidence.POSTS
    path = f"/{account.remote_id}/published_posts"
    after = int((since - SKEW).timestamp())
    try:
        rows = _graph(account).listing(path, fields=SHOWN, since=after, limit=50)
        found = next((row for row in rows if photos & set(_targets(row))), None)
    except OutsideError as error:
        return Evidence(source, Verdict.NO_ANSWER, error.reason)
    if found is None:
        return Evidence(source, Verdict.NOT_THERE, evidence.NoPostShows())
    receipt = Receipt(meta.identity(found), meta.web_address(found, "permalink_url"))
    said = evidence.APostShows(post=receipt.remote_id)
    return Evidence(source, Verdict.THERE, said, authoritative=True, receipt=receipt)


def _attached(row: dict[str, Any]) -> list[dict[str, Any]]:
    """What a post shows, albums taken apart: they and then what is in them."""
    attachments = _rows(row.get("attachments"))
    return attachments + [inner for attachment in attachments for inner in _rows(attachment.get("subattachments"))]


def _source(attachment: dict[str, Any]) -> str:
    """Where its picture can be fetched."""
    media = attachment.get("media")
    image = media.get("image") if isinstance(media, dict) else None
    return meta.web_address(image, "src") if isinstance(image, dict) else ""


def _targets(row: dict[str, Any]) -> Iterator[str]:
    """The ids of what a post shows."""
    for attachment in _attached(row):
        target = attachment.get("target")
        if isinstance(target, dict):
            yield meta.identity(target)


def _moment(value: object) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError:
        raise Unavailable(sending.ListedWithoutTime(service=NAME)) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _rows(value: object) -> list[dict[str, Any]]:
    rows = value.get("data") if isinstance(value, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
