"""What the tests about signing in share: browsers that sign in by the real door."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from accounts import mailer
from accounts.models import User
from poster import settings as as_written
from poster.models import Event
from tests import factories
from tests.quick import QuickArgon2

DOOR = "/accounts/login/"


class CountingArgon2(QuickArgon2):
    """Counts what takes long at the door: making a hash of a password, or holding one against a hash."""

    work = 0

    def encode(self, password: str, salt: str) -> str:
        CountingArgon2.work += 1
        return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        CountingArgon2.work += 1
        return bool(super().verify(password, encoded))


@pytest.fixture(autouse=True)
def quick_door() -> Iterator[None]:
    """No limit is used up at the start. For tests that import it."""
    cache.clear()
    yield
    cache.clear()


def somebody(name: str = "Carol", **more: Any) -> User:
    """Somebody with a password."""
    return factories.person(name, password=factories.PASSWORD, **more)


def knock(client: Client, password: str = factories.PASSWORD, email: str = "carol@example.org", **more: Any) -> Any:
    """Try the door."""
    return client.post(DOOR, {"login": email, "password": password, **more})


def inside(person: User, **more: Any) -> Client:
    """A browser that came in by the door."""
    client = Client(**more)
    assert knock(client, email=person.email).status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200
    return client


def confirm(client: Client, password: str = factories.PASSWORD) -> Any:
    """Say once more who it is."""
    return client.post(reverse("account_reauthenticate"), {"password": password})


def later(client: Client) -> Client:
    """The same browser, when what was said about who it is does not count any more."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= as_written.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1
    session.save()
    return client


def mails() -> list[EmailMessage]:
    """What was sent; waits for what is still on its way."""
    for each in threading.enumerate():
        if each.name == mailer.THREAD:
            each.join()
    return mail.outbox


class NoServer(BaseEmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError(111, "Connection refused by mail.example.org for canary@example.org")


class Choking(EmailBackend):
    """A mail program that breaks at a mail about "One" or to them, and takes every other."""

    def send_messages(self, messages: Any) -> int:
        if any(message.subject == "One" or message.to == ["one@example.org"] for message in messages):
            raise ValueError("One")
        return int(super().send_messages(messages))


def code_for(secret: str) -> str:
    """What an authenticator app shows now. A code works once: forget that it was used."""
    cache.clear()
    return str(format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1])))


def lines(person: User | None = None) -> list[str]:
    """The sentences of the security log, oldest first."""
    rows = Event.objects.order_by("created_at", "pk")
    return [each.sentence for each in (rows.filter(person=person.pk) if person else rows)]
