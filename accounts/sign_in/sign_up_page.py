"""The page "Sign up": by invitation it says so; else it asks for an address, and why."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.sign_in import sign_ups
from poster.permissions import NotPossible

CLOSED, PAGE = "account/signup_closed.html", "account/signup.html"


class SignUpForm(forms.Form):
    """Where the answer goes; and, where the operator decides, what they should know."""

    email = forms.EmailField(label=_("Your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    words = forms.CharField(
        label=_("Who you are, and what you would like to do here"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Optional. The operator reads it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if settings.SIGN_UP == sign_ups.OPEN:
            del self.fields["words"]


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """It says the same to everybody, whether there is an account with this address or not."""
    if request.user.is_authenticated:
        return redirect("admin:index")
    if not sign_ups.is_possible():
        return TemplateResponse(request, CLOSED)
    form, sent = SignUpForm(request.POST or None), False
    if request.method == "POST" and form.is_valid():
        try:
            sent = sign_ups.ask(request, **form.cleaned_data)
        except NotPossible as error:
            form.add_error(None, str(error))
        else:
            if not sent:
                return ratelimit.respond_429(request)  # type: ignore[no-any-return]
    return TemplateResponse(request, PAGE, {"form": form, "sent": sent})
