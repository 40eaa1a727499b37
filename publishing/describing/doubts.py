"""Why a watch that posts by itself leaves a post to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.models import Channel
from media.models import Asset
from publishing.delivery.twins import twins_of, waiting_twin
from publishing.posts.fitting import keeps_words
from publishing.posts.text_limits import limits_of
from writing import holds

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


def why_it_waits(
    text: str, chosen: Sequence[Channel], doubts: Sequence[Mapping[str, Any]], assets: Sequence[Asset]
) -> str:
    """A sentence; "" when nothing speaks against it. `doubts`: about the words, as stored (`writing.holds`)."""
    channels = [channel for channel in chosen if channel.state != Channel.State.OFF]
    if not chosen:
        return "Its watch has no channel to post to. Choose one, then approve."
    if not channels:
        return "The channels of its watch are switched off. Switch one on, then approve."
    practice = all(channel.practice for channel in channels)
    if serious := holds.serious(doubts) if practice else list(doubts):
        return holds.sentences(serious)
    if narrow := next((each for each in channels if not keeps_words(text, limits_of(each.platform))), None):
        return CUT.format(channel=narrow.name)
    if odd := next((asset.doubt for asset in assets if asset.doubt), ""):
        return LOOK_FIRST[Asset.Doubt(odd)]
    return _why_twin(assets, [channel.pk for channel in channels])


def _why_twin(assets: Sequence[Asset], channels: list[UUID | None]) -> str:
    twin = next(twins_of(assets, channels), None)
    if twin is not None:
        return (WENT_OUT if twin.is_out else ON_ITS_WAY).format(channel=twin.channel_name)
    return WAITS_TOO if assets and waiting_twin(assets, assets[0].owner_id, channels) else ""
