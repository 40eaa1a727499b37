"""A key and a model's name are tried where they are put in, at the vendors of the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.models import AiKey, User
from poster.permissions import TERMINAL, NotPossible
from tests import factories
from tests.sandbox_fixture import Box
from watches import watch_service
from watches.models import Watch

pytestmark = pytest.mark.django_db
GOOD, BAD = "sk-practice-0123456789abcdef", "wrong-0123456789abcdef"
HOSTS = {
    "openai": "api.openai.com",
    "anthropic": "api.anthropic.com",
    "gemini": "generativelanguage.googleapis.com",
    "openrouter": "openrouter.ai",
}
MODELS = {
    "openai": "gpt-5-mini",
    "anthropic": "claude-sonnet-5-5",
    "gemini": "gemini-2.5-flash",
    "openrouter": "anthropic/claude-haiku-4-5",
}


@pytest.fixture
def ann(settings, sandbox: Box) -> User:
    settings.REMOTE_ROOT = sandbox.root
    settings.AI_KEYS = dict.fromkeys(settings.AI_KEYS, GOOD)
    return factories.person("Ann", operator=True)


@pytest.fixture
def browser(client, ann: User):
    client.force_login(ann)
    return client


def store(browser, service: str, key: str):
    return browser.post(reverse("admin:accounts_aikey_add"), {"captioner": service, "new_key": key})


def warnings(response) -> list[str]:
    return [str(each) for each in get_messages(response.wsgi_request) if each.level_tag == "warning"]


@pytest.mark.parametrize("service", HOSTS)
def test_a_refused_key_is_not_stored_and_what_was_typed_is_not_echoed(service, browser, sandbox):
    response = store(browser, service, BAD)
    assert response.status_code == 200
    assert "new_key" in response.context["adminform"].form.errors
    assert BAD not in response.content.decode()
    assert not AiKey.objects.exists()
    response = store(browser, service, GOOD)
    assert (response.status_code, warnings(response), AiKey.objects.get().captioner) == (302, [], service)
    page = reverse("admin:accounts_aikey_change", args=[AiKey.objects.get().pk])
    assert browser.post(page, {"new_key": BAD}).status_code == 200
    assert AiKey.objects.get().key == GOOD
    assert not [call for call in sandbox.calls("") if "completions" in call["path"] or "messages" in call["path"]]


@pytest.mark.parametrize("service", HOSTS)
@pytest.mark.parametrize("status", [402, 429, 503])
def test_a_vendor_that_cannot_say_stores_it_with_a_warning(service, status, browser, sandbox):
    sandbox.fault("status", host=HOSTS[service], status=status)
    response = store(browser, service, GOOD)
    assert (response.status_code, AiKey.objects.count(), len(warnings(response))) == (302, 1, 1)


def order(ann: User, folder: Path, **rules) -> Watch:
    return watch_service.add_watch(
        ann, by=TERMINAL, name="Mine", source="folder", place=str(folder), channels=[factories.channel(ann)], **rules
    )


@pytest.mark.parametrize("captioner", HOSTS)
def test_a_models_name_is_checked_when_a_watch_is_made(captioner, ann, tmp_path):
    with pytest.raises(NotPossible):
        order(ann, tmp_path, captioner=captioner, model="no-such-model")
    assert not Watch.objects.exists()
    assert order(ann, tmp_path, captioner=captioner, model=MODELS[captioner]).untried == ""


def test_a_watch_is_made_all_the_same_when_nobody_answers_and_says_so(ann, tmp_path, sandbox):
    sandbox.fault("status", host=HOSTS["openai"], status=503)
    assert order(ann, tmp_path, captioner="openai", model="no-such-model").untried


@pytest.mark.parametrize(
    ("model", "possible", "told"), [("gpt-5-mini", True, 0), ("no-such-model", False, 0), ("unanswered", True, 1)]
)
def test_a_models_name_is_checked_when_a_watch_is_changed(model, possible, told, ann, browser, sandbox, tmp_path):
    watch = order(ann, tmp_path, captioner="openai")
    if model == "unanswered":
        sandbox.fault("status", host=HOSTS["openai"], status=503)
    fields = {"name": "Renamed", "channels": [watch.channels.get().pk], "captioner": "openai", "interval": "60"}
    rules = {"approval": "ask", "backlog": "skip", "fit": "pad", "latest_hours": "24", "subfolders": "on"}
    page = reverse("admin:watches_watch_change", args=[watch.pk])
    response = browser.post(page, {**fields, **rules, "model": model})
    watch.refresh_from_db()
    assert (watch.model == model, watch.name == "Renamed") == (possible, possible)
    assert len(warnings(response)) == told
    before = len(sandbox.calls("/models"))
    browser.post(page, {**fields, **rules, "model": watch.model, "name": "Once more"})
    assert len(sandbox.calls("/models")) == before  # nothing about it was changed
