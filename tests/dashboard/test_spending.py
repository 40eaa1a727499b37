"""What AI costs, by month, model, source and person: everybody sees their own, the operator all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts import allowances
from accounts.models import User
from publishing.spending import sums
from publishing.spending.budgets import Budget
from publishing.spending.months import Month
from tests import factories
from tests.dashboard.test_long_lists import on_sqlite, plans
from writing.models import AiCall

pytestmark = pytest.mark.django_db


def page() -> str:
    return reverse("admin:spending")


def call(owner: User, *, ago: int = 0, **columns: Any) -> AiCall:
    """A call about a post of theirs, so many months ago."""
    post = columns.pop("post", None) or factories.post(owner)
    usual = {
        "subject": post.pk,
        "captioner": "openai",
        "model": "gpt-4o-mini",
        "cost": Decimal("0.5"),
        "outcome": "words",
    }
    made = AiCall.objects.create(owner=owner, paid_by_operator=True, **{**usual, **columns})
    if ago:
        AiCall.objects.filter(pk=made.pk).update(created_at=allowances.month() - dt.timedelta(days=30 * ago - 15))
    return made


def shown(answer: Any) -> dict[str, dict[str, Decimal]]:
    """What each table adds up."""
    named = {name: answer.context.get(name) for name in ("people", "models", "sources")}
    return {name: {line.name: line.taken.cost for line in table.lines} for name, table in named.items() if table}


def test_a_month_is_added_up_by_model_source_and_person(operator, alice, bob, browser) -> None:
    bakery = factories.watch(alice, name="Bakery")
    of_bakery = factories.post(alice, picture=factories.asset(alice, watched_by=bakery))
    call(alice, post=of_bakery, input_tokens=1000, output_tokens=200, seconds=2.5)
    call(alice, post=of_bakery, model="gpt-4o", cost=Decimal(2))
    call(bob, cost=None)
    answer = browser(operator).get(page())
    whole = answer.context["whole"]
    assert (whole.calls, whole.cost, whole.unpriced, whole.tokens) == (3, Decimal("2.5"), 1, 1200)
    assert shown(answer) == {
        "people": {"Alice": Decimal("2.5"), "Bob": Decimal(0)},
        "models": {"OpenAI, gpt-4o": Decimal(2), "OpenAI, gpt-4o-mini": Decimal("0.5")},
        "sources": {"Bakery": Decimal("2.5"), "": Decimal(0)},
    }


def test_a_member_sees_their_own_alone_whatever_the_address_says(alice, bob, browser) -> None:
    call(
        alice,
        cost=Decimal(3),
        post=factories.post(alice, picture=factories.asset(alice, watched_by=factories.watch(alice))),
    )
    call(bob)
    for query in ("", f"?person={alice.pk}", "?person=x"):
        answer = browser(bob).get(page() + query)
        assert (answer.context["whole"].cost, answer.context["person"]) == (Decimal("0.5"), bob)
        assert "people" not in answer.context
        assert "Alice" not in answer.content.decode()


def test_the_operator_narrows_it_to_a_person(operator, alice, bob, browser) -> None:
    call(alice, cost=Decimal(3))
    call(bob)
    answer = browser(operator).get(f"{page()}?person={alice.pk}")
    assert (answer.context["whole"].cost, answer.context["budget"].spent) == (Decimal(3), Decimal(3))
    for nobody in ("x", str(Month)):
        assert browser(operator).get(page(), {"person": nobody}).status_code == 404


@pytest.mark.parametrize(
    ("spent", "most", "state"), [("1", 5, "good"), ("4", 5, "wait"), ("5", 5, "bad"), ("0", 0, "bad")]
)
def test_a_budget_warns_before_it_stops(spent, most, state, alice, browser, settings) -> None:
    settings.AI_BUDGET = most
    call(alice, cost=Decimal(spent))
    assert browser(alice).get(page()).context["budget"].state == state


def test_every_person_stands_beside_their_budget_in_the_present_month_alone(operator, alice, browser) -> None:
    User.objects.filter(pk=alice.pk).update(ai_budget=Decimal(1))
    call(alice, cost=None)
    call(alice, ago=2)
    (line,) = browser(operator).get(page()).context["people"].lines
    assert line.budget == Budget(Decimal("0.03"), Decimal(1))
    before = browser(operator).get(page()).context["earlier"]
    (line,) = browser(operator).get(f"{page()}?month={before}").context["people"].lines
    assert line.budget is None


def test_months_lead_to_the_next_one_that_has_calls(alice, browser) -> None:
    for ago in (0, 3, 9):
        call(alice, ago=ago)
    client = browser(alice)
    first = client.get(page()).context
    second = client.get(f"{page()}?month={first['earlier']}").context
    third = client.get(f"{page()}?month={second['earlier']}").context
    assert (first["later"], third["earlier"]) == (None, None)
    assert (str(third["later"]), str(second["later"])) == (str(second["month"]), str(first["month"]))
    assert [each["whole"].calls for each in (first, second, third)] == [1, 1, 1]


@pytest.mark.parametrize("made_up", ["x", "2026-13", "0001-01", "9999-12", "", "2026-11-01"])
def test_a_month_that_is_none_is_the_present_one(made_up, alice, browser) -> None:
    assert browser(alice).get(page(), {"month": made_up}).context["month"].is_present


def test_what_is_beyond_a_table_is_told_as_one(alice, browser) -> None:
    for number in range(sums.MOST + 2):
        call(alice, model=f"model-{number:02}")
    told = browser(alice).get(page()).context["models"]
    assert (len(told.lines), told.rest.calls, told.rest.cost) == (sums.MOST, 2, Decimal(1))


def test_it_leads_to_the_single_calls(alice, bob, browser) -> None:
    mine, theirs = call(alice), call(bob)
    client = browser(alice)
    listed = client.get(reverse("admin:writing_aicall_changelist"), {"before": client.get(page()).context["ends"]})
    assert [row.pk for row in listed.context["cl"].result_list] == [mine.pk]
    assert client.get(reverse("admin:writing_aicall_change", args=[mine.pk])).status_code == 200
    assert client.get(reverse("admin:writing_aicall_change", args=[theirs.pk])).status_code == 302


def test_a_try_has_no_source_and_leads_to_no_post(alice, browser) -> None:
    watch = factories.watch(alice, name="Bakery")
    post = factories.post(alice, picture=factories.asset(alice, watched_by=watch))
    tried, written = call(alice, post=post, purpose=AiCall.Purpose.TRIAL, subject=uuid4()), call(alice, post=post)
    client = browser(alice)
    answer = client.get(page())
    assert shown(answer)["sources"] == {"Bakery": Decimal("0.5"), "": Decimal("0.5")}
    assert "Tries of a prompt, and posts without a source or deleted since" in answer.content.decode()
    leads = [
        reverse("admin:publishing_post_change", args=[each.subject])
        in client.get(reverse("admin:writing_aicall_change", args=[each.pk])).content.decode()
        for each in (tried, written)
    ]
    assert leads == [False, True]


def test_nothing_can_be_sent_there(alice, browser) -> None:
    assert browser(alice).post(page()).status_code == 405


@on_sqlite
def test_it_reads_no_table_from_end_to_end_however_many_calls_there_are(operator, alice, bob, browser) -> None:
    long = ("SCAN writing_aicall", "SCAN publishing_post", "SCAN watches_watch")
    for person in (alice, bob):
        call(person)
    asked: dict[User, list[list[str]]] = {operator: [], alice: []}
    for _ in range(2):
        for person, times in asked.items():
            client = browser(person)
            found = plans(lambda client=client: client.get(page()))
            assert [each for _, plan in found for each in plan if each.startswith(long) and "_by_" not in each] == []
            times.append([sql for sql, _ in found if "writing_aicall" in sql])
        for number in range(5):
            call(alice, model=f"model-{number}")
    assert all(len(first) == len(second) for first, second in asked.values())
