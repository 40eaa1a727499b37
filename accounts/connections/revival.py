"""What is blocked is asked after now and then: accepted again, it goes on by itself, and what waited for it moves.

What somebody has ended on purpose is not asked after. Who was let in here and is refused at the next post is blocked
again at once, and asked after less and less (`doubting`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from django.conf import settings
from django.db import transaction

from accounts.connections import blocks, login_doubts, wake_ups
from accounts.connections.provider_apps import opened_app
from accounts.connections.token_refresh import check_place, opened, refresh, rests
from accounts.models import Channel, Credential
from accounts.providers import PROVIDERS
from accounts.reason_columns import WELL
from accounts.reasons.logins import LoginNotAccepted, NotAccepted
from poster.errors import OutsideError, Refused, Unauthorized, Unavailable
from poster.secrets.keyring import Undecryptable
from poster.work import time_budget

AT_ONCE = 20  # that one round asks about


def ask_blocked() -> int:
    """Ask after logins and places whose time has come. Returns how many go on."""
    over, asked, back = time_budget.begun(), 0, 0
    resting = login_doubts.resting_keys()
    everything: Iterable[Credential | Channel] = chain[Credential | Channel](_logins(), _places())
    for blocked in everything:
        if over() or asked == AT_ONCE:
            break
        if login_doubts.key(blocked) in resting or rests(login_doubts.login_of(blocked)):
            continue
        asked += 1
        back += _is_back(blocked)
    return back


def ask_untried() -> int:
    """Ask after what is in doubt while nothing waits for it that would make the try. Returns how many are well again.

    Where nobody says yes or no, it is left as it is: what comes next makes the try.
    """
    over, back = time_budget.begun(), 0
    for doubtful in islice(login_doubts.untried(), AT_ONCE):
        if over():
            break
        if not rests(login_doubts.login_of(doubtful)):
            back += _is_well(doubtful)
    return back


def _is_well(doubtful: Credential | Channel) -> bool:
    try:
        _asked(doubtful)
    except Unauthorized as error:
        if isinstance(doubtful, Channel):
            blocks.block_place(doubtful, error.reason)
        elif login_doubts.count(doubtful):
            blocks.block(doubtful, error.reason)
    except (OutsideError, Undecryptable):
        pass
    else:
        return login_doubts.accepted(doubtful)
    return False


def _logins() -> Iterator[Credential]:
    # Renewed just now, and the worker was gone before it could open it: then no reason is left.
    refused = Credential.objects.filter(state=Credential.State.BLOCKED, reason_code__in=[NotAccepted.code, ""])
    return refused.filter(provider__in=list(PROVIDERS), practice=settings.PRACTICE).iterator()


def _places() -> Iterator[Channel]:
    refused = Channel.objects.filter(state=Channel.State.BLOCKED, reason_code=NotAccepted.code, token__isnull=False)
    here = refused.filter(credential__provider__in=list(PROVIDERS), credential__practice=settings.PRACTICE)
    return here.select_related("credential").iterator()


def _is_back(blocked: Credential | Channel) -> bool:
    try:
        open_again = _asked(blocked)
    except Unauthorized:
        login_doubts.count(blocked)
        return False
    except (OutsideError, Undecryptable):
        login_doubts.ask_later(blocked)
        return False
    with transaction.atomic():
        if not open_again():
            return False
        wake_ups.wake(login_doubts.login_of(blocked))
    return True


def _asked(blocked: Credential | Channel) -> Callable[[], bool]:
    """It is accepted: how it is opened again. Raises what they say, Undecryptable."""
    if isinstance(blocked, Channel):
        place = blocked
        check_place(place)
        return lambda: _open_place(place)
    login = blocked
    _ask(login)
    return lambda: _open_login(login)


def _ask(login: Credential) -> None:
    """Their token endpoint renews it; where it does not yet, as the login is young, it is asked whose login it is."""
    grant = opened(login)
    try:
        refresh(login)
    except (Unauthorized, Unavailable):
        raise
    except Refused:
        PROVIDERS[login.provider]().identify(grant, opened_app(login.provider))


def _open_login(login: Credential) -> bool:
    same = Credential.objects.filter(pk=login.pk, version=login.version, state=Credential.State.BLOCKED)
    if not same.update(state=Credential.State.ACTIVE, **WELL):
        return False
    places = Channel.objects.filter(
        credential=login, state=Channel.State.BLOCKED, reason_code=LoginNotAccepted.code, released=False
    )
    places.update(state=Channel.State.ACTIVE, **WELL)
    login.state = Credential.State.ACTIVE
    return True


def _open_place(place: Channel) -> bool:
    same = Channel.objects.filter(pk=place.pk, credential=place.credential_id, token__isnull=False)
    refused = same.filter(state=Channel.State.BLOCKED, reason_code=NotAccepted.code)
    return bool(refused.update(state=Channel.State.ACTIVE, **WELL))
