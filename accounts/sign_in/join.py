"""Joining by invitation: the page behind the link."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import PasswordField
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.data_rights import agreements, documents
from accounts.models import Invitation, User
from accounts.sign_in import invitations
from poster.permissions import NotPossible


class JoinForm(forms.Form):
    """Who it is, a password, the age, and what is agreed to. The e-mail is the invited one and no other."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        required=False,
        help_text=_("Optional. The operators of this install see it too."),
    )
    password1 = PasswordField(label=_("Password"), autocomplete="new-password")
    password2 = PasswordField(label=_("Password, once more"), autocomplete="new-password")
    adult = forms.BooleanField()
    agreed = forms.BooleanField(
        label=_("I accept the terms and the privacy policy"),
        error_messages={"required": _("Without the terms and the privacy policy there is no account.")},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.email = email
        agreements.ask_age(self.fields["adult"])
        self.fields["password1"].help_text = password_validators_help_text_html()
        for name in ("password1", "password2"):
            self.fields[name].widget.attrs.pop("placeholder", None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", gettext("These are two different passwords."))
        elif first:
            self._check(first, data.get("name", ""))
        return data

    def _check(self, password: str, name: str) -> None:
        try:
            validate_password(password, User(email=self.email, name=name))
        except forms.ValidationError as error:
            self.add_error("password1", error)


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of an invitation."""
    invitation, verified = invitations.opened_by(token)
    return _page(request, invitation, verified=verified)


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def join_proved(request: HttpRequest) -> HttpResponse:
    """The same, for somebody whom Google has shown to be the invited one."""
    known = request.session.get(invitations.PROVED)
    invitation = Invitation.objects.filter(pk=known).first() if known else None
    return _page(request, invitations.open_for(invitation.email) if invitation else None, verified=True)


def _page(request: HttpRequest, invitation: Invitation | None, *, verified: bool) -> HttpResponse:
    held_off = ratelimit.consume_or_429(request, action="signup")
    if held_off:
        return held_off  # type: ignore[no-any-return]
    if invitation is None or request.user.is_authenticated:
        return render(request, "account/join_closed.html", {"invitation": invitation}, status=410)
    form = JoinForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            person = invitations.join(invitation, form.cleaned_data, request=request, verified=verified)
        except NotPossible as error:
            form.add_error(None, str(error))
        else:
            return _sign_in(request, person)
    facts = {"form": form, "invitation": invitation, "verified": verified, "documents": documents.current()}
    return TemplateResponse(request, "account/join.html", facts)


def _sign_in(request: HttpRequest, person: User) -> HttpResponse:
    """Through all the steps of a sign-in: an address that is not verified is asked for there."""
    request.session.pop(invitations.PROVED, None)
    record_authentication(request, person, method="password")
    return perform_login(request, person)  # type: ignore[no-any-return]
