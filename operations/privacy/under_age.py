"""Somebody turns out to be too young for this install: the operator says so, and everything of them goes at once."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.sign_in.reauth_views import fresh
from operations.privacy import erasure
from operations.reasons import TooYoung
from poster.ledger import security_log
from poster.permissions import Caller, NotPossible, in_dashboard, require_operator
from poster.web.operators import operators_only
from poster.work import time_budget


@never_cache
@require_http_methods(["GET", "POST"])
@fresh
@operators_only
def too_young(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A POST deletes; a GET, as after signing in again, leads to the person."""
    person = get_object_or_404(User, pk=pk)
    if request.method == "GET":
        return redirect("admin:accounts_user_change", person.pk)
    try:
        messages.success(request, delete(person, by=in_dashboard(request), request=request))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:accounts_user_change", person.pk)
    return redirect("admin:accounts_user_changelist")


def delete(person: User, *, by: Caller, request: HttpRequest | None = None) -> str:
    """Nobody waits for anything: what can go goes now. Raises NotPossible for the last operator."""
    require_operator(by)
    receipt = erasure.begin(person, by=by, request=request)
    security_log.record(security_log.Kind.DELETION, TooYoung(receipt=receipt.code), request=request)
    progress = erasure.go_on(person, receipt, time_budget.begun())
    if progress.done:
        return _("The account and everything in it is deleted. Receipt %(code)s.") % {"code": receipt.code}
    told = _("The deletion has begun, and goes on by itself. %(progress)s Receipt %(code)s.")
    return told % {"progress": progress.sentence, "code": receipt.code}
