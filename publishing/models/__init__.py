"""Out: posts, and one delivery per channel."""

from __future__ import annotations

from publishing.models.approval_links import ApprovalLink
from publishing.models.deliveries import Delivery
from publishing.models.posts import Post, PostAsset, PostTag, Tag, Variant
from publishing.models.reconciled import Reconciled
from publishing.models.series import Series
from publishing.models.slots import Slot
from publishing.models.trials import Trial

__all__ = [
    "ApprovalLink",
    "Delivery",
    "Post",
    "PostAsset",
    "PostTag",
    "Reconciled",
    "Series",
    "Slot",
    "Tag",
    "Trial",
    "Variant",
]
