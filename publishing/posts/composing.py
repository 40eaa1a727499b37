"""Caption ready → post draft; approved at once when its watch posts by itself and nothing speaks against it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import Channel
from poster import clock
from poster.permissions import NotPossible
from poster.work.fairness import in_turn
from poster.work.time_budget import Over, never
from publishing.delivery.twins import twins_of, waiting_twin
from publishing.models import Post, PostAsset
from publishing.posts.approving import approve_by_watch
from publishing.posts.fitting import keeps_words
from publishing.posts.text_limits import limits_of
from watches.models import Asset, Caption, Watch
from writing import holds

# A picture that has its post is due for nothing any more: it is not looked at again with each question what is due.
NEVER = dt.timedelta(days=36500)
# Why a post waits because of its picture.
WENT_OUT = "It looks like a picture that went to {channel} lately. Approve it to post it all the same."
ON_ITS_WAY = "The same picture is on its way to {channel} already. Approve it to post it all the same."
WAITS_TOO = "Another post that waits for you shows the same picture. Approve it to post it all the same."
LOOK_FIRST = {
    Asset.Doubt.HOLE: "Much of this picture is pure black, and its kind of file cannot tell whether something is "
    "missing. Look at it before it goes out.",
    Asset.Doubt.HDR: "This is an HDR picture: we brought down what is brighter than a screen shows. Look at its "
    "colours before it goes out.",
    Asset.Doubt.COARSE: "The dark shades of this picture are stored more finely than we can read them. Look at them "
    "before it goes out.",
}


CUT = "The caption is too long for {channel}. Shorten it, then approve."


def compose_ready(over: Over = never, most: int = 50) -> int:
    """Posts for captions that have none yet. Returns how many were made."""
    ready = captions_due().select_related("asset__watch").order_by("created_at")
    return sum(not over() and _compose(caption) for caption in in_turn(ready, most, owner="asset__owner"))


def captions_due() -> QuerySet[Caption]:
    """Captions that want a post."""
    captions = Caption.objects.filter(post__isnull=True, asset__watch__isnull=False, asset__gone_at=None)
    return captions.filter(asset__state=Asset.State.READY, asset__next_at__lte=clock.now())


def _compose(caption: Caption) -> bool:
    watch = caption.asset.watch
    assert watch is not None  # noqa: S101 - the query says so
    channels = list(watch.channels.filter(owner_id=watch.owner_id).select_related("credential"))
    text = "\n\n".join(filter(None, [caption.text, " ".join(f"#{tag}" for tag in caption.hashtags)]))
    # Before the transaction, as it may read long. Whoever comes in between meets this one at the gate.
    hold = why_it_waits(text, channels, caption)
    try:
        with transaction.atomic():
            post = _draft(caption, watch, text, channels, hold)
            if watch.approval == Watch.Approval.AUTO and not post.hold:
                approve_by_watch(post)
            Asset.objects.filter(pk=caption.asset_id).update(next_at=clock.now() + NEVER)
    except IntegrityError:  # one post per caption: another worker was faster. Or a channel is gone
        return False
    except NotPossible:  # its channels were switched off this moment: the next round makes a draft that says so
        return False
    return True


def _draft(caption: Caption, watch: Watch, text: str, channels: list[Channel], hold: str) -> Post:
    post = Post.objects.create(
        owner_id=watch.owner_id,
        watch=watch,
        caption=caption,
        text=text,
        fit=watch.fit,
        latest_hours=watch.latest_hours,
        hold=hold,
    )
    post.channels.set(channels)
    PostAsset.objects.create(post=post, asset=caption.asset, alt_text=caption.alt_text)
    return post


def why_it_waits(text: str, chosen: list[Channel], caption: Caption) -> str:
    """Why a watch that posts by itself leaves this one to a person; "" when nothing speaks against it."""
    channels = [channel for channel in chosen if channel.state != Channel.State.OFF]
    if not chosen:
        return "Its watch has no channel to post to. Choose one, then approve."
    if not channels:
        return "The channels of its watch are switched off. Switch one on, then approve."
    practice = all(channel.practice for channel in channels)
    if doubts := holds.serious(caption.holds) if practice else caption.holds:
        return holds.sentences(doubts)
    if narrow := next((each for each in channels if not keeps_words(text, limits_of(each.platform))), None):
        return CUT.format(channel=narrow.name)
    if caption.asset.doubt:
        return LOOK_FIRST[Asset.Doubt(caption.asset.doubt)]
    return _why_twin(caption.asset, [channel.pk for channel in channels])


def _why_twin(asset: Asset, channels: list[UUID | None]) -> str:
    twin = next(twins_of([asset], channels), None)
    if twin is not None:
        return (WENT_OUT if twin.is_out else ON_ITS_WAY).format(channel=twin.channel_name)
    return WAITS_TOO if waiting_twin([asset], asset.owner_id, channels) else ""
