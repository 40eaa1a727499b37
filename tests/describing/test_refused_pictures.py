"""What is wrong with one picture is wrong with no other, however they tell it, and it is not asked for without end."""

from __future__ import annotations

import pytest
from django.core import mail
from PIL import Image

from media.models import Asset
from poster.models import Rest
from poster.permissions import Caller
from publishing.describing import asking, fault_attribution
from publishing.models import Post
from publishing.posts.writing_again import write_again
from tests.describing.world import *  # noqa: F403 - its fixtures
from tests.describing.world import HOSTS, asked, work
from tests.held import for_model
from writing import ai_costs
from writing.captioners.faults import Fault
from writing.models import AiCall, Suggestion

ONE_AMONG_OTHERS = {
    "oldest": ["zebra.jpg", "tabby 1.jpg", "tabby 2.jpg", "tabby 3.jpg"],
    "newest": ["tabby 1.jpg", "tabby 2.jpg", "tabby 3.jpg", "zebra.jpg"],
}


def zebra() -> Post:
    return Post.objects.get(assets__name="zebra.jpg")


def calls(**columns: str) -> int:
    return AiCall.objects.filter(subject=zebra().pk, **columns).count()


@pytest.mark.parametrize("names", ONE_AMONG_OTHERS.values(), ids=ONE_AMONG_OTHERS)
@pytest.mark.parametrize(("captioner", "variant"), [
    ("openrouter", "guardrail"),
    ("openrouter", "content_filter"),
    ("openrouter", "moderation"),
    ("openrouter", "host_declines"),
    ("anthropic", "content_filter"),
    ("openai", "content_policy_violation"),
])  # fmt: skip
def test_a_picture_that_is_declined_is_no_fault_of_the_account(pictures, sandbox, hours, names, captioner, variant):
    pictures(0, *names, captioner=captioner)
    sandbox.fault("declines", host=HOSTS[captioner], message="zebra", variant=variant)
    work(hours, 20)
    assert (Suggestion.objects.count(), zebra().wants_words) == (3, Post.Words.PERSON)
    assert (calls(outcome="refused"), asked(sandbox)) == (2, 5)
    assert (Rest.objects.count(), mail.outbox) == (0, [])


@pytest.mark.parametrize("names", ONE_AMONG_OTHERS.values(), ids=ONE_AMONG_OTHERS)
@pytest.mark.parametrize(("captioner", "variant"), [
    ("openrouter", "permission"),
    ("openai", "invalid_value"),  # it says nothing about whose fault it is
    pytest.param("openrouter", "host_forbids", marks=pytest.mark.thorough),
    pytest.param("anthropic", "permission_error", marks=pytest.mark.thorough),
    pytest.param("gemini", "service_blocked", marks=pytest.mark.thorough),
    pytest.param("openai", "missing_scope", marks=pytest.mark.thorough),
])  # fmt: skip
def test_a_picture_that_is_refused_alone_is_refused_for_itself(pictures, sandbox, hours, names, captioner, variant):
    """Whatever they say: the others were described meanwhile."""
    pictures(0, *names, captioner=captioner)
    sandbox.fault("declines", host=HOSTS[captioner], message="zebra", variant=variant)
    work(hours, 20)
    later = pictures(0, "tabby 4.jpg", captioner=captioner)
    work(hours, 20)
    assert (Suggestion.objects.count(), zebra().wants_words) == (4, Post.Words.PERSON)
    assert Suggestion.objects.filter(subject=later[0].pk).exists()
    assert calls(outcome=fault_attribution.ACCOUNT) == fault_attribution.MOST
    assert Rest.objects.count() == 0
    assert len(mail.outbox) <= 1


@pytest.mark.parametrize("captioner", ["openai", "anthropic", "gemini", "openrouter"])
def test_where_all_are_refused_it_is_the_account_whatever_they_say(pictures, sandbox, hours, captioner):
    """They say 400, and words that nobody knows: all wait, one makes a try, people are told, and it goes on."""
    pictures(5, captioner=captioner)
    status = {"kind": "status", "status": 400, "variant": "invalid_value", "message": "Your plan has ended, friend."}
    sandbox.fault(host=HOSTS[captioner], **status)
    work(hours, 20)
    assert {row.wants_words for row in Post.objects.all()} == {Post.Words.CAPTIONER}
    assert (Rest.objects.get().code, len(mail.outbox)) == (Fault.REQUEST, 1)
    assert asked(sandbox) <= 7
    sandbox.no_faults()
    work(hours, 10)
    assert (Suggestion.objects.count(), Rest.objects.count()) == (5, 0)


