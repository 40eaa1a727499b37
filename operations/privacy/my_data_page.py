"""The page "My data": what is held about me, a copy of it, and the way out."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.data_rights import data_requests
from accounts.data_rights.data_requests import Kind
from accounts.local_time import said_as_now
from accounts.models import Request, User
from accounts.sign_in.reauth_views import fresh
from operations.privacy import erasure, export, inventory
from operations.privacy.restriction import rest
from operations.reasons import NotMeant, PutToRest, RestDone
from poster.ledger import security_log
from poster.permissions import NotPossible, in_dashboard
from poster.web.post_only import post_only

ASKED_HERE = [(kind.value, kind.label) for kind in (Kind.CORRECTION, Kind.OBJECTION, Kind.ACCESS, Kind.QUESTION)]


class AskForm(forms.Form):
    """What no button does."""

    kind = forms.ChoiceField(label=_("I want to"), choices=ASKED_HERE)
    words = forms.CharField(label=_("What it is about"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})  # type: ignore[arg-type]


@never_cache
@require_http_methods(["GET", "POST"])
def my_data(request: HttpRequest) -> HttpResponse:
    """What is held about me; a POST asks the operator something."""
    me, form = _me(request), AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = data_requests.ask(form.cleaned_data["kind"], owner=me, words=form.cleaned_data["words"])
        told = gettext("Your request is written down (%(code)s). It is answered within 30 days.")
        messages.success(request, told % {"code": asked.code})
        return redirect("my_data")
    held = inventory.told(me)
    return _page(
        request, "my_data", gettext("My data"), held=held, form=form, asked=Request.objects.filter(owner=me)[:20]
    )


@never_cache
@require_GET
@fresh
def take(request: HttpRequest) -> HttpResponseBase:
    """The copy of everything, as a download."""
    me = _me(request)
    pieces = said_as_now(export.stream(me, by=in_dashboard(request), request=request))
    headers = {"Content-Disposition": f'attachment; filename="{export.file_name(me)}"'}
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)


@never_cache
@require_http_methods(["GET", "POST"])
@fresh
def delete(request: HttpRequest) -> HttpResponse:
    """What goes, in numbers; the e-mail has to be typed. The rounds do the rest, and mail the receipt."""
    me, problem = _me(request), ""
    if request.method == "POST":
        try:
            return _leave(request, me)
        except NotPossible as refusal:
            problem = str(refusal)
    held = inventory.told(me)
    return _page(
        request, "delete", gettext("Delete my account"), held=held, stays=erasure.what_stays(), problem=problem
    )


def _leave(request: HttpRequest, me: User) -> HttpResponse:
    if request.POST.get("email", "").strip().lower() != me.email.lower():
        raise NotPossible(NotMeant(email=me.email))
    receipt = erasure.begin(me, by=in_dashboard(request), request=request)
    logout(request)
    return redirect("request_status", code=receipt.code)


@post_only("my_data")
def let_rest(request: HttpRequest) -> HttpResponse:
    """Restriction: everything of mine stops, and nothing is removed."""
    me = _me(request)
    watches, channels = rest(me, by=in_dashboard(request))
    data_requests.settle(data_requests.ask(Kind.RESTRICTION, owner=me), RestDone())
    security_log.record(security_log.Kind.REQUEST, PutToRest(), person=me.pk, request=request)
    told = gettext(
        "Everything rests: %(sources)s, %(channels)s, and what was on its way waits. Switch each on again on its own "
        "page."
    )
    sources_do = ngettext("%d source does not look", "%d sources do not look", watches) % watches
    channels_are = ngettext("%d channel is off", "%d channels are off", channels) % channels
    messages.success(request, told % {"sources": sources_do, "channels": channels_are})
    return redirect("my_data")


def _me(request: HttpRequest) -> User:
    return User.objects.get(pk=request.user.pk or "")


def _page(request: HttpRequest, name: str, title: str, **more: object) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, **more}
    return TemplateResponse(request, f"publishing/{name}.html", context)
