"""Caption ready → post draft; approved at once when its watch posts by itself and nothing speaks against it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import Channel
from poster import clock
from poster.asking import NotPossible
from poster.fairness import in_turn
from publishing.delivery.gating import lately_to, same_picture
from publishing.models import Post, PostAsset
from publishing.posts.approving import approve_by_watch
from publishing.posts.fitting import keeps_words
from publishing.posts.limiting import limits_of
from watches import holds
from watches.images import resembles
from watches.models import Asset, Caption, Watch

# A picture that has its post is due for nothing any more: it is not looked at again with each question what is due.
NEVER = dt.timedelta(days=36500)


CUT = "The caption is too long for {channel}. Shorten it, then approve."


def compose_ready(most: int = 50) -> int:
    """Posts for all captions that have none yet. Returns how many were made."""
    ready = captions_due().select_related("asset__watch").order_by("created_at")
    return sum(_compose(caption) for caption in in_turn(ready, most, owner="asset__owner"))


def captions_due() -> QuerySet[Caption]:
    """Captions that want a post."""
    captions = Caption.objects.filter(post__isnull=True, asset__watch__isnull=False, asset__gone_at=None)
    return captions.filter(asset__state=Asset.State.READY, asset__next_at__lte=clock.now())


def _compose(caption: Caption) -> bool:
    watch = caption.asset.watch
    assert watch is not None  # noqa: S101 - the query says so
    try:
        with transaction.atomic():
            post = _draft(caption, watch)
            post.hold = why_it_waits(post, caption, watch)
            post.save(update_fields=["hold"])
            if watch.approval == Watch.Approval.AUTO and not post.hold:
                approve_by_watch(post)
            Asset.objects.filter(pk=caption.asset_id).update(next_at=clock.now() + NEVER)
    except IntegrityError:  # one post per caption: another worker was faster
        return False
    except NotPossible:  # its channels were switched off this moment: the next round makes a draft that says so
        return False
    return True


def _draft(caption: Caption, watch: Watch) -> Post:
    post = Post.objects.create(
        owner_id=watch.owner_id,
        watch=watch,
        caption=caption,
        text="\n\n".join(filter(None, [caption.text, " ".join(f"#{tag}" for tag in caption.hashtags)])),
        fit=watch.fit,
        latest_hours=watch.latest_hours,
    )
    post.channels.set(watch.channels.filter(owner_id=watch.owner_id))
    PostAsset.objects.create(post=post, asset=caption.asset, alt_text=caption.alt_text)
    return post


def why_it_waits(post: Post, caption: Caption, watch: Watch) -> str:
    """Why a watch that posts by itself leaves this one to a person; "" when nothing speaks against it."""
    chosen = list(post.channels.select_related("credential"))
    channels = [channel for channel in chosen if channel.state != Channel.State.OFF]
    if not chosen:
        return "Its watch has no channel to post to. Choose one, then approve."
    if not channels:
        return "The channels of its watch are switched off. Switch one on, then approve."
    practice = all(channel.practice for channel in channels)
    if doubts := holds.serious(caption.holds) if practice else caption.holds:
        return holds.sentences(doubts)
    if narrow := next(
        (channel for channel in channels if not keeps_words(post.text, limits_of(channel.platform))), None
    ):
        return CUT.format(channel=narrow.name)
    if twin := same_picture(post, [channel.pk for channel in channels]).first():
        return f"The same picture went to {twin.channel_name} a few days ago. Approve it to post it again."
    if name := _went_to(caption.asset, [channel.pk for channel in channels]):
        return f"It looks like a picture that went to {name} a few days ago. Approve it to post it all the same."
    return ""


def _went_to(asset: Asset, channels: list[UUID | None]) -> str:
    """The name of the channel that lately got a picture which looks the same; "" when none did."""
    if not asset.impression:
        return ""
    sent = lately_to(channels).filter(post__assets__fingerprint__gt="", post__assets__impression__gt="")
    looks = sent.values_list("channel_name", "post__assets__fingerprint", "post__assets__impression")
    own = (asset.fingerprint, asset.impression)
    return next((name for name, *other in looks.iterator() if resembles(own, (other[0], other[1]))), "")
