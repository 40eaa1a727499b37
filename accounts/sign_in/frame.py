"""allauth's pages for people who are signed in stand in the frame of the dashboard."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest

from accounts.mailer import has_server
from accounts.sign_in.google_sign_in import is_configured

PLACES = ("/accounts/", "/join/", "/not-me/", "/mails/")


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the pages at the door say about this install; and the menu, where somebody is signed in."""
    if not request.path_info.startswith(PLACES):
        return {}
    door = {"has_mail_server": has_server(), "google_sign_in": is_configured(), "sign_up": settings.SIGN_UP}
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return door
    return {**admin.site.each_context(request), **door}
