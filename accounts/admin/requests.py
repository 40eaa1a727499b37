"""What people asked about their data, with the clock; for the operator."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

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

    title = _("state")
    stages = {"open": (pgettext_lazy("of a request", "Open"), []), "answered": (_("Answered"), [])}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {"open": True, "answered": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(answered_at__isnull=wanted)


@admin.register(Request)
class RequestAdmin(OperatorAdmin):
    """Requests, the most urgent told by their clock."""

    one, many = _("data request"), _("data requests")
    lead = _("What people asked about their data. The law gives you 30 days; the clock of each is shown.")
    empty = (
        _("Nobody asked for anything"),
        _("Requests come from My data, and from the page “Ask about your data”."),
    )
    list_display = ("what", "email", "clock", "created")
    list_filter = (AnsweredFilter, "kind")
    search_fields = ("code", "email")
    search_help_text = _("Search by code or e-mail")
    change_form_template = "admin/accounts/request/change_form.html"

    def wanting(self, person: Any) -> QuerySet[Request] | None:  # noqa: ANN401 - whoever is signed in
        return Request.objects.filter(answered_at=None) if getattr(person, "is_superuser", False) else None

    @verb(_("Answer"), button=False)
    def answer(self, request: HttpRequest, asked: Request) -> str:
        """Mail the answer, and stop the clock."""
        words = request.POST.get("answer", "").replace("\r\n", "\n").strip()
        if not words:
            raise NotPossible(AnswerMissing())
        data_requests.answer(asked, words[:5000], by=in_dashboard(request))
        if not asked.email:
            return gettext("Answered.")
        return gettext("Answered. It was mailed to %(email)s.") % {"email": asked.email}

    @admin.display(description=_("asked to"), ordering="kind")
    def what(self, asked: Request) -> SafeString:
        return display.two_lines(asked.get_kind_display().capitalize(), asked.code)

    @admin.display(description=_("answer due"), ordering="due_at")
    def clock(self, asked: Request) -> SafeString:
        if asked.answered_at:
            return display.badge("published", gettext("answered"))
        days = data_requests.days_left(asked)
        if days < 0:
            return display.badge("failed", gettext("late"))
        left = ngettext("%d day left", "%d days left", days) % days
        return display.badge("needs_you" if days < SOON else "queued", left)

    @admin.display(description=_("asked"), ordering="created_at")
    def created(self, asked: Request) -> str:
        return display.moment(asked.created_at)
