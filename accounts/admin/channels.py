"""The places that people may publish to."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.connections import suspensions
from accounts.connections.expiry import ending
from accounts.connections.grants import release
from accounts.connections.token_refresh import scopes_of_place
from accounts.forms import ChannelForm
from accounts.models import Channel, Credential
from accounts.reason_columns import because
from accounts.reasons.login_events import PlaceReleased
from accounts.reasons.logins import LoginNotAccepted
from accounts.reasons.people import ChannelNotOff, ChannelNotOn
from poster.dashboard import display
from poster.dashboard.scoping import OwnedAdmin
from poster.dashboard.verbs import Button, verb
from poster.ledger.security_log import Kind, record
from poster.permissions import NotPossible, in_dashboard
from poster.work import cooldowns


@admin.register(Channel)
class ChannelAdmin(OwnedAdmin):
    """Places we may publish to."""

    one, many = _("social account"), _("social accounts")
    lead = _("Pages and profiles that your posts can go to. They come with the login that you connect.")
    empty = (
        _("No social account yet"),
        _("Connect an account, and the pages and profiles that its login opens appear here."),
    )
    may_change = True
    form = ChannelForm
    list_display = ("title", "where", "status", "buttons_here")
    list_filter = ("state",)
    search_fields = ("name", "handle")
    search_help_text = _("Search accounts")
    fetched_with = ("credential",)
    change_list_template = "admin/accounts/channel/change_list.html"

    def wanting(self, person: Any) -> QuerySet[Channel]:  # noqa: ANN401 - whoever is signed in
        """What is blocked, or will be when its login ends."""
        closed = Q(state=Channel.State.BLOCKED) | Q(credential__in=ending().values("pk"))
        return Channel.objects.filter(closed, owner_id=person.pk)

    def tone(self, rows: QuerySet[Any]) -> str:
        return "bad" if rows.filter(state=Channel.State.BLOCKED).exists() else "wait"

    def get_changelist_instance(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's ChangeList
        listed = super().get_changelist_instance(request)
        suspensions.look_up(listed.result_list)
        return listed

    @admin.display(description=_("name"), ordering="name")
    def title(self, channel: Channel) -> SafeString:
        return display.two_lines(channel.name, channel.problem or suspensions.why(channel))

    @admin.display(description=_("account"), ordering="platform")
    def where(self, channel: Channel) -> SafeString:
        name = channel.handle or channel.platform.title()
        return display.tag(
            channel.platform, gettext("%(name)s (practice)") % {"name": name} if channel.practice else name
        )

    @admin.display(description=_("state"), ordering="state")
    def status(self, channel: Channel) -> SafeString:
        if channel.state == Channel.State.ACTIVE and suspensions.keeps(channel):
            return display.badge("checking", gettext("waits"))
        return display.badge(channel.state, channel.get_state_display())

    @admin.display(description="")
    def buttons_here(self, channel: Channel) -> SafeString:
        return display.row_button(self.buttons(channel))

    def buttons(self, row: Any) -> list[Button]:  # noqa: ANN401 - the admin hands over rows of any model
        """A blocked place is opened by its login."""
        verbs = super().buttons(row)
        if row.state != Channel.State.BLOCKED:
            return verbs
        where = reverse("connect_again", args=[row.credential_id])
        return [Button("again", where, f"again-{row.pk}", gettext("Connect again"), "primary", "refresh", ""), *verbs]

    @verb(_("Try now"), icon="refresh", when=lambda channel: suspensions.keeps(channel) is not None)
    def try_now(self, request: HttpRequest, channel: Channel) -> str:
        """They refused everything for a while, or its login now and then; its owner has put it right there."""
        suspensions.try_now(channel, by=in_dashboard(request))
        told = gettext("One post to %(name)s is tried now. When it goes out, the others follow.")
        return told % {"name": channel.name}

    @verb(_("Switch off"), icon="pause", when=lambda channel: channel.state == Channel.State.ACTIVE, bulk=True)
    def switch_off(self, request: HttpRequest, channel: Channel) -> str:
        """Nothing is posted here until it is switched on."""
        if not Channel.objects.filter(pk=channel.pk, state=Channel.State.ACTIVE).update(state=Channel.State.OFF):
            raise NotPossible(ChannelNotOn(name=channel.name))
        return gettext("%(name)s is switched off: new posts do not go there.") % {"name": channel.name}

    @verb(
        _("Switch on"), icon="play", look="primary", when=lambda channel: channel.state == Channel.State.OFF, bulk=True
    )
    def switch_on(self, request: HttpRequest, channel: Channel) -> str:
        """Posts go there again; what a lost login still blocks stays blocked."""
        lost = channel.credential.state == Credential.State.BLOCKED and not channel.has_own_token
        blocked = {"state": Channel.State.BLOCKED, **because(LoginNotAccepted())}
        columns = blocked if lost else {"state": Channel.State.ACTIVE}
        if not Channel.objects.filter(pk=channel.pk, state=Channel.State.OFF).update(**columns):
            raise NotPossible(ChannelNotOff(name=channel.name))
        told = gettext("%(name)s needs its login connected again.") if lost else gettext("%(name)s is on.")
        return told % {"name": channel.name}

    @verb(
        _("Release"),
        icon="plug",
        look="danger",
        fresh=True,
        when=lambda channel: channel.state == Channel.State.BLOCKED and not channel.released,
        ask=_(
            "Another person on this install may connect it then. What waits for it here goes on only after it is "
            "connected here again. The history of posts stays."
        ),
    )
    def release(self, request: HttpRequest, channel: Channel) -> str:
        """Its owner, or the operator for somebody who cannot be reached, lets it go."""
        release(channel, by=in_dashboard(request))
        record(Kind.DISCONNECT, PlaceReleased(place=str(channel)), person=channel.owner_id, request=request)
        told = gettext("%(name)s is released: another person on this install can connect it.")
        return told % {"name": channel.name}

    def get_fieldsets(self, request: HttpRequest, obj: Channel | None = None) -> Any:  # noqa: ANN401
        return [
            (None, {"fields": ("where", "status", "notes", "login")}),
            (
                _("Pace and care"),
                {"fields": ("spacing", "most_per_day", ("quiet_from", "quiet_until"), "never_resend")},
            ),
            (_("Labels"), {"fields": ("always_ai", "always_adult")}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Channel | None = None) -> Any:  # noqa: ANN401
        return ("where", "status", "notes", "login")

    @admin.display(description=_("what it waits for"))
    def notes(self, channel: Channel) -> str:
        until = cooldowns.resting_until(scopes_of_place(channel).keys())
        asked = str(cooldowns.told(until)) if until else ""
        return " ".join(filter(None, [channel.problem, suspensions.why(channel), asked])) or gettext("nothing")

    @admin.display(description=_("opened by"))
    def login(self, channel: Channel) -> str:
        return str(channel.credential)
