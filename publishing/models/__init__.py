"""Out: posts, and one delivery per channel."""

from __future__ import annotations

from publishing.models.deliveries import Delivery
from publishing.models.posts import Post, PostAsset, Variant
from publishing.models.reconciled import Reconciled

__all__ = ["Delivery", "Post", "PostAsset", "Reconciled", "Variant"]
