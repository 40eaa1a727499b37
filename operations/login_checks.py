"""For the doctor: is every login accepted, and for how long?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.connections import login_doubts
from accounts.connections.provider_apps import app_of
from accounts.connections.token_refresh import grant_of, opened
from accounts.models import Channel, Credential
from accounts.providers import PROVIDERS
from accounts.reasons.logins import NotAccepted
from operations import practice_setup
from poster.errors import Refused, Unavailable

SOON = dt.timedelta(days=7)
Look = tuple[str, str, str]


def looks(*, offline: bool) -> Iterator[Look]:
    """(name, level, sentence) of each login, and of each place that is refused by itself.

    What is in doubt is not asked. In practice, and asked from another process than the one that practises (the doctor
    of the terminal), nobody is: only that process knows where the sandbox is.
    """
    doubts = {doubt.login.pk: doubt for doubt in login_doubts.doubts()}
    practises = settings.PRACTICE or practice_setup.wanted()
    for place in Channel.objects.filter(state=Channel.State.BLOCKED, reason_code=NotAccepted.code):
        yield _channel(place), "problem", place.problem
    for login in Credential.objects.select_related("owner"):
        name = _("account %(name)s (%(provider)s)") % {
            "name": login.name or login.remote_id,
            "provider": login.provider,
        }
        if login.state == Credential.State.BLOCKED:
            yield name, "problem", login.problem or _("Connect it again.")
        elif login.practice != practises:
            yield name, "ok", _("It rests: practice and real accounts are never used together.")
        elif doubt := doubts.get(login.pk):
            yield name, "warning", doubt.sentence
        else:
            elsewhere = login.practice != settings.PRACTICE
            yield _ends_soon(name, login) if offline or elsewhere else _asked(name, login)


def _channel(place: Channel) -> str:
    return _("channel %(name)s (%(platform)s)") % {"name": place.name, "platform": place.platform}


def _asked(name: str, login: Credential) -> Look:
    try:
        PROVIDERS[login.provider]().identify(grant_of(login), app_of(login.provider))
    except Unavailable as error:
        return name, "warning", _("Could not be asked: %(problem)s") % {"problem": error.sentence}
    except Refused as error:
        return name, "problem", error.sentence
    return _ends_soon(name, login)


def _ends_soon(name: str, login: Credential) -> Look:
    if login.problem:
        return name, "warning", login.problem
    try:
        grant = opened(login)
    except Refused as error:  # the keys at hand do not open it
        return name, "problem", error.sentence
    renews = PROVIDERS[login.provider].renew_ahead > SOON or bool(grant.refresh_token)
    if login.expires_at and not renews and login.ends_within(SOON):
        ends = _("Ends on %(when)s. Connect it again before.") % {"when": date_format(login.expires_at, "d F")}
        return name, "warning", ends
    if login.expires_at is None:
        return name, "ok", _("Accepted.")
    return name, "ok", _("Accepted until %(when)s UTC.") % {"when": date_format(login.expires_at, "d F Y H:i")}
