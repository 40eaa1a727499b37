"""Keys and names of models are tried where they are put in, with a question that costs nothing.

What is wrong with them is said at once. What cannot be told now (nobody answers, the purse is empty) is kept, and said.
"""

from __future__ import annotations

from uuid import UUID

from accounts.ai_services import SERVICES
from poster.errors import OutsideError, RateLimited, Refused, Suspended, Unauthorized
from poster.reasons import Because
from watches.reasons.orders import KeyUntried, Untried
from writing.ai_accounts import Account
from writing.captioners import CAPTIONERS, Key
from writing.captioners.faults import OF_THE_MODEL
from writing.keys import key_for


def try_key(owner_id: UUID, service: str, secret: str) -> str:
    """A key that is to be stored: "" when it is accepted, or a warning. Raises Unauthorized when it is refused."""
    if service not in SERVICES:
        return ""
    try:
        _check(Account(service, Key(secret), owner_id))
    except Unauthorized:
        raise
    except Suspended as error:  # our usual model is not theirs: the key was accepted all the same
        return "" if error.code in OF_THE_MODEL else _key_untried(service, error)
    except OutsideError as error:
        return _key_untried(service, error)
    return ""


def try_model(owner_id: UUID, captioner: str, model: str) -> str:
    """A watch's captioner and model: "" when they are there, or a warning. Raises Refused with what is wrong.

    An empty purse is not wrong with what was put in: it is told on the front page, and mended elsewhere.
    """
    account = Account(captioner, key_for(captioner, owner_id, model), owner_id)
    try:
        _check(account)
    except Suspended as error:
        if error.code in OF_THE_MODEL:
            raise
        return _untried(captioner, error)
    except Refused:
        raise
    except OutsideError as error:
        return _untried(captioner, error)
    return ""


def _check(account: Account) -> None:
    """What they have announced holds for this question too."""
    account.check()
    try:
        CAPTIONERS[account.captioner]().check(account.key)
    except RateLimited as error:
        account.limit(error)
        raise


def _untried(captioner: str, error: OutsideError) -> str:
    return str(Untried(captioner=CAPTIONERS.label(captioner), cause=Because(error.reason)))


def _key_untried(service: str, error: OutsideError) -> str:
    return str(KeyUntried(service=CAPTIONERS.label(service), cause=Because(error.reason)))
