"""What is wrong with an account that describes pictures is wrong with none of the pictures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

import watches.tasks
from accounts.models import AiKey, User
from media import spool
from poster import clock
from poster.doctor import Level
from poster.errors import Suspended, Unauthorized
from poster.models import Rest
from poster.permissions import Caller
from poster.work import cooldowns
from tests import factories
from tests.watches.describing_world import *  # noqa: F403 - its fixtures
from tests.watches.describing_world import GOOD, HOSTS, MINUTE, asked, work
from watches import ai_accounts, doctor, manual_actions, wake_ups
from watches.models import Asset, Caption, Watch
from writing.captioners.faults import Fault

HOST = HOSTS["openai"]
BAD = "wrong"
FAULTS = [
    ({"kind": "expired"}, Fault.KEY),
    ({"kind": "status", "status": 403, "variant": "unsupported_country_region_territory"}, Fault.REGION),
    ({"kind": "rate", "variant": "insufficient_quota"}, Fault.CREDITS),
    ({"kind": "status", "status": 402}, Fault.CREDITS),
    ({"kind": "status", "status": 404, "variant": "model_not_found"}, Fault.MODEL),
    ({"kind": "status", "status": 400, "variant": "model_not_found"}, Fault.MODEL),
    ({"kind": "redirect", "message": "https://elsewhere.example"}, Fault.ADDRESS),
]
# How each service says it, with a status that others use for something wrong with one picture.
TOLD_OTHERWISE = [
    ("anthropic", "insufficient_quota", Fault.CREDITS),
    ("anthropic", "usage_limit", Fault.CREDITS),
    ("anthropic", "account_deactivated", Fault.ACCOUNT),
    ("anthropic", "forbidden", Fault.REGION),
    ("anthropic", "permission_error", Fault.KEY),
    ("gemini", "user_location", Fault.REGION),
    ("gemini", "billing_disabled", Fault.CREDITS),
    ("gemini", "invalid_api_key", Fault.KEY),
    ("gemini", "quota_a_day", Fault.QUOTA),
    ("openai", "model_forbidden", Fault.MODEL),
    ("openai", "unverified", Fault.UNVERIFIED),
    ("openai", "access_terminated", Fault.ACCOUNT),
    ("openrouter", "key_limit", Fault.CREDITS),
    ("openrouter", "data_policy", Fault.POLICY),
    ("openrouter", "no_images", Fault.MODEL),
]
CASES = [("openai", fault, code) for fault, code in FAULTS] + [
    (captioner, {"kind": "status", "variant": variant}, code) for captioner, variant, code in TOLD_OTHERWISE
]


@pytest.mark.parametrize(("captioner", "fault", "code"), CASES)
def test_it_is_asked_once_told_once_and_tried_with_one_picture(pictures, sandbox, hours, captioner, fault, code):
    made = pictures(5, captioner=captioner)
    sandbox.fault(host=HOSTS[captioner], **fault)
    watches.tasks.round()
    assert asked(sandbox) == 1
    assert Rest.objects.get().code == code
    rows = Asset.objects.filter(pk__in=[asset.pk for asset in made])
    assert {(row.state, row.tries) for row in rows} == {(Asset.State.READY, 0)}
    work(hours, 8)
    assert 3 <= asked(sandbox) <= 5  # after one, two and four minutes, one picture each
    assert len(mail.outbox) == 1
    (held,) = ai_accounts.held_accounts()
    assert held.waiting == 5
    assert [found.level for found in doctor.held(offline=True) if "captioner" in found.name] == [Level.PROBLEM]
    sandbox.no_faults()
    work(hours, 9)
    assert (Caption.objects.count(), Rest.objects.count()) == (5, 0)


@pytest.mark.slow
def test_79_waiting_pictures_go_on_within_ten_minutes_one_trial_first(pictures, sandbox, hours):
    pictures(79)
    sandbox.fault("expired", host=HOST)
    work(hours, 60)
    before = asked(sandbox)
    assert before < 15
    work(hours, 8, every=60)
    assert asked(sandbox) - before <= 1
    sandbox.no_faults()
    work(hours, 10, every=30)
    assert Caption.objects.count() == 79


def test_the_other_models_of_the_account_go_on(pictures, ann, sandbox, hours):
    (first,) = pictures(1)
    other = factories.watch(ann, captioner="openai", model="practice-chatty", language="en")
    second = factories.asset(ann, watched_by=other)
    spool.for_model(second.pk).write_bytes(spool.for_model(first.pk).read_bytes())
    sandbox.fault("status", host=HOST, status=404, variant="model_not_found", nth=1)
    watches.tasks.round()
    assert Caption.objects.count() == 1


@pytest.mark.parametrize("how", ["a key of their own", "another model", "the same key stored again"])
def test_what_a_person_changes_makes_everything_due_at_once(pictures, ann, sandbox, hours, settings, how):
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": BAD if how == "a key of their own" else GOOD}
    (first, *_) = pictures(3)
    if how != "a key of their own":
        sandbox.fault("status", host=HOST, status=404, variant="model_not_found")
    work(hours, 4)
    sandbox.no_faults()
    if how == "another model":
        Watch.objects.update(model="practice-chatty")
        wake_ups.after_changing(Watch.objects.get())
    else:
        AiKey.objects.create(owner=ann, captioner="openai", key=GOOD)
        wake_ups.after_ai_key(ann.pk, "openai")
    watches.tasks.round()
    watches.tasks.round()
    assert Caption.objects.count() == 3
    assert first.watch is not None


def refused_for(person: User, model: str) -> Asset:
    """A picture of theirs that waits for this model."""
    return factories.asset(person, watched_by=factories.watch(person, captioner="openai", model=model), state="ready")


def test_a_refused_key_is_told_at_no_picture_of_somebody_else(ann):
    bob = factories.person("Bob")
    for person in (ann, bob):
        AiKey.objects.create(owner=person, captioner="openai", key=f"sk-of-{person.pk}")
    mine, theirs = refused_for(ann, "gpt-5"), refused_for(bob, "gpt-5")
    ai_accounts.account_of(mine.watch, ann.pk).hold(Unauthorized("OpenAI does not accept the key."), mine)
    assert [bool(Asset.objects.get(pk=each.pk).reason) for each in (mine, theirs)] == [True, False]


def test_an_unknown_model_is_told_at_no_picture_of_another_model(ann):
    AiKey.objects.create(owner=ann, captioner="openai", key="sk-of-ann")
    unknown, known = refused_for(ann, "no-such"), refused_for(ann, "gpt-5")
    error = Suspended("OpenAI knows no such model.", code=Fault.MODEL)
    ai_accounts.account_of(unknown.watch, ann.pk).hold(error, unknown)
    assert [bool(Asset.objects.get(pk=each.pk).reason) for each in (unknown, known)] == [True, False]


def test_without_a_key_pictures_wait_and_nobody_is_asked(pictures, ann, sandbox, hours, settings):
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": ""}
    (first, second) = pictures(2)
    work(hours, 3)
    first.refresh_from_db()
    assert (first.state, first.tries, asked(sandbox), "OPENAI_API_KEY" in first.reason) == ("ready", 0, 0, True)
    manual_actions.write_words(second, text="My own words.", by=Caller.of(ann))
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": GOOD}
    work(hours, 9)
    assert Caption.objects.count() == 2


def test_what_is_wrong_with_one_picture_is_wrong_with_no_other(pictures, sandbox, hours):
    pictures(3)
    sandbox.fault("status", host=HOST, status=400, variant="invalid_image_format", times=1)
    watches.tasks.round()
    assert (Caption.objects.count(), Asset.objects.filter(state="wordless").count()) == (2, 1)


def test_slow_down_rests_the_account_and_not_each_picture(pictures, sandbox, hours):
    pictures(4)
    sandbox.fault("rate", host=HOST, retry_after="120", times=1)
    watches.tasks.round()
    work(hours, 1.5, every=10)
    assert asked(sandbox) == 1
    work(hours, 1)
    assert Caption.objects.count() == 4


def test_a_limit_and_a_refusal_do_not_meet(pictures, sandbox, hours):
    """First it is asked too often, then it refuses the key: both are kept."""
    pictures(3)
    sandbox.fault("rate", host=HOST, retry_after="60", nth=1)
    watches.tasks.round()
    hours.pass_by(61)
    sandbox.no_faults()
    sandbox.fault("expired", host=HOST)
    watches.tasks.round()
    watches.tasks.round()
    assert asked(sandbox) == 2
    assert {row.kind for row in Rest.objects.all()} == set(Rest.Kind)


@pytest.fixture
def held(ann: User) -> Callable[[int], list[Asset]]:
    """So many people's watches, each with a picture that waits for an account that refuses everything."""

    def make(number: int) -> list[Asset]:
        people = [factories.person(f"Person {each}") for each in range(number)]
        watches = [
            factories.watch(each, factories.channel(each), captioner="openai", model=f"m{at % 2}")
            for at, each in enumerate(people)
        ]
        account = ai_accounts.account_of(watches[0], people[0].pk)
        cooldowns.hold(account.whole, ai_accounts.PAUSE, code=Fault.KEY, sentence="It is refused.")
        return [factories.asset(each.owner, watched_by=each, reason="It waits.") for each in watches]

    return make


