"""Why a watch that posts by itself leaves a post to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.models import Channel
from media.models import Asset
from poster.reasons import Because, Reason
from publishing.delivery.twins import twins_of, waiting_twin
from publishing.posts.fitting import keeps_words
from publishing.posts.text_limits import limits_of
from publishing.reasons import waiting as why
from writing import holds
from writing.reasons.doubts import Doubted

OF_A_PICTURE: dict[str, type[why.LookFirst]] = {
    Asset.Doubt.HOLE: why.MuchIsBlack,
    Asset.Doubt.HDR: why.WasHdr,
    Asset.Doubt.COARSE: why.CoarseShades,
}


def why_it_waits(
    text: str, chosen: Sequence[Channel], doubts: Sequence[Mapping[str, Any]], assets: Sequence[Asset]
) -> Reason | None:
    """None when nothing speaks against it. `doubts`: about the words, as stored (`writing.holds`)."""
    channels = [channel for channel in chosen if channel.state != Channel.State.OFF]
    if not chosen:
        return why.NoChannelOfWatch()
    if not channels:
        return why.ChannelsOfWatchOff()
    practice = all(channel.practice for channel in channels)
    if serious := holds.serious(doubts) if practice else list(doubts):
        return Doubted(doubts=tuple(Because(each) for each in holds.reasons(serious)))
    if narrow := next((each for each in channels if not keeps_words(text, limits_of(each.platform))), None):
        return why.CaptionTooLong(channel=narrow.name)
    if odd := next((asset.doubt for asset in assets if asset.doubt), ""):
        return OF_A_PICTURE[odd]()
    return _why_twin(assets, [channel.pk for channel in channels])


def _why_twin(assets: Sequence[Asset], channels: list[UUID | None]) -> Reason | None:
    twin = next(twins_of(assets, channels), None)
    if twin is not None:
        kind = why.LooksLikePosted if twin.is_out else why.SameOnItsWay
        return kind(channel=twin.channel_name)
    return why.SameWaits() if assets and waiting_twin(assets, assets[0].owner_id, channels) else None
