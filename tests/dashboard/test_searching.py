"""A search asks an index of words, finds only what the person may see, and forgets what is gone."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import User
from poster import clock
from poster.dashboard.long_lists import ShortPaginator
from poster.database import trigger_sync, word_index
from poster.secrets.fields import SealedField
from publishing.models import Delivery, Post
from tests import factories
from watches.models import FoundFile
from writing.models import Suggestion

pytestmark = pytest.mark.django_db
FURTHER = re.compile(r'<p class="further">.*?href="([^"]+)"', re.DOTALL)
TEXT = "Frisches Brot, im CAFÉ Straße (bread-and-butter); IMG_2041"
FOUND = ("brot", "BROT", "br", "cafe", "café", "CAFE\u0301", "straße", "bread and", "img_2041", "2041 frisch", '"brot"')
NOT_FOUND = ("rot", "brot kuchen", "afé", "2041x", "()", "'", '"', "key:a", "brot*rot", "\u2019", "owner")


def listed(client: Any, typed: str, name: str = "publishing_post", **more: str) -> list[Any]:
    """What the list shows on its first page, newest first."""
    answer = client.get(reverse(f"admin:{name}_changelist"), {"q": typed, **more})
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def further(response: Any) -> str:
    found = FURTHER.search(response.content.decode())
    return unescape(found[1]) if found else ""


def posts(owner: User, many: int, in_a_second: int = 10) -> None:
    now = clock.now()
    rows = [
        Post(owner=owner, text=f"No. {number}", created_at=now - dt.timedelta(seconds=number // in_a_second))
        for number in range(many)
    ]
    Post.objects.bulk_create(rows, batch_size=500)


@pytest.mark.parametrize("typed", FOUND)
def test_what_has_each_word_or_one_that_begins_so_is_found(typed, alice, browser) -> None:
    factories.post(alice, text="Something else")
    wanted = factories.post(alice, text=TEXT)
    assert listed(browser(alice), typed) == [wanted]


@pytest.mark.parametrize("typed", NOT_FOUND)
def test_what_has_not_all_of_it_is_not_found_whatever_is_typed(typed, alice, browser) -> None:
    factories.post(alice, text=TEXT)
    assert listed(browser(alice), typed) == []


def test_each_list_that_grows_is_searched_by_its_words(alice, operator, browser) -> None:
    factories.everything(alice)
    FoundFile.objects.update(name="Wedding_0001.jpg")
    for written in (Post, Suggestion, Delivery):
        written._default_manager.update(text="Two at a wedding")
    for model in word_index.indexes():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        for person in (alice, operator):
            assert len(listed(browser(person), "wedding", name)) == model._default_manager.count() > 0


def test_a_member_finds_only_what_is_theirs(alice, bob, operator, browser) -> None:
    hers, his = factories.post(alice, text="Bread"), factories.post(bob, text="Bread")
    assert listed(browser(alice), "bread") == [hers]
    assert listed(browser(bob), "bread") == [his]
    assert listed(browser(operator), "bread") == [his, hers]


def test_a_search_and_a_filter_narrow_each_other(alice, browser) -> None:
    factories.post(alice, text="Bread", state=Post.State.DISCARDED)
    draft = factories.post(alice, text="Bread")
    assert listed(browser(alice), "bread", state__exact=Post.State.DRAFT) == [draft]


@pytest.mark.parametrize("in_a_second", [10, 2 * ShortPaginator.MOST])
def test_the_last_page_of_what_was_found_leads_to_what_is_older(in_a_second, alice, browser) -> None:
    posts(alice, ShortPaginator.MOST + 45, in_a_second)
    factories.post(alice, text="Other")
    client, where, seen = browser(alice), reverse("admin:publishing_post_changelist"), list[Any]()
    link = "?q=no"
    for _ in range(4):
        for page in range(1, ShortPaginator.MOST // 40 + 2):
            answer = client.get(f"{where}{link}&p={page}")
            if answer.status_code != 200 or page > answer.context["cl"].paginator.num_pages:
                break
            seen += [row.pk for row in answer.context["cl"].result_list]
            last = answer
        link = further(last)
        if not link:
            break
    assert link == ""
    wanted = Post.objects.filter(text__startswith="No").order_by("-created_at", "-id")
    assert seen == [row.pk for row in wanted]


def test_a_changed_text_is_found_by_its_new_words_alone(alice, browser) -> None:
    post = factories.post(alice, text="Bread")
    Post.objects.filter(pk=post.pk).update(text="Cake")
    assert listed(browser(alice), "bread") == []
    assert listed(browser(alice), "cake") == [post]


def test_what_is_deleted_is_forgotten_in_the_same_transaction(alice, browser) -> None:
    post, client = factories.post(alice, text="Bread"), browser(alice)
    with transaction.atomic():
        Post.objects.filter(pk=post.pk).delete()
        assert listed(client, "bread") == []
        transaction.set_rollback(True)
    assert listed(client, "bread") == [post]


def test_nothing_sealed_is_in_the_index() -> None:
    assert set(word_index.indexes()) == {Post, Delivery, FoundFile, Suggestion}
    for model, index in word_index.indexes().items():
        assert not isinstance(model._meta.get_field(index.column), SealedField)


on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its indexes itself")


@on_sqlite
def test_an_index_that_was_not_kept_is_made_anew(alice, browser) -> None:
    gone, stays = factories.post(alice, text="Bread"), factories.post(alice, text="Bread")
    trigger_sync.take_down(connection, word_index.triggers())
    gone.delete()
    new = factories.post(alice, text="Bread")
    assert {each.table for each in trigger_sync.mend(connection)} >= {"publishing_post"}
    assert listed(browser(alice), "bread") == [new, stays]
    Post.objects.filter(pk=stays.pk).update(text="Cake")
    assert listed(browser(alice), "bread") == [new]
