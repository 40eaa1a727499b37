"""A person's own keys for AI services, in the dashboard."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.ai_services import SERVICES
from accounts.connections import wake_ups
from accounts.forms import AiKeyForm
from accounts.models import AiKey
from accounts.reasons.login_events import KeyRemoved, KeyRemovedByOperator, KeyReplaced, KeyStored
from poster.dashboard import display
from poster.dashboard.scoping import OwnedAdmin
from poster.ledger.security_log import Kind, record


@admin.register(AiKey)
class AiKeyAdmin(OwnedAdmin):
    """A key goes in, and never comes out again: not even the operator can read it here."""

    asks_outside = True
    one, many = _("AI key"), _("AI keys")
    lead = _(
        "Your own key for an AI service. It is kept sealed, never shown again, and used for your pictures only. "
        "Without one, the operator's key is used."
    )
    empty = (
        _("No AI key of yours"),
        _(
            "Captions are asked for with the operator's key. Store your own, and your pictures are described with "
            "yours."
        ),
    )
    farewell = _("From then on your pictures are described with the operator's key, if there is one.")
    may_add = may_change = may_delete = True
    form = AiKeyForm
    list_display = ("service", "stored")
    list_display_links = ("service",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """One's own: the operator may remove somebody's key, and not put another one in its place."""
        mine = obj is None or (isinstance(obj, AiKey) and obj.owner_id == request.user.pk)
        return mine and super().has_change_permission(request, obj)

    @admin.display(description=_("service"), ordering="captioner")
    def service(self, row: AiKey) -> str:
        return SERVICES.get(row.captioner, row.captioner)

    @admin.display(description=_("stored"), ordering="created_at")
    def stored(self, row: AiKey) -> str:
        return display.moment(row.created_at)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:  # noqa: ANN401
        if obj is None:
            return [(None, {"fields": ("captioner", "new_key")})]
        changing = ("new_key",) if self.has_change_permission(request, obj) else ()
        return [(None, {"fields": ("service", "stored", *changing)})]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:  # noqa: ANN401
        return ("service", "stored") if obj else ()

    def save_model(self, request: HttpRequest, obj: AiKey, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001
        fact = KeyReplaced if change else KeyStored
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            wake_ups.wake_pictures(obj.owner_id, obj.captioner)
            record(Kind.CONNECT, fact(service=self.service(obj)), person=obj.owner_id, request=request)
        if form.warning:
            messages.warning(request, form.warning)

    def delete_model(self, request: HttpRequest, obj: AiKey) -> None:
        super().delete_model(request, obj)
        wake_ups.wake_pictures(obj.owner_id, obj.captioner)
        fact = KeyRemoved if obj.owner_id == request.user.pk else KeyRemovedByOperator
        record(Kind.DISCONNECT, fact(service=self.service(obj)), person=obj.owner_id, request=request)
