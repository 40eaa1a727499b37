"""The library in the dashboard: all pictures of a person, where each came from, and where it was used."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext_lazy, pgettext
from django.utils.translation import gettext_lazy as _

from media import deletion
from media.models import UPLOADED, Asset
from media.pictures_in_posts import PicturesInPosts
from poster.dashboard import display
from poster.dashboard.long_lists import LongList
from poster.dashboard.scoping import WrittenAdmin
from poster.dashboard.verbs import verb
from poster.permissions import in_dashboard


class CameFilter(admin.SimpleListFilter):
    """Uploaded, or found by a source."""

    title = _("where it came from")
    parameter_name = "came"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        return [("uploaded", gettext("Uploaded")), ("found", gettext("Found by a source"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "uploaded":
            return queryset.filter(origin=UPLOADED)
        return queryset.exclude(origin=UPLOADED) if self.value() == "found" else queryset


@admin.register(Asset)
class LibraryAdmin(PicturesInPosts, LongList, WrittenAdmin):
    """Pictures whose bytes were seen."""

    one, many = _("picture"), _("library")
    lead = _("Your pictures: those you uploaded, and those that your sources have found. Choose some and make a post.")
    empty = (_("No picture yet"), _("Drop pictures above, or let a source find them."))
    list_display = ("thumb", "title", "came_from", "measures", "made")
    list_display_links = ("title",)
    list_filter = (CameFilter,)
    scanned = ("came",)
    search_fields = ("name",)
    search_help_text = _("Search file names")
    change_list_template = "admin/media/asset/change_list.html"
    change_form_template = "admin/media/asset/change_form.html"

    @verb(
        _("Delete"),
        icon="trash",
        look="danger",
        when=lambda asset: asset.is_uploaded,
        bulk=True,
        ask=_("The picture goes for good. What was posted with it stays where it is."),
        many=ngettext_lazy("Deleted: {count} picture.", "Deleted: {count} pictures.", "count"),
    )
    def delete_it(self, request: HttpRequest, asset: Asset) -> str:
        """Out of the library."""
        deletion.delete(asset, by=in_dashboard(request))
        return gettext("%(name)s is deleted.") % {"name": asset.name}

    def _back(self, request: HttpRequest, row: Model) -> str:
        there = Asset.objects.filter(pk=row.pk).exists()
        return super()._back(request, row) if there else reverse("admin:media_asset_changelist")

    @admin.display(description="")
    def thumb(self, asset: Asset) -> SafeString:
        return display.thumb(asset.pk)

    @admin.display(description=_("file"), ordering="name")
    def title(self, asset: Asset) -> str:
        return asset.name

    @admin.display(description=_("came from"))
    def came_from(self, asset: Asset) -> str:
        return (
            pgettext("where a picture came from", "Upload")
            if asset.is_uploaded
            else pgettext("where a picture came from", "Source")
        )

    @admin.display(description=_("pixels"))
    def measures(self, asset: Asset) -> str:
        return f"{asset.width} x {asset.height}" if asset.width else ""

    @admin.display(description=_("here since"), ordering="created_at")
    def made(self, asset: Asset) -> str:
        return display.moment(asset.created_at)
