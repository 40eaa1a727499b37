"""Two people with everything that there is, and an operator."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.core.cache import cache
from django.db.models import Model
from django.test import Client

from accounts.models import User
from tests import factories, ours

OURS = (*ours.OURS, "mfa", "usersessions")
NOTHING_LISTENS = "http://127.0.0.1:9"


class World:
    """Alice, whose rows nobody else may see or touch; Bob; Olga, the operator; and their browsers."""

    def __init__(self) -> None:
        self.alice = factories.person("Alice")
        self.rows = {row._meta.label: row for row in factories.everything(self.alice)}
        self.rows["accounts.User"] = self.alice
        self.rows["mfa.Authenticator"] = Authenticator.objects.create(
            user=self.alice, type="webauthn", data={"name": "Alice's key"}
        )
        self.rows["usersessions.UserSession"] = UserSession.objects.create(
            user=self.alice, ip="192.0.2.7", session_key="canary", user_agent="Alice's browser"
        )
        self.hers = {model: self._keys(model) for model in _models()}
        self.bob, self.olga = factories.person("Bob"), factories.person("Olga", operator=True)
        self.his = {row._meta.label: row for row in factories.everything(self.bob)}
        self.browsers = {name: signed_in(person) for name, person in self._persons().items()}
        User.objects.filter(name="Laura").update(is_active=False)  # while she was signed in
        self.browsers["nobody"] = Client()

    def _persons(self) -> dict[str, User]:
        no_staff = factories.person("Nora")
        User.objects.filter(pk=no_staff.pk).update(is_staff=False)
        return {"bob": self.bob, "olga": self.olga, "locked": factories.person("Laura"), "no_staff": no_staff}

    @staticmethod
    def _keys(model: type[Model]) -> list[Any]:
        return list(model._base_manager.values_list("pk", flat=True))

    def key_of(self, label: str) -> str:
        """Of her row; of some row of hers where she has none of the kind."""
        return str(self.rows[label].pk if label in self.rows else self.alice.pk)

    def digest(self) -> dict[str, Any]:
        """All that is hers, as the database has it, and how much there is of it."""
        found: dict[str, Any] = {}
        for model, keys in self.hers.items():
            rows = model._base_manager.filter(pk__in=keys).order_by("pk").values()
            found[model._meta.label] = [{**row, "last_login": None} for row in rows]
            if any(field.name == "owner" for field in model._meta.concrete_fields):
                found[f"{model._meta.label} in all"] = model._base_manager.filter(owner=self.alice).count()
        return found


def _models() -> list[type[Model]]:
    return [model for app in OURS for model in apps.get_app_config(app).get_models(include_auto_created=True)]


def signed_in(person: User) -> Client:
    """A browser of this person."""
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def world(db: None, settings) -> Iterator[World]:
    settings.REMOTE_ROOT = NOTHING_LISTENS
    logging.disable()  # every refusal would be a traceback
    yield World()
    logging.disable(logging.NOTSET)
    cache.clear()  # how often somebody tried to sign in


@pytest.fixture
def nothing_of_alice() -> Any:
    """No byte of hers in an answer, not even her name; and no secret, whoever it belongs to."""

    def check(response: Any, what: object) -> None:
        body = b"".join(response.streaming_content) if response.streaming else response.content
        for mark in (b"Alice", b"alice@", b"canary"):
            assert mark not in body, f"{mark!r} in the answer to {what}"
            assert mark.decode() not in str(response.headers), what

    return check
