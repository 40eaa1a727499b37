"""People of the dashboard's tests, each signed in with a browser of his own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests import factories


@pytest.fixture
def alice(db: None) -> User:
    return factories.person("Alice")


@pytest.fixture
def bob(db: None) -> User:
    return factories.person("Bob")


@pytest.fixture
def operator(db: None) -> User:
    return factories.person("Olga", operator=True)


@pytest.fixture
def browser() -> Callable[[User], Client]:
    """`browser(alice)`: her browser, signed in."""

    def signed_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in
