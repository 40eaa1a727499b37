"""After an answer "unauthorized": is it certain that only a person can help, or is it worth trying again?

A refusal is their word about one call. It is certain when the one who gives the tokens says so as well, and otherwise
when it lasts: see `accounts.connections.login_doubts`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from uuid import UUID

from accounts.connections import blocks, login_doubts
from accounts.connections.token_refresh import check_place, opened, refresh
from accounts.models import Channel, Credential
from poster import clock
from poster.errors import OutsideError, Unauthorized
from poster.secrets.keyring import Undecryptable

JUST_NOW = dt.timedelta(minutes=2)  # a login renewed so lately is not renewed again when it is refused


def refused(channel: Channel, error: Unauthorized, holder: UUID) -> bool:
    """They do not accept what the post `holder` is posted with. Whether it is blocked now; else it is tried again."""
    if not _is_still_posted_with(channel):
        return False
    if channel.lacks_token:  # nobody refused anything: it was not asked
        certain = True
        blocks.block_without_token(channel)
    elif channel.has_own_token:
        certain = not _has_second_chance(channel, holder)
        if certain:
            blocks.block_place(channel, error.reason)
    else:
        certain = not second_chance(channel.credential, holder)
        if certain:
            blocks.block(channel.credential, error.reason)
    return certain


def _is_still_posted_with(channel: Channel) -> bool:
    """Whether the verdict is about the login that it has now: it may have been connected again since."""
    same = Channel.objects.filter(pk=channel.pk, credential=channel.credential_id)
    return same.filter(credential__version=channel.credential.version).exists()


def second_chance(credential: Credential, holder: UUID) -> bool:
    """Renew the login once. True when it is worth trying again; else it is to be blocked.

    `holder`: what was refused (a post, a look, a picture). When whoever renews does not answer, that is no verdict: the
    refusal counts by itself.
    """
    if credential.state == Credential.State.BLOCKED or not _opens(credential):
        return False
    if login_doubts.is_too_early(credential, holder):
        return True
    if not (abs(clock.now() - credential.refreshed_at) < JUST_NOW or login_doubts.renewed_since(credential)):
        with contextlib.suppress(OutsideError):
            refresh(credential)
        if credential.state == Credential.State.BLOCKED:
            return False
    return not login_doubts.count(credential, holder)


def _opens(credential: Credential) -> bool:
    """What our own keys do not open, nobody has refused: asking again helps nothing."""
    try:
        opened(credential)
    except Unauthorized:
        return False
    return True


def _has_second_chance(channel: Channel, holder: UUID) -> bool:
    """The same for a place's own token: nothing renews it, and whether it lives can be asked."""
    if login_doubts.is_too_early(channel, holder):
        return True
    try:
        check_place(channel)
    except (Unauthorized, Undecryptable):
        return False
    except OutsideError:
        pass  # no verdict: the refusal counts by itself
    return not login_doubts.count(channel, holder)
