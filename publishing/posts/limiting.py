"""What a captioner must know of the platforms its words go to."""

from __future__ import annotations

from publishing.platforms import PLATFORMS, Limits
from watches.describing import Room


def limits_of(platform: str) -> Limits:
    """The one table of this platform."""
    return PLATFORMS[platform].limits


def room_for_words(platforms: list[str]) -> Room:
    """The narrowest limits of these platforms; of all when none is chosen yet."""
    tables = [limits_of(name) for name in platforms or list(PLATFORMS) if name in PLATFORMS]
    return Room(
        hard_limit=min(table.text for table in tables),
        sweet_spot=min(table.sweet_spot for table in tables),
        # The captioner writes once for all of them: where only one counts, the others are plain text.
        hashtags=max(table.useful_hashtags for table in tables),
    )
