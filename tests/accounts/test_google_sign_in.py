"""Signing in with Google: for people who are here or invited, as themselves and as nobody else."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from accounts.models import Credential, User
from accounts.sign_in import invitations
from poster.config import env
from poster.permissions import TERMINAL
from tests import factories
from tests.accounts.doors import confirm, inside, later, lines, quick_door, somebody  # noqa: F401
from tests.accounts.test_inviting import WISHES

pytestmark = pytest.mark.django_db
HOME = reverse("admin:index")
APP = ("practice.apps.googleusercontent.com", "practice")


@pytest.fixture
def google(sandbox, settings):
    """Google, and our app there for signing in."""
    settings.REMOTE_ROOT = sandbox.root
    settings.GOOGLE_SIGNIN = APP
    return sandbox


def leave(client: Client, where: str = "") -> str:
    """Press the button; the address of Google's page."""
    answer = client.post(reverse("google_login") + where)
    assert answer.status_code == 200
    return answer.headers["Refresh"].removeprefix("0; url=")


def come(client: Client, email: str, decision: str = "allow", where: str = ""):
    """Press the button, say yes or no at Google as `email`, and come back."""
    form = {"decision": decision, "email": email}
    sent = requests.post(leave(client, where), data=form, allow_redirects=False, timeout=10)
    parts = urlsplit(sent.headers["Location"])
    return client.get(f"{parts.path}?{parts.query}")


def google_person(google, email: str, **more) -> None:
    google.ask("POST", "drive/accounts", {"email": email, **more})


def test_somebody_who_is_here_comes_in_with_the_same_verified_address(google) -> None:
    carol = somebody()
    client = Client()
    assert come(client, "carol@example.org")["Location"] == HOME
    assert client.get(HOME).wsgi_request.user == carol
    assert SocialAccount.objects.get().user == carol
    assert lines(carol)[-1] == "Signed in with Google"
    assert carol.check_password(factories.PASSWORD)


def test_the_second_time_it_is_the_google_account_that_counts(google) -> None:
    carol = somebody()
    come(Client(), "carol@example.org")
    EmailAddress.objects.filter(user=carol).update(email="moved@example.org")
    User.objects.filter(pk=carol.pk).update(email="moved@example.org")
    client = Client()
    come(client, "carol@example.org")
    assert client.get(HOME).wsgi_request.user == carol


def test_an_address_that_google_has_not_verified_opens_nothing(google) -> None:
    somebody()
    google_person(google, "carol@example.org", email_verified=False)
    client = Client()
    come(client, "carol@example.org")
    assert client.get(HOME).status_code == 302
    assert not SocialAccount.objects.exists()


def test_an_address_that_we_have_not_verified_opens_nothing(google) -> None:
    carol = somebody()
    EmailAddress.objects.create(user=carol, email=carol.email, verified=False, primary=True)
    client = Client()
    page = come(client, "carol@example.org")
    assert b"By invitation" in page.content
    assert client.get(HOME).status_code == 302
    assert not SocialAccount.objects.exists()


def test_strangers_do_not_come_in_and_no_account_is_made(google) -> None:
    client = Client()
    page = come(client, "stranger@example.org")
    assert b"By invitation" in page.content
    assert not User.objects.exists()
    assert not mail.outbox
    assert lines() == ["Came with a Google account that has no account here"]


def test_somebody_who_is_invited_joins_with_google_and_agrees_like_everybody(google) -> None:
    invitations.invite("nina@example.org", by=TERMINAL)
    client = Client()
    assert come(client, "nina@example.org")["Location"] == reverse("join_proved")
    assert not User.objects.exists()
    page = client.get(reverse("join_proved"))
    assert b"nina@example.org" in page.content
    assert client.post(reverse("join_proved"), WISHES)["Location"] == HOME
    nina = User.objects.get()
    assert EmailAddress.objects.get(user=nina).verified
    assert nina.acceptances.count() == 3
    assert come(Client(), "nina@example.org")["Location"] == HOME


def test_the_page_for_invited_people_opens_for_nobody_who_was_not_at_google() -> None:
    invitations.invite("nina@example.org", by=TERMINAL)
    assert Client().get(reverse("join_proved")).status_code == 410
    assert Client().post(reverse("join_proved"), WISHES).status_code == 410
    assert not User.objects.exists()


def test_an_unverified_google_address_does_not_open_the_invitation_of_another(google) -> None:
    invitations.invite("nina@example.org", by=TERMINAL)
    google_person(google, "nina@example.org", email_verified=False)
    assert b"By invitation" in come(Client(), "nina@example.org").content


def test_somebody_locked_out_stays_out(google) -> None:
    somebody()
    User.objects.update(is_active=False)
    client = Client()
    assert come(client, "carol@example.org")["Location"] == reverse("account_inactive")
    assert client.get(HOME).status_code == 302


