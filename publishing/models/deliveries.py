"""A post on its way to one place of a channel."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from outbox.models import Outgoing
from publishing.models.posts import Post, PostAsset
from publishing.platforms import Form, form_of
from publishing.querysets import DeliveryQuerySet
from publishing.states import Placement

KIND = "post"


class Delivery(Outgoing):
    """One post on its way to one place of a channel: what exactly goes out, frozen at approval.

    How it goes, `Outgoing` knows.
    """

    post = models.ForeignKey(Post, models.CASCADE, related_name="deliveries")
    placement = models.CharField(max_length=10, choices=Placement.choices, default=Placement.FEED)
    # When it was undone, as long as nobody approved this channel again.
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Every attempt sends these, and nothing else.
    text = models.TextField(blank=True)
    media = models.JSONField(default=list)  # [{"asset", "sha256", "alt_text", "recipe"}], see publishing.posts.freezing
    made_with_ai = models.BooleanField(default=False)  # people are told so; a picture may say it besides
    options = models.JSONField(default=dict, blank=True)  # by name, see publishing.platforms.Option
    renditions = models.JSONField(default=list, blank=True)  # what was made from `media`, once it was made
    laid = models.JSONField(default=list, blank=True, editable=False)  # what its pictures are called in the bucket

    # No column: made of what it was compared with which others already, see `publishing.delivery.twins.twin_of`.
    compared: tuple[tuple[tuple[str, str, str], ...], frozenset[UUID]] = ((), frozenset())

    objects = DeliveryQuerySet.as_manager()  # type: ignore[misc]  # the outbox has a manager of its own

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-created_at"]

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        if self._state.adding:
            self.name_once()
        super().save(*args, **kwargs)

    def name_once(self) -> None:
        """A post goes to each place of a channel once, and to a channel one post at a time."""
        self.outgoing_ptr_id = self.id  # what is sealed is sealed for its key, before Django gives it one
        self.kind = self.lane = KIND
        self.dedupe = f"{self.post_id}:{self.channel_id}:{self.placement}"

    @property
    def shown(self) -> list[PostAsset]:
        """The pictures of its post that it shows, in its order."""
        items = {str(item.asset_id): item for item in self.post.items.all()}
        return [items[each["asset"]] for each in self.media if each["asset"] in items] or list(items.values())

    @property
    def form(self) -> Form:
        """What it is to whoever looks at it."""
        return form_of(self.placement, len(self.media))
