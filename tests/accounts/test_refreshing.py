"""Logins are renewed before they end, once even when two workers meet, and blocked only with proof."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache

from accounts.connections import revival
from accounts.connections.blocks import block
from accounts.connections.grants import connect
from accounts.connections.revival import ask_blocked
from accounts.connections.token_refresh import AT_ONCE, grant_of, refresh, renew_due
from accounts.models import Channel, Credential, User
from accounts.providers.facebook.reasons import NotRenewable
from accounts.reasons.logins import IsPractice, IsReal, KeysMissing, LoginNotAccepted, NotAccepted
from poster import clock
from poster.errors import Unauthorized, Unavailable
from poster.models import Rest
from poster.reasons import Because
from poster.secrets.fields import Sealed
from sandbox.google.people import Person
from tests.factories import THEY_SAID, channel, login, person
from tests.house import grant
from tests.sandbox_fixture import Box

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(settings, sandbox: Box) -> User:
    settings.REMOTE_ROOT = sandbox.root
    cache.clear()
    return person("Ann", operator=True)


@pytest.fixture
def drive(ann: User, sandbox: Box, settings) -> Credential:
    """A Drive login whose token ends in a minute."""
    token = sandbox.person("google")["google"]
    settings.PROVIDER_APPS = {"google": (token["client_id"], token["client_secret"])}
    credential, _ = connect(ann, "google", grant(token))
    return ending(credential, minutes=1)


def ending(credential: Credential, *, minutes: float) -> Credential:
    Credential.objects.filter(pk=credential.pk).update(expires_at=clock.now() + dt.timedelta(minutes=minutes))
    credential.refresh_from_db()
    return credential


def test_a_login_with_time_left_is_used_as_it_is(drive: Credential, sandbox: Box) -> None:
    ending(drive, minutes=30)
    assert grant_of(drive).access_token == drive.secret["access_token"]
    assert sandbox.calls("/token", method="POST") == []


def test_a_login_that_is_about_to_end_is_renewed_before_use(drive: Credential) -> None:
    before = drive.secret["access_token"]
    renewed = grant_of(drive)
    drive.refresh_from_db()
    assert renewed.access_token != before
    assert drive.secret["access_token"] == renewed.access_token
    assert drive.version == 2
    assert not drive.ends_within(dt.timedelta(minutes=30))


def test_the_round_renews_ahead_of_time_and_only_what_ends(drive: Credential) -> None:
    assert renew_due() == "1 of 1 login renewed."
    assert renew_due() == "0 of 0 logins renewed."


def test_of_two_workers_that_renew_at_once_both_get_a_token_that_works(drive: Credential) -> None:
    slow = Credential.objects.get(pk=drive.pk)
    quick = refresh(drive)
    late = refresh(slow)
    slow.refresh_from_db()
    assert late.access_token == quick.access_token == slow.secret["access_token"]
    assert slow.version == 2


def test_a_network_error_disconnects_nobody(drive: Credential, sandbox: Box) -> None:
    sandbox.fault("error", host="oauth2.googleapis.com", status=503, times=5)
    assert grant_of(drive).access_token == drive.secret["access_token"]
    ending(drive, minutes=-1)
    with pytest.raises(Unavailable):
        grant_of(drive)
    drive.refresh_from_db()
    assert drive.state == "active"


def test_a_login_that_was_taken_back_is_blocked_with_a_sentence(drive: Credential, sandbox: Box) -> None:
    sandbox.ask("POST", f"drive/accounts/{next(iter(sandbox.world.table(Person)))}/revoke")
    with pytest.raises(Unauthorized):
        grant_of(drive)
    drive.refresh_from_db()
    assert (drive.state, drive.reason_code) == ("blocked", NotAccepted.code)
    assert drive.problem
    with pytest.raises(Unauthorized, match="Connect the Google account again"):
        grant_of(drive)


def test_blocking_says_so_on_its_channels_but_leaves_those_that_are_off(ann: User) -> None:
    credential = login(ann)
    channel(ann, credential=credential)
    off = channel(ann, credential=credential, state="off")
    block(credential, THEY_SAID)
    assert sorted(Channel.objects.values_list("state", "reason_code")) == [
        ("blocked", LoginNotAccepted.code),
        ("off", ""),
    ]
    assert {one.problem for one in Channel.objects.filter(state="blocked")} == {str(THEY_SAID)}
    assert off.problem == ""


def test_a_verdict_about_an_old_token_does_not_block_the_new_one(ann: User) -> None:
    stale = login(ann)
    Credential.objects.filter(pk=stale.pk).update(version=stale.version + 1)
    block(stale, THEY_SAID)
    assert Credential.objects.get(pk=stale.pk).state == "active"


def test_a_page_goes_on_when_the_login_that_opened_it_has_ended(ann: User, sandbox: Box) -> None:
    credential, _ = connect(ann, "facebook", grant(sandbox.person()["facebook"]))
    ending(credential, minutes=-1)
    renew_due()
    credential.refresh_from_db()
    assert credential.state == "blocked"
    assert credential.reason == NotAccepted(cause=Because(NotRenewable(service="Facebook")))
    assert set(Channel.objects.values_list("state", flat=True)) == {"active"}


def test_what_our_keys_do_not_open_says_what_to_do(ann: User) -> None:
    credential = login(ann)
    blob = bytearray(Credential.objects.get(pk=credential.pk).__dict__["secret"].blob)
    blob[-1] ^= 1
    Credential.objects.filter(pk=credential.pk).update(secret=Sealed(bytes(blob)))
    with pytest.raises(Unauthorized) as told:
        grant_of(Credential.objects.get(pk=credential.pk))
    assert told.value.reason == KeysMissing()


@pytest.mark.parametrize(("practising", "practice"), [(False, True), (True, False)])
def test_practice_and_real_accounts_are_never_mixed(ann: User, settings, *, practising: bool, practice: bool) -> None:
    settings.PRACTICE = practising
    credential = login(ann, practice=practice)
    with pytest.raises(Unavailable) as told:
        grant_of(credential)
    assert told.value.reason == (IsPractice if practice else IsReal)(name=str(credential))
    credential.refresh_from_db()
    assert credential.state == "active"


def test_a_login_that_cannot_be_renewed_is_not_asked_for_every_minute(ann: User, sandbox: Box) -> None:
    credential, _ = connect(ann, "threads", grant(sandbox.person()["threads"]))
    ending(credential, minutes=60 * 24)
    renew_due()
    asked = len(sandbox.calls("refresh_access_token"))
    renew_due()
    assert len(sandbox.calls("refresh_access_token")) == asked == 1


@pytest.mark.parametrize("reason", ["", NotAccepted.code])
def test_a_login_that_was_renewed_by_who_then_died_is_opened_by_the_next(ann: User, sandbox: Box, reason: str) -> None:
    credential, [place] = connect(ann, "threads", grant(sandbox.person()["threads"]))
    block(credential, THEY_SAID)
    Credential.objects.update(reason_code=reason)
    Rest.objects.all().delete()
    assert ask_blocked() == 1
    credential.refresh_from_db()
    place.refresh_from_db()
    assert (credential.state, place.state) == ("active", "active")


def test_an_answer_about_an_old_token_opens_no_login_that_was_connected_and_refused_since(ann: User) -> None:
    stale = login(ann, state="blocked")
    Credential.objects.filter(pk=stale.pk).update(version=stale.version + 1)
    assert not revival._open_login(stale)
    assert Credential.objects.get().state == "blocked"


def test_a_place_that_was_released_stays_closed_when_its_login_is_accepted_again(ann: User) -> None:
    refused = login(ann, state="blocked")
    for released in (True, False):
        channel(ann, credential=refused, state="blocked", reason_code=LoginNotAccepted.code, released=released)
    assert revival._open_login(refused)
    assert set(Channel.objects.values_list("released", "state")) == {(True, "blocked"), (False, "active")}


def test_logins_that_fail_again_and_again_keep_no_other_waiting(ann: User, settings) -> None:
    settings.REMOTE_ROOT = "http://127.0.0.1:9"  # nobody is there
    soon = clock.now() + dt.timedelta(days=1)
    for number in range(AT_ONCE + 5):
        login(ann, "threads", expires_at=soon + dt.timedelta(minutes=number))
    untried = Credential.objects.filter(reason_code="")
    renew_due()
    assert untried.count() == 5
    renew_due()
    assert untried.count() == 0
