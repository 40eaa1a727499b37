"""Words by which a person finds their posts again. Followers see nothing of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from poster.folding import caseless
from poster.permissions import NotPossible
from publishing.models import Post, PostTag, Tag
from publishing.reasons.content import TagTooLong, TooManyTags

MOST = 20  # of one post
LONGEST = Tag._meta.get_field("name").max_length or 0  # characters


def named(text: str) -> list[str]:
    """Those in a line with commas between; each once, however it is written."""
    cleaned = [" ".join(unicodedata.normalize("NFC", part).split()).removeprefix("#") for part in text.split(",")]
    return list({caseless(name): name for name in reversed(cleaned) if name}.values())[::-1]


def put(post: Post, names: Sequence[str]) -> None:
    """These, and no others, in the caller's transaction. Raises NotPossible for too many, or one that is too long."""
    if len(names) > MOST:
        raise NotPossible(TooManyTags(most=MOST, found=len(names)))
    if long := next((name for name in names if len(name) > LONGEST), ""):
        raise NotPossible(TagTooLong(tag=long[:LONGEST], most=LONGEST))
    tags = _tags(post, names)
    post.tagged.exclude(tag__in=tags).delete()
    PostTag.objects.bulk_create((PostTag(post=post, tag=tag) for tag in tags), ignore_conflicts=True)


def _tags(post: Post, names: Iterable[str]) -> list[Tag]:
    """As they were written first: a tag is the same in small letters and in capitals."""
    theirs = {caseless(tag.name): tag for tag in Tag.objects.filter(owner=post.owner_id)}
    made = [
        Tag.objects.get_or_create(owner_id=post.owner_id, name=name)[0]
        for name in names
        if caseless(name) not in theirs
    ]
    return made + [theirs[caseless(name)] for name in names if caseless(name) in theirs]
