"""Who may come in: people."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.forms import NewPersonForm, PersonForm
from accounts.models import User
from poster.dashboard import showing
from poster.dashboard.owning import OperatorAdmin, StageFilter


class RoleFilter(StageFilter):
    """What people may do here."""

    title = "role"
    parameter_name = "role"
    stages = {"operator": ("Operators", []), "member": ("Members", []), "out": ("Locked out", [])}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {
            "operator": {"is_superuser": True, "is_active": True},
            "member": {"is_superuser": False, "is_active": True},
            "out": {"is_active": False},
        }
        return queryset.filter(**wanted.get(self.value() or "", {}))


@admin.register(User)
class PersonAdmin(OperatorAdmin, UserAdmin):  # type: ignore[type-arg]
    """Everybody with an account; for the operator."""

    lead = "Everybody works in the dashboard and sees only what is his. Operators see everything."
    may_add = may_change = True
    form = PersonForm  # type: ignore[assignment]
    add_form = NewPersonForm
    add_form_template = None
    list_display = ("email", "name", "role", "seen")
    list_filter = (RoleFilter,)
    search_fields = ("email", "name")
    search_help_text = "Search people"
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("What they may do", {"fields": ("is_active", "is_superuser", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    @admin.display(description="role")
    def role(self, person: User) -> SafeString:
        if not person.is_active:
            return showing.badge("off", "locked out")
        return showing.tag("apps", "operator") if person.is_superuser else showing.tag("people", "member")

    @admin.display(description="last here", ordering="last_login")
    def seen(self, person: User) -> str:
        return showing.moment(person.last_login) or "never"
