"""Whoever guesses at a password is stopped, from wherever they come; and whose it is comes in all the same."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail, signing
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.sign_in import known_browsers, second_factors
from accounts.sign_in.password_limits import ACCOUNT, LIMITS
from tests import factories
from tests.accounts.doors import CountingArgon2, inside, knock, quick_door, somebody  # noqa: F401

pytestmark = pytest.mark.django_db
A_LOT = 30
AN_HOUR = int(LIMITS[ACCOUNT].partition("/")[0])


def attack(email: str = "carol@example.org", times: int = A_LOT) -> None:
    """A guesser with as many addresses as guesses."""
    for number in range(times):
        knock(Client(REMOTE_ADDR=f"192.0.2.{number + 1}"), "wrong", email)


def comes_in(client: Client, password: str = factories.PASSWORD, email: str = "carol@example.org") -> bool:
    return knock(client, password, email).status_code == 302


@pytest.fixture
def at_home() -> Client:
    """A browser in which Carol has been, and has signed out."""
    client = inside(somebody())
    client.post(reverse("account_logout"))
    return client


def test_a_guesser_with_many_addresses_is_stopped_before_any_password_is_looked_at(at_home: Client, settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.accounts.doors.CountingArgon2"]
    before = CountingArgon2.work
    attack()
    tried = CountingArgon2.work - before
    assert AN_HOUR <= tried <= AN_HOUR + 1  # the first one also makes the hash anew, as this test has another hasher
    assert not comes_in(Client(REMOTE_ADDR="198.51.100.7"))
    assert CountingArgon2.work - before == tried


def test_its_owner_comes_in_where_they_have_been_before(at_home: Client) -> None:
    attack()
    assert comes_in(at_home)


def test_nor_does_somebody_at_the_same_address_keep_the_owner_out(at_home: Client) -> None:
    for number in range(A_LOT):
        knock(Client(), "wrong", "carol@example.org" if number % 2 else f"nobody{number}@example.org")
    assert not comes_in(Client())
    assert comes_in(at_home)


def test_one_stranger_alone_does_not_use_up_what_others_have() -> None:
    somebody()
    for _ in range(A_LOT):
        knock(Client(REMOTE_ADDR="192.0.2.1"), "wrong")
    assert not comes_in(Client(REMOTE_ADDR="192.0.2.1"))
    assert comes_in(Client(REMOTE_ADDR="198.51.100.7"))


def test_addresses_of_one_network_are_one() -> None:
    somebody()
    for number in range(A_LOT):
        knock(Client(REMOTE_ADDR=f"2001:db8::{number + 1:x}"), "wrong")
    assert not comes_in(Client(REMOTE_ADDR="2001:db8::ffff"))
    assert comes_in(Client(REMOTE_ADDR="2001:db8:0:1::1"))


def test_a_known_browser_has_a_limit_of_its_own(at_home: Client) -> None:
    for number in range(A_LOT):
        at_home.defaults["REMOTE_ADDR"] = f"192.0.2.{number + 1}"
        knock(at_home, "wrong")
    assert not comes_in(at_home)
    assert comes_in(Client(REMOTE_ADDR="198.51.100.7"))


@pytest.mark.parametrize("what", ["of somebody else", "forged", "none", "of an old password"])
def test_what_is_no_sign_of_having_been_here_is_none(what: str, at_home: Client) -> None:
    name = known_browsers.cookie_name()
    client = Client()
    if what == "of somebody else":
        client.cookies[name] = inside(somebody("Eve")).cookies[name].value
    elif what == "forged":
        client.cookies[name] = at_home.cookies[name].value[:-1]
    elif what == "of an old password":
        client.cookies[name] = at_home.cookies[name].value
        carol = User.objects.get(email="carol@example.org")
        carol.set_password(factories.PASSWORD)
        carol.save()
    attack()
    assert not comes_in(client)


def test_two_who_share_a_browser_are_both_known_there(at_home: Client) -> None:
    somebody("Dan")
    assert comes_in(at_home, email="dan@example.org")
    at_home.post(reverse("account_logout"))
    attack()
    attack("dan@example.org")
    assert comes_in(at_home)
    at_home.post(reverse("account_logout"))
    assert comes_in(at_home, email="dan@example.org")


def test_a_browser_remembers_the_last_five_who_came_in() -> None:
    client, names = Client(), [f"Person{number}" for number in range(known_browsers.PEOPLE + 1)]
    people = [somebody(name) for name in names]
    for person in people:
        client.force_login(person)
        client.get(reverse("my_account"))
    assert [bool(name_in(client, each)) for each in people] == [False] + [True] * known_browsers.PEOPLE


@pytest.mark.parametrize(("seconds_over", "known"), [(-3600, True), (60, False)])
def test_a_browser_is_forgotten_after_a_year_whatever_it_says(at_home: Client, seconds_over: int, known: bool) -> None:
    """Its cookie as it would have been signed about a year ago."""
    cookie = at_home.cookies[known_browsers.cookie_name()]
    signer = signing.TimestampSigner(salt=known_browsers.SALT)
    said = signer.unsign(cookie.value)
    then = signing.b62_encode(int(time.time()) - known_browsers.YEAR - seconds_over)
    at_home.cookies[known_browsers.cookie_name()] = signing.Signer(salt=known_browsers.SALT).sign(f"{said}:{then}")
    assert bool(name_in(at_home, User.objects.get())) == known


def name_in(client: Client, person: User) -> str:
    """What its browser is called for this person."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: cookie.value for name, cookie in client.cookies.items()}
    return known_browsers.known_as(request, person)


def test_half_a_sign_in_makes_no_browser_known() -> None:
    carol = somebody()
    data = {"secret": second_factors.seal("A" * 32, carol.pk)}
    Authenticator.objects.create(user=carol, type=Authenticator.Type.TOTP, data=data)
    client = Client()
    assert reverse("mfa_authenticate") in knock(client, factories.PASSWORD)["Location"]
    client.get(reverse("mfa_authenticate"))
    assert known_browsers.cookie_name() not in client.cookies


def test_the_cookie_is_for_us_alone_and_for_a_year(at_home: Client) -> None:
    cookie = at_home.cookies[known_browsers.cookie_name()]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == known_browsers.YEAR


def test_in_a_new_browser_a_mailed_link_is_the_way_in() -> None:
    somebody()
    attack()
    new, chosen = Client(REMOTE_ADDR="198.51.100.7"), "quite another long one"
    new.post(reverse("account_reset_password"), {"email": "carol@example.org"})
    link = next(word for word in str(mail.outbox[-1].body).split() if "/reset/key/" in word)
    form = new.get(f"/{link.partition('://')[2].partition('/')[2]}", follow=True)
    new.post(form.redirect_chain[-1][0], {"password1": chosen, "password2": chosen})
    assert comes_in(new, chosen)


def test_who_is_signed_in_is_not_held_off_when_asked_once_more() -> None:
    client = inside(somebody())
    del client.cookies[known_browsers.cookie_name()]
    attack()
    answer = client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    assert answer.status_code == 302
