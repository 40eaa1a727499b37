"""Typed words are never lost, when they are refused or the session has ended; and nothing happens by itself."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

import accounts.tasks
from poster import clock
from poster.models import LaidBy
from poster.web import unsaved_input
from publishing.models import Post
from tests import factories
from watches.models import PromptTemplate

pytestmark = pytest.mark.django_db
WORDS = "Words that took half an hour. " * 3


def marked(client: Client, page: str) -> str:
    """The mark that the form on this page carries."""
    return client.get(page).content.decode().split('name="typed_here" value="')[1].split('"')[0]


def shown(client: Client, page: str) -> str:
    return client.get(page).context["words"]


@pytest.fixture
def draft(alice) -> Post:
    return factories.post(alice, factories.channel(alice, "threads"), text="before")


def act(draft: Post, name: str) -> str:
    return reverse("admin:publishing_post_do", args=[draft.pk, name])


def page_of(draft: Post) -> str:
    return reverse("admin:publishing_post_change", args=[draft.pk])


@pytest.mark.parametrize("verb", ["approve", "reword"])
def test_what_is_refused_comes_back_in_the_form_until_it_is_kept(verb, alice, draft, browser) -> None:
    client, item = browser(alice), draft.items.get()
    page = page_of(draft)
    sent = {unsaved_input.MARK: marked(client, page), "text": WORDS * 20, f"alt_text_{item.pk}": "A pier"}
    back = client.post(act(draft, verb), sent, follow=True)
    assert (back.context["words"], back.context["alt_texts"]) == (WORDS * 20, [(item, "A pier")])
    assert back.context["counters"][0].used == len(WORDS) * 20
    draft.refresh_from_db()
    assert (draft.state, draft.text) == (Post.State.DRAFT, "before")
    client.post(act(draft, "reword"), {**sent, "text": WORDS})
    assert shown(client, page) == WORDS.strip()
    assert not client.get(page).context["typed"]


@pytest.mark.parametrize("verb", ["approve", "reword"])
@pytest.mark.parametrize("strict", [False, True], ids=["the session has ended", "signed in again elsewhere"])
def test_who_was_signed_out_meanwhile_finds_their_words_and_nothing_is_done(
    verb, strict, alice, bob, draft, browser, settings
) -> None:
    page = page_of(draft)
    old = Client(enforce_csrf_checks=strict)
    old.force_login(alice)
    sent = {unsaved_input.MARK: marked(old, page), "text": WORDS, "password": "hunter2"}
    if not strict:
        old.logout()
    answer = old.post(act(draft, verb), sent)
    assert answer.status_code == 302
    assert WORDS[:10] not in answer["Location"]
    old.force_login(alice)
    told = old.get(act(draft, verb), follow=True)
    assert (told.redirect_chain[0][0], told.context["words"]) == (page, WORDS)
    draft.refresh_from_db()
    assert (draft.state, draft.text) == (Post.State.DRAFT, "before")
    assert not browser(bob).get(page, follow=True).context.get("typed")


def test_words_that_came_too_late_are_shown_all_the_same(alice, draft, browser) -> None:
    client, page = browser(alice), page_of(draft)
    sent = {unsaved_input.MARK: marked(client, page), "text": WORDS}
    Post.objects.update(state=Post.State.DISCARDED)
    assert WORDS in client.post(act(draft, "reword"), sent, follow=True).content.decode()


def test_what_nobody_came_back_for_is_gone_within_the_hour(alice, draft, browser) -> None:
    client, page = browser(alice), page_of(draft)
    sent = {unsaved_input.MARK: marked(client, page), "text": WORDS * 20}
    client.post(act(draft, "reword"), sent)
    assert shown(client, page) == WORDS * 20
    LaidBy.objects.update(until=clock.now())
    assert shown(client, page) == "before"
    accounts.tasks.round()
    assert not LaidBy.objects.exists()


@pytest.mark.parametrize("mark", ["", "x", "WyIxIiwgIi8iXQ:1x:abc"])
def test_without_a_mark_of_ours_nothing_is_kept(mark, alice, draft, browser) -> None:
    Client().post(act(draft, "reword"), {unsaved_input.MARK: mark, "text": WORDS})
    assert shown(browser(alice), page_of(draft)) == "before"


def test_a_form_of_the_dashboard_comes_back_too_without_what_is_secret(alice, browser) -> None:
    client = browser(alice)
    for where, name in ((reverse("admin:watches_prompttemplate_add"), "New"), (None, "Old")):
        row = factories.template(alice, name="Old") if where is None else None
        page = where or reverse("admin:watches_prompttemplate_change", args=[row.pk])
        sent = {unsaved_input.MARK: marked(client, page), "name": name, "text": WORDS, "api_key": "sk-1"}
        client.logout()
        client.post(page, sent)
        client.force_login(alice)
        form = client.get(page).context["adminform"].form
        assert (form["name"].value(), form["text"].value()) == (name, WORDS)
        request = client.get(page).wsgi_request
        assert set(unsaved_input.of(request) or ()) == {"name", "text"}
        assert client.post(page, sent).status_code == 302
        assert client.get(page).context["typed"] is False if row else PromptTemplate.objects.filter(name="New").exists()


def everywhere(patterns, prefix=""):
    for each in patterns:
        if isinstance(each, URLPattern):
            yield prefix, each
        else:
            space = f"{prefix}{each.namespace}:" if each.namespace else prefix
            yield from everywhere(each.url_patterns, space)


def test_nobody_meets_a_405_after_signing_in(operator, browser) -> None:
    """Each address of the product, as after signing in: by GET."""
    client, rows = browser(operator), factories.everything(operator)
    pk = rows[0].pk
    verbs = [
        reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_do", args=[row.pk, name])
        for row in rows
        if type(row) in site._registry
        for name in cast(Any, site._registry[type(row)]).verbs
    ]
    others = []
    for space, pattern in everywhere(get_resolver().url_patterns):
        named = pattern.pattern.converters
        values = {"pk": pk, "provider": "facebook", "name": "approve"}
        try:
            others.append(reverse(f"{space}{pattern.name}", kwargs={each: values.get(each, "1") for each in named}))
        except NoReverseMatch:
            continue
    assert (len(verbs), len(others)) > (20, 60)
    met = {where: client.get(where).status_code for where in [*verbs, *others] if "callbacks/" not in where}
    assert [where for where, status in met.items() if status == 405] == []
    assert {met[where] for where in verbs} == {302}
    assert client.put(verbs[0]).status_code == 405
