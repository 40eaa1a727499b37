"""What lines of the ledger say of rows: of a delivery, of the place it goes to, and of its post.

The first line of a delivery says all of it, each later one only what its move has changed: what somebody else has
written into a row meanwhile is never signed as ours. `publishing.delivery.outcomes` reads them in their order and
compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import models

from poster.ledger import signatures
from publishing.models import Delivery, Post
from publishing.posts.freezing import content_hash

Columns = dict[str, signatures.Plain]
Says = dict[str, Columns]  # by DELIVERY, PLACE and POST

DELIVERY, PLACE, POST = "delivery", "place", "post"
# Of a delivery, besides what lines have columns of their own for: state, id, link, moment and content_hash.
SAID = (
    *("created_at", "owner_id", "post_id", "channel_id", "channel_name", "platform", "placement"),
    *("due_at", "planned_at", "queued", "undo_until"),
    *("refs", "staged_at", "commits", "committed_at", "deadline_at", "operation"),
)
STAGED = ("refs", "staged_at", "operation")  # what is laid down, and what is forgotten when it is laid down anew
MARKED = ("commits", "committed_at", "deadline_at")
SAID_OF_PLACE = ("platform", "remote_id")
SAID_OF_POST = ("owner_id", "state", "decided_by_id", "decided_at", "revision")
WORDS = "words"  # of a post: the digest of its text
DIGEST = "keyed"  # of a place


def saying(delivery: Delivery, changed: Iterable[str], post: Post | None) -> Says:
    """These columns of a delivery (with the first its place, too), and all that is said of its post, if it is given."""
    says: Says = {}
    if columns := _columns(delivery, changed):
        says[DELIVERY] = columns
    if "channel_id" in columns and delivery.channel:
        says[PLACE] = {DIGEST: place_of(_columns(delivery.channel, SAID_OF_PLACE))}
    if post is not None:
        says[POST] = {**_columns(post, SAID_OF_POST), WORDS: words_of(post.text)}
    return says


def place_of(columns: Mapping[str, signatures.Plain]) -> str:
    """The keyed digest of what a place is called there: lines stay when it is forgotten, and must not tell it (P57)."""
    return signatures.sign(["place", *(columns.get(name) for name in SAID_OF_PLACE)])


def words_of(text: str) -> str:
    """The digest of a post's text."""
    return content_hash(text)


def _columns(row: models.Model, names: Iterable[str]) -> Columns:
    """As the database keeps them, which may be less than what we hold in our hands (ToldField)."""
    fields = {field.attname: field for field in row._meta.concrete_fields}
    return {
        name: signatures.plain(fields[name].to_python(fields[name].get_prep_value(getattr(row, name))))
        for name in names
    }