def test_one_picture_that_is_refused_without_a_word_of_why_is_for_a_person(pictures, sandbox, hours):
    pictures(1)
    sandbox.fault("status", host=HOSTS["openai"], status=400, variant="invalid_value")
    work(hours, 20)
    assert (Post.objects.get().wants_words, asked(sandbox)) == (Post.Words.PERSON, fault_attribution.MOST)
    assert (Rest.objects.count(), mail.outbox) == (0, [])


def test_asked_again_by_a_person_it_holds_nobody_up(pictures, ann, sandbox, hours):
    pictures(0, *ONE_AMONG_OTHERS["newest"], captioner="openrouter")
    sandbox.fault("declines", host=HOSTS["openrouter"], message="zebra", variant="permission")
    work(hours, 30)
    pictures(0, "tabby 4.jpg", captioner="openrouter")
    work(hours, 20)
    before = asked(sandbox)
    write_again(zebra(), by=Caller.of(ann))
    work(hours, 30)
    assert (asked(sandbox) - before, zebra().wants_words, Rest.objects.count()) == (1, Post.Words.PERSON, 0)
    sandbox.no_faults()
    write_again(zebra(), by=Caller.of(ann))
    work(hours, 1)
    assert Suggestion.objects.count() == 5


@pytest.mark.parametrize("fault", [{"kind": "expired"}, {"kind": "rate", "variant": "insufficient_quota"}])
def test_an_account_that_is_ill_again_is_no_fault_of_those_that_waited(pictures, sandbox, hours, fault):
    pictures(4)
    for _ in range(3):
        sandbox.fault(host=HOSTS["openai"], **fault)
        work(hours, 6)
        sandbox.no_faults()
        sandbox.fault(host=HOSTS["openai"], nth=2, **fault)  # one goes through, then it is ill once more
        work(hours, 9)
        sandbox.no_faults()
    work(hours, 9)
    assert (Suggestion.objects.count(), Post.objects.filter(wants_words=Post.Words.PERSON).count()) == (4, 0)


def test_a_refusal_costs_nobody_anything(pictures, ann, sandbox, hours):
    pictures(2)
    sandbox.fault("expired", host=HOSTS["openai"])
    work(hours, 10)
    assert AiCall.objects.exists()
    assert ai_costs.spent(ann) == 0


@pytest.mark.parametrize(("captioner", "variant"), [
    ("openrouter", "request_too_large"),
    ("anthropic", "request_too_large"),
    ("openai", "tokens_too_large"),
])  # fmt: skip
def test_what_is_too_large_for_them_is_sent_smaller(pictures, sandbox, hours, captioner, variant):
    (large,) = pictures(1, captioner=captioner)
    with Image.open(for_model(large.assets.get())) as copy:
        width, height = copy.size
    Asset.objects.update(width=width, height=height)
    sandbox.fault("status", host=HOSTS[captioner], variant=variant, nth=1)
    work(hours, 0)
    with Image.open(for_model(large.assets.get())) as copy:
        assert copy.size == (width // 2, height // 2)
    work(hours, 1)
    assert (Suggestion.objects.count(), asked(sandbox), Rest.objects.count()) == (1, 2, 0)


def test_what_is_too_large_in_every_size_is_for_a_person(pictures, ann, sandbox, hours):
    (large, *_) = pictures(2, captioner="openrouter")
    sandbox.fault("status", host=HOSTS["openrouter"], variant="request_too_large")
    work(hours, 20)
    assert (asked(sandbox), {row.wants_words for row in Post.objects.all()}) == (4, {Post.Words.PERSON})
    write_again(large, by=Caller.of(ann))
    work(hours, 20)
    assert (asked(sandbox), Rest.objects.count(), mail.outbox) == (6, 0, [])


def test_a_picture_that_they_have_trouble_with_alone_ends_with_a_person_after_a_day(pictures, sandbox, hours):
    pictures(0, "zebra.jpg")
    sandbox.fault("declines", host=HOSTS["openai"], message="zebra", variant="server_error")
    Post.objects.update(tries=asking.MOST_TROUBLE)
    work(hours, 0)
    assert zebra().wants_words == Post.Words.CAPTIONER  # nobody was answered: it may be the weather
    pictures(0, "tabby 1.jpg")
    Post.objects.filter(pk=zebra().pk).update(next_at=zebra().created_at)
    work(hours, 1)
    Post.objects.filter(pk=zebra().pk).update(next_at=zebra().created_at)
    work(hours, 1)
    assert (zebra().wants_words, Suggestion.objects.count()) == (Post.Words.PERSON, 1)
