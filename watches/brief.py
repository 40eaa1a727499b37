"""What a captioner is asked for one picture: within what the watch's channels take."""

from __future__ import annotations

from dataclasses import dataclass

from poster.manifests import the
from watches.models import Asset, Watch
from writing.captioners import Brief
from writing.filename_words import folder_words, name_words

ROOM_FOR_WORDS = "watches.room_for_words"  # (platforms, language) -> Room


@dataclass(frozen=True, slots=True)
class Room:
    """The narrowest of several platforms' limits. Lengths in characters."""

    hard_limit: int
    sweet_spot: int
    hashtags: int


def brief_for(asset: Asset, watch: Watch) -> Brief:
    """What the captioner is asked, within what this watch's channels take."""
    limits: Room = the(ROOM_FOR_WORDS)(list(watch.channels.values_list("platform", flat=True)), watch.language)
    return Brief(
        prompt=watch.prompt_template.text if watch.prompt_template else "",
        language=watch.language,
        hard_limit=limits.hard_limit,
        sweet_spot=limits.sweet_spot,
        max_hashtags=limits.hashtags,
        name_words=name_words(asset.name),
        folder_words=folder_words(asset.folder),
        taken_on=asset.taken_on,
        place=asset.place,
    )
