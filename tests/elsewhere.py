"""Another database for a while: an install of its own, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections

from poster.database.databases import database
from tests.walls import forget_the_end


@contextmanager
def connected_to(url: str) -> Iterator[None]:
    """`django.db.connection` leads there meanwhile, in every thread."""
    usual, mine = connections.settings["default"], connections["default"]
    connections.settings["default"] = {**usual, **database(url, settings.VAR), "CONN_MAX_AGE": 0, "TEST": usual["TEST"]}
    connections["default"] = made = connections.create_connection("default")
    forget_the_end()
    try:
        yield
    finally:
        forget_the_end()
        made.close()
        connections.settings["default"] = usual
        connections["default"] = mine
