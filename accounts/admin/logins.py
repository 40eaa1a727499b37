"""The logins that people gave us, and the apps that they are opened through."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.connections import login_doubts
from accounts.connections.authorization import spoken
from accounts.connections.disconnection import disconnect, forget
from accounts.connections.expiry import ending, soon
from accounts.connections.grants import connect
from accounts.connections.setup_guides import standing
from accounts.forms import ConnectForm
from accounts.models import Credential, ProviderApp
from accounts.providers import PROVIDERS, for_sources
from poster.dashboard import display
from poster.dashboard.scoping import OperatorAdmin, OwnedAdmin
from poster.dashboard.verbs import Button, verb
from poster.errors import OutsideError
from poster.permissions import NotPossible, in_dashboard
from poster.reasons.rendering import sentence as put_into_words
from poster.web.reauth import require_fresh


@admin.register(ProviderApp)
class ProviderAppAdmin(OperatorAdmin):
    """The operator's own apps at Meta and Google."""

    one, many = _("provider app"), _("provider apps")
    lead = _("Your own app at each provider, unless it is set in the environment. Its secret is kept sealed.")
    empty = (
        _("No provider app yet"),
        _("Where none is set up, people can connect only with tokens that they have from elsewhere."),
    )
    fields = list_display = ("provider", "client_id")
    change_list_template = "admin/accounts/providerapp/change_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every provider, set up or not; what was put down here below."""
        standings = [standing(provider) for provider in PROVIDERS]
        return super().changelist_view(request, {"standings": standings, **(extra_context or {})})


