"""The page behind "No more mails like this": one button. It needs no session and makes none."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import mail_choices
from poster.permissions import NotPossible
from poster.web import mailed_links

PAGE = "account/mails_end.html"


@csrf_exempt  # whoever holds the link may end these mails, and mail programs do it by themselves (RFC 8058)
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """A GET asks, and changes nothing."""
    if held_off := ratelimit.consume_or_429(request, action="mailed_link"):
        return held_off  # type: ignore[no-any-return]
    try:
        person, kinds = mail_choices.opened(token)
    except NotPossible as error:
        return mailed_links.page(request, PAGE, {"problem": str(error)})
    if request.method == "POST":
        mail_choices.end(person, kinds)
    facts = {"kinds": [each.label for each in kinds], "there": mail_choices.get(person, kinds)}
    return mailed_links.page(request, PAGE, facts)
