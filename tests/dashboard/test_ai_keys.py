"""A person's own AI key: sealed, never shown, used for his pictures and nobody else's, sent to its provider alone."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import pytest
from django.conf import settings as install
from django.urls import reverse
from PIL import Image

from accounts.ai_services import SERVICES
from accounts.models import AiKey
from accounts.reasons.login_events import KeyRemovedByOperator
from accounts.reasons.logins import AiKeyLost
from poster.errors import Unauthorized
from poster.models import Event
from publishing.describing.describing import describe
from publishing.models import Post
from tests import factories
from tests.contracts.model_server import ModelServer, Reply, serving
from tests.facts import with_reason
from tests.held import hold
from watches.doctor import captioners as examined
from writing.captioners import CAPTIONERS
from writing.keys import KEYLESS, key_for

pytestmark = pytest.mark.django_db
ADD, LIST = "admin:accounts_aikey_add", "admin:accounts_aikey_changelist"
HOSTS = {
    "openai": "api.openai.com",
    "anthropic": "api.anthropic.com",
    "gemini": "generativelanguage.googleapis.com",
    "openrouter": "openrouter.ai",
}
WORDS = '{"caption": "Bread on a table.", "alt_text": "A loaf.", "hashtags": []}'
ANSWER = {  # of every vendor at once
    "model": "x",
    "choices": [{"finish_reason": "stop", "message": {"content": WORDS}}],
    "content": [{"type": "text", "text": WORDS}],
    "stop_reason": "end_turn",
}


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with serving() as server:
        server.say(Reply(ANSWER))
        yield server


@pytest.fixture
def server(running: ModelServer, settings, tmp_path) -> ModelServer:
    running.asked.clear()
    settings.REMOTE_ROOT, settings.SPOOL = running.root, tmp_path
    settings.AI_KEYS = dict.fromkeys(install.AI_KEYS, "sk-of-the-operator")
    return running


def picture_of(person, service: str) -> Post:
    """One that waits for words from this service."""
    watch = factories.watch(person, factories.channel(person), captioner=service)
    asset = factories.asset(person, watched_by=watch)
    seen = io.BytesIO()
    Image.new("RGB", (64, 48)).save(seen, "JPEG")
    hold(asset, seen.getvalue(), "for_model")
    return factories.wordless(person, picture=asset)


def used(server: ModelServer) -> str:
    """The key that came with the last request."""
    headers = server.asked[-1].headers
    return headers.get("x-api-key") or headers["authorization"].removeprefix("Bearer ")


def test_every_captioner_that_takes_a_vendors_key_can_be_given_an_own_one() -> None:
    assert set(SERVICES) == set(CAPTIONERS) - KEYLESS - {"compatible"} == set(HOSTS)


@pytest.mark.parametrize("service", sorted(HOSTS))
def test_p42_a_persons_own_key_is_used_for_his_pictures_and_nobody_elses(service, alice, bob, server) -> None:
    AiKey.objects.create(owner=alice, captioner=service, key="sk-of-alice")
    describe(picture_of(alice, service))
    assert used(server) == "sk-of-alice"
    describe(picture_of(bob, service))
    assert used(server) == "sk-of-the-operator"


@pytest.mark.parametrize("service", sorted(HOSTS))
def test_p08_the_picture_goes_to_the_chosen_provider_and_to_no_other(service, alice, server) -> None:
    AiKey.objects.create(owner=alice, captioner=service, key="sk-of-alice")
    describe(picture_of(alice, service))
    assert {asked.path.split("/")[1] for asked in server.asked} == {HOSTS[service]}


def test_p53_with_an_own_key_requests_go_straight_to_that_provider_without_one_to_the_operators(alice, server) -> None:
    for service in HOSTS:
        assert key_for(service, alice.pk).secret == "sk-of-the-operator"
        AiKey.objects.create(owner=alice, captioner=service, key=f"sk-{service}")
        assert key_for(service, alice.pk).secret == f"sk-{service}"
        assert key_for(service, alice.pk).base_url == ""


def test_p08_the_built_in_describer_asks_nobody(alice, server) -> None:
    AiKey.objects.create(owner=alice, captioner="openai", key="sk-of-alice")
    describe(picture_of(alice, "describer"))
    assert server.asked == []


def test_a_key_that_cannot_be_opened_is_told_and_the_operators_is_not_taken_in_its_place(
    alice, settings, server
) -> None:
    AiKey.objects.create(owner=alice, captioner="openai", key="sk-of-alice")
    settings.CREDENTIAL_KEYS = [base64.urlsafe_b64encode(b"9" * 32).decode()]
    with pytest.raises(Unauthorized, check=with_reason(AiKeyLost)):
        key_for("openai", alice.pk)
    post = picture_of(alice, "openai")
    assert "Store it again" in describe(post)
    post.refresh_from_db()
    assert (post.wants_words, post.tries, server.asked) == (Post.Words.CAPTIONER, 0, [])
    assert any("Store it again" in finding.sentence for finding in examined(offline=True))


def test_it_goes_in_and_never_comes_out_again(alice, operator, browser) -> None:
    client = browser(alice)
    answer = client.post(reverse(ADD), {"captioner": "openai", "new_key": " sk-canary-1 "}, follow=True)
    row = AiKey.objects.get()
    assert (row.key, row.owner) == ("sk-canary-1", alice)
    change = reverse("admin:accounts_aikey_change", args=[row.pk])
    pages = [answer, *(client.get(where) for where in (reverse(LIST), change, change.replace("change", "history")))]
    pages += [browser(operator).get(where) for where in (reverse(LIST), change)]
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert not any(b"canary" in page.content for page in pages)
    assert [(each.kind, "canary" in each.sentence) for each in Event.objects.all()] == [("connect", False)]


def test_it_can_be_replaced_and_removed_and_the_log_says_so(alice, browser) -> None:
    row = AiKey.objects.create(owner=alice, captioner="openai", key="sk-old")
    client = browser(alice)
    client.post(reverse("admin:accounts_aikey_change", args=[row.pk]), {"new_key": "sk-new"})
    row.refresh_from_db()
    assert row.key == "sk-new"
    client.post(reverse("admin:accounts_aikey_delete", args=[row.pk]), {"post": "yes"})
    assert not AiKey.objects.exists()
    assert set(Event.objects.values_list("kind", "person")) == {("connect", alice.pk), ("disconnect", alice.pk)}


@pytest.mark.parametrize("key", ["", "two words", "sk-\u00fc", "sk-a\nX-Evil: 1", "s" * 501])
def test_what_cannot_be_a_key_is_refused_with_a_sentence(key, alice, browser) -> None:
    answer = browser(alice).post(reverse(ADD), {"captioner": "openai", "new_key": key})
    assert answer.status_code == 200
    assert b"errorlist" in answer.content
    assert not AiKey.objects.exists()


def test_a_second_key_for_one_service_is_refused_with_a_sentence(alice, browser) -> None:
    AiKey.objects.create(owner=alice, captioner="openai", key="sk-old")
    answer = browser(alice).post(reverse(ADD), {"captioner": "openai", "new_key": "sk-new"})
    assert b"Open it to replace it" in answer.content
    assert AiKey.objects.get().key == "sk-old"


def test_the_operator_may_remove_somebodys_key_but_put_no_other_in_its_place(alice, operator, browser) -> None:
    row = AiKey.objects.create(owner=alice, captioner="openai", key="sk-of-alice")
    client = browser(operator)
    assert client.post(reverse("admin:accounts_aikey_change", args=[row.pk]), {"new_key": "sk-x"}).status_code == 403
    client.post(reverse("admin:accounts_aikey_delete", args=[row.pk]), {"post": "yes"})
    assert not AiKey.objects.exists()
    assert Event.objects.get(kind=Event.Kind.DISCONNECT).fact_code == KeyRemovedByOperator.code
