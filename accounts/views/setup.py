"""A page for each provider where the operator sets up their app. Operators only; a fresh sign-in to change anything."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.connections import setup_guides
from accounts.models import ProviderApp
from accounts.providers import PROVIDERS, setting
from accounts.reasons.login_events import AppKept, AppTakenOut
from accounts.sign_in.reauth_views import fresh
from poster.errors import OutsideError
from poster.ledger.security_log import Kind, record
from poster.reasons import Fact
from poster.reasons.rendering import sentence
from poster.web.operators import require_operator
from poster.web.post_only import post_only


class AppForm(forms.Form):
    """Id and secret. The secret goes in and never comes out again."""

    client_id = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    client_secret = forms.CharField(
        required=False,
        max_length=500,
        label=_("Secret"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept sealed, and never shown again. Leave it empty to keep the one that is there."),
    )

    def __init__(self, *args: Any, provider: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.provider = provider
        self.fields["client_id"].label = sentence(PROVIDERS[provider].about.guide.id_name, {})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("client_secret") and not ProviderApp.objects.filter(provider=self.provider).exists():
            self.add_error("client_secret", gettext("Paste the secret that the provider shows beside the id."))
        return data


@require_http_methods(["GET", "POST"])
@fresh
def setup(request: HttpRequest, provider: str) -> HttpResponse:
    """What to do at the provider, and the place for id and secret."""
    _operator_only(request, provider)
    standing = setup_guides.standing(provider)
    initial = {"client_id": standing.client_id if standing.source == "dashboard" else ""}
    form = AppForm(request.POST or None, provider=provider, initial=initial)
    if request.method == "POST" and form.is_valid():
        setup_guides.keep(provider, form.cleaned_data["client_id"], form.cleaned_data["client_secret"])
        _log(request, AppKept(provider=standing.label))
        messages.success(
            request, gettext("Kept. Check now whether %(provider)s knows it.") % {"provider": standing.label}
        )
        return redirect("provider_setup", provider=provider)
    words = PROVIDERS[provider].words
    context = {
        **admin.site.each_context(request),
        "title": gettext("Set up %(provider)s") % {"provider": standing.label},
        "provider": provider,
        "standing": standing,
        "guide": setup_guides.guide(provider),
        "variable": setting(provider),
        "form": form,
        "addresses": setup_guides.addresses(provider),
        "obstacles": setup_guides.obstacles(provider),
        "scopes": [(scope, sentence(words[scope], {})) for scope in PROVIDERS[provider].scopes],
    }
    status = 400 if form.errors else 200
    return TemplateResponse(request, "admin/accounts/providerapp/setup.html", context, status=status)


@post_only("provider_setup", "provider")
@fresh
def check(request: HttpRequest, provider: str) -> HttpResponse:
    """Ask the provider now."""
    _operator_only(request, provider)
    try:
        messages.success(request, setup_guides.check(provider))
    except OutsideError as error:
        messages.error(request, setup_guides.sentence_of(error, provider))
    return redirect("provider_setup", provider=provider)


@post_only("provider_setup", "provider")
@fresh
def remove(request: HttpRequest, provider: str) -> HttpResponse:
    """Take id and secret away that were put down here."""
    _operator_only(request, provider)
    if ProviderApp.objects.filter(provider=provider).delete()[0]:
        _log(request, AppTakenOut(provider=PROVIDERS.label(provider)))
        said = gettext("Removed. Accounts that were connected through it cannot be renewed any more.")
        messages.success(request, said)
    return redirect("provider_setup", provider=provider)


def _operator_only(request: HttpRequest, provider: str) -> None:
    require_operator(request)
    if provider not in PROVIDERS:
        raise Http404


def _log(request: HttpRequest, fact: Fact) -> None:
    record(Kind.OPERATION, fact, person=request.user.pk, request=request)
