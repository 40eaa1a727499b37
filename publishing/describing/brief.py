"""What a captioner is asked for one post: within what its channels take."""

from __future__ import annotations

from media.models import Asset
from publishing.models import Post
from publishing.posts.text_limits import room_for_words
from watches.models import Watch
from writing.captioners import Brief
from writing.filename_words import folder_words, name_words


def brief_for(post: Post, asset: Asset, watch: Watch) -> Brief:
    """What the captioner is asked about this picture of it."""
    room = room_for_words(list(post.channels.values_list("platform", flat=True)), watch.language)
    return Brief(
        prompt=watch.prompt_template.text if watch.prompt_template else "",
        language=watch.language,
        hard_limit=room.hard_limit,
        sweet_spot=room.sweet_spot,
        max_hashtags=room.hashtags,
        name_words=name_words(asset.name),
        folder_words=folder_words(post.file.folder if post.file else ""),
        taken_on=asset.taken_on,
        place=asset.place,
    )
