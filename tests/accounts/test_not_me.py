"""A sign-in from a new browser is told, and a link says: that was not me."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core import mail, signing
from django.test import Client
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.models import Notice, User
from accounts.reasons.events import WasNotMe
from accounts.sign_in import known_browsers, not_me
from accounts.sign_in.verified_addresses import is_verified, vouch
from poster import clock
from poster.models import Event
from poster.secrets.redaction import redact
from tests import factories
from tests.accounts.doors import confirm, inside, knock, mails, quick_door, somebody  # noqa: F401
from tests.accounts.test_google_sign_in import come, google  # noqa: F401
from tests.accounts.test_second_factors import with_app
from tests.clocks import Clock

pytestmark = pytest.mark.django_db
HOME = reverse("admin:index")
NEW = "a different battery staple"


@pytest.fixture
def carol() -> User:
    """She has been here, in a browser of her own."""
    person = somebody()
    inside(person)
    return person


def links() -> list[str]:
    """Of all mails, the oldest first."""
    return re.findall(r"https?://[^/]+(/not-me/\S+)", "\n".join(str(each.body) for each in mails()))


def press(path: str) -> int:
    return Client(enforce_csrf_checks=True).post(path).status_code


# -- told -------------------------------------------------------------------------------------------------------------
def test_p71_a_sign_in_from_a_new_browser_is_told_and_from_a_known_one_it_is_not(carol: User) -> None:
    assert mails() == []  # the first of all
    thief = inside(carol)
    assert [each.to for each in mails()] == [[carol.email]]
    thief.post(reverse("account_logout"))
    knock(thief)
    assert len(mails()) == 1


def test_p71_a_changed_password_and_second_factor_are_told_with_a_link(carol: User) -> None:
    client = inside(carol)
    told = len(links())
    wish = {"oldpassword": factories.PASSWORD, "password1": NEW, "password2": NEW}
    client.post(reverse("account_change_password"), wish)
    assert len(links()) == told + 1
    carol.refresh_from_db()
    carol.set_password(factories.PASSWORD)
    carol.save()
    with_app(carol)
    assert len(links()) >= told + 3  # a browser, an app


def test_an_old_account_that_nobody_remembers_coming_in_is_told() -> None:
    dora = somebody("Dora")
    User.objects.filter(pk=dora.pk).update(created_at=clock.now() - dt.timedelta(days=400))
    assert not Event.objects.filter(person=dora.pk, kind=Event.Kind.SIGN_IN).exists()
    inside(dora)
    assert [each.to for each in mails()] == [[dora.email]]


def test_a_browser_is_known_by_a_random_name_and_a_checksum_of_the_password_and_by_nothing_of_the_device(
    carol: User,
) -> None:
    browsers = [inside(carol, headers={"user-agent": "Firefox of Carol"}) for _ in range(2)]
    cookies = [each.cookies[known_browsers.cookie_name()].value for each in browsers]
    [(one, mark), (other, same)] = [signing.loads(each, salt=known_browsers.SALT)[str(carol.pk)] for each in cookies]
    assert (one != other, mark == same) == (True, True)  # of one device nothing but this is alike
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in (one, other))
    assert mark == salted_hmac(known_browsers.SALT, carol.password, algorithm="sha256").hexdigest()[:16]
    assert not set(Client().get("/accounts/login/").cookies) - {"csrftoken"}


# -- that was not me --------------------------------------------------------------------------------------------------
def test_a_get_does_nothing(carol: User) -> None:
    thief = inside(carol)
    page = Client().get(links()[0])
    assert (page.status_code, page.cookies) == (200, {})
    assert thief.get(HOME).status_code == 200
    assert not Event.objects.filter(fact_code=WasNotMe.code).exists()


def test_the_button_puts_the_thief_out_and_their_password_opens_nothing(carol: User) -> None:
    thief = inside(carol)
    assert press(links()[0]) == 200
    assert thief.get(HOME).status_code == 302
    assert (knock(thief).status_code, knock(Client()).status_code) == (200, 200)
    assert not UserSession.objects.filter(user=carol).exists()


def test_whose_it_is_comes_in_again_by_the_mail_that_follows(carol: User) -> None:
    inside(carol)
    press(links()[0])
    reset = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mails()[-1].body))
    assert reset
    client = Client()
    form = client.get(reset[1], follow=True).redirect_chain[-1][0]
    assert client.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    assert knock(Client(), NEW).status_code == 302


def test_what_the_thief_set_up_goes_and_what_was_there_before_stays(carol: User) -> None:
    data = {"name": "Carol's key", "credential": {}}
    before = Authenticator.objects.create(user=carol, type="webauthn", data=data)
    Authenticator.objects.filter(pk=before.pk).update(created_at=clock.now() - dt.timedelta(days=9))
    link = not_me.address(carol, carol.email).partition("/not-me/")
    Authenticator.objects.create(user=carol, type="webauthn", data=data)
    EmailAddress.objects.create(user=carol, email="thief@example.org", verified=False)
    press(link[1] + link[2])
    assert list(Authenticator.objects.filter(user=carol)) == [before]
    assert not EmailAddress.objects.filter(email="thief@example.org").exists()


def test_a_link_works_once_and_ends_those_before_it(carol: User) -> None:
    inside(carol)
    inside(carol)
    first, second = links()
    assert (press(second), press(second), press(first)) == (200, 410, 410)
    assert Event.objects.filter(fact_code=WasNotMe.code).count() == 1


@pytest.mark.parametrize(("seconds", "status", "opens"), [(-60, 200, 200), (60, 410, 302)])
def test_a_link_is_good_for_seven_days(carol: User, the_clock: Clock, seconds: int, status: int, opens: int) -> None:
    inside(carol)
    link = links()[0]
    the_clock.pass_by(days=7, seconds=seconds)
    assert (press(link), knock(Client()).status_code) == (status, opens)


@pytest.mark.parametrize("spoil", [lambda path: path[:-3] + "/", lambda path: "/not-me/x/"])
def test_a_link_that_is_not_ours_opens_nothing(carol: User, spoil: Any) -> None:
    inside(carol)
    assert (press(spoil(links()[0])), knock(Client()).status_code) == (410, 302)


def test_where_the_address_itself_was_changed_the_operator_is_told_and_no_mail_goes_to_the_new_one(carol: User) -> None:
    olga = factories.person("Olga", operator=True)
    inside(carol)
    User.objects.filter(pk=carol.pk).update(email="thief@example.org")
    sent = len(mails())
    assert press(links()[0]) == 200
    assert (len(mails()), [each.owner for each in Notice.objects.all()]) == (sent, [olga])


def test_the_newest_link_takes_away_what_was_made_before_its_mail(carol: User, the_clock: Clock) -> None:
    inside(carol)
    SocialAccount.objects.create(user=carol, provider="google", uid="thief", extra_data={})
    Authenticator.objects.create(user=carol, type="webauthn", data={"name": "thief", "credential": {}})
    the_clock.pass_by(minutes=30)
    _, page, rest = not_me.address(carol, carol.email).partition("/not-me/")
    assert press(page + rest) == 200
    assert not SocialAccount.objects.filter(user=carol).exists()
    assert not Authenticator.objects.filter(user=carol).exists()


def take_over(person: User) -> str:
    """A thief comes in and makes the address theirs; the link in the mail that its owner got."""
    inside(person)
    EmailAddress.objects.filter(user=person).delete()
    User.objects.filter(pk=person.pk).update(email="thief@example.org")
    person.refresh_from_db()
    vouch(person)
    return links()[0]


def asks_for_a_link(email: str = "thief@example.org") -> bool:
    """Whether one is mailed."""
    sent = len(mails())
    Client().post(reverse("account_reset_password"), {"email": email})
    return len(mails()) > sent


def test_whoever_changed_the_address_does_not_come_back_by_it_and_the_operator_gives_it_back(carol: User) -> None:
    factories.person("Olga", operator=True)
    link = take_over(carol)
    assert "switched off" in Client().get(link).content.decode()
    assert "switched off" in Client().post(link).content.decode()
    carol.refresh_from_db()
    assert (carol.is_active, asks_for_a_link(), press(link)) == (False, False, 410)
    words = Notice.objects.get().words
    assert all(word in words for word in ("switched off", "People", "Active", "go out at their time", "sources"))
    User.objects.filter(pk=carol.pk).update(is_active=True)
    assert not asks_for_a_link()  # by mistake, with the address of the thief
    User.objects.filter(pk=carol.pk).update(email="carol@example.org")
    carol.refresh_from_db()
    vouch(carol)
    assert asks_for_a_link("carol@example.org")


def test_nor_by_an_account_at_google_of_long_ago(carol: User, google: Any) -> None:  # noqa: F811
    come(Client(), carol.email)
    before = clock.now() - dt.timedelta(days=30)
    SocialAccount.objects.update(date_joined=before)
    mail.outbox.clear()
    factories.person("Olga", operator=True)
    press(take_over(carol))
    User.objects.filter(pk=carol.pk).update(is_active=True)  # by mistake, with the address of the thief
    sent, thief = len(mails()), Client()
    come(thief, "carol@example.org")
    assert (len(mails()), thief.get(HOME).status_code) == (sent, 302)


def test_a_link_to_the_changed_address_does_not_end_that_of_the_one_before(carol: User) -> None:
    factories.person("Olga", operator=True)
    link = take_over(carol)
    _, page, rest = not_me.address(carol, carol.email).partition("/not-me/")
    assert (press(page + rest), press(link)) == (200, 200)
    carol.refresh_from_db()
    assert not carol.is_active


def test_the_only_operator_is_not_switched_off_and_no_link_goes_to_the_changed_address() -> None:
    olga = somebody("Olga", operator=True)
    inside(olga)
    link = take_over(olga)
    for page in (Client().get(link), Client().post(link)):
        assert "only operator" in page.content.decode()
    assert "createsuperuser" in page.content.decode()
    olga.refresh_from_db()
    assert (olga.is_active, is_verified(olga), asks_for_a_link()) == (True, False, False)
    assert (Notice.objects.count(), press(link)) == (0, 410)


def test_a_browser_is_known_of_who_has_no_password_as_well(carol: User) -> None:
    carol.set_unusable_password()
    carol.save()
    client = Client()
    client.force_login(carol)
    assert client.get(HOME).status_code == 200
    assert known_browsers.cookie_name() in client.cookies


def test_no_log_has_the_link() -> None:
    assert redact("GET /not-me/abc.def/") == "GET /not-me/[hidden]/"
    assert redact("POST /mails/end/abc.def/") == "POST /mails/end/[hidden]/"


def test_a_link_is_of_no_use_for_anything_else(carol: User) -> None:
    inside(carol)
    token = links()[0].removeprefix("/not-me/")
    assert Client().post(f"/mails/end/{token}").status_code == 410
    assert Client().get(f"/join/{token}").status_code == 410
    assert confirm(Client()).status_code == 302
