"""A search on PostgreSQL asks the index of words, and finds what it finds on SQLite."""

from __future__ import annotations

from typing import Any

from django.db import connection

from poster.database import trigger_sync, word_index
from publishing.models import Post
from tests import factories
from tests.dashboard.test_searching import FOUND, NOT_FOUND, TEXT
from tests.whole.servers import Postgres


def plan(model: Any, typed: str) -> str:
    """How PostgreSQL would ask, if reading the whole table were no way."""
    column, words = word_index.indexes()[model].column, word_index.words_in(typed)
    rows = word_index.having(model._default_manager.all(), words, column)
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        return str(rows.explain())


def test_each_list_that_grows_has_its_index(on_postgres: Postgres) -> None:
    for model, index in word_index.indexes().items():
        assert f"Index Scan on {index.expression}" in plan(model, "bread")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX publishing_post_words_folded")
    trigger_sync.mend(connection)
    assert "Index Scan on publishing_post_words_folded" in plan(Post, "bread")


def test_the_same_is_found_as_on_sqlite(on_postgres: Postgres) -> None:
    ann = factories.person("Ann")
    factories.everything(factories.person("Bob"))
    wanted = factories.post(ann, text=TEXT)
    index = word_index.indexes()[Post]
    for typed in (*FOUND, *NOT_FOUND):
        words = word_index.words_in(typed)
        found = list(word_index.having(Post.objects.all(), words, index.column)) if words else []
        assert (typed, found) == (typed, [wanted] if typed in FOUND else [])
