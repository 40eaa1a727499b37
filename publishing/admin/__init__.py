"""What goes out, in the dashboard: posts and their deliveries."""

from __future__ import annotations

from publishing.admin.deliveries import DeliveryAdmin
from publishing.admin.posts import PostAdmin
from publishing.admin.series import SeriesAdmin
from publishing.admin.slots import SlotAdmin

__all__ = ["DeliveryAdmin", "PostAdmin", "SeriesAdmin", "SlotAdmin"]
