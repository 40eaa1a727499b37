"""What is wrong with an account that describes pictures is wrong with none of the pictures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

import publishing.describing.tasks
from accounts.models import AiKey, User
from poster import clock
from poster.doctor import Level
from poster.errors import Suspended, Unauthorized
from poster.models import Rest
from poster.permissions import Caller
from poster.work import cooldowns
from publishing import doctor
from publishing.describing import held_accounts, wake_ups
from publishing.describing.tasks import words_due
from publishing.models import Post
from publishing.posts.approving import reword
from tests import factories
from tests.describing.world import *  # noqa: F403 - its fixtures
from tests.describing.world import GOOD, HOSTS, MINUTE, asked, work
from tests.facts import Said
from tests.held import for_model, hold
from watches.models import Watch
from writing import ai_accounts
from writing.captioners.faults import Fault
from writing.models import Suggestion

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
    publishing.describing.tasks.round()
    assert asked(sandbox) == 1
    assert Rest.objects.get().code == code
    rows = Post.objects.filter(pk__in=[post.pk for post in made])
    assert {(row.wants_words, row.tries) for row in rows} == {(Post.Words.CAPTIONER, 0)}
    work(hours, 8)
    assert 3 <= asked(sandbox) <= 5  # after one, two and four minutes, one picture each
    assert len(mail.outbox) == 1
    (held,) = held_accounts.held_accounts()
    assert held.waiting == 5
    assert [found.level for found in doctor.words(offline=True) if "captioner" in found.name] == [Level.PROBLEM]
    sandbox.no_faults()
    work(hours, 9)
    assert (Suggestion.objects.count(), Rest.objects.count()) == (5, 0)


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
    assert Suggestion.objects.count() == 79


def test_the_other_models_of_the_account_go_on(pictures, ann, sandbox, hours):
    (first,) = pictures(1)
    other = factories.watch(ann, captioner="openai", model="practice-chatty", language="en")
    second = factories.asset(ann, watched_by=other)
    factories.wordless(ann, picture=second)
    hold(second, for_model(first.assets.get()).read_bytes(), "for_model")
    sandbox.fault("status", host=HOST, status=404, variant="model_not_found", nth=1)
    publishing.describing.tasks.round()
    assert Suggestion.objects.count() == 1


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
    publishing.describing.tasks.round()
    publishing.describing.tasks.round()
    assert Suggestion.objects.count() == 3
    assert first.watch is not None


def refused_for(person: User, model: str) -> Post:
    """A post of theirs that waits for this model."""
    return factories.wordless(person, watch=factories.watch(person, captioner="openai", model=model))


def refuse(post: Post, error: Unauthorized | Suspended) -> None:
    account = ai_accounts.account_of("openai", post.owner_id, post.watch.model)
    held_accounts.tell(account, account.hold(error, post.pk))


def test_a_refused_key_is_told_at_no_picture_of_somebody_else(ann):
    bob = factories.person("Bob")
    for person in (ann, bob):
        AiKey.objects.create(owner=person, captioner="openai", key=f"sk-of-{person.pk}")
    mine, theirs = refused_for(ann, "gpt-5"), refused_for(bob, "gpt-5")
    refuse(mine, Unauthorized(Said(words="OpenAI does not accept the key.")))
    assert [bool(Post.objects.get(pk=each.pk).wordless_because) for each in (mine, theirs)] == [True, False]


def test_an_unknown_model_is_told_at_no_picture_of_another_model(ann):
    AiKey.objects.create(owner=ann, captioner="openai", key="sk-of-ann")
    unknown, known = refused_for(ann, "no-such"), refused_for(ann, "gpt-5")
    error = Suspended(Said(words="OpenAI knows no such model."), code=Fault.MODEL)
    refuse(unknown, error)
    assert [bool(Post.objects.get(pk=each.pk).wordless_because) for each in (unknown, known)] == [True, False]


def test_without_a_key_pictures_wait_and_nobody_is_asked(pictures, ann, sandbox, hours, settings):
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": ""}
    (first, second) = pictures(2)
    work(hours, 3)
    first.refresh_from_db()
    told = "OPENAI_API_KEY" in str(first.wordless_because)
    assert (first.wants_words, first.tries, asked(sandbox), told) == ("captioner", 0, 0, True)
    reword(second, text="My own words.", alt_texts={}, by=Caller.of(ann))
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": GOOD}
    work(hours, 9)
    second.refresh_from_db()
    assert (Suggestion.objects.count(), second.text, second.wants_words) == (1, "My own words.", "")


def test_what_is_wrong_with_one_picture_is_wrong_with_no_other(pictures, sandbox, hours):
    pictures(3)
    sandbox.fault("status", host=HOST, status=400, variant="invalid_image_format", times=1)
    publishing.describing.tasks.round()
    assert (Suggestion.objects.count(), Post.objects.filter(wants_words="person").count()) == (2, 1)


def test_slow_down_rests_the_account_and_not_each_picture(pictures, sandbox, hours):
    pictures(4)
    sandbox.fault("rate", host=HOST, retry_after="120", times=1)
    publishing.describing.tasks.round()
    work(hours, 1.5, every=10)
    assert asked(sandbox) == 1
    work(hours, 1)
    assert Suggestion.objects.count() == 4


def test_a_limit_and_a_refusal_do_not_meet(pictures, sandbox, hours):
    """First it is asked too often, then it refuses the key: both are kept."""
    pictures(3)
    sandbox.fault("rate", host=HOST, retry_after="60", nth=1)
    publishing.describing.tasks.round()
    hours.pass_by(61)
    sandbox.no_faults()
    sandbox.fault("expired", host=HOST)
    publishing.describing.tasks.round()
    publishing.describing.tasks.round()
    assert asked(sandbox) == 2
    assert {row.kind for row in Rest.objects.all()} == set(Rest.Kind)


@pytest.fixture
def held(ann: User) -> Callable[[int], list[Post]]:
    """So many people's watches, each with a picture that waits for an account that refuses everything."""

    def make(number: int) -> list[Post]:
        people = [factories.person(f"Person {each}") for each in range(number)]
        watches = [
            factories.watch(each, factories.channel(each), captioner="openai", model=f"m{at % 2}")
            for at, each in enumerate(people)
        ]
        account = ai_accounts.account_of("openai", people[0].pk, "m0")
        cooldowns.hold(account.whole, ai_accounts.PAUSE, code=Fault.KEY, reason=Said(words="It is refused."))
        return [
            factories.wordless(each.owner, watch=each, wordless_because=Said(words="It waits.")) for each in watches
        ]

    return make


