"""What the claims share: somebody with everything, and the dashboard of an install with real accounts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests import factories


@pytest.fixture(autouse=True)
def _nobody_outside(settings) -> None:
    """Logins that are given back here are made up: nobody is asked about them."""
    settings.REMOTE_ROOT = "http://127.0.0.1:9"


@pytest.fixture
def ann(db: None) -> User:
    return factories.person("Ann")


@pytest.fixture
def bob(db: None) -> User:
    return factories.person("Bob")


@pytest.fixture
def browser() -> Callable[[User], Client]:
    def signed_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in
