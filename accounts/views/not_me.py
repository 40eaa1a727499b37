"""The page behind "That was not me": one button. It needs no session and makes none."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.sign_in import not_me as alarms
from poster.permissions import NotPossible
from poster.web import mailed_links

PAGE = "account/not_me.html"


@csrf_exempt  # whoever holds the link may do this one thing; there is no session that somebody else could use
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """A GET asks, and changes nothing: scanners of mails open every link."""
    if held_off := ratelimit.consume_or_429(request, action="mailed_link"):
        return held_off  # type: ignore[no-any-return]
    try:
        alarm = alarms.opened(token)
        done = request.method == "POST"
        if done:
            alarm = alarms.shut(alarm, request)
    except NotPossible as error:
        return mailed_links.page(request, PAGE, {"problem": str(error)})
    return mailed_links.page(request, PAGE, {"alarm": alarm, "done": done})
