"""Out: posts, one delivery per channel, and the ledger of everything we asked and were told."""

from __future__ import annotations

from publishing.models.deliveries import Delivery, actor_choices, platform_choices
from publishing.models.ledger import Reconciled, Step
from publishing.models.posts import Post, PostAsset, PostTag, Tag, Variant
from publishing.models.series import Series
from publishing.models.slots import Slot

__all__ = [
    "Delivery",
    "Post",
    "PostAsset",
    "PostTag",
    "Reconciled",
    "Series",
    "Slot",
    "Step",
    "Tag",
    "Variant",
    "actor_choices",
    "platform_choices",
]
