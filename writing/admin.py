"""Words that were written, in the dashboard."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from poster.dashboard import display
from poster.dashboard.long_lists import LongList
from poster.dashboard.scoping import WrittenAdmin
from writing.models import AiCall, Suggestion
from writing.names import writer_name


def cost_of(spent: Decimal | None) -> str:
    """US dollars, for people; nothing to read where no price is known."""
    if spent is None:
        return ""
    return f"${spent:.4f}" if spent else gettext("free")


@admin.register(Suggestion)
class SuggestionAdmin(LongList, WrittenAdmin):
    """Words that were written, with where they came from."""

    one, many = _("caption"), _("captions")
    lead = _("The words that were written for your posts, by whom, and what they cost.")
    empty = (
        _("No caption yet"),
        _("As soon as a picture is fetched, its captioner looks at it and writes."),
    )
    list_display = ("thumb", "words", "writer", "cost", "written")
    list_display_links = ("words",)
    list_filter = ("captioner",)
    scanned = ("captioner",)
    search_fields = ("text",)
    search_help_text = _("Search words")
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

    @admin.display(description=_("caption"))
    def words(self, words: Suggestion) -> SafeString:
        return display.two_lines(words.text)

    @admin.display(description=_("written by"), ordering="captioner")
    def writer(self, words: Suggestion) -> str:
        return writer_name(words.captioner, words.model)

    @admin.display(description=_("cost"))
    def cost(self, words: Suggestion) -> str:
        """Of all that was asked about this, in US dollars; nothing to read where no price is known."""
        return cost_of(getattr(words, "spent", None))

    @admin.display(description=_("when"), ordering="created_at")
    def written(self, words: Suggestion) -> str:
        return display.moment(words.created_at)


@admin.register(AiCall)
class AiCallAdmin(LongList, WrittenAdmin):
    """Each call of a model, one by one."""

    one, many = _("AI call"), _("AI calls")
    lead = _("Each time that a model was asked for words: what it took, and how it ended.")
    empty = (_("No AI call yet"), _("As soon as a captioner is asked for words, the call is here."))
    list_display = ("writer", "outcome_", "tokens", "took", "cost_", "asked")
    list_filter = ("captioner",)
    scanned = ("captioner",)
    change_form_template = "admin/writing/aicall/change_form.html"

    @admin.display(description=_("asked"))
    def writer(self, call: AiCall) -> str:
        return call.writer

    @admin.display(description=_("how it ended"))
    def outcome_(self, call: AiCall) -> SafeString:
        tone, shape = ("good", "check") if call.came else ("wait", "cross")
        return display.mark(tone, shape, gettext("Words") if call.came else call.sentence or call.outcome)

    @admin.display(description=_("tokens"))
    def tokens(self, call: AiCall) -> str:
        taken = call.input_tokens + call.output_tokens
        return f"{call.input_tokens:,} + {call.output_tokens:,}" if taken else ""

    @admin.display(description=_("time"))
    def took(self, call: AiCall) -> str:
        return display.lasted(call.seconds)

    @admin.display(description=_("cost"))
    def cost_(self, call: AiCall) -> str:
        return cost_of(call.cost)

    @admin.display(description=_("when"))
    def asked(self, call: AiCall) -> str:
        return display.moment(call.created_at)
