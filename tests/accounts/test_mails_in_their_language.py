"""Each mail is in the language of whoever reads it, whoever caused it and in whatever language they work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.connections import expiry
from accounts.data_rights import data_requests
from accounts.models import Acceptance, Request, SignUp, User
from accounts.notices import send_waiting
from accounts.sign_in import not_me, second_factors, sign_ups
from operations.privacy import erasure
from outbox.reasons.gate import ChannelOff
from poster.models import Rest
from poster.permissions import TERMINAL, Caller
from poster.work.time_budget import never
from publishing.approval import mailing
from publishing.models import Delivery
from publishing.telling import failed, weekly
from tests import factories, pseudo
from tests.accounts.doors import inside, quick_door  # noqa: F401
from tests.accounts.test_second_factors import with_app
from tests.accounts.test_warning import ONCE, the_terms_change
from tests.clocks import Clock
from tests.dashboard.test_translated import left_in_english, words_of_the_database
from watches import limits
from watches.reasons.files import RoomUsedUp

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 12, 7, 8, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def nobody_else_speaks_it(the_clock: Clock, settings) -> Iterator[None]:
    cache.clear()
    the_clock.put(MONDAY)
    settings.PRACTICE = False
    with pseudo.spoken():
        yield
    cache.clear()


@pytest.fixture
def ann() -> User:
    wishes = dict.fromkeys(("to_approve", "on_failure", "on_reconnect", "on_budget"), User.Wish.AT_ONCE)
    person = factories.person("Ann", operator=True, password=factories.PASSWORD)
    User.objects.filter(pk=person.pk).update(
        language=pseudo.CODE, time_zone="UTC", weekly_summary=True, approve_by_link=True, **wishes
    )
    person.refresh_from_db()
    return person


def what_failed(ann: User) -> None:
    page = factories.channel(ann, name="Mill")
    row = factories.delivery(factories.post(ann, page), page, "failed")
    Delivery.objects.filter(pk=row.pk).update(**Delivery.reason.columns(ChannelOff(channel="Mill")))
    failed.tell(never)


def the_week(ann: User) -> None:
    page = factories.channel(ann, name="Mill")
    row = factories.delivery(factories.post(ann, page), page, "published")
    lately = MONDAY - dt.timedelta(days=3)
    Delivery.objects.filter(pk=row.pk).update(published_at=lately, due_at=lately)
    weekly.tell(never)


def what_waits(ann: User) -> None:
    watch = factories.watch(ann, page := factories.channel(ann, name="Mill"))
    post = factories.post(ann, page, watch=watch)
    type(post).objects.filter(pk=post.pk).update(created_at=MONDAY - dt.timedelta(hours=1))
    mailing.tell(never)


def a_login_ends(ann: User) -> None:
    login = factories.login(ann)
    type(login).objects.filter(pk=login.pk).update(ends_at=MONDAY + dt.timedelta(days=2))
    expiry.warn()


def the_budget_is_spent(ann: User) -> None:
    reason = RoomUsedUp(most="1 GB")
    rest = Rest.objects.create(
        key=f"limit:{limits.Limit.HELD}:{ann.pk}", code=limits.Limit.HELD, until=MONDAY, **Rest.reason.columns(reason)
    )
    limits.tell(rest, limits.Limit.HELD)


def a_factor_is_taken_away(ann: User) -> None:
    second_factors.take_away(ann, by=TERMINAL)


def a_password_is_forgotten(ann: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": ann.email})


def a_new_browser(ann: User) -> None:
    inside(ann)
    inside(ann)


def a_factor_is_added(ann: User) -> None:
    with_app(ann)


def an_answer(ann: User) -> None:
    asked = data_requests.ask(Request.Kind.QUESTION, owner=ann, words="1, 2?")
    data_requests.answer(asked, "3.", by=Caller.of(ann))


def the_end(ann: User) -> None:
    factories.person("Olga", operator=True)
    while not erasure.carry_on(ann, by=Caller.of(ann)).done:
        pass


def an_account_is_in_doubt(ann: User) -> None:
    not_me._tell_the_operator(factories.person("Bob"))


def new_terms(ann: User) -> None:
    Acceptance.objects.filter(owner=ann).delete()
    the_terms_change(ann)


def somebody_asks_for_an_account(ann: User, settings) -> None:
    settings.SIGN_UP = "request"
    sign_ups._hand_on(SignUp.objects.create(email="nina@example.org"))


HAPPENS = [
    *(what_failed, the_week, what_waits, a_login_ends, the_budget_is_spent, a_factor_is_taken_away),
    *(a_password_is_forgotten, a_new_browser, a_factor_is_added, an_answer, the_end, new_terms, an_account_is_in_doubt),
    *(each for each in ONCE if each is not the_terms_change),
]


@pytest.mark.parametrize("happens", HAPPENS)
def test_it_is_in_theirs(ann: User, happens: Callable[[User], None]) -> None:
    happens(ann)
    data = words_of_the_database()
    send_waiting()
    letters = [letter for letter in mail.outbox if letter.to == [ann.email]]
    assert letters
    lines = [line for letter in letters for line in (str(letter.subject), *str(letter.body).splitlines())]
    assert [line for line in lines if left_in_english(line, data)] == []


def test_the_operator_is_told_of_a_wish_in_theirs(ann: User, settings) -> None:
    test_it_is_in_theirs(ann, lambda person: somebody_asks_for_an_account(person, settings))


def test_whoever_chose_none_has_the_language_of_the_page_on_which_it_happens(ann: User) -> None:
    User.objects.filter(pk=ann.pk).update(language="")
    Client(headers={"accept-language": pseudo.CODE}).post(reverse("account_reset_password"), {"email": ann.email})
    assert [letter.subject for letter in mail.outbox if left_in_english(str(letter.subject), [])] == []


def test_a_first_sign_in_makes_the_language_of_the_browser_theirs() -> None:
    bob, eve = (factories.person(name, password=factories.PASSWORD) for name in ("Bob", "Eve"))
    inside(bob, headers={"accept-language": pseudo.CODE})
    inside(eve, headers={"accept-language": "en"})
    assert [User.objects.get(pk=each.pk).language for each in (bob, eve)] == [pseudo.CODE, ""]
