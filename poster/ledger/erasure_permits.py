"""Lines of the ledger that may go: their owner asked for it, or the time they are kept is over.

Each permission is a row (`Erasure`) that the database's walls ask for, and a signed line of the chain itself: a row
that was put in past us lets lines go, but `poster.ledger.verification` finds both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction

from poster.ledger import hash_chain
from poster.models import Erasure


@contextmanager
def allowed(abouts: Iterable[UUID]) -> Iterator[None]:
    """In one transaction: what the body removes may go; at its end the chain says so (rows first, the chain last)."""
    with transaction.atomic():
        written = permit(abouts)
        yield
        sign(written)


def permit(abouts: Iterable[UUID]) -> list[Erasure]:
    """The rows alone, of those that are not there yet; in a transaction that ends with `sign`."""
    keys = list(dict.fromkeys(abouts))
    known = set(Erasure.objects.filter(about__in=keys).values_list("about", flat=True))
    made = [Erasure(about=key) for key in keys if key not in known]
    Erasure.objects.bulk_create(made, ignore_conflicts=True)  # somebody else may permit the same in this moment
    mine = set(Erasure.objects.filter(pk__in=[each.pk for each in made]).values_list("pk", flat=True))
    return [each for each in made if each.pk in mine]


def sign(written: Iterable[Erasure]) -> None:
    """Their links."""
    hash_chain.append_all((each, each.pk) for each in written)
