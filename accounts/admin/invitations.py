"""Who may make an account here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.mailer import has_server
from accounts.models import Invitation
from accounts.reasons.events import MEMBER, OPERATOR, InvitationWithdrawn, Invited
from accounts.sign_in import invitations
from poster import clock
from poster.dashboard import display
from poster.dashboard.scoping import OperatorAdmin
from poster.dashboard.verbs import verb
from poster.ledger.security_log import Kind, record
from poster.permissions import NotPossible, in_dashboard
from poster.web.reauth import require_fresh


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    is_operator = forms.BooleanField(
        label=_("As an operator"),
        required=False,
        help_text=_("Operators see everything, and look after this install."),
    )


@admin.register(Invitation)
class InvitationAdmin(OperatorAdmin):
    """Invitations; the link of each is shown once."""

    one, many = _("invitation"), _("invitations")
    lead = _("An invitation opens one account, for one e-mail, once, for seven days.")
    empty = (
        _("Nobody is invited"),
        _("Invite somebody, and the link that makes an account is mailed and shown to you."),
    )
    may_add = True
    list_display = ("email", "standing", "role", "invited_by", "until", "buttons_here")
    search_fields = ("email",)
    search_help_text = _("Search invitations")
    fields = readonly_fields = ("email", "standing", "role", "invited_by", "until")
    fetched_with = ("invited_by",)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Invite, and show the link: it is kept nowhere."""
        self._operator(request)
        require_fresh(request)
        form, link = InviteForm(request.POST or None, label_suffix=""), ""
        if request.method == "POST" and form.is_valid():
            try:
                link = self._invite(request, **form.cleaned_data)
            except NotPossible as error:
                form.add_error("email", str(error))
        facts = {"form": form, "link": link, "title": gettext("Invite somebody"), "has_mail_server": has_server()}
        context = {**self.admin_site.each_context(request), "opts": self.opts, **facts}
        return TemplateResponse(request, "admin/accounts/invitation/invite.html", context)

    def _operator(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def _invite(self, request: HttpRequest, email: str, *, is_operator: bool) -> str:
        made, link = invitations.invite(email, by=in_dashboard(request), is_operator=is_operator)
        self.log_addition(request, made, "Invited.")
        role = OPERATOR if is_operator else MEMBER
        record(Kind.INVITATION, Invited(role=role), person=request.user.pk, request=request)
        messages.success(request, gettext("%(email)s is invited.") % {"email": made.email})
        return link

    @verb(
        _("Withdraw"),
        icon="cross",
        look="danger",
        when=lambda invitation: invitation.used_at is None,
    )
    def withdraw(self, request: HttpRequest, invitation: Invitation) -> str:
        """The link works no more; the same person can be invited again."""
        invitations.withdraw(invitation, by=in_dashboard(request))
        record(Kind.INVITATION, InvitationWithdrawn(), person=request.user.pk, request=request)
        return gettext("The invitation of %(email)s is withdrawn.") % {"email": invitation.email}

    @admin.display(description=_("state"))
    def standing(self, invitation: Invitation) -> SafeString:
        if invitation.used_at:
            return display.badge("ready", gettext("joined"))
        if invitation.expires_at < clock.now():
            return display.badge("off", gettext("run out"))
        return display.badge("queued", pgettext("of an invitation", "open"))

    @admin.display(description=_("role"))
    def role(self, invitation: Invitation) -> SafeString:
        if invitation.is_operator:
            return display.tag("apps", gettext("operator"))
        return display.tag("people", gettext("member"))

    @admin.display(description=_("valid until"), ordering="expires_at")
    def until(self, invitation: Invitation) -> str:
        return display.moment(invitation.expires_at)

    @admin.display(description="")
    def buttons_here(self, invitation: Invitation) -> SafeString:
        return display.row_button(self.buttons(invitation))
