"""People with accounts at all four providers, and a browser for one of them."""

from __future__ import annotations

import pytest

from tests.accounts.browsing import Browser
from tests.factories import person
from tests.sandbox_fixture import Box

ALL = ["google", "facebook", "instagram", "threads"]


@pytest.fixture
def world(settings, sandbox: Box) -> dict[str, dict]:
    """People at all four providers, and our apps there. The logins by provider."""
    settings.REMOTE_ROOT, settings.PUBLIC_URL = sandbox.root, "http://testserver"
    found = sandbox.person(pages=[{"name": "Bakery", "instagram": "bakery.ch"}, {"name": "Mill"}])
    found |= sandbox.person("google")
    settings.PROVIDER_APPS = {
        provider: (
            found[provider].get("client_id") or found[provider]["app_id"],
            found[provider].get("client_secret") or found[provider]["app_secret"],
        )
        for provider in ALL
    }
    return found


@pytest.fixture
def ann(world: dict, sandbox: Box) -> Browser:
    return Browser(person("Ann"), sandbox)


@pytest.fixture
def who(world: dict):
    """Whom to go on as, on the consent page of a provider."""
    return lambda provider: world[provider].get("email") or world[provider]["account_id"]
