"""Who the strangers are: the operator, a member, and nobody, over rows of each kind."""

from __future__ import annotations

from itertools import count

from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests import factories
from tests.fuzz.running import Scene

_numbers = count(1)


def scene() -> Scene:
    """Three browsers, and keys of rows that belong to the operator and to the member."""
    cache.clear()  # how often somebody tried
    number = next(_numbers)
    olga = factories.person(f"Olga{number}", operator=True)
    bob = factories.person(f"Bob{number}")
    rows = [row for person in (olga, bob) for row in factories.everything(person)]
    browsers = {"olga": _browser(olga), "bob": _browser(bob), "nobody": _browser(None)}
    return Scene(browsers, sorted({str(row.pk) for row in rows} | {str(olga.pk), str(bob.pk)}))


def _browser(person: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if person:
        client.force_login(person)
    return client
