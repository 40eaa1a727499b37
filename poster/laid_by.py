"""What a person sent and nobody took, laid by for a while: sealed, in the cache, under a name that tells nothing."""

from __future__ import annotations

import json
from typing import Any

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from poster import keyring

MOST = 200_000  # characters; nobody fills the disk with it


def put(name: str, what: dict[str, Any], seconds: int) -> bool:
    """Lay it by under a name that only whoever may have it again can say; False when it is too much."""
    plain = json.dumps(what)
    if len(plain) > MOST:
        return False
    cache.set(_key(name), keyring.ring().seal(plain.encode(), name.encode()), seconds)
    return True


def read(name: str) -> dict[str, Any] | None:
    """What lies under the name, if its time is not over and our keys open it."""
    sealed = cache.get(_key(name))
    if sealed is None:
        return None
    try:
        found: dict[str, Any] = json.loads(keyring.ring().open(sealed, name.encode()))
    except keyring.Undecryptable:
        return None
    return found


def take(name: str) -> dict[str, Any] | None:
    """The same, for one alone: of two who ask at once, one gets it."""
    found = read(name)
    return found if found is not None and drop(name) else None


def drop(name: str) -> bool:
    """Whether there was anything."""
    return bool(cache.delete(_key(name)))


def _key(name: str) -> str:
    return f"laid-by:{salted_hmac('poster.laid_by', name).hexdigest()}"
