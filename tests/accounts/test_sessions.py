"""Sessions end: by time, by hand, and when somebody is locked out."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.sign_in.sessions import BEGAN, SEEN
from poster import settings as as_written
from poster.web.visitors import browser_of
from tests import factories
from tests.accounts.doors import confirm, inside, knock, later, lines, mails, quick_door, somebody  # noqa: F401

pytestmark = pytest.mark.django_db
HOME = reverse("admin:index")


def turn_back(client: Client, name: str, span: dt.timedelta) -> None:
    """As if so much time had gone by."""
    session = client.session
    session[name] -= span.total_seconds()
    session.save()


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def test_p18_a_session_ends_when_nobody_used_it(settings) -> None:
    settings.SESSION_IDLE_MINUTES = 30
    carol = somebody()
    client = inside(carol)
    turn_back(client, SEEN, dt.timedelta(minutes=29))
    assert is_in(client)
    turn_back(client, SEEN, dt.timedelta(minutes=31))
    gone = client.get(HOME)
    assert gone["Location"].startswith(reverse("account_login"))
    assert "You were away for long" in client.get(gone["Location"]).content.decode()
    assert lines(carol)[-2:] == ["The session ran out", "Signed out"]


def test_p18_a_session_ends_after_its_days_however_busy_it_was(settings) -> None:
    settings.SESSION_MAX_DAYS = 3
    client = inside(somebody())
    turn_back(client, BEGAN, dt.timedelta(days=2, hours=23))
    assert is_in(client)
    turn_back(client, BEGAN, dt.timedelta(hours=2))
    assert "signed in for 3 days" in client.get(client.get(HOME)["Location"]).content.decode()


def test_p06_a_session_is_given_at_the_sign_in_and_is_another_one_than_before() -> None:
    somebody()
    client = Client()
    client.get(reverse("account_login"))
    before = client.session.session_key
    knock(client)
    assert client.session.session_key != before
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"


def test_being_there_makes_it_last_but_a_page_that_refreshes_itself_does_not() -> None:
    client = inside(somebody())
    turn_back(client, SEEN, dt.timedelta(minutes=10))
    seen = client.session[SEEN]
    client.get(HOME, HTTP_HX_REQUEST="true")
    assert client.session[SEEN] == seen
    client.get(HOME)
    assert client.session[SEEN] > seen


def test_a_session_that_is_not_to_be_kept_ends_with_the_browser() -> None:
    somebody()
    kept, passing = Client(), Client()
    knock(kept, remember="on")
    knock(passing)
    assert kept.cookies["sessionid"]["max-age"] == as_written.SESSION_IDLE_MINUTES * 60
    assert not passing.cookies["sessionid"]["max-age"]


def test_signing_out_kills_the_session_on_the_server() -> None:
    client = inside(somebody())
    key = client.session.session_key
    client.post(reverse("account_logout"))
    assert not Session.objects.filter(session_key=key).exists()
    thief = Client()
    thief.cookies["sessionid"] = key
    assert not is_in(thief)


def test_sessions_are_listed_with_browser_and_address_and_the_others_can_be_ended() -> None:
    carol = somebody()
    here = inside(carol, HTTP_USER_AGENT="Firefox at home", REMOTE_ADDR="192.0.2.1")
    there = inside(carol, HTTP_USER_AGENT="Chrome at the library", REMOTE_ADDR="198.51.100.9")
    page = here.get(reverse("usersessions_list")).content.decode()
    assert all(text in page for text in ("Firefox at home", "192.0.2.1", "Chrome at the library", "198.51.100.9"))
    here.post(reverse("usersessions_list"))
    assert is_in(here)
    assert not is_in(there)
    assert lines(carol)[-1] == "Ended sessions: 1"


def test_one_session_of_several_can_be_ended() -> None:
    carol = somebody()
    here, there, library = inside(carol), inside(carol), inside(carol)
    listed = UserSession.objects.get(session_key=library.session.session_key)
    assert here.get(reverse("session_end", args=[listed.pk]))["Location"] == reverse("usersessions_list")
    here.post(reverse("session_end", args=[listed.pk]))
    assert [is_in(here), is_in(there), is_in(library)] == [True, True, False]


def test_the_session_of_another_cannot_be_ended_by_its_number() -> None:
    dora = inside(somebody("Dora"))
    listed = UserSession.objects.get(session_key=dora.session.session_key)
    assert inside(somebody()).post(reverse("session_end", args=[listed.pk])).status_code == 404
    assert is_in(dora)


def test_nobody_sees_or_ends_the_sessions_of_another() -> None:
    carol, dora = inside(somebody()), inside(somebody("Dora"), HTTP_USER_AGENT="Dora's Firefox")
    assert "Dora" not in carol.get(reverse("usersessions_list")).content.decode()
    carol.post(reverse("usersessions_list"))
    assert is_in(dora)


def test_locking_somebody_out_ends_all_his_sessions_at_once() -> None:
    carol, olga = somebody(), somebody("Olga", operator=True)
    client, operator = inside(carol), inside(olga)
    confirm(operator)
    wish = {"email": carol.email, "name": carol.name, "is_superuser": ""}
    operator.post(reverse("admin:accounts_user_change", args=[carol.pk]), wish)
    assert not is_in(client)
    assert not UserSession.objects.filter(user=carol).exists()
    User.objects.filter(pk=carol.pk).update(is_active=True)
    assert not is_in(client), "and they do not come back with him"
    assert "Was locked out; all sessions ended" in lines(carol)


def test_a_new_password_by_the_operator_ends_all_sessions_too() -> None:
    carol, olga = somebody(), somebody("Olga", operator=True)
    client, operator = inside(carol), inside(olga)
    confirm(operator)
    new = {"password1": "a different battery staple", "password2": "a different battery staple"}
    operator.post(reverse("admin:auth_user_password_change", args=[carol.pk]), new)
    assert not is_in(client)
    assert "The operator set a new password" in lines(carol)
    assert [(mail.to, "new password" in mail.body) for mail in mails()] == [([carol.email], True)]


def test_another_e_mail_by_the_operator_is_told_to_the_one_before() -> None:
    carol, operator = somebody(), inside(somebody("Olga", operator=True))
    wish = {"email": "eve@example.org", "name": carol.name, "is_active": "on", "is_superuser": ""}
    operator.post(reverse("admin:accounts_user_change", args=[carol.pk]), wish)
    assert [(mail.to, "another e-mail address" in mail.body) for mail in mails()] == [(["carol@example.org"], True)]
    assert "Got another e-mail address from an operator" in lines(carol)


def test_a_change_of_role_is_asked_for_twice_and_written_down() -> None:
    carol, olga = somebody(), somebody("Olga", operator=True)
    operator = later(inside(olga))
    where = reverse("admin:accounts_user_change", args=[carol.pk])
    wish = {"email": carol.email, "name": carol.name, "is_active": "on", "is_superuser": "on"}
    asked = operator.post(where, wish)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    carol.refresh_from_db()
    assert not carol.is_superuser
    confirm(operator)
    operator.post(where, wish)
    carol.refresh_from_db()
    assert carol.is_superuser
    assert "Became an operator" in lines(carol)


@pytest.mark.parametrize("lost", ["is_active", "is_superuser"])
def test_the_only_operator_cannot_lock_the_door_behind_himself(lost) -> None:
    olga = somebody("Olga", operator=True)
    operator = inside(olga)
    confirm(operator)
    wish = {"email": olga.email, "name": olga.name, "is_active": "on", "is_superuser": "on"}
    page = operator.post(reverse("admin:accounts_user_change", args=[olga.pk]), wish | {lost: ""})
    assert b"the only operator" in page.content
    olga.refresh_from_db()
    assert olga.is_active
    assert olga.is_superuser


def test_people_whom_the_operator_made_sign_in_with_the_address_that_he_wrote_down() -> None:
    operator = inside(somebody("Olga", operator=True))
    confirm(operator)
    new = {"email": "Nina@example.org", "password1": factories.PASSWORD, "password2": factories.PASSWORD}
    operator.post(reverse("admin:accounts_user_add"), new)
    assert knock(Client(), email="nina@example.org")["Location"] == HOME


# -- saying once more who it is ---------------------------------------------------------------------------------------
def test_it_is_asked_again_after_a_quarter_of_an_hour(settings) -> None:
    client = later(inside(somebody()))
    confirm(client)
    assert client.get(reverse("account_email")).status_code == 200
    asked = later(client).post(reverse("account_email"), {"action_add": "", "email": "eve@example.org"})
    assert reverse("account_reauthenticate") in asked["Location"]


def test_a_wrong_password_does_not_count_and_is_limited() -> None:
    client = later(inside(somebody("Olga", operator=True)))
    for _ in range(6):
        confirm(client, "wrong")
    confirm(client)
    assert client.get(reverse("admin:accounts_invitation_add")).status_code == 302


def test_nothing_that_was_posted_is_kept_while_somebody_is_asked() -> None:
    client = later(inside(somebody("Olga", operator=True)))
    client.post(reverse("admin:accounts_invitation_add"), {"email": "canary@example.org"})
    assert "canary" not in str(dict(client.session))


def test_after_the_question_one_is_where_one_was() -> None:
    client = later(inside(somebody("Olga", operator=True)))
    where = reverse("admin:accounts_invitation_add")
    asked = client.get(where)["Location"]
    back = client.post(asked, {"password": factories.PASSWORD, "next": where})
    assert back["Location"] == where


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_way_back_never_leads_elsewhere(place) -> None:
    client = later(inside(somebody("Olga", operator=True)))
    asked = client.post(reverse("admin:accounts_invitation_add"), {"back": place, "email": "x@example.org"})
    assert "evil" not in asked["Location"]
    assert "javascript" not in asked["Location"]


SENSITIVE = (
    *("account_email", "mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"),
    *("socialaccount_connections", "connect_start", "my_data_copy", "my_data_delete"),
)


@pytest.mark.parametrize("name", SENSITIVE)
def test_s30_who_has_just_signed_in_is_not_asked_and_later_everybody_is(name) -> None:
    client = inside(somebody())
    assert "reauthenticate" not in client.get(reverse(name)).get("Location", "")
    assert later(client).get(reverse(name))["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize("name", SENSITIVE)
def test_s30_who_has_neither_password_nor_second_factor_signs_in_once_more(name) -> None:
    client = Client()
    client.force_login(factories.person("Nina"))
    asked = later(client).get(reverse(name))["Location"]
    assert asked.startswith(reverse("account_logout"))
    assert "neither a password nor a second factor" in client.get(asked).content.decode()
    door = client.post(asked)["Location"]
    assert door == f"{reverse('account_login')}?next={quote(reverse(name), safe='')}"


# -- my account -------------------------------------------------------------------------------------------------------
def test_times_are_shown_in_the_zone_of_the_person() -> None:
    carol = somebody()
    client = inside(carol)
    client.post(reverse("my_account"), {"name": "Carola", "time_zone": "Asia/Tokyo", "theme": "auto"})
    carol.refresh_from_db()
    assert (carol.name, carol.time_zone) == ("Carola", "Asia/Tokyo")
    there = timezone.now().astimezone(dt.timezone(dt.timedelta(hours=9)))
    assert f"It is {there:%H}:" in client.get(reverse("my_account")).content.decode()
    assert 'data-admin-utc-offset="32400"' in client.get(HOME).content.decode()


def test_a_zone_that_does_not_exist_is_refused_and_one_in_the_database_harms_nobody() -> None:
    carol = somebody()
    client = inside(carol)
    client.post(reverse("my_account"), {"time_zone": "Mars/Olympus", "theme": "auto"})
    carol.refresh_from_db()
    assert carol.time_zone == ""
    User.objects.filter(pk=carol.pk).update(time_zone="Mars/Olympus")
    assert is_in(client)


def test_over_https_the_cookies_are_for_this_host_only() -> None:
    ask = "from poster import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE)"
    env = {**os.environ, "PUBLIC_URL": "https://poster.example.org"}
    told = subprocess.run([sys.executable, "-c", ask], env=env, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["__Host-session", "__Host-csrf", "True"]


def test_p60_the_cookies_are_session_and_csrf_and_after_a_sign_in_one_that_keeps_guessers_apart() -> None:
    client = inside(somebody())
    client.get(reverse("my_account"))
    assert set(client.cookies) == {"sessionid", "csrftoken", "known"}
    assert not set(Client().get("/accounts/login/").cookies) - {"csrftoken"}


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605", "Safari on Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140 Mobile Safari/604", "Chrome on iPhone"),
        ("something of my own", "something of my own"),
        ("", "An unnamed browser"),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent, said) -> None:
    assert browser_of(agent) == said
