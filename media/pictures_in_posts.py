"""For lists of pictures in the dashboard: where each is used, and a post of those that were ticked.

What a post is, only a higher app knows: it answers the two questions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from media.models import Asset
from poster.manifests import asked, the

USED_IN = "media.used_in"  # (asset) -> [(words, address, row)]: where it is shown
NEW_POST = "media.new_post"  # (ids of assets) -> the address of the page where a post is written with them

if TYPE_CHECKING:
    AnyAdmin = ModelAdmin[Any]
else:
    AnyAdmin = ModelAdmin  # cannot be subscripted when it runs


class PicturesInPosts(AnyAdmin):
    """In front of the base of a ModelAdmin. `asset`: the field of a row that is its asset; "pk" for assets."""

    asset = "pk"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """And one that leads to a page, where a post is made of all of them."""
        return {**super().get_actions(request), "one-post": (_one_post, "one-post", _("One post of these"))}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        asset = row if self.asset == "pk" else getattr(row, self.asset, None)
        told = {"uses": uses(asset), "new_post": new_post([asset.pk])} if asset else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **told})


def uses(asset: Asset) -> list[tuple[str, str, Any]]:
    """(words, address, row) of what shows it."""
    return [use for answer in asked(USED_IN) for use in answer(asset)]


def new_post(pictures: Iterable[UUID]) -> str:
    """The page on which a post is written, with these pictures chosen."""
    return str(the(NEW_POST)(pictures))


def _one_post(admin: PicturesInPosts, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
    there = rows.exclude(**{admin.asset: None}).order_by("created_at")
    return redirect(new_post(there.values_list(admin.asset, flat=True)))
