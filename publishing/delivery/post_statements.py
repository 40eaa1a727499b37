"""What lines of the ledger say of a delivery's own columns, and of its post; see `outbox.ledger_statements`."""

from __future__ import annotations

from outbox.kinds import Says
from outbox.ledger_statements import columns
from publishing.models import Delivery, Post
from publishing.posts.freezing import content_hash

DETAIL, POST = "delivery", "post"
SAID_OF_DETAIL = ("post_id", "placement")
SAID_OF_POST = ("owner_id", "state", "decided_by_id", "decided_at", "revision")
WORDS = "words"  # of a post: the digest of its text


def first_says(delivery: Delivery, post: Post) -> Says:
    """With the first line of a delivery."""
    return {DETAIL: columns(delivery, SAID_OF_DETAIL), **says_of(post)}


def says_of(post: Post) -> Says:
    """All that is said of a post."""
    return {POST: {**columns(post, SAID_OF_POST), WORDS: words_of(post.text)}}


def words_of(text: str) -> str:
    """The digest of a post's text."""
    return content_hash(text)
