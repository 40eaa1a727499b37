"""People and accounts in the dashboard."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django_q.models import Failure, OrmQ, Schedule, Success

from accounts.connecting import connect, disconnect
from accounts.forms import ChannelForm, ConnectForm, NewPersonForm, PersonForm, ProviderAppForm
from accounts.models import Channel, Credential, ProviderApp, User
from poster.asking import NotPossible
from poster.dashboard import showing
from poster.dashboard.owning import OperatorAdmin, OwnedAdmin, StageFilter, bounded
from poster.dashboard.verbs import verb
from poster.errors import OutsideError

# What other packages put into the admin. People are our own page, groups and permissions are not used, and the queue
# has a page where nothing can be changed.
FOREIGN: tuple[type[Model], ...] = (Group, EmailAddress, Schedule, Success, Failure, OrmQ)
for model in FOREIGN:
    if admin.site.is_registered(model):
        admin.site.unregister(model)


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


@admin.register(Channel)
class ChannelAdmin(OwnedAdmin):
    """Places we may publish to."""

    one, many = "social account", "social accounts"
    lead = "Pages and profiles that your posts can go to. They come with the login that you connect."
    empty = (
        "No social account yet",
        "Connect Facebook, Instagram or Threads, and the pages and profiles that the login opens appear here.",
    )
    may_change = True
    form = ChannelForm
    list_display = ("title", "where", "status", "buttons_here")
    list_filter = ("state",)
    search_fields = ("name", "handle")
    search_help_text = "Search accounts"
    fetched_with = ("credential",)
    change_list_template = "admin/accounts/channel/change_list.html"

    def waiting(self, request: HttpRequest) -> tuple[int, str]:
        rows = Channel.objects.filter(owner_id=request.user.pk, state=Channel.State.BLOCKED)
        return bounded(rows), "bad"

    @admin.display(description="name", ordering="name")
    def title(self, channel: Channel) -> SafeString:
        return showing.two_lines(channel.name, channel.problem)

    @admin.display(description="account", ordering="platform")
    def where(self, channel: Channel) -> SafeString:
        practice = " (practice)" if channel.practice else ""
        return showing.tag(channel.platform, f"{channel.handle or channel.platform.title()}{practice}")

    @admin.display(description="state", ordering="state")
    def status(self, channel: Channel) -> SafeString:
        return showing.badge(channel.state, channel.get_state_display())

    @admin.display(description="")
    def buttons_here(self, channel: Channel) -> SafeString:
        return showing.row_button(self.buttons(channel))

    @verb("Switch off", icon="pause", when=lambda channel: channel.state == Channel.State.ACTIVE, bulk=True)
    def switch_off(self, request: HttpRequest, channel: Channel) -> str:
        """Nothing is posted here until it is switched on."""
        if not Channel.objects.filter(pk=channel.pk, state=Channel.State.ACTIVE).update(state=Channel.State.OFF):
            raise NotPossible(f"{channel.name} is not on.")
        return f"{channel.name} is switched off: new posts do not go there."

    @verb("Switch on", icon="play", look="primary", when=lambda channel: channel.state == Channel.State.OFF, bulk=True)
    def switch_on(self, request: HttpRequest, channel: Channel) -> str:
        """Posts go there again; what a lost login still blocks stays blocked."""
        lost = channel.credential.state == Credential.State.BLOCKED
        state = Channel.State.BLOCKED if lost else Channel.State.ACTIVE
        if not Channel.objects.filter(pk=channel.pk, state=Channel.State.OFF).update(state=state):
            raise NotPossible(f"{channel.name} is not switched off.")
        return f"{channel.name} needs its login connected again." if lost else f"{channel.name} is on."

    def get_fieldsets(self, request: HttpRequest, obj: Channel | None = None) -> Any:  # noqa: ANN401
        return [
            (None, {"fields": ("where", "status", "login")}),
            ("Pace and care", {"fields": ("spacing", "never_resend")}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Channel | None = None) -> Any:  # noqa: ANN401
        return ("where", "status", "login")

    @admin.display(description="opened by")
    def login(self, channel: Channel) -> str:
        return str(channel.credential)


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
        disconnect(login)
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
