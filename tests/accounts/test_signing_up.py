"""Who may make an account is the operator's setting; whoever asks learns nothing about others."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import allowances, retention
from accounts.models import Invitation, Notice, SignUp, User
from accounts.reasons import people as why
from accounts.sign_in import invitations, sign_ups
from accounts.sign_in.verified_addresses import is_verified
from poster import clock
from poster.permissions import TERMINAL, Caller, NotPossible
from tests import factories
from tests.accounts.doors import inside, lines, mails, quick_door, somebody  # noqa: F401
from tests.accounts.test_google_sign_in import come, google, google_person  # noqa: F401
from tests.accounts.test_inviting import WISHES, mailed_link, path_of
from tests.clocks import Clock

pytestmark = pytest.mark.django_db
WHERE = "/accounts/signup/"
ASKING = {"email": "Nina@example.org", "words": "I bake."}


@pytest.fixture(params=["request", "open"])
def asked(request: pytest.FixtureRequest, settings: Any) -> str:
    """Each way in which somebody may ask."""
    settings.SIGN_UP = request.param
    somebody("Olga", operator=True)
    return str(request.param)


@pytest.fixture
def by_request(settings: Any) -> User:
    settings.SIGN_UP = "request"
    return somebody("Olga", operator=True)


@pytest.fixture
def openly(settings: Any) -> User:
    settings.SIGN_UP = "open"
    return somebody("Olga", operator=True)


def ask(address: str = "192.0.2.1", **wishes: Any) -> Any:
    """And the round of the worker behind it."""
    answer = Client(REMOTE_ADDR=address).post(WHERE, {**ASKING, **wishes})
    sign_ups.look_at_new()
    return answer


def shown(page: Any) -> str:
    return re.sub(r'value="[^"]*"', "", page.content.decode())


def words_of(page: Any) -> str:
    """In one line, however the template breaks them."""
    return " ".join(page.content.decode().split())


def kept() -> tuple[int, int, int]:
    return User.objects.count(), SignUp.objects.count(), Invitation.objects.count()


# -- by invitation ----------------------------------------------------------------------------------------------------
def test_by_itself_nobody_can_ask() -> None:
    assert (ask().status_code, kept(), mails()) == (200, (0, 0, 0), [])


def test_the_pages_offer_what_the_setting_allows(settings: Any) -> None:
    for mode, offered in (("invitation", False), ("request", True), ("open", True)):
        settings.SIGN_UP = mode
        for page in ("/accounts/login/", "/"):
            assert (f'href="{WHERE}"' in Client().get(page).content.decode()) == offered, (mode, page)
        assert (b'name="email"' in Client().get(WHERE).content) == offered


def test_p28_the_page_sets_no_cookie_but_that_of_its_form(asked: str) -> None:
    assert set(Client().get(WHERE).cookies) == {"csrftoken"}
    assert not Client().get("/").cookies


# -- whoever asks -----------------------------------------------------------------------------------------------------
def test_it_says_the_same_whether_there_is_an_account_or_not(asked: str) -> None:
    somebody("Carol")
    known, unknown = (shown(ask(email=f"{name}@example.org")) for name in ("carol", "nina"))
    assert known == unknown
    assert mails()[0].to == ["carol@example.org"]
    assert not SignUp.objects.filter(email="carol@example.org").exists()


def test_the_page_writes_the_same_whether_there_is_an_account_or_not_and_when_they_ask_again(asked: str) -> None:
    somebody("Carol")
    counted: dict[str, list[int]] = {"carol": [], "nina": []}
    ask("192.0.2.8", email="first@example.org")  # what is looked up once is not counted
    for number in range(2):
        mail.outbox.clear()
        for name, queries in counted.items():
            client = Client(REMOTE_ADDR=f"192.0.2.{number}")
            with CaptureQueriesContext(connection) as captured:
                client.post(WHERE, {**ASKING, "email": f"{name}@example.org"})
            queries.append(len(captured))
            assert mails() == []
            assert SignUp.objects.get(email=f"{name}@example.org").waits
        sign_ups.look_at_new()
    assert len({*counted["carol"], *counted["nina"]}) == 1, counted


def test_the_operator_sees_no_wish_before_the_round_has_looked_at_it(by_request: User) -> None:
    somebody("Carol")
    client = inside(by_request)
    for name in ("carol", "nina"):
        Client().post(WHERE, {**ASKING, "email": f"{name}@example.org"})
    page = reverse("admin:accounts_signup_changelist")
    shown = client.get(page).content.decode()
    assert not any(name in shown for name in ("carol@example.org", "nina@example.org"))
    assert (sign_ups.look_at_new(), sign_ups.look_at_new()) == (2, 0)
    assert [wish.email for wish in SignUp.objects.all()] == ["nina@example.org"]
    assert b"nina@example.org" in client.get(page).content


def test_a_yes_that_fails_mails_nothing(by_request: User) -> None:
    def fails(execute: Any, sql: str, *more: Any) -> Any:
        if sql.startswith('INSERT INTO "poster_event"'):
            raise OperationalError
        return execute(sql, *more)

    ask()
    with connection.execute_wrapper(fails), pytest.raises(OperationalError):
        sign_ups.accept(SignUp.objects.get(), by=Caller.of(by_request))
    assert (mails(), SignUp.objects.count(), Invitation.objects.count()) == ([], 1, 0)


def test_one_address_asks_a_few_times_an_hour(asked: str) -> None:
    answers = [ask(email=f"n{number}@example.org").status_code for number in range(6)]
    assert answers == [200] * 5 + [429]
    assert ask("192.0.2.9", email="other@example.org").status_code == 200


def test_no_mailbox_is_filled_from_many_addresses(openly: User) -> None:
    answers = {ask(f"192.0.2.{number}").status_code for number in range(1, 7)}
    assert (answers, len(mails())) == ({200}, 3)


def test_everybody_together_asks_so_often_a_day(asked: str, settings: Any) -> None:
    settings.SIGN_UPS_PER_DAY = 2
    for number in range(1, 4):
        ask(f"192.0.2.{number}", email=f"n{number}@example.org")
    assert sum(kept()) == 1 + 2
    with pytest.raises(NotPossible) as error:
        sign_ups.ask(Client().get("/").wsgi_request, "n4@example.org")
    assert isinstance(error.value.reason, why.SignUpsToday)


def test_no_address_no_wish(asked: str) -> None:
    assert (ask(email="nobody").status_code, mails(), SignUp.objects.count()) == (200, [], 0)


# -- open -------------------------------------------------------------------------------------------------------------
def test_openly_a_mailed_link_makes_the_account_and_proves_the_address(openly: User) -> None:
    ask()
    client = Client()
    assert client.post(path_of(mailed_link()), WISHES).status_code == 302
    nina = User.objects.get(email="nina@example.org")
    assert is_verified(nina)
    assert not nina.is_superuser
    assert client.get(reverse("admin:index")).status_code == 200
    assert client.get(path_of(mailed_link())).status_code == 410


def test_limits_of_a_person_hold_from_the_first_minute(openly: User, settings: Any) -> None:
    settings.MOST_WATCHES = 3
    ask()
    Client().post(path_of(mailed_link()), WISHES)
    assert allowances.watches(User.objects.get(email="nina@example.org")) == 3


def test_a_second_wish_ends_the_link_of_the_first_and_leaves_an_invitation_alone(openly: User) -> None:
    invited, _ = invitations.invite("nina@example.org", by=TERMINAL, is_operator=True)
    ask()
    first = path_of(mailed_link())
    ask()
    assert Client().get(first).status_code == 410
    assert Client().get(path_of(mailed_link())).status_code == 200
    assert invitations.open_for("nina@example.org") == invited


def test_a_link_is_good_for_a_day_and_then_the_address_is_forgotten(openly: User, the_clock: Clock) -> None:
    ask()
    the_clock.pass_by(hours=25)
    assert Client().get(path_of(mailed_link())).status_code == 410
    assert (retention.invitations(), Invitation.objects.count()) == (1, 0)


def test_google_proves_the_address_as_well(google: Any, openly: User) -> None:  # noqa: F811
    google_person(google, "nina@example.org")
    client = Client()
    assert come(client, "nina@example.org")["Location"] == reverse("join_proved")
    assert client.post(reverse("join_proved"), WISHES).status_code == 302
    assert is_verified(User.objects.get(email="nina@example.org"))


@pytest.mark.parametrize(
    ("mode", "told"), [("invitation", "invites people"), ("request", "decides who gets an account")]
)
def test_google_lets_no_stranger_in_where_not_everybody_may(google: Any, settings: Any, mode: str, told: str) -> None:  # noqa: F811
    settings.SIGN_UP = mode
    google_person(google, "nina@example.org")
    assert told in words_of(come(Client(), "nina@example.org"))
    assert kept() == (0, 0, 0)


@pytest.mark.parametrize("why", ["Google has not verified it", "we have not", "too many today"])
def test_openly_whoever_gets_no_account_by_google_is_told_why_that_may_be(
    google: Any,  # noqa: F811
    openly: User,
    settings: Any,
    why: str,
) -> None:
    google_person(google, "nina@example.org", email_verified=why != "Google has not verified it")
    if why == "we have not":
        nina = somebody("Nina")
        EmailAddress.objects.create(user=nina, email=nina.email, verified=False, primary=True)
    elif why == "too many today":
        settings.SIGN_UPS_PER_DAY = 1
        ask(email="first@example.org")
    page = words_of(come(Client(), "nina@example.org"))
    assert "not verified, at Google or here; or too many accounts were asked for" in page
    assert not Invitation.objects.filter(email="nina@example.org").exists()


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("invitation", ""),
        ("request", "with a yes it stands in the invitation"),
        ("open", "good for a day; once an account"),
    ],
)
def test_the_privacy_page_says_what_is_kept_of_who_asks(settings: Any, mode: str, told: str) -> None:
    settings.SIGN_UP = mode
    page = words_of(Client().get(reverse("privacy")))
    assert ("Who asks for an account leaves an e-mail" in page) == bool(told)
    assert told in page


def test_one_bad_wish_keeps_no_other_waiting_and_is_looked_at_again(openly: User) -> None:
    def fails(execute: Any, sql: str, params: Any, *more: Any) -> Any:
        if sql.startswith('INSERT INTO "accounts_invitation"') and "bad@example.org" in params:
            raise OperationalError
        return execute(sql, params, *more)

    for name in ("bad", "nina"):
        Client().post(WHERE, {"email": f"{name}@example.org"})
    with connection.execute_wrapper(fails):
        assert sign_ups.look_at_new() == 1
    assert [each.to for each in mails()] == [["nina@example.org"]]
    assert (sign_ups.look_at_new(), mails()[-1].to) == (1, ["bad@example.org"])


# -- by request -------------------------------------------------------------------------------------------------------
def test_by_request_the_wish_waits_for_the_operator_who_is_told_once_a_day(by_request: User) -> None:
    for number in range(3):
        ask(email=f"n{number}@example.org")
    ask(email="n0@example.org", words="Again.")
    assert [wish.words for wish in SignUp.objects.order_by("email")] == ["I bake."] * 3
    assert [notice.owner for notice in Notice.objects.all()] == [by_request]
    assert (mails(), Invitation.objects.count()) == ([], 0)


def test_a_yes_is_an_invitation(by_request: User) -> None:
    ask()
    client, wish = inside(by_request), SignUp.objects.get()
    client.post(reverse("admin:accounts_signup_do", args=[wish.pk, "invite"]))
    assert (SignUp.objects.count(), Invitation.objects.get().email) == (0, "nina@example.org")
    assert Client().post(path_of(mailed_link()), WISHES).status_code == 302
    assert is_verified(User.objects.get(email="nina@example.org"))


def test_a_no_is_told_and_nothing_is_kept(by_request: User) -> None:
    ask()
    sign_ups.refuse(SignUp.objects.get(), by=Caller.of(by_request))
    assert ([each.to for each in mails()], kept()) == ([["nina@example.org"]], (1, 0, 0))
    assert "nina" not in "".join(lines())


@pytest.mark.parametrize("answer", [sign_ups.accept, sign_ups.refuse])
def test_a_wish_is_answered_once_and_by_an_operator(by_request: User, answer: Any) -> None:
    ask()
    wish = SignUp.objects.get()
    with pytest.raises(NotPossible):
        answer(wish, by=Caller.of(factories.person("Mia")))
    answer(wish, by=Caller.of(by_request))
    with pytest.raises(NotPossible) as error:
        answer(wish, by=Caller.of(by_request))
    assert isinstance(error.value.reason, why.SignUpDecided)
    assert Invitation.objects.count() == (answer is sign_ups.accept)


def test_members_see_nothing_of_who_asks(by_request: User) -> None:
    ask()
    assert inside(somebody()).get(reverse("admin:accounts_signup_changelist")).status_code in {403, 404}


def test_a_wish_that_nobody_answers_goes_after_a_month(by_request: User) -> None:
    ask()
    assert retention.sign_ups() == 0
    SignUp.objects.update(created_at=clock.now() - dt.timedelta(days=31))
    assert (retention.sign_ups(), SignUp.objects.count()) == (1, 0)
    assert mail.outbox == []
