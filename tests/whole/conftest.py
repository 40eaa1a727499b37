"""The whole path: a house that practises, and one whose captions come from a model."""

from __future__ import annotations

import pytest

from accounts.connections.grants import connect
from accounts.models import Channel, Credential
from tests.house import House, grant
from tests.sandbox.google_world import Google, google_account

PLATFORMS = ["facebook", "instagram", "threads"]


@pytest.fixture
def practising(house: House, settings) -> House:
    """With practice accounts on all three platforms: what the built-in describer writes goes out by itself."""
    settings.PRACTICE = True
    tokens = house.box.person()
    for provider in ("facebook", "threads"):
        connect(house.owner, provider, grant(tokens[provider]), practice=True)
    house.channels = {channel.platform: channel for channel in Channel.objects.filter(owner=house.owner)}
    return house


@pytest.fixture
def asking(house: House, settings) -> House:
    """With accounts on all three platforms, and a key for a language model."""
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": "sk-practice-0123456789abcdef"}
    house.connect()
    return house


@pytest.fixture
def drive(practising: House, settings) -> tuple[Google, Credential]:
    """A Google account, connected."""
    account = google_account(practising.box, email="ann@example.com")
    login = account.login
    settings.PROVIDER_APPS = {**settings.PROVIDER_APPS, "google": (login["client_id"], login["client_secret"])}
    credential, _ = connect(practising.owner, "google", grant(login), practice=True)
    return account, credential
