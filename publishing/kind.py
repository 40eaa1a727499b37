"""A post, as the engine asks for it (`outbox.kinds`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from outbox.kinds import Says
from outbox.preflight import Stop
from poster import clock
from poster.database import asking
from poster.errors import Actor, OutsideError
from poster.permissions import Caller
from poster.reasons import Because
from publishing.delivery.post_statements import says_of
from publishing.delivery.publish_request import request_of
from publishing.delivery.twins import twin_of
from publishing.models import Delivery, Post
from publishing.models.deliveries import KIND
from publishing.pace_of_watch import as_its_watch_wants
from publishing.platforms import PLATFORMS, Platform, Request
from publishing.posts import options
from publishing.posts.text_limits import limits_of
from publishing.public_pictures import addresses
from publishing.querysets import DeliveryQuerySet
from publishing.reasons import content
from publishing.reasons import gate as why
from watches.memory import cursor_of
from watches.models import FoundFile
from watches.opened_sources import as_found, open_source

State = Delivery.State
# The state of a post, and its pictures that were taken away.
STANDING = """
SELECT p.state, f.asset_id FROM publishing_post p
LEFT JOIN publishing_postasset a ON a.post_id = p.id
LEFT JOIN watches_foundfile f ON f.asset_id = a.asset_id AND f.gone_at IS NOT NULL
WHERE p.id = %s"""


def _shown(out: Delivery, assets: str) -> dict[str, list[str]]:
    """A condition: those pictures of its post that it shows, as a place may leave some out."""
    keys = [each["asset"] for each in out.media]
    return {f"{assets}__in": keys} if keys else {}


class PostKind:
    """Posts of a channel. See `outbox.kinds.Kind`."""

    name = KIND

    def platforms(self) -> Sequence[tuple[str, str]]:
        return PLATFORMS.choices()

    def rows(self) -> DeliveryQuerySet:
        return Delivery.objects.select_related("post", "channel__credential")

    def adapter(self, out: Delivery) -> Platform:
        return PLATFORMS[out.platform]()

    def request(self, out: Delivery, *, with_parts: bool = False) -> Request:
        return request_of(out, with_parts=with_parts)

    def settle(self, out: Delivery) -> int:
        return limits_of(out.platform, out.form).settle

    def wanted(self, out: Delivery) -> Stop | None:
        told = asking.rows(STANDING, out.post_id)
        state = told[0][0] if told else ""
        if state == Post.State.DISCARDED:
            return Stop(why.Discarded(), State.CANCELLED)
        shown = {UUID(each["asset"]) for each in out.media}
        gone = {asking.key(asset) for _, asset in told if asset}
        return Stop(why.TakenAway(), State.CANCELLED) if gone & shown or (gone and not shown) else None

    def possible(self, out: Delivery) -> Stop | None:
        return self._address(out) or self._options(out)

    def _address(self, out: Delivery) -> Stop | None:
        """Said before anything is tried: they would come for the picture and find no door."""
        if not out.media or not limits_of(out.platform, out.form).needs_address or addresses.reachable():
            return None
        return Stop(why.NoPublicAddress(channel=out.channel_name), State.BLOCKED, actor=Actor.OPERATOR)

    def _options(self, out: Delivery) -> Stop | None:
        """What was chosen is never dropped: where it is not taken any more, a person has to look."""
        channel = out.channel
        declared = PLATFORMS[out.platform].options
        if channel is None or not (out.options or declared):
            return None
        wrong = next(options.findings(declared, out.form, out.options, channel.credential.scopes), None)
        if wrong is None:
            return None
        reason = content.NotAsApproved(channel=out.channel_name, cause=Because(wrong))
        return Stop(reason, State.NEEDS_YOU, actor=Actor.YOU)

    def paced(self, out: Delivery) -> Stop | None:
        return as_its_watch_wants(out)

    def repeated(self, out: Delivery) -> Stop | None:
        """A person who approved has said yes; a watch that posts by itself has not."""
        if out.post.decided_by_id or twin_of(out) is None:
            return None
        return Stop(why.SamePicture(channel=out.channel_name), State.NEEDS_YOU, actor=Actor.YOU)

    def last_look(self, out: Delivery) -> Stop | None:
        """Taking the file away is the owner's emergency stop: asked of the source itself, right before it goes out."""
        files = FoundFile.objects.filter(asset__posts=out.post_id, watch__isnull=False, **_shown(out, "asset"))
        for file in files.select_related("watch__stream__credential"):
            assert file.watch is not None  # noqa: S101 - asked for
            try:
                stream = file.watch.stream
                there = open_source(stream).still_there(as_found(file), cursor_of(stream))
            except OutsideError:
                continue  # not being able to ask is no reason to hold back what was ordered
            if not there:
                return Stop(why.TakenAway(), State.CANCELLED)
        return None

    def lookalikes(self, out: Delivery) -> DeliveryQuerySet:
        """Those with the same words."""
        return Delivery.objects.filter(channel=out.channel, text=out.text).exclude(pk=out.pk)

    def latest(self, out: Delivery) -> dt.datetime:
        return clock.now() + dt.timedelta(hours=max(out.post.latest_hours, 1))

    def revivable(self, out: Delivery) -> bool:
        """Its file was taken away. The gate asks again whether it is back."""
        return out.reason_code == why.TakenAway.code

    def confirmed(self, out: Delivery, by: Caller) -> Says:
        """A post of a watch is theirs now; of one that a person had decided before, nothing changes."""
        rows = Post.objects.filter(pk=out.post_id, decided_by=None)
        if not rows.update(decided_by=by.person_id):
            return {}
        return says_of(Post.objects.get(pk=out.post_id))