@admin.register(Credential)
class CredentialAdmin(OwnedAdmin):
    """Logins that people gave us. What is in them is never shown."""

    one, many = _("login"), _("logins")
    lead = _("Logins that you gave this install. Tokens are kept sealed and never shown.")
    empty = (_("No account connected yet"), _("Connect Google Drive to watch its folders, or Meta to publish."))
    may_add = True
    list_display = ("title", "provider_name", "status", "lasts", "buttons_here")
    list_filter = ("state", "provider")
    search_fields = ("name", "remote_id")
    search_help_text = _("Search logins")
    fields = ("title", "provider_name", "status", "notes", "places", "allowed", "lasts", "refreshed")
    readonly_fields = fields
    change_list_template = "admin/accounts/credential/change_list.html"

    def wanting(self, person: Any) -> QuerySet[Credential]:  # noqa: ANN401 - whoever is signed in
        """Of Drive; the others show where their channels are."""
        closed = Q(state=Credential.State.BLOCKED) | Q(pk__in=ending().values("pk"))
        return Credential.objects.filter(closed, owner_id=person.pk, provider__in=for_sources())

    def tone(self, rows: QuerySet[Any]) -> str:
        return "bad" if rows.filter(state=Credential.State.BLOCKED).exists() else "wait"

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Connect with tokens; what the provider says about them is shown at the form."""
        require_fresh(request)
        first = next(name for name in PROVIDERS if PROVIDERS[name].for_posting)
        wished = {"provider": request.GET.get("provider", first)}
        form = ConnectForm(request.POST or None, initial=wished, label_suffix="")
        if request.method == "POST" and form.is_valid():
            try:
                credential, channels = connect(
                    request.user,  # type: ignore[arg-type]
                    form.cleaned_data["provider"],
                    form.grant(),
                    practice=settings.PRACTICE,
                    request=request,
                )
            except (OutsideError, NotPossible) as error:
                form.add_error(None, str(error))
            else:
                sentence = _connected(credential, len(channels))
                self.log_addition(request, credential, sentence)
                messages.success(request, sentence)
                return redirect(
                    "admin:accounts_channel_changelist" if channels else "admin:accounts_credential_changelist"
                )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": gettext("Connect an account"),
        }
        return TemplateResponse(request, "admin/accounts/credential/connect.html", context)

    @verb(_("Try now"), icon="refresh", when=lambda login: bool(_doubt(login)))
    def try_now(self, request: HttpRequest, login: Credential) -> str:
        """It was refused now and then; its owner does not want to wait for the next try."""
        login_doubts.try_now(login, by=in_dashboard(request))
        return gettext("%(login)s is tried now. When it is accepted, what waits for it follows.") % {"login": login}

    @verb(
        _("Disconnect"),
        icon="plug",
        look="danger",
        fresh=True,
        when=lambda login: login.state == Credential.State.ACTIVE,
        ask=_(
            "Its tokens are deleted here, and the permission is given back at the provider where it takes it. Nothing "
            "is looked for or posted through it any more. Its name, your sources and the history of your posts stay."
        ),
    )
    def disconnect(self, request: HttpRequest, login: Credential) -> str:
        """Give the permission back and forget the tokens; the history stays."""
        return disconnect(login, by=in_dashboard(request), request=request)

    @verb(
        _("Forget this account"),
        icon="trash",
        look="danger",
        fresh=True,
        when=lambda login: login.state == Credential.State.BLOCKED,
        ask=_(
            "The login and the accounts that it opened are deleted here, with their names and ids. What was posted "
            "stays in the history of your posts."
        ),
    )
    def forget(self, request: HttpRequest, login: Credential) -> str:
        """Delete what came from the provider."""
        return forget(login, by=in_dashboard(request), request=request)

    def _back(self, request: HttpRequest, row: Model) -> str:
        """A forgotten login has no page to go back to."""
        here = Credential.objects.filter(pk=row.pk).exists()
        return super()._back(request, row) if here else reverse("admin:accounts_credential_changelist")

    def buttons(self, row: Model) -> list[Button]:
        """To connect it again is a way out of the dashboard, so it has a page of its own."""
        again = Button(
            name="again",
            url=reverse("connect_again", args=[row.pk]),
            key=f"again-{row.pk}",
            label=gettext("Connect again"),
            look="primary" if _needed(row) else "",
            icon="refresh",
            ask="",
        )
        return [again, *super().buttons(row)]

    def get_changelist_instance(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's ChangeList
        listed = super().get_changelist_instance(request)
        login_doubts.look_up(listed.result_list)
        return listed

    @admin.display(description=_("account"), ordering="name")
    def title(self, login: Credential) -> SafeString:
        return display.two_lines(login.name or login.remote_id, login.problem or _doubt(login))

    @admin.display(description=pgettext_lazy("a provider", "at"), ordering="provider")
    def provider_name(self, login: Credential) -> SafeString:
        name = login.get_provider_display()
        return display.tag(login.provider, gettext("%(name)s (practice)") % {"name": name} if login.practice else name)

    @admin.display(description=_("state"), ordering="state")
    def status(self, login: Credential) -> SafeString:
        if login.state == Credential.State.ACTIVE and _doubt(login):
            return display.badge("checking", gettext("in doubt"))
        return display.badge(login.state, login.get_state_display())

    @admin.display(description=_("what it waits for"))
    def notes(self, login: Credential) -> str:
        return " ".join(filter(None, [login.problem, _doubt(login)])) or gettext("nothing")

    @admin.display(description=_("lasts"), ordering="ends_at")
    def lasts(self, login: Credential) -> SafeString | str:
        if login.state == Credential.State.BLOCKED:
            return ""
        if soon(login) and login.ends_at:
            return display.badge("held", gettext("ends %(when)s") % {"when": display.said(login.ends_at)})
        renews = login.ends_at is None or PROVIDERS[login.provider].renews
        if renews:
            return gettext("renews by itself")
        return format_html(gettext("until {when}"), when=display.moment(login.ends_at))

    @admin.display(description=_("allowed"))
    def allowed(self, login: Credential) -> SafeString | str:
        words = spoken(login.provider, login.scopes) if login.provider in PROVIDERS else login.scopes
        return format_html_join("", "<div>{}</div>", ((line,) for line in words)) or gettext("not told")

    @admin.display(description=_("last renewed"))
    def refreshed(self, login: Credential) -> str:
        return display.moment(login.refreshed_at)

    @admin.display(description=_("opens"))
    def places(self, login: Credential) -> SafeString | str:
        if login.provider in for_sources():
            return put_into_words(PROVIDERS[login.provider].about.opens_briefly, {})
        shown = ((display.tag(channel.platform, channel.name),) for channel in login.channels.all()[:50])
        return format_html('<span class="tags">{}</span>', format_html_join("", "{}", shown))

    @admin.display(description="")
    def buttons_here(self, login: Credential) -> SafeString | str:
        return display.row_button(self.buttons(login)) if _needed(login) else ""


def _connected(login: Credential, places: int) -> str:
    told = ngettext(
        "Connected %(login)s. It opens %(places)d place to post to.",
        "Connected %(login)s. It opens %(places)d places to post to.",
        places,
    )
    return told % {"login": login, "places": places}


def _needed(login: Any) -> bool:  # noqa: ANN401 - the admin hands over rows of any model
    """Whether its owner should connect it again."""
    return login.state == Credential.State.BLOCKED or soon(login) or bool(_doubt(login))


def _doubt(login: Any) -> str:  # noqa: ANN401 - the admin hands over rows of any model
    """What makes it, or a place that it opened, doubtful at the moment."""
    about = login_doubts.doubt_about(login)
    return about.sentence if about else ""