def test_the_second_factor_is_asked_for_all_the_same(google) -> None:
    from tests.accounts.test_second_factors import with_app

    with_app(somebody())
    client = Client()
    assert come(client, "carol@example.org")["Location"] == reverse("mfa_authenticate")
    assert client.get(HOME).status_code == 302


def test_s30_who_has_no_password_shows_with_google_that_it_is_him(google) -> None:
    User.objects.filter(pk=somebody().pk).update(password="!")
    client = Client()
    come(client, "carol@example.org")
    where = reverse("account_email")
    assert client.get(where).status_code == 200
    assert later(client).get(where)["Location"].startswith(reverse("account_logout"))
    client.post(reverse("account_logout"))
    come(client, "carol@example.org")
    assert client.get(where).status_code == 200


def test_connecting_a_google_account_asks_first_who_it_is(google) -> None:
    client = later(inside(somebody()))
    for where, body in (("?process=connect", {}), ("", {"process": "connect"})):
        asked = client.post(reverse("google_login") + where, body)
        assert asked["Location"].startswith(reverse("account_reauthenticate"))


def test_p39_google_is_asked_for_name_and_e_mail_only_and_no_token_is_kept(google) -> None:
    somebody()
    client = Client()
    asked = parse_qs(urlsplit(leave(client)).query)
    assert set(asked["scope"][0].split()) == {"openid", "email", "profile"}
    assert asked["code_challenge_method"] == ["S256"]
    assert "offline" not in asked.get("access_type", [])
    come(client, "carol@example.org")
    assert not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()
    assert not Credential.objects.exists()
    assert set(SocialAccount.objects.get().extra_data) == {"name", "email"}


def test_saying_no_at_google_is_said_kindly(google) -> None:
    somebody()
    client = Client()
    page = come(client, "carol@example.org", decision="cancel")
    shown = client.get(page["Location"]) if page.status_code == 302 else page
    assert b"You declined, or closed Google's consent page" in shown.content


@pytest.mark.parametrize("state", ["", "made-up"])
def test_a_way_back_that_we_did_not_begin_is_refused(google, state) -> None:
    somebody()
    page = Client().get(reverse("google_callback"), {"code": "4/0A", "state": state})
    assert b"That did not work" in page.content


def test_the_way_back_works_once(google) -> None:
    somebody()
    client = Client()
    sent = requests.post(
        leave(client), data={"decision": "allow", "email": "carol@example.org"}, allow_redirects=False, timeout=10
    )
    parts = urlsplit(sent.headers["Location"])
    assert client.get(f"{parts.path}?{parts.query}")["Location"] == HOME
    assert b"That did not work" in client.get(f"{parts.path}?{parts.query}").content


def test_google_being_down_is_said_and_is_no_failure(google) -> None:
    somebody()
    client = Client()
    google.fault("status", host="oauth2.googleapis.com", status=503, times=5)
    page = come(client, "carol@example.org")
    assert b"That did not work" in page.content
    assert client.get(HOME).status_code == 302


def test_a_google_account_is_connected_and_removed_by_its_owner(google) -> None:
    carol = somebody()
    client = inside(carol)
    confirm(client)
    come(client, "other.carol@example.org", where="?process=connect")
    assert SocialAccount.objects.get().user == carol
    page = client.get(reverse("socialaccount_connections"))
    assert b"other.carol@example.org" in page.content
    confirm(client)
    client.post(reverse("socialaccount_connections"), {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()
    assert lines(carol)[-1] == "Removed the Google account for signing in"


def test_the_google_account_of_one_person_is_not_connected_to_another(google) -> None:
    carol, dora = somebody(), somebody("Dora")
    come(Client(), "carol@example.org")
    client = inside(dora)
    confirm(client)
    come(client, "carol@example.org", where="?process=connect")
    assert SocialAccount.objects.get().user == carol


def test_an_id_without_its_secret_is_refused_with_a_sentence(monkeypatch) -> None:
    monkeypatch.setenv("GOOGLE_SIGNIN_CLIENT_ID", "id")
    with pytest.raises(ImproperlyConfigured, match="go together"):
        env.pair("GOOGLE_SIGNIN_CLIENT_ID", "GOOGLE_SIGNIN_CLIENT_SECRET")


def test_without_an_app_there_is_no_button_and_no_door() -> None:
    assert b"Google" not in Client().get(reverse("account_login")).content
    assert Client().post(reverse("google_login")).status_code == 404
    assert Client().get(reverse("google_callback")).status_code == 404


def test_the_button_is_there_when_it_is_set_up(google) -> None:
    assert b"Sign in with Google" in Client().get(reverse("account_login")).content
