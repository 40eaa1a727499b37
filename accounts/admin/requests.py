"""What people asked about their data, with the clock; for the operator."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.data_rights import data_requests
from accounts.models import Request
from accounts.reasons.people import AnswerMissing
from poster.dashboard import display
from poster.dashboard.scoping import OperatorAdmin, StageFilter
from poster.dashboard.verbs import verb
from poster.permissions import NotPossible, in_dashboard

SOON = 7  # days before it is due


class AnsweredFilter(StageFilter):
    """Whether the operator still has to do something."""

    title = "state"
    stages = {"open": ("Open", []), "answered": ("Answered", [])}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {"open": True, "answered": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(answered_at__isnull=wanted)


@admin.register(Request)
class RequestAdmin(OperatorAdmin):
    """Requests, the most urgent told by their clock."""

    one, many = "data request", "data requests"
    lead = "What people asked about their data. The law gives you 30 days; the clock of each is shown."
    empty = ("Nobody asked for anything", "Requests come from My data, and from the page “Ask about your data”.")
    list_display = ("what", "email", "clock", "created")
    list_filter = (AnsweredFilter, "kind")
    search_fields = ("code", "email")
    search_help_text = "Search by code or e-mail"
    change_form_template = "admin/accounts/request/change_form.html"

    def wanting(self, person: Any) -> QuerySet[Request] | None:  # noqa: ANN401 - whoever is signed in
        return Request.objects.filter(answered_at=None) if getattr(person, "is_superuser", False) else None

    @verb("Answer", button=False)
    def answer(self, request: HttpRequest, asked: Request) -> str:
        """Mail the answer, and stop the clock."""
        words = request.POST.get("answer", "").replace("\r\n", "\n").strip()
        if not words:
            raise NotPossible(AnswerMissing())
        data_requests.answer(asked, words[:5000], by=in_dashboard(request))
        return f"Answered. It was mailed to {asked.email}." if asked.email else "Answered."

    @admin.display(description="asked to", ordering="kind")
    def what(self, asked: Request) -> SafeString:
        return display.two_lines(asked.get_kind_display().capitalize(), asked.code)

    @admin.display(description="clock", ordering="due_at")
    def clock(self, asked: Request) -> SafeString:
        if asked.answered_at:
            return display.badge("published", "answered")
        days = data_requests.days_left(asked)
        if days < 0:
            return display.badge("failed", "late")
        return display.badge("needs_you" if days < SOON else "queued", f"{days} days left")

    @admin.display(description="asked", ordering="created_at")
    def created(self, asked: Request) -> str:
        return display.moment(asked.created_at)
