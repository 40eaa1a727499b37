"""What cannot be opened any more hurts only itself, and a sentence says what to do."""

from __future__ import annotations

import base64

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin import site
from django.urls import reverse

import accounts.tasks
import operations.tasks
import outbox.tasks
import watches.tasks
from accounts.connections import flows
from accounts.connections.provider_apps import opened_app
from accounts.connections.token_refresh import token_of
from accounts.models import AiKey, Channel, Credential, Flow, ProviderApp
from accounts.reasons.logins import AppKeysMissing, KeysMissing
from accounts.sign_in import second_factors
from operations import login_checks
from operations.doctor import keys
from poster.errors import Unauthorized, Unavailable
from poster.permissions import NotPossible
from publishing.models import Delivery
from tests import factories

pytestmark = pytest.mark.django_db


def key(fill: int) -> str:
    return base64.urlsafe_b64encode(bytes([fill]) * 32).decode()


@pytest.fixture
def lost(alice, settings):
    """Everything of Alice, sealed with a key that is gone."""
    settings.CREDENTIAL_KEYS = [key(1)]
    rows = factories.everything(alice)
    profile, page = factories.channel(alice, "threads"), factories.channel(alice, token="EAApage")
    ProviderApp.objects.create(provider="facebook", client_id="1", client_secret="hush")
    Authenticator.objects.create(user=alice, type="totp", data={"secret": second_factors.seal("totp", alice.pk)})
    settings.CREDENTIAL_KEYS = [key(2)]
    settings.REMOTE_ROOT = "http://127.0.0.1:9"  # nobody listens there
    return [*rows, profile, page]


def due(owner, *, to: Channel) -> Delivery:
    return factories.delivery(factories.post(owner, to), to)


@pytest.mark.parametrize("whose", ["alice", "operator"])
def test_every_page_of_the_dashboard_opens(whose, lost, alice, operator, browser) -> None:
    client = browser({"alice": alice, "operator": operator}[whose])
    pages = [reverse("admin:index"), reverse("connect_start")]
    for model in site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages.append(reverse(f"{name}_changelist"))
        pages += [reverse(f"{name}_change", args=[row.pk]) for row in lost if type(row) is model]
    answers = {where: client.get(where).status_code for where in pages}
    assert {where: status for where, status in answers.items() if status >= 500} == {}


def test_every_round_ends(lost) -> None:
    for app in (accounts.tasks, watches.tasks, outbox.tasks, operations.tasks):
        assert app.round()


def test_a_delivery_through_it_is_blocked_and_says_what_to_do(lost, alice) -> None:
    row = due(alice, to=lost[-1])
    outbox.tasks.round()
    row.refresh_from_db()
    assert (row.state, row.actor) == ("blocked", "you")
    assert row.reason == KeysMissing()


def test_it_hurts_nobody_else(lost, bob) -> None:
    page = factories.channel(bob, token="EAAbobs")
    row = due(bob, to=page)
    outbox.tasks.round()
    row.refresh_from_db()
    assert row.state == "queued"  # on its way: only nobody answers there
    assert token_of(page) == "EAAbobs"


def test_a_login_is_asked_for_anew(lost) -> None:
    for channel in Channel.objects.filter(pk__in=[each.pk for each in lost[-2:]]):
        with pytest.raises(Unauthorized, match="connect the account again"):
            token_of(channel)


def test_logins_are_not_blamed_for_the_secret_of_an_app(lost, bob) -> None:
    """Asked to renew without its secret, the provider would refuse a login that is good."""
    with pytest.raises(Unavailable, match="under Provider apps"):
        opened_app("facebook")
    login = factories.login(bob, expires_at=None)
    row = due(bob, to=factories.channel(bob, credential=login, token="EAAbobs"))
    outbox.tasks.round()
    row.refresh_from_db()
    login.refresh_from_db()
    assert (row.state, login.state) == ("queued", Credential.State.ACTIVE)
    assert row.reason_code == AppKeysMissing.code


def test_a_login_under_way_says_to_begin_again(lost, alice, settings) -> None:
    settings.CREDENTIAL_KEYS = [key(1)]
    flow = Flow.objects.create(owner=alice, provider="facebook", state="1" * 64, session="2" * 64, found={"grant": {}})
    settings.CREDENTIAL_KEYS = [key(2)]
    with pytest.raises(NotPossible):
        flows.found_in(Flow.objects.get(pk=flow.pk))


def test_the_doctor_names_everything_that_is_closed(lost) -> None:
    told = " ".join(finding.sentence for finding in keys(offline=True))
    for name in ("facebook login", "Channel.token", "ProviderApp.client_secret", "AiKey.key", "Authenticator.data"):
        assert name in told
    assert "Put the old key back" in told


@pytest.mark.parametrize("offline", [True, False])
def test_the_doctor_looks_at_each_login_all_the_same(lost, offline: bool) -> None:
    levels = {name: level for name, level, _ in login_checks.looks(offline=offline)}
    assert {levels[f"account {login.name} ({login.provider})"] for login in Credential.objects.all()} == {"problem"}


def test_a_new_ai_key_takes_the_place_of_one_that_is_closed(lost, alice, browser) -> None:
    row = AiKey.objects.get(owner=alice)
    browser(alice).post(reverse("admin:accounts_aikey_change", args=[row.pk]), {"new_key": "sk-new"})
    assert AiKey.objects.get(pk=row.pk).key == "sk-new"


def test_s2_a_token_moved_to_another_persons_row_does_not_open(alice, bob) -> None:
    hers, his = factories.login(alice, "threads"), factories.login(bob, "threads")
    stolen = Credential.objects.values_list("secret", flat=True).get(pk=hers.pk)
    Credential.objects.filter(pk=his.pk).update(secret=stolen)
    row = due(bob, to=factories.channel(bob, "threads", credential=his))
    outbox.tasks.round()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("blocked", KeysMissing())