def asks(what: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        what()
    return len(asked)


@pytest.mark.parametrize("number", [2, 12])
def test_what_is_held_costs_as_much_for_many_watches_as_for_few(held, number):
    held(number)
    (found,) = held_accounts.held_accounts()
    assert found.waiting == number
    assert asks(held_accounts.held_accounts) == 4
    assert asks(lambda: list(words_due())) == 5


@pytest.mark.parametrize("number", [2, 12])
def test_a_new_key_costs_as_much_for_many_watches_as_for_few(ann, number):
    for each in range(number):
        watch = factories.watch(ann, name=f"Watch {each}", captioner="openai")
        factories.wordless(ann, watch=watch, next_at=clock.now() + dt.timedelta(hours=1))
    assert asks(lambda: wake_ups.after_ai_key(ann.pk, "openai")) == 5
    assert words_due().count() == number


def test_what_waits_for_its_account_is_not_due_but_for_the_one_try(held, hours):
    first, *_ = held(3)
    news = factories.wordless(first.owner, watch=first.watch)
    assert list(words_due()) == [news]  # it has not been told yet
    hours.pass_by(MINUTE + 1)
    assert words_due().count() == 4
    assert ai_accounts.account_of("openai", first.owner_id, first.watch.model).stops(first.pk) is None
    assert set(words_due()) == {first, news}


def test_whoever_waits_when_it_is_refused_is_told_and_not_asked_for(pictures, ann, sandbox, hours):
    pictures(40)
    sandbox.fault("expired", host=HOST)
    publishing.describing.tasks.round()
    assert asked(sandbox) == 1
    assert not words_due().exists()
    assert not Post.objects.filter(wordless_because_code="").exists()
