"""What a captioner is asked for one post: within what its channels take."""

from __future__ import annotations

from media.models import Asset
from publishing.models import Post
from publishing.platforms import Label
from publishing.posts.labels import labels_of
from publishing.posts.text_limits import room_for_words
from publishing.posts.writers import Writer
from writing.captioners import Brief
from writing.filename_words import folder_words, name_words


def brief_for(post: Post, first: Asset, watch: Writer) -> Brief:
    """What the captioner is asked about its pictures. `first`: that is the first of them."""
    channels = list(post.channels.all())
    room = room_for_words([channel.platform for channel in channels], watch.language)
    return Brief(
        prompt=watch.prompt_template.text if watch.prompt_template else "",
        language=watch.language,
        hard_limit=room.hard_limit,
        sweet_spot=room.sweet_spot,
        max_hashtags=room.hashtags,
        name_words=name_words(first.name),
        folder_words=folder_words(post.file.folder if post.file else ""),
        taken_on=first.taken_on,
        place=first.place,
        hint=post.hint,
        made_with_ai=Label.AI in labels_of(post, *channels),
    )
