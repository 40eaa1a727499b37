"""What the public pages say about where an install runs, under which law, how old people are, and whom to tell."""

from __future__ import annotations

import datetime as dt
import os
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.data_rights import agreements
from accounts.models import Acceptance, User
from operations.privacy import inventory, policy_facts, retention
from poster import clock
from poster.models import Event
from poster.reasons.events import AskedForAPage
from tests import factories
from tests.claims.test_claims import PUBLIC, privacy
from tests.poster.test_settings import manage

pytestmark = pytest.mark.django_db
SAID = {
    "HOSTED_BY": "Harbour Hosting Ltd",
    "HOSTED_IN": "Rotterdam, Netherlands",
    "NETWORK_PROVIDER": "Farcloud Inc",
    "GOVERNING_LAW": "the Netherlands",
    "DATA_AUTHORITY": "Autoriteit Persoonsgegevens",
}


@pytest.fixture
def olga(db: None) -> User:
    return factories.person("Olga", operator=True)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_p72_host_place_network_law_and_authority_are_said_as_they_are_set(olga, settings) -> None:
    before = privacy()
    assert not [text for text in SAID.values() if text in before]
    assert "has not written down" in before
    for name, text in SAID.items():
        setattr(settings, name, text)
    after = privacy()
    assert [text for text in SAID.values() if text not in after] == []
    assert "has not written down" not in after


@pytest.mark.parametrize(
    ("database", "queue", "named"),
    [
        ("", "", set()),
        ("localhost", "redis://127.0.0.1:6379/0", set()),
        ("/run/postgresql", "", set()),
        ("db.example.net", "", {("database", "db.example.net")}),
        (
            "10.0.0.7",
            "rediss://:pw@queue.example.net:6380/0",
            {("database", "10.0.0.7"), ("queue", "queue.example.net")},
        ),
    ],
)
def test_p72_servers_that_are_another_machine_are_named(olga, settings, database, queue, named) -> None:
    settings.DATABASE_HOST = database
    settings.REDIS_URL = queue
    found = {(each.kind, each.who) for each in policy_facts.processors() if each.kind in {"database", "queue"}}
    assert found == named
    assert ":pw@" not in privacy()


def test_p74_reports_of_weaknesses_have_an_address_on_every_public_page(olga, settings) -> None:
    for set_to, link in [
        ("", "mailto:olga@example.org"),
        ("s@x.org", "mailto:s@x.org"),
        ("https://x.org/s", "https://x.org/s"),
    ]:
        settings.SECURITY_CONTACT = set_to
        for name in PUBLIC:
            assert f'href="{link}"' in Client().get(reverse(name)).content.decode()
        told = Client().get("/.well-known/security.txt")
        assert told.headers["Content-Type"].startswith("text/plain")
        assert f"Contact: {link}" in told.content.decode().splitlines()


def test_p74_security_txt_is_as_rfc_9116_wants_it(olga, settings) -> None:
    settings.PUBLIC_URL = "https://post.example.org"
    text = Client().get("/.well-known/security.txt").content.decode()
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    expires = dt.datetime.fromisoformat(fields["Expires"])
    assert clock.now() < expires < clock.now() + dt.timedelta(days=365)
    assert fields["Canonical"] == "https://post.example.org/.well-known/security.txt"


def test_p56_backups_are_overwritten_within_ninety_days(settings, tmp_path) -> None:
    settings.VAR = tmp_path
    old, young = tmp_path / "backups/old", tmp_path / "backups/young"
    for folder, days in ((old, 90), (young, 89)):
        folder.mkdir(parents=True)
        (folder / "poster.sqlite3").write_text("x")
        moment = clock.now().timestamp() - days * 86400 - 60
        os.utime(folder, (moment, moment))
    retention.retire()
    assert (old.exists(), young.exists()) == (False, True)
    refused = manage(tmp_path, "check", BACKUP_DAYS="91")
    assert (refused.returncode, "BACKUP_DAYS" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    ("given", "now", "asked"), [(16, 16, False), (16, 18, True), (16, 13, False), (18, 16, False), (13, 16, True)]
)
def test_p20_everybody_is_asked_again_when_the_age_is_raised(given: int, now: int, asked: bool, settings) -> None:
    settings.MINIMUM_AGE = given
    ann = factories.person("Ann")
    client = signed_in(ann)
    assert client.get(reverse("admin:index")).status_code == 200
    settings.MINIMUM_AGE = now
    page = client.get(reverse("admin:index"))
    assert (page.status_code == 302 and reverse("agree") in page["Location"]) is asked
    assert (Acceptance.Document.AGE in agreements.missing(ann.pk)) is asked
    assert f"under {now}" in privacy()
    if asked:
        assert client.post(reverse("agree"), {"agreed": "on"}).status_code == 200
        assert client.post(reverse("agree"), {"agreed": "on", "adult": "on"}).status_code == 302
        assert client.get(reverse("admin:index")).status_code == 200


def test_p20_somebody_too_young_is_deleted_at_once_with_everything(olga) -> None:
    kid, other = factories.person("Kid"), factories.person("Bob")
    for person in (kid, other):
        factories.post(person, factories.channel(person))
    client = signed_in(olga)
    left = {kind.name: kind.rows(other).count() for kind in inventory.kinds()}
    client.post(reverse("too_young", args=[kid.pk]))
    assert not User.objects.filter(pk=kid.pk).exists()
    assert {kind.name: kind.rows(other).count() for kind in inventory.kinds()} == left
    assert Event.objects.filter(kind="deletion").count() >= 2


def test_p20_nobody_but_the_operator_says_so_and_never_of_the_last_operator(olga) -> None:
    kid, bob = factories.person("Kid"), factories.person("Bob")
    assert signed_in(bob).post(reverse("too_young", args=[kid.pk])).status_code == 403
    assert Event.objects.filter(kind="refused", fact_code=AskedForAPage.code, person=bob.pk).exists()
    signed_in(olga).post(reverse("too_young", args=[olga.pk]))
    assert User.objects.filter(pk__in=[kid.pk, olga.pk], is_active=True).count() == 2
    assert signed_in(olga).get(reverse("too_young", args=[kid.pk]))["Location"] == reverse(
        "admin:accounts_user_change", args=[kid.pk]
    )
    assert re.search(
        r"too-young", signed_in(olga).get(reverse("admin:accounts_user_change", args=[kid.pk])).content.decode()
    )