def asks(what: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        what()
    return len(asked)


@pytest.mark.parametrize("number", [2, 12])
def test_what_is_held_costs_as_much_for_many_watches_as_for_few(held, number):
    held(number)
    (found,) = ai_accounts.held_accounts()
    assert found.waiting == number
    assert asks(ai_accounts.held_accounts) == 4
    assert asks(lambda: list(watches.tasks.ready_due())) == 5


@pytest.mark.parametrize("number", [2, 12])
def test_a_new_key_costs_as_much_for_many_watches_as_for_few(ann, number):
    for each in range(number):
        watch = factories.watch(ann, name=f"Watch {each}", captioner="openai")
        factories.asset(ann, watched_by=watch, next_at=clock.now() + dt.timedelta(hours=1))
    assert asks(lambda: wake_ups.after_ai_key(ann.pk, "openai")) == 4
    assert watches.tasks.ready_due().count() == number


def test_what_waits_for_its_account_is_not_due_but_for_the_one_try(held, hours):
    first, *_ = held(3)
    news = factories.asset(first.owner, watched_by=first.watch)
    assert list(watches.tasks.ready_due()) == [news]  # it has not been told yet
    hours.pass_by(MINUTE + 1)
    assert watches.tasks.ready_due().count() == 4
    assert ai_accounts.account_of(first.watch, first.owner_id).stops(first) is None
    assert set(watches.tasks.ready_due()) == {first, news}


def test_whoever_waits_when_it_is_refused_is_told_and_not_asked_for(pictures, ann, sandbox, hours):
    pictures(40)
    sandbox.fault("expired", host=HOST)
    watches.tasks.round()
    assert asked(sandbox) == 1
    assert not watches.tasks.ready_due().exists()
    assert not Asset.objects.filter(reason="").exists()
