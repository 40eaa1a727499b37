"""The library in the dashboard: all pictures of a person, where each came from, and where it was used."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString

from media import deletion
from media.models import UPLOADED, Asset
from poster.dashboard import display
from poster.dashboard.long_lists import LongList
from poster.dashboard.scoping import WrittenAdmin
from poster.dashboard.verbs import verb
from poster.manifests import asked, the
from poster.permissions import in_dashboard

USED_IN = "media.used_in"  # (asset) -> [(words, address, row)]: where it is shown
NEW_POST = "media.new_post"  # (ids of assets) -> the address of the page where a post is written with them


def _post_with(admin: LibraryAdmin, request: HttpRequest, rows: QuerySet[Asset]) -> HttpResponse:
    """The page on which a post is written, with these pictures chosen."""
    return redirect(str(the(NEW_POST)(rows.order_by("created_at").values_list("pk", flat=True))))


class CameFilter(admin.SimpleListFilter):
    """Uploaded, or found by a source."""

    title = "where it came from"
    parameter_name = "came"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        return [("uploaded", "Uploaded"), ("found", "Found by a source")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "uploaded":
            return queryset.filter(origin=UPLOADED)
        return queryset.exclude(origin=UPLOADED) if self.value() == "found" else queryset


@admin.register(Asset)
class LibraryAdmin(LongList, WrittenAdmin):
    """Pictures whose bytes were seen."""

    one, many = "picture", "library"
    lead = "Your pictures: those you uploaded, and those that your sources have found. Choose some and make a post."
    empty = ("No picture yet", "Drop pictures above, or let a source find them.")
    list_display = ("thumb", "title", "came_from", "measures", "made")
    list_display_links = ("title",)
    list_filter = (CameFilter,)
    scanned = ("came",)
    search_fields = ("name",)
    search_help_text = "Search file names"
    change_list_template = "admin/media/asset/change_list.html"
    change_form_template = "admin/media/asset/change_form.html"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """And one that leads to a page, where a post is made of all of them."""
        return {**super().get_actions(request), "one-post": (_post_with, "one-post", "One post of these")}

    @verb(
        "Delete",
        icon="trash",
        look="danger",
        when=lambda asset: asset.is_uploaded,
        bulk=True,
        ask="The picture goes for good. What was posted with it stays where it is.",
        many="Deleted: {count} pictures.",
    )
    def delete_it(self, request: HttpRequest, asset: Asset) -> str:
        """Out of the library."""
        deletion.delete(asset, by=in_dashboard(request))
        return f"{asset.name} is deleted."

    def _back(self, request: HttpRequest, row: Model) -> str:
        there = Asset.objects.filter(pk=row.pk).exists()
        return super()._back(request, row) if there else reverse("admin:media_asset_changelist")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asset = self.get_object(request, object_id)
        uses = [use for answer in asked(USED_IN) for use in answer(asset)] if asset else []
        context = {"uses": uses, "new_post": the(NEW_POST)([asset.pk])} if asset else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @admin.display(description="")
    def thumb(self, asset: Asset) -> SafeString:
        return display.thumb(asset.pk)

    @admin.display(description="file", ordering="name")
    def title(self, asset: Asset) -> str:
        return asset.name

    @admin.display(description="came from")
    def came_from(self, asset: Asset) -> str:
        return "Upload" if asset.is_uploaded else "Source"

    @admin.display(description="pixels")
    def measures(self, asset: Asset) -> str:
        return f"{asset.width} x {asset.height}" if asset.width else ""

    @admin.display(description="here since", ordering="created_at")
    def made(self, asset: Asset) -> str:
        return display.moment(asset.created_at)
