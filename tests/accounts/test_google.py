"""The Google login, against the sandbox."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.connections.grants import connect
from accounts.connections.revival import ask_blocked
from accounts.connections.token_refresh import refresh
from accounts.providers import PROVIDERS, App, Grant
from accounts.providers.google.reasons import DriveNotAllowed, GrantRefused
from accounts.reasons.logins import NotAccepted
from poster import clock
from poster.errors import Actor, OutsideError, RateLimited, Refused, Unauthorized, Unavailable
from poster.models import Rest
from tests.factories import person
from tests.facts import with_reason
from tests.sandbox.google_world import Google, google_account
from tests.sandbox_fixture import Box

TOKEN = {"host": "oauth2.googleapis.com"}


@pytest.fixture
def account(sandbox: Box, settings) -> Google:
    settings.REMOTE_ROOT = sandbox.root
    return google_account(sandbox, email="owner@example.com")


@pytest.fixture
def google():
    return PROVIDERS["google"]()


def app_of(account: Google) -> App:
    return App(account.login["client_id"], account.login["client_secret"])


def grant_of(account: Google) -> Grant:
    return Grant(account.login["access_token"], account.login["refresh_token"], None, tuple(account.login["scopes"]))


def test_only_reading_drive_is_asked_for(google):
    assert google.scopes == ("https://www.googleapis.com/auth/drive.readonly",)


def test_a_login_says_whose_drive_it_is(google, account):
    profile = google.identify(grant_of(account))
    assert profile.name == "owner@example.com"
    assert profile == google.identify(grant_of(account))
    assert profile.remote_id


def test_there_is_nowhere_to_publish(google, account):
    assert google.discover(grant_of(account)) == []


def test_a_login_without_drive_has_to_be_made_again(google, sandbox, account):
    plain = google_account(sandbox, email="owner@example.com", scopes=["openid"])
    with pytest.raises(Unauthorized, check=with_reason(DriveNotAllowed)):
        google.identify(grant_of(plain))


def test_renewing_gives_another_token_and_keeps_the_lasting_one(google, account):
    before = grant_of(account)
    account.steer("POST", f"accounts/{account.login['account_id']}/expire")
    with pytest.raises(Unauthorized):
        google.identify(before)
    after = google.refresh(before, app_of(account))
    assert after.refresh_token == before.refresh_token
    assert after.access_token != before.access_token
    assert dt.timedelta(minutes=50) < after.expires_at - clock.now() < dt.timedelta(minutes=61)
    assert google.scopes[0] in after.scopes
    assert google.identify(after).name == "owner@example.com"


def test_a_login_taken_back_says_so_and_names_the_seven_days(google, account):
    account.steer("POST", f"accounts/{account.login['account_id']}/revoke")
    with pytest.raises(Unauthorized, check=with_reason(GrantRefused)) as refused:
        google.refresh(grant_of(account), app_of(account))
    assert refused.value.trace.code == "invalid_grant"
    assert account.login["refresh_token"] not in str(refused.value)


# Recorded answers at a renewal, and what each means. The state of the login, and who has to act.
SAID_AT_A_RENEWAL = [
    ("admin_policy_enforced", Unauthorized, Actor.YOU),
    ("policy_enforced", Unauthorized, Actor.YOU),
    ("org_internal", Unauthorized, Actor.YOU),
    ("access_denied", Unauthorized, Actor.YOU),
    ("deleted_client", Refused, Actor.OPERATOR),
    ("disabled_client", Refused, Actor.OPERATOR),
    ("invalid_client", Refused, Actor.OPERATOR),
    ("rate_limit_exceeded", RateLimited, None),
]


@pytest.mark.parametrize(("error", "kind", "actor"), SAID_AT_A_RENEWAL)
def test_what_google_says_no_with_at_a_renewal(google, sandbox, account, error, kind, actor):
    sandbox.fault("error", **TOKEN, variant=error)
    with pytest.raises(OutsideError) as refused:
        google.refresh(grant_of(account), app_of(account))
    told = refused.value
    assert (type(told), getattr(told, "actor", None), told.trace.code) == (kind, actor, error)
    assert "report this" not in told.sentence


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "kind", "actor"), SAID_AT_A_RENEWAL)
def test_only_what_a_new_login_can_mend_blocks_the_login(sandbox, account, error, kind, actor):
    login, _ = connect(person("Ann"), "google", grant_of(account))
    sandbox.fault("error", **TOKEN, variant=error)
    with pytest.raises(kind):
        refresh(login)
    login.refresh_from_db()
    assert (login.state, login.reason_code) == (
        ("blocked", NotAccepted.code) if kind is Unauthorized else ("active", "")
    )
    if kind is Unauthorized:  # allowed there after all, it goes on without anybody's act here
        sandbox.no_faults()
        Rest.objects.update(until=clock.now() - dt.timedelta(seconds=1))
        assert ask_blocked() == 1
        login.refresh_from_db()
        assert login.state == "active"


def test_without_a_lasting_permission_only_a_new_login_helps(google, account):
    with pytest.raises(Unauthorized, match="lasting permission"):
        google.refresh(Grant(account.login["access_token"]), app_of(account))


def test_a_wrong_secret_is_for_the_operator(google, account):
    with pytest.raises(Refused) as refused:
        google.refresh(grant_of(account), App(account.login["client_id"], "wrong"))
    assert refused.value.actor is Actor.OPERATOR
    assert not isinstance(refused.value, Unauthorized)


@pytest.mark.parametrize("kind", ["drop", "lost", "truncated", "malformed", "empty", "redirect"])
def test_renewing_may_be_tried_again_whatever_happens_on_the_way(google, sandbox, account, kind):
    sandbox.fault(kind, times=1, message="https://elsewhere.example/", **TOKEN)
    with pytest.raises(Unavailable):
        google.refresh(grant_of(account), app_of(account))
    assert google.refresh(grant_of(account), app_of(account)).access_token


@pytest.mark.parametrize("status", [500, 502, 503, 408])
def test_trouble_of_theirs_is_not_the_end_of_a_login(google, sandbox, account, status):
    sandbox.fault("status", status=status, **TOKEN)
    with pytest.raises(Unavailable):
        google.refresh(grant_of(account), app_of(account))


def test_asking_too_often_waits_as_long_as_they_say(google, sandbox, account):
    sandbox.fault("rate", retry_after="17", **TOKEN)
    with pytest.raises(RateLimited) as limited:
        google.refresh(grant_of(account), app_of(account))
    assert limited.value.retry_after == 17


def test_nothing_listening_is_unavailable(google, settings):
    settings.REMOTE_ROOT = "http://127.0.0.1:9"
    with pytest.raises(Unavailable):
        google.refresh(Grant("a", "r"), App("id", "secret"))
    with pytest.raises(Unavailable):
        google.identify(Grant("a"))


def test_the_token_goes_in_the_header(google, sandbox, account):
    google.identify(grant_of(account))
    assert {call["token_in"] for call in sandbox.calls("/drive/v3/about")} == {"header"}
