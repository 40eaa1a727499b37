"""The one door: who comes in, who is held off, and that it says the same to everybody."""

from __future__ import annotations

import re
import stat
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts import people
from accounts.models import User
from accounts.reasons.events import SignedIn
from accounts.sign_in import second_factors, urls
from poster import settings as as_written
from poster.config import mail_server
from poster.models import Event
from poster.web import proxies, visitors
from tests import factories
from tests.accounts.doors import DOOR, CountingArgon2, confirm, inside, knock, lines, mails, quick_door, somebody  # noqa: F401

pytestmark = pytest.mark.django_db


def told(page) -> str:
    """What a page says, without what differs from page to page by chance."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())


# -- the same answer for everybody ------------------------------------------------------------------------------------
def test_a_known_and_an_unknown_e_mail_get_the_same_answer_at_the_door() -> None:
    somebody()
    known, unknown = knock(Client(), "wrong"), knock(Client(), "wrong", "nobody@example.org")
    assert known.status_code == unknown.status_code == 200
    assert told(known).replace("carol@", "nobody@") == told(unknown)


def test_a_reset_says_the_same_whether_there_is_an_account_or_not() -> None:
    somebody()
    where = reverse("account_reset_password")
    answers = [Client().post(where, {"email": email}) for email in ("carol@example.org", "nobody@example.org")]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, reverse("account_reset_password_done"))
    }
    assert [message.to for message in mail.outbox] == [["carol@example.org"]], "strangers get no mail of ours"


@pytest.fixture
def work(settings):
    """How many passwords are hashed while something is done."""
    somebody()
    User.objects.filter(pk=somebody("Locked").pk).update(is_active=False)
    factories.person("Nina")  # has no password
    settings.PASSWORD_HASHERS = ["tests.accounts.doors.CountingArgon2"]

    def of(act) -> int:
        before = CountingArgon2.work
        act()
        return CountingArgon2.work - before

    return of


EVERYBODY = ["carol@example.org", "locked@example.org", "nina@example.org", "nobody@example.org"]


@pytest.mark.parametrize("email", EVERYBODY)
def test_s28_the_door_takes_as_long_for_everybody(email, work) -> None:
    assert work(lambda: knock(Client(), "wrong", email)) == 1


@pytest.mark.parametrize("email", EVERYBODY)
def test_s28_a_reset_takes_as_long_for_everybody(email, work) -> None:
    assert work(lambda: Client().post(reverse("account_reset_password"), {"email": email})) == 0


def test_signing_up_says_the_same_to_everybody() -> None:
    somebody()
    wish = {"password1": factories.PASSWORD, "password2": factories.PASSWORD}
    where = reverse("account_signup")
    known, unknown = (
        Client().post(where, {"email": email, **wish}) for email in ("carol@example.org", "eve@example.org")
    )
    assert known.status_code == unknown.status_code == 200
    assert told(known) == told(unknown)
    assert b"By invitation" in known.content
    assert User.objects.count() == 1


# -- guessing ---------------------------------------------------------------------------------------------------------
def test_twenty_wrong_passwords_are_stopped_for_the_account_from_wherever_they_come() -> None:
    somebody()
    for number in range(20):
        knock(Client(REMOTE_ADDR=f"192.0.2.{number + 1}"), "wrong")
    right = knock(Client(REMOTE_ADDR="198.51.100.7"))
    assert right.status_code == 200
    assert b"Too many failed login attempts" in right.content


def test_an_address_that_tries_many_accounts_is_stopped() -> None:
    somebody()
    for number in range(12):
        knock(Client(REMOTE_ADDR="192.0.2.1"), "wrong", f"nobody{number}@example.org")
    assert knock(Client(REMOTE_ADDR="192.0.2.1")).status_code == 200
    assert knock(Client(REMOTE_ADDR="192.0.2.2")).status_code == 302


def test_a_written_x_forwarded_for_is_no_way_around() -> None:
    somebody()
    for number in range(12):
        spoofed = Client(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
        knock(spoofed, "wrong", f"nobody{number}@example.org")
    assert knock(Client(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="203.0.113.99")).status_code == 200
    assert set(Event.objects.values_list("address", flat=True)) == {"192.0.2.1"}


@pytest.mark.parametrize(
    ("behind", "forwarded", "address"),
    [
        (False, "203.0.113.5", "10.0.0.9"),
        (True, "203.0.113.5", "203.0.113.5"),
        (True, "1.2.3.4, 203.0.113.5", "203.0.113.5"),
        (True, "1.2.3.4, nonsense", "10.0.0.9"),
        (True, "", "10.0.0.9"),
        (True, "203.0.113.5:4711", "203.0.113.5"),
        (True, "[2001:db8::1]:4711", "2001:db8::1"),
        (True, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_an_address_comes_from_the_proxy_only_behind_one(rf, settings, behind, forwarded, address) -> None:
    settings.BEHIND_PROXY = proxies.USUAL if behind else None
    more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert visitors.address_of(rf.get("/", REMOTE_ADDR="10.0.0.9", **more)) == address


def test_no_address_at_all_is_no_failure() -> None:
    somebody()
    assert knock(Client(REMOTE_ADDR="")).status_code == 302


# -- what is written down ---------------------------------------------------------------------------------------------
def test_coming_in_and_going_out_is_in_the_security_log() -> None:
    carol = somebody()
    client = inside(carol, REMOTE_ADDR="192.0.2.4", HTTP_USER_AGENT="Carol's Firefox")
    client.post(reverse("account_logout"))
    assert lines(carol) == ["Signed in", "Signed out"]
    first = Event.objects.get(fact_code=SignedIn.code)
    assert (first.kind, first.address, first.browser) == ("sign_in", "192.0.2.4", "Carol's Firefox")


def test_a_wrong_password_is_written_down_and_what_a_stranger_typed_is_not() -> None:
    carol = somebody()
    knock(Client(), "my secret guess")
    knock(Client(), "my secret guess", "stranger@example.org")
    assert lines(carol) == ["Wrong password"]
    everything = " ".join(lines())
    assert "Tried an address that has no account" in everything
    assert "stranger" not in everything
    assert "secret" not in everything


def test_somebody_locked_out_is_told_and_it_is_written_down() -> None:
    carol = somebody()
    User.objects.update(is_active=False)
    assert knock(Client())["Location"] == reverse("account_inactive")
    assert lines(carol) == ["Tried to sign in to an account that is locked out"]


# -- the first run ----------------------------------------------------------------------------------------------------
def test_the_first_operator_has_a_password_of_his_own_on_every_install() -> None:
    made, password = people.first_operator()
    assert len(password) >= 20
    assert made.check_password(password)
    User.objects.all().delete()
    _, other = people.first_operator()
    assert other != password


def test_there_is_no_second_first_operator() -> None:
    people.first_operator()
    assert people.first_operator() is None


@pytest.mark.parametrize("guess", ["admin", "password", "operator", "ai-poster", "changeme", "operator@localhost", ""])
def test_no_default_password_opens_the_door(guess) -> None:
    made, _ = people.first_operator()
    assert not made.check_password(guess)


def test_the_first_operator_signs_in_without_any_mail() -> None:
    made, password = people.first_operator()
    assert knock(Client(), password, made.email)["Location"] == reverse("admin:index")
    assert not mail.outbox


def test_createsuperuser_makes_somebody_who_can_sign_in(monkeypatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", factories.PASSWORD)
    call_command("createsuperuser", "--noinput", "--email", "root@example.org", stdout=StringIO())
    client = Client()
    assert knock(client, email="root@example.org").status_code == 302
    assert client.get(reverse("admin:index"))["Location"].startswith(reverse("agree"))
    assert User.objects.get().is_superuser


# -- passwords and addresses ------------------------------------------------------------------------------------------
def test_p17_passwords_are_hashed_with_argon2id() -> None:
    assert somebody().password.startswith("argon2$argon2id$")
    assert as_written.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_p01_what_is_kept_of_a_person_is_the_e_mail_a_hash_and_a_name_if_he_likes() -> None:
    kept = {field.name for field in User._meta.get_fields() if field.concrete and not field.is_relation}
    assert kept == {
        "id", "created_at", "email", "password", "name", "is_active", "is_staff", "is_superuser", "last_login",
        "time_zone", "language", "most_held_mb", "most_pictures", "most_watches", "shortest_interval", "ai_budget",
        "always_ai", "always_adult", "to_approve", "approve_by_link",
        "on_failure", "on_reconnect", "on_budget", "weekly_summary", "announcements", "single_keys", "theme",
        "keep_small_copies",
    }  # fmt: skip
    assert User._meta.get_field("name").blank


def test_a_reset_by_mail_ends_all_sessions() -> None:
    carol = somebody()
    client = inside(carol)
    Client().post(reverse("account_reset_password"), {"email": "carol@example.org"})
    link = re.search(r"http\S+/reset/key/\S+", str(mail.outbox[0].body)).group()
    path = "/" + link.split("/", 3)[3]
    visitor = Client()
    form = visitor.get(path, follow=True).redirect_chain[-1][0]
    new = "a different battery staple"
    visitor.post(form, {"password1": new, "password2": new})
    assert client.get(reverse("admin:index")).status_code == 302
    assert knock(Client(), new).status_code == 302
    assert Client().get(path, follow=True).content.count(b"used up") == 1
    assert any("mailed link" in line for line in lines(carol))


def test_changing_the_password_asks_for_the_old_one_ends_other_sessions_and_tells_by_mail() -> None:
    carol = somebody()
    here, there = inside(carol), inside(carol)
    new = "a different battery staple"
    confirm(here)
    asked = here.post(reverse("account_change_password"), {"oldpassword": "wrong", "password1": new, "password2": new})
    assert asked.status_code == 200
    here.post(
        reverse("account_change_password"), {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    )
    assert here.get(reverse("admin:index")).status_code == 200
    assert there.get(reverse("admin:index")).status_code == 302
    assert "Changed the password" in lines(carol)
    assert "Your password has been changed" in mail.outbox[-1].body


@pytest.mark.parametrize("verified", [None, False, True])
def test_an_e_mail_that_became_anothers_in_the_meantime_is_not_taken_from_him(verified) -> None:
    carol = somebody()
    client = inside(carol)
    client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
    link = re.search(r"http\S+/confirm-email/\S+", str(mail.outbox[-1].body)).group()
    other = somebody("New")
    if verified is not None:
        EmailAddress.objects.create(user=other, email=other.email, verified=verified, primary=True)
    page = client.post("/" + link.split("/", 3)[3], follow=True)
    assert "is the address of another account here" in told(page)
    carol.refresh_from_db()
    assert carol.email == "carol@example.org"
    assert not EmailAddress.objects.get(user=carol, email="new@example.org").verified


def test_a_new_e_mail_counts_when_it_is_confirmed_and_not_before() -> None:
    carol = somebody()
    client = inside(carol)
    confirm(client)
    client.post(reverse("account_email"), {"action_add": "", "email": "carol.new@example.org"})
    carol.refresh_from_db()
    assert carol.email == "carol@example.org"
    link = re.search(r"http\S+/confirm-email/\S+", str(mail.outbox[-1].body)).group()
    client.post("/" + link.split("/", 3)[3])
    carol.refresh_from_db()
    assert carol.email == "carol.new@example.org"
    assert knock(Client(), email="carol.new@example.org").status_code == 302
    assert not EmailAddress.objects.filter(email="carol@example.org").exists()
    assert "Changed the e-mail address" in lines(carol)


# -- mails ------------------------------------------------------------------------------------------------------------
def test_without_a_mail_server_mails_are_files_that_only_we_can_read(tmp_path) -> None:
    folder = tmp_path / "mail"
    backend = get_connection("poster.config.mail_server.PrivateFiles", file_path=str(folder))
    backend.send_messages([EmailMessage("Hello", "a link", to=["x@example.org"])])
    (file,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "a link" in file.read_text()


def test_pages_that_promise_a_mail_say_when_there_is_no_server(settings) -> None:
    pages = [reverse("account_reset_password"), reverse("account_reset_password_done")]
    for page in [*pages, reverse("account_email_verification_sent")]:
        assert b"no mail server" in Client().get(page).content
        settings.EMAIL_URL = "smtp://localhost"
        assert b"no mail server" not in Client().get(page).content
        settings.EMAIL_URL = ""


def test_a_mail_server_that_is_down_changes_no_answer_and_names_nobody_in_the_log(settings, caplog) -> None:
    somebody()
    settings.EMAIL_URL, settings.EMAIL_BACKEND = "smtp://localhost", "tests.accounts.doors.NoServer"
    where = reverse("account_reset_password")
    answers = [Client().post(where, {"email": email}) for email in ("carol@example.org", "nobody@example.org")]
    mails()
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, reverse("account_reset_password_done"))
    }
    assert "A mail was not sent (Choose a new password for ai-poster): ConnectionRefusedError" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("smtp://me:p%40ss@mail.example.org:587", ("mail.example.org", 587, "me", "p@ss", True, False)),
        ("smtps://me:pw@mail.example.org", ("mail.example.org", 465, "me", "pw", False, True)),
        ("smtp://localhost:25", ("localhost", 25, "", "", False, False)),
    ],
)
def test_a_mail_server_is_one_address(url, kept) -> None:
    found = mail_server.server(url)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    assert tuple(found[f"EMAIL_{name}"] for name in names) == kept


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://u:pw@h:port",
        "smtp://user@host",
        "smtp://h/path",
    ],
)
def test_nonsense_for_a_mail_server_is_refused_with_a_sentence_that_keeps_the_password(url) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL") as refused:
        mail_server.server(url)
    assert "pw" not in str(refused.value)


def test_nonsense_for_a_sender_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_FROM"):
        mail_server.sender("nobody", "localhost")
    assert mail_server.sender("", "poster.example.org") == "ai-poster <no-reply@poster.example.org>"


# -- what is routed ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    [
        "account_confirm_login_code", "account_request_login_code", "google_login_by_token",
        "socialaccount_signup", "account_signup_by_passkey", "mfa_signup_webauthn", "mfa_trust",
    ],
)  # fmt: skip
def test_what_we_do_not_want_of_allauth_is_not_routed(name) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_nobody_sets_a_password_on_a_session_alone_that_had_none() -> None:
    client = Client()
    client.force_login(factories.person("Gina"))
    new = "a different battery staple"
    led = client.post(reverse("account_set_password"), {"password1": new, "password2": new})
    assert led["Location"] == reverse("account_reset_password")
    assert not User.objects.get().has_usable_password()


def test_every_address_of_allauth_is_on_our_list() -> None:
    from accounts.sign_in.urls import urlpatterns as listed

    ours = {each.name for each in listed}
    routed = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    theirs = {name for name in routed if name.startswith(("account_", "mfa_", "socialaccount_", "usersessions_"))}
    assert theirs <= ours
    assert reverse("account_login") == DOOR


# -- our own design ---------------------------------------------------------------------------------------------------
OPEN = [each.name for each in urls.at_the_door if each.name not in {"google_callback", "mfa_login_webauthn"}]
NO_PAGE = {"mfa_download_recovery_codes", "session_end"}
BROWSERS_ONLY = {"mfa_reauthenticate_webauthn"}  # wants a real key: test_passkeys_in_a_browser
OWN = [each.name for each in urls.my_own if each.name not in NO_PAGE | BROWSERS_ONLY]


def ours(page) -> bool:
    """Whether a page wears our stylesheets, and its template is one of ours."""
    written = [each.origin.name for each in page.templates if each.name]
    return b"poster/tokens.css" in page.content and written[0].startswith(str(as_written.BASE / "templates"))


@pytest.mark.parametrize("name", OPEN)
def test_every_page_at_the_door_is_in_our_design(name, settings) -> None:
    settings.GOOGLE_SIGNIN = ("id", "secret")
    given = {"account_confirm_email": ["x"], "account_reset_password_from_key": ["1", "x-y"], "join": ["x"]}
    page = Client().get(reverse(name, args=given.get(name, [])), follow=True)
    assert ours(page)


@pytest.mark.parametrize("name", OWN)
def test_every_page_of_one_s_own_account_is_in_our_design(name) -> None:
    carol = somebody()
    client = inside(carol)
    confirm(client)
    data = {"name": "Carol's key", "credential": {}, "passwordless": True}
    key = Authenticator.objects.create(user=carol, type="webauthn", data=data)
    for kind, secret in {"totp": "secret", "recovery_codes": "seed"}.items():
        sealed = {secret: second_factors.seal("ab" * 20, carol.pk), "used_mask": 0}
        Authenticator.objects.create(user=carol, type=kind, data=sealed)
    if name in {"mfa_activate_totp", "mfa_add_webauthn"}:
        Authenticator.objects.filter(type__in=["totp", "webauthn"]).delete()
    page = client.get(reverse(name, args=[key.pk] if "edit" in name or "remove" in name else []), follow=True)
    assert page.status_code == 200
    assert ours(page)
