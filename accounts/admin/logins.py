"""The logins that people gave us, and the apps that they are opened through."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from accounts.connecting import connect, disconnect
from accounts.forms import ConnectForm, ProviderAppForm
from accounts.models import Credential, ProviderApp
from poster.asking import NotPossible
from poster.dashboard import showing
from poster.dashboard.owning import OperatorAdmin, OwnedAdmin, bounded
from poster.dashboard.verbs import verb
from poster.errors import OutsideError


@admin.register(ProviderApp)
class ProviderAppAdmin(OperatorAdmin):
    """The operator's own apps at Meta and Google."""

    lead = "Your own app at each provider, unless it is set in the environment. Its secret is kept sealed."
    empty = (
        "No provider app yet",
        "Without one, people connect with tokens. Make an app at the provider and put its id and secret here.",
    )
    may_add = may_change = may_delete = True
    form = ProviderAppForm  # type: ignore[assignment]
    list_display = ("provider", "client_id")
    farewell = "Accounts that were connected through it cannot be renewed any more."


@admin.register(Credential)
class CredentialAdmin(OwnedAdmin):
    """Logins that people gave us. What is in them is never shown."""

    one, many = "login", "logins"
    lead = "Logins that you gave this install. Tokens are kept sealed and never shown."
    empty = ("No account connected yet", "Connect Google Drive to watch its folders, or Meta to publish.")
    may_add = True
    list_display = ("title", "provider_name", "status", "expires", "buttons_here")
    list_filter = ("state", "provider")
    search_fields = ("name", "remote_id")
    search_help_text = "Search logins"
    fields = ("title", "provider_name", "status", "places", "expires", "refreshed")
    readonly_fields = fields
    change_list_template = "admin/accounts/credential/change_list.html"

    def waiting(self, request: HttpRequest) -> tuple[int, str]:
        rows = Credential.objects.filter(owner_id=request.user.pk, provider="google", state=Credential.State.BLOCKED)
        return bounded(rows), "bad"

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Connect with tokens; what the provider says about them is shown at the form."""
        wished = {"provider": request.GET.get("provider", "facebook")}
        form = ConnectForm(request.POST or None, initial=wished, label_suffix="")
        if request.method == "POST" and form.is_valid():
            try:
                credential, channels = connect(request.user, form.cleaned_data["provider"], form.grant())  # type: ignore[arg-type]
            except (OutsideError, NotPossible) as error:
                form.add_error(None, str(error))
            else:
                sentence = f"Connected {credential}. It opens {len(channels)} places to post to."
                self.log_addition(request, credential, sentence)
                messages.success(request, sentence)
                return redirect(
                    "admin:accounts_channel_changelist" if channels else "admin:accounts_credential_changelist"
                )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": "Connect an account",
        }
        return TemplateResponse(request, "admin/accounts/credential/connect.html", context)

    @verb(
        "Disconnect",
        icon="plug",
        look="danger",
        when=lambda login: login.state == Credential.State.ACTIVE,
        ask="Its tokens are deleted here. Nothing is looked for or posted through it until it is connected again.",
    )
    def disconnect(self, request: HttpRequest, login: Credential) -> str:
        """Forget the tokens; the history stays."""
        disconnect(login, by=request.user)  # type: ignore[arg-type]
        return f"{login} is disconnected."

    @admin.display(description="account", ordering="name")
    def title(self, login: Credential) -> SafeString:
        return showing.two_lines(login.name or login.remote_id, login.problem)

    @admin.display(description="at", ordering="provider")
    def provider_name(self, login: Credential) -> SafeString:
        shape = "drive" if login.provider == "google" else login.provider
        practice = " (practice)" if login.practice else ""
        return showing.tag(shape, f"{login.get_provider_display()}{practice}")

    @admin.display(description="state", ordering="state")
    def status(self, login: Credential) -> SafeString:
        return showing.badge(login.state, login.get_state_display())

    @admin.display(description="renews before", ordering="expires_at")
    def expires(self, login: Credential) -> str:
        return showing.moment(login.expires_at) or "does not run out"

    @admin.display(description="last renewed")
    def refreshed(self, login: Credential) -> str:
        return showing.moment(login.refreshed_at)

    @admin.display(description="opens")
    def places(self, login: Credential) -> SafeString | str:
        return (
            showing.tags((channel.platform, channel.name) for channel in login.channels.all()[:50]) or "Drive folders"
        )

    @admin.display(description="")
    def buttons_here(self, login: Credential) -> SafeString:
        return showing.row_button(self.buttons(login))
