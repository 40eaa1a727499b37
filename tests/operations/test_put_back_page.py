"""The operator's page and command after a backup was put back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from operations.backups.restored_page import WENT_ON
from outbox import preflight
from outbox.reasons import gate as why
from poster import clock
from poster.models import Restore, Switch
from publishing.models import Delivery, Reconciled
from tests import factories
from tests.commands.asking import ask

pytestmark = pytest.mark.django_db
PAGE = "/restored/"


@pytest.fixture
def waits() -> Delivery:
    """A copy that was noticed two hours ago, and one delivery that may be out."""
    ann = factories.person("Ann")
    page = factories.channel(ann)
    then = clock.now() - dt.timedelta(hours=2)
    Switch.objects.create(name=Switch.RESTORED)
    Restore.objects.create(sign="backup", copied_at=then, created_at=then)
    return factories.delivery(factories.post(ann, page), page, media=[], restored_at=then)


def asked() -> None:
    restore = Restore.objects.get()
    told = [{"id": "1_2", "permalink": "https://example.org/2", "at": "2026-11-21T09:30:00+00:00"}]
    more = {"fingerprint": "", "impression": ""}
    channel = Delivery.objects.get().channel
    Reconciled.objects.create(restore=restore, channel=channel, strangers=[{**each, **more} for each in told])


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_where_it_is(waits: Delivery) -> None:
    assert reverse("restored") == PAGE


def test_everybody_is_told_and_the_operator_is_led_to_the_page(waits: Delivery) -> None:
    olga = factories.person("Olga", operator=True)
    for person, leads in ((olga, True), (waits.owner, False)):
        content = browser(person).get(reverse("admin:index")).content.decode()
        assert ('role="alert"' in content, PAGE in content) == (True, leads)


def test_it_is_the_operators(waits: Delivery) -> None:
    assert browser(waits.owner).get(PAGE).status_code == 403
    assert browser(waits.owner).post(PAGE).status_code == 403
    assert Switch.objects.exists()


def test_before_all_were_asked_there_is_no_yes(waits: Delivery) -> None:
    olga = browser(factories.person("Olga", operator=True))
    assert b"Go on publishing" not in olga.get(PAGE).content
    assert olga.post(PAGE).headers["Location"] == PAGE
    assert preflight.put_back()
    told = ask("restore", "--go-on", "--json")
    assert (told.code, "Not yet" in told.sentence) == (1, True)
    assert ask("restore", "--json").json["ready"] is False


def test_it_names_what_nobody_knows_and_takes_the_yes(waits: Delivery) -> None:
    asked()
    olga = factories.person("Olga", operator=True)
    content = browser(olga).get(PAGE).content.decode()
    assert 'href="https://example.org/2"' in content
    status = ask("restore", "--json").json
    assert (status["ready"], status["asked"][0]["unknown"][0]["id"]) == (True, "1_2")
    response = browser(olga).post(PAGE, follow=True)
    assert str(WENT_ON) in response.content.decode()
    assert not preflight.put_back()
    assert Restore.objects.get().settled_by == olga.pk
    assert b"Nothing waits" in browser(olga).get(PAGE).content


def test_the_yes_at_the_terminal(waits: Delivery) -> None:
    asked()
    assert ask("restore", "--go-on", "--json").json["went_on"] is True
    assert ask("restore", "--json").json == {"waits": False}
    assert ask("restore", "--go-on").code == 1


def test_a_gate_says_which_of_both_it_is(waits: Delivery) -> None:
    stop = preflight.gate(waits)
    assert stop is not None
    assert stop.reason == why.BackupPutBack()
    asked()
    ask("restore", "--go-on")
    stop = preflight.gate(waits)  # it may be out, and nobody has said
    assert stop is not None
    assert stop.reason == why.MayBeOut()
    Delivery.objects.update(restored_at=None)
    assert preflight.gate(Delivery.objects.get()) is None


def test_people_are_told_in_lines(waits: Delivery) -> None:
    assert "is asked from" in ask("restore").out
    asked()
    assert "that we do not know" in ask("restore").out
