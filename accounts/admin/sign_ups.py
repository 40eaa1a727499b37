"""Who asks for an account, for the operator: a yes is an invitation."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SignUp
from accounts.sign_in import sign_ups
from poster.dashboard import display
from poster.dashboard.scoping import OperatorAdmin
from poster.dashboard.verbs import verb
from poster.permissions import in_dashboard


@admin.register(SignUp)
class SignUpAdmin(OperatorAdmin):
    """Wishes that nobody has answered yet."""

    one, many = _("wish for an account"), _("wishes for an account")
    lead = _("Who asks for an account here. Invite them, and a link is mailed; refuse, and they are told so.")
    empty = (
        _("Nobody waits"),
        _("Where SIGN_UP is “request”, who wants an account asks on the sign-in page, and waits here for your answer."),
    )
    list_display = ("who", "created", "buttons_here")
    search_fields = ("email",)
    search_help_text = _("Search by e-mail")
    fields = readonly_fields = ("email", "words", "created")

    def wanting(self, person: Any) -> QuerySet[SignUp] | None:  # noqa: ANN401 - whoever is signed in
        return SignUp.objects.filter(is_for_operator=True) if getattr(person, "is_superuser", False) else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[SignUp]:
        """Those that the round has looked at: who has an account already is none of them."""
        return super().get_queryset(request).filter(is_for_operator=True)

    @verb(_("Invite"), icon="check", look="primary", bulk=True, fresh=True, many=_("{count} people are invited."))
    def invite(self, request: HttpRequest, wish: SignUp) -> str:
        """Mail them a link that makes an account."""
        made = sign_ups.accept(wish, by=in_dashboard(request))
        return gettext("%(email)s is invited.") % {"email": made.email}

    @verb(_("Refuse"), icon="cross", look="danger", bulk=True, many=_("{count} people are refused."))
    def say_no(self, request: HttpRequest, wish: SignUp) -> str:
        """Tell them so. What they wrote goes."""
        sign_ups.refuse(wish, by=in_dashboard(request))
        return gettext("%(email)s is refused, and told so by mail.") % {"email": wish.email}

    @admin.display(description=_("who"), ordering="email")
    def who(self, wish: SignUp) -> SafeString:
        return display.two_lines(wish.email, wish.words[:120])

    @admin.display(description=_("asked"), ordering="created_at")
    def created(self, wish: SignUp) -> str:
        return display.moment(wish.created_at)

    @admin.display(description="")
    def buttons_here(self, wish: SignUp) -> SafeString:
        return display.row_button(self.buttons(wish))
