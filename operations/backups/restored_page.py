"""The page "A backup was put back": what is known since, and the operator's yes."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from operations.backups import restored_copy
from poster.permissions import NotPossible, in_dashboard
from poster.web.operators import operators_only

WENT_ON = _("Publishing goes on. What may be out already still waits for its owner.")


@never_cache
@require_http_methods(["GET", "POST"])
@operators_only
def restored(request: HttpRequest) -> HttpResponse:
    """How far it is; a POST is the yes."""
    if request.method == "POST":
        try:
            restored_copy.go_on(by=in_dashboard(request), request=request)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect("restored")
        messages.success(request, WENT_ON)
        return redirect("admin:index")
    context = {
        **admin.site.each_context(request),
        "title": gettext("A backup was put back"),
        "told": restored_copy.told(),
    }
    return TemplateResponse(request, "publishing/restored.html", context)
