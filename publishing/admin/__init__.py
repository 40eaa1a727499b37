"""What goes out, in the dashboard: posts and their deliveries."""

from __future__ import annotations

from publishing.admin.deliveries import DeliveryAdmin
from publishing.admin.posts import PostAdmin

__all__ = ["DeliveryAdmin", "PostAdmin"]
