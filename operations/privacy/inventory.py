"""What this install holds about one person: every kind of row, in words, and how it is found.

Each app says it of its own models (`Manifest.personal`). A model of which no app says that it is personal, or why it is
not (`Manifest.impersonal`), fails a test: nothing about a person is forgotten when they take their data with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from django.utils.translation import gettext as _

from accounts.models import User
from poster.manifests import Personal, manifests

MOST = 1_000  # rows of a kind that a page counts


@cache
def kinds() -> tuple[Personal, ...]:
    """All kinds of rows that tell something about a person, the lowest app's first."""
    return tuple(each for manifest in manifests() for each in manifest.personal)


def left_out() -> dict[str, str]:
    """Models that tell nothing about a person: {label: why}."""
    return {label: why for manifest in manifests() for label, why in manifest.impersonal.items()}


def no_table() -> dict[str, str]:
    """What is kept where no table tells of it: {what: what ends it}."""
    return _all(manifest.no_table for manifest in manifests())


def in_the_cache() -> dict[str, str]:
    """What the cache is used for: {module: what it keeps there}. Marks and counters, no words."""
    return _all(manifest.in_the_cache for manifest in manifests())


def _all(parts: Iterator[Mapping[str, str]]) -> dict[str, str]:
    return {name: said for part in parts for name, said in part.items()}


def counts(person: User) -> Iterator[tuple[Personal, int]]:
    """How many rows there are of each kind."""
    for kind in kinds():
        yield kind, kind.rows(person).count()


def told(person: User) -> list[tuple[Personal, str]]:
    """The same for a page, of what there is: counted to `MOST`, so that it opens whatever there is."""
    held = ((kind, kind.rows(person).order_by()[: MOST + 1].count()) for kind in kinds())
    return [
        (kind, str(number) if number <= MOST else _("more than %(number)s") % {"number": f"{MOST:,}"})
        for kind, number in held
        if number
    ]
