"""The security log in the dashboard: everybody's lines for the operator, one's own for everybody else."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from poster.dashboard import display
from poster.dashboard.long_lists import LongList
from poster.dashboard.scoping import OwnedAdmin
from poster.models import Event
from poster.web.operators import is_operator

Kind = Event.Kind
LOOKS = {
    Kind.SIGN_IN: ("good", "check"),
    Kind.SIGN_IN_FAILED: ("bad", "cross"),
    Kind.SIGN_OUT: ("quiet", "out"),
    Kind.ACCOUNT: ("live", "people"),
    Kind.INVITATION: ("live", "plus"),
    Kind.ROLE: ("wait", "people"),
    Kind.CONNECT: ("good", "plug"),
    Kind.DISCONNECT: ("quiet", "plug"),
    Kind.EXPORT: ("wait", "out"),
    Kind.DELETION: ("bad", "trash"),
    Kind.REQUEST: ("wait", "question"),
    Kind.OPERATION: ("live", "apps"),
    Kind.REFUSED: ("bad", "hand"),
}


@admin.register(Event)
class EventAdmin(LongList, OwnedAdmin):
    """Nothing here can be changed: the database itself refuses it."""

    owner = "person"
    one, many = _("event"), _("events")
    lead = _(
        "What happened with your account: who came in and from where, what was connected, taken out or refused. "
        "If something here was not you, change your password and end the other sessions."
    )
    empty = (_("Nothing yet"), _("From the next sign-in on, it is written down here."))
    change_list_template = "admin/poster/event/change_list.html"
    change_form_template = "admin/poster/event/change_form.html"
    list_display = ("what", "sort", "address", "time")
    list_display_links = ("what",)
    list_filter = ("kind", "created_at")
    search_fields = ("fact_code", "fact_params", "address", "browser")
    search_help_text = _("Search the log")
    scanned = ("kind",)
    list_select_related = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """One's own; for the operator all, each with the person it is about."""
        rows = Event.objects.all()
        if not is_operator(request):
            return rows.filter(person=request.user.pk)
        return rows.annotate(who=Subquery(User.objects.filter(pk=OuterRef("person")).values("email")[:1]))

    def owns(self, request: HttpRequest, row: Model | None) -> bool:
        mine = row is None or getattr(row, "person", None) == request.user.pk
        return super().owns(request, None) and (mine or is_operator(request))

    def get_list_display(self, request: HttpRequest) -> Any:  # noqa: ANN401
        return (*self.list_display, "person_here") if is_operator(request) else self.list_display

    def get_search_results(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        search_term: str,
    ) -> tuple[QuerySet[Any], bool]:
        """The operator also finds a person's lines by e-mail."""
        rows, distinct = super().get_search_results(request, queryset, search_term)
        if is_operator(request) and "@" in search_term:
            people = User.objects.filter(email__iexact=search_term.strip()).values("pk")
            rows = rows | queryset.filter(person__in=people)
        return rows, distinct

    @admin.display(description=_("what happened"))
    def what(self, event: Event) -> SafeString:
        return display.two_lines(event.sentence)

    @admin.display(description=_("kind"), ordering="kind")
    def sort(self, event: Event) -> SafeString:
        tone, shape = LOOKS.get(Kind(event.kind), ("quiet", "minus"))
        return display.mark(tone, shape, event.get_kind_display())

    @admin.display(description=_("when"), ordering="created_at")
    def time(self, event: Event) -> str:
        return display.moment(event.created_at)

    @admin.display(description=_("person"))
    def person_here(self, event: Any) -> str:  # noqa: ANN401 - annotated
        """Somebody whose account was erased has no name any more."""
        return event.who or (gettext("somebody who left") if event.person else "")

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:  # noqa: ANN401
        shown = ("what", "sort", "time", "address", "browser")
        operator = is_operator(request)
        return [(None, {"fields": (*shown, "person_here") if operator else shown})]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:  # noqa: ANN401
        return ("what", "sort", "time", "address", "browser", "person_here")
