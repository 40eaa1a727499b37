"""The pages of connecting an account: out to the provider, the way back, and choosing what becomes a channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.connections import authorization, flows
from accounts.connections.provider_apps import app_of
from accounts.models import Credential, Flow
from accounts.providers import PROVIDERS, for_sources
from accounts.reasons.connecting import ChoiceIsOver
from accounts.reasons.logins import EndsSoon
from accounts.sign_in.reauth_views import fresh
from poster.dashboard import refused_attempts
from poster.permissions import NotPossible
from poster.reasons import Because
from poster.reasons.events import AskedForARow
from poster.reasons.rendering import sentence as put_into_words
from poster.web import unsaved_input
from poster.web.operators import is_operator
from poster.web.post_only import asked_back, post_only


@dataclass(frozen=True, slots=True)
class Door:
    """One provider on the first page."""

    provider: str
    label: str
    icon: str
    opens: str
    words: list[str]
    ready: bool


BEGAN_ON = "connect_began_on"  # in the session: the page that they went out from


@require_GET
@fresh
def start(request: HttpRequest) -> HttpResponse:
    """The doors there are. People say here that it is them, and not in the middle of it."""
    return _page(request, "start", "", title=_("Connect an account"), doors=[_door(provider) for provider in PROVIDERS])


def _door(provider: str) -> Door:
    adapter, app = PROVIDERS[provider], app_of(provider)
    return Door(
        provider,
        PROVIDERS.label(provider),
        provider,
        put_into_words(adapter.about.opens, {}),
        [put_into_words(adapter.words[scope], {}) for scope in adapter.scopes],
        bool(app.client_id and app.client_secret),
    )


@post_only("connect_start")
@fresh
def out(request: HttpRequest, provider: str) -> HttpResponse:
    """Begin: to the consent page. POST `again` asks anew for what was declined."""
    if provider not in PROVIDERS:
        raise Http404
    return _leave(request, provider, None)


@post_only("admin:accounts_credential_change", "pk")
@fresh
def out_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same for an account that is there: it has to be that account again."""
    seen = Credential.objects.all() if is_operator(request) else mine(request)
    login = seen.filter(pk=pk).first()
    if login is None and refused_attempts.exists(Credential, str(pk)):
        refused_attempts.note(request, AskedForARow(kind="login"))
    if login is None or login.provider not in PROVIDERS:
        raise Http404
    return _leave(request, login.provider, login)


def mine(request: HttpRequest) -> QuerySet[Credential]:
    """The logins of the person who asks."""
    return Credential.objects.filter(owner_id=request.user.pk)


def _leave(request: HttpRequest, provider: str, login: Credential | None) -> HttpResponse:
    """A page that goes on by itself: a form of ours may not be redirected elsewhere (form-action)."""
    try:
        address = authorization.begin(request, provider, credential=login, again="again" in request.POST)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect(_list_of(provider))
    _remember(request)
    response = _page(request, "leaving", provider, address=address)
    response.headers["Refresh"] = f"0; url={address}"
    return response


@require_GET
@never_cache
@login_not_required
def back(request: HttpRequest, provider: str) -> HttpResponse:
    """The way back from the provider. Its address holds a code that is good for nothing any more."""
    if provider not in PROVIDERS:
        raise Http404
    try:
        flow = authorization.finish(request, provider)
    except NotPossible as refusal:
        return _refused(request, provider, str(refusal), login=getattr(refusal, "login", None))
    return redirect("connect_choose", pk=flow.pk) if PROVIDERS[provider].for_posting else _settled(request, flow, [])


@require_http_methods(["GET", "POST"])
@never_cache
def choose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which of the places become channels. What is not ticked is not stored."""
    try:
        flow = flows.held(request, pk)
    except Flow.DoesNotExist:
        return _refused(request, "", str(ChoiceIsOver()), status=404)
    try:
        return _chosen(request, flow) if request.method == "POST" else _choice(request, flow)
    except NotPossible as refusal:
        return _refused(request, flow.provider, str(refusal))


def _chosen(request: HttpRequest, flow: Flow) -> HttpResponse:
    if "nothing" in request.POST:
        authorization.give_up(flow)
        messages.info(request, _("Nothing was connected, and nothing was kept."))
        return redirect(_where_they_were(request, flow.provider))
    return _settled(request, flow, request.POST.getlist("place"))


def _settled(request: HttpRequest, flow: Flow, chosen: list[str]) -> HttpResponse:
    try:
        login, channels = authorization.settle(request, flow, chosen)
    except NotPossible as refusal:
        if Flow.objects.filter(pk=flow.pk).exists():
            return _choice(request, flow, str(refusal))
        return _refused(request, flow.provider, str(refusal))
    told = _("%(login)s is connected. It posts to %(places)s.") if channels else _("%(login)s is connected.")
    places = ", ".join(channel.name for channel in channels[:5])
    messages.success(request, told % {"login": login, "places": places})
    if login.problem:
        messages.warning(request, login.problem)
    return redirect(_where_they_were(request, flow.provider))


def _remember(request: HttpRequest) -> None:
    """Where in the dashboard the button was. (To ask anew is a button on the way.)"""
    if "again" not in request.POST:
        back = asked_back(request)
        request.session[BEGAN_ON] = back if back.startswith(reverse("admin:index")) else ""


def _where_they_were(request: HttpRequest, provider: str) -> str:
    """Back there, once; else to the list of such accounts."""
    return request.session.pop(BEGAN_ON, "") or _list_of(provider)


def _choice(request: HttpRequest, flow: Flow, error: str = "") -> HttpResponse:
    found, ticked_before = flows.found_in(flow), unsaved_input.of(request)
    return _page(
        request,
        "choose",
        flow.provider,
        flow=flow,
        offers=authorization.offers(flow),
        ticked_before=ticked_before.getlist("place") if ticked_before else None,
        declined=authorization.declined(flow),
        whose=found.profile.name,
        nothing_opened=put_into_words(PROVIDERS[flow.provider].about.nothing_opened, {"whose": found.profile.name}),
        problem=EndsSoon(cause=Because(found.problem)) if found.problem else None,
        error=error,
        status=400 if error else 200,
    )


def _refused(
    request: HttpRequest, provider: str, sentence: str, *, login: Credential | None = None, status: int = 400
) -> HttpResponse:
    """Why nothing was connected. Who is not signed in gets no more than the sentence."""
    if not request.user.is_authenticated:
        return TemplateResponse(request, "account/not_connected.html", {"sentence": sentence}, status=status)
    return _page(request, "refused", provider, sentence=sentence, login=login, status=status)


def _page(request: HttpRequest, name: str, provider: str, *, status: int = 200, **more: Any) -> HttpResponse:  # noqa: ANN401
    context = {
        **admin.site.each_context(request),
        **more,
        "provider": provider,
        "label": PROVIDERS.label(provider),
        "title": more.get("title", PROVIDERS.label(provider) or _("Connect")),
        "list_url": _list_of(provider),
        "list_name": _("Drive accounts") if provider in for_sources() else _("Social accounts"),
    }
    response = TemplateResponse(request, f"admin/accounts/connections/{name}.html", context, status=status)
    # The address of the way back holds a code. (With "no-referrer" a browser posts our forms without an origin.)
    response.headers["Referrer-Policy"] = "strict-origin" if request.GET else "same-origin"
    return response


def _list_of(provider: str) -> str:
    """The list where the accounts of this provider are."""
    if provider in for_sources():
        return f"{reverse('admin:accounts_credential_changelist')}?provider__exact={provider}"
    return reverse("admin:accounts_channel_changelist")
