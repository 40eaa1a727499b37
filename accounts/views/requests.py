"""Asking about one's data, with or without an account; and what became of it."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.data_rights import data_requests
from accounts.data_rights.data_requests import Kind
from accounts.models import Request
from poster.web import languages
from poster.web.public import page

ASKED_HERE = [choice for choice in Kind.choices if choice[0] != Kind.PLATFORM]
OPEN_ANSWERS = (Kind.ERASURE, Kind.PLATFORM)  # written by the machine, without anything about the person


class RequestForm(forms.Form):
    """What is asked, and where the answer goes."""

    kind = forms.ChoiceField(label=_("I want to"), choices=ASKED_HERE)
    email = forms.EmailField(
        label=_("Your e-mail"), help_text=_("The answer goes there. Use the address of your account.")
    )
    words = forms.CharField(
        label=_("What it is about"),
        max_length=5000,
        required=False,
        widget=forms.Textarea,
        help_text=_("Optional."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def data_request(request: HttpRequest) -> HttpResponse:
    """The form. It tells nobody whether there is an account: each request just gets a code."""
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        held_off = ratelimit.consume_or_429(request, action="data_request")
        if held_off:
            return held_off  # type: ignore[no-any-return]
        asked = form.cleaned_data
        made = data_requests.ask(asked["kind"], email=asked["email"], words=asked["words"])
        return redirect(languages.address(request, "request_status", code=made.code))
    return page(request, "data_request", form=form)


@never_cache
@login_not_required
@require_safe
def request_status(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt: kind, times and state. Nothing about the person, for whoever has the code may look."""
    asked = get_object_or_404(Request, code=code.upper())
    answer = asked.told if asked.kind in OPEN_ANSWERS and asked.answered_at else ""
    going = asked.begun_at is not None
    facts = {"asked": asked, "answer": answer, "going": going, "days": data_requests.days_left(asked)}
    return page(request, "request_status", **facts)
