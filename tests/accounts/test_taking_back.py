"""A provider that could not be reached when its login was disconnected: asked daily, given up after 30 days (P33)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from accounts.connections import flows, revocations
from accounts.connections.disconnection import disconnect
from accounts.connections.expiry import end
from accounts.connections.grants import connect, look
from accounts.models import Credential, Flow, Request, Revocation, User
from accounts.tasks import round
from operations.privacy import erasure
from poster import clock
from poster.models import Event
from poster.permissions import TERMINAL
from poster.secrets.keyring import Undecryptable
from tests.factories import person
from tests.house import grant
from tests.sandbox_fixture import Box

pytestmark = pytest.mark.django_db
REVOKED = {"google": ("/revoke", "POST"), "facebook": ("/permissions", "DELETE")}
DAYS = revocations.KEPT.days


@pytest.fixture
def ann(settings, sandbox: Box) -> User:
    settings.REMOTE_ROOT, settings.PUBLIC_URL = sandbox.root, "http://testserver"
    cache.clear()
    return person("Ann")


@pytest.fixture
def people(sandbox: Box, settings) -> dict[str, dict]:
    made = sandbox.person(pages=[{"name": "Bakery", "instagram": "bakery.ch"}]) | sandbox.person("google")
    settings.PROVIDER_APPS = {
        "google": (made["google"]["client_id"], made["google"]["client_secret"]),
        "facebook": (made["facebook"]["app_id"], made["facebook"]["app_secret"]),
    }
    return made


def silence(sandbox: Box, provider: str) -> None:
    host = {"google": "oauth2.googleapis.com", "facebook": "graph.facebook.com"}[provider]
    sandbox.fault("error", host=host, status=503, times=99)


def asked(sandbox: Box, provider: str) -> list[int]:
    path, method = REVOKED[provider]
    return [call["status"] for call in sandbox.calls(path, method=method)]


def left(owner: User, provider: str, people, sandbox: Box) -> Credential:
    """Disconnected while the provider was away."""
    login, _ = connect(owner, provider, grant(people[provider]))
    silence(sandbox, provider)
    disconnect(login, by=TERMINAL)
    return login


def a_day_later(days: int = 1) -> None:
    """The orders are older by that much."""
    for each in Revocation.objects.all():
        span = dt.timedelta(days=days)
        Revocation.objects.filter(pk=each.pk).update(next_at=each.next_at - span, ends_at=each.ends_at - span)


@pytest.mark.parametrize("provider", REVOKED)
def test_p33_what_could_not_be_given_back_is_asked_for_daily_until_they_answer(provider, ann, people, sandbox) -> None:
    login = left(ann, provider, people, sandbox)
    before = len(asked(sandbox, provider))
    round()
    assert len(asked(sandbox, provider)) == before  # not before a day is over
    a_day_later()
    round()
    round()
    assert asked(sandbox, provider)[before:] == [503]
    sandbox.no_faults()
    a_day_later()
    round()
    assert asked(sandbox, provider)[-1] == 200
    assert not Revocation.objects.exists()
    assert Event.objects.filter(kind="disconnect", person=ann.pk).count() == 2
    login.refresh_from_db()
    assert login.secret == {"access_token": ""}
    assert not mail.outbox


def test_p33_after_thirty_days_the_token_is_deleted_and_its_owner_told(ann, people, sandbox) -> None:
    left(ann, "facebook", people, sandbox)
    rounds = 0
    while Revocation.objects.exists():
        rounds += 1
        assert rounds < DAYS
        a_day_later()
        round()
    assert rounds == DAYS - 1  # the next time would be too late
    [letter] = mail.outbox
    assert letter.to == [ann.email]
    assert "Remove the app" in letter.body


def test_p14_the_order_opens_nothing_but_itself(ann, people, sandbox) -> None:
    """The token is gone where publishing looks; sealed for the order's own row, it opens in no other."""
    login = left(ann, "google", people, sandbox)
    order = Revocation.objects.get()
    assert order.secret == {"token": people["google"]["refresh_token"]}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_credential SET secret = (SELECT secret FROM accounts_revocation)")
    with pytest.raises(Undecryptable):
        _ = Credential.objects.get(pk=login.pk).secret


@pytest.mark.parametrize("by", ["Ann", "Bob"])
def test_who_connects_the_account_again_keeps_the_permission(by: str, ann, people, sandbox) -> None:
    left(ann, "google", people, sandbox)
    sandbox.no_faults()
    before = asked(sandbox, "google")
    owner = ann if by == "Ann" else person(by)
    login, _ = connect(owner, "google", grant(people["google"]))
    assert not Revocation.objects.exists()
    revocations.order(login, grant(people["google"]))  # as when both happen at once
    a_day_later()
    round()
    assert (asked(sandbox, "google"), Revocation.objects.exists()) == (before, False)


def test_who_is_refused_has_no_permission_left(ann, people, sandbox) -> None:
    left(ann, "google", people, sandbox)
    sandbox.no_faults()
    order = Revocation.objects.get()
    Revocation.objects.filter(pk=order.pk).update(
        secret=Revocation._meta.get_field("secret").seal(order.pk, {"token": "1//never"})
    )
    a_day_later()
    round()
    assert not Revocation.objects.exists()


def test_an_unfinished_connection_is_given_back_later_too(ann, people, sandbox) -> None:
    found = look("facebook", grant(people["facebook"]))
    flow = flows.hold(Flow(owner=ann, provider="facebook", session="any"), found)
    silence(sandbox, "facebook")
    end(flow)
    assert Revocation.objects.get().owner == ann


def test_an_order_outlives_the_account_and_ends_in_its_receipt(ann, people, sandbox) -> None:
    connect(ann, "facebook", grant(people["facebook"]))
    silence(sandbox, "facebook")
    receipt = erasure.carry_on(ann, by=TERMINAL).receipt
    order = Revocation.objects.get()
    assert (order.owner, order.receipt) == (None, receipt.code)
    mailed = len(mail.outbox)
    for _ in range(DAYS):
        a_day_later()
        round()
    assert not Revocation.objects.exists()
    assert len(Request.objects.get(pk=receipt.pk).outcomes) == len(receipt.outcomes) + 1
    assert len(mail.outbox) == mailed  # the address is forgotten


def test_of_two_workers_one_asks(ann, people, sandbox) -> None:
    left(ann, "facebook", people, sandbox)
    a_day_later()
    seen = Revocation.objects.get()
    before = len(asked(sandbox, "facebook"))
    Revocation.objects.filter(pk=seen.pk).update(next_at=clock.now() + revocations.EVERY)  # the other was faster
    assert revocations._asked(seen) is False
    assert len(asked(sandbox, "facebook")) == before


def test_there_is_one_order_for_an_account(ann, people, sandbox) -> None:
    left(ann, "facebook", people, sandbox)
    twin = Revocation.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.create(
            owner=ann,
            provider=twin.provider,
            remote_id=twin.remote_id,
            secret={},
            next_at=twin.next_at,
            ends_at=twin.ends_at,
        )
