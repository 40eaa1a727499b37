"""Django's ModelAdmin with little script, and with a search that finds words however they are typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import QuerySet
from django.http import HttpRequest

from poster.dashboard.long_lists import AnyAdmin
from poster.database.folding import Folded, InOrder, is_turkish
from poster.folding import folded


class Lean(AnyAdmin):
    """Behind what an admin of ours is besides."""

    @property
    def media(self) -> forms.Media:
        """Django's, without jQuery and what needs it: popups, and fields that fill in others. We have neither."""
        return forms.Media(js=["admin/js/core.js", "admin/js/actions.js"])

    def get_ordering(self, request: HttpRequest) -> Any:  # noqa: ANN401
        """Names as whoever reads sorts them, where their letters have places of their own; else as an index gives."""
        given = super().get_ordering(request) or self.opts.ordering or ()
        return [InOrder(each) if each == "name" else each for each in given] if is_turkish() else given

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:  # noqa: ANN401
        """Without the links around a choice, which open popups."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Whatever the case, the accents and the dots of an i."""
        names = super().get_search_fields(request)
        return tuple(name if self._is_number(name) else f"{name}__{Folded.lookup_name}" for name in names)

    def _is_number(self, name: str) -> bool:
        """An address of a machine, say: it has no case, and no accents."""
        return self.model._meta.get_field(name).get_transform(Folded.lookup_name) is None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What is typed is folded as the columns are."""
        return super().get_search_results(request, queryset, folded(search_term))
