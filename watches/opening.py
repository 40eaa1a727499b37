"""Opening a stream's source with the login it needs."""

from __future__ import annotations

from accounts.connecting.refreshing import grant_of
from watches.models import Asset, Stream
from watches.sources import SOURCES, Found, Source


def open_source(stream: Stream) -> Source:
    """Raises Unauthorized when its login is no longer accepted, Unavailable when it cannot be renewed right now."""
    token = grant_of(stream.credential).access_token if stream.credential else ""
    return SOURCES[stream.source](token)  # type: ignore[call-arg]


def as_found(asset: Asset) -> Found:
    """The file behind an asset, as its source knows it."""
    place_id = asset.watch.place_id if asset.watch else ""
    return Found(place_id, asset.external_id, asset.revision, asset.name, asset.folder, asset.size)
