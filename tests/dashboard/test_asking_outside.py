"""While a form asks somebody outside, no transaction is open: on SQLite that would hold everybody's writing up."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import AiKey, User
from tests import factories
from tests.watches.staged import registered
from watches.models import Watch
from watches.sources import SOURCES, About, Place
from writing.captioners import CAPTIONERS, Key

pytestmark = pytest.mark.django_db(transaction=True)
asked: list[tuple[str, bool]] = []


class Somewhere:
    """A source that notes whether a transaction is open when it is asked."""

    about = About()

    def __init__(self, token: str) -> None:
        pass

    def place(self, text: str) -> Place:
        asked.append(("source", connection.in_atomic_block))
        return Place(text, text)

    def look(self, *_: object, **__: object) -> None:
        raise RuntimeError("The first look may fail in any way: the watch is made.")


class Somebody:
    """A captioner that does."""

    def check(self, key: Key) -> None:
        asked.append(("captioner", connection.in_atomic_block))


@pytest.fixture
def olga(settings) -> User:
    asked.clear()
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": "sk-of-the-operator"}
    return factories.person("Olga", operator=True)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_watch_is_made_and_changed_without_a_transaction_over_a_call(olga: User) -> None:
    page, client = factories.channel(olga), signed_in(olga)
    form = {
        "name": "Inbox",
        "source": "somewhere",
        "place": "there",
        "channels": [page.pk],
        "interval": 60,
        "captioner": "openai",
        "approval": "ask",
        "backlog": "skip",
        "fit": "pad",
        "latest_hours": 24,
    }
    with (
        registered(SOURCES, "somewhere", f"{__name__}:Somewhere"),
        registered(CAPTIONERS, "openai", f"{__name__}:Somebody"),
    ):
        told = client.post(reverse("admin:watches_watch_add"), form)
        assert told.status_code == 302, told.context["adminform"].form.errors
        watch = Watch.objects.get()
        client.post(reverse("admin:watches_watch_change", args=[watch.pk]), {**form, "model": "another"})
    watch.refresh_from_db()
    assert (watch.model, list(watch.channels.all())) == ("another", [page])
    assert asked == [("source", False), ("captioner", False), ("captioner", False)]


def test_a_key_is_tried_without_a_transaction_over_the_call(olga: User) -> None:
    with registered(CAPTIONERS, "openai", f"{__name__}:Somebody"):
        told = signed_in(olga).post(
            reverse("admin:accounts_aikey_add"), {"captioner": "openai", "new_key": "sk-of-olga"}
        )
    assert told.status_code == 302, told.context["adminform"].form.errors
    assert (AiKey.objects.get().owner, asked) == (olga, [("captioner", False)])
