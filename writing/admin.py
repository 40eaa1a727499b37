"""Words that were written, in the dashboard."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from poster.dashboard import display
from poster.dashboard.long_lists import LongList
from poster.dashboard.scoping import WrittenAdmin
from writing.captioners import CAPTIONERS
from writing.models import AiCall, Suggestion


@admin.register(Suggestion)
class SuggestionAdmin(LongList, WrittenAdmin):
    """Words that were written, with where they came from."""

    one, many = "caption", "captions"
    lead = "The words that were written for your posts, by whom, and what they cost."
    empty = ("No caption yet", "As soon as a picture is fetched, its captioner looks at it and writes.")
    list_display = ("thumb", "words", "writer", "cost", "written")
    list_display_links = ("words",)
    list_filter = ("captioner",)
    scanned = ("captioner",)
    search_fields = ("text",)
    search_help_text = "Search words"
    change_form_template = "admin/writing/suggestion/change_form.html"

    def get_changelist_instance(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's ChangeList
        """With what each of the rows on this page has cost: asked once, and of no other."""
        listed = super().get_changelist_instance(request)
        listed.result_list = rows = list(listed.result_list)
        calls = AiCall.objects.filter(subject__in=[row.subject for row in rows]).order_by()
        spent = dict(calls.values("subject").annotate(all=Sum("cost")).values_list("subject", "all"))
        for row in rows:
            row.spent = spent.get(row.subject)
        return listed

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        words = self.get_object(request, object_id)
        context = {"calls": AiCall.objects.filter(subject=words.subject)} if words else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @admin.display(description="")
    def thumb(self, words: Suggestion) -> SafeString:
        return display.thumb(words.asset_id)

    @admin.display(description="caption")
    def words(self, words: Suggestion) -> SafeString:
        return display.two_lines(words.text)

    @admin.display(description="written by", ordering="captioner")
    def writer(self, words: Suggestion) -> str:
        label = CAPTIONERS.label(words.captioner)
        return f"{label}, {words.model}" if words.model else label

    @admin.display(description="cost")
    def cost(self, words: Suggestion) -> str:
        """Of all that was asked about this, in US dollars; nothing to read where no price is known."""
        spent: Decimal | None = getattr(words, "spent", None)
        if spent is None:
            return ""
        return f"${spent:.4f}" if spent else "free"

    @admin.display(description="when", ordering="created_at")
    def written(self, words: Suggestion) -> str:
        return display.moment(words.created_at)
